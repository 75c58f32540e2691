//! `response.range`

use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::{Answer, Exchange},
    finding::{Finding, Verdict},
    paths,
    request::Request,
    rules::infer::{has_word, says, sentences},
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, ParameterLocation, StatusKey},
};
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
        let text = self.text().to_lowercase();
        // Items of a list may be what is counted.
        let json = self
            .bytes
            .header("content-type")
            .is_some_and(crate::media::is_json);
        if json && !text.contains("byte") {
            return verdict.skip("it may be ranges of something else than bytes");
        }
        let mut parts = vec![
            ("0-0".to_owned(), 0..1),
            ("1-2".to_owned(), 1..3),
            ("1-".to_owned(), 1..length),
            (format!("2-{}", length + 10), 2..length),
        ];
        if !text.contains("suffix") && !text.contains("bytes=-") {
            parts.push(("-2".to_owned(), length - 2..length));
        }
        parts.retain(|(range, _)| self.is_valid(range));
        let promised = honours(&text);
        let (mut refused, mut ignored, mut given) = (None, None, false);
        for (range, span) in parts {
            let exchange = self.ask(&format!("bytes={range}")).await;
            // A server may ignore `Range` (§14.2): the whole content is an answer, too.
            match exchange.status() {
                Some(206) => {
                    given = true;
                    let wrong = self.part(&exchange, &span);
                    if self.tell(verdict, &range, &exchange, wrong).await {
                        return;
                    }
                }
                Some(200) => ignored = ignored.or(Some((range, exchange))),
                Some(400 | 404 | 416) => refused = refused.or(Some((range, span.len(), exchange))),
                _ => verdict.skip(exchange.status_text()),
            }
        }
        if let Some((range, count, exchange)) = refused
            && (given || promised)
        {
            let wrong = (
                "a byte range that can be satisfied is refused",
                format!("206 with {count} of {length} bytes"),
                exchange.status_text(),
            );
            if self.tell(verdict, &range, &exchange, Some(wrong)).await {
                return;
            }
        }
        if let Some((range, exchange)) = ignored
            && promised
            && !given
        {
            let (title, expected) = ("byte ranges are ignored", "206".to_owned());
            let wrong = (title, expected, "200".to_owned());
            if self.tell(verdict, &range, &exchange, Some(wrong)).await {
                return;
            }
        }
        if given {
            self.beyond(verdict).await;
        }
        self.ignores(verdict).await;
    }

    /// Whether the document lets the header have this range.
    fn is_valid(&self, range: &str) -> bool {
        let mut parameters = self.operation.parameters.iter();
        let own = parameters.find(|parameter| {
            parameter.location == ParameterLocation::Header && is_range(&parameter.name)
        });
        let schema = own.and_then(counterpart_model::api::Parameter::schema);
        let value = format!("bytes={range}").into();
        let judge = &self.context.judge;
        schema.is_none_or(|schema| judge.is_valid(schema, Direction::Request, &value))
    }

    async fn ask(&self, range: &str) -> Arc<Exchange> {
        let request = self.request.clone().set_header("range", range);
        self.context.send(request).await
    }

    /// What is wrong with a 206: it may be a part of what was asked for (§15.3.7), and is what `Content-Range` tells.
    fn part(&self, exchange: &Exchange, span: &Span<usize>) -> Option<Wrong> {
        let answer = content(exchange, 206)?;
        let length = self.bytes.body.len();
        let expected = format!("bytes {}-{}/{length}", span.start, span.end - 1);
        let told = answer.header("content-range");
        let wrong = |title, actual: &str| Some((title, expected.clone(), actual.to_owned()));
        let Some(told) = told else {
            return wrong("a 206 has no Content-Range", "no such header");
        };
        let Some((from, to, whole)) = told_range(told) else {
            return wrong("the Content-Range of a 206 is none", told);
        };
        let within = span.start <= from && from <= to && to < span.end;
        if !within || whole.is_some_and(|it| it != length) {
            return wrong("the Content-Range of a 206 is not what was asked for", told);
        }
        if Some(answer.body.as_ref()) != self.bytes.body.get(from..=to) {
            let actual = format!("{} bytes, not those of {told}", answer.body.len());
            return wrong("a 206 has not the bytes of the range", &actual);
        }
        None
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
        if !verdict.findings.is_empty() {
            return;
        }
        let (malformed, several) = ignored(&self.text());
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

/// What a `Content-Range` tells: the first byte, the last one, and how many there are, where that is known (RFC 9110 §14.4).
fn told_range(text: &str) -> Option<(usize, usize, Option<usize>)> {
    let (range, whole) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = range.split_once('-')?;
    let whole = match whole {
        "*" => None,
        whole => Some(whole.parse().ok()?),
    };
    Some((from.parse().ok()?, to.parse().ok()?, whole))
}

/// Whether a sentence says that ranges can be asked for.
fn honours(text: &str) -> bool {
    sentences(text).any(|sentence| {
        let lower = sentence.to_lowercase();
        let about = lower.contains("`range`") || says(&lower, &["byte range", "range request"]);
        let can = [
            "can be asked",
            "can be requested",
            "supports",
            "is supported",
            "are supported",
        ];
        let not = [
            "not", "no", "ignored", "only", "if", "unless", "may", "except",
        ];
        about && says(&lower, &can) && !has_word(&lower, &not)
    })
}

/// Whether malformed ranges, and several of them at once, are said to be ignored: *Malformed or multiple ranges are ignored*.
fn ignored(text: &str) -> (bool, bool) {
    const MALFORMED: [&str; 2] = ["malformed", "invalid"];
    const SEVERAL: [&str; 2] = ["multiple", "several"];
    const BESIDE: [&str; 6] = ["or", "and", "range", "ranges", "headers", "header"];
    let mut found = (false, false);
    for sentence in sentences(text) {
        let lower = sentence.to_lowercase();
        let ends = [" are ignored", " is ignored"];
        let Some(head) = ends
            .iter()
            .find_map(|end| lower.trim_end_matches('.').strip_suffix(end))
        else {
            continue;
        };
        let words: Vec<&str> = head
            .split(|c: char| !c.is_alphanumeric())
            .filter(|it| !it.is_empty())
            .collect();
        let known =
            |it: &&str| MALFORMED.contains(it) || SEVERAL.contains(it) || BESIDE.contains(it);
        if words.iter().all(known) && words.iter().any(|it| it.starts_with("range")) {
            found.0 |= words.iter().any(|it| MALFORMED.contains(it));
            found.1 |= words.iter().any(|it| SEVERAL.contains(it));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{honours, ignored, told_range};

    #[test]
    fn ranges_are_promised_and_ignored_by_what_sentences_say() {
        assert!(honours(
            "A single byte range can be asked for with the `Range` header."
        ));
        assert!(!honours(
            "Byte ranges are not supported for archived files."
        ));
        assert!(!honours("A `Range` of 1 MB."));
        assert_eq!(
            ignored("Malformed\nor multiple ranges are ignored."),
            (true, true)
        );
        assert_eq!(
            ignored("Of multiple ranges all but the first are ignored."),
            (false, false)
        );
        assert_eq!(
            ignored("`Range` is ignored when `If-Range` is malformed."),
            (false, false)
        );
    }

    #[test]
    fn content_ranges_tell_what_was_sent() {
        assert_eq!(told_range("bytes 0-1/5"), Some((0, 1, Some(5))));
        assert_eq!(told_range("bytes 2-4/*"), Some((2, 4, None)));
        assert_eq!(told_range("bytes */5"), None);
        assert_eq!(told_range("items 0-1/5"), None);
    }
}
