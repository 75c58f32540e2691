//! Formats that `jsonschema` reads too leniently, or not at all.

/// A format and its check.
type Check = (&'static str, fn(&str) -> bool);

/// What is checked here instead.
pub(super) const OWN: &[Check] = &[
    ("date-time", date_time),
    ("date", date),
    ("time", time),
    ("byte", byte),
];

/// RFC 3339 §5.6 `date-time`, to the letter: digits are digits, days exist, and a leap second is the
/// last of its day in UTC.
fn date_time(text: &str) -> bool {
    read_date_time(text.as_bytes()).is_some()
}

fn read_date_time(text: &[u8]) -> Option<()> {
    let (date, rest) = text.split_at_checked(10)?;
    let year = number(date.get(..4)?)?;
    let month = number(date.get(5..7)?)?;
    let day = number(date.get(8..10)?)?;
    let dashes = date.get(4) == Some(&b'-') && date.get(7) == Some(&b'-');
    let (time, rest) = rest.split_at_checked(9)?;
    let hour = number(time.get(1..3)?)?;
    let minute = number(time.get(4..6)?)?;
    let second = number(time.get(7..9)?)?;
    let marks = matches!(time.first(), Some(b'T' | b't'))
        && time.get(3) == Some(&b':')
        && time.get(6) == Some(&b':');
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits == 0 {
                return None;
            }
            fraction.get(digits..)?
        }
        None => rest,
    };
    let east = offset(rest)?;
    let calendar = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    let clock = hour < 24 && minute < 60 && second <= 60;
    let leap = second < 60 || (hour * 60 + minute - east).rem_euclid(24 * 60) == 24 * 60 - 1;
    (dashes && marks && calendar && clock && leap).then_some(())
}

/// RFC 3339 §5.6 `full-date`: as much as a `date-time` has before its `T`.
fn date(text: &str) -> bool {
    text.len() == 10 && date_time(&format!("{text}T00:00:00Z"))
}

/// Minutes east of UTC.
fn offset(text: &[u8]) -> Option<i32> {
    let (sign, rest) = text.split_first()?;
    if matches!(sign, b'Z' | b'z') {
        return rest.is_empty().then_some(0);
    }
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hour, minute) = (number(rest.get(..2)?)?, number(rest.get(3..5)?)?);
    let fine = rest.len() == 5 && rest.get(2) == Some(&b':') && hour < 24 && minute < 60;
    fine.then_some(sign * (hour * 60 + minute))
}

fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + i32::from(byte - b'0'))
    })
}

const fn days(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Base64 (RFC 4648 §4), padded.
fn byte(text: &str) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .is_ok()
}

/// RFC 3339 §5.6 `full-time`, held to the same rules on a day that leaves it every freedom.
fn time(text: &str) -> bool {
    date_time(&format!("2024-06-30T{text}"))
}
