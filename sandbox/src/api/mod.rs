//! The generated traits, implemented: each method asks the deployment and puts the outcome into the document's
//! answers.

// Its macros are used by the modules below it.
#[macro_use]
mod answer;

mod accounts;
mod customers;
mod events;
mod instructions;
mod onboardings;
mod reject;
mod subscriptions;
mod transactions;

use crate::domain::{Work, accounts as accounts_domain};
use crate::failure::Failure;
use crate::http::original::Original;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::{Ask, Command, fingerprint};
use crate::store::record::{Record, get};
use axum::Router;
use axum::response::Response;
use counterpart_runtime::Instance;
use counterpart_runtime::server::{
    AuthError, Authenticate, Call, Credentials, Incoming, Options, Problem, Rejection,
};
use openfx::server::{RejectionBody, Rejections};
use openfx::types::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The router of all documented operations.
pub(crate) fn router(deployment: Arc<Deployment>) -> Router {
    openfx::server::router(Arc::clone(&deployment), deployment, Options::default())
}

/// Anything outside the API.
pub(crate) async fn nowhere() -> Response {
    Failure::not_found("path").into_response()
}

impl Authenticate for Deployment {
    type Caller = Caller;

    async fn authenticate(
        &self,
        request: &Incoming<'_>,
        _: &Credentials,
    ) -> Result<Caller, AuthError> {
        // Signatures cover the request as it came, base path included.
        let original = original(request.parts);
        self.identify(&original, request.body).map_err(|denied| {
            let code = denied.code.to_owned();
            if denied.known {
                AuthError::Forbidden(code)
            } else {
                AuthError::Unauthenticated(code)
            }
        })
    }
}

impl Rejections for Deployment {
    fn reject(&self, rejection: &Rejection, _: &Incoming<'_>) -> RejectionBody {
        let failure = reject::failure_of(rejection);
        match Error::from_json_text(&failure.body().to_string()) {
            Ok(error) => RejectionBody::Error(error),
            Err(_) => RejectionBody::Problem(Problem::of(rejection)),
        }
    }
}

fn original(parts: &axum::http::request::Parts) -> Original {
    parts
        .extensions
        .get::<Original>()
        .cloned()
        .unwrap_or_else(|| Original::of(parts, None))
}

impl Deployment {
    /// A page of a list.
    async fn page<R: Record, T: Instance>(
        &self,
        caller: &Caller,
        asked: Asked,
    ) -> Result<T, Failure> {
        let mut connection = self.store.read().await?;
        shown(&self.list::<R>(&mut connection, caller, asked).await?)
    }

    /// A page of what belongs to an account.
    async fn page_of<R: Record, T: Instance>(
        &self,
        caller: &Caller,
        account: &str,
        asked: Asked,
    ) -> Result<T, Failure> {
        let mut connection = self.store.read().await?;
        accounts_domain::load(&mut self.work(&mut connection, caller.org), account).await?;
        let asked = Asked {
            scope: Some(("account_id", account.to_owned())),
            ..asked
        };
        shown(&self.list::<R>(&mut connection, caller, asked).await?)
    }

    /// Whatever the domain reads.
    async fn look<S: Serialize, T: Instance>(
        &self,
        caller: &Caller,
        read: impl AsyncFnOnce(&mut Work<'_>) -> Result<S, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = self.store.read().await?;
        let found = read(&mut self.work(&mut connection, caller.org)).await?;
        shown(&serde_json::to_string(&found).map_err(|_| Failure::internal())?)
    }

    /// One resource.
    async fn one<R: Record, T: Instance>(
        &self,
        caller: &Caller,
        id: &str,
        what: &str,
    ) -> Result<T, Failure> {
        let mut connection = self.store.read().await?;
        let org = self.reader_of::<R>(&mut connection, caller.org, id).await?;
        let found = get::<R>(&mut connection, &org, id)
            .await?
            .ok_or_else(|| Failure::not_found(what))?;
        shown(&found.encode())
    }

    /// What a write answers, and whether it repeats an answer.
    async fn put<T: Instance>(
        &self,
        call: &Call<Caller>,
        key: &str,
        command: Command,
    ) -> Result<(T, bool), Failure> {
        let (body, replayed) = self.put_bare(call, key, command).await?;
        Ok((shown(&body)?, replayed))
    }

    /// The same as text, for answers without a body.
    async fn put_bare(
        &self,
        call: &Call<Caller>,
        key: &str,
        command: Command,
    ) -> Result<(String, bool), Failure> {
        let target = original(&call.parts).path_and_query;
        let fingerprint = fingerprint(call.parts.method.as_str(), &target, &call.body);
        let written = self
            .write(Ask {
                caller: &call.caller,
                key,
                fingerprint,
                command,
            })
            .await?;
        Ok((written.body, written.replayed))
    }
}

/// A stored body as the document's type.
fn shown<T: Instance>(body: &str) -> Result<T, Failure> {
    T::from_json_text(body).map_err(|violations| {
        tracing::error!(%violations, "a stored body is not what the document says");
        Failure::internal()
    })
}

/// A request's body, which is valid by the document, as the domain's type.
fn given<B: DeserializeOwned>(body: &impl Instance) -> Result<B, Failure> {
    serde_json::from_slice(&body.to_json()).map_err(|error| {
        tracing::error!(%error, "a valid body is not what the domain takes");
        Failure::internal()
    })
}

/// A value that is valid by the document, as its text.
fn text(value: &impl Instance) -> String {
    serde_json::from_slice(&value.to_json()).unwrap_or_default()
}
