//! What an action is told in its body, and what it shows of it.

use super::{
    FamilyCheck as _, Subject,
    action::{Action, about_itself},
    made::Made,
    replaced::is_nothing,
};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    report::is_secret_name,
    rules::infer::{
        envelope::{core, core_of},
        has_word, properties, property,
    },
};
use counterpart_model::{Direction, api::SchemaId};
use serde_json::Value;
use std::sync::Arc;

impl Action {
    /// Whether the properties that the description says are set, or cleared, are so: *sets `closed_at`*, *`closed_at` becomes
    /// null*.
    pub(super) fn settled(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        shown: SchemaId,
        (exchange, answer): (&Arc<Exchange>, &Value),
    ) {
        let api = &of.context.api;
        let (_, inner) = core(api, shown);
        let answer = core_of(api, shown, answer).1;
        let names: Vec<String> = properties(api, inner)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let said = of.operation.description.as_deref().unwrap_or_default();
        if exchange.status() == Some(202) {
            return;
        }
        for (name, cleared) in settled_in(said, &names) {
            if is_secret_name(&name) {
                continue;
            }
            let found = answer.get(&name);
            let nothing = match found {
                None | Some(Value::Null) => true,
                Some(found) => cleared && is_nothing(found),
            };
            // What may be left out of an answer may be left out where it is set.
            if nothing == cleared {
                verdict.pass();
                continue;
            }
            if found.is_none() {
                continue;
            }
            let (expected, promise) = match cleared {
                true => ("null", format!("`{name}` becomes null")),
                false => ("a value", format!("it sets `{name}`")),
            };
            let finding = of
                .finding(
                    self.id(),
                    format!("after the action `{name}` is not as the description says"),
                    &promise,
                )
                .expected(expected, found.map_or_else(String::new, Value::to_string));
            return verdict.fail(finding.step(exchange));
        }
    }

    /// Whether reading shows what the action has changed: not what was there before.
    pub(super) async fn persisted(
        &self,
        of: &Subject<'_>,
        verdict: &mut Verdict,
        made: &Made,
        (exchange, answer): (&Arc<Exchange>, &Value),
    ) {
        // What is done later may not have been done yet.
        let Ok(resource) = made.resource() else {
            return;
        };
        if exchange.status() == Some(202) {
            return;
        }
        let Some((reading, body)) = of.read(resource).await else {
            return;
        };
        let (Some(before), Some(said)) = (made.answer.as_object(), answer.as_object()) else {
            return;
        };
        let lost = said.iter().find(|(name, value)| {
            let (was, is) = (before.get(*name), body.get(name.as_str()));
            was.is_some() && was == is && was != Some(value) && !is_secret_name(name)
        });
        match lost {
            None => verdict.pass(),
            Some((name, value)) => {
                let finding = of
                    .finding(
                        self.id(),
                        format!("after the action reading shows `{name}` as it was before"),
                        "the action takes effect",
                    )
                    .expected(
                        value.to_string(),
                        body.get(name.as_str())
                            .map_or_else(String::new, Value::to_string),
                    );
                verdict.fail(finding.step(exchange).step(&reading));
            }
        }
    }

    /// Whether the answer shows what the action was told, where both have the same choice of values.
    pub(super) async fn told(&self, of: &Subject<'_>, verdict: &mut Verdict) {
        let api = &of.context.api;
        let Some((_, schema)) = of.context.body_schema(of.operation) else {
            return;
        };
        let choices = |id: SchemaId| {
            let schema = api.schema(api.resolve(id));
            schema.enumeration.clone().filter(|all| all.len() > 1)
        };
        for (name, id) in properties(api, schema) {
            for value in choices(id).unwrap_or_default().iter().skip(1).take(2) {
                let Ok(made) = of.make().await else {
                    return;
                };
                let Some(request) = self.request(of, of.operation, &made) else {
                    return;
                };
                let mut body = request.json().unwrap_or(Value::Null);
                let Some(members) = body.as_object_mut() else {
                    return;
                };
                members.insert(name.clone(), value.to_serde());
                if !of.context.judge.is_valid(schema, Direction::Request, &body) {
                    continue;
                }
                let exchange = of.context.send(request.with_json(&body)).await;
                let answer = exchange.json().unwrap_or(Value::Null);
                if !exchange.succeeded() || about_itself(of, &made, (&exchange, &answer)).is_err() {
                    continue;
                }
                // What reading shows of each choice is held to the document.
                if let Ok(resource) = made.resource() {
                    of.read(resource).await;
                }
                let shown = of.shown(of.operation, &exchange);
                let place = shown.and_then(|shown| property(api, shown, &name));
                // What the answer has no word for, such as `null`, may be among its own choices besides.
                let all = choices(id).unwrap_or_default();
                let known = place
                    .and_then(|(_, place)| choices(place))
                    .unwrap_or_default();
                if !all.iter().all(|one| known.contains(one)) {
                    break;
                }
                let (sent, found) = (value.to_serde(), answer.get(&name));
                if found == Some(&sent) {
                    verdict.pass();
                    continue;
                }
                let title = format!("`{name}` was sent, and the answer shows another value");
                let promise = "the answer shows what the action was told";
                let finding = of.finding(self.id(), title, promise).expected(
                    sent.to_string(),
                    found.map_or_else(|| "nothing".to_owned(), Value::to_string),
                );
                return verdict.fail(finding.step(&exchange));
            }
        }
    }
}

/// The properties that a description says are set (`false`) or become null (`true`), named in backticks, without a condition.
fn settled_in(said: &str, names: &[String]) -> Vec<(String, bool)> {
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for sentence in text.split(". ").flat_map(|it| it.split("; ")) {
        let sentence = sentence.trim();
        if has_word(
            sentence,
            &["if", "unless", "when", "may", "can", "not", "where", "only"],
        ) {
            continue;
        }
        let (rest, sets) = match sentence.get(..5).map(str::to_lowercase).as_deref() {
            Some("sets ") => (sentence.get(5..).unwrap_or_default(), true),
            _ => (sentence, false),
        };
        let (joined, rest) = match sets {
            true => joined(rest),
            false => passive(rest).unwrap_or_else(|| joined(rest)),
        };
        let rest = rest.trim().trim_end_matches('.').to_lowercase();
        let clears = ["become null", "becomes null", "are cleared", "is cleared"];
        let cleared = clears.contains(&rest.as_str());
        let sets = sets || ["are set", "is set"].contains(&rest.as_str());
        if sets && !rest.is_empty() && !rest.ends_with(" set") || !sets && !cleared {
            continue;
        }
        let known = joined.into_iter().filter(|name| names.contains(name));
        found.extend(known.map(|name| (name, cleared)));
    }
    found
}

/// *It becomes `closed`, and `closed_at` and `resolution` are set*: the names at the end of a sentence, and what is said of
/// them.
fn passive(sentence: &str) -> Option<(Vec<String>, &str)> {
    let plain = sentence.trim_end_matches('.').trim_end();
    let said = ["are set", "is set"]
        .into_iter()
        .find(|it| plain.ends_with(it))?;
    let head = plain.strip_suffix(said)?;
    // The names that stand together right before it.
    let starts = head.match_indices(", and `").map(|(at, _)| at + 6);
    starts.chain([0]).find_map(|at| {
        let (names, rest) = joined(head.get(at..)?);
        (!names.is_empty() && rest.trim().is_empty()).then_some((names, said))
    })
}

/// The names in backticks that a text begins with, joined by commas and *and*; and what follows them.
fn joined(text: &str) -> (Vec<String>, &str) {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let plain = rest.trim_start_matches([' ', ',']);
        let plain = plain.strip_prefix("and ").unwrap_or(plain);
        let quoted = plain.strip_prefix('`').and_then(|it| it.split_once('`'));
        let Some((name, after)) = quoted else {
            return (names, rest);
        };
        names.push(name.to_owned());
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::settled_in;

    #[test]
    fn what_is_set_or_cleared_is_named_without_conditions() {
        let names = ["closed_at", "resolution"].map(str::to_owned);
        let set = settled_in("Only open ones. Sets `closed_at` and `resolution`.", &names);
        assert_eq!(
            set,
            [
                ("closed_at".to_owned(), false),
                ("resolution".to_owned(), false)
            ]
        );
        let cleared = settled_in("`closed_at` and `resolution` become null.", &names);
        assert!(cleared.iter().all(|(_, cleared)| *cleared) && cleared.len() == 2);
        for passive in [
            "It becomes `closed`, and `closed_at` and `resolution` are set",
            "An `open` or `new` one becomes `closed`, and `closed_at` and `resolution` are set",
            "`closed_at` and `resolution` are set.",
        ] {
            let set = settled_in(passive, &names);
            assert!(
                set.len() == 2 && set.iter().all(|(_, cleared)| !cleared),
                "{passive}"
            );
        }
        for open in [
            "Those without `resolution` are set aside, and `closed_at` is set later",
            "Which of `closed_at` and `resolution` is set",
            "Sets `resolution` or `closed_at`",
            "Sets `resolution` to what was sent",
            "Sets `resolution` if it is given",
            "`closed_at` becomes null unless it is kept",
            "Sets `other`",
            "Sets `closed_at` and clears `resolution`",
            "`resolution` becomes `solved` and `closed_at` becomes null",
        ] {
            assert!(settled_in(open, &names).is_empty(), "{open}");
        }
    }
}
