//! Documents made for print: one HTML file without script or anything from outside, A4, with number, date, a place for the
//! seal and a verification code. The file carries its structured content; the code is the beginning of the SHA-256 of
//! those very bytes, and the same content always makes the same file. Never here: asking the hub for what is in one.

pub(crate) mod campaign;
pub(crate) mod check;
pub(crate) mod hazard;
pub(crate) mod inspection;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::Context;
use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::{Lang, texts};

use super::desk::Desk;
use super::failure::Failure;
use super::sheet::write;

/// The layout that this program makes; a change of a template is a new one.
const LAYOUT: u32 = 1;
/// Hexadecimal digits of the code: 64 bits.
const CODE: usize = 16;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Document {
    /// 核对文书的内容、版面和校验码 | Check content, layout and code of a document
    Check(check::Check),
}

/// Which document, and where to.
#[derive(Args)]
pub(crate) struct Wanted {
    /// 编号 | Id of the matter
    id: String,
    /// 文件（不覆盖）；不填则以编号命名 | The file, never overwritten; named by the id when not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A word in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Both {
    zh: String,
    en: String,
}

impl Both {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// In the reader's language.
    fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// A word of a list.
    fn word(list: &str, code: &str) -> Self {
        Self::new(texts::word(Lang::Zh, list, code), texts::word(Lang::En, list, code))
    }
}

/// What a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    /// The record of an inspection 检查记录表.
    Inspection(Box<inspection::Page>),
    /// The notice to rectify 责令限期整改通知书.
    Hazard(Box<hazard::Page>),
    /// The table of a campaign 专项行动统计表.
    Campaign(Box<campaign::Page>),
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Printed {
    layout: u32,
    title: Both,
    number: String,
    date: String,
    content: Content,
}

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    printed: &'a Printed,
    content: &'a str,
    code: &'a str,
}

impl Printed {
    /// The structured content as it is hashed and carried.
    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    /// The verification code, in groups of four.
    fn code(&self) -> anyhow::Result<String> {
        let whole = hex::encode_upper(digest(&SHA256, &self.bytes()?));
        let digits: Vec<char> = whole.chars().take(CODE).collect();
        let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
        Ok(groups.join("-"))
    }

    /// The whole file.
    fn html(&self) -> anyhow::Result<String> {
        let (content, code) = (BASE64.encode(self.bytes()?), self.code()?);
        Page { printed: self, content: &content, code: &code }.render().context("the template")
    }

    /// Writes it to a new file and says where.
    fn save(&self, desk: &Desk, wanted: Wanted) -> Result<(), Failure> {
        let path = wanted.out.unwrap_or_else(|| PathBuf::from(format!("{}.html", wanted.id)));
        write(&path, self.html()?.as_bytes())?;
        let code = self.code()?;
        if desk.out.json {
            return desk.out.object(&json!({ "file": path, "number": self.number, "code": code }));
        }
        desk.out.line(path.display())?;
        desk.out.line(desk.out.named("校验码：", "verification code:", code))
    }
}
