//! What a plain YAML scalar is: YAML 1.2's core schema (§10.3.2), with one deliberate exception.

use super::Data;
use crate::{
    api::Number,
    diagnostic::{Code, Diagnostic},
};

/// A plain scalar's value, and what to say about it.
pub(super) struct Scalar {
    pub(super) data: Data,
    pub(super) lint: Option<Lint>,
}

/// Spellings that parsers disagree about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lint {
    /// `yes`, `no`, `on`, `off`: booleans to YAML 1.1, strings to 1.2.
    OldBoolean,
    /// `090`: octal, decimal or text, depending on whom one asks. Kept as text: JSON has no such
    /// number, and a code with leading zeros is what authors mean.
    LeadingZero,
    /// `.inf`, `.nan`: JSON has no such number.
    NoJsonNumber,
}

impl Lint {
    /// What to say about a scalar with this spelling.
    pub(super) fn diagnostic(self, text: &str) -> Diagnostic {
        let (message, help) = match self {
            Self::OldBoolean => (
                format!("`{text}` is a string here, but a boolean to YAML 1.1 tools"),
                format!("write \"{text}\" in quotes, or true / false"),
            ),
            Self::LeadingZero => (
                format!(
                    "`{text}` is octal, decimal or text, depending on the tool; it is read as text"
                ),
                format!("write \"{text}\" in quotes, or the number without leading zeros"),
            ),
            Self::NoJsonNumber => (
                format!("JSON has no number `{text}`; it is read as text"),
                "leave the limit out".to_owned(),
            ),
        };
        Diagnostic::new(Code::AmbiguousScalar, message).help(help)
    }
}

/// Resolves a plain scalar.
pub(super) fn plain(text: &str) -> Scalar {
    let data = match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" => Data::Bool(true),
        "false" | "False" | "FALSE" => Data::Bool(false),
        _ => return number(text).unwrap_or_else(|| string(text)),
    };
    Scalar { data, lint: None }
}

fn string(text: &str) -> Scalar {
    let lint = match text {
        "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => {
            Some(Lint::OldBoolean)
        }
        _ => None,
    };
    Scalar {
        data: Data::String(text.into()),
        lint,
    }
}

fn number(text: &str) -> Option<Scalar> {
    let first = *text.as_bytes().first()?;
    if !matches!(first, b'-' | b'+' | b'.' | b'0'..=b'9') {
        return None;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Scalar {
            data: Data::String(text.into()),
            lint: Some(Lint::NoJsonNumber),
        });
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            let value = u64::from_str_radix(digits, radix).ok().filter(|_| valid)?;
            return Some(Scalar {
                data: Data::Number(Number::from(value)),
                lint: None,
            });
        }
    }
    let json = in_json(text)?;
    let whole = unsigned.split(['.', 'e', 'E']).next().unwrap_or_default();
    if whole.len() > 1 && whole.starts_with('0') {
        return Some(Scalar {
            data: Data::String(text.into()),
            lint: Some(Lint::LeadingZero),
        });
    }
    Some(Scalar {
        data: Data::Number(Number::new(&json)?),
        lint: None,
    })
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, spelled as JSON spells it.
fn in_json(text: &str) -> Option<String> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    let mut out = format!("{sign}{}", if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        out.push('.');
        out.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if bare.is_empty() || !digits(bare) {
            return None;
        }
        out.push('e');
        out.push_str(exponent);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match plain(text).data {
            Data::Null => "null".into(),
            Data::Bool(value) => format!("bool {value}"),
            Data::Number(number) => format!("number {number}"),
            Data::String(text) => format!("string {text}"),
            Data::Array(_) | Data::Object(_) => unreachable!("a scalar is no container"),
        }
    }

    #[test]
    fn the_core_schema() {
        for (text, value) in [
            ("", "null"),
            ("~", "null"),
            ("Null", "null"),
            ("nULL", "string nULL"),
            ("TRUE", "bool true"),
            ("tRUE", "string tRUE"),
            ("no", "string no"),
            ("1", "number 1"),
            ("-1", "number -1"),
            ("+1", "number 1"),
            ("0", "number 0"),
            ("1.", "number 1"),
            (".5", "number 0.5"),
            ("-.5", "number -0.5"),
            ("1e3", "number 1e3"),
            ("1.5E-3", "number 1.5e-3"),
            ("0x1F", "number 31"),
            ("0o17", "number 15"),
            ("0x", "string 0x"),
            ("090", "string 090"),
            ("00", "string 00"),
            ("0.10", "number 0.10"),
            (".inf", "string .inf"),
            ("-", "string -"),
            (".", "string ."),
            ("1_000", "string 1_000"),
            ("2020-01-01", "string 2020-01-01"),
            ("12:30", "string 12:30"),
            ("9223372036854775808123", "number 9223372036854775808123"),
            ("+1 650", "string +1 650"),
            ("1e", "string 1e"),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }

    #[test]
    fn ambiguous_spellings_are_told() {
        assert!(plain("no").lint == Some(Lint::OldBoolean));
        assert!(plain("010").lint == Some(Lint::LeadingZero));
        assert!(plain(".NaN").lint == Some(Lint::NoJsonNumber));
        assert!(plain("none").lint.is_none());
    }
}
