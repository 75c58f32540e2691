//! Valid values at the limits of each keyword of one place.

use super::{
    build::{MANY, Maker, Style},
    case::Draft,
    format,
    number::Numbers,
    text,
    view::{Alternative, View},
};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::{Map, Value, json};

/// Characters of two bytes in UTF-8, and of four bytes and two UTF-16 units.
const WIDE: [char; 2] = ['é', '🌍'];

impl Maker<'_> {
    /// A case at the place itself.
    pub(super) fn case(
        &self,
        value: Value,
        keyword: &'static str,
        schema: SchemaId,
        what: impl Into<String>,
    ) -> Draft {
        Draft {
            value,
            keyword,
            pointer: String::new(),
            schema,
            what: what.into(),
            meant: None,
        }
    }

    /// The positive cases of one way through a place.
    pub(super) fn positive(&mut self, way: &Alternative, view: &View) -> Vec<Draft> {
        let mut all = Vec::new();
        if !way.branches.is_empty()
            && let Some(value) = self.build_view(view, Style::Most, 0)
        {
            for (schema, keyword, index) in &way.branches {
                all.push(self.case(
                    value.clone(),
                    keyword,
                    *schema,
                    format!("is as schema {} of {keyword}", index + 1),
                ));
            }
        }
        if let Some(values) = &view.values {
            for (_, keyword, schema) in &view.lists {
                for value in values {
                    let what = format!("is {value}, as {keyword} allows");
                    all.push(self.case(value.clone(), keyword, *schema, what));
                }
            }
            return all;
        }
        if let Some(typed) = view.typed.first().copied() {
            self.positive_types(view, typed, &mut all);
        }
        if view.types.contains(TypeSet::STRING) {
            self.positive_strings(view, &mut all);
        }
        for whole in [TypeSet::NUMBER, TypeSet::INTEGER] {
            if view.types.contains(whole) && (whole == TypeSet::INTEGER || !view.typed.is_empty()) {
                self.positive_numbers(view, whole == TypeSet::INTEGER, &mut all);
            }
        }
        if view.types.contains(TypeSet::ARRAY) {
            self.positive_arrays(view, &mut all);
        }
        if view.types.contains(TypeSet::OBJECT) {
            self.positive_objects(view, &mut all);
        }
        all
    }

    fn positive_types(&mut self, view: &View, typed: SchemaId, all: &mut Vec<Draft>) {
        if view.types.contains(TypeSet::NULL) {
            all.push(self.case(Value::Null, "type", typed, "is null, which is allowed"));
        }
        if view.types.contains(TypeSet::BOOLEAN) {
            for value in [true, false] {
                all.push(self.case(value.into(), "type", typed, format!("is {value}")));
            }
        }
        for (kind, name) in [
            (TypeSet::STRING, "a string"),
            (TypeSet::NUMBER, "a number"),
            (TypeSet::INTEGER, "an integer"),
            (TypeSet::ARRAY, "an array"),
            (TypeSet::OBJECT, "an object"),
        ] {
            if view.types.contains(kind)
                && let Some(value) = self.build_typed(view, kind)
            {
                all.push(self.case(value, "type", typed, format!("is {name}")));
            }
        }
    }

    fn positive_strings(&mut self, view: &View, all: &mut Vec<Draft>) {
        for (limit, keyword) in [
            (view.min_length, "minLength"),
            (view.max_length, "maxLength"),
        ] {
            let Some((limit, schema)) = limit else {
                continue;
            };
            let Some(length) = text::bound(Some(limit)) else {
                continue;
            };
            for length in [Some(length), inward(length, keyword)]
                .into_iter()
                .flatten()
            {
                if let Some(text) = self.text(view, Some(length), 0) {
                    let what = format!("has {length} characters, and {keyword} is {limit}");
                    all.push(self.case(text.into(), keyword, schema, what));
                }
            }
            // Lengths count characters, neither bytes nor UTF-16 units (JSON Schema Validation §6.3).
            for wide in WIDE {
                let text: String = std::iter::repeat_n(wide, length).collect();
                if length > 0 && self.fits(view, &text) {
                    let bytes = text.len();
                    all.push(self.case(
                        text.into(),
                        keyword,
                        schema,
                        format!(
                            "has {length} characters of {bytes} bytes, and {keyword} is {limit}"
                        ),
                    ));
                }
            }
        }
        let patterns = view.patterns.clone();
        for (pattern, schema) in patterns {
            let mut texts = self.texts(view, None);
            texts.extend(self.with_signs(view, &pattern));
            for text in texts {
                all.push(self.case(text.into(), "pattern", schema, format!("matches {pattern}")));
            }
        }
        if let Some((name, schema)) = &view.format {
            for text in format::valid(name)
                .iter()
                .filter(|text| self.fits(view, text))
            {
                all.push(self.case(
                    (*text).into(),
                    "format",
                    *schema,
                    format!("is \"{text}\", in the format {name}"),
                ));
            }
        }
    }

    fn positive_numbers(&mut self, view: &View, whole: bool, all: &mut Vec<Draft>) {
        let numbers = Numbers::of(view, whole);
        for edge in &numbers.edges {
            let value = numbers.value(edge.inside);
            let what = format!("is {value}, the last that {} allows", edge.keyword);
            all.push(self.case(value, edge.keyword, edge.schema, what));
            let value = numbers.value(edge.inside.saturating_mul(2).saturating_sub(edge.outside));
            let what = format!("is {value}, the last but one that {} allows", edge.keyword);
            all.push(self.case(value, edge.keyword, edge.schema, what));
        }
        for (_, schema) in &numbers.multiples {
            for turn in 1..=2 {
                let value = numbers.value(numbers.ordinary(turn));
                all.push(self.case(
                    value.clone(),
                    "multipleOf",
                    *schema,
                    format!("is {value}, a multiple"),
                ));
            }
        }
    }

    fn positive_arrays(&mut self, view: &View, all: &mut Vec<Draft>) {
        for (limit, keyword) in [(view.min_items, "minItems"), (view.max_items, "maxItems")] {
            let Some((limit, schema)) = limit else {
                continue;
            };
            let Some(limit) = text::bound(Some(limit)) else {
                continue;
            };
            for count in [Some(limit), inward(limit, keyword)].into_iter().flatten() {
                self.refuel();
                if let Some(value) = self.items(view, count, Style::Least, 2) {
                    let what = format!("has {count} items, and {keyword} is {limit}");
                    all.push(self.case(value, keyword, schema, what));
                }
            }
        }
        self.refuel();
        let several = (view.prefix.len() + 2).min(view.most_items());
        let value = self.items(view, several, Style::Random, 1);
        let sources = [
            (view.items.first().copied(), "items"),
            (view.unique, "uniqueItems"),
            (view.contains.map(|it| it.1), "contains"),
            (
                view.prefix.first().and_then(|it| it.first()).copied(),
                "prefixItems",
            ),
        ];
        if let Some((length, schema, keyword)) = view.closed
            && let Some(value) = self.items(view, length, Style::Least, 1)
        {
            let what = format!("has {length} items, as many as {keyword} allows");
            all.push(self.case(value, keyword, schema, what));
        }
        for (schema, keyword) in sources {
            if let (Some(value), Some(schema)) = (&value, schema) {
                all.push(self.case(
                    value.clone(),
                    keyword,
                    schema,
                    format!("has {several} items, as {keyword} allows"),
                ));
            }
        }
    }

    fn positive_objects(&mut self, view: &View, all: &mut Vec<Draft>) {
        self.refuel();
        let Some(Value::Object(least)) = self.build_typed(view, TypeSet::OBJECT) else {
            return;
        };
        if let Some(schema) = view.required.values().next() {
            all.push(self.case(
                least.clone().into(),
                "required",
                *schema,
                "has only the properties that are required",
            ));
        }
        let mut full = least.clone();
        for name in view
            .properties
            .keys()
            .filter(|name| !least.contains_key(*name))
        {
            self.refuel();
            let Some(value) = self.member(view, name, Style::Least, 1) else {
                continue;
            };
            full.insert(name.clone(), value.clone());
            let mut one = least.clone();
            one.insert(name.clone(), value);
            if let Some(schema) = view.properties.get(name).and_then(|place| place.first()) {
                all.push(self.case(
                    one.into(),
                    "properties",
                    *schema,
                    format!("has the optional property {name}"),
                ));
            }
        }
        if let Some(schema) = view
            .properties
            .values()
            .next()
            .and_then(|place| place.first())
            && full.len() > least.len() + 1
        {
            all.push(self.case(
                full.into(),
                "properties",
                *schema,
                "has every property there is",
            ));
        }
        for (limit, keyword) in [
            (view.min_properties, "minProperties"),
            (view.max_properties, "maxProperties"),
        ] {
            let Some((limit, schema)) = limit else {
                continue;
            };
            let Some(limit) = text::bound(Some(limit)).filter(|count| *count <= MANY) else {
                continue;
            };
            for count in [Some(limit), inward(limit, keyword)].into_iter().flatten() {
                self.refuel();
                let mut members = least.clone();
                self.fill(view, &mut members, count, 1);
                if members.len() == count {
                    let what = format!("has {count} properties, and {keyword} is {limit}");
                    all.push(self.case(members.into(), keyword, schema, what));
                }
            }
        }
        self.positive_names(view, &least, all);
        for (name, needs, schema) in &view.dependent {
            let mut members = least.clone();
            for name in std::iter::once(name).chain(needs) {
                members.extend(
                    self.member(view, name, Style::Least, 1)
                        .map(|value| (name.clone(), value)),
                );
            }
            all.push(self.case(
                members.into(),
                "dependentRequired",
                *schema,
                format!("has {name} and what it asks for"),
            ));
        }
    }

    fn positive_names(&mut self, view: &View, least: &Map<String, Value>, all: &mut Vec<Draft>) {
        let with = |name: &str, value: Value| {
            let mut members = least.clone();
            members.insert(name.to_owned(), value);
            Value::Object(members)
        };
        // Where nothing is said of other properties they are allowed too, but nobody promised.
        if let Some(schema) = view.open
            && let Some((name, place)) = self.other_name(view, 1)
            && let Some(value) = self.build(&place, Style::Least, 1)
        {
            all.push(self.case(
                with(&name, value),
                "additionalProperties",
                schema,
                format!("has the property {name}, which is not listed"),
            ));
        }
        if let Some((pattern, place, schema)) = view.by_pattern.first()
            && let Some((name, _)) = self.other_name(view, 0)
            && let Some(value) = self.build(&[*place], Style::Least, 1)
        {
            all.push(self.case(
                with(&name, value),
                "patternProperties",
                *schema,
                format!("has the property {name}, which matches {pattern}"),
            ));
        }
        let Some(schema) = view.named else {
            return;
        };
        let Some(names) = self.first_view(&view.names) else {
            return;
        };
        let value = self
            .build(&view.additional, Style::Least, 1)
            .unwrap_or(json!("text"));
        let lengths =
            [names.min_length, names.max_length].map(|limit| text::bound(limit.map(|it| it.0)));
        // A pattern may hold the limits itself.
        for length in lengths.into_iter().chain([None, Some(1), Some(40)]) {
            if let Some(name) = self.text(&names, length, 0) {
                let count = name.chars().count();
                all.push(self.case(
                    with(&name, value.clone()),
                    "propertyNames",
                    schema,
                    format!("has a property with a name of {count} characters"),
                ));
            }
        }
    }
}

/// The size next to a limit, on its inner side.
fn inward(limit: usize, keyword: &str) -> Option<usize> {
    if keyword.starts_with("min") {
        limit.checked_add(1)
    } else {
        limit.checked_sub(1)
    }
}
