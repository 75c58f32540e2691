//! `anyOf` and `oneOf`, and whose violations to tell where nothing matches.

use super::Judge;
use super::out::{At, Out};
use crate::schema::Violations;
use crate::schema::compile::Id;

/// How many variants are judged once more for their story. Unions of unions have more than anyone would read.
const STORIES: usize = 512;

impl Judge<'_> {
    pub(super) fn variants(
        &mut self,
        at: &At<'_>,
        ids: &[Id],
        keyword: &'static str,
        out: &mut Out,
    ) {
        let any = keyword == "anyOf";
        let mut matching = 0;
        for id in ids {
            matching += usize::from(self.valid(*id, at.value));
            if matching > 1 || (any && matching > 0) {
                break;
            }
        }
        match matching {
            1 => {}
            0 => self.no_variant(at, ids, keyword, out),
            _ => out.tell(at, keyword, || {
                (
                    None,
                    "matches more than one variant, and has to match exactly one".to_owned(),
                )
            }),
        }
    }

    /// Tells of the variant that the discriminator selects, else of the one that comes closest.
    fn no_variant(&mut self, at: &At<'_>, ids: &[Id], keyword: &'static str, out: &mut Out) {
        let nothing = || {
            (
                Some(format!("{} variants", ids.len())),
                "matches no variant".to_owned(),
            )
        };
        if !out.wants_all() || self.stories >= STORIES {
            out.tell(at, keyword, nothing);
            return;
        }
        if let Some((property, mapping)) = &at.node.discriminator
            && let Some(tag) = at.value.get(property)
        {
            let target = tag.as_str().and_then(|tag| mapping.get(tag));
            match target.filter(|target| ids.contains(target)) {
                Some(target) => {
                    let story = self.story(at, *target);
                    out.append(story);
                }
                None => {
                    let mut known: Vec<_> = mapping.keys().map(|tag| format!("{tag:?}")).collect();
                    known.sort_unstable();
                    let (known, place) = (known.join(", "), at.place.member(property));
                    out.tell(
                        &At {
                            value: tag,
                            place: &place,
                            ..*at
                        },
                        "discriminator",
                        || (Some(known.clone()), format!("is none of {known}")),
                    );
                }
            }
            return;
        }
        let here = at.place.pointer();
        let mut closest: Option<((usize, usize), Violations)> = None;
        for id in ids {
            let story = self.story(at, *id);
            // A wrong type, or another constant, says that another variant was meant.
            let elsewhere = story.iter().filter(|violation| match violation.keyword {
                "type" => violation.pointer == here,
                "const" | "enum" => true,
                _ => false,
            });
            let distance = (elsewhere.count(), story.len());
            if closest.as_ref().is_none_or(|(least, _)| distance < *least) {
                closest = Some((distance, story));
            }
        }
        match closest {
            // Where not even the type is right, no variant was meant more than the others.
            Some((_, story))
                if ids.len() == 1
                    || !story
                        .iter()
                        .any(|one| one.keyword == "type" && one.pointer == here) =>
            {
                out.append(story);
            }
            _ => out.tell(at, keyword, nothing),
        }
    }

    fn story(&mut self, at: &At<'_>, id: Id) -> Violations {
        self.stories += 1;
        let mut out = Out::all();
        self.apply(id, at.value, at.place, &mut out);
        out.into_violations()
    }
}
