//! The client side, on reqwest: what happens to a typed request before it is sent, and to an answer before it is typed.
//!
//! In this order: parameters and body are written in their styles → credentials of the first alternative that can be
//! fulfilled → [`Sign`] over the final bytes → sent → the answer, up to a limit → its documented variant, every value
//! of it valid.

mod answer;
mod error;
mod outgoing;

pub use answer::Answer;
pub use error::ClientError;
pub use outgoing::Outgoing;
pub use reqwest;

use crate::operation::{OperationInfo, Requirement, SchemeKind};
use reqwest::header::{HeaderName, HeaderValue};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

/// How long an answer may take; where it is a stream, each piece of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Changes a request just before it is sent, when its bytes are final: to sign it, to trace it.
pub trait Sign: Send + Sync {
    /// Changes the request.
    ///
    /// # Errors
    /// When it cannot be signed; it is not sent then.
    fn sign(
        &self,
        request: &mut reqwest::Request,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

impl<F> Sign for F
where
    F: Fn(&mut reqwest::Request) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync,
{
    fn sign(
        &self,
        request: &mut reqwest::Request,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self(request)
    }
}

/// What generated clients send with. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: reqwest::Url,
    credentials: Arc<BTreeMap<String, String>>,
    sign: Option<Arc<dyn Sign>>,
    limit: usize,
    own_servers: bool,
}

impl fmt::Debug for Client {
    // Credentials stay out of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for the deployment at a URL, to which the paths of the document are appended. It gives up after a
    /// minute, and reads answers of up to 64 MiB.
    ///
    /// # Errors
    /// When the URL is none of http or https.
    pub fn new(base_url: &str) -> Result<Self, ClientError> {
        let base: reqwest::Url = base_url
            .parse()
            .map_err(|_| ClientError::BaseUrl(base_url.to_owned()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(ClientError::BaseUrl(base_url.to_owned()));
        }
        let http = reqwest::Client::builder()
            .connect_timeout(PATIENCE)
            .read_timeout(PATIENCE)
            .build()
            .map_err(ClientError::transport)?;
        Ok(Self {
            http,
            base,
            credentials: Arc::default(),
            sign: None,
            limit: 64 << 20,
            own_servers: false,
        })
    }

    /// The same over another HTTP client: other time limits, proxies, certificates.
    #[must_use]
    pub fn http(self, http: reqwest::Client) -> Self {
        Self { http, ..self }
    }

    /// The same with a credential for a security scheme, by its name in the document: a token or key, or for HTTP
    /// basic authentication `user:password`.
    #[must_use]
    pub fn credential(mut self, scheme: &str, value: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.credentials).insert(scheme.to_owned(), value.into());
        self
    }

    /// The same with something that changes every request just before it is sent.
    #[must_use]
    pub fn sign(self, sign: impl Sign + 'static) -> Self {
        Self {
            sign: Some(Arc::new(sign)),
            ..self
        }
    }

    /// The same, reading answers of up to this many bytes.
    #[must_use]
    pub fn limit(self, bytes: usize) -> Self {
        Self {
            limit: bytes,
            ..self
        }
    }

    /// The same, sending operations that have servers of their own in the document to the first of these. Without
    /// it all go to the base URL, so that a client of a sandbox never reaches what the document says is production.
    #[must_use]
    pub fn own_servers(self) -> Self {
        Self {
            own_servers: true,
            ..self
        }
    }

    /// Where an operation is.
    fn base(&self, operation: &OperationInfo) -> Result<reqwest::Url, ClientError> {
        match operation.servers.first().filter(|_| self.own_servers) {
            Some(server) => {
                let url = server.url(&[])?;
                self.base.join(&url).map_err(|_| ClientError::BaseUrl(url))
            }
            None => Ok(self.base.clone()),
        }
    }

    /// Sends a request; the answer, whatever its status.
    ///
    /// # Errors
    /// When it cannot be sent or signed, or there is no answer within time and size.
    pub async fn call(
        &self,
        operation: &'static OperationInfo,
        write: impl FnOnce(&mut Outgoing),
    ) -> Result<Answer, ClientError> {
        let mut outgoing = Outgoing::new(operation);
        write(&mut outgoing);
        self.authenticate(operation, &mut outgoing);
        let mut request = outgoing.into_request(&self.base(operation)?)?;
        if let Some(sign) = &self.sign {
            sign.sign(&mut request).map_err(ClientError::Sign)?;
        }
        // A stream goes on for as long as there are items.
        let is_stream =
            |media_type: &&str| crate::stream::is_stream(&crate::body::essence(media_type));
        let streams = operation.produces.iter().any(is_stream);
        if request.timeout().is_none() && !streams {
            *request.timeout_mut() = Some(PATIENCE);
        }
        let response = self
            .http
            .execute(request)
            .await
            .map_err(ClientError::transport)?;
        Answer::read(response, self.limit, streams).await
    }

    /// Adds the credentials of the first alternative that all can be given for; else those there are, as a signature
    /// may take the place of the others.
    fn authenticate(&self, operation: &'static OperationInfo, outgoing: &mut Outgoing) {
        let known =
            |requirement: &Requirement| self.credentials.contains_key(requirement.scheme.name);
        let whole = operation
            .security
            .iter()
            .find(|alternative| alternative.iter().all(known));
        let Some(alternative) = whole.or_else(|| operation.security.first()) else {
            return;
        };
        for requirement in *alternative {
            let Some(value) = self.credentials.get(requirement.scheme.name) else {
                continue;
            };
            match requirement.scheme.kind {
                SchemeKind::Http(scheme) => {
                    let value = if scheme.eq_ignore_ascii_case("basic") {
                        use base64::Engine as _;
                        base64::engine::general_purpose::STANDARD.encode(value)
                    } else {
                        value.clone()
                    };
                    let name = match scheme.to_ascii_lowercase().as_str() {
                        "bearer" => "Bearer".to_owned(),
                        "basic" => "Basic".to_owned(),
                        _ => scheme.to_owned(),
                    };
                    outgoing.secret_header("authorization", &format!("{name} {value}"));
                }
                SchemeKind::Header(name) => outgoing.secret_header(name, value),
                SchemeKind::Query(name) => outgoing.query_pair(name, value),
                SchemeKind::Cookie(name) => outgoing.cookie_pair(name, value),
                SchemeKind::Connection => {}
            }
        }
    }
}

/// A header, where name and value can be one.
fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::ServerInfo;

    static UPLOAD: OperationInfo = OperationInfo {
        id: "upload",
        method: "POST",
        path: "/files",
        tag: "",
        security: &[],
        body: None,
        produces: &[],
        servers: &[ServerInfo {
            url: "../uploads",
            description: "",
            variables: &[],
        }],
    };

    #[test]
    fn an_operation_goes_to_its_own_server_only_when_asked_to() {
        let client = Client::new("https://sandbox.example.com/api/v1/").expect("a client");
        let base = |client: &Client| client.base(&UPLOAD).expect("a URL").to_string();
        assert_eq!(base(&client), "https://sandbox.example.com/api/v1/");
        assert_eq!(
            base(&client.own_servers()),
            "https://sandbox.example.com/api/uploads"
        );
    }
}
