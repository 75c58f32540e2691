//! What descriptions say of the ends of ranges: which side they are on, and what becomes of ends the wrong way round.

use super::prose::{has_word, place_named, says, speaks_of_refusal};

/// What stands right before an end that is inside.
const INSIDE_BEFORE: [&str; 27] = [
    "at or after",
    "on or after",
    "or after",
    "not before",
    "no earlier than",
    "not earlier than",
    "starting at",
    "starting from",
    "starting with",
    "beginning at",
    "beginning with",
    "from and including",
    "at least",
    ">=",
    "≥",
    "greater than or equal to",
    "at or before",
    "on or before",
    "or before",
    "not after",
    "no later than",
    "not later than",
    "up to and including",
    "through",
    "less than or equal to",
    "at most",
    "<=",
];
/// What stands right before an end that is outside. What is inside is looked for first.
const OUTSIDE_BEFORE: [&str; 15] = [
    "strictly after",
    "after",
    "later than",
    "newer than",
    "strictly before",
    "before",
    "earlier than",
    "older than",
    "up to but not including",
    "up to, but not including",
    "but excluding",
    "greater than",
    "less than",
    ">",
    "<",
];

/// What a statement that names an end in quotes says of it: whether it is inside. `up` tells the lower end.
pub(super) fn end_said(clause: &str, name: &str, up: bool) -> Option<bool> {
    if speaks_of_refusal(clause) || has_word(clause, &["must", "cannot"]) {
        return None;
    }
    let (start, end) = place_named(clause, name)?;
    let quote = clause.get(start..)?.chars().next()?;
    let before = clause.get(..start)?.to_lowercase();
    let after = clause.get(end..)?.to_lowercase();
    let near_before = before.rsplit(quote).next().unwrap_or_default();
    let near_before = near_before.trim_end_matches([' ', '(', ',']);
    let near_after = after.split(quote).next().unwrap_or_default();
    let lower = clause.to_lowercase();
    let (inclusive, exclusive) = (
        says(&lower, &["inclusive", "included"]),
        says(&lower, &["exclusive", "excluded"]),
    );
    if says(&lower, &["half-open", "half open"]) {
        return Some(up);
    }
    // *`from` (inclusive)*, *`from` is inclusive*.
    let told = near_after.trim_start_matches([' ', '(', ':', ',', '-', '–']);
    let told = ["is ", "itself is ", "being "]
        .iter()
        .find_map(|it| told.strip_prefix(it))
        .unwrap_or(told);
    if told.starts_with("inclusive") || told.starts_with("included") {
        return Some(true);
    }
    if told.starts_with("exclusive")
        || told.starts_with("excluded")
        || told.starts_with("not included")
    {
        return Some(false);
    }
    // Of both: *both inclusive*, *are inclusive*, *both ends are included*.
    let both = |word: &str| {
        let all = [
            "both {}",
            "are {}",
            "are both {}",
            "both ends {}",
            "both ends are {}",
            "{} on both ends",
            "{} of both ends",
            "{} at both ends",
            "both are {}",
            "both bounds {}",
            "bounds are {}",
        ];
        all.iter().any(|it| lower.contains(&it.replace("{}", word)))
    };
    if inclusive
        && !exclusive
        && (both("inclusive") || both("included"))
        && !lower.contains("not included")
    {
        return Some(true);
    }
    if exclusive && !inclusive && (both("exclusive") || both("excluded")) {
        return Some(false);
    }
    let ends = |words: &[&str]| {
        words.iter().any(|word| {
            let rest = near_before.strip_suffix(word);
            rest.is_some_and(|it| !it.ends_with(char::is_alphanumeric))
        })
    };
    if ends(&INSIDE_BEFORE) {
        return Some(true);
    }
    ends(&OUTSIDE_BEFORE).then_some(false)
}

/// What these statements say of an end together: nothing where they say two things.
pub(super) fn ends_said(clauses: &[String], name: &str, up: bool) -> Option<bool> {
    let mut told = clauses.iter().filter_map(|it| end_said(it, name, up));
    let first = told.next()?;
    told.all(|it| it == first).then_some(first)
}

/// What the description of an end says of it.
pub(super) fn end_by_itself(description: &str) -> Option<bool> {
    let surely_inside = says(
        description,
        &[
            "inclusive",
            "included",
            "including",
            "or equal",
            "at or after",
            "at or before",
            "on or after",
            "on or before",
            "or later",
            "or earlier",
        ],
    );
    let surely_outside = says(
        description,
        &[
            "exclusive",
            "excluded",
            "excluding",
            "strictly",
            "not including",
            "not included",
        ],
    );
    match (surely_inside, surely_outside) {
        (true, false) => return Some(true),
        (false, true) => return Some(false),
        // *Up to but not including* says both words.
        (true, true) => {
            return says(description, &["not including", "not included"]).then_some(false);
        }
        (false, false) => {}
    }
    let inside = says(
        description,
        &[
            "at least",
            "at most",
            "or after",
            "or before",
            "or more",
            "or less",
            "minimum",
            "maximum",
            "first day",
            "last day",
            "first date",
            "last date",
            "earliest",
            "latest",
            "since",
            "up to",
            "no later",
            "no earlier",
            "from",
        ],
    );
    let outside = says(
        description,
        &[
            "after",
            "before",
            "more than",
            "less than",
            "later than",
            "earlier than",
            "greater than",
            "newer than",
            "older than",
        ],
    );
    let joined = says(description, &["or after", "or before"]);
    match (inside, outside && !joined) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// Whether a statement says that days are those of UTC.
pub(super) fn speaks_of_utc(clause: &str) -> bool {
    has_word(clause, &["utc"])
        && has_word(clause, &["day", "days", "date", "dates"])
        && !has_word(clause, &["not"])
}

/// Whether a statement says that a range is refused whose lower end is after its upper one.
pub(crate) fn refuses_turned(clause: &str, low: &str, high: &str) -> bool {
    const LATER: [&str; 8] = [
        "after",
        "later than",
        "greater than",
        "larger than",
        "exceeds",
        "beyond",
        "newer than",
        " > ",
    ];
    const EARLIER: [&str; 7] = [
        "before",
        "earlier than",
        "less than",
        "smaller than",
        "precedes",
        "older than",
        " < ",
    ];
    let (Some((low_at, low_end)), Some((high_at, high_end))) =
        (place_named(clause, low), place_named(clause, high))
    else {
        return false;
    };
    let low_first = low_at < high_at;
    let (start, end) = if low_first {
        (low_end, high_at)
    } else {
        (high_end, low_at)
    };
    let Some(between) = clause.get(start..end).map(str::to_lowercase) else {
        return false;
    };
    if says(
        clause,
        &[
            "ignored",
            "swapped",
            "exchanged",
            "empty",
            "not refused",
            "not an error",
            "no error",
            "no results",
        ],
    ) {
        return false;
    }
    let words = |all: &[&str]| all.iter().any(|it| format!(" {between} ").contains(it));
    let turned = match (words(&LATER), words(&EARLIER)) {
        (true, false) => low_first,
        (false, true) => !low_first,
        _ => return false,
    };
    let negated = has_word(&between, &["not", "never", "cannot"]);
    let demanded = has_word(&between, &["must", "has", "needs"]);
    match (demanded, negated) {
        // *`to` must be after `from`*, *`to` must not be before `from`*.
        (true, false) => !turned,
        (true, true) => turned,
        (false, true) => turned && has_word(&between, &["cannot"]),
        (false, false) => turned && speaks_of_refusal(clause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_inside_or_outside_as_it_is_said() {
        for (said, from, to) in [
            (
                "`from` and `to` limit the UTC day of `started_at`, both inclusive",
                Some(true),
                Some(true),
            ),
            (
                "Readings `at` or after `from` and strictly before `to`",
                Some(true),
                Some(false),
            ),
            ("`from` and `to` are inclusive", Some(true), Some(true)),
            (
                "`from` is inclusive, `to` exclusive",
                Some(true),
                Some(false),
            ),
            (
                "`from` (inclusive) and `to` (exclusive)",
                Some(true),
                Some(false),
            ),
            (
                "Everything after `from` up to and including `to`",
                Some(false),
                Some(true),
            ),
            (
                "A half-open interval from `from` to `to`",
                Some(true),
                Some(false),
            ),
            (
                "Both ends are included in the range of `from` and `to`",
                Some(true),
                Some(true),
            ),
            ("Not before `from`, before `to`", Some(true), Some(false)),
            ("`from` and `to` limit what is listed", None, None),
            ("`from` after `to` answers 400", None, None),
            ("`from` must be before `to`", None, None),
        ] {
            assert_eq!(end_said(said, "from", true), from, "{said}");
            assert_eq!(end_said(said, "to", false), to, "{said}");
        }
    }

    #[test]
    fn an_end_tells_its_side_by_itself() {
        for (said, inside) in [
            ("Only those at or after this time", Some(true)),
            ("Only those after this time", Some(false)),
            ("Up to, but not including this day", Some(false)),
            ("End of the range (exclusive)", Some(false)),
            ("Only events until this time", None),
            ("Only tickets last updated before this", Some(false)),
            ("From this day, after the last one", None),
            ("End of the range", None),
            ("The first day that is listed", Some(true)),
            ("The last day that is listed", Some(true)),
        ] {
            assert_eq!(end_by_itself(said), inside, "{said}");
        }
    }

    #[test]
    fn turned_ranges_are_refused_where_it_is_said() {
        for said in [
            "`from` after `to` answers 400",
            "`to` must not be before `from`",
            "`from` must be at or before `to`",
            "A `to` that is earlier than `from` is rejected",
            "When `from` is later than `to`, the answer is 422",
            "`from` cannot be after `to`",
        ] {
            assert!(refuses_turned(said, "from", "to"), "{said}");
        }
        for said in [
            "`from` after `to` gives an empty list",
            "If `from` is after `to` they are swapped, which is no error",
            "`to` after `from` answers 400 without a token",
            "Items after `from` and before `to`",
            "`from` and `to` are inclusive",
            "from after to is refused",
        ] {
            assert!(!refuses_turned(said, "from", "to"), "{said}");
        }
    }

    #[test]
    fn days_are_of_utc_where_it_is_said() {
        assert!(speaks_of_utc("`from` and `to` limit the UTC day"));
        assert!(speaks_of_utc("All dates are in UTC"));
        assert!(!speaks_of_utc("Times are in UTC"));
        assert!(!speaks_of_utc("Days are not those of UTC"));
    }
}
