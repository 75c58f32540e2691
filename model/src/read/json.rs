//! A JSON reader (RFC 8259) that keeps places and the text of numbers.

use super::{Data, Guard, Member, NodeId, Tree, duplicate_key};
use crate::{
    Source, Span,
    api::Number,
    diagnostic::{Code, Diagnostic, Sink},
};
use indexmap::{IndexMap, map::Entry};
use std::sync::Arc;

/// Reads the whole text as one JSON value.
pub(super) fn read(
    tree: &mut Tree,
    source: &Arc<Source>,
    guard: &mut Guard,
    sink: &Sink,
) -> Result<NodeId, Diagnostic> {
    let mut reader = Reader {
        tree,
        source,
        guard,
        sink,
        bytes: source.text.as_bytes(),
        at: 0,
    };
    let root = reader.value(0)?;
    reader.space();
    if reader.at < reader.bytes.len() {
        return Err(reader.fault("nothing may follow the document's value"));
    }
    Ok(root)
}

struct Reader<'a> {
    tree: &'a mut Tree,
    source: &'a Arc<Source>,
    guard: &'a mut Guard,
    sink: &'a Sink,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<NodeId, Diagnostic> {
        self.space();
        let start = self.at;
        self.guard.node(self.source, start)?;
        let data = match self.peek() {
            Some(b'{') => return self.object(depth + 1),
            Some(b'[') => return self.array(depth + 1),
            Some(b'"') => Data::String(self.string()?.into()),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Data::Bool(true))?,
            Some(b'f') => self.word("false", Data::Bool(false))?,
            Some(b'n') => self.word("null", Data::Null)?,
            Some(_) => return Err(self.fault("expected a value here")),
            None => return Err(self.fault("the text ends where a value is expected")),
        };
        Ok(self.tree.add(data, start, self.at))
    }

    fn object(&mut self, depth: usize) -> Result<NodeId, Diagnostic> {
        Guard::depth(depth, self.source, self.at)?;
        let id = self.tree.add(Data::Null, self.at, self.at);
        self.at += 1;
        let mut members: IndexMap<Box<str>, Member> = IndexMap::new();
        self.space();
        if !self.take(b'}') {
            loop {
                self.space();
                if self.peek() != Some(b'"') {
                    return Err(self.fault("expected a key in double quotes"));
                }
                let start = offset(self.at);
                let name = self.string()?;
                let end = offset(self.at);
                self.space();
                if !self.take(b':') {
                    return Err(self.fault("expected `:` after the key"));
                }
                let node = self.value(depth)?;
                let member = Member { start, end, node };
                match members.entry(name.into_boxed_str()) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(member);
                    }
                    Entry::Occupied(mut occupied) => {
                        let first = (occupied.get().start, occupied.get().end);
                        self.sink.push(duplicate_key(
                            self.source,
                            occupied.key(),
                            first,
                            (start, end),
                        ));
                        occupied.insert(member);
                    }
                }
                self.space();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.fault("expected `,` or `}` here"));
                }
            }
        }
        self.tree
            .close(id, Data::Object(Box::new(members)), self.at);
        Ok(id)
    }

    fn array(&mut self, depth: usize) -> Result<NodeId, Diagnostic> {
        Guard::depth(depth, self.source, self.at)?;
        let id = self.tree.add(Data::Null, self.at, self.at);
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if !self.take(b']') {
            loop {
                items.push(self.value(depth)?);
                self.space();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.fault("expected `,` or `]` here"));
                }
            }
        }
        self.tree.close(id, Data::Array(items), self.at);
        Ok(id)
    }

    fn number(&mut self) -> Result<Data, Diagnostic> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        match self.source.text.get(start..self.at).and_then(Number::new) {
            Some(number) => Ok(Data::Number(number)),
            None => {
                self.at = start;
                Err(self.fault("this is not a number as JSON writes them"))
            }
        }
    }

    fn word(&mut self, word: &str, data: Data) -> Result<Data, Diagnostic> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(data);
        }
        Err(self.fault("expected a value here"))
    }

    /// The string that starts at the quote under the cursor.
    fn string(&mut self) -> Result<String, Diagnostic> {
        let open = self.at;
        self.at += 1;
        let mut out: Option<String> = None;
        let mut from = self.at;
        loop {
            match self.peek() {
                None => {
                    self.at = open;
                    return Err(self.fault("this string never ends"));
                }
                Some(b'"') => {
                    let rest = &self.source.text[from..self.at];
                    self.at += 1;
                    return Ok(match out {
                        Some(mut text) => {
                            text.push_str(rest);
                            text
                        }
                        None => rest.to_owned(),
                    });
                }
                Some(b'\\') => {
                    let text = out.get_or_insert_default();
                    text.push_str(&self.source.text[from..self.at]);
                    let c = self.escape()?;
                    out.get_or_insert_default().push(c);
                    from = self.at;
                }
                Some(0..=0x1f) => {
                    return Err(self.fault("control characters have to be escaped in a string"));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, Diagnostic> {
        let start = self.at;
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => {
                self.at = start;
                return Err(self.fault("JSON has no such escape"));
            }
        };
        self.at += 1;
        Ok(c)
    }

    /// `\uXXXX`, perhaps the first half of a surrogate pair; a lone half becomes U+FFFD.
    fn unicode(&mut self, start: usize) -> Result<char, Diagnostic> {
        let first = self.hex(start)?;
        if (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 1;
            let second = self.hex(start)?;
            if (0xdc00..0xe000).contains(&second) {
                let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The four hex digits after the `u` under the cursor.
    fn hex(&mut self, start: usize) -> Result<u32, Diagnostic> {
        let digits = self.bytes.get(self.at + 1..self.at + 5);
        let value = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(value) = value else {
            self.at = start;
            return Err(self.fault("`\\u` needs four hexadecimal digits"));
        };
        self.at += 5;
        Ok(value)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, message: &str) -> Diagnostic {
        let text = &self.source.text;
        let start = (0..=self.at.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let end = text[start..]
            .chars()
            .next()
            .map_or(start, |c| start + c.len_utf8());
        Diagnostic::new(Code::Syntax, message.to_owned()).at(Span {
            source: Arc::clone(self.source),
            range: start..end,
        })
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
