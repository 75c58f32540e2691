//! ECMA-262 regular expressions (§22.2.1, `u` flag) → a tree.
//!
//! As tolerant as annex B of what people write without the flag: needless escapes, lone braces and brackets.

use super::class::{Class, Item};

/// A pattern's tree. Only what decides *whether* a text matches: no captures, no laziness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// `^`
    Start,
    /// `$`
    End,
    /// `\b`, or `\B` where `false`.
    Boundary(bool),
    /// One character.
    Class(Class),
    /// One after the other.
    Concat(Vec<Node>),
    /// One of them.
    Alternate(Vec<Node>),
    /// Again and again.
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
    },
}

/// Why there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoTree {
    /// Lookaround, a back-reference, or something newer: a matter for a backtracking engine.
    Backtracking,
    /// It is no pattern, or nests deeper than anyone reads.
    Invalid,
}

const MAX_DEPTH: usize = 100;

pub(super) fn parse(pattern: &str) -> Result<Node, NoTree> {
    let mut parser = Parser {
        text: pattern.chars().collect(),
        at: 0,
        depth: 0,
    };
    let node = parser.alternate()?;
    if parser.at == parser.text.len() {
        Ok(node)
    } else {
        Err(NoTree::Invalid)
    }
}

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = self
            .text
            .iter()
            .skip(self.at)
            .copied()
            .take(expected.len())
            .eq(expected.chars());
        if found {
            self.at += expected.len();
        }
        found
    }

    fn alternate(&mut self) -> Result<Node, NoTree> {
        let mut nodes = vec![self.concat()?];
        while self.eat("|") {
            nodes.push(self.concat()?);
        }
        Ok(if nodes.len() == 1 {
            nodes.remove(0)
        } else {
            Node::Alternate(nodes)
        })
    }

    fn concat(&mut self) -> Result<Node, NoTree> {
        let mut nodes = Vec::new();
        while let Some(next) = self.peek() {
            if matches!(next, '|' | ')') {
                break;
            }
            let node = self.atom()?;
            nodes.push(self.quantified(node)?);
        }
        Ok(if nodes.len() == 1 {
            nodes.remove(0)
        } else {
            Node::Concat(nodes)
        })
    }

    fn quantified(&mut self, node: Node) -> Result<Node, NoTree> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces()? {
                Some(counts) => counts,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        // The quantifier's last character.
        self.at += 1;
        self.eat("?");
        if max.is_some_and(|max| max < min) || matches!(self.peek(), Some('*' | '+' | '?')) {
            return Err(NoTree::Invalid);
        }
        Ok(Node::Repeat {
            node: Box::new(node),
            min,
            max,
        })
    }

    /// `{n}`, `{n,}`, `{n,m}`: leaves the parser at the closing brace. `None`: it is no quantifier.
    fn braces(&mut self) -> Result<Option<(u32, Option<u32>)>, NoTree> {
        let rest: String = self
            .text
            .iter()
            .skip(self.at + 1)
            .take_while(|next| **next != '}')
            .collect();
        let closed = self.text.get(self.at + 1 + rest.chars().count()) == Some(&'}');
        let (low, high) = rest
            .split_once(',')
            .map_or((rest.as_str(), None), |(low, high)| (low, Some(high)));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !closed || !digits(low) || high.is_some_and(|high| !high.is_empty() && !digits(high)) {
            return Ok(None);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| NoTree::Invalid);
        let min = number(low)?;
        let max = match high {
            None => Some(min),
            Some("") => None,
            Some(high) => Some(number(high)?),
        };
        self.at += 1 + rest.chars().count();
        Ok(Some((min, max)))
    }

    fn atom(&mut self) -> Result<Node, NoTree> {
        let Some(next) = self.peek() else {
            return Err(NoTree::Invalid);
        };
        self.at += 1;
        Ok(match next {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Class(Class::dot()),
            '(' => return self.group(),
            '[' => Node::Class(self.class()?),
            '\\' => return self.escape(),
            '*' | '+' | '?' => return Err(NoTree::Invalid),
            literal => Node::Class(Class::single(literal.into())),
        })
    }

    fn group(&mut self) -> Result<Node, NoTree> {
        if self.eat("?") && !self.eat(":") {
            let named =
                self.peek() == Some('<') && !matches!(self.text.get(self.at + 1), Some('=' | '!'));
            if !named {
                return Err(NoTree::Backtracking);
            }
            while self.peek().ok_or(NoTree::Invalid)? != '>' {
                self.at += 1;
            }
            self.at += 1;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(NoTree::Invalid);
        }
        let node = self.alternate()?;
        self.depth -= 1;
        if self.eat(")") {
            Ok(node)
        } else {
            Err(NoTree::Invalid)
        }
    }

    fn escape(&mut self) -> Result<Node, NoTree> {
        match self.peek().ok_or(NoTree::Invalid)? {
            'b' => {
                self.at += 1;
                Ok(Node::Boundary(true))
            }
            'B' => {
                self.at += 1;
                Ok(Node::Boundary(false))
            }
            '1'..='9' | 'k' => Err(NoTree::Backtracking),
            _ => {
                let items = self.class_escape()?;
                Ok(Node::Class(Class {
                    items,
                    negated: false,
                }))
            }
        }
    }

    fn class(&mut self) -> Result<Class, NoTree> {
        let negated = self.eat("^");
        let mut items = Vec::new();
        loop {
            let next = self.peek().ok_or(NoTree::Invalid)?;
            if next == ']' {
                self.at += 1;
                return Ok(Class { items, negated });
            }
            let from = self.class_atom()?;
            let dash =
                self.peek() == Some('-') && !matches!(self.text.get(self.at + 1), None | Some(']'));
            if !dash {
                items.extend(from);
                continue;
            }
            self.at += 1;
            let to = self.class_atom()?;
            match (from.as_slice(), to.as_slice()) {
                ([Item::Range(low, low_end)], [Item::Range(high, high_end)])
                    if low == low_end && high == high_end =>
                {
                    if low > high {
                        return Err(NoTree::Invalid);
                    }
                    items.push(Item::Range(*low, *high));
                }
                // `[\w-.]`: a set is no end of a range, so the dash is a dash (annex B).
                _ => {
                    items.extend(from);
                    items.push(Item::Range('-'.into(), '-'.into()));
                    items.extend(to);
                }
            }
        }
    }

    fn class_atom(&mut self) -> Result<Vec<Item>, NoTree> {
        let next = self.peek().ok_or(NoTree::Invalid)?;
        self.at += 1;
        if next == '\\' {
            if self.eat("b") {
                return Ok(vec![Item::Range(8, 8)]);
            }
            return self.class_escape();
        }
        Ok(vec![Item::Range(next.into(), next.into())])
    }

    /// What follows a backslash, inside a class or outside.
    fn class_escape(&mut self) -> Result<Vec<Item>, NoTree> {
        let letter = self.peek().ok_or(NoTree::Invalid)?;
        self.at += 1;
        if let Some(class) = Class::escape(letter) {
            return Ok(class.items);
        }
        let point = match letter {
            't' => 0x09,
            'n' => 0x0a,
            'v' => 0x0b,
            'f' => 0x0c,
            'r' => 0x0d,
            '0' if !matches!(self.peek(), Some('0'..='9')) => 0,
            'c' => {
                let letter = self
                    .peek()
                    .filter(char::is_ascii_alphabetic)
                    .ok_or(NoTree::Invalid)?;
                self.at += 1;
                u32::from(letter) % 32
            }
            'x' => self.hex(2).ok_or(NoTree::Invalid)?,
            'u' => self.unicode()?,
            'p' | 'P' => return self.property(letter == 'P'),
            '0'..='9' => return Err(NoTree::Backtracking),
            letter if letter.is_ascii_alphabetic() => return Err(NoTree::Backtracking),
            other => other.into(),
        };
        Ok(vec![Item::Range(point, point)])
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.text.get(self.at..self.at + digits)?.iter().collect();
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        u32::from_str_radix(&text, 16).ok()
    }

    fn unicode(&mut self) -> Result<u32, NoTree> {
        if self.eat("{") {
            let text: String = self
                .text
                .iter()
                .skip(self.at)
                .take_while(|next| **next != '}')
                .collect();
            self.at += text.chars().count() + 1;
            let point = u32::from_str_radix(&text, 16).map_err(|_| NoTree::Invalid)?;
            return if point <= 0x10_ffff {
                Ok(point)
            } else {
                Err(NoTree::Invalid)
            };
        }
        let first = self.hex(4).ok_or(NoTree::Invalid)?;
        if (0xd800..0xdc00).contains(&first) && self.eat("\\u") {
            let second = self.hex(4).ok_or(NoTree::Invalid)?;
            if (0xdc00..0xe000).contains(&second) {
                return Ok(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            return Err(NoTree::Backtracking);
        }
        Ok(first)
    }

    fn property(&mut self, negated: bool) -> Result<Vec<Item>, NoTree> {
        if !self.eat("{") {
            return Err(NoTree::Invalid);
        }
        let name: String = self
            .text
            .iter()
            .skip(self.at)
            .take_while(|next| **next != '}')
            .collect();
        self.at += name.chars().count() + 1;
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'='));
        if name.is_empty() || !plain || self.at > self.text.len() {
            return Err(NoTree::Invalid);
        }
        Ok(vec![Item::Property { name, negated }])
    }
}
