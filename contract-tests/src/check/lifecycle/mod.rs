//! `lifecycle.*`: states follow each other as `x-lifecycle` says, and operations keep their conditions.
//!
//! The conditions of an operation are tried on resources that are there: among those that are listed, some
//! break just one of them ([`situation`]). What cannot be found is not exercised, never made up.

mod conduct;
mod effect;
mod event;
mod initial;
mod refusal;
mod situation;

use super::Check;
use std::sync::Arc;

/// The checks on lifecycles.
pub(super) fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(initial::Initial),
        Arc::new(conduct::Conducted(refusal::Otherwise)),
        Arc::new(conduct::Conducted(refusal::Gate)),
        Arc::new(conduct::Conducted(effect::Transition)),
        Arc::new(conduct::Conducted(effect::Effect)),
        Arc::new(event::Events),
    ]
}
