//! Requests on their way out.

use super::{ClientError, header};
use crate::body::RawBody;
use crate::encode;
use crate::operation::OperationInfo;
use crate::{Instance, Location, Parameter};
use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, Url};

/// A request that is being written.
#[derive(Debug)]
pub struct Outgoing {
    operation: &'static OperationInfo,
    path: Vec<(&'static str, String)>,
    query: Vec<String>,
    headers: HeaderMap,
    cookies: Vec<String>,
    body: Option<(String, Bytes)>,
    unwritable: Option<String>,
}

impl Outgoing {
    pub(super) fn new(operation: &'static OperationInfo) -> Self {
        Self {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            body: None,
            unwritable: None,
        }
    }

    /// A parameter that has to be there.
    pub fn required<T: Instance>(&mut self, parameter: &Parameter, value: &T) {
        let value = value.to_value();
        match parameter.location {
            Location::Path => self
                .path
                .push((parameter.name, encode::path(parameter, &value))),
            Location::Query => self.query.extend(encode::query(parameter, &value)),
            Location::Header => self.header(parameter.name, &encode::header(parameter, &value)),
            Location::Cookie => self.cookies.push(encode::cookie(parameter, &value)),
            Location::Body => {}
        }
    }

    /// A parameter with a default, which is written all the same.
    pub fn or_default<T: Instance>(&mut self, parameter: &Parameter, value: &T) {
        self.required(parameter, value);
    }

    /// A parameter that may be absent.
    pub fn optional<T: Instance>(&mut self, parameter: &Parameter, value: &Option<T>) {
        if let Some(value) = value {
            self.required(parameter, value);
        }
    }

    /// A JSON body.
    pub fn json<T: Instance>(&mut self, media_type: &str, body: &T) {
        // A range names no type; JSON is what is written.
        let media_type = if media_type.contains('*') {
            "application/json"
        } else {
            media_type
        };
        self.body = Some((media_type.to_owned(), Bytes::from(body.to_json())));
    }

    /// A body of bytes.
    pub fn raw(&mut self, body: &RawBody) {
        self.body = Some((body.media_type.to_owned(), body.bytes.clone()));
    }

    /// A body of items, a line each.
    pub fn lines<T: Instance>(&mut self, media_type: &str, body: &crate::stream::Lines<T>) {
        self.body = Some((media_type.to_owned(), Bytes::from(body.write())));
    }

    /// A form.
    pub fn form<T: Instance>(&mut self, form: &crate::Form, body: &T) {
        let (content_type, bytes) = form.write(body);
        self.body = Some((content_type, Bytes::from(bytes)));
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Some((name, value)) => _ = self.headers.insert(name, value),
            None => self.unwritable = Some(name.to_owned()),
        }
    }

    pub(super) fn secret_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Some((name, mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            None => self.unwritable = Some(name.to_owned()),
        }
    }

    pub(super) fn query_pair(&mut self, name: &str, value: &str) {
        self.query.push(encode::pair(name, value));
    }

    pub(super) fn cookie_pair(&mut self, name: &str, value: &str) {
        self.cookies.push(encode::pair(name, value));
    }

    /// The request, below a base URL.
    pub(super) fn into_request(mut self, base: &Url) -> Result<Request, ClientError> {
        if let Some(name) = self.unwritable {
            return Err(ClientError::Unwritable(name));
        }
        let mut path = self.operation.path.to_owned();
        for (name, text) in &self.path {
            path = path.replace(&format!("{{{name}}}"), text);
        }
        // What is in the base URL's own query goes along.
        let mut text = base.as_str().to_owned();
        if let Some(query) = base.query() {
            text.truncate(text.find('?').unwrap_or(text.len()));
            self.query.insert(0, query.to_owned());
        }
        // What an API sends has no path of its own: the URL that was subscribed is the whole of it.
        let mut text = if path.is_empty() {
            text
        } else {
            format!("{}{path}", text.trim_end_matches('/'))
        };
        if !self.query.is_empty() {
            text.push('?');
            text.push_str(&self.query.join("&"));
        }
        let url: Url = text
            .parse()
            .map_err(|_| ClientError::Unwritable(self.operation.path.to_owned()))?;
        let method = Method::from_bytes(self.operation.method.as_bytes())
            .map_err(|_| ClientError::Unwritable(self.operation.method.to_owned()))?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = self.headers;
        if !self.cookies.is_empty()
            && let Ok(value) = HeaderValue::from_str(&self.cookies.join("; "))
        {
            request.headers_mut().insert(COOKIE, value);
        }
        let produces = self.operation.produces.join(", ");
        if let Some((name, value)) = header("accept", &produces).filter(|_| !produces.is_empty()) {
            request.headers_mut().entry(name).or_insert(value);
        }
        if let Some((media_type, body)) = self.body {
            if let Ok(value) = HeaderValue::from_str(&media_type) {
                request.headers_mut().insert(CONTENT_TYPE, value);
            }
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}
