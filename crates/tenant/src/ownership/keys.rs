//! Which keys name an owner: `builtin:ownership.config`.

use serde_json::Value;

/// The beginnings of keys whose value names an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnershipKeys(Vec<String>);

impl Default for OwnershipKeys {
    /// What an environment has until someone changes it: `owner` and `dt.owner`.
    fn default() -> Self {
        Self(vec!["owner".to_owned(), "dt.owner".to_owned()])
    }
}

impl OwnershipKeys {
    /// Reads `{"ownershipIdentifiers":[{"enabled":true,"key":"owner"}]}`; a key without `enabled` counts.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let list = value.get("ownershipIdentifiers").and_then(Value::as_array);
        let keys = list.into_iter().flatten().filter_map(|item| {
            let enabled = item.get("enabled").and_then(Value::as_bool).unwrap_or(true);
            let key = item.get("key")?.as_str()?.trim();
            (enabled && !key.is_empty()).then(|| key.to_owned())
        });
        Self(keys.collect())
    }

    /// The beginnings, in the order configured.
    #[must_use]
    pub fn beginnings(&self) -> &[String] {
        &self.0
    }

    /// Whether the value under this key names an owner: `dt.owner-1` and `owner-security` do, as the whole
    /// key only has to begin right.
    #[must_use]
    pub fn name_an_owner(&self, key: &str) -> bool {
        self.0.iter().any(|beginning| key.starts_with(beginning.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_enabled_keys_only() {
        let keys = OwnershipKeys::read(&json!({"ownershipIdentifiers": [
            {"enabled": true, "key": "dt.owner"}, {"enabled": false, "key": "owner"}, {"key": " team "},
            {"enabled": true, "key": ""}, {"enabled": true}, "owner",
        ]}));
        assert_eq!(keys.beginnings(), ["dt.owner", "team"]);
    }

    #[test]
    fn a_key_counts_by_its_beginning() {
        let keys = OwnershipKeys::default();
        for (key, counts) in [
            ("owner", true),
            ("owner-security", true),
            ("ownership", true),
            ("dt.owner-1", true),
            ("dt.own", false),
            ("my-owner", false),
            ("Owner", false),
            ("", false),
        ] {
            assert_eq!(keys.name_an_owner(key), counts, "{key}");
        }
    }

    #[test]
    fn no_keys_means_no_owners() {
        assert!(!OwnershipKeys::read(&json!({"ownershipIdentifiers": []})).name_an_owner("owner"));
    }
}
