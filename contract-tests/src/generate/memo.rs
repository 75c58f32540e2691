//! What was worked out once for a generator: readings of places and of patterns.

use super::{
    sampler::Sampler,
    view::{Place, View, alternatives},
};
use counterpart_model::{Api, Direction, api::SchemaId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Filled as it is asked.
#[derive(Debug, Default)]
pub(super) struct Memo {
    views: Mutex<HashMap<Place, Arc<[View]>>>,
    samplers: Mutex<HashMap<String, Option<Arc<Sampler>>>>,
}

impl Memo {
    /// A view for each way to satisfy a place.
    pub(super) fn views(&self, api: &Api, place: &[SchemaId], direction: Direction) -> Arc<[View]> {
        let mut known = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(views) = known.get(place) {
            return Arc::clone(views);
        }
        let ways = alternatives(api, place);
        let views: Arc<[View]> = ways
            .iter()
            .map(|way| View::of(api, way, direction))
            .collect();
        known.insert(place.to_vec(), Arc::clone(&views));
        views
    }

    /// What makes text for a pattern; `None` where nothing does.
    pub(super) fn sampler(&self, pattern: &str) -> Option<Arc<Sampler>> {
        let mut known = self.samplers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sampler) = known.get(pattern) {
            return sampler.clone();
        }
        let sampler = Sampler::new(pattern).map(Arc::new);
        known.insert(pattern.to_owned(), sampler.clone());
        sampler
    }
}
