//! Holds drafts to the judge: what is handed out is what it says.

use super::{
    Cases, Generator, Skipped,
    case::{Case, Draft},
    coverage::KEYWORDS,
    walk::Polarity,
};
use crate::judge::Violation;
use counterpart_model::api::SchemaId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Cases that are judged and kept for one schema.
const CASES: usize = 4_000;

/// Keywords about what nothing else is about.
const UNEVALUATED: [&str; 2] = ["unevaluatedProperties", "unevaluatedItems"];

/// A keyword of a schema.
type Key = (SchemaId, &'static str);

/// The drafts that keep their word, as cases.
pub(super) fn cases(
    generator: &Generator,
    schema: SchemaId,
    polarity: Polarity,
    drafts: Vec<Draft>,
) -> Cases {
    let mut verified = Verified::default();
    for draft in drafts.into_iter().take(CASES) {
        verified.tried.insert((draft.schema, draft.keyword));
        let place = (draft.value.to_string(), draft.keyword);
        let key = (draft.schema, draft.keyword);
        let kept = match verified.seen.get(&place) {
            // The same instance is sent once, and counts for every schema whose keyword it breaks.
            Some(kept) => *kept,
            None => verified.add(generator, schema, polarity, draft),
        };
        if kept {
            verified.produced.insert(key);
        }
        verified.seen.insert(place, kept);
    }
    verified.finish(generator)
}

#[derive(Default)]
struct Verified {
    /// Each instance with its keyword, and whether it is a case.
    seen: BTreeMap<(String, &'static str), bool>,
    produced: BTreeSet<Key>,
    tried: BTreeSet<Key>,
    reasons: BTreeMap<Key, String>,
    /// Each with whether it breaks nothing but its keyword.
    kept: Vec<(Draft, bool)>,
    /// Places where there is a case that breaks nothing but its keyword.
    strict: BTreeSet<(String, Key)>,
    covered: BTreeSet<(Arc<str>, &'static str)>,
}

impl Verified {
    /// Judges a draft: whether it is a case.
    fn add(
        &mut self,
        generator: &Generator,
        schema: SchemaId,
        polarity: Polarity,
        draft: Draft,
    ) -> bool {
        let violations = generator
            .judge
            .violations(schema, generator.direction, &draft.value);
        let key = (draft.schema, draft.keyword);
        let alone = match (polarity, violations.first()) {
            (Polarity::Positive, None) => true,
            (Polarity::Positive, Some(first)) => {
                let why = || format!("no candidate is valid: {} {}", first.pointer, first.message);
                self.reasons.entry(key).or_insert_with(why);
                return false;
            }
            (Polarity::Negative, _) => match by_member(generator, &draft, &violations) {
                Ok(alone) => alone,
                Err(why) => {
                    self.reasons.entry(key).or_insert(why);
                    return false;
                }
            },
        };
        if alone {
            self.strict.insert((draft.pointer.clone(), key));
            // Where several schemas say the same of one place, each of them is broken.
            for violation in &violations {
                if let Some(keyword) = KEYWORDS
                    .iter()
                    .find(|keyword| **keyword == violation.keyword)
                {
                    self.covered.insert((
                        Arc::clone(&generator.api.schema(violation.schema).origin.pointer),
                        keyword,
                    ));
                }
            }
        }
        self.kept.push((draft, alone));
        true
    }

    fn finish(mut self, generator: &Generator) -> Cases {
        // What breaks two keywords of its place stands only where nothing was found that breaks one.
        let strict = &self.strict;
        self.kept.retain(|(draft, alone)| {
            *alone || !strict.contains(&(draft.pointer.clone(), (draft.schema, draft.keyword)))
        });
        self.kept
            .sort_by_key(|(draft, _)| draft.pointer.matches('/').count());
        let skipped = self
            .tried
            .difference(&self.produced)
            .map(|key| Skipped {
                schema: generator.judge.origin(key.0, key.1),
                keyword: key.1,
                why: self.reasons.get(key).cloned().unwrap_or_default(),
            })
            .collect();
        let pointer = |id: SchemaId| Arc::clone(&generator.api.schema(id).origin.pointer);
        self.covered.extend(
            self.produced
                .iter()
                .map(|(schema, keyword)| (pointer(*schema), *keyword)),
        );
        let cases = self.kept.into_iter().map(|(draft, _)| Case {
            schema: generator.judge.origin(draft.schema, draft.keyword),
            what: format!("{} {}", label(&draft.pointer), draft.what),
            value: draft.value,
            keyword: draft.keyword,
            pointer: draft.pointer,
        });
        Cases {
            cases: cases.collect(),
            skipped,
            covered: self.covered,
        }
    }
}

/// The same as [`intended`]. In a union whose members cannot be told apart, the judge may take another
/// member for the one that was meant: then what counts is what is wrong by that one.
fn by_member(
    generator: &Generator,
    draft: &Draft,
    violations: &[Violation],
) -> Result<bool, String> {
    let first = intended(draft, violations);
    let (Err(_), Some((pointer, member))) = (&first, &draft.meant) else {
        return first;
    };
    let elsewhere = violations.iter().any(|violation| {
        !is_within(&violation.pointer, pointer) && !is_within(pointer, &violation.pointer)
    });
    let inner = draft.value.pointer(pointer);
    let Some(inner) = inner.filter(|_| !violations.is_empty() && !elsewhere) else {
        return first;
    };
    let judge = &generator.judge;
    let mut violations = judge.violations(*member, generator.direction, inner);
    for violation in &mut violations {
        violation.pointer.insert_str(0, pointer);
    }
    intended(draft, &violations).or(first)
}

/// Whether an instance is wrong where it was meant to be, and by the keyword alone; else why it is no case.
fn intended(draft: &Draft, violations: &[Violation]) -> Result<bool, String> {
    if violations.is_empty() {
        return Err("every candidate is valid: another schema of the place allows it".to_owned());
    }
    let tag = draft.keyword == "discriminator";
    let mut alone = true;
    let mut found = false;
    // What a subschema refuses it has not evaluated (JSON Schema 2020-12 §11): that follows from what is meant, and breaks
    // no other rule.
    let follows = |violation: &&Violation| {
        UNEVALUATED.contains(&violation.keyword.as_str())
            && draft.keyword != violation.keyword
            && violations
                .iter()
                .any(|other| other.keyword == draft.keyword)
    };
    for violation in violations.iter().filter(|it| !follows(it)) {
        // A union may only be able to say that nothing fits.
        let around = is_within(&draft.pointer, &violation.pointer)
            && matches!(violation.keyword.as_str(), "oneOf" | "anyOf" | "not");
        let there = violation.pointer == draft.pointer
            || (tag && is_within(&violation.pointer, &draft.pointer));
        if !there && !around {
            return Err(format!(
                "every candidate breaks another rule too: {} {}",
                violation.pointer, violation.message
            ));
        }
        let same = violation.keyword == draft.keyword || around || tag;
        found |= same;
        // What has another type is no listed value either.
        alone &= same
            || (draft.keyword == "type" && matches!(violation.keyword.as_str(), "enum" | "const"));
    }
    if found {
        Ok(alone)
    } else {
        Err("another keyword of the place refuses every candidate".to_owned())
    }
}

/// Whether a place is another one, or within it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A place, for a sentence to begin with.
fn label(pointer: &str) -> String {
    match pointer.strip_prefix('/') {
        Some(place) => place.replace("~1", "/").replace("~0", "~"),
        None => "the value".to_owned(),
    }
}
