//! Circles among schemas: which schemas lead back to themselves.

use crate::api::{Schema, SchemaId};

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
