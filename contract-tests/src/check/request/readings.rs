//! What a server may read from the text of a parameter: on the wire all is text.

use super::variation::Variations;
use crate::{rules::infer::properties, wire};
use counterpart_model::{
    Direction,
    api::{Parameter, ParameterContent, ParameterLocation, SchemaId, Shape, Style, TypeSet},
};
use serde_json::Value;

impl Variations<'_> {
    /// Whether a parameter's value is invalid as the server sees it: on the wire all is text.
    pub(super) fn invalid_on_the_wire(
        &self,
        parameter: &Parameter,
        schema: SchemaId,
        value: &Value,
    ) -> bool {
        match self.readings(parameter, schema, value) {
            Some(readings) => readings.iter().all(|reading| {
                !self
                    .context
                    .judge
                    .is_valid(schema, Direction::Request, reading)
            }),
            None => false,
        }
    }

    pub(super) fn valid_on_the_wire(
        &self,
        parameter: &Parameter,
        schema: SchemaId,
        value: &Value,
    ) -> bool {
        if !wire::is_carried(parameter, value) {
            return false;
        }
        self.readings(parameter, schema, value)
            .is_some_and(|readings| {
                readings.first().is_some_and(|reading| {
                    self.context
                        .judge
                        .is_valid(schema, Direction::Request, reading)
                })
            })
    }

    /// Everything a server may read a parameter's text as; `None` where HTTP does not carry it as it is.
    fn readings(
        &self,
        parameter: &Parameter,
        schema: SchemaId,
        value: &Value,
    ) -> Option<Vec<Value>> {
        if matches!(parameter.content, ParameterContent::Media { .. }) {
            return Some(vec![value.clone()]);
        }
        let carried = |text: &str| match parameter.location {
            // An empty segment is another path, and dots are taken out of it on the way.
            ParameterLocation::Path => !text.is_empty() && text != "." && text != "..",
            ParameterLocation::Query => true,
            // Field values have no controls, no space around them, and beyond ASCII no fixed meaning.
            ParameterLocation::Header | ParameterLocation::Cookie => {
                !text.is_empty()
                    && text.trim() == text
                    && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
            }
        };
        match value {
            Value::Array(items) => {
                let item = match &self
                    .context
                    .api
                    .schema(self.context.api.resolve(schema))
                    .shape
                {
                    Shape::Array { items } => *items,
                    _ => None,
                }?;
                // An empty list, or items with a comma in them, are something else on the wire.
                let fine = !items.is_empty()
                    && items.iter().all(|value| {
                        let text = wire::scalar(value);
                        carried(&text) && !text.contains([',', '|', ' ']) && !text.is_empty()
                    });
                fine.then(|| {
                    vec![
                        items
                            .iter()
                            .map(|value| self.read_scalar(item, &wire::scalar(value)))
                            .collect(),
                    ]
                })
            }
            Value::Object(members) => {
                // Only that style keeps the members of an object apart from other parameters.
                let deep = matches!(
                    parameter.content,
                    ParameterContent::Styled {
                        style: Style::DeepObject,
                        ..
                    }
                );
                if !deep || !wire::is_carried(parameter, value) {
                    return None;
                }
                let known = properties(&self.context.api, schema);
                let read = members.iter().map(|(name, value)| {
                    let text = wire::scalar(value);
                    let own = known.iter().find(|(known, _)| known == name);
                    let read = match own {
                        Some((_, id)) => self.read_scalar(*id, &text),
                        None => Value::String(text),
                    };
                    (name.clone(), read)
                });
                let plain = members
                    .iter()
                    .map(|(name, value)| (name.clone(), Value::String(wire::scalar(value))));
                // Where a member's schema is one of several, or of any name, its text is what it looks like.
                let parsed = members.iter().map(|(name, value)| {
                    let text = wire::scalar(value);
                    let read = match serde_json::from_str(&text) {
                        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
                        _ => Value::String(text),
                    };
                    (name.clone(), read)
                });
                Some(vec![read.collect(), plain.collect(), parsed.collect()])
            }
            scalar => {
                let text = wire::scalar(scalar);
                if !carried(&text) {
                    return None;
                }
                let mut readings =
                    vec![self.read_scalar(schema, &text), Value::String(text.clone())];
                readings.extend(self.as_list(schema, &text)?);
                Some(readings)
            }
        }
    }

    /// What a text is where a list is wanted: it is a list of one, or of as many as the style's separators cut it into.
    /// `None` where an object is wanted, whose text may be anything.
    fn as_list(&self, schema: SchemaId, text: &str) -> Option<Vec<Value>> {
        let api = &self.context.api;
        let mut lists = Vec::new();
        let mut open = vec![schema];
        let mut seen = Vec::new();
        while let Some(id) = open.pop() {
            let id = api.resolve(id);
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            match &api.schema(id).shape {
                Shape::Array { items } => {
                    if text.is_empty() {
                        lists.push(Value::Array(Vec::new()));
                    }
                    for separator in [",", "|", " ", "\0"] {
                        let pieces = text.split(separator);
                        let items = pieces.map(|piece| match items {
                            Some(item) => self.read_scalar(*item, piece),
                            None => piece.into(),
                        });
                        lists.push(items.collect());
                    }
                }
                Shape::Object(_) | Shape::Map { .. } => return None,
                Shape::Reference(target) => open.push(*target),
                Shape::Union(union) => {
                    open.extend(union.variants.iter().map(|variant| variant.schema));
                }
                _ => {}
            }
        }
        Some(lists)
    }

    fn read_scalar(&self, schema: SchemaId, text: &str) -> Value {
        let types = self
            .context
            .api
            .schema(self.context.api.resolve(schema))
            .types;
        if types.contains(TypeSet::STRING) && types != TypeSet::ALL {
            return text.into();
        }
        match serde_json::from_str(text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
            _ => text.into(),
        }
    }
}
