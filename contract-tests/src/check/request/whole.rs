//! Requests that are wrong as a whole: queries and bodies.

use super::{
    told::repeats_are_refused,
    variation::{Variation, Variations},
};
use crate::{
    form::{is_form, written},
    request::Request,
};
use counterpart_model::api::StatusKey;
use serde_json::Value;

/// A body whose first number is written `NaN`; `None` where it has none.
fn with_nan(body: &Value) -> Option<String> {
    const MARK: u64 = 8_675_309_867_530_912;
    let mut changed = body.clone();
    let number = changed
        .as_object_mut()?
        .values_mut()
        .find(|it| it.is_number())?;
    *number = MARK.into();
    Some(changed.to_string().replace(&MARK.to_string(), "NaN"))
}

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
        if refused("repeated") {
            all.extend(self.repeated("x-query repeated"));
        } else if repeats_are_refused(&self.context.api, self.operation) {
            all.extend(self.repeated("repeated"));
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
        // With new values: what is taken already is refused for that, and not for its form.
        let twin = self.twin().json();
        let good = twin.as_ref().unwrap_or(good);
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
        if json {
            all.push(variation(
                "the last character of the body is missing",
                "malformed",
                &|request| {
                    let most = text.len().saturating_sub(1);
                    let cut = text.as_bytes().get(..most).unwrap_or_default();
                    request.body = Some(cut.to_vec().into());
                },
            ));
        }
        if json {
            if let Some(numberless) = with_nan(good) {
                all.push(variation(
                    "a number is NaN, which JSON has not",
                    "RFC 8259 §6",
                    &|request| request.body = Some(numberless.clone().into()),
                ));
            }
            if let Some(head) = text.strip_suffix('}').filter(|head| head.len() > 1) {
                all.push(variation(
                    "a comma stands behind the last member",
                    "RFC 8259 §4",
                    &|request| request.body = Some(format!("{head},}}").into()),
                ));
            }
        }
        all.extend(self.repeated_field(good));
        all.extend(self.told_of_bodies());
        let undocumented = ["text/plain", "application/xml"].into_iter().find(|other| {
            !body
                .content
                .keys()
                .any(|range| crate::media::matches(range, other))
        });
        // `application/merge-patch+json` is no `application/json` (RFC 6838 §4.2.8), where 415 is documented.
        let plain = "application/json";
        let suffixed = body.content.keys().all(|media| media.ends_with("+json"))
            && self.operation.responses.contains_key(&StatusKey::Code(415));
        for other in undocumented.into_iter().chain(suffixed.then_some(plain)) {
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
