//! `resource.created`, `resource.unique`

use super::{
    FamilyCheck, Subject,
    compare::{difference, stated},
    faithful::{Faithful, empty_body, exact_body},
    family::{Family, Role},
    made::Made,
    secret::shows_secret,
    versioned::begun_elsewhere,
};
use crate::{
    context::identity::item_schema_of,
    exchange::Exchange,
    finding::{Finding, Verdict},
    paths,
    rules::infer::{envelope::core_of, property, says, snake},
};
use counterpart_model::api::{Api, Method, SchemaId, StatusKey};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use std::sync::Arc;

/// What was sent is what is there.
pub(super) struct Created;

/// Two things that were made are two things.
pub(super) struct Unique;

impl FamilyCheck for Created {
    fn id(&self) -> &'static str {
        "resource.created"
    }

    fn about(&self) -> &'static str {
        "What was made can be read, and shows every property that was sent with the value that was sent, in the answer and \
         when it is read; spaces at the ends, letter case and the spelling of moments are the server's; what is writeOnly does not come back."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.creates() && (family.read.is_some() || family.role == Role::Create)
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let first = match of.make().await {
                Ok(made) => made,
                Err(why) => return Verdict::not_exercised(why),
            };
            let mut verdict = Verdict::default();
            self.look(of, &mut verdict, &first, true).await;
            if let Some((_, schema)) = of.context.body_schema(of.operation) {
                let mut bodies = of.rich_bodies(of.operation, schema);
                let full = of.fullest(&first).await;
                if let Some(full) = &full {
                    self.look(of, &mut verdict, full, false).await;
                }
                // What is cut off shows where texts are as long as they may be.
                let accepted = full.map_or_else(|| first.body.clone(), |full| full.body);
                let long = of.long_body(&[accepted], schema);
                bodies.extend(long.or_else(|| of.long_body(&bodies, schema)));
                let exact = exact_body(of, schema, &first.body);
                let empty = empty_body(of, schema, &first.body);
                for body in exact.into_iter().chain(empty) {
                    bodies.insert(0, body);
                }
                for body in bodies {
                    if !verdict.findings.is_empty() {
                        break;
                    }
                    if let Some(made) = of.make_with(&first, &body).await {
                        self.look(of, &mut verdict, &made, false).await;
                    }
                }
            }
            if verdict.findings.is_empty() {
                self.put_again(of, &mut verdict, &first).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Created {
    /// What a PUT replaces is not new (RFC 9110 §9.3.4), where the document has a status for both.
    async fn put_again(&self, of: &Subject<'_>, verdict: &mut Verdict, first: &Made) {
        let documents = |code| of.operation.responses.contains_key(&StatusKey::Code(code));
        let made = first.exchange.status() == Some(201);
        let put = of.operation.method == Method::Put && made;
        if !put || !(documents(200) || documents(204)) {
            return;
        }
        let request = first.exchange.request.clone();
        let again = of
            .context
            .send(of.context.anew(of.operation, request))
            .await;
        match again.status() {
            Some(201) => {
                let title = "what a PUT replaces is answered with 201";
                let promise = "201 tells that a PUT has made something (RFC 9110 §9.3.4)";
                let finding = of.finding(self.id(), title, promise);
                let finding = finding.expected("200 or 204", "201");
                verdict.fail(finding.step(&first.exchange).step(&again));
            }
            Some(200 | 204) => verdict.pass(),
            _ => verdict.skip(again.status_text()),
        }
    }

    async fn look(&self, of: &Subject<'_>, verdict: &mut Verdict, made: &Made, first: bool) {
        let judge = &of.context.judge;
        let sent = stated(&made.body);
        // A key in the body makes the same request one: 200 is the answer to the first.
        let keyed = |name: &String| snake(name).contains("idempoten");
        let members = sent.as_object();
        if made.exchange.status() == Some(200) && members.is_some_and(|it| it.keys().any(keyed)) {
            return verdict.skip("it may be answered with what was made with the same key");
        }
        let asked = of.context.body_schema(of.operation).map(|(_, id)| id);
        let put = of.operation.method == Method::Put;
        if put && first && made.exchange.status() == Some(200) {
            let finding = of
                .finding(
                    self.id(),
                    "what a PUT has made is not answered with 201",
                    "201 tells that a PUT has made something (RFC 9110 §9.3.4)",
                )
                .expected("201", "200");
            return verdict.fail(finding.step(&made.exchange));
        }
        if let Some(it) = self.renamed(of, made) {
            return verdict.fail(it);
        }
        let begun = of
            .shown(of.operation, &made.exchange)
            .filter(|_| made.exchange.status() == Some(201))
            .and_then(|shown| {
                begun_elsewhere(&of.context.api, (of.operation, shown), &made.answer)
            });
        if let Some(it) = begun {
            let title = format!(
                "something new begins with another `{}` than the document says",
                it.name
            );
            let finding = of.finding(self.id(), title, "versions begin there");
            let finding = finding.expected(it.expected, it.actual);
            return verdict.fail(finding.step(&made.exchange));
        }
        if let Some(schema) = of.shown(of.operation, &made.exchange) {
            match difference(judge, asked, schema, &sent, &made.answer) {
                Some(it) => {
                    let finding = of
                        .finding(
                            self.id(),
                            format!("`{}` was sent, and the answer shows another value", it.name),
                            "the answer shows what was made",
                        )
                        .expected(it.expected, it.actual);
                    verdict.fail(finding.step(&made.exchange));
                    return;
                }
                None => verdict.pass(),
            }
            if let Some(it) = self.unfaithful(of, &made.exchange, schema, &sent, &made.answer) {
                return verdict.fail(it);
            }
        }
        let resource = match (made.resource(), of.family.read) {
            (Ok(resource), Some(_)) => resource,
            (_, None) => return self.in_list(of, verdict, made, &sent).await,
            (Err(why), _) => return verdict.skip(why),
        };
        if let Some((name, value)) = of.context.own_query(of.operation, &made.exchange.request) {
            let last = resource.path.values().next_back();
            if last.is_some_and(|last| !last.eq_ignore_ascii_case(&value)) {
                let finding = of
                    .finding(
                        self.id(),
                        format!("what was made is not called as `{name}` says"),
                        "the client names what it makes",
                    )
                    .expected(value, last.cloned().unwrap_or_default());
                return verdict.fail(finding.step(&made.exchange));
            }
            verdict.pass();
        }
        let Some((exchange, body)) = of.read(resource).await else {
            return verdict.skip("no request can be made to read it");
        };
        if !exchange.succeeded() {
            // What is made later (202) may take its time.
            if made.exchange.status() == Some(202)
                || exchange
                    .status()
                    .is_none_or(|status| status == 429 || status >= 500)
            {
                return verdict.skip(format!("reading it got {}", exchange.status_text()));
            }
            let finding = of
                .finding(
                    self.id(),
                    "what was made cannot be read",
                    "what was made is there",
                )
                .expected("a 2xx status", exchange.status_text());
            return verdict.fail(finding.step(&made.exchange).step(&exchange));
        }
        let schema = of.family.read.and_then(|read| of.shown(read, &exchange));
        let own = of.shown(of.operation, &made.exchange);
        for (shown, shows) in [(own, &made.exchange), (schema, &exchange)] {
            if let Some(finding) = shows_secret(of, self.id(), &sent, shown, shows) {
                return verdict.fail(finding.step(&made.exchange).step(shows));
            }
        }
        match schema.and_then(|schema| difference(judge, asked, schema, &sent, &body)) {
            Some(it) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("`{}` was sent, and reading shows another value", it.name),
                        "reading shows what was made",
                    )
                    .expected(it.expected, it.actual);
                verdict.fail(finding.step(&made.exchange).step(&exchange));
            }
            None => verdict.pass(),
        }
        if let Some(it) =
            schema.and_then(|schema| self.unfaithful(of, &exchange, schema, &sent, &body))
        {
            verdict.fail(it);
        }
    }

    /// What was put below a name that the client chose, where the answer shows another one.
    fn renamed(&self, of: &Subject<'_>, made: &Made) -> Option<Finding> {
        let (_, name) = paths::item(&of.operation.path)?;
        let wanted = made.parent.path.get(name)?;
        let parameter = of.operation.parameters.iter().find(|it| it.name == name);
        let said = [&of.operation.description, &parameter?.description];
        let folds = ["case", "lower", "upper", "normali", "canonical", "slug"];
        if said.into_iter().flatten().any(|it| says(it, &folds)) {
            return None;
        }
        let shown = of.shown(of.operation, &made.exchange)?;
        let (shown, answer) = core_of(&of.context.api, shown, &made.answer);
        let (property, _) = property(&of.context.api, shown, name)?;
        let found = answer.get(&property)?.as_str()?;
        (of.operation.method == Method::Put && found != wanted).then(|| {
            of.finding(
                self.id(),
                format!("what was put is not called as its path says, in `{property}`"),
                "the client names what it puts",
            )
            .expected(wanted.clone(), found)
            .step(&made.exchange)
        })
    }

    /// What cannot be read alone is what its list shows.
    async fn in_list(&self, of: &Subject<'_>, verdict: &mut Verdict, made: &Made, sent: &Value) {
        let Some((exchange, item)) = of.in_list(made).await else {
            return;
        };
        let api = &of.context.api;
        let Some(items) = of.family.list.and_then(|list| item_schema_of(api, list)) else {
            return;
        };
        let asked = of.context.body_schema(of.operation).map(|(_, id)| id);
        match difference(&of.context.judge, asked, items, sent, &item) {
            Some(it) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("`{}` was sent, and the list shows another value", it.name),
                        "the list shows what was made",
                    )
                    .expected(it.expected, it.actual);
                verdict.fail(finding.step(&made.exchange).step(&exchange));
            }
            None => verdict.pass(),
        }
    }

    /// What is not given back as it was sent, where the document promises that.
    fn unfaithful(
        &self,
        of: &Subject<'_>,
        exchange: &Arc<Exchange>,
        shown: SchemaId,
        sent: &Value,
        answer: &Value,
    ) -> Option<Finding> {
        let api = &of.context.api;
        let faithful = Faithful::of(api, of.operation);
        let (_, schema) = of.context.body_schema(of.operation)?;
        let (inner, sent) = core_of(api, schema, sent);
        let it = faithful.first_change(api, inner, sent, core_of(api, shown, answer).1)?;
        let finding = of
            .finding(
                self.id(),
                format!("`{}` is not given back as it was sent", it.name),
                it.promise,
            )
            .expected(it.expected, it.actual);
        Some(finding.step(exchange))
    }
}

impl FamilyCheck for Unique {
    fn id(&self) -> &'static str {
        "resource.unique"
    }

    fn about(&self) -> &'static str {
        "Two resources that are made one after the other have two identifiers."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        family.role == Role::Create
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let (first, second) = match (of.make().await, of.make().await) {
                (Ok(first), Ok(second)) => (first, second),
                (Err(why), _) | (_, Err(why)) => return Verdict::not_exercised(why),
            };
            let identity = |made: &Made| {
                let schema = of.shown(of.operation, &made.exchange)?;
                of.identity(schema, &made.answer)
            };
            let mut verdict = Verdict::default();
            match (identity(&first), identity(&second)) {
                (Some(one), Some(other)) if one == other => {
                    // Making the same again may give the same, unless the answer says that something was made.
                    let promise = if first.body != second.body {
                        "an identifier tells one resource from all others"
                    } else if second.exchange.status() == Some(201) {
                        "201 tells that something new was made"
                    } else {
                        verdict.skip("making the same again may give the same");
                        return verdict;
                    };
                    let title = "two things that were made have one identifier";
                    let finding = of
                        .finding(self.id(), title, promise)
                        .expected("two identifiers", format!("{one} twice"));
                    verdict.fail(finding.step(&first.exchange).step(&second.exchange));
                }
                (Some(_), Some(_)) => verdict.pass(),
                _ => verdict.skip("the answer shows no identifier"),
            }
            verdict
        }
        .boxed()
    }
}
