//! `resource.unchanged`

use super::{
    FamilyCheck, Subject,
    compare::changed,
    family::{Family, Role},
    found::is_found,
};
use crate::finding::Verdict;
use counterpart_model::api::Api;
use futures::{FutureExt as _, future::BoxFuture};

/// How many refused requests are tried.
const TRIED: usize = 6;
/// And how many that are valid by the document, but may be refused.
const RICH: usize = 4;

/// A write that is refused changes nothing.
pub(super) struct Unchanged;

impl FamilyCheck for Unchanged {
    fn id(&self) -> &'static str {
        "resource.unchanged"
    }

    fn about(&self) -> &'static str {
        "A PATCH or PUT that is refused leaves the resource as it was, and a POST that is refused \
         adds nothing to the list."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let makes = family.role == Role::Create && family.list.is_some();
        let known = family.create.is_some() || is_found(api, family);
        makes || family.role == Role::Update && known && family.read.is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            if of.family.role == Role::Create {
                return self.adds_nothing(of).await;
            }
            // What belongs to others is not changed.
            if is_found(&of.context.api, &of.family) && !of.context.target.is_loopback() {
                return Verdict::not_exercised(
                    "nothing makes what is changed, and others may use it",
                );
            }
            let (_, resource) = match of.make_reachable().await {
                Ok(both) => both,
                Err(why) => return Verdict::not_exercised(why),
            };
            let Some((_, schema)) = of.context.body_schema(of.operation) else {
                return Verdict::not_exercised("the body is no JSON");
            };
            let Some((first, mut before)) = of.read(&resource).await else {
                return Verdict::not_exercised("it cannot be read");
            };
            let shown = of.family.read.and_then(|read| of.shown(read, &first));
            let schemas = (schema, shown.unwrap_or(schema));
            let mut verdict = Verdict::default();
            let cases = of.context.generator().negative(schema);
            let step = (cases.len() / TRIED).max(1);
            let cases = cases.iter().map(|case| case.value.clone());
            // What no keyword forbids: an end before the beginning, beside other changes.
            let turned = of.rich_bodies(of.operation, schema).into_iter();
            let turned =
                turned.filter_map(|body| of.context.turned_ends(schema, &body).map(|it| it.0));
            let turned = turned.take(1);
            // And what is valid by itself, but may not fit what is there.
            let mut rich = of.rich_bodies(of.operation, schema);
            rich.truncate(RICH);
            for case in cases.step_by(step).take(TRIED).chain(turned).chain(rich) {
                let Some(request) = of.context.bare_request(of.operation, &resource) else {
                    break;
                };
                let exchange = of.context.send(request.with_json(&case)).await;
                if !exchange.refused() {
                    // What was taken, for whatever reason, may have changed it.
                    let now = of.read(&resource).await;
                    let Some((_, now)) = now.filter(|(reading, _)| reading.succeeded()) else {
                        break;
                    };
                    before = now;
                    continue;
                }
                let Some((reading, after)) = of.read(&resource).await else {
                    break;
                };
                match changed(&of.context.api, schemas, &before, &after, &[])
                    .filter(|_| reading.succeeded())
                {
                    None => verdict.pass(),
                    Some(it) => {
                        let finding = of
                            .finding(
                                self.id(),
                                format!("a refused change changes `{}`", it.name),
                                "what is refused changes nothing",
                            )
                            .expected(it.expected, it.actual);
                        verdict.fail(finding.step(&exchange).step(&reading));
                        break;
                    }
                }
            }
            verdict
        }
        .boxed()
    }
}
