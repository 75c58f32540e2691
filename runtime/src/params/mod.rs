//! Parameters as instances: text is decoded by style into JSON, and then parsed like any other value.

mod collector;
mod decode;
mod pairs;
mod single;
mod spec;

pub use collector::{Collector, Source};
#[allow(unused_imports, reason = "forms use it, which come with the features")]
pub(crate) use decode::percent_decode;
pub use spec::{Kind, Parameter, Style};
