//! Reads what an operation asks for, and collects everything that is wrong with it.

use super::Parameter;
use super::decode::Found;
use super::pairs::Pairs;
use super::single;
use crate::{Instance, Location, Value, Violation, Violations};

/// The parts of a request that parameters are read from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// Path parameters: name and text, still percent-encoded.
    pub path: &'a [(&'a str, &'a str)],
    /// The query, still percent-encoded, without the question mark.
    pub query: &'a str,
    /// Headers: name and bytes.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body.
    pub body: &'a [u8],
    /// Names of query parameters that hold credentials, which are read elsewhere.
    pub credentials: &'a [&'a str],
}

/// Reads the parameters and the body of one request.
///
/// Every method gives `None` where something is wrong and remembers what; [`Collector::finish`] then builds the
/// request, or gives all violations.
///
/// ```
/// use counterpart_runtime::{Collector, Kind, Parameter, params::Source};
/// const LIMIT: Parameter = Parameter::query("limit", Kind::Integer);
/// const AFTER: Parameter = Parameter::query("after", Kind::String);
/// let mut c = Collector::new(Source { query: "after=a%20b", ..Source::default() });
/// let limit = c.or_default::<i64>(&LIMIT, "50");
/// let after = c.optional::<String>(&AFTER);
/// let request = c.finish(|| Some((limit?, after)));
/// assert_eq!(request.unwrap(), (50, Some("a b".to_owned())));
/// ```
#[derive(Debug)]
pub struct Collector<'a> {
    source: Source<'a>,
    query: Pairs<'a>,
    cookies: Pairs<'a>,
    violations: Violations,
}

impl<'a> Collector<'a> {
    /// A collector over a request.
    #[must_use]
    pub fn new(source: Source<'a>) -> Self {
        let mut violations = Violations::new();
        let mut query = Pairs::query(source.query, &mut violations);
        for name in source.credentials {
            query.ignore(name);
        }
        let cookies = Pairs::cookies(source.headers, &mut violations);
        Self {
            source,
            query,
            cookies,
            violations,
        }
    }

    /// A parameter that has to be there.
    pub fn required<T: Instance>(&mut self, parameter: &Parameter) -> Option<T> {
        match self.text(parameter) {
            Found::Absent => {
                let message = format!("the {} parameter is required", parameter.location);
                self.push(Violation::new(
                    parameter.location,
                    parameter.name,
                    "required",
                    message,
                ));
                None
            }
            found => self.parse(parameter, found),
        }
    }

    /// A parameter that may be absent. A violation gives `None` too; it comes to light in [`Collector::finish`].
    pub fn optional<T: Instance>(&mut self, parameter: &Parameter) -> Option<T> {
        let found = self.text(parameter);
        self.parse(parameter, found)
    }

    /// A parameter with a default, which is JSON text.
    pub fn or_default<T: Instance>(&mut self, parameter: &Parameter, default: &str) -> Option<T> {
        let found = match self.text(parameter) {
            Found::Absent => Found::Json(vec![default.to_owned()]),
            found => found,
        };
        self.parse(parameter, found)
    }

    /// A parameter that is judged by something else than a type: the first way to read it in which nothing is wrong,
    /// else what is wrong with the first.
    pub fn value(
        &mut self,
        parameter: &Parameter,
        required: bool,
        judge: impl Fn(&Value) -> Violations,
    ) -> Option<Value> {
        let candidates = match self.text(parameter) {
            Found::Json(candidates) => candidates,
            Found::Wrong => return None,
            Found::Absent => {
                if required {
                    let message = format!("the {} parameter is required", parameter.location);
                    let (location, name) = (parameter.location, parameter.name);
                    self.push(Violation::new(location, name, "required", message));
                }
                return None;
            }
        };
        let mut first = None;
        for json in &candidates {
            let found = match Value::from_json(json) {
                Ok(value) => {
                    let violations = judge(&value);
                    if violations.is_empty() {
                        return Some(value);
                    }
                    violations
                }
                Err(_) => Violation::new(Location::Body, "", "json", "is not JSON").into(),
            };
            first.get_or_insert(found);
        }
        let found = first.unwrap_or_default();
        self.violations
            .append(found.located(parameter.location, parameter.name));
        None
    }

    /// A JSON body that has to be there.
    pub fn body<T: Instance>(&mut self) -> Option<T> {
        if self.source.body.is_empty() {
            return self.missing_body();
        }
        self.optional_body()
    }

    /// Remembers that a body that has to be there is not.
    pub fn missing_body<T>(&mut self) -> Option<T> {
        self.push(Violation::new(
            Location::Body,
            "",
            "required",
            "the body is required",
        ));
        None
    }

    /// A JSON body that may be absent, which an empty one is.
    pub fn optional_body<T: Instance>(&mut self) -> Option<T> {
        if self.source.body.is_empty() {
            return None;
        }
        self.take(T::from_json(self.source.body))
    }

    /// A body that has been read, or what is wrong with it.
    pub fn take<T>(&mut self, read: Result<T, Violations>) -> Option<T> {
        match read {
            Ok(body) => Some(body),
            Err(violations) => {
                self.violations
                    .append(violations.located(Location::Body, ""));
                None
            }
        }
    }

    /// Remembers something wrong that generated code found itself.
    pub fn push(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Builds the request.
    ///
    /// # Errors
    /// All violations, those of unknown query parameters among them.
    pub fn finish<R>(mut self, build: impl FnOnce() -> Option<R>) -> Result<R, Violations> {
        self.query.unread(&mut self.violations);
        if !self.violations.is_empty() {
            return Err(self.violations);
        }
        build().ok_or_else(|| Violation::new(Location::Body, "", "parse", "cannot be read").into())
    }

    fn text(&mut self, parameter: &Parameter) -> Found {
        let found = match parameter.location {
            Location::Query => self.query.find(parameter),
            Location::Cookie => self.cookies.find(parameter),
            Location::Path => single::path(parameter, self.source.path),
            Location::Header => single::header(parameter, self.source.headers),
            Location::Body => Ok(Found::Absent),
        };
        found.unwrap_or_else(|violation| {
            self.push(*violation);
            Found::Wrong
        })
    }

    /// Parses the first candidate that is an instance; where none is, what is wrong with the first.
    fn parse<T: Instance>(&mut self, parameter: &Parameter, found: Found) -> Option<T> {
        let Found::Json(candidates) = found else {
            return None;
        };
        let mut first = None;
        for json in &candidates {
            match T::from_json_text(json) {
                Ok(value) => return Some(value),
                Err(violations) => _ = first.get_or_insert(violations),
            }
        }
        self.violations.append(
            first
                .unwrap_or_default()
                .located(parameter.location, parameter.name),
        );
        None
    }
}
