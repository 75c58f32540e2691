//! What sentences claim of a property for some states: *0 while queued*, *100 if, and only if, done*, *null until the job is
//! final*; of a property that is described, or in the description of what answers with it.

use super::{
    answer::answer_schema,
    envelope::unwrapped,
    progress::finals,
    prose::{of_operation, plain_sentences},
};
use crate::rules::{FieldTest, Invariant, Pointer};
use counterpart_model::api::{Api, SchemaId};
use serde_json::{Value, json};

/// Words that stand before what is claimed.
const IS: [&str; 7] = ["is", "stays", "remains", "it", "always", "exactly", "has"];

/// The states that something has, and what it is called.
pub(super) struct States<'a> {
    pub(super) values: &'a [&'a str],
    /// The name of its schema, in words that are joined by `_`.
    pub(super) called: &'a str,
    /// Those that are told to be the last ones.
    pub(super) last: Vec<String>,
}

/// The value that a property has in some states.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claim {
    states: Vec<String>,
    value: Value,
    /// It has the value in each of these states.
    always: bool,
    /// It has the value in none but these states.
    only: bool,
}

impl Claim {
    /// That a property has a value in each of these states.
    pub(super) fn of(states: Vec<String>, value: Value) -> Self {
        Self {
            states,
            value,
            always: true,
            only: false,
        }
    }

    /// What must hold.
    pub(super) fn rules(&self, state: &Pointer, field: &Pointer) -> Vec<Invariant> {
        let test = |field: &Pointer, values: Vec<Value>| FieldTest {
            field: field.clone(),
            r#in: Some(values),
            not_in: None,
            present: None,
        };
        let states = || {
            test(
                state,
                self.states.iter().cloned().map(Value::String).collect(),
            )
        };
        let value = || {
            let values = match self.value.as_i64() {
                // `100.0` is as good as `100`.
                Some(number) => vec![self.value.clone(), json!(number as f64)],
                None => vec![self.value.clone()],
            };
            test(field, values)
        };
        let mut rules = Vec::new();
        if self.always {
            rules.push(Invariant {
                when: states(),
                then: value(),
            });
        }
        if self.only {
            rules.push(Invariant {
                when: value(),
                then: states(),
            });
        }
        rules
    }
}

/// What the operations that answer with a schema claim of its properties, by their names in backticks.
pub(super) fn told_by_operations<'n>(
    api: &Api,
    schema: SchemaId,
    names: &[&'n str],
    of: &States<'_>,
) -> Vec<(&'n str, Claim)> {
    let mut found: Vec<(&'n str, Claim)> = Vec::new();
    for said in said_of(api, schema) {
        for claim in claims_of(&said, names, of) {
            if !found.contains(&claim) {
                found.push(claim);
            }
        }
    }
    found
}

/// The sentences of each operation that answers with a schema.
fn said_of(api: &Api, schema: SchemaId) -> Vec<Vec<String>> {
    let schema = api.resolve(schema);
    let shows = |id: SchemaId| unwrapped(api, id).1 == schema;
    let all = api.operations.iter();
    let shown = all.filter(|it| answer_schema(it).is_some_and(shows));
    shown.map(|it| plain_sentences(&of_operation(it))).collect()
}

/// The states that the operations that answer with a schema, or the schema itself, tell to be the last ones.
pub(super) fn last_of(api: &Api, schema: SchemaId, values: &[&str]) -> Vec<String> {
    let own = api.schema(api.resolve(schema)).description.as_deref();
    let own = plain_sentences(own.unwrap_or_default());
    let said = said_of(api, schema).into_iter().flatten().chain(own);
    let values: Vec<String> = values.iter().map(|it| (*it).to_owned()).collect();
    finals(&said.collect::<Vec<_>>(), &values)
}

/// What sentences claim of properties: each is about the only one that it names, or about that of the sentence before.
fn claims_of<'n>(said: &[String], names: &[&'n str], of: &States<'_>) -> Vec<(&'n str, Claim)> {
    let mut found = Vec::new();
    let mut subject = None;
    for sentence in said {
        let about = subject_of(sentence, names);
        let rest = match about {
            Some((name, rest)) => {
                subject = Some(name);
                rest
            }
            None if sentence.starts_with("it ") && !sentence.contains('`') => sentence.as_str(),
            // A state in backticks is no property.
            None if sentence.starts_with("it ") && only_states(sentence, of.values) => sentence,
            None => {
                subject = None;
                continue;
            }
        };
        let claims = claims(rest, of).unwrap_or_default();
        found.extend(subject.into_iter().flat_map(|name| {
            let own = claims.iter().cloned();
            own.map(move |claim| (name, claim)).collect::<Vec<_>>()
        }));
    }
    found
}

/// Whether all that a sentence has in backticks is states.
fn only_states(sentence: &str, values: &[&str]) -> bool {
    let mut quoted = sentence.split('`').skip(1).step_by(2);
    quoted.all(|it| values.iter().any(|value| value.eq_ignore_ascii_case(it)))
}

/// The property that a sentence begins with, and what follows; `None` where it names another one.
fn subject_of<'n, 's>(sentence: &'s str, names: &[&'n str]) -> Option<(&'n str, &'s str)> {
    let (name, rest) = sentence.strip_prefix('`')?.split_once('`')?;
    let known = |it: &str| names.iter().find(|name| name.to_lowercase() == it).copied();
    let another = rest
        .split('`')
        .skip(1)
        .step_by(2)
        .any(|it| known(it).is_some());
    known(name).filter(|_| !another).map(|name| (name, rest))
}

/// What the sentences of a property's own description claim, each as a whole.
pub(super) fn whole_claims(said: &str, of: &States<'_>) -> Vec<Claim> {
    let said = plain_sentences(said);
    let found = said.iter().find_map(|it| claims(it, of));
    found.unwrap_or_default()
}

/// The claims that a text is made of; `None` where there is more in it.
fn claims(text: &str, of: &States<'_>) -> Option<Vec<Claim>> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let mut rest = words.as_slice();
    let mut found = Vec::new();
    while !rest.is_empty() {
        while let [first, after @ ..] = rest
            && (IS.contains(first) || !found.is_empty() && *first == "and")
        {
            rest = after;
        }
        let (claim, after) = claim(rest, of)?;
        found.push(claim);
        rest = after;
    }
    (!found.is_empty()).then_some(found)
}

/// The claim that words begin with, and what follows.
fn claim<'w, 's>(words: &'s [&'w str], of: &States<'_>) -> Option<(Claim, &'s [&'w str])> {
    let (first, rest) = words.split_first()?;
    let value = match *first {
        "null" => Value::Null,
        number => json!(number.parse::<i64>().ok()?),
    };
    let (always, only, until, rest) = match rest {
        ["if" | "when", "and", "only", "if" | "when", rest @ ..]
        | ["exactly", "when" | "if" | "while", rest @ ..] => (true, true, false, rest),
        ["only", "when" | "if" | "while" | "once", rest @ ..] => (false, true, false, rest),
        ["as", "long", "as", rest @ ..] | ["while" | "when" | "whenever", rest @ ..] => {
            (true, false, false, rest)
        }
        ["until" | "unless", rest @ ..] => (true, false, true, rest),
        _ => return None,
    };
    let rest = match rest {
        ["it", "is", rest @ ..] => rest,
        // *While the site is open* says nothing of a job.
        ["the", thing, "is", rest @ ..] if of.called.split('_').any(|it| it == *thing) => rest,
        rest => rest,
    };
    // *Until the job is final*, *while it is not final*.
    let (denied, rest) = match rest {
        ["not", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if let ["final" | "finished" | "terminal", rest @ ..] = rest {
        if of.last.is_empty() {
            return None;
        }
        let wanted = |it: &&str| of.last.iter().any(|known| known == it) != (until || denied);
        let states = of.values.iter().copied().filter(|it| wanted(it));
        let states: Vec<String> = states.map(str::to_owned).collect();
        let fine = !(states.is_empty() || until && denied);
        let claim = Claim {
            states,
            value,
            always,
            only,
        };
        return fine.then_some((claim, rest));
    }
    if denied || until {
        return None;
    }
    let (states, rest) = states_in(rest, of.values)?;
    let claim = Claim {
        states,
        value,
        always,
        only,
    };
    Some((claim, rest))
}

/// The states that words begin with, joined by *or*, and what follows.
fn states_in<'w, 's>(
    words: &'s [&'w str],
    values: &[&str],
) -> Option<(Vec<String>, &'s [&'w str])> {
    let known = |word: &str| values.iter().find(|it| it.eq_ignore_ascii_case(word));
    let (first, mut rest) = words.split_first()?;
    let mut states = vec![(*known(first)?).to_owned()];
    while let ["or", next, after @ ..] = rest
        && let Some(state) = known(next)
    {
        states.push((*state).to_owned());
        rest = after;
    }
    Some((states, rest))
}

#[cfg(test)]
mod tests {
    use super::{Claim, States, claims_of, whole_claims};
    use crate::rules::infer::{finals, plain_sentences};
    use serde_json::{Value, json};

    fn states(text: &str) -> States<'static> {
        let values = &["queued", "running", "done", "cancelled"];
        States {
            values,
            called: "firmware_job",
            last: finals(&plain_sentences(text), &values.map(str::to_owned)),
        }
    }
    const NAMES: [&str; 2] = ["percentComplete", "finishedAt"];

    fn found(text: &str) -> Vec<(&'static str, Claim)> {
        claims_of(&plain_sentences(text), &NAMES, &states(text))
    }

    fn claim(states: &[&str], value: Value, only: bool) -> Claim {
        Claim {
            states: states.iter().map(|it| (*it).to_owned()).collect(),
            value,
            always: true,
            only,
        }
    }

    #[test]
    fn operations_claim_of_what_they_name() {
        let text = "`done` and `cancelled` are final. `percentComplete` never falls; it is 0 while queued and 100 if, and \
                    only if, done. `finishedAt` is null until the job is final.";
        assert_eq!(
            found(text),
            [
                ("percentComplete", claim(&["queued"], json!(0), false)),
                ("percentComplete", claim(&["done"], json!(100), true)),
                (
                    "finishedAt",
                    claim(&["queued", "running"], Value::Null, false)
                ),
            ]
        );
        for text in [
            "`percentComplete` is 100 exactly when it is `done`.",
            "`percentComplete`: 100 if and only if the job is done.",
            "`percentComplete` is always 100 when and only when `done`.",
        ] {
            let wanted = ("percentComplete", claim(&["done"], json!(100), true));
            assert_eq!(found(text), [wanted], "{text}");
        }
        let text = "`done` is final. `finishedAt` is null as long as the job is not final.";
        let wanted = claim(&["queued", "running", "cancelled"], Value::Null, false);
        assert_eq!(found(text), [("finishedAt", wanted)]);
    }

    #[test]
    fn what_is_left_open_is_no_claim() {
        for text in [
            "`percentComplete` is 100 if done.",
            "`percentComplete` is 100 while done unless it was cancelled.",
            "`percentComplete` and `finishedAt` are null while queued.",
            "`finishedAt` is null until the job is final.",
            "`finishedAt` is not null when done.",
            "`percentComplete` is 0 to 100. The page is 0 while queued.",
            "It is 0 while queued.",
            "`percentComplete` is 0 while the site is queued.",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_description_claims_as_a_whole() {
        let whole = |text: &str| whole_claims(text, &states(text));
        let wanted = claim(&["done"], json!(100), true);
        assert_eq!(whole("100 if, and only if, done."), [wanted]);
        let wanted = claim(&["queued", "running"], json!(0), false);
        assert_eq!(whole("How far it is. 0 while queued or running."), [wanted]);
        assert!(whole("100 when done by hand").is_empty());
    }
}
