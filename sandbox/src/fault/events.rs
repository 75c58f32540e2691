//! Lies about events.

use super::{Faults, Switch};
use serde_json::Value;

/// Distorts what a delivery tells of an event; the log keeps the truth.
pub(crate) fn distort(faults: Faults, body: String) -> String {
    let told = [
        Switch::SnapshotStale,
        Switch::NoPreviousAttributes,
        Switch::PreviousIsCurrent,
        Switch::SnapshotPartial,
    ];
    if !told.into_iter().any(|switch| faults.lie(switch)) {
        return body;
    }
    let Ok(mut event) = serde_json::from_str::<Value>(&body) else {
        return body;
    };
    if let Some(data) = event.get_mut("data").and_then(Value::as_object_mut) {
        let snapshot = data.get("snapshot").cloned().unwrap_or_default();
        let previous = data.get("previousAttributes").cloned().unwrap_or_default();
        if faults.lie(Switch::NoPreviousAttributes) {
            data.remove("previousAttributes");
        }
        if faults.lie(Switch::PreviousIsCurrent)
            && let Some(Value::Object(previous)) = data.get_mut("previousAttributes")
        {
            for (name, value) in previous.iter_mut() {
                *value = snapshot.get(name).cloned().unwrap_or_default();
            }
        }
        if let Some(Value::Object(snapshot)) = data.get_mut("snapshot") {
            if faults.lie(Switch::SnapshotStale) {
                snapshot.extend(previous.as_object().cloned().unwrap_or_default());
            }
            if faults.lie(Switch::SnapshotPartial) {
                snapshot.retain(|name, _| name == "id" || name == "status");
            }
        }
    }
    event.to_string()
}

/// The organisation whose log an event goes to.
pub(crate) fn log_of(faults: Faults, org: &str) -> &str {
    if faults.lie(Switch::EventNotLogged) {
        "nobody"
    } else {
        org
    }
}
