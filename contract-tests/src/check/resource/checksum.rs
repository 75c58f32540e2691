//! What headers tell of bytes: a checksum that an upload brings along, the ETag and the name that a download has.

use super::{FamilyCheck as _, Subject, bytes::Bytes, upload::hex_of};
use crate::{
    context::Draft,
    exchange::Exchange,
    finding::Verdict,
    paths,
    rules::infer::{says, sentences, snake},
};
use aws_lc_rs::digest;
use bytes::Bytes as Content;
use counterpart_model::api::{Operation, Parameter, ParameterLocation};
use std::sync::Arc;

/// Words for what tells bytes from others.
const SUMS: [&str; 5] = ["checksum", "sha-256", "sha256", "sha 256", "hash"];

impl Bytes {
    /// Whether an upload whose checksum is that of other bytes is refused, and stores nothing.
    pub(super) async fn summed(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (draft, download): (&Draft, &Operation),
    ) {
        let Some(header) = sum_of(of.operation) else {
            return;
        };
        let (right, other) = (
            Content::from_static(b"counterpart: these bytes\n"),
            Content::from_static(b"counterpart: other bytes\n"),
        );
        let sum = hex_of(&digest::SHA256, &right);
        let with = |bytes: &Content| {
            let request = of.context.anew(of.operation, draft.request.clone());
            let api = &of.context.api;
            let request = super::upload::with_bytes(api, of.operation, draft, request, bytes)?;
            Some(request.set_header(&header.name, &sum))
        };
        let (Some(good), Some(bad)) = (with(&right), with(&other)) else {
            return;
        };
        let taken = of.context.send(good).await;
        if !taken.succeeded() {
            return verdict.skip(format!(
                "with its checksum an upload got {}",
                taken.status_text()
            ));
        }
        let answer = of.context.send(bad).await;
        match answer.status() {
            Some(200..=299) => {
                let title = "an upload whose checksum is that of other bytes is taken";
                let promise = format!("`{}` is the checksum of the body", header.name);
                let finding = of.finding(self.id(), title, &promise);
                let finding = finding.expected("a 4xx status", answer.status_text());
                return verdict.fail(finding.step(&answer));
            }
            Some(400..=499) => verdict.pass(),
            _ => return verdict.skip(answer.status_text()),
        }
        // What a POST makes is another thing each time.
        if download.path != of.operation.path {
            return;
        }
        let Some(request) = of.context.bare_request(download, &draft.resource) else {
            return;
        };
        let reading = of.context.send(request).await;
        if let (Ok(found), true) = (&reading.answer, reading.succeeded())
            && found.body == other
        {
            let title = "an upload that was refused for its checksum is stored";
            let finding = of.finding(self.id(), title, "what is refused changes nothing");
            let finding = finding.expected("the bytes before", "the refused ones");
            verdict.fail(finding.step(&answer).step(&reading));
        }
    }

    /// Whether the headers of a download are what the document says of them: an ETag that is the hash of the bytes, the
    /// name in `Content-Disposition` (RFC 6266 §4.3).
    pub(super) fn headed(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        download: &Operation,
        (exchange, sent): (&Arc<Exchange>, &Content),
        path: &indexmap::IndexMap<String, String>,
    ) {
        let said = said_of(download);
        let hashed = sentences(&said).any(|it| {
            says(&it, &["etag"])
                && says(&it, &["sha256", "sha-256"])
                && says(&it, &["content", "bytes", "file", "body"])
                && !says(&it, &["not", "may", "if", "first", "prefix"])
        });
        // In hexadecimal digits, as there are other ways to write it.
        let hex = |etag: &&str| {
            let bare = etag.trim_start_matches("W/").trim_matches('"');
            bare.len() == 64 && bare.bytes().all(|it| it.is_ascii_hexdigit())
        };
        let etag = exchange.header("etag").filter(hex);
        if let Some(found) = etag.filter(|_| hashed) {
            let wanted = format!("\"{}\"", hex_of(&digest::SHA256, sent));
            if found.trim_start_matches("W/").eq_ignore_ascii_case(&wanted) {
                verdict.pass();
            } else {
                let title = "the ETag is not the hash of what is downloaded";
                let promise = "the ETag is the SHA-256 of the content";
                let finding = of.finding(self.id(), title, promise);
                return verdict.fail(finding.expected(wanted, found).step(exchange));
            }
        }
        let Some((_, name)) = paths::item(&download.path) else {
            return;
        };
        let placed = said.to_lowercase();
        let wanted = path.get(name).filter(|_| {
            let name = name.to_lowercase();
            let forms = [
                format!("filename=\"<{name}>\""),
                format!("filename=\"{{{name}}}\""),
                format!("filename=<{name}>"),
                format!("filename={{{name}}}"),
            ];
            forms.iter().any(|form| placed.contains(form))
        });
        let (Some(wanted), Some(found)) = (wanted, exchange.header("content-disposition")) else {
            return;
        };
        let named = [
            format!("filename=\"{wanted}\""),
            format!("filename={wanted}"),
        ];
        if named.iter().any(|it| found.contains(it)) {
            return verdict.pass();
        }
        let title = "a download is named otherwise than the document says";
        let finding = of.finding(self.id(), title, "Content-Disposition has the name");
        verdict.fail(finding.expected(wanted.clone(), found).step(exchange));
    }
}

/// The header in which an upload brings its SHA-256 along, where the document says that another one is refused.
fn sum_of(upload: &Operation) -> Option<&Parameter> {
    let header = upload.parameters.iter().find(|it| {
        let name = snake(&it.name);
        it.location == ParameterLocation::Header
            && (name.contains("sha256") || name.contains("sha_256"))
    })?;
    let mut said = said_of(upload);
    said.push_str(header.description.as_deref().unwrap_or_default());
    let refused = sentences(&said).any(|it| {
        says(&it, &SUMS)
            && says(
                &it,
                &[
                    "refuse",
                    "reject",
                    "400",
                    "412",
                    "422",
                    "mismatch",
                    "not match",
                    "no match",
                    "is not the",
                    "differ",
                ],
            )
    });
    refused.then_some(header)
}

/// Everything an operation says, of its answers too.
fn said_of(operation: &Operation) -> String {
    let own = [&operation.summary, &operation.description];
    let mut texts: Vec<&str> = own.into_iter().flatten().map(String::as_str).collect();
    for response in operation.responses.values() {
        texts.push(&response.description);
        let headers = response.headers.values();
        texts.extend(headers.filter_map(|it| it.description.as_deref()));
    }
    let text = texts.join(".\n");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{said_of, sum_of};

    fn upload(said: &str) -> counterpart_model::api::Operation {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{'/files/{{name}}': {{put: {{operationId: put, \
             description: {said:?}, parameters: [{{name: X-Content-Sha256, in: header, schema: {{type: string}}}}, {{name: \
             name, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: ok}}}}}}}}}}}}"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        api.operation("put").expect("an operation").clone()
    }

    #[test]
    fn a_sum_is_checked_where_it_is_said() {
        for said in [
            "If `X-Content-Sha256` is sent and is not the SHA-256 of the body, the answer is 422",
            "A body that does not match its checksum is rejected",
        ] {
            assert!(sum_of(&upload(said)).is_some(), "{said}");
        }
        assert!(sum_of(&upload("Stores a file")).is_none());
        assert!(said_of(&upload("Stores a file")).starts_with("Stores"));
    }
}
