//! URI references (RFC 3986 §5), as far as `$id` needs them.

/// Whether a reference names a scheme, as in `https://…` and `urn:…`. One letter is a Windows drive.
pub(super) fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// Whether a reference leads to another host.
pub(super) fn is_remote(reference: &str) -> bool {
    reference.starts_with("//") || has_scheme(reference)
}

/// A reference without fragment, taken relative to a base without fragment.
pub(super) fn join(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme(reference) || base.is_empty() {
        return reference.to_owned();
    }
    let scheme = if has_scheme(base) {
        base.find(':').map_or(0, |at| at + 1)
    } else {
        0
    };
    let (scheme, rest) = base.split_at(scheme);
    if reference.starts_with("//") {
        return format!("{scheme}{reference}");
    }
    let authority = if rest.starts_with("//") {
        rest.get(2..)
            .and_then(|rest| rest.find('/'))
            .map_or(rest.len(), |at| at + 2)
    } else {
        0
    };
    let (authority, path) = rest.split_at(authority);
    let path = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        let folder = path.rfind('/').map_or("", |at| &path[..=at]);
        format!(
            "{}{reference}",
            if folder.is_empty() && !authority.is_empty() {
                "/"
            } else {
                folder
            }
        )
    };
    format!("{scheme}{authority}{}", without_dots(&path))
}

/// RFC 3986 §5.2.4.
fn without_dots(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            "." if parts.peek().is_none() => out.push(""),
            "." => {}
            ".." => {
                if out.len() > 1 || out.first().is_some_and(|first| !first.is_empty()) {
                    out.pop();
                }
                if parts.peek().is_none() {
                    out.push("");
                }
            }
            part => out.push(part),
        }
    }
    out.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_join_as_the_rfc_says() {
        for (base, reference, joined) in [
            ("http://a/b/c/d", "g", "http://a/b/c/g"),
            ("http://a/b/c/d", "./g", "http://a/b/c/g"),
            ("http://a/b/c/d", "/g", "http://a/g"),
            ("http://a/b/c/d", "//g", "http://g"),
            ("http://a/b/c/d", "../g", "http://a/b/g"),
            ("http://a/b/c/d", "../../../g", "http://a/g"),
            ("http://a/b/c/d", "", "http://a/b/c/d"),
            ("http://a/b/c/d", "https://x/y", "https://x/y"),
            ("http://a", "g", "http://a/g"),
            ("urn:x:y", "", "urn:x:y"),
            ("", "item.json", "item.json"),
            ("folder/root.json", "item.json", "folder/item.json"),
        ] {
            assert_eq!(join(base, reference), joined, "{base} {reference}");
        }
    }

    #[test]
    fn a_drive_is_no_scheme() {
        assert!(has_scheme("https://example.com"));
        assert!(!has_scheme("c:/specs/a.yaml"));
        assert!(!has_scheme("a.yaml"));
    }
}
