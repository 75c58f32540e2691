//! Answers in the vendor's envelope.

use crate::state::{Rate, Refused};
use counterpart_runtime::server::Rejection;
use counterpart_runtime::{False, Violations};
use platnova::types::*;

/// What is said with every success.
pub(crate) const DONE: &str = "operation was successful";

/// The envelope of a success.
macro_rules! success {
    ($answer:ident, $data:expr) => {
        $answer {
            data: $data,
            status: counterpart_runtime::True,
            error: Vec::new()
                .try_into()
                .expect("an empty list is what is wanted"),
            message: crate::answer::DONE.to_owned(),
            additional_properties: Default::default(),
        }
    };
}

/// The headers that tell the rate.
macro_rules! rated {
    ($headers:ident, $rate:expr) => {{
        let rate: crate::state::Rate = $rate;
        $headers {
            x_ratelimit_limit: crate::answer::count(rate.limit),
            x_ratelimit_remaining: crate::answer::count(rate.remaining),
            x_ratelimit_reset: crate::answer::count(rate.reset),
        }
    }};
}

/// A number that no limit of the document excludes.
pub(crate) fn count<T: TryFrom<i64>>(number: impl Into<i64>) -> T {
    T::try_from(number.into().max(0))
        .ok()
        .expect("counts are not negative")
}

pub(crate) fn failure(message: &str) -> Failure {
    Failure {
        status: False,
        data: Default::default(),
        error: Vec::new(),
        message: message.parse().expect("a message that is not empty"),
    }
}

pub(crate) fn refused(refused: Refused) -> Failure {
    failure(match refused {
        Refused::Exists => "customer already exists",
        Refused::Missing => "customer was not found",
    })
}

/// What is said of requests that do not come as far as an operation.
pub(crate) fn rejected(rejection: &Rejection) -> Failure {
    match rejection {
        Rejection::Unauthenticated { .. } => failure("unauthorized access"),
        Rejection::Forbidden { .. } => failure("unauthorized access: permission denied"),
        other => failure(&other.message()),
    }
}

/// Everything that is not valid, by field.
pub(crate) fn invalid(violations: &Violations) -> Option<InvalidFields> {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    for violation in violations.iter() {
        let path = violation.pointer.trim_start_matches('/').replace('/', ".");
        let field = match (violation.name.is_empty(), path.is_empty()) {
            (true, true) => "body".to_owned(),
            (true, false) => path,
            (false, true) => violation.name.clone(),
            (false, false) => format!("{}.{path}", violation.name),
        };
        let message = if violation.keyword == "required" {
            "This field is required".to_owned()
        } else {
            violation.message.clone()
        };
        match fields.iter_mut().find(|(known, _)| *known == field) {
            Some((_, messages)) => messages.push(message),
            None => fields.push((field, vec![message])),
        }
    }
    let fields = fields
        .into_iter()
        .map(|(field, messages)| Some((field, messages.try_into().ok()?)));
    let fields: counterpart_runtime::Map<_, _> = fields.collect::<Option<_>>()?;
    Some(InvalidFields {
        error: fields.try_into().ok()?,
    })
}

/// What is said of too many requests.
pub(crate) fn too_many(rate: Rate) -> Failure {
    failure(&format!(
        "too many requests: the next window begins at {}",
        rate.reset
    ))
}
