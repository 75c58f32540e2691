//! Onboardings.

use super::given;
use crate::domain::onboardings::Onboarding;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::Command;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl Onboardings<Caller> for Deployment {
    async fn create_onboarding(
        &self,
        call: Call<Caller>,
        request: CreateOnboardingRequest,
    ) -> CreateOnboardingResponse {
        let outcome = match given(&request.body) {
            Ok(new) => {
                self.put(&call, &request.idempotency_key, Command::Onboard(new))
                    .await
            }
            Err(failure) => Err(failure),
        };
        written!(
            CreateOnboardingResponse::Created,
            CreateOnboardingCreatedHeaders,
            outcome
        )
    }

    async fn list_onboardings(
        &self,
        call: Call<Caller>,
        request: ListOnboardingsRequest,
    ) -> ListOnboardingsResponse {
        let asked = Asked::new(i64::from(*request.limit)).cursors(
            request.starting_after.as_deref(),
            request.ending_before.as_deref(),
        );
        let page = self.page::<Onboarding, _>(&call.caller, asked).await;
        read!(ListOnboardingsResponse, ListOnboardingsOkHeaders, page)
    }

    async fn get_onboarding(
        &self,
        call: Call<Caller>,
        request: GetOnboardingRequest,
    ) -> GetOnboardingResponse {
        let onboarding = self
            .one::<Onboarding, _>(&call.caller, &request.onboarding_id, "onboarding")
            .await;
        read!(GetOnboardingResponse, GetOnboardingOkHeaders, onboarding)
    }
}
