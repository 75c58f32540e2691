//! Enums of strings.

/// An enum whose values are strings.
///
/// ```
/// # use counterpart_runtime::{Bundle, string_enum};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"enum": ["active", "closed"]}]"#, &[]);
/// string_enum! {
///     /// What an account can be.
///     pub enum Status {
///         /// Open for business.
///         Active = "active",
///         Closed = "closed",
///     }
///     schema: SCHEMAS.schema(0),
/// }
/// assert_eq!("closed".parse::<Status>().unwrap(), Status::Closed);
/// assert_eq!("shut".parse::<Status>().unwrap_err()[0].keyword, "enum");
/// assert_eq!(Status::ALL.len(), 2);
/// ```
///
/// With `open, Unknown` after the schema the enum has a last variant of that name that takes any other text and
/// gives it back unchanged.
#[macro_export]
macro_rules! string_enum {
    (
        $(#[$meta:meta])* $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
        }
        schema: $schema:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $($(#[$variant_meta])* #[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl $name {
            /// Every value, in the document's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            fn read(text: &str) -> ::core::option::Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        $crate::string_enum!(@common $name $schema);
    };
    (
        $(#[$meta:meta])* $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
        }
        schema: $schema:expr, open, $unknown:ident $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $($(#[$variant_meta])* #[doc = concat!("`", $text, "`")] $variant,)+
            /// A value that the document does not list.
            $unknown(::std::boxed::Box<str>),
        }

        impl $name {
            /// Every listed value, in the document's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::$unknown(text) => text,
                }
            }

            fn read(text: &str) -> ::core::option::Option<Self> {
                Some(match text {
                    $($text => Self::$variant,)+
                    other => Self::$unknown(other.into()),
                })
            }
        }

        $crate::string_enum!(@common $name $schema);
    };
    (@common $name:ident $schema:expr) => {
        impl ::core::convert::TryFrom<&str> for $name {
            type Error = $crate::Violations;

            fn try_from(text: &str) -> ::core::result::Result<Self, $crate::Violations> {
                Self::read(text)
                    .ok_or_else(|| $crate::support::refused_text(text, <Self as $crate::Instance>::SCHEMA))
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
                self.as_str()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                Self::read(&p.string()?).ok_or($crate::Refused)
            }

            fn write(&self, w: &mut $crate::Writer) {
                w.str(self.as_str());
            }
        }

        impl $crate::Key for $name {
            fn parse_key(text: ::std::borrow::Cow<'_, str>) -> $crate::Parsed<Self> {
                Self::read(&text).ok_or($crate::Refused)
            }

            fn as_key(&self) -> &str {
                self.as_str()
            }
        }

        $crate::serde_by_value!($name);
    };
}
