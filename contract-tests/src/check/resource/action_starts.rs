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
    use super::{has_other_reasons, starts};

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
