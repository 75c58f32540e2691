//! Artworks: page tokens, sorting, ranges, ETags, images, and a search whose parameters are in the body.

use crate::answer::{Asked, Body, Reply};
use crate::state::{State, position};
use serde_json::{Value, json};

pub(crate) fn operate(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    match asked.operation.as_str() {
        "listArtworks" => list(state, asked, is),
        "createArtwork" => create(state, asked, is),
        "searchArtworks" => search(state, asked, is),
        other => {
            let Some(at) = position(&state.artworks, asked.id()) else {
                if is("artwork-missing-403") {
                    return Reply::error(403, "not yours", None);
                }
                return Reply::error(404, "there is no such artwork", None);
            };
            match other {
                "getArtwork" => read(state, asked, at, is),
                "replaceArtwork" => replace(state, asked, at, is),
                "addDocument" => {
                    let body = &asked.body;
                    let mut document = json!({
                        "id": state.count(), "kind": body["kind"],
                        "bytes": body["file"].as_str().map_or(0, str::len),
                    });
                    if let Some(title) = body.get("title") {
                        document["title"] = title.clone();
                    }
                    Reply::json(201, document)
                }
                "uploadImage" => {
                    let mut bytes = asked.bytes.clone();
                    if is("image-truncated") {
                        bytes.truncate(bytes.len() / 2);
                    }
                    if !is("image-forgotten") {
                        state.images.insert(asked.id().to_owned(), bytes);
                    }
                    Reply::empty(204)
                }
                "downloadImage" => match state.images.get(asked.id()) {
                    Some(bytes) => {
                        let kind = if is("image-type") {
                            "text/html"
                        } else {
                            "image/png"
                        };
                        let mut reply = Reply::empty(200);
                        reply.body = Body::Bytes(kind.to_owned(), bytes.clone());
                        reply
                    }
                    None => Reply::error(404, "it has no image", None),
                },
                _ => {
                    let gone = state.artworks.remove(at);
                    if is("artwork-delete-forgotten") {
                        state.artworks.insert(at, gone);
                    }
                    Reply::empty(204)
                }
            }
        }
    }
}

fn etag(artwork: &Value, is: &dyn Fn(&str) -> bool) -> String {
    if is("etag-constant") {
        return "\"artwork\"".to_owned();
    }
    format!(
        "\"{}-{}\"",
        artwork["id"].as_str().unwrap_or_default(),
        artwork["version"]
    )
}

fn list(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let mut size = asked.number("page_size").unwrap_or(10);
    if is("artwork-size-ignored") {
        size = 10;
    }
    let mut artworks = state.artworks.clone();
    if !is("artwork-oldest-first") {
        artworks.reverse();
    }
    if let Some(sort) = asked.query("sort").filter(|_| !is("sort-ignored")) {
        let (key, down) = sort
            .strip_prefix('-')
            .map_or((sort, false), |key| (key, true));
        let down = down && !is("sort-direction-ignored");
        artworks.sort_by(|left, right| {
            let order = match key {
                "price" => left["price"]["amount"]
                    .as_u64()
                    .cmp(&right["price"]["amount"].as_u64()),
                _ => left["title"].as_str().cmp(&right["title"].as_str()),
            };
            if down { order.reverse() } else { order }
        });
    }
    let after_first = asked.query("page_token").is_some();
    if !(is("artwork-filter-first-page") && after_first) {
        if let Some(status) = asked
            .query("status")
            .filter(|_| !is("filter-artwork-status-ignored"))
        {
            artworks.retain(|artwork| artwork["status"] == status);
        }
        if let Some(name) = asked.query("artist_name") {
            artworks.retain(|artwork| {
                let known = artwork["artist_name"].as_str().unwrap_or_default();
                known == name
                    || is("filter-name-prefix") && known.starts_with(name.get(..1).unwrap_or(name))
            });
        }
    }
    let amount = |artwork: &Value| {
        artwork["price"]["amount"]
            .as_u64()
            .and_then(|it| usize::try_from(it).ok())
            .unwrap_or(0)
    };
    if let Some(least) = asked
        .number("min_price")
        .filter(|_| !is("filter-min-ignored"))
    {
        artworks.retain(|artwork| {
            amount(artwork) > least || amount(artwork) == least && !is("filter-min-exclusive")
        });
    }
    if let Some(most) = asked.number("max_price") {
        artworks.retain(|artwork| amount(artwork) <= most);
    }
    let first = match asked.query("page_token") {
        None => 0,
        Some("") if !is("token-empty-refused") => 0,
        Some(token) => match read_token(token) {
            Some(at) => at,
            None if is("token-unknown-starts") => 0,
            None if is("crash-token") => return Reply::error(500, "oops", None),
            None => return Reply::error(400, "this is no token of ours", Some("page_token")),
        },
    };
    let first = if is("artwork-token-stuck") { 0 } else { first };
    let first = if is("artwork-token-overlaps") {
        first.saturating_sub(1)
    } else {
        first
    };
    let items: Vec<Value> = artworks.iter().skip(first).take(size).cloned().collect();
    let next = first + items.len();
    let mut body = json!({ "artworks": items });
    let more = next < artworks.len()
        || is("artwork-token-on-last") && next == artworks.len() && first < next;
    if more && !(is("artwork-token-ends-early") && next * 3 > artworks.len() * 2) {
        body["next_page_token"] = token(next).into();
    }
    Reply::json(200, body)
}

fn token(at: usize) -> String {
    format!("t{:x}", (at + 7) * 31)
}

fn read_token(token: &str) -> Option<usize> {
    let number = usize::from_str_radix(token.strip_prefix('t')?, 16).ok()?;
    (number % 31 == 0).then(|| (number / 31).checked_sub(7))?
}

fn search(state: &State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let size = asked.body["limit"]
        .as_u64()
        .and_then(|it| usize::try_from(it).ok())
        .unwrap_or(10);
    let size = if is("search-limit-ignored") { 10 } else { size };
    let first = match asked.body["cursor"].as_str() {
        None => 0,
        Some(cursor) => match read_token(cursor) {
            Some(at) => at,
            None => return Reply::error(400, "this is no cursor of ours", Some("cursor")),
        },
    };
    let first = if is("search-cursor-ignored") {
        0
    } else {
        first
    };
    let title = asked.body["title"]
        .as_str()
        .filter(|_| !is("search-title-ignored"));
    let mut found: Vec<Value> = state.artworks.clone();
    if let Some(title) = title {
        found.retain(|artwork| artwork["title"] == title);
    }
    let results: Vec<Value> = found.iter().skip(first).take(size).cloned().collect();
    let mut next = first + results.len();
    if is("search-skips") {
        next += 1;
    }
    let cursor = (next < found.len()).then(|| token(next));
    Reply::json(200, json!({ "results": results, "next_cursor": cursor }))
}

fn create(state: &mut State, asked: &Asked, is: &dyn Fn(&str) -> bool) -> Reply {
    let mut artwork = asked.body.clone();
    artwork["id"] = state.artwork_id().into();
    artwork["created_at"] = state.now().into();
    artwork["version"] = 1.into();
    if artwork.get("status").is_none() {
        artwork["status"] = if is("artwork-default-status") {
            "sold"
        } else {
            "available"
        }
        .into();
    }
    if artwork["price"].get("currency").is_none() {
        artwork["price"]["currency"] = if is("artwork-default-currency") {
            "USD"
        } else {
            "EUR"
        }
        .into();
    }
    if is("artwork-details-lost")
        && let Some(details) = artwork["details"].as_object_mut()
    {
        details.remove("technique");
        if details["kind"] == "painting" {
            details.insert("width_cm".to_owned(), 1.into());
        }
    }
    let etag = etag(&artwork, is);
    if !is("artwork-not-listed") {
        state.artworks.push(artwork.clone());
    }
    Reply::json(201, artwork).header("etag", etag)
}

fn read(state: &State, asked: &Asked, at: usize, is: &dyn Fn(&str) -> bool) -> Reply {
    let artwork = &state.artworks[at];
    let etag = etag(artwork, is);
    let known = asked.header("if-none-match").is_some_and(|given| {
        let several = !is("etag-among-others-unread");
        given == etag || several && (given == "*" || given.split(',').any(|one| one.trim() == etag))
    });
    if known && !is("etag-none-match-ignored") {
        return Reply::empty(304).header("etag", etag);
    }
    Reply::json(200, artwork.clone()).header("etag", etag)
}

fn replace(state: &mut State, asked: &Asked, at: usize, is: &dyn Fn(&str) -> bool) -> Reply {
    let old = state.artworks[at].clone();
    let wanted = asked.header("if-match").filter(|given| *given != "*");
    if wanted.is_some_and(|given| given != etag(&old, is)) && !is("etag-match-ignored") {
        return Reply::error(412, "it has another ETag", None);
    }
    let mut artwork = asked.body.clone();
    artwork["id"] = old["id"].clone();
    artwork["created_at"] = old["created_at"].clone();
    let version = old["version"].as_u64().unwrap_or(0) + 1;
    artwork["version"] = version.into();
    if artwork.get("status").is_none() {
        artwork["status"] = "available".into();
    }
    if artwork["price"].get("currency").is_none() {
        artwork["price"]["currency"] = "EUR".into();
    }
    if is("artwork-put-id-changes") {
        artwork["id"] = state.artwork_id().into();
    }
    let etag = etag(if is("etag-old") { &old } else { &artwork }, is);
    if !is("artwork-put-forgotten") {
        state.artworks[at] = artwork.clone();
    }
    Reply::json(200, artwork).header("etag", etag)
}
