//! Runtime expressions (OAS §4.8.20.4), and `$resources.NAME#POINTER` of `x-lifecycle`.

use super::Pointer;
use crate::request::Request;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Expression {
    /// `$request.path.NAME`
    Path(String),
    /// `$request.query.NAME`
    Query(String),
    /// `$request.header.NAME`
    Header(String),
    /// `$request.body#POINTER`
    RequestBody(Pointer),
    /// `$response.body#POINTER`
    ResponseBody(Pointer),
    /// `$resources.NAME#POINTER`
    Resource {
        /// The resource's name in the rule.
        name: String,
        /// Where in it.
        pointer: Pointer,
    },
}

impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pointer = |text: &str| Pointer::try_from(text.to_owned());
        let named = |name: &str| {
            if name.is_empty() {
                Err(format!("`{text}` names nothing"))
            } else {
                Ok(name.to_owned())
            }
        };
        if let Some(name) = text.strip_prefix("$request.path.") {
            named(name).map(Self::Path)
        } else if let Some(name) = text.strip_prefix("$request.query.") {
            named(name).map(Self::Query)
        } else if let Some(name) = text.strip_prefix("$request.header.") {
            named(name).map(Self::Header)
        } else if let Some(at) = text.strip_prefix("$request.body#") {
            pointer(at).map(Self::RequestBody)
        } else if let Some(at) = text.strip_prefix("$response.body#") {
            pointer(at).map(Self::ResponseBody)
        } else if let Some((name, at)) = text
            .strip_prefix("$resources.")
            .and_then(|rest| rest.split_once('#'))
        {
            Ok(Self::Resource {
                name: named(name)?,
                pointer: pointer(at)?,
            })
        } else {
            Err(format!("`{text}` is no runtime expression"))
        }
    }
}

/// What an expression can look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The request.
    pub request: Option<&'a Request>,
    /// The path parameters it was made with.
    pub path: Option<&'a IndexMap<String, String>>,
    /// The request's body.
    pub body: Option<&'a Value>,
    /// The response's body.
    pub response: Option<&'a Value>,
    /// Resources that were read before, by their names in the rule.
    pub resources: Option<&'a IndexMap<String, Value>>,
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(name) => write!(f, "$request.path.{name}"),
            Self::Query(name) => write!(f, "$request.query.{name}"),
            Self::Header(name) => write!(f, "$request.header.{name}"),
            Self::RequestBody(pointer) => write!(f, "$request.body#{pointer}"),
            Self::ResponseBody(pointer) => write!(f, "$response.body#{pointer}"),
            Self::Resource { name, pointer } => write!(f, "$resources.{name}#{pointer}"),
        }
    }
}

impl Expression {
    /// The value, where there is one.
    #[must_use]
    pub fn evaluate(&self, scope: &Scope<'_>) -> Option<Value> {
        match self {
            Self::Path(name) => scope.path?.get(name).cloned().map(Value::String),
            Self::Query(name) => {
                let query = &scope.request?.query;
                let (_, value) = query.iter().find(|(known, _)| known == name)?;
                Some(Value::String(value.clone()))
            }
            Self::Header(name) => Some(Value::String(scope.request?.header(name)?.to_owned())),
            Self::RequestBody(pointer) => pointer.get(scope.body?).cloned(),
            Self::ResponseBody(pointer) => pointer.get(scope.response?).cloned(),
            Self::Resource { name, pointer } => pointer.get(scope.resources?.get(name)?).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_is_read_and_evaluated() {
        let parse = |text: &str| Expression::try_from(text.to_owned());
        let request = Request::new("GET", "/things/1")
            .with_query("q", "x")
            .set_header("If-Match", "etag");
        let path = IndexMap::from([("id".to_owned(), "1".to_owned())]);
        let resources = IndexMap::from([("thing".to_owned(), json!({ "owner": "o" }))]);
        let (body, response) = (json!({ "a": { "b": 2 } }), json!({ "id": 3 }));
        let scope = Scope {
            request: Some(&request),
            path: Some(&path),
            body: Some(&body),
            response: Some(&response),
            resources: Some(&resources),
        };
        for (text, value) in [
            ("$request.path.id", json!("1")),
            ("$request.query.q", json!("x")),
            ("$request.header.if-match", json!("etag")),
            ("$request.body#/a/b", json!(2)),
            ("$response.body#/id", json!(3)),
            ("$resources.thing#/owner", json!("o")),
        ] {
            let expression = parse(text).expect("an expression");
            assert_eq!(expression.evaluate(&scope), Some(value), "{text}");
        }
        for text in [
            "$request.path.",
            "$request.body#a",
            "$method",
            "id",
            "$resources.x",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
