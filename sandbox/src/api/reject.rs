//! Requests that never reach a trait method, in the document's words.

use crate::failure::Failure;
use crate::service::auth::{Denied, MISSING};
use counterpart_runtime::server::Rejection;
use counterpart_runtime::{Location, Violation, Violations};

/// The failure of a rejection.
pub(super) fn failure_of(rejection: &Rejection) -> Failure {
    match rejection {
        Rejection::Invalid { violations } => invalid(violations),
        Rejection::Incomplete => {
            let field = ("body".to_owned(), "malformed", rejection.message());
            Failure::invalid("malformed_body", vec![field])
        }
        Rejection::Unauthenticated { missing: true, .. } => {
            Failure::of_status(rejection.status(), MISSING.message).with_code(MISSING.code)
        }
        // The authenticator gives the code as its reason.
        Rejection::Unauthenticated { reason, .. } | Rejection::Forbidden { reason } => {
            match Denied::of(reason) {
                Some(denied) => {
                    Failure::of_status(rejection.status(), denied.message).with_code(denied.code)
                }
                None => Failure::of_status(rejection.status(), reason.clone()),
            }
        }
        _ => Failure::of_status(rejection.status(), rejection.message()),
    }
}

fn invalid(violations: &Violations) -> Failure {
    let keyless = |violation: &Violation| {
        violation.in_ == Location::Header
            && violation.keyword == "required"
            && violation.name.eq_ignore_ascii_case("idempotency-key")
    };
    let code = if violations.iter().all(keyless) {
        "missing_idempotency_key"
    } else if violations
        .iter()
        .any(|violation| violation.keyword == "json")
    {
        "malformed_body"
    } else {
        "validation_failed"
    };
    let fields = violations.iter().map(|violation| {
        (
            field(violation),
            kind(violation.keyword),
            violation.message.clone(),
        )
    });
    Failure::invalid(code, fields.collect())
}

/// Where a violation is: a dotted path into the body, or a parameter's name and the path into its value.
fn field(violation: &Violation) -> String {
    let path = violation
        .pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"));
    let parts: Vec<String> = std::iter::once(violation.name.clone())
        .chain(path)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        violation.in_.as_str().to_owned()
    } else {
        parts.join(".")
    }
}

/// The code of a violation, from the keyword that does not hold.
fn kind(keyword: &str) -> &'static str {
    match keyword {
        "required" => "required",
        "type" => "invalid_type",
        "enum" | "const" => "invalid_value",
        "pattern" | "format" | "decode" => "invalid_format",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            "out_of_range"
        }
        "minLength" | "maxLength" => "invalid_length",
        "minItems" | "maxItems" | "minProperties" | "maxProperties" => "invalid_size",
        "uniqueItems" => "not_unique",
        "additionalProperties" | "unevaluatedProperties" => "unknown_field",
        "propertyNames" => "invalid_key",
        "oneOf" | "anyOf" | "allOf" | "not" | "discriminator" => "no_match",
        "json" => "malformed",
        "duplicateProperty" => "duplicate_field",
        "unknownParameter" => "unknown_parameter",
        "repeatedParameter" => "repeated_parameter",
        _ => "invalid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_dotted_paths_or_names() {
        let mut violation = Violation::new(Location::Body, "", "pattern", "must match");
        assert_eq!(field(&violation), "body");
        violation.pointer = "/address/lines/0/a~1b".to_owned();
        assert_eq!(field(&violation), "address.lines.0.a/b");
        assert_eq!(
            field(&Violation::new(
                Location::Query,
                "limit",
                "maximum",
                "must be at most 200"
            )),
            "limit"
        );
    }

    #[test]
    fn a_missing_key_has_a_code_of_its_own() {
        let key = Violation::new(
            Location::Header,
            "Idempotency-Key",
            "required",
            "is required",
        );
        let other = Violation::new(Location::Body, "", "required", "is required");
        let mut violations = Violations::new();
        violations.push(key);
        assert_eq!(invalid(&violations).code, "missing_idempotency_key");
        violations.push(other);
        let failure = invalid(&violations);
        assert_eq!(
            (failure.code, failure.fields.len()),
            ("validation_failed", 2)
        );
    }
}
