//! Structs and unions: how they are read and written.

/// Reading and writing of a struct whose members are named by a schema's properties.
///
/// The struct stands beside it, as ordinary Rust. After the schema comes what happens to members that are not listed
/// (`skip`, `refuse`, or `keep FIELD`), then, with `judged`, that the schema has rules only the judge knows.
///
/// ```
/// # use counterpart_runtime::{Bundle, Instance, object_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"},
/// #   "type": {"type": "string"}}}, {"type": "string"}]"#, &[]);
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Account {
///     pub id: String,
///     pub r#type: Option<String>,
/// }
/// object_type! { Account, SCHEMAS.schema(0), skip; required id, optional r#type = "type" }
///
/// assert_eq!(Account::from_json(br#"{"id": "a", "other": 1}"#).unwrap().id, "a");
/// assert!(Account::from_json(br#"{"type": "a"}"#).is_err());
/// ```
#[macro_export]
macro_rules! object_type {
    (
        $name:ident, $schema:expr, $rest:ident $($extra:ident)? $(, $judged:ident)?;
        $($kind:ident $field:ident $(= $key:literal)?),* $(,)?
    ) => {
        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                $(p.$judged(Self::SCHEMA)?;)?
                $(let mut $field = ::core::option::Option::None;)*
                $(let mut $extra = ::std::vec::Vec::new();)?
                p.begin_object()?;
                while let Some(key) = p.next_key()? {
                    match &*key {
                        $($crate::object_type!(@key $field $($key)?) => p.field(&mut $field)?,)*
                        _ => $crate::object_type!(@$rest p, key $(, $extra)?),
                    }
                }
                Ok(Self {
                    $($field: $crate::support::$kind::build($field)?,)*
                    $($extra: $crate::support::map($extra)?,)?
                })
            }

            fn write(&self, w: &mut $crate::Writer) {
                w.begin_object();
                $($crate::support::$kind::write(w, $crate::object_type!(@key $field $($key)?), &self.$field);)*
                $(for (name, value) in &self.$extra {
                    w.field(name, value);
                })?
                w.end_object();
            }
        }

        $crate::serde_by_value!($name);
    };
    (@key $field:ident) => {
        ::core::stringify!($field)
    };
    (@key $field:ident $key:literal) => {
        $key
    };
    (@skip $p:ident, $key:ident) => {
        $p.skip()?
    };
    (@refuse $p:ident, $key:ident) => {
        return $p.refuse()
    };
    (@keep $p:ident, $key:ident, $extra:ident) => {
        $extra.push(($key.into_owned(), $crate::Instance::parse($p)?))
    };
}

/// Reading and writing of an enum of types.
///
/// After the schema comes how the variant is chosen: by a `tag`, or as the `first` that keeps most of the value, or, with `exactly`, as
/// the only one that does (`oneOf`). `from` gives a variant a conversion from its type; `only` does not.
///
/// ```
/// # use counterpart_runtime::{Bundle, Instance, object_type, union_type};
/// # static SCHEMAS: Bundle = Bundle::new(r#"[{"oneOf": [{"type": "string"}, {"type": "integer"}]}]"#, &[]);
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum Name {
///     Text(String),
///     Number(i64),
/// }
/// union_type! { Name, SCHEMAS.schema(0), exactly one; from Text(String), from Number(i64) }
///
/// assert_eq!(Name::from_json(b"7").unwrap(), Name::from(7));
/// ```
#[macro_export]
macro_rules! union_type {
    (
        $name:ident, $schema:expr, $choice:ident $how:tt $(, $judged:ident)?;
        $($kind:ident $variant:ident($type:ty) $(= $($tag:literal)|+)?),* $(,)?
    ) => {
        $($crate::union_type!(@$kind $name $variant $type);)*

        impl $crate::Instance for $name {
            const SCHEMA: $crate::SchemaRef = $schema;

            fn parse(p: &mut $crate::Parser<'_>) -> $crate::Parsed<Self> {
                $(p.$judged(Self::SCHEMA)?;)?
                $crate::union_type!(@$choice p $how $($variant($type) $(= $($tag)|+)?,)*)
            }

            fn write(&self, w: &mut $crate::Writer) {
                match self {
                    $(Self::$variant(value) => $crate::Instance::write(value, w),)*
                }
            }
        }

        $crate::serde_by_value!($name);
    };
    (@from $name:ident $variant:ident $type:ty) => {
        impl ::core::convert::From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        }
    };
    (@only $name:ident $variant:ident $type:ty) => {};
    (@tag $p:ident $how:literal $($variant:ident($type:ty) $(= $($tag:literal)|+)?,)*) => {
        match $p.peek_tag($how)?.as_deref() {
            $($($(Some($tag))|+ => $crate::Instance::parse($p).map(Self::$variant),)?)*
            _ => $p.refuse(),
        }
    };
    (@exactly $p:ident one $($variant:ident($type:ty),)*) => {{
        let fits: usize = 0 $(+ usize::from($p.would_read::<$type>()))*;
        if fits != 1 {
            return $p.refuse();
        }
        $crate::union_type!(@first $p that $($variant($type),)*)
    }};
    (@first $p:ident that $($variant:ident($type:ty),)*) => {{
        // Of several that fit, the one that keeps most: objects whose properties are all optional fit anything.
        let mut best = ::core::option::Option::None;
        $($p.candidate(&mut best, |p| $crate::Instance::parse(p).map(Self::$variant));)*
        $p.settle(best)
    }};
}
