//! Identifiers (RFC 3986, with letters beyond ASCII for RFC 3987), pointers and templates.

/// `format: uri`: with a scheme (RFC 3986 §3). Letters beyond ASCII are let through for `iri`.
#[must_use]
pub fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    is_scheme(scheme) && after_scheme(rest)
}

/// `format: uri-reference` (RFC 3986 §4.1).
#[must_use]
pub fn uri_reference(text: &str) -> bool {
    if uri(text) {
        return true;
    }
    // Without a scheme the first segment has no colon (RFC 3986 §4.2).
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    !first.contains(':') && after_scheme(text)
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn after_scheme(rest: &str) -> bool {
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !part(fragment, "/?") || !part(query, "/?") {
        return false;
    }
    match path.strip_prefix("//") {
        Some(tail) => {
            let (authority, path) = tail.find('/').map_or((tail, ""), |at| tail.split_at(at));
            is_authority(authority) && part(path, "/")
        }
        None => part(path, "/"),
    }
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if !characters(user, ":", false) {
        return false;
    }
    if let Some(tail) = host.strip_prefix('[') {
        let Some((address, port)) = tail.split_once(']') else {
            return false;
        };
        let fine = super::ipv6(address) || is_future(address);
        return fine && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    is_port(port) && characters(name, "", false)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit())
}

/// `IPvFuture` (RFC 3986 §3.2.2).
fn is_future(address: &str) -> bool {
    let Some(tail) = address.strip_prefix(['v', 'V']) else {
        return false;
    };
    let Some((version, rest)) = tail.split_once('.') else {
        return false;
    };
    !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !rest.is_empty()
        && characters(rest, ":", false)
}

/// `pchar` and what else is allowed in this part.
fn part(text: &str, others: &str) -> bool {
    characters(text, others, true)
}

fn characters(text: &str, others: &str, pchar: bool) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => true,
        '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' => true,
        ':' | '@' if pchar => true,
        c => others.contains(c) || (!c.is_ascii() && !c.is_control() && !c.is_whitespace()),
    })
}

/// `format: uri-template` (RFC 6570 §2).
#[must_use]
pub fn uri_template(text: &str) -> bool {
    let mut rest = text;
    loop {
        let Some(start) = rest.find(['{', '}']) else {
            return literals(rest);
        };
        let (before, tail) = rest.split_at(start);
        let Some(tail) = tail.strip_prefix('{') else {
            return false;
        };
        let Some((expression, after)) = tail.split_once('}') else {
            return false;
        };
        if !literals(before) || !is_expression(expression) {
            return false;
        }
        rest = after;
    }
}

fn literals(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        c => !c.is_control() && !matches!(c, ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '|'),
    })
}

fn is_expression(expression: &str) -> bool {
    let list = expression
        .strip_prefix(['+', '#', '.', '/', ';', '?', '&', '=', ',', '!', '@', '|'])
        .unwrap_or(expression);
    list.split(',').all(|spec| {
        let name = spec.strip_suffix('*').unwrap_or(spec);
        match name.split_once(':') {
            Some((name, length)) => {
                is_variable(name)
                    && name.len() + length.len() + 1 == spec.len()
                    && is_length(length)
            }
            None => is_variable(name),
        }
    })
}

/// `varname` (RFC 6570 §2.3): dots stand between characters.
fn is_variable(name: &str) -> bool {
    name.split('.').all(|part| {
        let bytes = part.as_bytes();
        !part.is_empty()
            && bytes.iter().enumerate().all(|(at, byte)| match byte {
                b'%' => bytes
                    .get(at + 1..at + 3)
                    .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
                byte => byte.is_ascii_alphanumeric() || *byte == b'_',
            })
    })
}

/// `max-length` (RFC 6570 §2.4.1): 1 to 9999.
fn is_length(length: &str) -> bool {
    (1..=4).contains(&length.len())
        && !length.starts_with('0')
        && length.bytes().all(|byte| byte.is_ascii_digit())
}

/// `format: json-pointer` (RFC 6901 §3).
#[must_use]
pub fn json_pointer(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    if !text.starts_with('/') {
        return false;
    }
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('~') {
        if !tail.starts_with(['0', '1']) {
            return false;
        }
        rest = tail;
    }
    true
}

/// `format: relative-json-pointer` (draft-handrews-relative-json-pointer §3).
#[must_use]
pub fn relative_json_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let zeros = number.len() > 1 && number.starts_with('0');
    !number.is_empty() && !zeros && (rest == "#" || json_pointer(rest))
}
