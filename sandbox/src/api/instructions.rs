//! Account numbers and blockchain addresses.

use super::given;
use crate::domain::instructions::{self, AccountNumber, BlockchainAddress};
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::Command;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl AccountNumbers<Caller> for Deployment {
    async fn create_account_number(
        &self,
        call: Call<Caller>,
        request: CreateAccountNumberRequest,
    ) -> CreateAccountNumberResponse {
        let account = request.account_id.to_string();
        let outcome = match given(&request.body) {
            Ok(new) => {
                self.put(
                    &call,
                    &request.idempotency_key,
                    Command::Number(account, new),
                )
                .await
            }
            Err(failure) => Err(failure),
        };
        written!(
            CreateAccountNumberResponse::Created,
            CreateAccountNumberCreatedHeaders,
            outcome
        )
    }

    async fn list_account_numbers(
        &self,
        call: Call<Caller>,
        request: ListAccountNumbersRequest,
    ) -> ListAccountNumbersResponse {
        let asked = Asked::new(i64::from(*request.limit)).cursors(
            request.starting_after.as_deref(),
            request.ending_before.as_deref(),
        );
        let page = self
            .page_of::<AccountNumber, _>(&call.caller, &request.account_id, asked)
            .await;
        read!(
            ListAccountNumbersResponse,
            ListAccountNumbersOkHeaders,
            page
        )
    }

    async fn get_account_number(
        &self,
        call: Call<Caller>,
        request: GetAccountNumberRequest,
    ) -> GetAccountNumberResponse {
        let (account, id) = (&request.account_id, &request.account_number_id);
        let number = self
            .look(&call.caller, async |work| {
                instructions::load::<AccountNumber>(work, account, id, "account number").await
            })
            .await;
        read!(GetAccountNumberResponse, GetAccountNumberOkHeaders, number)
    }
}

impl BlockchainAddresses<Caller> for Deployment {
    async fn create_blockchain_address(
        &self,
        call: Call<Caller>,
        request: CreateBlockchainAddressRequest,
    ) -> CreateBlockchainAddressResponse {
        let account = request.account_id.to_string();
        let outcome = match given(&request.body) {
            Ok(new) => {
                self.put(
                    &call,
                    &request.idempotency_key,
                    Command::Address(account, new),
                )
                .await
            }
            Err(failure) => Err(failure),
        };
        written!(
            CreateBlockchainAddressResponse::Created,
            CreateBlockchainAddressCreatedHeaders,
            outcome
        )
    }

    async fn list_blockchain_addresses(
        &self,
        call: Call<Caller>,
        request: ListBlockchainAddressesRequest,
    ) -> ListBlockchainAddressesResponse {
        let asked = Asked::new(i64::from(*request.limit)).cursors(
            request.starting_after.as_deref(),
            request.ending_before.as_deref(),
        );
        let page = self
            .page_of::<BlockchainAddress, _>(&call.caller, &request.account_id, asked)
            .await;
        read!(
            ListBlockchainAddressesResponse,
            ListBlockchainAddressesOkHeaders,
            page
        )
    }

    async fn get_blockchain_address(
        &self,
        call: Call<Caller>,
        request: GetBlockchainAddressRequest,
    ) -> GetBlockchainAddressResponse {
        let (account, id) = (&request.account_id, &request.blockchain_address_id);
        let address = self
            .look(&call.caller, async |work| {
                instructions::load::<BlockchainAddress>(work, account, id, "blockchain address")
                    .await
            })
            .await;
        read!(
            GetBlockchainAddressResponse,
            GetBlockchainAddressOkHeaders,
            address
        )
    }
}
