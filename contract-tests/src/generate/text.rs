//! Strings that satisfy several keywords at once.

use super::{build::Maker, format, sized, view::View};
use counterpart_model::api::TypeSet;
use indexmap::IndexSet;
use serde_json::Value;

/// What text is filled up with.
const FILLER: &str = "counterpart ";
/// Samples taken of a pattern.
const SAMPLES: usize = 6;

impl Maker<'_> {
    /// A string for a view, of this length where one is wanted; `turn` leads to others.
    pub(super) fn text(
        &mut self,
        view: &View,
        length: Option<usize>,
        turn: usize,
    ) -> Option<String> {
        let all = self.texts(view, length);
        all.get(turn.checked_rem(all.len())?).cloned()
    }

    /// One string that satisfies the view, without weighing several.
    pub(super) fn one_text(&mut self, view: &View, length: Option<usize>) -> Option<String> {
        let pattern = view
            .patterns
            .first()
            .and_then(|it| self.generator.memo.sampler(&it.0));
        let made = match (&view.format, pattern) {
            (Some((name, _)), _) if length.is_none() && !format::valid(name).is_empty() => {
                let first = self.rng.pick(format::valid(name)).copied()?;
                first.to_owned()
            }
            (_, Some(sampler)) => sampler.sample(length, &mut self.rng),
            _ => filler(length.unwrap_or(FILLER.len() - 1)),
        };
        self.fits(view, &made).then_some(made)
    }

    /// Strings that satisfy the view, the plainest first.
    pub(super) fn texts(&mut self, view: &View, length: Option<usize>) -> Vec<String> {
        let mut all = self.raw_texts(view, length);
        all.retain(|text| {
            length.is_none_or(|length| text.chars().count() == length) && self.fits(view, text)
        });
        all.into_iter().collect()
    }

    /// A string with signs that a pattern allows between letters and digits.
    pub(super) fn with_signs(&mut self, view: &View, pattern: &str) -> Option<String> {
        let sampler = self.generator.memo.sampler(pattern)?;
        let most = bound(view.max_length.map(|it| it.0)).unwrap_or(usize::MAX);
        let made = sampler.signs(most, &mut self.rng)?;
        self.fits(view, &made).then_some(made)
    }

    /// Strings made for the pattern or the format, whether or not they satisfy the rest.
    pub(super) fn raw_texts(&mut self, view: &View, length: Option<usize>) -> IndexSet<String> {
        let mut all = IndexSet::new();
        if let Some((format, _)) = &view.format {
            all.extend(format::valid(format).iter().map(|text| (*text).to_owned()));
            all.extend(length.and_then(|length| sized::text(format, length)));
        }
        let least = bound(view.min_length.map(|it| it.0)).unwrap_or(0);
        let most = bound(view.max_length.map(|it| it.0)).unwrap_or(usize::MAX);
        for (pattern, _) in &view.patterns {
            let Some(sampler) = self.generator.memo.sampler(pattern) else {
                continue;
            };
            for attempt in 0..SAMPLES {
                let wanted =
                    length.or_else(|| Some(least.max(attempt * 4).min(most)).filter(|it| *it > 0));
                all.insert(sampler.sample(wanted, &mut self.rng));
            }
        }
        if view.patterns.is_empty() && !all.iter().any(|text| self.fits(view, text))
            || all.is_empty()
        {
            let wanted = length
                .unwrap_or_else(|| FILLER.len().saturating_sub(1).clamp(least, most.max(least)));
            all.insert(filler(wanted));
        }
        all
    }

    /// Whether the view's keywords for strings hold.
    pub(super) fn fits(&self, view: &View, text: &str) -> bool {
        let value = Value::String(text.to_owned());
        let limits = [view.min_length, view.max_length]
            .into_iter()
            .flatten()
            .map(|it| it.1);
        let format = view.format.iter().map(|it| it.1);
        let mut sources: Vec<_> = view
            .patterns
            .iter()
            .map(|it| it.1)
            .chain(limits)
            .chain(format)
            .collect();
        sources.dedup();
        sources.iter().all(|id| {
            !self
                .generator
                .api
                .schema(*id)
                .types
                .contains(TypeSet::STRING)
                || self.generator.is_valid(*id, &value)
        })
    }
}

/// Text of so many characters, which no server has a reason to trim.
pub(super) fn filler(length: usize) -> String {
    let mut text: String = FILLER.chars().cycle().take(length).collect();
    if text.ends_with(' ') {
        text.pop();
        text.push('s');
    }
    text
}

/// A length that text is made for; `None` beyond what anybody would make.
pub(super) fn bound(limit: Option<u64>) -> Option<usize> {
    limit
        .and_then(|limit| usize::try_from(limit).ok())
        .filter(|limit| *limit <= super::sampler::LONGEST)
}
