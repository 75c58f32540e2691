//! Values that depend on others: what descriptions say of members that go together, and refusals that ask for another one.

use super::variation::Trial;
use crate::{
    exchange::Exchange,
    request::Request,
    rules::infer::{properties, says, snake},
};
use counterpart_model::api::{Api, Operation, SchemaId};

/// What descriptions say of several members at once, which no keyword tells.
const TOGETHER: &[&str] = &[
    "same length",
    "same number of",
    "same size as",
    "at least one of",
    "exactly one of",
    "only one of",
    "mutually exclusive",
    "parallel arrays",
    "used together",
    "combined with",
    "in combination with",
];

/// Whether a description on the way to what is varied tells of members that go together: nobody knows then whether a value
/// is valid beside the others.
pub(super) fn goes_with_others(api: &Api, trial: &Trial<'_>) -> bool {
    let Trial::Body(_, schema, case) = trial else {
        return false;
    };
    let told = |id: SchemaId| {
        let (own, target) = (api.schema(id), api.schema(api.resolve(id)));
        let said = [&own.description, &target.description];
        let mut said = said.into_iter().flatten();
        said.any(|it| says(it, TOGETHER) || it.contains("either ") && it.contains(" or "))
    };
    let mut at = *schema;
    let mut names = case.pointer.split('/').skip(1);
    loop {
        if told(at) {
            return true;
        }
        let Some(name) = names.next() else {
            return false;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        let all = properties(api, at);
        // Members of a branch are members of what has branches.
        let here = api.schema(api.resolve(at));
        let branches = here.one_of.iter().chain(&here.any_of);
        let branches = branches.flat_map(|id| properties(api, *id));
        let member = all
            .into_iter()
            .chain(branches)
            .find(|(known, _)| *known == name);
        let next = member.map(|(_, id)| id).or(here.array.items);
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
}

/// Whether a refusal asks for a parameter or a property that was not sent: *bbox-crs specified without bbox*.
pub(super) fn asks_for_another(
    api: &Api,
    operation: &Operation,
    request: &Request,
    body: Option<SchemaId>,
    exchange: &Exchange,
) -> bool {
    let text = exchange.answer.as_ref().map(|answer| answer.body.as_ref());
    let text = String::from_utf8_lossy(text.unwrap_or_default()).to_lowercase();
    let quotes = ['"', '\'', '`', '\\'];
    let text: String = text.chars().filter(|c| !quotes.contains(c)).collect();
    let sent = request.json();
    let queries = operation.parameters.iter().map(|it| it.name.clone());
    let queries = queries.filter(|name| !request.query.iter().any(|(known, _)| known == name));
    let members = body.map(|id| properties(api, id)).unwrap_or_default();
    let members = members.into_iter().map(|(name, _)| name).filter(|name| {
        let there = sent.as_ref().and_then(|sent| sent.get(name));
        there.is_none_or(serde_json::Value::is_null)
    });
    queries.chain(members).any(|name| {
        let names = [name.to_lowercase(), snake(&name)];
        names.iter().filter(|name| name.len() > 2).any(|name| {
            [
                format!("without {name}"),
                format!("{name} is required"),
                format!("{name} must be "),
                format!("requires {name}"),
                format!("require {name}"),
                format!("missing {name}"),
                format!("in {name} clause"),
                format!("or {name} must"),
                format!("specify {name}"),
            ]
            .iter()
            .any(|phrase| text.contains(phrase.as_str()))
        })
    })
}
