//! Checking a document: its own content makes the very same file again, or somebody has changed it. With the hub, also
//! whether the matter still stands as it was printed. Never here: making one.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::Args;
use serde_json::json;

use super::{Content, Document, LAYOUT, Printed, campaign, hazard, inspection};
use crate::cli::badge::bytes_of;
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;

/// Before and behind the content in the file.
const AROUND: (&str, &str) = ("<meta name=\"safeguard-content\" content=\"", "\"");

/// Which file.
#[derive(Args)]
pub(crate) struct Check {
    /// 文书文件 | The document
    file: PathBuf,
    /// 同时与平台现有记录比对 | Also compare with what the hub has now
    #[arg(long)]
    hub: bool,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Document) -> Result<(), Failure> {
    let Document::Check(a) = asked;
    let whole = String::from_utf8(bytes_of(&a.file)?).map_err(|_| none())?;
    let printed = carried(&whole)?;
    let code = printed.code()?;
    if a.hub && current(desk, &printed).await?.code()? != code {
        return Err(Failure::plain(
            format!("文书未被改动（校验码 {code}），但平台现有记录已与之不同。"),
            format!("the document was not changed (code {code}), but the hub's record is another by now."),
        ));
    }
    let out = &desk.out;
    if out.json {
        return out.object(&json!({
            "whole": true, "title": printed.title.zh, "number": printed.number, "date": printed.date,
            "code": code, "hub": a.hub,
        }));
    }
    out.line(out.either("内容与校验码一致，未被改动。", "the content fits its code: not changed."))?;
    out.facts(&[
        ("文书", "document", printed.title.of(out.lang).to_owned()),
        ("编号", "number", printed.number.clone()),
        ("日期", "date", printed.date.clone()),
        ("校验码", "verification code", code),
        (
            "平台记录",
            "the hub's record",
            match a.hub {
                true => out.either("一致", "the same"),
                false => out.either("未核对来源；加 --hub", "origin not checked; add --hub"),
            }
            .to_owned(),
        ),
    ])
}

fn none() -> Failure {
    Failure::plain("不是本平台生成的文书。", "this is no document of this hub.")
}

/// The content that a file carries, when the file is what that content makes.
pub(super) fn carried(whole: &str) -> Result<Printed, Failure> {
    let (_, rest) = whole.split_once(AROUND.0).ok_or_else(none)?;
    let (content, _) = rest.split_once(AROUND.1).ok_or_else(none)?;
    let bytes = BASE64.decode(content).map_err(|_| none())?;
    let printed: Printed = serde_json::from_slice(&bytes).map_err(|_| none())?;
    if printed.layout != LAYOUT {
        return Err(Failure::plain(
            format!("文书版面为第 {} 版，本程序只核对第 {LAYOUT} 版。", printed.layout),
            format!("its layout is version {}; this program checks version {LAYOUT}.", printed.layout),
        ));
    }
    if printed.html()? == whole {
        return Ok(printed);
    }
    let code = printed.code()?;
    Err(Failure::plain(
        format!("文书已被改动：显示的内容与其所附结构化内容（校验码 {code}）不符。"),
        format!("the document was changed: what it shows is not what it carries (code {code})."),
    ))
}

/// The same document as the hub would make it now.
async fn current(desk: &Desk, printed: &Printed) -> Result<Printed, Failure> {
    match &printed.content {
        Content::Inspection(page) => inspection::printed(desk, &page.id).await,
        Content::Hazard(page) => hazard::printed(desk, &page.id).await,
        Content::Campaign(page) => campaign::printed(desk, (&page.id, page.version), &printed.date).await,
    }
}
