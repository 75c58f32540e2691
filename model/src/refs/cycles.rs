//! Circles among schemas: which schemas lead back to themselves, and circles that mean nothing.

use crate::{
    Diagnostic,
    api::{Schema, SchemaId},
    diagnostic::{Code, Sink},
};

/// Schemas that one applies to the very same instance.
fn in_place(schema: &Schema) -> Vec<SchemaId> {
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

/// Takes out the steps by which a schema would apply itself to the same instance without end.
pub(crate) fn mend(schemas: &mut [Schema], sink: &Sink) {
    // 0: not seen, 1: on the way, 2: done. A step to one that is on the way closes a circle.
    let mut state = vec![0_u8; schemas.len()];
    for start in 0..schemas.len() {
        if state.get(start) != Some(&0) {
            continue;
        }
        let mut stack = vec![(start, 0_usize)];
        if let Some(mark) = state.get_mut(start) {
            *mark = 1;
        }
        while let Some((at, step)) = stack.pop() {
            let next = schemas
                .get(at)
                .and_then(|schema| in_place(schema).get(step).copied());
            let Some(next) = next else {
                if let Some(mark) = state.get_mut(at) {
                    *mark = 2;
                }
                continue;
            };
            match state.get(next.index()) {
                Some(0) => {
                    stack.push((at, step + 1));
                    if let Some(mark) = state.get_mut(next.index()) {
                        *mark = 1;
                    }
                    stack.push((next.index(), 0));
                }
                Some(1) => {
                    if let Some(schema) = schemas.get_mut(at) {
                        sink.push(
                            Diagnostic::new(
                                Code::InPlaceCycle,
                                "the schema applies itself to the same value without end",
                            )
                            .at(schema.origin.span.clone())
                            .help("the step that closes the circle is left out"),
                        );
                        cut(schema, next);
                    }
                    // The steps have moved up by one: the same place is another step now.
                    stack.push((at, step));
                }
                _ => stack.push((at, step + 1)),
            }
        }
    }
}

fn cut(schema: &mut Schema, target: SchemaId) {
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

/// Whether each schema can lead back to itself (strongly connected components, after Tarjan).
pub(crate) fn recursive(schemas: &[Schema]) -> Vec<bool> {
    const UNSEEN: usize = usize::MAX;
    let children: Vec<Vec<SchemaId>> = schemas.iter().map(Schema::children).collect();
    let mut index = vec![UNSEEN; schemas.len()];
    let mut low = vec![0_usize; schemas.len()];
    let mut on_stack = vec![false; schemas.len()];
    let mut component = Vec::new();
    let mut out = vec![false; schemas.len()];
    let mut next = 0;
    for start in 0..schemas.len() {
        if index[start] != UNSEEN {
            continue;
        }
        let mut work = vec![(start, 0_usize)];
        while let Some((at, step)) = work.pop() {
            if step == 0 {
                index[at] = next;
                low[at] = next;
                next += 1;
                component.push(at);
                on_stack[at] = true;
            }
            if let Some(child) = children[at]
                .get(step)
                .map(|id| id.index())
                .filter(|id| *id < schemas.len())
            {
                work.push((at, step + 1));
                if index[child] == UNSEEN {
                    work.push((child, 0));
                } else if on_stack[child] {
                    low[at] = low[at].min(index[child]);
                }
                continue;
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[at]);
            }
            if low[at] == index[at] {
                let mut members = Vec::new();
                while let Some(member) = component.pop() {
                    on_stack[member] = false;
                    members.push(member);
                    if member == at {
                        break;
                    }
                }
                let circle = members.len() > 1
                    || members
                        .iter()
                        .any(|member| children[*member].iter().any(|id| id.index() == *member));
                for member in members {
                    out[member] = circle;
                }
            }
        }
    }
    out
}
