//! Commands of the user's that a run calls: to prepare a deployment, to clean up, to get a token.

use crate::auth::Secret;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{path::Path, process::Stdio, time::Duration};
use tokio::process::Command;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Commands, each given to the shell, in the folder of `contract.toml`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hooks {
    /// Before anything is sent.
    pub before: Option<String>,
    /// After everything, whatever came of it.
    pub after: Option<String>,
    /// Security scheme → a command that prints its value: a token, for example. It is never shown.
    #[serde(default)]
    pub tokens: IndexMap<String, String>,
}

/// Why a command did not do what it is for.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It cannot be started.
    #[error("`{key}`: cannot run `{command}`: {reason}")]
    Start {
        /// The key in the file.
        key: String,
        /// The command.
        command: String,
        /// Why.
        reason: std::io::Error,
    },
    /// It failed.
    #[error("`{key}`: `{command}` ended with {status}: {said}")]
    Failed {
        /// The key in the file.
        key: String,
        /// The command.
        command: String,
        /// Its exit status.
        status: std::process::ExitStatus,
        /// The end of what it wrote to standard error.
        said: String,
    },
    /// It took too long.
    #[error("`{key}`: `{command}` has not ended after {PATIENCE:?}, and was stopped")]
    Slow {
        /// The key in the file.
        key: String,
        /// The command.
        command: String,
    },
    /// It printed nothing.
    #[error("`{key}`: `{command}` printed nothing: the value has to come on standard output")]
    Empty {
        /// The key in the file.
        key: String,
        /// The command.
        command: String,
    },
}

impl Hooks {
    /// Runs the command for the beginning, if there is one.
    ///
    /// # Errors
    /// When it cannot be run, fails or takes too long.
    pub async fn before(&self, folder: &Path) -> Result<(), HookError> {
        if let Some(command) = &self.before {
            run("hooks.before", command, folder).await?;
        }
        Ok(())
    }

    /// Runs the command for the end, if there is one.
    ///
    /// # Errors
    /// When it cannot be run, fails or takes too long.
    pub async fn after(&self, folder: &Path) -> Result<(), HookError> {
        if let Some(command) = &self.after {
            run("hooks.after", command, folder).await?;
        }
        Ok(())
    }

    /// The values that commands print, by security scheme.
    ///
    /// # Errors
    /// When one cannot be run, fails, takes too long or prints nothing.
    pub async fn tokens(&self, folder: &Path) -> Result<IndexMap<String, Secret>, HookError> {
        let mut values = IndexMap::new();
        for (scheme, command) in &self.tokens {
            let key = format!("hooks.tokens.{scheme}");
            let printed = run(&key, command, folder).await?;
            let value = printed.trim();
            if value.is_empty() {
                let command = command.clone();
                return Err(HookError::Empty { key, command });
            }
            values.insert(scheme.clone(), Secret::new(value));
        }
        Ok(values)
    }
}

/// Runs a command, and gives what it prints.
async fn run(key: &str, command: &str, folder: &Path) -> Result<String, HookError> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let running = Command::new(shell)
        .arg(flag)
        .arg(command)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let (key, command) = (key.to_owned(), command.to_owned());
    let output = match tokio::time::timeout(PATIENCE, running).await {
        Err(_) => return Err(HookError::Slow { key, command }),
        Ok(Err(reason)) => {
            return Err(HookError::Start {
                key,
                command,
                reason,
            });
        }
        Ok(Ok(output)) => output,
    };
    if !output.status.success() {
        // What it printed may be the secret: only what it complained of is shown.
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.trim().lines().rev().take(5).collect();
        return Err(HookError::Failed {
            key,
            command,
            status: output.status,
            said: last.into_iter().rev().collect::<Vec<_>>().join("\n"),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_gives_a_token_and_failures_say_why() {
        let hooks = |token: &str| Hooks {
            tokens: [("bearerAuth".to_owned(), token.to_owned())].into(),
            ..Hooks::default()
        };
        let here = Path::new("");
        let values = hooks("echo ' abc '").tokens(here).await.expect("it prints");
        assert_eq!(values.get("bearerAuth").map(Secret::expose), Some("abc"));
        let failed = hooks("echo secret; echo no key >&2; exit 3")
            .tokens(here)
            .await;
        let text = failed.expect_err("it fails").to_string();
        assert!(
            text.contains("no key") && text.contains("hooks.tokens.bearerAuth"),
            "{text}"
        );
        let nothing = hooks("true")
            .tokens(here)
            .await
            .expect_err("it prints nothing");
        assert!(nothing.to_string().contains("printed nothing"), "{nothing}");
    }
}
