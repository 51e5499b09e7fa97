//! Arguments that many commands share: what makes a command repeatable, which matter, which number, why, which page,
//! which papers. Never here: what a command does with them.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::paper::PaperKind;
use jiff::Timestamp;
use uuid::Uuid;
use wire::{convert, v1};

use super::desk::Desk;
use super::failure::Failure;
use super::{paper, times, words};

// What every command carries.
#[derive(Args)]
pub(crate) struct Order {
    /// 请求编号（UUID）；重试时给出原编号，不会重复办理 | Id of the request (UUID); give it again to repeat it harmlessly
    #[arg(long, value_name = "UUID")]
    request_id: Option<Uuid>,
    /// 实际发生时间；不填即现在 | When it really happened; now when not given
    #[arg(long = "at", value_name = "TIME", value_parser = times::moment)]
    at: Option<Timestamp>,
}

impl Order {
    /// The request's id: the one given, or a new one.
    pub(crate) fn id(&self) -> String {
        self.request_id.unwrap_or_else(Uuid::now_v7).to_string()
    }

    /// When it happened, as something else tells it, unless it was stated.
    pub(crate) fn or_at(mut self, at: Option<Timestamp>) -> Self {
        self.at = self.at.or(at);
        self
    }

    /// When it happened.
    pub(crate) fn at(&self) -> Option<prost_types::Timestamp> {
        self.at.map(convert::timestamp)
    }
}

// A matter and nothing else.
#[derive(Args)]
pub(crate) struct Plain {
    /// 编号 | Id of the matter
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

// A matter and a document's number.
#[derive(Args)]
pub(crate) struct Numbered {
    /// 编号 | Id of the matter
    pub(crate) id: String,
    /// 文号 | Number of the document
    #[arg(long)]
    pub(crate) number: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

// A matter and why.
#[derive(Args)]
pub(crate) struct Reasoned {
    /// 编号 | Id of the matter
    pub(crate) id: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

// A matter, a document's number, and why.
#[derive(Args)]
pub(crate) struct NumberedReasoned {
    /// 编号 | Id of the matter
    pub(crate) id: String,
    /// 文号 | Number of the document
    #[arg(long)]
    pub(crate) number: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

// A matter to look at.
#[derive(Args)]
pub(crate) struct Which {
    /// 编号 | Id of the matter
    pub(crate) id: String,
}

// A page of a list.
#[derive(Args)]
pub(crate) struct Page {
    /// 每页条数，1 至 500 | Entries a page, 1 to 500
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) page_size: i32,
    /// 上一页给出的页标 | Page mark that the page before gave
    #[arg(long, default_value = "", hide_default_value = true, value_name = "MARK")]
    pub(crate) page: String,
}

impl Page {
    /// Says how to get the next page.
    pub(crate) fn more(desk: &Desk, next: &str) {
        if !next.is_empty() && !desk.out.json {
            desk.out.notice(desk.out.named(
                "还有更多，下一页：",
                "there is more, next page:",
                format!("--page {next}"),
            ));
        }
    }
}

/// A paper as given: one that was uploaded, or a file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    kind: i32,
    number: String,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Hash(String),
    File(PathBuf),
}

impl Given {
    /// The paper when it was uploaded before; none of a file.
    pub(crate) fn stored(&self) -> Option<v1::PaperRef> {
        match &self.source {
            Source::Hash(hash) => Some(v1::PaperRef {
                kind: self.kind,
                number: self.number.clone(),
                hash: hash.clone(),
                size: 0,
            }),
            Source::File(_) => None,
        }
    }
}

/// Reads `KIND=FILE` or `KIND=HASH`, with `,NUMBER` behind it when the paper has one.
pub(crate) fn given(text: &str) -> Result<Given, String> {
    let form = "请写成 letter=文件 或 letter=哈希，有文号时加“,文号” | write letter=FILE or letter=HASH, and ,NUMBER behind it \
                when it has one";
    let (kind, rest) = text.split_once('=').ok_or(form)?;
    let kind = words::number::<PaperKind>(kind.trim()).ok_or_else(|| {
        "材料类型：letter report items appraisal other receipt decision notice evidence hand-over | kinds of paper: letter \
         report items appraisal other receipt decision notice evidence hand-over"
            .to_owned()
    })?;
    let numbered = rest.rsplit_once(',').filter(|(_, number)| number.trim_end().ends_with('号'));
    let (source, number) = numbered.unwrap_or((rest, ""));
    if source.is_empty() {
        return Err(form.to_owned());
    }
    let is_hash = source.len() == 64 && source.bytes().all(|byte| byte.is_ascii_hexdigit());
    let source = if is_hash { Source::Hash(source.to_owned()) } else { Source::File(source.into()) };
    Ok(Given { kind, number: number.trim().to_owned(), source })
}

/// The papers of a command: files are uploaded for the matter first.
pub(crate) async fn papers(desk: &Desk, matter: &str, given: &[Given]) -> Result<Vec<v1::PaperRef>, Failure> {
    let mut papers = Vec::with_capacity(given.len());
    for Given { kind, number, source } in given {
        let hash = match source {
            Source::Hash(hash) => hash.clone(),
            Source::File(file) => paper::upload(desk, file, *kind, matter).await?.hash,
        };
        papers.push(v1::PaperRef { kind: *kind, number: number.clone(), hash, size: 0 });
    }
    Ok(papers)
}

/// A text: as given, from a file as `@FILE`, or from standard input as `-`. Keeps personal data out of the list of
/// processes and the history of the shell.
pub(crate) fn text_of(given: &str) -> Result<String, Failure> {
    if given == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    let Some(file) = given.strip_prefix('@') else { return Ok(given.to_owned()) };
    String::from_utf8(super::badge::bytes_of(Path::new(file))?).map_err(|_| {
        Failure::plain(format!("{file} 不是 UTF-8 文本。"), format!("{file} is not UTF-8 text."))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_paper_is_a_file_or_a_hash_with_or_without_a_number() {
        let letter = given("letter=移送书.pdf,教移〔2026〕3号").unwrap();
        assert_eq!(letter.source, Source::File("移送书.pdf".into()));
        assert_eq!((letter.kind, letter.number.as_str()), (1, "教移〔2026〕3号"));
        let plain = given(&format!("evidence={}", "ab".repeat(32))).unwrap();
        assert_eq!(plain.source, Source::Hash("ab".repeat(32)));
        assert_eq!(given("report=a,b.pdf").unwrap().source, Source::File("a,b.pdf".into()));
        for bad in ["letter", "letter=", "novel=a.pdf"] {
            assert!(given(bad).unwrap_err().contains(" | "), "{bad}");
        }
    }
}
