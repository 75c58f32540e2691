//! `rust_decimal`: numbers of up to 28 digits.

use crate::schema::Plain;
use crate::{Instance, Parsed, Parser, Refused, SchemaRef, Writer};
use rust_decimal::Decimal;

impl Instance for Decimal {
    const SCHEMA: SchemaRef = SchemaRef::plain(Plain::Number);

    fn parse(p: &mut Parser<'_>) -> Parsed<Self> {
        let text = p.number()?;
        let read = if text.contains(['e', 'E']) {
            Self::from_scientific(text)
        } else {
            Self::from_str_exact(text)
        };
        let value = read.map_err(|_| Refused)?;
        // Nothing is rounded.
        if crate::Decimal::parse(&value.to_string()) == crate::Decimal::parse(text) {
            Ok(value)
        } else {
            Err(Refused)
        }
    }

    fn write(&self, w: &mut Writer) {
        w.raw(&self.to_string());
    }
}
