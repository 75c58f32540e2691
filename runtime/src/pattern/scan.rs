//! What straight-line pattern functions read with: bytes of valid UTF-8, from left to right, never back.

/// The text that is left.
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    /// At the start of `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
        }
    }

    /// Reads exactly these bytes.
    #[inline]
    pub fn literal(&mut self, bytes: &[u8]) -> bool {
        self.rest
            .strip_prefix(bytes)
            .map(|rest| self.rest = rest)
            .is_some()
    }

    /// Reads as many bytes of the class as there are, `min` to `max`.
    #[inline]
    pub fn run(&mut self, min: usize, max: usize, class: impl Fn(u8) -> bool) -> bool {
        let count = self
            .rest
            .iter()
            .take(max)
            .take_while(|byte| class(**byte))
            .count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        count >= min
    }

    /// The same, counting characters: for classes that hold every character beyond ASCII.
    #[inline]
    pub fn characters(&mut self, min: usize, max: usize, class: impl Fn(u8) -> bool) -> bool {
        let mut count = 0;
        while count < max && self.at(&class) {
            let continued = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
            let width = 1 + self.rest.iter().skip(1).take_while(continued).count();
            self.rest = self.rest.get(width..).unwrap_or_default();
            count += 1;
        }
        count >= min
    }

    /// Repeats `read` while the next byte is one that it `starts` with, `min` to `max` times.
    #[inline]
    pub fn many(
        &mut self,
        min: usize,
        max: usize,
        starts: impl Fn(u8) -> bool,
        read: impl Fn(&mut Self) -> bool,
    ) -> bool {
        let mut count = 0;
        while count < max && self.at(&starts) {
            if !read(self) {
                return false;
            }
            count += 1;
        }
        count >= min
    }

    /// Whether the next byte is of the class.
    #[inline]
    pub fn at(&self, class: impl Fn(u8) -> bool) -> bool {
        self.rest.first().is_some_and(|byte| class(*byte))
    }

    /// Whether nothing is left.
    #[inline]
    #[must_use]
    pub const fn end(&self) -> bool {
        self.rest.is_empty()
    }
}
