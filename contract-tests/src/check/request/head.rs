//! `method.head`

use crate::{
    check::{Check, Phase},
    context::Context,
    finding::{Finding, Verdict},
    rules::infer::has_word,
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Where the document says that HEAD is answered as GET is, it is.
pub(super) struct Head;

impl Check for Head {
    fn id(&self) -> &'static str {
        "method.head"
    }

    fn about(&self) -> &'static str {
        "Where the description of the document says that HEAD is supported wherever GET is, it is answered with the status that \
         GET is answered with (RFC 9110 §9.3.2)."
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        operation.method == Method::Get && is_promised(api.description.as_deref())
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let mut request = draft.request.clone();
            request.method = "HEAD".to_owned();
            let exchange = context.send(request).await;
            let mut verdict = Verdict::default();
            let status = exchange.status();
            if status == draft.exchange.status() {
                verdict.pass();
                return verdict;
            }
            if !matches!(status, Some(404 | 405 | 501)) {
                verdict.skip(exchange.status_text());
                return verdict;
            }
            let finding = Finding::new(self.id(), &operation.id, "HEAD is not answered as GET is")
                .promise("HEAD is supported wherever GET is", &operation.origin)
                .expected(draft.exchange.status_text(), exchange.status_text())
                .cause(format!("{} {}", self.id(), exchange.status_text()));
            verdict.fail(finding.step(&draft.exchange).step(&exchange));
            verdict
        }
        .boxed()
    }
}

/// *HEAD is supported wherever GET is.*
fn is_promised(said: Option<&str>) -> bool {
    let text = said.unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split(". ").any(|sentence| {
        let mut words = sentence.split(|c: char| !c.is_alphanumeric());
        let everywhere = ["wherever GET", "every GET", "all GET", "everywhere"];
        words.any(|word| word == "HEAD")
            && sentence.contains("GET")
            && everywhere.iter().any(|it| sentence.contains(it))
            && !has_word(sentence, &["not", "except", "no", "unless", "never"])
            && !sentence.contains("n't")
    })
}

#[cfg(test)]
mod tests {
    use super::is_promised;

    #[test]
    fn head_is_promised_by_a_sentence_of_its_own() {
        assert!(is_promised(Some(
            "Errors. HEAD is supported wherever\nGET is. More."
        )));
        assert!(!is_promised(Some(
            "HEAD is not supported where GET is, everywhere."
        )));
        assert!(!is_promised(Some(
            "HEAD and GET are allowed without a token."
        )));
        assert!(!is_promised(Some(
            "HEADERS are supported on all GET operations."
        )));
        assert!(!is_promised(Some("Use GET. All else is refused.")));
        assert!(!is_promised(None));
    }
}
