//! One request, changed in one place.

use super::around::around;
use crate::{
    context::{Context, Draft, Resource, condition::is_conditional},
    form::{as_read, is_form},
    generate::Case,
    paths,
    request::Request,
    rules::{
        Pagination,
        infer::{clauses, has_word, is_handed_out, properties, says, sentences, tells_form},
    },
    wire,
};
use counterpart_model::{
    Direction, Origin,
    api::{Method, Operation, Parameter, ParameterLocation, SchemaId, Shape, StatusKey},
};
use serde_json::Value;

/// A change to a valid request, and what it is about.
pub(super) struct Variation {
    /// In words: `query limit = 0: minimum is 1`.
    pub(super) what: String,
    /// The keyword, or what stands for one.
    pub(super) keyword: String,
    /// The line of the document.
    pub(super) origin: Origin,
    /// The request.
    pub(super) request: Request,
}

impl Variation {
    /// Whether it is about the type of a value, or its format.
    pub(super) fn is_of_form(&self) -> bool {
        ["type", "format"].contains(&self.keyword.as_str())
    }

    /// What the member is called that it is about: the last part of the place that it names.
    pub(super) fn member(&self) -> &str {
        let place = self.what.strip_prefix("body: ").unwrap_or_default();
        let place = place.split(' ').next().unwrap_or_default();
        place.rsplit('/').next().unwrap_or_default()
    }
}

/// A valid value, and where in the request it stands.
pub(super) enum Trial<'a> {
    /// A value of a parameter.
    Parameter(&'a Parameter, Case),
    /// A body of this media type and schema.
    Body(String, SchemaId, Case),
    /// The body as it is, with another content type that means the same (RFC 9110 §8.3.1).
    ContentType(String),
}

impl Trial<'_> {
    /// Whether it is about what stands in the path.
    pub(super) fn is_of_path(&self) -> bool {
        matches!(self, Self::Parameter(it, _) if it.location == ParameterLocation::Path)
    }

    /// The same a step further in, where it tries a number at a limit: by steps of different sizes.
    pub(super) fn inside(&self) -> Vec<Trial<'_>> {
        const STEPS: [f64; 4] = [1.0, 0.5, 0.25, 0.01];
        let Self::Body(media, schema, case) = self else {
            return Vec::new();
        };
        let sign = match case.keyword {
            "maximum" => -1.0,
            "minimum" => 1.0,
            _ => return Vec::new(),
        };
        let Some(limit) = case.value.pointer(&case.pointer) else {
            return Vec::new();
        };
        let stepped = |step: f64| -> Option<Trial<'_>> {
            let value = match limit.as_i64() {
                Some(whole) if step < 1.0 => Value::from(whole as f64 + sign * step),
                Some(whole) if sign < 0.0 => Value::from(whole.checked_sub(1)?),
                Some(whole) => Value::from(whole.checked_add(1)?),
                None => Value::from(limit.as_f64()? + sign * step),
            };
            let mut case = case.clone();
            *case.value.pointer_mut(&case.pointer)? = value;
            Some(Trial::Body(media.clone(), *schema, case))
        };
        STEPS.into_iter().filter_map(stepped).collect()
    }

    /// The value that is tried, as it is written where it is no text.
    pub(super) fn value(&self) -> String {
        match self {
            Self::Parameter(_, case) | Self::Body(_, _, case) => {
                let value = case.value.pointer(&case.pointer).unwrap_or(&case.value);
                wire::scalar(value)
            }
            Self::ContentType(media) => media.clone(),
        }
    }

    /// What it tries, in words.
    pub(super) fn what(&self) -> String {
        match self {
            Self::Parameter(parameter, case) => format!("{} {}", parameter.name, case.what),
            Self::Body(_, _, case) => case.what.clone(),
            Self::ContentType(media) => media.clone(),
        }
    }

    /// What it tries of which schema.
    fn kind(&self) -> String {
        match self {
            Self::Parameter(_, case) | Self::Body(_, _, case) => {
                format!("{} {}", case.keyword, case.schema.pointer)
            }
            Self::ContentType(_) => "contentType".to_owned(),
        }
    }
}

/// Valid and invalid values of every parameter and the body, one change at a time.
pub(super) struct Variations<'a> {
    pub(super) context: &'a Context,
    pub(super) operation: &'a Operation,
    pub(super) base: Request,
    pub(super) body: Option<Value>,
    pub(super) resource: Resource,
}

impl<'a> Variations<'a> {
    pub(super) fn of(context: &'a Context, operation: &'a Operation, draft: &Draft) -> Self {
        Self {
            context,
            operation,
            base: draft.request.clone(),
            body: draft.body.clone(),
            resource: draft.resource.clone(),
        }
    }

    /// The request as it is, but with new values where a value may be used once only.
    pub(super) fn twin(&self) -> Request {
        let request = self.fresh(self.base.clone(), None);
        match &self.body {
            Some(body) if self.context.wants_fresh(self.operation) => {
                let body = self.context.fresh_body(self.operation, body);
                let body = self
                    .context
                    .addressed(self.operation, &self.resource, &body);
                request.with_json(&body)
            }
            _ => request,
        }
    }

    /// Gives header parameters of free text a new value: such values are keys that may not meet.
    fn fresh(&self, mut request: Request, except: Option<&str>) -> Request {
        for parameter in &self.operation.parameters {
            if parameter.location == ParameterLocation::Header
                && parameter.required
                && !is_conditional(parameter)
                && except != Some(parameter.name.as_str())
                && let Some(value) = self.context.parameter_value(parameter)
            {
                request = wire::place(request, parameter, &value);
            }
        }
        self.context.fresh_query(self.operation, request, except)
    }

    fn variation(&self, case: &Case, place: &str, request: Request) -> Variation {
        Variation {
            what: format!("{place}: {}", case.what),
            keyword: case.keyword.to_string(),
            origin: case.schema.clone(),
            request,
        }
    }

    /// Requests that break one rule each, and in words how many where some are left out.
    pub(super) fn invalid(&self) -> (Vec<Variation>, Option<String>) {
        let generator = self.context.generator();
        let mut all = Vec::new();
        for parameter in &self.operation.parameters {
            let place = format!(
                "{} parameter {}",
                parameter.location.as_str(),
                parameter.name
            );
            if parameter.required && parameter.location != ParameterLocation::Path {
                all.push(Variation {
                    what: format!("{place} is left out"),
                    keyword: "required".to_owned(),
                    origin: parameter.origin.clone(),
                    request: self.without(parameter),
                });
            }
            let Some(schema) = parameter.schema() else {
                continue;
            };
            // What is wrong here may be right for the operation that stands in the same place.
            let ambiguous = parameter.location == ParameterLocation::Path
                && paths::is_ambiguous(&self.context.api, self.operation);
            if ambiguous || is_never_refused(parameter) || falls_back(parameter) {
                continue;
            }
            for case in generator.negative(schema) {
                // How nothing is written in a parameter nobody says.
                if is_width(&case) || case.value.is_null() {
                    continue;
                }
                if self.invalid_on_the_wire(parameter, schema, &case.value)
                    && let Some(request) = self.with_parameter(parameter, &case.value)
                {
                    all.push(self.variation(&case, &place, request));
                }
            }
        }
        all.extend(self.wrong_queries());
        if let Some((media, schema)) = self.context.body_schema(self.operation) {
            let json = |value: &Value| {
                let mut request = self.twin();
                request.content_type = Some(media.clone());
                request.with_json(value)
            };
            for case in generator.negative(schema) {
                if is_width(&case) {
                    continue;
                }
                let value = self.rooted(schema, &case);
                if self.form_says(&media, schema, &value, false) {
                    all.push(self.variation(&case, "body", json(&value)));
                }
            }
            all.extend(self.broken_bodies());
            all.extend(self.strange_references());
            all.extend(self.unmet_conditions());
            all.extend(self.turned_ends());
            all.extend(self.turned_pair());
            all.extend(self.equal_pair());
            all.extend(self.strange_to_parent());
        }
        self.context
            .shared(all, |it| format!("{} {}", it.keyword, it.origin.pointer))
    }

    /// Values that are valid, at the limits of what is: each for a request of its own. Also in words how many, where
    /// some are left out.
    pub(super) fn trials(&self) -> (Vec<Trial<'a>>, Option<String>) {
        let handed_out = self.handed_out();
        let generator = self.context.generator();
        let mut all = Vec::new();
        for parameter in &self.operation.parameters {
            let Some(schema) = parameter.schema() else {
                continue;
            };
            // Another valid identifier is another resource: whether it exists is not the document's to say.
            let names = self.names_what_is_put(parameter, schema);
            let path = parameter.location == ParameterLocation::Path && !names;
            if path || !names && self.context.is_identifier(schema) {
                continue;
            }
            // What has a language of its own the schema does not tell: names of fields, directions, expressions.
            if self.is_expression(parameter, schema) {
                continue;
            }
            // Nor is what it handed out itself, and what makes a request conditional (RFC 9110 §13).
            if handed_out.contains(&parameter.name) || is_conditional(parameter) {
                continue;
            }
            // Nor is what only prose limits.
            let said = parameter.description.as_deref().unwrap_or_default();
            if self.is_free_text(schema) && tells_form(said) || self.is_limited(schema) {
                continue;
            }
            let mut cases = generator.positive(schema);
            if names && slashes(parameter) {
                cases.extend(self.with_slash(schema, cases.first()));
            }
            let cases = cases.into_iter();
            all.extend(
                cases
                    .filter(|case| self.valid_on_the_wire(parameter, schema, &case.value))
                    .filter(|case| !names || is_segment(&case.value, slashes(parameter)))
                    .map(|case| Trial::Parameter(parameter, case)),
            );
        }
        if let Some((media, schema)) = self.context.body_schema(self.operation) {
            let cases = generator.positive(schema).into_iter();
            all.extend(cases.map(|case| Trial::Body(media.clone(), schema, case)));
            if self.body.is_some() && !media.contains([';', '*']) && !is_form(&media) {
                // Names of charsets know no case (RFC 9110 §8.3.2).
                for charset in ["utf-8", "UTF-8"] {
                    all.push(Trial::ContentType(format!("{media}; charset={charset}")));
                }
            }
        }
        self.context.shared(all, Trial::kind)
    }

    /// A name with a slash in it, where the schema allows one.
    fn with_slash(&self, schema: SchemaId, like: Option<&Case>) -> Option<Case> {
        let mut case = like?.clone();
        let names = ["counter/part", "Counter/Part", "a/b", "A/B", "1/2"];
        let valid = |name: &&str| {
            let name = Value::from(*name);
            self.context
                .judge
                .is_valid(schema, Direction::Request, &name)
        };
        case.value = Value::from(names.into_iter().find(valid)?);
        case.keyword = "pattern";
        case.what = "has a slash in it".to_owned();
        Some(case)
    }

    /// Whether a parameter is the name below which a PUT makes something: any valid one is as good as another.
    fn names_what_is_put(&self, parameter: &Parameter, schema: SchemaId) -> bool {
        let operation = self.operation;
        let makes = operation.method == Method::Put
            && operation.responses.contains_key(&StatusKey::Code(201));
        let last = operation.path.ends_with(&format!("{{{}}}", parameter.name));
        makes
            && last
            && matches!(
                self.context
                    .api
                    .schema(self.context.api.resolve(schema))
                    .shape,
                Shape::String(_)
            )
    }

    /// The request for a trial; `None` where it cannot be sent on its own.
    pub(super) fn tried(&self, trial: &Trial<'_>) -> Option<Variation> {
        match trial {
            Trial::Parameter(parameter, case) => {
                let mut request = self.with_parameter(parameter, &case.value)?;
                // A body that names what is in the path as well names the same.
                if let Some(body) = request
                    .json()
                    .filter(|it| trial.is_of_path() && it.is_object())
                {
                    let mut resource = self.resource.clone();
                    let value = wire::scalar(&case.value);
                    resource.path.insert(parameter.name.clone(), value);
                    let body = self.context.addressed(self.operation, &resource, &body);
                    request = request.with_json(&body);
                }
                let place = format!(
                    "{} parameter {}",
                    parameter.location.as_str(),
                    parameter.name
                );
                Some(self.variation(case, &place, request))
            }
            Trial::ContentType(content_type) => {
                let mut request = self.twin();
                request.content_type = Some(content_type.clone());
                Some(Variation {
                    what: format!("the content type is {content_type}"),
                    keyword: "contentType".to_owned(),
                    origin: self.operation.body.as_ref()?.origin.clone(),
                    request,
                })
            }
            Trial::Body(media, schema, case) => {
                let mut value = self.rooted(*schema, case);
                let tried = case.pointer.split('/').nth(1).unwrap_or_default();
                if let Value::Object(members) = &mut value {
                    members.retain(|name, _| !self.handed_out().contains(name));
                    for (name, property) in properties(&self.context.api, *schema) {
                        if !members.contains_key(&name) || !self.is_limited(property) {
                            continue;
                        }
                        if name == tried {
                            return None;
                        }
                        // A text whose form only prose tells is the one that was accepted.
                        match self.body.as_ref().and_then(|body| body.get(&name)) {
                            Some(good) => members.insert(name, good.clone()),
                            None => members.remove(&name),
                        };
                    }
                }
                let valid = self
                    .context
                    .judge
                    .is_valid(*schema, Direction::Request, &value);
                (valid && self.form_says(media, *schema, &value, true)).then(|| {
                    let mut request = self.twin();
                    request.content_type = Some(media.clone());
                    self.variation(case, "body", request.with_json(&value))
                })
            }
        }
    }

    /// Whether a body is as valid, or as invalid, as a server reads it from a form; all else says what it is.
    fn form_says(&self, media: &str, schema: SchemaId, value: &Value, valid: bool) -> bool {
        if !is_form(media) {
            return true;
        }
        let judge = |read: Value| {
            let found = self
                .context
                .judge
                .is_valid(schema, Direction::Request, &read);
            found == valid
        };
        as_read(&self.context.judge, self.operation, media, value).is_some_and(judge)
    }

    /// Parameters whose values come from the pages of a list: cursors and tokens.
    fn handed_out(&self) -> Vec<String> {
        // By what they are called and said to be as well: links lead on, and hold them.
        let text = |it: &&Parameter| {
            let schema = it
                .schema()
                .map(|id| self.context.api.schema(self.context.api.resolve(id)));
            schema.is_some_and(|it| matches!(it.shape, Shape::String(_)))
        };
        let said = |it: &&Parameter| {
            let said = it.description.as_deref().unwrap_or_default();
            is_handed_out(&it.name)
                && says(
                    said,
                    &[
                        "opaque",
                        "taken from",
                        "from the",
                        "token",
                        "of the previous",
                    ],
                )
        };
        let query = self.operation.parameters.iter();
        let query = query.filter(|it| it.location == ParameterLocation::Query);
        let mut all: Vec<String> = query
            .filter(text)
            .filter(said)
            .map(|it| it.name.clone())
            .collect();
        let rule = Pagination::of(&self.context.api, None, self.operation);
        if let Some(rule) = rule.ok().flatten() {
            let of = &rule.parameters;
            all.extend(
                [&of.token, &of.forward, &of.backward]
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
        }
        all
    }

    /// A generated body with the values of the accepted one around the place that is varied, and its identifiers in place
    /// of invented ones.
    fn rooted(&self, schema: SchemaId, case: &Case) -> Value {
        let context = self.context;
        let around = match &self.body {
            Some(good) => around(&context.api, &context.judge, schema, case, good),
            None => case.value.clone(),
        };
        let rooted = context.in_order(schema, &around, &case.pointer);
        let rooted = self.with_identifiers(schema, &rooted);
        let rooted = context.fresh_body(self.operation, &rooted);
        context.addressed(self.operation, &self.resource, &rooted)
    }

    fn with_identifiers(&self, schema: SchemaId, value: &Value) -> Value {
        let (Some(Value::Object(good)), Value::Object(members)) = (&self.body, value) else {
            return value.clone();
        };
        let mut members = members.clone();
        for (name, known) in good {
            let identifier = self
                .property(schema, name)
                .is_some_and(|property| self.context.is_identifier(property));
            if !identifier && !self.context.is_related(name) {
                continue;
            }
            // What breaks the identifier itself stays broken.
            if let Some(member) = members.get_mut(name)
                && let Some(property) = self.property(schema, name)
                && self
                    .context
                    .judge
                    .is_valid(property, Direction::Request, member)
            {
                *member = known.clone();
            }
        }
        // Names in a list that nothing has are refused for that, whatever else is wrong with the list.
        for (name, property) in properties(&self.context.api, schema) {
            if let Some(member) = members.get_mut(&name)
                && let Some(known) = self.context.with_known_items(property, member)
            {
                *member = known;
            }
        }
        Value::Object(members)
    }

    fn property(&self, schema: SchemaId, name: &str) -> Option<SchemaId> {
        let api = &self.context.api;
        match &api.schema(api.resolve(schema)).shape {
            Shape::Object(object) => object
                .fields
                .iter()
                .find(|field| field.name == name)
                .map(|field| field.schema),
            Shape::Union(union) => union
                .variants
                .iter()
                .find_map(|variant| self.property(variant.schema, name)),
            Shape::Reference(target) => self.property(*target, name),
            _ => None,
        }
    }

    pub(super) fn without(&self, parameter: &Parameter) -> Request {
        let request = self.fresh(self.twin(), Some(&parameter.name));
        match parameter.location {
            ParameterLocation::Query => {
                // An object is written as several pairs (OAS §4.8.12.3).
                let members = parameter
                    .schema()
                    .map(|schema| properties(&self.context.api, schema));
                let members = members.unwrap_or_default();
                let deep = format!("{}[", parameter.name);
                let mut request = request.without_query(&parameter.name);
                request.query.retain(|(name, _)| {
                    !name.starts_with(&deep) && members.iter().all(|(member, _)| member != name)
                });
                request
            }
            ParameterLocation::Cookie => request.without_header("cookie"),
            ParameterLocation::Header => request.without_header(&parameter.name),
            ParameterLocation::Path => request,
        }
    }

    pub(super) fn with_parameter(&self, parameter: &Parameter, value: &Value) -> Option<Request> {
        if parameter.location == ParameterLocation::Path {
            let path = wire::path(self.operation, |other| {
                if other.name == parameter.name {
                    return Some(value.clone());
                }
                self.resource
                    .path
                    .get(&other.name)
                    .map(|text| Value::String(text.clone()))
            })?;
            let mut request = self.twin();
            request.path = path;
            return Some(request);
        }
        Some(wire::place(self.without(parameter), parameter, value))
    }
}

/// Whether a value is one segment of a path wherever it is written (RFC 3986 §3.3): what stands between segments, and dots,
/// mean something else to many servers.
fn is_segment(value: &Value, slashes: bool) -> bool {
    const LONGEST: usize = 100;
    value.as_str().is_some_and(|text| {
        let divides = |c: char| c == '/' && !slashes || ['\\', '%'].contains(&c);
        let plain = |c: char| !c.is_control() && !divides(c);
        let dots = text.chars().all(|c| c == '.');
        !dots && text.len() <= LONGEST && text.chars().all(plain) && text.trim() == text
    })
}

/// Whether a parameter is said to take slashes: *a key may contain a slash, which is written `%2F` here*.
fn slashes(parameter: &Parameter) -> bool {
    let said = parameter.description.as_deref().unwrap_or_default();
    clauses(said).iter().any(|it| {
        it.to_lowercase().contains("%2f")
            && has_word(
                it,
                &["may", "can", "written", "encoded", "escaped", "allowed"],
            )
            && !has_word(it, &["not", "nor", "never", "no", "cannot", "without"])
    })
}

/// Whether a case breaks nothing but the width of a number: `int32` tells how it is stored (OAS format registry), and a
/// server that takes more accuses itself of nothing.
fn is_width(case: &Case) -> bool {
    case.keyword == "format"
        && case
            .value
            .pointer(&case.pointer)
            .is_some_and(Value::is_number)
}

/// Whether a header is one whose values a server puts up with, whatever they are: preferences it does not know (RFC 7240 §2),
/// and what only advises it (RFC 9110 §12.1).
fn is_never_refused(parameter: &Parameter) -> bool {
    const ADVICE: [&str; 8] = [
        "prefer",
        "accept-language",
        "accept-charset",
        "accept-encoding",
        "cache-control",
        "pragma",
        "range",
        "user-agent",
    ];
    parameter.location == ParameterLocation::Header
        && ADVICE.contains(&parameter.name.to_ascii_lowercase().as_str())
}

/// Whether a description says what takes the place of a value that is none of those there are.
fn falls_back(parameter: &Parameter) -> bool {
    let said = parameter.description.as_deref().unwrap_or_default();
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).any(|sentence| {
        says(
            &sentence,
            &[
                "not among",
                "unknown",
                "unsupported",
                "not supported",
                "unrecognized",
                "unrecognised",
                "invalid",
                "not available",
                "out of range",
            ],
        ) && says(
            &sentence,
            &[
                "will be used",
                "is used",
                "are used",
                "ignored",
                "falls back",
                "fall back",
                "clamped",
                "capped",
                "default",
            ],
        )
    })
}
