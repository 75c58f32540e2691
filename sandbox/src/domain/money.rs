//! Amounts: whole numbers of minor units inside, decimal text outside.

/// How many decimals a currency or an asset has (ISO 4217; stablecoins have six).
pub(crate) fn decimals(currency: &str) -> u32 {
    match currency {
        "USDC" | "USDT" | "EURC" | "PYUSD" => 6,
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Minor units as decimal text.
pub(crate) fn text(minor: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let unit = 10_u64.pow(decimals);
    let sign = if minor < 0 { "-" } else { "" };
    let value = minor.unsigned_abs();
    if decimals == 0 {
        return format!("{sign}{value}");
    }
    let width = usize::try_from(decimals).unwrap_or(0);
    format!("{sign}{}.{:0width$}", value / unit, value % unit)
}

/// Decimal text as minor units; nothing when it has too many decimals or digits.
pub(crate) fn minor(amount: &str, currency: &str) -> Option<i64> {
    let (negative, digits) = amount
        .strip_prefix('-')
        .map_or((false, amount), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let width = usize::try_from(decimals(currency)).ok()?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > width || !plain(whole) || !plain(fraction) {
        return None;
    }
    let value: i64 = format!("{whole}{fraction:0<width$}").parse().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_go_there_and_back() {
        for (value, currency, shown) in [
            (0, "USD", "0.00"),
            (135_000, "USD", "1350.00"),
            (-1_250, "EUR", "-12.50"),
            (7, "JPY", "7"),
            (1, "USDC", "0.000001"),
            (1_234_567_890, "USDC", "1234.567890"),
        ] {
            assert_eq!(text(value, currency), shown);
            assert_eq!(minor(shown, currency), Some(value));
        }
        for bad in ["", ".5", "1.234", "1,0", "x", "-", "99999999999999999999"] {
            assert_eq!(minor(bad, "USD"), None, "{bad}");
        }
    }
}
