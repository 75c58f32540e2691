//! The order in which a request is judged.
#![expect(
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use axum::body::Body;
use axum::http::{Request, Response};
use counterpart_runtime::server::{
    AuthError, Authenticate, BodyInfo, Bytes, Call, Credentials, Incoming, Input, OperationInfo,
    Options, Problem, Rejection, Reply, Requirement, SchemeKind, SecurityScheme, Server,
    StatusCode,
};
use counterpart_runtime::{Bundle, Instance, Kind, Parameter, Value, Violations, string_type};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use tower::ServiceExt as _;

static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "string", "maxLength": 5}]"#, &[]);

string_type! {
    /// A short name.
    pub struct Name;
    schema: SCHEMAS.schema(0),
    check: |text| counterpart_runtime::length(text, 0, 5),
}

static BEARER: SecurityScheme = SecurityScheme {
    name: "bearer",
    kind: SchemeKind::Http("bearer"),
};
static KEY: SecurityScheme = SecurityScheme {
    name: "key",
    kind: SchemeKind::Query("api_key"),
};
static SIGNATURE: SecurityScheme = SecurityScheme {
    name: "signature",
    kind: SchemeKind::Header("X-Signature"),
};

const fn needs(scheme: &'static SecurityScheme) -> Requirement {
    Requirement {
        scheme,
        scopes: &["all"],
    }
}

const fn info(id: &'static str, method: &'static str, path: &'static str) -> OperationInfo {
    OperationInfo {
        servers: &[],
        id,
        method,
        path,
        tag: "things",
        security: &[],
        body: None,
        produces: &["application/json"],
    }
}

static READ: OperationInfo = OperationInfo {
    security: &[&[needs(&BEARER), needs(&SIGNATURE)], &[needs(&KEY)]],
    ..info("read", "GET", "/things/{thing}")
};
static WRITE: OperationInfo = OperationInfo {
    body: Some(BodyInfo {
        required: true,
        media_types: &["application/json"],
    }),
    ..info("write", "POST", "/things/{thing}")
};
static MINE: OperationInfo = info("mine", "GET", "/things/mine");
static RANGE: OperationInfo = info("range", "GET", "/compare/{base}...{head}");

struct Service;
struct Door;

impl Authenticate for Door {
    type Caller = String;

    async fn authenticate(
        &self,
        request: &Incoming<'_>,
        credentials: &Credentials,
    ) -> Result<String, AuthError> {
        assert!(request.operation.is_some());
        let Some(credential) = credentials.get("bearer").or_else(|| credentials.get("key")) else {
            return Ok("anyone".to_owned());
        };
        assert_eq!(credential.scopes, ["all"]);
        match credential.value.expose() {
            "good" => Ok("someone".to_owned()),
            "weak" => Err(AuthError::Forbidden("too weak".to_owned())),
            _ => Err(AuthError::Unauthenticated("unknown token".to_owned())),
        }
    }
}

async fn answer(call: Call<String>, input: Input) -> Result<Reply, Violations> {
    let text = input.collect(|mut c| {
        let mut words = vec![call.operation.id.to_owned(), call.caller.clone()];
        for name in ["thing", "base", "head"] {
            words.extend(c.optional::<String>(&Parameter::path(name, Kind::String)));
        }
        let limit = c.or_default::<i64>(&Parameter::query("limit", Kind::Integer), "50");
        if call.operation.body.is_some() {
            words.push(
                c.body::<Name>()
                    .map(|name| name.to_string())
                    .unwrap_or_default(),
            );
        }
        c.finish(|| Some(format!("{} {}", words.join(" "), limit?)))
    })?;
    // One answer breaks its schema on purpose.
    let schema = if text.contains("broken") {
        Name::SCHEMA
    } else {
        String::SCHEMA
    };
    Ok(
        Reply::json(StatusCode::OK, "application/json", schema, &text)
            .required_header("X-Count", &3_i64)
            .optional_header::<i64>("X-None", &None),
    )
}

fn reject(_: &Service, rejection: &Rejection, _: &Incoming<'_>) -> Reply {
    Reply::bytes(
        rejection.status(),
        Problem::MEDIA_TYPE,
        Bytes::from(Problem::of(rejection).to_json()),
    )
}

async fn send(request: Request<Body>) -> (Response<Body>, String) {
    let options = Options { body_limit: 64 };
    let handler = |_: Arc<Service>, call: Call<String>, input: Input| answer(call, input);
    let router = Server::new(Arc::new(Service), Arc::new(Door), options, reject)
        .operation(READ.path, &READ, handler)
        .operation(WRITE.path, &WRITE, handler)
        .operation(MINE.path, &MINE, handler)
        .operation(RANGE.path, &RANGE, handler)
        .into_router();
    let mut response = router.oneshot(request).await.unwrap();
    let body = std::mem::take(response.body_mut())
        .collect()
        .await
        .unwrap()
        .to_bytes();
    (response, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(uri: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (response, body) = send(request.body(Body::empty()).unwrap()).await;
    (response.status().as_u16(), body)
}

async fn post(content_type: &str, body: impl Into<Body>) -> (u16, String) {
    let request = Request::post("/things/a")
        .header("content-type", content_type)
        .body(body.into())
        .unwrap();
    let (response, body) = send(request).await;
    (response.status().as_u16(), body)
}

#[tokio::test]
async fn paths_and_methods() {
    assert_eq!(get("/nothing", &[]).await.0, 404);
    assert_eq!(get("/things", &[]).await.0, 404);
    assert_eq!(get("/things//", &[]).await.0, 404);
    assert_eq!(
        get("/things/mine", &[]).await,
        (200, "\"mine anyone 50\"".to_owned())
    );
    assert_eq!(
        get("/compare/v1...v2.0", &[]).await,
        (200, "\"range anyone v1 v2.0 50\"".to_owned())
    );
    assert_eq!(
        get("/things/a%2Fb?api_key=good", &[]).await,
        (200, "\"read someone a/b 50\"".to_owned())
    );

    let (response, _) = send(Request::delete("/things/a").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, POST, HEAD");

    let (response, body) = send(Request::head("/things/mine").body(Body::empty()).unwrap()).await;
    assert_eq!((response.status().as_u16(), body.as_str()), (200, ""));
    assert_eq!(response.headers()["x-count"], "3");
    assert!(!response.headers().contains_key("x-none"));
}

#[tokio::test]
async fn credentials() {
    let (response, body) = send(Request::get("/things/a").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert!(
        body.contains("Authorization: bearer and header X-Signature missing"),
        "{body}"
    );

    let both = |token: &'static str| [("authorization", token), ("x-signature", "s")];
    assert_eq!(get("/things/a", &both("bEARER good")).await.0, 200);
    assert_eq!(get("/things/a", &both("Bearer weak")).await.0, 403);
    assert_eq!(get("/things/a", &both("Basic good")).await.0, 401);
    assert_eq!(
        get("/things/a", &[("authorization", "Bearer good")])
            .await
            .0,
        401
    );
    assert_eq!(get("/things/a?api_key=good", &[]).await.0, 200);
    let (status, body) = get("/things/a?api_key=hunter2", &[]).await;
    assert_eq!(status, 401);
    assert!(
        body.contains("unknown token") && !body.contains("hunter2"),
        "{body}"
    );
    let twice = [
        ("authorization", "Bearer good"),
        ("authorization", "Bearer bad"),
        ("x-signature", "s"),
    ];
    assert_eq!(get("/things/a", &twice).await.0, 401);
    // Who is not let in is not told what else is wrong.
    assert_eq!(get("/things/a?limit=x", &[]).await.0, 401);
}

#[tokio::test]
async fn bodies() {
    assert_eq!(
        post("application/json", "\"abc\"").await,
        (200, "\"write anyone a abc 50\"".to_owned())
    );
    assert_eq!(
        post("Application/JSON; charset=\"UTF-8\"", "\"abc\"")
            .await
            .0,
        200
    );
    assert_eq!(
        post("application/json; charset=latin1", "\"abc\"").await.0,
        415
    );
    assert_eq!(post("text/plain", "\"abc\"").await.0, 415);
    assert_eq!(post("application/json", "x".repeat(65)).await.0, 413);
    let (status, body) = post("application/json", "\"abcdef\"").await;
    assert_eq!(status, 400);
    assert_eq!(
        Value::from_json(&body)
            .unwrap()
            .get("violations")
            .unwrap()
            .as_array()
            .unwrap()[0]
            .get("keyword")
            .unwrap()
            .as_str(),
        Some("maxLength")
    );
    let (status, body) = post("application/json", "").await;
    assert!(status == 400 && body.contains("required"), "{body}");
}

#[tokio::test]
async fn what_is_acceptable() {
    for (accept, status) in [
        ("*/*", 200),
        ("application/*", 200),
        ("application/json;q=0.1, text/html", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("*/*, application/json;q=0.0", 406),
        ("", 200),
    ] {
        assert_eq!(
            get("/things/mine", &[("accept", accept)]).await.0,
            status,
            "{accept}"
        );
    }
}

#[tokio::test]
async fn parameters() {
    assert_eq!(
        get("/things/mine?limit=7", &[]).await,
        (200, "\"mine anyone 7\"".to_owned())
    );
    for wrong in ["limit=x", "limit=1&limit=2", "limits=1", "limit=%z"] {
        let (status, body) = get(&format!("/things/mine?{wrong}"), &[]).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(body.contains(r#""in":"query""#), "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_its_schema_is_found_out() {
    let (status, body) = get("/things/broken?api_key=good", &[]).await;
    assert_eq!(status, if cfg!(debug_assertions) { 500 } else { 200 });
    assert_eq!(body.contains("own answer"), cfg!(debug_assertions));
}
