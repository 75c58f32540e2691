//! The macros that generated code builds its types from.

mod enums;
mod judged;
mod lists;
mod numbers;
mod objects;
#[cfg(any(feature = "server", feature = "client"))]
mod operations;
mod strings;

/// `serde::Serialize` and `serde::Deserialize` for an [`Instance`](crate::Instance), through a
/// [`Value`](crate::Value).
#[macro_export]
macro_rules! serde_by_value {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::support::serde::Serialize for $name {
            fn serialize<S: $crate::support::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::support::serialize(self, serializer)
            }
        }

        impl<'de> $crate::support::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::support::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::support::deserialize(deserializer)
            }
        }
    )+};
}
