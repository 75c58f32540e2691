//! `generated/` is what the generator writes.

mod support;

use counterpart_codegen::{Config, Generator};

#[test]
fn codegen_is_current() {
    let root = support::workspace_root();
    let loaded = counterpart_model::load(root.join("spec/openfx.yaml"));
    let api = loaded.api.expect("the document is sound");
    let config = Config {
        crate_name: Some("openfx".to_owned()),
        ..Config::default()
    };
    let files = Generator::new(&api)
        .config(config)
        .generate()
        .expect("generated");
    let diff = files.diff(&root.join("generated")).expect("compared");
    assert!(
        diff.is_empty(),
        "generated/ is not current: run `cargo xtask codegen`\n{diff}"
    );
    assert!(files.warnings().is_empty(), "{:?}", files.warnings());
}
