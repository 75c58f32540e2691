//! One fault, one sandbox, one run of the contract tests.

use crate::deployment;
use counterpart_contract_tests::{
    Suite,
    config::Settings,
    context::Prepared,
    event::{Event, Listener},
    finding::Outcome,
};
use counterpart_model::{Api, Document};
use openfx_sandbox::{Fault, Sandbox};
use std::{
    collections::BTreeSet,
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// The document that every run checks against, read once.
#[derive(Clone)]
pub struct Subject {
    api: Arc<Api>,
    document: Option<Arc<Document>>,
    prepared: Prepared,
}

impl Subject {
    /// Reads the document.
    ///
    /// # Errors
    /// When it cannot be used; the text says why.
    pub fn load(path: &Path) -> Result<Self, String> {
        let loaded = counterpart_model::load(path);
        let said = || {
            loaded
                .diagnostics
                .iter()
                .map(|d| d.render())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let api = loaded.api.clone().ok_or_else(said)?;
        let api = Arc::new(api);
        Ok(Self {
            prepared: Prepared::new(&api, Settings::default().seed),
            api,
            document: loaded.document.map(Arc::new),
        })
    }
}

/// What the contract tests made of one fault.
#[derive(Debug)]
pub struct Proof {
    /// The fault; `None` for the honest sandbox.
    pub fault: Option<&'static Fault>,
    /// The checks that found something.
    pub fired: BTreeSet<&'static str>,
    /// The titles of what was found, the first few.
    pub titles: Vec<String>,
    /// How many requests it took.
    pub requests: u64,
    /// How long it took, the start of the sandbox included.
    pub elapsed: Duration,
}

impl Proof {
    /// Whether the check that is meant to find the fault has found it; whether nothing was found where there is none.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self.fault {
            Some(fault) => self.fired.contains(fault.check),
            None => self.fired.is_empty(),
        }
    }

    /// What the fault is about.
    #[must_use]
    pub fn category(&self) -> &'static str {
        self.fault.map_or("honest", |fault| fault.category)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.fault.map_or("honest", |fault| fault.name);
        let check = self.fault.map_or("(none)", |fault| fault.check);
        let mark = if self.holds() { "ok    " } else { "MISSED" };
        write!(
            f,
            "{mark} {name:<32} {check:<26} {:>5} requests {:>5.1} s",
            self.requests,
            self.elapsed.as_secs_f64()
        )?;
        let others: Vec<&str> = self
            .fired
            .iter()
            .copied()
            .filter(|id| *id != check)
            .collect();
        if !others.is_empty() {
            write!(f, "  also {}", others.join(", "))?;
        }
        if !self.holds() {
            for title in &self.titles {
                write!(f, "\n       {title}")?;
            }
        }
        Ok(())
    }
}

/// Nobody looks on.
struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _: &Event<'_>) {}
}

/// Starts a sandbox with this fault and checks it.
///
/// # Errors
/// When it does not start or cannot be checked.
pub async fn prove(
    subject: &Subject,
    fault: Option<&'static Fault>,
    all_checks: bool,
) -> Result<Proof, String> {
    let started = Instant::now();
    let deployment = deployment::start(Sandbox::builder().fault(fault)).await?;
    let settings = Settings {
        checks: fault.filter(|_| !all_checks).map_or_else(Vec::new, wanted),
        stop_at: fault
            .filter(|_| !all_checks)
            .map(|fault| fault.check.to_owned()),
        ..Settings::default()
    };
    let outcome = Suite::new(Arc::clone(&subject.api), subject.document.clone())
        .credentials(deployment.credentials.clone())
        .settings(settings)
        .prepared(subject.prepared.clone())
        .run_at(&deployment.base_url, &Nobody)
        .await;
    let report = match outcome {
        Ok(report) => report,
        // A lie may be so great that nothing can be checked: that is no way of finding it.
        Err(error) => {
            return Ok(Proof {
                fault,
                fired: BTreeSet::new(),
                titles: vec![error.to_string()],
                requests: 0,
                elapsed: started.elapsed(),
            });
        }
    };
    let failed = || {
        report
            .entries
            .iter()
            .filter(|entry| entry.verdict.outcome() == Outcome::Failed)
    };
    Ok(Proof {
        fault,
        fired: failed().map(|entry| entry.check).collect(),
        titles: failed()
            .flat_map(|entry| &entry.verdict.findings)
            .map(|finding| format!("{} {}: {}", finding.check, finding.operation, finding.title))
            .take(40)
            .collect(),
        requests: report.requests,
        elapsed: started.elapsed(),
    })
}

/// The checks to run for a fault. Those that look at every answer need the requests of all others.
fn wanted(fault: &'static Fault) -> Vec<String> {
    let looks_on = fault.check.starts_with("response.") || fault.check == "server.error";
    if looks_on {
        Vec::new()
    } else {
        vec![fault.check.to_owned()]
    }
}
