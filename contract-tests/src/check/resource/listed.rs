//! `resource.listed`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
};
use crate::{
    check::pagination::walk,
    context::Context,
    finding::Verdict,
    rules::{Pagination, infer::snake},
};
use counterpart_model::api::{Api, Operation, ParameterLocation, TypeSet};
use futures::{FutureExt as _, future::BoxFuture};

/// What was made is in the list.
pub(super) struct Listed;

impl FamilyCheck for Listed {
    fn id(&self) -> &'static str {
        "resource.listed"
    }

    fn about(&self) -> &'static str {
        "What was made is in the list of its collection, without filters; lists that show all only when asked to are left alone."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Create && family.list.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(list) = of.family.list.filter(|list| !list.path.contains('{')) else {
                return Verdict::not_exercised("the list stands below another resource");
            };
            if let Some(name) = narrows(of.context, list) {
                return Verdict::not_exercised(format!("`{name}` may leave it out of the list"));
            }
            let made = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let schema = of.shown(of.operation, &made.exchange);
            let Some(id) = schema.and_then(|schema| of.identity(schema, &made.answer)) else {
                return Verdict::not_exercised("the answer shows no identifier");
            };
            let mut verdict = Verdict::default();
            // Some lists take a moment.
            for patience in [0, 500] {
                tokio::time::sleep(std::time::Duration::from_millis(patience)).await;
                match ids(of.context, list).await {
                    Ok(found) if found.contains(&id) => {
                        verdict.pass();
                        return verdict;
                    }
                    Ok(_) => {}
                    Err(why) => return Verdict::not_exercised(why),
                }
            }
            let finding = of
                .finding(
                    self.id(),
                    "what was made is not in the list",
                    "the list holds all",
                )
                .expected(format!("{id} in {}", list.path), "not there");
            verdict.fail(finding.step(&made.exchange));
            verdict
        }
        .boxed()
    }
}

/// The parameter that tells that a list does not show all unless asked to: one with a default, one that widens it, and
/// one that counts where no rule of pages is known.
fn narrows<'a>(context: &Context, list: &'a Operation) -> Option<&'a str> {
    let api = &context.api;
    let paging = Pagination::of(api, context.document.as_deref(), list);
    let paging = paging.ok().flatten();
    let parameters = list.parameters.iter().filter(|parameter| {
        let name = snake(&parameter.name);
        let sorts = ["sort", "order", "direction"]
            .iter()
            .any(|word| name.contains(word));
        parameter.location == ParameterLocation::Query && !parameter.required && !sorts
    });
    let mut narrowing = parameters.filter(|parameter| {
        let pages = paging.as_ref().is_some_and(|stated| {
            stated
                .rule
                .parameters
                .names()
                .any(|name| name == parameter.name)
        });
        let Some(schema) = parameter.schema().filter(|_| !pages) else {
            return false;
        };
        let name = snake(&parameter.name);
        let (own, schema) = (api.schema(schema), api.schema(api.resolve(schema)));
        let widens = ["include", "show", "with", "all"]
            .iter()
            .any(|word| name == *word || name.starts_with(&format!("{word}_")))
            || ["archived", "deleted", "hidden"]
                .iter()
                .any(|word| name.contains(word));
        let counts = paging.is_none()
            && schema.types.contains(TypeSet::INTEGER)
            && schema.types != TypeSet::ALL;
        own.default.is_some() || schema.default.is_some() || widens || counts
    });
    narrowing.next().map(|parameter| parameter.name.as_str())
}

/// What identifies the items of a list now.
pub(super) async fn ids(context: &Context, list: &Operation) -> Result<Vec<String>, String> {
    if Pagination::is_stated(&context.api, list) {
        let reference = walk::fresh(context, list).await?;
        match &reference.walk.ended {
            walk::Ended::AtEnd => {}
            walk::Ended::Broken(why) => return Err(why.clone()),
            _ => return Err("the end of the list was not reached".to_owned()),
        }
        return Ok(reference.ids.clone());
    }
    let request = context
        .bare_request(list, &crate::context::Resource::default())
        .ok_or("no request can be made to list")?;
    let exchange = context.send(request).await;
    let items = context.items(list, &exchange).ok_or("the list is none")?;
    let id = |item: &serde_json::Value| {
        ["id", "uid", "uuid", "key"]
            .iter()
            .find_map(|name| item.get(*name))
            .map(crate::wire::scalar)
    };
    Ok(items.iter().filter_map(id).collect())
}
