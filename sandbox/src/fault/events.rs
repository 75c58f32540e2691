//! Lies about events, told before they are logged.

use super::{Faults, Switch};
use serde_json::Value;

/// Distorts what an event tells.
pub(crate) fn distort(faults: Faults, data: &mut Value, before: &Value) {
    let Some(data) = data.as_object_mut() else {
        return;
    };
    if faults.lie(Switch::SnapshotStale) {
        data.insert("snapshot".to_owned(), before.clone());
    }
    if faults.lie(Switch::NoPreviousAttributes) {
        data.remove("previousAttributes");
    }
    let snapshot = data.get("snapshot").cloned().unwrap_or_default();
    if faults.lie(Switch::PreviousIsCurrent)
        && let Some(Value::Object(previous)) = data.get_mut("previousAttributes")
    {
        for (name, value) in previous.iter_mut() {
            *value = snapshot.get(name).cloned().unwrap_or_default();
        }
    }
    if faults.lie(Switch::SnapshotPartial)
        && let Some(Value::Object(snapshot)) = data.get_mut("snapshot")
    {
        snapshot.retain(|name, _| name == "id" || name == "status");
    }
}

/// The organisation whose log an event goes to.
pub(crate) fn log_of(faults: Faults, org: &str) -> &str {
    if faults.lie(Switch::EventNotLogged) {
        "nobody"
    } else {
        org
    }
}
