//! Looking ahead, and trying: what unions are read with.

use super::{Parsed, Parser, Peek, Refused};
use crate::{Instance, SchemaRef};
use std::borrow::Cow;

/// One way to read a value: what came of it, and where it ended.
#[derive(Clone, Debug)]
pub struct Candidate<T> {
    value: T,
    /// How many members it does not keep.
    dropped: usize,
    after: (usize, u8, bool, usize),
}

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

    /// Reads the value ahead as one more way to read it, and remembers it in `best` where it keeps more of the value
    /// than what is there. The parser stays where it is: see [`Parser::settle`].
    pub fn candidate<T>(
        &mut self,
        best: &mut Option<Candidate<T>>,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) {
        let whole = best.as_ref().is_some_and(|best| best.dropped == 0);
        if whole || self.exhausted() {
            return;
        }
        let (mark, before) = (self.mark(), self.dropped);
        let result = read(self);
        let dropped = self.dropped.saturating_sub(before);
        let after = (self.at, self.depth, self.fresh, self.key);
        let better = best.as_ref().is_none_or(|best| dropped < best.dropped);
        match result {
            Ok(value) if better => {
                *best = Some(Candidate {
                    value,
                    dropped,
                    after,
                });
            }
            _ => {}
        }
        if dropped > 0 || best.is_none() {
            self.wasted += 16 + self.at.saturating_sub(mark.0);
        }
        self.dropped = before;
        self.rewind(&mark);
    }

    /// The best of the candidates; the parser stands behind it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn settle<T>(&mut self, best: Option<Candidate<T>>) -> Parsed<T> {
        let best = best.ok_or(Refused)?;
        (self.at, self.depth, self.fresh, self.key) = best.after;
        self.dropped += best.dropped;
        Ok(best.value)
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
