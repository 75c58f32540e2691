//! One deployment while it is checked.

use super::Entry;
use crate::{
    check::{Check, Phase},
    context::{
        Context,
        harm::{is_clearance, is_farewell},
    },
    finding::Verdict,
};
use counterpart_model::api::Operation;
use std::{sync::Arc, time::Instant};

/// One deployment while it is checked: what was learned of it serves every check.
pub struct Session {
    pub(super) context: Context,
    pub(super) writing: tokio::sync::Mutex<()>,
    pub(super) opened: Instant,
}

impl Session {
    /// Runs one check of one operation. Checks that follow what writing causes wait for each other.
    pub async fn judge(&self, check: &Arc<dyn Check>, operation: &Operation) -> Entry {
        let alone = matches!(check.phase(), Phase::Events | Phase::Write);
        let _turn = match alone {
            true => Some(self.writing.lock().await),
            false => None,
        };
        let started = Instant::now();
        let context = &self.context;
        let harmed = context.harmed();
        let left_out = context.settings.leaves_out(check.id(), &operation.id.0);
        let verdict = if let Some(why) = left_out {
            Verdict::not_exercised(why)
        } else if let Some(why) = harmed.as_ref().filter(|_| check.phase() != Phase::Last) {
            Verdict::not_exercised(why.clone())
        } else if is_farewell(operation) && !context.settings.names_operation(&operation.id.0) {
            Verdict::not_exercised(
                "it would end the session or the deployment that the tests run in; --operation with its name calls it",
            )
        } else if is_clearance(operation)
            && !context.target.is_loopback()
            && !context.settings.names_operation(&operation.id.0)
        {
            Verdict::not_exercised(
                "it deletes more than the run has made; --operation with its name calls it",
            )
        } else if context.stopped() && check.phase() != Phase::Last {
            Verdict::not_exercised("the run stopped at what was found")
        } else if context.is_stateless() && is_behaviour(check.id()) {
            Verdict::not_exercised("the deployment says that it is a mock, which keeps nothing")
        } else if check.writes(operation) && !context.may_write() {
            Verdict::not_exercised(
                "it writes, and writing is only allowed on this machine (--allow-writes)",
            )
        } else {
            check.run(context, operation).await
        };
        let verdict = match context.harmed() {
            // What was found while the harm was done may be the harm.
            Some(why) if harmed.is_none() => Verdict::not_exercised(why),
            _ => verdict,
        };
        let mut verdict = verdict;
        if verdict.cases == 0 && verdict.findings.is_empty() && verdict.not_exercised.is_empty() {
            verdict.skip("the answers show nothing that could be judged");
        }
        context.found(&verdict.findings);
        Entry {
            check: check.id(),
            operation: operation.id.clone(),
            verdict,
            started: started.duration_since(self.opened),
            elapsed: started.elapsed(),
        }
    }
}

/// Whether a check compares what several requests tell, which a mock makes up anew each time.
fn is_behaviour(check: &str) -> bool {
    let groups = [
        "pagination.",
        "filter.",
        "idempotency.",
        "resource.",
        "etag.",
        "lifecycle.",
        "metadata.",
        "webhook.",
    ];
    // Which keys are good a mock does not know, only that there has to be one.
    let keys = check.starts_with("auth.") && check != "auth.missing";
    groups.iter().any(|group| check.starts_with(group)) || check == "request.not_found" || keys
}
