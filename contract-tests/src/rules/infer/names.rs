//! Names in one spelling.

/// A name in lower case with underscores: `pageSize`, `page-size`, `page[size]` and `$pageSize` are `page_size`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before: Option<char> = None;
    let characters: Vec<char> = name.chars().collect();
    for (at, c) in characters.iter().copied().enumerate() {
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        } else {
            let next = characters.get(at + 1);
            let begins = c.is_uppercase()
                && before.is_some_and(|it| {
                    it.is_lowercase()
                        || it.is_numeric()
                        || it.is_uppercase() && next.is_some_and(|next| next.is_lowercase())
                });
            if begins && !out.ends_with('_') {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    out.trim_end_matches('_').to_owned()
}

/// Whether a property is called like what counts the changes of a resource: who sends it says which state is changed.
pub(crate) fn is_lock(name: &str) -> bool {
    let locks = [
        "version",
        "revision",
        "rev",
        "lock_version",
        "row_version",
        "resource_version",
        "entity_version",
        "concurrency_token",
        "concurrency_stamp",
        "etag",
    ];
    locks.contains(&snake(name).trim_start_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn spellings_meet() {
        for name in [
            "pageSize",
            "page-size",
            "page[size]",
            "$pageSize",
            "page_size",
            "PageSize",
        ] {
            assert_eq!(snake(name), "page_size", "{name}");
        }
        assert_eq!(snake("nextURL"), "next_url");
        assert_eq!(snake("URLNext"), "url_next");
        assert_eq!(snake("X-Total-Count"), "x_total_count");
    }
}
