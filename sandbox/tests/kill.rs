//! What was acknowledged survives a process that is killed.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::Client;
use openfx_sandbox::{ApiCredential, Credentials};
use serde_json::json;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Starts the real binary on a file, and waits for its line.
fn boot(database: &Path) -> (Child, Client) {
    let keys = database.with_extension("toml");
    let mut child = Command::new(env!("CARGO_BIN_EXE_openfx-sandbox"))
        .args(["--listen", "127.0.0.1:0", "--kyb-delay", "20"])
        .arg("--database")
        .arg(database)
        .arg("--print-credentials")
        .arg(&keys)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let base = line
        .trim()
        .strip_prefix("listening on ")
        .expect(&line)
        .to_owned();
    let credentials = Credentials::from_toml(&std::fs::read_to_string(keys).unwrap()).unwrap();
    let write: &ApiCredential = &credentials.write;
    let client = Client::new(&base, write);
    (child, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("state.db");
    let (mut acknowledged, mut replayable) = (HashSet::new(), Vec::new());
    for round in 0..3 {
        let (mut child, client) = boot(&database);
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (client, stop) = (client.clone(), Arc::clone(&stop));
                tokio::spawn(async move {
                    let mut kept = Vec::new();
                    for number in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let name = format!("R{round} W{writer} N{number}");
                        let call = client.call(
                            "POST",
                            "/onboardings",
                            Some(json!({ "entityType": "individual", "fullName": name })),
                        );
                        let request = client.http.post(format!("{}/onboardings", client.base));
                        let signed = client
                            .signed(&call)
                            .into_iter()
                            .fold(request, |r, (name, value)| r.header(name, value));
                        let sent = signed
                            .header("content-type", "application/json")
                            .header("idempotency-key", call.key.clone().unwrap())
                            .body(call.body.clone().unwrap())
                            .send()
                            .await;
                        // What was not answered was not acknowledged.
                        let Ok(response) = sent else { break };
                        let Ok(text) = response.text().await else {
                            break;
                        };
                        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
                        kept.push((body["id"].as_str().expect(&text).to_owned(), call));
                    }
                    kept
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            for (id, call) in writer.await.unwrap() {
                acknowledged.insert(id.clone());
                replayable.push((id, call));
            }
        }
    }
    assert!(acknowledged.len() > 20, "{} writes", acknowledged.len());
    let (mut child, client) = boot(&database);
    let found: HashSet<String> = client
        .all("/onboardings", 200)
        .await
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(
        lost.is_empty(),
        "{} of {} lost",
        lost.len(),
        acknowledged.len()
    );
    // The keys survive as well: the same request has no second effect.
    for (id, mut call) in replayable.into_iter().rev().take(5) {
        call.timestamp = common::now();
        let again = client.send(&call).await;
        assert_eq!(
            (again.text("/id"), again.header("idempotency-replayed")),
            (id, Some("true"))
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
