//! A run from beginning to end: what is checked, in which order, and what came of it.

mod report;
mod session;

pub use report::{Entry, Report, RunError};
pub use session::Session;

use crate::{
    auth::Credentials,
    check::{Check, Phase, registry},
    config::Settings,
    context::{Context, Prepared, harm::is_clearance},
    coverage::Coverage,
    event::{Event, Listener, Silent},
    exchange::Failure,
    report::Har,
    rules::stated,
    target::Target,
};
use counterpart_model::{
    Document,
    api::{Api, Operation},
};
use futures::{StreamExt as _, stream};
use std::{path::Path, sync::Arc, time::Instant};

/// Checks one deployment against one document.
pub struct Suite {
    api: Arc<Api>,
    document: Option<Arc<Document>>,
    credentials: Credentials,
    settings: Settings,
    custom: Vec<Arc<dyn Check>>,
    prepared: Option<Prepared>,
    target: Option<Target>,
    traffic: Option<Arc<Har>>,
}

impl Suite {
    /// A suite for an API.
    #[must_use]
    pub fn new(api: Arc<Api>, document: Option<Arc<Document>>) -> Self {
        Self {
            api,
            document,
            credentials: Credentials::default(),
            settings: Settings::default(),
            custom: Vec::new(),
            prepared: None,
            target: None,
            traffic: None,
        }
    }

    /// A suite for the API of an OpenAPI document.
    ///
    /// # Errors
    /// When the document cannot be read; the text shows where and why.
    pub fn from_document(path: impl AsRef<Path>) -> Result<Self, RunError> {
        let loaded = counterpart_model::load(path.as_ref());
        let Some(api) = loaded.api else {
            let errors = loaded.diagnostics.iter();
            let errors = errors
                .filter(|it| it.severity == counterpart_model::Severity::Error)
                .map(|it| it.render());
            return Err(RunError::Document(errors.collect::<Vec<_>>().join("\n")));
        };
        Ok(Self::new(Arc::new(api), loaded.document.map(Arc::new)))
    }

    /// Against this deployment.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// With these credentials: the same as [`credentials`](Self::credentials).
    #[must_use]
    pub fn auth(self, credentials: Credentials) -> Self {
        self.credentials(credentials)
    }

    /// With every request and answer written to this archive.
    #[must_use]
    pub fn traffic(mut self, traffic: Arc<Har>) -> Self {
        self.traffic = Some(traffic);
        self
    }

    /// With what was worked out for an earlier run against the same document, with the same seed.
    #[must_use]
    pub fn prepared(mut self, prepared: Prepared) -> Self {
        self.prepared = Some(prepared);
        self
    }

    /// With these credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// With these settings.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// With a check of one's own.
    #[must_use]
    pub fn check(mut self, check: Arc<dyn Check>) -> Self {
        self.custom.push(check);
        self
    }

    /// What would be checked: check × operation, in the order it runs.
    #[must_use]
    pub fn plan(&self) -> Vec<(Arc<dyn Check>, &Operation)> {
        let mut checks = self.checks();
        checks.sort_by_key(|check| check.phase());
        let mut plan = Vec::new();
        for check in checks {
            for operation in &self.api.operations {
                if self.takes(&check, operation) {
                    plan.push((Arc::clone(&check), operation));
                }
            }
        }
        plan
    }

    /// One entry of the plan, by the ids of the check and the operation; `None` where the plan has none. What it takes does
    /// not grow with the plan.
    #[must_use]
    pub fn planned(&self, check: &str, operation: &str) -> Option<(Arc<dyn Check>, &Operation)> {
        let operation = self.api.operation(operation)?;
        let mut checks = self.checks().into_iter();
        let check = checks.find(|known| known.id() == check)?;
        self.takes(&check, operation).then_some((check, operation))
    }

    fn checks(&self) -> Vec<Arc<dyn Check>> {
        let mut checks: Vec<Arc<dyn Check>> = registry::checks();
        checks.extend(self.custom.iter().cloned());
        checks
    }

    /// Whether a check of an operation is wanted, and has anything to say about it.
    fn takes(&self, check: &Arc<dyn Check>, operation: &Operation) -> bool {
        self.settings.wants_check(check.id())
            && self.settings.wants_operation(&operation.id.0)
            && !self.is_shadowed(operation)
            && check.applies(&self.api, operation)
    }

    /// Whether requests to an operation cannot be told from those to another: a fragment in its path is not sent
    /// (RFC 9110 §7.1).
    fn is_shadowed(&self, operation: &Operation) -> bool {
        let sent = |of: &Operation| of.path.split('#').next().unwrap_or_default().to_owned();
        let earlier = self
            .api
            .operations
            .iter()
            .take_while(|other| other.id != operation.id);
        operation.path.contains('#')
            && earlier
                .filter(|other| other.method == operation.method)
                .any(|other| sent(other) == sent(operation))
    }

    /// Runs everything against the [`target`](Self::target).
    ///
    /// # Errors
    /// When the deployment cannot be checked at all. What it does wrong is in the report.
    pub async fn run(&self) -> Result<Report, RunError> {
        let target = self.target.clone().ok_or(RunError::NoTarget)?;
        self.run_session(self.session_with(target), &Silent).await
    }

    /// Runs everything against the deployment at `base_url`, and tells how it goes.
    ///
    /// # Errors
    /// When the deployment cannot be checked at all. What it does wrong is in the report.
    pub async fn run_at(
        &self,
        base_url: &str,
        listener: &dyn Listener,
    ) -> Result<Report, RunError> {
        self.run_session(self.session(base_url)?, listener).await
    }

    async fn run_session(
        &self,
        session: Session,
        listener: &dyn Listener,
    ) -> Result<Report, RunError> {
        let started = session.opened;
        let context = &session.context;
        let plan = self.plan();
        if plan.is_empty() {
            return Err(RunError::Nothing(
                "the filters on checks and operations leave none, or the document has no operation"
                    .to_owned(),
            ));
        }
        listener.hear(&Event::Started {
            entries: plan.len(),
            base_url: context.target.base_url(),
        });
        self.probe(context).await?;
        context.learn_relations().await;
        context.learn_kin().await;
        let mut entries = Vec::with_capacity(plan.len());
        let mut phases: Vec<Phase> = plan.iter().map(|(check, _)| check.phase()).collect();
        phases.dedup();
        let mut seeded = false;
        for phase in phases {
            // What one request each has taught serves to make lists long enough; nothing is compared yet.
            if phase > Phase::Explore && !seeded {
                seeded = true;
                if plan
                    .iter()
                    .any(|(check, _)| check.id().starts_with("pagination."))
                {
                    context.seed_lists().await;
                }
            }
            let jobs = plan
                .iter()
                .enumerate()
                .filter(|(_, (check, _))| check.phase() == phase);
            // What deletes more than one thing comes when nobody needs them any more.
            let (last, jobs): (Vec<_>, Vec<_>) =
                jobs.partition(|(_, (_, operation))| is_clearance(operation));
            let width = if matches!(phase, Phase::Events | Phase::Write) {
                1
            } else {
                self.settings.concurrency.max(1)
            };
            let session = &session;
            let mut running = stream::iter(jobs)
                .map(|(at, (check, operation))| async move {
                    let entry = session.judge(check, operation).await;
                    (at, entry)
                })
                .buffer_unordered(width);
            while let Some((at, entry)) = running.next().await {
                listener.hear(&Event::Ended {
                    entry: &entry,
                    requests: context.sent(),
                });
                entries.push((at, entry));
            }
            drop(running);
            let cleared = !last.is_empty();
            for (at, (check, operation)) in last {
                let entry = session.judge(check, operation).await;
                listener.hear(&Event::Ended {
                    entry: &entry,
                    requests: context.sent(),
                });
                entries.push((at, entry));
            }
            if cleared && phase < Phase::Last {
                context.forget_everything();
                context.learn_relations().await;
                context.learn_kin().await;
            }
        }
        entries.sort_by_key(|(at, _)| *at);
        let cleanup = context.clean_up().await;
        Ok(Report {
            api: Arc::clone(&self.api),
            base_url: context.target.base_url().to_owned(),
            seed: self.settings.seed,
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            requests: context.sent(),
            elapsed: started.elapsed(),
            exhausted: context.exhausted(),
            harmed: context.harmed(),
            cleanup,
            shard: self.settings.shard,
            severities: self.settings.severities.clone(),
            rules: stated(&self.api, self.document.as_deref()),
            coverage: self.coverage(context, &plan),
        })
    }

    /// What of the operations of a plan was exercised.
    fn coverage(&self, context: &Context, plan: &[(Arc<dyn Check>, &Operation)]) -> Coverage {
        let planned =
            |operation: &&Operation| plan.iter().any(|(_, other)| other.id == operation.id);
        let operations: Vec<&Operation> = self.api.operations.iter().filter(planned).collect();
        // Which keywords there are takes time to work out: only where a check has tried them.
        let tries = plan
            .iter()
            .any(|(check, _)| matches!(check.id(), "request.accepted" | "request.rejected"));
        let generator = tries.then(|| context.generator());
        context.seen.coverage(&self.api, &operations, generator)
    }

    /// Opens a session with the deployment at `base_url`, to run single checks. Nothing is sent yet.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn session(&self, base_url: &str) -> Result<Session, RunError> {
        Ok(self.session_with(Target::http(base_url)?))
    }

    fn session_with(&self, target: Target) -> Session {
        let target = target.within(self.settings.timeout, self.settings.max_response_bytes);
        let prepared = self
            .prepared
            .clone()
            .unwrap_or_else(|| Prepared::new(&self.api, self.settings.seed));
        let mut context = Context::new(
            Arc::clone(&self.api),
            self.document.clone(),
            prepared,
            target,
            self.credentials.clone(),
            self.settings.clone(),
            registry::response_checks(),
        );
        context.traffic.clone_from(&self.traffic);
        Session {
            context,
            writing: tokio::sync::Mutex::new(()),
            opened: Instant::now(),
        }
    }

    /// Asks the first operations that need nothing to be known, to see whether this is the API at all.
    async fn probe(&self, context: &Context) -> Result<(), RunError> {
        let url = context.target.base_url().to_owned();
        let simple: Vec<&Operation> = self
            .api
            .operations
            .iter()
            .filter(|operation| operation.method.is_safe() && !operation.path.contains('{'))
            .take(4)
            .collect();
        let mut statuses = Vec::new();
        for operation in simple {
            let resource = crate::context::Resource::default();
            let Some(request) = context.bare_request(operation, &resource) else {
                continue;
            };
            let exchange = context.send(request).await;
            match &exchange.answer {
                Ok(answer) => statuses.push(answer.status),
                Err(Failure::Connect(reason)) => {
                    return Err(RunError::Unreachable {
                        url,
                        reason: reason.clone(),
                    });
                }
                Err(_) => {}
            }
        }
        if !statuses.is_empty() && statuses.iter().all(|status| *status == 404) {
            let servers: Vec<String> = self.api.servers.iter().map(|s| s.default_url()).collect();
            return Err(RunError::WrongBase {
                url,
                asked: statuses.len(),
                servers: servers.join(", "),
            });
        }
        if let Some(status) = statuses.first().copied()
            && statuses.iter().all(|status| matches!(status, 401 | 403))
        {
            let hint = if self.credentials.main.is_empty() && self.settings.headers.is_empty() {
                "No credentials are configured: give them in contract.toml ([auth]) or with -H."
                    .to_owned()
            } else {
                "Are they for this deployment, and is this machine's clock right?".to_owned()
            };
            return Err(RunError::Refused { url, status, hint });
        }
        Ok(())
    }
}
