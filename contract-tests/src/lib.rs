//! Checks any deployment of an API against its OpenAPI document.

pub mod auth;
pub mod check;
pub mod cli;
pub mod config;
pub mod context;
pub mod coverage;
pub mod event;
pub mod exchange;
pub mod finding;
pub mod form;
pub mod generate;
mod hash;
mod instance;
pub mod judge;
pub mod media;
mod paths;
pub mod report;
pub mod request;
pub mod rules;
pub mod suite;
pub mod target;
pub mod webhook;
pub mod wire;

/// The Rust in the documentation compiles.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/contract-tests.md")]
    struct ContractTests;
    #[doc = include_str!("../../docs/custom-checks.md")]
    struct CustomChecks;
}

pub use counterpart_model::api::OperationId;
pub use suite::{Report, RunError, Session, Suite};
