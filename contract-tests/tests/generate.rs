//! Every schema of whole documents: what is generated keeps its word, soon, and the same each time.
//!
//! OpenFX always; other documents where `COUNTERPART_SHARED` names a folder with `specs` in it.

use counterpart_contract_tests::{
    generate::{Case, Generator, Rng, coverage},
    judge::Judge,
};
use counterpart_model::{Api, Direction, Document, api::SchemaId};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

fn openfx() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/openfx.yaml")
}

fn load(path: &Path) -> (Arc<Api>, Arc<Document>) {
    let loaded = counterpart_model::load(path);
    let api = loaded.api.expect("the document can be modelled");
    (
        Arc::new(api),
        Arc::new(loaded.document.expect("the document was read")),
    )
}

/// The schemas that requests are made of.
fn roots(api: &Api) -> BTreeSet<SchemaId> {
    let mut roots = BTreeSet::new();
    for operation in &api.operations {
        roots.extend(
            operation
                .parameters
                .iter()
                .filter_map(counterpart_model::api::Parameter::schema),
        );
        let bodies = operation.body.iter().flat_map(|body| body.content.values());
        roots.extend(bodies.filter_map(|content| content.schema));
    }
    roots
}

fn texts(cases: &[Case]) -> Vec<String> {
    cases
        .iter()
        .map(|case| format!("{} {} {}", case.pointer, case.keyword, case.value))
        .collect()
}

#[test]
fn every_schema_of_openfx() {
    let (api, document) = load(&openfx());
    let judge = Judge::new(Arc::clone(&api)).with_document(document);
    for direction in [Direction::Request, Direction::Response] {
        let generator = Generator::with_judge(judge.clone(), direction, 7);
        let again = Generator::with_judge(judge.clone(), direction, 7);
        for (name, id) in &api.components {
            assert_eq!(judge.problem(*id, direction), None, "{name}");
            let example = generator
                .example(*id)
                .unwrap_or_else(|| panic!("no instance of {name}"));
            assert!(
                judge.is_valid(*id, direction, &example),
                "{name}: {example}"
            );
            let (positive, negative) = (generator.positive(*id), generator.negative(*id));
            assert!(!positive.is_empty() && !negative.is_empty(), "{name}");
            for case in &positive {
                assert!(
                    judge.is_valid(*id, direction, &case.value),
                    "{name}: {case:?}"
                );
            }
            for case in &negative {
                let violations = judge.violations(*id, direction, &case.value);
                assert!(!violations.is_empty(), "{name}: {case:?}");
                // Nothing but the intended place is wrong. In a union whose members cannot be told apart the judge
                // may speak of another member than the one that was meant.
                let apart = !case.schema.pointer.contains("Of/");
                for violation in &violations {
                    let related = violation.pointer.starts_with(&case.pointer)
                        || case.pointer.starts_with(&violation.pointer);
                    assert!(
                        related || !apart,
                        "{name}: {case:?} also breaks {violation:?}"
                    );
                }
            }
            if direction == Direction::Response {
                continue;
            }
            assert_eq!(
                texts(&positive),
                texts(&again.positive(*id)),
                "{name}: the same seed, other cases"
            );
            assert_eq!(
                texts(&negative),
                texts(&again.negative(*id)),
                "{name}: the same seed, other cases"
            );
        }
    }
}

#[test]
fn every_constraint_on_requests_of_openfx_has_cases_on_both_sides() {
    let (api, _) = load(&openfx());
    let coverage = coverage(&api);
    println!("{coverage}");
    let total = coverage.total();
    assert!(total.total > 150, "{coverage}");
    assert_eq!(coverage.missing, [], "without an invalid case");
    assert_eq!(coverage.unmet, [], "without a valid case");
}

#[test]
fn cases_point_at_the_line_of_their_keyword() {
    let (api, document) = load(&openfx());
    let judge = Judge::new(Arc::clone(&api)).with_document(document);
    let metadata = *api.components.get("Metadata").expect("a component");
    let generator = Generator::with_judge(judge, Direction::Request, 7);
    let negative = generator.negative(metadata);
    let over = negative
        .iter()
        .find(|case| case.keyword == "maxProperties")
        .expect("a case");
    assert_eq!(over.value.as_object().map(serde_json::Map::len), Some(51));
    assert_eq!(
        &*over.schema.pointer,
        "/components/schemas/Metadata/maxProperties"
    );
    let span = &over.schema.span;
    assert_eq!(
        span.source.text.get(span.range.clone()),
        Some("maxProperties")
    );
}

#[test]
fn random_instances_are_valid_and_invalid() {
    let (api, _) = load(&openfx());
    let generator = Generator::new(Arc::clone(&api), Direction::Neutral, 7);
    let judge = Judge::new(Arc::clone(&api));
    let id = *api.components.get("Account").expect("a component");
    let draw = |seed| {
        let mut rng = Rng::new(seed);
        (0..400)
            .map(|_| generator.random(id, &mut rng))
            .collect::<Vec<_>>()
    };
    let values = draw(1);
    let valid = values
        .iter()
        .filter(|value| judge.is_valid(id, Direction::Neutral, value))
        .count();
    assert!((40..360).contains(&valid), "{valid} of 400 are valid");
    assert_eq!(values, draw(1));
    assert_ne!(values, draw(2));
}

#[test]
fn other_documents_end_soon() {
    let Some(folder) = std::env::var_os("COUNTERPART_SHARED") else {
        return;
    };
    for name in [
        "museum.yaml",
        "plaid.yaml",
        "figma.yaml",
        "qdrant.json",
        "stripe.yaml",
        "xero-accounting.yaml",
        "twilio-api.json",
    ] {
        let path = Path::new(&folder).join("specs").join(name);
        let (api, _) = load(&path);
        let generator = Generator::new(Arc::clone(&api), Direction::Request, 7);
        let started = Instant::now();
        let (mut cases, mut without) = (0, 0);
        let roots = roots(&api);
        for root in &roots {
            let before = Instant::now();
            without += usize::from(generator.example(*root).is_none());
            cases += generator.positive(*root).len() + generator.negative(*root).len();
            let mut rng = Rng::new(7);
            for _ in 0..20 {
                let _ = generator.random(*root, &mut rng);
            }
            let place = &api.schema(*root).origin;
            assert!(
                before.elapsed() < Duration::from_secs(20),
                "{name} {place:?}: {:?}",
                before.elapsed()
            );
        }
        println!(
            "{name}: {} schemas, {without} without an instance, {cases} cases in {:?}",
            roots.len(),
            started.elapsed()
        );
        assert!(cases > roots.len(), "{name}: {cases} cases");
    }
}
