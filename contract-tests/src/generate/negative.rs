//! Invalid values, each beyond one limit of one place.

use super::{
    build::{MANY, Maker, Style, type_of},
    case::Draft,
    format,
    near::{distortions, others},
    number::Numbers,
    sampler::LONGEST,
    text,
    view::{Alternative, View},
};
use counterpart_model::api::TypeSet;
use indexmap::IndexSet;
use serde_json::{Map, Value, json};

/// So much text that a pattern refuses is tried.
const KEPT: usize = 10;

impl Maker<'_> {
    /// The negative cases of one way through a place. Some may turn out valid, by another branch or
    /// another keyword: the whole instance is judged in the end.
    pub(super) fn negative(&mut self, way: &Alternative, view: &View) -> Vec<Draft> {
        let mut all = Vec::new();
        self.negative_types(view, &mut all);
        self.negative_tags(way, view, &mut all);
        if view.values.is_some() {
            for (index, (values, keyword, schema)) in view.lists.iter().enumerate() {
                // What another list allows at the same place is the nearest miss.
                let elsewhere = view
                    .lists
                    .iter()
                    .enumerate()
                    .filter(|other| other.0 != index);
                let elsewhere = elsewhere.flat_map(|(_, other)| &other.0);
                let near: IndexSet<Value> = elsewhere
                    .filter(|value| !values.contains(value))
                    .take(4)
                    .cloned()
                    .collect();
                for value in near.into_iter().chain(others(values)) {
                    let what = format!("is {value}, which {keyword} does not list");
                    all.push(self.case(value, keyword, *schema, what));
                }
            }
            return all;
        }
        if view.types.contains(TypeSet::STRING) {
            self.negative_lengths(view, &mut all);
            self.negative_patterns(view, &mut all);
        }
        if view.types.contains(TypeSet::INTEGER) {
            self.negative_numbers(view, !view.types.contains(TypeSet::NUMBER), &mut all);
        }
        if view.types.contains(TypeSet::ARRAY) {
            self.negative_arrays(view, &mut all);
        }
        if view.types.contains(TypeSet::OBJECT) {
            self.refuel();
            if let Some(Value::Object(least)) = self.build_typed(view, TypeSet::OBJECT) {
                self.negative_objects(view, &least, &mut all);
                self.negative_names(view, &least, &mut all);
            }
        }
        all
    }

    fn negative_types(&mut self, view: &View, all: &mut Vec<Draft>) {
        if view.typed.is_empty() {
            return;
        }
        let mut typed = view.typed.iter().cycle();
        let names = view.types.names().join(" or ");
        // What reads like the right type comes first.
        let near = match self.build_view(view, Style::Least, 0) {
            Some(Value::String(_)) => json!(7),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => json!(value.to_string()),
            Some(value @ Value::Object(_)) => json!([value]),
            _ => json!({}),
        };
        for value in [
            near,
            Value::Null,
            json!(1.5),
            json!("text"),
            json!(7),
            json!(true),
            json!([]),
            json!({}),
        ] {
            let kind = type_of(&value);
            if !view.types.contains(kind)
                && let Some(typed) = typed.next()
            {
                all.push(self.case(
                    value.clone(),
                    "type",
                    *typed,
                    format!("is {value}; type is {names}"),
                ));
            }
        }
    }

    fn negative_tags(&mut self, way: &Alternative, view: &View, all: &mut Vec<Draft>) {
        let Some((schema, _, _)) = way.branches.first() else {
            return;
        };
        let Some(Value::Object(members)) = self.build_view(view, Style::Least, 0) else {
            return;
        };
        let (_, keyword, _) = way
            .branches
            .first()
            .copied()
            .unwrap_or((*schema, "oneOf", 0));
        all.push(self.case(
            json!({}),
            keyword,
            *schema,
            format!("is {{}}, as no schema of {keyword}"),
        ));
        for name in view.tags.keys() {
            let mut members = members.clone();
            members.insert(name.clone(), json!("counterpart_unknown"));
            let what = format!("has \"counterpart_unknown\" in {name}, which selects no schema");
            all.push(self.case(members.into(), "discriminator", *schema, what));
        }
    }

    fn negative_lengths(&mut self, view: &View, all: &mut Vec<Draft>) {
        let under = view
            .min_length
            .and_then(|(limit, id)| Some((limit.checked_sub(1)?, limit, id, "minLength")));
        let over = view
            .max_length
            .and_then(|(limit, id)| Some((limit.checked_add(1)?, limit, id, "maxLength")));
        for (length, limit, schema, keyword) in [under, over].into_iter().flatten() {
            let Some(length) = text::bound(Some(length)).filter(|length| *length <= LONGEST) else {
                continue;
            };
            // Preferably text that satisfies the pattern, so that nothing but the length is wrong.
            let mut loose = view.clone();
            loose.min_length = None;
            loose.max_length = None;
            let made = self.raw_texts(&loose, Some(length));
            let exact = made.into_iter().find(|text| text.chars().count() == length);
            let text = exact.unwrap_or_else(|| text::filler(length));
            all.push(self.case(
                text.into(),
                keyword,
                schema,
                format!("has {length} characters; {keyword} is {limit}"),
            ));
        }
    }

    fn negative_patterns(&mut self, view: &View, all: &mut Vec<Draft>) {
        let good = self.texts(view, None);
        for (pattern, schema) in &view.patterns {
            let mut tried = IndexSet::new();
            for text in good.iter().take(2).rev() {
                tried.extend(distortions(text));
            }
            let least = text::bound(view.min_length.map(|it| it.0)).unwrap_or(1);
            tried.insert("!".repeat(least.max(1)));
            tried.insert(" ".repeat(least.max(1)));
            tried.insert(String::new());
            // What a pattern only keeps out may be any one character.
            if let Some(text) = good.first() {
                let signs = (b'!'..=b'~').map(char::from);
                tried.extend(signs.map(|sign| format!("{text}{sign}")));
            }
            let mut kept = 0;
            for text in tried {
                let count = text.chars().count() as u64;
                let sized = view.min_length.is_none_or(|it| count >= it.0)
                    && view.max_length.is_none_or(|it| count <= it.0);
                let value = Value::String(text);
                if sized && kept < KEPT && !self.generator.is_valid(*schema, &value) {
                    kept += 1;
                    all.push(self.case(
                        value.clone(),
                        "pattern",
                        *schema,
                        format!("is {value}, which does not match {pattern}"),
                    ));
                }
            }
        }
        if let Some((name, schema)) = &view.format {
            let common = format::invalid(name);
            let patterns = view.patterns.iter();
            let patterns = patterns.map(|(pattern, _)| regress::Regex::with_flags(pattern, "u"));
            let patterns: Vec<_> = patterns.filter_map(Result::ok).collect();
            // What a pattern refuses anyhow says nothing of the format.
            let told = |text: &&str| patterns.iter().all(|it| it.find(text).is_some());
            let subtle: &[&str] = match common.iter().any(told) {
                true => &[],
                false => format::subtle(name),
            };
            for text in common.iter().chain(subtle) {
                all.push(self.case(
                    (*text).into(),
                    "format",
                    *schema,
                    format!("is \"{text}\", which is not in the format {name}"),
                ));
            }
        }
    }

    fn negative_numbers(&mut self, view: &View, whole: bool, all: &mut Vec<Draft>) {
        let numbers = Numbers::of(view, whole);
        for edge in &numbers.edges {
            let value = numbers.value(edge.outside);
            let what = format!("is {value}, the first that {} refuses", edge.keyword);
            all.push(self.case(value, edge.keyword, edge.schema, what));
        }
        // Below zero is what a server forgets first, where the limit is further up.
        let lowest = numbers
            .edges
            .iter()
            .filter(|edge| edge.lower && edge.keyword != "format");
        if let Some(edge) = lowest.max_by_key(|edge| edge.inside)
            && edge.outside >= 0
        {
            let what = format!("is -1, which {} refuses", edge.keyword);
            all.push(self.case(json!(-1), edge.keyword, edge.schema, what));
        }
        for (multiple, schema) in &numbers.multiples {
            if let Some(value) = numbers.between(*multiple) {
                all.push(self.case(
                    value.clone(),
                    "multipleOf",
                    *schema,
                    format!("is {value}, which is no multiple"),
                ));
            }
        }
    }

    fn negative_arrays(&mut self, view: &View, all: &mut Vec<Draft>) {
        let under = view
            .min_items
            .and_then(|(limit, id)| Some((limit.checked_sub(1)?, limit, id, "minItems")));
        let over = view
            .max_items
            .and_then(|(limit, id)| Some((limit.checked_add(1)?, limit, id, "maxItems")));
        for (count, limit, schema, keyword) in [under, over].into_iter().flatten() {
            self.refuel();
            let Some(count) = text::bound(Some(count)) else {
                continue;
            };
            let mut loose = view.clone();
            let mut value = self.items(&loose, count, Style::Least, 2);
            if value.is_none() {
                // There are not that many different items: then some are the same.
                loose.unique = None;
                value = self.items(&loose, count, Style::Least, 2);
            }
            if let Some(value) = value {
                all.push(self.case(
                    value,
                    keyword,
                    schema,
                    format!("has {count} items; {keyword} is {limit}"),
                ));
            }
        }
        if let Some((length, schema, keyword)) = view.closed {
            self.refuel();
            // One more than there may be: like the last, which is as valid as can be.
            if let Some(Value::Array(mut items)) = self.items(view, length, Style::Least, 1) {
                let others = [Value::Bool(true), Value::Null, 0.into()];
                let like = items.last().cloned().into_iter().chain(others);
                let fits = |it: &Value| view.unique.is_none() || !items.contains(it);
                let one = like.into_iter().find(fits).unwrap_or(Value::Null);
                items.push(one);
                let what = format!("has {} items; {keyword} allows {length}", length + 1);
                let mut case = self.case(items.into(), keyword, schema, what);
                // What `false` refuses is the item, what nothing speaks of is told of the array.
                if keyword == "items" {
                    case.pointer.push_str(&format!("/{length}"));
                }
                all.push(case);
            }
        }
        if let Some(schema) = view.unique {
            self.refuel();
            let least = text::bound(view.min_items.map(|it| it.0)).unwrap_or(0);
            if let Some(Value::Array(mut items)) =
                self.items(view, least.max(2) - 1, Style::Least, 1)
                && let Some(last) = items.last().cloned()
            {
                items.push(last);
                all.push(self.case(
                    items.into(),
                    "uniqueItems",
                    schema,
                    "has the same item twice",
                ));
            }
        }
        if let Some((_, schema)) = view.contains {
            let mut loose = view.clone();
            loose.contains = None;
            let count = text::bound(view.min_items.map(|it| it.0)).unwrap_or(0);
            if let Some(value) = self.items(&loose, count, Style::Least, 1) {
                all.push(self.case(
                    value,
                    "contains",
                    schema,
                    "has no item of the kind that has to be among them",
                ));
            }
        }
    }

    fn negative_objects(&mut self, view: &View, least: &Map<String, Value>, all: &mut Vec<Draft>) {
        for (name, schema) in &view.required {
            let mut members = least.clone();
            members.remove(name);
            // An empty object may be refused for being empty: something else stands there.
            if members.is_empty() {
                let other = view
                    .properties
                    .keys()
                    .filter(|known| *known != name)
                    .find_map(|other| Some((other, self.member(view, other, Style::Least, 1)?)));
                members.extend(other.map(|(other, value)| (other.clone(), value)));
            }
            all.push(self.case(
                members.into(),
                "required",
                *schema,
                format!("lacks {name}, which is required"),
            ));
        }
        if let Some((schema, keyword)) = view.refused {
            let mut members = least.clone();
            members.insert("counterpart_unknown".to_owned(), json!("text"));
            all.push(self.case(
                members.into(),
                keyword,
                schema,
                "has the property counterpart_unknown, which is not allowed",
            ));
        }
        for (name, schema) in &view.hidden {
            let mut members = least.clone();
            let value = self
                .build(&[*schema], Style::Least, 1)
                .unwrap_or(json!("text"));
            members.insert(name.clone(), value);
            all.push(self.case(
                members.into(),
                "writeOnly",
                *schema,
                format!("has {name}, which is writeOnly"),
            ));
        }
        for (name, needs, schema) in &view.dependent {
            let Some(missing) = needs.first() else {
                continue;
            };
            let mut members = least.clone();
            members.extend(
                self.member(view, name, Style::Least, 1)
                    .map(|value| (name.clone(), value)),
            );
            members.remove(missing);
            all.push(self.case(
                members.into(),
                "dependentRequired",
                *schema,
                format!("has {name} without {missing}"),
            ));
        }
        if let Some((limit, schema)) = view.min_properties
            && let Some(count) = limit.checked_sub(1).and_then(|it| usize::try_from(it).ok())
        {
            let required = |name: &String| view.required.contains_key(name);
            let mut members: Map<String, Value> = least
                .iter()
                .filter(|it| required(it.0))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            self.fill(view, &mut members, count, 1);
            if members.len() == count {
                all.push(self.case(
                    members.into(),
                    "minProperties",
                    schema,
                    format!("has {count} properties; minProperties is {limit}"),
                ));
            }
        }
        if let Some((limit, schema)) = view.max_properties
            && let Some(count) = text::bound(limit.checked_add(1)).filter(|count| *count <= MANY)
        {
            self.refuel();
            let mut members = least.clone();
            self.fill(view, &mut members, count, 1);
            if members.len() == count {
                all.push(self.case(
                    members.into(),
                    "maxProperties",
                    schema,
                    format!("has {count} properties; maxProperties is {limit}"),
                ));
            }
        }
    }

    fn negative_names(&mut self, view: &View, least: &Map<String, Value>, all: &mut Vec<Draft>) {
        let (Some(schema), Some(own)) = (view.named, view.names.first().copied()) else {
            return;
        };
        let Some(names) = self.first_view(&view.names) else {
            return;
        };
        let value = self
            .build(&view.additional, Style::Least, 1)
            .unwrap_or(json!("text"));
        let mut bad = IndexSet::from([
            String::new(),
            "counterpart unknown!".to_owned(),
            "é".to_owned(),
        ]);
        let over = text::bound(names.max_length.map(|it| it.0)).map(|limit| limit + 1);
        // A pattern may hold the limit itself: doubling finds the other side of it.
        for length in over.into_iter().chain([41, 65, 129, 257]) {
            bad.extend(self.raw_texts(&names, Some(length)));
            bad.insert("a".repeat(length));
        }
        let mut kept = 0;
        for name in bad {
            if kept < 5 && !self.generator.is_valid(own, &json!(name)) {
                kept += 1;
                let mut members = least.clone();
                members.insert(name.clone(), value.clone());
                let shown: String = name.chars().take(60).collect();
                all.push(self.case(
                    members.into(),
                    "propertyNames",
                    schema,
                    format!("has a property with the name \"{shown}\""),
                ));
            }
        }
        if let Some(listed) = &names.values {
            for name in others(listed).iter().filter_map(Value::as_str) {
                let mut members = least.clone();
                members.insert(name.to_owned(), value.clone());
                all.push(self.case(
                    members.into(),
                    "propertyNames",
                    schema,
                    format!("has the property {name}, which is not listed"),
                ));
            }
        }
    }
}
