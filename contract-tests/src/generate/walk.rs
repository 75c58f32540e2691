//! Every place of a schema's instances, and the cases there, each set into a valid whole.

use super::{
    build::{Maker, Style},
    case::Draft,
    text,
    view::{Alternative, Place, View, alternatives},
};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::Value;

/// How deep cases go.
const DEPTH: usize = 10;
/// Drafts of one schema.
const DRAFTS: usize = 8_000;
/// Places visited for one schema.
const VISITS: usize = 20_000;
/// Drafts a place gets at least, however many share.
const FEWEST: usize = 40;

/// Which side of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Polarity {
    /// Valid.
    Positive,
    /// Invalid.
    Negative,
}

/// What a visit may cost.
#[derive(Clone, Copy)]
struct Allowance {
    cases: usize,
    visits: usize,
}

impl Maker<'_> {
    /// Cases of a place and of all places within it.
    pub(super) fn walk(&mut self, place: &[SchemaId], polarity: Polarity) -> Vec<Draft> {
        let allowance = Allowance {
            cases: DRAFTS,
            visits: VISITS,
        };
        self.visit(place, polarity, allowance, &mut Vec::new())
    }

    fn visit(
        &mut self,
        place: &[SchemaId],
        polarity: Polarity,
        allowance: Allowance,
        above: &mut Vec<Place>,
    ) -> Vec<Draft> {
        self.refuel();
        let ways = alternatives(&self.generator.api, place);
        let many = ways.len().max(1);
        let share = Allowance {
            cases: (allowance.cases / many).max(FEWEST * 2),
            visits: allowance.visits / many,
        };
        above.push(place.to_vec());
        let mut groups = Vec::new();
        for way in &ways {
            let view = self.view(way);
            if !view.never {
                let mut drafts = self.visit_way(way, &view, polarity, share, above);
                if let Some(member) = way.member(&self.generator.api) {
                    for draft in &mut drafts {
                        draft.meant.get_or_insert_with(|| (String::new(), member));
                    }
                }
                groups.push(drafts);
            }
        }
        if polarity == Polarity::Negative {
            groups.push(self.negative_unions(&ways));
        }
        above.pop();
        interleave(groups, allowance.cases)
    }

    fn visit_way(
        &mut self,
        way: &Alternative,
        view: &View,
        polarity: Polarity,
        allowance: Allowance,
        above: &mut Vec<Place>,
    ) -> Vec<Draft> {
        let own = match polarity {
            Polarity::Positive => self.positive(way, view),
            Polarity::Negative => self.negative(way, view),
        };
        let mut groups = vec![own];
        let inner = self.inner(view);
        let recurs = |place: &Place| above.iter().filter(|other| *other == place).count() > 1;
        let inner: Vec<Inner> = inner.into_iter().filter(|it| !recurs(&it.place)).collect();
        let share = Allowance {
            cases: (allowance.cases / inner.len().max(1)).max(FEWEST),
            visits: allowance.visits.saturating_sub(1) / inner.len().max(1),
        };
        if above.len() < DEPTH && share.visits > 0 {
            for inner in inner {
                let cases = self.visit(&inner.place, polarity, share, above);
                groups.push(
                    cases
                        .into_iter()
                        .filter_map(|case| inner.wrap(case))
                        .collect(),
                );
            }
        }
        interleave(groups, allowance.cases)
    }

    /// The places directly within, each with a valid instance around it.
    fn inner(&mut self, view: &View) -> Vec<Inner> {
        let mut all = Vec::new();
        if view.values.is_some() {
            return all;
        }
        self.refuel();
        if view.types.contains(TypeSet::OBJECT)
            && (!view.properties.is_empty()
                || !view.additional.is_empty()
                || !view.by_pattern.is_empty())
            && let Some(around @ Value::Object(_)) = self.build_typed(view, TypeSet::OBJECT)
        {
            for (name, place) in &view.properties {
                all.push(Inner {
                    around: around.clone(),
                    step: Step::Name(name.clone()),
                    place: place.clone(),
                });
            }
            if !view.additional.is_empty() || !view.by_pattern.is_empty() {
                let other = self.other_name(view, 0);
                all.extend(other.map(|(name, place)| Inner {
                    around,
                    step: Step::Name(name),
                    place,
                }));
            }
        }
        if view.types.contains(TypeSet::ARRAY)
            && (!view.items.is_empty() || !view.prefix.is_empty())
        {
            let least = text::bound(view.min_items.map(|it| it.0))
                .unwrap_or(0)
                .max(view.prefix.len() + 1);
            let most = view.most_items();
            if let Some(around) = self.items(view, least.min(most), Style::Least, 0) {
                for (index, place) in view.prefix.iter().enumerate() {
                    all.push(Inner {
                        around: around.clone(),
                        step: Step::Index(index),
                        place: place.clone(),
                    });
                }
                if !view.items.is_empty() {
                    all.push(Inner {
                        around,
                        step: Step::Index(view.prefix.len()),
                        place: view.items.clone(),
                    });
                }
            }
        }
        all
    }

    /// The plainest valid value of a type.
    pub(super) fn build_typed(&mut self, view: &View, kind: TypeSet) -> Option<Value> {
        let mut only = view.clone();
        only.types = kind;
        self.build_view(&only, Style::Least, 0)
    }
}

/// A place within another.
struct Inner {
    around: Value,
    step: Step,
    place: Place,
}

enum Step {
    Name(String),
    Index(usize),
}

impl Inner {
    /// Sets a case of the place into the instance around it.
    fn wrap(&self, mut case: Draft) -> Option<Draft> {
        let mut whole = self.around.clone();
        let step = match (&self.step, &mut whole) {
            (Step::Name(name), Value::Object(members)) => {
                members.insert(name.clone(), case.value);
                format!("/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            (Step::Index(index), Value::Array(items)) => {
                *items.get_mut(*index)? = case.value;
                format!("/{index}")
            }
            _ => return None,
        };
        case.pointer.insert_str(0, &step);
        if let Some((pointer, _)) = &mut case.meant {
            pointer.insert_str(0, &step);
        }
        case.value = whole;
        Some(case)
    }
}

/// From each group in turn, so that a limit cuts all of them and none off.
fn interleave(groups: Vec<Vec<Draft>>, limit: usize) -> Vec<Draft> {
    let mut groups: Vec<_> = groups.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    while all.len() < limit {
        let before = all.len();
        for group in &mut groups {
            all.extend(group.next());
        }
        if all.len() == before {
            break;
        }
    }
    all.truncate(limit);
    all
}
