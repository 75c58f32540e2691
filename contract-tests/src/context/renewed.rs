//! Values that were not used before: of the length and kind of those that were.

use super::{Context, fresh::Renewal, slots::moved};
use crate::{generate::Rng, request::Request, rules::infer::snake};
use counterpart_model::{
    Direction,
    api::{Method, Operation, ParameterLocation, SchemaId, Shape},
};
use serde_json::Value;
use std::sync::atomic::Ordering;

/// How many texts are made up to find one that is new.
const MADE_UP: usize = 40;

/// Shorter texts are codes of something rather than names.
const SHORTEST: usize = 6;

/// Words in the names of properties that hold what no two resources share.
const NAMES: [&str; 24] = [
    "alias",
    "code",
    "domain",
    "email",
    "external",
    "handle",
    "isbn",
    "key",
    "label",
    "login",
    "mobile",
    "name",
    "nickname",
    "number",
    "path",
    "phone",
    "reference",
    "serial",
    "sku",
    "slug",
    "subject",
    "title",
    "user",
    "identifier",
];

impl Context {
    /// A request with new values in the parts of its query that name what is made: `?portId=…`.
    pub(super) fn renewed_query(
        &self,
        operation: &Operation,
        mut request: Request,
        renewal: Renewal,
        except: Option<&str>,
    ) -> Request {
        let names = operation.parameters.iter().filter(|it| {
            let name = snake(&it.name);
            let identifies = name == "id" || name.ends_with("_id") || is_name(&name);
            it.location == ParameterLocation::Query
                && it.required
                && identifies
                && except != Some(it.name.as_str())
                && (self.names_own(operation, &it.name) || !self.is_related(&it.name))
        });
        for parameter in
            names.filter(|_| operation.method == Method::Post && renewal >= Renewal::Names)
        {
            let known = request
                .query
                .iter()
                .find(|(name, _)| *name == parameter.name);
            if let (Some((_, text)), Some(schema)) = (known, parameter.schema())
                && let schema = self.api.resolve(schema)
                && let Some(new) = self.renewed_text(schema, text, Renewal::Texts)
            {
                request = request.set_query(&parameter.name, new);
            }
        }
        request
    }

    /// A body with new values. It stays as valid, or as invalid, as it was.
    pub(super) fn renewed(&self, operation: &Operation, body: &Value, renewal: Renewal) -> Value {
        let Some((_, schema)) = self.body_schema(operation) else {
            return body.clone();
        };
        let mut changed = body.clone();
        self.walk_fresh(schema, "", &mut changed, renewal, 0);
        if renewal == Renewal::Slots {
            moved(&mut changed, self.next_slot());
        }
        let judged = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        if judged(&changed) == judged(body) {
            changed
        } else {
            body.clone()
        }
    }

    fn walk_fresh(
        &self,
        schema: SchemaId,
        name: &str,
        value: &mut Value,
        renewal: Renewal,
        depth: usize,
    ) {
        if depth > 12 {
            return;
        }
        let id = self.api.resolve(schema);
        let schema = self.api.schema(id);
        match value {
            Value::String(text) => {
                let wanted = is_email(schema.string.format.as_deref(), name)
                    || (renewal >= Renewal::Names && is_name(name))
                    || (renewal == Renewal::Texts
                        && !self.is_identifier(id)
                        && !self.is_related(name)
                        && schema.enumeration.is_none());
                if wanted
                    && matches!(schema.shape, Shape::String(_))
                    && let Some(new) = self.renewed_text(id, text, renewal)
                {
                    *text = new;
                }
            }
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if let Some(property) = self.property_of(id, name, 0) {
                        self.walk_fresh(property, name, value, renewal, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schema of a property, wherever in place it stands.
    fn property_of(&self, schema: SchemaId, name: &str, depth: usize) -> Option<SchemaId> {
        if depth > 12 {
            return None;
        }
        let schema = self.api.schema(self.api.resolve(schema));
        if let Some(property) = schema.object.properties.get(name) {
            return Some(*property);
        }
        let inner = schema.reference.iter().chain(&schema.all_of);
        let inner = inner.chain(&schema.any_of).chain(&schema.one_of);
        inner
            .copied()
            .find_map(|inner| self.property_of(inner, name, depth + 1))
    }

    /// A text of the same length and kind with other letters and digits; `None` where none is valid.
    fn renewed_text(&self, schema: SchemaId, text: &str, renewal: Renewal) -> Option<String> {
        let end = text.find('@').unwrap_or(text.len());
        let valid = |text: &str| {
            let value = Value::String(text.to_owned());
            self.judge.is_valid(schema, Direction::Request, &value)
        };
        if !valid(text) {
            return None;
        }
        if text.chars().count() < SHORTEST {
            let new = (renewal >= Renewal::Short).then(|| self.unique());
            let made_up = || self.made_up(schema, renewal);
            return new.filter(|new| valid(new)).or_else(made_up);
        }
        // The domain of an address that was made for its length is nobody's.
        let local = text.get(..end).unwrap_or_default();
        let end = if local.len() < SHORTEST && text.len() > 64 {
            text.rfind('.').unwrap_or(end)
        } else {
            end
        };
        // The local part of an address may be too short to hold anything new.
        if text.contains('@') {
            let longer = format!("{}.{text}", self.unique());
            if valid(&longer) {
                return Some(longer);
            }
        }
        // What stands at the end is least likely to mean something; all of it where that is not enough to be new.
        let mut rng = self.chance();
        let mut any = |first: u8, of: usize| -> char {
            let step = u8::try_from(rng.below(of)).unwrap_or(0);
            char::from(first + step)
        };
        let mut left = 12_usize;
        let mut out: Vec<char> = Vec::new();
        for (at, character) in text.char_indices().rev() {
            let new = match character {
                _ if at >= end || left == 0 => None,
                '0'..='9' => Some(any(b'0', 10)),
                'a'..='z' => Some(any(b'a', 26)),
                'A'..='Z' => Some(any(b'A', 26)),
                _ => None,
            };
            left -= usize::from(new.is_some());
            out.push(new.unwrap_or(character));
        }
        let new: String = out.into_iter().rev().collect();
        let mut new = (new != text && valid(&new)).then_some(new);
        // What has no letter of these keeps what it has at its beginning, and its length in characters.
        if new.is_none() {
            let count = text.chars().count();
            let kept: String = text.chars().take(count - (count / 2).min(12)).collect();
            let more = kept.chars().count()..count;
            let other: String = kept.chars().chain(more.map(|_| any(b'a', 26))).collect();
            new = Some(other).filter(|it| valid(it));
        }
        new.or_else(|| self.made_up(schema, renewal))
    }

    /// Other numbers in every run, so that what one has made does not stand in the way of the next.
    pub(super) fn chance(&self) -> Rng {
        let (high, low) = uuid::Uuid::now_v7().as_u64_pair();
        Rng::new(high ^ low ^ self.salt.fetch_add(1, Ordering::Relaxed))
    }

    /// A text that the schema allows and hardly anybody has used: where it has a form of its own.
    fn made_up(&self, schema: SchemaId, renewal: Renewal) -> Option<String> {
        let of = self.api.schema(schema);
        if renewal < Renewal::Short || of.string.pattern.is_none() {
            return None;
        }
        let mut rng = self.chance();
        let mut texts = (0..MADE_UP).filter_map(|_| {
            let value = self.generator().random(schema, &mut rng);
            let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_graphic());
            let text = value.as_str().filter(plain)?.to_owned();
            self.judge
                .is_valid(schema, Direction::Request, &value)
                .then_some(text)
        });
        texts.find(|text| text.len() >= SHORTEST)
    }
}

fn is_email(format: Option<&str>, name: &str) -> bool {
    matches!(format, Some("email" | "idn-email")) || name.to_ascii_lowercase().contains("email")
}

fn is_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}
