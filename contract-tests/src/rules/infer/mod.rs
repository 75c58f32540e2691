//! Rules that a document states without an extension: by the names it uses and by what its descriptions say.
//!
//! An inferred rule is weaker than a stated one. Only what names and prose leave no doubt about becomes a rule, and its
//! [`Stated::why`](super::Stated) tells what it was taken from.

mod absent;
mod agreement;
mod answer;
mod asked;
mod asks;
mod claims;
mod combined;
mod end_item;
pub(crate) mod envelope;
mod filters;
mod firsts;
mod idempotency;
mod invariant;
mod keyset;
mod link_prose;
mod names;
mod on_request;
mod order;
mod page_prose;
mod pagination;
mod paging_names;
mod phrases;
mod places;
mod progress;
mod projection;
mod prose;
mod range_prose;
mod ranges;
mod search;
mod shape;
mod sort_values;
mod ties;

pub(crate) use agreement::agreements;
pub(crate) use answer::{answer_schema, item_of};
pub(crate) use asks::asks_only;
pub(super) use filters::filters;
pub(crate) use filters::several_valued;
pub(super) use idempotency::idempotency;
pub(crate) use invariant::invariants;
pub(crate) use link_prose::{Repeated, back_but_at_first, links_back, links_repeat};
pub(crate) use names::{is_lock, snake};
pub(crate) use on_request::{OnRequest, on_request};
pub(crate) use order::sort_keys;
pub(crate) use page_prose::{is_bound, refuses_forged, undisturbed};
pub(super) use pagination::{pagination, whole};
pub(crate) use paging_names::is_handed_out;
pub(crate) use progress::{Order, finals};
pub(crate) use projection::{Projection, projection};
pub(crate) use prose::{
    clauses, has_word, names, of_operation, place_named, plain_sentences, refusals, says,
    sentences, speaks_of_refusal, tells_form, value_named,
};
pub(crate) use range_prose::refuses_turned;
pub(crate) use search::{Search, search};
pub(crate) use shape::{
    is_status, is_under_way, properties, properties_of_any, property, variants,
};
