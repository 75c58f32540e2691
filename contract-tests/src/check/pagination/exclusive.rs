//! `pagination.exclusive`

use super::{Listed, PageCheck};
use crate::rules::Pagination;
use crate::{
    finding::Verdict,
    rules::{Answer, ErrorShape, PagingStyle},
    wire,
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Parameters that exclude each other are refused together.
pub(super) struct Exclusive;

impl Exclusive {
    /// A token that was handed out for a parameter.
    async fn token(&self, listed: &Listed<'_>, name: &str) -> Option<String> {
        let reference = &listed.reference;
        let rule = &reference.list.rule;
        let walk = reference.small(listed.context).await.first()?;
        let second = walk.pages.get(1)?;
        if rule.parameters.token.as_deref() == Some(name) {
            return walk.pages.first()?.next.clone();
        }
        let place = rule.response.previous_cursor.as_ref()?;
        let token = place.get(&second.exchange.json()?).map(wire::scalar)?;
        (!token.is_empty()).then_some(token)
    }
}

impl PageCheck for Exclusive {
    fn id(&self) -> &'static str {
        "pagination.exclusive"
    }

    fn about(&self) -> &'static str {
        "Parameters that exclude each other (both cursors) are refused together, with the documented answer."
    }

    fn concerns(&self, rule: &Pagination, _: &Api, _: &Operation) -> bool {
        !rule.exclusive.is_empty()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let reference = &listed.reference;
            let list = &reference.list;
            if list.rule.exclusive.is_empty() {
                return Verdict::not_exercised("no parameters exclude each other");
            }
            if let Some(short) = listed.too_short(2) {
                return short;
            }
            let errors = ErrorShape::of(&listed.context.api, listed.context.document.as_deref());
            let errors = errors.ok().flatten();
            let errors = errors.as_ref().map(|stated| &stated.rule);
            let parameters = &list.rule.parameters;
            let mut verdict = Verdict::default();
            for set in &list.rule.exclusive {
                let mut request = list.base.clone();
                let mut placed = 0;
                for (at, name) in set.iter().enumerate() {
                    let cursor = [&parameters.forward, &parameters.backward]
                        .into_iter()
                        .any(|known| known.as_ref() == Some(name));
                    let known = listed
                        .operation
                        .parameters
                        .iter()
                        .find(|known| known.name == *name);
                    let value = if list.rule.style == PagingStyle::PageToken {
                        self.token(listed, name).await
                    } else if cursor {
                        reference.ids.get(at).cloned()
                    } else {
                        known
                            .and_then(|known| listed.context.parameter_value(known))
                            .map(|value| wire::scalar(&value))
                    };
                    if let Some(value) = value {
                        request = request.set_query(name, value);
                        placed += 1;
                    }
                }
                if placed < 2 {
                    verdict.skip(format!("no values for {}", set.join(" and ")));
                    continue;
                }
                let exchange = listed.context.send(request).await;
                let expected = list.rule.errors.exclusive.as_ref();
                let right = expected.map_or(exchange.refused(), |answer: &Answer| {
                    answer.is(&exchange, errors)
                });
                if right {
                    verdict.pass();
                } else if exchange
                    .status()
                    .is_none_or(|status| status >= 500 || status == 429)
                {
                    verdict.skip(exchange.status_text());
                } else {
                    let both = set.join(" and ");
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("{both} together are not refused as promised"),
                            "at most one of these parameters may be given",
                        )
                        .expected(
                            expected.map_or_else(|| "a 4xx status".to_owned(), ToString::to_string),
                            ErrorShape::describe(errors, &exchange),
                        );
                    verdict.fail(finding.step(&exchange));
                }
            }
            verdict
        }
        .boxed()
    }
}
