//! `time`: moments with their offset, and days.

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime};

super::texts! {
    OffsetDateTime = "date-time", |text| Self::parse(text, &Rfc3339).ok(),
        |value| value.format(&Rfc3339).unwrap_or_default();
    Date = "date", |text| Self::parse(text, &Iso8601::DATE).ok(), |value| value.format(&Iso8601::DATE).unwrap_or_default();
}
