//! The generated client against the generated server: what one writes the other reads, both ways, signed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use counterpart_runtime::Instance as _;
use openfx::client::{Client, ClientError, Transport};
use openfx::operations::{
    CreateAccountRequest, CreateAccountResponse, CreateWebhookSubscriptionRequest,
    CreateWebhookSubscriptionResponse, DeleteWebhookSubscriptionRequest,
    DeleteWebhookSubscriptionResponse, GetCustomerRequest, GetCustomerResponse,
    ListCustomersRequest, ListCustomersResponse,
};
use openfx::types;
use openfx_sandbox::{ApiCredential, Running, Sandbox, signed_message};
use std::net::{Ipv4Addr, SocketAddr};

async fn start() -> Running {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Sandbox::builder().start(address).await.unwrap()
}

fn client(running: &Running, credential: &ApiCredential) -> Client {
    let signer = credential.clone();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Transport::new(&running.base_url)
        .unwrap()
        .http(http)
        .credential("bearerAuth", credential.api_key.clone())
        .sign(move |request: &mut reqwest::Request| {
            let url = request.url();
            let target = match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            };
            let body = request
                .body()
                .and_then(reqwest::Body::as_bytes)
                .unwrap_or_default();
            let time = jiff::Timestamp::now().as_second().to_string();
            let message = signed_message(request.method().as_str(), &target, &time, body);
            let signature = signer.sign(&message).map_err(|error| error.to_string())?;
            request.headers_mut().insert("x-timestamp", time.parse()?);
            request
                .headers_mut()
                .insert("x-signature", signature.parse()?);
            Ok(())
        })
        .into()
}

fn page(
    limit: &str,
    after: Option<types::CustomerId>,
    status: Option<&str>,
) -> ListCustomersRequest {
    ListCustomersRequest {
        limit: types::LimitParameter::from_json(limit.as_bytes()).unwrap(),
        starting_after: after,
        ending_before: None,
        status: status.map(|status| status.parse().unwrap()),
    }
}

#[tokio::test]
async fn lists_read_and_refusals_are_typed() {
    let running = start().await;
    let client = client(&running, &running.credentials.write);

    let first = client
        .list_customers(page("2", None, Some("active")))
        .await
        .unwrap();
    let ListCustomersResponse::Ok { body, headers } = first else {
        panic!("not a page: {first:?}");
    };
    assert_eq!(body.items.len(), 2);
    assert!(
        body.items
            .iter()
            .all(|customer| customer.status == types::CustomerStatus::Active)
    );
    assert!(headers.x_rate_limit_limit.is_some());
    let last = body.items[1].id.clone();
    let next = client
        .list_customers(page("2", Some(last.clone()), Some("active")))
        .await
        .unwrap();
    let ListCustomersResponse::Ok { body: next, .. } = next else {
        panic!("not a page: {next:?}");
    };
    assert!(next.items.iter().all(|customer| customer.id != last));

    let read = |customer_id| client.get_customer(GetCustomerRequest { customer_id });
    let GetCustomerResponse::Ok { body: customer, .. } = read(last.clone()).await.unwrap() else {
        panic!("not there");
    };
    assert_eq!(customer, body.items[1]);
    let absent: types::CustomerId = "cus_019aaaaaaaaa7000aaaaaaaaaaaaaaaa".parse().unwrap();
    let refused = read(absent).await.unwrap();
    assert!(
        matches!(refused, GetCustomerResponse::NotFound { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn bodies_go_both_ways() {
    let running = start().await;
    let client = client(&running, &running.credentials.write);
    let key = || uuid::Uuid::new_v4().to_string().parse().unwrap();

    let body =
        br#"{"url": "https://hooks.example.com/a", "eventTypes": ["customer.status_changed"]}"#;
    let made = client
        .create_webhook_subscription(CreateWebhookSubscriptionRequest {
            idempotency_key: key(),
            body: types::CreateWebhookSubscriptionRequest::from_json(body).unwrap(),
        })
        .await
        .unwrap();
    let CreateWebhookSubscriptionResponse::Created { body: made, .. } = made else {
        panic!("not made: {made:?}");
    };
    let gone = client
        .delete_webhook_subscription(DeleteWebhookSubscriptionRequest {
            idempotency_key: key(),
            webhook_subscription_id: made.id.clone(),
        })
        .await
        .unwrap();
    assert!(
        matches!(gone, DeleteWebhookSubscriptionResponse::NoContent { .. }),
        "{gone:?}"
    );

    let body = br#"{"customerId": "cus_019aaaaaaaaa7000aaaaaaaaaaaaaaaa", "type": "virtual", "currency": "EUR"}"#;
    let refused = client
        .create_account(CreateAccountRequest {
            idempotency_key: key(),
            body: types::CreateAccountRequest::from_json(body).unwrap(),
        })
        .await
        .unwrap();
    assert!(
        matches!(refused, CreateAccountResponse::NotFound { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    assert!(matches!(
        Client::new("ftp://a"),
        Err(ClientError::BaseUrl(_))
    ));
    let nobody = Client::new("http://127.0.0.1:9").unwrap();
    let error = nobody
        .list_customers(page("1", None, None))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");

    // Without credentials: a documented answer all the same.
    let running = start().await;
    let stranger = Client::new(&running.base_url).unwrap();
    let answer = stranger
        .list_customers(page("1", None, None))
        .await
        .unwrap();
    assert!(
        matches!(answer, ListCustomersResponse::Unauthorized { .. }),
        "{answer:?}"
    );
}
