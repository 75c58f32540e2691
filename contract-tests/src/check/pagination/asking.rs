//! What a list is asked for: parameters in its query or in its body, and filters.

use super::list::List;
use crate::{
    request::Request,
    rules::{Filter, Pointer},
    wire,
};
use counterpart_model::api::{Api, Operation, ParameterLocation, SchemaId, TypeSet};
use serde_json::Value;

/// What a property of a body takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, as it is.
    Text,
    /// A list of texts, or of others.
    Several { texts: bool },
    /// A number, a flag, or anything.
    Other,
}

impl Kind {
    /// What a property takes.
    pub(super) fn of(api: &Api, id: SchemaId) -> Self {
        let text = |id: SchemaId| {
            let types = api.schema(api.resolve(id)).types;
            types.contains(TypeSet::STRING)
        };
        let schema = api.schema(api.resolve(id));
        let several =
            schema.types.contains(TypeSet::ARRAY) && !schema.types.contains(TypeSet::STRING);
        match schema.array.items.filter(|_| several) {
            Some(items) => Self::Several { texts: text(items) },
            None if text(id) => Self::Text,
            None => Self::Other,
        }
    }

    fn read(self, text: &str) -> Value {
        let plain = || Value::String(text.to_owned());
        match self {
            Self::Text => plain(),
            Self::Several { texts: true } => Value::Array(vec![plain()]),
            Self::Several { texts: false } => Value::Array(vec![Self::Other.read(text)]),
            Self::Other => serde_json::from_str(text).unwrap_or_else(|_| plain()),
        }
    }
}

/// Where in a body a parameter stands: its name, or the pointer that the name is.
pub(super) fn place_of(name: &str) -> Pointer {
    match Pointer::try_from(name.to_owned()) {
        Ok(pointer) if !name.is_empty() => pointer,
        _ => Pointer::default().child(name),
    }
}

impl List {
    /// The request with this parameter, where the list has its parameters.
    pub(crate) fn with(&self, request: Request, name: &str, value: &str) -> Request {
        if !self.rule.in_body {
            return request.set_query(name, value);
        }
        let kind = self.kinds.get(name).copied().unwrap_or(Kind::Other);
        let mut body = request.json().unwrap_or_else(|| serde_json::json!({}));
        place_of(name).put(&mut body, kind.read(value));
        request.with_json(&body)
    }

    /// The request with several values of one parameter; `None` where it takes one only.
    pub(crate) fn with_several(
        &self,
        request: Request,
        operation: &Operation,
        name: &str,
        values: &[&str],
    ) -> Option<Request> {
        if self.rule.in_body {
            let Some(Kind::Several { texts }) = self.kinds.get(name).copied() else {
                return None;
            };
            let one = if texts { Kind::Text } else { Kind::Other };
            let all = values.iter().map(|it| one.read(it)).collect();
            let mut body = request.json().unwrap_or_else(|| serde_json::json!({}));
            place_of(name).put(&mut body, Value::Array(all));
            return Some(request.with_json(&body));
        }
        let mut parameters = operation.parameters.iter();
        let parameter =
            parameters.find(|it| it.location == ParameterLocation::Query && it.name == name)?;
        let mut request = request.without_query(name);
        request
            .query
            .extend(wire::query_pairs(parameter, &serde_json::json!(values)));
        Some(request)
    }

    /// The request with these filters: those that are written in one parameter are joined there.
    pub(crate) fn filtered(&self, request: Request, filters: &[(&Filter, &str)]) -> Request {
        let mut written: Vec<(&str, String)> = Vec::new();
        for (filter, value) in filters {
            let text = filter.written(value);
            let name = filter.parameter.as_str();
            match written.iter_mut().find(|(known, _)| *known == name) {
                Some((_, before)) if filter.is_phrase() => {
                    before.push_str(" and ");
                    before.push_str(&text);
                }
                _ => written.push((name, text)),
            }
        }
        written.into_iter().fold(request, |request, (name, text)| {
            self.with(request, name, &text)
        })
    }
}
