//! Why nothing was generated.

use std::path::PathBuf;

/// Why a crate could not be generated, written or compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was put together is no Rust. A mistake of the generator, never of the document.
    #[error("the code for {path} is not Rust: {reason}")]
    NotRust {
        /// The file it was meant for.
        path: String,
        /// What the parser says.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The choices cannot be followed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder holds files that were not generated.
    #[error("{} is not empty and holds no generated crate (its Cargo.toml does not start with the generator's header); name an empty folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
}

/// Why choices cannot be followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not what a `codegen.toml` is.
    #[error("{line}:{column}: {reason}")]
    Toml {
        /// The line, from 1.
        line: usize,
        /// The character in it, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value is not what it has to be.
    #[error("{what}: `{text}`")]
    Value {
        /// Which.
        what: &'static str,
        /// The value.
        text: String,
    },
}
