//! Writes Rust types, validation and server traits from the model.
//!
//! [`Generator`] turns an [`Api`](counterpart_model::Api) into a [`FileSet`]: a complete crate that links
//! `counterpart-runtime` and nothing else of ours. What generated code looks like is in `docs/generated-code.md`.
//!
//! Inside: `names` makes identifiers, `pattern` matchers, `plan` decides which schemas become which items,
//! and `emit` writes them, a file of Rust per kind of item.

mod builder;
mod config;
mod docs;
mod emit;
mod error;
mod file_set;
mod names;
mod pattern;
mod plan;

pub use builder::Generator;
pub use config::{Config, DateTimes, Enums, Formats, Maps, Numbers, Types, Uuids};
pub use error::{ConfigError, Error};
pub use file_set::{Changes, FileSet};
pub use plan::Typed;
