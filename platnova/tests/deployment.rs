//! The deployment, through its generated client and webhook receiver, and under the contract tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use counterpart_contract_tests::Suite;
use counterpart_contract_tests::auth::{Credentials, Identity, Secret};
use counterpart_contract_tests::finding::Outcome;
use counterpart_runtime::Instance as _;
use counterpart_runtime::server::{AuthError, Authenticate, Call, Incoming, Options as Limits};
use platnova::client::{Client, ClientError, Transport};
use platnova::operations::*;
use platnova::types::*;
use platnova_sandbox::{Options, Running, Webhook, start};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

fn anywhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

async fn deployment(options: Options) -> Running {
    let review = Duration::from_millis(20);
    start(anywhere(), Options { review, ..options })
        .await
        .unwrap()
}

fn client(running: &Running) -> Client {
    let http = counterpart_runtime::client::reqwest::Client::builder();
    Transport::new(&running.base_url)
        .unwrap()
        .http(http.no_proxy().build().unwrap())
        .credential("apiKeyHeader", "sandbox-key")
        .into()
}

/// A customer whose review comes to what the number of its document says.
fn body(email: &str, number: &str) -> CreateCustomer {
    let text = format!(
        r#"{{"email": "{email}", "first_name": "Ada", "last_name": "Obi", "phone": "+2348012345678", "country_code": "NG",
            "documents": [{{"id_type": "bvn", "id_number": "{number}"}}], "address": {{"street": "1 Marina"}}}}"#
    );
    CreateCustomer::from_json_text(&text).unwrap()
}

async fn create(client: &Client, body: CreateCustomer) -> ShortCustomer {
    match client
        .create_customer(CreateCustomerRequest { body })
        .await
        .unwrap()
    {
        CreateCustomerResponse::Ok { body, .. } => body.data,
        other => panic!("not created: {other:?}"),
    }
}

async fn wait(client: &Client, id: CustomerId, wanted: CustomerStatus) -> Customer {
    for _ in 0..200 {
        if let GetCustomerResponse::Ok { body, .. } = client
            .get_customer(GetCustomerRequest { id })
            .await
            .unwrap()
            && body.data.status == wanted
        {
            return body.data;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the customer never became {wanted}");
}

/// Whoever subscribed: hands on what arrives.
struct Subscriber {
    secret: &'static str,
    seen: mpsc::UnboundedSender<(&'static str, CustomerId)>,
}

impl Authenticate for Subscriber {
    type Caller = ();

    async fn authenticate(
        &self,
        _: &Incoming<'_>,
        _: &counterpart_runtime::server::Credentials,
    ) -> Result<(), AuthError> {
        Ok(())
    }
}

impl Webhooks<()> for Subscriber {
    async fn customer_approved(
        &self,
        _: Call<()>,
        request: CustomerApprovedRequest,
    ) -> CustomerApprovedResponse {
        assert_eq!(&*request.x_webhook_secret, self.secret);
        self.seen
            .send(("approved", request.body.customer_id))
            .unwrap();
        CustomerApprovedResponse::Ok
    }

    async fn customer_rejected(
        &self,
        _: Call<()>,
        request: CustomerRejectedRequest,
    ) -> CustomerRejectedResponse {
        self.seen
            .send(("rejected", request.body.customer_id))
            .unwrap();
        CustomerRejectedResponse::Ok
    }
}

#[tokio::test]
async fn reviews_end_in_each_status_and_are_told_at_one_url() {
    let (seen, mut arrived) = mpsc::unbounded_channel();
    let subscriber = Arc::new(Subscriber {
        secret: "agreed",
        seen,
    });
    let hooks = platnova::server::receive_webhooks(
        Arc::clone(&subscriber),
        subscriber,
        Limits::default(),
        |_| "/hooks",
    );
    let listener = tokio::net::TcpListener::bind(anywhere()).await.unwrap();
    let url = format!("http://{}/hooks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, hooks).await });
    let webhook = Some(Webhook {
        url,
        secret: "agreed".to_owned(),
    });
    let running = deployment(Options {
        webhook,
        ..Options::default()
    })
    .await;
    let client = client(&running);
    for (email, number, status, event) in [
        (
            "a@example.com",
            "22200000001",
            CustomerStatus::Active,
            "approved",
        ),
        ("b@example.com", "LOCK1", CustomerStatus::Locked, "rejected"),
        (
            "c@example.com",
            "RESTRICT1",
            CustomerStatus::Restricted,
            "rejected",
        ),
    ] {
        let made = create(&client, body(email, number)).await;
        assert_eq!(made.status, CustomerStatus::ApprovalPending);
        let known = wait(&client, made.id, status).await;
        assert_eq!(&*known.dial_code, "+234");
        assert_eq!(&*known.country_code, "NGA");
        assert_eq!(known.meta.document.number, number);
        assert_eq!(arrived.recv().await, Some((event, made.id)));
    }
}

#[tokio::test]
async fn new_documents_bring_another_review() {
    let running = deployment(Options::default()).await;
    let client = client(&running);
    let made = create(&client, body("a@example.com", "LOCK1")).await;
    wait(&client, made.id, CustomerStatus::Locked).await;
    let change = r#"{"documents": [{"id_type": "passport", "id_number": "A0000001"}]}"#;
    let request = UpdateCustomerRequest {
        id: made.id,
        body: UpdateCustomer::from_json_text(change).unwrap(),
    };
    let UpdateCustomerResponse::Ok { body, .. } = client.update_customer(request).await.unwrap()
    else {
        panic!("not changed");
    };
    assert_eq!(body.data.status, CustomerStatus::ApprovalPending);
    wait(&client, made.id, CustomerStatus::Active).await;
}

#[tokio::test]
async fn refusals_have_the_vendors_shapes() {
    let running = deployment(Options::default()).await;
    let client = client(&running);
    create(&client, body("a@example.com", "1")).await;
    let again = client
        .create_customer(CreateCustomerRequest {
            body: body("A@example.com", "1"),
        })
        .await
        .unwrap();
    let CreateCustomerResponse::BadRequest { body: failure } = again else {
        panic!("taken twice: {again:?}");
    };
    assert_eq!(&*failure.message, "customer already exists");
    let nobody = GetCustomerRequest {
        id: "00000000-0000-7000-8000-000000000000".parse().unwrap(),
    };
    let answer = client.get_customer(nobody).await.unwrap();
    assert!(
        matches!(answer, GetCustomerResponse::BadRequest { .. }),
        "{answer:?}"
    );
    // Another country's tax id: the document's own `if` and `then` refuse it.
    let foreign = r#"{"email": "x@example.com", "first_name": "A", "last_name": "B", "phone": "+4915112345678",
        "country_code": "GB", "documents": [{"id_type": "nif", "id_number": "1"}]}"#;
    assert!(CreateCustomer::from_json_text(foreign).is_err());
    assert!(CreateCustomer::from_json_text(&foreign.replace("nif", "nino")).is_ok());
    let stranger: Client = Transport::new(&running.base_url)
        .unwrap()
        .credential("apiKeyQuery", "another key")
        .into();
    let request = GetCustomerRequest {
        id: "00000000-0000-7000-8000-000000000000".parse().unwrap(),
    };
    let answer: Result<_, ClientError> = stranger.get_customer(request).await;
    assert!(
        matches!(answer, Ok(GetCustomerResponse::Unauthorized { .. })),
        "{answer:?}"
    );
}

/// The contract tests have nothing to say against it, and look at nearly everything; twice, as the second run meets
/// what the first has left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds() {
    let running = deployment(Options::default()).await;
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/platnova.yaml");
    let loaded = counterpart_model::load(&spec);
    let api = Arc::new(loaded.api.expect("the document is sound"));
    let document = loaded.document.map(Arc::new);
    for seed in 0..2 {
        let mut main = Identity::default();
        main.values.insert(
            "apiKeyHeader".to_owned(),
            Secret::new("sandbox-key".to_owned()),
        );
        let credentials = Credentials {
            main,
            ..Credentials::default()
        };
        let settings = counterpart_contract_tests::config::Settings {
            seed,
            ..Default::default()
        };
        let suite = Suite::new(Arc::clone(&api), document.clone())
            .credentials(credentials)
            .settings(settings);
        let report = suite
            .run_at(
                &running.base_url,
                &counterpart_contract_tests::event::Silent,
            )
            .await
            .unwrap();
        let text = counterpart_contract_tests::report::terminal(
            &counterpart_contract_tests::report::Record::of(&report),
        );
        assert!(!report.has_findings(), "{text}");
        // How many there are grows with the checks. What is not exercised are two identities that are not configured, and
        // what a document of four operations has nothing to try with.
        let (passed, idle) = (
            report.count(Outcome::Passed),
            report.count(Outcome::NotExercised),
        );
        assert!(passed >= 60 && idle * 5 <= passed, "{text}");
    }
}
