//! One text for all spellings of a value.

use super::{Value, Writer};

impl Value {
    /// A text that is the same for equal values and only for those: members sorted by name, numbers as their exact
    /// value.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut writer = Writer::new();
        self.write_canonical(&mut writer);
        writer.into_string()
    }

    fn write_canonical(&self, writer: &mut Writer) {
        match self {
            Self::Number(number) => writer.raw(&number.decimal().canonical()),
            Self::Array(items) => {
                writer.begin_array();
                for item in items {
                    writer.next_item();
                    item.write_canonical(writer);
                }
                writer.end_array();
            }
            Self::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_unstable_by_key(|(name, _)| name.as_str());
                writer.begin_object();
                for (name, value) in sorted {
                    writer.key(name);
                    value.write_canonical(writer);
                }
                writer.end_object();
            }
            other => other.write_to(writer),
        }
    }
}
