//! `auth.withheld`

use crate::{
    check::{Check, Phase},
    context::{Context, identity::item_schema_of},
    exchange::Exchange,
    finding::{Finding, Verdict},
    request::{Access, Misuse, Request},
    rules::infer::{
        answer_schema, clauses,
        envelope::{core, core_of},
        has_word, names, of_operation, properties, says,
    },
};
use counterpart_model::{
    Origin,
    api::{Api, ApiKeyLocation, Operation, SecurityKind, SecurityScheme},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;

/// Words of what is not shown.
const WITHHELD: [&str; 16] = [
    "do not get",
    "does not get",
    "do not see",
    "does not see",
    "do not receive",
    "does not receive",
    "not shown",
    "not included",
    "not returned",
    "not given",
    "is left out",
    "are left out",
    "is omitted",
    "are omitted",
    "is missing",
    "are missing",
];
/// Words of what holds for some only.
const OPEN: [&str; 14] = [
    "unless", "except", "may", "when", "if", "where", "whose", "without", "scope", "scopes",
    "lacks", "lack", "only", "or",
];
/// So many resources are looked at.
const LOOKED: usize = 12;

/// What who comes with a scheme is said not to be shown.
pub(super) struct Withheld;

/// A scheme, what it does not show, and where that is said.
struct Told {
    scheme: String,
    names: Vec<String>,
    said: String,
    origin: Origin,
}

impl Check for Withheld {
    fn id(&self) -> &'static str {
        "auth.withheld"
    }

    fn about(&self) -> &'static str {
        "Where the description says that callers with one of several schemes do not get some properties, an answer to them \
         has none of those that the same answer has for others."
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        !told(api, operation).is_empty()
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            for told in told(&context.api, operation) {
                if !context.credentials.main.values.contains_key(&told.scheme) {
                    verdict.skip(format!(
                        "the configuration has no credentials for {}",
                        told.scheme
                    ));
                    continue;
                }
                self.look(context, operation, &told, &mut verdict).await;
            }
            verdict
        }
        .boxed()
    }
}

impl Withheld {
    async fn look(
        &self,
        context: &Context,
        operation: &Operation,
        told: &Told,
        verdict: &mut Verdict,
    ) {
        let resources = context.resources(operation).await;
        let requests = resources.iter().take(LOOKED).filter_map(|it| {
            let page = context.largest_page(operation, it);
            page.or_else(|| context.bare_request(operation, it))
        });
        let requests: Vec<Request> = requests.collect();
        let mut found = false;
        for request in requests {
            let own = context.send(request.clone()).await;
            if !own.succeeded() {
                continue;
            }
            let body = shown(context, operation, &own);
            let there: Vec<&String> = told.names.iter().filter(|it| has(&body, it)).collect();
            if there.is_empty() {
                continue;
            }
            found = true;
            let instead = Access::misused(Misuse::Instead(told.scheme.clone()));
            let theirs = context.send(request.with_access(instead)).await;
            if !theirs.succeeded() {
                verdict.skip(format!(
                    "with {} it gets {}",
                    told.scheme,
                    theirs.status_text()
                ));
                continue;
            }
            let body = shown(context, operation, &theirs);
            let Some(name) = there.into_iter().find(|it| has(&body, it)) else {
                verdict.pass();
                continue;
            };
            let title = format!("`{name}` is shown to callers with {}", told.scheme);
            let finding = Finding::new(self.id(), &operation.id, title)
                .promise(told.said.clone(), &told.origin)
                .expected(format!("no `{name}`"), format!("`{name}` in the answer"))
                .cause(format!("{} {}", self.id(), operation.id));
            return verdict.fail(finding.step(&own).step(&theirs));
        }
        if !found {
            verdict.skip(format!(
                "nothing that is known has {}",
                told.names.join(" or ")
            ));
        }
    }
}

/// What an answer shows: the items of a list, or the resource itself.
fn shown(context: &Context, operation: &Operation, exchange: &Exchange) -> Vec<Value> {
    if let Some(items) = context
        .items(operation, exchange)
        .filter(|it| !it.is_empty())
    {
        return items;
    }
    let body = exchange.json().unwrap_or_default();
    let schema = answer_schema(operation);
    let own = schema.map(|it| core_of(&context.api, it, &body).1.clone());
    vec![own.unwrap_or(body)]
}

/// Whether one of them has a value for a property.
fn has(shown: &[Value], name: &str) -> bool {
    let mut shown = shown.iter();
    shown.any(|it| it.get(name).is_some_and(|it| !it.is_null()))
}

/// What the description says that callers with a scheme do not get, where there are other schemes.
fn told(api: &Api, operation: &Operation) -> Vec<Told> {
    let single = operation.security.iter().all(|one| one.schemes.len() == 1);
    if !operation.method.is_safe() || operation.security.len() < 2 || !single {
        return Vec::new();
    }
    let schemes = operation.security.iter().flat_map(|one| one.schemes.keys());
    let schemes: Vec<&SecurityScheme> = schemes
        .filter_map(|it| api.security_schemes.get(it))
        .collect();
    let shown = [item_schema_of(api, operation), answer_schema(operation)];
    let shown = shown.into_iter().flatten();
    let all: Vec<_> = shown
        .flat_map(|it| properties(api, core(api, it).1))
        .collect();
    let said = of_operation(operation);
    let mut found = Vec::new();
    for clause in clauses(&said) {
        let lower = clause.to_lowercase();
        if !says(&lower, &WITHHELD) || has_word(&lower, &OPEN) {
            continue;
        }
        let meant: Vec<&&SecurityScheme> =
            schemes.iter().filter(|it| is_named(&lower, it)).collect();
        let called = all.iter().map(|(name, _)| name).filter(|it| {
            clause.contains(&format!("`{it}`"))
                || names(&clause, it) && it.contains(|c: char| c == '_' || c.is_uppercase())
        });
        let mut called: Vec<String> = called.cloned().collect();
        called.dedup();
        if let ([scheme], false) = (meant.as_slice(), called.is_empty()) {
            found.push(Told {
                scheme: scheme.name.clone(),
                names: called,
                said: clause.clone(),
                origin: operation.origin.clone(),
            });
        }
    }
    found
}

/// Whether a clause names a scheme: by its name, or by what it is.
fn is_named(clause: &str, scheme: &SecurityScheme) -> bool {
    let own = scheme.name.to_lowercase();
    let kind: &[&str] = match &scheme.kind {
        SecurityKind::ApiKey { location, .. } => match location {
            ApiKeyLocation::Cookie => &["cookie", "session cookie"],
            _ => &["api key", "api-key", "apikey"],
        },
        SecurityKind::Http { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => {
            &["basic auth", "a password", "user name and password"]
        }
        SecurityKind::Http { .. } => &["bearer token", "access token"],
        _ => &["oauth", "access token"],
    };
    let own = format!("`{own}`");
    let mut called = kind.iter().copied().chain([own.as_str()]);
    called.any(|called| {
        ["with", "using", "by", "via", "through"].iter().any(|by| {
            let articles = ["", "a ", "an ", "the "];
            let mut spoken = articles.iter().map(|it| format!("{by} {it}{called}"));
            spoken.any(|it| says(clause, &[it.as_str()]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::told;

    fn of(said: &str) -> Vec<(String, Vec<String>)> {
        let text = format!(
            "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: a, description: '{said}', \
             security: [{{token: []}}, {{key: []}}], responses: {{'200': {{description: ok, content: {{application/json: \
             {{schema: {{type: object, properties: {{iban: {{type: string}}, name: {{type: string}}}}}}}}}}}}}}}}}}}}, \
             components: {{securitySchemes: {{token: {{type: http, scheme: bearer}}, key: {{type: apiKey, in: header, name: \
             Api-Key}}}}}}}}"
        );
        let (api, _) = crate::rules::tests::api(&text);
        let found = told(&api, &api.operations[0]);
        found.into_iter().map(|it| (it.scheme, it.names)).collect()
    }

    #[test]
    fn what_a_scheme_does_not_show_is_told() {
        let told = of("Readers with an API key do not get `iban`.");
        assert_eq!(told, [("key".to_owned(), vec!["iban".to_owned()])]);
        let told = of("With a bearer token `name` is left out.");
        assert_eq!(told, [("token".to_owned(), vec!["name".to_owned()])]);
        for silent in [
            "Readers with an API key get `iban`.",
            "Some readers do not get `iban`.",
            "An API key may be left out.",
            "The full `iban` is not returned when listing API keys.",
            "With an API key `iban` is omitted when the key lacks a scope.",
            "With an API key or a bearer token `iban` is not shown.",
        ] {
            assert!(of(silent).is_empty(), "{silent}");
        }
    }
}
