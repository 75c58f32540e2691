//! Names and addresses of hosts and mailboxes.

use std::net::{Ipv4Addr, Ipv6Addr};

/// `format: ipv4` (RFC 2673 §3.2): four decimal numbers without leading zeros.
#[must_use]
pub fn ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// `format: ipv6` (RFC 4291 §2.2), without a zone.
#[must_use]
pub fn ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// `format: hostname` (RFC 1123 §2.1): labels of letters, digits and hyphens, 63 long at most, 253 together. Letters
/// beyond ASCII are let through for `idn-hostname`.
#[must_use]
pub fn hostname(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric()))
            // Hyphens in the third and fourth place are for A-labels (RFC 5891 §4.2.3.1).
            && (label.get(2..4) != Some("--") || label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
    };
    !text.is_empty() && text.len() <= 253 && text.split('.').all(label)
}

/// `format: email` (RFC 5321 §4.1.2): a mailbox with a dotted or quoted local part.
#[must_use]
pub fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    if local.is_empty() || local.len() > 64 {
        return false;
    }
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let local_is_fine = match quoted {
        Some(inner) => quoted_text(inner),
        None => local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.chars().all(|c| {
                    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
                })
        }),
    };
    local_is_fine && mail_domain(domain)
}

fn quoted_text(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            c if c.is_control() => return false,
            _ => {}
        }
    }
    !escaped
}

fn mail_domain(domain: &str) -> bool {
    match domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(literal) => match literal.strip_prefix("IPv6:") {
            Some(address) => ipv6(address),
            None => ipv4(literal),
        },
        None => hostname(domain),
    }
}
