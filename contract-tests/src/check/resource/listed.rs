//! `resource.listed`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
    made::Made,
};
use crate::{
    check::pagination::walk,
    context::{Context, Resource, identity::item_schema_of},
    finding::Verdict,
    rules::{
        Pagination,
        infer::{asks_only, envelope::core, is_status, properties, says, snake},
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, ParameterLocation, TypeSet},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// So many values of one property are tried.
const CHOICES: usize = 4;
/// What is called so may be left out of lists.
const UNSEEN: [&str; 12] = [
    "draft",
    "hidden",
    "private",
    "secret",
    "archived",
    "deleted",
    "inactive",
    "disabled",
    "unlisted",
    "unpublished",
    "template",
    "system",
];
/// And so many resources of other kinds are made.
const KINDS: usize = 6;

/// What was made is in the list.
pub(super) struct Listed;

impl FamilyCheck for Listed {
    fn id(&self) -> &'static str {
        "resource.listed"
    }

    fn about(&self) -> &'static str {
        "What was made, of whatever kind, is in the list of its collection, without filters; lists that show all only when \
         asked to are left alone."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Create && family.list.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(list) = of.family.list else {
                return Verdict::not_exercised("nothing lists them");
            };
            if let Some(name) = narrows(of.context, list) {
                return Verdict::not_exercised(format!("`{name}` may leave it out of the list"));
            }
            let made = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let mut verdict = Verdict::default();
            self.look(of, &mut verdict, list, &made).await;
            // Of whatever kind it is.
            for kind in kinds(of, &made).await {
                if !verdict.findings.is_empty() {
                    break;
                }
                self.look(of, &mut verdict, list, &kind).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Listed {
    async fn look(&self, of: &Subject<'_>, verdict: &mut Verdict, list: &Operation, made: &Made) {
        let schema = of.shown(of.operation, &made.exchange);
        let Some(id) = schema.and_then(|schema| of.identity(schema, &made.answer)) else {
            return verdict.skip("the answer shows no identifier");
        };
        // Some lists take a moment.
        for patience in [0, 500] {
            tokio::time::sleep(std::time::Duration::from_millis(patience)).await;
            match ids(of, list, &made.parent).await {
                Ok(found) if found.contains(&id) => return verdict.pass(),
                Ok(_) => {}
                Err(why) => return verdict.skip(why),
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
    }
}

/// One more of each kind: with the other values of properties that have few.
pub(super) async fn kinds(of: &Subject<'_>, base: &Made) -> Vec<Made> {
    let Some((_, schema)) = of.context.body_schema(of.operation) else {
        return Vec::new();
    };
    let api = &of.context.api;
    let (place, inner) = core(api, schema);
    let list = of
        .family
        .list
        .map(|list| [&list.summary, &list.description]);
    let listed: Vec<&str> = list
        .iter()
        .flatten()
        .filter_map(|it| it.as_deref())
        .collect();
    let listed = listed.join(" ");
    let mut all = Vec::new();
    for (name, id) in properties(api, inner) {
        // In which state something is listed a document seldom tells.
        if is_status(api, &name, id).is_some() {
            continue;
        }
        let choices = api.schema(api.resolve(id)).enumeration.clone();
        let at = place.child(&name);
        for value in choices.unwrap_or_default().iter().take(CHOICES) {
            // What the list says of itself may be about a kind: *the public posts*.
            let unseen = |it: &str| {
                let it = it.to_lowercase();
                UNSEEN.contains(&it.as_str()) || says(&listed, &[it.as_str()])
            };
            if value.as_str().is_some_and(unseen) {
                continue;
            }
            let mut body = base.body.clone();
            at.put(&mut body, value.to_serde());
            let known = at.get(&base.body) == at.get(&body);
            if known || !of.context.judge.is_valid(schema, Direction::Request, &body) {
                continue;
            }
            all.extend(of.make_with(base, &body).await);
            if all.len() >= KINDS {
                return all;
            }
        }
    }
    all
}

/// The parameter that tells that a list does not show all unless asked to: one with a default, one that widens it, and
/// one that counts where no rule of pages is known. What asks for a count, or for more of each item, does not.
pub(super) fn narrows<'a>(context: &Context, list: &'a Operation) -> Option<&'a str> {
    let api = &context.api;
    let paging = context.paging(list);
    let paging = paging.ok().flatten();
    let item = item_schema_of(api, list);
    let parameters = list.parameters.iter().filter(|parameter| {
        let name = snake(&parameter.name);
        let sorts = ["sort", "order", "direction"]
            .iter()
            .any(|word| name.contains(word));
        let narrowing = !sorts && !asks_only(api, parameter, item);
        parameter.location == ParameterLocation::Query && !parameter.required && narrowing
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

/// What identifies the items of a list now, below this resource.
pub(super) async fn ids(
    of: &Subject<'_>,
    list: &Operation,
    parent: &Resource,
) -> Result<Vec<String>, String> {
    let context = of.context;
    let schema = item_schema_of(&context.api, list);
    let id = |item: &Value| {
        ["id", "uid", "uuid", "key"]
            .iter()
            .find_map(|name| item.get(*name))
            .map(crate::wire::scalar)
            .or_else(|| of.identity(schema?, item))
    };
    if Pagination::is_stated(&context.api, list) {
        let reference = walk::below(context, list, parent).await?;
        match &reference.walk.ended {
            walk::Ended::AtEnd => {}
            walk::Ended::Broken(why) => return Err(why.clone()),
            _ => return Err("the end of the list was not reached".to_owned()),
        }
        let own = reference.walk.items().filter_map(id);
        return Ok(own.chain(reference.ids.iter().cloned()).collect());
    }
    let request = context
        .bare_request(list, parent)
        .ok_or("no request can be made to list")?;
    let exchange = context.send(request).await;
    let items = context.items(list, &exchange).ok_or("the list is none")?;
    Ok(items.iter().filter_map(id).collect())
}
