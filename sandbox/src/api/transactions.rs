//! The ledger.

use super::text;
use crate::domain::ledger::Transaction;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::store::page::Compare;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl Transactions<Caller> for Deployment {
    async fn list_transactions(
        &self,
        call: Call<Caller>,
        request: ListTransactionsRequest,
    ) -> ListTransactionsResponse {
        let asked = Asked::new(i64::from(*request.limit))
            .cursors(
                request.starting_after.as_deref(),
                request.ending_before.as_deref(),
            )
            .filter("account_id", request.account_id.as_deref())
            .filter("customer_id", request.customer_id.as_deref())
            .bound(
                "created_at",
                Compare::AtLeast,
                request.created_at_gte.as_ref().map(text),
            )
            .bound(
                "created_at",
                Compare::AtMost,
                request.created_at_lte.as_ref().map(text),
            );
        let page = self.page::<Transaction, _>(&call.caller, asked).await;
        read!(ListTransactionsResponse, ListTransactionsOkHeaders, page)
    }

    async fn get_transaction(
        &self,
        call: Call<Caller>,
        request: GetTransactionRequest,
    ) -> GetTransactionResponse {
        let transaction = self
            .one::<Transaction, _>(&call.caller, &request.transaction_id, "transaction")
            .await;
        read!(GetTransactionResponse, GetTransactionOkHeaders, transaction)
    }
}
