//! What an answer to a list holds beside its items.

use super::{
    paging_names::HOLDERS,
    shape::{properties, shape_of},
    snake,
};
use crate::rules::Pointer;
use counterpart_model::api::{Api, SchemaId, Shape};
use indexmap::IndexMap;

/// A value in an answer.
pub(super) struct Place {
    pub(super) pointer: String,
    /// What its holder and it are called together: `links_next`.
    pub(super) names: Vec<String>,
    pub(super) schema: SchemaId,
    pub(super) is_link: bool,
}

/// The relations by which pages are linked (RFC 8288, RFC 5005).
const RELATIONS: [&str; 5] = ["next", "last", "first", "prev", "previous"];
/// How the names of links end that stand beside the items: `nextLink`, `next_page_url`.
const LINK_ENDS: [&str; 8] = [
    "_page_url",
    "_page_link",
    "_page_uri",
    "_url",
    "_link",
    "_uri",
    "_href",
    "_page_href",
];

/// Whether a link of this name has that relation.
fn relates(name: &str, relation: &str) -> bool {
    let plain = name.strip_prefix("odata_").unwrap_or(name);
    let mut ends = LINK_ENDS.iter();
    plain == relation || ends.any(|end| plain.strip_suffix(end) == Some(relation))
}

/// The links between pages that stand in the body.
pub(super) fn relations(places: &[(Place, Shape)]) -> IndexMap<String, Pointer> {
    let links = places.iter().filter(|(place, _)| place.is_link);
    links
        .filter_map(|(place, _)| {
            let known = |name: &&str| place.names.iter().any(|it| relates(it, name));
            let relation = RELATIONS.iter().find(|name| known(name))?;
            let relation = relation.strip_suffix("ious").unwrap_or(relation);
            let pointer = Pointer::try_from(place.pointer.clone()).ok()?;
            Some((relation.to_owned(), pointer))
        })
        .collect()
}

/// `count` beside `next` and `previous` counts what is on all pages; elsewhere it may count this one.
pub(super) fn counted(places: &[(Place, Shape)], whole: impl Fn(&Shape) -> bool) -> Option<Place> {
    let any = |_: &Shape| true;
    let _ = find_place(places, &["next"], any).filter(|it| it.is_link)?;
    let _ = find_place(places, &["previous"], any).filter(|it| it.is_link)?;
    find_place(places, &["count"], whole)
}

/// The values an answer holds beside its list, down to the second level.
pub(super) fn places(api: &Api, body: SchemaId) -> Vec<(Place, Shape)> {
    let mut found = Vec::new();
    let mut add = |pointer: String, names: Vec<String>, schema: SchemaId, is_link: bool| {
        let place = Place {
            pointer,
            names,
            schema,
            is_link,
        };
        found.push((place, shape_of(api, schema).clone()));
    };
    for (name, id) in properties(api, body) {
        let outer = snake(&name);
        let is_uri = |id: SchemaId| {
            let format = api.schema(api.resolve(id)).string.format.as_deref();
            matches!(format, Some("uri" | "url" | "uri-reference"))
        };
        if HOLDERS.contains(&outer.trim_start_matches('_')) && !properties(api, id).is_empty() {
            let links = outer.ends_with("links");
            for (inner, id) in properties(api, id) {
                let inner_name = snake(&inner);
                let pointer = format!("/{name}/{inner}");
                match super::property(api, id, "href") {
                    Some((href, target)) if RELATIONS.contains(&inner_name.as_str()) => {
                        add(format!("{pointer}/{href}"), vec![inner_name], target, true);
                    }
                    _ => {
                        let names = vec![inner_name.clone(), format!("{outer}_{inner_name}")];
                        let is_link = links || is_uri(id) || inner_name.ends_with("url");
                        add(pointer, names, id, is_link);
                    }
                }
            }
        } else {
            let linked = |relation: &&str| outer != **relation && relates(&outer, relation);
            let is_link = is_uri(id) || RELATIONS.iter().any(linked);
            add(format!("/{name}"), vec![outer], id, is_link);
        }
    }
    found
}

/// The first place that has one of the names, and the right kind.
pub(super) fn find_place(
    places: &[(Place, Shape)],
    names: &[&str],
    kind: impl Fn(&Shape) -> bool,
) -> Option<Place> {
    names.iter().find_map(|name| {
        places
            .iter()
            .find(|(place, shape)| place.names.iter().any(|known| known == name) && kind(shape))
            .map(|(place, _)| Place {
                pointer: place.pointer.clone(),
                names: place.names.clone(),
                schema: place.schema,
                is_link: place.is_link,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::relates;

    #[test]
    fn links_are_called_after_where_they_lead() {
        for name in [
            "next",
            "next_link",
            "odata_next_link",
            "next_page_url",
            "next_href",
        ] {
            assert!(relates(name, "next"), "{name}");
        }
        for name in ["next_page", "next_token", "next_cursor", "links"] {
            assert!(!relates(name, "next"), "{name}");
        }
    }
}
