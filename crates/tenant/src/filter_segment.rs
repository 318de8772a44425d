//! The segments every query of an environment is limited to.

use serde_json::{Map, Value};

use crate::error::TenantError;
use crate::grail::request::{SegmentFilter, SegmentVariable};

/// Grail takes no more per query.
const MOST_SEGMENTS: usize = 10;

/// Reads the `filterSegments` of an environment: a list of `{ id, variables?: [{ name, values }] }`.
///
/// # Errors
/// `invalid-config` for anything else. A filter that is silently left out would show what it should hide.
pub(crate) fn from_json(value: &Value) -> Result<Vec<SegmentFilter>, TenantError> {
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(invalid("is not a list")),
    };
    if list.len() > MOST_SEGMENTS {
        return Err(invalid("has more than 10 entries, the most that Grail takes"));
    }
    list.iter().map(segment).collect()
}

fn segment(value: &Value) -> Result<SegmentFilter, TenantError> {
    let object = value.as_object().ok_or_else(|| invalid("has an entry that is not an object"))?;
    only(object, &["id", "variables"])?;
    let id = text(object, "id").ok_or_else(|| invalid("has an entry without `id`"))?;
    let variables = match object.get("variables") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().map(variable).collect::<Result<_, _>>()?,
        Some(_) => return Err(invalid("has an entry whose `variables` is not a list")),
    };
    Ok(SegmentFilter { id, variables })
}

fn variable(value: &Value) -> Result<SegmentVariable, TenantError> {
    let object = value.as_object().ok_or_else(|| invalid("has a variable that is not an object"))?;
    only(object, &["name", "values"])?;
    let name = text(object, "name").ok_or_else(|| invalid("has a variable without `name`"))?;
    let values = object.get("values").and_then(Value::as_array).map(|values| {
        values.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    let values = values.flatten().filter(|values| !values.is_empty());
    let values = values.ok_or_else(|| invalid("has a variable whose `values` is not a list of texts"))?;
    // Grail's names begin with `$`, which is easily lost.
    let name = if name.starts_with('$') { name } else { format!("${name}") };
    Ok(SegmentVariable { name, values })
}

fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), TenantError> {
    if object.keys().all(|key| known.contains(&key.as_str())) {
        Ok(())
    } else {
        Err(invalid("has an unknown key"))
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str()?.trim();
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn invalid(problem: &str) -> TenantError {
    TenantError::InvalidConfig {
        key: "filterSegments".to_owned(),
        problem: problem.to_owned(),
        way_out:
            "give a list of `{ id, variables: [{ name, values }] }`; `id` is the uid in the segment's address"
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_segments_as_grail_takes_them() {
        let config =
            json!([{"id": "abc"}, {"id": "def", "variables": [{"name": "ns", "values": ["shop", "pay"]}]}]);
        assert_eq!(
            serde_json::to_value(from_json(&config).unwrap()).unwrap(),
            json!([{"id": "abc"}, {"id": "def", "variables": [{"name": "$ns", "values": ["shop", "pay"]}]}])
        );
        assert_eq!(from_json(&Value::Null).unwrap(), []);
    }

    #[test]
    fn refuses_what_it_would_have_to_leave_out() {
        for broken in [
            json!("abc"),
            json!(["abc"]),
            json!([{}]),
            json!([{"id": ""}]),
            json!([{"id": "a", "variable": []}]),
            json!([{"id": "a", "variables": {}}]),
            json!([{"id": "a", "variables": [{"name": "$x"}]}]),
            json!([{"id": "a", "variables": [{"name": "$x", "values": []}]}]),
            json!([{"id": "a", "variables": [{"name": "$x", "values": [1]}]}]),
            json!([{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}, {"id": "e"}, {"id": "f"}, {"id": "g"},
                {"id": "h"}, {"id": "i"}, {"id": "j"}, {"id": "k"}]),
        ] {
            let error = from_json(&broken).unwrap_err();
            assert_eq!(error.code(), "invalid-config", "{broken}");
        }
    }
}
