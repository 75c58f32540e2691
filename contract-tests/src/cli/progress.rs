//! Progress: a bar on a terminal, a line now and then elsewhere.

use crate::event::{Event, Listener};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::IsTerminal as _,
    sync::atomic::{AtomicU64, Ordering},
};

/// Every how many entries a plain line is written.
const EVERY: u64 = 100;

pub(super) struct Progress {
    bar: ProgressBar,
    plain: bool,
    ended: AtomicU64,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal && !quiet {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            plain: !terminal && !quiet,
            ended: AtomicU64::new(0),
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Listener for Progress {
    fn hear(&self, event: &Event<'_>) {
        match event {
            Event::Started { entries, base_url } => {
                self.bar
                    .set_length(u64::try_from(*entries).unwrap_or(u64::MAX));
                if self.plain {
                    anstream::eprintln!("checking {base_url}: {entries} checks");
                }
            }
            Event::Ended { entry, requests } => {
                self.bar.inc(1);
                self.bar.set_message(format!(
                    "{requests} requests, {} {}",
                    entry.check, entry.operation
                ));
                let ended = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
                if self.plain && ended.is_multiple_of(EVERY) {
                    anstream::eprintln!("{ended} checks, {requests} requests");
                }
            }
        }
    }
}
