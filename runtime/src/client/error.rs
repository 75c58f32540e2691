//! What can go wrong between a call and its typed answer.

use crate::Violations;

/// Why there is no typed answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The base URL is none of http or https.
    #[error("`{0}` is no URL of http or https")]
    BaseUrl(String),
    /// The variables of a server make no URL.
    #[error(transparent)]
    Server(#[from] crate::operation::ServerError),
    /// The request was not sent, or not answered.
    #[error("the request failed")]
    Transport(#[source] reqwest::Error),
    /// A value that cannot stand where the document wants it: a line break in a header, say.
    #[error("`{0}` cannot be written into the request")]
    Unwritable(String),
    /// The signing hook gave up.
    #[error("the request cannot be signed")]
    Sign(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer is longer than the client reads.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The document names no such answer.
    #[error(
        "the answer has status {status} and content type `{content_type}`, which the document does not name"
    )]
    Undocumented {
        /// The status.
        status: u16,
        /// The content type; empty where there is none.
        content_type: String,
        /// The body.
        body: bytes::Bytes,
    },
    /// The answer breaks the document.
    #[error("the answer with status {status} breaks the document: {violations}")]
    Invalid {
        /// The status.
        status: u16,
        /// Everything that is wrong with it.
        violations: Violations,
    },
}

impl ClientError {
    /// Without the URL, which may hold credentials.
    pub(super) fn transport(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}
