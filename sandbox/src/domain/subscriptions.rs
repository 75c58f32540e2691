//! Webhook subscriptions and their secrets.

use super::{Metadata, Work, millis, record};
use crate::clock::rfc3339;
use crate::failure::Failure;
use crate::fault::Switch;
use crate::ids;
use crate::store::deliveries;
use crate::store::record::{Cell, delete, get, insert};
use crate::store::secrets::{self, Secrets};
use serde::{Deserialize, Serialize};

/// How long the secret before a rotation stays valid.
const OLD_SECRET_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// A subscription, as the document shows it: without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) event_types: Vec<String>,
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

record!(Subscription, "webhook_subscriptions", |subscription| [
    "status" => Cell::from(subscription.status.as_str()),
    "created_at" => millis(&subscription.created_at),
]);

impl Subscription {
    /// Whether events of a type are delivered.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.event_types
            .iter()
            .any(|wanted| wanted == "*" || wanted == kind)
    }
}

/// A subscription that is to be made: a request that is valid by the document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewSubscription {
    url: String,
    event_types: Vec<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

/// A subscription with its secret, as it is shown once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Created {
    #[serde(flatten)]
    subscription: Subscription,
    signing_secret: String,
}

/// The answer to a rotation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rotated {
    signing_secret: String,
    previous_secret_expires_at: String,
}

/// Makes a subscription.
pub(crate) async fn create(work: &mut Work<'_>, new: NewSubscription) -> Result<Created, Failure> {
    let now = rfc3339(work.now);
    let metadata = if work.faults.lie(Switch::MetadataLost) {
        Metadata::new()
    } else {
        new.metadata
    };
    let subscription = Subscription {
        id: ids::fresh("wsub"),
        url: new.url,
        event_types: new.event_types,
        status: "active".to_owned(),
        description: new.description,
        metadata,
        created_at: now.clone(),
        updated_at: now,
    };
    let secret = ids::signing_secret();
    insert(work.connection, &work.org, &subscription).await?;
    secrets::put(
        work.connection,
        &subscription.id,
        &Secrets {
            secret: secret.clone(),
            previous: None,
        },
    )
    .await?;
    Ok(Created {
        subscription,
        signing_secret: secret,
    })
}

/// Takes a subscription away, with everything it would still have received.
pub(crate) async fn remove(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let Some(subscription) = get::<Subscription>(work.connection, &work.org, id).await? else {
        return Err(Failure::not_found("webhook subscription"));
    };
    if work.faults.lie(Switch::DeletedReceives) {
        return Ok(());
    }
    deliveries::cancel(work.connection, &subscription.id).await?;
    delete::<Subscription>(work.connection, &work.org, id).await?;
    Ok(())
}

/// Makes a new secret; the old one stays valid for a while.
pub(crate) async fn rotate(work: &mut Work<'_>, id: &str) -> Result<Rotated, Failure> {
    let known = get::<Subscription>(work.connection, &work.org, id).await?;
    let (Some(_), Some(old)) = (known, secrets::get(work.connection, id).await?) else {
        return Err(Failure::not_found("webhook subscription"));
    };
    let expires = work.now + OLD_SECRET_MILLIS;
    let secret = ids::signing_secret();
    let secrets = Secrets {
        secret: secret.clone(),
        previous: Some((old.secret, expires)),
    };
    secrets::put(work.connection, id, &secrets).await?;
    Ok(Rotated {
        signing_secret: secret,
        previous_secret_expires_at: rfc3339(expires),
    })
}
