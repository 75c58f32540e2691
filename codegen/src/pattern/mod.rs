//! ECMA-262 patterns → how generated code matches them.
//!
//! Straight-line steps where the next byte always decides, else the `regex` crate (linear time), else a backtracking
//! engine. All three mean what ECMA-262 means.

mod class;
mod matcher;
mod parse;
mod translate;

use matcher::{Bytes, Matcher, Step};
use parse::NoTree;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// How one pattern is matched.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// From left to right, by bytes.
    Straight(StraightLine),
    /// With this text in the syntax of `regex`.
    Linear(String),
    /// As it is, by an ECMA-262 engine.
    Backtracking,
}

/// Steps that need no engine.
#[derive(Clone, Debug)]
pub(crate) struct StraightLine(Matcher);

/// The engine for a pattern; `None` where none takes it.
pub(crate) fn engine(pattern: &str) -> Option<Engine> {
    match parse::parse(pattern) {
        Ok(tree) => {
            if let Some(matcher) = matcher::compile(&tree) {
                return Some(Engine::Straight(StraightLine(matcher)));
            }
            translate::translate(&tree)
                .map(Engine::Linear)
                .or_else(|| backtracking(pattern))
        }
        Err(NoTree::Backtracking) => backtracking(pattern),
        // Perhaps only this parser does not know it.
        Err(NoTree::Invalid) => backtracking(pattern),
    }
}

fn backtracking(pattern: &str) -> Option<Engine> {
    let taken = regress::Regex::with_flags(pattern, "u")
        .or_else(|_| regress::Regex::new(pattern))
        .is_ok();
    taken.then_some(Engine::Backtracking)
}

impl StraightLine {
    /// The body of a `fn(text: &str) -> bool`.
    pub(crate) fn body(&self) -> TokenStream {
        let Matcher { steps, end } = &self.0;
        if steps.is_empty() && !end {
            return quote!(_ = text; true);
        }
        if steps.is_empty() {
            return quote!(text.is_empty());
        }
        let condition = conditions(steps);
        let end = end.then(|| quote!(&&scan.end()));
        quote! {
            let mut scan = Scan::new(text);
            #condition #end
        }
    }
}

fn conditions(steps: &[Step]) -> TokenStream {
    let conditions = steps.iter().map(condition);
    if steps.is_empty() {
        quote!(true)
    } else {
        quote!(#(#conditions)&&*)
    }
}

fn condition(step: &Step) -> TokenStream {
    match step {
        Step::Literal(bytes) => {
            let bytes = Literal::byte_string(bytes);
            quote!(scan.literal(#bytes))
        }
        Step::Run {
            class,
            min,
            max,
            wide,
        } => {
            let (min, max, class) = (Literal::u32_unsuffixed(*min), most(*max), closure(*class));
            if *wide {
                quote!(scan.characters(#min, #max, #class))
            } else {
                quote!(scan.run(#min, #max, #class))
            }
        }
        Step::Many {
            starts,
            steps,
            min,
            max,
        } => {
            let (min, max, starts) = (Literal::u32_unsuffixed(*min), most(*max), closure(*starts));
            let steps = conditions(steps);
            quote!(scan.many(#min, #max, #starts, |scan| #steps))
        }
        Step::Choice { ways, optional } => {
            let ways = ways.iter().map(|(starts, steps)| {
                let (starts, steps) = (closure(*starts), conditions(steps));
                quote!(if scan.at(#starts) { #steps } else)
            });
            quote!((#(#ways)* { #optional }))
        }
    }
}

fn most(max: Option<u32>) -> TokenStream {
    match max {
        Some(max) => {
            let max = Literal::u32_unsuffixed(max);
            quote!(#max)
        }
        None => quote!(usize::MAX),
    }
}

fn closure(class: Bytes) -> TokenStream {
    let ranges = class.ranges();
    if ranges == [(0, u8::MAX)] {
        return quote!(|_| true);
    }
    let known = match ranges.as_slice() {
        [(b'0', b'9')] => Some(quote!(is_ascii_digit)),
        [(b'A', b'Z')] => Some(quote!(is_ascii_uppercase)),
        [(b'a', b'z')] => Some(quote!(is_ascii_lowercase)),
        [(b'A', b'Z'), (b'a', b'z')] => Some(quote!(is_ascii_alphabetic)),
        [(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')] => Some(quote!(is_ascii_alphanumeric)),
        [(b'0', b'9'), (b'A', b'F'), (b'a', b'f')] => Some(quote!(is_ascii_hexdigit)),
        _ => None,
    };
    if let Some(known) = known {
        return quote!(|byte| byte.#known());
    }
    let ranges = ranges.into_iter().map(|(from, to)| {
        let (from, to) = (byte(from), byte(to));
        if from.to_string() == to.to_string() {
            quote!(#from)
        } else {
            quote!(#from..=#to)
        }
    });
    quote!(|byte| matches!(byte, #(#ranges)|*))
}

fn byte(byte: u8) -> Literal {
    if byte.is_ascii() {
        Literal::byte_character(byte)
    } else {
        Literal::u8_unsuffixed(byte)
    }
}

#[cfg(test)]
mod tests;
