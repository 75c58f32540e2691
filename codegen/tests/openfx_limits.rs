//! Every limit and pattern of `spec/openfx.yaml`, on both sides, against the types generated from it.
//!
//! Driven by the document: a limit that is added is tested, and one that cannot be tested fails here.

#[path = "support/samples.rs"]
mod samples;
mod support;

use counterpart_model::Api;
use counterpart_model::api::{Number, Schema, Shape, StringFormat};
use counterpart_runtime::Component;
use samples::{matching, mutations, sample, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

struct Limits {
    api: Api,
    types: BTreeMap<&'static str, Component>,
    /// Keyword → valid and invalid instances tried.
    tried: BTreeMap<&'static str, (usize, usize)>,
}

impl Limits {
    fn new() -> Self {
        let path = support::workspace_root().join("spec/openfx.yaml");
        let api = counterpart_model::load(path)
            .api
            .expect("the document is sound");
        let tables = [
            openfx::components::COMPONENTS,
            openfx::components::INLINE,
            openfx::components::BODIES,
        ];
        let types = tables
            .into_iter()
            .flatten()
            .map(|component| (component.pointer, *component))
            .collect();
        Self {
            api,
            types,
            tried: BTreeMap::new(),
        }
    }

    /// Holds what the type says of an instance against what it should say.
    fn expect(&mut self, schema: &Schema, keyword: &'static str, instance: &Value, valid: bool) {
        let pointer: &str = &schema.origin.pointer;
        let Some(component) = self.types.get(pointer) else {
            panic!("{pointer} has {keyword}, but no type")
        };
        let json = instance.to_string();
        let said = (component.check)(json.as_bytes());
        let why = said
            .as_ref()
            .err()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert_eq!(
            said.is_ok(),
            valid,
            "{pointer}: {keyword} with {}: {}",
            json.chars().take(400).collect::<String>(),
            why.chars().take(400).collect::<String>()
        );
        let counts = self.tried.entry(keyword).or_default();
        if valid { counts.0 += 1 } else { counts.1 += 1 }
    }

    fn strings(&mut self, schema: &Schema) {
        // Where a format or a pattern decides as well, a string of the right length is not yet valid.
        let free = schema.string.pattern.is_none()
            && matches!(schema.shape, Shape::String(StringFormat::Plain));
        let a = |count: u64| Value::String("ä".repeat(usize::try_from(count).expect("a length")));
        if let Some(min) = schema.string.min_length.filter(|min| free && *min > 0) {
            self.expect(schema, "minLength", &a(min), true);
            self.expect(schema, "minLength", &a(min - 1), false);
        }
        if let Some(max) = schema.string.max_length {
            if free {
                self.expect(schema, "maxLength", &a(max), true);
            }
            self.expect(schema, "maxLength", &a(max + 1), false);
        }
        let Some(pattern) = schema.string.pattern.clone() else {
            return;
        };
        let ecma = regress::Regex::with_flags(&pattern, "u").expect("an ECMA-262 pattern");
        let (mut valid, mut invalid) = (0, 0);
        let mut texts = matching(&pattern);
        texts.extend(
            schema
                .examples
                .iter()
                .filter_map(|example| example.as_str().map(str::to_owned)),
        );
        texts.extend(text(schema, 0));
        for base in texts.clone() {
            texts.extend(mutations(&base));
        }
        for text in texts {
            let length = u64::try_from(text.chars().count()).expect("a length");
            let fits = schema.string.min_length.is_none_or(|min| length >= min)
                && schema.string.max_length.is_none_or(|max| length <= max);
            let matches = ecma.find(&text).is_some();
            // Other keywords are tried on their own.
            let other = match &schema.shape {
                Shape::String(StringFormat::Plain) => fits,
                _ => {
                    matches
                        && (self.types[&*schema.origin.pointer].check)(
                            json!(text).to_string().as_bytes(),
                        )
                        .is_ok()
                }
            };
            if matches && !other {
                continue;
            }
            self.expect(schema, "pattern", &json!(text), matches && other);
            if matches { valid += 1 } else { invalid += 1 }
        }
        assert!(
            valid > 0 && invalid > 0,
            "{}: {pattern}: {valid} valid, {invalid} invalid",
            schema.origin.pointer
        );
    }

    fn numbers(&mut self, schema: &Schema) {
        let step = |number: &Number, by: i128| {
            number
                .as_i128()
                .map(|value| json!(i64::try_from(value + by).expect("a bound")))
        };
        let number = schema.number.clone();
        for (keyword, bound, inside, outside) in [
            ("minimum", &number.minimum, 0, -1),
            ("maximum", &number.maximum, 0, 1),
            ("exclusiveMinimum", &number.exclusive_minimum, 1, 0),
            ("exclusiveMaximum", &number.exclusive_maximum, -1, 0),
        ] {
            if let Some(bound) = bound {
                self.expect(
                    schema,
                    keyword,
                    &step(bound, inside).expect("a whole bound"),
                    true,
                );
                self.expect(
                    schema,
                    keyword,
                    &step(bound, outside).expect("a whole bound"),
                    false,
                );
            }
        }
    }

    fn arrays(&mut self, schema: &Schema) {
        let Shape::Array { items } = schema.shape else {
            return;
        };
        let list = |limits: &Self, count: u64| -> Option<Value> {
            let item = |at: u64| {
                items.map_or(Some(json!(at)), |items| {
                    // Rules between fields hold for the first sample; others only where they must differ.
                    let number = if schema.array.unique_items { at } else { 0 };
                    sample(&limits.api, items, usize::try_from(number).ok()?, 0)
                })
            };
            (0..count).map(item).collect()
        };
        let floor = schema.array.min_items.unwrap_or(0);
        if let Some(min) = schema.array.min_items.filter(|min| *min > 0) {
            self.expect(schema, "minItems", &list(self, min).expect("a list"), true);
            self.expect(
                schema,
                "minItems",
                &list(self, min - 1).expect("a list"),
                false,
            );
        }
        if let Some(max) = schema.array.max_items {
            self.expect(
                schema,
                "maxItems",
                &list(self, max).unwrap_or_else(|| panic!("a list for {}", schema.origin.pointer)),
                true,
            );
            self.expect(
                schema,
                "maxItems",
                &list(self, max + 1).expect("a list"),
                false,
            );
        }
        if schema.array.unique_items {
            let mut items = list(self, floor.max(1)).expect("a list");
            self.expect(schema, "uniqueItems", &items, true);
            let items = items.as_array_mut().expect("a list");
            items.extend(items.first().cloned());
            self.expect(schema, "uniqueItems", &json!(items.clone()), false);
        }
    }

    fn maps(&mut self, schema: &Schema) {
        let Shape::Map { values } = schema.shape else {
            return;
        };
        let names = schema
            .object
            .property_names
            .map(|names| self.api.schema(self.api.resolve(names)).clone());
        let value = |limits: &Self| {
            values
                .map_or(Some(Value::Bool(true)), |values| {
                    sample(&limits.api, values, 0, 0)
                })
                .expect("a value")
        };
        let map = |limits: &Self, count: u64| -> Value {
            let name = |at: u64| match &names {
                Some(names) => text(names, usize::try_from(at).expect("small")).expect("a name"),
                None => format!("n{at}"),
            };
            let value = value(limits);
            (0..count)
                .map(|at| (name(at), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        if let Some(min) = schema.object.min_properties.filter(|min| *min > 0) {
            self.expect(schema, "minProperties", &map(self, min), true);
            self.expect(schema, "minProperties", &map(self, min - 1), false);
        }
        if let Some(max) = schema.object.max_properties {
            self.expect(schema, "maxProperties", &map(self, max), true);
            self.expect(schema, "maxProperties", &map(self, max + 1), false);
        }
        let Some(names) = names else { return };
        let value = value(self);
        for good in names
            .string
            .pattern
            .as_deref()
            .map(matching)
            .unwrap_or_default()
        {
            self.expect(
                schema,
                "propertyNames",
                &json!({ good.as_str(): value }),
                true,
            );
            let bad = format!("{good}!");
            self.expect(schema, "propertyNames", &json!({ bad: value }), false);
        }
    }

    fn objects(&mut self, schema: &Schema, id: counterpart_model::api::SchemaId) {
        let Shape::Object(object) = &schema.shape else {
            return;
        };
        let Some(whole) = sample(&self.api, id, 0, 0) else {
            return;
        };
        if !schema.residue.is_empty() {
            return;
        }
        let required = object.fields.iter().filter(|field| field.required);
        for (at, field) in required.enumerate() {
            if at == 0 {
                self.expect(schema, "required", &whole, true);
            }
            let mut without = whole.clone();
            without
                .as_object_mut()
                .expect("an object")
                .remove(&field.name);
            self.expect(schema, "required", &without, false);
        }
    }
}

#[test]
fn every_limit_on_both_sides() {
    let mut limits = Limits::new();
    let tested: Vec<_> = limits
        .api
        .schema_ids()
        .filter(|id| {
            limits
                .types
                .contains_key(&*limits.api.schema(*id).origin.pointer)
        })
        .collect();
    for id in tested {
        let schema = limits.api.schema(id).clone();
        if schema.bare_reference().is_some() {
            continue;
        }
        match schema.shape {
            Shape::String(_) => limits.strings(&schema),
            Shape::Integer(_) => limits.numbers(&schema),
            Shape::Array { .. } => limits.arrays(&schema),
            Shape::Map { .. } => limits.maps(&schema),
            Shape::Object(_) => limits.objects(&schema, id),
            _ => {}
        }
    }
    for (keyword, (valid, invalid)) in &limits.tried {
        println!("{keyword}: {valid} valid, {invalid} invalid");
        assert!(
            *valid > 0 && *invalid > 0,
            "{keyword} was only tried on one side"
        );
    }
    for keyword in [
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "maxItems",
        "maxProperties",
        "propertyNames",
        "required",
    ] {
        assert!(
            limits.tried.contains_key(keyword),
            "{keyword} was never tried"
        );
    }
}

/// Every pattern that stands anywhere in the document belongs to a type that the test above asks.
#[test]
fn no_pattern_is_left_out() {
    let limits = Limits::new();
    let mut patterns = 0;
    for id in limits.api.schema_ids() {
        let schema = limits.api.schema(id);
        if schema.string.pattern.is_some() {
            let pointer: &str = &schema.origin.pointer;
            assert!(
                limits.types.contains_key(pointer),
                "the pattern at {pointer} is not tested"
            );
            patterns += 1;
        }
    }
    println!("{patterns} patterns");
    assert!(patterns > 0);
}

/// The metadata rule, in numbers: 50 entries, names of 1 to 40 word characters, values of at most 500 characters or null.
#[test]
fn metadata() {
    let limits = Limits::new();
    let metadata = limits.types["/components/schemas/Metadata"];
    let accepts = |value: &Value| (metadata.check)(value.to_string().as_bytes()).is_ok();
    let entries = |count: usize| {
        (0..count)
            .map(|at| (format!("key_{at}"), json!("v")))
            .collect::<serde_json::Map<_, _>>()
    };
    assert!(accepts(&json!({})));
    assert!(accepts(&Value::Object(entries(50))));
    assert!(!accepts(&Value::Object(entries(51))));
    assert!(accepts(&json!({ "k".repeat(40): "v" })));
    assert!(!accepts(&json!({ "k".repeat(41): "v" })));
    assert!(!accepts(&json!({ "": "v" })));
    assert!(!accepts(&json!({ "no-dash": "v" })));
    assert!(accepts(&json!({ "k": "é".repeat(500) })));
    assert!(!accepts(&json!({ "k": "é".repeat(501) })));
    assert!(accepts(&json!({ "k": null })));
    assert!(!accepts(&json!({ "k": 1 })));
}
