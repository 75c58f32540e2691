//! Bodies that are lists of changes: JSON Patch (RFC 6902).

use super::Context;
use crate::{
    media, paths,
    rules::infer::{answer_schema, envelope::core, is_lock, properties},
};
use counterpart_model::{
    Direction,
    api::{Method, Operation, SchemaId},
};
use serde_json::{Map, Value, json};

/// So many properties are changed, each by a body of its own.
const MOST: usize = 8;

/// Whether a media type is that of a JSON Patch.
pub(crate) fn is_json_patch(media_type: &str) -> bool {
    media::essence(media_type) == "application/json-patch+json"
}

impl Context {
    /// Patches that replace one property each, of those that something is made with and that reading shows: what no schema of
    /// patches tells.
    pub(super) fn json_patches(&self, operation: &Operation, schema: SchemaId) -> Vec<Value> {
        let api = &self.api;
        let read = paths::at(api, Method::Get, &operation.path).and_then(answer_schema);
        let create = paths::item(&operation.path)
            .and_then(|(collection, _)| paths::create(api, collection))
            .and_then(|create| self.body_schema(create));
        let (Some(read), Some((_, create))) = (read, create) else {
            return Vec::new();
        };
        let shown = properties(api, core(api, read).1);
        let mut bodies = Vec::new();
        for (name, id) in properties(api, core(api, create).1) {
            let own = api.schema(id);
            let there = shown
                .iter()
                .any(|(known, id)| *known == name && !api.schema(*id).read_only);
            if !there || own.read_only || is_lock(&name) || self.is_identifier(id) {
                continue;
            }
            let cases = self.generator().positives(id);
            let mut values = cases.cases.iter().map(|case| &case.value);
            let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let body = values
                .find(|it| !it.is_null())
                .map(|value| json!([{ "op": "replace", "path": path, "value": value }]));
            let valid = |body: &Value| self.judge.is_valid(schema, Direction::Request, body);
            bodies.extend(body.filter(valid));
            if bodies.len() >= MOST {
                break;
            }
        }
        bodies
    }
}

/// The properties that a patch replaces, with the values that it gives them; the body itself where it is no patch.
pub(crate) fn replaced(body: &Value) -> Value {
    let Value::Array(changes) = body else {
        return body.clone();
    };
    let mut members = Map::new();
    for change in changes {
        let sets = matches!(change["op"].as_str(), Some("replace" | "add"));
        let name = change["path"]
            .as_str()
            .and_then(|path| path.strip_prefix('/'));
        if let (true, Some(name)) = (sets, name.filter(|name| !name.contains('/'))) {
            let name = name.replace("~1", "/").replace("~0", "~");
            members.insert(name, change["value"].clone());
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use serde_json::json;

    #[test]
    fn a_patch_says_what_it_replaces() {
        let patch = json!([
            { "op": "test", "path": "/a", "value": 1 },
            { "op": "replace", "path": "/b~1c", "value": 2 },
            { "op": "replace", "path": "/d/0", "value": 3 },
        ]);
        assert_eq!(replaced(&patch), json!({ "b/c": 2 }));
        assert_eq!(replaced(&json!({ "a": 1 })), json!({ "a": 1 }));
    }
}
