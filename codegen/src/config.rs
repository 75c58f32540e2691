//! What a user can choose: in `codegen.toml`, or with [`Generator::config`](crate::Generator::config).

use crate::error::ConfigError;
use counterpart_model::api::Operation;
use indexmap::IndexMap;
use serde::Deserialize;

/// How generated code treats a value that an enum does not list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enums {
    /// It is refused.
    #[default]
    Closed,
    /// It is kept, in a last variant that gives the text back unchanged.
    Open,
}

/// What `format` is (JSON Schema Validation §7.2). Whoever reads the document acts on it:
/// `cargo xtask codegen` does; in a `build.rs` hand `Options { assert_formats: …, .. }` to the model's `load_with`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Formats {
    /// Values are held to it.
    #[default]
    Asserted,
    /// It describes, and types are made as if it were not there.
    Annotations,
}

/// The choices of a generator, each with a default. In `codegen.toml` they have these names, with hyphens.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The crate's name; from the document's title where it is `None`.
    #[serde(rename = "name")]
    pub crate_name: Option<String>,
    /// The crate's version.
    #[serde(rename = "version")]
    pub crate_version: String,
    /// The path of `counterpart-runtime` in the crate's `Cargo.toml`.
    pub runtime_path: String,
    /// Whether the crate is a workspace of its own, so that it can stand in any folder.
    pub workspace: bool,
    /// Only the operations whose first tag is one of these, and what they use; everything where it is empty.
    pub tags: Vec<String>,
    /// Only the operations whose id is one of these, `*` standing for any text; everything where it is empty.
    pub operations: Vec<String>,
    /// Unknown values of enums that no request uses.
    pub response_enums: Enums,
    /// Unknown values of the other enums.
    pub request_enums: Enums,
    /// Whether `format` constrains. It is the document's reader that has to know: see [`Formats`].
    pub formats: Formats,
    /// Whether each tag is a feature of the crate, so that parts of it can be compiled; all of them are on by
    /// default. Where nobody says, documents with more than 100 operations have them.
    pub tag_features: Option<bool>,
    /// The features the crate has without being asked: `server`, `client`, `tls`.
    pub default_features: Vec<String>,
    /// What structs and enums derive beside `Clone`, `Debug` and `PartialEq`: `Eq`, `my_crate::Visit`.
    pub derive: Vec<String>,
    /// What every type of the document's schemas begins with.
    pub type_prefix: String,
    /// The types of formats and maps.
    pub types: Types,
    /// Schema name → the path of a type that stands for it. The type implements `Instance`.
    pub replace: IndexMap<String, String>,
    /// Lines for the crate's `[dependencies]`: name → what follows the `=`, in TOML.
    pub dependencies: IndexMap<String, String>,
}

/// The types that stand for formats and maps.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Types {
    /// `format: date-time` and `format: date`.
    pub date_time: DateTimes,
    /// `format: uuid`.
    pub uuid: Uuids,
    /// `type: number` without `format: float`.
    pub number: Numbers,
    /// Objects whose names are data.
    pub map: Maps,
}

/// The types of moments and days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateTimes {
    /// The runtime's `DateTime` and `Date`, which keep what was written.
    #[default]
    Runtime,
    /// `jiff::Timestamp` and `jiff::civil::Date`.
    Jiff,
    /// `chrono::DateTime<FixedOffset>` and `chrono::NaiveDate`.
    Chrono,
    /// `time::OffsetDateTime` and `time::Date`.
    Time,
    /// Text that is held to its format.
    String,
}

/// The type of UUIDs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Uuids {
    /// The runtime's `Uuid`.
    #[default]
    Runtime,
    /// `uuid::Uuid`.
    Uuid,
    /// Text that is held to its format.
    String,
}

/// The type of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// `f64`.
    #[default]
    F64,
    /// `rust_decimal::Decimal`: exact, up to 28 digits.
    RustDecimal,
}

/// The type of maps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Maps {
    /// The runtime's `Map`, in the order of the text.
    #[default]
    Runtime,
    /// `BTreeMap<String, _>`.
    Btree,
    /// `HashMap<String, _>`.
    Hash,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            crate_name: None,
            crate_version: "0.1.0".to_owned(),
            runtime_path: "../runtime".to_owned(),
            workspace: false,
            tags: Vec::new(),
            operations: Vec::new(),
            response_enums: Enums::Closed,
            request_enums: Enums::Closed,
            formats: Formats::Asserted,
            tag_features: None,
            default_features: vec!["server".to_owned()],
            derive: Vec::new(),
            type_prefix: String::new(),
            types: Types::default(),
            replace: IndexMap::new(),
            dependencies: IndexMap::new(),
        }
    }
}

impl Config {
    /// The choices in the text of a `codegen.toml`.
    ///
    /// # Errors
    /// Where it is not TOML, or says what nobody knows; with line and column.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            let column = before.rsplit('\n').next().unwrap_or_default();
            ConfigError::Toml {
                line: before.matches('\n').count() + 1,
                column: column.chars().count() + 1,
                reason: error.message().to_owned(),
            }
        })?;
        config.checked()
    }

    /// The choices, where Rust can be written with them.
    ///
    /// # Errors
    /// Where a path, a name or a feature is none.
    pub(crate) fn checked(self) -> Result<Self, ConfigError> {
        let wrong = |what: &'static str, text: &str| {
            Err(ConfigError::Value {
                what,
                text: text.to_owned(),
            })
        };
        for path in &self.derive {
            if syn::parse_str::<syn::Path>(path).is_err() {
                return wrong("`derive` holds what is no path", path);
            }
        }
        for path in self.replace.values() {
            if syn::parse_str::<syn::Type>(path).is_err() {
                return wrong("`replace` holds what is no type", path);
            }
        }
        let known = ["server", "client", "tls", "components"];
        for feature in &self.default_features {
            if !known.contains(&feature.as_str()) {
                return wrong("`default-features` holds what is no feature", feature);
            }
        }
        let prefix = &self.type_prefix;
        if !prefix.is_empty() && syn::parse_str::<syn::Ident>(prefix).is_err() {
            return wrong("`type-prefix` cannot begin a name", prefix);
        }
        Ok(self)
    }

    /// Whether an operation is asked for.
    pub(crate) fn selects(&self, operation: &Operation) -> bool {
        let tag = operation.tags.first();
        let by_tag = self.tags.is_empty() || tag.is_some_and(|tag| self.tags.contains(tag));
        let id = operation.id.0.as_str();
        let by_id =
            self.operations.is_empty() || self.operations.iter().any(|glob| matches(glob, id));
        by_tag && by_id
    }

    /// Whether everything is asked for.
    pub(crate) fn selects_all(&self) -> bool {
        self.tags.is_empty() && self.operations.is_empty()
    }
}

/// Whether a text matches, `*` standing for any text.
fn matches(glob: &str, text: &str) -> bool {
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, text, wanted) in [
            ("get*", "getPet", true),
            ("get*", "listPets", false),
            ("*Pet", "getPet", true),
            ("*Pet*", "getPets", true),
            ("getPet", "getPets", false),
            ("g*t*s", "getPets", true),
            ("g*t*s", "getPet", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(glob, text), wanted, "{glob} {text}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, wanted) in [
            ("name = 'a'\ntgas = ['x']\n", "2:1: unknown field `tgas`"),
            (
                "[types]\ndate-time = 'joda'\n",
                "2:13: unknown variant `joda`",
            ),
            ("name = \n", "1:8: "),
            (
                "derive = ['no path']\n",
                "`derive` holds what is no path: `no path`",
            ),
            (
                "replace = { A = 'x y' }\n",
                "`replace` holds what is no type: `x y`",
            ),
            ("default-features = ['servr']\n", "no feature: `servr`"),
            ("type-prefix = '9'\n", "cannot begin a name: `9`"),
        ] {
            let error = Config::from_toml(text)
                .map(|_| ())
                .map_err(|error| error.to_string());
            assert!(
                error.as_ref().is_err_and(|error| error.contains(wanted)),
                "{text}: {error:?}"
            );
        }
        let read =
            Config::from_toml("name = 'pets'\nresponse-enums = 'open'\n[types]\nmap = 'btree'\n");
        assert!(read.is_ok_and(|config| config.types.map == Maps::Btree));
    }
}
