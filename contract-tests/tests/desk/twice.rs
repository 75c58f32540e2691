//! Members that stand twice in an object, of which a parsed one tells nothing any more.

use axum::body::Bytes;
use serde::{
    Deserialize,
    de::{Deserializer, IgnoredAny, MapAccess, Visitor},
};
use std::{collections::HashSet, fmt};

/// The names of the members of an object, each as often as it stands there.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Names;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, _)) = members.next_entry::<String, IgnoredAny>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        from.deserialize_map(Members)
    }
}

/// Whether a body is an object in which a member stands more than once.
pub(crate) fn repeats(body: &Bytes) -> bool {
    let names: Result<Names, _> = serde_json::from_slice(body);
    let mut seen = HashSet::new();
    names.is_ok_and(|names| !names.0.into_iter().all(|it| seen.insert(it)))
}
