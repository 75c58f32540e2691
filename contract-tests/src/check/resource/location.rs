//! `resource.location`

use super::{
    FamilyCheck, Subject,
    action_text::status_of,
    family::{Family, Role},
    made::Made,
};
use crate::{
    exchange::Exchange,
    finding::Verdict,
    paths,
    request::Request,
    rules::infer::{is_under_way, says},
};
use counterpart_model::api::{Api, Method, Operation};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;

/// Headers that tell where something is.
const LOCATIONS: [&str; 2] = ["location", "operation-location"];

/// The `Location` of what was made leads to it.
pub(super) struct Location;

impl FamilyCheck for Location {
    fn id(&self) -> &'static str {
        "resource.location"
    }

    fn about(&self) -> &'static str {
        "The `Location` header of a 201 leads to what was made (RFC 9110 §15.3.2), that of a 202, or its `Operation-Location`, \
         to what tells how far it is: to the very same, where both tell what identifies it."
    }

    fn concerns(&self, family: &Family<'_>, _: &Api) -> bool {
        let create = family.create.filter(|_| family.role == Role::Create);
        create.is_some_and(|create| {
            [201, 202].iter().any(|status| {
                let response = create.response(*status).map(|(_, response)| response);
                let mut headers = response.into_iter().flat_map(|it| it.headers.keys());
                headers.any(|name| is_location(name))
            })
        })
    }

    fn judge<'a>(&'a self, of: &'a Subject<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            // The second one shows what always leads to the first.
            let made = match (of.make().await, of.make().await) {
                (Ok(_), Ok(made)) => made,
                (Err(why), _) | (_, Err(why)) => return Verdict::not_exercised(why),
            };
            let status = made.exchange.status();
            let told = match status {
                Some(201) => made.exchange.header(LOCATIONS[0]),
                Some(202) => LOCATIONS.iter().find_map(|it| made.exchange.header(it)),
                _ => None,
            };
            let Some(location) = told else {
                return Verdict::not_exercised("the answer has no Location header");
            };
            // What is made later may not be there before it is made, unless it tells how far it is.
            if made.exchange.status() == Some(202) && !tells_progress(of, &made) {
                return Verdict::not_exercised("what is made later may not be there yet");
            }
            let Some(path) = path_of(of, &made, location) else {
                return Verdict::not_exercised("the Location leads away from the deployment");
            };
            let read = asked_at(of, &path);
            // With what reading needs besides.
            let bare = read.zip(made.resource.as_ref());
            let bare = bare.and_then(|(read, at)| of.context.bare_request(read, at));
            let mut request = bare.unwrap_or_else(|| Request::new("GET", path.clone()));
            request.path = path;
            request.operation = read.map(|read| read.id.clone());
            let mut exchange = of.context.send(request.clone()).await;
            // What tells how far something has come may take a moment to be there.
            if made.exchange.status() == Some(202) && exchange.status() == Some(404) {
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                exchange = of.context.send(request).await;
            }
            let mut verdict = Verdict::default();
            if exchange.succeeded() {
                same(of, &mut verdict, (&made, read), &exchange, location);
            } else if is_nowhere(of, &made, read, &exchange).await {
                let finding = of
                    .finding(
                        self.id(),
                        "the Location of what was made leads nowhere",
                        match made.exchange.status() {
                            Some(202) => "Location is where to ask how far it is",
                            _ => "Location is where the new resource is",
                        },
                    )
                    .expected("a 2xx status", exchange.status_text())
                    .input(location.to_owned());
                verdict.fail(finding.step(&made.exchange).step(&exchange));
            } else {
                verdict.skip(exchange.status_text());
            }
            verdict
        }
        .boxed()
    }
}

/// Whether an answer to a request for what a Location names says that it names nothing: that it is not there, or that it
/// is no address at all, where what was made can be read.
async fn is_nowhere(
    of: &Subject<'_>,
    made: &Made,
    read: Option<&Operation>,
    exchange: &Exchange,
) -> bool {
    match exchange.status() {
        Some(404 | 410) => true,
        Some(400 | 414 | 422) => {
            let own = read.zip(made.resource.as_ref());
            let own = own.and_then(|(read, at)| of.context.bare_request(read, at));
            match own {
                Some(own) => of.context.send(own).await.succeeded(),
                None => false,
            }
        }
        _ => false,
    }
}

fn is_location(name: &str) -> bool {
    LOCATIONS.iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// What reads at a path: what reads the items of the family, else what the document has there.
fn asked_at<'a>(of: &'a Subject<'a>, path: &str) -> Option<&'a Operation> {
    let all = of.family.read.into_iter().chain(&of.context.api.operations);
    let mut reads = all.filter(|it| it.method == Method::Get);
    reads.find(|it| paths::covers(&it.path, path))
}

/// Whether what a Location leads to is what was made, as far as both tell what identifies them.
fn same(
    of: &Subject<'_>,
    verdict: &mut Verdict,
    (made, read): (&Made, Option<&Operation>),
    exchange: &Arc<Exchange>,
    location: &str,
) {
    let identity = |operation: Option<&Operation>, exchange: &Exchange| {
        let schema = of.shown(operation?, exchange)?;
        let own = of.identity(schema, &exchange.json()?)?;
        Some((of.context.api.resolve(schema), own))
    };
    let create = of.family.create;
    let found = identity(create, &made.exchange).zip(identity(read, exchange));
    match found {
        // What tells how far something is may be another thing than what is made.
        Some(((one, wanted), (other, found))) if one == other && wanted != found => {
            let title = "the Location of what was made leads to something else";
            let finding = of
                .finding(
                    Location.id(),
                    title,
                    "Location is where the new resource is",
                )
                .expected(wanted, found)
                .input(location.to_owned());
            verdict.fail(finding.step(&made.exchange).step(exchange));
        }
        _ => verdict.pass(),
    }
}

/// Whether the `Location` of a 202 is that of what tells how far something is: its description says so, or what the
/// answer shows has a state for it.
fn tells_progress(of: &Subject<'_>, made: &Made) -> bool {
    let Some((_, response)) = of.operation.response(202) else {
        return false;
    };
    let said = response
        .headers
        .iter()
        .find(|(name, _)| is_location(name))
        .and_then(|(_, header)| header.description.as_deref());
    let words = ["status", "progress", "poll", "monitor"];
    let state = || {
        let shown = of.shown(of.operation, &made.exchange)?;
        let (_, values) = status_of(&of.context.api, shown)?;
        Some(values.iter().any(|it| is_under_way(it)))
    };
    said.is_some_and(|said| says(said, &words)) || state().unwrap_or(false)
}

/// The path of a Location below the base URL.
fn path_of(of: &Subject<'_>, made: &Made, location: &str) -> Option<String> {
    let base = url::Url::parse(&made.exchange.url).ok()?;
    let url = base.join(location).ok()?;
    let here = url.host_str() == base.host_str()
        && url.port_or_known_default() == base.port_or_known_default();
    let path = url.path().strip_prefix(of.context.target.base_path())?;
    (here && url.query().is_none()).then(|| path.to_owned())
}
