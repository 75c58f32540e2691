//! Numbers that are put together from others of the same object: *the subtotal less the discount*, *`net` plus `tax`*.

use super::{prose::says, shape::shape_of, snake};
use crate::rules::Agreement;
use counterpart_model::api::{Api, SchemaId, Shape};

/// Ends of names of amounts, which are left out where one speaks of them.
const UNITS: [&str; 8] = [
    "cents", "amount", "minor", "total", "value", "price", "sum", "units",
];

/// What a sentence of a property's description, or of an operation's, says a number is put together from.
pub(super) fn combined(
    api: &Api,
    all: &[(String, SchemaId)],
    own: Option<&str>,
    sentence: &str,
) -> Option<Agreement> {
    let number =
        |id: SchemaId| matches!(shape_of(api, id), Shape::Integer(_) | Shape::Number { .. });
    let named = |text: &str| {
        let plain = text
            .trim()
            .trim_start_matches("the ")
            .trim_start_matches("its ");
        let word = snake(plain.trim_matches('`'));
        let fits = |name: &str| {
            let name = snake(name);
            name == word
                || UNITS.iter().any(|unit| {
                    name.strip_suffix(unit).and_then(|it| it.strip_suffix('_')) == Some(&word)
                })
        };
        // A rate is no amount.
        let amount = |id: SchemaId| {
            let said = api.schema(id).description.as_deref().unwrap_or_default();
            number(id) && !said.contains('%') && !says(said, &["rate", "percent", "share of"])
        };
        let mut found = all.iter().filter(|(name, id)| amount(*id) && fits(name));
        let first = found.next().map(|(name, _)| name.clone());
        first.filter(|_| found.next().is_none())
    };
    let (field, told) = match own {
        Some(own) => (
            own.to_owned(),
            ["is ", "equals ", "= "]
                .iter()
                .find_map(|lead| sentence.strip_prefix(lead))
                .unwrap_or(sentence),
        ),
        None => {
            let (head, told) = [" is ", " equals ", " = "]
                .iter()
                .find_map(|verb| sentence.split_once(verb))?;
            (named(head)?, told)
        }
    };
    // Signs have room around them; words stand for signs.
    let told = format!(" {told} ")
        .replace(" less ", " - ")
        .replace(" minus ", " - ")
        .replace(" − ", " - ")
        .replace(" plus ", " + ");
    let told = match told
        .trim()
        .trim_start_matches("the ")
        .strip_prefix("sum of ")
    {
        Some(rest) => format!(" {rest} ").replace(" and ", " + "),
        None => told,
    };
    let mut terms = vec![(true, String::new())];
    for word in told.split_whitespace() {
        match (word, terms.last_mut()) {
            ("+", _) => terms.push((true, String::new())),
            ("-", _) => terms.push((false, String::new())),
            (word, Some((_, term))) => {
                term.push_str(word);
                term.push(' ');
            }
            _ => {}
        }
    }
    let (mut plus, mut minus) = (Vec::new(), Vec::new());
    for (adds, term) in terms {
        let of = if adds { &mut plus } else { &mut minus };
        of.push(named(&term)?);
    }
    let several = plus.len() + minus.len() > 1 && !plus.is_empty();
    let apart = plus.iter().chain(&minus).all(|it| *it != field);
    (several && apart).then_some(Agreement::Combined { field, plus, minus })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_put_together_as_sentences_say() {
        let text = "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {/a: {get: {operationId: a, responses: {'200': \
                    {description: ok, content: {application/json: {schema: {type: object, properties: {subtotal_cents: \
                    {type: integer}, discount_cents: {type: integer}, tax: {type: number}, total: {type: number}, name: {type: \
                    string}}}}}}}}}}}";
        let (api, _) = crate::rules::tests::api(text);
        let body = api.operations[0].response(200).expect("a response").1;
        let id = body.content.values().find_map(|it| it.schema);
        let all = super::super::properties(&api, id.expect("a schema"));
        let of = |own: Option<&str>, sentence: &str| match combined(&api, &all, own, sentence) {
            Some(Agreement::Combined { field, plus, minus }) => {
                format!("{field} = +{} -{}", plus.join("+"), minus.join("-"))
            }
            _ => String::new(),
        };
        assert_eq!(
            of(Some("total"), "the subtotal less the discount"),
            "total = +subtotal_cents -discount_cents"
        );
        assert_eq!(
            of(
                None,
                "`total` is `subtotal_cents` plus `tax` minus `discount_cents`"
            ),
            "total = +subtotal_cents+tax -discount_cents"
        );
        assert_eq!(
            of(Some("total"), "sum of `subtotal_cents` and `tax`"),
            "total = +subtotal_cents+tax -"
        );
        for none in [
            "the subtotal less the voucher",
            "the subtotal",
            "not more than the subtotal",
        ] {
            assert_eq!(of(Some("total"), none), "", "{none}");
        }
    }
}
