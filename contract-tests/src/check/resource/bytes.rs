//! `resource.bytes`

use super::{
    FamilyCheck, Subject,
    family::Family,
    upload::{content_of, contents, download_of, most, untrue, uploaded, with_bytes},
};
use crate::{context::Draft, exchange::Exchange, finding::Verdict};
use bytes::Bytes as Content;
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// What was uploaded is what is downloaded.
pub(super) struct Bytes;

impl FamilyCheck for Bytes {
    fn id(&self) -> &'static str {
        "resource.bytes"
    }

    fn about(&self) -> &'static str {
        "Where a path takes bytes with PUT and gives bytes with GET, or what a POST has made has a `content` (`download`, \
         `raw`, …) of its own, a download gives exactly what was uploaded, with the content type it was uploaded with where \
         that is among those documented: also line ends, bytes that are no text, and more than 64 KiB. The answer tells the \
         size and the SHA-2 hash of the bytes where it has a property for them, and what is larger than the document allows \
         in words is refused, as is what comes with the checksum of other bytes where the document says so. The ETag and the \
         name that a download has are those that the document promises."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        download_of(api, family.own).is_some() || content_of(api, family.own).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let api = &of.context.api;
            let download = download_of(api, of.operation);
            let Some(download) = download.or_else(|| content_of(api, of.operation)) else {
                return Verdict::not_exercised("nothing is downloaded from there");
            };
            let draft = match of.context.accepted(of.operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let Some(sent) = uploaded(api, of.operation, &draft) else {
                return Verdict::not_exercised("the form has no file");
            };
            let mut verdict = Verdict::default();
            let first = Arc::clone(&draft.exchange);
            self.look(of, &mut verdict, (&draft, download), &first, &sent, "")
                .await;
            for (what, bytes) in contents() {
                if !verdict.findings.is_empty() {
                    return verdict;
                }
                let Some(exchange) = self.upload(of, &draft, &bytes).await else {
                    break;
                };
                // Not everything that is bytes is welcome everywhere.
                if exchange.succeeded() && exchange.status() != Some(202) {
                    let what = format!(": {what}");
                    self.look(
                        of,
                        &mut verdict,
                        (&draft, download),
                        &exchange,
                        &bytes,
                        &what,
                    )
                    .await;
                }
            }
            for media in others(of.operation, download, &draft) {
                let mut other = draft.clone();
                other.request.content_type = Some(media.clone());
                let bytes = of.context.sample(&media).unwrap_or_else(|| sent.clone());
                let mut request = of.context.anew(of.operation, other.request.clone());
                request.body = Some(bytes.clone());
                let exchange = of.context.send(request).await;
                let sent = bytes;
                if verdict.findings.is_empty() && matches!(exchange.status(), Some(200 | 201 | 204))
                {
                    let what = format!(" as {media}");
                    self.look(
                        of,
                        &mut verdict,
                        (&other, download),
                        &exchange,
                        &sent,
                        &what,
                    )
                    .await;
                }
            }
            self.summed(of, &mut verdict, (&draft, download)).await;
            self.limit(of, &mut verdict, &draft).await;
            verdict
        }
        .boxed()
    }
}

/// Other media types that bytes may be uploaded with and are downloaded with.
fn others(upload: &Operation, download: &Operation, draft: &Draft) -> Vec<String> {
    let own = draft.request.content_type.as_deref().unwrap_or_default();
    let taken = upload.body.iter().flat_map(|body| body.content.keys());
    let given = download
        .response(200)
        .map(|(_, response)| &response.content);
    taken
        .filter(|media| !media.contains(['*', ';']) && !own.starts_with(media.as_str()))
        .filter(|media| !media.starts_with("multipart/") && !crate::media::is_json(media))
        .filter(|media| given.is_some_and(|given| given.contains_key(*media)))
        .take(3)
        .cloned()
        .collect()
}

impl Bytes {
    /// Uploads other bytes as the accepted ones were.
    async fn upload(
        &self,
        of: &Subject<'_>,
        draft: &Draft,
        bytes: &Content,
    ) -> Option<Arc<Exchange>> {
        let request = of.context.anew(of.operation, draft.request.clone());
        let request = with_bytes(&of.context.api, of.operation, draft, request, bytes)?;
        Some(of.context.send(request).await)
    }

    /// Whether what was uploaded is told and given as it was.
    async fn look(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        (draft, download): (&Draft, &Operation),
        upload: &Arc<Exchange>,
        sent: &Content,
        what: &str,
    ) {
        let api = &of.context.api;
        let answer = upload.json().unwrap_or(Value::Null);
        let shown = of.shown(of.operation, upload);
        if let Some((name, so, told)) = shown.and_then(|shown| untrue(api, shown, &answer, sent)) {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{name}` is not that of the bytes that were uploaded"),
                    &format!("`{name}` of the bytes"),
                )
                .expected(so, told);
            return verdict.fail(finding.step(upload));
        }
        let resource = match download.path == of.operation.path {
            true => Some(draft.resource.clone()),
            false => of
                .context
                .resource_of(of.operation, download, &draft.resource, upload),
        };
        let Some(resource) = resource else {
            return verdict.skip("the answer does not tell how to reach it");
        };
        let Some(request) = of.context.bare_request(download, &resource) else {
            return verdict.skip("no request can be made to download");
        };
        let exchange = of.context.send(request).await;
        let (Ok(answer), true) = (&exchange.answer, exchange.succeeded()) else {
            let later = upload.status() == Some(202);
            if !matches!(exchange.status(), Some(404 | 410)) || later {
                return verdict.skip(exchange.status_text());
            }
            let finding = of
                .finding(
                    self.id(),
                    "what was uploaded cannot be downloaded",
                    "what was uploaded is there",
                )
                .expected("a 2xx status", exchange.status_text());
            return verdict.fail(finding.step(upload).step(&exchange));
        };
        if answer.body != *sent {
            let finding = of
                .finding(
                    self.id(),
                    format!("a download gives other bytes than were uploaded{what}"),
                    "a download gives what was uploaded",
                )
                .expected(
                    format!("{} bytes, as sent", sent.len()),
                    format!("{} bytes", answer.body.len()),
                );
            return verdict.fail(finding.step(upload).step(&exchange));
        }
        verdict.pass();
        self.headed(of, verdict, download, (&exchange, sent), &resource.path);
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
            verdict.fail(finding.step(upload).step(&exchange));
        }
    }

    /// Whether as much is taken as is said, and no more.
    async fn limit(&self, of: &Subject<'_>, verdict: &mut Verdict, draft: &Draft) {
        let Some(most) = most(&of.context.api, of.operation) else {
            return;
        };
        let filled = |size: usize| Content::from(vec![b'c'; size]);
        let (Some(fits), Some(larger)) = (
            self.upload(of, draft, &filled(most)).await,
            self.upload(of, draft, &filled(most + 1)).await,
        ) else {
            return;
        };
        let promise = format!("at most {most} bytes");
        if fits.status() == Some(413) {
            let title = "as many bytes as are allowed are refused";
            let finding = of.finding(self.id(), title, &promise);
            let finding = finding.expected(format!("{most} bytes are taken"), fits.status_text());
            return verdict.fail(finding.step(&fits));
        }
        if larger.succeeded() {
            let title = "more bytes are taken than are allowed";
            let finding = of.finding(self.id(), title, &promise);
            let finding =
                finding.expected(format!("413 for {} bytes", most + 1), larger.status_text());
            return verdict.fail(finding.step(&larger));
        }
        if fits.succeeded() && larger.refused() {
            verdict.pass();
        } else {
            verdict.skip(fits.status_text());
        }
    }
}
