//! The states that a document names as those an action starts from.

use super::action_text::{clauses, said_of, values_named};
use crate::rules::infer::{has_word, says};
use counterpart_model::api::Operation;

/// What leads from a state to another one.
const LEADS: [&str; 7] = [
    " becomes ",
    " become ",
    " moves to ",
    " changes to ",
    " goes to ",
    " turns into ",
    " is `",
];
/// Words that turn around, or leave open, what is said of a state.
const TURNS: [&str; 14] = [
    "not", "no", "never", "unless", "until", "once", "before", "after", "without", "if", "when",
    "may", "except", "but",
];
/// A state stands at the beginning of what is said.
const WORDS: usize = 8;

/// *An `open` or `acknowledged` alert becomes `resolved`*: the states before what leads to another one.
pub(super) fn starts(operation: &Operation, values: &[String]) -> Vec<String> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let said = operation.description.as_deref().unwrap_or_default();
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = clauses(&text).find_map(|clause| {
        let lower = clause.to_lowercase();
        let at = LEADS.iter().filter_map(|it| lower.find(it)).min()?;
        let (head, tail) = (clause.get(..at)?, clause.get(at..)?);
        let open = head.split_whitespace().count() > WORDS || has_word(clause, &TURNS);
        let named = values_named(head, &known);
        let leads = !values_named(tail, &known).is_empty();
        (!open && leads && !named.is_empty()).then_some(named)
    });
    let found = found.unwrap_or_default().into_iter();
    found.map(str::to_owned).collect()
}

/// *For delivered and cancelled ones the answer is 409*: the states in which a clause says that it is refused.
pub(super) fn answered<'v>(clause: &str, refusal: u16, known: &[&'v str]) -> Vec<&'v str> {
    let lower = clause.to_lowercase();
    let code = refusal.to_string();
    let Some((before, after)) = lower.split_once(&code) else {
        return Vec::new();
    };
    let after = after.trim_matches(|c: char| c == '`' || c.is_whitespace());
    let Some((at, who)) = before.split_once("for ") else {
        return Vec::new();
    };
    let answers = [
        "the answer is",
        "answered with",
        "the response is",
        "the status is",
    ];
    let begins = at.is_empty() || at.ends_with(' ');
    // What comes behind may be a condition.
    let ends = after.is_empty() || after.starts_with("and nothing");
    let open = has_word(before, &TURNS) || has_word(before, &["other", "any", "all", "otherwise"]);
    match answers.iter().find_map(|it| who.split_once(it)) {
        Some((who, _)) if begins && ends && !open => states_in(who, known),
        _ => Vec::new(),
    }
}

/// *Files can be stored in drafts and approved projects (409 otherwise)*: the states that are named, where everything else
/// is refused.
pub(super) fn otherwise_refused<'v>(
    clause: &str,
    (refusal, path): (u16, &str),
    known: &[&'v str],
) -> Option<Vec<&'v str>> {
    let lower = clause.to_lowercase().replace('`', "");
    let otherwise = [
        format!("({refusal} otherwise"),
        format!("; otherwise {refusal}"),
        format!(", otherwise {refusal}"),
    ];
    let at = otherwise.iter().find_map(|it| lower.find(it))?;
    let said = lower.get(..at)?;
    let turned = [
        "not", "no", "never", "unless", "except", "cannot", "without", "if", "with",
    ];
    if has_word(said, &turned) {
        return None;
    }
    let words: Vec<&str> = said
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let is_state = |word: &&&str| !states_in(word, known).is_empty();
    let first = words.iter().position(|word| is_state(&word))?;
    // The states follow at once what leads to them; then comes what is in them, or nothing.
    let leads = ["in", "to", "for", "while", "only", "from"];
    let led = first.checked_sub(1).and_then(|it| words.get(it));
    led.filter(|it| leads.contains(it))?;
    let last = words.iter().rposition(|word| is_state(&word))?;
    let run = words.get(first..=last)?;
    let joined = run
        .iter()
        .all(|it| is_state(&it) || ["and", "or"].contains(it));
    let noun = words.get(last + 1);
    let own = |word: &&str| {
        let stem = word.strip_suffix('s').unwrap_or(word);
        path.to_lowercase().contains(&format!("/{stem}"))
    };
    let only = words.contains(&"only") || words.contains(&"can");
    (joined && only && noun.is_none_or(own)).then(|| states_in(said, known))
}

/// The states that words name, in the plural too: *drafts*.
fn states_in<'v>(text: &str, known: &[&'v str]) -> Vec<&'v str> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .collect();
    let is = |word: &str, value: &str| {
        let single = word.strip_suffix('s').unwrap_or(word);
        word.eq_ignore_ascii_case(value) || single.eq_ignore_ascii_case(value)
    };
    let named = known
        .iter()
        .filter(|value| words.iter().any(|word| is(word, value)));
    named.copied().collect()
}

/// Whether anything is said to stand against an action but its state: a clause about refusals that names none.
pub(super) fn has_other_reasons(operation: &Operation, refusal: u16, values: &[String]) -> bool {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let texts = [
        operation.summary.as_deref().unwrap_or_default(),
        operation.description.as_deref().unwrap_or_default(),
        said_of(operation, refusal),
    ];
    let text = texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let limits = |clause: &str| {
        clause.contains(&refusal.to_string())
            || says(
                clause,
                &[
                    "conflict", "refuse", "cannot", "can't", "can not", "must", "without",
                    "unless", "if", "when", "need", "require", "only", "at least", "enough",
                ],
            )
    };
    let states = |clause: &str| {
        !values_named(clause, &known).is_empty()
            || says(clause, &["state", "status", "already", "again", "twice"])
    };
    text.iter()
        .flat_map(|text| clauses(text))
        .any(|clause| limits(clause) && !states(clause))
}

#[cfg(test)]
mod tests {
    use super::{answered, has_other_reasons, otherwise_refused, starts};

    #[test]
    fn states_are_named_as_those_that_are_refused_or_taken() {
        let known = ["draft", "approved", "delivered", "cancelled"];
        let refused = |clause| answered(clause, 409, &known);
        assert_eq!(
            refused("for delivered and cancelled ones the answer is 409 and nothing changes"),
            ["delivered", "cancelled"]
        );
        assert!(refused("for all but drafts the answer is 409").is_empty());
        assert!(refused("drafts wait for approval, the answer is 409").is_empty());
        assert!(refused("for drafts the answer is 409 if they have no items").is_empty());
        let taken = |clause| otherwise_refused(clause, (409, "/projects/{id}/files"), &known);
        assert_eq!(
            taken("Files can be stored in drafts and approved projects (409 otherwise)"),
            Some(vec!["draft", "approved"])
        );
        assert_eq!(
            taken("Tasks can only be added to drafts (409 otherwise)"),
            Some(vec!["draft"])
        );
        assert_eq!(
            taken("What is not a draft can be read (409 otherwise)"),
            None
        );
    }

    fn action(said: &str) -> counterpart_model::api::Operation {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{'/alerts/{{id}}/resolve': {{post: {{operationId: \
             resolve, description: {said:?}, responses: {{'200': {{description: ok}}, '409': {{description: Not possible in \
             the present state}}}}}}}}}}}}"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        api.operation("resolve").expect("an operation").clone()
    }

    #[test]
    fn states_before_what_leads_on_are_those_it_starts_from() {
        let values = ["open", "acknowledged", "resolved"].map(str::to_owned);
        for (said, wanted) in [
            (
                "An `open` or `acknowledged` alert becomes `resolved`, and it is kept.",
                &["open", "acknowledged"][..],
            ),
            ("An open alert is `acknowledged` from now on.", &["open"]),
            ("An open alert becomes resolved if it is old.", &[]),
            ("It becomes `resolved`.", &[]),
            ("An alert that is not open becomes resolved.", &[]),
            ("Open alerts become urgent.", &[]),
        ] {
            assert_eq!(starts(&action(said), &values), wanted, "{said}");
        }
    }

    #[test]
    fn what_else_stands_against_it_is_told_in_other_clauses() {
        let values = ["open", "resolved"].map(str::to_owned);
        let other = |said| has_other_reasons(&action(said), 409, &values);
        assert!(!other(
            "An `open` alert becomes `resolved`. A resolved alert is final: 409."
        ));
        assert!(other(
            "An `open` alert becomes `resolved`. An alert without owner answers 409."
        ));
        assert!(other(
            "An `open` alert becomes `resolved`. It needs an owner."
        ));
    }
}
