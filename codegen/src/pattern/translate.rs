//! A tree → the syntax of the `regex` crate, which matches it in linear time.
//!
//! Every class is written out by code points, so that nothing depends on what the two dialects mean by `\d` or `.`.

use super::class::{Class, Item};
use super::parse::Node;
use std::fmt::Write as _;

/// The tree as a `regex` pattern; `None` where `regex` does not take it.
pub(super) fn translate(node: &Node) -> Option<String> {
    let mut out = String::new();
    write_node(node, &mut out);
    // The build is the judge: properties it does not know, counts that grow beyond its limit.
    regex::Regex::new(&out).is_ok().then_some(out)
}

fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Start => out.push('^'),
        Node::End => out.push('$'),
        // ECMA-262's word characters are ASCII's.
        Node::Boundary(true) => out.push_str(r"(?-u:\b)"),
        Node::Boundary(false) => out.push_str(r"(?-u:\B)"),
        Node::Class(class) => write_class(class, out),
        Node::Concat(nodes) => nodes.iter().for_each(|node| write_atom(node, out)),
        Node::Alternate(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write_node(node, out);
            }
        }
        Node::Repeat { node, min, max } => {
            write_atom(node, out);
            match (min, max) {
                (0, None) => out.push('*'),
                (1, None) => out.push('+'),
                (0, Some(1)) => out.push('?'),
                (min, None) => _ = write!(out, "{{{min},}}"),
                (min, Some(max)) => _ = write!(out, "{{{min},{max}}}"),
            }
        }
    }
}

fn write_atom(node: &Node, out: &mut String) {
    if matches!(node, Node::Class(_)) {
        return write_node(node, out);
    }
    out.push_str("(?:");
    write_node(node, out);
    out.push(')');
}

fn write_class(class: &Class, out: &mut String) {
    if let Some(character) = class.as_single().filter(char::is_ascii_alphanumeric) {
        out.push(character);
        return;
    }
    let Some(points) = class.code_points() else {
        out.push_str(if class.negated { "[^" } else { "[" });
        for item in &class.items {
            match item {
                Item::Range(from, to) => write_range(*from, *to, out),
                Item::Property { name, negated } => {
                    _ = write!(out, "\\{}{{{name}}}", if *negated { 'P' } else { 'p' });
                }
            }
        }
        out.push(']');
        return;
    };
    let from = out.len();
    out.push('[');
    points
        .iter()
        .for_each(|(low, high)| write_range(*low, *high, out));
    if out.len() == from + 1 {
        // Nothing is in it, which the syntax cannot say with brackets alone.
        out.push_str("a&&b");
    }
    out.push(']');
}

/// A range without the surrogates, which no Rust string holds.
fn write_range(from: u32, to: u32, out: &mut String) {
    let mut part = |from: u32, to: u32| {
        if from > to {
            return;
        }
        write_point(from, out);
        if from < to {
            out.push('-');
            write_point(to, out);
        }
    };
    if to < 0xd800 || from > 0xdfff {
        return part(from, to);
    }
    part(from, 0xd7ff);
    part(0xe000.max(from), to);
}

fn write_point(point: u32, out: &mut String) {
    match char::from_u32(point) {
        Some(character) if character.is_ascii_alphanumeric() => out.push(character),
        _ => _ = write!(out, "\\x{{{point:x}}}"),
    }
}
