//! Which rules about behaviour were taken from where, so that people can correct them.

use super::{Filter, Idempotency, Pagination, PagingStyle, RuleError, Stated};
use crate::report::RuleRecord;
use counterpart_model::{
    Document,
    api::{Api, Operation},
};

/// Every rule about an operation that an extension states, or that names and descriptions do.
#[must_use]
pub(crate) fn stated(api: &Api, document: Option<&Document>) -> Vec<RuleRecord> {
    let mut told = Vec::new();
    for operation in &api.operations {
        let mut add = |name: &str, said: Option<(String, String)>| {
            told.extend(said.map(|(says, source)| RuleRecord {
                operation: operation.id.0.clone(),
                rule: name.to_owned(),
                says,
                source,
            }));
        };
        let pages = Pagination::of(api, document, operation);
        add("x-pagination", in_words(pages, pages_in_words));
        let filters = Filter::of(api, document, operation);
        add(
            "x-filters",
            in_words(filters, |filters| filters_in_words(filters)),
        );
        if !operation.method.is_safe() && Idempotency::holds_for(api, operation) {
            let keys = Idempotency::of(api, document, operation);
            let say = |rule: &Idempotency| format!("`{}` makes it repeatable", rule.header);
            add("x-idempotency", in_words(keys, say));
        }
    }
    told
}

fn in_words<T>(
    rule: Result<Option<Stated<T>>, RuleError>,
    say: impl Fn(&T) -> String,
) -> Option<(String, String)> {
    match rule {
        Ok(stated) => {
            let stated = stated?;
            let source = match &stated.why {
                Some(why) => format!("convention: {why}"),
                None => stated.origin.span.location(),
            };
            Some((say(&stated.rule), source))
        }
        Err(error) => {
            let source = error.origin.span.location();
            Some((format!("cannot be read: {}", error.reason), source))
        }
    }
}

fn pages_in_words(rule: &Pagination) -> String {
    let style = match rule.style {
        PagingStyle::Cursor => "a cursor names an item",
        PagingStyle::PageToken => "tokens lead to pages",
        PagingStyle::Offset => "items are skipped",
        PagingStyle::Page => "pages are numbered",
        PagingStyle::Link => "a page links to the next one",
        PagingStyle::Whole => "there is one page",
    };
    let names: Vec<String> = rule
        .parameters
        .names()
        .map(|name| format!("`{name}`"))
        .collect();
    if names.is_empty() {
        style.to_owned()
    } else {
        format!("{style}: {}", names.join(", "))
    }
}

fn filters_in_words(filters: &[Filter]) -> String {
    let mut names: Vec<String> = filters
        .iter()
        .map(|filter| format!("`{}`", filter.parameter))
        .collect();
    names.dedup();
    format!("filters: {}", names.join(", "))
}

/// Whether somebody has said that a rule does not hold, whatever names look like: `x-pagination: false`.
pub(super) fn is_denied(operation: &Operation, name: &str) -> bool {
    let said = operation.extensions.get(name);
    said.and_then(counterpart_model::api::Value::as_bool) == Some(false)
}
