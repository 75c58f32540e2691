//! Tokens that a list has not handed out, or not for what they are sent with.

use super::Listed;
use crate::{
    context::identity::item_schema_of,
    finding::Verdict,
    request::Request,
    rules::{Answer, Match, infer},
    wire,
};

/// Tokens that were never handed out: text that looks like one, and text that does not.
pub(super) async fn judge(check: &'static str, listed: &Listed<'_>, expected: &Answer) -> Verdict {
    let list = &listed.reference.list;
    let Some(name) = &list.rule.parameters.token else {
        return Verdict::not_exercised("no parameter takes a token");
    };
    let mut verdict = Verdict::default();
    let back = list.rule.parameters.backward.as_ref();
    let never = ["counterpart-no-such-token", "%%%", "\u{1F512}\u{1F512}"];
    let never = std::iter::once(name)
        .chain(back.filter(|it| *it != name))
        .flat_map(|name| never.map(|token| (name, token)));
    for (name, token) in never {
        let request = list.with(list.base.clone(), name, token);
        let what = format!("a token in `{name}` that was never handed out is not refused");
        let input = format!("{name}={token}");
        if !refused(
            check,
            listed,
            &mut verdict,
            request,
            expected,
            (what, input),
        )
        .await
        {
            return verdict;
        }
    }
    if list.rule.tokens_are_bound {
        bound(check, listed, &mut verdict, expected).await;
    }
    verdict
}

/// Whether a request is refused as expected, or nothing can be said of it.
async fn refused(
    check: &'static str,
    listed: &Listed<'_>,
    verdict: &mut Verdict,
    request: Request,
    expected: &Answer,
    (what, input): (String, String),
) -> bool {
    let exchange = listed.context.send(request).await;
    if expected.is(&exchange, None) {
        verdict.pass();
    } else if exchange
        .status()
        .is_none_or(|status| status >= 500 || status == 429)
    {
        verdict.skip(exchange.status_text());
    } else {
        let finding = listed
            .finding(check, what, "the answer to an unknown token")
            .expected(expected.to_string(), exchange.status_text())
            .input(input);
        verdict.fail(finding.step(&exchange));
        return false;
    }
    true
}

/// A token that was handed out for another order, or with a filter.
async fn bound(check: &'static str, listed: &Listed<'_>, verdict: &mut Verdict, expected: &Answer) {
    let (context, reference) = (listed.context, &listed.reference);
    let list = &reference.list;
    let Some(name) = &list.rule.parameters.token else {
        return;
    };
    let small = reference.small(context).await;
    let Some((size, token)) = small.iter().find_map(|walk| {
        let first = walk.pages.first()?;
        Some((walk.size, first.next.clone()?))
    }) else {
        return;
    };
    let continued = list.with(list.sized(size), name, &token);
    let keys = item_schema_of(&context.api, listed.operation)
        .map(|item| infer::sort_keys(&context.api, listed.operation, item))
        .unwrap_or_default();
    let mut others: Vec<(String, Request)> = Vec::new();
    // Without a known order of its own, another one may be the same.
    let usual = keys.iter().any(|key| key.is_default);
    if let Some(key) = keys.iter().find(|key| usual && !key.is_default) {
        let mut request = continued.clone();
        for (name, value) in &key.asked {
            request = list.with(request, name, value);
        }
        let asked = key.asked.iter().map(|(name, it)| format!("{name}={it}"));
        others.push((asked.collect::<Vec<_>>().join("&"), request));
    }
    let filters = context
        .filters(listed.operation)
        .ok()
        .flatten()
        .map(|stated| stated.rule)
        .unwrap_or_default();
    let filtered = filters.iter().find_map(|filter| {
        let mut items = reference.walk.items();
        let value = items.find_map(|item| filter.item.get(item).filter(|it| it.is_string()))?;
        (filter.r#match == Match::Equals && !filter.is_phrase())
            .then(|| (filter.parameter.clone(), wire::scalar(value)))
    });
    if let Some((name, value)) = filtered {
        others.push((
            format!("{name}={value}"),
            list.with(continued, &name, &value),
        ));
    }
    for (asked, request) in others {
        let what =
            "a token that was handed out for another order or filter is not refused".to_owned();
        if !refused(check, listed, verdict, request, expected, (what, asked)).await {
            return;
        }
    }
}
