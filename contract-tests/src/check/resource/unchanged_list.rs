//! `resource.unchanged` of what makes things: what is refused is not made.

use super::{FamilyCheck as _, Subject, listed::ids, unchanged::Unchanged};
use crate::{exchange::Exchange, finding::Verdict, request::Request};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

/// How many refused requests are tried.
const TRIED: usize = 6;
/// What was made before may be listed a moment later.
const PAUSE: Duration = Duration::from_millis(300);
/// So long it is looked whether somebody else adds something.
const MOST: Duration = Duration::from_secs(3);

impl Unchanged {
    /// Whether the list has more items after requests that were refused, twice in a row.
    pub(super) async fn adds_nothing(&self, of: &Subject<'_>) -> Verdict {
        let (Some(list), Some((_, schema))) =
            (of.family.list, of.context.body_schema(of.operation))
        else {
            return Verdict::not_exercised("nothing lists them, or the body is no JSON");
        };
        let made = match of.make().await {
            Ok(made) => made,
            Err(why) => return Verdict::not_exercised(why),
        };
        let now = || async {
            let ids = ids(of, list, &made.parent).await?;
            Ok::<HashSet<String>, String>(ids.into_iter().collect())
        };
        let before = match now().await {
            Ok(before) => before,
            Err(why) => return Verdict::not_exercised(why),
        };
        tokio::time::sleep(PAUSE).await;
        if now().await.as_ref() != Ok(&before) {
            return Verdict::not_exercised("the list changes by itself");
        }
        let again = of
            .context
            .freshened(of.operation, made.exchange.request.clone());
        let cases = of.context.generator().negative(schema);
        let step = (cases.len() / TRIED).max(1);
        let invalid = cases.iter().step_by(step).take(TRIED).map(|case| {
            let body = of.context.fresh_body(of.operation, &case.value);
            again.clone().with_json(&body)
        });
        // What is not valid is sent with fresh values each time; the very same once more may be refused as well.
        let mut requests: Vec<(Request, bool)> = invalid.map(|request| (request, true)).collect();
        requests.push((again.clone(), false));
        // First all of them, as lists may be long.
        let mut refused = Vec::new();
        let mut taken = 0;
        for (request, anew) in requests {
            let exchange = of.context.send(request.clone()).await;
            if exchange.refused() {
                refused.push((request, anew));
            } else {
                taken += 1;
            }
        }
        let mut verdict = Verdict::default();
        let Ok(mut known) = now().await else {
            return Verdict::not_exercised("the list could not be read again");
        };
        if known.difference(&before).count() <= taken {
            refused.iter().for_each(|_| verdict.pass());
            return verdict;
        }
        // Then one by one, to know which.
        let begun = Instant::now();
        let mut made_by: Option<(Arc<Exchange>, String)> = None;
        for (request, anew) in refused {
            let request = match anew {
                true => of.context.anew(of.operation, request),
                false => of.context.freshened(of.operation, request),
            };
            let exchange = of.context.send(request).await;
            let Ok(after) = now().await else {
                return verdict;
            };
            let more = after.difference(&known).next().cloned();
            // What is not there any more makes room for others.
            if !before.is_subset(&after) {
                break;
            }
            known.extend(after.iter().cloned());
            let last = after;
            let Some(id) = more.filter(|_| exchange.refused()) else {
                continue;
            };
            let Some((first, earlier)) = made_by.take() else {
                made_by = Some((exchange, id));
                continue;
            };
            // As long again without a request: nobody else adds anything.
            tokio::time::sleep(begun.elapsed().clamp(PAUSE, MOST)).await;
            if !matches!(now().await, Ok(still) if still == last) {
                break;
            }
            let finding = of
                .finding(
                    self.id(),
                    "what is refused is made",
                    "what is refused changes nothing",
                )
                .expected(
                    format!("as many items in {} as before", list.path),
                    format!("{earlier} and {id} as well"),
                );
            verdict.fail(finding.step(&first).step(&exchange));
            return verdict;
        }
        verdict.skip("the list changes by itself");
        verdict
    }
}
