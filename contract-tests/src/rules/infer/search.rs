//! Searching a list for text, by what the description of a parameter says.

use super::{
    answer::{json_schema, list_in},
    asked::asked,
    prose::{clauses, has_word, names, of_operation, says},
    shape::{members, shape_of},
    snake,
};
use crate::{
    paths::is_search,
    rules::{Pagination, Pointer},
};
use counterpart_model::{
    Origin,
    api::{Api, Method, Operation, Shape, StringFormat},
};
use serde_json::Value;

/// What such parameters are called.
const CALLED: [&str; 7] = [
    "q", "query", "search", "text", "term", "keyword", "contains",
];

/// Words that tell that text is found wherever it stands.
const FOUND: [&str; 8] = [
    "occurs in",
    "occur in",
    "appear in",
    "part of",
    "contained in",
    "contains",
    "containing",
    "appears in",
];

/// Words that tell that case does not matter.
const CASELESS: [&str; 6] = [
    "upper and lower case being the same",
    "case-insensitive",
    "case insensitive",
    "regardless of case",
    "ignoring case",
    "case is ignored",
];

/// What leaves open where text is found, or how.
const OPEN: [&str; 7] = [
    "fuzzy",
    "stem",
    "rank",
    "relevan",
    "such as",
    "etc",
    "among others",
];

/// A parameter that searches a list.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// The name of the parameter, or of the property of a body.
    pub(crate) parameter: String,
    /// Where in an item text is found.
    pub(crate) places: Vec<Pointer>,
    /// Whether it is found in whatever case.
    pub(crate) caseless: bool,
    /// What the document says.
    pub(crate) said: String,
    /// Where it says so.
    pub(crate) origin: Origin,
}

impl Search {
    /// Whether an item has a text in one of the places.
    pub(crate) fn holds(&self, item: &Value, text: &str, caseless: bool) -> bool {
        let has = |found: &str| match caseless {
            true => found.to_lowercase().contains(&text.to_lowercase()),
            false => found.contains(text),
        };
        let mut places = self.places.iter();
        places.any(|place| place.get(item).and_then(Value::as_str).is_some_and(has))
    }
}

/// How a list is searched for text, where a description names the properties that text is found in.
pub(crate) fn search(api: &Api, operation: &Operation) -> Option<Search> {
    let (_, response) = operation.response(200)?;
    let (_, item) = list_in(api, operation, json_schema(response)?)?;
    let texts: Vec<(String, String)> = members(api, item)
        .into_iter()
        .filter(|it| matches!(shape_of(api, it.schema), Shape::String(StringFormat::Plain)))
        .map(|it| (snake(&it.name).replace('_', " "), it.pointer))
        .collect();
    // What is posted elsewhere is no search.
    let searches = operation.method == Method::Get
        || is_search(operation)
        || Pagination::inferred(api, operation).is_some();
    if !searches {
        return None;
    }
    let general = clauses(&of_operation(operation));
    asked(api, operation).into_iter().find_map(|parameter| {
        let called = CALLED.contains(&parameter.own.as_str());
        let text = matches!(
            shape_of(api, parameter.schema),
            Shape::String(StringFormat::Plain)
        );
        if !called || !text {
            return None;
        }
        let own = clauses(&parameter.description);
        let named = general.iter().filter(|it| names(it, parameter.spoken()));
        let spoken: Vec<String> = own.into_iter().chain(named.cloned()).collect();
        // *Whole words only*, in brackets or in the next sentence, says what else it looks for.
        let otherwise = [
            "prefix",
            "begin",
            "start",
            "whole word",
            "full word",
            "complete word",
            "tokeni",
            "exact word",
            "full-text",
            "full text",
        ];
        if spoken.iter().any(|it| says(it, &otherwise)) {
            return None;
        }
        let told = spoken
            .iter()
            .map(|it| unbracketed(it).to_lowercase())
            .find(|it| says(it, &FOUND) && !says(it, &OPEN) && !has_word(it, &["not"]))?;
        let places = match told.split_once(" contain") {
            Some((before, after)) if !after.starts_with("ed in") => whose(before, &texts)?,
            _ => listed_in(&told, &texts)?,
        };
        let said = spoken.join(". ");
        (!places.is_empty()).then(|| Search {
            parameter: parameter.name.clone(),
            places,
            caseless: says(&said, &CASELESS),
            said,
            origin: operation.origin.clone(),
        })
    })
}

/// A clause without what stands in brackets.
fn unbracketed(clause: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for c in clause.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// *Whose name contains it*: the property that stands before.
fn whose(before: &str, texts: &[(String, String)]) -> Option<Vec<Pointer>> {
    let (_, named) = before
        .rsplit_once("whose ")
        .or(before.rsplit_once("with a "))?;
    let (_, pointer) = texts.iter().find(|(name, _)| is_called(named, name))?;
    Some(vec![Pointer::try_from(pointer.clone()).ok()?])
}

/// *Occurs in subject or note, in whatever case*: the properties that are listed, where nothing else is.
fn listed_in(sentence: &str, texts: &[(String, String)]) -> Option<Vec<Pointer>> {
    const AFTER: [&str; 8] = [
        "upper",
        "case",
        "ignoring",
        "regardless",
        "whatever",
        "in whatever",
        "lower",
        "irrespective",
    ];
    let (_, list) = sentence
        .split_once(" in ")
        .or(sentence.split_once(" part of "))?;
    let list = list
        .replace(" and ", ", +")
        .replace(" or ", ", +")
        .replace(", , ", ", ");
    let mut places = Vec::new();
    for part in list.split(", ") {
        let (joined, part) = match part.strip_prefix('+') {
            Some(part) => (true, part),
            None => (false, part),
        };
        let found = texts.iter().find(|(name, _)| is_called(part, name));
        match found {
            Some((_, pointer)) => places.push(Pointer::try_from(pointer.clone()).ok()?),
            None if !joined
                && !places.is_empty()
                && AFTER.iter().any(|it| part.starts_with(it)) =>
            {
                break;
            }
            None => return None,
        }
    }
    Some(places)
}

/// Whether words are the name of a property, with an article or not.
fn is_called(words: &str, name: &str) -> bool {
    let words = words.replace(['`', '\'', '"', '*'], "").replace('_', " ");
    let words = words.trim();
    let plain = ["the ", "its ", "their ", "a "]
        .iter()
        .find_map(|article| words.strip_prefix(article))
        .unwrap_or(words);
    plain == name
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn a_search_names_the_properties_that_it_looks_into() {
        let of = |said: &str| {
            let text = format!(
                "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, parameters: [{{name: q, \
                 in: query, description: '{said}', schema: {{type: string}}}}], responses: {{'200': {{description: ok, content: \
                 {{application/json: {{schema: {{type: array, items: {{type: object, properties: {{id: {{type: string}}, \
                 subject: {{type: string}}, long_text: {{type: string}}}}}}}}}}}}}}}}}}}}}}}}"
            );
            let api = counterpart_model::load_str("t.yaml", text).api;
            let api = api.expect("an API");
            search(&api, &api.operations[0])
        };
        let found =
            of("Text that occurs in subject or `long_text`, ignoring case.").expect("a search");
        assert_eq!(found.places.len(), 2);
        assert!(found.caseless);
        assert!(of("Only those whose subject contains this text").is_some());
        assert!(of("`q` must occur in `subject` (exact comparison)").is_some());
        assert!(of("Text that is part of the subject.").is_some());
        for open in [
            "Full text search",
            "Contains the words that the subject begins with",
            "Text that occurs in the subject, the long text or a comment",
            "Looks into subject",
            "Occurs in subject, ranked by relevance",
        ] {
            assert!(of(open).is_none(), "{open}");
        }
    }
}
