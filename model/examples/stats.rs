//! Prints what a document holds: `cargo run -p counterpart-model --example stats -- FILE...`

use counterpart_model::{
    Severity,
    api::{AnyReason, Shape},
};

fn main() {
    println!("operations schemas typed residue events errors warnings file");
    for path in std::env::args().skip(1) {
        let loaded = counterpart_model::load(&path);
        let count = |severity| {
            loaded
                .diagnostics
                .iter()
                .filter(|one| one.severity == severity)
                .count()
        };
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let Some(api) = &loaded.api else {
            println!("no API: {path}");
            for diagnostic in loaded.diagnostics {
                println!("{}", diagnostic.render());
            }
            continue;
        };
        let untyped = |shape: &Shape| matches!(shape, Shape::Any(reason) if *reason != AnyReason::Unconstrained);
        let typed = api
            .schemas
            .iter()
            .filter(|schema| !untyped(&schema.shape))
            .count();
        let residue = api
            .schemas
            .iter()
            .filter(|schema| !schema.residue.is_empty())
            .count();
        println!(
            "{:10} {:7} {typed:5} {residue:7} {:6} {errors:6} {warnings:8} {path}",
            api.operations.len(),
            api.schemas.len(),
            api.events.len()
        );
    }
}
