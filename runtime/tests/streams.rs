//! Bodies of items: cut anywhere, over a connection, and with items that are wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use bytes::Bytes;
use counterpart_runtime::client::Client;
use counterpart_runtime::operation::{OperationInfo, StatusCode};
use counterpart_runtime::server::{
    AuthError, Authenticate, Call, Credentials, Incoming, Input, Options, Reply, Server,
};
use counterpart_runtime::stream::{Chunks, Event, Events, ItemError, JsonLines, Lines, Streamed};
use counterpart_runtime::{Value, Violations};
use futures::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;

/// A body in pieces of so many bytes.
fn cut(text: &str, size: usize) -> Chunks {
    let pieces: Vec<_> = text
        .as_bytes()
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    Box::pin(futures::stream::iter(pieces))
}

#[tokio::test]
async fn lines_may_be_cut_anywhere() {
    let text = "1\r\n\n 2 \n\x1e3\n\"é\"\n4";
    for size in 1..text.len() {
        let lines = JsonLines::<Value>::from_chunks(cut(text, size), 100);
        let items: Vec<String> = lines.map(|item| item.unwrap().to_json()).collect().await;
        assert_eq!(items, ["1", "2", "3", "\"é\"", "4"], "in pieces of {size}");
    }
}

#[tokio::test]
async fn a_wrong_item_does_not_cost_the_next() {
    let mut lines = JsonLines::<i64>::from_chunks(cut("1\n\"x\"\n{\n2\n", 3), 100);
    let mut seen = Vec::new();
    while let Some(item) = lines.next().await {
        seen.push(match item {
            Ok(number) => number.to_string(),
            Err(ItemError::Invalid { text, violations }) => {
                assert!(!violations.is_empty());
                text
            }
            Err(other) => panic!("{other}"),
        });
    }
    assert_eq!(seen, ["1", "\"x\"", "{", "2"]);
    let mut long = JsonLines::<Value>::from_chunks(cut(&"1".repeat(1000), 10), 100);
    assert!(matches!(
        long.next().await,
        Some(Err(ItemError::TooLong { limit: 100 }))
    ));
    assert!(long.next().await.is_none());
}

#[tokio::test]
async fn events_as_the_standard_has_them() {
    let text = "\u{feff}: a comment\ndata: 1\n\nevent: tick\ndata: {\"a\":\ndata: 2}\nid: 7\n\r\ndata\n\nretry: 50\rdata:3\r\r\nid: 8\n\ndata: never ended";
    for size in 1..text.len() {
        let events = Events::<Value>::from_chunks(cut(text, size), 1000);
        let events: Vec<_> = events.map(Result::unwrap).collect().await;
        let shown: Vec<_> = events
            .iter()
            .map(|event| {
                (
                    event.data.to_json(),
                    event.event.as_deref(),
                    event.id.as_deref(),
                    event.retry,
                )
            })
            .collect();
        let wanted = [
            ("1".to_owned(), None, None, None),
            (r#"{"a":2}"#.to_owned(), Some("tick"), Some("7"), None),
            ("\"\"".to_owned(), None, Some("7"), None),
            ("3".to_owned(), None, Some("7"), Some(50)),
        ];
        assert_eq!(shown, wanted, "in pieces of {size}");
    }
}

#[tokio::test]
async fn events_come_back_as_they_were_sent() {
    let sent = [
        Event::new(Value::from("two\nlines")),
        Event {
            event: Some("tick".to_owned()),
            id: Some("1".to_owned()),
            retry: Some(9),
            ..Event::new(Value::from_json(r#"{"a":[1,2]}"#).unwrap())
        },
    ];
    let chunks = Events::new(futures::stream::iter(sent.clone())).into_chunks();
    let back: Vec<_> = Events::<Value>::from_chunks(chunks, 1000)
        .map(Result::unwrap)
        .collect()
        .await;
    assert_eq!(back, sent);
}

#[test]
fn the_lines_of_a_request_are_all_judged() {
    assert_eq!(
        Lines::<i64>::read(b"1\n\n2\r\n").unwrap(),
        Lines(vec![1, 2])
    );
    let violations = Lines::<i64>::read(b"1\nx\n2\n\"y\"").unwrap_err();
    let pointers: Vec<_> = violations
        .iter()
        .map(|found| found.pointer.clone())
        .collect();
    assert_eq!(pointers, ["/1", "/3"]);
    assert_eq!(Lines(vec![1_i64, 2]).write(), b"1\n2\n");
}

const fn info(
    id: &'static str,
    path: &'static str,
    produces: &'static [&'static str],
) -> OperationInfo {
    OperationInfo {
        servers: &[],
        id,
        method: "GET",
        path,
        tag: "",
        security: &[],
        body: None,
        produces,
    }
}

static ROWS: OperationInfo = info("rows", "/rows", &["application/x-ndjson"]);

struct Anyone;

impl Authenticate for Anyone {
    type Caller = ();

    async fn authenticate(&self, _: &Incoming<'_>, _: &Credentials) -> Result<(), AuthError> {
        Ok(())
    }
}

/// The first item arrives while the second has not been made.
#[tokio::test]
async fn items_arrive_as_they_are_made() {
    let (make, made) = futures::channel::mpsc::unbounded::<i64>();
    let made = Arc::new(std::sync::Mutex::new(Some(made)));
    let handler = move |_: Arc<()>, _: Call<()>, _: Input| {
        let made = made.lock().unwrap().take();
        async move {
            let rows = JsonLines::new(made.unwrap());
            Ok::<_, Violations>(
                Reply::empty(StatusCode::OK).with_stream("application/x-ndjson", rows),
            )
        }
    };
    let server = Server::new(
        Arc::new(()),
        Arc::new(Anyone),
        Options::default(),
        |(), rejection, _| Reply::problem(rejection),
    );
    let router = server.operation(ROWS.path, &ROWS, handler).into_router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let http = counterpart_runtime::client::reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap();
    let answer = Client::new(&url)
        .unwrap()
        .http(http)
        .call(&ROWS, |_| {})
        .await
        .unwrap();
    let mut rows: JsonLines<i64> = answer.stream();
    for number in 0..3 {
        make.unbounded_send(number).unwrap();
        let row = tokio::time::timeout(Duration::from_secs(10), rows.next()).await;
        assert_eq!(row.unwrap().unwrap().unwrap(), number);
    }
    drop(make);
    assert!(rows.next().await.is_none());
}
