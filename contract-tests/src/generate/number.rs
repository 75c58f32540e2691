//! Numbers on both sides of bounds, in exact decimal arithmetic.

use super::view::{Bound, View};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::Value;

/// Fraction digits that are computed with.
const DIGITS: u32 = 15;

/// The numbers of a place, counted in the smallest unit that its keywords need.
pub(super) struct Numbers {
    scale: u32,
    step: i128,
    low: Option<Edge>,
    high: Option<Edge>,
    /// Each bound on its own, for what lies just beyond it.
    pub(super) edges: Vec<Edge>,
    /// `multipleOf`, in units.
    pub(super) multiples: Vec<(i128, SchemaId)>,
}

/// A bound: the last number inside and the first one outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) inside: i128,
    pub(super) outside: i128,
    pub(super) lower: bool,
    pub(super) keyword: &'static str,
    pub(super) schema: SchemaId,
}

impl Numbers {
    pub(super) fn of(view: &View, whole: bool) -> Self {
        let read = |text: &str| decimal(text);
        let texts = view.bounds.iter().map(|bound| bound.number.as_str());
        let texts = texts.chain(view.multiples.iter().map(|(number, _)| number.as_str()));
        let mut scale = texts
            .filter_map(read)
            .map(|(_, scale)| scale)
            .max()
            .unwrap_or(0)
            .min(DIGITS);
        if !whole && view.multiples.is_empty() {
            scale = (scale + 1).min(DIGITS);
        }
        let one = 10_i128.pow(scale);
        let multiples: Vec<(i128, SchemaId)> = view
            .multiples
            .iter()
            .filter_map(|(number, id)| Some((units(number.as_str(), scale)?, *id)))
            .filter(|(unit, _)| *unit > 0)
            .collect();
        let first = if whole { one } else { 1 };
        let step = multiples
            .iter()
            .fold(first, |step, (multiple, _)| lcm(step, *multiple));
        let mut numbers = Self {
            scale,
            step,
            low: None,
            high: None,
            edges: Vec::new(),
            multiples,
        };
        for bound in &view.bounds {
            let Some(at) = units(bound.number.as_str(), scale) else {
                continue;
            };
            numbers.add(bound, at);
        }
        if let Some((format, schema)) = &view.format
            && let Some((low, high)) = range(format)
            && view.types.intersection(TypeSet::NUMBER) != TypeSet::NONE
        {
            for (limit, lower) in [(low, true), (high, false)] {
                let inside = limit.saturating_mul(one);
                let outside = inside + if lower { -one } else { one };
                numbers.push(Edge {
                    inside,
                    outside,
                    lower,
                    keyword: "format",
                    schema: *schema,
                });
            }
        }
        numbers
    }

    fn add(&mut self, bound: &Bound, at: i128) {
        let step = self.step;
        let down = at.div_euclid(step) * step;
        let up = if down == at { at } else { down + step };
        let (inside, outside, lower) = match bound.keyword {
            "minimum" => (up, up - step, true),
            "maximum" => (down, down + step, false),
            "exclusiveMinimum" => (down + step, down, true),
            _ => (up - step, up, false),
        };
        let schema = bound.schema;
        self.push(Edge {
            inside,
            outside,
            lower,
            keyword: bound.keyword,
            schema,
        });
    }

    fn push(&mut self, edge: Edge) {
        let slot = if edge.lower {
            &mut self.low
        } else {
            &mut self.high
        };
        let narrower = slot.is_none_or(|known| {
            if edge.lower {
                edge.inside > known.inside
            } else {
                edge.inside < known.inside
            }
        });
        if narrower {
            *slot = Some(edge);
        }
        self.edges.push(edge);
    }

    /// An ordinary number; `turn` leads to others.
    pub(super) fn ordinary(&self, turn: usize) -> i128 {
        let low = self.low.map(|edge| edge.inside);
        let high = self.high.map(|edge| edge.inside);
        let start = match (low, high) {
            (Some(low), _) if low > 0 => low,
            (_, Some(high)) if high < 0 => high,
            _ => 0,
        };
        let step = if low.is_none() && start < 0 {
            -self.step
        } else {
            self.step
        };
        let turn = i128::try_from(turn).unwrap_or(0);
        let at = start.saturating_add(step.saturating_mul(turn));
        match (low, high) {
            (Some(low), Some(high)) if high >= low => {
                let steps = (high - low) / self.step + 1;
                low + (at - low).rem_euclid(steps.saturating_mul(self.step).max(1))
            }
            _ => at,
        }
    }

    /// As a JSON number.
    pub(super) fn value(&self, units: i128) -> Value {
        let one = 10_i128.pow(self.scale);
        let (whole, part) = (units / one, (units % one).unsigned_abs());
        let sign = if units < 0 && whole == 0 { "-" } else { "" };
        let text = if part == 0 {
            units.checked_div(one).unwrap_or_default().to_string()
        } else {
            let digits = format!("{part:0width$}", width = self.scale as usize);
            format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
        };
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// What lies halfway between two multiples, where numbers are that fine.
    pub(super) fn between(&self, multiple: i128) -> Option<Value> {
        let at = self.ordinary(1);
        if multiple > 1 {
            return Some(self.value(at + (multiple / 2).max(1)));
        }
        let finer = Self {
            scale: (self.scale + 1).min(30),
            step: 1,
            low: None,
            high: None,
            edges: Vec::new(),
            multiples: Vec::new(),
        };
        Some(finer.value(at.checked_mul(10)? + 5))
    }
}

/// The whole numbers of a format.
pub(super) fn range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}

/// A number's digits, and how many of them are behind the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    if scale >= 0 {
        return Some((digits, scale.unsigned_abs()));
    }
    let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
    Some((digits.checked_mul(factor)?, 0))
}

fn units(text: &str, scale: u32) -> Option<i128> {
    let (digits, own) = decimal(text)?;
    // Beyond this, a step would leave what can be computed with.
    let units = digits.checked_mul(10_i128.checked_pow(scale.checked_sub(own)?)?)?;
    (units.unsigned_abs() < 1 << 120).then_some(units)
}

fn lcm(one: i128, other: i128) -> i128 {
    let (mut high, mut low) = (one, other);
    while low != 0 {
        (high, low) = (low, high % low);
    }
    one.checked_div(high.max(1))
        .and_then(|part| part.checked_mul(other))
        .filter(|it| *it > 0 && *it < 1 << 100)
        .unwrap_or(one)
}
