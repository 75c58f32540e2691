//! The crates that are checked in are what the generator writes.

mod support;

use counterpart_codegen::{Config, Generator};

#[test]
fn codegen_is_current() {
    let root = support::workspace_root();
    for (spec, out, name, runtime) in [
        ("spec/openfx.yaml", "generated", "openfx", "../runtime"),
        (
            "spec/platnova.yaml",
            "platnova/api",
            "platnova",
            "../../runtime",
        ),
    ] {
        let loaded = counterpart_model::load(root.join(spec));
        let api = loaded.api.expect("the document is sound");
        let config = Config {
            crate_name: Some(name.to_owned()),
            runtime_path: runtime.to_owned(),
            ..Config::default()
        };
        let files = Generator::new(&api)
            .config(config)
            .generate()
            .expect("generated");
        let diff = files.diff(&root.join(out)).expect("compared");
        assert!(
            diff.is_empty(),
            "{out} is not current: run `cargo xtask codegen`\n{diff}"
        );
        // The rules of `TaxIdsByCountry` are `if` and `then`: no type says them.
        let known = |warning: &&String| !warning.contains("keywords without a type");
        let unknown: Vec<_> = files.warnings().iter().filter(known).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
