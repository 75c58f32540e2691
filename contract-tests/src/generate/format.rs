//! Text that is, and is not, what a format says.

/// Valid examples: the plainest first, then unusual ones.
pub(super) fn valid(format: &str) -> &'static [&'static str] {
    match format {
        "date-time" => &[
            "2026-02-28T12:34:56Z",
            "2024-02-29T23:59:59.999Z",
            "2026-01-01T00:00:00.123456789Z",
            "2026-06-30T10:00:00+05:30",
            "1970-01-01T00:00:00-00:00",
            "2026-06-30t10:00:00z",
            "2016-12-31T23:59:60Z",
        ],
        "date" => &["2026-02-28", "2024-02-29", "1970-01-01", "9999-12-31"],
        "time" => &["12:34:56Z", "23:59:59.999+05:30", "00:00:00-00:00"],
        "duration" => &["P1D", "PT1H30M", "P1Y2M3DT4H5M6S", "P4W"],
        "uuid" => &[
            "018f3c5e-7d2a-7b4c-9e1f-2a3b4c5d6e7f",
            "018F3C5E-7D2A-7B4C-9E1F-2A3B4C5D6E7F",
            "00000000-0000-0000-0000-000000000000",
        ],
        "email" | "idn-email" => &["ada@example.com", "a.b+c@sub.example.org"],
        "hostname" | "idn-hostname" => &["example.com", "a", "xn--bcher-kva.example"],
        "ipv4" => &["192.0.2.1", "0.0.0.0", "255.255.255.255"],
        "ipv6" => &["2001:db8::1", "::", "::ffff:192.0.2.1"],
        "uri" | "iri" => &[
            "https://example.com/path?query=1#part",
            "http://example.com",
            "https://user@example.com:8443/a%20b",
            "urn:example:a",
        ],
        "uri-reference" | "iri-reference" => &["/path?query=1", "https://example.com/", "#part"],
        "uri-template" => &["/things/{id}", "https://example.com/{?page,limit}"],
        "json-pointer" => &["/a/0", "", "/a~1b/~0"],
        "relative-json-pointer" => &["0/a", "1#"],
        "regex" => &["^[a-z]+$", "."],
        "byte" => &["Y291bnRlcnBhcnQ=", "", "YQ=="],
        "int32" | "int64" => &[],
        _ => &[],
    }
}

/// Invalid examples, each wrong in one way.
pub(super) fn invalid(format: &str) -> &'static [&'static str] {
    match format {
        "date-time" => &[
            "not a date-time",
            "2026-02-28",
            "2026-02-28T12:34:56",
            "2026-02-30T12:34:56Z",
            "2026-13-01T12:34:56Z",
            "2026-02-28T24:00:00Z",
            "2026-02-28 12:34",
            "2026-02-28T12:34:56+0530",
            "1772282096",
        ],
        "date" => &[
            "not a date",
            "2026-02-30",
            "2026-13-01",
            "28.02.2026",
            "2026-2-8",
            "2026-02-28T00:00:00Z",
        ],
        "time" => &["not a time", "24:00:00Z", "12:34Z", "12:34:56"],
        "duration" => &["not a duration", "P", "PT", "1D", "P1S"],
        "uuid" => &[
            "not-a-uuid",
            "018f3c5e7d2a7b4c9e1f2a3b4c5d6e7f",
            "018f3c5e-7d2a-7b4c-9e1f-2a3b4c5d6e7g",
            "018f3c5e-7d2a-7b4c-9e1f-2a3b4c5d6e7",
        ],
        "email" | "idn-email" => &["not an email", "@example.com", "ada@", "ada example.com"],
        "hostname" | "idn-hostname" => &[
            "-example.com",
            "exa mple.com",
            "example..com",
            "exa_mple.com",
        ],
        "ipv4" => &["256.0.2.1", "192.0.2", "192.0.2.01", "not an address"],
        "ipv6" => &["2001:db8::1::2", "12345::", "not an address", "192.0.2.1"],
        "uri" | "iri" => &[
            "not a uri",
            "/relative",
            "example.com",
            "http://exa mple.com/",
            "http://[::1",
        ],
        "uri-reference" | "iri-reference" => &["a b", "http://exa mple.com/", "\\"],
        "uri-template" => &["/things/{id", "/things/{}}"],
        "json-pointer" => &["a/b", "/a~2"],
        "relative-json-pointer" => &["/a", "-1/a"],
        "regex" => &["[", "("],
        "byte" => &["not base64!", "YQ", "YQ==="],
        _ => &[],
    }
}

/// Text that is not in a format either, for where a pattern refuses all that [`invalid`] has: other readings of the
/// format than the standard's let it pass (RFC 5321 §4.1.2 has no empty atoms).
pub(super) fn subtle(name: &str) -> &'static [&'static str] {
    match name {
        "email" | "idn-email" => &["ada..b@example.com", "ada.@example.com"],
        _ => &[],
    }
}
