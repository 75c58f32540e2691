//! Requests that are wrong by what the document tells in words: parameters that are given twice, references to nothing.

use super::variation::{Variation, Variations};
use crate::{
    paths,
    rules::infer::{clauses, envelope::core, properties, says, sentences, snake},
    wire,
};
use counterpart_model::{
    Direction,
    api::{Api, Operation, Parameter, ParameterLocation, SchemaId, Shape, TypeSet},
};
use serde_json::{Value, json};

/// Words of sentences about things that have to be there.
const EXIST: [&str; 4] = [
    "have to exist",
    "has to exist",
    "must exist",
    "must refer to",
];
/// Words that say so where a refusal is told as well.
const ABSENT: [&str; 6] = [
    "does not exist",
    "do not exist",
    "not an existing",
    "that is not a",
    "that is none of",
    "that is no ",
];
/// Words of sentences about what is made, or let pass, where it is not there.
const MADE: [&str; 14] = [
    "create",
    "made",
    "ignored",
    "skipped",
    "added",
    "dropped",
    "provision",
    "register",
    "automatic",
    "no error",
    "not an error",
    "not rejected",
    "not refused",
    "unless",
];
/// So many parameters are given twice.
const TWICE: usize = 2;
/// Words of refusals.
const REFUSED: [&str; 8] = [
    "refused", "rejected", "400", "404", "409", "422", "error", "invalid",
];

/// Whether the document says in words that a query parameter may be given once only.
pub(super) fn repeats_are_refused(api: &Api, operation: &Operation) -> bool {
    let texts = [&api.description, &operation.description];
    texts.into_iter().flatten().any(|text| {
        // Lines are broken anywhere.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut before = "";
        text.split(". ").any(|sentence| {
            let told = std::mem::replace(&mut before, sentence);
            // *Refused with 400. So is a parameter which is given more than once*.
            let so = ["So is ", "So are "]
                .iter()
                .any(|it| sentence.starts_with(it));
            let any = [
                "a parameter",
                "any parameter",
                "each parameter",
                "every parameter",
            ];
            (says(sentence, &["query parameter"])
                || says(sentence, &any) && !says(sentence, &["header", "form", "path"]))
                && !says(sentence, &["may be given more", "can be given more", "may be sent more", "can be sent more", "may be given twice", "can be given twice"])
                && says(sentence, &["once only", "only once", "more than once", "twice"])
                && says(if so { told } else { sentence }, &REFUSED)
                // What is said of one parameter, or of requests, is not said of all parameters.
                && !says(sentence, &["ignored", "not re", "request", "key", "`"])
        })
    })
}

/// Whether a parameter has one value only.
pub(super) fn is_single(api: &Api, parameter: &Parameter) -> bool {
    let types = parameter
        .schema()
        .map(|schema| api.schema(api.resolve(schema)).types);
    parameter.location == ParameterLocation::Query
        && types.is_some_and(|types| {
            !types.contains(TypeSet::ARRAY) && !types.contains(TypeSet::OBJECT)
        })
}

/// Clauses, with those that go on about the same: *…; one that is given twice is refused*.
fn joined(text: &str) -> Vec<String> {
    const ON: [&str; 7] = [
        "it ",
        "that ",
        "this ",
        "such ",
        "they ",
        "one that ",
        "otherwise ",
    ];
    let mut all: Vec<String> = Vec::new();
    for clause in clauses(text) {
        let lower = clause.to_lowercase();
        match all.last_mut() {
            Some(last) if ON.iter().any(|word| lower.starts_with(word)) => {
                last.push_str("; ");
                last.push_str(&clause);
            }
            _ => all.push(clause),
        }
    }
    all
}

impl Variations<'_> {
    /// Parameters that have one value, each with two of them: first those of which any value will do, since a cursor that
    /// leads nowhere is refused anyhow.
    pub(super) fn repeated(&self, keyword: &str) -> Vec<Variation> {
        let api = &self.context.api;
        let single = self.operation.parameters.iter();
        let mut single: Vec<&Parameter> = single.filter(|it| is_single(api, it)).collect();
        let is_text = |parameter: &&Parameter| {
            let schema = parameter.schema().map(|it| api.schema(api.resolve(it)));
            schema.is_some_and(|it| it.enumeration.is_none() && it.types.contains(TypeSet::STRING))
        };
        single.sort_by_key(is_text);
        let twice = |parameter: &&Parameter| {
            let value = wire::scalar(&self.context.parameter_value(parameter)?);
            Some(Variation {
                what: format!("query parameter {} is given twice", parameter.name),
                keyword: keyword.to_owned(),
                origin: parameter.origin.clone(),
                request: self
                    .without(parameter)
                    .with_query(&parameter.name, value.clone())
                    .with_query(&parameter.name, value),
            })
        };
        single.iter().filter_map(twice).take(TWICE).collect()
    }

    /// A form with a field that has one value, twice, where the document says that it may be given once only.
    pub(super) fn repeated_field(&self, body: &Value) -> Option<Variation> {
        let operation = self.operation;
        let (media, _) = self.context.body_schema(operation)?;
        let said = [&self.context.api.description, &operation.description];
        let refused = said.into_iter().flatten().any(|text| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            joined(&text).iter().any(|it| {
                says(
                    it,
                    &[
                        "form field",
                        "form parameter",
                        "field given",
                        "field sent",
                        "field that",
                    ],
                ) && says(
                    it,
                    &[
                        "more than once",
                        "twice",
                        "repeated",
                        "once only",
                        "only once",
                    ],
                ) && says(it, &REFUSED)
                    && !says(
                        it,
                        &[
                            "ignored",
                            "not re",
                            "`",
                            "last value",
                            "first value",
                            "wins",
                        ],
                    )
            })
        });
        if !refused || media != "application/x-www-form-urlencoded" {
            return None;
        }
        let mut members = body.as_object()?.iter();
        let (name, value) = members.find(|(_, value)| value.is_string() || value.is_number())?;
        let mut request = self.twin();
        request.content_type = Some(media);
        let form = crate::form::written(&self.context.api, Some(operation), &request);
        let mut bytes = form.body.clone()?.to_vec();
        let mut again = url::form_urlencoded::Serializer::new(String::new());
        again.append_pair(name, &wire::scalar(value));
        bytes.push(b'&');
        bytes.extend_from_slice(again.finish().as_bytes());
        let mut request = form.into_owned();
        request.body = Some(bytes.into());
        Some(Variation {
            what: format!("form field {name} is given twice"),
            keyword: "repeated".to_owned(),
            origin: operation.origin.clone(),
            request,
        })
    }

    /// Bodies that refer to what is not there, where the document says that it has to be.
    pub(super) fn strange_references(&self) -> Vec<Variation> {
        let context = self.context;
        let (Some((media, schema)), Some(good)) = (context.body_schema(self.operation), &self.body)
        else {
            return Vec::new();
        };
        let said = self.operation.description.as_deref().unwrap_or_default();
        let mut told: Vec<String> = sentences(said).filter(|it| has_to_exist(it)).collect();
        // What is said of making something, and of references in general, is so of changing it.
        if refers_in_general(&context.api) {
            let made = paths::item(&self.operation.path)
                .and_then(|(collection, _)| paths::create(&context.api, collection));
            let said = made.and_then(|made| made.description.as_deref());
            told.extend(sentences(said.unwrap_or_default()).filter(|it| has_to_exist(it)));
        }
        let (place, inner) = core(&context.api, schema);
        let mut all = Vec::new();
        for (name, id) in properties(&context.api, inner) {
            let own = &context.api.schema(id);
            if own.read_only || !is_told(&context.api, &name, id, &told) {
                continue;
            }
            let at = place.child(&name);
            let Some(stranger) = self.stranger_for(id, at.get(good)) else {
                continue;
            };
            let mut body = context.fresh_body(self.operation, good);
            at.put(&mut body, stranger);
            let body = context.addressed(self.operation, &self.resource, &body);
            if !context.judge.is_valid(schema, Direction::Request, &body) {
                continue;
            }
            let mut request = self.twin();
            request.content_type = Some(media.clone());
            all.push(Variation {
                what: format!("body: {at} refers to nothing that exists"),
                keyword: "reference".to_owned(),
                origin: self.operation.origin.clone(),
                request: request.with_json(&body),
            });
        }
        all
    }

    /// A well-formed reference to nothing.
    fn stranger_for(&self, id: SchemaId, known: Option<&Value>) -> Option<Value> {
        let api = &self.context.api;
        let valid = |value: &Value| self.context.judge.is_valid(id, Direction::Request, value);
        let by_known =
            |text: &str, of: SchemaId| self.context.stranger(of, text).map(Value::String);
        let found = match (&api.schema(api.resolve(id)).shape, known) {
            (Shape::Array { items: Some(item) }, known) => {
                let first = known.and_then(|it| it.get(0));
                let one = self.stranger_for(*item, first)?;
                json!([one])
            }
            (_, Some(Value::String(text))) => by_known(text, id)?,
            // What is that large is made by no counter in a test.
            _ if valid(&json!(1_999_999_937_u32)) => json!(1_999_999_937_u32),
            (_, None) => {
                let seen = self.context.seen(id);
                by_known(seen.first()?, id)?
            }
            _ => return None,
        };
        valid(&found).then_some(found)
    }
}

/// Whether the description of the document says that a request which refers to nothing is refused.
fn refers_in_general(api: &Api) -> bool {
    let text = api.description.as_deref().unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    sentences(&text).any(|it| {
        says(
            &it,
            &[
                "refers to something that does not exist",
                "refer to something that does not exist",
            ],
        ) && says(&it, &REFUSED)
    })
}

/// Whether a sentence says that what it names has to be there.
fn has_to_exist(sentence: &str) -> bool {
    let refused = || says(sentence, &ABSENT) && says(sentence, &REFUSED);
    !says(sentence, &MADE) && (says(sentence, &EXIST) || refused())
}

/// Whether a property refers to something that is said to have to exist: by its own description, or in a sentence of the
/// operation that names what it refers to.
fn is_told(api: &Api, name: &str, id: SchemaId, told: &[String]) -> bool {
    let plain = snake(name);
    let stem = ["_ids", "_id", "_uuid", "_key"]
        .into_iter()
        .find_map(|end| plain.strip_suffix(end));
    let own = api.schema(id).description.as_deref().unwrap_or_default();
    if stem.is_some() && sentences(own).any(|it| has_to_exist(&it)) {
        return true;
    }
    let list = matches!(api.schema(api.resolve(id)).shape, Shape::Array { .. });
    let Some(thing) = stem.or(list.then_some(plain.as_str())) else {
        return false;
    };
    let thing = thing.replace('_', " ");
    let one = thing.strip_suffix('s').filter(|_| list).unwrap_or(&thing);
    told.iter().any(|sentence| {
        let words: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let spoken = format!(" {} ", words.join(" "));
        let spoken = |thing: &str| spoken.contains(&format!(" {thing} "));
        spoken(&thing) || spoken(one) || words.contains(&plain.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::{has_to_exist, is_told, repeats_are_refused};
    use crate::rules::infer::{properties, sentences};
    use counterpart_model::Api;

    fn api(info: &str) -> Api {
        let schema = "{type: object, properties: {project_id: {type: string, format: uuid}, \
                      owner_id: {type: string, description: The user must exist.}, note: {type: string}}}";
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1', description: '{info}'}}, paths: {{/a: {{post: {{operationId: a, \
             requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: ok}}}}}}}}}}}}"
        );
        counterpart_model::load_str("t.yaml", text)
            .api
            .expect("an API")
    }

    #[test]
    fn repeats_are_refused_where_the_document_says_so() {
        let refused =
            api("A query parameter can be given once only; repeats are refused with 400.");
        assert!(repeats_are_refused(&refused, &refused.operations[0]));
        let so = api(
            "Wrong ones are refused with 400. So is a parameter which is no list but given more than once.",
        );
        assert!(repeats_are_refused(&so, &so.operations[0]));
        let several = api(
            "A parameter may be given more than once, and values that do not exist are rejected.",
        );
        assert!(!repeats_are_refused(&several, &several.operations[0]));
        let silent = api("Query parameters can be repeated.");
        assert!(!repeats_are_refused(&silent, &silent.operations[0]));
    }

    #[test]
    fn references_have_to_exist_where_a_sentence_names_them() {
        let api = api("");
        let schema = api.operations[0].body.as_ref().expect("a body").content[0].schema;
        let told: Vec<String> = sentences("Project and labels have to exist").collect();
        let named: Vec<String> = properties(&api, schema.expect("a schema"))
            .into_iter()
            .filter(|(name, id)| is_told(&api, name, *id, &told))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(named, ["project_id", "owner_id"]);
        assert!(has_to_exist(
            "a project that does not exist is refused with 404"
        ));
        assert!(has_to_exist(
            "a serial that is not a meter of the site answers 422"
        ));
        assert!(!has_to_exist("labels that do not exist are created"));
        assert!(!has_to_exist("a name that is not a word of any language"));
    }
}
