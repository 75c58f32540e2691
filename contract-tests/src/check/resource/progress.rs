//! `resource.progress`

use super::{
    FamilyCheck, Subject, action_text::status_of, family::Family, listed::kinds, made::Made,
    progress_text::Told,
};
use crate::{
    context::Resource,
    exchange::Exchange,
    finding::Verdict,
    rules::infer::{
        answer_schema,
        envelope::{core, core_of},
        is_under_way,
    },
};
use counterpart_model::api::{Api, SchemaId, StatusKey};
use futures::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// How often it is asked how far something is: with so much time between.
const BETWEEN: Duration = Duration::from_millis(300);
/// What is told to take longer is not waited for.
const LONGEST: Duration = Duration::from_secs(20);
/// What no time is told of is waited for so long.
const UNTOLD: Duration = Duration::from_secs(12);
/// So many of other kinds are looked at.
const KINDS: usize = 2;
/// Slow machines are forgiven so much, beside twice the time that is told.
const GRACE: Duration = Duration::from_secs(5);

/// What goes on by itself goes on as it is told.
pub(super) struct Progress;

impl FamilyCheck for Progress {
    fn id(&self) -> &'static str {
        "resource.progress"
    }

    fn about(&self) -> &'static str {
        "What goes on by itself (a job with a `status` that is `queued` when it is made) does so as the descriptions say: its \
         states come in the order that arrows or words tell, the last ones are not left, what never falls does not, a header \
         is there as long as it is on its way, and it ends in twice the time that it takes at most. Where it can be \
         cancelled, it stays so, and that is taken and refused in the states that are named."
    }

    fn concerns(&self, family: &Family<'_>, api: &Api) -> bool {
        family.creates() && Kind::of(api, family).is_some()
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some(kind) = Kind::of(&of.context.api, &of.family) else {
                return Verdict::not_exercised("nothing is told of how it goes on");
            };
            let mut job = match Job::start(of, &kind).await {
                Ok(job) => job,
                Err(why) => return Verdict::not_exercised(why),
            };
            // Of whatever kind it is. They go on while the first does: all are waited for at once.
            let others = kinds(of, &job.made).await.into_iter().take(KINDS);
            let others = others.filter_map(|other| {
                let resource = other.resource.clone()?;
                Some(Job::of(of, &kind, other, resource))
            });
            let others = join_all(others.map(|mut job| async move {
                let mut verdict = Verdict::default();
                self.watched(&mut job, &mut verdict).await;
                verdict
            }));
            let first = async {
                let mut verdict = Verdict::default();
                self.watched(&mut job, &mut verdict).await;
                if verdict.findings.is_empty() {
                    self.stopped(&job, &mut verdict).await;
                }
                verdict
            };
            let (mut verdict, others) = futures::join!(first, others);
            for other in others {
                if verdict.findings.is_empty() {
                    verdict.merge(other);
                }
            }
            verdict
        }
        .boxed()
    }
}

/// Things that go on by themselves, and what is told of them.
pub(super) struct Kind {
    /// The property that tells how far one is.
    pub(super) state: String,
    /// Its values.
    pub(super) values: Vec<String>,
    /// The schema of what reading shows.
    shown: SchemaId,
    pub(super) told: Told,
}

impl Kind {
    fn of(api: &Api, family: &Family<'_>) -> Option<Self> {
        let (create, read) = (family.create?, family.read?);
        let shown = answer_schema(read)?;
        let (state, values) = status_of(api, shown)?;
        if !values.iter().any(|it| is_under_way(it)) {
            return None;
        }
        let told = Told::of(api, (create, read), core(api, shown).1, &values);
        let later = create.responses.contains_key(&StatusKey::Code(202));
        let goes_on = told.goes_on() || later;
        (goes_on && !told.is_nothing()).then_some(Self {
            state,
            values,
            shown,
            told,
        })
    }

    /// Whether a state is one in which nothing goes on any more.
    pub(super) fn is_last(&self, state: &str) -> bool {
        match self.told.last.as_slice() {
            [] => !is_under_way(state),
            last => last.iter().any(|it| it == state),
        }
    }
}

/// Something that goes on, and what was seen of it.
pub(super) struct Job<'a> {
    pub(super) of: &'a Subject<'a>,
    pub(super) kind: &'a Kind,
    pub(super) made: Made,
    pub(super) resource: Resource,
    /// How long it took until nothing went on any more, as far as that was seen.
    pub(super) took: Option<Duration>,
    before: Option<Seen>,
}

/// What one answer shows of it.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) exchange: Arc<Exchange>,
    pub(super) state: String,
    body: Value,
}

impl<'a> Job<'a> {
    /// Makes one.
    pub(super) async fn start(of: &'a Subject<'a>, kind: &'a Kind) -> Result<Self, String> {
        let (made, resource) = of.make_reachable().await?;
        Ok(Self::of(of, kind, made, resource))
    }

    /// One that was made.
    fn of(of: &'a Subject<'a>, kind: &'a Kind, made: Made, resource: Resource) -> Self {
        Self {
            of,
            kind,
            made,
            resource,
            took: None,
            before: None,
        }
    }

    /// What the answer that made it shows.
    fn first(&self) -> Option<Seen> {
        let create = self.of.family.create?;
        let shown = self.of.shown(create, &self.made.exchange)?;
        self.seen(Arc::clone(&self.made.exchange), shown, &self.made.answer)
    }

    /// What reading it shows now.
    pub(super) async fn look(&self) -> Option<Seen> {
        let (exchange, body) = self.of.read(&self.resource).await?;
        let shown = self.kind.shown;
        exchange
            .succeeded()
            .then(|| self.seen(exchange, shown, &body))
            .flatten()
    }

    fn seen(&self, exchange: Arc<Exchange>, shown: SchemaId, body: &Value) -> Option<Seen> {
        let body = core_of(&self.of.context.api, shown, body).1;
        let state = body.get(&self.kind.state)?.as_str()?;
        Some(Seen {
            exchange,
            state: state.to_owned(),
            body: body.clone(),
        })
    }

    /// How long it may take before that is a finding.
    fn patience(&self) -> Duration {
        let told = self.kind.told.most.filter(|most| *most <= LONGEST);
        told.map_or(UNTOLD, |most| 2 * most + GRACE)
    }
}

impl Progress {
    /// Asks how far it is until nothing goes on any more.
    async fn watched(&self, job: &mut Job<'_>, verdict: &mut Verdict) {
        if let Some(first) = job.first() {
            self.held(job, verdict, first, false);
        }
        let patience = job.patience();
        while verdict.findings.is_empty() {
            let Some(seen) = job.look().await else {
                return verdict.skip("it could not be read");
            };
            let last = job.kind.is_last(&seen.state);
            self.held(job, verdict, seen.clone(), true);
            if last {
                job.took = Some(between(job.made.exchange.started, ended(&seen.exchange)));
                // Once more: what is the last is not left.
                tokio::time::sleep(BETWEEN).await;
                if let Some(seen) = job.look().await {
                    self.held(job, verdict, seen, true);
                }
                return;
            }
            // It was asked after so much time, and said that it goes on.
            let age = between(ended(&job.made.exchange), seen.exchange.started);
            if age > patience {
                return self.late(job, verdict, &seen);
            }
            if job.of.context.exhausted() || job.of.context.stopped() {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Where it is told how long it takes, it took longer.
    fn late(&self, job: &Job<'_>, verdict: &mut Verdict, seen: &Seen) {
        let Some(most) = job.kind.told.most.filter(|most| *most <= LONGEST) else {
            return verdict.skip("it did not come to its end in time");
        };
        let finding = job
            .of
            .finding(
                self.id(),
                "it does not come to its end in the time that is told",
                &format!("it takes {} s at most", most.as_secs()),
            )
            .expected(
                format!("no more under way after {} s", most.as_secs()),
                format!(
                    "`{}` {} after {} s",
                    job.kind.state,
                    seen.state,
                    job.patience().as_secs()
                ),
            );
        verdict.fail(finding.step(&job.made.exchange).step(&seen.exchange));
    }

    /// Holds what was seen to what is told, and to what was seen before.
    fn held(&self, job: &mut Job<'_>, verdict: &mut Verdict, seen: Seen, read: bool) {
        let wrong = moved(job, &seen)
            .or_else(|| fallen(job, &seen))
            .or_else(|| skipped(job, &seen))
            .or_else(|| headed(job, &seen).filter(|_| read));
        match wrong {
            None => verdict.pass(),
            Some((title, promise, actual)) => {
                let finding = job.of.finding(self.id(), title, &promise);
                let finding = finding.expected(promise, actual);
                let before = job.before.as_ref().map(|it| &it.exchange);
                let first = before.unwrap_or(&job.made.exchange);
                verdict.fail(finding.step(first).step(&seen.exchange));
            }
        }
        job.before = Some(seen);
    }
}

/// When an answer had come to its end.
fn ended(exchange: &Exchange) -> Timestamp {
    let elapsed = SignedDuration::try_from(exchange.elapsed).unwrap_or(SignedDuration::ZERO);
    let end = exchange.started.checked_add(elapsed);
    end.unwrap_or(exchange.started)
}

/// The time from one moment to a later one.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// What is not as it is told: a title, what is told, what was seen.
type Wrong = (String, String, String);

/// Whether it went back, or left a last state.
fn moved(job: &Job<'_>, seen: &Seen) -> Option<Wrong> {
    let (kind, before) = (job.kind, job.before.as_ref()?);
    let (was, is) = (before.state.as_str(), seen.state.as_str());
    let actual = || format!("{was}, then {is}");
    if was == is {
        return None;
    }
    if kind.told.last.iter().any(|it| it == was) {
        let title = format!("a last `{}` is left", kind.state);
        return Some((title, format!("`{was}` is final"), actual()));
    }
    kind.told.order.is_before(is, was).then(|| {
        let title = format!("`{}` goes back", kind.state);
        (title, format!("`{is}` comes before `{was}`"), actual())
    })
}

/// Whether something fell that never does.
fn fallen(job: &Job<'_>, seen: &Seen) -> Option<Wrong> {
    let before = job.before.as_ref()?;
    job.kind.told.rising.iter().find_map(|name| {
        let number = |body: &Value| body.get(name).and_then(Value::as_f64);
        let (was, is) = (number(&before.body)?, number(&seen.body)?);
        let title = format!("`{name}` falls");
        let actual = format!("{was}, then {is}");
        (is < was).then(|| (title, format!("`{name}` never falls"), actual))
    })
}

/// Whether it is in another state while it has to be in one.
fn skipped(job: &Job<'_>, seen: &Seen) -> Option<Wrong> {
    let (state, least) = job.kind.told.least.as_ref()?;
    // It was accepted after it was asked for: what was answered before its time is over was told within it.
    let early = between(job.made.exchange.started, ended(&seen.exchange)) < *least;
    (early && seen.state != *state).then(|| {
        (
            format!("it is not {state} for as long as is told"),
            format!("`{state}` for at least {} s", least.as_secs()),
            format!("`{}` {}", job.kind.state, seen.state),
        )
    })
}

/// Whether a header is not there on the way, or there when nothing goes on any more.
fn headed(job: &Job<'_>, seen: &Seen) -> Option<Wrong> {
    let (name, only) = job.kind.told.header.as_ref()?;
    // Which states are the last has to be told.
    let known = !job.kind.told.last.is_empty();
    let last = job.kind.is_last(&seen.state);
    let there = seen.exchange.header(name).is_some();
    let title = match (known, last, there) {
        (true, true, true) if *only => "a header of what is under way is sent at the end",
        (true, false, false) => "a header of what is under way is not sent",
        _ => return None,
    };
    let is = if there { "sent" } else { "not sent" };
    Some((
        title.to_owned(),
        format!("`{name}` as long as it is not final"),
        format!("{is} with `{}` {}", job.kind.state, seen.state),
    ))
}
