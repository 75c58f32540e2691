//! Accounts and their balances.

use super::given;
use crate::domain::accounts::{self, Account};
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::Command;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl Accounts<Caller> for Deployment {
    async fn create_account(
        &self,
        call: Call<Caller>,
        request: CreateAccountRequest,
    ) -> CreateAccountResponse {
        let outcome = match given(&request.body) {
            Ok(new) => {
                self.put(&call, &request.idempotency_key, Command::Open(new))
                    .await
            }
            Err(failure) => Err(failure),
        };
        written!(
            CreateAccountResponse::Created,
            CreateAccountCreatedHeaders,
            outcome
        )
    }

    async fn list_accounts(
        &self,
        call: Call<Caller>,
        request: ListAccountsRequest,
    ) -> ListAccountsResponse {
        let asked = Asked::new(i64::from(*request.limit))
            .cursors(
                request.starting_after.as_deref(),
                request.ending_before.as_deref(),
            )
            .filter("customer_id", request.customer_id.as_deref())
            .filter("type", request.r#type.map(|kind| kind.as_str()))
            .filter("status", request.status.map(|status| status.as_str()));
        let page = self.page::<Account, _>(&call.caller, asked).await;
        read!(ListAccountsResponse, ListAccountsOkHeaders, page)
    }

    async fn get_account(
        &self,
        call: Call<Caller>,
        request: GetAccountRequest,
    ) -> GetAccountResponse {
        let account = self
            .one::<Account, _>(&call.caller, &request.account_id, "account")
            .await;
        read!(GetAccountResponse, GetAccountOkHeaders, account)
    }

    async fn close_account(
        &self,
        call: Call<Caller>,
        request: CloseAccountRequest,
    ) -> CloseAccountResponse {
        let command = Command::Close(request.account_id.to_string());
        let outcome = self.put(&call, &request.idempotency_key, command).await;
        written!(CloseAccountResponse::Ok, CloseAccountOkHeaders, outcome)
    }

    async fn list_account_balances(
        &self,
        call: Call<Caller>,
        request: ListAccountBalancesRequest,
    ) -> ListAccountBalancesResponse {
        let balances = self
            .look(&call.caller, async |work| {
                accounts::balance_list(work, &request.account_id).await
            })
            .await;
        read!(
            ListAccountBalancesResponse,
            ListAccountBalancesOkHeaders,
            balances
        )
    }
}
