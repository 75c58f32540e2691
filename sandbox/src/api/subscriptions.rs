//! Webhook subscriptions.

use super::given;
use crate::domain::subscriptions::Subscription;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use crate::service::write::Command;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl WebhookSubscriptions<Caller> for Deployment {
    async fn create_webhook_subscription(
        &self,
        call: Call<Caller>,
        request: CreateWebhookSubscriptionRequest,
    ) -> CreateWebhookSubscriptionResponse {
        let outcome = match given(&request.body) {
            Ok(new) => {
                self.put(&call, &request.idempotency_key, Command::Subscribe(new))
                    .await
            }
            Err(failure) => Err(failure),
        };
        written!(
            CreateWebhookSubscriptionResponse::Created,
            CreateWebhookSubscriptionCreatedHeaders,
            outcome
        )
    }

    async fn list_webhook_subscriptions(
        &self,
        call: Call<Caller>,
        request: ListWebhookSubscriptionsRequest,
    ) -> ListWebhookSubscriptionsResponse {
        let asked =
            Asked::new(i64::from(*request.limit)).cursors(request.starting_after.as_deref(), None);
        let page = self.page::<Subscription, _>(&call.caller, asked).await;
        read!(
            ListWebhookSubscriptionsResponse,
            ListWebhookSubscriptionsOkHeaders,
            page
        )
    }

    async fn delete_webhook_subscription(
        &self,
        call: Call<Caller>,
        request: DeleteWebhookSubscriptionRequest,
    ) -> DeleteWebhookSubscriptionResponse {
        let command = Command::Unsubscribe(request.webhook_subscription_id.to_string());
        match self
            .put_bare(&call, &request.idempotency_key, command)
            .await
        {
            Ok((_, replayed)) => DeleteWebhookSubscriptionResponse::NoContent {
                headers: headers!(
                    DeleteWebhookSubscriptionNoContentHeaders,
                    idempotency_replayed: replayed.then_some(true)
                ),
            },
            Err(failure) => failure.into(),
        }
    }

    async fn rotate_webhook_subscription_secret(
        &self,
        call: Call<Caller>,
        request: RotateWebhookSubscriptionSecretRequest,
    ) -> RotateWebhookSubscriptionSecretResponse {
        let command = Command::Rotate(request.webhook_subscription_id.to_string());
        let outcome = self.put(&call, &request.idempotency_key, command).await;
        written!(
            RotateWebhookSubscriptionSecretResponse::Ok,
            RotateWebhookSubscriptionSecretOkHeaders,
            outcome
        )
    }
}
