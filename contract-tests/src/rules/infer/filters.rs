//! What the filters of a list are about, from their names and descriptions.

use super::{
    answer::{json_schema, list_in},
    asked::{Asked, asked, escape},
    prose::says,
    shape::{members, properties, property, shape_of},
    snake,
};
use crate::{
    paths::is_search,
    rules::{Filter, Match, Pagination, Pointer},
};
use counterpart_model::api::{Api, Method, Operation, Schema, SchemaId, Shape, StringFormat};

/// Parameters that are no filters, whatever items have.
const OTHERS: &[&str] = &[
    "sort", "sort_by", "order", "order_by", "fields", "include", "expand", "q", "query", "search",
    "embed", "select", "filter", "page", "limit", "offset", "cursor", "format", "locale", "lang",
    "timezone",
];

/// How the name of a filter tells a comparison: what the name begins or ends with.
const BEFORE: &[(&str, Match)] = &[
    ("min_", Match::Gte),
    ("max_", Match::Lte),
    ("from_", Match::Gte),
    ("to_", Match::Lte),
    ("since_", Match::Gte),
    ("until_", Match::Lte),
];
const AFTER: &[(&str, Match)] = &[
    ("_gte", Match::Gte),
    ("_lte", Match::Lte),
    ("_gt", Match::Gt),
    ("_lt", Match::Lt),
    ("_min", Match::Gte),
    ("_max", Match::Lte),
    ("_from", Match::Gte),
    ("_to", Match::Lte),
    ("_since", Match::Gte),
    ("_until", Match::Lte),
    ("_start", Match::Gte),
    ("_end", Match::Lte),
    ("_after", Match::Gt),
    ("_before", Match::Lt),
];

/// The filters of a list.
pub(in crate::rules) fn filters(api: &Api, operation: &Operation) -> Vec<Filter> {
    let Some((_, response)) = operation.response(200) else {
        return Vec::new();
    };
    let Some((_, item)) = json_schema(response).and_then(|body| list_in(api, operation, body))
    else {
        return Vec::new();
    };
    let paging = Pagination::inferred(api, operation);
    let is_paging = |name: &str| {
        let rule = paging.as_ref().map(|(rule, _)| &rule.parameters);
        rule.is_some_and(|of| of.names().any(|known| known == name))
    };
    let searches = operation.method == Method::Get || paging.is_some() || is_search(operation);
    let candidates = if searches {
        asked(api, operation)
    } else {
        Vec::new()
    };
    candidates
        .into_iter()
        .filter(|it| !is_paging(&it.name) && !OTHERS.contains(&it.own.as_str()))
        .filter_map(|it| {
            let found = filter(api, item, &it)?;
            // What is asked of a list that is not paged may be what it is worked out from: a place, a day.
            let exact = found.r#match == Match::Equals
                && matches!(kind_of(api, it.schema), Some(Kind::Number | Kind::Time));
            let given = paging.is_none() && (exact || is_required(operation, &it.name));
            (!given).then_some(found)
        })
        .collect()
}

fn is_required(operation: &Operation, name: &str) -> bool {
    let mut all = operation.parameters.iter();
    all.any(|it| it.name == name && it.required)
}

fn filter(api: &Api, item: SchemaId, asked: &Asked) -> Option<Filter> {
    let plain = if asked.is_filter() {
        asked.own.clone()
    } else {
        asked.snake.clone()
    };
    // Of a list of values one is enough.
    let kind = match shape_of(api, asked.schema) {
        Shape::Array { items: Some(one) } => kind_of(api, *one)?,
        _ => kind_of(api, asked.schema)?,
    };
    let found = |pointer: String, r#match: Match, edge: bool| {
        Some(Filter {
            parameter: asked.name.clone(),
            item: Pointer::try_from(pointer).ok()?,
            r#match,
            edge,
        })
    };
    if let Some((pointer, id)) = place_of(api, item, &plain, kind) {
        let free = matches!(shape_of(api, id), Shape::String(StringFormat::Plain))
            && is_free(api.schema(api.resolve(id)));
        let is_id = plain == "id" || plain.ends_with("_id");
        let r#match = if !free || is_id {
            Match::Equals
        } else {
            Match::Like
        };
        return found(pointer, r#match, true);
    }
    let before = BEFORE
        .iter()
        .find_map(|(word, r#match)| Some((plain.strip_prefix(word)?, *r#match)));
    let after = AFTER
        .iter()
        .find_map(|(word, r#match)| Some((plain.strip_suffix(word)?, *r#match)));
    let (stem, r#match) = before.or(after)?;
    let (pointer, id) =
        place_of(api, item, stem, kind).or_else(|| time_of(api, item, stem, kind))?;
    if !matches!(kind_of(api, id)?, Kind::Number | Kind::Time) {
        return None;
    }
    // These words leave nothing open.
    let exact = [
        ("_gte", Match::Gte),
        ("_lte", Match::Lte),
        ("_gt", Match::Gt),
        ("_lt", Match::Lt),
    ];
    let exact = exact.iter().find(|(word, _)| plain.ends_with(word));
    let (r#match, edge) = match exact {
        Some((_, known)) => (*known, true),
        None => edge(r#match, &asked.description),
    };
    found(pointer, r#match, edge)
}

/// Whether the end of a range is inside: names leave it open where descriptions say nothing.
fn edge(r#match: Match, description: &str) -> (Match, bool) {
    let inside = says(
        description,
        &[
            "at least",
            "at most",
            "or after",
            "or before",
            "or later",
            "or earlier",
            "inclusive",
            "or more",
            "or less",
            "first",
            "last",
            "minimum",
            "maximum",
            "since",
            "up to",
            "no later",
            "or equal",
            "from",
            "until",
        ],
    );
    let outside = says(
        description,
        &[
            "exclusive",
            "strictly",
            "after",
            "before",
            "more than",
            "less than",
            "later than",
            "earlier than",
            "greater than",
        ],
    );
    let up = matches!(r#match, Match::Gte | Match::Gt);
    match (inside, outside) {
        (true, _) => (if up { Match::Gte } else { Match::Lte }, true),
        (false, true) => (if up { Match::Gt } else { Match::Lt }, true),
        (false, false) => (r#match, false),
    }
}

/// What can be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Truth,
    Time,
}

fn kind_of(api: &Api, id: SchemaId) -> Option<Kind> {
    Some(match shape_of(api, id) {
        Shape::String(StringFormat::DateTime | StringFormat::Date) => Kind::Time,
        Shape::String(_) => Kind::Text,
        Shape::Enum(of) if of.strings().is_some() => Kind::Text,
        Shape::Integer(_) | Shape::Number { .. } => Kind::Number,
        Shape::Boolean => Kind::Truth,
        _ => return None,
    })
}

/// Whether a text can be anything: no identifier, no code.
fn is_free(schema: &Schema) -> bool {
    schema.string.pattern.is_none() && schema.enumeration.is_none()
}

/// The place in an item that has this name: a property, or the only number in one, or a property of a property.
fn place_of(api: &Api, item: SchemaId, name: &str, kind: Kind) -> Option<(String, SchemaId)> {
    let member = members(api, item).into_iter().find(|it| {
        let own = snake(&it.name);
        let list = || matches!(shape_of(api, it.schema), Shape::Array { .. });
        own == name || own.strip_suffix('s') == Some(name) && list()
    });
    if let Some(member) = member {
        let (known, id) = (member.pointer, member.schema);
        let one = match shape_of(api, id) {
            Shape::Array { items: Some(one) } => *one,
            _ => id,
        };
        if kind_of(api, one) == Some(kind) {
            return Some((known, one));
        }
        let numbers: Vec<(String, SchemaId)> = properties(api, id)
            .into_iter()
            .filter(|(_, id)| kind == Kind::Number && kind_of(api, *id) == Some(kind))
            .collect();
        if let [(inner, id)] = numbers.as_slice() {
            return Some((format!("{known}/{}", escape(inner)), *id));
        }
        return None;
    }
    // `artist_id` is the id of `artist`.
    let (outer, inner) = name.rsplit_once('_')?;
    let (outer, within) = property(api, item, outer)?;
    let (inner, id) = property(api, within, inner)?;
    (kind_of(api, id) == Some(kind)).then(|| (format!("/{outer}/{inner}"), id))
}

/// `created` is `created_at`.
fn time_of(api: &Api, item: SchemaId, stem: &str, kind: Kind) -> Option<(String, SchemaId)> {
    ["_at", "_on", "_date", "_time"]
        .iter()
        .find_map(|end| place_of(api, item, &format!("{stem}{end}"), kind))
}
