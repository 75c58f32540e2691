//! A deployment behind a base URL.

use super::Caps;
use crate::{
    exchange::{Answer, Failure},
    request::Delivery,
};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use reqwest::{Client, Url, redirect};
use std::{net::IpAddr, time::Duration};

/// In how many pieces a body goes that takes its time.
const PIECES: usize = 6;
/// The moment between two of them.
const PAUSE: Duration = Duration::from_millis(40);

/// A deployment behind a base URL.
#[derive(Clone, Debug)]
pub(super) struct HttpTarget {
    client: Client,
    /// The same without connections that are kept: for what nothing before it may disturb.
    fresh: Client,
    base: Url,
    limits: Caps,
}

/// Why there is no target.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The base URL is none.
    #[error(
        "`{url}` is not a base URL: {reason}. Write it with scheme and host, such as http://127.0.0.1:8080/v1"
    )]
    BadUrl {
        /// The text.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client cannot be made.
    #[error("no HTTP client: {0}")]
    Client(String),
}

impl HttpTarget {
    /// A target at this base URL.
    pub(super) fn new(base: &str) -> Result<Self, TargetError> {
        let limits = Caps::default();
        let bad = |reason: &str| TargetError::BadUrl {
            url: base.to_owned(),
            reason: reason.to_owned(),
        };
        let url = Url::parse(base).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("its scheme is neither http nor https"));
        }
        if url.host_str().is_none() {
            return Err(bad("it has no host"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("a base URL has neither query nor fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(
                "credentials do not belong in it; use -H or contract.toml",
            ));
        }
        let builder = || {
            Client::builder()
                // A redirect is an answer like any other: it is judged, not followed.
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(limits.time.min(Duration::from_secs(10)))
                .user_agent(concat!(
                    "counterpart-contract-tests/",
                    env!("CARGO_PKG_VERSION")
                ))
        };
        let build = |idle: usize| {
            let client = builder().pool_max_idle_per_host(idle).build();
            client.map_err(|error| TargetError::Client(error.to_string()))
        };
        Ok(Self {
            client: build(16)?,
            fresh: build(0)?,
            base: url,
            limits,
        })
    }

    pub(super) fn limit(&mut self, time: Duration, bytes: usize) {
        self.limits = Caps { time, bytes };
    }

    pub(super) fn base_url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(super) fn base_path(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }

    pub(super) fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }

    pub(super) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Option<(Bytes, Delivery)>,
        fresh: bool,
    ) -> Result<Answer, Failure> {
        let unsendable = |what: &str| Failure::Unsendable(what.to_owned());
        let method = reqwest::Method::from_bytes(method.as_bytes())
            .map_err(|_| unsendable("the method is no token"))?;
        let url = Url::parse(url).map_err(|error| Failure::Unsendable(error.to_string()))?;
        let client = if fresh { &self.fresh } else { &self.client };
        let mut request = client.request(method, url);
        for (name, value) in headers {
            let name = reqwest::header::HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| unsendable("a header name is no token"))?;
            let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes())
                .map_err(|_| unsendable("a header value has a control character"))?;
            request = request.header(name, value);
        }
        if let Some((bytes, delivery)) = body {
            request = match delivery {
                Delivery::Whole => request.body(bytes),
                Delivery::InPieces | Delivery::CutOff => request
                    .header(reqwest::header::CONTENT_LENGTH, bytes.len())
                    .body(in_pieces(&bytes, delivery)),
            };
        }
        match tokio::time::timeout(self.limits.time, self.read(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::TimedOut(self.limits.time)),
        }
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > self.limits.bytes {
                return Err(Failure::TooLong(self.limits.bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body: body.freeze(),
        })
    }
}

/// A body that takes its time, and may not come to its end.
fn in_pieces(bytes: &Bytes, delivery: Delivery) -> reqwest::Body {
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pieces = bytes.chunks(size).map(Bytes::copy_from_slice);
    let pieces: Vec<Result<Frame<Bytes>, std::io::Error>> = match delivery {
        Delivery::CutOff => {
            let half = pieces.take(PIECES / 2).map(|piece| Ok(Frame::data(piece)));
            half.chain([Err(std::io::Error::other("cut off"))])
                .collect()
        }
        _ => pieces.map(|piece| Ok(Frame::data(piece))).collect(),
    };
    let slowly = stream::iter(pieces).then(|piece| async {
        tokio::time::sleep(PAUSE).await;
        piece
    });
    reqwest::Body::wrap(StreamBody::new(Box::pin(slowly)))
}

fn failure(error: &reqwest::Error) -> Failure {
    // reqwest's own text repeats the URL, which may hold an API key: the causes say what went wrong.
    let mut text = String::new();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    if error.is_connect() {
        Failure::Connect(text)
    } else if error.is_builder() {
        Failure::Unsendable(text)
    } else {
        Failure::Broken(text)
    }
}
