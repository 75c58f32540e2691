//! What the filters of a list are about, from their names and descriptions.

use super::{
    pagination::{json_schema, list_in},
    prose::says,
    shape::{properties, property, shape_of},
    snake,
};
use crate::rules::{Filter, Match, Pagination, Pointer};
use counterpart_model::api::{
    Api, Method, Operation, ParameterLocation, Schema, SchemaId, Shape, StringFormat,
};

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
        paging.as_ref().is_some_and(|(rule, _)| {
            let of = &rule.parameters;
            [
                &of.limit,
                &of.forward,
                &of.backward,
                &of.offset,
                &of.page,
                &of.size,
                &of.token,
            ]
            .into_iter()
            .flatten()
            .any(|known| known == name)
        })
    };
    let candidates: Vec<(String, SchemaId, String)> = if operation.method == Method::Get {
        let query = operation
            .parameters
            .iter()
            .filter(|it| it.location == ParameterLocation::Query);
        query
            .filter_map(|it| {
                let description = it.description.clone().unwrap_or_default();
                Some((it.name.clone(), it.schema()?, description))
            })
            .collect()
    } else if paging.is_some() {
        let body = operation.body.iter().flat_map(|body| body.content.values());
        let schema = body.filter_map(|content| content.schema).next();
        let members = schema
            .map(|schema| properties(api, schema))
            .unwrap_or_default();
        members
            .into_iter()
            .map(|(name, id)| {
                let description = api.schema(id).description.clone().unwrap_or_default();
                (name, id, description)
            })
            .collect()
    } else {
        Vec::new()
    };
    candidates
        .into_iter()
        .filter(|(name, ..)| !is_paging(name) && !OTHERS.contains(&snake(name).as_str()))
        .filter_map(|(name, schema, description)| filter(api, item, &name, schema, &description))
        .collect()
}

fn filter(
    api: &Api,
    item: SchemaId,
    name: &str,
    schema: SchemaId,
    description: &str,
) -> Option<Filter> {
    let plain = snake(name);
    let kind = kind_of(api, schema)?;
    let found = |pointer: String, r#match: Match, edge: bool| {
        Some(Filter {
            parameter: name.to_owned(),
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
    let (r#match, edge) = edge(r#match, description);
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
    if let Some((known, id)) = property(api, item, name) {
        if kind_of(api, id) == Some(kind) {
            return Some((format!("/{known}"), id));
        }
        let numbers: Vec<(String, SchemaId)> = properties(api, id)
            .into_iter()
            .filter(|(_, id)| kind == Kind::Number && kind_of(api, *id) == Some(kind))
            .collect();
        if let [(inner, id)] = numbers.as_slice() {
            return Some((format!("/{known}/{inner}"), *id));
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
