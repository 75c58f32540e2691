//! Lies about staying up: what a strange request does to a server that did not think of it.

use crate::answer::{Asked, Body, Reply};

/// What becomes of a request that was let in and is for an operation of the document.
pub(crate) fn crash(asked: &Asked, is: &dyn Fn(&str) -> bool) -> Option<Reply> {
    let broken = || {
        let mut reply = Reply::error(500, "oops", None);
        reply.body = Body::Broken;
        Some(reply)
    };
    let text = String::from_utf8_lossy(&asked.bytes);
    let deep = || text.matches(['[', '{']).count() > 1_000;
    let failed = is("crash-nul") && text.contains("\\u0000")
        || is("crash-large") && asked.bytes.len() > 500_000
        || is("crash-no-utf8")
            && std::str::from_utf8(&asked.bytes).is_err()
            && asked.operation != "uploadImage"
        || is("crash-charset")
            && asked
                .header("content-type")
                .is_some_and(|it| it.contains("utf-16"))
        || is("crash-search-quote") && asked.query.iter().any(|(_, value)| value.contains('\''));
    if failed {
        return Some(Reply::error(500, "oops", None));
    }
    let dropped = is("crash-deep") && deep()
        || is("break-delete") && asked.operation == "deleteArtist"
        || is("break-twice") && text.matches("\"borrower\"").count() > 1;
    if dropped {
        return broken();
    }
    None
}
