//! Octets that are no text: files.

use super::Instance;
use crate::json::{Parsed, Parser, Writer};
use crate::schema::{Plain, SchemaRef};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// Octets (`format: binary`): a part of a multipart body, with the name and media type it came with.
///
/// JSON has no octets. Where one stands in JSON all the same, text is written as it is, and anything else as a `data:`
/// URL (RFC 2397), which is read back as the same file.
///
/// ```
/// use counterpart_runtime::Binary;
/// let file = Binary::file("me.png", "image/png", [0x89, b'P']);
/// assert_eq!(file.to_text(), "data:image/png;name=me.png;base64,iVA=");
/// assert_eq!(Binary::from_text(&file.to_text()), file);
/// assert_eq!(Binary::from_text("text").to_text(), "text");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Binary {
    /// The octets.
    pub bytes: Vec<u8>,
    /// The name of the file, if it has one.
    pub file_name: Option<String>,
    /// Its media type, if it is told.
    pub media_type: Option<String>,
}

impl Binary {
    /// A file.
    #[must_use]
    pub fn file(
        name: impl Into<String>,
        media_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            bytes: bytes.into(),
            file_name: Some(name.into()),
            media_type: Some(media_type.into()),
        }
    }

    /// What a text in JSON stands for: the file of a `data:` URL that [`Binary::to_text`] wrote, else itself.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        from_url(text).unwrap_or_else(|| Self::from(text.as_bytes().to_vec()))
    }

    /// The text that stands for it in JSON.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        if self.file_name.is_none()
            && self.media_type.is_none()
            && let Ok(text) = std::str::from_utf8(&self.bytes)
            && from_url(text).is_none()
        {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.to_url())
    }

    fn to_url(&self) -> String {
        let media_type = self.media_type.as_deref().unwrap_or_default();
        let name = self.file_name.as_deref().map(escaped);
        let name = name.map(|name| format!(";name={name}")).unwrap_or_default();
        format!(
            "data:{media_type}{name};base64,{}",
            STANDARD.encode(&self.bytes)
        )
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            ..Self::default()
        }
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The file of a URL, if it is just as it would be written.
fn from_url(text: &str) -> Option<Binary> {
    let (head, data) = text.strip_prefix("data:")?.split_once(";base64,")?;
    let (media_type, name) = match head.split_once(";name=") {
        Some((media_type, name)) => (
            media_type,
            Some(crate::params::percent_decode(name, false)?.into_owned()),
        ),
        None => (head, None),
    };
    let file = Binary {
        bytes: STANDARD.decode(data).ok()?,
        file_name: name,
        media_type: (!media_type.is_empty()).then(|| media_type.to_owned()),
    };
    (file.to_text() == text).then_some(file)
}

/// A file name within a URL: what would end it is escaped.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~ ()+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl Instance for Binary {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Format("binary"));

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        Ok(Self::from_text(&p.string()?))
    }

    fn write(&self, w: &mut Writer) {
        w.str(&self.to_text());
    }
}

crate::serde_by_value!(Binary);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_and_every_text_comes_back() {
        let octets: Vec<u8> = (0..=255).collect();
        for file in [
            Binary::from(octets.clone()),
            Binary::file("a;b,c %é\"\n.bin", "application/octet-stream", octets),
            Binary::file("", "", []),
            Binary::default(),
        ] {
            let text = file.to_text().into_owned();
            let back = Binary::from_text(&text);
            assert_eq!(back.bytes, file.bytes, "{text}");
            assert_eq!(back.to_text(), text);
        }
        for text in [
            "",
            "text",
            "data:",
            "data:;base64,",
            "data:a/b;base64,!!",
            "data:;base64,YQ==",
        ] {
            assert_eq!(Binary::from_text(text).to_text(), text, "{text}");
        }
    }
}
