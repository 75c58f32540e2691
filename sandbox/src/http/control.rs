//! What a test may do that no consumer can: move customers and accounts, pay money in. Under a prefix of its own,
//! without credentials, and off unless asked for.

use crate::credentials::HOME;
use crate::domain::values::{AccountStatus, Capability, CustomerStatus, KybStatus, Lifecycle as _};
use crate::domain::{Work, accounts, customers, ledger, money, review};
use crate::failure::Failure;
use crate::service::Deployment;
use crate::store::StoreError;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// Where the control endpoints are.
pub(crate) const PREFIX: &str = "/_sandbox";

/// The control endpoints.
pub(crate) fn router(deployment: Arc<Deployment>) -> Router {
    Router::new()
        .route("/customers/{id}/kyb", post(kyb))
        .route("/customers/{id}/status", post(customer_status))
        .route("/customers/{id}/capabilities", post(capabilities))
        .route("/accounts/{id}/status", post(account_status))
        .route("/accounts/{id}/deposits", post(deposit))
        .with_state(deployment)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KybBody {
    #[serde(rename = "kybStatus")]
    kyb_status: KybStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerStatusBody {
    status: CustomerStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CapabilitiesBody {
    capabilities: Vec<Capability>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountStatusBody {
    status: AccountStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositBody {
    amount: String,
    #[serde(default)]
    pending: bool,
}

async fn kyb(
    State(deployment): State<Arc<Deployment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(
        &deployment,
        &body,
        async |work: &mut Work<'_>, body: KybBody| {
            let customer = customers::load(work, &id).await?;
            value(&review::decide(work, customer, body.kyb_status).await?)
        },
    )
    .await
}

async fn customer_status(
    State(deployment): State<Arc<Deployment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(
        &deployment,
        &body,
        async |work: &mut Work<'_>, body: CustomerStatusBody| {
            let before = customers::load(work, &id).await?;
            // Statuses that go with a KYB status are reached through it.
            let alone = matches!(
                body.status,
                CustomerStatus::Suspended | CustomerStatus::Closed | CustomerStatus::Active
            ) && !(body.status == CustomerStatus::Active
                && before.kyb_status != KybStatus::Approved);
            if !alone || !before.status.can_become(body.status) {
                return Err(Failure::unprocessable(
                    "invalid_state_transition",
                    "The lifecycle has no such step.",
                ));
            }
            let mut after = before.clone();
            after.status = body.status;
            value(&customers::change(work, &before, after).await?)
        },
    )
    .await
}

async fn capabilities(
    State(deployment): State<Arc<Deployment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(
        &deployment,
        &body,
        async |work: &mut Work<'_>, mut body: CapabilitiesBody| {
            let before = customers::load(work, &id).await?;
            body.capabilities.sort_unstable();
            body.capabilities.dedup();
            let mut after = before.clone();
            after.capabilities = body.capabilities;
            value(&customers::change(work, &before, after).await?)
        },
    )
    .await
}

async fn account_status(
    State(deployment): State<Arc<Deployment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(
        &deployment,
        &body,
        async |work: &mut Work<'_>, body: AccountStatusBody| {
            let before = accounts::load(work, &id).await?;
            if body.status == AccountStatus::Closed || !before.status.can_become(body.status) {
                return Err(Failure::unprocessable(
                    "invalid_state_transition",
                    "The lifecycle has no such step.",
                ));
            }
            value(&accounts::become_status(work, before, body.status).await?)
        },
    )
    .await
}

async fn deposit(
    State(deployment): State<Arc<Deployment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(
        &deployment,
        &body,
        async |work: &mut Work<'_>, body: DepositBody| {
            let account = accounts::load(work, &id).await?;
            let Some(minor) = money::minor(&body.amount, account.holds()) else {
                return Err(unreadable(
                    "amount is not an amount of the account's currency",
                ));
            };
            ledger::deposit(work, &account, minor, body.pending).await?;
            accounts::balance_list(work, &id).await
        },
    )
    .await
}

/// Reads the body, does something with it in a transaction, and shows the outcome.
async fn answer<B: DeserializeOwned>(
    deployment: &Deployment,
    body: &[u8],
    act: impl AsyncFnOnce(&mut Work<'_>, B) -> Result<Value, Failure>,
) -> Response {
    let outcome = async {
        let body = serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))?;
        let mut tx = deployment.store.write().await?;
        let mut work = deployment.work(&mut tx, HOME);
        let shown = act(&mut work, body).await?;
        tx.commit().await.map_err(StoreError::from)?;
        deployment.wake();
        Ok::<Value, Failure>(shown)
    };
    match outcome.await {
        Ok(shown) => (
            [(header::CONTENT_TYPE, "application/json")],
            shown.to_string(),
        )
            .into_response(),
        Err(failure) => failure.into_response(),
    }
}

fn value(shown: &impl serde::Serialize) -> Result<Value, Failure> {
    Ok(json!(shown))
}

fn unreadable(why: &str) -> Failure {
    Failure::invalid(
        "malformed_body",
        vec![("body".to_owned(), "malformed", why.to_owned())],
    )
}
