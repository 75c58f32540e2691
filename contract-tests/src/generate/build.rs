//! Instances from the keywords of a place.

use super::{
    Generator, Rng,
    number::Numbers,
    text,
    view::{Alternative, Place, View, alternatives},
};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::{Map, Value, json};

/// Values made for one instance at most.
const FUEL: usize = 20_000;
/// From this depth on, only what is required.
const SHALLOW: usize = 4;
/// Deeper than this nothing is made.
const DEEPEST: usize = 40;
/// Items and properties made to reach a limit.
pub(super) const MANY: usize = 2_000;

/// How much an instance has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Only what is required.
    Least,
    /// Every property there is.
    Most,
    /// As it comes.
    Random,
}

/// Makes one instance after another.
pub(super) struct Maker<'a> {
    pub(super) generator: &'a Generator,
    pub(super) rng: Rng,
    fuel: usize,
}

impl<'a> Maker<'a> {
    pub(super) fn new(generator: &'a Generator, rng: Rng) -> Self {
        Self {
            generator,
            rng,
            fuel: FUEL,
        }
    }

    pub(super) fn refuel(&mut self) {
        self.fuel = FUEL;
    }

    pub(super) fn view(&self, way: &Alternative) -> View {
        View::of(&self.generator.api, way, self.generator.direction)
    }

    /// The view of a place's first way.
    pub(super) fn first_view(&self, place: &[SchemaId]) -> Option<View> {
        alternatives(&self.generator.api, place)
            .first()
            .map(|way| self.view(way))
    }

    /// An instance of a place; `None` where there seems to be none.
    pub(super) fn build(
        &mut self,
        place: &[SchemaId],
        style: Style,
        depth: usize,
    ) -> Option<Value> {
        let ways = alternatives(&self.generator.api, place);
        let start = if style == Style::Random {
            self.rng.below(ways.len())
        } else {
            0
        };
        let (before, after) = ways.split_at_checked(start)?;
        after
            .iter()
            .chain(before)
            .find_map(|way| self.build_way(way, style, depth))
    }

    /// An instance that goes this way through the unions.
    pub(super) fn build_way(
        &mut self,
        way: &Alternative,
        style: Style,
        depth: usize,
    ) -> Option<Value> {
        let view = self.view(way);
        self.build_view(&view, style, depth)
    }

    pub(super) fn build_view(&mut self, view: &View, style: Style, depth: usize) -> Option<Value> {
        self.fuel = self.fuel.checked_sub(1)?;
        if view.never || depth > DEEPEST {
            return None;
        }
        let style = if depth > SHALLOW { Style::Least } else { style };
        if let Some(values) = &view.values {
            let fitting: Vec<&Value> = values
                .iter()
                .filter(|value| view.types.contains(type_of(value)))
                .collect();
            return match style {
                Style::Random => self.rng.pick(&fitting).map(|value| (*value).clone()),
                _ => fitting
                    .iter()
                    .find(|value| !value.is_null())
                    .or(fitting.first())
                    .map(|value| (*value).clone()),
            };
        }
        if style == Style::Random
            && !view.typed.is_empty()
            && view.types.contains(TypeSet::NULL)
            && self.rng.percent(20)
        {
            return Some(Value::Null);
        }
        match self.kind(view, style) {
            TypeSet::OBJECT => self.object(view, style, depth),
            TypeSet::ARRAY => self.array(view, style, depth),
            TypeSet::STRING => self.string(view, style),
            TypeSet::NUMBER => Some(self.number(view, style, false)),
            TypeSet::INTEGER => Some(self.number(view, style, true)),
            TypeSet::BOOLEAN => Some(Value::Bool(style != Style::Random || self.rng.percent(50))),
            TypeSet::NULL => Some(Value::Null),
            _ => None,
        }
    }

    fn kind(&mut self, view: &View, style: Style) -> TypeSet {
        let all = [
            TypeSet::OBJECT,
            TypeSet::ARRAY,
            TypeSet::STRING,
            TypeSet::NUMBER,
            TypeSet::INTEGER,
            TypeSet::BOOLEAN,
            TypeSet::NULL,
        ];
        if view.types != TypeSet::ALL {
            let allowed: Vec<TypeSet> = all
                .into_iter()
                .filter(|one| view.types.contains(*one))
                .collect();
            let solid: Vec<TypeSet> = allowed
                .iter()
                .copied()
                .filter(|one| *one != TypeSet::NULL)
                .collect();
            let picked = if style == Style::Random {
                self.rng.pick(&solid)
            } else {
                solid.first()
            };
            return picked.or(allowed.first()).copied().unwrap_or(TypeSet::NONE);
        }
        // Without a type, the keywords tell what is meant.
        if !view.properties.is_empty() || !view.required.is_empty() || view.min_properties.is_some()
        {
            TypeSet::OBJECT
        } else if !view.items.is_empty()
            || view.min_items.is_some()
            || view.contains.is_some()
            || !view.prefix.is_empty()
        {
            TypeSet::ARRAY
        } else if !view.bounds.is_empty() || !view.multiples.is_empty() {
            TypeSet::NUMBER
        } else if style == Style::Random {
            [
                TypeSet::STRING,
                TypeSet::INTEGER,
                TypeSet::BOOLEAN,
                TypeSet::OBJECT,
                TypeSet::NULL,
            ]
            .get(self.rng.below(5))
            .copied()
            .unwrap_or(TypeSet::STRING)
        } else {
            TypeSet::STRING
        }
    }

    fn string(&mut self, view: &View, style: Style) -> Option<Value> {
        if style != Style::Random || self.rng.percent(20) {
            let example = view
                .examples
                .iter()
                .find(|it| it.as_str().is_some_and(|text| self.fits(view, text)));
            if let Some(example) = example {
                return Some(example.clone());
            }
            return self.text(view, None, 0).map(Value::String);
        }
        let least = text::bound(view.min_length.map(|it| it.0)).unwrap_or(0);
        let most = text::bound(view.max_length.map(|it| it.0)).unwrap_or(least + 24);
        let length = least + self.rng.below((most - least.min(most)).min(64) + 1);
        let turn = self.rng.below(8);
        let sized = self.text(view, Some(length), turn);
        let unsized_ = if sized.is_none() {
            self.text(view, None, turn)
        } else {
            None
        };
        sized.or(unsized_).map(Value::String)
    }

    fn number(&mut self, view: &View, style: Style, whole: bool) -> Value {
        let numbers = Numbers::of(view, whole);
        if style != Style::Random {
            return numbers.value(numbers.ordinary(1));
        }
        if let Some(edge) = self.rng.pick(&numbers.edges)
            && self.rng.percent(30)
        {
            return numbers.value(edge.inside);
        }
        let turn = self.rng.below(1_000);
        numbers.value(numbers.ordinary(turn))
    }

    pub(super) fn array(&mut self, view: &View, style: Style, depth: usize) -> Option<Value> {
        let least = text::bound(view.min_items.map(|it| it.0)).unwrap_or(0);
        let most = text::bound(view.max_items.map(|it| it.0)).unwrap_or(usize::MAX);
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

    fn object(&mut self, view: &View, style: Style, depth: usize) -> Option<Value> {
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
            && let Some(sampler) = super::sampler::Sampler::new(pattern)
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

/// The type of a value; a whole number is an integer.
pub(super) fn type_of(value: &Value) -> TypeSet {
    match value {
        Value::Null => TypeSet::NULL,
        Value::Bool(_) => TypeSet::BOOLEAN,
        Value::Number(number)
            if number.is_f64() && number.as_f64().is_none_or(|it| it.fract() != 0.0) =>
        {
            TypeSet::NUMBER
        }
        Value::Number(_) => TypeSet::INTEGER,
        Value::String(_) => TypeSet::STRING,
        Value::Array(_) => TypeSet::ARRAY,
        Value::Object(_) => TypeSet::OBJECT,
    }
}
