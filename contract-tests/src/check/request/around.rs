//! A varied body with the values of an accepted one around the place that is varied.

use crate::{
    generate::Case,
    judge::Judge,
    rules::{
        Pointer,
        infer::{property, variants},
    },
};
use counterpart_model::{
    Direction,
    api::{Api, SchemaId},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The case with the accepted body's values beside what it is about: what goes together by rules that no keyword tells
/// stays together, so that nothing else is refused, or taken. A case that would then be invalid for another reason, or
/// valid, stays as it was made.
pub(super) fn around(
    api: &Api,
    judge: &Judge,
    schema: SchemaId,
    case: &Case,
    good: &Value,
) -> Value {
    let path = Pointer::try_from(case.pointer.clone()).unwrap_or_default();
    let path: Vec<String> = path.segments().collect();
    let broken = |value: &Value| {
        let all = judge.violations(schema, Direction::Request, value);
        let all = all.into_iter();
        all.map(|it| (it.schema, it.pointer, it.keyword))
            .collect::<BTreeSet<_>>()
    };
    let meant = broken(&case.value);
    // All that surrounds it, else what stands beside the member it is in.
    for levels in [path.len() + 1, 1] {
        let mut around = case.value.clone();
        lay_around((api, schema), &mut around, good, (&path, levels));
        if around == case.value || broken(&around) == meant {
            return around;
        }
    }
    case.value.clone()
}

/// Puts the values of a good instance in place of those that do not stand on a path, on so many of its levels. What stands
/// beside it in a union stays: what one variant needs is not what another one has.
fn lay_around(
    (api, schema): (&Api, SchemaId),
    value: &mut Value,
    good: &Value,
    (path, levels): (&[String], usize),
) {
    let Some(below) = levels
        .checked_sub(1)
        .filter(|_| variants(api, schema).is_empty())
    else {
        return;
    };
    match (value, good) {
        (Value::Object(members), Value::Object(known)) => {
            for (name, member) in members.iter_mut() {
                let Some(known) = known.get(name) else {
                    continue;
                };
                match path.split_first() {
                    Some((first, rest)) if first == name => {
                        if let Some((_, id)) = property(api, schema, name) {
                            lay_around((api, id), member, known, (rest, below));
                        }
                    }
                    _ => member.clone_from(known),
                }
            }
        }
        (Value::Array(items), Value::Array(known)) => {
            let Some((first, rest)) = path.split_first() else {
                return;
            };
            let item = first.parse().ok().and_then(|at: usize| items.get_mut(at));
            let of = api.schema(api.resolve(schema)).array.items;
            if let (Some(item), Some(known), Some(of)) = (item, known.first(), of) {
                lay_around((api, of), item, known, (rest, below));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;
    use serde_json::json;
    use std::sync::Arc;

    const WORK: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths: {}
components:
  schemas:
    Work:
      type: object
      required: [title, details]
      properties:
        title: {type: string, maxLength: 30}
        details: {$ref: '#/components/schemas/Details'}
    Open:
      type: object
      required: [inner]
      properties:
        inner:
          oneOf:
            - {type: object, required: [kind], properties: {kind: {type: string, const: a}}}
            - {type: object, required: [kind], properties: {kind: {type: string, const: b}, note: {type: string, maxLength: 7}}}
    Details:
      oneOf:
        - {$ref: '#/components/schemas/Painting'}
        - {$ref: '#/components/schemas/Sculpture'}
      discriminator: {propertyName: kind}
    Painting:
      type: object
      required: [kind]
      additionalProperties: false
      properties: {kind: {type: string, const: Painting}, width_cm: {type: integer, minimum: 1}}
    Sculpture:
      type: object
      required: [kind, weight_kg]
      additionalProperties: false
      properties: {kind: {type: string, const: Sculpture}, weight_kg: {type: number, multipleOf: 0.1}}
";

    #[test]
    fn what_stands_around_is_the_accepted_one_where_the_same_stays_wrong() {
        let loaded = counterpart_model::load_str("t.yaml", WORK.to_owned());
        let api = Arc::new(loaded.api.expect("a document"));
        let judge = Judge::new(Arc::clone(&api));
        let id = *api.components.get("Work").expect("the component");
        let open = *api.components.get("Open").expect("the component");
        let good = json!({ "title": "Mine", "details": { "kind": "Painting", "width_cm": 7 } });
        let of = |keyword: &str, pointer: &str| {
            let all = Generator::new(Arc::clone(&api), Direction::Request, 7).negative(id);
            let mut all = all.into_iter();
            let case = all.find(|it| it.keyword == keyword && it.pointer == pointer);
            let case = case.unwrap_or_else(|| panic!("no {keyword} at {pointer}"));
            (around(&api, &judge, id, &case, &good), case.value)
        };
        let (title, _) = of("maxLength", "/title");
        assert_eq!(title["details"], good["details"]);
        let (width, _) = of("minimum", "/details/width_cm");
        assert_eq!(
            width,
            json!({ "title": "Mine", "details": { "kind": "Painting", "width_cm": 0 } })
        );
        // Open variants: what is valid of one stays one of it.
        let all = Generator::new(Arc::clone(&api), Direction::Request, 7).positive(open);
        let mut kept = all.iter().filter(|it| it.value["inner"]["kind"] == "b");
        assert!(kept.all(|it| {
            let laid = around(&api, &judge, open, it, &json!({ "inner": { "kind": "a" } }));
            laid["inner"]["kind"] == "b"
        }));
        // A painting that weighs something is no sculpture whose weight is wrong.
        let (weight, made) = of("multipleOf", "/details/weight_kg");
        assert_eq!(
            weight,
            json!({ "title": "Mine", "details": made["details"] })
        );
    }
}
