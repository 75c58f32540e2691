//! `resource.conflict`

use super::{
    FamilyCheck, Subject,
    action_text::said_of,
    family::{Family, Role},
    made::Made,
};
use crate::{
    exchange::Exchange,
    finding::{Finding, Verdict},
    rules::infer::{
        envelope::{core, core_of},
        has_word, properties, property, says, sentences, snake,
    },
};
use counterpart_model::{
    Direction,
    api::{Api, Method, Operation, StatusKey},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};

/// Words that tell that a 409 is for what is there already.
const TAKEN: [&str; 18] = [
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
    "has it already",
    "has already gives",
    "not be taken by",
    "a taken ",
    "is used by another",
    "of the same name",
    "with the same name",
    "with the same code",
];

/// Words of sentences that only name what has to be unique.
const UNIQUE: [&str; 2] = ["are unique", "is unique"];

/// Words of sentences about what is so for a while, or allowed.
const MEANWHILE: [&str; 8] = [
    "while",
    "running",
    "in progress",
    "is being",
    "are being",
    "allowed",
    "merged",
    "permitted",
];

/// Words that tell that upper and lower case are the same.
const CASELESS: [&str; 5] = [
    "upper and lower case being the same",
    "case-insensitive",
    "case insensitive",
    "regardless of case",
    "ignoring case",
];

/// What is there already is not made again.
pub(super) struct Conflict;

impl FamilyCheck for Conflict {
    fn id(&self) -> &'static str {
        "resource.conflict"
    }

    fn about(&self) -> &'static str {
        "Where an operation or its 409 says that it is for what exists already, making the very same again is refused, or \
         answered with what there is, and not with 201; also in another case where case does not matter. A change that gives \
         something the value of another is refused as well, where that is said of the change."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let create = family.create.filter(|_| family.role == Role::Create);
        let changes = || {
            let create = family.create.filter(|_| family.role == Role::Update);
            create.is_some_and(is_for_duplicates)
                && (is_for_duplicates(family.own) || is_as_for_new(family.own))
        };
        create.is_some_and(is_for_duplicates) || changes()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut first = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            if of.family.role == Role::Update {
                return self.changed(of, &first).await;
            }
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
                let said = words_of(of.operation);
                let place = core(api, schema).1;
                let all = properties(api, place).into_iter().map(|(name, _)| name);
                let named: Vec<String> = all.filter(|name| said.contains(&flat(name))).collect();
                let has = |made: &Made| {
                    let sent = core_of(api, schema, &made.body).1;
                    named.iter().any(|it| sent.get(it).is_some())
                };
                // All that may be sent may be too much at once.
                if !named.is_empty() && !has(rich.as_ref().unwrap_or(&first)) {
                    rich = of.fullest(&first).await.filter(|it| has(it));
                }
                let sent = rich.as_ref().unwrap_or(&first);
                let sent = core_of(api, schema, &sent.body).1;
                // What only the operation says of itself has to say of what.
                if named.is_empty() && !says(said_of(of.operation, 409), &TAKEN) {
                    return Verdict::not_exercised("which property has to be unique is not told");
                }
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
            // The body was taken a moment ago: nothing of its form is wrong.
            if let Some(finding) = self.otherwise(of, &first, &again) {
                // What may be used once only is refused for that; what has to be unique alone is not.
                if again.status() != Some(400) && !self.is_taken_anew(of, &first).await {
                    return Verdict::not_exercised(again.status_text());
                }
                verdict.fail(finding);
                return verdict;
            }
            if again.refused() {
                verdict.pass();
                self.other_case(of, &mut verdict, &first).await;
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

impl Conflict {
    /// The same in another case, where that makes no difference.
    async fn other_case(&self, of: &Subject<'_>, verdict: &mut Verdict, first: &Made) {
        let caseless = duplicates_in(of.operation)
            .iter()
            .any(|it| says(it, &CASELESS) && !has_word(it, &["not"]));
        let Some(name) = unique_of(of, of.operation).filter(|_| caseless) else {
            return;
        };
        let Some((_, schema)) = of.context.body_schema(of.operation) else {
            return;
        };
        let place = core(&of.context.api, schema).0.child(&name);
        let Some(text) = place.get(&first.body).and_then(Value::as_str) else {
            return;
        };
        // The part of an address that says whose it is may have a form that knows one case only.
        let (local, rest) = text.split_at(text.find('@').unwrap_or(text.len()));
        let swapped: String = local
            .chars()
            .map(|c| match c.is_ascii_uppercase() {
                true => c.to_ascii_lowercase(),
                false => c.to_ascii_uppercase(),
            })
            .collect();
        let mut body = first.body.clone();
        place.put(&mut body, format!("{swapped}{rest}").into());
        let valid = of.context.judge.is_valid(schema, Direction::Request, &body);
        if body == first.body || !valid {
            return;
        }
        let request = of
            .context
            .freshened(of.operation, first.exchange.request.clone());
        let mut request = request.with_json(&body);
        request.query.clone_from(&first.exchange.request.query);
        let again = of.context.send(request).await;
        if again.refused() {
            return verdict.pass();
        }
        if again.status() == Some(201) {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{name}` in another case is made once more"),
                    "upper and lower case make no difference",
                )
                .expected("409", again.status_text());
            verdict.fail(finding.step(&first.exchange).step(&again));
        }
    }

    /// A change to the value that another resource has.
    async fn changed(&self, of: &Subject<'_>, first: &Made) -> Verdict {
        let (Some(create), Ok(second)) = (of.family.create, of.make().await) else {
            return Verdict::not_exercised("no second one could be made");
        };
        let Some(name) = unique_of(of, create) else {
            return Verdict::not_exercised("which property has to be unique is not told");
        };
        let (api, context) = (&of.context.api, of.context);
        let (Some((_, asked)), Some((_, schema))) = (
            context.body_schema(create),
            context.body_schema(of.operation),
        ) else {
            return Verdict::not_exercised("the body is no JSON");
        };
        let own = core(api, asked).0.child(&name);
        let (place, inner) = core(api, schema);
        // What has to be unique may be among what may be left out.
        let fuller = match own.get(&first.body) {
            None => of.fullest(first).await,
            Some(_) => None,
        };
        let first = fuller.as_ref().unwrap_or(first);
        let (Some(taken), Some((_, unique)), Ok(resource)) = (
            own.get(&first.body).filter(|it| it.is_string()),
            property(api, inner, &name),
            second.resource(),
        ) else {
            return Verdict::not_exercised("what has to be unique cannot be changed");
        };
        let mut body = match of.operation.method {
            Method::Patch if place.as_str().is_empty() => json!({}),
            _ => {
                let Some(good) = context.bodies(of.operation).into_iter().next() else {
                    return Verdict::not_exercised("no valid body could be made");
                };
                context.with_known_ids(of.operation, &good, 0)
            }
        };
        body = context.fresh_body(of.operation, &body);
        let Some(request) = context.bare_request(of.operation, resource) else {
            return Verdict::not_exercised("no request can be made to change it");
        };
        let mut verdict = Verdict::default();
        // That it can be changed at all shows with a value of its own.
        let mut free = body.clone();
        let mut fresh = own.get(&second.body).cloned();
        if fresh.is_none() {
            let mut rng = context.fresh_rng();
            let other = context.generator().random(unique, &mut rng);
            fresh = Some(other).filter(|it| context.judge.is_valid(unique, Direction::Request, it));
        }
        let Some(fresh) = fresh else {
            return Verdict::not_exercised("no other value is known that it could have");
        };
        place.child(&name).put(&mut free, fresh);
        let free = context.addressed(of.operation, resource, &free);
        let control = context.send(request.clone().with_json(&free)).await;
        if own.get(&second.body) == Some(taken) || !control.succeeded() {
            verdict.skip(control.status_text());
            return verdict;
        }
        place.child(&name).put(&mut body, taken.clone());
        let body = context.addressed(of.operation, resource, &body);
        let changed = context.send(request.with_json(&body)).await;
        if changed.succeeded() && changed.status() != Some(202) {
            let finding = of
                .finding(
                    self.id(),
                    format!("`{name}` is changed to what another one has"),
                    "response 409: it is for what exists already",
                )
                .expected("409", changed.status_text());
            verdict.fail(finding.step(&first.exchange).step(&changed));
        } else if let Some(finding) = self.otherwise(of, first, &changed) {
            verdict.fail(finding);
        } else if changed.refused() {
            verdict.pass();
        } else {
            verdict.skip(changed.status_text());
        }
        verdict
    }

    /// Whether the same with another value for what has to be unique is taken.
    async fn is_taken_anew(&self, of: &Subject<'_>, first: &Made) -> bool {
        let context = of.context;
        let place = || {
            let name = unique_of(of, of.operation)?;
            let (_, schema) = context.body_schema(of.operation)?;
            let (outer, inner) = core(&context.api, schema);
            Some((outer.child(&name), property(&context.api, inner, &name)?.1))
        };
        let Some((place, id)) = place() else {
            return false;
        };
        let mut rng = context.fresh_rng();
        let other = context.generator().random(id, &mut rng);
        if !context.judge.is_valid(id, Direction::Request, &other) {
            return false;
        }
        let mut body = first.body.clone();
        place.put(&mut body, other);
        let request = context.freshened(of.operation, first.exchange.request.clone());
        let mut request = request.with_json(&body);
        request.query.clone_from(&first.exchange.request.query);
        context.send(request).await.succeeded()
    }

    /// What exists already is refused with another status than the 409 that is told of it: the same form was taken before.
    fn otherwise(
        &self,
        of: &Subject<'_>,
        first: &Made,
        refused: &std::sync::Arc<Exchange>,
    ) -> Option<Finding> {
        let duplicates = duplicates_in(of.operation);
        let told = duplicates.iter().any(|it| says(it, &["409"])) || is_as_for_new(of.operation);
        let status = refused
            .status()
            .filter(|it| [400, 422].contains(it) && told)?;
        let title = "what exists already is refused as if it were not valid";
        let promise = "response 409: it is for what exists already";
        let finding = of.finding(self.id(), title, promise);
        let finding = finding.expected("409", status.to_string());
        Some(finding.step(&first.exchange).step(refused))
    }
}

/// Whether a change says that what holds for new ones holds for it: *the rule for names is the same as for new clients
/// (409)*.
fn is_as_for_new(operation: &Operation) -> bool {
    let said = operation.description.as_deref().unwrap_or_default();
    let documented = operation.responses.contains_key(&StatusKey::Code(409));
    let as_for_new = [
        "same as for new",
        "as for new",
        "rules for new",
        "rule for new",
    ];
    documented
        && sentences(said)
            .any(|it| says(&it, &as_for_new) && says(&it, &["409"]) && !has_word(&it, &["not"]))
}

/// The only property that an operation names where it says that something has to be unique.
fn unique_of(of: &Subject<'_>, create: &Operation) -> Option<String> {
    let (_, schema) = of.context.body_schema(create)?;
    let api = &of.context.api;
    let said = words_of(create);
    let named = |name: &str| {
        let plain = flat(name);
        let many = format!("{plain}s");
        said.iter().any(|word| *word == plain || *word == many)
    };
    let mut found = properties(api, core(api, schema).1)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| named(name));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The words in which it is told that something has to be unique.
fn words_of(create: &Operation) -> Vec<String> {
    let said = duplicates_in(create).join(" ");
    // `E-mail` is a property called `email`.
    let said = said.to_lowercase().replace("e-mail", "email");
    let words = said.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<String> = words.filter(|it| !it.is_empty()).map(flat).collect();
    // An *asset tag* is a property called `assetTag`.
    let pairs = words.windows(2).map(|pair| pair.concat());
    let pairs: Vec<String> = pairs.collect();
    words.into_iter().chain(pairs).collect()
}

/// A name in one spelling, whatever holds its words apart: sentences are in lower case.
fn flat(name: &str) -> String {
    snake(name).replace('_', "")
}

/// What an operation says of what exists already: what its 409 says, and its own sentences about that. A key that was used
/// before is something else.
fn duplicates_in(operation: &Operation) -> Vec<String> {
    let keys = ["idempoten", "request id", "request-id", "nonce"];
    let own = operation.description.as_deref().unwrap_or_default();
    let own = own.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = said_of(operation, 409);
    let documented = operation.responses.contains_key(&StatusKey::Code(409));
    let mut all: Vec<String> = sentences(&own)
        .filter(|it| {
            let told = says(it, &TAKEN) || says(it, &UNIQUE) || has_another(it);
            documented && told && !says(it, &keys) && !says(it, &MEANWHILE)
        })
        .collect();
    if says(refused, &TAKEN) && !says(refused, &keys) {
        all.push(refused.to_owned());
    }
    all
}

/// *When another project has the key.*
fn has_another(sentence: &str) -> bool {
    // What somebody else holds for now is no value of a thing.
    let held = [
        "another session",
        "another process",
        "another transaction",
        "locked",
        "reserved",
        "claimed",
    ];
    says(sentence, &["when another", "if another", "that another"])
        && has_word(sentence, &["has", "uses"])
        && !says(sentence, &held)
}

/// Whether an operation refuses what exists already, by what it and its 409 say.
fn is_for_duplicates(operation: &Operation) -> bool {
    let refused = says(said_of(operation, 409), &TAKEN);
    duplicates_in(operation)
        .iter()
        .any(|it| (says(it, &TAKEN) || has_another(it)) && (says(it, &["409"]) || refused))
}

#[cfg(test)]
mod tests {
    use super::{is_as_for_new, is_for_duplicates, words_of};

    #[test]
    fn what_has_to_be_unique_is_told_by_the_operation_or_its_refusal() {
        let of = |said: &str, refused: &str| {
            let text = format!(
                "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{post: {{operationId: a, \
                 description: '{said}', responses: {{'409': {{description: '{refused}'}}}}}}}}}}}}"
            );
            let api = counterpart_model::load_str("t.yaml", text).api;
            api.expect("an API").operations[0].clone()
        };
        let told = of(
            "E-mail addresses are unique here; 409 when the address is taken.",
            "Conflict.",
        );
        assert!(is_for_duplicates(&told));
        assert!(words_of(&told).contains(&"email".to_owned()));
        assert!(is_for_duplicates(&of("", "The name is already in use.")));
        for said in [
            "The name must not be taken by another client; a taken name gives 409.",
            "A `reference` that another project of the agency has already gives 409.",
        ] {
            assert!(is_for_duplicates(&of(said, "Conflict.")), "{said}");
        }
        let same = "The rule for names is the same as for new clients (409); keeping the own name is fine.";
        assert!(is_as_for_new(&of(same, "Conflict.")));
        let others = "The rules for new projects about dates (422) hold for the result.";
        assert!(!is_as_for_new(&of(others, "Conflict.")));
        for (said, refused) in [
            ("The name is taken from the profile.", "Conflict."),
            (
                "A key that was already used gives 409 (Idempotency-Key).",
                "Conflict.",
            ),
            ("", "The state does not allow it."),
        ] {
            assert!(!is_for_duplicates(&of(said, refused)), "{said}{refused}");
        }
    }
}
