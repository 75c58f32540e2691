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
mod diagnostic;
mod document;
mod lower;
mod read;
mod refs;
mod source;

pub use api::{Api, Direction};
pub use diagnostic::{Code, Diagnostic, Severity, explain};
pub use document::Document;
pub use source::{Origin, Source, Span};

use diagnostic::Sink;
use std::{path::Path, sync::Arc};

/// Reads what stands at a URL; the text says why it cannot.
pub type Fetch = Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// How a document is read.
#[derive(Clone)]
pub struct Options {
    /// Whether `type` is assumed where all keywords of a schema are about one type (`properties`
    /// without `type: object`). By the letter of JSON Schema such keywords say nothing about values
    /// of other types; hardly a document means it.
    pub infer_types: bool,
    /// Reads references to other hosts. Without it they are not followed: a document is no reason to use the network.
    pub fetch: Option<Fetch>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("infer_types", &self.infer_types)
            .field("fetch", &self.fetch.is_some())
            .finish()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            infer_types: true,
            fetch: None,
        }
    }
}

/// What came of reading a document.
#[derive(Debug)]
pub struct Loaded {
    /// The model; `None` where nothing can be modelled, and an error among the diagnostics says why.
    pub api: Option<Api>,
    /// Everything there is to say about the document, in the order of its text.
    pub diagnostics: Vec<Diagnostic>,
    /// The document itself, where it could be read at all.
    pub document: Option<Document>,
}

/// Reads a document from a file, and the files it refers to.
///
/// Never fails: what is wrong is among the diagnostics.
#[must_use]
pub fn load(path: impl AsRef<Path>) -> Loaded {
    load_with(path, &Options::default())
}

/// The same, with options.
#[must_use]
pub fn load_with(path: impl AsRef<Path>, options: &Options) -> Loaded {
    finish(read::read_file(path.as_ref()), options)
}

/// Reads a document from text. `name` is what diagnostics call it.
#[must_use]
pub fn load_str(name: &str, text: impl Into<String>) -> Loaded {
    load_str_with(name, text, &Options::default())
}

/// The same, with options.
#[must_use]
pub fn load_str_with(name: &str, text: impl Into<String>, options: &Options) -> Loaded {
    finish(read::source_of(name, text.into()), options)
}

fn finish(source: Result<Source, Diagnostic>, options: &Options) -> Loaded {
    let sink = Sink::default();
    let source = match source {
        Ok(source) => source,
        Err(diagnostic) => {
            return Loaded {
                api: None,
                diagnostics: vec![diagnostic],
                document: None,
            };
        }
    };
    let document = Document::load(source, options.fetch.as_ref(), &sink);
    let api = document
        .as_ref()
        .and_then(|document| lower::lower(document, options, &sink));
    Loaded {
        api,
        diagnostics: sink.into_list(),
        document,
    }
}
