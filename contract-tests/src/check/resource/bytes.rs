//! `resource.bytes`

use super::{FamilyCheck, Subject, family::Family};
use crate::finding::Verdict;
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// What was uploaded is what is downloaded.
pub(super) struct Bytes;

impl FamilyCheck for Bytes {
    fn id(&self) -> &'static str {
        "resource.bytes"
    }

    fn about(&self) -> &'static str {
        "Where a path takes bytes with PUT and gives bytes with GET, a download gives exactly what was uploaded, with the \
         content type it was uploaded with where that is among those documented."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        download_of(api, family.own).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(download) = download_of(&of.context.api, of.operation) else {
                return Verdict::not_exercised("nothing is downloaded from there");
            };
            let draft = match of.context.accepted(of.operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let Some(request) = of.context.bare_request(download, &draft.resource) else {
                return Verdict::not_exercised("no request can be made to download");
            };
            let exchange = of.context.send(request).await;
            let mut verdict = Verdict::default();
            let (Ok(answer), true) = (&exchange.answer, exchange.succeeded()) else {
                if matches!(exchange.status(), Some(404 | 410)) {
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
            let sent = draft.request.body.clone().unwrap_or_default();
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
