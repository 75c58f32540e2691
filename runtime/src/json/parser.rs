//! The fast path's reader: straight over borrowed text, no reasons given.

use super::text::{decode, end_of, plain_length};
use crate::Instance;
use std::borrow::Cow;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: u8 = 128;

/// The value is not valid. What is wrong with it, only the judge says ([`crate::schema`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// What parsing gives.
pub type Parsed<T> = Result<T, Refused>;

/// What kind of value stands ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peek {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A strict reader of one JSON text.
#[derive(Debug)]
pub struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: u8,
    /// Whether an array or object was just begun, so that no comma is due.
    pub(super) fresh: bool,
    /// Where the text of the latest key starts.
    pub(super) key: usize,
    /// Keys whose values were skipped, with their depth: two of a kind are refused when the object ends.
    pub(super) skipped: Vec<(u8, Cow<'a, str>)>,
    /// Bytes that attempts read in vain: what keeps nested unions from taking exponential time.
    pub(super) wasted: usize,
    /// Members that were skipped, which a type therefore does not keep.
    pub(super) dropped: usize,
}

impl<'a> Parser<'a> {
    /// A parser at the start of `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            fresh: false,
            key: 0,
            skipped: Vec::new(),
            wasted: 0,
            dropped: 0,
        }
    }

    /// Refuses, whatever the value: for generated code that found something wrong.
    ///
    /// # Errors
    /// Always.
    pub const fn refuse<T>(&self) -> Parsed<T> {
        Err(Refused)
    }

    /// How many bytes are read.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.at
    }

    /// Nothing but whitespace follows.
    ///
    /// # Errors
    /// Where something does.
    pub fn end(&mut self) -> Parsed<()> {
        match self.look() {
            None => Ok(()),
            Some(_) => Err(Refused),
        }
    }

    /// The kind of the value ahead, which is not read.
    ///
    /// # Errors
    /// Where no value can start.
    pub fn peek(&mut self) -> Parsed<Peek> {
        Ok(match self.look().ok_or(Refused)? {
            b'n' => Peek::Null,
            b't' | b'f' => Peek::Bool,
            b'-' | b'0'..=b'9' => Peek::Number,
            b'"' => Peek::String,
            b'[' => Peek::Array,
            b'{' => Peek::Object,
            _ => return Err(Refused),
        })
    }

    /// Reads `{`.
    ///
    /// # Errors
    /// Where no object starts, or it is nested too deep.
    pub fn begin_object(&mut self) -> Parsed<()> {
        self.begin(b'{')
    }

    /// Reads up to the next member's value and gives its key; `None` once the object has ended.
    ///
    /// # Errors
    /// On anything else, and on two skipped members of one name.
    pub fn next_key(&mut self) -> Parsed<Option<Cow<'a, str>>> {
        if !self.next(b'}')? {
            return Ok(None);
        }
        if self.look() != Some(b'"') {
            return Err(Refused);
        }
        self.key = self.at;
        let key = self.string()?;
        if self.look() != Some(b':') {
            return Err(Refused);
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Reads `[`.
    ///
    /// # Errors
    /// Where no array starts, or it is nested too deep.
    pub fn begin_array(&mut self) -> Parsed<()> {
        self.begin(b'[')
    }

    /// Reads up to the next item; `false` once the array has ended.
    ///
    /// # Errors
    /// On anything else.
    pub fn next_item(&mut self) -> Parsed<bool> {
        self.next(b']')
    }

    /// Reads a member's value into its slot.
    ///
    /// # Errors
    /// Where the value is not valid, or the slot is already full: a second member of that name.
    pub fn field<T: Instance>(&mut self, slot: &mut Option<T>) -> Parsed<()> {
        if slot.is_some() {
            return Err(Refused);
        }
        *slot = Some(T::parse(self)?);
        Ok(())
    }

    /// Skips a member's value: any JSON, syntax and key uniqueness fully checked.
    ///
    /// # Errors
    /// Where no value follows.
    pub fn skip(&mut self) -> Parsed<()> {
        self.dropped += 1;
        if self.depth > 0 {
            let mut key = Parser::new(self.text);
            key.at = self.key;
            // After `next_item` the latest key is of an outer object and harmless: see `next`.
            if let Ok(key) = key.string() {
                self.skipped.push((self.depth, key));
            }
        }
        self.skip_value()
    }

    /// Reads any value and gives its text.
    ///
    /// # Errors
    /// Where no value follows.
    pub fn raw(&mut self) -> Parsed<&'a str> {
        self.look();
        let from = self.at;
        self.skip_value()?;
        self.text.get(from..self.at).ok_or(Refused)
    }

    /// Reads a string, escapes decoded; borrowed where there are none.
    ///
    /// # Errors
    /// Where no string follows.
    pub fn string(&mut self) -> Parsed<Cow<'a, str>> {
        if self.look() != Some(b'"') {
            return Err(Refused);
        }
        let from = self.at + 1;
        let bytes = self.text.as_bytes();
        let end = from + plain_length(bytes.get(from..).ok_or(Refused)?);
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.text.get(from..end).ok_or(Refused)?));
        }
        let (text, end) = decode(self.text, from)?;
        self.at = end + 1;
        Ok(Cow::Owned(text))
    }

    /// Reads a number and gives its text.
    ///
    /// # Errors
    /// Where no number follows.
    pub fn number(&mut self) -> Parsed<&'a str> {
        self.look();
        let bytes = self.text.as_bytes().get(self.at..).ok_or(Refused)?;
        let from = self.at;
        self.at += super::number_length(bytes).ok_or(Refused)?;
        self.text.get(from..self.at).ok_or(Refused)
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// Where neither follows.
    pub fn bool(&mut self) -> Parsed<bool> {
        match self.look() {
            Some(b't') => self.word("true").map(|()| true),
            _ => self.word("false").map(|()| false),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// Where it does not follow.
    pub fn null(&mut self) -> Parsed<()> {
        self.look();
        self.word("null")
    }

    /// The next byte that is not whitespace, which is not read.
    pub(super) fn look(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn word(&mut self, word: &str) -> Parsed<()> {
        if !self
            .text
            .as_bytes()
            .get(self.at..)
            .ok_or(Refused)?
            .starts_with(word.as_bytes())
        {
            return Err(Refused);
        }
        self.at += word.len();
        Ok(())
    }

    fn begin(&mut self, open: u8) -> Parsed<()> {
        if self.look() != Some(open) || self.depth >= MAX_DEPTH {
            return Err(Refused);
        }
        self.at += 1;
        self.depth += 1;
        self.fresh = true;
        Ok(())
    }

    /// Reads the comma before the next member or item, or the closing bracket.
    fn next(&mut self, close: u8) -> Parsed<bool> {
        let next = self.look().ok_or(Refused)?;
        if next == close {
            self.at += 1;
            self.fresh = false;
            self.leave(close)?;
            return Ok(false);
        }
        if !self.fresh {
            if next != b',' {
                return Err(Refused);
            }
            self.at += 1;
        }
        self.fresh = false;
        Ok(true)
    }

    /// Ends an array or object: the keys skipped in it have to differ.
    fn leave(&mut self, close: u8) -> Parsed<()> {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if self.skipped.last().is_none_or(|(of, _)| *of < depth) {
            return Ok(());
        }
        let from = self
            .skipped
            .iter()
            .rposition(|(of, _)| *of < depth)
            .map_or(0, |before| before + 1);
        let keys = self.skipped.get_mut(from..).ok_or(Refused)?;
        keys.sort_unstable();
        let twice = close == b'}' && keys.windows(2).any(|pair| pair.first() == pair.last());
        self.skipped.truncate(from);
        if twice { Err(Refused) } else { Ok(()) }
    }

    pub(super) fn skip_value(&mut self) -> Parsed<()> {
        match self.peek()? {
            Peek::Null => self.null(),
            Peek::Bool => self.bool().map(|_| ()),
            Peek::Number => self.number().map(|_| ()),
            Peek::String => {
                self.at = end_of(self.text.as_bytes(), self.at + 1)? + 1;
                Ok(())
            }
            Peek::Array => {
                self.begin_array()?;
                while self.next_item()? {
                    self.skip_value()?;
                }
                Ok(())
            }
            Peek::Object => {
                self.begin_object()?;
                while let Some(key) = self.next_key()? {
                    self.skipped.push((self.depth, key));
                    self.skip_value()?;
                }
                Ok(())
            }
        }
    }
}
