//! What every check works with: the API, the deployment, the credentials, and what is known so far.

mod above;
mod accept;
mod build;
mod cleanup;
pub(crate) mod condition;
mod finished;
mod fresh;
pub(crate) mod harm;
pub(crate) mod identity;
mod ids;
pub(crate) mod json_patch;
mod kin;
mod kin_places;
mod lead;
mod ordered;
mod pace;
mod plausible;
mod raw;
mod relations;
mod renewed;
mod repair;
pub(crate) mod resources;
mod rules;
mod seed;
mod send;
mod share;
mod slots;
mod states;

pub use accept::{Draft, NoRequest};
pub use cleanup::Cleanup;
pub(crate) use lead::undoes;
pub use resources::Resource;

use crate::{
    auth::Credentials,
    check::ResponseCheck,
    config::Settings,
    coverage::Seen,
    finding::{Finding, Verdict},
    generate::{Generator, Rng},
    judge::Judge,
    report::Har,
    target::Target,
};
use counterpart_model::{
    Direction, Document,
    api::{Api, Operation, OperationId},
};
use indexmap::IndexMap;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// What is worked out from the document alone, and serves any number of runs.
#[derive(Clone)]
pub struct Prepared {
    judge: Judge,
    generator: Arc<Generator>,
}

impl Prepared {
    /// For runs with this seed.
    #[must_use]
    pub fn new(api: &Arc<Api>, seed: u64) -> Self {
        let judge = Judge::new(Arc::clone(api));
        let generator = Generator::with_judge(judge.clone(), Direction::Request, seed);
        Self {
            judge,
            generator: Arc::new(generator),
        }
    }
}

/// What every check works with. Shared by all of them, at once.
pub struct Context {
    /// The API, as the document describes it.
    pub api: Arc<Api>,
    /// The document itself, to quote from.
    pub document: Option<Arc<Document>>,
    /// Where requests go.
    pub target: Target,
    /// With which credentials.
    pub credentials: Credentials,
    /// Judges instances by the document's schemas.
    pub judge: Judge,
    /// What the user has set.
    pub settings: Settings,
    generator: Arc<Generator>,
    answers: std::sync::OnceLock<Generator>,
    responses: Vec<Box<dyn ResponseCheck>>,
    observed: Mutex<IndexMap<(&'static str, OperationId), Verdict>>,
    resources: resources::Store,
    ids: ids::Pool,
    relations: relations::Relations,
    /// Below what items were made for a list, by the list.
    seeds: Mutex<HashMap<OperationId, Resource>>,
    kin: kin::Kinship,
    rules: rules::Rules,
    fresh: fresh::Renewals,
    used: Mutex<std::collections::HashSet<(OperationId, String)>>,
    sent: AtomicU64,
    exhausted: AtomicBool,
    stopped: AtomicBool,
    stateless: AtomicBool,
    /// Whether the run is over, and clears up.
    clearing: AtomicBool,
    harm: harm::Harm,
    /// How often each operation gave no whole answer in time.
    slow: Mutex<std::collections::HashMap<OperationId, u32>>,
    /// How long was waited for an operation that asks to come back later.
    waits: Mutex<std::collections::HashMap<OperationId, std::time::Duration>>,
    /// How often an operation had its effect and gave no answer.
    breaks: Mutex<std::collections::HashMap<OperationId, u32>>,
    gate: tokio::sync::Semaphore,
    salt: AtomicU64,
    share: std::sync::OnceLock<usize>,
    pub(crate) seen: Seen,
    pace: pace::Pace,
    made: cleanup::Made,
    leads: lead::Leads,
    /// The bodies with the most in them that operations are known to take.
    fullest: Mutex<HashMap<OperationId, Value>>,
    /// Where every exchange is written to, if anywhere.
    pub(crate) traffic: Option<Arc<Har>>,
}

impl Context {
    /// A context that knows nothing yet.
    #[must_use]
    pub fn new(
        api: Arc<Api>,
        document: Option<Arc<Document>>,
        prepared: Prepared,
        target: Target,
        credentials: Credentials,
        settings: Settings,
        responses: Vec<Box<dyn ResponseCheck>>,
    ) -> Self {
        let concurrency = settings.concurrency.max(1);
        Self {
            judge: prepared.judge,
            generator: prepared.generator,
            answers: std::sync::OnceLock::new(),
            api,
            document,
            target,
            credentials,
            responses,
            observed: Mutex::default(),
            resources: resources::Store::default(),
            ids: ids::Pool::default(),
            relations: relations::Relations::default(),
            seeds: Mutex::default(),
            kin: kin::Kinship::default(),
            rules: rules::Rules::default(),
            fresh: fresh::Renewals::default(),
            used: Mutex::default(),
            sent: AtomicU64::new(0),
            exhausted: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            stateless: AtomicBool::new(false),
            clearing: AtomicBool::new(false),
            harm: harm::Harm::default(),
            slow: Mutex::default(),
            breaks: Mutex::default(),
            waits: Mutex::default(),
            gate: tokio::sync::Semaphore::new(concurrency),
            salt: AtomicU64::new(0),
            share: std::sync::OnceLock::new(),
            seen: Seen::default(),
            pace: pace::Pace::default(),
            made: cleanup::Made::default(),
            leads: lead::Leads::default(),
            fullest: Mutex::default(),
            traffic: None,
            settings,
        }
    }

    /// How many requests were sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether the budget of requests was used up, so that some cases were not looked at.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.exhausted.load(Ordering::Relaxed)
    }

    /// Notes what a check has found: nothing more is sent where that is what the run waits for.
    pub(crate) fn found(&self, findings: &[Finding]) {
        let Some(glob) = self.settings.stop_at.as_deref() else {
            return;
        };
        let today = jiff::Zoned::now().date();
        let counts = |finding: &Finding| {
            crate::config::matches_glob(glob, finding.check)
                && !self.settings.baseline.holds(finding, today)
        };
        if findings.iter().any(counts) {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// The body with the most in it that an operation is known to take.
    pub(crate) fn fullest(&self, operation: &Operation) -> Option<Value> {
        let known = self.fullest.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&operation.id).cloned()
    }

    /// Remembers it.
    pub(crate) fn note_fullest(&self, operation: &Operation, body: Value) {
        let mut known = self.fullest.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(operation.id.clone(), body);
    }

    /// Whether the run has found what it waits for.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether the deployment says that it keeps nothing of what is written: a mock (`Counterpart-Mock: stateless`).
    #[must_use]
    pub fn is_stateless(&self) -> bool {
        self.stateless.load(Ordering::Relaxed)
    }

    /// Whether requests that write may be sent.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.settings.allow_writes || self.target.is_loopback()
    }

    /// Whether a request for this operation may be sent.
    #[must_use]
    pub fn may_send(&self, operation: &Operation) -> bool {
        operation.method.is_safe() || self.may_write()
    }

    /// What the answers to an operation gave one response check to judge.
    #[must_use]
    pub fn observed(&self, check: &'static str, operation: &OperationId) -> Verdict {
        self.lock_observed()
            .get(&(check, operation.clone()))
            .cloned()
            .unwrap_or_default()
    }

    /// Chances that were not used before in this run.
    pub(crate) fn fresh_rng(&self) -> Rng {
        Rng::new(self.settings.seed ^ self.salt.fetch_add(1, Ordering::Relaxed))
    }

    /// Text that was not used before in this run, of letters and digits, 26 long. It begins with `cp`, so that what was made
    /// and could not be deleted can be told from what is anybody's.
    #[must_use]
    pub fn unique(&self) -> String {
        let salt = self.salt.fetch_add(1, Ordering::Relaxed);
        let id = uuid::Uuid::now_v7().simple().to_string();
        format!("cp{}{salt:06x}", id.get(..18).unwrap_or_default())
    }

    /// Whether an instance could be made that is valid by the schema of a response.
    #[must_use]
    pub fn is_fillable(&self, schema: counterpart_model::api::SchemaId) -> bool {
        let generator = self.answers.get_or_init(|| {
            Generator::with_judge(self.judge.clone(), Direction::Response, self.settings.seed)
        });
        generator.example(schema).is_some()
    }

    /// Remembers that a request to this resource was accepted, and may have changed its state.
    fn use_up(&self, operation: &Operation, resource: &Resource) {
        let key = (operation.id.clone(), format!("{:?}", resource.path));
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key);
    }

    /// Takes a resource for a check of its own: whether nobody had taken it.
    pub(crate) fn take(&self, operation: &Operation, resource: &Resource) -> bool {
        if self.was_used(operation, resource) {
            return false;
        }
        self.use_up(operation, resource);
        true
    }

    fn was_used(&self, operation: &Operation, resource: &Resource) -> bool {
        let key = (operation.id.clone(), format!("{:?}", resource.path));
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&key)
    }

    fn lock_observed(
        &self,
    ) -> std::sync::MutexGuard<'_, IndexMap<(&'static str, OperationId), Verdict>> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
