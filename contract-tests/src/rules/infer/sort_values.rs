//! Values of a parameter for the order: those of its enum; where it is free text, those that its pattern, its examples and
//! its description tell.

use super::{
    asked::Asked,
    order::{direction_of, direction_word},
    prose::{clauses, has_word, says},
    shape::{Member, shape_of},
    snake,
};
use counterpart_model::api::{Api, Shape};

/// Patterns longer than this are not tried.
const LONGEST: usize = 500;
/// How a name and a direction are written, with `{}` for the name.
const FORMS: [&str; 12] = [
    "{}", "-{}", "{}:asc", "{}:desc", "{}_asc", "{}_desc", "{} asc", "{} desc", "{}.asc",
    "{}.desc", "{},asc", "{},desc",
];
/// Words of clauses that tell what cannot be sorted by, or may change.
const HEDGES: [&str; 7] = [
    "not ",
    "cannot",
    "except",
    "unless",
    "ignored",
    "deprecated",
    "no longer",
];

/// The values of a parameter, and its default.
pub(super) struct Values {
    pub(super) all: Vec<String>,
    pub(super) default: Option<String>,
}

/// The values that a parameter for the order, or one of the items of its list, is known to take; nothing where they
/// are not known.
pub(super) fn values(api: &Api, asked: &Asked, members: &[Member]) -> Option<Values> {
    let one = match shape_of(api, asked.schema) {
        Shape::Array { items: Some(item) } => *item,
        _ => asked.schema,
    };
    let own = api.schema(asked.schema);
    let target = api.schema(api.resolve(asked.schema));
    let default = own.default.as_ref().or(target.default.as_ref());
    let default = default.and_then(|it| it.as_str()).map(str::to_owned);
    let all = match shape_of(api, one) {
        Shape::Enum(of) => of.strings()?.into_iter().map(str::to_owned).collect(),
        Shape::String(_) => {
            let schema = api.schema(api.resolve(one));
            let examples = own.examples.iter().chain(&target.examples);
            let examples = examples.filter_map(|it| it.as_str().map(str::to_owned));
            let shown = examples.chain(asked.examples.iter().cloned());
            let shown: Vec<String> = shown.chain(default.clone()).collect();
            match &schema.string.pattern {
                Some(pattern) => of_pattern(pattern, members),
                None => told(asked, of_prose(&asked.description, &shown, members)),
            }
        }
        _ => return None,
    };
    (!all.is_empty()).then_some(Values { all, default })
}

/// What is told of properties and of directions at once: the directions, where the parameter is called like one; nothing
/// where it may take either.
fn told(asked: &Asked, values: Vec<String>) -> Vec<String> {
    let (ways, names): (Vec<String>, Vec<String>) = values
        .into_iter()
        .partition(|it| direction_word(&it.to_lowercase()).is_some());
    let turns =
        asked.own.contains("order") && !asked.own.ends_with("by") || asked.own.contains("dir");
    match (ways.is_empty(), names.is_empty()) {
        (true, _) => names,
        (_, true) => ways,
        _ if turns => ways,
        _ => Vec::new(),
    }
}

/// The values that a pattern takes and in which it names a member.
fn of_pattern(pattern: &str, members: &[Member]) -> Vec<String> {
    let whole = pattern.starts_with('^') && pattern.ends_with('$') && pattern.len() <= LONGEST;
    let Some(known) = regress::Regex::with_flags(pattern, "u")
        .ok()
        .filter(|_| whole)
    else {
        return Vec::new();
    };
    let named = members
        .iter()
        .filter(|it| has_word(pattern, &[it.name.as_str()]));
    named
        .flat_map(|it| FORMS.map(|form| form.replace("{}", &it.name)))
        .filter(|value| known.find(value).is_some())
        .collect()
}

/// The values that are quoted in a description or shown as an example, and what it says of a minus before them.
fn of_prose(description: &str, shown: &[String], members: &[Member]) -> Vec<String> {
    let is_one = |value: &String| {
        let (name, way) = direction_of(value);
        let name = snake(&name);
        let named = members.iter().any(|it| snake(&it.name) == name);
        named || way.is_none() && direction_word(value).is_some()
    };
    let mut found: Vec<String> = Vec::new();
    let said = clauses(description);
    let quoted = said
        .iter()
        .filter(|clause| !says(clause, &HEDGES) && !clause.contains(['{', '[']))
        .flat_map(|clause| {
            ['`', '\'', '"'].into_iter().flat_map(|mark| {
                let parts = clause.split(mark).enumerate();
                parts
                    .filter(|(at, _)| at % 2 == 1)
                    .map(|(_, part)| part.to_owned())
                    .collect::<Vec<_>>()
            })
        });
    for value in quoted.chain(shown.iter().cloned()).filter(is_one) {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    let minus = said.iter().any(|clause| {
        let sign = says(clause, &["minus", "hyphen", "dash", "prefix"])
            || ["`-`", "\"-\"", "'-'"].iter().any(|it| clause.contains(it));
        sign && says(clause, &["desc", "reverse"])
    });
    if minus {
        let bare = found.iter().filter(|it| direction_of(it).1.is_none());
        let turned: Vec<String> = bare
            .map(|it| format!("-{it}"))
            .filter(|it| !found.contains(it))
            .collect();
        found.extend(turned);
    }
    found
}
