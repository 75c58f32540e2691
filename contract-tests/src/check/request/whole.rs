//! Requests that are wrong as a whole: queries and bodies.

use super::variation::{Variation, Variations};
use crate::{
    form::{is_form, written},
    request::Request,
    wire,
};
use counterpart_model::api::{ParameterLocation, TypeSet};

impl Variations<'_> {
    /// Queries that are wrong as a whole, where `x-query` says so.
    pub(super) fn wrong_queries(&self) -> Vec<Variation> {
        let rule = self.context.api.extensions.get("x-query");
        let refused = |name| {
            rule.and_then(|rule| rule.get(name))
                .and_then(counterpart_model::api::Value::as_str)
                == Some("refused")
        };
        let variation = |what: String, keyword: &str, request| Variation {
            what,
            keyword: keyword.to_owned(),
            origin: self.context.api.origin.clone(),
            request,
        };
        let mut all = Vec::new();
        if refused("unknown") {
            let name = "counterpartUnknown";
            all.push(variation(
                format!("query parameter {name} is none of the operation's"),
                "x-query unknown",
                self.twin().with_query(name, "1"),
            ));
        }
        let single = self.operation.parameters.iter().find_map(|parameter| {
            let schema = parameter.schema()?;
            let types = self
                .context
                .api
                .schema(self.context.api.resolve(schema))
                .types;
            let scalar = !types.contains(TypeSet::ARRAY) && !types.contains(TypeSet::OBJECT);
            let value = self.context.parameter_value(parameter)?;
            (parameter.location == ParameterLocation::Query && scalar)
                .then(|| (parameter, wire::scalar(&value)))
        });
        if let Some((parameter, value)) = single.filter(|_| refused("repeated")) {
            all.push(variation(
                format!("query parameter {} is given twice", parameter.name),
                "x-query repeated",
                self.without(parameter)
                    .with_query(&parameter.name, value.clone())
                    .with_query(&parameter.name, value),
            ));
        }
        all
    }

    /// Bodies that are wrong as a whole.
    pub(super) fn broken_bodies(&self) -> Vec<Variation> {
        let (Some(body), Some(good)) = (&self.operation.body, &self.body) else {
            return Vec::new();
        };
        let variation = |what: &str, keyword: &str, change: &dyn Fn(&mut Request)| {
            let mut request = self.twin();
            change(&mut request);
            Variation {
                what: what.to_owned(),
                keyword: keyword.to_owned(),
                origin: body.origin.clone(),
                request,
            }
        };
        let text = good.to_string();
        // Of a form there is hardly anything that is none.
        let json = !self.base.content_type.as_deref().is_some_and(is_form);
        let malformed = || {
            vec![
                variation(
                    "the body is cut off in the middle",
                    "malformed",
                    &|request| {
                        let half = text.len() / 2;
                        request.body = Some(
                            text.as_bytes()
                                .get(..half)
                                .unwrap_or_default()
                                .to_vec()
                                .into(),
                        );
                    },
                ),
                variation("the body is text, no JSON", "malformed", &|request| {
                    request.body = Some("counterpart".into());
                }),
            ]
        };
        let mut all = if json { malformed() } else { Vec::new() };
        let undocumented = ["text/plain", "application/xml"].into_iter().find(|other| {
            !body
                .content
                .keys()
                .any(|range| crate::media::matches(range, other))
        });
        if let Some(other) = undocumented {
            all.push(variation(
                &format!("the content type is {other}"),
                "contentType",
                // A form is still written as one: only what it is called is wrong.
                &|request| {
                    let form = written(&self.context.api, Some(self.operation), request);
                    request.body = form.into_owned().body;
                    request.content_type = Some(other.to_owned());
                },
            ));
        }
        if body.required {
            all.push(variation("there is no body", "required", &|request| {
                request.body = None;
                request.content_type = None;
            }));
        }
        all
    }
}
