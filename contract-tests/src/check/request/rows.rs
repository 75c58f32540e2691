//! `media.rows`

use super::negotiation::offered;
use crate::{
    check::{Check, Phase, pagination::list::List},
    context::Context,
    finding::{Finding, Verdict},
    request::Request,
    rules::{
        Pagination,
        infer::{clauses, has_word, of_operation, says},
    },
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// A page of so many items is asked for.
const SIZE: u64 = 2;
/// Words of a CSV that is more than a page.
const WHOLE: [&str; 12] = [
    "all",
    "whole",
    "entire",
    "complete",
    "full",
    "every",
    "not",
    "unpaged",
    "unpaginated",
    "ignores",
    "ignored",
    "regardless",
];

/// A list as CSV has the same rows as it has items as JSON.
pub(super) struct Rows;

impl Check for Rows {
    fn id(&self) -> &'static str {
        "media.rows"
    }

    fn about(&self) -> &'static str {
        "Where a paged list is offered as JSON and as CSV (RFC 4180), the same page has as many rows as items, a header line \
         aside: what pages the one pages the other."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        let offered = offered(operation);
        let has = |wanted: &str| offered.iter().any(|it| crate::media::essence(it) == wanted);
        operation.method.is_safe()
            && has("text/csv")
            && offered.iter().any(|it| crate::media::is_json(it))
            && Pagination::is_stated(api, operation)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let rule = match context.paging(operation) {
                Ok(Some(rule)) => rule,
                Ok(None) => return Verdict::not_exercised("it is not said how it is paged"),
                Err(error) => return Verdict::not_exercised(error.to_string()),
            };
            let answer = operation.response(200);
            let answer = answer
                .map(|(_, it)| it.description.as_str())
                .unwrap_or_default();
            let said = format!("{}\n\n{answer}", of_operation(operation));
            if clauses(&said)
                .iter()
                .any(|it| says(it, &["csv"]) && has_word(it, &WHOLE))
            {
                return Verdict::not_exercised(
                    "the CSV is said to be paged otherwise, or not at all",
                );
            }
            let resources = context.resources(operation).await;
            let list = resources.first();
            let list = list.and_then(|it| List::new(context, operation, rule, it));
            let Some(list) = list.filter(|it| it.rule.parameters.size().is_some()) else {
                return Verdict::not_exercised("no parameter tells how many items a page has");
            };
            let size = SIZE.max(list.sizes.least.unwrap_or(1));
            let mut verdict = Verdict::default();
            let (few, more) = (list.sized(size), list.sized(size + 1));
            self.look(context, operation, (few, more), &mut verdict)
                .await;
            verdict
        }
        .boxed()
    }
}

impl Rows {
    /// Whether pages of two sizes have as many rows as items. What has others for reasons of its own, a row for each part
    /// of an item, has others where the page is larger.
    async fn look(
        &self,
        context: &Context,
        operation: &Operation,
        (few, more): (Request, Request),
        verdict: &mut Verdict,
    ) {
        let offered = offered(operation);
        let json = offered.iter().find(|it| crate::media::is_json(it));
        let json = json.copied().unwrap_or("application/json");
        let ask = |request: &Request, accept: &str| {
            context.send(request.clone().set_header("Accept", accept))
        };
        let items = async |request: &Request| {
            let exchange = ask(request, json).await;
            context.items(operation, &exchange).map_or(0, |it| it.len())
        };
        let (count, larger) = (items(&few).await, items(&more).await);
        if count == 0 || larger <= count {
            return verdict.skip("the list is too short");
        }
        let exchange = ask(&few, "text/csv").await;
        let Some(found) = rows(&exchange) else {
            return verdict.skip(format!(
                "it cannot be had as CSV: {}",
                exchange.status_text()
            ));
        };
        if found == count || found == count + 1 {
            return verdict.pass();
        }
        let again = ask(&more, "text/csv").await;
        if rows(&again) != Some(found) || found <= larger {
            return verdict.skip("the CSV may have other rows than the JSON has items");
        }
        let origin = operation
            .response(200)
            .map_or(&operation.origin, |(_, it)| &it.origin);
        let title = "a page as CSV has all rows, whatever its size";
        let finding = Finding::new(self.id(), &operation.id, title)
            .promise("the media types of the response", origin)
            .expected(
                format!("{count} rows and a header line"),
                format!("{found} lines"),
            )
            .cause(format!("{} {}", self.id(), operation.id));
        verdict.fail(finding.step(&exchange).step(&again));
    }
}

/// How many records an answer has, the header line among them; `None` where it is no CSV.
fn rows(exchange: &crate::exchange::Exchange) -> Option<usize> {
    let media = exchange.header("content-type").map(crate::media::essence)?;
    let answer = exchange.answer.as_ref().ok()?;
    if !exchange.succeeded() || media != "text/csv" {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(answer.body.as_ref());
    let mut count = 0;
    for record in reader.byte_records() {
        record.ok()?;
        count += 1;
    }
    Some(count)
}
