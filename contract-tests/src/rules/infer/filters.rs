//! What the filters of a list are about, from their names and descriptions.

use super::{
    answer::{json_schema, list_in},
    asked::{Asked, asked, escape},
    phrases::phrases,
    prose::{clauses, has_word, of_operation, says, speaks_of_refusal},
    range_prose::{end_by_itself, ends_said, speaks_of_utc},
    ranges::{bare, time_meant, time_named},
    shape::{members, properties, property, shape_of},
    snake,
};
use crate::{
    paths::is_search,
    rules::{Filter, Grain, Match, Pagination, Pointer},
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
    let said = Said::of(api, operation);
    let mut found: Vec<Filter> = candidates
        .iter()
        .filter(|it| !is_paging(&it.name) && !OTHERS.contains(&it.own.as_str()))
        .filter_map(|it| {
            let found = begins(api, item, it).or_else(|| filter(api, item, it, &said))?;
            // What is asked of a list that is not paged may be what it is worked out from: a place, a day.
            let exact = found.r#match == Match::Equals
                && matches!(kind_of(api, it.schema), Some(Kind::Number | Kind::Time));
            let given = paging.is_none() && (exact || is_required(operation, &it.name));
            (!given).then_some(found)
        })
        .collect();
    if operation.method == Method::Get {
        let unpaged = operation
            .parameters
            .iter()
            .filter(|it| !is_paging(&it.name));
        found.extend(unpaged.flat_map(|it| phrases(api, it, item)));
    }
    found
}

/// A parameter that takes several values.
#[derive(Clone, Debug)]
pub(crate) struct Several {
    /// Its name, or that of the property of a body.
    pub(crate) name: String,
    /// What is said of it.
    pub(crate) description: String,
}

/// What a list can be asked for with several values at once.
pub(crate) fn several_valued(api: &Api, operation: &Operation) -> Vec<Several> {
    let lists = |it: &Asked| matches!(shape_of(api, it.schema), Shape::Array { items: Some(_) });
    let all = asked(api, operation).into_iter().filter(lists);
    all.map(|it| Several {
        name: it.name,
        description: it.description,
    })
    .collect()
}

/// What an operation says that its filters may be meant by.
pub(super) struct Said {
    /// Statements of the operation that are not about refusals.
    pub(super) clauses: Vec<String>,
    /// Whether the document says in general that days are those of UTC.
    utc: bool,
}

impl Said {
    fn of(api: &Api, operation: &Operation) -> Self {
        let mut own = clauses(&of_operation(operation));
        own.retain(|it| !speaks_of_refusal(it));
        let general = clauses(api.description.as_deref().unwrap_or_default());
        Self {
            clauses: own,
            utc: general.iter().any(|it| speaks_of_utc(it)),
        }
    }

    /// How finely moments are compared with a day that a parameter takes.
    fn grain(&self, asked: &Asked) -> Grain {
        let named = self
            .clauses
            .iter()
            .filter(|it| super::names(it, asked.spoken()));
        let own = clauses(&asked.description);
        let told = named.chain(&own).any(|it| speaks_of_utc(it));
        if told || self.utc {
            Grain::UtcDay
        } else {
            Grain::SomeDay
        }
    }
}

/// What takes the beginning of a text: *only terms whose key begins with this*.
fn begins(api: &Api, item: SchemaId, asked: &Asked) -> Option<Filter> {
    if kind_of(api, asked.schema) != Some(Kind::Text) {
        return None;
    }
    let said = clauses(&asked.description);
    let [told] = said.as_slice() else { return None };
    let told = told.to_lowercase();
    let (before, after) = [
        " begins with ",
        " starts with ",
        " begin with ",
        " start with ",
    ]
    .iter()
    .find_map(|words| told.split_once(words))?;
    let (_, named) = before
        .rsplit_once("whose ")
        .or(before.rsplit_once("where "))?;
    let named = named.trim_start_matches("the ").replace('`', "");
    let plain = [
        "this",
        "it",
        "the given",
        "this text",
        "these letters",
        "the value",
        "the text",
    ];
    let only = plain.iter().any(|it| after.starts_with(it)) || after.contains(asked.spoken());
    if !only || has_word(after, &["or", "and", "word", "words", "any"]) {
        return None;
    }
    let mut members = members(api, item).into_iter();
    let member = members.find(|it| {
        let own = snake(&it.name);
        matches!(shape_of(api, it.schema), Shape::String(StringFormat::Plain))
            && (own == named || own.replace('_', " ") == named)
    })?;
    Some(Filter {
        parameter: asked.name.clone(),
        item: Pointer::try_from(member.pointer).ok()?,
        r#match: Match::Begins,
        edge: true,
        grain: Grain::Exact,
        names: false,
        phrase: None,
    })
}

/// What takes a name of an object whose names are data: *only linguists who have this skill*, where `skills` is one.
fn named(api: &Api, item: SchemaId, asked: &Asked, plain: &str) -> Option<(String, SchemaId)> {
    let said = clauses(&asked.description);
    let [told] = said.as_slice() else { return None };
    let has = ["have", "has", "having", "with", "who", "that", "whose"];
    let open = ["value", "values", "or", "not", "equal", "equals", "without"];
    if !has_word(told, &has) || has_word(told, &open) || told.contains(['=', ':']) {
        return None;
    }
    let mut members = members(api, item).into_iter();
    let member = members.find(|it| {
        let own = snake(&it.name);
        own.strip_suffix('s') == Some(plain)
            && matches!(shape_of(api, it.schema), Shape::Map { .. })
    })?;
    // What is asked for is a name where it has the form of one, or is said to be one.
    let asked_for = api
        .schema(api.resolve(asked.schema))
        .string
        .pattern
        .as_ref();
    let object = &api.schema(api.resolve(member.schema)).object;
    let of_names = object
        .property_names
        .and_then(|id| api.schema(api.resolve(id)).string.pattern.as_ref());
    let alike = asked_for.is_some_and(|pattern| {
        of_names == Some(pattern)
            || object
                .pattern_properties
                .iter()
                .any(|(it, _)| it == pattern)
    });
    // *Have this skill*, and not *with this translation*, which may be its text.
    let had = ["have this", "has this", "having this"];
    if !alike && !says(told, &had) && !has_word(told, &["key", "name", "named", "called"]) {
        return None;
    }
    Some((member.pointer, member.schema))
}

fn is_required(operation: &Operation, name: &str) -> bool {
    let mut all = operation.parameters.iter();
    all.any(|it| it.name == name && it.required)
}

fn filter(api: &Api, item: SchemaId, asked: &Asked, said: &Said) -> Option<Filter> {
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
    let several = matches!(shape_of(api, asked.schema), Shape::Array { .. });
    // Those that are left out are not those that are let through.
    let leaves_out = [
        "exclude",
        "excludes",
        "excluded",
        "excluding",
        "except",
        "omit",
        "omits",
        "omitted",
        "hide",
        "skip",
        "without",
        "ignore",
        "not",
        "remove",
    ];
    if several && has_word(&asked.description, &leaves_out) {
        return None;
    }
    let inclusive = [
        "inclusive",
        "included",
        "on or before",
        "last day",
        "whole day",
    ];
    let certain = says(&asked.description, &inclusive)
        || said
            .clauses
            .iter()
            .any(|it| super::names(it, asked.spoken()) && says(it, &["inclusive", "included"]));
    let found = |(pointer, id): (String, SchemaId), r#match: Match, edge: bool| {
        let days = is_day(api, asked.schema) && !is_day(api, id) && kind == Kind::Time;
        Some(Filter {
            parameter: asked.name.clone(),
            item: Pointer::try_from(pointer).ok()?,
            r#match,
            // A day that is compared with a moment ends where it is said: at midnight, or with it.
            edge: edge && !(days && (r#match == Match::Gt || r#match == Match::Lte && !certain)),
            grain: if days {
                said.grain(asked)
            } else {
                Grain::Exact
            },
            names: matches!(shape_of(api, id), Shape::Map { .. }),
            phrase: None,
        })
    };
    let own = place_of(api, item, &plain, kind).or_else(|| {
        let names = singulars(&plain).into_iter().filter(|_| several);
        names
            .into_iter()
            .find_map(|name| place_of(api, item, &name, kind))
    });
    let own =
        own.or_else(|| named(api, item, asked, &plain).filter(|_| kind == Kind::Text && !several));
    if let Some((pointer, id)) = own {
        let free = matches!(shape_of(api, id), Shape::String(StringFormat::Plain))
            && is_free(api.schema(api.resolve(id)));
        let is_id = plain == "id" || plain.ends_with("_id");
        let r#match = if !free || is_id {
            Match::Equals
        } else {
            Match::Like
        };
        // A day that is said of a moment may be one of several places.
        let day = is_day(api, asked.schema) && !is_day(api, id) && kind == Kind::Time;
        return found((pointer, id), r#match, true).filter(|_| !day);
    }
    let before = BEFORE
        .iter()
        .find_map(|(word, r#match)| Some((plain.strip_prefix(word)?, *r#match)));
    let after = AFTER
        .iter()
        .find_map(|(word, r#match)| Some((plain.strip_suffix(word)?, *r#match)));
    let named = before.or(after).and_then(|(stem, r#match)| {
        let place = place_of(api, item, stem, kind).or_else(|| time_of(api, item, stem, kind))?;
        Some((place, r#match))
    });
    // `day_from` is that of `day` where there is one, and the beginning of something otherwise.
    let bare = bare(&plain).filter(|_| kind == Kind::Time && !several);
    if let Some(r#match) = bare {
        let told = time_named(api, item, asked, &said.clauses);
        let meant = || match named {
            Some(_) => None,
            None => time_meant(api, item, asked, &said.clauses),
        };
        if let Some(place) = told.or_else(meant) {
            let (r#match, edge) = edge(r#match, asked, said);
            return found(place, r#match, edge);
        }
    }
    let ((pointer, id), r#match) = named?;
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
        None => edge(r#match, asked, said),
    };
    found((pointer, id), r#match, edge)
}

/// What one thing is called where a parameter that takes several is called `severities`, `ids`, `status_in`.
fn singulars(name: &str) -> Vec<String> {
    let name = ["_in", "_any_of", "_one_of", "_list"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let cut = |end: &str, with: &str| name.strip_suffix(end).map(|stem| format!("{stem}{with}"));
    let found = [
        cut("ies", "y"),
        cut("es", ""),
        cut("s", ""),
        Some(name.to_owned()),
    ];
    found
        .into_iter()
        .flatten()
        .filter(|it| it.len() > 1)
        .collect()
}

/// Whether a value is a day, and no moment.
fn is_day(api: &Api, id: SchemaId) -> bool {
    matches!(shape_of(api, id), Shape::String(StringFormat::Date))
}

/// Whether the end of a range is inside: names leave it open where descriptions say nothing, or two things.
fn edge(r#match: Match, asked: &Asked, said: &Said) -> (Match, bool) {
    let up = matches!(r#match, Match::Gte | Match::Gt);
    let told = match ends_said(&said.clauses, asked.spoken(), up) {
        Some(inside) => Some(inside),
        None => end_by_itself(&asked.description),
    };
    match (told, up) {
        (Some(true), true) => (Match::Gte, true),
        (Some(true), false) => (Match::Lte, true),
        (Some(false), true) => (Match::Gt, true),
        (Some(false), false) => (Match::Lt, true),
        (None, _) => (r#match, false),
    }
}

/// What can be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Truth,
    Time,
}

pub(super) fn kind_of(api: &Api, id: SchemaId) -> Option<Kind> {
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
