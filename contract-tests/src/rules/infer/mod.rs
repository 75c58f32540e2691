//! Rules that a document states without an extension: by the names it uses and by what its descriptions say.
//!
//! An inferred rule is weaker than a stated one. Only what names and prose leave no doubt about becomes a rule, and its
//! [`Stated::why`](super::Stated) tells what it was taken from.

mod agreement;
mod answer;
mod asked;
mod claims;
pub(crate) mod envelope;
mod filters;
mod idempotency;
mod invariant;
mod names;
mod order;
mod pagination;
mod paging_names;
mod places;
mod progress;
mod prose;
mod search;
mod shape;

pub(crate) use agreement::agreements;
pub(crate) use answer::{answer_schema, item_of};
pub(super) use filters::filters;
pub(super) use idempotency::idempotency;
pub(crate) use invariant::invariants;
pub(crate) use names::{is_lock, snake};
pub(crate) use order::sort_keys;
pub(super) use pagination::{pagination, whole};
pub(crate) use paging_names::is_handed_out;
pub(crate) use progress::{Order, finals};
pub(crate) use prose::{has_word, plain_sentences, says, sentences, tells_form, value_named};
pub(crate) use search::{Search, search};
pub(crate) use shape::{
    is_status, is_under_way, properties, properties_of_any, property, variants,
};
