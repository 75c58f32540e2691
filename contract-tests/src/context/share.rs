//! How many values of one operation are tried: a fair share of the budget, and no more than are asked for.

use super::Context;
use counterpart_model::api::Operation;
use std::collections::HashSet;

/// Of the budget of requests, so many hundredths go to trying values; the rest is for everything else.
const HUNDREDTHS: u64 = 45;

impl Context {
    /// At most so many valid values, and as many invalid ones, are tried of each operation.
    ///
    /// With a budget of requests it is the level at which all operations get what they need or the same: one with a
    /// thousand cases does not use up what others have not been asked yet. The same for every run of the same document.
    pub(crate) fn cases_per_operation(&self) -> usize {
        *self.share.get_or_init(|| {
            let most = self.settings.cases.max(1);
            let Some(budget) = self.settings.max_requests else {
                return most;
            };
            let wanted = |operation: &&Operation| self.settings.wants_operation(&operation.id.0);
            let operations = self.api.operations.iter().filter(wanted);
            let needs: Vec<u64> = operations
                .flat_map(|operation| self.needs(operation))
                .map(|need| need.min(most))
                .map(|need| u64::try_from(need).unwrap_or(u64::MAX))
                .collect();
            let level = level(&needs, budget / 100 * HUNDREDTHS);
            usize::try_from(level).unwrap_or(most).clamp(1, most)
        })
    }

    /// How many valid and how many invalid values an operation has.
    fn needs(&self, operation: &Operation) -> [usize; 2] {
        let generator = self.generator();
        let body = self.body_schema(operation).map(|(_, schema)| schema);
        let parameters = operation.parameters.iter();
        let schemas = parameters.filter_map(|it| it.schema()).chain(body);
        schemas.fold([0, 0], |[valid, invalid], schema| {
            [
                valid + generator.positives(schema).cases.len(),
                invalid + generator.negatives(schema).cases.len(),
            ]
        })
    }

    /// As many of an operation's cases as it has a share of: one of each kind first, the rest evenly spread.
    /// Also in words how many that are, where some are left out.
    pub(crate) fn shared<T>(
        &self,
        cases: Vec<T>,
        kind: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let all = cases.len();
        let kept = spread(cases, self.cases_per_operation(), kind);
        let why = (kept.len() < all).then(|| {
            let by = match self.settings.max_requests {
                Some(_) => "--max-requests, --cases",
                None => "--cases",
            };
            format!("{} of {all} values are tried ({by})", kept.len())
        });
        (kept, why)
    }
}

/// The greatest level at which no more than `budget` is needed when everybody takes at most that.
fn level(needs: &[u64], budget: u64) -> u64 {
    let mut sorted = needs.to_vec();
    sorted.sort_unstable();
    let (mut left, mut others) = (budget, u64::try_from(sorted.len()).unwrap_or(u64::MAX));
    for need in sorted {
        let share = left / others.max(1);
        if need > share {
            return share.max(1);
        }
        left -= need;
        others -= 1;
    }
    u64::MAX
}

/// At most so many of some cases, in their order: the first of each kind, then others at even distances.
fn spread<T>(cases: Vec<T>, most: usize, kind: impl Fn(&T) -> String) -> Vec<T> {
    if cases.len() <= most {
        return cases;
    }
    let mut kinds = HashSet::new();
    let (first, others): (Vec<usize>, Vec<usize>) = (0..cases.len())
        .partition(|at| cases.get(*at).is_some_and(|case| kinds.insert(kind(case))));
    let even = |of: &[usize], count: usize| -> Vec<usize> {
        let count = count.min(of.len());
        let at = |turn: usize| of.get(turn * of.len() / count.max(1)).copied();
        (0..count).filter_map(at).collect()
    };
    let mut chosen = even(&first, most);
    chosen.extend(even(&others, most - chosen.len()));
    let chosen: HashSet<usize> = chosen.into_iter().collect();
    let cases = cases.into_iter().enumerate();
    let kept = cases.filter(|(at, _)| chosen.contains(at));
    kept.map(|(_, case)| case).collect()
}

#[cfg(test)]
mod tests {
    use super::{level, spread};

    #[test]
    fn who_needs_little_gets_it_and_the_rest_share() {
        assert_eq!(level(&[1, 1, 1_000, 1_000], 202), 100);
        assert_eq!(level(&[10, 20], 30), u64::MAX);
        assert_eq!(level(&[10, 20], 29), 19);
        assert_eq!(level(&[5; 10], 3), 1);
        assert_eq!(level(&[], 3), u64::MAX);
    }

    #[test]
    fn every_kind_is_kept_before_any_comes_twice() {
        let cases: Vec<u32> = (0..1_000).collect();
        let kind = |case: &u32| (case / 100).to_string();
        let kept = spread(cases.clone(), 20, kind);
        assert_eq!(kept.len(), 20);
        for hundred in 0..10 {
            assert!(kept.contains(&(hundred * 100)), "{kept:?}");
        }
        assert!(kept.is_sorted(), "{kept:?}");
        assert_eq!(spread(cases.clone(), 5, kind).len(), 5);
        assert_eq!(spread(cases, 1_000, kind).len(), 1_000);
    }
}
