//! A parameter that chooses which properties items have, by what the description says of them.

use super::{
    answer::{json_schema, list_in},
    prose::{clauses, has_word, names, of_operation, says},
    shape::{members, shape_of},
    snake,
};
use counterpart_model::api::{Api, Operation, ParameterLocation, Shape};

/// What such parameters are called.
const CALLED: [&str; 9] = [
    "fields",
    "select",
    "field",
    "properties",
    "attributes",
    "columns",
    "only",
    "projection",
    "props",
];

/// A choice of properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Projection {
    /// The name of the query parameter.
    pub(crate) parameter: String,
    /// The properties that can be named.
    pub(crate) names: Vec<String>,
    /// Those that items have in any case.
    pub(crate) always: Vec<String>,
    /// What the document says.
    pub(crate) said: String,
}

/// The parameter that chooses the properties of a list's items, where it is said that they have those and no others.
pub(crate) fn projection(api: &Api, operation: &Operation) -> Option<Projection> {
    let (_, response) = operation.response(200)?;
    let (_, item) = list_in(api, operation, json_schema(response)?)?;
    let own: Vec<String> = members(api, item)
        .into_iter()
        .filter(|it| it.pointer == format!("/{}", it.name))
        .map(|it| it.name)
        .collect();
    let general = clauses(&of_operation(operation));
    operation.parameters.iter().find_map(|parameter| {
        let called = CALLED.contains(&snake(&parameter.name).as_str());
        let schema = parameter
            .schema()
            .filter(|_| parameter.location == ParameterLocation::Query && called)?;
        let Shape::Array { items: Some(one) } = shape_of(api, schema) else {
            return None;
        };
        let values: Vec<String> = match shape_of(api, *one) {
            Shape::Enum(of) => of.strings()?.into_iter().map(str::to_owned).collect(),
            Shape::String(_) => own.clone(),
            _ => return None,
        };
        let names_it = |it: &&String| names(it, &parameter.name);
        let described = parameter
            .description
            .as_deref()
            .map(clauses)
            .unwrap_or_default();
        let adds = ["additional", "additionally", "extra", "add", "adds"];
        if described.iter().any(|it| has_word(it, &adds)) {
            return None;
        }
        let told = described.iter().chain(general.iter().filter(names_it));
        let said = told.into_iter().find(|it| chooses(it))?;
        // What is there in any case is said elsewhere.
        let anyway = |it: &&String| {
            says(it, &["always", "in any case", "regardless"])
                && has_word(it, &["returned", "included", "present", "there", "sent"])
        };
        let mut others = described.iter().chain(&general).filter(|it| *it != said);
        if others.any(|it| anyway(&it)) {
            return None;
        }
        let known: Vec<String> = values.into_iter().filter(|it| own.contains(it)).collect();
        let always = own.iter().filter(|it| names(said, it)).cloned().collect();
        (known.len() > 1).then(|| Projection {
            parameter: parameter.name.clone(),
            names: known,
            always,
            said: said.clone(),
        })
    })
}

/// Whether a clause says that items have what is named, and nothing else.
fn chooses(clause: &str) -> bool {
    let named = says(
        clause,
        &[
            "named",
            "listed",
            "given",
            "chosen",
            "selected",
            "requested",
            "these",
            "specified",
        ],
    );
    let things = has_word(
        clause,
        &[
            "properties",
            "fields",
            "attributes",
            "members",
            "columns",
            "property",
            "field",
        ],
    );
    let alone = says(
        clause,
        &[
            "no others",
            "no other",
            "nothing else",
            "only these",
            "only those",
            "only the",
            "exactly the",
            "exactly these",
            "just these",
            "just the",
        ],
    );
    let open = has_word(
        clause,
        &[
            "may",
            "might",
            "can",
            "at",
            "such",
            "supported",
            "allowed",
            "available",
            "accepted",
            "valid",
            "additional",
            "additionally",
            "extra",
            "having",
            "that",
            "whose",
        ],
    ) || says(
        clause,
        &[
            "with the given",
            "with the specified",
            "with these",
            "for example",
            "e.g",
            "ignored",
            "related",
        ],
    );
    named && things && alone && !open
}

#[cfg(test)]
mod tests {
    use super::chooses;

    #[test]
    fn a_choice_is_one_where_it_is_said() {
        for said in [
            "With `fields` each item has the named properties and `id`, and no others",
            "Only the listed fields are returned",
            "Items have exactly the requested properties",
            "Gives just the selected attributes",
            "Each item then holds these fields and nothing else",
        ] {
            assert!(chooses(said), "{said}");
        }
        for said in [
            "Fields to return",
            "Only the listed fields may be returned",
            "The named properties come first",
            "Only these are sorted",
            "Unknown fields are ignored, only the known ones given",
        ] {
            assert!(!chooses(said), "{said}");
        }
    }
}
