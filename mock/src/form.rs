//! Forms as pairs of names and texts.

use axum::body::Bytes;
use counterpart_contract_tests::form::Pair;
use futures::FutureExt as _;
use serde_json::Value;

/// The pairs or parts of a body.
///
/// # Errors
/// When it is no form of that content type; in words.
pub(crate) fn pairs(content_type: &str, body: &Bytes) -> Result<Vec<Pair>, String> {
    if !content_type.to_ascii_lowercase().starts_with("multipart/") {
        let pairs = url::form_urlencoded::parse(body).into_owned();
        return Ok(pairs
            .map(|(name, text)| Pair {
                name,
                value: Value::String(text),
            })
            .collect());
    }
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| "its content type names no boundary".to_owned())?;
    let bytes = body.clone();
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let parts = parts(multer::Multipart::new(stream, boundary)).now_or_never();
    // All of it is there already: nothing is waited for.
    parts.unwrap_or_else(|| Err("is no multipart body: it has no end".to_owned()))
}

async fn parts(mut body: multer::Multipart<'_>) -> Result<Vec<Pair>, String> {
    let wrong = |error: multer::Error| format!("is no multipart body: {error}");
    let mut pairs = Vec::new();
    while let Some(part) = body.next_field().await.map_err(wrong)? {
        let name = part.name().unwrap_or_default().to_owned();
        let json = part.content_type().is_some_and(|it| it.subtype() == "json");
        let bytes = part.bytes().await.map_err(wrong)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let read = if json {
            serde_json::from_str(&text).ok()
        } else {
            None
        };
        pairs.push(Pair {
            name,
            value: read.unwrap_or(Value::String(text)),
        });
    }
    Ok(pairs)
}
