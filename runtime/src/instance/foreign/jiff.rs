//! `jiff`: moments in UTC, and days.

super::texts! {
    jiff::Timestamp = "date-time", |text| text.parse().ok(), |value| value.to_string();
    jiff::civil::Date = "date", |text| text.parse().ok(), |value| value.to_string();
}
