//! `media.rows`

use super::negotiation::offered;
use crate::{
    check::{Check, Phase, pagination::list::List},
    context::Context,
    finding::{Finding, Verdict},
    request::Request,
    rules::Pagination,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// A page of so many items is asked for.
const SIZE: u64 = 2;

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
            let resources = context.resources(operation).await;
            let list = resources.first();
            let list = list.and_then(|it| List::new(context, operation, rule, it));
            let Some(list) = list.filter(|it| it.rule.parameters.size().is_some()) else {
                return Verdict::not_exercised("no parameter tells how many items a page has");
            };
            let size = SIZE.max(list.sizes.least.unwrap_or(1));
            let first = list.sized(size);
            let mut pages = vec![first.clone()];
            if let Some(name) = &list.rule.parameters.offset {
                pages.push(list.with(first, name, &(list.rule.first_offset + size).to_string()));
            } else if let Some(name) = &list.rule.parameters.page {
                pages.push(list.with(first, name, &(list.rule.first_page + 1).to_string()));
            }
            let mut verdict = Verdict::default();
            for page in pages {
                self.page(context, operation, page, &mut verdict).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Rows {
    async fn page(
        &self,
        context: &Context,
        operation: &Operation,
        request: Request,
        verdict: &mut Verdict,
    ) {
        let offered = offered(operation);
        let json = offered.iter().find(|it| crate::media::is_json(it));
        let ask = |accept: &str| context.send(request.clone().set_header("Accept", accept));
        let items = async || {
            let exchange = ask(json.copied().unwrap_or("application/json")).await;
            context.items(operation, &exchange)
        };
        let Some(before) = items().await.filter(|it| !it.is_empty()) else {
            return verdict.skip("the page has no items");
        };
        let exchange = ask("text/csv").await;
        let Some(rows) = rows(&exchange) else {
            return verdict.skip(format!(
                "it cannot be had as CSV: {}",
                exchange.status_text()
            ));
        };
        // What changes meanwhile tells nothing.
        let ids = |items: &[Value]| -> Vec<Value> {
            items
                .iter()
                .map(|it| it.get("id").unwrap_or(it).clone())
                .collect()
        };
        let same = items()
            .await
            .is_some_and(|after| ids(&after) == ids(&before));
        let count = before.len();
        match rows == count || rows == count + 1 {
            true => verdict.pass(),
            false if !same => verdict.skip("the list changed meanwhile"),
            false => {
                let origin = operation
                    .response(200)
                    .map_or(&operation.origin, |(_, it)| &it.origin);
                let title = "a page as CSV has another number of rows than it has items as JSON";
                let finding = Finding::new(self.id(), &operation.id, title)
                    .promise("the media types of the response", origin)
                    .expected(
                        format!("{count} rows and a header line"),
                        format!("{rows} lines"),
                    )
                    .cause(format!("{} {}", self.id(), operation.id));
                verdict.fail(finding.step(&exchange));
            }
        }
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
