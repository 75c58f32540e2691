//! Dates and times (RFC 3339).

use super::{Instance, Key};
use crate::format::{self, Clock, Day};
use crate::json::{Parsed, Parser, Refused, Writer};
use crate::schema::{Plain, SchemaRef};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A text is not in the format it should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not in the format {0}")]
pub struct FormatError(pub &'static str);

/// A moment (`format: date-time`) as it was written: offset, precision and all. Ordered by the moment.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    /// Since 1970-01-01T00:00:00Z; beyond what [`jiff::Timestamp`] reaches at both ends.
    seconds: i64,
    nanoseconds: u32,
    text: Box<str>,
}

impl DateTime {
    /// The moment. The last hours of the year 9999 become the latest moment that a [`jiff::Timestamp`] can be.
    #[must_use]
    pub fn timestamp(&self) -> jiff::Timestamp {
        let nanoseconds = i32::try_from(self.nanoseconds).unwrap_or(0);
        jiff::Timestamp::new(self.seconds, nanoseconds).unwrap_or(if self.seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// Now, in UTC, in whole milliseconds.
    #[must_use]
    pub fn now() -> Self {
        let now = jiff::Timestamp::now();
        let milliseconds = jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        Self::from(milliseconds)
    }
}

impl From<jiff::Timestamp> for DateTime {
    /// The moment in UTC, with as many digits as it needs.
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self {
            seconds: timestamp
                .as_nanosecond()
                .div_euclid(1_000_000_000)
                .try_into()
                .unwrap_or(0),
            nanoseconds: timestamp
                .as_nanosecond()
                .rem_euclid(1_000_000_000)
                .try_into()
                .unwrap_or(0),
            text: timestamp.to_string().into(),
        }
    }
}

impl From<DateTime> for jiff::Timestamp {
    fn from(moment: DateTime) -> Self {
        moment.timestamp()
    }
}

impl FromStr for DateTime {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let (day, clock) = format::read_date_time(text).ok_or(FormatError("date-time"))?;
        Ok(Self {
            seconds: day.days() * 86_400 + clock.utc_seconds(),
            nanoseconds: clock.nanoseconds,
            text: text.into(),
        })
    }
}

/// A day (`format: date`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(Day);

impl Date {
    /// A day; `None` where the calendar has none such (years 0 to 9999).
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        Day::new(year, month, day).map(Self)
    }

    /// Year, month and day.
    #[must_use]
    pub const fn parts(self) -> (u16, u8, u8) {
        (self.0.year, self.0.month, self.0.day)
    }

    /// The same day for `jiff`.
    #[must_use]
    pub fn to_jiff(self) -> jiff::civil::Date {
        let part = |value: u8| i8::try_from(value).unwrap_or(1);
        jiff::civil::Date::new(
            i16::try_from(self.0.year).unwrap_or(0),
            part(self.0.month),
            part(self.0.day),
        )
        .unwrap_or_default()
    }
}

impl FromStr for Date {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        format::read_date(text).map(Self).ok_or(FormatError("date"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year, self.0.month, self.0.day
        )
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Instance for Date {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Format("date"));

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        p.string()?.parse().map_err(|_| Refused)
    }

    fn write(&self, w: &mut Writer) {
        w.str(&self.to_string());
    }
}

/// A time of day with its offset (`format: time`) as it was written. Ordered by the time in UTC.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    seconds: i64,
    nanoseconds: u32,
    text: Box<str>,
}

impl FromStr for Time {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let clock: Clock = format::read_time(text).ok_or(FormatError("time"))?;
        let seconds = clock.utc_seconds().rem_euclid(86_400);
        Ok(Self {
            seconds,
            nanoseconds: clock.nanoseconds,
            text: text.into(),
        })
    }
}

/// A duration (`format: duration`, ISO 8601 as in RFC 3339 appendix A) as it was written. Durations have no order: a
/// month has no fixed length.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Duration {
    text: Box<str>,
}

impl FromStr for Duration {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if format::duration(text) {
            Ok(Self { text: text.into() })
        } else {
            Err(FormatError("duration"))
        }
    }
}

macro_rules! kept_text {
    ($($name:ident $format:literal)*) => {$(
        impl $name {
            /// The text, as it was written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl Instance for $name {
            const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Format($format));

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                p.string()?.parse().map_err(|_| Refused)
            }

            fn write(&self, w: &mut Writer) {
                w.str(&self.text);
            }
        }

        impl Key for $name {
            fn parse_key(text: Cow<'_, str>) -> Parsed<Self> {
                text.parse().map_err(|_| Refused)
            }

            fn as_key(&self) -> &str {
                &self.text
            }
        }
        crate::serde_by_value!($name);
    )*};
}
kept_text!(DateTime "date-time" Time "time" Duration "duration");
crate::serde_by_value!(Date);
