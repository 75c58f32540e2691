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
/// Words that may stand beside actions, and say no more than that they are possible.
const BESIDE: [&str; 20] = [
    "and",
    "or",
    "is",
    "are",
    "only",
    "possible",
    "allowed",
    "permitted",
    "can",
    "be",
    "used",
    "sent",
    "taken",
    "done",
    "both",
    "either",
    "accepted",
    "the",
    "action",
    "actions",
];
/// Words that tell that an action is possible.
const POSSIBLE: [&str; 6] = [
    "possible",
    "allowed",
    "permitted",
    "accepted",
    "can be",
    "taken",
];
/// Words that join states, or stand before them.
const JOINS: [&str; 6] = ["and", "or", "either", "is", "in", "state"];
/// What stands before a state has so many words at most: *while the appointment is*.
const BEFORE: usize = 4;
/// Words of what may stand against an action beside its state, or of what is done again.
const REASONS: [&str; 10] = [
    "at most",
    "at a time",
    "at the same time",
    "at once",
    "only one",
    "more than one",
    "again",
    "repeat",
    "idempotent",
    "twice",
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
    /// Actions of which more is said than their states.
    open: Vec<String>,
    /// Whether the states that are named are all.
    closed: bool,
    /// Actions that are possible in those only.
    only: Vec<String>,
    /// Whether something else may stand against it.
    pub(super) is_restricted: bool,
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
                closed: false,
                only: Vec::new(),
                is_restricted: false,
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
        self.closed = all.iter().any(|clause| {
            let refused = speaks_of_refusal(clause) || says(clause, &["409", "conflict"]);
            says(clause, &OTHERS) && refused
        });
        self.is_restricted = all.iter().any(|clause| says(clause, &REASONS));
        for clause in &all {
            let Some((head, tail)) = parts(clause, &actions, &states) else {
                // What is said of an action otherwise may be about its states, too.
                let named = values_named(clause, &actions).into_iter();
                let meant = !values_named(clause, &states).is_empty();
                let strange = named.filter(|it| meant && !states.contains(it));
                self.open.extend(strange.map(str::to_owned));
                continue;
            };
            let only = has_word(clause, &["only"]);
            for action in head {
                if has_word(clause, &TURNS) || !(self.closed || only || says(clause, &POSSIBLE)) {
                    self.open.push(action.to_owned());
                    continue;
                }
                if only {
                    self.only.push(action.to_owned());
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
        let only = self.closed || self.only.iter().any(|it| it == action);
        let known = own.peek().is_some() && only;
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
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let is_one = |word: &String, of: &[&str]| of.iter().any(|it| it.eq_ignore_ascii_case(word));
    places.into_iter().find_map(|(at, end)| {
        let (head, tail) = (words(clause.get(..at)?), words(clause.get(end..)?));
        // Nothing but actions before, and nothing but states behind: what else is said may be a condition.
        let plain = |word: &String| is_one(word, actions) || BESIDE.contains(&word.as_str());
        let first = tail.iter().position(|word| is_one(word, states))?;
        let rest = tail.get(first..)?;
        let state = |word: &String| is_one(word, states) || JOINS.contains(&word.as_str());
        if first > BEFORE || !head.iter().all(plain) || !rest.iter().all(state) {
            return None;
        }
        let named = |of: &[&'v str], within: &[String]| -> Vec<&'v str> {
            let found = of
                .iter()
                .filter(|it| within.iter().any(|word| it.eq_ignore_ascii_case(word)));
            found.copied().collect()
        };
        let (actions, states) = (named(actions, &head), named(states, rest));
        (!actions.is_empty()).then_some((actions, states))
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
        assert!(read("`cancel` may be charged when the visit is `checked_in`.").is_none());
        assert!(read("`cancel` needs a valid reason when it is `checked_in`.").is_none());
        assert!(
            read("`no_show` is possible while it is `booked`, from 15 minutes after its start.")
                .is_none()
        );
        assert!(
            read("`cancel` is possible while it is `booked` and makes it `cancelled`. Everything else is 409.").is_none()
        );
        assert!(
            read("`check_in` moves it from `booked` to `checked_in`. Everything else is 409.")
                .is_none()
        );
        let told = read("`cancel` is possible while it is `booked`. After that it costs a fee.");
        let told = told.expect("one is told");
        assert_eq!(told.told("cancel", "checked_in"), Told::Nothing);
        let told = read("`check_in` is only possible if it is `booked`. `cancelled` is final.");
        let told = told.expect("one is told");
        assert_eq!(told.told("check_in", "completed"), Told::Refused);
        assert_eq!(told.told("cancel", "completed"), Told::Nothing);
        assert_eq!(told.told("cancel", "cancelled"), Told::Stays);
    }
}
