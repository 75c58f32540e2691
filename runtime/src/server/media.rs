//! Content types and `Accept` (RFC 9110 §8.3 and §12.5.1).

use crate::body::{essence, within};

/// The documented media range that a content type is in. Text in another charset than UTF-8 is in none: what is
/// behind JSON (RFC 8259 §8.1) and text here is UTF-8.
pub(super) fn documented(
    ranges: &'static [&'static str],
    content_type: &str,
) -> Option<&'static str> {
    let mut parameters = content_type.split(';').skip(1);
    let foreign = parameters.any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("charset")
            && !["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|known| value.eq_ignore_ascii_case(known))
    });
    let media_type = essence(content_type);
    ranges.iter().copied().find(|range| {
        let range = essence(range);
        let json = range.ends_with("/json") || range.ends_with("+json");
        within(&range, &media_type) && !(json && foreign)
    })
}

/// Whether one of the media types is acceptable. No header, or one that cannot be read, accepts everything.
pub(super) fn acceptable(produces: &[&str], accept: Option<&str>) -> bool {
    let Some(accept) = accept.filter(|text| !text.trim().is_empty()) else {
        return true;
    };
    if produces.is_empty() {
        return true;
    }
    produces.iter().any(|produced| {
        let produced = essence(produced);
        // The most specific range that fits decides.
        let mut best: Option<(usize, bool)> = None;
        for entry in accept.split(',') {
            let range = essence(entry);
            if !within(&range, &produced) && !within(&produced, &range) {
                continue;
            }
            let wanted = !entry.split(';').skip(1).any(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                name.trim().eq_ignore_ascii_case("q")
                    && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
            });
            let precision = if range == "*/*" {
                0
            } else {
                range.trim_end_matches('*').len()
            };
            if best.is_none_or(|(known, _)| precision > known) {
                best = Some((precision, wanted));
            }
        }
        best.is_some_and(|(_, wanted)| wanted)
    })
}
