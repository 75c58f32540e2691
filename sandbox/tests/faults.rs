//! Every fault can be seen: a script of requests gets other answers than from the honest sandbox.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod script;

use futures::StreamExt as _;
use openfx_sandbox::{Fault, Sandbox, faults};
use std::time::Duration;

/// The answers to the script, with everything that differs between two honest runs masked.
async fn transcript(fault: Option<&'static Fault>) -> Vec<String> {
    let running = Sandbox::builder()
        .kyb_delay(Duration::from_millis(30))
        .webhook_pause(Duration::from_millis(10))
        .fault(fault)
        .start(([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    let lines = script::play(&running).await;
    running.shutdown().await;
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: the whole script for each fault"]
async fn every_fault_changes_an_answer() {
    let honest = transcript(None).await;
    let again = transcript(None).await;
    let differences: Vec<_> = honest
        .iter()
        .zip(&again)
        .filter(|(one, two)| one != two)
        .collect();
    assert!(
        differences.is_empty(),
        "two honest runs differ: {differences:#?}"
    );
    assert_eq!(honest.len(), again.len());
    // Noise under load would hide a fault that does nothing, so honest runs are mixed in, which have to be silent.
    let runs = faults().iter().enumerate().flat_map(|(n, fault)| {
        let honest = n.is_multiple_of(10).then_some(None);
        honest.into_iter().chain(std::iter::once(Some(fault)))
    });
    let runs: Vec<(Option<&Fault>, bool)> = futures::stream::iter(runs)
        .map(|fault| {
            let honest = &honest;
            async move { (fault, transcript(fault).await == *honest) }
        })
        .buffer_unordered(3)
        .collect()
        .await;
    let noisy = runs
        .iter()
        .filter(|(fault, same)| fault.is_none() && !same)
        .count();
    assert_eq!(noisy, 0, "honest runs differ under load");
    let silent: Vec<&str> = runs
        .iter()
        .filter(|(_, same)| *same)
        .filter_map(|(fault, _)| fault.map(|fault| fault.name))
        .collect();
    assert!(
        silent.is_empty(),
        "{} faults change nothing: {silent:?}",
        silent.len()
    );
}
