//! Text with a language of its own that no keyword tells: names of fields, expressions, codes of some list, forms that
//! only prose describes.

use super::variation::Variations;
use crate::rules::infer::{is_handed_out, snake, tells_form};
use counterpart_model::api::{Parameter, ParameterLocation, SchemaId, TypeSet};

impl Variations<'_> {
    /// Whether a parameter takes free text by its schema, and by its name a term of a language.
    pub(super) fn is_expression(&self, parameter: &Parameter, schema: SchemaId) -> bool {
        const NAMES: [&str; 24] = [
            "sort",
            "sort_by",
            "sortby",
            "order",
            "order_by",
            "orderby",
            "ordering",
            "sorting",
            "fields",
            "field",
            "expand",
            "include",
            "embed",
            "select",
            "filter",
            "filters",
            "where",
            "query_string",
            "projection",
            "group_by",
            "properties",
            "columns",
            "where_document",
            "query_by",
        ];
        // What is a code of some list or form, whatever the schema leaves out.
        const CODES: [&str; 10] = [
            "version",
            "timezone",
            "time_zone",
            "tz",
            "locale",
            "language",
            "lang",
            "currency",
            "crs",
            "srid",
        ];
        let api = &self.context.api;
        let plain = |id: SchemaId| {
            let schema = api.schema(api.resolve(id));
            let limited = schema.string.pattern.is_some() || schema.enumeration.is_some();
            let own = schema.types.contains(TypeSet::STRING) || schema.types == TypeSet::ALL;
            own && !limited && schema.string.format.is_none()
        };
        let shape = &api.schema(api.resolve(schema)).any_of;
        let plain = |id: SchemaId| {
            // Text or nothing, in two schemas.
            let parts = if id == schema { shape.as_slice() } else { &[] };
            plain(id)
                && parts.iter().all(|part| {
                    plain(*part) || { api.schema(api.resolve(*part)).types == TypeSet::NULL }
                })
        };
        let items = api.schema(api.resolve(schema)).array.items;
        // `where.or` and `filter[order]` join terms of the language that they begin with.
        let name = snake(&parameter.name);
        let outer = parameter.name.split(['.', '[']).next().map(snake);
        let coded = CODES
            .iter()
            .any(|code| name == *code || name.ends_with(&format!("_{code}")));
        let unlimited = |id: SchemaId| {
            let string = &api.schema(api.resolve(id)).string;
            string.min_length.is_none() && string.max_length.is_none()
        };
        let named = NAMES.contains(&name.as_str())
            || outer.is_some_and(|outer| {
                let inner = name.strip_prefix(&outer).unwrap_or_default();
                let joins = ["or", "and", "not", "order", "fields", "include"];
                NAMES.contains(&outer.as_str())
                    && joins.contains(&inner.trim_matches(|c: char| !c.is_alphanumeric()))
            })
            || coded && unlimited(schema)
            || parameter.location == ParameterLocation::Query && is_handed_out(&parameter.name);
        named && (plain(schema) || items.is_some_and(plain))
    }

    /// Whether a schema takes any text, as far as its keywords tell.
    pub(super) fn is_free_text(&self, schema: SchemaId) -> bool {
        let api = &self.context.api;
        let schema = api.schema(api.resolve(schema));
        let limited = schema.string.pattern.is_some()
            || schema.string.format.is_some()
            || schema.enumeration.is_some();
        schema.types.contains(TypeSet::STRING) && !limited
    }

    /// Whether only prose tells what form a text has.
    pub(super) fn is_limited(&self, schema: SchemaId) -> bool {
        let api = &self.context.api;
        let (own, target) = (api.schema(schema), api.schema(api.resolve(schema)));
        let said = [&own.description, &target.description];
        self.is_free_text(schema) && said.into_iter().flatten().any(|text| tells_form(text))
    }
}
