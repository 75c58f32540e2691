//! Outcomes as the document's answers.

use crate::failure::Failure;
use counterpart_runtime::Instance;
use openfx::operations::*;
use openfx::types::Error;

/// Seconds, for `Retry-After`.
fn seconds<T: Instance>(seconds: Option<i32>) -> Option<T> {
    seconds.and_then(|seconds| T::from_json_text(&seconds.to_string()).ok())
}

/// The error body of a failure.
fn error(failure: &Failure) -> Error {
    // A failure's body is made of the document's own words; a test holds all of them to the schema.
    match Error::from_json_text(&failure.body().to_string()) {
        Ok(error) => error,
        Err(violations) => unreachable!("{violations}"),
    }
}

/// Headers of an answer; the rate limiter adds its own to every answer on its way out.
macro_rules! headers {
    ($name:ident) => {
        $name { x_rate_limit_limit: None, x_rate_limit_remaining: None, x_rate_limit_reset: None }
    };
    ($name:ident, $($field:ident: $value:expr),+) => {
        $name { $($field: $value,)+ x_rate_limit_limit: None, x_rate_limit_remaining: None, x_rate_limit_reset: None }
    };
}

/// The answer to a read.
macro_rules! read {
    ($response:ident, $headers:ident, $outcome:expr) => {
        match $outcome {
            Ok(body) => $response::Ok {
                body,
                headers: headers!($headers),
            },
            Err(failure) => failure.into(),
        }
    };
}

/// The answer to a write.
macro_rules! written {
    ($response:ident::$variant:ident, $headers:ident, $outcome:expr) => {
        match $outcome {
            Ok((body, replayed)) => {
                let replayed = replayed.then_some(true);
                $response::$variant { body, headers: headers!($headers, idempotency_replayed: replayed) }
            }
            Err(failure) => failure.into(),
        }
    };
}

/// Failures as the answers of operations: by the variant of their status, else as an unexpected error.
macro_rules! failures {
    ($($response:ident: $($status:literal $variant:ident $headers:ident),*;)*) => {
        $(impl From<Failure> for $response {
            fn from(failure: Failure) -> Self {
                let body = error(&failure);
                match failure.status.as_u16() {
                    $($status => Self::$variant { body, headers: headers!($headers) },)*
                    _ => Self::UnexpectedError {
                        status: failure.status,
                        body,
                        headers: headers!(UnexpectedErrorHeaders, retry_after: seconds(failure.retry_after())),
                    },
                }
            }
        })*
    };
}

failures! {
    ListCustomersResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    GetCustomerResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    SubmitCustomerResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders, 422 Unprocessable UnprocessableHeaders;
    CreateOnboardingResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    ListOnboardingsResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    GetOnboardingResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    CreateAccountResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders, 422 Unprocessable UnprocessableHeaders;
    ListAccountsResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    GetAccountResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    CloseAccountResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders, 422 Unprocessable UnprocessableHeaders;
    ListAccountBalancesResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    CreateAccountNumberResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders, 422 Unprocessable UnprocessableHeaders;
    ListAccountNumbersResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    GetAccountNumberResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    CreateBlockchainAddressResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders, 422 Unprocessable UnprocessableHeaders;
    ListBlockchainAddressesResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    GetBlockchainAddressResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    ListTransactionsResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    GetTransactionResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    ListEventsResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    CreateWebhookSubscriptionResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    ListWebhookSubscriptionsResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders;
    DeleteWebhookSubscriptionResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
    RotateWebhookSubscriptionSecretResponse: 400 BadRequest BadRequestHeaders, 500 InternalError InternalErrorHeaders, 404 NotFound NotFoundHeaders;
}
