//! Erasing one person: their data keys are destroyed, so that log, views, backups and exports no longer reveal them.
//! Never here: finding the keys.

use std::io::{BufRead, IsTerminal, stdin};

use clap::{ArgGroup, Args};
use domain::erasure::Basis;

use super::desk::{Desk, send};
use super::failure::Failure;
use super::order::{Order, text_of};
use super::words::one_of;

/// Whom to erase.
#[derive(Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["subject", "id_number"]))]
pub(crate) struct Erase {
    /// 主体编号 SU-... | Subject, SU-...
    #[arg(long)]
    subject: Option<String>,
    /// 身份证号；@文件 或 - 表示从文件、标准输入读取 | Identity number; @FILE or - reads it
    #[arg(long, value_name = "NUMBER")]
    id_number: Option<String>,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    /// 法定情形（个人信息保护法第47条） | The legal ground (PIPL art. 47)
    #[arg(long, value_parser = one_of::<Basis>())]
    basis: i32,
    /// 不再询问 | Do not ask again
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    order: Order,
}

/// Erases, after asking a person at a terminal once more.
pub(crate) async fn run(desk: &Desk, a: Erase) -> Result<(), Failure> {
    let out = &desk.out;
    let id_number = text_of(a.id_number.as_deref().unwrap_or_default())?.trim().to_owned();
    out.notice(out.either(
        "将删除其姓名、号码；其所在的每一事项的全部文字（经过、地点、摘要、反馈、事实）和材料可能提及其人，一并删除。同案他人的姓名、号码保留。",
        "This erases their names and numbers, and all texts (narrative, place, summaries, feedback, facts) and papers of \
         every matter they stand in, because these may name them. Names and numbers of others in it stay.",
    ));
    if !a.yes && stdin().is_terminal() {
        out.notice(
            out.either(
                "删除后任何人都无法恢复。确认请输入 yes：",
                "Nobody can undo this. Type yes to go on:",
            ),
        );
        let mut line = String::new();
        stdin().lock().read_line(&mut line)?;
        if line.trim() != "yes" {
            return Err(Failure::plain("没有删除。", "nothing was erased."));
        }
    }
    let answer = send!(
        desk,
        directory.erase_subject,
        a.order,
        EraseSubjectRequest {
            subject_id: a.subject.unwrap_or_default(),
            reason: a.reason,
            id_number: id_number,
            basis: a.basis,
        }
    )?;
    out.answer(&answer, |out, answer| {
        out.facts(&[
            ("已删除", "erased", answer.subject_id.clone()),
            ("销毁的密钥", "keys destroyed", answer.keys.to_string()),
            ("已不可读的材料", "papers no longer readable", answer.papers.to_string()),
            ("删除证明", "certificate", answer.certificate.clone()),
            ("文字和材料已删除的事项", "matters without texts and papers", answer.matters.join("\n")),
        ])?;
        out.notice(out.either(
            "备份恢复时须再次应用删除清单：safeguard deletions、safeguard restore --deletions。",
            "A restored backup must be brought up to this: safeguard deletions, safeguard restore --deletions.",
        ));
        Ok(())
    })
}
