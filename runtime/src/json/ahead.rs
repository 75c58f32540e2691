//! Looking ahead, and trying: what unions are read with.

use super::{Parsed, Parser, Peek, Refused};
use crate::{Instance, SchemaRef};
use std::borrow::Cow;

impl<'a> Parser<'a> {
    /// The text of the member `name` of the object ahead, which is not read; `None` where the object has no such
    /// member or the member is no string.
    ///
    /// # Errors
    /// Where no object follows, or it is broken before that member.
    pub fn peek_tag(&mut self, name: &str) -> Parsed<Option<Cow<'a, str>>> {
        let mark = self.mark();
        let found = self.find_tag(name);
        self.rewind(&mark);
        found
    }

    fn find_tag(&mut self, name: &str) -> Parsed<Option<Cow<'a, str>>> {
        self.begin_object()?;
        while let Some(key) = self.next_key()? {
            if key == name {
                return Ok(if self.peek()? == Peek::String {
                    Some(self.string()?)
                } else {
                    None
                });
            }
            self.skip_value()?;
        }
        Ok(None)
    }

    /// Tries to read; where that fails, the parser stands where it stood.
    ///
    /// # Errors
    /// What `read` gives, and [`Refused`] once attempts have read the text over and over in vain.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let mark = self.mark();
        let result = if self.exhausted() {
            Err(Refused)
        } else {
            read(self)
        };
        if result.is_err() {
            self.wasted += 16 + self.at.saturating_sub(mark.0);
            self.rewind(&mark);
        }
        result
    }

    /// Whether the value ahead would be read, which it is not.
    pub fn would_read<T: Instance>(&mut self) -> bool {
        let mark = self.mark();
        let read = !self.exhausted() && T::parse(self).is_ok();
        self.wasted += 16 + self.at.saturating_sub(mark.0);
        self.rewind(&mark);
        read
    }

    /// Holds the value ahead, which is not read, to the whole of a schema: for schemas that say more than a
    /// generated `parse` checks.
    ///
    /// # Errors
    /// Where it is not valid.
    pub fn judged(&mut self, schema: SchemaRef) -> Parsed<()> {
        let mark = self.mark();
        let text = self.raw();
        self.rewind(&mark);
        if crate::schema::is_valid_text(text?, schema) {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Attempts may read the text 256 times in vain, and then some for tiny ones: enough for unions of hundreds.
    const fn exhausted(&self) -> bool {
        self.wasted > self.text.len().saturating_mul(256).saturating_add(1 << 16)
    }

    fn mark(&self) -> (usize, u8, bool, usize, usize) {
        (
            self.at,
            self.depth,
            self.fresh,
            self.key,
            self.skipped.len(),
        )
    }

    fn rewind(&mut self, mark: &(usize, u8, bool, usize, usize)) {
        (self.at, self.depth, self.fresh, self.key, _) = *mark;
        self.skipped.truncate(mark.4);
    }
}
