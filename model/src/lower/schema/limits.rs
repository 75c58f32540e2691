//! Limits: numbers and counts, and pairs of them that leave nothing.

use super::super::Context;
use crate::{Diagnostic, api::Number, diagnostic::Code, read::NodeRef};

/// A number, also where it stands in quotes.
pub(super) fn number<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> Option<Number> {
    let written = node.get(key)?;
    // A limit in quotes is a slip with one meaning.
    let read = written
        .as_number()
        .cloned()
        .or_else(|| written.as_str().and_then(Number::new));
    if written.as_number().is_none() {
        context.wrong_kind(written, key, "a number");
    }
    read
}

/// A count: a whole number from 0.
pub(super) fn length<'t>(context: &Context<'t>, node: NodeRef<'t>, key: &str) -> Option<u64> {
    let number = number(context, node, key)?;
    let length = number.as_i128().and_then(|value| u64::try_from(value).ok());
    if length.is_none() {
        context.warn(
            node.get(key).unwrap_or(node),
            Code::BadKeyword,
            format!("`{key}` has to be a whole number from 0, and is {number}"),
        );
    }
    length
}

/// Says it where a lower limit is above the upper one.
pub(super) fn ordered(
    context: &Context<'_>,
    node: NodeRef<'_>,
    low: &str,
    least: Option<u64>,
    high: &str,
    most: Option<u64>,
) {
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        contradictory(context, node, low, high);
    }
}

/// Says that two limits leave nothing.
pub(super) fn contradictory(context: &Context<'_>, node: NodeRef<'_>, low: &str, high: &str) {
    let at = node.get(low).unwrap_or(node);
    let mut diagnostic = Diagnostic::new(
        Code::ContradictoryLimits,
        format!("`{low}` is above `{high}`: nothing is valid"),
    )
    .at(at.key_span())
    .help("one of the two is wrong");
    if let Some(other) = node.get(high) {
        diagnostic = diagnostic.related(other.key_span(), "the other limit");
    }
    context.tell(diagnostic);
}
