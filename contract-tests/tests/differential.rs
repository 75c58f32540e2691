//! The generated types and the JSON Schema validator answer the same question the same way: for
//! every component, thousands of random instances, and not one disagreement.

use counterpart_contract_tests::{
    generate::{Generator, Rng},
    judge::Judge,
};
use counterpart_model::{
    Api, Direction,
    api::{Additional, SchemaId, Shape},
};
use counterpart_runtime::Component;
use openfx::components::COMPONENTS;
use serde_json::Value;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Instances of each component.
const INSTANCES: usize = 10_000;
/// Disagreements that are shown.
const SHOWN: usize = 20;

/// What came of one component.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    disagreements: Vec<String>,
}

fn seed() -> u64 {
    let given = std::env::var("COUNTERPART_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    given.unwrap_or(0x5eed)
}

/// How many random instances of each component.
fn instances() -> usize {
    let given = std::env::var("COUNTERPART_INSTANCES")
        .ok()
        .and_then(|text| text.parse().ok());
    given.unwrap_or(INSTANCES)
}

fn compare(judge: &Judge, component: &Component, schema: SchemaId, seed: u64) -> Tally {
    let generator = Generator::with_judge(judge.clone(), Direction::Neutral, seed);
    let mut rng = Rng::new(seed ^ u64::try_from(schema.index()).unwrap_or(0));
    let mut tally = Tally::default();
    // Both sides of each limit first, then whatever comes.
    let limits = [generator.positives(schema), generator.negatives(schema)];
    let limits = limits
        .iter()
        .flat_map(|cases| &cases.cases)
        .map(|case| case.value.clone());
    let random = (0..instances()).map(|_| generator.random(schema, &mut rng));
    for value in limits.chain(random) {
        let text = value.to_string();
        let expected = judge.is_valid(schema, Direction::Neutral, &value);
        let mut disagree = |what: String| {
            if tally.disagreements.len() < SHOWN {
                tally
                    .disagreements
                    .push(format!("{}: {what}: {text}", component.name));
            }
        };
        match (component.round_trip)(text.as_bytes()) {
            Err(violations) if expected => {
                disagree(format!("valid, but the type refuses it: {violations}"))
            }
            Err(_) => {}
            Ok(_) if !expected => {
                let why = judge.violations(schema, Direction::Neutral, &value);
                let why: Vec<String> = why
                    .into_iter()
                    .map(|it| format!("{} {}", it.pointer, it.message))
                    .collect();
                disagree(format!(
                    "the type takes it, but it is not valid: {}",
                    why.join("; ")
                ));
            }
            Ok(written) => match serde_json::from_slice::<Value>(&written) {
                Ok(again) => {
                    let mut lost = false;
                    if !same(judge.api(), &[schema], &value, &again, &mut lost) {
                        disagree(format!("comes back as {again}"));
                    } else if !lost
                        && again != value
                        && !judge.is_valid(schema, Direction::Neutral, &again)
                    {
                        disagree(format!("comes back invalid, as {again}"));
                    }
                }
                Err(error) => disagree(format!("comes back as no JSON ({error})")),
            },
        }
        if expected {
            tally.valid += 1;
        } else {
            tally.invalid += 1;
        }
    }
    tally
}

/// Whether an instance came back as it was. Numbers are compared by value; only properties that are
/// not listed, where the schema gives others no meaning, may be left out, which is `lost` then.
fn same(api: &Api, schemas: &[SchemaId], before: &Value, after: &Value, lost: &mut bool) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let shapes = shapes(api, schemas);
            let known = after.keys().all(|name| before.contains_key(name));
            known
                && before.iter().all(|(name, value)| match after.get(name) {
                    Some(again) => same(api, &within(&shapes, name), value, again, lost),
                    None => {
                        *lost = true;
                        shapes.iter().any(|shape| ignores(shape, name))
                    }
                })
        }
        (Value::Array(before), Value::Array(after)) => {
            let items: Vec<SchemaId> = shapes(api, schemas)
                .iter()
                .flat_map(|shape| match shape {
                    Shape::Array { items } => items.iter().copied().collect(),
                    Shape::Tuple { items, rest } => items.iter().chain(rest).copied().collect(),
                    _ => Vec::new(),
                })
                .collect();
            let mut pairs = before.iter().zip(after);
            before.len() == after.len()
                && pairs.all(|(one, other)| same(api, &items, one, other, lost))
        }
        (Value::Number(before), Value::Number(after)) => {
            before == after || before.as_f64() == after.as_f64()
        }
        _ => before == after,
    }
}

/// What instances of the schemas may be, references and unions followed.
fn shapes<'a>(api: &'a Api, schemas: &[SchemaId]) -> Vec<&'a Shape> {
    let (mut seen, mut found, mut open) = (Vec::new(), Vec::new(), schemas.to_vec());
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match &api.schema(id).shape {
            Shape::Reference(target) => open.push(*target),
            Shape::Union(union) => open.extend(union.variants.iter().map(|variant| variant.schema)),
            shape => found.push(shape),
        }
    }
    found
}

fn within(shapes: &[&Shape], name: &str) -> Vec<SchemaId> {
    let inner = shapes.iter().flat_map(|shape| match shape {
        Shape::Object(object) => {
            let listed = object
                .fields
                .iter()
                .find(|field| field.name == name)
                .map(|field| field.schema);
            let other = match object.additional {
                Additional::Kept(other) => other,
                _ => None,
            };
            listed.or(other)
        }
        Shape::Map { values } => *values,
        _ => None,
    });
    inner.collect()
}

fn ignores(shape: &Shape, name: &str) -> bool {
    match shape {
        Shape::Object(object) => {
            object.additional == Additional::Ignored
                && object.fields.iter().all(|field| field.name != name)
        }
        _ => false,
    }
}

fn schema_of(api: &Api, component: &Component) -> Option<SchemaId> {
    let found = api
        .schemas
        .iter()
        .find(|schema| &*schema.origin.pointer == component.pointer);
    found
        .map(|schema| schema.id)
        .or_else(|| api.components.get(component.name).copied())
}

#[test]
fn generated_types_and_judge_agree() {
    let seed = seed();
    println!("COUNTERPART_SEED={seed}");
    let loaded =
        counterpart_model::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/openfx.yaml"));
    let api = Arc::new(loaded.api.expect("the document can be read"));
    let judge = Judge::new(Arc::clone(&api));
    let (next, tallies) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(component) = COMPONENTS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(schema) = schema_of(&api, component) else {
                        panic!("no schema {}", component.name)
                    };
                    let tally = compare(&judge, component, schema, seed);
                    tallies
                        .lock()
                        .expect("no worker panics while it adds")
                        .push((component.name, tally));
                }
            });
        }
    });
    let tallies = tallies.into_inner().expect("no worker panicked");
    assert_eq!(tallies.len(), COMPONENTS.len());
    assert!(!COMPONENTS.is_empty(), "there is nothing to compare");
    let (mut disagreements, mut instances) = (Vec::new(), 0);
    for (name, tally) in tallies {
        instances += tally.valid + tally.invalid;
        println!("{name}: {} valid, {} invalid", tally.valid, tally.invalid);
        assert!(
            tally.valid > 0 && tally.invalid > 0,
            "{name}: {} valid, {} invalid",
            tally.valid,
            tally.invalid
        );
        disagreements.extend(tally.disagreements);
    }
    println!(
        "{instances} instances of {} schemas, {} disagreements",
        COMPONENTS.len(),
        disagreements.len()
    );
    assert!(
        disagreements.is_empty(),
        "seed {seed}:\n{}",
        disagreements.join("\n")
    );
}
