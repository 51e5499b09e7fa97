//! Finding sealed values in stored JSON, for the index of what an erasure must destroy.
//! Never here: opening them.

use std::borrow::Cow;
use std::fmt;

use domain::ids::SubjectId;
use domain::sealed::Cipher;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};

/// Subject and data key of every sealed value in a stored JSON text, each pair once, in the order in which
/// they end. Text that is not JSON holds none.
#[must_use]
pub fn sealed_within(json: &str) -> Vec<(SubjectId, u64)> {
    let mut found = Vec::new();
    // Most events hold no sealed value; the name of the ciphertext field tells without parsing.
    if json.contains("\"ct\"") {
        let mut text = serde_json::Deserializer::from_str(json);
        if Within(&mut found).deserialize(&mut text).and_then(|_| text.end()).is_err() {
            found.clear();
        }
    }
    found
}

/// Looks through one value, however deep, and keeps nothing of it but what is sealed. The value itself when it is a text.
struct Within<'f>(&'f mut Vec<(SubjectId, u64)>);

/// The members of a sealed value, as [`domain::sealed::Sealed`] has them.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Alg,
    Subject,
    Key,
    Field,
    Ct,
    #[serde(other)]
    Other,
}

/// What an object has of a sealed value.
#[derive(Default)]
struct Texts<'de> {
    alg: Option<Cow<'de, str>>,
    subject: Option<Cow<'de, str>>,
    key: Option<Cow<'de, str>>,
    field: Option<Cow<'de, str>>,
    ct: Option<Cow<'de, str>>,
}

impl Texts<'_> {
    /// Subject and key, when it is one.
    fn sealed(&self) -> Option<(SubjectId, u64)> {
        let alg: StrDeserializer<'_, Error> = self.alg.as_deref()?.into_deserializer();
        Cipher::deserialize(alg).ok()?;
        let _ = (self.field.as_ref()?, self.ct.as_ref()?);
        Some((self.subject.as_deref()?.parse().ok()?, self.key.as_deref()?.parse().ok()?))
    }
}

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_element_seed(Within(self.0))?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut texts = Texts::default();
        while let Some(member) = members.next_key()? {
            let text = members.next_value_seed(Within(self.0))?;
            match member {
                Member::Alg => texts.alg = text,
                Member::Subject => texts.subject = text,
                Member::Key => texts.key = text,
                Member::Field => texts.field = text,
                Member::Ct => texts.ct = text,
                Member::Other => {}
            }
        }
        if let Some(pair) = texts.sealed().filter(|pair| !self.0.contains(pair)) {
            self.0.push(pair);
        }
        Ok(None)
    }
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
    fn whatever_stands_around_a_value_is_walked_through() {
        let around =
            format!(r#"{{"ct":[1,-2,3.5,true,null,"\"ct\""],"key":{{"field":[[{NAME}]]}},"alg":"A256GCM"}}"#);
        assert_eq!(found(&around), [("SU-P1".to_owned(), 7)]);
        assert!(found(&around.replace("}]]", "}]")).is_empty(), "it ends badly");
        assert!(found(&format!("{around} and more")).is_empty());
    }

    #[test]
    fn what_only_resembles_a_sealed_value_is_passed_over() {
        assert!(found(r#"{"ct":"AAAA","key":"7","subject":"SU-P1"}"#).is_empty());
        assert!(found(&NAME.replace("A256GCM", "ROT13")).is_empty());
        assert!(found(&NAME.replace("\"7\"", "\"seven\"")).is_empty());
        assert!(found("not json at all \"ct\"").is_empty());
        assert!(found("[1,2,null]").is_empty());
    }
}
