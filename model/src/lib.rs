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
    /// Whether schemas are read as they are meant where hardly a document means the letter of JSON
    /// Schema: `type` is assumed where all keywords are about one type (`properties` without
    /// `type: object`), and an `enum` without values says nothing, not that nothing is valid.
    pub as_meant: bool,
    /// Whether `format` constrains. JSON Schema leaves it to each implementation (JSON Schema Validation §7.2);
    /// hardly a document means less. Without it, only `binary` and `password` are read, which describe.
    pub assert_formats: bool,
    /// Reads references to other hosts. Without it they are not followed: a document is no reason to use the network.
    pub fetch: Option<Fetch>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("as_meant", &self.as_meant)
            .field("assert_formats", &self.assert_formats)
            .field("fetch", &self.fetch.is_some())
            .finish()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            as_meant: true,
            assert_formats: true,
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
