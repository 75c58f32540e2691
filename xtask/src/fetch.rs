//! Files on other hosts, for those who ask for them.

use counterpart_model::Fetch;
use reqwest::blocking::Client;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

/// No file is longer than this.
const MOST: u64 = 64 << 20;

/// Reads over http and https: ten redirects, half a minute and 64 MiB at most.
pub(crate) fn over_http() -> Fetch {
    let client = Client::builder().timeout(Duration::from_secs(30)).build();
    Arc::new(move |url| {
        let client = client.as_ref().map_err(ToString::to_string)?;
        let answer = client
            .get(url)
            .send()
            .and_then(reqwest::blocking::Response::error_for_status)
            .map_err(told)?;
        let mut bytes = Vec::new();
        answer
            .take(MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST) {
            return Err(format!("it has more than {} MiB", MOST >> 20));
        }
        Ok(bytes)
    })
}

/// An error with its cause: reqwest's own text names only the URL.
fn told(error: reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
