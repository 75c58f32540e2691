//! JSON pointers (RFC 6901) in URI fragments.

use crate::{
    diagnostic::{Code, Diagnostic},
    read::NodeRef,
};

/// Why a reference cannot be followed.
pub(crate) enum Fault {
    /// `$ref` is something else than text.
    NoText(&'static str),
    /// Another host.
    Remote(String),
    /// A file that cannot be read, and why.
    File(String, String),
    /// A file outside of the root document's folder.
    Outside(String),
    /// The place does not exist.
    Missing {
        reference: String,
        /// Pointer and key place of the last part that exists.
        reached: String,
        token: String,
        near: Option<String>,
    },
    /// Only more references behind it.
    Circle,
}

impl Fault {
    /// The diagnostic for it, at the `$ref`'s value.
    pub(crate) fn diagnostic(&self, reference: NodeRef<'_>) -> Diagnostic {
        let diagnostic = match self {
            Self::NoText(kind) => Diagnostic::new(
                Code::MalformedReference,
                format!("`$ref` is {kind}, but has to be text"),
            ),
            Self::Remote(text) => Diagnostic::new(
                Code::RemoteReference,
                format!("`{text}` is on another host, and the network is not used"),
            )
            .help("copy the file beside the document and refer to the copy, or allow it: `--allow-remote-refs`"),
            Self::File(file, why) => Diagnostic::new(
                Code::UnreadableReference,
                format!("the file `{file}` cannot be read: {why}"),
            )
            .help("file references are relative to the file they stand in"),
            Self::Outside(file) => Diagnostic::new(
                Code::OutsideTree,
                format!("`{file}` is outside of the root document's folder"),
            )
            .help("move the root document up, or the file down"),
            Self::Missing {
                reference,
                reached,
                token,
                near,
            } => {
                let place = if reached.is_empty() {
                    "the root".to_owned()
                } else {
                    format!("`{reached}`")
                };
                let diagnostic = Diagnostic::new(
                    Code::MissingTarget,
                    format!("`{reference}` leads nowhere: {place} has no `{token}`"),
                );
                match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                }
            }
            Self::Circle => {
                Diagnostic::new(Code::ReferenceCycle, "this chain of references never ends")
            }
        };
        diagnostic.at(reference.span())
    }
}

/// Undoes percent-encoding, as far as it gives UTF-8.
pub(super) fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = bytes
            .get(at + 1..at + 3)
            .filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// One token of a pointer, without its escapes.
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The child a token names.
pub(super) fn child<'t>(node: NodeRef<'t>, token: &str) -> Option<NodeRef<'t>> {
    if node.is_array() {
        return token.parse().ok().and_then(|index| node.items().nth(index));
    }
    node.get(token)
}

/// The member name nearest to a misspelt one, if one is near enough to be meant.
pub(super) fn nearest(node: NodeRef<'_>, token: &str) -> Option<String> {
    let limit = (token.chars().count() / 3).clamp(1, 3);
    node.members()
        .take(2_000)
        .map(|(name, _)| (distance(name, token, limit), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.to_owned())
}

/// Edit distance, or anything above `limit` where it is larger.
fn distance(left: &str, right: &str, limit: usize) -> usize {
    let right: Vec<char> = right.chars().take(100).collect();
    let left: Vec<char> = left.chars().take(100).collect();
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        for (j, b) in right.iter().enumerate() {
            let same = a.to_lowercase().eq(b.to_lowercase());
            let above = row.get(j + 1).copied().unwrap_or(limit + 1);
            let cost = (diagonal + usize::from(!same))
                .min(above + 1)
                .min(previous + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = previous;
            }
            previous = cost;
        }
        if let Some(cell) = row.last_mut() {
            *cell = previous;
        }
    }
    row.last().copied().unwrap_or(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_lose_their_escapes() {
        assert_eq!(unescape("~1pets~1{id}"), "/pets/{id}");
        assert_eq!(unescape("~01"), "~1");
        assert_eq!(percent_decode("%7Bid%7D%"), "{id}%");
        assert_eq!(percent_decode("%ff"), "%ff");
    }

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        assert_eq!(distance("Customer", "Custmer", 2), 1);
        assert_eq!(distance("customer", "Customer", 2), 0);
        assert_eq!(distance("kitten", "sitting", 3), 3);
        assert!(distance("Customer", "Account", 3) > 3);
    }
}
