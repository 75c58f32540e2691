//! What is told only when a parameter asks for it.

use super::{
    answer::answer_schema,
    prose::{clauses, has_word, names, of_operation, place_named, says, says_only, statements},
    shape::{properties, shape_of},
};
use crate::rules::Pointer;
use counterpart_model::api::{Api, Method, Operation, ParameterLocation, SchemaId, Shape};

/// Something in an answer that is there only when a parameter asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnRequest {
    /// Where it stands in the answer.
    pub(crate) place: Pointer,
    /// The query parameter.
    pub(crate) parameter: String,
    /// The value that asks for it.
    pub(crate) value: String,
    /// Whether it is said to be there whenever it is asked for.
    pub(crate) always: bool,
    /// What the document says.
    pub(crate) said: String,
}

/// What is said to be there if, and only if, something holds.
const EXACTLY: [&str; 5] = [
    "if, and only if",
    "if and only if",
    "exactly when",
    "iff",
    "when, and only when",
];
/// Words for being there.
const THERE: [&str; 12] = [
    "present",
    "returned",
    "included",
    "sent",
    "shown",
    "there",
    "given",
    "filled",
    "listed",
    "told",
    "contained",
    "appears",
];
/// Words for being missing.
const MISSING: [&str; 5] = ["absent", "missing", "omitted", "left out", "not present"];

/// What an operation tells only when it is asked to.
pub(crate) fn on_request(api: &Api, operation: &Operation) -> Vec<OnRequest> {
    let Some(answer) = answer_schema(operation).filter(|_| operation.method == Method::Get) else {
        return Vec::new();
    };
    let places: Vec<(String, Pointer, String)> = properties(api, answer)
        .into_iter()
        .map(|(name, id)| {
            let said = api.schema(id).description.clone().unwrap_or_default();
            (name.clone(), Pointer::default().child(&name), said)
        })
        .collect();
    let general = statements(&of_operation(operation));
    let mut found: Vec<OnRequest> = Vec::new();
    for (name, place, own) in &places {
        let own = clauses(own)
            .into_iter()
            .map(|it| format!("`{name}` is {it}"));
        // Of a sentence that names two of them, nobody knows which the condition is of.
        let alone = |it: &String| {
            let mut others = places.iter().filter(|(other, ..)| other != name);
            others.all(|(other, ..)| !names(it, other))
        };
        let named = general.iter().filter(|it| names(it, name)).cloned();
        for clause in named.chain(own).filter(alone) {
            let read = asked_for(api, operation, &clause, name);
            let known = found.iter().any(|it| it.place == *place);
            found.extend(
                read.filter(|_| !known)
                    .map(|(parameter, value, always)| OnRequest {
                        place: place.clone(),
                        parameter,
                        value,
                        always,
                        said: clause.clone(),
                    }),
            );
        }
    }
    found
}

/// The parameter and the value without which a clause says that something is not there.
fn asked_for(
    api: &Api,
    operation: &Operation,
    clause: &str,
    name: &str,
) -> Option<(String, String, bool)> {
    let exactly = says(clause, &EXACTLY);
    let only = says_only(clause) || says(clause, &["unless"]);
    let missing = says(clause, &MISSING);
    let there = has_word(clause, &THERE) || clause.contains("appear");
    // *Missing unless* is *present only if*; *present unless* is something else.
    let unless = says(clause, &["unless"]);
    if !(exactly || only)
        || unless != missing
        || !unless && !there
        || has_word(
            clause,
            &["may", "might", "or", "usually", "default", "defaults"],
        )
    {
        return None;
    }
    let (_, after) = place_named(clause, name)?;
    let rest = clause.get(after..)?;
    let parameters = operation.parameters.iter();
    let mut told = parameters
        .filter(|it| it.location == ParameterLocation::Query)
        .filter_map(|it| {
            let schema = it.schema()?;
            let value = value_said(api, rest, &it.name, schema)?;
            let target = api.schema(api.resolve(schema));
            let default = api
                .schema(schema)
                .default
                .as_ref()
                .or(target.default.as_ref());
            // What is asked for by default is there without being asked for.
            let apart = default.is_none_or(|default| match default.to_serde() {
                serde_json::Value::Bool(default) => !default,
                serde_json::Value::String(default) => default != value,
                _ => false,
            });
            apart.then(|| (it.name.clone(), value))
        });
    let (parameter, value) = told.next()?;
    let single = told.next().is_none();
    // Another condition beside it is one that nobody reads.
    let joined = has_word(rest, &["and"]) && !rest.contains("and only");
    (single && !joined).then_some((parameter, value, exactly))
}

/// The value that a clause gives a parameter: `` `expand=meters` ``, *`expand` is `meters`*, *`count` is true*.
fn value_said(api: &Api, clause: &str, name: &str, schema: SchemaId) -> Option<String> {
    let written = ['`', '"', '\'', '*', ' ', '?']
        .into_iter()
        .find_map(|before| {
            let start = format!("{before}{name}=");
            let at = clause.find(&start)? + start.len();
            let value: String = clause
                .get(at..)?
                .chars()
                .take_while(|c| c.is_alphanumeric() || "_-$".contains(*c))
                .collect();
            (!value.is_empty()).then_some(value)
        });
    let spoken = || {
        let (_, end) = place_named(clause, name)?;
        let rest = clause.get(end..)?.trim_start();
        let rest = [
            "is set to ",
            "is ",
            "contains ",
            "includes ",
            "names ",
            "lists ",
            "has the value ",
        ]
        .iter()
        .find_map(|it| rest.strip_prefix(it))?;
        let value = rest.trim_matches(['`', '"', '\'', '*', ' ', ',']);
        let value: String = value
            .chars()
            .take_while(|c| c.is_alphanumeric() || "_-$".contains(*c))
            .collect();
        match value.as_str() {
            "" | "not" | "given" | "present" | "sent" => None,
            "set" => Some("true".to_owned()),
            _ => Some(value),
        }
    };
    let is_written = written.is_some();
    let value = written.or_else(spoken)?;
    let one = match shape_of(api, schema) {
        Shape::Array { items: Some(one) } => shape_of(api, *one),
        other => other,
    };
    let fits = match one {
        Shape::Boolean => value == "true",
        Shape::Enum(of) => of
            .strings()
            .is_some_and(|all| all.contains(&value.as_str())),
        // *`q` is provided* names no value.
        Shape::String(_) => is_written,
        _ => false,
    };
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::on_request;

    #[test]
    fn what_is_asked_for_is_read_from_a_clause() {
        let of = |said: &str| {
            let text = format!(
                "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: a\n      description: >-\n        \
                 {said}\n      parameters:\n      - {{name: $count, in: query, schema: {{type: boolean}}}}\n      - {{name: include, in: \
                 query, schema: {{type: string, enum: [meters, owner]}}}}\n      responses:\n        '200':\n          description: ok\n          \
                 content: {{application/json: {{schema: {{type: object, properties: {{'@odata.count': {{type: integer}}, meters: {{type: \
                 array, items: {{type: string}}}}}}}}}}}}\n"
            );
            let (api, _) = crate::rules::tests::api(&text);
            let all = on_request(&api, &api.operations[0]);
            all.into_iter()
                .map(|it| (it.parameter, it.value, it.always))
                .collect::<Vec<_>>()
        };
        let meters = |always| vec![("include".to_owned(), "meters".to_owned(), always)];
        for (said, found) in [
            (
                "`@odata.count` is how many there are; it is present if, and only if, `$count=true`.",
                vec![("$count".to_owned(), "true".to_owned(), true)],
            ),
            (
                "`meters` is present if, and only if, `include=meters`; it then lists all.",
                meters(true),
            ),
            (
                "`meters` is only returned when `include=meters`.",
                meters(false),
            ),
            (
                "`meters` is included exactly when `include` is `meters`.",
                meters(true),
            ),
            (
                "`meters` is omitted unless `include=meters` is given.",
                meters(false),
            ),
            (
                "`meters` appears only with `include=meters`.",
                meters(false),
            ),
            ("`meters` is present with `include=meters`.", vec![]),
            ("`meters` may be present only if `include=meters`.", vec![]),
            ("`meters` is present unless `include=owner`.", vec![]),
            ("`meters` is present only if `include=other`.", vec![]),
            (
                "`meters` is present only if `include=meters` or the caller is an admin.",
                vec![],
            ),
            ("`meters` is only returned when asked for.", vec![]),
        ] {
            assert_eq!(of(said), found, "{said}");
        }
    }
}
