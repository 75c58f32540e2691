//! Settings of a run: `contract.toml`, and what the command line lays over it.
//!
//! Secrets never stand in the file: a value names the environment variable that holds it, as `"${NAME}"`.

mod baseline;
mod hooks;
mod rules;
mod settings;

pub use baseline::{Baseline, Known};
pub use hooks::{HookError, Hooks};
pub use settings::{Settings, Shard, matches_glob};

use crate::{
    auth::{Credentials, Identity, Secret, SigningError, SigningKey},
    finding::Severity,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// `contract.toml`, as written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The OpenAPI document, relative to this file.
    pub spec: Option<PathBuf>,
    /// Where the deployment is, base path included.
    pub base_url: Option<String>,
    /// What random choices start from: the same seed asks the same questions.
    pub seed: Option<u64>,
    /// Whether requests that write may go to a host that is not this machine.
    pub allow_writes: Option<bool>,
    /// Whether what the run has made is deleted at its end, where the document has an operation for it.
    pub cleanup: Option<bool>,
    /// At most this many requests.
    pub max_requests: Option<u64>,
    /// At most this many valid values, and as many invalid ones, are tried of each operation (500).
    pub cases: Option<usize>,
    /// At most this many requests a second.
    pub requests_per_second: Option<u32>,
    /// How many requests are under way at once.
    pub concurrency: Option<usize>,
    /// Seconds one response may take.
    pub timeout_seconds: Option<u64>,
    /// Only checks whose id matches one of these globs.
    #[serde(default)]
    pub checks: Vec<String>,
    /// Only operations whose id matches one of these globs.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Whether differences that break no promise are findings too.
    #[serde(default)]
    pub strict: bool,
    /// The least grave finding that makes the run fail: `note`, `warning` or `error`.
    pub fail_on: Option<Severity>,
    /// A file of findings to put up with, relative to this one.
    pub baseline: Option<PathBuf>,
    /// Check globs and how grave what they find is; the last that matches counts.
    #[serde(default)]
    pub severity: IndexMap<String, Severity>,
    /// Values that exist in the deployment, by the name of the parameter: one, or a list.
    #[serde(default)]
    pub data: IndexMap<String, OneOrMany>,
    /// What is to be done otherwise with one operation, by its operationId.
    #[serde(default)]
    pub operation: IndexMap<String, OperationConfig>,
    /// Extensions of an operation (`docs/extensions.md`), by its operationId, in place of the document's and of what its
    /// names tell; `false` for no such rule. `"*"` is the document itself.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, IndexMap<String, serde_json::Value>>")]
    pub rules: IndexMap<String, toml::Table>,
    /// Commands of yours that the run calls.
    #[serde(default)]
    pub hooks: Hooks,
    /// Headers on every request; values may be `"${NAME}"`.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// The main identity: security scheme → value.
    #[serde(default)]
    pub auth: AuthConfig,
    /// Other identities by name: `read-only`, `other`, …
    #[serde(default)]
    pub identities: IndexMap<String, AuthConfig>,
}

/// One value, or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(Plain),
    /// Several.
    Many(Vec<Plain>),
}

/// A value as it stands in a URL.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Plain {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
}

impl OneOrMany {
    fn texts(&self) -> Vec<String> {
        let all = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        };
        all.iter()
            .map(|value| match value {
                Plain::Text(text) => text.clone(),
                Plain::Number(number) => number.to_string(),
            })
            .collect()
    }
}

/// What is to be done otherwise with one operation.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OperationConfig {
    /// Why it is never called.
    pub skip: Option<String>,
    /// Globs of checks that are not held against it.
    #[serde(default)]
    pub without: Vec<String>,
    /// A JSON body that the deployment accepts, to vary from.
    pub body: Option<serde_json::Value>,
    /// Values that exist for this operation only, by the name of the parameter.
    #[serde(default)]
    pub data: IndexMap<String, OneOrMany>,
}

/// One identity.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AuthConfig {
    /// A PEM file with the PKCS#8 private key that signs, relative to `contract.toml`.
    pub signing_key_file: Option<PathBuf>,
    /// The same key as text, from the environment: `"${NAME}"`.
    pub signing_key: Option<String>,
    /// Security scheme → value, `"${NAME}"` for one from the environment.
    #[serde(flatten)]
    pub schemes: IndexMap<String, String>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {reason}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why, as the TOML reader says it.
        reason: String,
    },
    /// A variable that holds a secret is not set.
    #[error(
        "`{key}` wants the environment variable {variable}, which is not set (or not text). Set it, or take `{key}` out"
    )]
    MissingVariable {
        /// The key in the file.
        key: String,
        /// The variable.
        variable: String,
    },
    /// A secret stands in the file itself.
    #[error(
        "`{key}` holds its secret in the file. Put the secret into an environment variable and write `{key} = \"${{NAME}}\"`"
    )]
    SecretInFile {
        /// The key in the file.
        key: String,
    },
    /// The signing key is no good.
    #[error("`{key}`: {reason}")]
    Key {
        /// The key in the file.
        key: String,
        /// Why.
        reason: SigningError,
    },
}

impl Config {
    /// Reads `contract.toml`.
    ///
    /// # Errors
    /// When the file cannot be read or holds something it should not.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Read {
            path: path.to_owned(),
            reason,
        })?;
        toml::from_str(&text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The settings, secrets fetched.
    ///
    /// # Errors
    /// When a variable is missing.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let defaults = Settings::default();
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| {
                let value = expand(&format!("headers.{name}"), value, false)?;
                Ok((name.clone(), Secret::new(value)))
            })
            .collect::<Result<_, _>>()?;
        Ok(Settings {
            seed: self.seed.unwrap_or(defaults.seed),
            allow_writes: self.allow_writes.unwrap_or(defaults.allow_writes),
            headers,
            max_requests: self.max_requests,
            cases: self.cases.unwrap_or(defaults.cases),
            concurrency: self.concurrency.unwrap_or(defaults.concurrency),
            timeout: self
                .timeout_seconds
                .map_or(defaults.timeout, Duration::from_secs),
            checks: self.checks.clone(),
            operations: self.operations.clone(),
            strict: self.strict,
            severities: self
                .severity
                .iter()
                .map(|(glob, severity)| (glob.clone(), *severity))
                .collect(),
            requests_per_second: self.requests_per_second,
            cleanup: self.cleanup.unwrap_or(true),
            data: texts(&self.data),
            overrides: self
                .operation
                .iter()
                .map(|(id, own)| (id.clone(), own.settings()))
                .collect(),
            ..defaults
        })
    }

    /// The credentials, secrets fetched. `folder` is where the file stands.
    ///
    /// # Errors
    /// When a variable is missing, a secret stands in the file, or a key cannot be read.
    pub fn credentials(&self, folder: &Path) -> Result<Credentials, ConfigError> {
        Ok(Credentials {
            main: self.auth.identity("auth", folder)?,
            others: self
                .identities
                .iter()
                .map(|(name, auth)| {
                    Ok((
                        name.clone(),
                        auth.identity(&format!("identities.{name}"), folder)?,
                    ))
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

fn texts(data: &IndexMap<String, OneOrMany>) -> IndexMap<String, Vec<String>> {
    data.iter()
        .map(|(name, values)| (name.clone(), values.texts()))
        .collect()
}

impl OperationConfig {
    fn settings(&self) -> settings::Override {
        settings::Override {
            skip: self.skip.clone(),
            without: self.without.clone(),
            body: self.body.clone(),
            data: texts(&self.data),
        }
    }
}

impl AuthConfig {
    fn identity(&self, key: &str, folder: &Path) -> Result<Identity, ConfigError> {
        let values = self
            .schemes
            .iter()
            .map(|(scheme, value)| {
                let value = expand(&format!("{key}.{scheme}"), value, true)?;
                Ok((scheme.clone(), Secret::new(value)))
            })
            .collect::<Result<_, _>>()?;
        let pem = match (&self.signing_key_file, &self.signing_key) {
            (Some(path), _) => {
                let path = folder.join(path);
                let text = std::fs::read_to_string(&path)
                    .map_err(|reason| ConfigError::Read { path, reason })?;
                Some(("signing-key-file", text))
            }
            (None, Some(text)) => Some((
                "signing-key",
                expand(&format!("{key}.signing-key"), text, true)?,
            )),
            (None, None) => None,
        };
        let signing = pem
            .map(|(field, pem)| {
                SigningKey::from_pem(&pem).map_err(|reason| ConfigError::Key {
                    key: format!("{key}.{field}"),
                    reason,
                })
            })
            .transpose()?;
        Ok(Identity {
            values,
            key: signing,
        })
    }
}

/// The value, with each `${NAME}` replaced by that environment variable.
fn expand(key: &str, value: &str, secret: bool) -> Result<String, ConfigError> {
    let mut out = String::new();
    let mut rest = value;
    let mut expanded = false;
    while let Some((before, tail)) = rest.split_once("${") {
        let Some((variable, after)) = tail.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str(
            &std::env::var(variable).map_err(|_| ConfigError::MissingVariable {
                key: key.to_owned(),
                variable: variable.to_owned(),
            })?,
        );
        expanded = true;
        rest = after;
    }
    if secret && !expanded {
        return Err(ConfigError::SecretInFile {
            key: key.to_owned(),
        });
    }
    out.push_str(rest);
    Ok(out)
}
