//! Arrays and objects: as many members as are asked for, each valid at its place.

use super::{
    build::{MANY, Maker, Style},
    text,
    view::{Place, View},
};
use counterpart_model::api::SchemaId;
use serde_json::{Map, Value, json};

impl Maker<'_> {
    pub(super) fn array(&mut self, view: &View, style: Style, depth: usize) -> Option<Value> {
        let least = text::bound(view.min_items.map(|it| it.0)).unwrap_or(0);
        let most = view.most_items();
        let contained = view
            .contains
            .and_then(|it| usize::try_from(it.0).ok())
            .unwrap_or(0);
        let wanted = match style {
            Style::Least => least,
            Style::Most => least.max(2).min(most),
            Style::Random => (least + self.rng.below(3)).min(most),
        };
        self.items(view, wanted.max(contained), style, depth)
    }

    /// An array of so many items.
    pub(super) fn items(
        &mut self,
        view: &View,
        count: usize,
        style: Style,
        depth: usize,
    ) -> Option<Value> {
        if count > MANY {
            return None;
        }
        let contained = view
            .contains
            .map_or(0, |it| usize::try_from(it.0).unwrap_or(MANY));
        let mut items: Vec<Value> = Vec::new();
        for index in 0..count {
            let mut place = view.prefix.get(index).unwrap_or(&view.items).clone();
            if let Some((_, contains)) = view.contains
                && index >= view.prefix.len()
                && index < view.prefix.len() + contained
            {
                place.push(contains);
            }
            let item = self.item(view, &items, &place, style, depth)?;
            items.push(item);
        }
        Some(Value::Array(items))
    }

    fn item(
        &mut self,
        view: &View,
        items: &[Value],
        place: &[SchemaId],
        style: Style,
        depth: usize,
    ) -> Option<Value> {
        let first = self.build(place, style, depth + 1)?;
        if view.unique.is_none() || !items.contains(&first) {
            return Some(first);
        }
        // Each enum value once, then whatever comes.
        let listed = self
            .first_view(place)
            .and_then(|view| view.values)
            .unwrap_or_default();
        if let Some(other) = listed.into_iter().find(|value| !items.contains(value)) {
            return Some(other);
        }
        (0..40).find_map(|_| {
            self.build(place, Style::Random, depth + 1)
                .filter(|item| !items.contains(item))
        })
    }

    pub(super) fn object(&mut self, view: &View, style: Style, depth: usize) -> Option<Value> {
        let most = text::bound(view.max_properties.map(|it| it.0)).unwrap_or(usize::MAX);
        let mut members = Map::new();
        for name in view.required.keys() {
            let value = self.member(view, name, style, depth)?;
            members.insert(name.clone(), value);
        }
        for name in view.properties.keys() {
            let wanted = match style {
                Style::Least => false,
                Style::Most => true,
                Style::Random => self.rng.percent(50),
            };
            if wanted && members.len() < most && !members.contains_key(name) {
                // An optional property that cannot be made is left out.
                if let Some(value) = self.member(view, name, style, depth) {
                    members.insert(name.clone(), value);
                }
            }
        }
        let least = text::bound(view.min_properties.map(|it| it.0)).unwrap_or(0);
        let free = view.properties.is_empty() && view.refused.is_none();
        let extra = match style {
            Style::Most if free => 1,
            Style::Random if free => self.rng.below(3),
            Style::Random if view.open.is_some() => self.rng.below(2),
            _ => 0,
        };
        let wanted = least.max(members.len().saturating_add(extra)).min(most);
        self.fill(view, &mut members, wanted, depth);
        self.satisfy_dependent(view, &mut members, depth);
        Some(Value::Object(members))
    }

    /// The value of one property.
    pub(super) fn member(
        &mut self,
        view: &View,
        name: &str,
        style: Style,
        depth: usize,
    ) -> Option<Value> {
        let place = view.property(name);
        if let Some(tag) = view.tags.get(name) {
            let tag = json!(tag);
            if place.iter().all(|id| self.generator.is_valid(*id, &tag)) {
                return Some(tag);
            }
        }
        self.build(&place, style, depth + 1)
    }

    /// Adds properties until there are so many: listed ones first, then others where they are allowed.
    pub(super) fn fill(
        &mut self,
        view: &View,
        members: &mut Map<String, Value>,
        count: usize,
        depth: usize,
    ) {
        for name in view.properties.keys() {
            if members.len() >= count {
                return;
            }
            if !members.contains_key(name)
                && let Some(value) = self.member(view, name, Style::Least, depth)
            {
                members.insert(name.clone(), value);
            }
        }
        for index in 0..count.min(MANY) * 4 {
            if members.len() >= count || (view.refused.is_some() && view.by_pattern.is_empty()) {
                return;
            }
            let Some((name, place)) = self.other_name(view, index) else {
                return;
            };
            if !view.properties.contains_key(&name)
                && !view.hidden.contains_key(&name)
                && !members.contains_key(&name)
                && let Some(value) = self.build(&place, Style::Least, depth + 1)
            {
                members.insert(name, value);
            }
        }
    }

    /// A name that is not listed, and what its value is held to.
    pub(super) fn other_name(&mut self, view: &View, index: usize) -> Option<(String, Place)> {
        if let Some((pattern, place, _)) = view.by_pattern.first()
            && (view.refused.is_some() || index.is_multiple_of(2))
            && let Some(sampler) = self.generator.memo.sampler(pattern)
        {
            return Some((sampler.sample(Some(index), &mut self.rng), vec![*place]));
        }
        if view.names.is_empty() {
            return Some((format!("counterpart_{index}"), view.additional.clone()));
        }
        let names = self.first_view(&view.names)?;
        if let Some(values) = &names.values {
            let name = values.get(index)?.as_str()?.to_owned();
            return Some((name, view.additional.clone()));
        }
        let plain = format!("counterpart_{index}");
        if self.fits(&names, &plain) {
            return Some((plain, view.additional.clone()));
        }
        let most = text::bound(names.max_length.map(|it| it.0)).unwrap_or(16);
        let name = self
            .text(&names, Some(most.min(16)), index)
            .or_else(|| self.text(&names, None, index))?;
        Some((name, view.additional.clone()))
    }

    fn satisfy_dependent(&mut self, view: &View, members: &mut Map<String, Value>, depth: usize) {
        // Each round adds a name or is the last one.
        loop {
            let missing = view
                .dependent
                .iter()
                .filter(|it| members.contains_key(&it.0))
                .flat_map(|it| &it.1);
            let Some(name) = missing
                .into_iter()
                .find(|name| !members.contains_key(*name))
                .cloned()
            else {
                return;
            };
            let Some(value) = self.member(view, &name, Style::Least, depth) else {
                return;
            };
            members.insert(name, value);
        }
    }
}
