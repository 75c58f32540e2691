//! Requests that are good as far as the document tells, and identifiers that stand for nothing.

use super::{Context, Resource, condition::is_conditional};
use crate::{request::Request, rules::infer::properties, wire};
use counterpart_model::{
    Direction,
    api::{Operation, ParameterLocation, SchemaId},
};
use serde_json::Value;
use std::sync::atomic::Ordering;

/// How many characters at the end are changed: many first, so that nobody has given out the result.
const CHANGED: [usize; 5] = [12, 8, 6, 4, 2];

impl Context {
    /// A request that is valid by the document, about a resource that exists. Whether it is accepted is
    /// not known: rules of state may stand against it.
    pub async fn plausible(&self, operation: &Operation) -> Option<Request> {
        let resources = self.resources(operation).await;
        let known = resources.first()?;
        if known.invented && !operation.method.is_safe() && !self.is_stateless() {
            return None;
        }
        let request = self.bare_request(operation, known)?;
        let Some((media, _)) = self.body_schema(operation) else {
            return Some(request);
        };
        let body = self.bodies(operation).into_iter().next()?;
        let body = self.fresh_body(operation, &self.with_known_ids(operation, &body, 0));
        let body = self.addressed(operation, known, &body);
        let mut request = request;
        request.content_type = Some(media);
        Some(request.with_json(&body))
    }

    /// The request with new values for required header parameters of free text: such values are keys
    /// that may not meet.
    #[must_use]
    pub fn freshened(&self, operation: &Operation, mut request: Request) -> Request {
        for parameter in &operation.parameters {
            if parameter.location == ParameterLocation::Header
                && parameter.required
                && !is_conditional(parameter)
                && let Some(value) = self.parameter_value(parameter)
            {
                request = wire::place(request, parameter, &value);
            }
        }
        self.fresh_query(operation, request, None)
    }

    /// An identifier of the same form as a known one that was seen nowhere.
    #[must_use]
    pub fn stranger(&self, schema: SchemaId, known: &str) -> Option<String> {
        let seen = self.seen(schema);
        let fits = |text: &String| {
            text != known
                && !seen.contains(text)
                && self
                    .judge
                    .is_valid(schema, Direction::Request, &self.typed(schema, text))
        };
        // Numbers are given out one after the other: only far away from them nothing is.
        let number = known.parse::<i64>().is_ok() && !known.starts_with('0');
        let far = [2_147_400_000_u64, 1_999_900_000, 999_900_000, 9_990_000]
            .into_iter()
            .filter(|_| number)
            .map(|base| (base + self.salt.fetch_add(1, Ordering::Relaxed) % 9_000).to_string());
        let near = CHANGED
            .into_iter()
            .flat_map(|changed| (1..=3).map(move |step| turned(known, step, changed)));
        // Where only a few numbers are valid, each of them may be there.
        far.chain(near.filter(|_| !number || known.len() > 6))
            .find(fits)
    }

    /// The resource with a stranger in place of the last part of its path.
    #[must_use]
    pub fn strange_resource(&self, operation: &Operation, known: &Resource) -> Option<Resource> {
        let last = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path)
            .filter_map(|parameter| {
                Some((
                    operation.path.find(&format!("{{{}}}", parameter.name))?,
                    parameter,
                ))
            })
            .max_by_key(|(at, _)| *at)
            .map(|(_, parameter)| parameter)?;
        let stranger = self.stranger(last.schema()?, known.path.get(&last.name)?)?;
        let mut resource = known.clone();
        resource.path.insert(last.name.clone(), stranger);
        Some(resource)
    }

    /// A body in which every known identifier is replaced by a stranger; `None` where it holds none.
    #[must_use]
    pub fn with_strange_ids(&self, operation: &Operation, body: &Value) -> Option<Value> {
        let (_, schema) = self.body_schema(operation)?;
        let mut changed = body.clone();
        self.each_id(schema, &mut changed, 0, &mut |context, id, text, _| {
            if let Some(stranger) = context.stranger(id, text) {
                *text = stranger;
            }
        });
        // References that are called after what they refer to.
        for (name, id) in properties(&self.api, schema) {
            let Some(Value::String(known)) = changed.get(&name) else {
                continue;
            };
            let stranger = self.stranger(id, known).filter(|_| self.is_related(&name));
            if let (Some(stranger), Some(members)) = (stranger, changed.as_object_mut()) {
                members.insert(name, stranger.into());
            }
        }
        let differs = changed != *body && self.judge.is_valid(schema, Direction::Request, &changed);
        differs.then_some(changed)
    }

    /// The text as an instance: a number where the schema wants one.
    pub(crate) fn typed(&self, schema: SchemaId, text: &str) -> Value {
        let as_text = Value::String(text.to_owned());
        if self.judge.is_valid(schema, Direction::Request, &as_text) {
            return as_text;
        }
        text.parse::<i64>().map_or(as_text, Value::from)
    }
}

/// The text with letters and digits near its end moved on: digits stay digits, letters letters of
/// the first six, so that hexadecimal stays hexadecimal.
fn turned(text: &str, step: u32, changed: usize) -> String {
    let count = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(at, c)| {
            let turn = |base: char, width: u32| {
                char::from_u32(u32::from(base) + (u32::from(c) - u32::from(base) + step) % width)
                    .unwrap_or(c)
            };
            match c {
                _ if at + changed < count => c,
                '0'..='9' => turn('0', 10),
                'a'..='f' => turn('a', 6),
                'A'..='F' => turn('A', 6),
                'g'..='z' => turn('g', 20),
                'G'..='Z' => turn('G', 20),
                other => other,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::turned;

    #[test]
    fn a_turned_identifier_keeps_its_form() {
        assert_eq!(turned("acc_0199", 1, 12), "bdd_1200");
        assert_eq!(
            turned("0190f3c2-7b6e-7d4a-9c1b-2f3e4d5c6b7a", 1, 12),
            "0190f3c2-7b6e-7d4a-9c1b-3a4f5e6d7c8b"
        );
    }
}
