//! `response.echo`

use super::documented;
use crate::{
    check::ResponseCheck,
    context::Context,
    exchange::{Answer, Exchange},
    finding::Finding,
    rules::infer::{says, sentences},
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
            // Hexadecimal digits have no case (RFC 9562 §4).
            if back.is_some_and(|it| it.trim().eq_ignore_ascii_case(sent)) {
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
    const NOT: [&str; 7] = [
        "truncat", "first ", "only ", " not ", "never", "hash", "may ",
    ];
    let plain = |it: &String| !NOT.iter().any(|word| it.to_lowercase().contains(word));
    let name = name.to_lowercase();
    let asks = |it: &String| says(it, &BACK) && says(it, &THERE);
    let answers = |it: &String| {
        let text = it.to_lowercase().replace('`', "");
        text.contains(&format!("{name} of the request"))
            || text.contains(&format!("{name} from the request"))
            || text.contains(&format!("{name} that was sent"))
            || says(
                &text,
                &[
                    "echo of",
                    "echoes the",
                    "repeats the",
                    "same as in the request",
                ],
            )
    };
    let told = sentences(of_request).filter(plain).find(asks);
    told.or_else(|| sentences(of_answer).filter(plain).find(answers))
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
        assert!(!said("Returned items.", "A trace of the request."));
    }
}
