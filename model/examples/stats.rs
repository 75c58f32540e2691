//! Prints what documents hold: `cargo run -p counterpart-model --example stats -- FILE...`
//!
//! A line a document, then what could not be typed and why, what is left beside the shapes, and how
//! often each code was given.

use counterpart_model::{
    Severity,
    api::{AnyReason, Shape},
};
use std::{collections::BTreeMap, time::Instant};

fn main() {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut residue: BTreeMap<&str, usize> = BTreeMap::new();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    println!("operations schemas   typed residue events errors warnings notes    ms file");
    for path in std::env::args().skip(1) {
        let start = Instant::now();
        let loaded = counterpart_model::load(&path);
        let time = start.elapsed().as_millis();
        for diagnostic in &loaded.diagnostics {
            *codes
                .entry(format!("{} {}", diagnostic.code, diagnostic.code.title()))
                .or_default() += 1;
        }
        let Some(api) = &loaded.api else {
            println!("no API: {path}");
            for diagnostic in loaded.diagnostics {
                println!("{}", diagnostic.render());
            }
            continue;
        };
        let mut untyped = 0;
        for schema in &api.schemas {
            if let Shape::Any(reason) = schema.shape
                && reason != AnyReason::Unconstrained
            {
                untyped += 1;
                *reasons.entry(format!("{reason:?}")).or_default() += 1;
            }
            for keyword in &schema.residue {
                *residue.entry(keyword).or_default() += 1;
            }
        }
        let count = |severity| {
            let all = loaded.diagnostics.iter();
            all.filter(|diagnostic| diagnostic.severity == severity)
                .count()
        };
        println!(
            "{:10} {:7} {:7} {:7} {:6} {:6} {:8} {:5} {time:5} {path}",
            api.operations.len(),
            api.schemas.len(),
            api.schemas.len() - untyped,
            api.schemas
                .iter()
                .filter(|schema| !schema.residue.is_empty())
                .count(),
            api.events.len(),
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note),
        );
    }
    println!("\nany value, because: {reasons:?}\nresidue: {residue:?}");
    for (code, count) in codes {
        println!("{count:6} {code}");
    }
}
