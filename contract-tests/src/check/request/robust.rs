//! `request.robust`

use super::variation::Variations;
use crate::{
    check::{Check, Phase},
    context::Context,
    exchange::Failure,
    finding::{Finding, Verdict},
    form,
    request::{Delivery, Request, percent_encode},
    rules::infer::{envelope::core, properties},
    wire,
};
use bytes::Bytes;
use counterpart_model::{
    Direction,
    api::{
        Api, ApiKeyLocation, Operation, Parameter, ParameterLocation, SchemaId, SecurityKind, Shape,
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};

/// What servers trip over in text: what ends it in C, what is outside the first plane of Unicode, what turns the
/// direction of writing, what means something to databases, shells and templates.
const TEXTS: [(&str, &str); 7] = [
    ("a NUL character", "a\0b"),
    ("characters beyond the first plane", "\u{1F512}\u{10FFFF}"),
    (
        "characters that turn the direction",
        "\u{202E}abc\u{200F}\u{FEFF}",
    ),
    ("quotes and backslashes", "'\"\\`;--${7*7}{{7*7}}%00"),
    ("what stands for something in patterns", "100%_[a-(*?+"),
    ("a lone combining mark", "\u{0301}\u{20DD}"),
    ("path segments that go up", "../../../../etc/passwd"),
];
/// So many parameters are tried.
const PARAMETERS: usize = 6;
/// As long as no free text needs to be, in bytes.
const LONG: usize = 1 << 20;
/// Deeper than any body needs to be.
const DEEP: usize = 20_000;

/// A number that no machine holds (RFC 8259 §6 allows it).
pub(crate) const HUGE: &str = "1e99999";

/// No request makes a server fail, however strange it is.
pub(super) struct Robust;

impl Check for Robust {
    fn id(&self) -> &'static str {
        "request.robust"
    }

    fn about(&self) -> &'static str {
        "Strange requests are answered, with whatever status below 500: text with NUL, Unicode and quotes, a megabyte of it, \
         JSON that is 20,000 levels deep, a number of a thousand digits, the same member twice, bytes that are no UTF-8, a \
         charset that is not the body's, a body that breaks off. One that comes in pieces is taken like any other. What \
         fails with a 5xx, or breaks the connection twice, is told by server.error."
    }

    fn phase(&self) -> Phase {
        Phase::Request
    }

    fn applies(&self, _: &Api, operation: &Operation) -> bool {
        let text = |parameter: &Parameter| {
            let safe = operation.method.is_safe();
            is_text(parameter) && (safe || parameter.location == ParameterLocation::Query)
        };
        operation.body.is_some() || operation.parameters.iter().any(text)
    }

    fn run<'a>(&'a self, context: &'a Context, operation: &'a Operation) -> BoxFuture<'a, Verdict> {
        async move {
            let draft = match context.accepted(operation).await {
                Ok(draft) => draft,
                Err(why) => return Verdict::not_exercised(why.0),
            };
            let draft = context.own_of(operation, draft).await;
            let variations = Variations::of(context, operation, &draft);
            let strange = strange(&variations);
            if strange.is_empty() {
                return Verdict::not_exercised("it takes no text and no JSON");
            }
            let mut verdict = Verdict::default();
            if draft.request.body.is_some() {
                self.on_the_wire(context, operation, &variations, &mut verdict)
                    .await;
            }
            for request in strange {
                let exchange = context.send(request).await;
                match &exchange.answer {
                    Ok(answer) if answer.status < 500 => verdict.pass(),
                    Ok(answer) => verdict.skip(format!("{}: see server.error", answer.status)),
                    // Whatever is longer than a server reads may end the connection.
                    Err(Failure::Broken(_)) if is_long(&exchange.request) => verdict.pass(),
                    Err(failure) => verdict.skip(failure.to_string()),
                }
            }
            verdict
        }
        .boxed()
    }
}

impl Robust {
    /// A body that breaks off costs the server nothing but that request, and one that comes in pieces is as good as one
    /// that comes at once.
    async fn on_the_wire(
        &self,
        context: &Context,
        operation: &Operation,
        variations: &Variations<'_>,
        verdict: &mut Verdict,
    ) {
        let with = |delivery: Delivery| {
            let mut request = variations.twin();
            request.delivery = delivery;
            request
        };
        context.send(with(Delivery::CutOff)).await;
        let slow = context.send(with(Delivery::InPieces)).await;
        // 408: some servers wait for nobody (RFC 9110 §15.5.9).
        if !slow.refused() || slow.status() == Some(408) {
            return verdict.pass();
        }
        let whole = context.send(with(Delivery::Whole)).await;
        let again = context.send(with(Delivery::InPieces)).await;
        if !whole.succeeded() || !again.refused() {
            return verdict.skip(format!("a body in pieces got {}", slow.status_text()));
        }
        let title = "a body that comes in pieces is refused";
        let finding = Finding::new(self.id(), &operation.id, title)
            .promise(
                "what is valid by the document is answered",
                &operation.origin,
            )
            .expected(whole.status_text(), again.status_text())
            .cause(format!("{} {title} {}", self.id(), again.status_text()));
        verdict.fail(finding.step(&whole).step(&again));
    }
}

/// Whether a connection may be cut rather than the whole of a request read (RFC 9110 §15.5.14).
pub(crate) fn is_long(request: &Request) -> bool {
    request
        .body
        .as_ref()
        .is_some_and(|body| body.len() > 60_000)
}

/// Whether a parameter takes free text where HTTP carries any.
fn is_text(parameter: &Parameter) -> bool {
    matches!(
        parameter.location,
        ParameterLocation::Query | ParameterLocation::Path
    )
}

fn strange(of: &Variations<'_>) -> Vec<Request> {
    let mut all = Vec::new();
    let api = &of.context.api;
    // What a strange path leads to is only worth asking where nothing can be changed there.
    let safe = of.operation.method.is_safe();
    let parameters = of
        .operation
        .parameters
        .iter()
        .filter(|it| is_text(it) && (safe || it.location == ParameterLocation::Query));
    // Free text comes first: what is one of a few is compared, and seldom put into anything else.
    let rank = |parameter: &&Parameter| {
        let schema = parameter.schema().map(|id| api.schema(api.resolve(id)));
        match schema.map(|it| (&it.shape, it.string.pattern.is_some())) {
            Some((Shape::String(_), false)) => Some(0),
            Some((Shape::String(_), true)) => Some(1),
            Some((Shape::Enum(_), _)) => Some(2),
            _ => None,
        }
    };
    let mut texts: Vec<&Parameter> = parameters.filter(|it| rank(it).is_some()).collect();
    texts.sort_by_key(rank);
    for parameter in texts.into_iter().take(PARAMETERS) {
        for (_, text) in TEXTS {
            let value = Value::String(text.to_owned());
            // A path with such text in it goes to the same operation: every character of it is encoded.
            let up = parameter.location == ParameterLocation::Path && text.contains('/');
            if !up && wire::is_carried(parameter, &value) {
                all.extend(of.with_parameter(parameter, &value));
            }
        }
        if parameter.location == ParameterLocation::Query {
            let long = Value::String("a".repeat(8_000));
            all.extend(of.with_parameter(parameter, &long));
            // Bytes that are no UTF-8; not beside a key in the query, which would become part of them.
            let keyed = api.security_schemes.values().any(|scheme| {
                matches!(
                    scheme.kind,
                    SecurityKind::ApiKey {
                        location: ApiKeyLocation::Query,
                        ..
                    }
                )
            });
            if keyed {
                continue;
            }
            let mut request = of.without(parameter);
            let others = request.raw_query();
            let between = if others.is_empty() { "" } else { "&" };
            let name = percent_encode(&parameter.name);
            request.path = format!("{}?{others}{between}{name}=%ff%fe", request.path);
            request.query.clear();
            all.push(request);
        }
    }
    let Some(good) = &of.body else {
        return all;
    };
    let is_form = of.base.content_type.as_deref().is_some_and(form::is_form);
    let mut add = |content_type: Option<&str>, body: Bytes| {
        let mut request = of.twin();
        if let Some(content_type) = content_type {
            request.content_type = Some(content_type.to_owned());
        }
        request.body = Some(body);
        all.push(request);
    };
    // Nothing at all, though it says what it is.
    add(None, Bytes::new());
    for body in everywhere(of, good) {
        add(None, body.into());
    }
    if let Some(at) = text_in(good, String::new()) {
        let long = "a".repeat(LONG);
        let texts = TEXTS.iter().map(|(_, text)| *text).chain([long.as_str()]);
        for text in texts {
            let mut body = of.context.fresh_body(of.operation, good);
            if let Some(place) = body.pointer_mut(&at) {
                *place = text.into();
            }
            add(None, body.to_string().into());
        }
        if is_form {
            return all;
        }
        let place = good.pointer(&at).map(Value::to_string).unwrap_or_default();
        let whole = good.to_string();
        // A thousand digits, and bytes that are no UTF-8, where that text stands.
        add(None, whole.replacen(&place, &"9".repeat(1_000), 1).into());
        add(None, whole.replacen(&place, HUGE, 1).into());
        let (before, after) = whole.split_once(&place).unwrap_or((&whole, ""));
        add(
            None,
            [before.as_bytes(), b"\"\xff\xfe\"", after.as_bytes()]
                .concat()
                .into(),
        );
        add(None, whole.replacen(&place, "\"\\ud800\"", 1).into());
    }
    if is_form {
        return all;
    }
    if let Value::Object(members) = good
        && let Some((name, value)) = members.iter().next()
    {
        let name = Value::String(name.clone());
        let rest = good.to_string();
        let rest = rest.strip_prefix('{').unwrap_or_default();
        add(None, format!("{{{name}:{value},{rest}").into());
    }
    add(
        None,
        format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)).into(),
    );
    add(
        None,
        format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP)).into(),
    );
    let utf16: Vec<u8> = good
        .to_string()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let media = of
        .base
        .content_type
        .as_deref()
        .unwrap_or("application/json");
    let essence = media.split(';').next().unwrap_or(media);
    add(Some(&format!("{essence}; charset=utf-16")), utf16.into());
    add(
        Some(&format!("{essence}; charset=no-such-charset")),
        good.to_string().into(),
    );
    all
}

/// Strange values in every place that takes such values, also in those that were left out: text in all of them at once where
/// the document allows that, and numbers in one after the other.
fn everywhere(of: &Variations<'_>, good: &Value) -> Vec<String> {
    /// A place holder for a number that JSON values cannot hold.
    const MARK: &str = "counterpart-number";
    const MOST: usize = 8;
    let (context, api) = (of.context, &of.context.api);
    let Some((media, schema)) = context.body_schema(of.operation) else {
        return Vec::new();
    };
    let (place, inner) = core(api, schema);
    let settable = |id: &SchemaId| {
        let (own, target) = (api.schema(*id), api.schema(api.resolve(*id)));
        !own.read_only && !target.read_only
    };
    let all: Vec<_> = properties(api, inner)
        .into_iter()
        .filter(|(_, id)| settable(id))
        .collect();
    let put = |body: &Value, name: &str, value: Value| {
        let mut body = context.fresh_body(of.operation, body);
        place.child(name).put(&mut body, value);
        body
    };
    let valid = |body: &Value| context.judge.is_valid(schema, Direction::Request, body);
    let mut found = Vec::new();
    for (_, text) in TEXTS {
        let mut body = good.clone();
        for (name, _) in &all {
            let with = put(&body, name, text.into());
            if valid(&with) {
                body = with;
            }
        }
        if body != *good {
            found.push(body.to_string());
        }
    }
    if form::is_form(&media) {
        return found;
    }
    let numbers = all.iter().filter(|(_, id)| {
        let shape = &api.schema(api.resolve(*id)).shape;
        matches!(shape, Shape::Integer(_) | Shape::Number { .. })
    });
    for (name, _) in numbers.take(MOST) {
        let text = put(good, name, MARK.into()).to_string();
        for number in [HUGE, "1e40", "-1e40"] {
            found.push(text.replacen(&format!("\"{MARK}\""), number, 1));
        }
    }
    // Members of maps have any name, and none.
    for (name, id) in all.iter().take(4 * MOST) {
        let target = api.schema(api.resolve(*id));
        let Some(rest) = target.object.additional_properties else {
            continue;
        };
        let Some(value) = context.generator().example(rest) else {
            continue;
        };
        for key in ["", "\0", "__proto__", "a.b/c~d"] {
            let body = put(good, name, json!({ key: value.clone() }));
            if valid(&body) {
                found.push(body.to_string());
            }
        }
    }
    found
}

/// Where the first free text of a body stands, as a JSON Pointer.
fn text_in(value: &Value, at: String) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(at),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            text_in(value, format!("{at}/{name}"))
        }),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, value)| text_in(value, format!("{at}/{index}")))
        }
        _ => None,
    }
}
