//! `resource.bytes`

use super::{FamilyCheck, Subject, family::Family};
use crate::{
    context::Draft,
    finding::Verdict,
    form::{file_of, form_of},
    paths,
    rules::infer::says,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// What was uploaded is what is downloaded.
pub(super) struct Bytes;

impl FamilyCheck for Bytes {
    fn id(&self) -> &'static str {
        "resource.bytes"
    }

    fn about(&self) -> &'static str {
        "Where a path takes bytes with PUT and gives bytes with GET, or what a POST has made has a `content` (`download`, \
         `raw`, …) of its own, a download gives exactly what was uploaded, with the content type it was uploaded with where \
         that is among those documented."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        download_of(api, family.own).is_some()
            || family.creates() && content_of(api, family.own).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            let put = download_of(api, of.operation);
            let posted = || content_of(api, of.operation);
            let Some(download) = put.or_else(posted) else {
                return Verdict::not_exercised("nothing is downloaded from there");
            };
            let draft = match of.context.accepted(of.operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let resource = if put.is_some() {
                Some(draft.resource.clone())
            } else {
                let (parent, answer) = (&draft.resource, &draft.exchange);
                of.context
                    .resource_of(of.operation, download, parent, answer)
            };
            let Some(resource) = resource else {
                return Verdict::not_exercised("the answer does not tell how to reach it");
            };
            let Some(request) = of.context.bare_request(download, &resource) else {
                return Verdict::not_exercised("no request can be made to download");
            };
            let exchange = of.context.send(request).await;
            let mut verdict = Verdict::default();
            let (Ok(answer), true) = (&exchange.answer, exchange.succeeded()) else {
                let later = draft.exchange.status() == Some(202);
                if matches!(exchange.status(), Some(404 | 410)) && !later {
                    let finding = of
                        .finding(
                            self.id(),
                            "what was uploaded cannot be downloaded",
                            "what was uploaded is there",
                        )
                        .expected("a 2xx status", exchange.status_text());
                    verdict.fail(finding.step(&draft.exchange).step(&exchange));
                } else {
                    verdict.skip(exchange.status_text());
                }
                return verdict;
            };
            let Some(sent) = uploaded(api, of.operation, &draft) else {
                return Verdict::not_exercised("the form has no file");
            };
            if answer.body != sent {
                let finding = of
                    .finding(
                        self.id(),
                        "a download gives other bytes than were uploaded",
                        "a download gives what was uploaded",
                    )
                    .expected(
                        format!("{} bytes, as sent", sent.len()),
                        format!("{} bytes", answer.body.len()),
                    );
                verdict.fail(finding.step(&draft.exchange).step(&exchange));
                return verdict;
            }
            verdict.pass();
            let essence = |text: &str| {
                let essence = text.split(';').next().unwrap_or_default();
                essence.trim().to_ascii_lowercase()
            };
            let was = draft.request.content_type.as_deref().map(essence);
            let is = exchange.header("content-type").map(essence);
            // What gives only one type gives it for all.
            let offered = download.response(200).is_some_and(|(_, response)| {
                was.as_ref()
                    .is_some_and(|it| response.content.contains_key(it))
            });
            if let (true, Some(was), Some(is)) = (offered, was, is)
                && was != is
            {
                let finding = of
                    .finding(
                        self.id(),
                        "a download has another content type than the upload",
                        "a download gives what was uploaded",
                    )
                    .expected(was, is);
                verdict.fail(finding.step(&draft.exchange).step(&exchange));
            }
            verdict
        }
        .boxed()
    }
}

/// The bytes that were uploaded: the body, or the file in a form.
fn uploaded(api: &Api, upload: &Operation, draft: &Draft) -> Option<bytes::Bytes> {
    let Some((_, schema)) = form_of(upload) else {
        return draft.request.body.clone();
    };
    let file = draft.body.as_ref()?.get(file_of(api, schema)?)?;
    Some(bytes::Bytes::from(crate::wire::scalar(file)))
}

/// Last parts of paths by which the bytes of what was made are given.
const CONTENTS: [&str; 8] = [
    "content", "contents", "download", "file", "raw", "data", "binary", "blob",
];

/// Where the bytes of what a `POST` has made are downloaded, as they were uploaded: pictures and the like may be made
/// anew.
fn content_of<'a>(api: &'a Api, upload: &Operation) -> Option<&'a Operation> {
    let body = upload.body.as_ref()?;
    let raw = |media: &String| {
        let essence = media.split(';').next().unwrap_or_default().trim();
        ["application/octet-stream", "*/*", "application/*"].contains(&essence)
    };
    let file = || form_of(upload).is_some_and(|(_, schema)| file_of(api, schema).is_some());
    let bytes = !body.content.is_empty() && body.content.keys().all(raw);
    if upload.method != Method::Post || !(bytes || file()) {
        return None;
    }
    api.operations.iter().find(|other| {
        let path = paths::plain(&other.path);
        let (item, last) = path.rsplit_once('/').unwrap_or_default();
        // What is made below something else may be at home elsewhere: `/tickets/{id}/attachments`, `/attachments/{id}/content`.
        let kind = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let elsewhere =
            paths::item(item).is_some_and(|(above, _)| kind(above) == kind(&upload.path));
        let below =
            CONTENTS.contains(&last) && (paths::is_item_of(item, &upload.path) || elsewhere);
        // What is given may also have been made of what was uploaded: only prose tells.
        let gives = other.response(200).is_some_and(|(_, response)| {
            let said = [&other.summary, &other.description].into_iter().flatten();
            let mut said = said.chain([&response.description]);
            !response.content.is_empty()
                && response.content.keys().all(raw)
                && said.any(|text| says(text, &["upload", "original", "as sent", "as received"]))
        });
        other.method == Method::Get && gives && (below || paths::is_item_of(path, &upload.path))
    })
}

/// Where bytes that are uploaded can be downloaded.
pub(super) fn download_of<'a>(api: &'a Api, upload: &Operation) -> Option<&'a Operation> {
    let body = upload.body.as_ref()?;
    let raw = |media: &String| !crate::media::is_json(media) && !media.contains("form");
    if upload.method != Method::Put || !body.content.keys().all(raw) {
        return None;
    }
    let download = crate::paths::at(api, Method::Get, &upload.path)?;
    let (_, response) = download.response(200)?;
    (!response.content.is_empty() && response.content.keys().all(raw)).then_some(download)
}
