//! The lies the gallery can tell, one at a time.

use crate::answer::{Asked, Body, Reply};
use serde_json::Value;

/// One lie.
#[derive(Debug)]
pub struct Fault {
    /// What it is called.
    pub name: &'static str,
    /// What it is about.
    pub category: &'static str,
    /// What it changes.
    pub effect: Effect,
}

/// What a lie changes.
#[derive(Debug)]
pub enum Effect {
    /// How an operation works: the code asks for the fault by its name.
    Conduct,
    /// A request is not held to one keyword any more: operation and part (`body`, or a parameter), and where the keyword
    /// stands in the schema.
    Lax {
        /// Operation and part.
        at: (&'static str, &'static str),
        /// A JSON Pointer into the schema.
        pointer: &'static str,
    },
    /// A request is held to a keyword that the document does not have.
    Strict {
        /// Operation and part.
        at: (&'static str, &'static str),
        /// A JSON Pointer into the schema.
        pointer: &'static str,
        /// The keyword's value, as JSON.
        value: &'static str,
    },
    /// The answers of an operation with this status are changed: the place in the body, and what is there instead,
    /// as JSON; nothing where that is empty.
    Says {
        /// The operation.
        operation: &'static str,
        /// The status.
        status: u16,
        /// A JSON Pointer into the body.
        pointer: &'static str,
        /// What is there instead, as JSON; empty for nothing.
        value: &'static str,
    },
    /// A response header is another one: operation, name, value; none where that is empty.
    Header(&'static str, &'static str, &'static str),
    /// The status of an operation's answers is another one: operation, from, to.
    Status(&'static str, u16, u16),
    /// The content type of an operation's answers is another one.
    ContentType(&'static str, &'static str),
}

const fn conduct(category: &'static str, name: &'static str) -> Fault {
    Fault {
        name,
        category,
        effect: Effect::Conduct,
    }
}

const fn lax(
    name: &'static str,
    operation: &'static str,
    part: &'static str,
    pointer: &'static str,
) -> Fault {
    Fault {
        name,
        category: "request validation",
        effect: Effect::Lax {
            at: (operation, part),
            pointer,
        },
    }
}

const fn strict(
    name: &'static str,
    operation: &'static str,
    part: &'static str,
    pointer: &'static str,
    value: &'static str,
) -> Fault {
    Fault {
        name,
        category: "rejects valid",
        effect: Effect::Strict {
            at: (operation, part),
            pointer,
            value,
        },
    }
}

const fn says(
    name: &'static str,
    operation: &'static str,
    status: u16,
    pointer: &'static str,
    value: &'static str,
) -> Fault {
    Fault {
        name,
        category: "response schema",
        effect: Effect::Says {
            operation,
            status,
            pointer,
            value,
        },
    }
}

const fn other(category: &'static str, name: &'static str, effect: Effect) -> Fault {
    Fault {
        name,
        category,
        effect,
    }
}

/// Every lie.
#[must_use]
pub fn faults() -> &'static [Fault] {
    FAULTS
}

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    conduct("pagination", "loan-forgotten-shifts"),
    // Numbered pages.
    conduct("pagination", "artist-default-size"),
    conduct("pagination", "artist-size-capped"),
    conduct("pagination", "artist-size-plus-one"),
    conduct("pagination", "artist-order-unsorted"),
    conduct("pagination", "artist-total-of-page"),
    conduct("pagination", "artist-total-plus-one"),
    conduct("pagination", "artist-total-unfiltered"),
    conduct("pagination", "artist-page-overlaps"),
    conduct("pagination", "artist-page-skips"),
    conduct("pagination", "artist-page-ignored"),
    conduct("pagination", "artist-page-from-zero"),
    conduct("pagination", "artist-past-end-404"),
    conduct("pagination", "artist-past-end-repeats"),
    conduct("pagination", "artist-last-page-short"),
    conduct("pagination", "artist-page-echo"),
    // Page tokens.
    conduct("pagination", "artwork-size-ignored"),
    conduct("pagination", "artwork-oldest-first"),
    conduct("pagination", "artwork-token-stuck"),
    conduct("pagination", "artwork-token-overlaps"),
    conduct("pagination", "artwork-token-on-last"),
    conduct("pagination", "artwork-token-ends-early"),
    conduct("pagination", "artwork-filter-first-page"),
    conduct("pagination", "token-unknown-starts"),
    conduct("pagination", "sort-ignored"),
    conduct("pagination", "sort-direction-ignored"),
    // Parameters in the body.
    conduct("pagination", "search-limit-ignored"),
    conduct("pagination", "search-cursor-ignored"),
    conduct("pagination", "search-skips"),
    // Cursors in both directions.
    conduct("pagination", "loan-default-limit"),
    conduct("pagination", "loan-limit-minus-one"),
    conduct("pagination", "loan-oldest-first"),
    conduct("pagination", "loan-both-directions"),
    conduct("pagination", "loan-after-inclusive"),
    conduct("pagination", "loan-before-inclusive"),
    conduct("pagination", "loan-before-from-start"),
    conduct("pagination", "loan-before-ignored"),
    conduct("pagination", "loan-before-reversed"),
    conduct("pagination", "loan-unknown-starts"),
    conduct("pagination", "loan-unknown-empty"),
    conduct("pagination", "loan-more-always"),
    conduct("pagination", "loan-more-never"),
    conduct("pagination", "loan-more-when-full"),
    conduct("pagination", "loan-duplicate"),
    conduct("pagination", "loan-filter-first-page"),
    // Offsets and links.
    conduct("pagination", "visit-limit-ignored"),
    conduct("pagination", "visit-limit-plus-one"),
    conduct("pagination", "visit-unsorted"),
    conduct("pagination", "visit-offset-ignored"),
    conduct("pagination", "visit-offset-plus-one"),
    conduct("pagination", "visit-total-of-page"),
    conduct("pagination", "visit-link-missing"),
    conduct("pagination", "visit-link-stuck"),
    // Patrons and rooms: links in the body, nested parameters, an index from one.
    conduct("pagination", "patron-default-size"),
    conduct("pagination", "patron-size-capped"),
    conduct("pagination", "patron-sort-ignored"),
    conduct("pagination", "patron-sort-upwards"),
    conduct("pagination", "patron-page-overlaps"),
    conduct("pagination", "patron-link-loses-size"),
    conduct("pagination", "patron-link-loses-filter"),
    conduct("pagination", "patron-link-loses-order"),
    conduct("pagination", "patron-link-first"),
    conduct("pagination", "patron-link-last"),
    conduct("pagination", "patron-link-prev"),
    conduct("pagination", "patron-link-after-last"),
    conduct("pagination", "patron-link-ends-early"),
    conduct("pagination", "patron-total-of-page"),
    conduct("pagination", "patron-pages-plus-one"),
    conduct("pagination", "patron-search-offset-ignored"),
    conduct("pagination", "patron-search-limit-ignored"),
    conduct("pagination", "room-count-ignored"),
    conduct("pagination", "room-index-from-zero"),
    conduct("pagination", "room-total-of-page"),
    conduct("pagination", "room-index-not-told"),
    conduct("filters", "patron-filter-ignored"),
    conduct("filters", "patron-search-where-ignored"),
    conduct("state", "patron-remove-forgotten"),
    conduct("state", "patron-card-twice"),
    conduct("state", "patron-default-forgotten"),
    conduct("state", "patron-name-cut"),
    conduct("state", "patron-interests-lost"),
    conduct("state", "patron-born-former"),
    conduct("state", "patron-link-leads-nowhere"),
    conduct("state", "patron-change-former"),
    conduct("state", "patron-change-clears"),
    conduct("state", "patron-change-forgotten"),
    conduct("state", "patron-leaves-twice"),
    conduct("state", "patron-stays"),
    conduct("state", "room-delete-forgotten"),
    conduct("state", "room-made-twice"),
    conduct("state", "room-name-ignored"),
    conduct("state", "room-put-merges"),
    conduct("state", "room-put-forgotten"),
    // Filters.
    conduct("filters", "filter-country-ignored"),
    conduct("filters", "filter-active-ignored"),
    conduct("filters", "filter-active-inverted"),
    conduct("filters", "filter-born-inclusive"),
    conduct("filters", "filter-lost-on-page-two"),
    conduct("filters", "filter-artwork-status-ignored"),
    conduct("filters", "filter-name-prefix"),
    conduct("filters", "filter-min-ignored"),
    conduct("filters", "filter-min-exclusive"),
    conduct("filters", "filter-loan-status-ignored"),
    conduct("filters", "filter-day-from-ignored"),
    conduct("filters", "filter-day-exclusive"),
    conduct("filters", "search-title-ignored"),
    // State.
    conduct("state", "artist-missing-200"),
    conduct("state", "artist-delete-missing-204"),
    conduct("state", "artist-read-changes"),
    conduct("state", "artist-id-reused"),
    conduct("state", "artist-default-forgotten"),
    conduct("state", "artist-name-trimmed"),
    conduct("state", "artist-create-echo"),
    conduct("state", "artist-not-kept"),
    conduct("state", "artist-field-lost"),
    conduct("state", "artist-unlisted"),
    conduct("state", "artist-refused-kept"),
    conduct("state", "visit-reference-taken"),
    conduct("state", "artist-location-wrong"),
    conduct("state", "artist-patch-clears"),
    conduct("state", "artist-patch-old-answer"),
    conduct("state", "artist-patch-other"),
    conduct("state", "artist-patch-forgotten"),
    conduct("state", "artist-delete-all"),
    conduct("state", "artist-delete-forgotten"),
    conduct("state", "artwork-not-listed"),
    conduct("state", "artwork-default-status"),
    conduct("state", "artwork-default-currency"),
    conduct("state", "artwork-details-lost"),
    conduct("state", "artwork-put-id-changes"),
    conduct("state", "artwork-put-forgotten"),
    conduct("state", "artwork-delete-forgotten"),
    conduct("state", "loan-born-approved"),
    conduct("state", "loan-default-insurance"),
    conduct("state", "loan-approve-any"),
    conduct("state", "loan-cancel-twice"),
    conduct("state", "loan-refused-400"),
    conduct("state", "loan-refused-changes"),
    conduct("state", "loan-wrong-status"),
    conduct("state", "loan-change-forgotten"),
    conduct("state", "visit-default-guided"),
    conduct("state", "visit-delete-forgotten"),
    // Idempotency and ETags.
    conduct("idempotency", "idempotency-ignored"),
    conduct("idempotency", "idempotency-mismatch-made"),
    conduct("idempotency", "idempotency-mismatch-replayed"),
    conduct("idempotency", "idempotency-replay-200"),
    conduct("ETag", "etag-constant"),
    conduct("ETag", "etag-old"),
    conduct("ETag", "etag-none-match-ignored"),
    conduct("ETag", "etag-among-others-unread"),
    conduct("ETag", "etag-match-ignored"),
    // Credentials, methods, media, files.
    conduct("auth", "auth-none"),
    conduct("auth", "auth-any-key"),
    conduct("auth", "auth-key-prefix"),
    conduct("auth", "auth-delete-open"),
    conduct("method", "method-answered"),
    conduct("method", "method-without-allow"),
    conduct("media", "media-any"),
    conduct("binary", "image-truncated"),
    conduct("binary", "image-forgotten"),
    conduct("binary", "image-type"),
    // Crashes.
    conduct("crash", "crash-unknown-artist"),
    conduct("crash", "crash-past-end"),
    conduct("crash", "crash-token"),
    conduct("crash", "crash-malformed"),
    conduct("crash", "crash-invalid-body"),
    lax("lax-feedback-rating", "giveFeedback", "body", "/required"),
    lax("lax-feedback-rating-max", "giveFeedback", "body", "/properties/rating/maximum"),
    lax("lax-feedback-comment-short", "giveFeedback", "body", "/properties/comment/minLength"),
    lax("lax-feedback-liked", "giveFeedback", "body", "/properties/liked/items/enum"),
    lax("lax-feedback-again", "giveFeedback", "body", "/properties/again/type"),
    lax("lax-feedback-unknown", "giveFeedback", "body", "/additionalProperties"),
    lax("lax-document-kind", "addDocument", "body", "/properties/kind/enum"),
    lax("lax-document-file", "addDocument", "body", "/required/1"),
    lax("lax-document-source", "addDocument", "body", "/properties/source/required"),
    lax("lax-document-pages", "addDocument", "body", "/properties/pages/maximum"),
    strict("strict-feedback-comment", "giveFeedback", "body", "/properties/comment/maxLength", "50"),
    strict("strict-document-photo", "addDocument", "body", "/properties/kind/enum", "[\"certificate\", \"invoice\"]"),
    conduct("response schema", "feedback-rating-text"),
    conduct("media", "accept-ignored"),
    conduct("media", "accept-csv-refused"),
    conduct("media", "accept-any"),
    conduct("crash", "crash-nul"),
    conduct("crash", "crash-deep"),
    conduct("crash", "crash-large"),
    conduct("crash", "crash-charset"),
    conduct("crash", "crash-no-utf8"),
    conduct("crash", "crash-search-quote"),
    conduct("crash", "break-delete"),
    conduct("crash", "break-twice"),
    conduct("rejects valid", "body-first-piece"),
    // Statuses.
    conduct("status", "artist-delete-200"),
    conduct("status", "visit-create-200"),
    conduct("status", "artwork-missing-403"),
    other("status", "status-create-loan", Effect::Status("createLoan", 201, 202)),
    other("status", "status-list", Effect::Status("listVisits", 200, 206)),
    other("status", "status-invalid-422", Effect::Status("createArtist", 400, 422)),
    // Headers and content types.
    conduct("header", "visit-total-missing"),
    other("header", "header-etag-unquoted", Effect::Header("getArtwork", "etag", "plain")),
    other("header", "header-etag-missing", Effect::Header("replaceArtwork", "etag", "")),
    other("header", "header-location-missing", Effect::Header("createArtist", "location", "")),
    other("header", "header-total-words", Effect::Header("listVisits", "x-total-count", "many")),
    other("content type", "type-html", Effect::ContentType("getArtist", "text/html")),
    other("content type", "type-text", Effect::ContentType("listLoans", "text/plain")),
    // What requests may hold.
    lax("lax-artist-name-length", "createArtist", "body", "/$defs/ArtistInput/properties/name/maxLength"),
    lax("lax-artist-name-empty", "createArtist", "body", "/$defs/ArtistInput/properties/name/minLength"),
    lax("lax-artist-country", "createArtist", "body", "/$defs/Country/pattern"),
    lax("lax-artist-required", "createArtist", "body", "/$defs/ArtistInput/required"),
    lax("lax-artist-additional", "createArtist", "body", "/$defs/ArtistInput/additionalProperties"),
    lax("lax-artist-email", "createArtist", "body", "/$defs/ArtistInput/properties/email/format"),
    lax("lax-artist-links-unique", "createArtist", "body", "/$defs/ArtistInput/properties/links/uniqueItems"),
    lax("lax-artist-links-many", "createArtist", "body", "/$defs/ArtistInput/properties/links/maxItems"),
    lax("lax-artist-born-type", "createArtist", "body", "/$defs/ArtistInput/properties/born/type"),
    lax("lax-artist-patch-empty", "updateArtist", "body", "/$defs/ArtistPatch/minProperties"),
    lax("lax-artist-active-type", "updateArtist", "body", "/$defs/ArtistPatch/properties/active/type"),
    lax("lax-artwork-year", "createArtwork", "body", "/$defs/ArtworkInput/properties/year/maximum"),
    lax("lax-artwork-amount", "createArtwork", "body", "/$defs/Price/properties/amount/minimum"),
    lax("lax-artwork-currency", "createArtwork", "body", "/$defs/Price/properties/currency/enum"),
    lax("lax-artwork-kind", "createArtwork", "body", "/$defs/Details/oneOf"),
    lax("lax-artwork-width", "createArtwork", "body", "/$defs/Painting/properties/width_cm/exclusiveMinimum"),
    lax("lax-artwork-weight", "createArtwork", "body", "/$defs/Sculpture/properties/weight_kg/multipleOf"),
    lax("lax-artwork-labels", "replaceArtwork", "body", "/$defs/ArtworkInput/properties/labels/maxProperties"),
    lax("lax-artwork-label-names", "replaceArtwork", "body", "/$defs/ArtworkInput/properties/labels/propertyNames"),
    lax("lax-loan-days", "createLoan", "body", "/$defs/LoanInput/properties/days/maximum"),
    lax("lax-loan-from", "createLoan", "body", "/$defs/LoanInput/properties/from/format"),
    lax("lax-loan-insurance", "createLoan", "body", "/$defs/LoanInput/properties/insurance/enum"),
    lax("lax-loan-key", "createLoan", "Idempotency-Key", "/minLength"),
    lax("lax-loan-limit", "listLoans", "limit", "/maximum"),
    lax("lax-artist-page", "listArtists", "page", "/minimum"),
    lax("lax-artwork-sort", "listArtworks", "sort", "/enum"),
    lax("lax-visit-visitors", "createVisit", "body", "/$defs/VisitInput/properties/visitors/maximum"),
    lax("lax-visit-day", "listVisits", "day_from", "/format"),
    // What is refused.
    strict("strict-artist-name", "createArtist", "body", "/$defs/ArtistInput/properties/name/maxLength", "40"),
    strict("strict-artist-born-null", "createArtist", "body", "/$defs/ArtistInput/properties/born/type", "\"integer\""),
    strict("strict-loan-days", "createLoan", "body", "/$defs/LoanInput/properties/days/maximum", "364"),
    strict("strict-loan-insurance", "createLoan", "body", "/$defs/LoanInput/properties/insurance/enum", "[\"basic\", \"full\"]"),
    strict("strict-visit-language", "createVisit", "body", "/$defs/VisitInput/required", "[\"day\", \"visitors\", \"language\"]"),
    strict("strict-artwork-photo", "createArtwork", "body", "/$defs/Photograph/properties/edition/minimum", "2"),
    strict("strict-artist-per-page", "listArtists", "per_page", "/maximum", "49"),
    // What answers hold.
    says("says-artist-no-name", "getArtist", 200, "/name", ""),
    says("says-artist-born-text", "getArtist", 200, "/born", "\"1950\""),
    says("says-artist-date", "createArtist", 201, "/created_at", "\"2025-06-01 10:00\""),
    says("says-artist-id", "createArtist", 201, "/id", "\"17\""),
    says("says-artist-note", "getArtist", 200, "/active", "null"),
    says("says-artists-items", "listArtists", 200, "/items", "null"),
    says("says-artists-total", "listArtists", 200, "/total", "-1"),
    says("says-artwork-status", "getArtwork", 200, "/status", "\"lost\""),
    says("says-artwork-kind", "getArtwork", 200, "/details", "{\"kind\": \"film\"}"),
    says("says-artwork-version", "replaceArtwork", 200, "/version", "0"),
    says("says-artwork-price", "listArtworks", 200, "/artworks/2/price", "{\"amount\": 12.5}"),
    says("says-loan-status", "listLoans", 200, "/data/3/status", "\"Requested\""),
    says("says-loan-more", "listLoans", 200, "/has_more", "\"yes\""),
    says("says-loan-days", "getLoan", 200, "/days", "0"),
    says("says-visit-day", "getVisit", 200, "/day", "\"2026-02-30\""),
    says("says-visit-null", "listVisits", 200, "/1/guided", "null"),
    says("says-health", "getHealth", 200, "/status", "\"fine\""),
    says("says-error-shape", "getLoan", 404, "/error", "\"not found\""),
    says("says-error-code", "createLoan", 400, "/error/code", "\"bad\""),
    says("says-search", "searchArtworks", 200, "/results/0/id", "\"17\""),
];

/// Changes an answer as a fault does.
pub(crate) fn distort(fault: &Fault, asked: &Asked, mut reply: Reply) -> Reply {
    match &fault.effect {
        Effect::Says {
            operation,
            status,
            pointer,
            value,
        } if *operation == asked.operation && *status == reply.status => {
            if let Body::Json(body) = &mut reply.body {
                put(body, pointer, value);
            }
        }
        Effect::Header(operation, name, value)
            if *operation == asked.operation && reply.status < 300 =>
        {
            reply.headers.retain(|(known, _)| known != name);
            if !value.is_empty() {
                reply = reply.header(name, *value);
            }
        }
        Effect::Status(operation, from, to)
            if *operation == asked.operation && *from == reply.status =>
        {
            reply.status = *to;
        }
        Effect::ContentType(operation, kind)
            if *operation == asked.operation && reply.status < 300 =>
        {
            if let Body::Json(body) = &reply.body {
                reply.body = Body::Bytes((*kind).to_owned(), body.to_string().into());
            }
        }
        _ => {}
    }
    reply
}

fn put(body: &mut Value, pointer: &str, value: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let value: Option<Value> = serde_json::from_str(value).ok();
    match (body.pointer_mut(parent), value) {
        (Some(Value::Object(members)), Some(value)) => {
            members.insert(name.to_owned(), value);
        }
        (Some(Value::Object(members)), None) => {
            members.remove(name);
        }
        (Some(Value::Array(items)), Some(value)) => {
            if let Some(item) = name.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = value;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique() {
        let mut seen = HashSet::new();
        for fault in faults() {
            assert!(seen.insert(fault.name), "{} twice", fault.name);
        }
        assert!(seen.len() >= 80);
    }

    #[test]
    fn a_place_in_a_body_is_changed() {
        let mut body = json!({ "data": [{ "id": 1 }], "more": true });
        put(&mut body, "/data/0/id", "\"x\"");
        put(&mut body, "/more", "");
        assert_eq!(body, json!({ "data": [{ "id": "x" }] }));
    }
}
