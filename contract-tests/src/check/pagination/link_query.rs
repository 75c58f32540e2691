//! `pagination.link_query`

use super::{
    Listed, PageCheck,
    list::{Page, led_to, link_to},
};
use crate::{
    context::identity::item_schema_of,
    finding::{Finding, Verdict},
    request::Request,
    rules::{
        Pagination,
        infer::{self, Repeated, links_repeat},
    },
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// The relations of links that are looked at.
const RELATIONS: [&str; 4] = ["next", "prev", "first", "last"];

/// Links repeat what else was asked for.
pub(super) struct LinkQuery;

impl PageCheck for LinkQuery {
    fn id(&self) -> &'static str {
        "pagination.link_query"
    }

    fn about(&self) -> &'static str {
        "Where a description says that links repeat the other parameters of the query, or some that it names, each link of a \
         page that was asked for with them has them, with their values."
    }

    fn concerns(&self, rule: &Pagination, api: &Api, operation: &Operation) -> bool {
        let places = &rule.response;
        let links = places.links || !places.relations.is_empty();
        links && !rule.in_body && links_repeat(api, operation).is_some()
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let Some((repeated, said)) = links_repeat(&listed.context.api, listed.operation) else {
                return Verdict::not_exercised("no description says what links repeat");
            };
            let mut verdict = Verdict::default();
            for request in requests(listed) {
                let list = &listed.reference.list;
                let page = match list.ask(listed.context, request).await {
                    Ok(page) => page,
                    Err(why) => {
                        verdict.skip(why);
                        continue;
                    }
                };
                self.look(listed, &mut verdict, &page, (&repeated, &said));
                if !verdict.findings.is_empty() {
                    return verdict;
                }
            }
            if verdict.cases == 0 {
                verdict.skip("no page has a link, or none was asked for with anything else");
            }
            verdict
        }
        .boxed()
    }
}

impl LinkQuery {
    /// Whether the links of a page have what the page was asked for with.
    fn look(
        &self,
        listed: &Listed<'_>,
        verdict: &mut Verdict,
        page: &Page,
        (repeated, said): (&Repeated, &str),
    ) {
        let rule = &listed.reference.list.rule;
        let asked = &page.exchange.request;
        for relation in RELATIONS {
            let Some(target) = target(page, rule, relation) else {
                continue;
            };
            let Some(linked) = led_to(listed.context, asked.clone(), &page.exchange, &target)
            else {
                continue;
            };
            let lost = asked.query.iter().find(|(name, value)| {
                let meant = match repeated {
                    Repeated::All => !tells_page(rule, name),
                    Repeated::Named(names) => names.contains(name),
                };
                meant && !repeats(&linked, name, value)
            });
            let Some((name, value)) = lost else {
                verdict.pass();
                continue;
            };
            let title = format!("the link `{relation}` does not repeat {name}={value}");
            let finding = Finding::new(self.id(), &listed.operation.id, title)
                .promise(said, &listed.operation.origin)
                .expected(format!("{name}={value} in it"), target)
                .cause(format!("{} {}", self.id(), listed.operation.id))
                .input(format!("{name}={value}"));
            return verdict.fail(finding.step(&page.exchange));
        }
    }
}

/// Whether a link has a parameter with its value; how lists of values are written is the server's.
fn repeats(linked: &Request, name: &str, value: &str) -> bool {
    let plain = |text: &str| text.to_lowercase();
    // `status[]` may come back as `status[0]`.
    let stem = |name: &str| match name.strip_suffix(']').and_then(|it| it.rsplit_once('[')) {
        Some((outer, at)) if at.bytes().all(|it| it.is_ascii_digit()) => outer.to_owned(),
        _ => name.to_owned(),
    };
    let mut own = linked
        .query
        .iter()
        .filter(|(known, _)| stem(known) == stem(name));
    // Numbers, moments and flags may be spelled otherwise.
    let same = |one: &str, other: &str| {
        let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
        let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
        let flag = |text: &str| match plain(text).as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        plain(one) == plain(other)
            || numbers.is_some_and(|(one, other)| one == other)
            || moment(one).is_some() && moment(one) == moment(other)
            || flag(one).is_some() && flag(one) == flag(other)
    };
    own.any(|(_, found)| {
        let mut parts = found.split([',', '|', ' ']);
        same(found, value) || parts.any(|part| same(part, value))
    })
}

/// Whether a parameter tells which page is asked for, and so changes from link to link.
fn tells_page(rule: &Pagination, name: &str) -> bool {
    let own = &rule.parameters;
    let places = [
        &own.forward,
        &own.backward,
        &own.offset,
        &own.page,
        &own.token,
    ];
    places.into_iter().flatten().any(|known| known == name)
}

/// The target of a relation, in the body or in the `Link` header.
pub(super) fn target(page: &Page, rule: &Pagination, relation: &str) -> Option<String> {
    let places = &rule.response;
    let in_body = || {
        let body = page.exchange.json()?;
        let link = places.relations.get(relation)?.get(&body)?.as_str()?;
        (!link.is_empty()).then(|| link.to_owned())
    };
    match places.links {
        true => link_to(&page.exchange, relation),
        false => in_body(),
    }
}

/// Pages that are asked for with something else each: their size, a filter, an order; small enough to have a next one.
fn requests(listed: &Listed<'_>) -> Vec<Request> {
    let (context, reference) = (listed.context, &listed.reference);
    let list = &reference.list;
    let size = list.sizes.least.unwrap_or(1).max(1);
    let small = list.sized(size);
    let mut all = vec![small.clone()];
    let filters = context.filters(listed.operation);
    for filter in filters
        .ok()
        .flatten()
        .map(|it| it.rule)
        .unwrap_or_default()
        .iter()
        .take(8)
    {
        let mut counts: indexmap::IndexMap<String, usize> = indexmap::IndexMap::new();
        let values = reference.walk.items();
        for value in values.flat_map(|item| filter.values_of(item)) {
            *counts.entry(value).or_default() += 1;
        }
        // What many items have leads to a page with all links.
        let plain = |text: &str| !filter.is_phrase() || !text.contains(['\'', '"', '\\']);
        let usual = counts
            .iter()
            .filter(|(text, _)| plain(text))
            .max_by_key(|(_, count)| **count);
        if let Some((value, _)) = usual {
            all.push(list.filtered(small.clone(), &[(filter, value.as_str())]));
        }
    }
    let keys = item_schema_of(&context.api, listed.operation)
        .map(|item| infer::sort_keys(&context.api, listed.operation, item));
    if let Some(key) = keys
        .unwrap_or_default()
        .into_iter()
        .rev()
        .find(|it| !it.is_default)
    {
        let with = |request, (name, value): &(String, String)| list.with(request, name, value);
        all.push(key.asked.iter().fold(small, with));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::repeats;
    use crate::request::Request;

    #[test]
    fn values_are_repeated_however_they_are_written() {
        let linked = Request::new("GET", "/a")
            .with_query("status", "open,closed")
            .with_query("q", "two words")
            .with_query("count", "True");
        assert!(repeats(&linked, "status", "open"));
        assert!(repeats(&linked, "status", "open,closed"));
        assert!(repeats(&linked, "q", "two words"));
        assert!(repeats(&linked, "count", "true"));
        assert!(!repeats(&linked, "status", "new"));
        assert!(!repeats(&linked, "sort", "name"));
    }
}
