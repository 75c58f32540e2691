//! Names that mean something already.

/// Keywords of every edition up to 2024, reserved ones included; sorted.
pub(super) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Types and traits of the prelude, and those that modules of types bring into scope; sorted.
pub(super) const TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "Binary",
    "Box",
    "Bytes",
    "Clone",
    "Copy",
    "Date",
    "DateTime",
    "Debug",
    "Decimal",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Duration",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "False",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Instance",
    "Into",
    "IntoIterator",
    "Iterator",
    "Map",
    "None",
    "Nullable",
    "Ok",
    "Option",
    "Ord",
    "Parsed",
    "Parser",
    "PartialEq",
    "PartialOrd",
    "Result",
    "SchemaRef",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "Time",
    "ToOwned",
    "ToString",
    "True",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Uuid",
    "Value",
    "Vec",
    "Violations",
    "Writer",
];

/// What modules of operations bring into scope beside that.
pub(crate) const OPERATIONS: &[&str] = &[
    "A",
    "Arc",
    "Authenticate",
    "BodyInfo",
    "Call",
    "Caller",
    "Future",
    "Input",
    "Kind",
    "OperationInfo",
    "Parameter",
    "RawBody",
    "RejectionBody",
    "Rejections",
    "Reply",
    "Requirement",
    "S",
    "Server",
    "Style",
];

#[cfg(test)]
mod tests {
    #[test]
    fn sorted_for_binary_search() {
        assert!(super::KEYWORDS.is_sorted());
        assert!(super::TYPES.is_sorted());
    }
}
