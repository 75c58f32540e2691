//! Reading a [`Value`], and saying what is wrong where that fails.

use super::{Number, Parser, Peek, Refused, Value};
use crate::Map;
use std::fmt::Write as _;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
}

/// What can be wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadErrorKind {
    /// It is not JSON.
    #[error("not JSON")]
    Syntax,
    /// An object has two members of that name.
    #[error("a second member of that name")]
    Duplicate,
    /// Arrays and objects nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    #[error("nested too deep")]
    TooDeep,
}

enum Step {
    Item(usize),
    Member(String),
}

struct Reader<'a> {
    parser: Parser<'a>,
    /// The way to what is being read; left as it is when reading fails.
    path: Vec<Step>,
    kind: ReadErrorKind,
}

pub(super) fn read(parser: Parser<'_>) -> Result<Value, ReadError> {
    let mut reader = Reader {
        parser,
        path: Vec::new(),
        kind: ReadErrorKind::Syntax,
    };
    match reader.value() {
        Ok(value) if reader.parser.end().is_ok() => Ok(value),
        _ => Err(ReadError {
            kind: reader.kind,
            pointer: reader.pointer(),
            offset: reader.parser.position(),
        }),
    }
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Value, Refused> {
        Ok(match self.parser.peek()? {
            Peek::Null => self.parser.null().map(|()| Value::Null)?,
            Peek::Bool => Value::Bool(self.parser.bool()?),
            Peek::Number => Value::Number(Number::trusted(self.parser.number()?)),
            Peek::String => Value::String(self.parser.string()?.into_owned()),
            Peek::Array => self.array()?,
            Peek::Object => self.object()?,
        })
    }

    fn array(&mut self) -> Result<Value, Refused> {
        self.deeper()?;
        self.parser.begin_array()?;
        let mut items = Vec::new();
        while self.parser.next_item()? {
            self.path.push(Step::Item(items.len()));
            items.push(self.value()?);
            self.path.pop();
        }
        Ok(Value::Array(items))
    }

    fn object(&mut self) -> Result<Value, Refused> {
        self.deeper()?;
        self.parser.begin_object()?;
        let mut members = Vec::new();
        while let Some(key) = self.parser.next_key()? {
            let key = key.into_owned();
            self.path.push(Step::Member(key));
            let value = self.value()?;
            if let Some(Step::Member(key)) = self.path.pop() {
                members.push((key, value));
            }
        }
        match Map::from_entries(members) {
            Ok(members) => Ok(Value::Object(members)),
            Err(twice) => {
                self.kind = ReadErrorKind::Duplicate;
                self.path.push(Step::Member(twice));
                Err(Refused)
            }
        }
    }

    fn deeper(&mut self) -> Result<(), Refused> {
        if self.path.len() >= usize::from(super::MAX_DEPTH) {
            self.kind = ReadErrorKind::TooDeep;
            return Err(Refused);
        }
        Ok(())
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            match step {
                Step::Item(index) => _ = write!(pointer, "/{index}"),
                Step::Member(name) => crate::schema::push_token(&mut pointer, name),
            }
        }
        pointer
    }
}
