//! `chrono`: moments with their offset, and days.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Timelike as _};

super::texts! {
    // `chrono` keeps a leap second as 59 with more than a second of nanoseconds, which it writes back.
    DateTime<FixedOffset> = "date-time", |text| DateTime::parse_from_rfc3339(text).ok(),
        |value| value.to_rfc3339_opts(digits(value.nanosecond()), true);
    NaiveDate = "date", |text| text.parse().ok(), |value| value.format("%Y-%m-%d").to_string();
}

/// As many digits as say it all.
const fn digits(nanoseconds: u32) -> SecondsFormat {
    match nanoseconds % 1_000_000_000 {
        0 => SecondsFormat::Secs,
        some if some % 1_000_000 == 0 => SecondsFormat::Millis,
        some if some % 1_000 == 0 => SecondsFormat::Micros,
        _ => SecondsFormat::Nanos,
    }
}
