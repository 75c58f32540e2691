//! The OpenFX reference deployment.
mod clock;
mod credentials;
mod failure;
pub mod fault;
mod http;
mod ids;
mod store;
mod webhook;
pub use clock::Clock;
