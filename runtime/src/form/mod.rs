//! Forms: bodies that are pairs of names and texts, as instances.
//!
//! `application/x-www-form-urlencoded` and `multipart/form-data` (OAS §4.8.14.4, §4.8.15). A body becomes a tree of
//! names; what the schema takes at a place decides what its text means there. Nested values may be written in brackets
//! (`a[b]=1`, `a[]=1`, `a[0][b]=1`), lists by repetition, and either as JSON.

mod multipart;
mod tree;
mod urlencoded;

use crate::{Instance, Style, Violations};

/// How one body is written as a form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The media type.
    pub media_type: &'static str,
    /// The properties whose `encoding` names a style: property, style, `explode`.
    pub styles: &'static [(&'static str, Style, bool)],
}

impl Form {
    /// A form of a media type, written in the usual way.
    #[must_use]
    pub const fn new(
        media_type: &'static str,
        styles: &'static [(&'static str, Style, bool)],
    ) -> Self {
        Self { media_type, styles }
    }

    fn style(&self, property: &str) -> Option<(Style, bool)> {
        self.styles
            .iter()
            .find(|(name, ..)| *name == property)
            .map(|(_, style, explode)| (*style, *explode))
    }

    fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Every violation there is.
    pub fn read<T: Instance>(&self, content_type: &str, body: &[u8]) -> Result<T, Violations> {
        let tree = if self.is_multipart() {
            multipart::read(content_type, body)
        } else {
            urlencoded::read(self, body)
        };
        let value = tree?.into_value(T::SCHEMA)?;
        T::from_value(&value)
    }

    /// Writes a body: its content type, and its bytes.
    #[must_use]
    pub fn write<T: Instance>(&self, body: &T) -> (String, Vec<u8>) {
        let value = body.to_value();
        if self.is_multipart() {
            multipart::write(self.media_type, &value, T::SCHEMA)
        } else {
            let media_type = if self.media_type.contains('*') {
                "application/x-www-form-urlencoded"
            } else {
                self.media_type
            };
            (media_type.to_owned(), urlencoded::write(self, &value))
        }
    }
}
