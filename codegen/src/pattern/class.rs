//! Character classes.

/// What a class is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// Code points from … to, both included.
    Range(u32, u32),
    /// `\p{…}`, or `\P{…}` where negated; the braces' text.
    Property { name: String, negated: bool },
}

/// A character class: `[…]`, an escape, `.`, or a single character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) items: Vec<Item>,
    pub(super) negated: bool,
}

const LAST: u32 = 0x10_ffff;

/// ECMA-262's WhiteSpace and LineTerminator, which is what `\s` means.
const SPACE: &[(u32, u32)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];
const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
/// What `.` does not match.
const LINE_END: &[(u32, u32)] = &[(0x0a, 0x0a), (0x0d, 0x0d), (0x2028, 0x2029)];

impl Class {
    /// One character.
    pub(super) fn single(character: u32) -> Self {
        Self {
            items: vec![Item::Range(character, character)],
            negated: false,
        }
    }

    /// `.`
    pub(super) fn dot() -> Self {
        Self {
            items: ranges(&complement(LINE_END)),
            negated: false,
        }
    }

    /// `\d`, `\D`, `\w`, `\W`, `\s`, `\S`.
    pub(super) fn escape(letter: char) -> Option<Self> {
        let set = match letter.to_ascii_lowercase() {
            'd' => DIGIT,
            'w' => WORD,
            's' => SPACE,
            _ => return None,
        };
        let items = if letter.is_ascii_uppercase() {
            ranges(&complement(set))
        } else {
            ranges(set)
        };
        Some(Self {
            items,
            negated: false,
        })
    }

    /// The code points in it, sorted and joined; `None` where a property decides.
    pub(super) fn code_points(&self) -> Option<Vec<(u32, u32)>> {
        let mut set = Vec::new();
        for item in &self.items {
            match item {
                Item::Range(from, to) => set.push((*from, *to)),
                Item::Property { .. } => return None,
            }
        }
        set.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (from, to) in set {
            match joined.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Some(if self.negated {
            complement(&joined)
        } else {
            joined
        })
    }

    /// The character, where it can only be one.
    pub(super) fn as_single(&self) -> Option<char> {
        match self.code_points()?.as_slice() {
            [(from, to)] if from == to => char::from_u32(*from),
            _ => None,
        }
    }
}

fn ranges(set: &[(u32, u32)]) -> Vec<Item> {
    set.iter()
        .map(|(from, to)| Item::Range(*from, *to))
        .collect()
}

/// Everything that is not in a sorted set.
fn complement(set: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut rest = Vec::new();
    let mut next = 0;
    for (from, to) in set {
        if *from > next {
            rest.push((next, from - 1));
        }
        next = to + 1;
    }
    if next <= LAST {
        rest.push((next, LAST));
    }
    rest
}
