//! The maps of the standard library.

use crate::{Instance, Map, Parsed, Parser, SchemaRef, Writer};
use std::collections::{BTreeMap, HashMap};

macro_rules! maps {
    ($($map:ident)*) => {$(
        impl<V: Instance> Instance for $map<String, V> {
            const SCHEMA: SchemaRef = SchemaRef::values(&V::SCHEMA);

            fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
                Ok(Map::<String, V>::parse(p)?.into_iter().collect())
            }

            fn write(&self, w: &mut Writer) {
                w.begin_object();
                // In one order, whatever the map's own is.
                let mut names: Vec<(&String, &V)> = self.iter().collect();
                names.sort_by_key(|(name, _)| *name);
                for (name, value) in names {
                    w.key(name);
                    value.write(w);
                }
                w.end_object();
            }
        }
    )*};
}
maps!(BTreeMap HashMap);
