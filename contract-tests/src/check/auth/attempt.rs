//! One request with spoiled credentials, and what has to become of it.

use crate::{
    auth::SignatureRule,
    check::{Check, Phase},
    context::Context,
    exchange::Exchange,
    finding::{Finding, Verdict},
    request::{Access, Misuse, Request},
    rules::infer::says,
    wire,
};
use counterpart_model::api::{
    Api, ApiKeyLocation, Operation, ParameterLocation, SecurityKind, SecurityRequirement,
    SecurityScheme, StatusKey,
};
use futures::{FutureExt as _, future::BoxFuture};

/// What is done to the credentials of one request.
pub(super) struct Attempt {
    /// In words: `the signature is by another key`.
    pub(super) what: String,
    /// Who asks, and how that is spoiled.
    pub(super) access: Access,
    /// The scheme that is to notice.
    pub(super) scheme: String,
    /// Whether it is to be refused; else it is unusual and good.
    pub(super) refused: bool,
}

/// What one check tries.
pub(super) type Attempts = fn(&Subject<'_>) -> Vec<Attempt>;

/// A check that spoils credentials.
pub(super) struct Spoiled {
    pub(super) id: &'static str,
    pub(super) about: &'static str,
    pub(super) attempts: Attempts,
    pub(super) applies: fn(&Api, &SecurityScheme) -> bool,
}

/// The operation that is asked, and how.
pub(super) struct Subject<'a> {
    pub(super) context: &'a Context,
    pub(super) requirement: &'a SecurityRequirement,
    /// A good request, without credentials.
    pub(super) request: Request,
}

impl<'a> Subject<'a> {
    /// The schemes that are sent, with their rules.
    pub(super) fn schemes(&self) -> Vec<&'a SecurityScheme> {
        let context = self.context;
        self.requirement
            .schemes
            .keys()
            .filter_map(|name| context.api.security_schemes.get(name))
            .collect()
    }

    /// The rules by which it is signed.
    pub(super) fn signatures(&self) -> Vec<SignatureRule> {
        self.schemes()
            .into_iter()
            .filter_map(SignatureRule::of_scheme)
            .collect()
    }

    /// Good requests for an operation, or why there is none.
    pub(super) async fn of(context: &'a Context, operation: &'a Operation) -> Result<Self, String> {
        if operation.security.iter().any(|one| one.schemes.is_empty()) {
            return Err("the operation may be called without credentials".to_owned());
        }
        let main = &context.credentials.main;
        let requirement = operation
            .security
            .iter()
            .find(|one| one.schemes.keys().all(|name| main.has(&context.api, name)))
            .ok_or("the configuration has no credentials for this operation")?;
        let request = context.plausible(operation).await.ok_or_else(|| {
            format!(
                "nothing is known to stand in {}: nothing can be asked",
                operation.path
            )
        })?;
        Ok(Self {
            context,
            requirement,
            request: with_query(context, operation, request).await,
        })
    }
}

/// The request with an optional query parameter, so that there is a query to tamper with, where one is taken.
async fn with_query(context: &Context, operation: &Operation, request: Request) -> Request {
    if !operation.method.is_safe() || !request.query.is_empty() {
        return request;
    }
    let optional = operation.parameters.iter().filter(|parameter| {
        parameter.location == ParameterLocation::Query
            && parameter
                .schema()
                .is_some_and(|schema| !context.is_identifier(schema))
    });
    for parameter in optional.take(3) {
        let Some(value) = context.parameter_value(parameter) else {
            continue;
        };
        let asked = wire::place(request.clone(), parameter, &value);
        if context.send(asked.clone()).await.succeeded() {
            return asked;
        }
    }
    request
}

impl Check for Spoiled {
    fn id(&self) -> &'static str {
        self.id
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn phase(&self) -> Phase {
        Phase::Read
    }

    fn applies(&self, api: &Api, operation: &Operation) -> bool {
        operation
            .security
            .iter()
            .flat_map(|one| one.schemes.keys())
            .filter_map(|name| api.security_schemes.get(name))
            .any(|scheme| (self.applies)(api, scheme))
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let subject = match Subject::of(context, operation).await {
                Ok(subject) => subject,
                Err(why) => return Verdict::not_exercised(why),
            };
            let attempts = (self.attempts)(&subject);
            if attempts.is_empty() {
                return Verdict::not_exercised("nothing about the credentials can be spoiled so");
            }
            let mut verdict = Verdict::default();
            for attempt in attempts {
                self.make(&subject, operation, &attempt, &mut verdict).await;
                // Where one wrong value is taken, others are taken for the same reason.
                let value = ["auth.missing", "auth.bearer"].contains(&self.id);
                if value && !verdict.findings.is_empty() {
                    break;
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Spoiled {
    async fn make(
        &self,
        subject: &Subject<'_>,
        operation: &Operation,
        attempt: &Attempt,
        verdict: &mut Verdict,
    ) {
        if !attempt.refused && !operation.method.is_safe() {
            // Whether a write is taken depends on more than its credentials.
            return;
        }
        let context = subject.context;
        let mut request = context.freshened(operation, subject.request.clone());
        // Some documents declare the place of a credential as a parameter too.
        for scheme in subject.schemes() {
            if let SecurityKind::ApiKey { location, name } = &scheme.kind {
                request = match location {
                    ApiKeyLocation::Header => request.without_header(name),
                    ApiKeyLocation::Query => request.without_query(name),
                    ApiKeyLocation::Cookie => request,
                };
            }
        }
        let exchange = context
            .send(request.with_access(attempt.access.clone()))
            .await;
        let Ok(answer) = &exchange.answer else {
            verdict.skip(format!("no answer: {}", exchange.status_text()));
            return;
        };
        let wanted = documented(operation);
        let sent = !matches!(
            attempt.access.misuse,
            Some(Misuse::Anonymous | Misuse::Without(_))
        );
        let problem = match (attempt.refused, answer.status) {
            (true, 200..=299) => Some(format!("taken although {}", attempt.what)),
            (true, 401) => None,
            // Who is known and may not do that is told so.
            (true, 403) if matches!(attempt.access.misuse, Some(Misuse::Instead(_))) => None,
            (true, 403) if !wanted.contains(&401) => None,
            // Credentials that are sent and are not enough may be answered with 403 (RFC 9110 §15.5.4), unless the
            // document says of 401 that it is for them.
            (true, 403) if wanted.contains(&403) && sent && !tells_credentials(operation) => None,
            (true, 403) => Some(format!("403 in place of 401 when {}", attempt.what)),
            (false, 401 | 403) => Some(format!("refused although {}", attempt.what)),
            (false, 200..=299) => None,
            (_, 500..=599) => {
                verdict.skip("the server failed, which server.error reports");
                return;
            }
            (_, status) => {
                verdict.skip(format!("{status} is about something else than credentials"));
                return;
            }
        };
        match problem {
            None => verdict.pass(),
            Some(title) => verdict.fail(
                self.finding(context, operation, attempt, title, &exchange)
                    .step(&exchange),
            ),
        }
    }

    fn finding(
        &self,
        context: &Context,
        operation: &Operation,
        attempt: &Attempt,
        title: String,
        exchange: &Exchange,
    ) -> Finding {
        let finding = Finding::new(self.id, &operation.id, title)
            .expected(
                if attempt.refused {
                    "401"
                } else {
                    "a 2xx status"
                },
                exchange.status_text(),
            )
            .input(attempt.what.clone())
            .cause(format!("{} {}", self.id, attempt.what));
        match context.api.security_schemes.get(&attempt.scheme) {
            Some(scheme) => {
                finding.promise(format!("security scheme {}", scheme.name), &scheme.origin)
            }
            None => finding.promise("security", &operation.origin),
        }
    }
}

/// Whether the document says of 401 that it is for credentials that are no good.
fn tells_credentials(operation: &Operation) -> bool {
    let words = [
        "credential",
        "token",
        "key",
        "signature",
        "invalid",
        "wrong",
        "missing",
        "expired",
    ];
    let said = operation.responses.get(&StatusKey::Code(401));
    said.is_some_and(|response| says(&response.description, &words))
}

/// The refusals of credentials that the operation documents by their code.
fn documented(operation: &Operation) -> Vec<u16> {
    // What a range or `default` stands for is not said: only a code that is named is promised.
    [401, 403]
        .into_iter()
        .filter(|status| operation.responses.contains_key(&StatusKey::Code(*status)))
        .collect()
}
