//! The OpenFX reference deployment: the traits generated from `spec/openfx.yaml`, on a real store.
//!
//! ```no_run
//! # async fn start() -> Result<(), openfx_sandbox::SandboxError> {
//! use openfx_sandbox::Sandbox;
//!
//! let running = Sandbox::builder().control(true).start(([127, 0, 0, 1], 0).into()).await?;
//! println!("{}", running.base_url);
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! What it does is in `docs/sandbox.md`, how it can be made to lie in `docs/faults.md`.

mod api;
pub mod cli;
mod clock;
mod credentials;
mod delivery_rooms;
mod domain;
mod failure;
mod fault;
mod http;
mod ids;
mod run;
mod seed;
mod service;
mod store;
mod webhook;
mod worker;

pub use clock::Clock;
pub use credentials::{Algorithm, ApiCredential, Credentials, KeyError, Role, signed_message};
pub use fault::{Fault, faults};
pub use run::{Builder, Running, Sandbox, SandboxError};
pub use store::{Database, StoreError};
