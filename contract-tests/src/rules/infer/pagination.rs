//! How a list is paged, from the names of its parameters and of what it answers.

use super::{
    answer::{item_of, json_schema, list_in, success},
    asked::{Asked, asked},
    asks::count_asked,
    firsts::{first_offset, first_page},
    keyset::keyset,
    order::order,
    page_prose::{counts_all, ends_with_the_list, is_bound, is_vague},
    paging_names::{
        BACKWARD, FORWARD, LAST, MORE, NEXT, OFFSETS, PAGE_COUNTS, PAGES, PLAIN_SIZES, PREVIOUS,
        SIZES, TOKENS, TOTALS,
    },
    places::{Place, counted, find_place, places, relations},
    prose::{clauses, of_lists, of_operation, says, sentences, statements},
    shape::shape_of,
    snake,
};
use crate::rules::{Answer, Pagination, PagingStyle, Parameters, Places, Pointer, Refusals};
use counterpart_model::api::{Api, Method, Operation, SchemaId, Shape};

/// How an operation is paged, and what tells so.
pub(in crate::rules) fn pagination(
    api: &Api,
    operation: &Operation,
) -> Option<(Pagination, String)> {
    list_rule(api, operation).filter(|(rule, _)| rule.style != PagingStyle::Whole)
}

/// A list that is not paged, as one page.
pub(in crate::rules) fn whole(api: &Api, operation: &Operation) -> Option<(Pagination, String)> {
    let reads = operation.method == Method::Get || crate::paths::is_search(operation);
    let rule = || list_rule(api, operation);
    let (mut rule, why) = rule().filter(|(rule, _)| reads && rule.style == PagingStyle::Whole)?;
    // Without anything that leads on, `size` may be that of shoes.
    let items = item_of(api, operation);
    rule.parameters.limit = rule.parameters.limit.filter(|name| {
        let plain = snake(name);
        let own = items.and_then(|item| super::property(api, item, &plain));
        PLAIN_SIZES.contains(&plain.as_str()) && own.is_none()
    });
    Some((rule, why))
}

fn list_rule(api: &Api, operation: &Operation) -> Option<(Pagination, String)> {
    let in_body = operation.method == Method::Post;
    if operation.method != Method::Get && !in_body {
        return None;
    }
    let asked = asked(api, operation);
    let response = success(operation)?;
    let body = json_schema(response)?;
    let (items, item) = list_in(api, operation, body)?;
    let places = places(api, body);
    let number = |asked: &Asked| {
        matches!(
            shape_of(api, asked.schema),
            Shape::Integer(_) | Shape::Number { .. }
        )
    };
    let text = |asked: &Asked| {
        matches!(
            shape_of(api, asked.schema),
            Shape::String(_) | Shape::Any(_) | Shape::Union(_)
        )
    };
    let find = |names: &[&str], kind: &dyn Fn(&Asked) -> bool| {
        names
            .iter()
            .find_map(|name| asked.iter().find(|it| it.is_called(name) && kind(it)))
    };
    let size = find(SIZES, &number);
    let next = find_place(&places, NEXT, |shape| {
        matches!(shape, Shape::String(_) | Shape::Any(_) | Shape::Union(_))
    });
    let token = find(TOKENS, &text);
    let forward = find(FORWARD, &|it| text(it) || number(it));
    let backward = find(BACKWARD, &|it| text(it) || number(it));
    let offset = find(OFFSETS, &number);
    let page = find(PAGES, &number).or_else(|| {
        asked
            .iter()
            .find(|it| it.snake == "page_number" && number(it))
    });
    let link = response
        .headers
        .keys()
        .any(|name| name.eq_ignore_ascii_case("link"));
    let link_in_body = next.as_ref().filter(|place| place.is_link);
    let id = IDENTITIES
        .iter()
        .find_map(|name| super::property(api, item, name))
        .map(|(name, _)| format!("/{name}"));
    let has_id = id.is_some();
    // A number that is compared, and need not be that of an item.
    let compared = keyset(api, &asked, item, &places);
    let compared = compared.filter(|_| forward.is_none());
    // Where both lead through a list, what counts is surer than what has to be asked for first.
    let counts = offset.is_some() || page.is_some();
    let style = match (token.filter(|_| !counts), forward, offset, page) {
        // A token that is handed out stands in the answer too.
        (Some(_), _, _, _) if next.is_some() && link_in_body.is_none() => PagingStyle::PageToken,
        (_, Some(of), _, _) if has_id && (names_an_item(of) || is_an(api, of, item)) => {
            PagingStyle::Cursor
        }
        (_, _, Some(_), _) => PagingStyle::Offset,
        (_, _, _, Some(_)) => PagingStyle::Page,
        _ if link || link_in_body.is_some() => PagingStyle::Link,
        _ if compared.is_some() => PagingStyle::Cursor,
        _ => PagingStyle::Whole,
    };
    let compared =
        compared.filter(|_| style == PagingStyle::Cursor && !forward.is_some_and(|_| has_id));
    let forward = compared.as_ref().map(|(it, _)| *it).or(forward);
    let id = compared.as_ref().map(|(_, name)| format!("/{name}")).or(id);
    let name = |of: Option<&Asked>| of.map(|it| it.name.clone());
    let pointer = |text: String| Pointer::try_from(text).ok();
    let cursors = style == PagingStyle::Cursor;
    let tokens = style == PagingStyle::PageToken;
    // Tokens lead back where one is handed out for it, and a parameter is there to take it.
    let previous = find_place(&places, PREVIOUS, |shape| {
        matches!(shape, Shape::String(_) | Shape::Any(_) | Shape::Union(_))
    });
    let previous = previous.filter(|place| tokens && !place.is_link && backward.is_some());
    let back = backward.filter(|it| cursors || previous.is_some() && text(it));
    let parameters = Parameters {
        limit: name(size),
        forward: name(forward.filter(|_| cursors)),
        backward: name(back),
        offset: name(offset.filter(|_| style == PagingStyle::Offset)),
        page: name(page.filter(|_| style == PagingStyle::Page)),
        size: None,
        token: name(token.filter(|_| tokens)),
    };
    let wants_next = matches!(style, PagingStyle::PageToken)
        || style == PagingStyle::Link && link_in_body.is_some();
    let boolean = |shape: &Shape| matches!(shape, Shape::Boolean | Shape::Enum(_));
    let whole = |shape: &Shape| matches!(shape, Shape::Integer(_) | Shape::Number { .. });
    let total_header = response
        .headers
        .keys()
        .find(|name| snake(name).ends_with("total_count") || snake(name) == "x_total")
        .cloned();
    let echoes = [page, size, offset]
        .into_iter()
        .flatten()
        .filter_map(|it| {
            // Some count pages from one in what they are asked, and from zero in what they answer.
            let zero = page.is_some_and(|page| page.name == it.name && first_page(api, page) == 0);
            let sized = size.is_some_and(|size| size.name == it.name);
            let others: &[&str] = match (zero, sized) {
                (true, _) => &["page_number"],
                (_, true) => &["items_per_page", "per_page", "page_size"],
                _ => &[],
            };
            let mut names = vec![it.snake.as_str(), it.own.as_str()];
            names.extend(others);
            let place = find_place(&places, &names, whole)?;
            Some((it.name.clone(), pointer(place.pointer)?))
        })
        .collect();
    let general = of_lists(api);
    let goes = next.as_ref().is_some_and(|place| {
        let own = api.schema(place.schema).description.as_deref();
        let told = says_of(&general, &place.names);
        let own = own.or((!told.is_empty()).then_some(told.as_str()));
        let absent = [
            "null",
            "absent",
            "omitted",
            "missing",
            "empty",
            "not present",
            "not set",
        ];
        own.is_some_and(|text| says(text, &absent))
    });
    let header = response
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("link"))
        .and_then(|(_, header)| header.description.clone());
    let relations = relations(&places);
    let link_ends = header.as_ref().is_some_and(|text| {
        says(text, &["last page"]) && says(text, &["unless", "except", "not on", "absent", "no "])
    }) || links_end(api, operation, &relations, &places);
    let ends = next.as_ref().is_some_and(|place| {
        let own = api
            .schema(place.schema)
            .description
            .clone()
            .unwrap_or_default();
        let general = says_of(&general, &place.names);
        let said = format!("{own}. {}. {general}", of_operation(operation));
        says(
            &said,
            &[
                "last page",
                "last portion",
                "last slice",
                "last batch",
                "last chunk",
                "on the last one",
                "no more",
                "no further",
                "end of the list",
                "final page",
            ],
        )
    });
    let total = find_place(&places, TOTALS, whole).or_else(|| counted(&places, whole));
    let of_total = total.as_ref().map(|it| said_of_total(api, operation, it));
    let of_total = of_total.unwrap_or_default();
    let said_of_header = |name: &String| {
        let header = response.headers.get(name)?;
        header.description.as_deref().map(clauses)
    };
    let of_header = total_header
        .as_ref()
        .and_then(said_of_header)
        .unwrap_or_default();
    let total_header = total_header.filter(|_| !of_header.iter().any(|it| is_vague(it)));
    let total = total.filter(|_| !of_total.iter().any(|it| is_vague(it)));
    let count_asked = count_asked(api, operation).filter(|_| total.is_some());
    let response_places = Places {
        items: Pointer::try_from(items.clone()).ok()?,
        has_more: find_place(&places, MORE, boolean).and_then(|it| pointer(it.pointer)),
        is_last: find_place(&places, LAST, boolean).and_then(|it| pointer(it.pointer)),
        next_cursor: None,
        previous_cursor: previous
            .as_ref()
            .filter(|_| back.is_some())
            .and_then(|it| pointer(it.pointer.clone())),
        next: next
            .filter(|_| wants_next)
            .and_then(|it| pointer(it.pointer)),
        total: total.and_then(|it| pointer(it.pointer)),
        pages: find_place(&places, PAGE_COUNTS, whole).and_then(|it| pointer(it.pointer)),
        total_header,
        links: link,
        link_ends,
        relations,
        total_of_all: of_total.iter().chain(&of_header).any(|it| counts_all(it)),
        echoes,
        ends: ends && wants_next,
        goes: ends && wants_next && goes,
    };
    let said = of_operation(operation);
    let both = [forward, backward]
        .into_iter()
        .flatten()
        .map(|it| it.description.clone());
    let exclusive_said = std::iter::once(said.clone()).chain(both).any(|text| {
        says(
            &text,
            &[
                "together",
                "mutually",
                "both",
                "either",
                "at the same time",
                "not be combined",
                "only one of",
            ],
        )
    });
    let onward = parameters.forward.as_ref().or(parameters.token.as_ref());
    let exclusive = match (onward, &parameters.backward) {
        (Some(forward), Some(backward)) if exclusive_said => {
            vec![vec![forward.clone(), backward.clone()]]
        }
        _ => Vec::new(),
    };
    let refuses = operation.responses.keys().any(|status| {
        matches!(
            status.to_string().as_str(),
            "400" | "404" | "422" | "4XX" | "410"
        )
    });
    // What is compared need not be that of an item.
    let compares = compared.is_some() || cursors && !forward.is_some_and(names_an_item);
    let rest = format!("{said}. {general}");
    let full = tokens
        && sentences(&rest).any(|it| {
            says(&it, &FULL) && says(&it, &["unless", "except"]) && says(&it, &["item", "page"])
        });
    let first_has_none = back.is_some() && previous_said(api, previous.as_ref(), &rest);
    let tokens_are_bound = tokens && clauses(&rest).iter().any(|it| is_bound(it));
    let why = format!(
        "{} and the list at `{items}` look like pages by {}",
        [
            &parameters.limit,
            &parameters.forward,
            &parameters.backward,
            &parameters.offset,
            &parameters.page,
            &parameters.token
        ]
        .into_iter()
        .flatten()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", "),
        style.words()
    );
    let rule = Pagination {
        style,
        cursor: id.filter(|_| cursors).and_then(pointer),
        order: order(api, operation, item),
        first_page: page.map_or(1, |it| first_page(api, it)),
        first_offset: offset.map_or(0, |it| first_offset(api, it)),
        exclusive,
        errors: Refusals {
            unknown_cursor: (refuses && !compares).then(Answer::any_refusal),
            exclusive: Some(Answer::any_refusal()),
        },
        parameters,
        response: response_places,
        in_body,
        full,
        first_has_none,
        tokens_are_bound,
        count_asked,
        identity: ["id", "uid", "uuid", "key", "name"]
            .iter()
            .find_map(|name| super::property(api, item, name))
            .and_then(|(name, _)| pointer(format!("/{name}"))),
    };
    // Without a parameter that leads on there is nothing to follow but links.
    Some((rule, why))
}

/// Whether it is said that what leads back is missing on the first page, and only there.
fn previous_said(api: &Api, previous: Option<&Place>, general: &str) -> bool {
    let Some(place) = previous else {
        return false;
    };
    let own = api.schema(place.schema).description.clone();
    let about = says_of(general, &place.names);
    let said = format!("{}. {about}", own.unwrap_or_default());
    sentences(&said).any(|it| {
        says(&it, &["first page"])
            && says(&it, &["null", "absent", "missing", "omitted", "empty"])
            && says(&it, &["only", "except", "unless"])
    })
}

/// What says that pages have as many items as were asked for.
const FULL: [&str; 3] = ["exactly `", "exactly as many", "holds exactly"];

/// Whether it is said that links lead on exactly while more items follow.
fn links_end(
    api: &Api,
    operation: &Operation,
    relations: &indexmap::IndexMap<String, Pointer>,
    places: &[(Place, Shape)],
) -> bool {
    let own = relations.get("next").and_then(|at| {
        let (place, _) = places.iter().find(|(it, _)| it.pointer == at.as_str())?;
        Some((at.last()?, api.schema(place.schema).description.clone()))
    });
    let (name, said) = own.unwrap_or_else(|| ("next".to_owned(), None));
    let general = statements(&format!("{}\n\n{}", of_operation(operation), of_lists(api)));
    let told = said.iter().flat_map(|it| clauses(it));
    told.map(|it| format!("`{name}` {it}"))
        .chain(general)
        .any(|it| ends_with_the_list(&it, &name))
}

/// What is said of the total, by itself and by the operation.
fn said_of_total(api: &Api, operation: &Operation, place: &Place) -> Vec<String> {
    let own = api.schema(place.schema).description.clone();
    let name = place
        .pointer
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let about = |it: &String| it.contains(&format!("{name}`"));
    let said = clauses(&of_operation(operation)).into_iter().filter(about);
    own.iter().flat_map(|it| clauses(it)).chain(said).collect()
}

/// The sentences of a text that name a place; empty where none does.
fn says_of(text: &str, names: &[String]) -> String {
    let named = |sentence: &&str| {
        names.iter().any(|name| {
            let inner = name.rsplit('_').next().unwrap_or_default();
            sentence.contains(&format!("`{name}`")) || sentence.contains(&format!(".{inner}`"))
        })
    };
    let found: Vec<&str> = text.split(". ").filter(named).collect();
    found.join(". ")
}

/// Properties that identify items, where no rule says which.
const IDENTITIES: [&str; 4] = ["id", "uid", "uuid", "key"];

/// Whether what continues has the schema that what identifies items has, by reference.
fn is_an(api: &Api, of: &Asked, item: SchemaId) -> bool {
    let mut names = IDENTITIES.iter();
    let id = names.find_map(|name| super::property(api, item, name));
    id.is_some_and(|(_, id)| {
        let target = api.resolve(id);
        target != id && target == api.resolve(of.schema)
    })
}

/// Whether what continues is an item and no token: its name or its description says so.
fn names_an_item(of: &Asked) -> bool {
    ["starting_after", "start_after", "after_id", "since_id"].contains(&of.snake.as_str())
        || says(
            &of.description,
            &["id of", "ids of", "identifier of", "object id", "the id"],
        )
}
