//! Types as they are written where a schema is used.

use super::Plan;
use crate::config::{DateTimes, Numbers, Uuids};
use counterpart_model::api::{
    EnumShape, IntegerWidth, Schema, SchemaId, Shape, StringFormat, Value,
};

/// A Rust type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// One without parameters: of the language, or of the runtime.
    Plain(&'static str),
    /// A runtime type that has to be imported.
    Runtime(&'static str),
    /// A string of a length, from and to; to no end where there is none.
    Length(u64, Option<u64>),
    /// One that the user has chosen: its path.
    Path(String),
    /// Any JSON value.
    Value,
    /// The item of a schema.
    Named(SchemaId),
    /// `Vec<…>`
    List(Box<Expr>),
    /// `Map<…, …>`
    Map(KeyExpr, Box<Expr>),
    /// `Nullable<…>`
    Nullable(Box<Expr>),
    /// `Box<…>`
    Boxed(Box<Expr>),
}

/// The type of a map's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyExpr {
    /// Any name.
    String,
    /// The item of a schema of strings.
    Named(SchemaId),
}

impl Plan<'_> {
    /// The type of a value of this schema, `null` included.
    pub(crate) fn expr(&self, id: SchemaId) -> Expr {
        self.expr_within(id, 0)
    }

    fn expr_within(&self, id: SchemaId, depth: usize) -> Expr {
        let schema = self.api.schema(id);
        let item = self.same.get(&id).copied().unwrap_or(id);
        let own = if self.types.contains_key(&item) {
            Expr::Named(item)
        } else if depth > 64 {
            Expr::Value
        } else {
            self.content_within(id, depth + 1)
        };
        if self.is_nullable(schema) {
            nullable(own)
        } else {
            own
        }
    }

    /// The type of a value of this schema, by its shape, as if it had no item of its own.
    pub(crate) fn content(&self, id: SchemaId) -> Expr {
        self.content_within(id, 0)
    }

    fn content_within(&self, id: SchemaId, depth: usize) -> Expr {
        if let Some(path) = self.replacement(id) {
            return Expr::Path(path.to_owned());
        }
        let schema = self.api.schema(id);
        let next = |id: SchemaId| {
            if depth > 64 {
                Expr::Value
            } else {
                self.expr_within(id, depth + 1)
            }
        };
        match &schema.shape {
            Shape::Null => Expr::Plain("()"),
            Shape::Boolean => Expr::Plain("bool"),
            Shape::Integer(IntegerWidth::I32) => Expr::Plain("i32"),
            Shape::Integer(IntegerWidth::I64) => Expr::Plain("i64"),
            Shape::Integer(IntegerWidth::U64) => Expr::Plain("u64"),
            Shape::Number { single: false } => match self.config.types.number {
                Numbers::F64 => Expr::Plain("f64"),
                Numbers::RustDecimal => foreign("rust_decimal::Decimal"),
            },
            Shape::Number { single: true } => Expr::Plain("f32"),
            Shape::String(format) => self.shared_text(id).unwrap_or_else(|| self.string(format)),
            Shape::Array { items } => Expr::List(Box::new(items.map_or(Expr::Value, next))),
            Shape::Tuple { .. } => Expr::List(Box::new(Expr::Value)),
            Shape::Map { values } => {
                let values = values.map_or(Expr::Value, next);
                Expr::Map(self.key(schema), Box::new(values))
            }
            Shape::Reference(target) => match next(*target) {
                // Where this schema adds `null` itself, its user says so.
                Expr::Nullable(inner) if self.is_nullable(schema) => *inner,
                other => other,
            },
            Shape::Enum(of) => boolean(of).unwrap_or(Expr::Value),
            Shape::Any(_) | Shape::Never | Shape::Object(_) | Shape::Union(_) => Expr::Value,
        }
    }

    /// The type whose path stands for a schema with a name, where the user has one.
    pub(super) fn replacement(&self, id: SchemaId) -> Option<&str> {
        if self.config.replace.is_empty() {
            return None;
        }
        let schema = self.api.schema(id);
        let name = schema.place.first().filter(|_| schema.is_component)?;
        self.config.replace.get(name).map(String::as_str)
    }

    /// The type of a string of a format.
    fn string(&self, format: &StringFormat) -> Expr {
        let types = &self.config.types;
        match format {
            StringFormat::Plain | StringFormat::Checked(_) => Expr::Plain("String"),
            StringFormat::Binary => Expr::Runtime("Binary"),
            StringFormat::DateTime => match types.date_time {
                DateTimes::Runtime => Expr::Runtime("DateTime"),
                DateTimes::Jiff => foreign("jiff::Timestamp"),
                DateTimes::Chrono => {
                    foreign("chrono::DateTime<counterpart_runtime::foreign::chrono::FixedOffset>")
                }
                DateTimes::Time => foreign("time::OffsetDateTime"),
                DateTimes::String => Expr::Runtime("text::DateTime"),
            },
            StringFormat::Date => match types.date_time {
                DateTimes::Runtime => Expr::Runtime("Date"),
                DateTimes::Jiff => foreign("jiff::civil::Date"),
                DateTimes::Chrono => foreign("chrono::NaiveDate"),
                DateTimes::Time => foreign("time::Date"),
                DateTimes::String => Expr::Runtime("text::Date"),
            },
            StringFormat::Time => Expr::Runtime("Time"),
            StringFormat::Duration => Expr::Runtime("Duration"),
            StringFormat::Uuid => match types.uuid {
                Uuids::Runtime => Expr::Runtime("Uuid"),
                Uuids::Uuid => foreign("uuid::Uuid"),
                Uuids::String => Expr::Runtime("text::Uuid"),
            },
            StringFormat::Byte => Expr::Runtime("Bytes"),
        }
    }

    /// The runtime's type for strings without a name that have a length or a format, and nothing else.
    pub(super) fn shared_text(&self, id: SchemaId) -> Option<Expr> {
        let schema = self.api.schema(id);
        let Shape::String(format) = &schema.shape else {
            return None;
        };
        if schema.is_component || !schema.residue.is_empty() || self.is_secret(id) {
            return None;
        }
        let string = &schema.string;
        if string.pattern.is_some() {
            return None;
        }
        let limited = string.min_length.is_some_and(|min| min > 0) || string.max_length.is_some();
        match format {
            StringFormat::Plain if limited => Some(Expr::Length(
                string.min_length.unwrap_or(0),
                string.max_length,
            )),
            StringFormat::Checked(name) if !limited => runtime_format(name).map(Expr::Runtime),
            _ => None,
        }
    }

    /// Whether the use of the schema is to be wrapped in `Nullable`. An alias takes the `null` of its target along.
    pub(crate) fn is_nullable(&self, schema: &Schema) -> bool {
        schema.nullable && !matches!(schema.shape, Shape::Any(_) | Shape::Never | Shape::Null)
    }

    fn key(&self, schema: &Schema) -> KeyExpr {
        let Some(names) = schema.object.property_names else {
            return KeyExpr::String;
        };
        let target = self.api.resolve(names);
        let target = self.same.get(&target).copied().unwrap_or(target);
        match self.types.get(&target) {
            Some(_) if self.is_key(target) => KeyExpr::Named(target),
            _ => KeyExpr::String,
        }
    }

    /// Whether the item of a schema can name the members of a map, and says all the schema says.
    pub(super) fn is_key(&self, id: SchemaId) -> bool {
        let schema = self.api.schema(id);
        if schema.nullable || !self.typed_text(schema) {
            return false;
        }
        self.needs_item(id)
    }

    /// A string or an enum of strings that its item holds to every keyword.
    fn typed_text(&self, schema: &Schema) -> bool {
        match &schema.shape {
            Shape::String(StringFormat::Plain | StringFormat::Checked(_)) => {
                schema.residue.is_empty()
            }
            Shape::Enum(of) => {
                schema.residue.is_empty() && of.strings().is_some_and(|texts| !texts.is_empty())
            }
            _ => false,
        }
    }
}

fn nullable(expr: Expr) -> Expr {
    match expr {
        Expr::Nullable(_) | Expr::Value => expr,
        other => Expr::Nullable(Box::new(other)),
    }
}

/// A type of another crate, as the runtime hands it on.
fn foreign(path: &str) -> Expr {
    Expr::Path(format!("counterpart_runtime::foreign::{path}"))
}

/// The type of an enum of `true` and `false`.
pub(super) fn boolean(of: &EnumShape) -> Option<Expr> {
    let values: Option<Vec<bool>> = of.values.iter().map(Value::as_bool).collect();
    match values?.as_slice() {
        [] => None,
        [only] => Some(Expr::Runtime(if *only { "True" } else { "False" })),
        _ => Some(Expr::Plain("bool")),
    }
}

/// The runtime's type for a format that is checked but stays text.
fn runtime_format(name: &str) -> Option<&'static str> {
    Some(match name {
        "email" => "text::Email",
        "idn-email" => "text::IdnEmail",
        "hostname" => "text::Hostname",
        "idn-hostname" => "text::IdnHostname",
        "ipv4" => "text::Ipv4",
        "ipv6" => "text::Ipv6",
        "uri" => "text::Uri",
        "uri-reference" => "text::UriReference",
        "iri" => "text::Iri",
        "iri-reference" => "text::IriReference",
        "uri-template" => "text::UriTemplate",
        "json-pointer" => "text::JsonPointer",
        "regex" => "text::Regex",
        _ => return None,
    })
}
