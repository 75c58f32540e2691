//! `resource.safe`

use super::{
    FamilyCheck, Subject,
    family::{Family, Role},
};
use crate::{
    finding::Verdict,
    rules::infer::{properties, snake},
};
use counterpart_model::api::Api;
use futures::{FutureExt as _, future::BoxFuture};

/// Names of properties that tell of changes.
const TELLING: [&str; 9] = [
    "updated_at",
    "modified_at",
    "updated",
    "modified",
    "last_modified",
    "version",
    "revision",
    "etag",
    "updated_on",
];

/// Reading changes nothing.
pub(super) struct Safe;

impl FamilyCheck for Safe {
    fn id(&self) -> &'static str {
        "resource.safe"
    }

    fn about(&self) -> &'static str {
        "Reading a resource twice shows the same version and the same time of its last change: GET is safe (RFC 9110 §9.2.1)."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        let shown = family
            .read
            .filter(|_| family.role == Role::Read && family.create.is_some());
        let shown = shown
            .and_then(|read| read.response(200))
            .and_then(|(_, response)| response.content.values().find_map(|content| content.schema));
        shown.is_some_and(|schema| {
            properties(api, schema)
                .iter()
                .any(|(name, _)| TELLING.contains(&snake(name).as_str()))
        })
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let (_, resource) = match of.make_reachable().await {
                Ok(both) => both,
                Err(why) => return Verdict::not_exercised(why),
            };
            let (Some((first, one)), Some((second, other))) =
                (of.read(&resource).await, of.read(&resource).await)
            else {
                return Verdict::not_exercised("no request can be made to read it");
            };
            if !first.succeeded() || !second.succeeded() {
                return Verdict::not_exercised("it cannot be read");
            }
            let mut verdict = Verdict::default();
            let members = one.as_object().into_iter().flatten();
            let telling = members.filter(|(name, _)| TELLING.contains(&snake(name).as_str()));
            for (name, value) in telling {
                if other.get(name) == Some(value) {
                    verdict.pass();
                    continue;
                }
                let found = other
                    .get(name)
                    .map_or_else(|| "nothing".to_owned(), ToString::to_string);
                let finding = of
                    .finding(
                        self.id(),
                        format!("reading changes `{name}`"),
                        "GET is safe",
                    )
                    .expected(value.to_string(), found);
                verdict.fail(finding.step(&first).step(&second));
            }
            verdict
        }
        .boxed()
    }
}
