//! `contract.toml` for a document, with comments, and its JSON Schema.

use crate::{config::Config, paths};
use counterpart_model::api::{Api, SecurityKind};
use std::{fmt::Write as _, path::Path};

/// The JSON Schema (2020-12) of `contract.toml`.
pub(super) fn schema() -> String {
    let schema = schemars::schema_for!(Config);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// Writes a file to begin with. One that is there is left alone.
pub(super) fn write(out: &Path, spec: Option<&Path>, base_url: Option<&str>) -> Result<(), String> {
    if out.exists() {
        return Err(format!(
            "{} is there already: it is left as it is. Another name: --out FILE",
            out.display()
        ));
    }
    let api = match spec {
        None => None,
        Some(spec) => Some(super::load(spec)?.0),
    };
    // The path is relative to the file that names it.
    let elsewhere = out
        .parent()
        .is_some_and(|parent| !parent.as_os_str().is_empty());
    let absolute = spec
        .filter(|_| elsewhere)
        .and_then(|spec| spec.canonicalize().ok());
    let text = text(api.as_deref(), absolute.as_deref().or(spec), base_url);
    // What is written for people has to be readable for the program.
    toml::from_str::<Config>(&text).map_err(|error| format!("a fault of this program: {error}"))?;
    crate::report::write(out, &text).map_err(|error| error.to_string())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn text(api: Option<&Api>, spec: Option<&Path>, base_url: Option<&str>) -> String {
    let mut text = String::from(
        "# Settings of the contract tests. `contract-tests schema` prints a JSON Schema of this file.\n\n",
    );
    let path = spec.map(|spec| spec.to_string_lossy().into_owned());
    let _ = writeln!(
        text,
        "# The document, relative to this file, and where the deployment is, base path included.\nspec = {}",
        quoted(path.as_deref().unwrap_or("openapi.yaml"))
    );
    let server = api
        .and_then(|api| api.servers.first())
        .map(|server| server.default_url());
    match base_url {
        Some(url) => {
            let _ = writeln!(text, "base-url = {}", quoted(url));
        }
        None => {
            let url = server.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
            let _ = writeln!(text, "# base-url = {}", quoted(&url));
        }
    }
    text.push_str(
        "
# The same seed asks the same questions.
seed = 0
# Requests that write go to hosts that are not this machine only when this is true.
allow-writes = false
# What the run has made is deleted at its end.
cleanup = true
# How many requests are under way at once, how many begin in a second, how many there are at most.
concurrency = 8
# requests-per-second = 50
# max-requests = 20000
# So many valid values, and as many invalid ones, are tried of each operation.
# cases = 500
timeout-seconds = 15

# Only these checks and operations: globs. None: all.
checks = []
operations = []

# Undocumented properties and the like are findings too.
strict = false
# The least grave finding that makes the run fail: note, warning, error.
# fail-on = \"warning\"
# Findings to put up with; `--write-baseline FILE` writes one.
# baseline = \"baseline.toml\"

# Headers on every request. They are never shown.
[headers]
# X-Tenant = \"${TENANT}\"

# Credentials, by the names of the document's security schemes. Secrets stand in the environment, never in this file.
[auth]
",
    );
    for scheme in api
        .into_iter()
        .flat_map(|api| api.security_schemes.values())
    {
        let variable: String = scheme
            .name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        let what = match &scheme.kind {
            SecurityKind::Http { scheme } => format!("HTTP {scheme}"),
            SecurityKind::OAuth2 => "OAuth 2: an access token".to_owned(),
            SecurityKind::OpenIdConnect => "OpenID Connect: an access token".to_owned(),
            SecurityKind::MutualTls | SecurityKind::Unknown => continue,
            SecurityKind::ApiKey { .. } => "an API key".to_owned(),
        };
        let _ = writeln!(
            text,
            "# {} = \"${{{variable}}}\"    # {what}",
            quoted(&scheme.name)
        );
    }
    text.push_str(
        "
# Somebody else, who must not see what the first one sees: auth.isolation. `read-only` may only read: auth.role.
# What was good once is `expired`: auth.bearer.
# [identities.other]

# Commands of yours, run by the shell in this folder.
[hooks]
# before = \"./start-and-seed.sh\"
# after = \"./stop.sh\"
# [hooks.tokens]
# SCHEME = \"./print-a-token.sh\"

# How grave what checks find is.
[severity]
# \"response.content_type\" = \"note\"

# Values that exist in the deployment, by the name of the parameter.
[data]
",
    );
    for name in unlisted(api) {
        let _ = writeln!(text, "# {} = \"…\"", quoted(&name));
    }
    let first = api.and_then(|api| api.operations.first());
    let id = quoted(first.map_or("operationId", |operation| operation.id.0.as_str()));
    let _ = write!(
        text,
        "
# What is done otherwise with one operation.
# [operation.{id}]
# skip = \"why it is never called\"
# without = [\"request.rejected\"]
# body = {{ name = \"a body that is accepted\" }}
# data = {{ parameter = \"a value for this operation only\" }}

# Rules in place of the document's extensions and of what names tell (docs/extensions.md); false: no such rule.
# [rules.{id}]
# x-pagination = false
"
    );
    text
}

/// Path parameters that nothing in the document leads to: no list, no create operation.
fn unlisted(api: Option<&Api>) -> Vec<String> {
    let mut names = Vec::new();
    let Some(api) = api else {
        return names;
    };
    for operation in &api.operations {
        let parts: Vec<&str> = operation.path.split('/').collect();
        for (at, part) in parts.iter().enumerate() {
            let Some(name) = part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
                continue;
            };
            let collection = parts.get(..at).unwrap_or_default().join("/");
            let led_to = paths::list(api, &collection).is_some()
                || paths::create(api, &collection).is_some();
            if !led_to && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}
