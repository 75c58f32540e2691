//! Constrained lists and maps.

/// A list that only exists when it is valid.
///
/// ```
/// # use counterpart_runtime::{Bundle, list_type, unique};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "array", "maxItems": 2, "uniqueItems": true}]"#, &[]);
/// list_type! {
///     /// At most two tags.
///     #[derive(PartialEq, Eq)]
///     pub struct Tags(Vec<String>);
///     schema: SCHEMAS.schema(0),
///     length: 0..=2,
///     check: |items| unique(items),
/// }
/// assert_eq!(Tags::try_from(vec!["a".to_owned()]).unwrap().len(), 1);
/// assert_eq!(Tags::try_from(vec!["a".to_owned(); 2]).unwrap_err()[0].keyword, "uniqueItems");
/// ```
#[macro_export]
macro_rules! list_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident(Vec<$item:ty>);
        schema: $schema:expr, length: $length:expr $(, check: $check:expr)? $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name(::std::vec::Vec<$item>);

        impl $name {
            const LENGTH: ::core::ops::RangeInclusive<usize> = $length;

            fn is_valid(items: &[$item]) -> bool {
                Self::LENGTH.contains(&items.len())
                    $(&& {
                        const CHECK: fn(&[$item]) -> bool = $check;
                        CHECK(items)
                    })?
            }

            /// The items, given away.
            #[must_use]
            pub fn into_inner(self) -> ::std::vec::Vec<$item> {
                self.0
            }
        }

        impl ::core::convert::TryFrom<::std::vec::Vec<$item>> for $name {
            type Error = $crate::Violations;

            fn try_from(items: ::std::vec::Vec<$item>) -> ::core::result::Result<Self, $crate::Violations> {
                if Self::is_valid(&items) {
                    Ok(Self(items))
                } else {
                    Err($crate::support::refused(&items, <Self as $crate::Instance>::SCHEMA))
                }
            }
        }

        impl ::core::convert::AsRef<[$item]> for $name {
            fn as_ref(&self) -> &[$item] {
                &self.0
            }
        }

        impl ::core::ops::Deref for $name {
            type Target = [$item];

            fn deref(&self) -> &[$item] {
                &self.0
            }
        }

        impl ::core::convert::From<$name> for ::std::vec::Vec<$item> {
            fn from(list: $name) -> Self {
                list.0
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                let items = $crate::support::parse_list(p, *Self::LENGTH.end())?;
                if Self::is_valid(&items) { Ok(Self(items)) } else { Err($crate::Refused) }
            }

            fn write(&self, w: &mut $crate::Writer) {
                w.array(&self.0);
            }
        }

        $crate::serde_by_value!($name);
    };
}

/// A map that only exists when it is valid.
///
/// ```
/// # use counterpart_runtime::{Bundle, Map, map_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "object", "maxProperties": 1}]"#, &[]);
/// map_type! {
///     /// At most one entry.
///     #[derive(PartialEq, Eq)]
///     pub struct Metadata(Map<String, String>);
///     schema: SCHEMAS.schema(0),
///     length: 0..=1,
/// }
/// assert!(Metadata::try_from(Map::new()).unwrap().is_empty());
/// ```
#[macro_export]
macro_rules! map_type {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident(Map<$key:ty, $value:ty>);
        schema: $schema:expr, length: $length:expr $(, check: $check:expr)? $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name($crate::Map<$key, $value>);

        impl $name {
            const LENGTH: ::core::ops::RangeInclusive<usize> = $length;

            fn is_valid(entries: &$crate::Map<$key, $value>) -> bool {
                Self::LENGTH.contains(&entries.len())
                    $(&& {
                        const CHECK: fn(&$crate::Map<$key, $value>) -> bool = $check;
                        CHECK(entries)
                    })?
            }

            /// The entries, given away.
            #[must_use]
            pub fn into_inner(self) -> $crate::Map<$key, $value> {
                self.0
            }
        }

        impl ::core::convert::TryFrom<$crate::Map<$key, $value>> for $name {
            type Error = $crate::Violations;

            fn try_from(entries: $crate::Map<$key, $value>) -> ::core::result::Result<Self, $crate::Violations> {
                if Self::is_valid(&entries) {
                    Ok(Self(entries))
                } else {
                    Err($crate::support::refused(&entries, <Self as $crate::Instance>::SCHEMA))
                }
            }
        }

        impl ::core::convert::AsRef<$crate::Map<$key, $value>> for $name {
            fn as_ref(&self) -> &$crate::Map<$key, $value> {
                &self.0
            }
        }

        impl ::core::ops::Deref for $name {
            type Target = $crate::Map<$key, $value>;

            fn deref(&self) -> &$crate::Map<$key, $value> {
                &self.0
            }
        }

        impl ::core::convert::From<$name> for $crate::Map<$key, $value> {
            fn from(map: $name) -> Self {
                map.0
            }
        }

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                let entries = $crate::support::parse_map(p, *Self::LENGTH.end())?;
                if Self::is_valid(&entries) { Ok(Self(entries)) } else { Err($crate::Refused) }
            }

            fn write(&self, w: &mut $crate::Writer) {
                $crate::Instance::write(&self.0, w);
            }
        }

        $crate::serde_by_value!($name);
    };
}
