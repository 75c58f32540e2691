//! Values that are as well-formed as known ones and name nothing.

use crate::context::Context;
use counterpart_model::{Direction, api::SchemaId};
use serde_json::Value;

/// How many characters at the end are changed: many first, so that nobody has given out the result.
const CHANGED: [usize; 5] = [12, 8, 6, 4, 2];

/// A value like `known` that is valid by the schema and that nobody has given out: letters stay letters,
/// digits digits. `None` where there is no such value.
pub(super) fn unknown_like(context: &Context, schema: SchemaId, known: &str) -> Option<String> {
    let length = known.chars().count();
    CHANGED
        .into_iter()
        .flat_map(|changed| (1..9).map(move |turn| (changed, turn)))
        .map(|(changed, turn)| {
            known
                .chars()
                .enumerate()
                .map(|(at, c)| {
                    if at + changed < length {
                        c
                    } else {
                        turned(c, turn)
                    }
                })
                .collect::<String>()
        })
        .find(|text| {
            text != known
                && context
                    .judge
                    .is_valid(schema, Direction::Request, &Value::String(text.clone()))
                && !context.seen(schema).contains(text)
        })
}

/// The same kind of character, some places further: hexadecimal digits stay hexadecimal digits.
fn turned(c: char, turn: u8) -> char {
    let within = |first: u8, count: u8| {
        let at = u8::try_from(c).unwrap_or(first).wrapping_sub(first);
        char::from(first + (at + turn) % count)
    };
    match c {
        '0'..='9' => within(b'0', 10),
        'a'..='f' => within(b'a', 6),
        'g'..='z' => within(b'g', 20),
        'A'..='F' => within(b'A', 6),
        'G'..='Z' => within(b'G', 20),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::turned;

    #[test]
    fn each_kind_of_character_stays_its_kind() {
        for c in ('0'..='9').chain('a'..='z').chain('A'..='Z') {
            for turn in 1..9 {
                let other = turned(c, turn);
                assert_eq!(c.is_ascii_digit(), other.is_ascii_digit());
                assert_eq!(c.is_ascii_hexdigit(), other.is_ascii_hexdigit());
                assert_eq!(c.is_ascii_lowercase(), other.is_ascii_lowercase());
            }
        }
        assert_eq!(turned('-', 3), '-');
    }
}
