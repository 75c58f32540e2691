//! Stopping what goes on by itself: it stays so, and is refused where that is said.

use super::{
    FamilyCheck as _, Subject,
    action::Action,
    action_text::{named_like, refusal},
    compare::first_difference,
    progress::{Job, Progress, Seen},
    progress_stop_text::{is_for_good, refused_in, taken_in},
};
use crate::{exchange::Exchange, finding::Verdict, paths, rules::infer::snake};
use counterpart_model::api::{Api, Method, Operation};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// With so much time between two questions.
const BETWEEN: Duration = Duration::from_millis(300);
/// What was stopped is watched for so long at most.
const WATCHED: Duration = Duration::from_secs(10);
/// And for so much longer than something takes that is not stopped.
const LONGER: Duration = Duration::from_secs(1);
/// Words that actions begin with which stop something.
const STOPS: [&str; 5] = ["cancel", "abort", "stop", "terminate", "kill"];

/// What stops something, and the state that it leads to.
fn stop_of<'a>(api: &'a Api, item: &str, values: &[String]) -> Option<(&'a Operation, String)> {
    let known: Vec<&str> = values.iter().map(String::as_str).collect();
    let item = paths::plain(item);
    api.operations.iter().find_map(|other| {
        let rest = paths::plain(&other.path).strip_prefix(item)?;
        let word = snake(rest.strip_prefix(['/', ':'])?);
        let stops = STOPS.iter().any(|it| word.starts_with(it));
        let target = named_like(&other.path, &known)?;
        (other.method == Method::Post && stops).then(|| (other, target.to_owned()))
    })
}

/// An action that stops something, and what is told of it.
struct Stop<'a> {
    action: &'a Operation,
    target: String,
    refused: Vec<String>,
    taken: Vec<String>,
    for_good: bool,
}

impl Progress {
    /// Stops others like it, and tries to stop one that has come to its end.
    pub(super) async fn stopped(&self, job: &Job<'_>, verdict: &mut Verdict) {
        let (of, kind) = (job.of, job.kind);
        let item = of.family.read.map_or("", |read| read.path.as_str());
        let Some((action, target)) = stop_of(&of.context.api, item, &kind.values) else {
            return;
        };
        let stop = Stop {
            refused: match refusal(action) {
                Some(_) => refused_in(action, &kind.values),
                None => Vec::new(),
            },
            taken: taken_in(action, &target, &kind.values),
            for_good: is_for_good(action) || kind.told.last.contains(&target),
            action,
            target,
        };
        self.too_late(job, verdict, &stop).await;
        // In each state in which it is told to be taken: those that follow by themselves.
        let mut states: Vec<Option<&String>> = vec![None];
        states.extend(stop.taken.iter().skip(1).map(Some));
        for state in states.into_iter().take(3) {
            if !verdict.findings.is_empty() {
                return;
            }
            self.in_time(job, verdict, &stop, state).await;
        }
    }

    /// Stopping what has come to its end, where that is said to be refused.
    async fn too_late(&self, job: &Job<'_>, verdict: &mut Verdict, stop: &Stop<'_>) {
        let Some(before) = job.look().await else {
            return;
        };
        if !stop.refused.contains(&before.state) || !job.kind.is_last(&before.state) {
            return;
        }
        let Some(tried) = act(job, stop.action).await else {
            return;
        };
        if tried.succeeded() {
            return self.accuse(
                (job, stop.action),
                verdict,
                &format!("what is {} is not refused", before.state),
                (
                    &format!("a refusal with `{}` {}", job.kind.state, before.state),
                    &tried.status_text(),
                ),
                &[&before.exchange, &tried],
            );
        }
        let (Some(after), true) = (job.look().await, tried.refused()) else {
            return;
        };
        let (was, is) = (before.exchange.json(), after.exchange.json());
        match was
            .zip(is)
            .and_then(|(was, is)| first_difference(&was, &is))
        {
            None => verdict.pass(),
            Some(it) => self.accuse(
                (job, stop.action),
                verdict,
                &format!("what is refused changes `{}`", it.name),
                (&it.expected, &it.actual),
                &[&tried, &after.exchange],
            ),
        }
    }

    /// Stopping a new one, at once or in a state that it comes to: it is taken where that is said, and it stays so.
    async fn in_time(
        &self,
        like: &Job<'_>,
        verdict: &mut Verdict,
        stop: &Stop<'_>,
        wanted: Option<&String>,
    ) {
        let Ok(job) = Job::start(like.of, like.kind).await else {
            return;
        };
        let started = Instant::now();
        let Some(before) = reached(&job, wanted, started).await else {
            return;
        };
        let Some(tried) = act(&job, stop.action).await else {
            return;
        };
        if tried.refused() {
            let Some(after) = job.look().await else {
                return;
            };
            // Meanwhile it may have gone on.
            let taken = stop.taken.contains(&before.state);
            if !taken || after.state != before.state || !about_state(&tried) {
                return verdict.skip(format!("stopping it got {}", tried.status_text()));
            }
            return self.accuse(
                (&job, stop.action),
                verdict,
                &format!("what is {} cannot be stopped", before.state),
                ("a 2xx status", &tried.status_text()),
                &[&before.exchange, &tried, &after.exchange],
            );
        }
        let shown = tried.json().unwrap_or_default();
        let says_so = crate::rules::infer::envelope::told(&shown, &job.kind.state);
        let stopped = says_so.and_then(|it| it.as_str()) == Some(stop.target.as_str());
        if !tried.succeeded() || tried.status() == Some(202) || !stopped || !stop.for_good {
            return;
        }
        let longest = like
            .took
            .map_or(WATCHED, |took| (took + LONGER).min(WATCHED));
        loop {
            let Some(seen) = job.look().await else {
                return;
            };
            if seen.state != stop.target {
                return self.accuse(
                    (&job, stop.action),
                    verdict,
                    "what was stopped goes on",
                    (&stop.target, &seen.state),
                    &[&tried, &seen.exchange],
                );
            }
            if started.elapsed() > longest || job.of.context.exhausted() {
                return verdict.pass();
            }
            tokio::time::sleep(3 * BETWEEN).await;
        }
    }

    /// Tells what is wrong.
    fn accuse(
        &self,
        (job, action): (&Job<'_>, &Operation),
        verdict: &mut Verdict,
        title: &str,
        (expected, actual): (&str, &str),
        steps: &[&Arc<Exchange>],
    ) {
        let of: &Subject<'_> = job.of;
        let said = format!("{} {}", action.method, action.path);
        let finding = of.finding(self.id(), title, &format!("what is said of {said}"));
        let finding = finding.expected(expected, actual);
        verdict.fail(
            steps
                .iter()
                .fold(finding, |finding, step| finding.step(step)),
        );
    }
}

/// What it shows as soon as it is in a state; at once where none is wanted.
async fn reached(job: &Job<'_>, wanted: Option<&String>, started: Instant) -> Option<Seen> {
    loop {
        let seen = job.look().await?;
        if wanted.is_none_or(|wanted| *wanted == seen.state) {
            return Some(seen);
        }
        if job.kind.is_last(&seen.state) || started.elapsed() > WATCHED {
            return None;
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

/// Does the action on it.
async fn act(job: &Job<'_>, action: &Operation) -> Option<Arc<Exchange>> {
    let request = Action.request(job.of, action, &job.made)?;
    Some(job.of.context.send(request).await)
}

/// Whether a refusal may be about the state of what it was asked for.
fn about_state(exchange: &Exchange) -> bool {
    matches!(exchange.status(), Some(400 | 409 | 412 | 422))
}

#[cfg(test)]
mod tests {
    use super::stop_of;

    #[test]
    fn what_stops_something_is_called_so_and_leads_to_a_state() {
        let path = |last: &str| {
            format!(
                "  '/jobs/{{id}}/{last}': {{post: {{operationId: {last}, responses: {{'200': {{description: d}}}}}}}}\n"
            )
        };
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{}{}",
            path("approve"),
            path("cancel")
        );
        let api = counterpart_model::load_str("t.yaml", text).api;
        let api = api.expect("an API");
        let values = |all: [&str; 3]| all.map(str::to_owned);
        let found = stop_of(
            &api,
            "/jobs/{id}",
            &values(["queued", "approved", "canceled"]),
        );
        let found = found.map(|(action, target)| (action.id.0.clone(), target));
        assert_eq!(found, Some(("cancel".to_owned(), "canceled".to_owned())));
        assert!(stop_of(&api, "/jobs/{id}", &values(["queued", "approved", "done"])).is_none());
    }
}
