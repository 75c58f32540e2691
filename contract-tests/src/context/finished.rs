//! Results that take their time: of what was accepted with 202.

use super::{Context, accept::Draft};
use crate::{
    paths,
    rules::infer::{is_under_way, snake},
};
use counterpart_model::api::{Method, Operation, StatusKey};
use serde_json::Value;
use std::time::Duration;

/// What takes its time is asked so many times how far it is.
const FINISHED: usize = 20;

/// With so much time between.
const BETWEEN: Duration = Duration::from_millis(400);

/// Whether a property is called as what tells how far something is.
fn is_state(name: &str) -> bool {
    ["status", "state", "phase"].contains(&snake(name).as_str())
}

impl Context {
    /// What reads a result is answered when that is there: of something new that takes its time (202), as soon as its state
    /// says so.
    pub(super) async fn find_finished(&self, operation: &Operation) -> Option<Draft> {
        let template = paths::resource(&operation.path);
        let (collection, _) = paths::item(template)?;
        let create = paths::create(&self.api, collection)?;
        create.responses.get(&StatusKey::Code(202))?;
        let read = paths::at(&self.api, Method::Get, template)?;
        if read.id == operation.id || self.is_stateless() || self.exhausted() {
            return None;
        }
        let resource = self.make_resource(operation).await?;
        for _ in 0..FINISHED {
            let request = self.bare_request(read, &resource)?;
            let body = self.send(request).await.json()?;
            let states = body.as_object()?.iter().filter(|(name, _)| is_state(name));
            let under_way = |value: &Value| {
                let state = value.as_str().unwrap_or_default();
                is_under_way(state) || state.eq_ignore_ascii_case("created")
            };
            if !states.map(|(_, value)| value).any(under_way) {
                break;
            }
            tokio::time::sleep(BETWEEN).await;
        }
        let draft = self
            .try_candidates(operation, &[resource], usize::MAX)
            .await;
        draft.ok()
    }
}
