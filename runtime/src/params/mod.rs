//! Parameters as instances: text is decoded by style into JSON, and then parsed like any other value.

mod collector;
mod decode;
mod pairs;
mod single;
mod spec;

pub use collector::{Collector, Source};
pub use spec::{Kind, Parameter, Style};
