//! JSON (RFC 8259), strictly: a parser that borrows, a writer, values whose numbers keep their text.

mod ahead;
mod canonical;
mod decimal;
mod number;
mod parser;
mod read;
mod serde_value;
mod text;
mod value;
mod writer;

pub use ahead::Candidate;
pub use decimal::Decimal;
pub use parser::{MAX_DEPTH, Parsed, Parser, Peek, Refused};
pub use read::{ReadError, ReadErrorKind};
pub use value::{Number, Value};
pub use writer::Writer;

pub(crate) use number::number_length;
