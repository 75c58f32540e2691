//! Which operation a request is for, from the document's path templates.

use serde_json::Value;

/// The operations of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations(Vec<Operation>);

#[derive(Clone, Debug)]
struct Operation {
    id: String,
    method: String,
    segments: Vec<String>,
}

impl Operations {
    /// Reads the operations of a document.
    pub(crate) fn of(document: &Value) -> Self {
        let mut operations = Vec::new();
        for (path, item) in document
            .get("paths")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    operations.push(Operation {
                        id: id.to_owned(),
                        method: method.to_ascii_uppercase(),
                        segments: path.split('/').skip(1).map(str::to_owned).collect(),
                    });
                }
            }
        }
        Self(operations)
    }

    /// The operation of a method and a path without the base path; empty when there is none.
    pub(crate) fn find(&self, method: &str, path: &str) -> &str {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        self.0
            .iter()
            .find(|operation| operation.method == method && operation.matches(&segments))
            .map_or("", |operation| operation.id.as_str())
    }
}

impl Operation {
    fn matches(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(mine, theirs)| mine.starts_with('{') || mine == theirs)
    }
}
