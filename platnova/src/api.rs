//! The generated traits, implemented.

use crate::answer::{self, count};
use crate::state::State;
use counterpart_runtime::server::{
    AuthError, Authenticate, Call, Credentials, Incoming, Problem, Rejection, StatusCode,
};
use platnova::operations::*;
use platnova::server::{RejectionBody, Rejections};
use platnova::types::*;

impl Authenticate for State {
    type Caller = ();

    async fn authenticate(
        &self,
        _: &Incoming<'_>,
        credentials: &Credentials,
    ) -> Result<(), AuthError> {
        let known = |name: &str| {
            let value = credentials.get(name)?.value.expose();
            Some(self.options.api_keys.iter().any(|key| same(key, value)))
        };
        // Either will do, but a wrong one is wrong.
        match known("apiKeyHeader").or_else(|| known("apiKeyQuery")) {
            Some(true) => Ok(()),
            _ => Err(AuthError::Unauthenticated("unauthorized access".to_owned())),
        }
    }
}

/// Compares in a time that does not tell where two texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b))
            == 0
}

impl Rejections for State {
    fn reject(&self, rejection: &Rejection, _: &Incoming<'_>) -> RejectionBody {
        match rejection {
            Rejection::Invalid { violations } => match answer::invalid(violations) {
                Some(body) => RejectionBody::InvalidFields(body),
                None => RejectionBody::Problem(Problem::of(rejection)),
            },
            other => RejectionBody::Failure(answer::rejected(other)),
        }
    }

    fn status(&self, rejection: &Rejection) -> StatusCode {
        match rejection {
            Rejection::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            other => other.status(),
        }
    }
}

/// Counts the request, and answers 429 where there were too many.
macro_rules! rate {
    ($state:ident, $response:ident) => {{
        let (rate, allowed) = $state.count();
        if !allowed {
            let body = answer::too_many(rate);
            return $response::TooMany { body };
        }
        rate
    }};
}

impl Customers<()> for State {
    async fn create_customer(
        &self,
        _: Call<()>,
        request: CreateCustomerRequest,
    ) -> CreateCustomerResponse {
        let rate = rate!(self, CreateCustomerResponse);
        match self.create(&request.body) {
            Ok(record) => CreateCustomerResponse::Ok {
                body: success!(ShortCustomerAnswer, record.short()),
                headers: rated!(CreateCustomerOkHeaders, rate),
            },
            Err(refused) => CreateCustomerResponse::BadRequest {
                body: answer::refused(refused),
            },
        }
    }

    async fn list_customers(
        &self,
        _: Call<()>,
        request: ListCustomersRequest,
    ) -> ListCustomersResponse {
        let rate = rate!(self, ListCustomersResponse);
        let place = |number: i32| usize::try_from(number).unwrap_or_default();
        let (page, size) = (request.page.get(), request.size.get());
        let found = self.page(place(page), place(size));
        let pages = found.total.div_ceil(place(size).max(1));
        let visible = found.records.len();
        let items: Vec<_> = found.records.iter().map(|record| record.short()).collect();
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let body = CustomerPage {
            items: items.try_into().expect("no more than were asked for"),
            page: small(page),
            size: small(size),
            max_page: small(clipped(pages.saturating_sub(1))),
            total_pages: small(clipped(pages)),
            total: count(whole(found.total)),
            last: place(page) + 1 >= pages,
            first: page == 0,
            visible: small(clipped(visible)),
        };
        ListCustomersResponse::Ok {
            body: success!(CustomerPageAnswer, body),
            headers: rated!(ListCustomersOkHeaders, rate),
        }
    }

    async fn get_customer(&self, _: Call<()>, request: GetCustomerRequest) -> GetCustomerResponse {
        let rate = rate!(self, GetCustomerResponse);
        match self.get(&request.id) {
            Ok(record) => GetCustomerResponse::Ok {
                body: success!(CustomerAnswer, record.customer),
                headers: rated!(GetCustomerOkHeaders, rate),
            },
            Err(refused) => GetCustomerResponse::BadRequest {
                body: answer::refused(refused),
            },
        }
    }

    async fn update_customer(
        &self,
        _: Call<()>,
        request: UpdateCustomerRequest,
    ) -> UpdateCustomerResponse {
        let rate = rate!(self, UpdateCustomerResponse);
        match self.update(&request.id, &request.body) {
            Ok(record) => UpdateCustomerResponse::Ok {
                body: success!(CustomerAnswer, record.customer),
                headers: rated!(UpdateCustomerOkHeaders, rate),
            },
            Err(refused) => UpdateCustomerResponse::BadRequest {
                body: answer::refused(refused),
            },
        }
    }
}

fn clipped(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number that no limit of the document excludes.
fn small<T: TryFrom<i32>>(number: i32) -> T {
    T::try_from(number).ok().expect("counts are not negative")
}
