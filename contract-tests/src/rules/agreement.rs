//! What must hold between the values of one object: sums, counts, moments, lists in an order.

use serde_json::Value;

/// What must hold between the values of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Agreement {
    /// A number is the sum of a member of the items of a list, or of the product of two.
    Sum {
        /// The number.
        field: String,
        /// The list.
        list: String,
        /// The member, or the two that are multiplied.
        members: Vec<String>,
    },
    /// A number is put together from others of the same object.
    Combined {
        /// The number.
        field: String,
        /// What is added.
        plus: Vec<String>,
        /// What is taken away.
        minus: Vec<String>,
    },
    /// A number is how many items a list has that show a value: `createdCount` of `status: created`.
    Tally {
        /// The number.
        field: String,
        /// The list.
        list: String,
        /// The member of its items.
        member: String,
        /// The value that is counted.
        value: String,
    },
    /// A number is how many items a list has.
    Length {
        /// The number.
        field: String,
        /// The list.
        list: String,
    },
    /// A moment is not before another one.
    NotBefore {
        /// The moment.
        field: String,
        /// The one before, or at the same time.
        other: String,
    },
    /// A list is in an order: of its texts or numbers, or of a member of its items.
    Sorted {
        /// The list.
        list: String,
        /// The member of its items.
        by: Option<String>,
        /// Whether the greatest comes first.
        descending: bool,
    },
    /// A value is that of a member of the first or the last item of a list.
    EndItem {
        /// The value.
        field: String,
        /// The list.
        list: String,
        /// The member.
        member: String,
        /// Whether the last item is meant.
        last: bool,
    },
    /// A member of each item tells where it stands, from 0.
    Position {
        /// The list.
        list: String,
        /// The member.
        member: String,
    },
}

impl Agreement {
    /// What an instance shows instead: what would be right, and what is there. `None` where it agrees; `Err` where it shows
    /// nothing that could be compared.
    pub(crate) fn broken(&self, instance: &Value) -> Result<Option<(String, String)>, ()> {
        let list = |name: &str| instance.get(name).and_then(Value::as_array).ok_or(());
        let number = |value: &Value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse::<f64>().ok(),
            _ => None,
        };
        match self {
            Self::Sum {
                field,
                list: of,
                members,
            } => {
                let found = instance.get(field).and_then(number).ok_or(())?;
                let products: Option<Vec<f64>> = list(of)?
                    .iter()
                    .map(|item| {
                        let values = members.iter().map(|name| number(item.get(name)?));
                        values.product::<Option<f64>>()
                    })
                    .collect();
                let sum: f64 = products.ok_or(())?.iter().sum();
                if !found.is_finite() || !sum.is_finite() {
                    return Err(());
                }
                // Products may be rounded line by line, in whole minor units where the sum is whole.
                let lines = list(of)?.len() as f64 + 1.0;
                let slack = match members.len() {
                    1 => 0.0,
                    _ if found.fract() == 0.0 && sum.fract() != 0.0 => 0.5 * lines,
                    _ => 0.005 * lines,
                };
                let near = (sum - found).abs() <= (sum.abs().max(1.0) * 1e-6).max(slack);
                Ok((!near).then(|| (sum.to_string(), found.to_string())))
            }
            Self::Combined { field, plus, minus } => {
                let value = |name: &String| instance.get(name).and_then(number).ok_or(());
                let found = value(field)?;
                let sum = |names: &[String]| names.iter().map(value).sum::<Result<f64, ()>>();
                let wanted = sum(plus)? - sum(minus)?;
                if !found.is_finite() || !wanted.is_finite() {
                    return Err(());
                }
                // What cannot be below nothing ends there.
                if found == 0.0 && wanted < 0.0 {
                    return Err(());
                }
                // Each may be rounded for itself.
                let parts = plus.len() + minus.len() + 1;
                let whole = found.fract() == 0.0 && wanted.fract() == 0.0;
                let slack = if whole { 0.0 } else { 0.005 * parts as f64 };
                let near = (wanted - found).abs() <= slack.max(wanted.abs() * 1e-6) + 1e-9;
                Ok((!near).then(|| (wanted.to_string(), found.to_string())))
            }
            Self::Tally {
                field,
                list: of,
                member,
                value,
            } => {
                let found = instance.get(field).and_then(Value::as_u64).ok_or(())?;
                let told = |item: &&Value| item.get(member).and_then(Value::as_str) == Some(value);
                let all = list(of)?;
                let count = all.iter().filter(told).count();
                // A list that is cut shows fewer than there are.
                let excerpt = u64::try_from(all.len()).is_ok_and(|all| found > all);
                if excerpt || instance.get("next").is_some() || all.is_empty() {
                    return Err(());
                }
                Ok((u64::try_from(count) != Ok(found))
                    .then(|| (count.to_string(), found.to_string())))
            }
            Self::Length { field, list: of } => {
                let found = instance.get(field).and_then(Value::as_u64).ok_or(())?;
                let count = list(of)?.len();
                // A list that is cut shows fewer than there are.
                if u64::try_from(count).is_ok_and(|count| count < found) {
                    return Err(());
                }
                Ok((u64::try_from(count) != Ok(found))
                    .then(|| (count.to_string(), found.to_string())))
            }
            Self::NotBefore { field, other } => {
                let text = |name: &str| instance.get(name).and_then(Value::as_str).ok_or(());
                let (found, other) = (text(field)?, text(other)?);
                let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
                let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
                let before = match (moment(found), moment(other)) {
                    (Some(found), Some(other)) => found < other,
                    _ => day(found).ok_or(())? < day(other).ok_or(())?,
                };
                Ok(before.then(|| (format!("not before {other}"), found.to_owned())))
            }
            Self::Sorted {
                list: of,
                by,
                descending,
            } => {
                let items = list(of)?;
                let value = |item: &'_ Value| match by {
                    Some(name) => item.get(name).cloned(),
                    None => Some(item.clone()),
                };
                let values: Option<Vec<Value>> = items.iter().map(value).collect();
                let mut values = values.ok_or(())?;
                if values.len() < 2 {
                    return Err(());
                }
                if *descending {
                    values.reverse();
                }
                match is_sorted(&values) {
                    None => Err(()),
                    Some(true) => Ok(None),
                    Some(false) => Ok(Some(("in order".to_owned(), list_text(items, by)))),
                }
            }
            Self::EndItem {
                field,
                list: of,
                member,
                last,
            } => {
                let items = list(of)?;
                let item = if *last { items.last() } else { items.first() };
                let wanted = item.and_then(|it| it.get(member)).ok_or(())?;
                let found = instance.get(field).filter(|it| !it.is_null()).ok_or(())?;
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let text = |value: &Value| text(value).unwrap_or_else(|| value.to_string());
                Ok((text(found) != text(wanted)).then(|| (text(wanted), text(found))))
            }
            Self::Position { list: of, member } => {
                let items = list(of)?;
                let wrong = items.iter().enumerate().find(|(at, item)| {
                    let found = item.get(member).and_then(Value::as_u64);
                    found.is_some_and(|found| u64::try_from(*at) != Ok(found))
                });
                Ok(wrong.map(|(at, item)| {
                    let found = item.get(member).map_or_else(String::new, Value::to_string);
                    (at.to_string(), found)
                }))
            }
        }
    }

    /// What is promised, in words.
    pub(crate) fn promise(&self) -> String {
        match self {
            Self::Sum {
                field,
                list,
                members,
            } => format!(
                "`{field}` is the sum of `{}` of `{list}`",
                members.join("` × `")
            ),
            Self::Combined { field, plus, minus } => {
                let minus: String = minus.iter().map(|it| format!(" minus `{it}`")).collect();
                format!("`{field}` is `{}`{minus}", plus.join("` plus `"))
            }
            Self::Tally {
                field,
                list,
                member,
                value,
            } => format!("`{field}` counts the `{list}` with `{member}` {value}"),
            Self::Length { field, list } => format!("`{field}` is the number of `{list}`"),
            Self::NotBefore { field, other } => format!("`{field}` is never before `{other}`"),
            Self::Sorted { list, by, .. } => match by {
                Some(by) => format!("`{list}` is in the order of `{by}`"),
                None => format!("`{list}` is in order"),
            },
            Self::EndItem {
                field,
                list,
                member,
                last,
            } => {
                let which = if *last { "last" } else { "first" };
                format!("`{field}` is `{member}` of the {which} of `{list}`")
            }
            Self::Position { list, member } => {
                format!("`{member}` tells where in `{list}` it stands")
            }
        }
    }
}

/// Whether values ascend: numbers, moments, or texts in one of the orders that texts are put into. `None` where they are
/// of no such kind.
fn is_sorted(values: &[Value]) -> Option<bool> {
    if let Some(numbers) = values
        .iter()
        .map(Value::as_f64)
        .collect::<Option<Vec<f64>>>()
    {
        return Some(numbers.is_sorted());
    }
    let texts: Vec<&str> = values.iter().map(Value::as_str).collect::<Option<_>>()?;
    let moments: Option<Vec<jiff::Timestamp>> = texts.iter().map(|it| it.parse().ok()).collect();
    if let Some(moments) = moments {
        return Some(moments.is_sorted());
    }
    let days: Option<Vec<jiff::civil::Date>> = texts.iter().map(|it| it.parse().ok()).collect();
    if let Some(days) = days {
        return Some(days.is_sorted());
    }
    // Letters with marks, and numbers within texts, have orders of their own.
    let odd = |text: &&str| !text.is_ascii() || text.bytes().any(|it| it.is_ascii_digit());
    if texts.iter().any(odd) {
        return None;
    }
    // Where letters of two cases come is a matter of the language.
    let letters = |text: &str| -> String {
        let plain = text.chars().filter(|c| c.is_alphanumeric());
        plain.flat_map(char::to_lowercase).collect()
    };
    let folded: Vec<String> = texts.iter().map(|it| it.to_lowercase()).collect();
    let bare: Vec<String> = texts.iter().map(|it| letters(it)).collect();
    Some(texts.is_sorted() || folded.is_sorted() || bare.is_sorted())
}

fn list_text(items: &[Value], by: &Option<String>) -> String {
    let shown = items.iter().take(8).map(|item| match by {
        Some(name) => item.get(name).map_or_else(String::new, Value::to_string),
        None => item.to_string(),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Agreement, is_sorted};
    use serde_json::json;

    #[test]
    fn values_agree_or_do_not() {
        let sum = Agreement::Sum {
            field: "total".to_owned(),
            list: "lines".to_owned(),
            members: vec!["a".to_owned(), "b".to_owned()],
        };
        let lines = json!([{ "a": 2, "b": "1.5" }, { "a": 1, "b": 2 }]);
        assert_eq!(sum.broken(&json!({ "total": 5, "lines": lines })), Ok(None));
        assert!(matches!(
            sum.broken(&json!({ "total": 4, "lines": lines })),
            Ok(Some(_))
        ));
        assert!(sum.broken(&json!({ "total": 4 })).is_err());
        let end = Agreement::EndItem {
            field: "last".to_owned(),
            list: "lines".to_owned(),
            member: "a".to_owned(),
            last: true,
        };
        assert_eq!(end.broken(&json!({ "last": 1, "lines": lines })), Ok(None));
        assert!(matches!(
            end.broken(&json!({ "last": 2, "lines": lines })),
            Ok(Some(_))
        ));
        assert!(
            end.broken(&json!({ "last": null, "lines": lines }))
                .is_err()
        );
        assert!(end.broken(&json!({ "last": 2, "lines": [] })).is_err());
        let tally = Agreement::Tally {
            field: "n".to_owned(),
            list: "all".to_owned(),
            member: "status".to_owned(),
            value: "created".to_owned(),
        };
        let all = json!([{ "status": "created" }, { "status": "rejected" }]);
        assert_eq!(tally.broken(&json!({ "n": 1, "all": all })), Ok(None));
        assert!(matches!(
            tally.broken(&json!({ "n": 2, "all": all })),
            Ok(Some(_))
        ));
    }

    #[test]
    fn an_order_is_one_of_those_that_texts_are_put_into() {
        assert_eq!(is_sorted(&[json!("a"), json!("B"), json!("c")]), Some(true));
        assert_eq!(is_sorted(&[json!("B"), json!("a")]), Some(true));
        assert_eq!(is_sorted(&[json!("b"), json!("a")]), Some(false));
        assert_eq!(is_sorted(&[json!(10), json!(9)]), Some(false));
        assert_eq!(is_sorted(&[json!({})]), None);
    }
}
