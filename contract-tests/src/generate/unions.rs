//! What no member of a union takes, although each part of it is taken by some member.

use super::{
    build::{Maker, Style, type_of},
    case::Draft,
    view::{Alternative, View},
};
use counterpart_model::api::{SchemaId, TypeSet};
use serde_json::{Value, json};

/// Combinations that are tried for one union.
const MIXED: usize = 40;

impl Maker<'_> {
    /// Drafts that break the unions of a place themselves; those that are valid after all are dropped later.
    pub(super) fn negative_unions(&mut self, ways: &[Alternative]) -> Vec<Draft> {
        let Some((schema, keyword, _)) = ways.first().and_then(|way| way.branches.first()).copied()
        else {
            return Vec::new();
        };
        let views: Vec<View> = ways
            .iter()
            .map(|way| self.view(way))
            .filter(|view| !view.never)
            .collect();
        let mut all = Vec::new();
        let types = views
            .iter()
            .fold(TypeSet::NONE, |types, view| types.union(view.types));
        for value in [
            Value::Null,
            json!(true),
            json!(7),
            json!("text"),
            json!([]),
            json!({}),
        ] {
            if !types.contains(type_of(&value)) {
                all.push(self.case(
                    value.clone(),
                    keyword,
                    schema,
                    format!("is {value}, which no schema of {keyword} takes"),
                ));
            }
        }
        self.mixed(&views, (schema, keyword), &mut all);
        if keyword == "oneOf"
            && let [first, second, ..] = self.generator.api.schema(schema).one_of.as_slice()
        {
            let both = [*first, *second];
            self.refuel();
            if let Some(value) = self.build(&both, Style::Least, 0) {
                all.push(self.case(value, keyword, schema, "is valid by two schemas of oneOf"));
            }
        }
        all
    }

    /// Instances of one member with a listed value of another.
    fn mixed(
        &mut self,
        views: &[View],
        (schema, keyword): (SchemaId, &'static str),
        all: &mut Vec<Draft>,
    ) {
        let mut tried = 0;
        for view in views {
            self.refuel();
            let Some(Value::Object(members)) = self.build_view(view, Style::Least, 0) else {
                continue;
            };
            for other in views {
                for name in members
                    .keys()
                    .filter(|name| other.properties.contains_key(*name))
                {
                    let place = other.property(name);
                    let listed = self.first_view(&place).and_then(|view| view.values);
                    for value in listed.iter().flat_map(|values| values.iter()) {
                        if tried >= MIXED || members.get(name) == Some(value) {
                            continue;
                        }
                        tried += 1;
                        let mut mixed = members.clone();
                        mixed.insert(name.clone(), value.clone());
                        let what = format!(
                            "has {value} in {name}, which does not go with the rest by {keyword}"
                        );
                        all.push(self.case(mixed.into(), keyword, schema, what));
                    }
                }
            }
        }
    }
}
