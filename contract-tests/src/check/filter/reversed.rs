//! `filter.reversed`

use super::{FilterCheck, Listed, describe};
use crate::{
    finding::{Finding, Verdict},
    rules::{
        Filter,
        infer::{clauses, refuses_turned},
    },
};
use counterpart_model::api::{Api, Operation};
use futures::{FutureExt as _, future::BoxFuture};

/// A range whose ends are the wrong way round is refused.
pub(super) struct Reversed;

impl FilterCheck for Reversed {
    fn id(&self) -> &'static str {
        "filter.reversed"
    }

    fn about(&self) -> &'static str {
        "Where a description says that a range is refused whose lower end is after its upper one, it is refused with a 4xx."
    }

    fn concerns(&self, api: &Api, operation: &Operation) -> bool {
        let filters = Filter::of(api, None, operation).ok().flatten();
        let filters = filters.map(|it| it.rule).unwrap_or_default();
        let mut lows = filters.iter().filter(|it| it.is_low());
        lows.any(|low| {
            let mut highs = filters
                .iter()
                .filter(|it| it.is_high() && it.item == low.item);
            highs.any(|high| promise(operation, low, high).is_some())
        })
    }

    fn judge<'a>(&'a self, listed: &'a Listed<'a>) -> BoxFuture<'a, Verdict> {
        async move {
            let mut verdict = Verdict::default();
            for (low, high) in listed.ends() {
                let Some(said) = promise(listed.operation, low, high) else {
                    continue;
                };
                match listed.spread(low, high) {
                    Some(values) => {
                        let (low, high) = ((low, values.0.as_str()), (high, values.1.as_str()));
                        self.look(listed, &mut verdict, low, high, &said).await;
                    }
                    None => verdict.skip(format!(
                        "{} and {}: no two values to put the wrong way round",
                        low.parameter, high.parameter
                    )),
                }
            }
            if verdict.cases == 0 && verdict.findings.is_empty() {
                verdict.skip("no range is said to be refused the wrong way round");
            }
            verdict
        }
        .boxed()
    }
}

impl Reversed {
    async fn look(
        &self,
        listed: &Listed<'_>,
        verdict: &mut Verdict,
        low: (&Filter, &str),
        high: (&Filter, &str),
        said: &str,
    ) {
        let list = listed.list();
        let right = [low, high];
        let request = list.filtered(list.base.clone(), &right);
        if let Err(why) = list.ask(listed.context, request).await {
            return verdict.skip(format!("{}: {why}", describe(&right)));
        }
        let turned = [(low.0, high.1), (high.0, low.1)];
        let request = list.filtered(list.base.clone(), &turned);
        let exchange = listed.context.send(request).await;
        if exchange
            .status()
            .is_some_and(|it| (400..500).contains(&it) && it != 429)
        {
            return verdict.pass();
        }
        if !exchange.succeeded() {
            return verdict.skip(exchange.status_text());
        }
        let title = format!(
            "a range the wrong way round is taken: {}",
            describe(&turned)
        );
        let finding = Finding::new(self.id(), &listed.operation.id, title)
            .promise(said, &listed.operation.origin)
            .expected("a refusal with 4xx", exchange.status_text())
            .cause(format!("{} {}", self.id(), listed.operation.id))
            .input(describe(&turned));
        verdict.fail(finding.step(&exchange));
    }
}

/// What the operation, or a description of an end, says of a range whose ends are the wrong way round.
fn promise(operation: &Operation, low: &Filter, high: &Filter) -> Option<String> {
    let documented = operation.responses.keys().any(|it| {
        let status = it.to_string();
        ["400", "422", "4XX"].contains(&status.as_str())
    });
    let (low, high) = (spoken(&low.parameter), spoken(&high.parameter));
    let parameters = operation.parameters.iter();
    let own = parameters.filter_map(|it| it.description.as_deref());
    let mut said = operation
        .description
        .iter()
        .map(String::as_str)
        .chain(own)
        .flat_map(clauses);
    said.find(|it| documented && refuses_turned(it, low, high))
}

/// What a parameter is called where it is spoken of.
fn spoken(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
