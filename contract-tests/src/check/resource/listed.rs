//! `resource.listed`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
};
use crate::{check::pagination::walk, context::Context, finding::Verdict, rules::Pagination};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// What was made is in the list.
pub(super) struct Listed;

impl FamilyCheck for Listed {
    fn id(&self) -> &'static str {
        "resource.listed"
    }

    fn about(&self) -> &'static str {
        "What was made is in the list of its collection, without filters."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Create && family.list.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(list) = of.family.list.filter(|list| !list.path.contains('{')) else {
                return Verdict::not_exercised("the list stands below another resource");
            };
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

/// What identifies the items of a list now.
pub(super) async fn ids(context: &Context, list: &Operation) -> Result<Vec<String>, String> {
    if Pagination::is_stated(&context.api, list) {
        let reference = walk::fresh(context, list).await?;
        if !reference.walk.is_whole() {
            return Err("the end of the list was not reached".to_owned());
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
