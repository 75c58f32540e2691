//! What a document says of something that goes on by itself: what never falls, how long it takes, which header it has on its
//! way.

use super::{
    action_text::values_named,
    prose::{names, quoted, told_by},
};
use crate::rules::infer::{Order, finals, has_word, plain_sentences, properties, says, snake};
use counterpart_model::api::{Api, Operation, SchemaId};
use std::time::Duration;

/// Words of what only rises.
const RISES: [&str; 14] = [
    "never fall",
    "never decrease",
    "never goes down",
    "never goes back",
    "never drop",
    "never sink",
    "never shrink",
    "never gets smaller",
    "only rises",
    "only grows",
    "only increases",
    "only goes up",
    "does not decrease",
    "monotonic",
];

/// Words of sentences that tell when something has come to its end.
const ENDS: [&str; 10] = [
    "done", "final", "finish", "complet", "ready", "takes", "over", "ended", "succeed", "later",
];

/// Words that leave open how long something takes.
const ABOUT: [&str; 31] = [
    "if",
    "when",
    "where",
    "whenever",
    "clips",
    "files",
    "larger",
    "may",
    "might",
    "usually",
    "typically",
    "normally",
    "mostly",
    "often",
    "about",
    "roughly",
    "approximately",
    "should",
    "kept",
    "stored",
    "retained",
    "expires",
    "deleted",
    "removed",
    "valid",
    "every",
    "once",
    "between",
    "times",
    "not",
    "average",
];

/// Words that something is there.
const IS_THERE: [&str; 8] = [
    "is sent",
    "is there",
    "is present",
    "is set",
    "is given",
    "is included",
    "carries",
    "comes with",
];

/// What a document says of things that go on by themselves.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// In which order it goes through its states.
    pub(super) order: Order,
    /// The states that it does not leave.
    pub(super) last: Vec<String>,
    /// The properties that never fall.
    pub(super) rising: Vec<String>,
    /// The header that it has as long as it is on its way, and whether only then.
    pub(super) header: Option<(String, bool)>,
    /// How long it takes at most.
    pub(super) most: Option<Duration>,
    /// The state in which it is for so long at least.
    pub(super) least: Option<(String, Duration)>,
}

impl Told {
    /// What those that make and read something, and its schema, say of it.
    pub(super) fn of(
        api: &Api,
        (create, read): (&Operation, &Operation),
        shown: SchemaId,
        values: &[String],
    ) -> Self {
        let of_read = told_by(read);
        let mut said = told_by(create);
        said.extend(of_read.iter().cloned());
        let own = api.schema(api.resolve(shown)).description.as_deref();
        said.extend(plain_sentences(own.unwrap_or_default()));
        let all = properties(api, shown);
        let mut rising = Vec::new();
        for (name, id) in &all {
            let (own, target) = (api.schema(*id), api.schema(api.resolve(*id)));
            let own = own.description.as_deref().or(target.description.as_deref());
            let own = plain_sentences(own.unwrap_or_default());
            let rises = |it: &String| rises(it);
            let named = |it: &&String| rises(it) && names(it, name) && names_one(it, &all);
            if own.iter().any(rises) || said.iter().any(|it| named(&it)) {
                rising.push(name.clone());
            }
            // The state itself may tell which states there are.
            said.extend(own.into_iter().filter(|_| is_called_state(name)));
        }
        Self {
            order: Order::of(&said, values),
            last: finals(&said, values),
            rising,
            header: of_read
                .iter()
                .find_map(|it| header_in(it))
                .filter(|(name, _)| is_header(read, name)),
            most: said.iter().find_map(|it| most_in(it)),
            least: said.iter().find_map(|it| least_in(it, values)),
        }
    }

    /// Whether nothing is told.
    pub(super) fn is_nothing(&self) -> bool {
        self.order.is_empty() && self.last.is_empty() && !self.goes_on()
    }

    /// Whether it is told that something goes on by itself: what waits for somebody has an order of states, too.
    pub(super) fn goes_on(&self) -> bool {
        let timed = self.most.is_some() || self.least.is_some();
        timed || self.header.is_some() || !self.rising.is_empty()
    }
}

/// Whether a sentence says that something never falls: not below something, and not *monotonically decreasing*.
fn rises(sentence: &str) -> bool {
    let otherwise = [
        "below",
        "under",
        "beneath",
        "monotonically decreas",
        "monotonic decreas",
        "monotonically non-increas",
        "not monoton",
        "not necessarily",
    ];
    says(sentence, &RISES) && !says(sentence, &otherwise)
}

fn is_called_state(name: &str) -> bool {
    let name = snake(name);
    let last = name.rsplit('_').next().unwrap_or_default();
    ["status", "state", "phase", "stage"].contains(&last)
}

/// Whether a sentence names one property and no other.
fn names_one(sentence: &str, all: &[(String, SchemaId)]) -> bool {
    let quoted = quoted(sentence);
    let named = |name: &str| quoted.iter().any(|it| *it == name.to_lowercase());
    all.iter().filter(|(name, _)| named(name)).count() <= 1
}

/// Whether a name with a hyphen is that of a header, and not of a state.
fn is_header(read: &Operation, name: &str) -> bool {
    let mut responses = read.responses.values();
    name.eq_ignore_ascii_case("retry-after")
        || responses.any(|it| {
            it.headers
                .keys()
                .any(|known| known.eq_ignore_ascii_case(name))
        })
}

/// *`Retry-After` is sent as long as the job is not final*: the header, and whether it is sent only then.
fn header_in(sentence: &str) -> Option<(String, bool)> {
    let name = quoted(sentence).into_iter().find(|it| it.contains('-'))?;
    let rest = sentence.replace(&format!("`{name}`"), "");
    if !says(&rest, &IS_THERE) || has_word(&rest, &["never", "may", "can", "unless", "except"]) {
        return None;
    }
    let ends = ["final", "finished", "done", "over", "terminal", "complete"];
    let under_way = says(
        &rest,
        &["not final", "not finished", "not done", "not terminal"],
    ) || says(&rest, &["not complete", "under way", "on its way"]);
    let only = ["as long as", "only while", "only as long"];
    if under_way && says(&rest, &["as long as", "while", "whenever"]) {
        return Some((name.to_owned(), says(&rest, &only)));
    }
    let until = has_word(&rest, &["until"]) && has_word(&rest, &ends);
    (until && !has_word(&rest, &["not"])).then(|| (name.to_owned(), true))
}

/// *`done` at most ten seconds after it was accepted*, *which takes 5 seconds at most*.
fn most_in(sentence: &str) -> Option<Duration> {
    if !says(sentence, &ENDS) || has_word(sentence, &ABOUT) {
        return None;
    }
    let words = words_of(sentence);
    let spans = spans(&words);
    let is = |at: usize, wanted: &[&str]| {
        let found = words.get(at..at + wanted.len());
        found.is_some_and(|found| found == wanted)
    };
    let leads: [&[&str]; 8] = [
        &["at", "most"],
        &["within"],
        &["no", "longer", "than"],
        &["never", "longer", "than"],
        &["no", "more", "than"],
        &["in", "less", "than"],
        &["in", "under"],
        &["latest"],
    ];
    let after: [&[&str]; 3] = [&["at", "most"], &["at", "the", "latest"], &["or", "less"]];
    let most = spans.iter().find(|(from, to, _)| {
        let led = leads.iter().any(|lead| {
            let start = from.checked_sub(lead.len());
            start.is_some_and(|start| is(start, lead))
        });
        led || after.iter().any(|it| is(*to, it))
    });
    most.map(|(.., span)| *span)
}

/// *Is `queued` for at least a second.*
fn least_in(sentence: &str, values: &[String]) -> Option<(String, Duration)> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let (before, after) = sentence.split_once(" for at least ")?;
    let last = before.rsplit([' ', ',']).next().unwrap_or_default();
    let state = values_named(last, &known).first().copied()?;
    let words = words_of(after);
    let (from, _, span) = spans(&words).into_iter().next()?;
    let open = has_word(before, &["may", "not", "usually", "if", "unless", "should"]);
    (from == 0 && !open).then(|| (state.to_owned(), span))
}

fn words_of(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '.');
    words.filter(|word| !word.is_empty()).collect()
}

/// The lengths of time that words tell of: from where, to where, how long.
fn spans(words: &[&str]) -> Vec<(usize, usize, Duration)> {
    const NUMBERS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let number = |word: &str| -> Option<u64> {
        let named = NUMBERS.iter().position(|it| *it == word);
        let one = ["a", "an"].contains(&word).then_some(1);
        let named = named.and_then(|it| u64::try_from(it).ok()).or(one);
        named.or_else(|| word.parse().ok())
    };
    let unit = |word: &str| match word {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "min" | "mins" | "minute" | "minutes" => Some(60),
        _ => None,
    };
    let pairs = words.windows(2).enumerate();
    let found = pairs.filter_map(|(at, pair)| {
        let [count, of] = pair else { return None };
        let seconds = number(count)?.checked_mul(unit(of)?)?;
        Some((at, at + 2, Duration::from_secs(seconds)))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::{header_in, least_in, most_in};
    use std::time::Duration;

    fn values() -> Vec<String> {
        ["queued", "running", "done", "cancelled"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn how_long_it_takes_is_told_without_doubt() {
        for (said, seconds) in [
            (
                "and `done` at most ten seconds after it was accepted, but for cancelled ones",
                10,
            ),
            (
                "poll it until its status is `done`, which takes 5 seconds at most",
                5,
            ),
            ("a job is finished within 30 seconds", 30),
            ("it takes no longer than a minute", 60),
            ("after 20 s at the latest it is final", 20),
        ] {
            assert_eq!(most_in(said), Some(Duration::from_secs(seconds)), "{said}");
        }
        for said in [
            "it usually takes 5 seconds at most",
            "results are kept for at most 10 minutes after it is done",
            "poll it at most once within 5 seconds until it is done",
            "it may take up to 5 seconds until it is done",
            "at most 5 jobs are done at a time",
        ] {
            assert_eq!(most_in(said), None, "{said}");
        }
    }

    #[test]
    fn a_state_lasts_for_a_while() {
        let told = least_in(
            "the job is `queued` for at least a second, then `running`",
            &values(),
        );
        assert_eq!(told, Some(("queued".to_owned(), Duration::from_secs(1))));
        for said in [
            "the job may be `queued` for at least a second",
            "a job that is queued stays for at least a second",
            "it is kept for at least 5 seconds",
        ] {
            assert_eq!(least_in(said, &values()), None, "{said}");
        }
    }

    #[test]
    fn a_header_is_sent_on_the_way() {
        let sent = |only| Some(("retry-after".to_owned(), only));
        for (said, only) in [
            (
                "`retry-after` is sent as long as the job is not final",
                true,
            ),
            ("`retry-after` is sent until the job is done", true),
            (
                "`retry-after` is present while the job is not finished",
                false,
            ),
            ("`retry-after` is set only while the job is not done", true),
            (
                "the answer comes with `retry-after` as long as it is under way",
                true,
            ),
        ] {
            assert_eq!(header_in(said), sent(only), "{said}");
        }
        for said in [
            "`retry-after` may be sent as long as the job is not final",
            "`retry-after` tells when to come back",
            "`retry-after` is not sent until the job is done",
            "`finishedat` is set when it is done",
        ] {
            assert_eq!(header_in(said), None, "{said}");
        }
    }
}
