//! The little that generated code links.
//!
//! * [`json`]: a strict parser, a writer, and values whose numbers keep their text;
//! * [`Instance`] and its macros: Rust types whose values are the valid instances of a schema;
//! * [`schema`]: the bundle a generated crate embeds, and the judge that finds *every* violation;
//! * [`mod@format`]: what `format` asserts;
//! * [`params`]: path, query, header and cookie parameters as instances;
//! * [`server`] (feature `server`): the order in which a request is judged, on axum.
//!
//! Valid input is read in one pass that only knows *that* something is wrong ([`json::Refused`]); only
//! then the judge reads it again and says *what* ([`Violations`]).

#[cfg(any(feature = "server", feature = "client"))]
pub mod body;
#[cfg(feature = "client")]
pub mod client;
mod component;
#[cfg(any(feature = "server", feature = "client"))]
#[cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "servers only write forms")
)]
mod encode;
#[cfg(any(feature = "server", feature = "client"))]
pub mod form;
pub mod format;
mod instance;
pub mod json;
mod macros;
#[cfg(any(feature = "server", feature = "client"))]
pub mod operation;
pub mod params;
pub mod pattern;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;

#[cfg(any(feature = "server", feature = "client"))]
pub mod stream;

pub use component::Component;
#[cfg(any(feature = "server", feature = "client"))]
pub use form::Form;
pub use instance::{
    Binary, Bytes, Date, DateTime, Duration, False, FormatError, Instance, Key, Map, Nullable,
    Time, True, Uuid, length, text, unique,
};
pub use json::{Decimal, Parsed, Parser, Refused, Value, Writer};
pub use params::{Collector, Kind, Parameter, Style};
pub use schema::{Bundle, Location, SchemaRef, Violation, Violations};

/// Crates whose types generated code has where `codegen.toml` asks for them.
pub mod foreign {
    #[cfg(feature = "chrono")]
    pub use chrono;
    pub use jiff;
    #[cfg(feature = "rust_decimal")]
    pub use rust_decimal;
    #[cfg(feature = "time")]
    pub use time;
    #[cfg(feature = "uuid")]
    pub use uuid;
}

/// What the macros expand to; no part of the promise.
#[doc(hidden)]
pub mod support {
    pub use crate::instance::support::*;
    pub use serde;
}
