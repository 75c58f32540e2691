//! Promises that only prose tells, each broken once: a small desk, and what notices which lie.

mod alerts;
mod calls;
mod clients;
mod glossary;
mod more;
mod papers;
mod parcels;
mod phrases;
mod server;
mod sheets;
mod translators;
mod twice;
mod visits;

use counterpart_contract_tests::{
    Suite,
    auth::{Credentials, Identity, Secret},
    config::Settings,
    report::{self, Record},
    target::Target,
};
use std::path::Path;

/// The lies: what is done, and the check that tells of it.
const LIES: [(&str, &str); 115] = [
    ("status-first-only", "filter.several"),
    ("label-any", "filter.several"),
    ("q-case", "filter.text"),
    ("q-subject-only", "filter.text"),
    ("key-twice", "resource.conflict"),
    ("key-in-another-case", "resource.conflict"),
    ("put-takes-key", "resource.conflict"),
    ("put-keeps", "resource.updated"),
    ("refused-made", "resource.unchanged"),
    ("delete-twice", "resource.deleted"),
    ("title-not-freed", "resource.deleted"),
    ("slips-survive", "resource.deleted"),
    ("files-survive", "resource.deleted"),
    ("restore-of-live", "resource.restored"),
    ("restore-over-taken", "resource.restored"),
    ("restore-loses-note", "resource.restored"),
    ("restore-loses-cards", "resource.restored"),
    ("cards-stay", "resource.restored"),
    ("rebuild-goes-back", "resource.progress"),
    ("rebuild-percent-falls", "resource.progress"),
    ("rebuild-never-ends", "resource.progress"),
    ("rebuild-not-queued", "resource.progress"),
    ("rebuild-header-stays", "resource.progress"),
    ("rebuild-cancel-late", "resource.progress"),
    ("rebuild-cancel-running", "resource.progress"),
    ("rebuild-goes-on", "resource.progress"),
    ("rebuild-elsewhere", "resource.location"),
    ("archived-reopened", "resource.action"),
    ("close-sets-nothing", "resource.action"),
    ("reopen-keeps", "resource.action"),
    ("archived-commented", "resource.guarded"),
    ("comments-uncounted", "resource.counted"),
    ("comment-default", "resource.defaults"),
    ("comment-kept-otherwise", "resource.created"),
    ("subject-trimmed", "resource.created"),
    ("file-line-ends", "resource.bytes"),
    ("file-as-text", "resource.bytes"),
    ("file-cut", "resource.bytes"),
    ("file-hash", "resource.bytes"),
    ("file-size", "resource.bytes"),
    ("file-one-more", "resource.bytes"),
    ("head-refused", "method.head"),
    ("open-with-time", "response.invariant"),
    ("refused-remembered", "idempotency.retains"),
    ("mail-key-reads", "auth.bearer"),
    ("labels-unsorted", "response.consistent"),
    ("alert-taken-twice", "resource.action"),
    ("alert-snoozed-refused", "resource.action"),
    ("alert-no-time", "resource.action"),
    ("alert-forgotten", "resource.action"),
    ("patch-untested", "resource.patched"),
    ("patch-in-part", "resource.patched"),
    ("patch-adds-first", "resource.patched"),
    ("patch-keeps", "resource.patched"),
    ("put-drops-comments", "resource.children"),
    ("sheet-version-kept", "resource.updated"),
    ("rate-replaced-anyway", "etag.match"),
    ("rate-deleted-anyway", "etag.match"),
    ("paper-sum-unread", "resource.bytes"),
    ("paper-sum-kept", "resource.bytes"),
    ("paper-etag-of-name", "resource.bytes"),
    ("paper-called-otherwise", "resource.bytes"),
    ("calls-count-of-all", "filter.complete"),
    ("calls-count-unasked", "response.on_request"),
    ("calls-ge-as-gt", "filter.range"),
    ("calls-and-as-or", "filter.combined"),
    ("calls-next-loses-filter", "pagination.link_query"),
    ("calls-next-loses-order", "pagination.link_query"),
    ("calls-next-after-the-end", "pagination.links"),
    ("calls-ties-follow", "pagination.sort"),
    ("search-first-agent", "filter.several"),
    ("search-forgets-outcomes", "filter.pages"),
    ("search-end-outside", "filter.range"),
    ("search-turned-taken", "filter.reversed"),
    ("search-text-begins", "filter.text"),
    ("search-token-of-others", "pagination.unknown_cursor"),
    ("search-ties-up", "pagination.sort"),
    ("search-total-of-all", "filter.complete"),
    ("shifts-first-day-outside", "filter.range"),
    ("shifts-last-day-outside", "filter.range"),
    ("shifts-total-of-all", "filter.combined"),
    ("shifts-filtered-late", "filter.pages"),
    ("shifts-fields-unread", "filter.projection"),
    ("shifts-fields-without-id", "filter.projection"),
    ("parcels-next-loses-filter", "pagination.link_query"),
    ("parcels-prev-missing", "pagination.links"),
    ("parcel-pin-shown", "resource.created"),
    ("parcel-weight-kept", "resource.updated"),
    ("label-jpeg-as-png", "resource.bytes"),
    ("search-weight-max-outside", "filter.range"),
    ("events-last-of-all", "response.consistent"),
    ("visit-completed-cancelled", "resource.transition"),
    ("visits-none-404", "filter.empty"),
    ("visit-key-of-all", "idempotency.scope"),
    ("report-range-longer", "response.range"),
    ("drawer-replaced-201", "resource.created"),
    ("visit-key-refused-to-others", "idempotency.scope"),
    ("phrases-full-page-goes-on", "pagination.has_more"),
    ("phrase-search-skips", "pagination.complete"),
    ("parcels-pages-overlap", "pagination.duplicates"),
    ("entry-survives", "resource.deleted"),
    ("translators-csv-whole", "media.rows"),
    ("translators-csv-mentioned", "media.negotiated"),
    ("translators-phone-shown", "auth.withheld"),
    ("translators-unrated-turn", "pagination.sort"),
    ("translators-prefix-inside", "filter.applied"),
    ("translators-skill-first-page", "filter.pages"),
    ("task-below-another", "resource.elsewhere"),
    ("project-etag-of-title", "etag.match"),
    ("project-still-counted", "resource.counted"),
    ("project-same-uncounted", "resource.updated"),
    ("project-lack-remembered", "idempotency.retains"),
    ("client-note-stays", "resource.updated"),
    ("client-renamed-422", "resource.conflict"),
    ("terms-strange-cursor", "pagination.unknown_cursor"),
];

/// Those whose check has much to do elsewhere: with the operation that breaks the promise.
const LIES_OF: [(&str, &str, &str); 22] = [
    ("rate-nan", "request.rejected", "putRate"),
    ("rate-comma", "request.rejected", "putRate"),
    ("vote-twice", "request.rejected", "vote"),
    ("rebuild-99", "response.invariant", "*Rebuild"),
    ("rebuild-finished-early", "response.invariant", "*Rebuild"),
    ("then-unread", "request.rejected", "closeTicket"),
    ("other-acts", "auth.isolation", "closeTicket"),
    ("problem-of-another", "response.error", "closeTicket"),
    ("parcel-air-unsaid", "response.schema", "sendParcel"),
    ("parcel-malformed-422", "request.rejected", "createParcel"),
    ("pickup-note-lost", "resource.created", "bookPickup"),
    ("parcel-deleted", "method.not_allowed", "getParcel"),
    ("visit-request-id-made-up", "response.echo", "bookVisit"),
    ("book-dotted-refused", "request.accepted", "putBook"),
    ("lines-turned", "request.rejected", "createCorrection"),
    ("columns-turned", "request.rejected", "createCorrection"),
    ("correction-by-mail", "auth.bearer", "createCorrection"),
    ("task-same-people", "request.rejected", "createTask"),
    ("task-language-of-none", "request.rejected", "createTask"),
    ("client-member-twice", "request.rejected", "createClient"),
    ("client-charset-upper", "request.accepted", "createClient"),
    ("term-slash-lost", "request.accepted", "putTerm"),
];

fn identity(token: &str) -> Identity {
    let values = [("bearer", token), ("mailKey", server::MAIL_KEY)];
    Identity {
        values: values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Secret::new(value)))
            .collect(),
        key: None,
    }
}

async fn record(lie: &'static str, checks: &[&str], operation: Option<&str>) -> Record {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desk/desk.yaml");
    let settings = Settings {
        checks: checks.iter().map(|it| (*it).to_owned()).collect(),
        operations: operation.into_iter().map(str::to_owned).collect(),
        ..Settings::default()
    };
    let run = Suite::from_document(document)
        .expect("the document can be read")
        .target(Target::service("", server::router(lie)))
        .auth(Credentials {
            main: identity(server::TOKEN),
            others: [("other".to_owned(), identity(server::OTHER))]
                .into_iter()
                .collect(),
        })
        .settings(settings)
        .run()
        .await
        .unwrap_or_else(|why| panic!("{lie} {checks:?}: {why}"));
    Record::of(&run)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_honest_desk_is_accused_of_nothing() {
    let checks: Vec<&str> = LIES.iter().map(|(_, check)| *check).collect();
    let honest = record("", &checks, None).await;
    assert!(honest.findings.is_empty(), "{}", report::terminal(&honest));
    // Each of them had something to look at.
    for check in checks {
        let looked = honest
            .entries
            .iter()
            .any(|entry| entry.check == check && entry.cases > 0);
        assert!(looked, "{check}: {}", report::terminal(&honest));
    }
    for (_, check, operation) in LIES_OF {
        let honest = record(
            "",
            &[
                check,
                "request.accepted",
                "resource.action",
                "resource.progress",
            ],
            Some(operation),
        )
        .await;
        assert!(honest.findings.is_empty(), "{}", report::terminal(&honest));
        let mut entries = honest.entries.iter();
        assert!(
            entries.any(|it| it.check == check && it.cases > 0),
            "{check}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_is_noticed_by_its_check() {
    let mut missed = Vec::new();
    for (lie, check) in LIES {
        let found = record(lie, &[check], None).await;
        if !found.findings.iter().any(|it| it.check == check) {
            missed.push(format!("{lie}: {check} {}", report::terminal(&found)));
        }
    }
    for (lie, check, operation) in LIES_OF {
        let found = record(
            lie,
            &[
                check,
                "request.accepted",
                "resource.action",
                "resource.progress",
            ],
            Some(operation),
        )
        .await;
        if !found.findings.iter().any(|it| it.check == check) {
            missed.push(format!("{lie}: {}", report::terminal(&found)));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
