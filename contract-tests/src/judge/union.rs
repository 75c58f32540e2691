//! Which branch of a union an invalid instance was meant to be.

use super::{Judge, Violation, describe};
use counterpart_model::{
    Direction,
    api::{Schema, SchemaId},
};
use indexmap::IndexSet;
use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};
use serde_json::Value;

/// How many unions within unions of the same instance are followed.
const DEPTH: usize = 8;
/// References and `allOf` members followed to find what a property may be.
const HOPS: usize = 8;

impl Judge {
    /// What is wrong by the branch that was meant; `None` where the error is about no branch.
    pub(super) fn by_branch(
        &self,
        error: &ValidationError<'_>,
        place: SchemaId,
        direction: Direction,
        depth: usize,
    ) -> Option<Vec<Violation>> {
        if !matches!(
            error.kind(),
            Kind::AnyOf { .. } | Kind::OneOfNotValid { .. }
        ) || depth > DEPTH
        {
            return None;
        }
        let schema = self.api.schema(place);
        let branches = match error.kind() {
            Kind::AnyOf { .. } => &schema.any_of,
            _ => &schema.one_of,
        };
        let value = error.instance().as_ref();
        let pointer = error.instance_path().as_str();
        let inner = |branch: SchemaId| {
            let mut inner = self.violations_within(branch, direction, value, depth + 1);
            for violation in &mut inner {
                violation.pointer.insert_str(0, pointer);
            }
            inner
        };
        match self.selected(schema, branches, value) {
            Selection::Branch(branch) => Some(inner(branch)).filter(|inner| !inner.is_empty()),
            Selection::Unknown { property, known } => {
                let found = value.get(&property).map(describe::show).unwrap_or_default();
                let known: Vec<Value> = known.into_iter().collect();
                let expected = format!("{property}: {}", describe::one_of(&known));
                Some(vec![Violation {
                    pointer: format!(
                        "{pointer}/{}",
                        property.replace('~', "~0").replace('/', "~1")
                    ),
                    keyword: error.kind().keyword().to_owned(),
                    message: format!("expected {expected}, found {found}"),
                    expected,
                    found,
                    schema: place,
                    origin: self.origin(place, "discriminator"),
                }])
            }
            Selection::None => branches
                .iter()
                .map(|branch| inner(*branch))
                .filter(|inner| !inner.is_empty())
                .min_by_key(|inner| {
                    (
                        inner
                            .iter()
                            .filter(|it| it.keyword == "type" && it.pointer == pointer)
                            .count(),
                        inner.len(),
                    )
                }),
        }
    }

    fn selected(&self, schema: &Schema, branches: &[SchemaId], value: &Value) -> Selection {
        let Value::Object(members) = value else {
            return Selection::None;
        };
        if let Some(discriminator) = &schema.discriminator
            && let Some(Value::String(tag)) = members.get(&discriminator.property)
        {
            let known = || {
                discriminator
                    .mapping
                    .keys()
                    .map(|key| key.as_str().into())
                    .collect()
            };
            return match discriminator.mapping.get(tag) {
                Some(branch) => Selection::Branch(*branch),
                None if discriminator.mapping.is_empty() => Selection::None,
                None => Selection::Unknown {
                    property: discriminator.property.clone(),
                    known: known(),
                },
            };
        }
        // Without one, a property whose values are listed and apart in all branches does the same.
        for (name, found) in members {
            let values: Option<Vec<IndexSet<Value>>> = branches
                .iter()
                .map(|branch| self.values_of(*branch, name, HOPS))
                .collect();
            let Some(values) = values else { continue };
            let all: IndexSet<Value> = values.iter().flatten().cloned().collect();
            if all.len() != values.iter().map(IndexSet::len).sum::<usize>() {
                continue;
            }
            let chosen = values.iter().position(|values| values.contains(found));
            return match chosen.and_then(|index| branches.get(index)) {
                Some(branch) => Selection::Branch(*branch),
                None => Selection::Unknown {
                    property: name.clone(),
                    known: all,
                },
            };
        }
        Selection::None
    }

    /// The values a property may have, where a schema lists them.
    fn values_of(&self, id: SchemaId, property: &str, hops: usize) -> Option<IndexSet<Value>> {
        let hops = hops.checked_sub(1)?;
        let schema = self.api.schema(id);
        let here = schema
            .object
            .properties
            .get(property)
            .and_then(|id| self.listed(*id, hops));
        here.or_else(|| {
            let mut others = schema.reference.iter().chain(&schema.all_of);
            others.find_map(|other| self.values_of(*other, property, hops))
        })
    }

    fn listed(&self, id: SchemaId, hops: usize) -> Option<IndexSet<Value>> {
        let hops = hops.checked_sub(1)?;
        let schema = self.api.schema(id);
        if let Some(constant) = &schema.constant {
            return Some(IndexSet::from([constant.to_serde()]));
        }
        if let Some(all) = &schema.enumeration {
            return Some(
                all.iter()
                    .map(counterpart_model::api::Value::to_serde)
                    .collect(),
            );
        }
        let mut others = schema.reference.iter().chain(&schema.all_of);
        others.find_map(|other| self.listed(*other, hops))
    }
}

enum Selection {
    /// The instance says which one it is.
    Branch(SchemaId),
    /// The instance says it is one that there is not.
    Unknown {
        property: String,
        known: IndexSet<Value>,
    },
    /// The instance does not say.
    None,
}
