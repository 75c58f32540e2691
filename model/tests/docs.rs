//! `docs/diagnostics.md` is written from the registry of codes.

use counterpart_model::Code;
use std::{fmt::Write as _, fs, path::Path};

/// What the first two digits of a code stand for.
const CHAPTERS: &[(&str, &str)] = &[
    ("CP01", "Reading the text"),
    ("CP02", "The document as a whole"),
    ("CP03", "References"),
    ("CP04", "Paths, operations, security"),
    ("CP05", "Schemas: keywords"),
    ("CP06", "Schemas: what they mean together"),
];

fn page() -> String {
    let mut text = String::from(
        "# Diagnostics of documents\n\n\
         What is said about a document when it is read. A code, once given, keeps its meaning. An *error* means that there is no\n\
         model of the document; a *warning*, that something was mended or left out; a *note*, that something is worth a look.\n\
         One small broken document for each is in `model/tests/broken`, with the text that it brings up.\n\n\
         This page is written from the code: `UPDATE_DOCS=1 cargo test -p counterpart-model --test docs`.\n",
    );
    for (prefix, title) in CHAPTERS {
        let _ = write!(
            text,
            "\n## {prefix}xx: {title}\n\n| code | | means | and then |\n| --- | --- | --- | --- |\n"
        );
        for code in Code::ALL
            .iter()
            .filter(|code| code.as_str().starts_with(prefix))
        {
            let _ = writeln!(
                text,
                "| `{code}` | {} | {} | {} |",
                code.severity(),
                code.title(),
                code.explanation().replace('|', "\\|")
            );
        }
    }
    text
}

#[test]
fn the_page_is_current_and_whole() {
    let wanted = page();
    for code in Code::ALL {
        assert!(
            wanted.contains(&format!("| `{code}` |")),
            "{code} stands in no chapter"
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).expect("docs/diagnostics.md can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/diagnostics.md is not current: run it again with UPDATE_DOCS=1"
    );
}
