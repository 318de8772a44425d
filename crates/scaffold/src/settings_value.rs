//! Values of settings objects.

use serde_json::Value;

/// Whether all that is wanted is there; the environment may add fields of its own.
pub(crate) fn holds(present: &Value, wanted: &Value) -> bool {
    match (present, wanted) {
        (Value::Object(present), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| present.get(key).is_some_and(|present| holds(present, value)))
        }
        (Value::Array(present), Value::Array(wanted)) => {
            present.len() == wanted.len()
                && present.iter().zip(wanted).all(|(present, wanted)| holds(present, wanted))
        }
        (Value::Number(present), Value::Number(wanted)) => present.as_f64() == wanted.as_f64(),
        (present, wanted) => present == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_environment_adds_is_no_difference_and_everything_else_is() {
        let wanted = json!({ "name": "a", "rules": [{ "key": "x", "limit": 1 }] });
        let with_defaults =
            json!({ "name": "a", "rules": [{ "key": "x", "limit": 1.0, "enabled": true }], "tags": [] });
        assert!(holds(&with_defaults, &wanted));
        for other in [
            json!({ "name": "a", "rules": [{ "key": "y", "limit": 1 }] }),
            json!({ "name": "a", "rules": [] }),
            json!({ "name": "a", "rules": [{ "key": "x", "limit": 1 }, { "key": "x", "limit": 1 }] }),
            json!({ "name": "a" }),
        ] {
            assert!(!holds(&other, &wanted), "{other}");
        }
    }
}
