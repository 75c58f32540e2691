//! What `If-Match` keeps from being deleted, and `If-None-Match: *` from being replaced.

use super::{
    FamilyCheck as _, Subject,
    etag::{Match, etag_of},
};
use crate::finding::Verdict;
use serde_json::Value;

/// An ETag that nothing has.
const STRANGE: &str = "\"counterpart-other\"";

impl Match {
    /// Deleting with an ETag that a resource does not have is refused, and it is still there (RFC 9110 §13.1.1).
    pub(super) async fn unmatched(&self, of: &Subject<'_>) -> Verdict {
        let (_, resource) = match of.make_reachable().await {
            Ok(both) => both,
            Err(why) => return Verdict::not_exercised(why),
        };
        let (Some((first, _)), Some(request)) = (
            of.read(&resource).await,
            of.context.bare_request(of.operation, &resource),
        ) else {
            return Verdict::not_exercised("no request can be made for it");
        };
        let Some(strange) = self.strange(of, etag_of(&first)) else {
            return Verdict::not_exercised("no other ETag is valid by the document");
        };
        let request = request.set_header("If-Match", &strange);
        let answer = of.context.send(request.clone()).await;
        let mut verdict = Verdict::default();
        match answer.status() {
            Some(200..=299) => {
                let title = "deleting with an ETag that it does not have is taken";
                let finding = of.finding(self.id(), title, "If-Match with another ETag");
                let finding = finding.expected("412", answer.status_text());
                verdict.fail(finding.step(&first).step(&answer));
                return verdict;
            }
            Some(412) => verdict.pass(),
            _ => {
                verdict.skip(answer.status_text());
                return verdict;
            }
        }
        if let Some((second, _)) = of.read(&resource).await
            && matches!(second.status(), Some(404 | 410))
        {
            let title = "what was refused to be deleted with 412 is gone";
            let finding = of.finding(self.id(), title, "what is refused changes nothing");
            let finding = finding.expected(first.status_text(), second.status_text());
            verdict.fail(finding.step(&answer).step(&second));
            return verdict;
        }
        // The one that it has is taken.
        // Weak ones are never equal here.
        if let Some(own) = etag_of(&first).filter(|it| !it.starts_with("W/")) {
            let answer = of.context.send(request.set_header("If-Match", &own)).await;
            match answer.status() {
                Some(412) => {
                    let title = "deleting with the current ETag is refused";
                    let finding = of.finding(self.id(), title, "If-Match with the current ETag");
                    let finding = finding.expected("a 2xx status", "412");
                    verdict.fail(finding.step(&first).step(&answer));
                }
                Some(200..=299) => verdict.pass(),
                _ => verdict.skip(answer.status_text()),
            }
        }
        verdict
    }

    /// With `If-None-Match: *` what is there is not replaced (RFC 9110 §13.1.2).
    pub(super) async fn kept_from_replacing(&self, of: &Subject<'_>) -> Verdict {
        let (made, resource) = match of.make_reachable().await {
            Ok(both) => both,
            Err(why) => return Verdict::not_exercised(why),
        };
        let (Some((first, before)), Some(request)) = (
            of.read(&resource).await,
            of.context.bare_request(of.operation, &resource),
        ) else {
            return Verdict::not_exercised("no request can be made for it");
        };
        let Some((media, _)) = of
            .context
            .body_schema(of.operation)
            .filter(|_| first.succeeded())
        else {
            return Verdict::not_exercised("it cannot be read, or takes no JSON");
        };
        let Some(body) = self.other_body(of, &made.body) else {
            return Verdict::not_exercised("no other body could be made");
        };
        let mut request = request.set_header("If-None-Match", "*");
        request.content_type = Some(media);
        let answer = of.context.send(request.with_json(&body)).await;
        let mut verdict = Verdict::default();
        match answer.status() {
            Some(412) => verdict.pass(),
            Some(200..=299) => {
                let title = "with `If-None-Match: *` what is there is replaced";
                let promise = "If-None-Match: * is for what is not there yet (RFC 9110 §13.1.2)";
                let finding = of.finding(self.id(), title, promise);
                let finding = finding.expected("412", answer.status_text());
                verdict.fail(finding.step(&first).step(&answer));
                return verdict;
            }
            _ => {
                verdict.skip(answer.status_text());
                return verdict;
            }
        }
        if let Some((second, after)) = of.read(&resource).await
            && second.succeeded()
            && let Some(it) = super::compare::first_difference(&before, &after)
        {
            let title = format!("what was refused with 412 changes `{}`", it.name);
            let finding = of.finding(self.id(), title, "what is refused changes nothing");
            let finding = finding.expected(it.expected, it.actual);
            verdict.fail(finding.step(&answer).step(&second));
        }
        verdict
    }

    /// A valid body that is not the one something was made with.
    fn other_body(&self, of: &Subject<'_>, made: &Value) -> Option<Value> {
        let (_, schema) = of.context.body_schema(of.operation)?;
        let bodies = of.rich_bodies(of.operation, schema);
        let other = bodies.iter().find(|body| *body != made);
        other.or(bodies.first()).cloned()
    }

    /// An ETag that it does not have, of the form that the document gives them.
    fn strange(&self, of: &Subject<'_>, own: Option<String>) -> Option<String> {
        let parameter = of
            .operation
            .parameters
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case("if-match"))?;
        let schema = parameter.schema()?;
        let numbers = ["\"999999\"", "\"99999\"", "\"999\"", "\"99\""].map(str::to_owned);
        let all = [STRANGE.to_owned()].into_iter().chain(numbers);
        let mut all = all.filter(|it| Some(it) != own.as_ref());
        all.find(|it| {
            let value = Value::String(it.clone());
            of.context
                .judge
                .is_valid(schema, counterpart_model::Direction::Request, &value)
        })
    }
}
