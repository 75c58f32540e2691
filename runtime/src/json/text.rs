//! JSON strings: where they end, and what their escapes mean.

use super::{Parsed, Refused};

/// How many bytes at the start of `bytes` are neither `"`, `\` nor a control character.
///
/// Eight bytes at a time: a byte is special if it is below 0x20, or zero after `^ '"'` or `^ '\'`.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    for chunk in bytes.chunks_exact(8) {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        let zero = |x: u64| x.wrapping_sub(ONES) & !x & HIGH;
        let special = zero(word ^ (ONES * 0x22))
            | zero(word ^ (ONES * 0x5c))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGH);
        if special != 0 {
            // Borrows only travel upwards, so the lowest marked byte is right.
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)
        .unwrap_or(rest.len())
}

/// The text of a string whose body starts at `from`, escapes decoded, and where its closing quote is.
pub(super) fn decode(text: &str, from: usize) -> Parsed<(String, usize)> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut at = from;
    loop {
        let plain = plain_length(bytes.get(at..).ok_or(Refused)?);
        out.push_str(text.get(at..at + plain).ok_or(Refused)?);
        at += plain;
        match bytes.get(at) {
            Some(b'"') => return Ok((out, at)),
            Some(b'\\') => {
                let (character, next) = escape(bytes, at + 1)?;
                out.push(character);
                at = next;
            }
            _ => return Err(Refused),
        }
    }
}

/// Where the string whose body starts at `from` has its closing quote, every escape checked.
pub(super) fn end_of(bytes: &[u8], from: usize) -> Parsed<usize> {
    let mut at = from;
    loop {
        at += plain_length(bytes.get(at..).ok_or(Refused)?);
        match bytes.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => at = escape(bytes, at + 1)?.1,
            _ => return Err(Refused),
        }
    }
}

/// The character an escape stands for, `at` being after the backslash, and where it ends.
fn escape(bytes: &[u8], at: usize) -> Parsed<(char, usize)> {
    let character = match bytes.get(at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at + 1),
        _ => return Err(Refused),
    };
    Ok((character, at + 1))
}

/// `XXXX`, or `XXXX\uXXXX` for a surrogate pair. A lone surrogate is no character and is refused.
fn unicode_escape(bytes: &[u8], at: usize) -> Parsed<(char, usize)> {
    let first = hex4(bytes, at)?;
    if !(0xd800..=0xdfff).contains(&first) {
        return Ok((char::from_u32(first).ok_or(Refused)?, at + 4));
    }
    if first >= 0xdc00 || bytes.get(at + 4..at + 6) != Some(b"\\u") {
        return Err(Refused);
    }
    let second = hex4(bytes, at + 6)?;
    if !(0xdc00..=0xdfff).contains(&second) {
        return Err(Refused);
    }
    let scalar = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    Ok((char::from_u32(scalar).ok_or(Refused)?, at + 10))
}

fn hex4(bytes: &[u8], at: usize) -> Parsed<u32> {
    let digits = bytes.get(at..at + 4).ok_or(Refused)?;
    digits.iter().try_fold(0, |value, &byte| {
        let digit = char::from(byte).to_digit(16).ok_or(Refused)?;
        Ok(value * 16 + digit)
    })
}
