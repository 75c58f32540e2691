//! Circles that mean nothing: schemas that apply themselves to the very same instance.

use crate::{
    Diagnostic,
    api::{Schema, SchemaId},
    diagnostic::{Code, Sink},
};
use std::collections::HashMap;

/// How often circles are looked for again after some were opened; then they are only cut.
const ROUNDS: usize = 16;

/// Takes out the steps by which a schema would apply itself to the same instance without end.
///
/// One kind of circle has a meaning: a base lists its children in `oneOf`, and each child includes the
/// base with `allOf`. The child means the base's own keywords, not that it is one of the children again;
/// it gets the base without its union. Other circles are cut where they close.
pub(crate) fn mend(schemas: &mut Vec<Schema>, sink: &Sink) {
    let mut bases = HashMap::new();
    for round in 0..=ROUNDS {
        if !pass(schemas, sink, &mut bases, round < ROUNDS) {
            return;
        }
    }
}

/// Schemas that one applies to the very same instance.
fn steps(schema: &Schema) -> Vec<SchemaId> {
    let mut ids = Vec::new();
    ids.extend(schema.reference);
    ids.extend(&schema.all_of);
    ids.extend(&schema.any_of);
    ids.extend(&schema.one_of);
    ids.extend(schema.not);
    ids.extend(schema.condition);
    ids.extend(schema.then);
    ids.extend(schema.otherwise);
    ids.extend(schema.object.dependent_schemas.values());
    ids
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnTheWay,
    Done,
}

/// A schema on the way, what it leads to, and how much of that was followed.
struct Frame {
    at: usize,
    steps: Vec<SchemaId>,
    next: usize,
}

/// Follows every step once. Whether a base was split from its union, so that what was found before may
/// not hold any more.
fn pass(
    schemas: &mut Vec<Schema>,
    sink: &Sink,
    bases: &mut HashMap<SchemaId, SchemaId>,
    may_split: bool,
) -> bool {
    let mut changed = false;
    let count = schemas.len();
    let mut state = vec![State::New; count];
    for start in 0..count {
        if state[start] != State::New {
            continue;
        }
        let mut way = vec![Frame {
            at: start,
            steps: steps(&schemas[start]),
            next: 0,
        }];
        state[start] = State::OnTheWay;
        while let Some(frame) = way.last_mut() {
            let at = frame.at;
            let Some(next) = frame.steps.get(frame.next).copied() else {
                state[at] = State::Done;
                way.pop();
                continue;
            };
            frame.next += 1;
            // Bases that were split off in this pass lead nowhere new.
            match state.get(next.index()).copied().unwrap_or(State::Done) {
                State::Done => {}
                State::New => {
                    state[next.index()] = State::OnTheWay;
                    way.push(Frame {
                        at: next.index(),
                        steps: steps(&schemas[next.index()]),
                        next: 0,
                    });
                }
                State::OnTheWay => {
                    let from = way
                        .iter()
                        .position(|frame| frame.at == next.index())
                        .unwrap_or(0);
                    let circle: Vec<usize> = way[from..].iter().map(|frame| frame.at).collect();
                    if may_split && split(schemas, &circle, bases, sink) {
                        changed = true;
                    } else {
                        cut(&mut schemas[at], next, sink);
                    }
                }
            }
        }
    }
    changed
}

/// Gives a child its base without the union the child is in, where the circle is of that kind.
fn split(
    schemas: &mut Vec<Schema>,
    circle: &[usize],
    bases: &mut HashMap<SchemaId, SchemaId>,
    sink: &Sink,
) -> bool {
    let around = |index: usize| circle[index % circle.len()];
    for index in 0..circle.len() {
        let base = &schemas[around(index)];
        let variant = schemas[around(index + 1)].id;
        let before = &schemas[around(index + circle.len() - 1)];
        let child = &schemas[around(index + circle.len().saturating_sub(2))];
        let lists = base.one_of.contains(&variant) || base.any_of.contains(&variant);
        let includes = before.reference == Some(base.id) && child.all_of.contains(&before.id);
        if circle.len() < 3 || !lists || !includes {
            continue;
        }
        sink.push(
            Diagnostic::new(
                Code::InPlaceCycle,
                "this schema includes, with `allOf`, the union that it is a variant of",
            )
            .at(child.origin.span.clone())
            .related(base.origin.span.clone(), "the union")
            .help("`allOf` is read as the union's other keywords, without `oneOf` and `anyOf`"),
        );
        let (base, before) = (base.id, before.id);
        let fresh = SchemaId::from_index(schemas.len());
        let alone = *bases.entry(base).or_insert(fresh);
        if alone == fresh {
            let mut copy = schemas[base.index()].clone();
            copy.id = fresh;
            copy.is_component = false;
            copy.place.push("base".to_owned());
            copy.one_of.clear();
            copy.any_of.clear();
            copy.discriminator = None;
            schemas.push(copy);
        }
        schemas[before.index()].reference = Some(alone);
        return true;
    }
    false
}

/// Takes the step out that closes a circle.
fn cut(schema: &mut Schema, target: SchemaId, sink: &Sink) {
    sink.push(
        Diagnostic::new(
            Code::InPlaceCycle,
            "the schema applies itself to the same value without end",
        )
        .at(schema.origin.span.clone())
        .help("the step that closes the circle is left out"),
    );
    let drop = |slot: &mut Option<SchemaId>| {
        if *slot == Some(target) {
            *slot = None;
        }
    };
    drop(&mut schema.reference);
    drop(&mut schema.not);
    drop(&mut schema.condition);
    drop(&mut schema.then);
    drop(&mut schema.otherwise);
    schema.all_of.retain(|id| *id != target);
    schema.any_of.retain(|id| *id != target);
    schema.one_of.retain(|id| *id != target);
    schema
        .object
        .dependent_schemas
        .retain(|_, id| *id != target);
}
