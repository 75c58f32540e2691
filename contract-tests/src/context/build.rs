//! Valid requests: from the document's examples and generated values, with identifiers that exist.

use super::condition::{CURRENT, is_demanded, is_if_match};
use super::json_patch::is_json_patch;
use super::{Context, Resource};
use crate::{
    form::{as_read, form_of, is_form},
    generate::Generator,
    paths,
    request::Request,
    rules::infer::{envelope::unwrapped, property, snake},
    wire,
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, Parameter, ParameterLocation, SchemaId, Shape},
};
use serde_json::Value;

impl Context {
    /// Values for requests.
    #[must_use]
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// A request with required parameters only and no body: `None` where the path cannot be filled.
    #[must_use]
    pub fn bare_request(&self, operation: &Operation, resource: &Resource) -> Option<Request> {
        let path = wire::path(operation, |parameter| {
            resource
                .path
                .get(&parameter.name)
                .map(|text| Value::String(text.clone()))
        })?;
        let mut request = Request::new(operation.method.as_str(), path);
        request.operation = Some(operation.id.clone());
        request.json_media = self
            .body_schema(operation)
            .map(|(media, _)| media)
            .filter(|media| crate::media::is_json(media));
        for parameter in &operation.parameters {
            if parameter.location == ParameterLocation::Path {
                continue;
            }
            let known = self.settings.known(&operation.id.0, &parameter.name);
            if let Some(name) = self.own_name(operation, parameter) {
                request = wire::place(request, parameter, &name);
            } else if let Some(known) = known.first() {
                request = wire::place(request, parameter, &Value::String(known.clone()));
            } else if parameter.required || is_demanded(operation, parameter) {
                let value = self.parameter_value(parameter)?;
                request = wire::place(request, parameter, &value);
            }
        }
        Some(request)
    }

    /// A name for what is made, where a parameter of the query gives it one.
    fn own_name(&self, operation: &Operation, parameter: &Parameter) -> Option<Value> {
        let own = parameter.required
            && parameter.location == ParameterLocation::Query
            && self.names_own(operation, &parameter.name);
        let schema = parameter.schema().filter(|_| own)?;
        self.generator().example(schema)
    }

    /// The name that the query of a request gives to what it makes: which parameter, and the name.
    pub(crate) fn own_query(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Option<(String, String)> {
        let mut all = operation.parameters.iter();
        let named = all.find(|it| self.own_name(operation, it).is_some())?;
        let mut query = request.query.iter();
        query.find(|(name, _)| *name == named.name).cloned()
    }

    /// A valid value for a parameter. Free text that must be there is unique, so that keys do not meet.
    #[must_use]
    pub fn parameter_value(&self, parameter: &Parameter) -> Option<Value> {
        if is_if_match(parameter) {
            return Some(Value::String(CURRENT.to_owned()));
        }
        let schema = parameter.schema()?;
        if let Some(seen) = self.seen(schema).into_iter().next()
            && self.is_identifier(schema)
        {
            return Some(Value::String(seen));
        }
        if let Some(known) = self.related(&parameter.name).first() {
            let known = self.typed(schema, known);
            if self.judge.is_valid(schema, Direction::Request, &known) {
                return Some(known);
            }
        }
        let resolved = self.api.schema(self.api.resolve(schema));
        let text = matches!(resolved.shape, Shape::String(_));
        if parameter.location == ParameterLocation::Header && text {
            if is_key(&parameter.name)
                && let Some(unique) = self.unique_text(schema)
            {
                return Some(Value::String(unique));
            }
            let unique = Value::String(format!("counterpart-{}", self.unique()));
            let valid = || self.judge.is_valid(schema, Direction::Request, &unique);
            if resolved.string.pattern.is_none() && valid() {
                return Some(unique);
            }
        }
        let mut examples = parameter
            .examples
            .iter()
            .map(|example| example.value.to_serde());
        let carried = |value: &Value| wire::is_carried(parameter, value);
        examples
            .find(|value| carried(value) && self.judge.is_valid(schema, Direction::Request, value))
            .or_else(|| self.generator().example(schema).filter(carried))
            .or_else(|| {
                let cases = self.generator().positives(schema);
                let mut values = cases.cases.iter().map(|case| &case.value);
                values.find(|value| carried(value)).cloned()
            })
    }

    /// A text that was not used, of the form that a schema gives it; `None` where none could be made.
    pub(crate) fn unique_text(&self, schema: SchemaId) -> Option<String> {
        const TRIED: usize = 40;
        let fits = |text: &String| {
            let value = Value::String(text.clone());
            self.judge.is_valid(schema, Direction::Request, &value)
        };
        let plain = format!("counterpart-{}", self.unique());
        let bare = plain.replace('-', "");
        let uuid = uuid::Uuid::new_v4().to_string();
        let short = self.unique();
        let made = [plain, uuid, bare, short].into_iter().find(fits);
        made.or_else(|| {
            let mut rng = self.chance();
            (0..TRIED).find_map(|_| {
                let value = self.generator().random(schema, &mut rng);
                let text = value.as_str().map(str::to_owned)?;
                let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic());
                (plain && fits(&text)).then_some(text)
            })
        })
    }

    /// The media type and schema of an operation's body, if it takes JSON or else a form.
    #[must_use]
    pub fn body_schema(&self, operation: &Operation) -> Option<(String, SchemaId)> {
        let body = operation.body.as_ref()?;
        let json = body.content.iter().find_map(|(media, content)| {
            crate::media::is_json(media).then_some((media.clone(), content.schema?))
        });
        json.or_else(|| form_of(operation))
    }

    /// Whether a body of this media type and schema is valid as the server reads it.
    fn is_sendable(
        &self,
        operation: &Operation,
        media: &str,
        schema: SchemaId,
        value: &Value,
    ) -> bool {
        let valid = |value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        if !is_form(media) {
            return valid(value);
        }
        as_read(&self.judge, operation, media, value).is_some_and(|read| valid(&read))
    }

    /// Valid bodies for an operation, the document's examples first; an empty list where it takes none.
    #[must_use]
    pub fn bodies(&self, operation: &Operation) -> Vec<Value> {
        let Some(body) = &operation.body else {
            return Vec::new();
        };
        let Some((media, schema)) = self.body_schema(operation) else {
            return Vec::new();
        };
        let examples = body.content.get(&media).into_iter();
        let examples = examples
            .flat_map(|content| &content.examples)
            .map(|example| example.value.to_serde());
        let own = self.settings.overrides.get(&operation.id.0);
        let own = own.and_then(|own| own.body.clone());
        let mut bodies: Vec<Value> = own
            .into_iter()
            .chain(examples)
            .filter(|value| self.is_sendable(operation, &media, schema, value))
            .collect();
        let documented = bodies.len();
        if let Some(generated) = self.generator().example(schema)
            && self.is_sendable(operation, &media, schema, &generated)
            && !bodies.contains(&generated)
        {
            bodies.push(generated);
        }
        if is_json_patch(&media) {
            let patches = self.json_patches(operation, schema);
            bodies.splice(0..0, patches);
        }
        // One with much in it, where the others are refused for what they lack.
        let cases = self.generator().positives(schema);
        let members = richness;
        let richest = cases.cases.iter().map(|case| &case.value);
        let richest = richest.filter(|value| self.is_sendable(operation, &media, schema, value));
        if let Some(richest) = richest.max_by_key(|value| members(value))
            && bodies.iter().all(|body| members(body) < members(richest))
        {
            bodies.push(richest.clone());
        }
        let mut ordered: Vec<Value> = Vec::new();
        for (at, body) in bodies.into_iter().enumerate() {
            let turned = self.in_order(schema, &body, "-");
            // What the document or the user gives is tried as it is.
            for body in (at < documented)
                .then_some(body)
                .into_iter()
                .chain([turned])
            {
                if !ordered.contains(&body) {
                    ordered.push(body);
                }
            }
        }
        // What is over may be refused: a booking of yesterday.
        let mut bodies = ordered.iter();
        let ahead = bodies.find_map(|body| self.ahead(schema, body));
        ordered.extend(ahead.filter(|body| self.is_sendable(operation, &media, schema, body)));
        ordered
    }

    /// A body in which identifiers that were seen stand where such identifiers belong. `turn` picks
    /// among them, so that trying again tries others.
    #[must_use]
    pub fn with_known_ids(&self, operation: &Operation, body: &Value, turn: usize) -> Value {
        let Some((_, schema)) = self.body_schema(operation) else {
            return body.clone();
        };
        let mut changed = body.clone();
        self.relate(operation, schema, &mut changed, turn);
        self.put_known_ids(schema, &mut changed, turn);
        self.put_kin(operation, schema, &mut changed, turn);
        if self.judge.is_valid(schema, Direction::Request, &changed) {
            changed
        } else {
            body.clone()
        }
    }

    /// Puts identifiers that were seen where such identifiers belong: in a list different ones where they differ.
    fn put_known_ids(&self, schema: SchemaId, value: &mut Value, turn: usize) {
        self.each_id(schema, value, 0, &mut |context, id, text, at| {
            let seen = context.seen(id);
            let known = (turn + at).checked_rem(seen.len());
            if let Some(known) = known.and_then(|at| seen.get(at)) {
                text.clone_from(known);
            }
        });
    }

    /// A list of identifiers that are well-formed, with as many different ones that exist; `None` where it is no such list,
    /// or not so many are known.
    pub(crate) fn with_known_items(&self, schema: SchemaId, list: &Value) -> Option<Value> {
        let items = self.api.schema(self.api.resolve(schema)).array.items?;
        let valid = |item: &Value| self.judge.is_valid(items, Direction::Request, item);
        let all = list.as_array()?;
        let different: std::collections::HashSet<&str> =
            all.iter().filter_map(Value::as_str).collect();
        let known = self.seen(items).len();
        if !self.is_identifier(items) || !all.iter().all(valid) || different.len() > known {
            return None;
        }
        let mut changed = list.clone();
        self.put_known_ids(schema, &mut changed, 0);
        Some(changed)
    }

    /// A body that names the item which it is sent to, where it names one: JSON:API, among others, wants both.
    #[must_use]
    pub fn addressed(&self, operation: &Operation, resource: &Resource, body: &Value) -> Value {
        let body = &self.with_kin_below(operation, resource, body);
        let body = &self.with_values_above(operation, resource, body);
        let place = || {
            let (_, schema) = self.body_schema(operation)?;
            let (_, name) = paths::item(&operation.path)?;
            let value = resource.path.get(name)?;
            let (outer, inner) = unwrapped(&self.api, schema);
            let plain = snake(name);
            let by_id = ["id", "uuid"].contains(&plain.rsplit('_').next().unwrap_or_default());
            let names = [plain.as_str(), "id"];
            let names = names.get(..if by_id { 2 } else { 1 })?;
            let (own, id) = names
                .iter()
                .find_map(|name| property(&self.api, inner, name))
                .filter(|_| by_id || operation.method == Method::Put)?;
            let (said, target) = (self.api.schema(id), self.api.schema(self.api.resolve(id)));
            (!said.read_only && !target.read_only)
                .then(|| (schema, outer.child(&own), id, self.typed(id, value)))
        };
        let Some((schema, place, id, value)) = place() else {
            return body.clone();
        };
        let valid = |schema, value: &Value| self.judge.is_valid(schema, Direction::Request, value);
        // What breaks the identifier itself stays broken.
        if !place.get(body).is_some_and(|there| valid(id, there)) {
            return body.clone();
        }
        let mut changed = body.clone();
        place.put(&mut changed, value);
        if valid(schema, &changed) == valid(schema, body) {
            changed
        } else {
            body.clone()
        }
    }

    /// Calls `visit` with each identifier in a body, the schema that it has, and which one of a list it is.
    pub(super) fn each_id(
        &self,
        schema: SchemaId,
        value: &mut Value,
        depth: usize,
        visit: &mut dyn FnMut(&Self, SchemaId, &mut String, usize),
    ) {
        if depth > 12 {
            return;
        }
        let id = self.api.resolve(schema);
        if let Value::String(text) = value {
            if self.is_identifier(id) {
                visit(self, id, text, 0);
            }
            return;
        }
        let schema = self.api.schema(id);
        for inner in schema
            .reference
            .iter()
            .chain(&schema.all_of)
            .chain(&schema.any_of)
            .chain(&schema.one_of)
        {
            self.each_id(*inner, value, depth + 1, visit);
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if let Some(property) = schema.object.properties.get(name) {
                        self.each_id(*property, value, depth + 1, visit);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(place) = schema.array.items {
                    let mut kinds: Vec<Value> = Vec::new();
                    for item in items {
                        // What is the same stays the same.
                        let first = kinds.iter().position(|it| it == item).unwrap_or_else(|| {
                            kinds.push(item.clone());
                            kinds.len() - 1
                        });
                        self.each_id(place, item, depth + 1, &mut |context, id, text, inner| {
                            visit(context, id, text, inner + first);
                        });
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a header is called as one whose value tells requests apart, and may not meet.
fn is_key(name: &str) -> bool {
    let name = snake(name);
    [
        "idempot",
        "request_id",
        "correlation",
        "dedup",
        "nonce",
        "trace_id",
        "transaction_id",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// How much there is in an instance: members, and members of those.
fn richness(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.len() + members.values().map(richness).sum::<usize>(),
        Value::Array(items) => items.iter().take(2).map(richness).sum(),
        _ => 0,
    }
}
