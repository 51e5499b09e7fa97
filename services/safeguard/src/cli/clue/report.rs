//! Writing down a new clue. Never here: whether it is well formed, or urgent (the hub says that).

use clap::Args;
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::event::Part;
use jiff::Timestamp;
use wire::v1::reporter_statement::Who;
use wire::{convert, v1};

use crate::cli::desk::{Desk, send};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Order, given, papers, text_of};
use crate::cli::times;
use crate::cli::words::{number, one_of, word};

/// A new clue.
#[derive(Args)]
pub(crate) struct Report {
    /// 来源 | How it came in
    #[arg(long, value_parser = one_of::<Channel>())]
    channel: i32,
    /// 类别（用 --help 查看全部） | Category (see --help for all)
    #[arg(long, value_parser = one_of::<Category>())]
    category: i32,
    /// 强制报告九种情形之一，1 至 9 | Which of the nine situations of mandatory reporting, 1 to 9
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "N")]
    situation: u32,
    /// 建议的紧急程度；依法可能提高 | Urgency proposed; the law may raise it
    #[arg(long, value_parser = one_of::<Urgency>())]
    urgency: i32,
    /// 是否涉及未成年人 | Whether a minor is concerned
    #[arg(long, value_parser = one_of::<Minor>())]
    minor: Option<i32>,
    /// 侵害，可重复 | Harm, may be repeated
    #[arg(long, value_parser = one_of::<Harm>())]
    harm: Vec<i32>,
    /// 发生地区划代码，六位 | Division where it happened, six digits
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 机构编号或统一社会信用代码 | Institution: id or credit code
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    institution: String,
    /// 接报时间；不填即现在 | When it was received; now when not given
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    received_at: Option<Timestamp>,
    /// 内容；@文件 或 - 表示从文件、标准输入读取 | What happened; @FILE or - reads it
    #[arg(long, value_name = "TEXT")]
    narrative: String,
    /// 地址；@文件 同上 | Address; @FILE reads it
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    place: String,
    /// 举报人姓名；不填即匿名 | Name of the reporter; anonymous when not given
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,
    /// 举报人电话 | Telephone of the reporter
    #[arg(long, requires = "reporter", default_value = "", hide_default_value = true, value_name = "PHONE")]
    reporter_phone: String,
    /// 举报人身份证号；@文件 可读取 | Identity number of the reporter; @FILE reads it
    #[arg(long, requires = "reporter", default_value = "", hide_default_value = true, value_name = "NUMBER")]
    reporter_id: String,
    /// 举报人要求保密 | The reporter asked for secrecy
    #[arg(long, requires = "reporter")]
    secret: bool,
    /// 相关人员 身份:姓名[:身份证号][:minor|under14]，可重复 | Person concerned, PART:NAME[:NUMBER][:minor|under14], may be repeated
    #[arg(long, value_parser = person, value_name = "PERSON")]
    person: Vec<v1::PersonStatement>,
    /// 材料 KIND=文件 或 KIND=哈希，可重复 | Paper, KIND=FILE or KIND=HASH, may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    /// 来源系统及其编号 | System and key of the record it comes from
    #[arg(long, default_value = "", hide_default_value = true)]
    source: String,
    #[command(flatten)]
    order: Order,
}

/// `victim:某甲:身份证号:under14`, the last two optional.
fn person(text: &str) -> Result<v1::PersonStatement, String> {
    let wrong = || {
        "请写成 victim:姓名[:身份证号][:minor|under14]，身份为 victim、witness 或 suspect | write \
         victim:NAME[:NUMBER][:minor|under14]; the part is victim, witness or suspect"
            .to_owned()
    };
    let mut parts = text.split(':').map(str::trim);
    let part = parts.next().and_then(number::<Part>).ok_or_else(wrong)?;
    let name = parts.next().filter(|name| !name.is_empty()).ok_or_else(wrong)?.to_owned();
    let mut stated = v1::PersonStatement { part, name, ..v1::PersonStatement::default() };
    for rest in parts {
        match number::<Minor>(rest) {
            Some(minor) => stated.minor = minor,
            None => stated.id_number = rest.to_owned(),
        }
    }
    Ok(stated)
}

fn statement(report: &Report) -> Result<v1::ReporterStatement, Failure> {
    let who = match &report.reporter {
        None => Who::Anonymous(v1::AnonymousReporter {}),
        Some(name) => Who::Named(v1::NamedReporter {
            name: text_of(name)?,
            phone: text_of(&report.reporter_phone)?,
            id_number: text_of(&report.reporter_id)?.trim().to_owned(),
            secret: report.secret,
        }),
    };
    Ok(v1::ReporterStatement { who: Some(who) })
}

/// Reports it and says what the law made of it.
pub(crate) async fn run(desk: &Desk, a: Report) -> Result<(), Failure> {
    let reporter = Some(statement(&a)?);
    let (narrative, place) = (text_of(&a.narrative)?, text_of(&a.place)?);
    let papers = papers(desk, "", &a.paper).await?;
    let received_at = Some(convert::timestamp(a.received_at.unwrap_or_else(Timestamp::now)));
    let answer = send!(
        desk,
        education.report_clue,
        a.order,
        ReportClueRequest {
            channel: a.channel,
            category: a.category,
            situation: a.situation,
            urgency: a.urgency,
            minor: a.minor.unwrap_or(0),
            harm: a.harm,
            division: a.division,
            institution: a.institution,
            received_at: received_at,
            narrative: narrative,
            place: place,
            reporter: reporter,
            persons: a.person,
            papers: papers,
            source: a.source,
        }
    )?;
    desk.done(&answer, answer.receipt.as_ref())?;
    let out = &desk.out;
    if out.json {
        return Ok(());
    }
    out.line(out.named("紧急程度：", "urgency:", word::<Urgency>(out.lang, answer.urgency)))?;
    if answer.call_110 {
        out.line(out.either(
            "强制报告：请立即拨打 110。已进入公安机关快速响应队列；只有公安机关签收才了结报案义务。",
            "Mandatory report: call 110 now. It is on the police's fast-response queue; only their receipt meets the duty.",
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_person_is_read_with_and_without_a_number() {
        let child = person("victim:某甲:under14").unwrap();
        assert_eq!((child.part, child.minor, child.id_number.as_str()), (1, 3, ""));
        let known = person("suspect:某乙:430421197001010011").unwrap();
        assert_eq!((known.part, known.minor, known.id_number.as_str()), (3, 0, "430421197001010011"));
        assert!(person("friend:某丙").unwrap_err().contains(" | "));
        assert!(person("victim:").is_err());
    }
}
