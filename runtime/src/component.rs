//! Types by the name of their schema, for tools and tests that go through all of them.

use crate::{Instance, Violations};

/// A schema of a document and what can be done with its instances.
#[derive(Clone, Copy, Debug)]
pub struct Component {
    /// Its name in the document, or its words.
    pub name: &'static str,
    /// Its place in the document, as a JSON pointer.
    pub pointer: &'static str,
    /// Reads an instance.
    pub check: fn(&[u8]) -> Result<(), Violations>,
    /// Reads an instance and writes it again.
    pub round_trip: fn(&[u8]) -> Result<Vec<u8>, Violations>,
}

impl Component {
    /// The component of a type.
    #[must_use]
    pub const fn new<T: Instance>(name: &'static str, pointer: &'static str) -> Self {
        Self {
            name,
            pointer,
            check: |json| T::from_json(json).map(drop),
            round_trip: |json| T::from_json(json).map(|value| value.to_json()),
        }
    }
}
