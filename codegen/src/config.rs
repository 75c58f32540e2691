//! What a user can choose.

/// How generated code treats a value that a response enum does not list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseEnums {
    /// It is refused.
    #[default]
    Closed,
    /// It is kept, in a last variant that gives the text back unchanged. Only enums that no request uses are opened.
    Open,
}

/// The choices of a generator, each with a default.
#[derive(Clone, Debug)]
pub struct Config {
    /// The crate's name; from the document's title where it is `None`.
    pub crate_name: Option<String>,
    /// The crate's version.
    pub crate_version: String,
    /// The path of `counterpart-runtime` in the crate's `Cargo.toml`.
    pub runtime_path: String,
    /// Whether the crate is a workspace of its own, so that it can stand in any folder.
    pub workspace: bool,
    /// Only the operations whose first tag is one of these, and what they use; everything where it is empty.
    pub tags: Vec<String>,
    /// Unknown values of response enums.
    pub response_enums: ResponseEnums,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            crate_name: None,
            crate_version: "0.1.0".to_owned(),
            runtime_path: "../runtime".to_owned(),
            workspace: false,
            tags: Vec::new(),
            response_enums: ResponseEnums::Closed,
        }
    }
}
