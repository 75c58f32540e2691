//! Types whose schema says more than their Rust type.

/// A value that only exists when its whole schema holds: the judge decides, on the value's text.
///
/// ```
/// # use counterpart_runtime::{Bundle, judged_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "integer", "not": {"const": 13}}]"#, &[]);
/// judged_type! {
///     /// Any number but one.
///     #[derive(PartialEq)]
///     pub struct Floor(i64);
///     schema: SCHEMAS.schema(0),
/// }
/// assert_eq!(*Floor::try_from(12).unwrap(), 12);
/// assert_eq!(Floor::try_from(13).unwrap_err()[0].keyword, "not");
/// ```
#[macro_export]
macro_rules! judged_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident($inner:ty);
        schema: $schema:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name($inner);

        impl $name {
            /// The value, given away.
            #[must_use]
            pub fn into_inner(self) -> $inner {
                self.0
            }
        }

        impl ::core::convert::TryFrom<$inner> for $name {
            type Error = $crate::Violations;

            fn try_from(value: $inner) -> ::core::result::Result<Self, $crate::Violations> {
                <Self as $crate::Instance>::from_json(&$crate::Instance::to_json(&value))
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

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                p.judged(<Self as $crate::Instance>::SCHEMA)?;
                <$inner as $crate::Instance>::parse(p).map(Self)
            }

            fn write(&self, w: &mut $crate::Writer) {
                $crate::Instance::write(&self.0, w);
            }
        }

        $crate::serde_by_value!($name);
    };
}
