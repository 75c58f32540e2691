//! What descriptions say of pages: of tokens, totals and links.

use super::prose::{
    clauses, has_word, names, of_lists, of_operation, says, says_only, speaks_of_refusal,
};
use counterpart_model::api::{Api, Operation, ParameterLocation};

/// Whether a clause says that tokens are refused where they were handed out for something else.
pub(super) fn is_bound(clause: &str) -> bool {
    says(clause, &["cursor", "token"])
        && says(clause, &["sort", "sort order", "filters", "criteria"])
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
            ],
        )
        && (speaks_of_refusal(clause) || says(clause, &["not valid", "only good", "only valid"]))
        && !has_word(
            clause,
            &["may", "might", "could", "undefined", "ignored", "without"],
        )
        && !says(
            clause,
            &["no error", "not an error", "not refused", "not rejected"],
        )
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
            "no more",
            "nothing follows",
            "last one",
        ],
    );
    exactly || missing
}

/// What links are said to repeat of the query of the page that they stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// Everything but what tells the page.
    All,
    /// The parameters of these names.
    Named(Vec<String>),
}

/// What links are said to repeat of the query, and the words that say so: those of the operation, else those about lists.
pub(crate) fn links_repeat(api: &Api, operation: &Operation) -> Option<(Repeated, String)> {
    let parameters = operation.parameters.iter();
    let parameters = parameters.filter(|it| it.location == ParameterLocation::Query);
    let parameters: Vec<&str> = parameters.map(|it| it.name.as_str()).collect();
    let texts = [of_operation(operation), of_lists(api)];
    texts.iter().find_map(|text| {
        let said = clauses(text).into_iter();
        let mut told = said.filter_map(|it| Some((repeated(&it, &parameters)?, it)));
        told.next()
    })
}

/// What a clause says that links repeat of the query, where these are the parameters.
pub(super) fn repeated(clause: &str, parameters: &[&str]) -> Option<Repeated> {
    const VERBS: [&str; 12] = [
        "repeat",
        "repeats",
        "keep",
        "keeps",
        "carry",
        "carries",
        "preserve",
        "preserves",
        "retain",
        "retains",
        "include",
        "includes",
    ];
    let links = says(clause, &["link", "links", "nextlink"])
        || clause.to_lowercase().contains("link`")
        || has_word(clause, &["url", "urls", "uri", "uris"]);
    if !links
        || !has_word(clause, &VERBS)
        || has_word(
            clause,
            &[
                "not", "never", "may", "no", "have", "has", "must", "you", "client", "clients",
            ],
        )
    {
        return None;
    }
    // What stands before the verb repeats, what stands after is repeated.
    let words: Vec<&str> = clause.split(' ').collect();
    let at = words
        .iter()
        .position(|it| VERBS.iter().any(|verb| it.eq_ignore_ascii_case(verb)))?;
    let after = words.get(at..)?.join(" ");
    let before = words.get(..at)?.join(" ").to_lowercase();
    if !["link", "url", "uri", "they", "each"]
        .iter()
        .any(|it| before.contains(it))
    {
        return None;
    }
    let all = says(
        &after,
        &[
            "all other",
            "all the other",
            "every other",
            "all query",
            "all parameters",
            "all filters",
            "all of the query",
            "the other query",
            "other query parameters",
            "other query options",
            "the whole query",
            "query of the request",
            "query parameters of the request",
            "parameters of the request",
            "the query string",
        ],
    );
    if all {
        return Some(Repeated::All);
    }
    let named: Vec<String> = parameters
        .iter()
        .filter(|it| names(&after, it))
        .map(|it| (*it).to_owned())
        .collect();
    (!named.is_empty()).then_some(Repeated::Named(named))
}

/// Whether a text says that all pages but the first have a link `prev`.
pub(crate) fn links_back(text: &str) -> bool {
    const FIRST: [&str; 8] = [
        "all but the first",
        "except on the first",
        "except the first",
        "except for the first",
        "unless on the first",
        "unless it is the first",
        "but the first",
        "not on the first",
    ];
    clauses(text).iter().any(|clause| {
        let clause = clause.to_lowercase();
        let named = ["`prev`", "`previous`", "rel=\"prev\""]
            .iter()
            .find_map(|it| clause.find(it));
        named
            .and_then(|at| clause.get(at..))
            .is_some_and(|after| says(after, &FIRST))
    })
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
    fn links_repeat_what_a_clause_says() {
        let of = |said: &str| repeated(said, &["per_page", "medium"]);
        for said in [
            "`@odata.nextLink` is an absolute URL that repeats all other query options of the request",
            "Links keep all other query parameters",
            "The links preserve all filters",
            "Each link carries the other query parameters",
            "The URLs include the query string of the request",
        ] {
            assert_eq!(of(said), Some(Repeated::All), "{said}");
        }
        assert_eq!(
            of("the links are absolute and repeat `per_page` and `medium`"),
            Some(Repeated::Named(vec![
                "per_page".to_owned(),
                "medium".to_owned()
            ]))
        );
        for said in [
            "Follow the link",
            "Links do not keep other query parameters",
            "Filters have to be repeated with all other parameters of the link",
            "To go on, repeat the request with all other query parameters",
            "The page includes links",
        ] {
            assert_eq!(of(said), None, "{said}");
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
    fn links_back_are_told_of_all_pages_but_the_first() {
        assert!(super::links_back(
            "The `Link` header has the URLs of the `next` page (on all but the last) and of the\n`prev` page (on all but\nthe first)."
        ));
        assert!(!super::links_back(
            "The `Link` header has `prev` and `next`; not all pages have both."
        ));
    }
}
