//! What an answer tells of the first or the last item that it shows: *`seq` of the last event on this page*.

use super::{
    prose::{clauses, has_word},
    shape::properties,
    snake,
};
use crate::rules::Agreement;
use counterpart_model::api::{Api, SchemaId};

/// Words that leave open of which list an item is the last one, or whether it is shown.
const OPEN: [&str; 12] = [
    "not", "may", "unless", "if", "or", "when", "where", "previous", "next", "all", "ever", "whole",
];

/// The item that a value of an object repeats a member of, where the description of the value says so.
pub(super) fn end_item(
    api: &Api,
    all: &[(String, SchemaId)],
    (name, said): (&str, &str),
) -> Option<Agreement> {
    let mut lists = all.iter().filter_map(|(list, id)| {
        let items = api.schema(api.resolve(*id)).array.items?;
        Some((list, properties(api, items)))
    });
    // Of two lists either may be meant.
    let (list, members) = match (lists.next(), lists.next()) {
        (Some(only), None) => only,
        _ => return None,
    };
    clauses(said).iter().find_map(|clause| {
        let (member, last) = told(clause, list)?;
        let (member, _) = members
            .iter()
            .find(|(known, _)| snake(known) == snake(&member))?;
        Some(Agreement::EndItem {
            field: name.to_owned(),
            list: list.clone(),
            member: member.clone(),
            last,
        })
    })
}

/// The member that a clause names, and whether it is that of the last item.
fn told(clause: &str, list: &str) -> Option<(String, bool)> {
    if has_word(clause, &OPEN) {
        return None;
    }
    let plain = clause.trim().trim_end_matches('.');
    let lower = plain.to_lowercase();
    let (at, last) = match (lower.find(" of the last "), lower.find(" of the first ")) {
        (Some(at), None) => (at, true),
        (None, Some(at)) => (at, false),
        _ => return None,
    };
    let member = plain.get(..at)?.trim();
    let lead = ["The ", "the ", "Is the ", "is the "];
    let member = lead
        .iter()
        .find_map(|it| member.strip_prefix(it))
        .unwrap_or(member);
    let quoted = member.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    let member = match quoted {
        Some(name) => name,
        None if ["id", "identifier"].contains(&member.to_lowercase().as_str()) => "id",
        None => return None,
    };
    // *Last event on this page*: one word for the item, and where it stands.
    let skip = if last {
        " of the last "
    } else {
        " of the first "
    }
    .len();
    let rest = lower.get(at + skip..)?;
    let (_, place) = rest.split_once(' ').unwrap_or((rest, ""));
    let place = place.trim_matches(|c: char| !c.is_alphanumeric());
    let quoted = place.replace('`', "");
    let list = list.to_lowercase();
    let known = [
        "on this page",
        "in this page",
        "of this page",
        "of the page",
        "on the page",
        "in the page",
        "in this response",
        "in the response",
        "in this answer",
        "in the answer",
        "in the list",
        "of the list",
        "in this list",
        "returned",
        "shown",
    ];
    let named = ["in ", "of "]
        .iter()
        .any(|it| quoted.strip_prefix(it).is_some_and(|of| of == list));
    (known.contains(&place) || named).then(|| (member.to_owned(), last))
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_value_is_that_of_the_item_that_is_named() {
        for (said, member, last) in [
            ("`seq` of the last event on this page", "seq", true),
            ("The `id` of the first item in `data`", "id", false),
            ("ID of the last object in the list", "id", true),
        ] {
            assert_eq!(
                told(said, "data"),
                Some((member.to_owned(), last)),
                "{said}"
            );
        }
        for said in [
            "`seq` of the last event of all pages",
            "`seq` of the last event that was read",
            "`seq` of the last event, or 0",
            "The name of the last item",
            "The ID of the last message",
            "Cursor of the last item on this page",
            "`id` of the last item in `others`",
            "Use `lastSeq` of the previous page",
        ] {
            assert_eq!(told(said, "data"), None, "{said}");
        }
    }
}
