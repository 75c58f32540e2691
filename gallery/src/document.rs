//! The document as the service uses it: which operation a request is for, and whether it is valid.
//!
//! Requests are judged by the `jsonschema` crate, so that service and contract tests share no code that could be
//! wrong in both.

use crate::answer::{Asked, Reply};
use crate::faults::{Effect, Fault};
use counterpart_model::{
    Api, Direction,
    api::{Operation, ParameterLocation, SchemaId, TypeSet},
};
use futures::FutureExt as _;
use jsonschema::Validator;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Validators for everything a request may hold.
pub(crate) struct Document {
    pub(crate) api: Api,
    /// Operation id, and the parameter's name or `body`.
    validators: HashMap<(String, String), Validator>,
}

impl Document {
    /// Reads the document, as a fault has it.
    pub(crate) fn load(text: &str, fault: Option<&Fault>) -> Result<Self, String> {
        let loaded = counterpart_model::load_str("gallery.yaml", text);
        let api = loaded.api.ok_or("the document cannot be used")?;
        let mut validators = HashMap::new();
        for operation in &api.operations {
            let id = operation.id.0.clone();
            let bodies = operation.body.iter().flat_map(|body| body.content.values());
            let body = bodies.filter_map(|media| media.schema).next();
            let parameters = operation.parameters.iter();
            let parameters = parameters.filter_map(|it| Some((it.name.clone(), it.schema()?)));
            for (name, schema) in parameters.chain(body.map(|schema| ("body".to_owned(), schema))) {
                let mut json = api.json_schema(schema, Direction::Request);
                if let Some(fault) = fault {
                    bend(&mut json, &fault.effect, &id, &name);
                }
                let validator = jsonschema::options()
                    .should_validate_formats(true)
                    .build(&json)
                    .map_err(|error| error.to_string())?;
                validators.insert((id.clone(), name), validator);
            }
        }
        Ok(Self { api, validators })
    }

    /// The operations at a path, and the values of its parameters: literal paths before templates.
    pub(crate) fn at(&self, path: &str) -> Option<(Vec<&Operation>, Vec<String>)> {
        let mut templates: Vec<&str> = Vec::new();
        for operation in &self.api.operations {
            if !templates.contains(&operation.path.as_str()) {
                templates.push(&operation.path);
            }
        }
        templates.sort_by_key(|template| template.matches('{').count());
        let (template, values) = templates
            .into_iter()
            .find_map(|template| Some((template, fits(template, path)?)))?;
        let operations = self.api.operations.iter();
        let operations = operations.filter(|operation| operation.path == template);
        Some((operations.collect(), values))
    }

    /// Why a request is refused, if it is.
    pub(crate) fn refusal(&self, operation: &Operation, asked: &Asked) -> Option<Reply> {
        let mut names = operation.path.split('{').skip(1);
        for value in &asked.path {
            let name = names.next()?.split('}').next()?;
            if !self.is_valid(operation, name, value) {
                return Some(Reply::error(400, "no such id can be", Some(name)));
            }
        }
        for parameter in &operation.parameters {
            let name = parameter.name.as_str();
            let given: Vec<&str> = match parameter.location {
                ParameterLocation::Query => {
                    let pairs = asked.query.iter().filter(|(known, _)| known == name);
                    pairs.map(|(_, value)| value.as_str()).collect()
                }
                ParameterLocation::Header => {
                    asked.header(&name.to_lowercase()).into_iter().collect()
                }
                _ => continue,
            };
            if parameter.required && given.is_empty() {
                return Some(Reply::error(400, "it is missing", Some(name)));
            }
            let bad = given.len() > 1
                || given
                    .iter()
                    .any(|text| !self.is_valid(operation, name, text));
            if bad {
                return Some(Reply::error(400, "it is not valid", Some(name)));
            }
        }
        None
    }

    /// Whether a body is valid.
    pub(crate) fn takes(&self, operation: &Operation, body: &Value) -> bool {
        let key = (operation.id.0.clone(), "body".to_owned());
        self.validators
            .get(&key)
            .is_none_or(|validator| validator.is_valid(body))
    }

    fn is_valid(&self, operation: &Operation, name: &str, text: &str) -> bool {
        let key = (operation.id.0.clone(), name.to_owned());
        let Some(validator) = self.validators.get(&key) else {
            return true;
        };
        let parameter = operation.parameters.iter().find(|it| it.name == name);
        let value = parameter
            .and_then(|it| it.schema())
            .map_or_else(|| text.into(), |schema| self.typed(schema, text));
        validator.is_valid(&value)
    }

    /// A text as a value of the type its schema has.
    pub(crate) fn typed(&self, schema: SchemaId, text: &str) -> Value {
        let schema = self.api.schema(self.api.resolve(schema));
        let types = schema.types.without(TypeSet::NULL);
        if types == TypeSet::INTEGER || types == TypeSet::NUMBER {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty()
                && digits
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.');
            if let Some(value) = serde_json::from_str(text).ok().filter(|_| plain) {
                return value;
            }
        }
        match text {
            "true" if types == TypeSet::BOOLEAN => true.into(),
            "false" if types == TypeSet::BOOLEAN => false.into(),
            _ => text.into(),
        }
    }

    /// A form as the object it stands for; in words why it is none.
    pub(crate) fn form(
        &self,
        operation: &Operation,
        content_type: &str,
        bytes: &bytes::Bytes,
    ) -> Result<Value, String> {
        let texts = match multer::parse_boundary(content_type) {
            Err(_) if content_type.starts_with("multipart/") => {
                return Err("no boundary".to_owned());
            }
            Err(_) => url::form_urlencoded::parse(bytes).into_owned().collect(),
            Ok(boundary) => {
                let bytes = bytes.clone();
                let all = futures::stream::once(async { Ok::<_, std::io::Error>(bytes) });
                let parts = parts(multer::Multipart::new(all, boundary)).now_or_never();
                parts.and_then(Result::ok).ok_or("no multipart body")?
            }
        };
        let body = operation.body.as_ref();
        let schema = body
            .and_then(|body| body.content.values().find_map(|media| media.schema))
            .map(|schema| self.api.schema(self.api.resolve(schema)));
        let mut members = Map::new();
        for (name, text) in texts {
            let property = schema.and_then(|schema| schema.object.properties.get(&name).copied());
            let own = property.map(|id| self.api.schema(self.api.resolve(id)));
            let types = own.map_or(TypeSet::ALL, |own| own.types);
            if types == TypeSet::ARRAY {
                let list = members
                    .entry(name)
                    .or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(items) = list {
                    items.push(text.into());
                }
                continue;
            }
            let value = match property {
                Some(_) if types == TypeSet::OBJECT => {
                    serde_json::from_str(&text).unwrap_or(Value::Null)
                }
                Some(id) => self.typed(id, &text),
                None => text.into(),
            };
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

async fn parts(mut body: multer::Multipart<'_>) -> Result<Vec<(String, String)>, multer::Error> {
    let mut all = Vec::new();
    while let Some(part) = body.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await?;
        all.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(all)
}

/// Changes a schema as a fault does.
fn bend(schema: &mut Value, effect: &Effect, operation: &str, name: &str) {
    match effect {
        Effect::Lax {
            at: (of, part),
            pointer,
        } if (*of, *part) == (operation, name) => {
            let (parent, keyword) = pointer.rsplit_once('/').unwrap_or(("", pointer));
            match schema.pointer_mut(parent) {
                Some(Value::Object(members)) => {
                    members.remove(keyword);
                }
                Some(Value::Array(items)) => {
                    if let Ok(at) = keyword.parse::<usize>() {
                        items.remove(at);
                    }
                }
                _ => {}
            }
        }
        Effect::Strict {
            at: (of, part),
            pointer,
            value,
        } if (*of, *part) == (operation, name) => {
            let (parent, keyword) = pointer.rsplit_once('/').unwrap_or(("", pointer));
            if let Some(Value::Object(members)) = schema.pointer_mut(parent) {
                let value = serde_json::from_str(value).unwrap_or_default();
                members.insert(keyword.to_owned(), value);
            }
        }
        _ => {}
    }
}

/// The values of a template's parameters in a path.
fn fits(template: &str, path: &str) -> Option<Vec<String>> {
    let (left, right): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    if left.len() != right.len() {
        return None;
    }
    let mut values = Vec::new();
    for (known, given) in left.into_iter().zip(right) {
        if known.starts_with('{') {
            let text = percent_encoding::percent_decode_str(given).decode_utf8_lossy();
            values.push(text.into_owned());
        } else if known != given {
            return None;
        }
    }
    Some(values)
}
