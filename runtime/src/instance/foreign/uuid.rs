//! `uuid`.

super::texts! {
    uuid::Uuid = "uuid", |text| text.parse().ok(), |value| value.to_string();
}
