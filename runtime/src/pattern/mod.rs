//! How generated code matches `pattern`, with the meaning ECMA-262 gives it (`u` flag).
//!
//! Straight-line code with `Scan` where the pattern is a sequence of classes and repeats; else
//! `Linear` (feature `regex`), which takes time linear in the text; else `Backtracking` (feature
//! `regress`), for lookaround and back-references, on bounded text.

#[cfg(feature = "regress")]
mod backtracking;
#[cfg(feature = "regex")]
mod linear;
mod scan;

#[cfg(feature = "regress")]
pub use backtracking::Backtracking;
#[cfg(feature = "regex")]
pub use linear::Linear;
pub use scan::Scan;
