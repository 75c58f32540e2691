//! `pagination.unknown_cursor`

use super::{super::unknown::unknown_like, Listed, PageCheck, unknown_token};
use crate::{
    finding::Verdict,
    rules::{ErrorShape, PagingStyle},
};
use counterpart_model::api::ParameterLocation;
use futures::{FutureExt as _, future::BoxFuture};

/// A cursor that names no item is refused.
pub(super) struct UnknownCursor;

impl PageCheck for UnknownCursor {
    fn id(&self) -> &'static str {
        "pagination.unknown_cursor"
    }

    fn about(&self) -> &'static str {
        "A well-formed cursor that names no item of the list is refused with the documented answer, in each direction: \
         it neither starts from the beginning nor gives an empty page. Nor does a token that the document binds to an order or \
         filter continue another one."
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let (context, reference) = (listed.context, &listed.reference);
            let list = &reference.list;
            let Some(expected) = &list.rule.errors.unknown_cursor else {
                return Verdict::not_exercised(
                    "the document does not say what an unknown cursor is answered with",
                );
            };
            if list.rule.style == PagingStyle::PageToken {
                return unknown_token::judge(self.id(), listed, expected).await;
            }
            if list.rule.style == PagingStyle::Link {
                return unknown_token::judge_links(self.id(), listed, expected).await;
            }
            if list.rule.style != PagingStyle::Cursor {
                return Verdict::not_exercised("its pages have no cursors");
            }
            let Some(known) = reference.ids.first() else {
                return Verdict::not_exercised("the list is empty: there is no cursor to vary");
            };
            let errors = ErrorShape::of(&context.api, context.document.as_deref())
                .ok()
                .flatten();
            let errors = errors.as_ref().map(|stated| &stated.rule);
            let parameters = &list.rule.parameters;
            let mut verdict = Verdict::default();
            for name in [&parameters.forward, &parameters.backward]
                .into_iter()
                .flatten()
            {
                let schema = listed
                    .operation
                    .parameters
                    .iter()
                    .find(|known| known.location == ParameterLocation::Query && known.name == *name)
                    .and_then(|known| known.schema());
                let Some(unknown) = schema.and_then(|schema| unknown_like(context, schema, known))
                else {
                    verdict.skip(format!("no well-formed value for `{name}` that is unknown"));
                    continue;
                };
                let exchange = context
                    .send(list.base.clone().set_query(name, unknown.clone()))
                    .await;
                if expected.is(&exchange, errors) {
                    verdict.pass();
                } else if exchange
                    .status()
                    .is_none_or(|status| status >= 500 || status == 429)
                {
                    verdict.skip(exchange.status_text());
                } else {
                    let finding = listed
                        .finding(
                            self.id(),
                            format!("an unknown cursor in `{name}` is not refused as promised"),
                            "the answer to an unknown cursor",
                        )
                        .expected(
                            expected.to_string(),
                            ErrorShape::describe(errors, &exchange),
                        )
                        .input(format!("{name}={unknown}"));
                    verdict.fail(finding.step(&exchange));
                }
            }
            verdict
        }
        .boxed()
    }
}
