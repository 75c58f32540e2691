//! No faster than asked: requests a second.

use super::Context;
use std::time::Duration;
use tokio::time::Instant;

/// When the next request may begin.
#[derive(Debug, Default)]
pub(super) struct Pace(tokio::sync::Mutex<Option<Instant>>);

impl Context {
    /// Waits until a request may begin.
    pub(super) async fn pace(&self) {
        let Some(most) = self.settings.requests_per_second.filter(|most| *most > 0) else {
            return;
        };
        let step = Duration::from_secs(1) / most;
        let begins = {
            let mut next = self.pace.0.lock().await;
            let now = Instant::now();
            let begins = next.filter(|at| *at > now).unwrap_or(now);
            *next = Some(begins + step);
            begins
        };
        tokio::time::sleep_until(begins).await;
    }
}
