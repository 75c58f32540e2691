//! `resource.conflict`

use super::{
    FamilyCheck, Subject,
    action_text::said_of,
    family::{Family, Role},
};
use crate::{
    finding::Verdict,
    rules::infer::{envelope::core_of, properties, says, snake},
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// Words that tell that a 409 is for what is there already.
const TAKEN: [&str; 10] = [
    "already exist",
    "already in use",
    "already taken",
    "already registered",
    "already used",
    "exists already",
    "is taken",
    "duplicate",
    "not unique",
    "must be unique",
];

/// What is there already is not made again.
pub(super) struct Conflict;

impl FamilyCheck for Conflict {
    fn id(&self) -> &'static str {
        "resource.conflict"
    }

    fn about(&self) -> &'static str {
        "Where the description of a 409 says that it is for what exists already, making the very same again is refused, or \
         answered with what there is, and not with 201."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let create = family.create.filter(|_| family.role == Role::Create);
        create.is_some_and(is_for_duplicates)
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut first = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            // What has to be unique may be among what may be left out.
            if let Some((_, schema)) = of.context.body_schema(of.operation) {
                let mut rich = None;
                for body in of.rich_bodies(of.operation, schema) {
                    rich = of.make_with(&first, &body).await;
                    if rich.is_some() {
                        break;
                    }
                }
                let api = &of.context.api;
                let sent = rich.as_ref().unwrap_or(&first);
                let (inner, sent) = core_of(api, schema, &sent.body);
                let said = words_of(of.operation);
                let named: Vec<String> = properties(api, inner)
                    .into_iter()
                    .map(|(name, _)| name)
                    .filter(|name| said.contains(&snake(name)))
                    .collect();
                let lacks = !named.is_empty() && named.iter().all(|it| sent.get(it).is_none());
                if lacks || rich.is_none() && named.is_empty() {
                    return Verdict::not_exercised("what has to be unique could not be sent");
                }
                first = rich.unwrap_or(first);
            }
            let mut verdict = Verdict::default();
            let context = of.context;
            // Another key, where a key makes the same request one; all else as it was.
            let request = context.freshened(of.operation, first.exchange.request.clone());
            let mut request = request.with_json(&first.body);
            request.query.clone_from(&first.exchange.request.query);
            let again = context.send(request).await;
            if again.refused() {
                verdict.pass();
                return verdict;
            }
            if !again.succeeded() || again.status() == Some(202) {
                return Verdict::not_exercised(again.status_text());
            }
            let identity = |exchange: &std::sync::Arc<crate::exchange::Exchange>| {
                let schema = of.shown(of.operation, exchange)?;
                of.identity(schema, &exchange.json()?)
            };
            match (identity(&first.exchange), identity(&again)) {
                // 201 tells of something new (RFC 9110 §15.3.2).
                (Some(one), Some(other)) if one != other || again.status() == Some(201) => {
                    let finding = of
                        .finding(
                            self.id(),
                            "what exists already is made once more",
                            "response 409: it is for what exists already",
                        )
                        .expected("409", again.status_text());
                    verdict.fail(finding.step(&first.exchange).step(&again));
                }
                (Some(_), Some(_)) => verdict.pass(),
                _ => verdict.skip("the answer shows no identifier"),
            }
            verdict
        }
        .boxed()
    }
}

/// The words that its 409 is described with.
fn words_of(create: &Operation) -> Vec<String> {
    let words = said_of(create, 409).split(|c: char| !c.is_alphanumeric() && c != '_');
    words.map(snake).collect()
}

/// Whether an operation refuses what exists already, by what its 409 says. A key that was used before is something else.
fn is_for_duplicates(create: &Operation) -> bool {
    let said = said_of(create, 409);
    let keys = ["idempoten", "request id", "request-id", "nonce"];
    says(said, &TAKEN) && !says(said, &keys)
}
