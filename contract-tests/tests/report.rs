//! Reports: what is written can be read, put together, held against a baseline, and looked at in a browser.

use axum::body::Body;
use counterpart_contract_tests::{
    Suite,
    auth::{Credentials, Identity, Secret},
    config::{Baseline, Settings},
    finding::Severity,
    report::{self, Har, Record},
    target::Target,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use tower::ServiceExt as _;

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn suite(fault: Option<&str>, settings: Settings) -> Suite {
    let fault = fault.map(|name| {
        let all = counterpart_gallery::faults();
        all.iter()
            .find(|fault| fault.name == name)
            .expect("there is such a fault")
    });
    let router = counterpart_gallery::router(fault).expect("the document can be used");
    of_target(Target::service("/v1", router), settings)
}

fn of_target(target: Target, settings: Settings) -> Suite {
    let key = Secret::new(counterpart_gallery::API_KEY);
    let main = Identity {
        values: [("apiKey".to_owned(), key)].into_iter().collect(),
        key: None,
    };
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/gallery.yaml");
    Suite::from_document(document)
        .expect("the document can be read")
        .target(target)
        .auth(Credentials {
            main,
            ..Credentials::default()
        })
        .settings(settings)
}

async fn record(fault: Option<&str>, settings: Settings) -> Record {
    let run = suite(fault, settings)
        .run()
        .await
        .expect("it can be checked");
    Record::of(&run)
}

fn only(checks: &[&str]) -> Settings {
    Settings {
        checks: checks.iter().map(|check| (*check).to_owned()).collect(),
        cleanup: true,
        ..Settings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_checked_without_a_socket() {
    let honest = record(None, only(&["pagination.*", "resource.*"])).await;
    assert!(honest.findings.is_empty(), "{}", report::terminal(&honest));
    assert!(honest.summary.passed > 60, "{:?}", honest.summary);
    assert!(
        honest.made > 0 && honest.cleaned_up == honest.made,
        "{} of {}",
        honest.cleaned_up,
        honest.made
    );
    let lying = record(Some("loan-cancel-twice"), only(&["resource.action"])).await;
    assert_eq!(lying.findings.len(), 1, "{}", report::terminal(&lying));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_are_empty_are_filled_first() {
    let checks = ["pagination.*", "filter.*"];
    let of = |fault: Option<&str>| {
        let fault = fault.and_then(|name| {
            let all = counterpart_gallery::faults();
            all.iter().find(|fault| fault.name == name)
        });
        let router = counterpart_gallery::empty_router(fault).expect("the document can be used");
        of_target(Target::service("/v1", router), only(&checks))
    };
    let run = of(None).run().await.expect("it can be checked");
    let honest = Record::of(&run);
    assert!(honest.findings.is_empty(), "{}", report::terminal(&honest));
    let short = honest.entries.iter().filter(|entry| {
        let why = entry.not_exercised.join(" ");
        why.contains("this needs") || why.contains("is empty")
    });
    let short: Vec<&str> = short.map(|entry| entry.check.as_str()).collect();
    assert!(short.is_empty(), "{short:?}");
    assert!(
        honest.made > 30 && honest.made == honest.cleaned_up,
        "{}",
        honest.made
    );
    for fault in [
        "artist-size-capped",
        "loan-after-inclusive",
        "visit-offset-plus-one",
    ] {
        let run = of(Some(fault)).run().await.expect("it can be checked");
        assert!(run.has_findings(), "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_what_is_read() {
    let folder = folder("written");
    let har = Arc::new(Har::create(&folder.join("traffic.har")).expect("it can be begun"));
    let suite = suite(
        Some("artist-default-size"),
        only(&["pagination.*", "request.*"]),
    );
    let run = suite
        .traffic(Arc::clone(&har))
        .run()
        .await
        .expect("it can be checked");
    let written = Record::of(&run);
    report::write_all(&written, &folder).expect("it can be written");
    let read = Record::read(&folder.join("report.json")).expect("it can be read");
    assert_eq!(report::terminal(&read), report::terminal(&written));
    assert!(!read.findings.is_empty());
    assert!(!folder.join(".report.json.partial").exists());
    assert!(!folder.join("traffic.har").exists(), "it is not whole yet");
    let path = har.finish().expect("it can be ended");
    let archive = std::fs::read_to_string(path).expect("it is there");
    assert!(
        !archive.contains(counterpart_gallery::API_KEY),
        "a secret got into the archive"
    );
    let archive: serde_json::Value = serde_json::from_str(&archive).expect("it is JSON");
    let entries = archive["log"]["entries"].as_array().expect("entries");
    assert_eq!(entries.len() as u64, written.requests);
    let text = std::fs::read_to_string(folder.join("report.json")).expect("it is there");
    assert!(!text.contains(counterpart_gallery::API_KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_make_up_the_whole() {
    let settings = only(&["pagination.*", "response.*", "request.rejected"]);
    let whole = record(Some("artist-default-size"), settings.clone()).await;
    let mut parts = Vec::new();
    for index in 1..=3 {
        let text = format!("{index}/3");
        let settings = Settings {
            shard: Some(text.parse().expect("it is a shard")),
            ..settings.clone()
        };
        parts.push(record(Some("artist-default-size"), settings).await);
    }
    let twice = vec![parts[0].clone(), parts[0].clone()];
    let refused = report::merge(twice)
        .expect_err("they have entries in common")
        .to_string();
    assert!(refused.contains("--shard"), "{refused}");
    assert!(
        parts
            .iter()
            .all(|part| part.entries.len() < whole.entries.len())
    );
    let merged = report::merge(parts).expect("they are of one run");
    let names = |record: &Record| -> BTreeSet<(String, String)> {
        let entries = record.entries.iter();
        entries
            .map(|entry| (entry.check.clone(), entry.operation.clone()))
            .collect()
    };
    assert_eq!(names(&merged), names(&whole));
    let ids = |record: &Record| -> BTreeSet<String> {
        record
            .findings
            .iter()
            .map(|found| found.id.clone())
            .collect()
    };
    assert_eq!(ids(&merged), ids(&whole));
    assert_eq!(
        merged.coverage.operations.len(),
        whole.coverage.operations.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_puts_up_with_findings_until_it_expires() {
    let mut record = record(Some("loan-cancel-twice"), only(&["resource.action"])).await;
    let folder = folder("baseline");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("baseline.toml");
    let today = "2026-11-21".parse().expect("a date");
    let text = toml::to_string(&Baseline::of(
        &record,
        "2027-01-31".parse().expect("a date"),
    ));
    std::fs::write(&path, text.expect("it can be written")).expect("it can be written");
    let baseline = Baseline::read(&path).expect("it can be read");
    assert!(
        baseline.apply(&mut record, "2027-02-01".parse().expect("a date"), true)[0]
            .contains("expired")
    );
    assert_eq!(record.failing(Severity::Note).count(), 1);
    assert!(baseline.apply(&mut record, today, true).is_empty());
    assert_eq!(record.failing(Severity::Note).count(), 0);
    for (text, why) in [
        ("[[finding]]\nreason = 'x'\n", "names neither"),
        ("[[finding]]\nid = 'CP-1'\nreason = ' '\n", "no reason"),
        (
            "[[finding]]\nid = 'CP-1'\nreason = 'x'\nexpires = 'soon'\n",
            "no date",
        ),
    ] {
        std::fs::write(&path, text).expect("it can be written");
        let said = Baseline::read(&path)
            .expect_err("it is no good")
            .to_string();
        assert!(said.contains(why), "{said}");
    }
}

/// A gallery whose loans have a property more than the document says.
fn drifted() -> Target {
    let router = counterpart_gallery::router(None).expect("the document can be used");
    Target::service(
        "/v1",
        tower::service_fn(move |request: http::Request<Body>| {
            let router = router.clone();
            async move {
                let response = router.oneshot(request).await?;
                let (mut parts, body) = response.into_parts();
                let bytes = axum::body::to_bytes(body, usize::MAX)
                    .await
                    .unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes)
                    .replace("\"borrower\"", "\"agent\":1,\"borrower\"");
                parts.headers.remove("content-length");
                Ok::<_, std::convert::Infallible>(http::Response::from_parts(
                    parts,
                    Body::from(text),
                ))
            }
        }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn undocumented_properties_are_notes_and_findings_when_strict() {
    let run = of_target(drifted(), only(&["response.*"])).run().await;
    let lenient = Record::of(&run.expect("it can be checked"));
    assert!(
        lenient.findings.is_empty(),
        "{}",
        report::terminal(&lenient)
    );
    let notes: Vec<&str> = lenient
        .notes
        .iter()
        .map(|note| note.title.as_str())
        .collect();
    assert!(
        notes.iter().any(|title| title.contains("/data/*/agent")),
        "{notes:?}"
    );
    let settings = Settings {
        strict: true,
        ..only(&["response.*"])
    };
    let run = of_target(drifted(), settings).run().await;
    let strict = Record::of(&run.expect("it can be checked"));
    assert!(
        strict
            .findings
            .iter()
            .all(|found| found.check == "response.drift")
    );
    assert!(!strict.findings.is_empty());
    assert_eq!(
        strict.failing(Severity::Warning).count(),
        0,
        "they are notes still"
    );
}

/// A browser that is installed, if any is.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|path| path.is_file())
}

/// The page as the browser has it after its scripts have run.
fn page(browser: &Path, url: &str) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=2000",
            "--dump-dom",
            url,
        ])
        .output()
        .expect("the browser starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        eprintln!("skipped: no Chromium on the PATH");
        return;
    };
    let mut lying = record(
        Some("artist-default-size"),
        only(&["pagination.*", "request.rejected"]),
    )
    .await;
    // One that no search for the other finds.
    let mut other = lying.findings[0].clone();
    other.id = "CP-00000000".to_owned();
    other.title = "<script>document.title = 'broken out'</script>".to_owned();
    lying.findings.push(other);
    let folder = folder("page");
    report::write_all(&lying, &folder).expect("it can be written");
    let url = format!("file://{}", folder.join("report.html").display());
    let id = &lying.findings[0].id;
    let open = page(&browser, &format!("{url}#{id}"));
    let tag = |page: &str, id: &str| {
        let at = page
            .find(&format!("id=\"{id}\""))
            .expect("the finding is on the page");
        let start = page[..at].rfind('<').expect("it is in a tag");
        let end = at + page[at..].find('>').expect("the tag ends");
        page[start..end].to_owned()
    };
    assert!(
        tag(&open, id).contains("open"),
        "a link to a finding opens it: {}",
        tag(&open, id)
    );
    assert!(!tag(&open, "CP-00000000").contains("open"));
    assert!(
        !open.contains("<title>broken out"),
        "text of a finding became markup"
    );
    let text = "artists";
    assert!(lying.findings[0].steps[0].curl.contains(text));
    let searched = page(&browser, &format!("{url}?q=broken%20out"));
    assert!(
        tag(&searched, id).contains("hidden"),
        "{}",
        tag(&searched, id)
    );
    assert!(!tag(&searched, "CP-00000000").contains("hidden"));
    assert!(searched.contains("1 of 2"));
    for part in ["matrix", "coverage", "timeline", "rules", "unexercised"] {
        assert!(open.contains(&format!("<h2 id=\"{part}\"")), "{part}");
    }
    // A cell of the matrix leads to its finding.
    assert!(open.contains(&format!("<a href=\"#{id}\">")));
}
