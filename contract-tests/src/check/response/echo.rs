//! `response.echo`

use super::documented;
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::infer::{has_word, says, sentences},
};
use counterpart_model::{
    Direction,
    api::{Header, Operation, Parameter, ParameterLocation, Response},
};
use std::sync::Arc;

/// A header of the request that is said to come back does.
pub(super) struct Echo;

impl ResponseCheck for Echo {
    fn id(&self) -> &'static str {
        "response.echo"
    }

    fn about(&self) -> &'static str {
        "Where an answer documents a header that the request has, too, and a description says that it is repeated (*It is \
         repeated in the answer*, *The `X-Request-Id` of the request, or a new one*), a valid one comes back as it was sent."
    }

    fn judge(
        &self,
        context: &Context,
        operation: &Operation,
        exchange: &Arc<Exchange>,
        answer: &Answer,
    ) -> Option<Vec<Finding>> {
        let (_, response) = documented(operation, answer)?;
        let mut judged = None;
        for (name, header, parameter, said) in promised(operation, response) {
            let mut sent = exchange.request.headers.iter();
            let sent = sent.find(|(known, _)| known.eq_ignore_ascii_case(name));
            let (Some((_, sent)), Some(schema)) = (sent, parameter.schema()) else {
                continue;
            };
            // What is no plain text may be made anew.
            let valid = context
                .judge
                .is_valid(schema, Direction::Request, &sent.as_str().into());
            if !valid || sent.is_empty() || !sent.bytes().all(|it| it.is_ascii_graphic()) {
                continue;
            }
            let findings: &mut Vec<Finding> = judged.get_or_insert_default();
            let back = answer.header(name);
            // The hexadecimal digits of a UUID have no case (RFC 9562 §4).
            let uuid = uuid::Uuid::parse_str(sent).is_ok();
            let same = |it: &str| it == sent || uuid && it.eq_ignore_ascii_case(sent);
            if back.is_some_and(|it| same(it.trim())) {
                continue;
            }
            let title = format!("header {name} is not what the request had");
            findings.push(
                Finding::new(self.id(), &operation.id, title)
                    .promise(said, &header.origin)
                    .expected(
                        format!("{name}: {sent}"),
                        back.map_or_else(
                            || "no such header".to_owned(),
                            |it| format!("{name}: {it}"),
                        ),
                    )
                    .cause(format!("{} {name}", self.id()))
                    .step(exchange),
            );
        }
        judged
    }
}

/// Whether some answer of an operation is to repeat a header.
pub(super) fn is_promised(operation: &Operation) -> bool {
    let mut all = operation.responses.values();
    all.any(|response| promised(operation, response).next().is_some())
}

/// The headers of a response that repeat one of the request, and what says so.
fn promised<'a>(
    operation: &'a Operation,
    response: &'a Response,
) -> impl Iterator<Item = (&'a String, &'a Header, &'a Parameter, String)> {
    response.headers.iter().filter_map(|(name, header)| {
        let mut parameters = operation.parameters.iter();
        let parameter = parameters.find(|parameter| {
            parameter.location == ParameterLocation::Header
                && parameter.name.eq_ignore_ascii_case(name)
        })?;
        let of_request = parameter.description.as_deref().unwrap_or_default();
        let of_answer = header.description.as_deref().unwrap_or_default();
        let said = repeated(of_request, of_answer, name)?;
        Some((name, header, parameter, said))
    })
}

/// The sentence that says that a header of the request is repeated in the answer: that of the parameter, or that of the
/// header.
fn repeated(of_request: &str, of_answer: &str, name: &str) -> Option<String> {
    const BACK: [&str; 10] = [
        "repeated",
        "echoed",
        "returned",
        "sent back",
        "given back",
        "copied",
        "mirrored",
        "reflected",
        "comes back",
        "passed back",
    ];
    const THERE: [&str; 4] = ["answer", "response", "reply", "replies"];
    // What is cut, or told only at times, is not held to it.
    const NOT: [&str; 18] = [
        "truncated",
        "first",
        "only",
        "not",
        "never",
        "hash",
        "may",
        "if",
        "unless",
        "otherwise",
        "valid",
        "new",
        "renewed",
        "fresh",
        "actual",
        "actually",
        "used",
        "when",
    ];
    let lower = name.to_lowercase();
    // What lets somebody in is no name of a request.
    if ["token", "auth", "secret", "csrf", "session", "cookie"]
        .iter()
        .any(|it| lower.contains(it))
    {
        return None;
    }
    // *…, or a new one if there was none*: there was one.
    let cut = |sentence: String| -> String {
        let plain = sentence.to_lowercase().replace('`', "");
        let ends = [", or a new", " or a new", ", or one", "; otherwise"];
        let end = ends.iter().filter_map(|it| plain.find(it)).min();
        plain
            .get(..end.unwrap_or(plain.len()))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    // It is the header that comes back.
    let about = |it: &str| {
        let begins = [
            "it ",
            "the header",
            "this header",
            "its value",
            "the value",
            "this value",
        ];
        begins.iter().any(|begin| it.starts_with(begin))
            || it.starts_with(&lower)
            || BACK.iter().any(|begin| it.starts_with(begin))
    };
    let asks = |it: &str| says(it, &BACK) && says(it, &THERE) && about(it) && !has_word(it, &NOT);
    let answers = |it: &str| {
        let named = [" of the request", " from the request", " that was sent"];
        let told = named
            .iter()
            .any(|end| it.contains(&format!("{lower}{end}")));
        let said = [
            "echo of",
            "echoes the",
            "repeats the",
            "same as in the request",
        ];
        (told || says(it, &said)) && !has_word(it, &NOT)
    };
    let told = sentences(of_request).find(|it| asks(&cut(it.clone())));
    told.or_else(|| sentences(of_answer).find(|it| answers(&cut(it.clone()))))
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn what_comes_back_is_said_of_the_request_or_of_the_answer() {
        let said =
            |request: &str, answer: &str| repeated(request, answer, "X-Request-Id").is_some();
        assert!(said(
            "Identifies the request. It is repeated in the answer.",
            ""
        ));
        assert!(said(
            "",
            "The `X-Request-Id` of the request, or a new one if there was none."
        ));
        assert!(said("Echoed in the response header.", ""));
        assert!(!said("Identifies the request.", "Identifies the answer."));
        assert!(!said(
            "The first 20 characters are echoed in the response.",
            ""
        ));
        assert!(!said("It is not returned in the response.", ""));
        assert!(!said("Not returned in the response.", ""));
        assert!(!said(
            "A fresh answer is returned, whatever the header.",
            ""
        ));
        assert!(!said(
            "",
            "The `X-Request-Id` of the request if it is a UUID."
        ));
        let token = repeated("It is repeated in the answer.", "", "X-CSRF-Token");
        assert!(token.is_none(), "secrets are shown to nobody");
        assert!(!said("Returned items.", "A trace of the request."));
    }
}
