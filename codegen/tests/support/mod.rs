//! The small documents, read and generated.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]

use counterpart_codegen::{Config, FileSet, Generator};
use counterpart_model::Api;
use std::fs;
use std::path::{Path, PathBuf};

/// A small document and what came of it.
pub struct Golden {
    pub name: String,
    pub text: String,
    pub api: Api,
    pub files: FileSet,
}

impl Golden {
    /// Reads a document and generates its crate, which finds the runtime at this path.
    pub fn generate(name: &str, text: &str, runtime: &str) -> Self {
        let loaded = counterpart_model::load_str(&format!("{name}.yaml"), text);
        let said: Vec<String> = loaded
            .diagnostics
            .iter()
            .map(counterpart_model::Diagnostic::render)
            .collect();
        let api = loaded
            .api
            .unwrap_or_else(|| panic!("{name}: {}", said.join("\n")));
        let choices =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.toml"));
        let choices = fs::read_to_string(choices).unwrap_or_default();
        let config = Config {
            crate_name: Some(crate_name(name)),
            runtime_path: runtime.to_owned(),
            ..Config::from_toml(&choices).expect("choices that can be followed")
        };
        let files = Generator::new(&api)
            .config(config)
            .generate()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            api,
            files,
        }
    }
}

pub fn crate_name(name: &str) -> String {
    format!("golden-{}", name.replace('_', "-"))
}

pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// Every `golden/*.yaml`, by name.
pub fn goldens(runtime: &str) -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("golden documents")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    paths.sort();
    assert!(paths.len() > 10, "only {} golden documents", paths.len());
    paths
        .iter()
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            Golden::generate(
                &name,
                &fs::read_to_string(path).expect("a document"),
                runtime,
            )
        })
        .collect()
}
