//! What a list can be asked for: parameters of the query, members of `page[…]` and `filter[…]`, properties of a body.

use super::{
    paging_names::{ASKED_IN, FILTERED_IN},
    shape::{properties, shape_of},
    snake,
};
use counterpart_model::api::{
    Api, Method, Operation, ParameterContent, ParameterLocation, SchemaId, Shape, Style,
};

/// What can be asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The name of a query parameter, or of a property of the body; a pointer where that stands in another.
    pub(super) name: String,
    /// Its name in one spelling, with what it stands in: `page_number`.
    pub(super) snake: String,
    /// Its own name in one spelling.
    pub(super) own: String,
    pub(super) schema: SchemaId,
    pub(super) description: String,
    /// Examples of a parameter that are text.
    pub(super) examples: Vec<String>,
}

/// What an operation can be asked for: in its body where it posts one, else in its query.
pub(super) fn asked(api: &Api, operation: &Operation) -> Vec<Asked> {
    if operation.method == Method::Post {
        in_body_of(api, operation)
    } else {
        in_query_of(api, operation)
    }
}

fn of(api: &Api, name: String, outer: Option<&str>, own: &str, schema: SchemaId) -> Asked {
    let own = snake(own);
    Asked {
        name,
        snake: outer.map_or_else(|| own.clone(), |outer| format!("{outer}_{own}")),
        own,
        description: api.schema(schema).description.clone().unwrap_or_default(),
        schema,
        examples: Vec::new(),
    }
}

fn in_query_of(api: &Api, operation: &Operation) -> Vec<Asked> {
    let query = operation
        .parameters
        .iter()
        .filter(|it| it.location == ParameterLocation::Query);
    let mut found = Vec::new();
    for parameter in query {
        let Some(schema) = parameter.schema() else {
            continue;
        };
        let deep = matches!(
            parameter.content,
            ParameterContent::Styled {
                style: Style::DeepObject,
                ..
            }
        );
        if deep && matches!(shape_of(api, schema), Shape::Object(_)) {
            let outer = snake(&parameter.name);
            for (inner, id) in properties(api, schema) {
                let name = format!("{}[{inner}]", parameter.name);
                let mut asked = of(api, name, Some(&outer), &inner, id);
                // What is said of both ends is said of each.
                if let (true, Some(said)) = (asked.description.is_empty(), &parameter.description) {
                    asked.description.clone_from(said);
                }
                found.push(asked);
            }
            continue;
        }
        // `filter[status]` is `status`, to be filtered by.
        let own = parameter.name.strip_suffix(']').and_then(|name| {
            let (outer, inner) = name.split_once('[')?;
            let outer = snake(outer);
            let known = ASKED_IN.contains(&outer.as_str()) || is_filter(&outer);
            (known && !inner.contains(['[', ']'])).then_some((outer, inner))
        });
        let mut asked = match own {
            Some((outer, inner)) => of(api, parameter.name.clone(), Some(&outer), inner, schema),
            None => of(api, parameter.name.clone(), None, &parameter.name, schema),
        };
        if let Some(said) = &parameter.description {
            asked.description.clone_from(said);
        }
        let examples = parameter.examples.iter();
        asked.examples = examples
            .filter_map(|it| it.value.as_str().map(str::to_owned))
            .collect();
        found.push(asked);
    }
    found
}

fn in_body_of(api: &Api, operation: &Operation) -> Vec<Asked> {
    let body = operation.body.iter().flat_map(|body| &body.content);
    let schema = body
        .filter(|(media, _)| crate::media::is_json(media))
        .find_map(|(_, content)| content.schema);
    let mut found = Vec::new();
    for (name, schema) in schema.map(|id| properties(api, id)).unwrap_or_default() {
        let outer = snake(&name);
        let inner = properties(api, schema);
        let holds = ASKED_IN.contains(&outer.as_str()) || is_filter(&outer);
        if holds && !inner.is_empty() {
            for (own, id) in inner {
                let pointer = format!("/{}/{}", escape(&name), escape(&own));
                let ends = ends_of(api, id);
                if ends.is_empty() {
                    found.push(of(api, pointer.clone(), Some(&outer), &own, id));
                }
                // `value: {gte, lte}` is a range of `value`.
                for (end, inner) in ends {
                    let place = (format!("{pointer}/{}", escape(&end)), Some(outer.as_str()));
                    found.push(range_end(api, place, &format!("{own}_{end}"), (id, inner)));
                }
            }
        } else {
            let ends = ends_of(api, schema);
            if ends.is_empty() {
                found.push(of(api, name.clone(), None, &name, schema));
            }
            // `weight: {min, max}` is a range of `weight`.
            found.extend(ends.into_iter().map(|(end, id)| {
                let pointer = format!("/{}/{}", escape(&name), escape(&end));
                range_end(api, (pointer, None), &format!("{name}_{end}"), (schema, id))
            }));
        }
    }
    found
}

/// An end of a range: what is said of both ends is said of each.
fn range_end(
    api: &Api,
    (name, outer): (String, Option<&str>),
    own: &str,
    (range, end): (SchemaId, SchemaId),
) -> Asked {
    let mut asked = of(api, name, outer, own, end);
    if asked.description.is_empty() {
        let said = |id: SchemaId| api.schema(id).description.clone();
        let both = said(range).or_else(|| said(api.resolve(range)));
        asked.description = both.unwrap_or_default();
    }
    asked
}

/// The properties of an object that has nothing but ends of a range; none of any other.
fn ends_of(api: &Api, id: SchemaId) -> Vec<(String, SchemaId)> {
    const ENDS: [&str; 12] = [
        "gte", "gt", "lte", "lt", "from", "to", "min", "max", "after", "before", "since", "until",
    ];
    let all = properties(api, id);
    let only = all
        .iter()
        .all(|(name, _)| ENDS.contains(&snake(name).as_str()));
    if only { all } else { Vec::new() }
}

fn is_filter(outer: &str) -> bool {
    FILTERED_IN.contains(&outer)
}

impl Asked {
    /// Whether it stands in what is filtered by: `filter[status]`, `where.status`.
    pub(super) fn is_filter(&self) -> bool {
        let outer = self.snake.strip_suffix(&self.own);
        outer.is_some_and(|outer| is_filter(outer.trim_end_matches('_')))
    }

    /// What it is called where it is spoken of: without what it stands in.
    pub(super) fn spoken(&self) -> &str {
        let name = self.name.as_str();
        match name.strip_suffix(']').and_then(|it| it.rsplit_once('[')) {
            Some((_, inner)) => inner,
            None => name.rsplit('/').next().unwrap_or(name),
        }
    }

    /// Whether it is known by that name, in whatever it stands.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.snake == name || (self.own == name && !self.is_filter())
    }
}

pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
