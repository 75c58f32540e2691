//! Parameters that take comparisons, as OData's `$filter` does: what can be compared there, by an example.

use super::{
    filters::{Kind, kind_of},
    names,
    prose::has_word,
    shape::{members, shape_of},
};
use crate::rules::{Filter, Grain, Match, Phrase, Pointer};
use counterpart_model::api::{Api, Parameter, ParameterLocation, SchemaId, Shape};

/// Words for comparisons.
/// So many comparisons of a property are tried.
const MOST: usize = 18;
const WORDS: [(&str, Match); 6] = [
    ("eq", Match::Equals),
    ("ne", Match::Differs),
    ("ge", Match::Gte),
    ("le", Match::Lte),
    ("gt", Match::Gt),
    ("lt", Match::Lt),
];
/// Signs for them; the longer ones first.
const SIGNS: [(&str, Match); 7] = [
    (">=", Match::Gte),
    ("<=", Match::Lte),
    ("!=", Match::Differs),
    ("==", Match::Equals),
    ("=", Match::Equals),
    (">", Match::Gt),
    ("<", Match::Lt),
];

/// One comparison of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Comparison {
    property: String,
    /// What stands between property and value, with spaces.
    operator: String,
    /// The quotes of the value; none where it has none.
    quote: Option<char>,
}

/// The comparisons that a parameter takes, one filter each: those of its example, and others that its pattern or its
/// description has words for.
pub(super) fn phrases(api: &Api, parameter: &Parameter, item: SchemaId) -> Vec<Filter> {
    let Some(schema) = parameter
        .schema()
        .filter(|_| parameter.location == ParameterLocation::Query)
    else {
        return Vec::new();
    };
    if !matches!(shape_of(api, schema), Shape::String(_)) {
        return Vec::new();
    }
    let own = api.schema(schema);
    let target = api.schema(api.resolve(schema));
    let examples = parameter.examples.iter().map(|it| &it.value);
    let examples = examples.chain(&own.examples).chain(&target.examples);
    let texts: Vec<&str> = examples.filter_map(|it| it.as_str()).collect();
    let read: Vec<Comparison> = texts
        .iter()
        .filter_map(|it| comparisons(it))
        .flatten()
        .collect();
    let all = members(api, item);
    let is_member = |it: &Comparison| all.iter().any(|member| member.name == it.property);
    // An example that compares what items do not have is about something else.
    if read.is_empty() || !read.iter().all(is_member) {
        return Vec::new();
    }
    let pattern = target.string.pattern.clone();
    let said = parameter
        .description
        .as_deref()
        .or(own.description.as_deref());
    let said = said.unwrap_or_default();
    let joins = texts.iter().any(|it| it.contains(" and "))
        || pattern.as_ref().is_some_and(|it| it.contains(" and "))
        || names(said, "and");
    let quote = read.iter().find_map(|it| it.quote);
    let signs = read
        .iter()
        .all(|it| SIGNS.iter().any(|(sign, _)| it.operator.trim() == *sign));
    let spaced = read.iter().all(|it| it.operator.starts_with(' '));
    let table: &[(&str, Match)] = if signs { &SIGNS } else { &WORDS };
    let mut found = Vec::new();
    for member in all {
        let Some(kind) = kind_of(api, member.schema) else {
            continue;
        };
        let shown = read.iter().any(|it| it.property == member.name);
        let known = match &pattern {
            Some(pattern) => shown || has_word(pattern, &[member.name.as_str()]),
            None => shown || names(said, &member.name),
        };
        let quote = match kind {
            Kind::Text => quote,
            _ => None,
        };
        // How text or a moment is written is known by an example only.
        let writable = match kind {
            Kind::Text => quote.is_some(),
            Kind::Time => {
                shown
                    && read
                        .iter()
                        .any(|it| it.property == member.name && it.quote.is_none())
            }
            Kind::Number | Kind::Truth => true,
        };
        if !known || !writable {
            continue;
        }
        for (word, r#match) in table {
            let ranged = !matches!(r#match, Match::Equals | Match::Differs);
            let used = read.iter().any(|it| it.operator.trim() == *word);
            let offered = match (&pattern, signs) {
                (Some(pattern), false) => used || has_word(pattern, &[word]),
                (None, false) => used || has_word(said, &[word]),
                (_, true) => used || names(said, word),
            };
            if !offered || ranged && matches!(kind, Kind::Text | Kind::Truth) {
                continue;
            }
            let quote = quote.map(String::from).unwrap_or_default();
            let between = if spaced {
                format!(" {word} ")
            } else {
                (*word).to_owned()
            };
            let Ok(item) = Pointer::try_from(member.pointer.clone()) else {
                continue;
            };
            found.push(Filter {
                parameter: parameter.name.clone(),
                item,
                r#match: *r#match,
                edge: true,
                grain: Grain::Exact,
                names: false,
                phrase: Some(Phrase {
                    before: format!("{}{between}{quote}", member.name),
                    after: quote,
                    joins,
                }),
            });
        }
    }
    // What the examples show comes first; every combination of a property and an operator is too much.
    let shown = |it: &Filter| {
        let before = it.phrase.as_ref().map(|phrase| phrase.before.as_str());
        let mut all = read.iter();
        all.any(|one| before.is_some_and(|before| before.starts_with(one.property.as_str())))
    };
    found.sort_by_key(|it| !shown(it));
    found.truncate(MOST);
    found
}

/// The comparisons of an expression, where it is nothing else: `price ge 100 and country eq 'DE'`.
fn comparisons(text: &str) -> Option<Vec<Comparison>> {
    text.trim().split(" and ").map(comparison).collect()
}

fn comparison(text: &str) -> Option<Comparison> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (property, rest) = text.split_at_checked(end)?;
    let word = || {
        let (word, value) = rest.strip_prefix(' ')?.split_once(' ')?;
        let _ = WORDS.iter().find(|(known, _)| *known == word)?;
        Some((format!(" {word} "), value.trim()))
    };
    let sign = || {
        let plain = rest.trim_start();
        let (sign, _) = SIGNS.iter().find(|(sign, _)| plain.starts_with(sign))?;
        let value = plain.strip_prefix(sign)?.trim();
        let spaced = rest.starts_with(' ');
        Some((
            if spaced {
                format!(" {sign} ")
            } else {
                (*sign).to_owned()
            },
            value,
        ))
    };
    let (operator, value) = word().or_else(sign)?;
    let quote = value.chars().next().filter(|c| ['\'', '"'].contains(c));
    let whole = match quote {
        Some(quote) => {
            let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
            !inner.contains(quote)
        }
        None => {
            let moment = value.parse::<jiff::Timestamp>().is_ok()
                || value.parse::<jiff::civil::Date>().is_ok();
            value.parse::<f64>().is_ok() || ["true", "false"].contains(&value) || moment
        }
    };
    let begins = property.starts_with(char::is_alphabetic);
    (whole && begins).then(|| Comparison {
        property: property.to_owned(),
        operator,
        quote,
    })
}

#[cfg(test)]
mod tests {
    use super::{comparisons, phrases};

    #[test]
    fn an_expression_is_comparisons_or_nothing() {
        for (text, count) in [
            ("capacityKw ge 100 and country eq 'DE'", Some(2)),
            ("name = \"x\"", Some(1)),
            ("price>=10", Some(1)),
            ("active eq true", Some(1)),
            ("created_at gt 2026-01-01T00:00:00Z", Some(1)),
            ("startswith(name, 'x')", None),
            ("price ge 10 or name eq 'x'", None),
            ("open tickets", None),
            ("status:open", None),
            ("name eq open", None),
        ] {
            assert_eq!(comparisons(text).map(|it| it.len()), count, "{text}");
        }
    }

    #[test]
    fn only_what_the_document_allows_is_written() {
        let of = |rest: &str| {
            let text = format!(
                "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, parameters: [{{name: $filter, \
                 in: query, {rest}}}], responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: array, \
                 items: {{type: object, properties: {{id: {{type: string}}, kw: {{type: number}}, land: {{type: string}}}}}}}}}}}}}}}}}}}}}}}}"
            );
            let (api, _) = crate::rules::tests::api(&text);
            let operation = &api.operations[0];
            let item = super::super::item_of(&api, operation).expect("items");
            let all = phrases(&api, &operation.parameters[0], item);
            all.iter().map(|it| it.written("V")).collect::<Vec<_>>()
        };
        assert_eq!(
            of("example: kw ge 1 and land eq 'DE', schema: {type: string}"),
            ["kw eq V", "kw ge V", "land eq 'V'"]
        );
        assert_eq!(
            of("example: land eq 'DE', description: 'Takes `eq` and `ne`', schema: {type: string}"),
            ["land eq 'V'", "land ne 'V'"]
        );
        assert!(of("example: land eq 'DE', schema: {type: string, pattern: \"^(kw (lt|gt) [0-9]+|land eq .+)$\"}")
            .contains(&"kw lt V".to_owned()));
        for none in [
            "example: size ge 1, schema: {type: string}",
            "example: land like 'D%', schema: {type: string}",
            "schema: {type: string}",
            "example: kw ge 1, schema: {type: array, items: {type: string}}",
        ] {
            assert!(of(none).is_empty(), "{none}");
        }
    }
}
