//! Types of other crates, for those who ask for them in `codegen.toml`.
//!
//! They take what the runtime's own types take, less what the crate cannot hold: a leap second, a number with more digits
//! than fit. That is refused, never rounded. What they write is the crate's spelling, not the one that was read.

#[cfg(feature = "chrono")]
mod chrono;
mod jiff;
mod maps;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

/// An instance that is read from and written as text in a format.
macro_rules! texts {
    ($($ty:ty = $format:literal, |$text:ident| $read:expr, |$value:ident| $write:expr;)*) => {$(
        impl crate::Instance for $ty {
            const SCHEMA: crate::SchemaRef = crate::SchemaRef::plain(crate::schema::Plain::Format($format));

            fn parse(p: &mut crate::Parser<'_>) -> crate::Parsed<Self> {
                let text = p.string()?;
                let $text: &str = &text;
                if !crate::format::is_valid($format, $text) {
                    return Err(crate::Refused);
                }
                $read.ok_or(crate::Refused)
            }

            fn write(&self, w: &mut crate::Writer) {
                let $value = self;
                w.str(&$write);
            }
        }
    )*};
}
use texts;
