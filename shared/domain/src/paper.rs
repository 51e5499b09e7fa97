//! Papers: documents that travel with a matter, held by content hash outside the log (handbook 7.2).
//! Never here: their content, which may name people.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document_number::DocumentNumber;

/// SHA-256 of the sealed bytes of an attachment, in lower-case hexadecimal: its address in the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
pub struct Hash(String);

/// A text that is not a SHA-256 hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 hexadecimal digits")]
pub struct HashError;

impl Hash {
    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Hash {
    type Err = HashError;
    fn from_str(text: &str) -> Result<Self, HashError> {
        let text = text.trim().to_ascii_lowercase();
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if fits { Ok(Self(text)) } else { Err(HashError) }
    }
}

impl TryFrom<String> for Hash {
    type Error = HashError;
    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        hash.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a paper is. Order 310 article 6 names the first five for a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// 涉嫌犯罪案件移送书 transfer letter.
    Letter,
    /// 调查报告 investigation report.
    Report,
    /// 涉案物品清单 list of items.
    Items,
    /// 检验报告、鉴定结论 test or appraisal.
    Appraisal,
    /// Other material.
    Other,
    /// 回执 signed receipt.
    Receipt,
    /// A decision: filing, non-filing, reconsideration.
    Decision,
    /// A notice.
    Notice,
    /// Photograph, recording or screenshot.
    Evidence,
    /// 移交清单 signed hand-over list.
    HandOver,
}

impl PaperKind {
    /// Every kind.
    pub const ALL: [PaperKind; 10] = [
        PaperKind::Letter,
        PaperKind::Report,
        PaperKind::Items,
        PaperKind::Appraisal,
        PaperKind::Other,
        PaperKind::Receipt,
        PaperKind::Decision,
        PaperKind::Notice,
        PaperKind::Evidence,
        PaperKind::HandOver,
    ];
}

/// One paper: what it is, its number, and where its sealed bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paper {
    /// What it is.
    #[schemars(extend("class" = "P1"))]
    pub kind: PaperKind,
    /// Its official number, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub number: Option<DocumentNumber>,
    /// Content address of the sealed bytes.
    #[schemars(extend("class" = "P2"))]
    pub hash: Hash,
    /// Size of the open content in bytes.
    #[schemars(extend("class" = "P1"))]
    pub size: u64,
}

#[cfg(test)]
mod tests;
