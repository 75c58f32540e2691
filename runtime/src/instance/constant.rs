//! `true` and `false` as types.

use super::Instance;
use crate::json::{Parsed, Parser, Refused, Writer};
use crate::schema::{Plain, SchemaRef};

macro_rules! constants {
    ($($name:ident = $value:literal),*) => {$(
        #[doc = concat!("The value `", stringify!($value), "` (`const`, or an `enum` of it alone).")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name;

        impl From<$name> for bool {
            fn from(_: $name) -> Self {
                $value
            }
        }

        impl Instance for $name {
            const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Constant($value));

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                if p.bool()? == $value { Ok(Self) } else { Err(Refused) }
            }

            fn write(&self, w: &mut Writer) {
                w.bool($value);
            }
        }

        crate::serde_by_value!($name);
    )*};
}
constants!(True = true, False = false);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_themselves() {
        assert_eq!(True::from_json(b"true"), Ok(True));
        assert_eq!(False.to_json(), b"false");
        for wrong in ["false", "1", "null", "\"true\""] {
            let violations = True::from_json_text(wrong).err();
            assert!(violations.is_some_and(|found| !found.is_empty()), "{wrong}");
        }
    }
}
