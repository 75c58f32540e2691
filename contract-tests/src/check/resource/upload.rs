//! Bytes that are uploaded: where they go, where they come from, and what is told of them.

use crate::{
    context::Draft,
    form::{file_of, form_of, with_file},
    paths,
    request::Request,
    rules::infer::{envelope::core_of, properties, says, snake},
};
use aws_lc_rs::digest;
use bytes::Bytes;
use counterpart_model::api::{Api, Method, Operation, SchemaId};
use serde_json::Value;
use std::fmt::Write as _;

/// Contents that are changed on the way where somebody takes bytes for text, or has a buffer that is too small.
pub(super) fn contents() -> [(&'static str, Bytes); 6] {
    let large = (0..70_001_u32).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24));
    let large: Vec<u8> = large.map(Result::unwrap_or_default).collect();
    [
        (
            "text with line ends of both kinds",
            Bytes::from_static(b"one\r\ntwo\nthree\r\n\r\n"),
        ),
        (
            "bytes that are no text",
            Bytes::from_static(b"\xff\xfe\x00counterpart\x80\xc3\x28\x00"),
        ),
        (
            "text with letters of several bytes",
            Bytes::from_static("Zürich 漢字 ✓\n".as_bytes()),
        ),
        ("70001 bytes", Bytes::from(large)),
        ("nothing", Bytes::new()),
        ("nothing but a line end", Bytes::from_static(b"\n")),
    ]
}

/// The accepted upload with other bytes; `None` where they would not be what it says they are.
pub(super) fn with_bytes(
    api: &Api,
    upload: &Operation,
    draft: &Draft,
    request: Request,
    bytes: &Bytes,
) -> Option<Request> {
    let mut request = request;
    if form_of(upload).is_some() {
        return with_file(api, upload, &request, bytes);
    }
    let media = draft.request.content_type.as_deref()?;
    if media != "application/octet-stream" {
        return None;
    }
    request.body = Some(bytes.clone());
    Some(request)
}

/// The first thing that an answer tells of the bytes and that is not so: the property, what is so, what it tells.
pub(super) fn untrue(
    api: &Api,
    shown: SchemaId,
    answer: &Value,
    bytes: &[u8],
) -> Option<(String, String, String)> {
    let (shown, answer) = core_of(api, shown, answer);
    properties(api, shown).into_iter().find_map(|(name, id)| {
        let found = answer.get(&name)?;
        let own = api.schema(id);
        let target = api.schema(api.resolve(id));
        let said = own.description.as_deref().or(target.description.as_deref());
        let plain = snake(&name);
        let true_one = match plain.as_str() {
            "size_bytes" | "size_in_bytes" | "byte_size" | "bytes" | "byte_length"
            | "content_length" => count(found, bytes),
            "size" | "length" | "file_size"
                if says(said.unwrap_or_default(), &["in bytes", "bytes"]) =>
            {
                count(found, bytes)
            }
            "sha256" | "sha_256" | "sha256_hex" | "sha256sum" | "content_sha256" => {
                hashed(found, &digest::SHA256, bytes)
            }
            "sha512" | "sha_512" => hashed(found, &digest::SHA512, bytes),
            "sha1" | "sha_1" => hashed(found, &digest::SHA1_FOR_LEGACY_USE_ONLY, bytes),
            _ => None,
        }?;
        let told = found.to_string();
        (true_one != told).then_some((name, true_one, told))
    })
}

fn count(found: &Value, bytes: &[u8]) -> Option<String> {
    found.is_u64().then(|| bytes.len().to_string())
}

/// The hash, where what is told looks like one in hexadecimal digits, in its case.
fn hashed(found: &Value, of: &'static digest::Algorithm, bytes: &[u8]) -> Option<String> {
    let text = found.as_str()?;
    let hex = hex_of(of, bytes);
    let like = text.len() == hex.len() && text.bytes().all(|it| it.is_ascii_hexdigit());
    like.then(|| match text.bytes().any(|it| it.is_ascii_uppercase()) {
        true => format!("\"{}\"", hex.to_uppercase()),
        false => format!("\"{hex}\""),
    })
}

/// The hash of bytes in hexadecimal digits.
pub(super) fn hex_of(of: &'static digest::Algorithm, bytes: &[u8]) -> String {
    let hash = digest::digest(of, bytes);
    hash.as_ref().iter().fold(String::new(), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}

/// How many bytes may be uploaded, where the document tells it in words, and refuses more with 413.
pub(super) fn most(api: &Api, upload: &Operation) -> Option<usize> {
    const TRIED: usize = 8 << 20;
    let (_, refused) = upload.response(413)?;
    let form = form_of(upload).is_some();
    let file = form_of(upload).and_then(|(_, schema)| {
        let name = file_of(api, schema)?;
        let (_, id) = crate::rules::infer::property(api, schema, &name)?;
        api.schema(id).description.clone()
    });
    let body = upload.body.as_ref()?.description.clone();
    let texts = [
        upload.description.clone(),
        Some(refused.description.clone()),
        file,
        body,
    ];
    let mut texts = texts.into_iter().flatten();
    texts
        .find_map(|text| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            // A form is more than its file.
            let of_file =
                |it: &String| !form || !says(it, &["body", "bodies", "request", "payload"]);
            // *Up to 2 MiB; larger ones are answered with `413`*: what follows a semicolon belongs to it.
            text.to_lowercase()
                .split(". ")
                .map(str::to_owned)
                .filter(of_file)
                .find_map(|it| limit_in(&it, !form))
        })
        .filter(|most| *most > 0 && *most <= TRIED)
}

/// *At most 262144 bytes*, *up to 2 MiB*: of files, or of whatever is called *larger* where the body is nothing but bytes.
fn limit_in(sentence: &str, raw: bool) -> Option<usize> {
    const LEADS: [&str; 6] = [
        "at most ",
        "up to ",
        "no more than ",
        "not exceed ",
        "larger than ",
        "maximum of ",
    ];
    const REFUSED: [&str; 6] = [
        "413",
        "refused",
        "rejected",
        "too large",
        "maximum",
        "at most",
    ];
    if !says(sentence, &REFUSED) || says(sentence, &["at once", "later", "asynchron"]) {
        return None;
    }
    const CONTENT: [&str; 6] = ["file", "body", "upload", "content", "attachment", "image"];
    let file = says(sentence, &CONTENT)
        || raw && says(sentence, &["413", "larger", "bigger", "too large"]);
    // What is said after a semicolon says what becomes of more, not of how much.
    let part = sentence
        .split(';')
        .find(|part| LEADS.iter().any(|lead| part.contains(lead)))?;
    let of_other = [
        "name", "header", "metadata", "key", "title", "caption", "comment",
    ];
    if says(part, &of_other) {
        return None;
    }
    let file = file && (raw || says(part, &CONTENT));
    let rest = LEADS.iter().find_map(|lead| part.split_once(lead))?.1;
    let mut words = rest.split_whitespace();
    let number: String = words
        .next()?
        .chars()
        .filter(|c| !",_".contains(*c))
        .collect();
    let unit = match words.next()?.trim_matches(|c: char| !c.is_alphanumeric()) {
        "bytes" | "byte" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        _ => return None,
    };
    let number: usize = number.parse().ok().filter(|_| file)?;
    number.checked_mul(unit)
}

/// The bytes that were uploaded: the body, or the file in a form.
pub(super) fn uploaded(api: &Api, upload: &Operation, draft: &Draft) -> Option<Bytes> {
    let Some((_, schema)) = form_of(upload) else {
        return draft.request.body.clone();
    };
    let file = draft.body.as_ref()?.get(file_of(api, schema)?)?;
    Some(Bytes::from(crate::wire::scalar(file)))
}

/// Last parts of paths by which the bytes of what was made are given.
const CONTENTS: [&str; 8] = [
    "content", "contents", "download", "file", "raw", "data", "binary", "blob",
];

/// Where the bytes of what a `POST` has made are downloaded, as they were uploaded: pictures and the like may be made
/// anew.
pub(super) fn content_of<'a>(api: &'a Api, upload: &Operation) -> Option<&'a Operation> {
    let body = upload.body.as_ref()?;
    let raw = |media: &String| {
        let essence = media.split(';').next().unwrap_or_default().trim();
        ["application/octet-stream", "*/*", "application/*"].contains(&essence)
    };
    let file = || form_of(upload).is_some_and(|(_, schema)| file_of(api, schema).is_some());
    let bytes = !body.content.is_empty() && body.content.keys().all(raw);
    if upload.method != Method::Post || !(bytes || file()) {
        return None;
    }
    api.operations.iter().find(|other| {
        let path = paths::plain(&other.path);
        let (item, last) = path.rsplit_once('/').unwrap_or_default();
        // What is made below something else may be at home elsewhere: `/tickets/{id}/attachments`, `/attachments/{id}/content`.
        let kind = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let elsewhere =
            paths::item(item).is_some_and(|(above, _)| kind(above) == kind(&upload.path));
        let below =
            CONTENTS.contains(&last) && (paths::is_item_of(item, &upload.path) || elsewhere);
        // What is given may also have been made of what was uploaded: only prose tells.
        let gives = other.response(200).is_some_and(|(_, response)| {
            let said = [&other.summary, &other.description].into_iter().flatten();
            let mut said = said.chain([&response.description]);
            !response.content.is_empty()
                && response.content.keys().all(raw)
                && said.any(|text| says(text, &["upload", "original", "as sent", "as received"]))
        });
        other.method == Method::Get && gives && (below || paths::is_item_of(path, &upload.path))
    })
}

/// Where bytes that are uploaded can be downloaded.
pub(super) fn download_of<'a>(api: &'a Api, upload: &Operation) -> Option<&'a Operation> {
    let body = upload.body.as_ref()?;
    let raw = |media: &String| !crate::media::is_json(media) && !media.contains("form");
    if upload.method != Method::Put || !body.content.keys().all(raw) {
        return None;
    }
    let download = crate::paths::at(api, Method::Get, &upload.path)?;
    let (_, response) = download.response(200)?;
    (!response.content.is_empty() && response.content.keys().all(raw)).then_some(download)
}

#[cfg(test)]
mod tests {
    use super::{contents, hashed, limit_in};
    use aws_lc_rs::digest;
    use serde_json::json;

    #[test]
    fn a_limit_is_read_where_its_unit_leaves_no_doubt() {
        assert_eq!(
            limit_in(
                "one file of at most 262144 bytes (`413` if it is larger)",
                false
            ),
            Some(262_144)
        );
        let posters = "posters may have up to 256 kib (262144 bytes)";
        assert_eq!(limit_in(posters, true), None);
        let posters = format!("{posters}; larger ones are answered with `413`");
        assert_eq!(limit_in(&posters, true), Some(262_144));
        assert_eq!(limit_in(&posters, false), None);
        assert_eq!(
            limit_in("files up to 2 mib are taken, larger ones refused", false),
            Some(2 << 20)
        );
        assert_eq!(
            limit_in("files up to 2 mb are taken, larger ones refused", true),
            None
        );
        assert_eq!(limit_in("at most 5 files", true), None);
        assert_eq!(limit_in("names have at most 20 bytes", true), None);
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, an example of NIST: SHA-256 of "abc".
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let found = hashed(&json!(known), &digest::SHA256, b"abc");
        assert_eq!(found, Some(format!("\"{known}\"")));
        assert_eq!(hashed(&json!("7d"), &digest::SHA256, b"abc"), None);
    }

    #[test]
    fn contents_have_what_gets_lost() {
        let [(_, lines), (_, bytes), _, (_, large), ..] = contents();
        assert!(lines.windows(2).any(|it| it == b"\r\n") && lines.ends_with(b"\n"));
        assert!(std::str::from_utf8(&bytes).is_err());
        assert!(large.len() > 65_536);
    }
}
