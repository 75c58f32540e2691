//! `response.range`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::{Answer, Exchange},
    finding::{Finding, Verdict},
    paths,
    request::Request,
    rules::infer::says,
};
use counterpart_model::api::{Api, Method, Operation, ParameterLocation, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use std::{ops::Range as Span, sync::Arc};

/// So many resources are looked at for one that has bytes enough.
const TRIED: usize = 6;
/// A content with fewer bytes has no parts worth asking for.
const LEAST: usize = 4;

/// A part of a content is that part.
pub(super) struct Range;

impl Check for Range {
    fn id(&self) -> &'static str {
        "response.range"
    }

    fn about(&self) -> &'static str {
        "Where a GET documents a 206, a byte range (RFC 9110 §14.1.2: `0-0`, `1-2`, `1-`, `-2`, and one that ends beyond the \
         content) is answered with exactly those bytes of what comes without `Range`, and a `Content-Range` that tells them \
         and the whole length; a range that begins beyond the end is not, and gets the 416 that is documented. Where a \
         description says that malformed or several ranges are ignored, the whole content comes."
    }

    fn phase(&self) -> Phase {
        Phase::Write
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        operation.method == Method::Get && operation.responses.contains_key(&StatusKey::Code(206))
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            let known = context.resources(operation).await;
            // What is put there can be had there.
            let put = paths::at(&context.api, Method::Put, &operation.path);
            let made = match put.filter(|it| context.may_send(it)) {
                Some(put) => context.accepted(put).await.ok().map(|it| it.resource),
                None => None,
            };
            for resource in made.iter().chain(known.iter().take(TRIED)) {
                let Some(mut request) = context.bare_request(operation, resource) else {
                    continue;
                };
                request.headers.retain(|(name, _)| !is_range(name));
                let whole = context.send(request.clone()).await;
                let Some(bytes) = content(&whole, 200) else {
                    verdict.skip(whole.status_text());
                    continue;
                };
                if bytes.body.len() < LEAST {
                    verdict.skip("what is downloaded is too short to have parts");
                    continue;
                }
                let asked = Asked {
                    context,
                    operation,
                    request,
                    whole: &whole,
                    bytes,
                };
                asked.look(&mut verdict).await;
                return verdict;
            }
            if verdict.cases == 0 && verdict.not_exercised.is_empty() {
                verdict.skip("nothing is known that could be downloaded");
            }
            verdict
        }
        .boxed()
    }
}

fn is_range(name: &str) -> bool {
    name.eq_ignore_ascii_case("range")
}

/// The content of an answer with this status.
fn content(exchange: &Exchange, status: u16) -> Option<&Answer> {
    let answer = exchange.answer.as_ref().ok()?;
    (answer.status == status).then_some(answer)
}

/// A download whose parts are asked for.
struct Asked<'a> {
    context: &'a Context,
    operation: &'a Operation,
    request: Request,
    whole: &'a Arc<Exchange>,
    bytes: &'a Answer,
}

/// What is wrong with an answer: a title, what was expected and what came.
type Wrong = (&'static str, String, String);

impl Asked<'_> {
    async fn look(&self, verdict: &mut Verdict) {
        let length = self.bytes.body.len();
        let parts = [
            ("0-0".to_owned(), 0..1),
            ("1-2".to_owned(), 1..3),
            ("1-".to_owned(), 1..length),
            ("-2".to_owned(), length - 2..length),
            (format!("2-{}", length + 10), 2..length),
        ];
        let (mut ignored, mut given) = (None, false);
        for (range, span) in parts {
            let exchange = self.ask(&format!("bytes={range}")).await;
            // A server may ignore `Range` (§14.2): the whole content is an answer, too.
            let wrong = match exchange.status() {
                Some(206) => {
                    given = true;
                    self.part(&exchange, &span)
                }
                Some(200) => {
                    ignored = ignored.or(Some((range.clone(), Arc::clone(&exchange))));
                    continue;
                }
                Some(status @ (400 | 404 | 416)) => Some((
                    "a byte range that can be satisfied is refused",
                    format!("206 with {} of {length} bytes", span.len()),
                    status.to_string(),
                )),
                _ => {
                    verdict.skip(exchange.status_text());
                    continue;
                }
            };
            if self.tell(verdict, &range, &exchange, wrong).await {
                return;
            }
        }
        if let Some((range, exchange)) = ignored
            && self.is_promised()
        {
            let wrong = (
                "a byte range is ignored",
                "206".to_owned(),
                "200".to_owned(),
            );
            if self.tell(verdict, &range, &exchange, Some(wrong)).await {
                return;
            }
        }
        if given {
            self.beyond(verdict).await;
        }
        self.ignores(verdict).await;
    }

    async fn ask(&self, range: &str) -> Arc<Exchange> {
        let request = self.request.clone().set_header("range", range);
        self.context.send(request).await
    }

    /// What is wrong with a 206.
    fn part(&self, exchange: &Exchange, span: &Span<usize>) -> Option<Wrong> {
        let answer = content(exchange, 206)?;
        let length = self.bytes.body.len();
        if answer.body != self.bytes.body.get(span.clone())? {
            let expected = format!("bytes {}-{} of {length}", span.start, span.end - 1);
            let actual = format!("{} bytes, not those", answer.body.len());
            return Some(("a 206 has not the bytes of the range", expected, actual));
        }
        let told = answer.header("content-range");
        let expected = format!("bytes {}-{}/{length}", span.start, span.end - 1);
        let unknown = format!("bytes {}-{}/*", span.start, span.end - 1);
        let right =
            told.is_some_and(|told| [&expected, &unknown].contains(&&told.trim().to_owned()));
        let actual = told.unwrap_or("no Content-Range").to_owned();
        (!right).then_some((
            "the Content-Range of a 206 is not what was sent",
            expected,
            actual,
        ))
    }

    /// A range that begins beyond the end.
    async fn beyond(&self, verdict: &mut Verdict) {
        let length = self.bytes.body.len();
        let range = format!("{length}-{}", length + 5);
        let exchange = self.ask(&format!("bytes={range}")).await;
        let documented = self.operation.responses.contains_key(&StatusKey::Code(416));
        let wrong = match exchange.status() {
            Some(206) => Some((
                "a 206 for a range that begins beyond the end",
                "416".to_owned(),
                "206".to_owned(),
            )),
            Some(status @ (200 | 400 | 404)) if documented => Some((
                "a range that cannot be satisfied is not answered with 416",
                "416".to_owned(),
                status.to_string(),
            )),
            Some(416) => exchange.header("content-range").and_then(|told| {
                let expected = format!("bytes */{length}");
                let title = "the Content-Range of a 416 does not tell the length";
                (told.trim() != expected).then(|| (title, expected, told.to_owned()))
            }),
            _ => return,
        };
        self.tell(verdict, &range, &exchange, wrong).await;
    }

    /// Ranges that the description says are ignored.
    async fn ignores(&self, verdict: &mut Verdict) {
        let text = self.text();
        let ignored = says(&text, &["are ignored", "is ignored", "will be ignored"]);
        if !ignored || !verdict.findings.is_empty() {
            return;
        }
        let sentences = crate::rules::infer::sentences(&text);
        let sentences = sentences.map(|it| it.to_lowercase());
        let ignoring: Vec<String> = sentences
            .filter(|it| it.contains("range") && it.contains("ignored"))
            .collect();
        let said = |word: &str| {
            ignoring.iter().any(|it| it.contains(word))
                && !ignoring.iter().any(|it| it.contains("not ignored"))
        };
        let malformed = said("malformed") || said("invalid");
        let several = said("multiple") || said("several") || said("more than one");
        for (wanted, range) in [(malformed, "bytes=abc"), (several, "bytes=0-0,2-2")] {
            if !wanted {
                continue;
            }
            let exchange = self.ask(range).await;
            let whole = content(&exchange, 200);
            let wrong = match exchange.status() {
                Some(200 | 206 | 400 | 416 | 422) => {
                    let same = whole.is_some_and(|it| it.body == self.bytes.body);
                    (!same).then(|| {
                        let expected = "200 with the whole content".to_owned();
                        let title = "a range that is said to be ignored is not";
                        (title, expected, exchange.status_text())
                    })
                }
                _ => continue,
            };
            let range = range.trim_start_matches("bytes=");
            if self.tell(verdict, range, &exchange, wrong).await {
                return;
            }
        }
    }

    /// What the document says of the operation, and of its `Range`.
    fn text(&self) -> String {
        let own = self.operation.description.as_deref().unwrap_or_default();
        let parameter = self.operation.parameters.iter().find(|parameter| {
            parameter.location == ParameterLocation::Header && is_range(&parameter.name)
        });
        let parameter = parameter.and_then(|it| it.description.as_deref());
        format!("{own}\n\n{}", parameter.unwrap_or_default())
    }

    /// Whether the document says more than that there may be a 206.
    fn is_promised(&self) -> bool {
        let text = self.text().to_lowercase();
        let named = |it: &counterpart_model::api::Parameter| {
            it.location == ParameterLocation::Header && is_range(&it.name)
        };
        self.operation.parameters.iter().any(named)
            || text.contains("`range`")
            || text.contains("byte range")
            || text.contains("range request")
    }

    /// Whether it was told: what was downloaded may have become another content meanwhile.
    async fn tell(
        &self,
        verdict: &mut Verdict,
        range: &str,
        exchange: &Arc<Exchange>,
        wrong: Option<Wrong>,
    ) -> bool {
        let Some((title, expected, actual)) = wrong else {
            verdict.pass();
            return false;
        };
        let again = self.context.send(self.request.clone()).await;
        if content(&again, 200).is_none_or(|it| it.body != self.bytes.body) {
            verdict.skip("what is downloaded changed meanwhile");
            return true;
        }
        let finding = Finding::new("response.range", &self.operation.id, title)
            .promise(
                "206 is a part of the content, as `Content-Range` tells (RFC 9110 §15.3.7)",
                &self.operation.origin,
            )
            .expected(expected, actual)
            .cause(format!("response.range {} {title}", self.operation.id))
            .input(format!("Range: bytes={range}"));
        verdict.fail(finding.step(self.whole).step(exchange));
        true
    }
}
