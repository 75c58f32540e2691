//! Ranges whose ends are called `from` and `to` and nothing else: what they are ranges of.

use super::{
    asked::Asked,
    filters::{Kind, kind_of},
    names,
    prose::{clauses, has_word},
    shape::{Member, members},
    snake,
};
use crate::rules::Match;
use counterpart_model::api::{Api, SchemaId};

/// Words that tell an end, and nothing of what has it.
const ENDS: [(&str, Match); 11] = [
    ("from", Match::Gte),
    ("since", Match::Gte),
    ("start", Match::Gte),
    ("begin", Match::Gte),
    ("after", Match::Gt),
    ("to", Match::Lte),
    ("until", Match::Lte),
    ("till", Match::Lte),
    ("end", Match::Lte),
    ("upto", Match::Lte),
    ("before", Match::Lt),
];
/// Words beside them that tell nothing more.
const BESIDE: [&str; 8] = [
    "date",
    "time",
    "day",
    "datetime",
    "at",
    "timestamp",
    "instant",
    "ts",
];
/// Names of moments that a list can be about when there is no other.
const MOMENTS: [&str; 8] = [
    "at",
    "time",
    "timestamp",
    "occurred_at",
    "happened_at",
    "recorded_at",
    "logged_at",
    "measured_at",
];

/// The end of a range that a name tells which says nothing of what has it: `from`, `date_to`, `end_time`.
pub(super) fn bare(name: &str) -> Option<Match> {
    let plain = BESIDE
        .iter()
        .find_map(|word| {
            let before = name.strip_prefix(word).and_then(|it| it.strip_prefix('_'));
            before.or_else(|| name.strip_suffix(word).and_then(|it| it.strip_suffix('_')))
        })
        .unwrap_or(name);
    ENDS.iter()
        .find(|(word, _)| *word == plain)
        .map(|(_, it)| *it)
}

/// The moments of an item, and those among them that are named where a parameter is spoken of.
fn times(api: &Api, item: SchemaId, asked: &Asked, said: &[String]) -> (Vec<Member>, Vec<Member>) {
    let own = clauses(&asked.description);
    let about = said.iter().filter(|it| names(it, asked.spoken()));
    let spoken: Vec<&String> = own.iter().chain(about).collect();
    let mut all = members(api, item);
    all.retain(|it| kind_of(api, it.schema) == Some(Kind::Time));
    let mut named = all.clone();
    named.retain(|it| spoken.iter().any(|clause| means(clause, &it.name)));
    (all, named)
}

/// The only moment of an item that is named where such a parameter is spoken of.
pub(super) fn time_named(
    api: &Api,
    item: SchemaId,
    asked: &Asked,
    said: &[String],
) -> Option<(String, SchemaId)> {
    match times(api, item, asked, said).1.as_slice() {
        [only] => Some((only.pointer.clone(), only.schema)),
        _ => None,
    }
}

/// The same; where none is named, the only moment there is, if it is called like one that things happen at.
pub(super) fn time_meant(
    api: &Api,
    item: SchemaId,
    asked: &Asked,
    said: &[String],
) -> Option<(String, SchemaId)> {
    let (all, named) = times(api, item, asked, said);
    let found = match (named.as_slice(), all.as_slice()) {
        ([only], _) => only,
        ([], [only]) if MOMENTS.contains(&snake(&only.name).as_str()) => only,
        _ => return None,
    };
    Some((found.pointer.clone(), found.schema))
}

/// Whether a clause means a moment of this name: it is in quotes, or spoken as `started at`, or as *started*.
fn means(clause: &str, name: &str) -> bool {
    if names(clause, name) || clause.contains(&format!(".{name}`")) {
        return true;
    }
    let plain = snake(name);
    let Some((stem, end)) = plain.rsplit_once('_') else {
        return false;
    };
    // *Start of the window* is no property called `start_time`, nor is *the value* one called `value_date`.
    if ENDS.iter().any(|(word, _)| *word == stem) {
        return false;
    }
    let known = ["at", "on", "date", "time"].contains(&end);
    let stemmed = ["at", "on"].contains(&end) && has_word(clause, &[stem]);
    known
        && (stemmed
            || has_word(clause, &[name])
            || clause.to_lowercase().contains(&plain.replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use super::{bare, means};
    use crate::rules::Match;

    #[test]
    fn bare_ends_are_known_by_their_word() {
        for (name, end) in [
            ("from", Some(Match::Gte)),
            ("to", Some(Match::Lte)),
            ("date_from", Some(Match::Gte)),
            ("end_date", Some(Match::Lte)),
            ("start_time", Some(Match::Gte)),
            ("before", Some(Match::Lt)),
            ("from_account", None),
            ("top", None),
            ("date", None),
        ] {
            assert_eq!(bare(name), end, "{name}");
        }
    }

    #[test]
    fn moments_are_meant_by_name() {
        for said in [
            "`from` and `to` limit the UTC day of `started_at`",
            "Only trips that started at or after this moment",
            "Trips whose started at is not before this",
            "Compared with `trip.started_at`",
            "Earliest started_at",
        ] {
            assert!(means(said, "started_at"), "{said}");
        }
        assert!(!means("Only trips at or after this moment", "started_at"));
        assert!(!means("readings at or after `from`", "at"));
        assert!(means("Readings `at` or after `from`", "at"));
    }
}
