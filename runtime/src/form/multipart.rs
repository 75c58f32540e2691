//! `multipart/form-data` (RFC 7578).

use super::tree::{Leaf, Tree};
use crate::json::Value;
use crate::schema::Look;
use crate::{Binary, Location, SchemaRef, Violation, Violations};

#[cfg(feature = "multipart")]
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Tree, Violations> {
    use futures_util::FutureExt as _;
    let broken = |words: String| -> Violations {
        Violation::new(Location::Body, "", "decode", words).into()
    };
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| broken("has no boundary in its content type".to_owned()))?;
    let body = bytes::Bytes::copy_from_slice(body);
    let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = multer::Multipart::new(stream, boundary);
    let read = async {
        let mut tree = Tree::default();
        loop {
            let part = parts
                .next_field()
                .await
                .map_err(|error| broken(format!("is no multipart body: {error}")))?;
            let Some(part) = part else { break };
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(ToOwned::to_owned);
            let media_type = part.content_type().map(ToString::to_string);
            let bytes = part
                .bytes()
                .await
                .map_err(|error| broken(format!("is no multipart body: {error}")))?;
            tree.add(&name, leaf(file_name, media_type, bytes.to_vec()))?;
        }
        Ok(tree)
    };
    // Everything is there: the parser never has to wait.
    read.now_or_never()
        .unwrap_or_else(|| Err(broken("is no whole multipart body".to_owned())))
}

#[cfg(not(feature = "multipart"))]
pub(super) fn read(_: &str, _: &[u8]) -> Result<Tree, Violations> {
    let words = "cannot be read: the runtime was built without its feature `multipart`";
    Err(Violation::new(Location::Body, "", "decode", words).into())
}

/// A part is a file where it says so, JSON where it says so, else text.
#[cfg_attr(
    not(feature = "multipart"),
    expect(dead_code, reason = "only parts are")
)]
fn leaf(file_name: Option<String>, media_type: Option<String>, bytes: Vec<u8>) -> Leaf {
    let essence = media_type.as_deref().map(crate::body::essence);
    let essence = essence.as_deref().unwrap_or("text/plain");
    if file_name.is_none() {
        let json = essence == "application/json" || essence.ends_with("+json");
        match String::from_utf8(bytes) {
            Ok(text) if json => return Leaf::Json(text),
            Ok(text) if essence == "text/plain" => return Leaf::Text(text),
            Ok(text) => return file(text.into_bytes(), None, media_type),
            Err(error) => return file(error.into_bytes(), None, media_type),
        }
    }
    file(bytes, file_name, media_type)
}

fn file(bytes: Vec<u8>, file_name: Option<String>, media_type: Option<String>) -> Leaf {
    Leaf::File(Binary {
        bytes,
        file_name,
        media_type,
    })
}

pub(super) fn write(media_type: &str, value: &Value, schema: SchemaRef) -> (String, Vec<u8>) {
    let look = Look::at(schema);
    let mut parts = Vec::new();
    if let Value::Object(members) = value {
        for (name, member) in members {
            let property = look.property(name);
            match member {
                Value::Array(items) => {
                    let of = property.items();
                    parts.extend(items.iter().map(|item| part(name, item, &of)));
                }
                other => parts.push(part(name, other, &property)),
            }
        }
    }
    let boundary = boundary(&parts);
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        body.extend_from_slice(&part);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let media_type = if media_type.contains('*') {
        "multipart/form-data"
    } else {
        media_type
    };
    (format!("{media_type}; boundary={boundary}"), body)
}

/// One part, headers and all.
fn part(name: &str, value: &Value, look: &Look) -> Vec<u8> {
    let mut head = format!("content-disposition: form-data; name=\"{}\"", quoted(name));
    let body = match value {
        Value::String(text) if look.is_binary() => {
            let file = Binary::from_text(text);
            // Without a name a part is a field, not a file (RFC 7578 §4.2).
            let file_name = file.file_name.as_deref().unwrap_or("file");
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
            let media_type = file.media_type.filter(|text| is_header_text(text));
            let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
            head.push_str(&format!("\r\ncontent-type: {media_type}"));
            file.bytes
        }
        Value::String(text) => text.clone().into_bytes(),
        Value::Object(_) | Value::Array(_) => {
            head.push_str("\r\ncontent-type: application/json");
            value.to_json().into_bytes()
        }
        scalar => scalar.to_json().into_bytes(),
    };
    let mut out = head.into_bytes();
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(&body);
    out
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// A name within quotes (WHATWG HTML, multipart/form-data encoding algorithm).
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A boundary that stands in none of the parts; the same for the same parts.
fn boundary(parts: &[Vec<u8>]) -> String {
    let mut number: u64 = 0;
    loop {
        let boundary = format!("counterpart-{number:016x}");
        let needle = boundary.as_bytes();
        let found = parts
            .iter()
            .any(|part| part.windows(needle.len()).any(|window| window == needle));
        if !found {
            return boundary;
        }
        number += 1;
    }
}
