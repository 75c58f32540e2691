//! In which order something goes through its states, and where that ends, by what descriptions say: *`queued` → `running` →
//! `done`*, *from `queued` or `running` to `cancelled`*, *`done` and `cancelled` are final*.

use super::prose::{has_word, says};

/// Arrows, in the spellings that people write.
const ARROWS: [&str; 9] = ["-->", "==>", "–>", "->", "=>", "⟶", "➔", "⇒", "→"];
/// Words that lead from one state to the next.
const LINKS: [&str; 9] = [
    "→", "to", "into", "then", "finally", "via", "through", "followed", "becomes",
];
/// Words that may stand beside them.
const FILLERS: [&str; 22] = [
    "and", "or", "by", "it", "is", "the", "at", "last", "later", "in", "on", "a", "goes", "go",
    "moves", "move", "be", "either", "directly", "straight", "state", "turns",
];
/// Words that join states that are one step.
const JOINS: [&str; 5] = ["or", "and", "either", "/", "|"];
/// Words of sentences in which something goes through states.
const GOES: [&str; 20] = [
    "state",
    "status",
    "go ",
    "goes",
    "move",
    "from",
    "transition",
    "become",
    "turn",
    "pass",
    "proceed",
    "advance",
    "progress",
    "then",
    "first",
    "→",
    "lifecycle",
    "life cycle",
    "order",
    "starts",
];
/// Words that tell that something goes back.
const BACK: [&str; 19] = [
    "back to",
    "back from",
    "go back",
    "goes back",
    "returns to",
    "return to",
    "retried",
    "retries",
    "be retr",
    "started again",
    "queued again",
    "run again",
    "runs again",
    "restart",
    "requeue",
    "re-queue",
    "resum",
    "reopen",
    "reset",
];
/// Words that tell that a state is the last one.
const FINAL: [&str; 15] = [
    "are final",
    "is final",
    "are terminal",
    "is terminal",
    "final states",
    "final state",
    "terminal states",
    "terminal state",
    "end states",
    "does not change",
    "do not change",
    "never changes",
    "never change",
    "no further change",
    "stays that way",
];
/// Words that leave open which states that is said of.
const OPEN: [&str; 14] = [
    "until", "unless", "except", "if", "may", "only", "before", "after", "nor", "neither", "other",
    "others", "from", "no",
];

/// The order of states.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    /// What comes before what, one step each.
    steps: Vec<(String, String)>,
}

impl Order {
    /// What these sentences tell of the order of states.
    pub(crate) fn of(sentences: &[String], values: &[String]) -> Self {
        let mut steps: Vec<(String, String)> = Vec::new();
        for sentence in sentences.iter().filter(|it| !turns(it)) {
            steps.extend(steps_in(sentence, values));
        }
        // What may go back is in no order.
        if sentences.iter().any(|it| says(it, &BACK) && !is_never(it)) {
            steps.clear();
        }
        Self { steps }
    }

    /// Whether nothing is told.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether one state comes only before another, so that it does not follow it.
    pub(crate) fn is_before(&self, one: &str, other: &str) -> bool {
        self.leads(one, other) && !self.leads(other, one)
    }

    /// Whether steps lead from one state to another.
    fn leads(&self, from: &str, to: &str) -> bool {
        let mut seen = vec![from];
        let mut at = 0;
        while let Some(state) = seen.get(at).copied() {
            let next = self.steps.iter().filter(|(before, _)| before == state);
            for (_, after) in next {
                if after == to {
                    return true;
                }
                if !seen.contains(&after.as_str()) {
                    seen.push(after);
                }
            }
            at += 1;
        }
        false
    }
}

/// Whether a sentence tells what does not happen, or may.
fn turns(sentence: &str) -> bool {
    let words = [
        "not", "never", "cannot", "may", "unless", "except", "neither", "nor", "instead",
    ];
    has_word(sentence, &words) || sentence.contains("n't") || says(sentence, &BACK)
}

/// Whether a sentence tells that something never happens.
fn is_never(sentence: &str) -> bool {
    has_word(sentence, &["never", "not", "cannot", "no"]) || sentence.contains("n't")
}

/// A part of a sentence that is about states.
enum Part {
    /// A state, by its place among the values.
    State(usize),
    /// Another word.
    Word(String),
}

fn parts(sentence: &str, values: &[String]) -> Vec<Part> {
    let mut text = sentence.to_owned();
    for arrow in ARROWS {
        text = text.replace(arrow, " → ");
    }
    let words = text.split_whitespace().map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '→' && c != '/' && c != '|')
    });
    let part = |word: &str| {
        let at = values.iter().position(|it| it.eq_ignore_ascii_case(word));
        at.map_or_else(|| Part::Word(word.to_owned()), Part::State)
    };
    words.filter(|word| !word.is_empty()).map(part).collect()
}

/// What stands between two states.
fn gap(words: &[&str]) -> Gap {
    // How long something takes stands between.
    let plain: Vec<&str> = without_time(words);
    let all = |known: &[&str]| plain.iter().all(|word| known.contains(word));
    if plain.is_empty() || all(&JOINS) {
        return Gap::Join;
    }
    let known: Vec<&str> = LINKS.iter().chain(&FILLERS).copied().collect();
    let links = plain.iter().any(|word| LINKS.contains(word));
    if links && all(&known) {
        Gap::Link
    } else {
        Gap::Break
    }
}

enum Gap {
    Join,
    Link,
    Break,
}

/// Words without *for at least a second*.
fn without_time<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let unit = |word: &&str| word.starts_with("second") || word.starts_with("minute");
    match (
        words.iter().position(|word| *word == "for"),
        words.iter().position(unit),
    ) {
        (Some(from), Some(to)) if from < to => {
            let before = words.get(..from).unwrap_or_default();
            let after = words.get(to + 1..).unwrap_or_default();
            before.iter().chain(after).copied().collect()
        }
        _ => words.to_vec(),
    }
}

/// The steps that a sentence tells of.
fn steps_in(sentence: &str, values: &[String]) -> Vec<(String, String)> {
    if !says(sentence, &GOES) && !sentence.contains('→') {
        return Vec::new();
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut found = Vec::new();
    let mut between: Vec<&str> = Vec::new();
    let parts = parts(sentence, values);
    let mut close = |groups: &mut Vec<Vec<usize>>| {
        for pair in groups.windows(2) {
            let [before, after] = pair else { continue };
            for (one, other) in before
                .iter()
                .flat_map(|one| after.iter().map(move |it| (one, it)))
            {
                found.extend(values.get(*one).cloned().zip(values.get(*other).cloned()));
            }
        }
        groups.clear();
    };
    for part in &parts {
        let state = match part {
            Part::Word(word) => {
                between.push(word);
                continue;
            }
            Part::State(state) => *state,
        };
        match (gap(&between), groups.last_mut()) {
            (Gap::Join, Some(group)) => group.push(state),
            (Gap::Link, Some(_)) => groups.push(vec![state]),
            _ => {
                close(&mut groups);
                groups.push(vec![state]);
            }
        }
        between.clear();
    }
    close(&mut groups);
    found.retain(|(one, other)| one != other);
    found
}

/// The states that a sentence names.
fn named(sentence: &str, values: &[String]) -> Vec<String> {
    let states = parts(sentence, values)
        .into_iter()
        .filter_map(|part| match part {
            Part::State(at) => values.get(at).cloned(),
            Part::Word(_) => None,
        });
    states.collect()
}

/// The states that these sentences tell to be the last ones: *`done` and `cancelled` are final*.
pub(crate) fn finals(sentences: &[String], values: &[String]) -> Vec<String> {
    let tells = |it: &&String| {
        let denied = has_word(it, &["not"]) && !says(it, &["not change"]);
        says(it, &FINAL) && !denied && !has_word(it, &OPEN)
    };
    let mut found: Vec<String> = Vec::new();
    let mut before: &[String] = &[];
    for sentence in sentences {
        let mut meant = named(sentence, values);
        // *Until it is `done` or `failed`; these states are final*.
        let those = [
            "these states",
            "these statuses",
            "these are ",
            "those states",
            "those are ",
            "both states",
            "both are ",
        ];
        if meant.is_empty()
            && those.iter().any(|word| sentence.starts_with(word))
            && let [last] = before
        {
            meant = match last.rsplit_once("until ") {
                Some((_, end)) => named(end, values),
                None => named(last, values),
            };
        }
        before = std::slice::from_ref(sentence);
        if tells(&sentence) {
            meant.retain(|state| !found.contains(state));
            found.extend(meant);
        }
    }
    // Where all are, nothing is meant.
    if found.len() < values.len() {
        found
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, finals};
    use crate::rules::infer::plain_sentences;

    fn values() -> Vec<String> {
        ["queued", "running", "done", "cancelled"]
            .map(str::to_owned)
            .to_vec()
    }

    fn order(text: &str) -> Order {
        Order::of(&plain_sentences(text), &values())
    }

    #[test]
    fn steps_are_told_by_arrows_and_words() {
        for text in [
            "States only go `queued` → `running` → `done`, or from `queued` or `running` to `cancelled`.",
            "The status goes from queued to running to done.",
            "A job is `queued` for at least a second, then `running`, then `done`.",
            "Lifecycle: queued -> running -> done | cancelled",
            "It starts as queued, becomes running, and finally done.",
        ] {
            let told = order(text);
            assert!(told.is_before("queued", "running"), "{text}");
            assert!(told.is_before("queued", "done"), "{text}");
            assert!(told.is_before("running", "done"), "{text}");
            assert!(!told.is_before("done", "queued"), "{text}");
        }
        let told =
            order("States go `queued` → `running`, or from `queued` or `running` to `cancelled`.");
        assert!(told.is_before("running", "cancelled") && !told.is_before("done", "cancelled"));
    }

    #[test]
    fn what_is_denied_or_goes_back_is_in_no_order() {
        for text in [
            "The status never goes from running to queued.",
            "A `queued` or `running` job is `cancelled` from now on.",
            "One of queued, running, done.",
            "A job may go from done to running.",
            "States go queued → running → done. A job that is retried goes back to `queued`.",
            "queued → running → done. Jobs are retried.",
        ] {
            let told = order(text);
            assert!(!told.is_before("running", "queued"), "{text}");
            assert!(!told.is_before("queued", "running"), "{text}");
            assert!(!told.is_before("done", "running"), "{text}");
        }
        let told = order("States go queued → running → done. It never goes back.");
        assert!(told.is_before("queued", "done"));
    }

    #[test]
    fn the_last_states_are_named() {
        for text in [
            "`done` and `cancelled` are final.",
            "The final states are done and cancelled.",
            "`done` and `cancelled` are terminal states.",
            "Once `done` or `cancelled`, a job does not change any more.",
            "A job that is `done` or `cancelled` never changes.",
            "Poll a queued job until it is `done` or `cancelled`; these states are final.",
        ] {
            assert_eq!(
                finals(&plain_sentences(text), &values()),
                ["done", "cancelled"],
                "{text}"
            );
        }
        for text in [
            "`finishedAt` is null until the job is final.",
            "`running` is not final.",
            "`done` is final unless it is retried.",
            "Only `done` is final.",
            "queued, running, done and cancelled are no final states.",
        ] {
            assert!(
                finals(&plain_sentences(text), &values()).is_empty(),
                "{text}"
            );
        }
    }
}
