//! Identifiers: a prefix and a UUIDv7 in hex, so that they sort by the time they were made.

use uuid::Uuid;

/// A fresh identifier.
pub(crate) fn fresh(prefix: &str) -> String {
    format!("{prefix}_{}", Uuid::now_v7().simple())
}

/// An identifier made of a time and ten bytes of the caller's choice.
pub(crate) fn at(prefix: &str, millis: i64, random: [u8; 10]) -> String {
    let millis = u64::try_from(millis).unwrap_or(0);
    format!(
        "{prefix}_{}",
        uuid::Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .simple()
    )
}

/// A fresh secret for signing webhook deliveries.
pub(crate) fn signing_secret() -> String {
    format!(
        "whsec_{}{}",
        Uuid::new_v4().simple(),
        Uuid::new_v4().simple()
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn identifiers_are_version_seven() {
        let id = super::fresh("acc");
        let digits = id.strip_prefix("acc_").unwrap();
        assert_eq!(digits.len(), 32);
        assert_eq!(digits.as_bytes()[12], b'7');
        assert!(matches!(digits.as_bytes()[16], b'8' | b'9' | b'a' | b'b'));
        assert!(super::at("acc", 1_771_857_000_000, [7; 10]).starts_with("acc_019c"));
    }
}
