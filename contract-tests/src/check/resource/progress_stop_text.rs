//! What a document says of an action that stops something: in which states it is taken and refused, whether it is for good.

use super::{
    action_text::values_named,
    prose::{refusals_of, told_by},
};
use crate::rules::infer::{has_word, says};
use counterpart_model::api::Operation;

/// The states that an action refuses, by what it says: *a `done` or `cancelled` one answers 409*.
pub(super) fn refused_in(action: &Operation, values: &[String]) -> Vec<String> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let open = [
        "not", "only", "unless", "until", "except", "other", "others", "no", "than", "neither",
    ];
    let refusals = refusals_of(action).into_iter();
    let mut found: Vec<String> = Vec::new();
    for sentence in refusals.filter(|it| !has_word(it, &open) && !it.contains("n't")) {
        for state in values_named(&sentence, &known) {
            if !found.iter().any(|it| it == state) {
                found.push(state.to_owned());
            }
        }
    }
    found
}

/// The states in which an action is taken, by what it says: *a `queued` or `running` job is `cancelled` from now on*, *only
/// queued jobs can be cancelled*.
pub(super) fn taken_in(action: &Operation, target: &str, values: &[String]) -> Vec<String> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let open = [
        "not", "unless", "except", "may", "might", "if", "should", "no", "until", "409",
    ];
    let said = told_by(action);
    let mut taken = said.iter().filter_map(|it| {
        let verbs = [" is ", " can be ", " becomes ", " are ", " become "];
        let quoted = format!("`{target}`");
        let done = [target, quoted.as_str()];
        let mut ends = verbs
            .iter()
            .flat_map(|verb| done.iter().map(move |done| format!("{verb}{done}")));
        let end = ends.find_map(|end| it.find(&end))?;
        let open = has_word(it, &open) || it.contains("n't");
        let before = it.get(..end).filter(|_| !open)?;
        let states = values_named(before, &known);
        (!states.is_empty()).then_some(states)
    });
    let taken = taken.next().unwrap_or_default().into_iter();
    taken
        .filter(|it| *it != target)
        .map(str::to_owned)
        .collect()
}

/// Whether an action says that it is for good.
pub(super) fn is_for_good(action: &Operation) -> bool {
    let words = [
        "from now on",
        "for good",
        "is final",
        "stays so",
        "stays cancelled",
        "permanently",
        "cannot be undone",
        "can not be undone",
        "irreversib",
        "never runs",
        "never resumes",
    ];
    told_by(action).iter().any(|it| says(it, &words))
}

#[cfg(test)]
mod tests {
    use super::{refused_in, taken_in};
    use counterpart_model::api::Api;

    fn values() -> Vec<String> {
        ["queued", "running", "done", "cancelled"]
            .map(str::to_owned)
            .to_vec()
    }

    fn api(said: &str, refused: &str) -> Api {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  '/jobs/{{id}}/cancel':\n    post: {{operationId: c, \
             description: \"{said}\", responses: {{'200': {{description: ok}}, '409': {{description: \"{refused}\"}}}}}}\n"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        api.expect("an API")
    }

    #[test]
    fn an_action_tells_in_which_states_it_is_taken() {
        let said = "A `queued` or `running` job is `cancelled` from now on. A `done` or `cancelled` one answers 409 and \
                    stays as it is.";
        let told = api(said, "Conflict.");
        let action = &told.operations[0];
        assert_eq!(refused_in(action, &values()), ["done", "cancelled"]);
        assert_eq!(
            taken_in(action, "cancelled", &values()),
            ["queued", "running"]
        );
        for (said, refused) in [
            ("`409` unless the job is `queued`.", ""),
            ("", "The job is not running."),
            ("Only queued ones; others give `409`.", ""),
        ] {
            let told = api(said, refused);
            assert!(
                refused_in(&told.operations[0], &values()).is_empty(),
                "{said}"
            );
        }
        let told = api("Only queued jobs can be cancelled.", "It is done already.");
        let action = &told.operations[0];
        assert_eq!(taken_in(action, "cancelled", &values()), ["queued"]);
        assert_eq!(refused_in(action, &values()), ["done"]);
        let told = api("A running job may be cancelled if it hangs.", "");
        assert!(taken_in(&told.operations[0], "cancelled", &values()).is_empty());
    }
}
