//! Instances from the keywords of a place.

use super::{
    Generator, Rng, exclusive,
    number::Numbers,
    text,
    view::{Alternative, View, alternatives},
};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::Value;

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
    /// Whether each `oneOf` is looked at on the way: dear, and seldom needed.
    pub(super) careful: bool,
    fuel: usize,
}

impl<'a> Maker<'a> {
    pub(super) fn new(generator: &'a Generator, rng: Rng) -> Self {
        Self {
            generator,
            rng,
            careful: false,
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
        let generator = self.generator;
        let ways = generator
            .memo
            .views(&generator.api, place, generator.direction);
        let start = if style == Style::Random {
            self.rng.below(ways.len())
        } else {
            0
        };
        let (before, after) = ways.split_at_checked(start)?;
        let built = after
            .iter()
            .chain(before)
            .find_map(|view| self.build_view(view, style, depth));
        match (built, place) {
            (Some(value), [only]) if self.careful => {
                Some(exclusive::one_only(generator, *only, value))
            }
            (built, _) => built,
        }
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
            let quick = self.one_text(view, None);
            return quick
                .or_else(|| self.text(view, None, 0))
                .map(Value::String);
        }
        let least = text::bound(view.min_length.map(|it| it.0)).unwrap_or(0);
        let most = text::bound(view.max_length.map(|it| it.0)).unwrap_or(least + 24);
        let length = least + self.rng.below((most - least.min(most)).min(64) + 1);
        for length in [Some(length), None] {
            if let Some(text) = self.one_text(view, length) {
                return Some(Value::String(text));
            }
        }
        let turn = self.rng.below(8);
        self.text(view, None, turn).map(Value::String)
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
