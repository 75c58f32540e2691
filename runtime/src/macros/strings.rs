//! Constrained strings.

/// A string that only exists when it is valid.
///
/// ```
/// # use counterpart_runtime::{Bundle, string_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "string", "maxLength": 3}]"#, &[]);
/// string_type! {
///     /// At most three characters.
///     pub struct Code;
///     schema: SCHEMAS.schema(0),
///     check: |text| counterpart_runtime::length(text, 0, 3),
/// }
/// assert_eq!(Code::try_from("abc").unwrap().as_str(), "abc");
/// assert_eq!(Code::try_from("abcd").unwrap_err()[0].keyword, "maxLength");
/// ```
///
/// With `secret` after the check, `Debug` masks the text and there is no `Display`.
#[macro_export]
macro_rules! string_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident;
        schema: $schema:expr, check: $check:expr, secret $(,)?
    ) => {
        $crate::string_type!(@type [$(#[$meta])*] [$vis] $name $schema, $check);

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident;
        schema: $schema:expr, check: $check:expr $(,)?
    ) => {
        $crate::string_type!(@type [$(#[$meta])* #[derive(Debug)]] [$vis] $name $schema, $check);

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
    (@type [$($meta:tt)*] [$vis:vis] $name:ident $schema:expr, $check:expr) => {
        $($meta)*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis struct $name(::std::boxed::Box<str>);

        impl $name {
            fn is_valid(text: &str) -> bool {
                const CHECK: fn(&str) -> bool = $check;
                CHECK(text)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, given away.
            #[must_use]
            pub fn into_inner(self) -> ::std::string::String {
                self.0.into()
            }
        }

        impl ::core::convert::TryFrom<&str> for $name {
            type Error = $crate::Violations;

            fn try_from(text: &str) -> ::core::result::Result<Self, $crate::Violations> {
                if Self::is_valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::support::refused_text(text, <Self as $crate::Instance>::SCHEMA))
                }
            }
        }

        impl ::core::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::Violations;

            fn try_from(text: ::std::string::String) -> ::core::result::Result<Self, $crate::Violations> {
                Self::try_from(text.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::Violations;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Violations> {
                Self::try_from(text)
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::core::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl ::core::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0.into()
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                <Self as $crate::Key>::parse_key(p.string()?)
            }

            fn write(&self, w: &mut $crate::Writer) {
                w.str(&self.0);
            }
        }

        impl $crate::Key for $name {
            fn parse_key(text: ::std::borrow::Cow<'_, str>) -> $crate::Parsed<Self> {
                if Self::is_valid(&text) { Ok(Self(text.into())) } else { Err($crate::Refused) }
            }

            fn as_key(&self) -> &str {
                &self.0
            }
        }

        $crate::serde_by_value!($name);
    };
}
