//! Every request of a run and its answer, as an HTTP Archive (HAR 1.2), written while the run goes on.

use super::{files::partial, is_secret_name, mask_body};
use crate::exchange::Exchange;
use serde_json::{Value, json as object};
use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The longest body that is kept, in bytes.
const LONGEST: usize = 64 << 10;

/// An archive that is being written. Nothing is there under its name until it is [finished](Har::finish).
#[derive(Debug)]
pub struct Har {
    path: PathBuf,
    partial: PathBuf,
    file: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    file: BufWriter<fs::File>,
    entries: u64,
    failed: Option<io::Error>,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {reason}")]
pub struct HarError {
    path: PathBuf,
    reason: io::Error,
}

impl Har {
    /// Begins an archive that will lie at this path.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn create(path: &Path) -> Result<Self, HarError> {
        let fail = |reason| HarError {
            path: path.to_owned(),
            reason,
        };
        let partial = partial(path).map_err(fail)?;
        let mut file = BufWriter::new(fs::File::create(&partial).map_err(fail)?);
        let head =
            object!({ "name": "counterpart contract-tests", "version": env!("CARGO_PKG_VERSION") });
        write!(
            file,
            "{{\"log\":{{\"version\":\"1.2\",\"creator\":{head},\"entries\":["
        )
        .map_err(fail)?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            file: Mutex::new(Open {
                file,
                entries: 0,
                failed: None,
            }),
        })
    }

    /// Adds one request and its answer. What goes wrong is told at the end.
    pub(crate) fn add(&self, exchange: &Exchange) {
        if exchange.url.is_empty() {
            return;
        }
        let text = entry(exchange).to_string();
        let mut open = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if open.failed.is_some() {
            return;
        }
        let mark = if open.entries == 0 { "" } else { "," };
        open.entries += 1;
        if let Err(error) = write!(open.file, "{mark}\n{text}") {
            open.failed = Some(error);
        }
    }

    /// Ends the archive and puts it in its place.
    ///
    /// # Errors
    /// When the file system refuses, now or before.
    pub fn finish(&self) -> Result<&Path, HarError> {
        let fail = |reason| HarError {
            path: self.path.clone(),
            reason,
        };
        let mut open = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = open.failed.take() {
            return Err(fail(error));
        }
        write!(open.file, "\n]}}}}\n").map_err(fail)?;
        open.file.flush().map_err(fail)?;
        fs::rename(&self.partial, &self.path).map_err(fail)?;
        Ok(&self.path)
    }
}

fn entry(exchange: &Exchange) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Value {
        let pairs = pairs.iter().map(|(name, value)| {
            let hidden = name.eq_ignore_ascii_case("set-cookie") || is_secret_name(name);
            object!({ "name": name, "value": if hidden { "***" } else { value } })
        });
        pairs.collect()
    };
    // Cut after it was masked: what is no whole JSON is not looked into.
    let text = |bytes: &[u8]| {
        let mut text = mask_body(bytes);
        text.truncate(text.floor_char_boundary(LONGEST));
        text
    };
    let header = |headers: &[(String, String)], name: &str| {
        let found = headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let query: Vec<(String, String)> = exchange
        .url
        .split_once('?')
        .map(|(_, query)| {
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect()
        })
        .unwrap_or_default();
    let mut request = object!({
        "method": exchange.request.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&exchange.sent_headers),
        "queryString": pairs(&query),
        "headersSize": -1,
        "bodySize": exchange.sent_body().map_or(0, bytes::Bytes::len),
    });
    if let (Some(body), Some(members)) = (exchange.sent_body(), request.as_object_mut()) {
        let data = object!({ "mimeType": header(&exchange.sent_headers, "content-type"), "text": text(body) });
        members.insert("postData".to_owned(), data);
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds for people")]
    let time = exchange.elapsed.as_micros() as f64 / 1_000.0;
    let response = match &exchange.answer {
        Ok(answer) => object!({
            "status": answer.status,
            "statusText": http::StatusCode::from_u16(answer.status).ok().and_then(|it| it.canonical_reason()).unwrap_or(""),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": pairs(&answer.headers),
            "content": { "size": answer.body.len(), "mimeType": header(&answer.headers, "content-type"), "text": text(&answer.body) },
            "redirectURL": header(&answer.headers, "location"),
            "headersSize": -1,
            "bodySize": answer.body.len(),
        }),
        // What HAR viewers show of a request that got no answer.
        Err(failure) => object!({
            "status": 0,
            "statusText": failure.to_string(),
            "httpVersion": "",
            "cookies": [],
            "headers": [],
            "content": { "size": 0, "mimeType": "" },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        }),
    };
    object!({
        "startedDateTime": exchange.started.to_string(),
        "time": time,
        "request": request,
        "response": response,
        "cache": {},
        "timings": { "send": 0, "wait": time, "receive": 0 },
        "comment": exchange.request.operation.as_ref().map(|id| id.0.clone()).unwrap_or_default(),
    })
}
