//! What descriptions say of the links of pages: what they repeat, and which pages have them.

use super::{
    answer::answer_schema,
    filters::filters,
    prose::{clauses, has_word, names, of_lists, of_operation, says},
    shape::property,
    snake,
};
use crate::rules::{Pagination, Pointer};
use counterpart_model::api::{Api, Operation, ParameterLocation};

/// What links are said to repeat of the query of the page that they stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// Everything but what tells the page.
    All,
    /// The parameters of these names.
    Named(Vec<String>),
}

/// What links are said to repeat of the query, and the words that say so: those of the operation, else those about lists,
/// else those of what holds the links.
pub(crate) fn links_repeat(api: &Api, operation: &Operation) -> Option<(Repeated, String)> {
    let parameters = operation.parameters.iter();
    let parameters = parameters.filter(|it| it.location == ParameterLocation::Query);
    let parameters = parameters.map(|it| it.name.clone()).collect();
    let rule = Pagination::inferred(api, operation).map(|(rule, _)| rule);
    let paging = rule.iter().flat_map(|rule| rule.parameters.names());
    let paging: Vec<&str> = paging.collect();
    let by_order = ["sort", "sort_by", "order", "order_by", "direction"];
    let order = |name: &&String| by_order.contains(&snake(name).as_str());
    let mut asked = Asked {
        parameters,
        ..Asked::default()
    };
    asked.order = asked.parameters.iter().filter(order).cloned().collect();
    let filters = filters(api, operation).into_iter().map(|it| it.parameter);
    asked.filters = filters
        .filter(|it| asked.parameters.contains(it) && !paging.contains(&it.as_str()))
        .collect();
    let size = rule
        .as_ref()
        .and_then(|rule| rule.parameters.size().map(str::to_owned));
    asked.size = size.into_iter().collect();
    let texts = [of_operation(operation), of_lists(api)];
    let told = |text: &String, of_links: bool| {
        let said = clauses(text).into_iter();
        let mut told = said.filter_map(|it| Some((repeated(&it, &asked, of_links)?, it)));
        told.next()
    };
    let of_holders = || {
        let holders = rule.as_ref()?.response.relations.values();
        let mut said = holders.filter_map(|place| holder_told(api, operation, place));
        said.find_map(|text| told(&text, true))
    };
    texts
        .iter()
        .find_map(|text| told(text, false))
        .or_else(of_holders)
}

/// What is said of the property of an answer in which something stands.
fn holder_told(api: &Api, operation: &Operation, place: &Pointer) -> Option<String> {
    let mut segments: Vec<String> = place.segments().collect();
    segments.pop();
    let holder = segments.last()?;
    let links = snake(holder).ends_with("links");
    links.then(|| told_at(api, operation, &segments))?
}

/// What is said of a property of an answer.
fn told_at(api: &Api, operation: &Operation, place: &[String]) -> Option<String> {
    let mut id = answer_schema(operation)?;
    for name in place {
        (_, id) = property(api, id, name)?;
    }
    let said = |id| api.schema(id).description.clone();
    said(id).or_else(|| said(api.resolve(id)))
}

/// Whether the link to the page before is said to be nothing on the first page, where it stands: it is something on all
/// others, as far as pages are counted.
pub(crate) fn back_but_at_first(api: &Api, operation: &Operation, place: &Pointer) -> bool {
    let place: Vec<String> = place.segments().collect();
    let said = told_at(api, operation, &place).unwrap_or_default();
    clauses(&said).iter().any(|it| is_nothing_at_first(it))
}

fn is_nothing_at_first(clause: &str) -> bool {
    let nothing = [
        "null",
        "absent",
        "missing",
        "omitted",
        "empty",
        "not present",
        "left out",
    ];
    let first = [
        "on the first page",
        "for the first page",
        "if this is the first page",
        "on the first one",
    ];
    let open = ["may", "might", "can", "not always", "or", "also", "last"];
    let clause = clause.to_lowercase();
    says(&clause, &nothing) && says(&clause, &first) && !says(&clause, &open)
}

/// The query parameters of a list, and what they are for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    parameters: Vec<String>,
    filters: Vec<String>,
    order: Vec<String>,
    size: Vec<String>,
}

/// What a clause says that links repeat of the query, where these are the parameters; `of_links` where all that is said is
/// said of links.
fn repeated(clause: &str, asked: &Asked, of_links: bool) -> Option<Repeated> {
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
    let links = of_links
        || says(clause, &["link", "links", "nextlink"])
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
    let mut named: Vec<String> = asked.parameters.clone();
    named.retain(|it| names(&after, it));
    // *The filters, the sort order and the page size*.
    let groups: [(&[&str], &[String]); 3] = [
        (&["filters", "filter", "criteria"], &asked.filters),
        (&["sort order", "sorting", "sort", "order"], &asked.order),
        (&["page size", "size", "limit"], &asked.size),
    ];
    // What pages include beside links is not what links repeat.
    let beside = ["link", "links", "url", "total", "rate", "items", "header"];
    let of_those = ["link", "url", "uri", "they"];
    let meant = !says(&after, &beside) && of_those.iter().any(|it| before.contains(it));
    for (words, of) in groups {
        if meant && says(&after, words) {
            named.extend(
                of.iter()
                    .filter(|it| !named.contains(it))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
        }
    }
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
    fn links_repeat_what_a_clause_says() {
        let asked = Asked {
            parameters: vec![
                "per_page".to_owned(),
                "medium".to_owned(),
                "sort".to_owned(),
            ],
            filters: vec!["medium".to_owned()],
            order: vec!["sort".to_owned()],
            size: vec!["per_page".to_owned()],
        };
        let of = |said: &str| repeated(said, &asked, false);
        assert_eq!(
            of("The links preserve all filters"),
            Some(Repeated::Named(vec!["medium".to_owned()]))
        );
        let held = "Addresses of other pages, they keep the filters and the page size";
        assert_eq!(of(held), None);
        let named = vec!["medium".to_owned(), "per_page".to_owned()];
        assert_eq!(repeated(held, &asked, true), Some(Repeated::Named(named)));
        for said in [
            "`@odata.nextLink` is an absolute URL that repeats all other query options of the request",
            "Links keep all other query parameters",
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
    fn links_back_are_told_of_all_pages_but_the_first() {
        assert!(super::links_back(
            "The `Link` header has the URLs of the `next` page (on all but the last) and of the\n`prev` page (on all but\nthe first)."
        ));
        assert!(!super::links_back(
            "The `Link` header has `prev` and `next`; not all pages have both."
        ));
    }

    #[test]
    fn the_link_back_is_nothing_on_the_first_page_only() {
        for said in ["Null on the first page", "Absent on the first page"] {
            assert!(is_nothing_at_first(said), "{said}");
        }
        for said in [
            "Null on the first page or when it is not known",
            "May be null on the first page",
            "Null on the last page",
        ] {
            assert!(!is_nothing_at_first(said), "{said}");
        }
    }
}
