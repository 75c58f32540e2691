//! Where pages and items are counted from.

use super::{asked::Asked, prose::says};
use counterpart_model::api::{Api, Value as ModelValue};

/// The number of the first page.
pub(super) fn first_page(api: &Api, page: &Asked) -> u64 {
    let own = api.schema(page.schema);
    let schema = api.schema(api.resolve(page.schema));
    let default = own.default.as_ref().or(schema.default.as_ref());
    let default = default.and_then(ModelValue::as_i64);
    let least = schema
        .number
        .minimum
        .as_ref()
        .and_then(counterpart_model::api::Number::as_i128);
    if says(
        &page.description,
        &[
            "zero-based",
            "zero based",
            "0-based",
            "from 0",
            "starting at 0",
            "starts at 0",
        ],
    ) {
        return 0;
    }
    match (default, least) {
        (Some(first), _) => u64::try_from(first).unwrap_or(1),
        (None, Some(0)) => 0,
        _ => 1,
    }
}

/// SCIM (RFC 7644 §3.4.2.4) counts items from one, and is not alone in that.
pub(super) fn first_offset(api: &Api, offset: &Asked) -> u64 {
    let schema = api.schema(api.resolve(offset.schema));
    let own = api.schema(offset.schema);
    let default = own.default.as_ref().or(schema.default.as_ref());
    let least = schema.number.minimum.as_ref();
    let least = least.and_then(counterpart_model::api::Number::as_i128);
    let said = says(&offset.description, &["1-based", "one-based", "one based"]);
    u64::from(said || least == Some(1) && default.is_none_or(|it| it.as_i64() == Some(1)))
}
