//! Schemas as JSON Schema 2020-12 keywords, whatever dialect they were written in.

use super::{Number, Shape, Value};
use crate::Origin;
use indexmap::{IndexMap, IndexSet};

/// Index of a schema in [`Api::schemas`](super::Api::schemas).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(u32);

impl SchemaId {
    /// Its place in the arena.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// The JSON types a schema's `type` keyword allows (JSON Schema Validation §6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeSet(u8);

impl TypeSet {
    /// No type at all: nothing is valid.
    pub const NONE: Self = Self(0);
    /// `null`
    pub const NULL: Self = Self(1);
    /// `boolean`
    pub const BOOLEAN: Self = Self(2);
    /// `integer`
    pub const INTEGER: Self = Self(4);
    /// `number`, which includes `integer`.
    pub const NUMBER: Self = Self(8 | 4);
    /// `string`
    pub const STRING: Self = Self(16);
    /// `array`
    pub const ARRAY: Self = Self(32);
    /// `object`
    pub const OBJECT: Self = Self(64);
    /// Every type: what a schema without `type` allows.
    pub const ALL: Self = Self(127);

    /// Whether every type of `other` is in the set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without the types of `other`. Taking `INTEGER` from `NUMBER` is not expressible and
    /// leaves the bit for non-integers.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names in the set, `number` standing for `integer` too, in JSON Schema's order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let number = self.contains(Self::NUMBER);
        for (set, name) in [
            (Self::NULL, "null"),
            (Self::BOOLEAN, "boolean"),
            (Self::INTEGER, "integer"),
            (Self::NUMBER, "number"),
            (Self::STRING, "string"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
        ] {
            if self.contains(set) && !(number && name == "integer") {
                names.push(name);
            }
        }
        names
    }
}

/// What a schema is used for, which decides its name and what `readOnly` / `writeOnly` mean for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemaRole {
    /// Reachable from a request body or parameter.
    pub in_request: bool,
    /// Reachable from a response body or header, or from an event.
    pub in_response: bool,
}

/// One schema: JSON Schema 2020-12 keywords, with everything a 3.0 document spells otherwise
/// (`nullable`, boolean `exclusiveMinimum`, `example`) already upgraded.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Its own id.
    pub id: SchemaId,
    /// Where it stands in the document.
    pub origin: Origin,
    /// The words that lead to it, from the nearest name: `["Customer"]` for a component,
    /// `["Customer", "metadata"]` for its property, `["listCustomers", "limit"]` for a parameter,
    /// `["createAccount", "request"]` for an inline body. Text as written in the document: readers
    /// turn it into identifiers. Unique together with [`Schema::is_component`] in most documents,
    /// but not by promise.
    pub place: Vec<String>,
    /// Whether it stands directly under `components.schemas`.
    pub is_component: bool,
    /// The reading of the keywords that code is made from: what an instance other than `null` is.
    pub shape: Shape,
    /// Whether `null` is valid too, beside what `shape` says, however the document spells that. For a
    /// [`Shape::Reference`], only what this schema adds itself: look at the target as well.
    pub nullable: bool,
    /// Keywords that restrict instances beyond `shape`, `nullable` and the plain keyword groups
    /// ([`StringKeywords`], [`NumberKeywords`], lengths, `uniqueItems`, `propertyNames`, …): whoever
    /// builds from the shape must hold each instance to the whole schema as well. Empty for most.
    pub residue: Vec<&'static str>,
    /// How it is used.
    pub role: SchemaRole,
    /// `Some(false)` and `Some(true)` for the boolean schemas; every other field is then empty.
    pub boolean: Option<bool>,
    /// `$ref`, resolved. In a 3.0 document siblings were dropped (OAS 3.0 §4.7.23); in 3.1 the other
    /// fields hold them.
    pub reference: Option<SchemaId>,
    /// `title`
    pub title: Option<String>,
    /// `description`, CommonMark.
    pub description: Option<String>,
    /// `default`
    pub default: Option<Value>,
    /// `examples` and `example`.
    pub examples: Vec<Value>,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// `type`, with `null` added where the document says `nullable: true`. [`TypeSet::ALL`] without `type`.
    pub types: TypeSet,
    /// `enum`, as written: in 3.0 `nullable: true` does not add `null` to it (OAS 3.0.3 §4.7.24.1).
    pub enumeration: Option<Vec<Value>>,
    /// `const`
    pub constant: Option<Value>,
    /// Keywords for strings.
    pub string: StringKeywords,
    /// Keywords for numbers.
    pub number: NumberKeywords,
    /// Keywords for arrays.
    pub array: ArrayKeywords,
    /// Keywords for objects.
    pub object: ObjectKeywords,
    /// `allOf`
    pub all_of: Vec<SchemaId>,
    /// `anyOf`
    pub any_of: Vec<SchemaId>,
    /// `oneOf`
    pub one_of: Vec<SchemaId>,
    /// `not`
    pub not: Option<SchemaId>,
    /// `if`
    pub condition: Option<SchemaId>,
    /// `then`
    pub then: Option<SchemaId>,
    /// `else`
    pub otherwise: Option<SchemaId>,
    /// `discriminator` (OAS §4.8.25).
    pub discriminator: Option<Discriminator>,
    /// `x-…` members.
    pub extensions: IndexMap<String, Value>,
}

/// String keywords (JSON Schema Validation §6.3, §7, §8). Lengths count Unicode code points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StringKeywords {
    /// `minLength`
    pub min_length: Option<u64>,
    /// `maxLength`
    pub max_length: Option<u64>,
    /// `pattern`, an ECMA-262 regular expression, unanchored.
    pub pattern: Option<String>,
    /// `format`, as written.
    pub format: Option<String>,
    /// `contentEncoding`
    pub content_encoding: Option<String>,
    /// `contentMediaType`
    pub content_media_type: Option<String>,
}

/// Number keywords (JSON Schema Validation §6.2), exact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberKeywords {
    /// `minimum`
    pub minimum: Option<Number>,
    /// `maximum`
    pub maximum: Option<Number>,
    /// `exclusiveMinimum`, numeric.
    pub exclusive_minimum: Option<Number>,
    /// `exclusiveMaximum`, numeric.
    pub exclusive_maximum: Option<Number>,
    /// `multipleOf`
    pub multiple_of: Option<Number>,
}

/// Array keywords (JSON Schema Core §10.3.1, Validation §6.4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArrayKeywords {
    /// `items`: the schema of the items after `prefix_items`.
    pub items: Option<SchemaId>,
    /// `prefixItems`
    pub prefix_items: Vec<SchemaId>,
    /// `contains`
    pub contains: Option<SchemaId>,
    /// `minContains`
    pub min_contains: Option<u64>,
    /// `maxContains`
    pub max_contains: Option<u64>,
    /// `minItems`
    pub min_items: Option<u64>,
    /// `maxItems`
    pub max_items: Option<u64>,
    /// `uniqueItems`
    pub unique_items: bool,
    /// `unevaluatedItems`
    pub unevaluated_items: Option<SchemaId>,
}

/// Object keywords (JSON Schema Core §10.3.2, Validation §6.5).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectKeywords {
    /// `properties`, in document order.
    pub properties: IndexMap<String, SchemaId>,
    /// `required`
    pub required: IndexSet<String>,
    /// `additionalProperties`; a boolean is a boolean schema.
    pub additional_properties: Option<SchemaId>,
    /// `patternProperties`
    pub pattern_properties: IndexMap<String, SchemaId>,
    /// `propertyNames`, or `x-propertyNames` in a 3.0 document (`docs/extensions.md`).
    pub property_names: Option<SchemaId>,
    /// `minProperties`
    pub min_properties: Option<u64>,
    /// `maxProperties`
    pub max_properties: Option<u64>,
    /// `dependentRequired`
    pub dependent_required: IndexMap<String, Vec<String>>,
    /// `dependentSchemas`
    pub dependent_schemas: IndexMap<String, SchemaId>,
    /// `unevaluatedProperties`
    pub unevaluated_properties: Option<SchemaId>,
}

/// `discriminator`: which property names the variant. A hint for readers, never a constraint of its
/// own (OAS §4.8.25).
#[derive(Clone, Debug, PartialEq)]
pub struct Discriminator {
    /// `propertyName`
    pub property: String,
    /// The property's value → schema: the explicit `mapping` first, then the implicit names of the
    /// `oneOf` / `anyOf` components that no mapping entry leads to.
    pub mapping: IndexMap<String, SchemaId>,
}

impl Schema {
    /// The target, where this schema is nothing but a `$ref`: siblings, if any, only describe.
    #[must_use]
    pub fn bare_reference(&self) -> Option<SchemaId> {
        let reference = self.reference?;
        (!self.constrains()).then_some(reference)
    }

    /// Whether any keyword beside `$ref` constrains instances.
    #[must_use]
    pub fn constrains(&self) -> bool {
        self.boolean == Some(false)
            || self.types != TypeSet::ALL
            || self.enumeration.is_some()
            || self.constant.is_some()
            || self.string != StringKeywords::default()
            || self.number != NumberKeywords::default()
            || self.array != ArrayKeywords::default()
            || self.object != ObjectKeywords::default()
            || !self.all_of.is_empty()
            || !self.any_of.is_empty()
            || !self.one_of.is_empty()
            || self.not.is_some()
            || self.condition.is_some()
    }

    /// Every schema this one applies or refers to, in a stable order.
    #[must_use]
    pub fn children(&self) -> Vec<SchemaId> {
        let mut children = Vec::new();
        children.extend(self.reference);
        children.extend(&self.array.prefix_items);
        children.extend(self.array.items);
        children.extend(self.array.contains);
        children.extend(self.array.unevaluated_items);
        children.extend(self.object.properties.values());
        children.extend(self.object.additional_properties);
        children.extend(self.object.pattern_properties.values());
        children.extend(self.object.property_names);
        children.extend(self.object.dependent_schemas.values());
        children.extend(self.object.unevaluated_properties);
        children.extend(&self.all_of);
        children.extend(&self.any_of);
        children.extend(&self.one_of);
        children.extend(self.not);
        children.extend(self.condition);
        children.extend(self.then);
        children.extend(self.otherwise);
        children
    }
}
