//! Number keywords → checks, exactly.

use counterpart_model::api::{Number, NumberKeywords};

/// A check of `value` (an integer); `None` where the judge has to decide.
pub(super) fn integer_check(
    inner: &str,
    keywords: &NumberKeywords,
    format: Option<&str>,
) -> Option<String> {
    let (lowest, highest) = match inner {
        "i32" => (i128::from(i32::MIN), i128::from(i32::MAX)),
        "i64" => (i128::from(i64::MIN), i128::from(i64::MAX)),
        _ => (0, i128::from(u64::MAX)),
    };
    let whole = |number: &Option<Number>| match number {
        None => Some(None),
        Some(number) => number.as_i128().map(Some),
    };
    let min = whole(&keywords.minimum)?;
    let above = whole(&keywords.exclusive_minimum)?.map(|bound| bound.saturating_add(1));
    let max = whole(&keywords.maximum)?;
    let below = whole(&keywords.exclusive_maximum)?.map(|bound| bound.saturating_sub(1));
    let multiple = whole(&keywords.multiple_of)?;
    let (least, most) = format.and_then(format_range).unzip();
    let low = [min, above, least]
        .into_iter()
        .flatten()
        .max()
        .filter(|low| *low > lowest);
    let high = [max, below, most]
        .into_iter()
        .flatten()
        .min()
        .filter(|high| *high < highest);
    // Nothing between them: a range that no compiler likes to read.
    if low.is_some_and(|low| low > highest || high.is_some_and(|high| low > high))
        || high.is_some_and(|high| high < lowest)
    {
        return None;
    }
    let mut checks = Vec::new();
    match (low, high) {
        (Some(low), Some(high)) => checks.push(format!("({low}..={high}).contains(&value)")),
        (Some(low), None) => checks.push(format!("value >= {low}")),
        (None, Some(high)) => checks.push(format!("value <= {high}")),
        (None, None) => {}
    }
    if let Some(multiple) = multiple.filter(|multiple| *multiple != 1) {
        if multiple <= 0 || multiple > highest {
            return None;
        }
        checks.push(format!("value % {multiple} == 0"));
    }
    Some(checks.join(" && "))
}

/// A check of `value` (an exact decimal).
pub(super) fn number_check(keywords: &NumberKeywords, format: Option<&str>) -> String {
    let bounds = [
        (">=", &keywords.minimum),
        (">", &keywords.exclusive_minimum),
        ("<=", &keywords.maximum),
        ("<", &keywords.exclusive_maximum),
    ];
    let mut checks: Vec<String> = bounds
        .into_iter()
        .filter_map(|(sign, bound)| {
            bound
                .as_ref()
                .map(|bound| format!("*value {sign} *\"{bound}\""))
        })
        .collect();
    // Formats of integers narrow numbers too.
    let range = match format {
        Some("int32") => Some((i32::MIN.into(), i32::MAX.into())),
        other => other.and_then(format_range),
    };
    if let Some((least, most)) = range {
        checks.push(format!("*value >= *\"{least}\" && *value <= *\"{most}\""));
    }
    if let Some(multiple) = &keywords.multiple_of {
        checks.push(format!(
            "value.is_multiple_of(&Decimal::parse(\"{multiple}\"))"
        ));
    }
    checks.join(" && ")
}

/// The integers a narrow format allows (OpenAPI's format registry).
pub(super) fn format_range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        _ => return None,
    })
}
