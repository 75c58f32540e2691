//! Constrained numbers.

/// A whole number that only exists when it is valid.
///
/// ```
/// # use counterpart_runtime::{Bundle, integer_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "integer", "minimum": 1, "maximum": 200}]"#, &[]);
/// integer_type! {
///     /// Rows on a page.
///     pub struct Limit(i64);
///     schema: SCHEMAS.schema(0),
///     check: |value| (1..=200).contains(&value),
/// }
/// assert_eq!(Limit::try_from(200).unwrap().get(), 200);
/// assert_eq!(Limit::try_from(0).unwrap_err()[0].keyword, "minimum");
/// ```
#[macro_export]
macro_rules! integer_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident($inner:ty);
        schema: $schema:expr, check: $check:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis struct $name($inner);

        impl ::core::convert::TryFrom<$inner> for $name {
            type Error = $crate::Violations;

            fn try_from(value: $inner) -> ::core::result::Result<Self, $crate::Violations> {
                const CHECK: fn($inner) -> bool = $check;
                if CHECK(value) {
                    Ok(Self(value))
                } else {
                    Err($crate::support::refused(&value, <Self as $crate::Instance>::SCHEMA))
                }
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                const CHECK: fn($inner) -> bool = $check;
                let value = <$inner as $crate::Instance>::parse(p)?;
                if CHECK(value) { Ok(Self(value)) } else { Err($crate::Refused) }
            }

            fn write(&self, w: &mut $crate::Writer) {
                $crate::Instance::write(&self.0, w);
            }
        }

        $crate::integer_type!(@common $name $inner);
    };
    (@common $name:ident $inner:ty) => {
        impl $name {
            /// The number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The number.
            #[must_use]
            pub const fn into_inner(self) -> $inner {
                self.0
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::Violations;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Violations> {
                <Self as $crate::Instance>::from_json_text(text)
            }
        }

        impl ::core::convert::AsRef<$inner> for $name {
            fn as_ref(&self) -> &$inner {
                &self.0
            }
        }

        impl ::core::ops::Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl ::core::convert::From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        $crate::serde_by_value!($name);
    };
}

/// A number that only exists when it is valid. The check is given its exact value, as a
/// [`Decimal`](crate::Decimal), and compares it with bounds as text.
///
/// ```
/// # use counterpart_runtime::{Bundle, Decimal, number_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "number", "minimum": 0.1, "multipleOf": 0.01}]"#, &[]);
/// number_type! {
///     /// A rate.
///     pub struct Rate(f64);
///     schema: SCHEMAS.schema(0),
///     check: |value| *value >= *"0.1" && value.is_multiple_of(&Decimal::parse("0.01")),
/// }
/// assert_eq!(Rate::try_from(0.35).unwrap().get(), 0.35);
/// assert_eq!("0.123".parse::<Rate>().unwrap_err()[0].keyword, "multipleOf");
/// ```
#[macro_export]
macro_rules! number_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident($inner:ty);
        schema: $schema:expr, check: $check:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        $vis struct $name($inner);

        impl ::core::convert::TryFrom<$inner> for $name {
            type Error = $crate::Violations;

            fn try_from(value: $inner) -> ::core::result::Result<Self, $crate::Violations> {
                <Self as $crate::Instance>::from_json(&$crate::Instance::to_json(&value))
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                const CHECK: fn(&$crate::Decimal) -> bool = $check;
                p.peek()?;
                let text = p.number()?;
                let value = <$inner as $crate::Instance>::parse(&mut $crate::Parser::new(text))?;
                if CHECK(&$crate::Decimal::parse(text)) { Ok(Self(value)) } else { Err($crate::Refused) }
            }

            fn write(&self, w: &mut $crate::Writer) {
                $crate::Instance::write(&self.0, w);
            }
        }

        $crate::integer_type!(@common $name $inner);
    };
}
