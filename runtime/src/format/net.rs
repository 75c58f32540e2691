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

/// `format: hostname` (RFC 1123 §2.1): labels of letters, digits and hyphens, 63 long at most, 253 together. What an
/// A-label stands for is not looked at.
#[must_use]
pub fn hostname(text: &str) -> bool {
    text.len() <= 253
        && text
            .split('.')
            .all(|label| is_label(label) && label.is_ascii())
}

/// `format: idn-hostname` (RFC 5890 §2.3): as [`hostname`], with characters beyond ASCII. Which of those IDNA allows
/// beside each other needs Unicode's tables; none is refused that IDNA allows.
#[must_use]
pub fn idn_hostname(text: &str) -> bool {
    // Full stops of other scripts separate labels too (RFC 3490 §3.1).
    text.chars().count() <= 253
        && text
            .split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
            .all(is_label)
}

fn is_label(label: &str) -> bool {
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || c == '-'
            || (!c.is_ascii() && !c.is_control() && !c.is_whitespace())
    };
    let a_label = || {
        label
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
    };
    !label.is_empty()
        && label.chars().count() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(allowed)
        // Hyphens in the third and fourth place are for A-labels (RFC 5891 §4.2.3.1).
        && (!label.chars().skip(2).take(2).eq("--".chars()) || a_label())
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
        Some(literal) => match literal.split_at_checked(5) {
            // Literal text in ABNF has no case (RFC 5234 §2.3).
            Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => ipv6(address),
            _ => ipv4(literal),
        },
        None => idn_hostname(domain),
    }
}
