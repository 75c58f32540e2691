//! `format: regex`: whether a text is a pattern of ECMA-262 (with the `u` flag, as `pattern` is read).

use std::collections::HashSet;
use std::iter::Peekable;
use std::str::Chars;

/// `format: regex`
#[must_use]
pub fn regex(text: &str) -> bool {
    let mut reader = Reader {
        rest: text.chars().peekable(),
        groups: 0,
        names: HashSet::new(),
        wanted: Vec::new(),
    };
    reader.pattern().is_some()
        && reader.wanted.iter().all(|wanted| match wanted {
            Reference::Number(number) => *number <= reader.groups,
            Reference::Name(name) => reader.names.contains(name),
        })
}

enum Reference {
    Number(u32),
    Name(String),
}

/// A member of a character class: one character, or a set such as `\d`, which no range can start or end with.
type Member = Option<u32>;

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    groups: u32,
    names: HashSet<String>,
    /// What back-references lead to; a group may come after the reference to it.
    wanted: Vec<Reference>,
}

impl Reader<'_> {
    /// The whole pattern. Groups are kept in a list of our own, for they may nest deeper than the stack.
    fn pattern(&mut self) -> Option<()> {
        // For each open group, whether it is an assertion, which nothing may repeat.
        let mut open = Vec::new();
        let mut repeatable = false;
        while let Some(next) = self.rest.next() {
            match next {
                '(' => open.push(self.group()?),
                '|' | '^' | '$' => {}
                ')' => {
                    repeatable = !open.pop()?;
                    continue;
                }
                '[' => {
                    self.class()?;
                    repeatable = true;
                    continue;
                }
                '\\' => {
                    repeatable = self.atom_escape()?;
                    continue;
                }
                '*' | '+' | '?' | '{' => {
                    if !repeatable || (next == '{' && !self.counts()?) {
                        return None;
                    }
                    self.eat('?');
                }
                ']' | '}' => return None,
                _ => {
                    repeatable = true;
                    continue;
                }
            }
            repeatable = false;
        }
        open.is_empty().then_some(())
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    /// What comes after `(`; gives whether the group is an assertion.
    fn group(&mut self) -> Option<bool> {
        if !self.eat('?') {
            self.groups = self.groups.saturating_add(1);
            return Some(false);
        }
        match self.rest.next()? {
            ':' => Some(false),
            '=' | '!' => Some(true),
            '<' if self.eat('=') || self.eat('!') => Some(true),
            '<' => {
                let name = self.name()?;
                self.groups = self.groups.saturating_add(1);
                self.names.insert(name).then_some(false)
            }
            _ => None,
        }
    }

    /// A group's name and the `>` after it.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            match self.rest.next()? {
                '>' => return (!name.is_empty()).then_some(name),
                c if c == '_'
                    || c == '$'
                    || c.is_alphabetic()
                    || (!name.is_empty() && c.is_alphanumeric()) =>
                {
                    name.push(c)
                }
                _ => return None,
            }
        }
    }

    /// `n}`, `n,}` or `n,m}` with `n` no more than `m`.
    fn counts(&mut self) -> Option<bool> {
        let least = self.digits()?;
        if self.eat(',') && self.rest.peek() != Some(&'}') {
            let most = self.digits()?;
            // Numbers of any length: longer ones are greater.
            let order = |digits: &str| (digits.len(), digits.to_owned());
            if order(&least) > order(&most) {
                return None;
            }
        }
        Some(self.eat('}'))
    }

    /// Decimal digits, leading zeros dropped.
    fn digits(&mut self) -> Option<String> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        (!digits.is_empty()).then(|| digits.trim_start_matches('0').to_owned())
    }

    /// An escape outside of a class; gives whether it may be repeated.
    fn atom_escape(&mut self) -> Option<bool> {
        match *self.rest.peek()? {
            'b' | 'B' => {
                self.rest.next();
                Some(false)
            }
            'k' => {
                self.rest.next();
                if !self.eat('<') {
                    return None;
                }
                let name = self.name()?;
                self.wanted.push(Reference::Name(name));
                Some(true)
            }
            '1'..='9' => {
                let number = self.digits()?.parse().ok()?;
                self.wanted.push(Reference::Number(number));
                Some(true)
            }
            _ => self.escape().map(|_| true),
        }
    }

    /// An escape that means the same in a class and outside of one.
    fn escape(&mut self) -> Option<Member> {
        Some(match self.rest.next()? {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => None,
            'p' | 'P' => {
                self.property()?;
                None
            }
            'f' => Some(0xc),
            'n' => Some(0xa),
            'r' => Some(0xd),
            't' => Some(0x9),
            'v' => Some(0xb),
            'c' => Some(u32::from(self.rest.next_if(char::is_ascii_alphabetic)?) % 32),
            '0' if !self.rest.peek().is_some_and(char::is_ascii_digit) => Some(0),
            'x' => Some(self.hex(2)?),
            'u' => Some(self.unicode()?),
            c if "^$\\.*+?()[]{}|/".contains(c) => Some(u32::from(c)),
            _ => return None,
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |value, _| {
            Some(value * 16 + self.rest.next()?.to_digit(16)?)
        })
    }

    /// `XXXX`, two of them for a pair, or `{X…}`.
    fn unicode(&mut self) -> Option<u32> {
        if !self.eat('{') {
            let first = self.hex(4)?;
            let mut ahead = self.rest.clone();
            if (0xd800..0xdc00).contains(&first)
                && ahead.next() == Some('\\')
                && ahead.next() == Some('u')
            {
                let second =
                    (0..4).try_fold(0, |value, _| Some(value * 16 + ahead.next()?.to_digit(16)?));
                if let Some(second) = second.filter(|second| (0xdc00..0xe000).contains(second)) {
                    self.rest = ahead;
                    return Some(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                }
            }
            return Some(first);
        }
        let mut value: Option<u32> = None;
        loop {
            match self.rest.next()? {
                '}' => return value,
                digit => {
                    let next = value.unwrap_or(0) * 16 + digit.to_digit(16)?;
                    value = Some(next).filter(|value| *value <= 0x0010_ffff);
                    value?;
                }
            }
        }
    }

    /// `{Name}` or `{Name=Value}`. Which names there are is up to Unicode.
    fn property(&mut self) -> Option<()> {
        if !self.eat('{') {
            return None;
        }
        let mut length = 0_usize;
        let mut values = 0;
        loop {
            match self.rest.next()? {
                '}' => return (length > 0).then_some(()),
                '=' if length > 0 && values == 0 => {
                    values += 1;
                    length = 0;
                }
                c if c.is_ascii_alphanumeric() || c == '_' => length += 1,
                _ => return None,
            }
        }
    }

    /// A class, after its `[`.
    fn class(&mut self) -> Option<()> {
        self.eat('^');
        loop {
            let Some(first) = self.member()? else {
                return Some(());
            };
            if !self.eat('-') {
                continue;
            }
            // A hyphen before the end stands for itself.
            let Some(last) = self.member()? else {
                return Some(());
            };
            if first? > last? {
                return None;
            }
        }
    }

    /// One member of a class; the inner `None` at its end.
    fn member(&mut self) -> Option<Option<Member>> {
        Some(Some(match self.rest.next()? {
            ']' => return Some(None),
            '\\' if self.eat('b') => Some(8),
            '\\' if self.eat('-') => Some(u32::from('-')),
            '\\' => self.escape()?,
            c => Some(u32::from(c)),
        }))
    }
}
