//! Dates, times and durations (RFC 3339 §5.6 and appendix A).

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Day {
    /// A day; `None` where the calendar has none such.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        (year <= 9999 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        // Years that begin in March have their leap day at the end.
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

/// A time of day with its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since local midnight; a leap second counts as the second after it.
    pub seconds: i64,
    /// The fraction, cut off after nine digits.
    pub nanoseconds: u32,
    /// Minutes east of UTC.
    pub offset: i64,
}

impl Clock {
    /// Seconds since midnight in UTC: below zero or beyond a day where the offset leads to another day.
    #[must_use]
    pub const fn utc_seconds(self) -> i64 {
        self.seconds - self.offset * 60
    }
}

struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    fn number(&mut self, digits: usize) -> Option<u16> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |value, byte| {
            byte.is_ascii_digit()
                .then(|| value * 10 + u16::from(byte - b'0'))
        })
    }

    fn two(&mut self) -> Option<u8> {
        self.number(2)?.try_into().ok()
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        first.eq_ignore_ascii_case(&wanted).then_some(())
    }

    fn day(&mut self) -> Option<Day> {
        let year = self.number(4)?;
        self.byte(b'-')?;
        let month = self.two()?;
        self.byte(b'-')?;
        Day::new(year, month, self.two()?)
    }

    fn clock(&mut self) -> Option<Clock> {
        let hour = self.two().filter(|hour| *hour < 24)?;
        self.byte(b':')?;
        let minute = self.two().filter(|minute| *minute < 60)?;
        self.byte(b':')?;
        let second = self.two().filter(|second| *second <= 60)?;
        let mut nanoseconds = 0;
        if self.0.first() == Some(&b'.') {
            let digits = self
                .0
                .iter()
                .skip(1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let fraction = self
                .0
                .get(1..=digits)
                .filter(|fraction| !fraction.is_empty())?;
            nanoseconds = fraction
                .iter()
                .chain(&[b'0'; 9])
                .take(9)
                .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            self.0 = self.0.get(digits + 1..)?;
        }
        let offset = self.offset()?;
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let clock = Clock {
            seconds,
            nanoseconds,
            offset,
        };
        // A leap second is the last of a day in UTC.
        (second < 60 || clock.utc_seconds().rem_euclid(86_400) == 0).then_some(clock)
    }

    fn offset(&mut self) -> Option<i64> {
        let sign = match self.0.first()? {
            b'Z' | b'z' => {
                self.0 = self.0.get(1..)?;
                return Some(0);
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hour = self.two().filter(|hour| *hour < 24)?;
        self.byte(b':')?;
        let minute = self.two().filter(|minute| *minute < 60)?;
        Some(sign * (i64::from(hour) * 60 + i64::from(minute)))
    }
}

/// Reads a `full-date`.
#[must_use]
pub fn read_date(text: &str) -> Option<Day> {
    let mut scanner = Scanner(text.as_bytes());
    scanner.day().filter(|_| scanner.0.is_empty())
}

/// Reads a `full-time`.
#[must_use]
pub fn read_time(text: &str) -> Option<Clock> {
    let mut scanner = Scanner(text.as_bytes());
    scanner.clock().filter(|_| scanner.0.is_empty())
}

/// Reads a `date-time`.
#[must_use]
pub fn read_date_time(text: &str) -> Option<(Day, Clock)> {
    let mut scanner = Scanner(text.as_bytes());
    let day = scanner.day()?;
    scanner.byte(b'T')?;
    let clock = scanner.clock()?;
    scanner.0.is_empty().then_some((day, clock))
}

/// `format: date-time`
#[must_use]
pub fn date_time(text: &str) -> bool {
    read_date_time(text).is_some()
}

/// `format: date`
#[must_use]
pub fn date(text: &str) -> bool {
    read_date(text).is_some()
}

/// `format: time`
#[must_use]
pub fn time(text: &str) -> bool {
    read_time(text).is_some()
}

/// `format: duration`: units in order and without gaps, weeks on their own.
#[must_use]
pub fn duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (days, clock) = match rest.split_once('T') {
        Some((days, clock)) => (days, Some(clock)),
        None => (rest, None),
    };
    match clock {
        None => units(days, "YMD") || units(days, "W"),
        Some(clock) => (days.is_empty() || units(days, "YMD")) && units(clock, "HMS"),
    }
}

/// Whether the text is numbers with units, each unit directly after the one before it in `order`.
fn units(mut text: &str, order: &str) -> bool {
    let mut left = None;
    while !text.is_empty() {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit = text.get(digits..).and_then(|rest| rest.chars().next());
        let Some(place) = unit.and_then(|unit| order.find(unit)) else {
            return false;
        };
        if digits == 0 || left.is_some_and(|before: usize| place != before + 1) {
            return false;
        }
        left = Some(place);
        text = text.get(digits + 1..).unwrap_or_default();
    }
    left.is_some()
}
