//! Patrons: wrapped as JSON:API has it, pages with links in the body, and states that guard changes.

use crate::answer::{Asked, Reply};
use crate::state::{State, position};
use serde_json::{Map, Value, json};

type Is<'a> = &'a dyn Fn(&str) -> bool;

pub(crate) fn operate(state: &mut State, asked: &Asked, is: Is<'_>) -> Reply {
    match asked.operation.as_str() {
        "listPatrons" => list(state, asked, is),
        "searchPatrons" => search(state, asked, is),
        "addPatron" => add(state, asked, is),
        other => {
            let Some(at) = position(&state.patrons, asked.id()) else {
                return Reply::error(404, "there is no such patron", None);
            };
            match other {
                "getPatron" => document(200, &state.patrons[at]),
                "changePatron" => change(state, asked, at, is),
                "leave" => leave(state, at, is),
                _ => {
                    if !is("patron-remove-forgotten") {
                        state.patrons.remove(at);
                    }
                    Reply::empty(204)
                }
            }
        }
    }
}

fn document(status: u16, patron: &Value) -> Reply {
    Reply::json(status, json!({ "data": patron }))
}

fn attribute<'v>(patron: &'v Value, name: &str) -> &'v str {
    patron["attributes"][name].as_str().unwrap_or_default()
}

fn list(state: &State, asked: &Asked, is: Is<'_>) -> Reply {
    let number = asked.number("page[number]").unwrap_or(1).max(1);
    let default = if is("patron-default-size") { 5 } else { 6 };
    let mut size = asked.number("page[size]").unwrap_or(default).max(1);
    if is("patron-size-capped") {
        size = size.min(15);
    }
    let tier = asked.query("filter[tier]");
    let sort = asked.query("sort");
    let mut all: Vec<&Value> = state.patrons.iter().collect();
    if let Some(tier) = tier.filter(|_| !is("patron-filter-ignored")) {
        all.retain(|patron| attribute(patron, "tier") == tier);
    }
    let key = sort.unwrap_or("name");
    let by = key.trim_start_matches('-');
    if !is("patron-sort-ignored") || sort.is_none() {
        all.sort_by_key(|patron| {
            (
                attribute(patron, by).to_lowercase(),
                patron["id"].to_string(),
            )
        });
    }
    if key.starts_with('-') && !is("patron-sort-upwards") {
        all.reverse();
    }
    let total = all.len();
    let last = total.div_ceil(size).max(1);
    let mut skipped = (number - 1) * size;
    if is("patron-page-overlaps") && number > 1 {
        skipped -= 1;
    }
    let page: Vec<&Value> = all.into_iter().skip(skipped).take(size).collect();
    let link = |number: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("page[number]", &number.to_string());
        if !is("patron-link-loses-size") {
            query.append_pair("page[size]", &size.to_string());
        }
        let tier = tier.filter(|_| !is("patron-link-loses-filter"));
        let sort = sort.filter(|_| !is("patron-link-loses-order"));
        for (name, value) in [("filter[tier]", tier), ("sort", sort)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        Value::from(format!("/v1/patrons?{}", query.finish()))
    };
    let mut links = Map::new();
    links.insert(
        "first".to_owned(),
        link(1 + usize::from(is("patron-link-first"))),
    );
    links.insert(
        "last".to_owned(),
        link(if is("patron-link-last") { 1 } else { last }),
    );
    if number > 1 {
        let before = if is("patron-link-prev") {
            number
        } else {
            number - 1
        };
        links.insert("prev".to_owned(), link(before));
    }
    let more = number < last || is("patron-link-after-last");
    if more && !(is("patron-link-ends-early") && number == 2) {
        links.insert("next".to_owned(), link(number + 1));
    }
    let pages = if total == 0 { 0 } else { last };
    let meta = json!({
        "total": if is("patron-total-of-page") { page.len() } else { total },
        "pages": pages + usize::from(is("patron-pages-plus-one")),
    });
    Reply::json(200, json!({ "data": page, "links": links, "meta": meta }))
}

fn search(state: &State, asked: &Asked, is: Is<'_>) -> Reply {
    let tier = asked.body["where"]["tier"].as_str();
    let number = |name: &str, default: u64| {
        let found = asked.body["paging"][name].as_f64().map(|it| it as u64);
        usize::try_from(found.unwrap_or(default)).unwrap_or_default()
    };
    let mut offset = number("offset", 0);
    if is("patron-search-offset-ignored") {
        offset = 0;
    }
    let mut limit = number("limit", 5);
    if is("patron-search-limit-ignored") {
        limit = 5;
    }
    let mut all: Vec<&Value> = state.patrons.iter().collect();
    if let Some(tier) = tier.filter(|_| !is("patron-search-where-ignored")) {
        all.retain(|patron| attribute(patron, "tier") == tier);
    }
    let total = all.len();
    let hits: Vec<&Value> = all.into_iter().skip(offset).take(limit).collect();
    Reply::json(200, json!({ "hits": hits, "total": total }))
}

fn add(state: &mut State, asked: &Asked, is: Is<'_>) -> Reply {
    let mut attributes = asked.body["data"]["attributes"].clone();
    let taken = |patron: &Value| patron["attributes"]["card"] == attributes["card"];
    if state.patrons.iter().any(taken) && !is("patron-card-twice") {
        return Reply::error(409, "the card is somebody else's", Some("card"));
    }
    if attributes.get("newsletter").is_none() {
        attributes["newsletter"] = (!is("patron-default-forgotten")).into();
    }
    if is("patron-name-cut") {
        let name: String = attributes["name"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(40)
            .collect();
        attributes["name"] = name.into();
    }
    if is("patron-interests-lost")
        && let Some(members) = attributes.as_object_mut()
    {
        members.remove("interests");
    }
    attributes["status"] = if is("patron-born-former") {
        "former"
    } else {
        "active"
    }
    .into();
    attributes["since"] = state.now().into();
    let patron = json!({ "type": "patrons", "id": state.patron_id(), "attributes": attributes });
    let reply = document(201, &patron);
    if is("patron-link-leads-nowhere") {
        // What it is told by is not what it is kept by.
        let mut other = patron;
        other["id"] = state.patron_id().into();
        state.patrons.push(other);
    } else {
        state.patrons.push(patron);
    }
    reply
}

fn change(state: &mut State, asked: &Asked, at: usize, is: Is<'_>) -> Reply {
    let data = &asked.body["data"];
    let patron = &mut state.patrons[at];
    if data["id"] != patron["id"] {
        return Reply::error(409, "the body names another patron", Some("id"));
    }
    if attribute(patron, "status") != "active" && !is("patron-change-former") {
        return Reply::error(409, "the patron has left", None);
    }
    let before = patron.clone();
    if is("patron-change-clears")
        && let Some(members) = patron["attributes"].as_object_mut()
    {
        members.remove("interests");
    }
    for (name, value) in data["attributes"].as_object().into_iter().flatten() {
        patron["attributes"][name] = value.clone();
    }
    let reply = document(200, patron);
    if is("patron-change-forgotten") {
        *patron = before;
    }
    reply
}

fn leave(state: &mut State, at: usize, is: Is<'_>) -> Reply {
    let patron = &mut state.patrons[at];
    if attribute(patron, "status") != "active" && !is("patron-leaves-twice") {
        return Reply::error(409, "the patron has left already", None);
    }
    if !is("patron-stays") {
        patron["attributes"]["status"] = "former".into();
    }
    document(200, patron)
}
