//! The papers that the log names, and how each stands in the store. Never here: reading the log, or mending anything.

use domain::paper::Hash;
use serde_json::Value;

use super::{PaperError, Papers};

/// How a paper stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its bytes are those of its hash.
    Sound,
    /// It is not there.
    Missing,
    /// Its bytes are others.
    Altered,
}

impl Papers {
    /// Reads a paper and compares it with its hash. Needs no key: it tells nothing of the content, and a paper whose key
    /// was destroyed is as sound as any.
    ///
    /// # Errors
    /// When the store cannot be used, so that nothing is known of the paper.
    pub async fn standing(&self, hash: &Hash) -> Result<Standing, PaperError> {
        match self.sealed(hash).await {
            Ok(_) => Ok(Standing::Sound),
            Err(PaperError::Missing { .. }) => Ok(Standing::Missing),
            Err(PaperError::Altered { .. }) => Ok(Standing::Altered),
            Err(error) => Err(error),
        }
    }
}

/// The content address of every paper named in the stored JSON of an event.
#[must_use]
pub fn papers_within(event: &str) -> Vec<Hash> {
    // Only an event that names a paper has such a field: the others need not be parsed.
    if !event.contains("\"hash\"") {
        return Vec::new();
    }
    serde_json::from_str(event).map(|value| within(&value)).unwrap_or_default()
}

fn within(value: &Value) -> Vec<Hash> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("hash").and_then(Value::as_str).and_then(|text| text.parse().ok());
            own.into_iter().chain(fields.values().flat_map(within)).collect()
        }
        Value::Array(entries) => entries.iter().flat_map(within).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
