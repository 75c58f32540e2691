//! The mock over HTTP: what it answers, what it refuses, and in whose words.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use counterpart_mock::{Options, Running, start};
use reqwest::{Client, Method, Response, StatusCode};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

const DOCUMENT: &str = "
openapi: 3.1.0
info: { title: Pets, version: '1' }
servers: [{ url: 'https://pets.example.com/v2' }]
security: [{ key: [] }]
paths:
  /:
    get: { operationId: root, security: [], responses: { '204': { description: Nothing. } } }
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: tags, in: query, style: pipeDelimited, explode: false, schema: { type: array, maxItems: 2, items: { type: string } } }
        - { name: where, in: query, style: deepObject, schema: { type: object, additionalProperties: false, properties: { age: { type: integer } } } }
      responses:
        '200':
          description: Pets.
          headers: { X-Total: { required: true, schema: { type: integer, minimum: 7, maximum: 7 } } }
          content:
            application/json: { schema: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Pet' } } }
            text/csv: { example: 'name' }
        '400': { $ref: '#/components/responses/Failure' }
    post:
      operationId: createPet
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' }, example: { name: Rex } } } }
        '404': { $ref: '#/components/responses/Failure' }
        default: { $ref: '#/components/responses/Failure' }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  responses:
    Failure: { description: Not so., content: { application/json: { schema: { $ref: '#/components/schemas/Failure' } } } }
  schemas:
    Pet: { type: object, required: [name], properties: { name: { type: string, minLength: 2 }, age: { type: integer, minimum: 0 } } }
    Failure: { type: object, required: [code], properties: { code: { const: not_so } } }
";

async fn mock() -> Running {
    let api = counterpart_model::load_str("pets.yaml", DOCUMENT)
        .api
        .unwrap();
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    start(&Arc::new(api), anywhere, Options::default())
        .await
        .unwrap()
}

async fn ask(
    running: &Running,
    method: Method,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    let mut request = client
        .request(method, format!("{}{target}", running.base_url))
        .header("x-key", "any");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.body(body.to_owned());
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn answers_are_valid_and_the_same_each_time() {
    let running = mock().await;
    let once = ask(
        &running,
        Method::GET,
        "/pets?limit=5&tags=a|b&where[age]=3",
        &[],
        None,
    )
    .await;
    assert_eq!(once.status(), StatusCode::OK);
    assert_eq!(once.headers()["x-total"], "7");
    let once = once.text().await.unwrap();
    assert!(once.starts_with("[{"), "{once}");
    let again = ask(&running, Method::GET, "/pets", &[], None)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(once, again);
    let made = ask(
        &running,
        Method::POST,
        "/pets",
        &[("content-type", "application/json")],
        Some(r#"{"name":"Bo"}"#),
    )
    .await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(
        made.text().await.unwrap(),
        r#"{"name":"Rex"}"#,
        "the document's own example"
    );
    let csv = ask(
        &running,
        Method::GET,
        "/pets",
        &[("accept", "text/csv")],
        None,
    )
    .await;
    assert_eq!(csv.headers()["content-type"], "text/csv");
    assert_eq!(csv.text().await.unwrap(), "name");
}

#[tokio::test]
async fn what_is_asked_for_is_answered() {
    let running = mock().await;
    let headers = [("content-type", "application/json"), ("prefer", "code=404")];
    let answer = ask(
        &running,
        Method::POST,
        "/pets",
        &headers,
        Some(r#"{"name":"Bo"}"#),
    )
    .await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.text().await.unwrap(), r#"{"code":"not_so"}"#);
    // The root of the API has a path of its own, whatever the base path.
    assert_eq!(
        ask(&running, Method::GET, "/", &[], None).await.status(),
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn what_the_document_forbids_is_refused_in_its_words() {
    let running = mock().await;
    for target in [
        "/pets?limit=0",
        "/pets?limit=x",
        "/pets?limit=1&limit=2",
        "/pets?tags=a|b|c",
        "/pets?where[size]=1",
        "/pets?other=1",
    ] {
        let answer = ask(&running, Method::GET, target, &[], None).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{target}");
        assert_eq!(
            answer.text().await.unwrap(),
            r#"{"code":"not_so"}"#,
            "{target}"
        );
    }
    let json = [("content-type", "application/json")];
    for body in [
        None,
        Some("{"),
        Some("{}"),
        Some(r#"{"name":"x"}"#),
        Some(r#"{"name":"Bo","age":-1}"#),
    ] {
        let answer = ask(&running, Method::POST, "/pets", &json, body).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body:?}");
    }
    let text = [("content-type", "text/plain")];
    let answer = ask(&running, Method::POST, "/pets", &text, Some("x")).await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        ask(&running, Method::DELETE, "/pets", &[], None)
            .await
            .status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(
        ask(&running, Method::GET, "/cats", &[], None)
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
    let bare = Client::builder().no_proxy().build().unwrap();
    let answer = bare
        .get(format!("{}/pets", running.base_url))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}
