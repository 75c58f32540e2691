//! Text that matches an ECMA-262 pattern, of a wanted length.

use super::rng::Rng;
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

/// Nobody needs longer text than this.
pub(super) const LONGEST: usize = 100_000;

/// A pattern that text can be made for.
#[derive(Debug)]
pub(super) struct Sampler {
    hir: Hir,
    open_start: bool,
    open_end: bool,
}

impl Sampler {
    /// `None` where the pattern uses what is no regular language (look-around, back-references) or is
    /// no pattern at all.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = ParserBuilder::new()
            .build()
            .parse(&translate(pattern))
            .ok()?;
        let prefix = hir.properties().look_set_prefix();
        let suffix = hir.properties().look_set_suffix();
        Some(Self {
            open_start: !prefix.contains(Look::Start),
            open_end: !suffix.contains(Look::End),
            hir,
        })
    }

    /// Text in which signs that classes of characters allow stand between letters and digits: spaces, dots, hyphens. `None`
    /// where there are none.
    pub(super) fn signs(&self, most: usize, rng: &mut Rng) -> Option<String> {
        let signs = signs_of(&self.hir);
        let (least, longest) = lengths(&self.hir);
        // Each of them once, between two others.
        let wanted = (signs.len() * 2 + 3)
            .clamp(least, longest.max(least))
            .min(most.max(least));
        if signs.is_empty() || wanted > LONGEST {
            return None;
        }
        let plain = self.sample(Some(wanted), rng);
        let mut signs = signs.into_iter();
        let mut sign = signs.next();
        let mut text = String::with_capacity(plain.len());
        let last = plain.chars().count().saturating_sub(1);
        for (at, own) in plain.chars().enumerate() {
            let inner = at % 2 == 1 && at < last && own.is_ascii_alphanumeric();
            match sign.filter(|_| inner) {
                Some(other) => {
                    text.push(other);
                    sign = signs.next();
                }
                None => text.push(own),
            }
        }
        Some(text)
    }

    /// Text of about this many characters, or the shortest.
    pub(super) fn sample(&self, length: Option<usize>, rng: &mut Rng) -> String {
        let (least, most) = lengths(&self.hir);
        let wanted = length.unwrap_or(least).min(LONGEST);
        let mut text = String::new();
        write(
            &self.hir,
            wanted.clamp(least.min(LONGEST), most.max(least)),
            rng,
            &mut text,
        );
        let missing = wanted.saturating_sub(text.chars().count());
        if missing > 0 && self.open_end {
            text.extend(std::iter::repeat_n('a', missing));
        } else if missing > 0 && self.open_start {
            text.insert_str(0, &"a".repeat(missing));
        }
        text
    }
}

/// ECMA-262 spelling as `regex-syntax` reads it: shorthand classes are ASCII, and what is plain in a
/// class there has a meaning here.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str(if in_class {
                    "A-Za-z0-9_"
                } else {
                    "[A-Za-z0-9_]"
                }),
                Some('W') => out.push_str("[^A-Za-z0-9_]"),
                Some('/') => out.push('/'),
                Some(other) => out.extend(['\\', other]),
                None => out.push_str(r"\\"),
            },
            '[' if in_class => out.push_str(r"\["),
            '[' => {
                in_class = true;
                out.push('[');
                // `[^]` is any character, `[]` none.
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out.replace("[^]", r"[\s\S]")
}

/// The fewest and the most characters that match.
fn lengths(hir: &Hir) -> (usize, usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, 0),
        HirKind::Literal(literal) => {
            let count = String::from_utf8_lossy(&literal.0).chars().count();
            (count, count)
        }
        HirKind::Class(_) => (1, 1),
        HirKind::Repetition(repetition) => {
            let (least, most) = lengths(&repetition.sub);
            let max = repetition.max.map_or(LONGEST, |max| max as usize);
            (
                least.saturating_mul(repetition.min as usize),
                most.saturating_mul(max).min(LONGEST),
            )
        }
        HirKind::Capture(capture) => lengths(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(lengths).fold((0, 0), |sum, part| {
            (sum.0.saturating_add(part.0), sum.1.saturating_add(part.1))
        }),
        HirKind::Alternation(parts) => parts
            .iter()
            .map(lengths)
            .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
            .unwrap_or((0, 0)),
    }
}

/// The printable ASCII characters, neither letters nor digits, of classes that also have those.
fn signs_of(hir: &Hir) -> Vec<char> {
    let mut found = Vec::new();
    collect_signs(hir, &mut found);
    found
}

fn collect_signs(hir: &Hir, found: &mut Vec<char>) {
    match hir.kind() {
        HirKind::Class(class) => {
            let alphabet = Alphabet::of(class);
            // Where any character will do, none is meant.
            let wide = alphabet.ranges.iter().any(|(_, to)| !to.is_ascii());
            if alphabet.plain.is_empty() || wide {
                return;
            }
            let signs = (' '..='~').filter(|it| !it.is_ascii_alphanumeric());
            let signs = signs.filter(|it| {
                let mut ranges = alphabet.ranges.iter();
                ranges.any(|(from, to)| from <= it && it <= to)
            });
            for sign in signs {
                if !found.contains(&sign) {
                    found.push(sign);
                }
            }
        }
        HirKind::Repetition(repetition) => collect_signs(&repetition.sub, found),
        HirKind::Capture(capture) => collect_signs(&capture.sub, found),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect_signs(part, found));
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) => {}
    }
}

fn write(hir: &Hir, wanted: usize, rng: &mut Rng, out: &mut String) {
    if out.len() > LONGEST * 4 {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(Alphabet::of(class).pick(rng)),
        HirKind::Repetition(repetition) => {
            let (least, most) = lengths(&repetition.sub);
            let fewest = repetition.min as usize;
            let count = wanted
                .div_ceil(most.max(1))
                .clamp(
                    fewest,
                    repetition
                        .max
                        .map_or(LONGEST, |max| max as usize)
                        .max(fewest),
                )
                .min(LONGEST);
            if let HirKind::Class(class) = repetition.sub.kind() {
                let alphabet = Alphabet::of(class);
                out.extend((0..count).filter_map(|_| alphabet.pick(rng)));
                return;
            }
            let mut extra = wanted.saturating_sub(least.saturating_mul(count));
            for _ in 0..count {
                let more = extra.min(most.saturating_sub(least));
                extra -= more;
                write(&repetition.sub, least + more, rng, out);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, wanted, rng, out),
        HirKind::Concat(parts) => {
            let ranges: Vec<(usize, usize)> = parts.iter().map(lengths).collect();
            let least: usize = ranges
                .iter()
                .map(|range| range.0)
                .fold(0, usize::saturating_add);
            let mut extra = wanted.saturating_sub(least);
            for (part, (least, most)) in parts.iter().zip(ranges) {
                let more = extra.min(most.saturating_sub(least));
                extra -= more;
                write(part, least + more, rng, out);
            }
        }
        HirKind::Alternation(parts) => {
            let distance = |part: &Hir| {
                let (least, most) = lengths(part);
                least.saturating_sub(wanted) + wanted.saturating_sub(most)
            };
            let best = parts.iter().map(distance).min().unwrap_or(0);
            let fitting: Vec<&Hir> = parts.iter().filter(|part| distance(part) == best).collect();
            if let Some(part) = rng.pick(&fitting) {
                write(part, wanted, rng, out);
            }
        }
    }
}

/// The characters of a class, letters and digits before others.
struct Alphabet {
    plain: Vec<char>,
    ranges: Vec<(char, char)>,
}

impl Alphabet {
    fn of(class: &Class) -> Self {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
            Class::Bytes(class) => class
                .iter()
                .map(|range| (range.start().into(), range.end().into()))
                .collect(),
        };
        let plain = ['0'..='9', 'a'..='z', 'A'..='Z']
            .into_iter()
            .flat_map(|group| {
                ranges.iter().flat_map(move |(from, to)| {
                    (*from).max(*group.start())..=(*to).min(*group.end())
                })
            })
            .collect();
        Self { plain, ranges }
    }

    /// One of them.
    fn pick(&self, rng: &mut Rng) -> Option<char> {
        if let Some(picked) = rng.pick(&self.plain) {
            return Some(*picked);
        }
        let (from, to) = *rng.pick(&self.ranges)?;
        let width = u32::from(to).saturating_sub(u32::from(from)).min(64);
        let at = u32::try_from(rng.below(width as usize + 1)).unwrap_or(0);
        char::from_u32(u32::from(from) + at).or(Some(from))
    }
}
