//! Reviews customers after a while, and tells of it by webhook.

use crate::state::{Reviewed, State};
use counterpart_runtime::DateTime;
use platnova::client::Sender;
use platnova::operations::{
    CustomerApprovedRequest, CustomerApprovedResponse, CustomerRejectedRequest,
    CustomerRejectedResponse,
};
use platnova::types::*;
use std::sync::Arc;
use std::time::Duration;

/// How often a webhook is sent again.
const RETRIES: u32 = 5;

/// Reviews whoever waits, until the task is stopped.
pub(crate) async fn run(state: Arc<State>, sender: Option<Sender>) {
    loop {
        let (done, next) = state.review();
        for reviewed in done {
            if let (Some(sender), Some(webhook)) = (&sender, &state.options.webhook) {
                tokio::spawn(tell(sender.clone(), webhook.secret.clone(), reviewed));
            }
        }
        match next {
            Some(wait) => {
                // Whoever comes meanwhile waits as long as anybody.
                tokio::time::sleep(wait).await;
            }
            None => state.wake.notified().await,
        }
    }
}

async fn tell(sender: Sender, secret: String, reviewed: Reviewed) {
    for attempt in 0..=RETRIES {
        match send(&sender, &secret, &reviewed).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, attempt, "a webhook did not arrive"),
        }
        tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
    }
}

async fn send(
    sender: &Sender,
    secret: &str,
    reviewed: &Reviewed,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let customer = &reviewed.record.customer;
    let phone = format!("{}{}", customer.dial_code, customer.phone);
    let secret = secret.parse()?;
    match reviewed.reason {
        None => {
            let body = CustomerApproved {
                event: CustomerApprovedEvent::CustomerApproved,
                timestamp: DateTime::now(),
                customer_id: customer.id,
                data: WebhookCustomer {
                    id: customer.id,
                    first_name: customer.first_name.clone(),
                    last_name: customer.last_name.clone(),
                    email: customer.email.clone(),
                    phone,
                },
            };
            let request = CustomerApprovedRequest {
                x_webhook_secret: secret,
                body,
            };
            let CustomerApprovedResponse::Ok = sender.customer_approved(request).await?;
        }
        Some(reason) => {
            let body = CustomerRejected {
                event: CustomerRejectedEvent::CustomerRejected,
                timestamp: DateTime::now(),
                customer_id: customer.id,
                data: CustomerRejectedData {
                    reason: reason.parse()?,
                    id: customer.id,
                    first_name: customer.first_name.clone(),
                    last_name: customer.last_name.clone(),
                    email: customer.email.clone(),
                    phone,
                },
            };
            let request = CustomerRejectedRequest {
                x_webhook_secret: secret,
                body,
            };
            let CustomerRejectedResponse::Ok = sender.customer_rejected(request).await?;
        }
    }
    Ok(())
}
