//! `docs/checks.md` is written from the checks themselves, and each check has a lie that only shows it can fire.

use counterpart_contract_tests::check::registry;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// Checks that no fault of the sandbox makes fire, and the faults of the gallery that do.
const BY_THE_GALLERY: &[(&str, &[&str])] = &[
    (
        "etag.match",
        &["etag-constant", "etag-match-ignored", "etag-old"],
    ),
    ("etag.strong", &["etag-constant"]),
    (
        "etag.none_match",
        &["etag-none-match-ignored", "etag-among-others-unread"],
    ),
    ("pagination.beyond", &["artist-past-end-404"]),
    ("pagination.deletion", &["loan-forgotten-shifts"]),
    ("pagination.echo", &["artist-page-echo"]),
    (
        "pagination.links",
        &[
            "visit-link-missing",
            "visit-link-stuck",
            "patron-link-prev",
            "patron-link-loses-filter",
        ],
    ),
    (
        "pagination.sort",
        &["sort-ignored", "sort-direction-ignored"],
    ),
    (
        "pagination.total",
        &[
            "artist-total-plus-one",
            "artist-total-of-page",
            "artist-page-from-zero",
        ],
    ),
    (
        "resource.action",
        &[
            "loan-cancel-twice",
            "loan-wrong-status",
            "loan-refused-changes",
        ],
    ),
    (
        "media.negotiated",
        &["accept-ignored", "accept-csv-refused", "accept-any"],
    ),
    (
        "request.robust",
        &[
            "crash-nul",
            "crash-deep",
            "crash-no-utf8",
            "body-first-piece",
        ],
    ),
    (
        "resource.conflict",
        &["patron-card-twice", "room-made-twice"],
    ),
    ("resource.guarded", &["patron-change-former"]),
    ("response.links", &["patron-link-leads-nowhere"]),
    ("resource.bytes", &["image-truncated", "image-forgotten"]),
    (
        "resource.created",
        &[
            "artist-field-lost",
            "artist-not-kept",
            "artwork-details-lost",
        ],
    ),
    (
        "resource.defaults",
        &["artist-default-forgotten", "artwork-default-currency"],
    ),
    (
        "resource.deleted",
        &["artist-delete-forgotten", "artist-delete-all"],
    ),
    ("resource.initial", &["loan-born-approved"]),
    ("resource.listed", &["artist-unlisted"]),
    ("resource.location", &["artist-location-wrong"]),
    ("resource.not_found", &["artist-delete-missing-204"]),
    ("resource.read_only", &["visit-reference-taken"]),
    ("resource.safe", &["artist-read-changes"]),
    ("resource.unchanged", &["artist-refused-kept"]),
    ("resource.unique", &["artist-id-reused"]),
    (
        "resource.updated",
        &[
            "artist-patch-forgotten",
            "artist-patch-clears",
            "artist-patch-other",
        ],
    ),
];

/// Checks whose findings are notes: they are proved in `tests/report.rs`, where a deployment says more than its document.
const NOTES: &[&str] = &["response.drift"];

fn page() -> String {
    let mut faults: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in openfx_sandbox::faults() {
        faults.entry(fault.check).or_default().push(fault.name);
    }
    for (check, names) in BY_THE_GALLERY {
        faults.entry(check).or_default().extend(*names);
    }
    for (check, names) in by_the_desk() {
        faults.entry(check).or_default().extend(names);
    }
    let mut text = String::from(
        "# The checks\n\n\
         What the contract tests hold a deployment to. Ids are stable: never renamed, never used again. Each runs for every\n\
         operation that it has anything to say about, and ends as *passed*, *finding* or *not exercised* (with the reason).\n\
         A rule OpenAPI has no words for is read from an extension ([extensions.md](extensions.md)), or else from names and\n\
         descriptions where they leave no doubt ([conventions.md](conventions.md)).\n\n\
         `--check 'GLOB'` runs some of them. The last column names faults that the check is proved to find: of the sandbox\n\
         ([faults.md](faults.md), `cargo test -p xtask --test faults`), of the gallery, whose document has no extension\n\
         (`cargo xtask gallery`), or of the desk, whose promises only prose tells (`contract-tests/tests/desk`).\n\n\
         This page is written from the code: `UPDATE_DOCS=1 cargo test -p counterpart-contract-tests --test docs`.\n",
    );
    let mut family = String::new();
    let mut checks: Vec<(&str, &str)> = registry::checks()
        .iter()
        .map(|check| (check.id(), check.about()))
        .collect();
    checks.sort_by_key(|(id, _)| id.split('.').next().map(str::to_owned));
    for (id, about) in checks {
        let own = id.split('.').next().unwrap_or(id);
        if own != family {
            own.clone_into(&mut family);
            let _ = write!(
                text,
                "\n## `{own}.*`\n\n| check | holds a deployment to | finds, for example |\n| --- | --- | --- |\n"
            );
        }
        let shown = faults.get(id).map_or_else(String::new, |names| {
            let some: Vec<String> = names
                .iter()
                .take(3)
                .map(|name| format!("`{name}`"))
                .collect();
            some.join(", ")
        });
        let about = about.replace('|', "\\|");
        let _ = writeln!(text, "| `{id}` | {about} | {shown} |");
    }
    text
}

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/checks.md");
    let wanted = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).expect("docs/checks.md can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/checks.md is not current: run it again with UPDATE_DOCS=1"
    );
}

/// The lies of the desk (`tests/desk`), by the checks that tell of them.
fn by_the_desk() -> BTreeMap<&'static str, Vec<&'static str>> {
    let text = include_str!("desk/main.rs");
    let mut lies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in ["const LIES:", "const LIES_OF:"] {
        let (_, table) = text.split_once(name).expect("the table");
        let (_, table) = table.split_once("= [").expect("its beginning");
        let (table, _) = table.split_once("];").expect("its end");
        for row in table.lines() {
            let mut quoted = row.split('"').skip(1).step_by(2);
            if let (Some(lie), Some(check)) = (quoted.next(), quoted.next()) {
                lies.entry(check).or_default().push(lie);
            }
        }
    }
    lies
}

#[test]
fn each_check_has_a_fault_and_each_fault_a_check() {
    let checks: Vec<&str> = registry::checks().iter().map(|check| check.id()).collect();
    for fault in openfx_sandbox::faults() {
        assert!(
            checks.contains(&fault.check),
            "{} is to be found by {}, which does not exist",
            fault.name,
            fault.check
        );
    }
    for check in checks {
        let found = openfx_sandbox::faults()
            .iter()
            .any(|fault| fault.check == check);
        let gallery = BY_THE_GALLERY.iter().find(|(id, _)| *id == check);
        let note = NOTES.contains(&check);
        let desk = by_the_desk().contains_key(check);
        assert!(
            found || gallery.is_some() || desk || note,
            "{check} has no fault"
        );
        for name in gallery.iter().flat_map(|(_, names)| *names) {
            let known = counterpart_gallery::faults()
                .iter()
                .any(|fault| fault.name == *name);
            assert!(known, "{check}: the gallery has no fault {name}");
        }
    }
}
