//! What descriptions say of pages: of tokens, totals and links.

use super::prose::{
    clauses, has_word, names, of_lists, of_operation, says, says_only, speaks_of_refusal,
};
use counterpart_model::api::{Api, Operation};

/// Whether a clause says that tokens are refused where they were handed out for something else.
pub(crate) fn is_bound(clause: &str) -> bool {
    says(clause, &["cursor", "token"])
        && says(
            clause,
            &[
                "sort",
                "sort order",
                "filters",
                "criteria",
                "search",
                "query",
            ],
        )
        && says(
            clause,
            &[
                "another",
                "other",
                "different",
                "changed",
                "same",
                "obtained with",
                "issued for",
                "made for",
            ],
        )
        && (speaks_of_refusal(clause) || says(clause, &["not valid", "only good", "only valid"]))
        && !has_word(
            clause,
            &["may", "might", "could", "undefined", "ignored", "without"],
        )
        && !says(
            clause,
            &[
                "no error",
                "not an error",
                "not refused",
                "not rejected",
                "all other",
                "takes the place",
                "replaces",
            ],
        )
}

/// Whether a text says that cursors are refused which the service has not made: in one sentence, semicolons and all.
pub(crate) fn refuses_forged(text: &str) -> bool {
    let made = [
        "not made by",
        "was not made",
        "not issued by",
        "was not issued",
        "not handed out",
        "never handed out",
        "forged",
        "made up",
    ];
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split(". ").any(|sentence| {
        says(sentence, &made)
            && says(sentence, &["cursor", "page token", "token"])
            && speaks_of_refusal(sentence)
            && !has_word(
                sentence,
                &[
                    "may", "might", "could", "ignored", "401", "bearer", "access",
                ],
            )
            && !says(sentence, &["auth"])
    })
}

/// Whether a clause about a total says that it counts what filters leave out, too.
pub(super) fn counts_all(clause: &str) -> bool {
    says(
        clause,
        &[
            "regardless of filter",
            "regardless of the filter",
            "regardless of any filter",
            "regardless of `$filter`",
            "without filter",
            "before filter",
            "ignoring filter",
            "ignoring the filter",
            "ignores filter",
            "ignores the filter",
            "unfiltered",
            "not filtered",
            "in the collection",
            "whatever the filter",
            "irrespective of",
            "independent of",
            "not affected by",
            "unaffected by",
            "before applying",
            "before any filter",
            "disregarding",
            "overall",
        ],
    )
}

/// Whether a clause about a total leaves open what it is.
pub(super) fn is_vague(clause: &str) -> bool {
    says(
        clause,
        &[
            "approximat",
            "estimat",
            "roughly",
            "capped",
            "up to",
            "at least",
            "may be",
            "limited to",
            "lower bound",
            "cached",
            "not exact",
            "eventually",
            "may ",
        ],
    ) || has_word(clause, &["about"])
}

/// Whether a clause says that what is called so leads on exactly while more items follow, or is missing on the last page.
pub(super) fn ends_with_the_list(clause: &str, name: &str) -> bool {
    let open = [
        "may", "might", "usually", "cursor", "token", "never", "always",
    ];
    let others = ["prev", "previous", "first", "last"];
    // What follows from it is another matter.
    let clause = clause.split(", so ").next().unwrap_or(clause);
    if !names(clause, name)
        || has_word(clause, &open)
        || says(clause, &["not null", "not omitted"])
        || others.iter().any(|it| *it != name && names(clause, it))
    {
        return false;
    }
    let exactly = (says_only(clause)
        || says(
            clause,
            &[
                "if, and only if",
                "if and only if",
                "exactly when",
                "exactly while",
            ],
        ))
        && says(
            clause,
            &[
                "more items",
                "there are more",
                "more follow",
                "further",
                "more pages",
                "another page",
                "next page",
            ],
        );
    let missing = says(
        clause,
        &[
            "absent",
            "missing",
            "omitted",
            "left out",
            "null",
            "not present",
            "not sent",
            "not included",
        ],
    ) && says(
        clause,
        &[
            "last page",
            "final page",
            "last portion",
            "last slice",
            "last batch",
            "last chunk",
            "no more",
            "nothing follows",
            "last one",
        ],
    );
    exactly || missing
}

/// Whether a description says that what is added in the middle of a walk disturbs it in no way; what is taken away, where
/// that is asked for.
pub(crate) fn undisturbed(api: &Api, operation: &Operation, removed: bool) -> bool {
    let texts = [of_operation(operation), of_lists(api)];
    let mut said = texts.iter().flat_map(|text| clauses(text));
    said.any(|clause| keeps_still(&clause, removed))
}

fn keeps_still(clause: &str, removed: bool) -> bool {
    // *(Those may or may not be seen)*, of what came later.
    let plain = match (clause.find('('), clause.find(')')) {
        (Some(from), Some(to)) if from < to => {
            let inner = clause.get(from..to).unwrap_or_default();
            let rest = [clause.get(..from), clause.get(to + 1..)];
            match says(inner, &["may or may not be"]) {
                true => rest.map(Option::unwrap_or_default).concat(),
                false => clause.to_owned(),
            }
        }
        _ => clause.to_owned(),
    };
    let clause = plain.as_str();
    let removal = says(
        clause,
        &["delet", "remov", "changes", "chang", "taken away"],
    );
    let added = says(
        clause,
        &[
            "added", "insert", "creat", "made", "register", "new", "arriv", "changes", "changing",
        ],
    );
    let meanwhile = [
        "meanwhile",
        "in the meantime",
        "while paging",
        "while you page",
        "while walking",
        "during the walk",
        "during a walk",
        "during paging",
        "between pages",
        "between two pages",
        "between requests",
        "concurrent",
        "in between",
    ];
    let still = [
        "not disturb",
        "never disturb",
        "not affect",
        "not shift",
        "never shift",
        "not skip",
        "never skip",
        "exactly once",
        "no gaps",
        "neither skipped",
        "neither repeated",
        "neither missed",
        "not repeat",
    ];
    let open = [
        "guarantee",
        "ensure",
        "promise",
        "total",
        "count",
        "cannot",
        "can't",
        "not always",
    ];
    (if removed { removal } else { added })
        && says(clause, &meanwhile)
        && says(clause, &still)
        && !says(clause, &open)
        && !has_word(
            clause,
            &["may", "might", "can", "could", "usually", "unless", "if"],
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_bound_where_a_clause_says_so() {
        for said in [
            "a token that was not issued by the service, or was issued for other criteria, answers 400",
            "A cursor is only good for the sort order and filters it was obtained with",
            "A token is rejected when it was obtained with different filters",
            "Tokens are only valid for the same criteria",
            "Using the cursor with another sort is refused",
            "A token sent with a different search is refused with 422",
            "A cursor is only good for the `sort` and the filters it was made for",
        ] {
            assert!(is_bound(said), "{said}");
        }
        for said in [
            "Send the token of the answer",
            "The cursor keeps filters and sort order of the first request",
        ] {
            assert!(!is_bound(said), "{said}");
        }
    }

    #[test]
    fn links_end_where_a_clause_says_so() {
        for said in [
            "`next` is present if, and only if, there are more items after this page",
            "`next` is only present when there are more items",
            "`next` is absent on the last page",
            "`next` is null if this is the last page",
            "`next` is omitted when there are no more items",
        ] {
            assert!(ends_with_the_list(said, "next"), "{said}");
        }
        for said in [
            "`next` leads to the next page",
            "`next` may be missing on the last page",
            "the last page is empty",
        ] {
            assert!(!ends_with_the_list(said, "next"), "{said}");
        }
    }

    #[test]
    fn totals_are_exact_unless_said_otherwise() {
        assert!(is_vague("An approximate number of items"));
        assert!(is_vague("Number of items, capped at 1000"));
        assert!(!is_vague("The number of all sites that fit `$filter`"));
        assert!(counts_all(
            "Number of items in the collection, regardless of filters"
        ));
        assert!(!counts_all("Number of all alerts that fit, on every page"));
    }

    #[test]
    fn walks_are_undisturbed_where_a_clause_says_so() {
        let said = "patients that are registered meanwhile do not disturb the walk";
        assert!(keeps_still(said, false) && !keeps_still(said, true));
        let said = "Items that are added or deleted while paging are neither skipped nor repeated";
        assert!(keeps_still(said, false) && keeps_still(said, true));
        assert!(!keeps_still(
            "Items added meanwhile may not disturb the walk",
            false
        ));
        assert!(!keeps_still("Items added meanwhile are shown", false));
        let said = "`next` gives every item exactly once, also when items are added in the meantime (those may or may not be seen)";
        assert!(keeps_still(said, false));
        let said = "Items created between two pages are not skipped (they may push others on, so one can come twice)";
        assert!(!keeps_still(said, false));
    }
}
