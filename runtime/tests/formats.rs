//! Formats against `jsonschema`, `regress` and `jiff`.
#![cfg(feature = "regress")]

use counterpart_runtime::{Date, DateTime, format};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static WITNESSES: LazyLock<BTreeMap<&str, jsonschema::Validator>> = LazyLock::new(|| {
    let names = [
        "date-time",
        "date",
        "time",
        "duration",
        "uuid",
        "email",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "hostname",
    ];
    let validator = |name: &&str| {
        let schema = serde_json::json!({"type": "string", "format": name});
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("a schema")
    };
    names.iter().map(|name| (*name, validator(name))).collect()
});

/// Where the witness is known to be wrong, with the place that says so.
fn witness_errs(name: &str, text: &str) -> bool {
    match name {
        // Where RFC 3339 has a digit, the witness takes the bytes beside them in ASCII, too.
        "date" | "time" | "date-time" => text.bytes().enumerate().any(|(at, byte)| {
            b"*+,-./".contains(&byte)
                && ('0'..='9').any(|digit| {
                    let mut right = text.to_owned();
                    right.replace_range(at..=at, &digit.to_string());
                    format::is_valid(name, &right)
                })
        }),
        // ECMA-262 lets nothing repeat an assertion (`Term`); the witness does.
        "regex" => ["*", "+", "?", "{"]
            .iter()
            .any(|repeat| text.contains(&format!("\\b{repeat}"))),
        _ => false,
    }
}

/// Texts near the border: pieces that valid ones are made of.
fn pieces(name: &str) -> Vec<&'static str> {
    match name {
        "date" | "date-time" | "time" => vec![
            "2024", "1999", "0000", "-", "02", "29", "30", "T", "t", " ", "23", ":", "59", "60",
            "00", ".", "5", "Z", "z", "+", "01:00", "-00:01", "24", "13", "٣",
        ],
        "duration" => vec![
            "P", "T", "1", "22", "Y", "M", "D", "W", "H", "S", ".", "-", "p",
        ],
        "uuid" => vec![
            "0123abcd",
            "-",
            "0123",
            "ABCD",
            "4bcd",
            "0123456789ab",
            "g",
            "{",
            "}",
        ],
        "ipv4" => vec!["0", "1", "255", "256", "01", ".", " ", "0x1"],
        "ipv6" => vec![
            ":", "::", "0", "ffff", "12345", "g", "1.2.3.4", "%eth0", "1",
        ],
        "json-pointer" | "relative-json-pointer" => {
            vec!["/", "~0", "~1", "~", "a", "0", "1", "01", "#", "é"]
        }
        "uri-template" => vec![
            "{", "}", "a", "+", "#", "?", ",", "*", ":", "3", "10000", "%41", "%", " ", "é", ".",
            "/",
        ],
        "regex" => vec![
            "a", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<n>", "\\k<n>", "[", "]", "^", "-", "*",
            "+", "?", "{2}", "{2,1}", "{", "}", "\\d", "\\1", "\\2", "\\u{61}", "\\u0061",
            "\\p{L}", "\\x61", "\\cA", "\\b", "\\a", "|", "$", ".", "\\", "\\-", "z",
        ],
        _ => vec![
            "a", "b.c", "@", ":", "/", "//", "?", "#", "[", "]", "::1", "%41", "%4", " ", "é", "-",
            "_", ".", "x:", "http:", "80", "~", "!", "\"", "\\", "user", "{", "^", "+",
        ],
    }
}

fn disagreement(name: &str, text: &str) -> Option<String> {
    let ours = format::is_valid(name, text);
    let theirs = match WITNESSES.get(name) {
        Some(witness) => witness.is_valid(&serde_json::Value::from(text)),
        // The witness reads patterns without the `u` flag, and lets every mailbox through as `idn-email`.
        None => regress::Regex::with_flags(text, "u").is_ok(),
    };
    (ours != theirs && !witness_errs(name, text))
        .then(|| format!("{name} {text:?}: ours {ours}, theirs {theirs}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formats_agree(choices in prop::collection::vec(any::<prop::sample::Index>(), 1..9)) {
        let mut found = Vec::new();
        for name in WITNESSES.keys().chain(&["regex"]) {
            let pieces = pieces(name);
            let text: String = choices.iter().map(|choice| pieces[choice.index(pieces.len())]).collect();
            found.extend(disagreement(name, &text));
        }
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn one_byte_off(at in any::<prop::sample::Index>(), byte in b' '..=b'~', cut in any::<bool>()) {
        for (name, valid) in [
            ("date", "2024-02-29"), ("time", "23:59:59.5Z"), ("date-time", "2024-02-29T23:59:60+00:00"),
            ("date-time", "1985-04-12T23:20:50.52-07:59"), ("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380"),
            ("email", "joe.bloggs@[IPv6:::1]"), ("ipv6", "1:2::192.168.0.1"), ("ipv4", "192.168.0.1"),
            ("uri", "http://user:pw@example.com:80/%41/b?c#d"), ("duration", "P4DT12H30M5S"), ("hostname", "a-b.example.org"),
        ] {
            prop_assert!(format::is_valid(name, valid));
            let mut bytes = valid.as_bytes().to_vec();
            let at = at.index(bytes.len());
            if cut { bytes.remove(at); } else { bytes[at] = byte; }
            let text = String::from_utf8(bytes).expect("ASCII");
            let found = disagreement(name, &text);
            prop_assert!(found.is_none(), "{found:?}");
        }
    }

    #[test]
    fn moments_agree_with_jiff(second in -62_000_000_000_i64..253_000_000_000, nanosecond in 0..1_000_000_000_i32, offset in -1439..1440_i64) {
        let moment = jiff::Timestamp::new(second, nanosecond).expect("in range");
        prop_assert_eq!(DateTime::from(moment).timestamp(), moment);
        let zone = jiff::tz::Offset::from_seconds(i32::try_from(offset * 60).expect("small")).expect("in range");
        let text = jiff::fmt::temporal::DateTimePrinter::new().timestamp_with_offset_to_string(&moment, zone);
        let read: DateTime = text.parse().expect("RFC 3339");
        prop_assert_eq!(read.timestamp(), moment);
        prop_assert_eq!(read.as_str(), text);
    }

    #[test]
    fn days_agree_with_jiff(year in 0..10_000_i16, month in 0..14_i8, day in 0..33_i8) {
        let text = format!("{year:04}-{month:02}-{day:02}");
        let theirs = jiff::civil::Date::new(year, month, day).ok();
        prop_assert_eq!(text.parse::<Date>().ok().map(Date::to_jiff), theirs);
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        for name in WITNESSES.keys().chain(&["regex", "idn-email", "idn-hostname", "byte", "password", "unheard-of"]) {
            let _ = format::is_valid(name, &text);
        }
    }
}
