//! Customers.

use crate::domain::customers::Customer;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::Command;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl Customers<Caller> for Deployment {
    async fn list_customers(
        &self,
        call: Call<Caller>,
        request: ListCustomersRequest,
    ) -> ListCustomersResponse {
        let asked = Asked::new(i64::from(*request.limit))
            .cursors(
                request.starting_after.as_deref(),
                request.ending_before.as_deref(),
            )
            .filter("status", request.status.map(|status| status.as_str()));
        let page = self.page::<Customer, _>(&call.caller, asked).await;
        read!(ListCustomersResponse, ListCustomersOkHeaders, page)
    }

    async fn get_customer(
        &self,
        call: Call<Caller>,
        request: GetCustomerRequest,
    ) -> GetCustomerResponse {
        let customer = self
            .one::<Customer, _>(&call.caller, &request.customer_id, "customer")
            .await;
        read!(GetCustomerResponse, GetCustomerOkHeaders, customer)
    }

    async fn submit_customer(
        &self,
        call: Call<Caller>,
        request: SubmitCustomerRequest,
    ) -> SubmitCustomerResponse {
        let command = Command::Submit(request.customer_id.to_string());
        let outcome = self.put(&call, &request.idempotency_key, command).await;
        written!(SubmitCustomerResponse::Ok, SubmitCustomerOkHeaders, outcome)
    }
}
