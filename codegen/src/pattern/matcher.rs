//! A tree → straight-line steps, where a text can be matched from left to right without ever going back.
//!
//! That is the case when, at every choice (one more repeat or not, this alternative or that), the next byte decides:
//! the bytes one way can start with and those the other way can start with are disjoint.

use super::class::Class;
use super::parse::Node;

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    pub(super) fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(super) fn contains(self, byte: u8) -> bool {
        self.0
            .get(usize::from(byte >> 6))
            .is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    fn union(self, other: Self) -> Self {
        let mut all = self;
        all.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(word, other)| *word |= other);
        all
    }

    fn disjoint(self, other: Self) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .all(|(word, other)| word & other == 0)
    }

    /// Its bytes as ranges.
    pub(super) fn ranges(self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in 0..=u8::MAX {
            if !self.contains(byte) {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.1.checked_add(1) == Some(byte) => last.1 = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }
}

/// One step of a matcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Exactly these bytes.
    Literal(Vec<u8>),
    /// As many of a class as there are. `wide`: it holds every character beyond ASCII, so characters are counted.
    Run {
        class: Bytes,
        min: u32,
        max: Option<u32>,
        wide: bool,
    },
    /// The same steps over and over, while the next byte is one they start with.
    Many {
        starts: Bytes,
        steps: Vec<Step>,
        min: u32,
        max: Option<u32>,
    },
    /// The steps whose first byte comes next; if none do, nothing where that is allowed.
    Choice {
        ways: Vec<(Bytes, Vec<Step>)>,
        optional: bool,
    },
}

/// Steps from the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matcher {
    pub(super) steps: Vec<Step>,
    /// Whether the text has to end where they end.
    pub(super) end: bool,
}

/// Steps for the tree, where it has any.
pub(super) fn compile(node: &Node) -> Option<Matcher> {
    let (body, end) = anchored(node)?;
    let mut steps = sequence(&body, Bytes::default())?;
    if !end {
        accept_early(&mut steps)?;
    }
    Some(Matcher {
        steps: joined(steps),
        end,
    })
}

/// The nodes between `^` and, where there is one, `$`.
fn anchored(node: &Node) -> Option<(Vec<Node>, bool)> {
    match node {
        Node::Start => Some((Vec::new(), false)),
        Node::Concat(nodes) => {
            let (first, rest) = nodes.split_first()?;
            if *first != Node::Start {
                return None;
            }
            match rest.split_last() {
                Some((Node::End, body)) => Some((body.to_vec(), true)),
                _ => Some((rest.to_vec(), false)),
            }
        }
        // `^a$|^b$`
        Node::Alternate(nodes) => {
            let ways: Vec<_> = nodes.iter().map(anchored).collect::<Option<_>>()?;
            if !ways.iter().all(|(_, end)| *end) {
                return None;
            }
            let ways = ways
                .into_iter()
                .map(|(body, _)| Node::Concat(body))
                .collect();
            Some((vec![Node::Alternate(ways)], true))
        }
        _ => None,
    }
}

/// Without `$` a text is accepted as soon as the least of it is there: what may follow need not be read.
fn accept_early(steps: &mut Vec<Step>) -> Option<()> {
    while let Some(last) = steps.last_mut() {
        match last {
            Step::Run { min: 0, .. } => {
                steps.pop();
            }
            Step::Run { min, max, .. } => {
                *max = Some(*min);
                return Some(());
            }
            Step::Literal(_) => return Some(()),
            // Once begun they may fail where an earlier end would have been accepted.
            Step::Many { .. } | Step::Choice { .. } => return None,
        }
    }
    Some(())
}

/// Bytes a node can start with, and whether it can be empty.
fn first(node: &Node) -> Option<(Bytes, bool)> {
    match node {
        Node::Start | Node::End | Node::Boundary(_) => None,
        Node::Class(class) => Some((class_bytes(class)?.0, false)),
        Node::Concat(nodes) => {
            let mut all = Bytes::default();
            for node in nodes {
                let (bytes, empty) = first(node)?;
                all = all.union(bytes);
                if !empty {
                    return Some((all, false));
                }
            }
            Some((all, true))
        }
        Node::Alternate(nodes) => {
            nodes
                .iter()
                .try_fold((Bytes::default(), false), |(all, any), node| {
                    let (bytes, empty) = first(node)?;
                    Some((all.union(bytes), any || empty))
                })
        }
        Node::Repeat { max: Some(0), .. } => Some((Bytes::default(), true)),
        Node::Repeat { node, min, .. } => {
            let (bytes, empty) = first(node)?;
            Some((bytes, empty || *min == 0))
        }
    }
}

/// Steps for nodes one after the other, where what comes after them starts with `follow`.
fn sequence(nodes: &[Node], follow: Bytes) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut follow = follow;
    for node in nodes.iter().rev() {
        let mut of_node = steps_for(node, follow)?;
        let (bytes, empty) = first(node)?;
        follow = if empty { follow.union(bytes) } else { bytes };
        of_node.append(&mut steps);
        steps = of_node;
    }
    Some(steps)
}

fn steps_for(node: &Node, follow: Bytes) -> Option<Vec<Step>> {
    match node {
        Node::Start | Node::End | Node::Boundary(_) => None,
        Node::Class(class) => Some(vec![one(class)?]),
        Node::Concat(nodes) => sequence(nodes, follow),
        Node::Alternate(nodes) => {
            let mut ways = Vec::new();
            let mut optional = false;
            let mut all = Bytes::default();
            for node in nodes {
                let (bytes, empty) = first(node)?;
                let useless = empty && bytes == Bytes::default();
                if !all.disjoint(bytes) || (empty && !useless) || (useless && optional) {
                    return None;
                }
                all = all.union(bytes);
                if useless {
                    optional = true;
                } else {
                    ways.push((bytes, steps_for(node, follow)?));
                }
            }
            (!optional || all.disjoint(follow)).then(|| vec![Step::Choice { ways, optional }])
        }
        Node::Repeat { node, min, max } => repeat(node, *min, *max, follow),
    }
}

fn repeat(node: &Node, min: u32, max: Option<u32>, follow: Bytes) -> Option<Vec<Step>> {
    if max == Some(0) {
        return Some(Vec::new());
    }
    let (bytes, empty) = first(node)?;
    let decided = max == Some(min) || bytes.disjoint(follow);
    if empty || !decided {
        return None;
    }
    if let Node::Class(class) = node
        && let Step::Run { class, wide, .. } = one_of(class)?
    {
        return Some(vec![Step::Run {
            class,
            min,
            max,
            wide,
        }]);
    }
    // Another round may follow each round.
    let steps = joined(steps_for(node, follow.union(bytes))?);
    Some(vec![Step::Many {
        starts: bytes,
        steps,
        min,
        max,
    }])
}

/// One character of a class.
fn one(class: &Class) -> Option<Step> {
    match class.as_single() {
        Some(character) => Some(Step::Literal(character.to_string().into_bytes())),
        None => one_of(class),
    }
}

fn one_of(class: &Class) -> Option<Step> {
    let (class, wide) = class_bytes(class)?;
    let beyond = (0x80..=0xff).any(|byte| class.contains(byte));
    // A single character beyond ASCII is several bytes in a row, which a run cannot repeat.
    (beyond == wide).then_some(Step::Run {
        class,
        min: 1,
        max: Some(1),
        wide,
    })
}

/// The bytes the characters of a class start with, and whether it holds every character beyond ASCII. `None` where
/// it holds only some of them.
fn class_bytes(class: &Class) -> Option<(Bytes, bool)> {
    let points = class.code_points()?;
    let mut bytes = Bytes::default();
    if let Some(character) = class.as_single() {
        bytes.insert(*character.to_string().as_bytes().first()?);
        return Some((bytes, false));
    }
    let mut wide = false;
    for (from, to) in points {
        for byte in from..=to.min(0x7f) {
            bytes.insert(u8::try_from(byte).ok()?);
        }
        if to >= 0x80 {
            if from > 0x80 || to < 0x10_ffff {
                return None;
            }
            wide = true;
            (0x80..=0xff).for_each(|byte| bytes.insert(byte));
        }
    }
    Some((bytes, wide))
}

/// Literals side by side become one.
fn joined(steps: Vec<Step>) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::new();
    for step in steps {
        match (joined.last_mut(), step) {
            (Some(Step::Literal(before)), Step::Literal(bytes)) => before.extend(bytes),
            (_, Step::Choice { ways, optional }) => {
                let ways = ways
                    .into_iter()
                    .map(|(bytes, steps)| (bytes, self::joined(steps)))
                    .collect();
                joined.push(Step::Choice { ways, optional });
            }
            (_, step) => joined.push(step),
        }
    }
    joined
}

/// Runs the steps as the emitted function does: what the tests hold against an ECMA engine.
#[cfg(test)]
pub(super) fn is_match(matcher: &Matcher, text: &str) -> bool {
    let mut rest = text.as_bytes();
    run(&matcher.steps, &mut rest) && (!matcher.end || rest.is_empty())
}

#[cfg(test)]
fn run(steps: &[Step], rest: &mut &[u8]) -> bool {
    steps.iter().all(|step| match step {
        Step::Literal(bytes) => rest
            .strip_prefix(bytes.as_slice())
            .map(|after| *rest = after)
            .is_some(),
        Step::Run {
            class,
            min,
            max,
            wide,
        } => {
            let mut count = 0;
            while count < max.unwrap_or(u32::MAX)
                && rest.first().is_some_and(|byte| class.contains(*byte))
            {
                let continued = |byte: &&u8| *wide && **byte & 0xc0 == 0x80;
                *rest = &rest[1 + rest[1..].iter().take_while(continued).count()..];
                count += 1;
            }
            count >= *min
        }
        Step::Many {
            starts,
            steps,
            min,
            max,
        } => {
            let mut count = 0;
            while count < max.unwrap_or(u32::MAX)
                && rest.first().is_some_and(|byte| starts.contains(*byte))
            {
                if !run(steps, rest) {
                    return false;
                }
                count += 1;
            }
            count >= *min
        }
        Step::Choice { ways, optional } => {
            match ways
                .iter()
                .find(|(starts, _)| rest.first().is_some_and(|byte| starts.contains(*byte)))
            {
                Some((_, steps)) => run(steps, rest),
                None => *optional,
            }
        }
    })
}
