//! The document this deployment keeps, as JSON.

use serde_json::Value;
use std::sync::LazyLock;

/// `spec/openfx.yaml`.
static TEXT: &str = include_str!("../../../spec/openfx.yaml");

/// The document. A test holds the embedded text to being readable, so that nothing is lost here.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_yaml::from_str(TEXT).unwrap_or(Value::Null));
    &DOCUMENT
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_document_is_read() {
        let document = super::document();
        assert_eq!(document["openapi"], "3.0.3");
        assert!(document["paths"].as_object().unwrap().len() > 10);
    }
}
