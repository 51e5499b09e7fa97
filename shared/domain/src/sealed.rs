//! Values that are encrypted before an event exists: names, numbers, addresses, narratives.
//! Never here: keys or ciphers (that is `hub::seal`).

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::ids::SubjectId;

/// The cipher of a sealed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cipher {
    /// AES-256-GCM with a random 96-bit nonce before the text and the 128-bit tag behind it.
    #[serde(rename = "A256GCM")]
    Aes256Gcm,
}

/// A personal value under the data key of the person or case it is about. Erasing that key erases the
/// value everywhere it was copied (handbook 8.2, crypto-erasure).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The cipher.
    pub alg: Cipher,
    /// Whom the value is about. Erasing a subject destroys every key its values are under.
    pub subject: SubjectId,
    /// The data key in the key store, a decimal number as text.
    pub key: String,
    /// What the value is bound to, e.g. `narrative`: a sealed name cannot be read as a phone number.
    pub field: String,
    /// Nonce, encrypted text and tag, in base64.
    pub ct: String,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} of {})", self.field, self.subject)
    }
}

/// The schema is that of the value as a reader gets it, opened: the cipher never leaves the hub.
impl JsonSchema for Sealed {
    fn schema_name() -> Cow<'static, str> {
        "Sealed".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let only = |field: &str, kind: serde_json::Value| {
            json_schema!({
                "type": "object",
                "properties": { field: kind },
                "required": [field],
                "additionalProperties": false
            })
        };
        json_schema!({
            "sealed": true,
            "oneOf": [
                only("text", serde_json::json!({ "type": "string" })),
                only("erased", serde_json::json!({ "const": true }))
            ]
        })
    }
}
