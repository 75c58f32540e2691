//! Types of other crates take what the runtime's own take, and refuse what they cannot hold.

use counterpart_runtime::{Instance, text};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

fn reads<T: Instance + Debug + PartialEq>(cases: &[(&str, Option<&str>)]) {
    for (json, wanted) in cases {
        let read = T::from_json_text(json);
        match (read, wanted) {
            (Ok(value), Some(wanted)) => {
                let written = value.to_json();
                assert_eq!(String::from_utf8_lossy(&written), *wanted, "{json}");
                assert_eq!(
                    T::from_json(&written).ok(),
                    Some(value),
                    "{json} a second time"
                );
            }
            (Err(violations), None) => assert!(!violations.is_empty(), "{json}"),
            (read, wanted) => assert_eq!(read.is_ok(), wanted.is_some(), "{json}: {read:?}"),
        }
    }
}

const WRONG: [(&str, Option<&str>); 4] = [
    (r#""2024-02-30T00:00:00Z""#, None),
    (r#""2024-01-01 00:00:00Z""#, None),
    (r#""2024-01-01""#, None),
    ("1", None),
];

#[test]
fn moments() {
    let whole = (
        r#""2024-01-02T03:04:05Z""#,
        Some(r#""2024-01-02T03:04:05Z""#),
    );
    let fraction = (
        r#""2024-01-02T03:04:05.120Z""#,
        Some(r#""2024-01-02T03:04:05.12Z""#),
    );
    reads::<jiff::Timestamp>(&[
        whole,
        fraction,
        (
            r#""2024-01-02T03:04:05+01:00""#,
            Some(r#""2024-01-02T02:04:05Z""#),
        ),
    ]);
    reads::<jiff::Timestamp>(&WRONG);
    reads::<text::DateTime>(&[
        whole,
        (
            r#""2024-01-02t03:04:05.120z""#,
            Some(r#""2024-01-02t03:04:05.120z""#),
        ),
    ]);
    reads::<text::DateTime>(&WRONG);
    #[cfg(feature = "chrono")]
    {
        let offset = r#""2024-01-02T03:04:05+01:00""#;
        let millis = (
            r#""2024-01-02T03:04:05.12Z""#,
            Some(r#""2024-01-02T03:04:05.120Z""#),
        );
        reads::<chrono::DateTime<chrono::FixedOffset>>(&[whole, millis, (offset, Some(offset))]);
        reads::<chrono::DateTime<chrono::FixedOffset>>(&WRONG);
    }
    #[cfg(feature = "time")]
    {
        let offset = r#""2024-01-02T03:04:05+01:00""#;
        reads::<time::OffsetDateTime>(&[whole, fraction, (offset, Some(offset))]);
        reads::<time::OffsetDateTime>(&WRONG);
    }
}

#[test]
fn days_and_uuids() {
    let day = (r#""2024-02-29""#, Some(r#""2024-02-29""#));
    let wrong = (r#""2023-02-29""#, None);
    reads::<jiff::civil::Date>(&[day, wrong]);
    reads::<text::Date>(&[day, wrong]);
    #[cfg(feature = "chrono")]
    reads::<chrono::NaiveDate>(&[day, wrong]);
    #[cfg(feature = "time")]
    reads::<time::Date>(&[day, wrong]);
    let uuid = r#""0190f3c2-7b6e-7d4a-9c1b-2f3e4d5c6b7a""#;
    let braces = (r#""{0190f3c2-7b6e-7d4a-9c1b-2f3e4d5c6b7a}""#, None);
    reads::<text::Uuid>(&[(uuid, Some(uuid)), braces]);
    #[cfg(feature = "uuid")]
    reads::<uuid::Uuid>(&[(uuid, Some(uuid)), braces]);
}

#[cfg(feature = "rust_decimal")]
#[test]
fn decimals_are_exact_or_refused() {
    reads::<rust_decimal::Decimal>(&[
        ("0.10", Some("0.10")),
        (
            "-12345678901234567890.123",
            Some("-12345678901234567890.123"),
        ),
        ("1e3", Some("1000")),
        ("1.5e-2", Some("0.015")),
        ("1e40", None),
        ("0.12345678901234567890123456789012345", None),
        ("\"1\"", None),
    ]);
}

#[test]
fn maps() {
    reads::<BTreeMap<String, i64>>(&[
        (r#"{"b":1,"a":2}"#, Some(r#"{"a":2,"b":1}"#)),
        (r#"{"a":"x"}"#, None),
        ("[]", None),
    ]);
    reads::<HashMap<String, i64>>(&[
        (r#"{"b":1,"a":2}"#, Some(r#"{"a":2,"b":1}"#)),
        (r#"{"a":1,"a":2}"#, None),
    ]);
}
