//! Tokens that a list has not handed out, or not for what they are sent with.

use super::{Listed, list::led_to, walk::Walk};
use crate::{
    context::identity::item_schema_of,
    finding::Verdict,
    request::Request,
    rules::{Answer, Match, infer},
    wire,
};
use counterpart_model::api::ParameterLocation;

/// Tokens that were never handed out: text that looks like one, and text that does not.
pub(super) async fn judge(check: &'static str, listed: &Listed<'_>, expected: &Answer) -> Verdict {
    let list = &listed.reference.list;
    let Some(name) = &list.rule.parameters.token else {
        return Verdict::not_exercised("no parameter takes a token");
    };
    let first = |walk: &Walk| walk.pages.first()?.next.clone();
    never(check, listed, expected, (name, &first)).await
}

/// The same of a list that is paged by links, where a parameter in these takes what is no use to anybody else, and the
/// document says that others are refused.
pub(super) async fn judge_links(
    check: &'static str,
    listed: &Listed<'_>,
    expected: &Answer,
) -> Verdict {
    let said = infer::of_operation(listed.operation);
    if !infer::refuses_forged(&said) {
        return Verdict::not_exercised(
            "the document says nothing of cursors that it has not handed out",
        );
    }
    let target = |walk: &Walk| {
        let page = walk.pages.first()?;
        led_to(
            listed.context,
            page.exchange.request.clone(),
            &page.exchange,
            page.next.as_ref()?,
        )
    };
    let small = listed.reference.small(listed.context).await;
    let Some(next) = small.iter().find_map(target) else {
        return Verdict::not_exercised("no page has a link to the next one");
    };
    let mut parameters = listed.operation.parameters.iter();
    let taken = parameters.find(|it| {
        let opaque = [
            "cursor",
            "page_token",
            "token",
            "continuation",
            "marker",
            "page_cursor",
        ];
        it.location == ParameterLocation::Query
            && opaque.contains(&infer::snake(&it.name).as_str())
            && next.query.iter().any(|(name, _)| *name == it.name)
    });
    let Some(taken) = taken else {
        return Verdict::not_exercised("its links hold no cursor that the document knows");
    };
    let name = &taken.name;
    let first = |walk: &Walk| {
        let query = target(walk)?.query;
        query.into_iter().find(|it| it.0 == *name).map(|it| it.1)
    };
    never(check, listed, expected, (name, &first)).await
}

/// Reads the token that follows the first page of a walk.
type Following<'a> = dyn Fn(&Walk) -> Option<String> + Sync + 'a;

/// Tokens that were never handed out, for a parameter; `first` is the one that follows the first page of a walk.
async fn never(
    check: &'static str,
    listed: &Listed<'_>,
    expected: &Answer,
    (name, first): (&String, &Following<'_>),
) -> Verdict {
    let list = &listed.reference.list;
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
    let said = infer::of_operation(listed.operation);
    // One that was handed out, with another end: it has the right form.
    let small = listed.reference.small(listed.context).await;
    if let Some(token) = small.iter().find_map(first)
        && let Some(forged) = forged(&token)
    {
        let request = list.with(list.base.clone(), name, &forged);
        let what = format!("a token in `{name}` that was changed is not refused");
        let input = format!("{name}=<a token with another end>");
        let told = infer::refuses_forged(&said);
        let case = (what, input);
        if told && !refused(check, listed, &mut verdict, request, expected, case).await {
            return verdict;
        }
    }
    if list.rule.tokens_are_bound || infer::clauses(&said).iter().any(|it| infer::is_bound(it)) {
        bound(check, listed, &mut verdict, expected, (name, first)).await;
    }
    verdict
}

/// A token of the same length and letters, whose middle is turned round.
fn forged(token: &str) -> Option<String> {
    // What says something by itself, a number, a moment, an identifier, is well formed either way.
    if token.chars().all(|it| it.is_ascii_hexdigit() || it == '-') {
        return None;
    }
    let mut letters: Vec<char> = token.chars().collect();
    let third = letters.len() / 3;
    let last = letters.len().checked_sub(third)?;
    letters.get_mut(third..last)?.reverse();
    let forged: String = letters.into_iter().collect();
    (forged != token).then_some(forged)
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
async fn bound(
    check: &'static str,
    listed: &Listed<'_>,
    verdict: &mut Verdict,
    expected: &Answer,
    (name, first): (&String, &Following<'_>),
) {
    let (context, reference) = (listed.context, &listed.reference);
    let list = &reference.list;
    let small = reference.small(context).await;
    let Some((size, token)) = small
        .iter()
        .find_map(|walk| Some((walk.size, first(walk)?)))
    else {
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
    // What asks for the same is no other search.
    others.retain(|(_, request)| *request != list.with(list.sized(size), name, &token));
    for (asked, request) in others {
        let what =
            "a token that was handed out for another order or filter is not refused".to_owned();
        if !refused(check, listed, verdict, request, expected, (what, asked)).await {
            return;
        }
    }
}
