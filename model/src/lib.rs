//! Reads an OpenAPI document into one model of the API, with diagnostics that point.
//!
//! ```no_run
//! let loaded = counterpart_model::load("spec/openfx.yaml");
//! for diagnostic in &loaded.diagnostics {
//!     eprintln!("{}", diagnostic.render());
//! }
//! if let Some(api) = loaded.api {
//!     println!("{} operations", api.operations.len());
//! }
//! ```

pub mod api;
mod source;

pub use api::Api;
pub use source::{Origin, Source, Span};
