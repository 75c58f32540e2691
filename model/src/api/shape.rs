//! What a schema's instances look like: the reading that types are made from.

use super::{SchemaId, Value};
use indexmap::IndexMap;

/// What an instance of a schema is, `null` aside ([`Schema::nullable`](super::Schema::nullable)).
///
/// A shape never refuses a valid instance. It may let an invalid one pass; what it leaves out is
/// named in [`Schema::residue`](super::Schema::residue) or stands in the plain keyword groups.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Any JSON value: the document says no more, or what it says is no single type.
    Any(AnyReason),
    /// Nothing is valid (`false`, or constraints that contradict each other).
    Never,
    /// Only `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(IntegerWidth),
    /// A number, as `f64`; `f32` where the format says `float`.
    Number {
        /// Whether the format is `float`.
        single: bool,
    },
    /// A string.
    String(StringFormat),
    /// One of a fixed list of values.
    Enum(EnumShape),
    /// A list of one kind of item; of anything where the document does not say.
    Array {
        /// The items' schema.
        items: Option<SchemaId>,
    },
    /// A list whose first places have schemas of their own (`prefixItems`).
    Tuple {
        /// The schemas of the first places.
        items: Vec<SchemaId>,
        /// The schema of what follows.
        rest: Option<SchemaId>,
    },
    /// An object without properties of its own: names are data.
    Map {
        /// The values' schema; anything where the document does not say.
        values: Option<SchemaId>,
    },
    /// An object with named properties.
    Object(ObjectShape),
    /// One of several schemas.
    Union(UnionShape),
    /// The same as another schema, perhaps narrowed by the plain keyword groups of this one.
    Reference(SchemaId),
}

/// Why a schema has no better shape than "any value".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyReason {
    /// The document allows anything (`{}` or `true`).
    Unconstrained,
    /// Several types are allowed at once, without a union that tells them apart.
    SeveralTypes,
    /// `allOf` members that cannot be put into one type.
    Merge,
    /// The keywords constrain, but name no type (`not`, `if`, bare `minimum`, …).
    NoType,
    /// The schema could not be read or resolved; a diagnostic says why.
    Broken,
}

/// The width of an integer, from `format` and the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegerWidth {
    /// `format: int32`, or bounds that fit.
    I32,
    /// `format: int64`, no format, or bounds that fit.
    I64,
    /// Bounds from 0 that do not fit `i64`, or `format: uint64`.
    U64,
}

/// What a string's `format` makes of it. Formats not listed here are annotations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StringFormat {
    /// No format, or one with no meaning of its own.
    Plain,
    /// RFC 3339 `date-time`.
    DateTime,
    /// RFC 3339 `full-date`.
    Date,
    /// RFC 3339 `full-time`.
    Time,
    /// ISO 8601 duration, as in RFC 3339 appendix A.
    Duration,
    /// RFC 9562.
    Uuid,
    /// Base64 text (`byte`, or `contentEncoding: base64`).
    Byte,
    /// Octets (`binary`).
    Binary,
    /// A format that is checked but stays text: `email`, `uri`, `ipv4`, `hostname`, …
    Checked(String),
}

/// `enum` or `const`.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumShape {
    /// The allowed values other than `null`, in document order, duplicates removed.
    pub values: Vec<Value>,
}

impl EnumShape {
    /// The values as text, where all of them are strings.
    #[must_use]
    pub fn strings(&self) -> Option<Vec<&str>> {
        self.values.iter().map(Value::as_str).collect()
    }
}

/// An object with named properties, `allOf` members already merged in.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectShape {
    /// The properties, in document order: those of `allOf` members where the member stands.
    pub fields: Vec<Field>,
    /// What other properties are.
    pub additional: Additional,
}

/// One property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The property's name, as written.
    pub name: String,
    /// Its schema.
    pub schema: SchemaId,
    /// Whether `required` names it, here or in an `allOf` member.
    pub required: bool,
}

/// What a document says of properties that are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Additional {
    /// Nothing: they are allowed, and mean nothing.
    Ignored,
    /// They are refused (`additionalProperties: false`).
    Refused,
    /// They are data, of this schema; of any kind for `None` (`additionalProperties: true`).
    Kept(Option<SchemaId>),
}

/// `oneOf` or `anyOf`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnionShape {
    /// Which of the two.
    pub kind: UnionKind,
    /// The variants, in document order, those that are only `null` left out.
    pub variants: Vec<Variant>,
    /// The property that tells the variants apart, where the document names one and every variant
    /// requires it with values of its own.
    pub tag: Option<String>,
}

/// Whether exactly one variant has to match, or at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnionKind {
    /// `oneOf`
    OneOf,
    /// `anyOf`
    AnyOf,
}

/// One member of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its schema.
    pub schema: SchemaId,
    /// The values of the tag that select it; empty where the union has no tag.
    pub tags: Vec<String>,
}

impl UnionShape {
    /// Tag value → index into `variants`.
    #[must_use]
    pub fn by_tag(&self) -> IndexMap<&str, usize> {
        self.variants
            .iter()
            .enumerate()
            .flat_map(|(index, variant)| variant.tags.iter().map(move |tag| (tag.as_str(), index)))
            .collect()
    }
}
