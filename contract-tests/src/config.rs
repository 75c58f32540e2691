//! Settings of a run: `contract.toml`, and what the command line lays over it.
//!
//! Secrets never stand in the file: a value names the environment variable that holds it, as `"${NAME}"`.

use crate::auth::{Credentials, Identity, Secret, SigningError, SigningKey};
use indexmap::IndexMap;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// What a run does and does not do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What random choices start from: the same seed asks the same questions.
    pub seed: u64,
    /// Whether requests that write may go to a host that is not this machine.
    pub allow_writes: bool,
    /// Headers on every request. Their values are never shown.
    pub headers: Vec<(String, Secret)>,
    /// At most this many requests.
    pub max_requests: Option<u64>,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// How long one response may take.
    pub timeout: Duration,
    /// How long one response may be, in bytes.
    pub max_response_bytes: usize,
    /// Only checks whose id matches one of these globs; all for an empty list.
    pub checks: Vec<String>,
    /// Only operations whose id matches one of these globs; all for an empty list.
    pub operations: Vec<String>,
    /// Send nothing more once a check whose id matches this glob has found something.
    pub stop_at: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            allow_writes: false,
            headers: Vec::new(),
            max_requests: None,
            concurrency: 8,
            timeout: Duration::from_secs(15),
            max_response_bytes: 16 << 20,
            checks: Vec::new(),
            operations: Vec::new(),
            stop_at: None,
        }
    }
}

impl Settings {
    /// Whether a check is to run.
    #[must_use]
    pub fn wants_check(&self, id: &str) -> bool {
        self.checks.is_empty() || self.checks.iter().any(|glob| matches_glob(glob, id))
    }

    /// Whether an operation is asked for by its whole name.
    #[must_use]
    pub fn names_operation(&self, id: &str) -> bool {
        self.operations.iter().any(|name| name == id)
    }

    /// Whether an operation is to be checked.
    #[must_use]
    pub fn wants_operation(&self, id: &str) -> bool {
        self.operations.is_empty() || self.operations.iter().any(|glob| matches_glob(glob, id))
    }
}

/// Whether a text matches a pattern in which `*` stands for any text.
#[must_use]
pub fn matches_glob(glob: &str, text: &str) -> bool {
    let Some((first, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.len() >= part.len() && text.ends_with(part);
        }
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// `contract.toml`, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The document.
    pub spec: Option<PathBuf>,
    /// The base URL.
    pub base_url: Option<String>,
    /// The seed.
    pub seed: Option<u64>,
    /// Whether requests that write may go to a host that is not this machine.
    pub allow_writes: Option<bool>,
    /// At most this many requests.
    pub max_requests: Option<u64>,
    /// How many requests are under way at once.
    pub concurrency: Option<usize>,
    /// Seconds one response may take.
    pub timeout_seconds: Option<u64>,
    /// Only these checks.
    #[serde(default)]
    pub checks: Vec<String>,
    /// Only these operations.
    #[serde(default)]
    pub operations: Vec<String>,
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

/// One identity.
#[derive(Clone, Debug, Default, Deserialize)]
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
            concurrency: self.concurrency.unwrap_or(defaults.concurrency),
            timeout: self
                .timeout_seconds
                .map_or(defaults.timeout, Duration::from_secs),
            max_response_bytes: defaults.max_response_bytes,
            checks: self.checks.clone(),
            operations: self.operations.clone(),
            stop_at: None,
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
