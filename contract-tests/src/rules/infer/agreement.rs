//! What descriptions say of the values of one object among each other: sums, counts, moments, lists in an order.

use super::{
    combined::combined,
    end_item::end_item,
    has_word,
    prose::{says, sentences},
    shape::{properties, properties_of_any},
    snake,
};
use crate::rules::Agreement;
use counterpart_model::api::{Api, Operation, SchemaId};

/// Words that leave open what a sentence says.
const OPEN: [&str; 13] = [
    "not",
    "may",
    "can",
    "usually",
    "unless",
    "if",
    "or",
    "except",
    "approximately",
    "about",
    "where",
    "when",
    "without",
];

/// What the descriptions of a schema's properties, and those of the operations that show it, say of its instances.
pub(crate) fn agreements(api: &Api, schema: SchemaId, shown_by: &[&Operation]) -> Vec<Agreement> {
    let all = properties_of_any(api, schema);
    let mut found = Vec::new();
    for (name, id) in &all {
        let own = api.schema(*id).description.as_deref();
        let target = || api.schema(api.resolve(*id)).description.as_deref();
        let said = own.or_else(target).unwrap_or_default();
        for sentence in plain_sentences(said) {
            found.extend(told_of(api, &all, (name, *id), &sentence));
        }
        found.extend(end_item(api, &all, (name, said)));
        found.extend(tallies(api, &all, (name, *id)));
        found.extend(positions(api, (name, *id)));
    }
    for operation in shown_by {
        let said = operation.description.as_deref().unwrap_or_default();
        for sentence in plain_sentences(said) {
            found.extend(summed(api, &all, &sentence));
            found.extend(combined(api, &all, None, &sentence));
        }
    }
    found.dedup();
    found
}

/// Sentences that leave nothing open, in lower case.
fn plain_sentences(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // What stands in backticks has points of its own.
    let text = text.replace("[].", "/").replace("[*].", "/");
    let all = sentences(&text);
    all.filter(|sentence| !has_word(sentence, &OPEN)).collect()
}

type Named<'a> = (&'a str, SchemaId);

fn told_of(
    api: &Api,
    all: &[(String, SchemaId)],
    (name, id): (&String, SchemaId),
    sentence: &str,
) -> Vec<Agreement> {
    let mut found = Vec::new();
    let field = name.clone();
    if let Some((list, members)) = sum_in(api, all, sentence, true) {
        found.push(Agreement::Sum {
            field: field.clone(),
            list,
            members,
        });
    }
    found.extend(combined(api, all, Some(name), sentence));
    if let Some(list) = counted(sentence).and_then(|list| list_named(api, all, list)) {
        found.push(Agreement::Length {
            field: field.clone(),
            list,
        });
    }
    let other = |leads: &[&str]| {
        let rest = leads.iter().find_map(|lead| sentence.strip_prefix(lead))?;
        let (other, rest) = rest.split_once('`')?;
        let known = all.iter().find(|(known, _)| snake(known) == snake(other))?;
        (rest.trim().is_empty() && known.0 != *name).then(|| known.0.clone())
    };
    let after = [
        "never before `",
        "not before `",
        "never earlier than `",
        "not earlier than `",
        "no earlier than `",
        "at or after `",
        "is never before `",
    ];
    let before = [
        "never after `",
        "never later than `",
        "no later than `",
        "at or before `",
        "is never after `",
    ];
    if let Some(other) = other(&after) {
        found.push(Agreement::NotBefore {
            field: field.clone(),
            other,
        });
    }
    if let Some(other) = other(&before) {
        found.push(Agreement::NotBefore {
            field: other,
            other: field.clone(),
        });
    }
    found.extend(order_in(api, (name, id), sentence));
    found
}

/// The list that a sentence says a number counts: *number of `items`*, *the number of entries in `data`*. What says of which
/// entries counts only some of them.
fn counted(sentence: &str) -> Option<&str> {
    const THINGS: [&str; 11] = [
        "items", "entries", "elements", "rows", "records", "objects", "results", "things",
        "values", "lines", "members",
    ];
    let sentence = sentence.trim_start_matches("the ");
    let leads = ["number of ", "count of ", "length of ", "how many "];
    let rest = leads.iter().find_map(|lead| sentence.strip_prefix(lead))?;
    let (before, rest) = rest.split_once('`')?;
    let (list, after) = rest.split_once('`')?;
    let plain = match before.trim().trim_end_matches(" the").rsplit_once(' ') {
        None => before.trim().is_empty() || before.trim() == "the",
        Some((thing, "in" | "of")) => THINGS.contains(&thing.trim_start_matches("the ")),
        Some(_) => false,
    };
    let ends = ["", "array", "list", "on this page", "returned"];
    (plain && ends.contains(&after.trim())).then_some(list)
}

/// *`total` is the sum of `amount` of its lines*, where an operation says it.
fn summed(api: &Api, all: &[(String, SchemaId)], sentence: &str) -> Option<Agreement> {
    let (head, _) = sentence.split_once(" is the sum of ")?;
    let field = head.split('`').nth(1)?;
    let (field, _) = all.iter().find(|(name, _)| snake(name) == snake(field))?;
    let (list, members) = sum_in(api, all, sentence, false)?;
    Some(Agreement::Sum {
        field: field.clone(),
        list,
        members,
    })
}

/// The list and the members that a sum is of: *sum of `x` of its `lines`*, *sum of `lines/x`*, *sum of `a` × `b` of all
/// lines*. `first` where the sentence has to begin with it.
fn sum_in(
    api: &Api,
    all: &[(String, SchemaId)],
    sentence: &str,
    first: bool,
) -> Option<(String, Vec<String>)> {
    let (head, rest) = sentence.split_once("sum of ")?;
    if first && !["", "the ", "is the "].contains(&head) {
        return None;
    }
    let rest = rest.trim_start_matches("the ").trim_start_matches("all ");
    let quoted: Vec<&str> = rest.split('`').collect();
    let mut names: Vec<&str> = Vec::new();
    let mut tail = rest;
    // Names in backticks that stand together, with a sign between them.
    let mut at = 0;
    while let (Some(before), Some(name)) = (quoted.get(at), quoted.get(at + 1)) {
        let sign = before.trim();
        let joins = match names.is_empty() {
            true => sign.is_empty(),
            false => ["×", "*", "x", "times", "multiplied by"].contains(&sign),
        };
        if !joins {
            break;
        }
        names.push(name);
        tail = quoted.get(at + 2)?;
        at += 2;
    }
    if let [one] = names.as_slice()
        && let Some((list, member)) = one.split_once('/')
        && tail.trim().is_empty()
    {
        let list = list_named(api, all, list)?;
        let member = member_named(api, all, &list, member)?;
        return Some((list, vec![member]));
    }
    let of = tail.trim().strip_prefix("of ")?;
    let of = [
        "all its ", "all the ", "all ", "its ", "the ", "each ", "every ",
    ]
    .iter()
    .find_map(|lead| of.strip_prefix(lead))
    .unwrap_or(of);
    // Behind the list nothing more is said, or it is named in backticks.
    let word = match of.trim() {
        "" => quoted.get(at + 1).copied().filter(|_| {
            quoted
                .get(at + 2)
                .is_some_and(|rest| rest.trim().is_empty())
        })?,
        word => word,
    };
    let list = list_named(api, all, word)?;
    let members: Option<Vec<String>> = names
        .iter()
        .map(|name| member_named(api, all, &list, name))
        .collect();
    let members = members.filter(|it| matches!(it.len(), 1 | 2))?;
    Some((list, members))
}

/// The list that a word or a name means.
fn list_named(api: &Api, all: &[(String, SchemaId)], word: &str) -> Option<String> {
    let word = snake(word.trim());
    let several = format!("{word}s");
    // What shows some of its items only tells nothing of all of them.
    let cut = |id: SchemaId| {
        let said = api.schema(id).description.clone().unwrap_or_default();
        let some = [
            "first", "latest", "recent", "last", "at most", "up to", "expand", "include", "preview",
        ];
        says(&said, &some)
    };
    all.iter()
        .filter(|(_, id)| items_of(api, *id).is_some() && !cut(*id))
        .find(|(name, _)| snake(name) == word || snake(name) == several)
        .map(|(name, _)| name.clone())
}

fn member_named(api: &Api, all: &[(String, SchemaId)], list: &str, name: &str) -> Option<String> {
    let (_, id) = all.iter().find(|(known, _)| known == list)?;
    let members = properties(api, items_of(api, *id)?).into_iter();
    let mut members = members.filter(|(known, _)| snake(known) == snake(name));
    members.next().map(|(name, _)| name)
}

fn items_of(api: &Api, id: SchemaId) -> Option<SchemaId> {
    api.schema(api.resolve(id)).array.items
}

/// `createdCount` beside a list whose items have a status that may be `created`.
fn tallies(
    api: &Api,
    all: &[(String, SchemaId)],
    (name, _): (&String, SchemaId),
) -> Vec<Agreement> {
    let plain = snake(name);
    let Some(counted) = plain
        .strip_suffix("_count")
        .or_else(|| plain.strip_prefix("num_"))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (list, id) in all {
        let Some(items) = items_of(api, *id) else {
            continue;
        };
        for (member, id) in properties(api, items) {
            let Some(of) = super::shape::is_status(api, &member, id) else {
                continue;
            };
            let values = of.strings().unwrap_or_default();
            if let Some(value) = values.iter().find(|value| snake(value) == counted) {
                found.push(Agreement::Tally {
                    field: name.clone(),
                    list: list.clone(),
                    member,
                    value: (*value).to_owned(),
                });
            }
        }
    }
    // What is counted in two lists is counted in neither.
    if found.len() == 1 { found } else { Vec::new() }
}

/// A member of items that is described as their position in the request.
fn positions(api: &Api, (list, id): (&String, SchemaId)) -> Option<Agreement> {
    let items = items_of(api, id)?;
    // Only a list of all outcomes has one for each position.
    let members = properties(api, items);
    let outcomes = members
        .iter()
        .any(|(name, id)| super::shape::is_status(api, name, *id).is_some());
    let partial = ["error", "fail", "reject", "skip", "warning", "invalid"];
    if !outcomes || says(&snake(list).replace('_', " "), &partial) {
        return None;
    }
    let (member, _) = members.into_iter().find(|(name, id)| {
        let schema = api.schema(*id);
        let said = schema.description.as_deref().unwrap_or_default();
        let from_zero = schema.number.minimum.as_ref().and_then(|it| it.as_i128()) == Some(0);
        ["index", "position"].contains(&snake(name).as_str())
            && from_zero
            && says(said, &["position in the request", "index in the request"])
    })?;
    Some(Agreement::Position {
        list: list.clone(),
        member,
    })
}

/// In which order a list is said to be.
fn order_in(api: &Api, (list, id): Named<'_>, sentence: &str) -> Option<Agreement> {
    let items = items_of(api, id)?;
    let members = properties(api, items);
    let descending = says(sentence, &["descending", "highest first", "largest first"]);
    if members.is_empty() {
        let alphabetical = says(
            sentence,
            &[
                "in alphabetical order",
                "sorted alphabetically",
                "alphabetically sorted",
                "ordered alphabetically",
                "in ascending order",
                "sorted ascending",
                "in descending order",
                "sorted descending",
            ],
        );
        return alphabetical.then(|| Agreement::Sorted {
            list: list.to_owned(),
            by: None,
            descending,
        });
    }
    let moments: Vec<&(String, SchemaId)> = members
        .iter()
        .filter(|(_, id)| {
            api.schema(api.resolve(*id)).string.format.as_deref() == Some("date-time")
        })
        .collect();
    let reverse = says(sentence, &["reverse"]);
    let oldest = [
        "oldest first",
        "latest at the end",
        "latest last",
        "newest last",
        "chronological",
    ];
    let newest = ["newest first", "latest first", "most recent first"];
    let (old, new) = (
        says(sentence, &oldest) && !reverse,
        says(sentence, &newest)
            || says(
                sentence,
                &["reverse chronological", "reverse-chronological"],
            ),
    );
    if let ([(member, _)], true) = (moments.as_slice(), old != new) {
        return Some(Agreement::Sorted {
            list: list.to_owned(),
            by: Some(member.clone()),
            descending: new,
        });
    }
    let by = [
        "sorted by `",
        "ordered by `",
        "in order of `",
        "ascending by `",
        "descending by `",
        "ascending order by `",
        "descending order by `",
    ];
    let rest = by.iter().find_map(|lead| sentence.split_once(lead))?.1;
    let (name, rest) = rest.split_once('`')?;
    let (member, of) = members
        .iter()
        .find(|(known, _)| snake(known) == snake(name))?;
    // In which order the values of an enum are is another question.
    if api.schema(api.resolve(*of)).enumeration.is_some() {
        return None;
    }
    let tail = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let ranks = ["position", "rank", "sequence"].contains(&snake(member).as_str());
    let plain = ["ascending", "asc", "descending", "desc"].contains(&tail)
        || tail.is_empty() && ranks && !new;
    plain.then(|| Agreement::Sorted {
        list: list.to_owned(),
        by: Some(member.clone()),
        descending: tail.starts_with("desc"),
    })
}

#[cfg(test)]
mod tests {
    use super::{Agreement, agreements};

    fn read(properties: &str, operation: &str) -> Vec<Agreement> {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/orders: {{post: {{operationId: order, description: \
             {operation:?}, responses: {{'201': {{description: ok, content: {{application/json: {{schema: {{type: object, \
             properties: {{{properties}, lines: {{type: array, items: {{type: object, properties: {{amount: {{type: \
             number}}, quantity: {{type: integer}}, unit_price: {{type: number}}, at: {{type: string, format: \
             date-time}}}}}}}}, created_at: {{type: string, format: date-time}}}}}}}}}}}}}}}}}}}}}}"
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let operation = api.operation("order").expect("an operation");
        let schema = super::super::answer_schema(operation).expect("a schema");
        agreements(&api, schema, &[operation])
    }

    fn number(said: &str) -> Vec<Agreement> {
        read(
            &format!("total: {{type: number, description: {said:?}}}"),
            "",
        )
    }

    #[test]
    fn sums_name_a_list_and_its_members() {
        for said in [
            "Sum of `amount` of all lines.",
            "The sum of `amount` of its lines",
            "Sum of `lines[].amount`",
        ] {
            let wanted = Agreement::Sum {
                field: "total".to_owned(),
                list: "lines".to_owned(),
                members: vec!["amount".to_owned()],
            };
            assert_eq!(number(said), [wanted], "{said}");
        }
        let product = number("Sum of `quantity` × `unit_price` of all lines");
        assert!(
            matches!(product.as_slice(), [Agreement::Sum { members, .. }] if members.len() == 2)
        );
        let told = read(
            "total: {type: number}",
            "`total` of the order is the sum of `amount` of its lines. It may take a while.",
        );
        assert!(
            matches!(told.as_slice(), [Agreement::Sum { .. }]),
            "{told:?}"
        );
        for open in [
            "Sum of `amount` of all orders",
            "Sum of `amount` of all lines, or what was agreed",
            "Sum of `amount` of all lines that are open",
            "A sum of money",
            "The sum of `amount` of its lines minus the discount",
        ] {
            assert!(number(open).is_empty(), "{open}");
        }
    }

    #[test]
    fn counts_and_moments_name_what_they_are_compared_with() {
        assert!(matches!(
            number("Number of `lines`").as_slice(),
            [Agreement::Length { .. }]
        ));
        assert!(number("Number of `lines` that are open").is_empty());
        let text = |said: &str| {
            let of = format!("paid_at: {{type: string, format: date-time, description: {said:?}}}");
            read(&of, "")
        };
        let wanted = Agreement::NotBefore {
            field: "paid_at".to_owned(),
            other: "created_at".to_owned(),
        };
        assert_eq!(text("Never before `created_at`."), [wanted]);
        assert!(text("Not before `created_at` unless it was imported").is_empty());
    }
}
