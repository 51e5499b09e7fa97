//! Finding sealed values in stored JSON, for the index of what an erasure must destroy.
//! Never here: opening them.

use domain::ids::SubjectId;
use domain::sealed::Sealed;
use serde::Deserialize as _;
use serde_json::Value;

/// Subject and data key of every sealed value in a stored JSON text, each pair once, in order of first
/// appearance. Text that is not JSON holds none.
#[must_use]
pub fn sealed_within(json: &str) -> Vec<(SubjectId, u64)> {
    let mut found = Vec::new();
    // Most events hold no sealed value; the name of the ciphertext field tells without parsing.
    if json.contains("\"ct\"")
        && let Ok(value) = serde_json::from_str(json)
    {
        collect(&value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<(SubjectId, u64)>) {
    match value {
        Value::Object(fields) => match sealed(value) {
            Some(pair) if !found.contains(&pair) => found.push(pair),
            Some(_) => {}
            None => fields.values().for_each(|inner| collect(inner, found)),
        },
        Value::Array(entries) => entries.iter().for_each(|inner| collect(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn sealed(value: &Value) -> Option<(SubjectId, u64)> {
    let sealed = Sealed::deserialize(value).ok()?;
    let key = sealed.key.parse().ok()?;
    Some((sealed.subject, key))
}

#[cfg(test)]
mod tests {
    use super::sealed_within;

    const NAME: &str = r#"{"alg":"A256GCM","subject":"SU-P1","key":"7","field":"name","ct":"AAAA"}"#;
    const PLACE: &str =
        r#"{"alg":"A256GCM","subject":"SU-C1","key":"1844674407370955161","field":"place","ct":""}"#;

    fn found(json: &str) -> Vec<(String, u64)> {
        sealed_within(json).into_iter().map(|(subject, key)| (subject.to_string(), key)).collect()
    }

    #[test]
    fn values_are_found_however_deep_and_each_key_once() {
        let json =
            format!(r#"{{"persons":[{{"name":{NAME},"part":"victim"}},{{"name":{NAME}}}],"place":{PLACE}}}"#);
        assert_eq!(found(&json), [("SU-P1".to_owned(), 7), ("SU-C1".to_owned(), 1_844_674_407_370_955_161)]);
    }

    #[test]
    fn what_only_resembles_a_sealed_value_is_passed_over() {
        assert!(found(r#"{"ct":"AAAA","key":"7","subject":"SU-P1"}"#).is_empty());
        assert!(found(&NAME.replace("\"7\"", "\"seven\"")).is_empty());
        assert!(found("not json at all \"ct\"").is_empty());
        assert!(found("[1,2,null]").is_empty());
    }
}
