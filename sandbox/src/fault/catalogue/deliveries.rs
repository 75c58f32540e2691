//! Events and their deliveries.

use super::Group;
use crate::fault::{Fault, Switch as S};
use serde_json::json;

pub(super) fn faults() -> Vec<Fault> {
    let g = Group("webhooks");
    vec![
        g.act(
            "webhook-unsigned",
            "webhook.signature",
            "deliveries come without X-OpenFX-Signature",
            S::Unsigned,
        ),
        g.act(
            "webhook-wrong-secret",
            "webhook.signature",
            "deliveries are signed with another secret",
            S::WrongSecret,
        ),
        g.act(
            "webhook-reserialised",
            "webhook.signature",
            "the signature is over the body with its members sorted",
            S::Reserialised,
        ),
        g.act(
            "webhook-base64",
            "webhook.signature",
            "signatures come in base64, not in hex",
            S::SignatureBase64,
        ),
        g.act(
            "webhook-wrong-event-id",
            "webhook.headers",
            "X-OpenFX-Event-Id names another event",
            S::WrongEventId,
        ),
        g.act(
            "webhook-no-timestamp",
            "webhook.headers",
            "deliveries come without X-OpenFX-Timestamp",
            S::NoTimestamp,
        ),
        g.act(
            "webhook-no-retry",
            "webhook.retry",
            "failed deliveries are not tried again",
            S::NoRetry,
        ),
        g.act(
            "webhook-retry-new-id",
            "webhook.retry",
            "each try has an event id of its own",
            S::RetryNewId,
        ),
        g.act(
            "webhook-no-previous",
            "webhook.schema",
            "events tell no previousAttributes",
            S::NoPreviousAttributes,
        ),
        g.act(
            "webhook-previous-is-current",
            "webhook.transition",
            "previousAttributes hold the new values",
            S::PreviousIsCurrent,
        ),
        g.act(
            "webhook-partial-snapshot",
            "webhook.schema",
            "snapshots hold only the id and what changed",
            S::SnapshotPartial,
        ),
        g.act(
            "webhook-stale-snapshot",
            "webhook.snapshot",
            "snapshots show the resource before the change",
            S::SnapshotStale,
        ),
        g.act(
            "webhook-not-logged",
            "webhook.logged",
            "events are delivered and not logged",
            S::EventNotLogged,
        ),
        g.act(
            "webhook-not-sent",
            "webhook.delivered",
            "events are logged and not delivered",
            S::EventNotSent,
        ),
        g.act(
            "webhook-deleted-receives",
            "webhook.deleted",
            "deleted subscriptions still receive events",
            S::DeletedReceives,
        ),
        g.act(
            "webhook-all-types",
            "webhook.types",
            "subscriptions receive events of all types",
            S::AllTypesSent,
        ),
        g.act(
            "webhook-old-secret",
            "webhook.rotated",
            "after a rotation deliveries are signed with the old secret",
            S::OldSecretKept,
        ),
        g.answer(
            "webhook-secret-listed",
            "response.schema",
            "listed subscriptions show their secret",
            |q, a, _| {
                if a.ok() && q.is(&["listWebhookSubscriptions"]) {
                    a.resources(|item| {
                        drop(
                            item.insert(
                                "signingSecret".into(),
                                json!(crate::ids::signing_secret()),
                            ),
                        )
                    });
                }
            },
        ),
    ]
}
