//! What is wrong with a request or a value, as data.

use std::fmt;

/// The most violations that are listed; a hostile body has as many as it likes.
const MOST: usize = 100;

/// Which part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Location {
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The body, or a value that belongs to no request.
    Body,
}

impl Location {
    /// The word for it in a document (`body` for the body).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The part of the request.
    pub in_: Location,
    /// The parameter's name; empty for the body.
    pub name: String,
    /// Where in the value, as a JSON pointer (RFC 6901); empty for the value itself.
    pub pointer: String,
    /// The keyword that does not hold: one of JSON Schema's, or `parse`, `json`, `decode`, `duplicateProperty`,
    /// `unknownParameter`, `repeatedParameter`.
    pub keyword: &'static str,
    /// What the keyword says, as JSON, shortened.
    pub limit: Option<String>,
    /// What was found instead, as JSON, shortened; `***` where the schema keeps the value secret.
    pub found: Option<String>,
    /// What is wrong, in words, without the place.
    pub message: String,
    /// The schema's place in the document, as a JSON pointer; empty where there is none.
    pub schema: String,
}

impl Violation {
    /// A violation with nothing but a keyword and words.
    #[must_use]
    pub fn new(
        in_: Location,
        name: &str,
        keyword: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            in_,
            name: name.to_owned(),
            pointer: String::new(),
            keyword,
            limit: None,
            found: None,
            message: message.into(),
            schema: String::new(),
        }
    }

    /// The same, with what was found.
    #[must_use]
    pub fn with_found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// The same, with what the keyword says.
    #[must_use]
    pub fn with_limit(mut self, limit: impl Into<String>) -> Self {
        self.limit = Some(limit.into());
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_.as_str())?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        if !self.pointer.is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything that is wrong; never empty where it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    list: Vec<Violation>,
    more: bool,
}

impl Violations {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            more: false,
        }
    }

    /// Adds one; after the first hundred only that there are more.
    pub fn push(&mut self, violation: Violation) {
        if self.list.len() < MOST {
            self.list.push(violation);
        } else {
            self.more = true;
        }
    }

    /// Adds others.
    pub fn append(&mut self, others: Self) {
        self.more |= others.more;
        for violation in others.list {
            self.push(violation);
        }
    }

    /// Adds some.
    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Violation>) {
        for violation in others {
            self.push(violation);
        }
    }

    /// The same violations, of a value that is a member or an item.
    pub(crate) fn under(mut self, token: &str) -> Self {
        for violation in &mut self.list {
            let mut pointer = String::new();
            super::push_token(&mut pointer, token);
            pointer.push_str(&violation.pointer);
            violation.pointer = pointer;
        }
        self
    }

    /// Whether there are more than are listed.
    #[must_use]
    pub const fn more(&self) -> bool {
        self.more
    }

    /// Whether no more will be listed.
    pub(crate) const fn is_full(&self) -> bool {
        self.more
    }

    /// The same violations as those of a parameter.
    #[must_use]
    pub fn located(mut self, in_: Location, name: &str) -> Self {
        for violation in &mut self.list {
            violation.in_ = in_;
            name.clone_into(&mut violation.name);
        }
        self
    }

    /// The list, given away.
    #[must_use]
    pub fn into_vec(self) -> Vec<Violation> {
        self.list
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self {
            list: vec![violation],
            more: false,
        }
    }
}

impl std::ops::Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.list
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        if self.more {
            f.write_str("; and more")
        } else {
            Ok(())
        }
    }
}

impl std::error::Error for Violations {}
