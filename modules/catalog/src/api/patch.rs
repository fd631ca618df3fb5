use serde::{Deserialize, Deserializer};

/// Keeps "stays" (absent) and "clear" (null) of a merge patch apart on the wire.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
