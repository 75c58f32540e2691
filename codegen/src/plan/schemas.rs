//! Which schemas have an index in the embedded bundle.

use super::Plan;
use super::reach::Reach;
use std::collections::BTreeSet;

/// Components, schemas with an item, and whatever is referred to or leads back to itself; the rest stands inline.
pub(super) fn index(plan: &mut Plan<'_>, reach: &Reach) {
    let mut entries = BTreeSet::new();
    for id in &reach.judged {
        let schema = plan.api.schema(*id);
        if schema.is_component || plan.types.contains_key(id) || plan.api.is_recursive(*id) {
            entries.insert(*id);
        }
        entries.extend(schema.reference);
        if let Some(discriminator) = &schema.discriminator {
            entries.extend(
                discriminator
                    .mapping
                    .values()
                    .filter(|target| reach.judged.contains(target)),
            );
        }
    }
    plan.bundle = entries.into_iter().zip(0..).collect();
}
