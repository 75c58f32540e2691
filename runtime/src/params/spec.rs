//! What a parameter looks like, as constant data in generated code.

use crate::Location;

/// What a parameter's text stands for: the least that has to be known to turn it into JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array(&'static Kind),
    /// An object with these properties; others are text.
    Object(&'static [(&'static str, Kind)]),
    /// An object whose names are data.
    Map(&'static Kind),
    /// Whichever of several fits first.
    OneOf(&'static [Kind]),
    /// Anything: a number, `true`, `false` or `null` where the text is one, else text.
    Any,
}

/// How a value becomes text (OAS §4.8.12.3), each with or without `explode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `;a=1`
    Matrix,
    /// `.1`
    Label,
    /// `1,2`
    Simple,
    /// `a=1&a=2`
    Form,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
    /// Not a style: the value is JSON text (`content`).
    Json,
}

/// One parameter.
///
/// ```
/// use counterpart_runtime::{Kind, Parameter, Style};
/// const LIMIT: Parameter = Parameter::query("limit", Kind::Integer);
/// const TAGS: Parameter = Parameter::query("tags", Kind::Array(&Kind::String)).style(Style::PipeDelimited, false);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it goes.
    pub location: Location,
    /// How it is written.
    pub style: Style,
    /// Whether each item or property is written on its own.
    pub explode: bool,
    /// What its text stands for.
    pub kind: Kind,
    /// Whether an empty value stands for an absent parameter (`allowEmptyValue`).
    pub allow_empty: bool,
}

impl Parameter {
    /// A path parameter: `simple`, not exploded.
    #[must_use]
    pub const fn path(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            location: Location::Path,
            style: Style::Simple,
            explode: false,
            kind,
            allow_empty: false,
        }
    }

    /// A query parameter: `form`, exploded.
    #[must_use]
    pub const fn query(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            location: Location::Query,
            style: Style::Form,
            explode: true,
            kind,
            allow_empty: false,
        }
    }

    /// A header: `simple`, not exploded.
    #[must_use]
    pub const fn header(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            location: Location::Header,
            style: Style::Simple,
            explode: false,
            kind,
            allow_empty: false,
        }
    }

    /// A cookie: `form`, exploded.
    #[must_use]
    pub const fn cookie(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            location: Location::Cookie,
            style: Style::Form,
            explode: true,
            kind,
            allow_empty: false,
        }
    }

    /// The same in another style.
    #[must_use]
    pub const fn style(mut self, style: Style, explode: bool) -> Self {
        self.style = style;
        self.explode = explode;
        self
    }

    /// The same, its value being JSON text (`content: application/json`).
    #[must_use]
    pub const fn json(self) -> Self {
        self.style(Style::Json, false)
    }

    /// The same, an empty value standing for an absent parameter (`allowEmptyValue`).
    #[must_use]
    pub const fn allow_empty(mut self) -> Self {
        self.allow_empty = true;
        self
    }
}
