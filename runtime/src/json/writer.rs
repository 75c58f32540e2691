//! Writing JSON straight into a buffer.

use crate::Instance;

/// A buffer that JSON is written to. Commas are its business, not the caller's.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    /// Whether a value was just finished, so that the next one needs a comma before it.
    comma: bool,
}

impl Writer {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            out: Vec::new(),
            comma: false,
        }
    }

    /// An empty one with room.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            out: Vec::with_capacity(bytes),
            comma: false,
        }
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// What was written, as text.
    #[must_use]
    pub fn into_string(self) -> String {
        // Only text was written, so nothing is replaced.
        String::from_utf8(self.out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// `{`
    pub fn begin_object(&mut self) {
        self.out.push(b'{');
        self.comma = false;
    }

    /// `}`
    pub fn end_object(&mut self) {
        self.out.push(b'}');
        self.comma = true;
    }

    /// `[`
    pub fn begin_array(&mut self) {
        self.out.push(b'[');
        self.comma = false;
    }

    /// `]`
    pub fn end_array(&mut self) {
        self.out.push(b']');
        self.comma = true;
    }

    /// What comes before an item: a comma, where one is due.
    pub fn next_item(&mut self) {
        if self.comma {
            self.out.push(b',');
            self.comma = false;
        }
    }

    /// A member's name and colon, after a comma where one is due.
    pub fn key(&mut self, name: &str) {
        self.next_item();
        self.str(name);
        self.out.push(b':');
        self.comma = false;
    }

    /// A member.
    pub fn field<T: Instance>(&mut self, name: &str, value: &T) {
        self.key(name);
        value.write(self);
    }

    /// A member, where there is one.
    pub fn optional<T: Instance>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// An array of instances.
    pub fn array<'a, T: Instance + 'a>(&mut self, items: impl IntoIterator<Item = &'a T>) {
        self.begin_array();
        for item in items {
            self.next_item();
            item.write(self);
        }
        self.end_array();
    }

    /// `null`
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// `true` or `false`
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// A string, escaped.
    pub fn str(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        loop {
            let plain = super::text::plain_length(rest);
            let (copied, after) = rest.split_at(plain);
            self.out.extend_from_slice(copied);
            let Some((&special, after)) = after.split_first() else {
                break;
            };
            self.escape(special);
            rest = after;
        }
        self.out.push(b'"');
        self.comma = true;
    }

    fn escape(&mut self, byte: u8) {
        const HEX: [u8; 16] = *b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            0x8 => b'b',
            0xc => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
                self.out.extend_from_slice(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    digit(byte >> 4),
                    digit(byte & 15),
                ]);
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }

    /// An integer.
    pub fn i64(&mut self, value: i64) {
        // Writing to a `Vec` cannot fail.
        _ = serde_json::to_writer(&mut self.out, &value);
        self.comma = true;
    }

    /// An integer.
    pub fn u64(&mut self, value: u64) {
        _ = serde_json::to_writer(&mut self.out, &value);
        self.comma = true;
    }

    /// A number, as the shortest text that reads back as the same `f64`; `null` for what JSON cannot write (no
    /// [`Instance`] holds such a number).
    pub fn f64(&mut self, value: f64) {
        _ = serde_json::to_writer(&mut self.out, &value);
        self.comma = true;
    }

    /// Text that is already JSON.
    pub fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
        self.comma = true;
    }
}
