//! What a document says of actions that a body names: in which states each is taken, and which states are the last ones.

use crate::rules::infer::{
    clauses, envelope::core, finals, has_word, plain_sentences, properties, says, speaks_of_refusal,
};
use counterpart_model::api::{Api, Operation, SchemaId, TypeSet};

use super::action_text::{said_of, values_named};

/// Words between an action and the states that it is for.
const WHILE: [&str; 8] = [
    " while ",
    " when ",
    " as long as ",
    " if ",
    " from ",
    " in the state",
    " in state",
    " for ",
];
/// Words that turn around, or leave open, what is said.
const TURNS: [&str; 10] = [
    "not", "never", "cannot", "no", "unless", "except", "until", "but", "neither", "without",
];
/// Words for all that is not named.
const OTHERS: [&str; 10] = [
    "everything else",
    "anything else",
    "any other",
    "all other",
    "every other",
    "other actions",
    "other transitions",
    "other states",
    "other combinations",
    "otherwise",
];
/// Words that tell all states that an action is for.
const POSSIBLE: [&str; 9] = [
    "only",
    "possible",
    "allowed",
    "permitted",
    "can be",
    "may be",
    "valid",
    "accepted",
    "legal",
];

/// The actions that a body names, and the states of what they act on.
#[derive(Debug)]
pub(super) struct Transitions {
    /// The member of the body that names the action.
    pub(super) member: String,
    /// Its values.
    pub(super) actions: Vec<String>,
    /// An action, and a state that it is for.
    allowed: Vec<(String, String)>,
    /// Actions of which the document does not name all states.
    open: Vec<String>,
    /// States that nothing leaves.
    finals: Vec<String>,
}

/// What a document says of an action in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It is taken.
    Taken,
    /// It is refused.
    Refused,
    /// It does not lead out of the state.
    Stays,
    /// Nothing.
    Nothing,
}

impl Transitions {
    /// The actions of an operation's body, where the document says in which of these states they are taken.
    pub(super) fn of(
        api: &Api,
        operation: &Operation,
        body: SchemaId,
        states: &[String],
        refusal: u16,
    ) -> Option<Self> {
        let inner = core(api, body).1;
        let found = properties(api, inner).into_iter();
        let mut found = found.filter_map(|(name, id)| {
            let of = api.schema(api.resolve(id));
            let values = of.enumeration.as_ref().filter(|it| it.len() > 1)?;
            let text: Option<Vec<String>> = values
                .iter()
                .map(|it| Some(it.as_str()?.to_owned()))
                .collect();
            let plain = of.types == TypeSet::STRING;
            text.filter(|_| plain).map(|text| (name, id, text))
        });
        found.find_map(|(member, id, actions)| {
            // A body that names the state to come is another matter.
            let named = |it: &String| states.iter().any(|state| state.eq_ignore_ascii_case(it));
            if actions.iter().all(named) {
                return None;
            }
            let text = |id: SchemaId| {
                let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
                let said = own.description.as_deref().or(target.description.as_deref());
                said.unwrap_or_default().to_owned()
            };
            let texts = [
                operation.description.clone().unwrap_or_default(),
                text(body),
                text(inner),
                text(id),
                said_of(operation, refusal).to_owned(),
            ];
            let mut read = Self {
                member,
                actions,
                allowed: Vec::new(),
                open: Vec::new(),
                finals: finals(&plain_sentences(&texts.join("\n\n")), states),
            };
            read.read(&texts, states);
            (!read.allowed.is_empty()).then_some(read)
        })
    }

    fn read(&mut self, texts: &[String], states: &[String]) {
        let actions = self.actions.clone();
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        let states: Vec<&str> = states.iter().map(String::as_str).collect();
        let all: Vec<String> = texts.iter().flat_map(|it| clauses(it)).collect();
        let all: Vec<String> = all
            .iter()
            .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let closed = all.iter().any(|clause| {
            let refused = speaks_of_refusal(clause) || says(clause, &["409", "conflict"]);
            says(clause, &OTHERS) && refused
        });
        for clause in &all {
            let Some((head, tail)) = parts(clause, &actions, &states) else {
                continue;
            };
            let whole = closed || says(clause, &POSSIBLE);
            for action in head {
                if has_word(clause, &TURNS) || !whole {
                    self.open.push(action.to_owned());
                    continue;
                }
                let pairs = tail.iter().map(|it| (action.to_owned(), (*it).to_owned()));
                self.allowed.extend(pairs);
            }
        }
        self.allowed
            .retain(|(action, _)| !self.open.contains(action));
    }

    /// What becomes of an action in a state.
    pub(super) fn told(&self, action: &str, state: &str) -> Told {
        let mut own = self
            .allowed
            .iter()
            .filter(|(it, _)| it == action)
            .peekable();
        let known = own.peek().is_some();
        if own.any(|(_, it)| it == state) {
            return Told::Taken;
        }
        let last = self.finals.iter().any(|it| it == state);
        match (known, last) {
            (true, _) => Told::Refused,
            (false, true) => Told::Stays,
            (false, false) => Told::Nothing,
        }
    }
}

/// The actions before, and the states after, the word that joins them: *`check_in` and `cancel` are possible while it is
/// `booked`*.
fn parts<'v>(
    clause: &str,
    actions: &[&'v str],
    states: &[&'v str],
) -> Option<(Vec<&'v str>, Vec<&'v str>)> {
    let lower = clause.to_lowercase();
    let mut places: Vec<(usize, usize)> = WHILE
        .iter()
        .flat_map(|word| {
            lower
                .match_indices(word)
                .map(|(at, it)| (at, at + it.len()))
        })
        .collect();
    places.sort_unstable();
    places.into_iter().find_map(|(at, end)| {
        let (head, tail) = (clause.get(..at)?, clause.get(end..)?);
        let named = values_named(head, actions);
        let meant = values_named(tail, states);
        // An action may be called like the state that it leads to.
        let strange = |text: &str, of: &[&str], others: &[&str]| {
            let found = values_named(text, of);
            found.iter().any(|it| !others.contains(it))
        };
        let plain = !strange(head, states, actions) && !strange(tail, actions, states);
        (plain && !named.is_empty() && !meant.is_empty()).then_some((named, meant))
    })
}

#[cfg(test)]
mod tests {
    use super::{Told, Transitions};

    fn read(said: &str) -> Option<Transitions> {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{'/visits/{{id}}/transitions': {{post: {{operationId: \
             move, description: {said:?}, requestBody: {{content: {{application/json: {{schema: {{type: object, properties: \
             {{action: {{type: string, enum: [check_in, complete, cancel, no_show]}}}}}}}}}}}}, responses: {{'200': {{description: ok}}, \
             '409': {{description: Not possible now.}}}}}}}}}}}}"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let operation = api.operation("move").expect("an operation");
        let body = operation.body.as_ref().expect("a body");
        let schema = body.content.values().find_map(|it| it.schema);
        let states =
            ["booked", "checked_in", "completed", "cancelled", "no_show"].map(str::to_owned);
        Transitions::of(&api, operation, schema.expect("a schema"), &states, 409)
    }

    #[test]
    fn actions_are_for_the_states_that_are_named_behind_them() {
        let told = read(
            "`check_in`, `no_show` and `cancel` are possible while the visit is `booked`;\n`complete` and `cancel` while it is \
             `checked_in`. Everything else is answered with 409: `completed` and `cancelled` are final.",
        )
        .expect("they are told");
        assert_eq!(told.told("check_in", "booked"), Told::Taken);
        assert_eq!(told.told("cancel", "checked_in"), Told::Taken);
        assert_eq!(told.told("complete", "booked"), Told::Refused);
        assert_eq!(told.told("cancel", "completed"), Told::Refused);
        assert_eq!(told.told("no_show", "booked"), Told::Taken);
        assert_eq!(told.told("no_show", "checked_in"), Told::Refused);
    }

    #[test]
    fn what_is_turned_around_or_not_named_says_nothing() {
        assert!(read("`cancel` tells them when it is `booked`.").is_none());
        assert!(read("`cancel` is not possible when it is `completed`.").is_none());
        let told = read("`check_in` is only possible if it is `booked`. `cancelled` is final.");
        let told = told.expect("one is told");
        assert_eq!(told.told("check_in", "completed"), Told::Refused);
        assert_eq!(told.told("cancel", "completed"), Told::Nothing);
        assert_eq!(told.told("cancel", "cancelled"), Told::Stays);
    }
}
