//! `resource.initial`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
};
use crate::{
    finding::Verdict,
    rules::infer::{
        envelope::{core, core_of},
        is_status, properties, value_named,
    },
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// What was made is in the state that the document says.
pub(super) struct Initial;

impl FamilyCheck for Initial {
    fn id(&self) -> &'static str {
        "resource.initial"
    }

    fn about(&self) -> &'static str {
        "What was made is in the state that the description of the operation, or of its answer, names in quotes: the only \
         value of the resource's status that it names."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let create = family.create.filter(|_| family.role == Role::Create);
        create.is_some_and(|create| {
            [200, 201].into_iter().any(|code| {
                let Some((_, response)) = create.response(code) else {
                    return false;
                };
                let schema = response.content.values().find_map(|content| content.schema);
                schema.is_some_and(|schema| {
                    properties(api, core(api, schema).1)
                        .iter()
                        .any(|(name, id)| {
                            is_status(api, name, *id)
                                .and_then(|of| of.strings())
                                .is_some_and(|values| {
                                    value_named(&said(create, &response.description), &values)
                                        .is_some()
                                })
                        })
                })
            })
        })
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let made = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let api = &of.context.api;
            let Some(schema) = of.shown(of.operation, &made.exchange) else {
                return Verdict::not_exercised("the answer shows no resource");
            };
            let status = made.exchange.status().unwrap_or(0);
            let response = of
                .operation
                .response(status)
                .map(|(_, response)| response.description.as_str());
            let said = said(of.operation, response.unwrap_or_default());
            let mut verdict = Verdict::default();
            let (schema, answer) = core_of(api, schema, &made.answer);
            let asked = of.context.body_schema(of.operation);
            let sent = asked.map_or(&made.body, |(_, id)| core_of(api, id, &made.body).1);
            for (name, id) in properties(api, schema) {
                let Some(of_status) = is_status(api, &name, id) else {
                    continue;
                };
                let values = of_status.strings().unwrap_or_default();
                // A client that sets the state itself is answered with what it set.
                let Some(wanted) =
                    value_named(&said, &values).filter(|_| sent.get(&name).is_none())
                else {
                    continue;
                };
                match answer.get(&name).and_then(serde_json::Value::as_str) {
                    Some(found) if found == wanted => verdict.pass(),
                    Some(found) => {
                        let finding = of
                            .finding(
                                self.id(),
                                format!(
                                    "what was made has another `{name}` than the document says"
                                ),
                                &format!("`{wanted}` in the operation's description"),
                            )
                            .expected(wanted.to_owned(), found.to_owned());
                        verdict.fail(finding.step(&made.exchange));
                    }
                    None => verdict.skip(format!("the answer has no `{name}`")),
                }
            }
            if verdict.cases == 0 {
                verdict.skip("the document names no state in which something is made");
            }
            verdict
        }
        .boxed()
    }
}

/// What an operation and one of its responses say.
fn said(operation: &Operation, response: &str) -> String {
    format!(
        "{response} {}",
        operation.description.as_deref().unwrap_or_default()
    )
}
