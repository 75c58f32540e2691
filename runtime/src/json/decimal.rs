//! Exact decimal numbers: comparing and dividing without rounding.

use std::cmp::Ordering;

/// The exact value of a JSON number: `±0.d₁d₂d₃… × 10^exponent`, without superfluous zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// Digits `0..=9`, neither starting nor ending with a zero; empty for zero.
    digits: Vec<u8>,
    /// Where the point stands, counted from before the first digit.
    point: i64,
}

impl Decimal {
    /// The value of a text in JSON's grammar of numbers. Other text gives some number or other.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (negative, rest) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || {
            whole
                .bytes()
                .chain(fraction.bytes())
                .filter(u8::is_ascii_digit)
        };
        let zeros = all().take_while(|&digit| digit == b'0').count();
        let mut digits: Vec<u8> = all().skip(zeros).map(|digit| digit - b'0').collect();
        let significant = digits
            .iter()
            .rposition(|&digit| digit != 0)
            .map_or(0, |last| last + 1);
        digits.truncate(significant);
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                point: 0,
            };
        }
        let places =
            i64::try_from(whole.len()).unwrap_or(i64::MAX) - i64::try_from(zeros).unwrap_or(0);
        Self {
            negative,
            digits,
            point: parse_exponent(exponent).saturating_add(places),
        }
    }

    /// The number's one spelling: `digits` and `e`, or `0`.
    pub(super) fn canonical(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let digits: String = self
            .digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        format!(
            "{}0.{digits}e{}",
            if self.negative { "-" } else { "" },
            self.point
        )
    }

    /// Whether the value is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        i64::try_from(self.digits.len())
            .is_ok_and(|length| self.digits.is_empty() || self.point >= length)
    }

    /// The value as an `i128`, where it is a whole number in that range.
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        if self.digits.is_empty() {
            return Some(0);
        }
        if !self.is_integer() || self.point > 39 {
            return None;
        }
        let zeros = usize::try_from(self.point)
            .ok()?
            .checked_sub(self.digits.len())?;
        let sign = if self.negative { -1 } else { 1 };
        self.digits
            .iter()
            .copied()
            .chain(std::iter::repeat_n(0, zeros))
            .try_fold(0_i128, |value, digit| {
                value.checked_mul(10)?.checked_add(sign * i128::from(digit))
            })
    }

    /// Whether the value is a whole multiple of `divisor`, exactly. Divisors of more than 19 significant digits
    /// only divide zero and their own decimal shifts.
    #[must_use]
    pub fn is_multiple_of(&self, divisor: &Self) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        let exponent = |of: &Self| {
            of.point
                .saturating_sub(i64::try_from(of.digits.len()).unwrap_or(i64::MAX))
        };
        let shift = exponent(self).saturating_sub(exponent(divisor));
        // Both sets of digits as integers: digits × 10^shift must be divisible. Without trailing zeros of its own,
        // nothing is divisible by a power of ten.
        let Ok(shift) = u64::try_from(shift) else {
            return false;
        };
        if divisor.digits.is_empty() {
            return false;
        }
        if self.digits == divisor.digits {
            return true;
        }
        if divisor.digits.len() > 19 {
            return false;
        }
        let modulus = divisor
            .digits
            .iter()
            .fold(0_u128, |value, &digit| value * 10 + u128::from(digit));
        let rest = self
            .digits
            .iter()
            .fold(0, |rest, &digit| (rest * 10 + u128::from(digit)) % modulus);
        (rest * power(10 % modulus, shift, modulus)).is_multiple_of(modulus)
    }
}

/// `base^exponent mod modulus`, for moduli below 2^64.
fn power(mut base: u128, mut exponent: u64, modulus: u128) -> u128 {
    let mut result = 1 % modulus;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

/// An exponent, saturated far beyond anything that fits into memory but far from overflow.
fn parse_exponent(text: &str) -> i64 {
    const FAR: i64 = i64::MAX / 4;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = digits.bytes().fold(0_i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')))
            .min(FAR)
    });
    if negative { -value } else { value }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |of: &Self| match (of.digits.is_empty(), of.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = || {
            self.point
                .cmp(&other.point)
                .then_with(|| self.digits.cmp(&other.digits))
        };
        match sign(self).cmp(&sign(other)) {
            Ordering::Equal if self.negative => magnitude().reverse(),
            Ordering::Equal => magnitude(),
            unequal => unequal,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Comparing with a bound as it stands in a document: `number >= "0.1"`.
impl PartialEq<str> for Decimal {
    fn eq(&self, bound: &str) -> bool {
        *self == Self::parse(bound)
    }
}
impl PartialOrd<str> for Decimal {
    fn partial_cmp(&self, bound: &str) -> Option<Ordering> {
        Some(self.cmp(&Self::parse(bound)))
    }
}
