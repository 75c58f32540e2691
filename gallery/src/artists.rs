//! Artists: numbered pages with a total, filters, and the four operations on one.

use crate::answer::{Asked, Body, Reply};
use crate::state::{State, position};
use serde_json::{Value, json};

pub(crate) fn operate(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    match asked.operation.as_str() {
        "listArtists" => list(state, asked, is),
        "createArtist" => create(state, asked, is),
        other => {
            let Some(at) = position(&state.artists, asked.id()) else {
                return match other {
                    "getArtist" if is("artist-missing-200") => {
                        Reply::json(200, shown(&state.artists[0].clone()))
                    }
                    "getArtist" if is("crash-unknown-artist") => Reply::error(500, "oops", None),
                    "deleteArtist" if is("artist-delete-missing-204") => Reply::empty(204),
                    _ => Reply::error(404, "there is no such artist", None),
                };
            };
            match other {
                "getArtist" => {
                    if is("artist-read-changes") {
                        let now = state.now();
                        state.artists[at]["updated_at"] = now.into();
                    }
                    Reply::json(200, shown(&state.artists[at]))
                }
                "updateArtist" => update(state, asked, at, is),
                _ => delete(state, at, is),
            }
        }
    }
}

/// What others may see of an artist.
fn shown(artist: &Value) -> Value {
    let mut shown = artist.clone();
    if let Some(members) = shown.as_object_mut() {
        members.remove("contact_note");
    }
    shown
}

fn list(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let (page, mut size) = (
        asked.number("page").unwrap_or(1).max(1),
        asked.number("per_page").unwrap_or(20),
    );
    if is("artist-default-size") && asked.query("per_page").is_none() {
        size = 15;
    }
    if is("artist-size-capped") {
        size = size.min(20);
    }
    if is("artist-size-plus-one") {
        size += 1;
    }
    let mut artists: Vec<Value> = state.artists.iter().map(shown).collect();
    artists.sort_by_key(|artist| artist["name"].as_str().unwrap_or_default().to_lowercase());
    if is("artist-order-unsorted") {
        artists.reverse();
    }
    if is("artist-unlisted") {
        artists.retain(|artist| {
            state
                .artists
                .iter()
                .take(21)
                .any(|first| first["id"] == artist["id"])
        });
    }
    let all = artists.len();
    if let Some(country) = asked
        .query("country")
        .filter(|_| !is("filter-country-ignored"))
    {
        artists.retain(|artist| artist["country"] == country);
    }
    if let Some(active) = asked
        .query("active")
        .filter(|_| !is("filter-active-ignored"))
    {
        let wanted = (active == "true") != is("filter-active-inverted");
        artists.retain(|artist| artist["active"] == wanted);
    }
    if let Some(year) = asked.number("born_after") {
        let after = |artist: &Value| {
            let born = artist["born"]
                .as_u64()
                .and_then(|born| usize::try_from(born).ok());
            born.is_some_and(|born| born > year || is("filter-born-inclusive") && born == year)
        };
        artists.retain(after);
    }
    if is("filter-lost-on-page-two") && page > 1 {
        artists = state.artists.iter().map(shown).collect();
    }
    let mut total = artists.len();
    let filtered = total != all;
    if is("artist-total-of-page") {
        total = artists.len().saturating_sub((page - 1) * size).min(size);
    }
    if is("artist-total-plus-one") {
        total += 1;
    }
    if is("artist-total-unfiltered") && filtered {
        total = all;
    }
    let mut first = (page - 1) * size;
    if is("artist-page-overlaps") && page > 1 {
        first -= 1;
    }
    if is("artist-page-skips") && page > 1 {
        first += 1;
    }
    if is("artist-page-ignored") {
        first = 0;
    }
    if is("artist-page-from-zero") {
        first = page * size;
    }
    if first >= artists.len() && page > 1 {
        if is("artist-past-end-404") {
            return Reply::error(404, "there is no such page", None);
        }
        if is("artist-past-end-repeats") {
            first = artists.len().saturating_sub(size);
        }
        if is("crash-past-end") {
            return Reply::error(500, "oops", None);
        }
    }
    let mut items: Vec<Value> = artists.into_iter().skip(first).take(size).collect();
    if is("artist-last-page-short") && items.len() < size {
        items.pop();
    }
    let page = if is("artist-page-echo") {
        page + 1
    } else {
        page
    };
    Reply::json(
        200,
        json!({ "items": items, "page": page, "per_page": size.clamp(1, 50), "total": total }),
    )
}

fn create(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let mut artist = asked.body.clone();
    let now = state.now();
    let id = if is("artist-id-reused") {
        state.artists[0]["id"].clone()
    } else {
        uuid::Uuid::now_v7().to_string().into()
    };
    artist["id"] = id.clone();
    artist["created_at"] = now.clone().into();
    artist["updated_at"] = now.into();
    if artist.get("active").is_none() {
        artist["active"] = (!is("artist-default-forgotten")).into();
    }
    if is("artist-name-trimmed") {
        let name: String = artist["name"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(3)
            .collect();
        artist["name"] = name.into();
    }
    let mut reply = Reply::json(201, shown(&artist));
    if is("artist-create-echo") {
        reply = Reply::json(
            201,
            shown(&{
                let mut other = artist.clone();
                other["country"] = "XX".into();
                other
            }),
        );
    }
    if !is("artist-not-kept") && !is("artist-id-reused") {
        if is("artist-field-lost")
            && let Some(members) = artist.as_object_mut()
        {
            members.remove("born");
            members.remove("email");
        }
        state.artists.push(artist);
    }
    let place = if is("artist-location-wrong") {
        "nowhere".to_owned()
    } else {
        id.as_str().unwrap_or_default().to_owned()
    };
    reply.header("location", format!("/v1/artists/{place}"))
}

fn update(state: &mut State, asked: &Asked, at: usize, is: &dyn Fn(&str) -> bool) -> Reply {
    let before = state.artists[at].clone();
    let now = state.now();
    let mut artist = before.clone();
    let changes = asked.body.as_object().cloned().unwrap_or_default();
    if is("artist-patch-clears")
        && let Some(members) = artist.as_object_mut()
    {
        members.retain(|name, _| {
            ["id", "name", "country", "active", "created_at"].contains(&name.as_str())
        });
    }
    for (name, value) in changes {
        artist[name] = value;
    }
    artist["updated_at"] = now.into();
    let reply = Reply::json(
        200,
        shown(if is("artist-patch-old-answer") {
            &before
        } else {
            &artist
        }),
    );
    if is("artist-patch-other") {
        let other = (at + 1) % state.artists.len();
        state.artists[other]["name"] = artist["name"].clone();
    }
    if !is("artist-patch-forgotten") {
        state.artists[at] = artist;
    }
    reply
}

fn delete(state: &mut State, at: usize, is: &dyn Fn(&str) -> bool) -> Reply {
    if is("artist-delete-all") {
        state.artists.truncate(at + 1);
    }
    if !is("artist-delete-forgotten") {
        state.artists.remove(at);
    }
    let mut reply = Reply::empty(204);
    if is("artist-delete-200") {
        reply.status = 200;
        reply.body = Body::Json(json!({}));
    }
    reply
}
