//! The document as a page for the browser: one file, nothing loaded from elsewhere.

use serde_json::{Map, Value};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1b1f24;background:#fff}\
nav{position:fixed;top:0;bottom:0;width:17rem;overflow:auto;border-right:1px solid #d8dee4;padding:1rem;box-sizing:border-box;background:#f6f8fa}\
nav a{display:block;color:inherit;text-decoration:none;font-size:13px;overflow-wrap:anywhere}nav a:hover{text-decoration:underline}\
main{margin-left:17rem;padding:1rem 2rem;max-width:60rem}h2{border-bottom:1px solid #d8dee4;margin-top:2.5rem}\
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:#f6f8fa;padding:.7rem;overflow:auto}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #eaeef2}\
.m{display:inline-block;min-width:3.6rem;font-weight:600}.r{color:#9a3412}p{white-space:pre-line}\
@media(max-width:50rem){nav{position:static;width:auto}main{margin:0;padding:1rem}}";

/// The page.
pub(crate) fn render(document: &Value) -> String {
    let title = text(document, "/info/title");
    let mut nav = String::new();
    let mut main = format!(
        "<h1>{title} <small>{}</small></h1>",
        text(document, "/info/version")
    );
    main.push_str(&format!("<p>{}</p>", text(document, "/info/description")));
    main.push_str("<p><a href=\"/openapi.json\">openapi.json</a></p>");
    nav.push_str("<b>Operations</b>");
    main.push_str("<h2>Operations</h2>");
    for (path, item) in members(document.get("paths")) {
        for (method, operation) in members(Some(item)) {
            if operation.get("responses").is_some() {
                operation_section(&mut nav, &mut main, document, path, method, item, operation);
            }
        }
    }
    nav.push_str("<br><b>Schemas</b>");
    main.push_str("<h2>Schemas</h2>");
    for (name, schema) in members(document.pointer("/components/schemas")) {
        let name = escape(name);
        nav.push_str(&format!("<a href=\"#s-{name}\">{name}</a>"));
        main.push_str(&format!("<h3 id=\"s-{name}\">{name}</h3>"));
        schema_section(&mut main, schema);
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><nav>{nav}</nav><main>{main}</main></html>"
    )
}

fn operation_section(
    nav: &mut String,
    main: &mut String,
    document: &Value,
    path: &str,
    method: &str,
    item: &Value,
    operation: &Value,
) {
    let id = text(operation, "/operationId");
    let method = escape(&method.to_uppercase());
    nav.push_str(&format!(
        "<a href=\"#o-{id}\"><span class=\"m\">{method}</span>{}</a>",
        escape(path)
    ));
    main.push_str(&format!(
        "<h3 id=\"o-{id}\"><span class=\"m\">{method}</span><code>{}</code></h3><p>{}</p>",
        escape(path),
        text(operation, "/description")
    ));
    let parameters: Vec<&Value> = [item, operation]
        .into_iter()
        .filter_map(|holder| holder.get("parameters")?.as_array())
        .flatten()
        .map(|parameter| follow(document, parameter))
        .collect();
    if !parameters.is_empty() {
        main.push_str("<table><tr><th>Parameter</th><th>In</th><th>Schema</th><th></th></tr>");
        for parameter in parameters {
            let required = if parameter.get("required") == Some(&Value::Bool(true)) {
                "<span class=\"r\">required</span> "
            } else {
                ""
            };
            main.push_str(&format!(
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{required}{}</td></tr>",
                text(parameter, "/name"),
                text(parameter, "/in"),
                parameter.get("schema").map(brief).unwrap_or_default(),
                text(parameter, "/description")
            ));
        }
        main.push_str("</table>");
    }
    for (media, content) in members(operation.pointer("/requestBody/content")) {
        let schema = content.get("schema").map(brief).unwrap_or_default();
        main.push_str(&format!(
            "<p>Body, <code>{}</code>: {schema}</p>",
            escape(media)
        ));
    }
    main.push_str("<table><tr><th>Answer</th><th>Schema</th><th></th></tr>");
    for (status, response) in members(operation.get("responses")) {
        let response = follow(document, response);
        let schemas: Vec<String> = members(response.get("content"))
            .filter_map(|(_, content)| content.get("schema").map(brief))
            .collect();
        main.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(status),
            schemas.join(", "),
            text(response, "/description")
        ));
    }
    main.push_str("</table>");
}

fn schema_section(main: &mut String, schema: &Value) {
    main.push_str(&format!("<p>{}</p>", text(schema, "/description")));
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if schema.get("properties").is_some() {
        main.push_str("<table><tr><th>Member</th><th>Schema</th><th></th></tr>");
        for (name, property) in members(schema.get("properties")) {
            let mark = if required.contains(&name.as_str()) {
                "<span class=\"r\">required</span> "
            } else {
                ""
            };
            main.push_str(&format!(
                "<tr><td><code>{}</code></td><td>{}</td><td>{mark}{}</td></tr>",
                escape(name),
                brief(property),
                text(property, "/description")
            ));
        }
        main.push_str("</table>");
    } else {
        main.push_str(&format!("<p>{}</p>", brief(schema)));
    }
    if let Some(example) = schema.get("example") {
        let example = serde_json::to_string_pretty(example).unwrap_or_default();
        main.push_str(&format!("<pre>{}</pre>", escape(&example)));
    }
}

/// A schema in a few words: a link, or its type and its constraints.
fn brief(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = escape(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#s-{name}\">{name}</a>");
    }
    for (keyword, joint) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " &amp; ")] {
        if let Some(branches) = schema.get(keyword).and_then(Value::as_array) {
            return branches.iter().map(brief).collect::<Vec<_>>().join(joint);
        }
    }
    let mut words = vec![text(schema, "/type")];
    if let Some(items) = schema.get("items") {
        words.push(format!("of {}", brief(items)));
    }
    for (keyword, value) in members(Some(schema)) {
        let told = [
            "type",
            "items",
            "description",
            "example",
            "properties",
            "required",
            "default",
        ];
        if !told.contains(&keyword.as_str()) && !keyword.starts_with("x-") && !value.is_object() {
            words.push(format!(
                "{} <code>{}</code>",
                escape(keyword),
                escape(&value.to_string())
            ));
        }
    }
    words.join(" ")
}

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

fn text(value: &Value, pointer: &str) -> String {
    escape(
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default(),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_shows_every_operation_and_schema_and_loads_nothing() {
        let document = crate::http::document::document();
        let page = super::render(document);
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                if let Some(id) = operation.get("operationId").and_then(|id| id.as_str()) {
                    assert!(page.contains(&format!("id=\"o-{id}\"")), "{id}");
                }
            }
        }
        for name in document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            assert!(page.contains(&format!("id=\"s-{name}\"")), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("<link"));
    }
}
