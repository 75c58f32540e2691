//! Anchored values where they are repeated: aliases and merge keys.

use super::{Data, Guard, Member, NodeId, Tree};
use crate::{
    Source,
    diagnostic::{Code, Diagnostic, Sink},
};
use indexmap::IndexMap;
use std::sync::Arc;

/// A copy of a value, for an alias: places stay those of the original text.
pub(super) fn copy(
    tree: &mut Tree,
    guard: &mut Guard,
    source: &Arc<Source>,
    id: NodeId,
    depth: usize,
    alias: (u32, u32),
) -> Result<NodeId, Diagnostic> {
    guard.expand(source, alias.0 as usize)?;
    Guard::depth(depth, source, alias.0 as usize)?;
    let node = tree.node(id);
    let (start, end) = (node.start as usize, node.end as usize);
    let data = match &node.data {
        Data::Null => Data::Null,
        Data::Bool(value) => Data::Bool(*value),
        Data::Number(number) => Data::Number(number.clone()),
        Data::String(text) => Data::String(text.clone()),
        Data::Array(items) => {
            let items = items.clone();
            let id = tree.add(Data::Null, start, end);
            let items = items
                .into_iter()
                .map(|item| copy(tree, guard, source, item, depth + 1, alias))
                .collect::<Result<_, _>>()?;
            tree.close(id, Data::Array(items), end);
            return Ok(id);
        }
        Data::Object(members) => {
            let members = members.clone();
            let id = tree.add(Data::Null, start, end);
            let members = members
                .into_iter()
                .map(|(name, member)| {
                    let node = copy(tree, guard, source, member.node, depth + 1, alias)?;
                    Ok((name, Member { node, ..member }))
                })
                .collect::<Result<_, Diagnostic>>()?;
            tree.close(id, Data::Object(Box::new(members)), end);
            return Ok(id);
        }
    };
    Ok(tree.add(data, start, end))
}

/// `<<`: the members of a mapping, or of several, that are not there already (YAML 1.1 merge keys).
pub(super) fn merge(
    tree: &Tree,
    sink: &Sink,
    members: &mut IndexMap<Box<str>, Member>,
    from: NodeId,
) {
    let sources = match &tree.node(from).data {
        Data::Array(items) => items.clone(),
        _ => vec![from],
    };
    for source in sources {
        match &tree.node(source).data {
            Data::Object(merged) => {
                for (name, member) in merged.iter() {
                    members.entry(name.clone()).or_insert(*member);
                }
            }
            _ => sink.push(
                Diagnostic::new(Code::BadMerge, "`<<` merges objects, but this is none")
                    .at(tree.at(source).span())
                    .help("the merge key is left out"),
            ),
        }
    }
}
