//! The record of a visit: completing, signing, issuing what was found, looking again, closing.
//! Never here: answering lines.

use clap::{Args, Subcommand};

use super::visit::Noted;
use crate::cli::desk::{Desk, command, send};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Numbered, Order, Plain, given, papers, text_of};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Record {
    /// 完成检查记录，待签字 | Complete the record, to be signed
    Complete(Plain),
    /// 检查人员签字 | Sign as a member
    Sign(Plain),
    /// 登记机构签字 | Record the signature of the institution
    InstitutionSigned(Signed),
    /// 登记机构拒绝签字 | Record that the institution would not sign
    InstitutionRefused(Noted),
    /// 签字后补充记录 | Add to the locked record
    Supplement(Supplement),
    /// 发出检查结果，不合格项转为隐患 | Issue the findings; failed lines become hazards
    Issue(Plain),
    /// 登记整改通知书送达 | Note that the notice was served
    ServeNotice(Numbered),
    /// 复查：申请、开始、完成 | Another look: request, begin, complete
    #[command(subcommand)]
    Reinspect(Reinspect),
    /// 办结 | Close
    Close(Plain),
}

/// What to do about another look.
#[derive(Subcommand)]
pub(crate) enum Reinspect {
    /// 登记机构申请复查 | Note that the institution asks for it
    Request(Plain),
    /// 开始复查 | Begin
    Begin(Plain),
    /// 完成复查 | Complete
    Complete(Plain),
}

/// Who signed.
#[derive(Args)]
pub(crate) struct Signed {
    /// 检查编号 | The inspection
    id: String,
    /// 签字人姓名；@文件 可读取 | Name of who signed; @FILE reads it
    #[arg(long, value_name = "NAME")]
    representative: String,
    #[command(flatten)]
    order: Order,
}

/// What is added.
#[derive(Args)]
pub(crate) struct Supplement {
    #[command(flatten)]
    noted: Noted,
    /// 材料 KIND=文件 或 KIND=哈希，可重复 | Paper, KIND=FILE or KIND=HASH, may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Record) -> Result<(), Failure> {
    match asked {
        Record::Complete(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.complete_inspection, order, CompleteInspectionRequest { inspection_id })
        }
        Record::Sign(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.sign_inspection, order, SignInspectionRequest { inspection_id })
        }
        Record::InstitutionSigned(Signed { id: inspection_id, representative, order }) => {
            let representative = text_of(&representative)?.trim().to_owned();
            command!(
                desk,
                inspection.sign_for_institution,
                order,
                SignForInstitutionRequest { inspection_id, representative }
            )
        }
        Record::InstitutionRefused(Noted { id: inspection_id, note, order }) => {
            command!(desk, inspection.refuse_to_sign, order, RefuseToSignRequest { inspection_id, note })
        }
        Record::Supplement(Supplement { noted: Noted { id, note, order }, paper }) => {
            let papers = papers(desk, &id, &paper).await?;
            command!(
                desk,
                inspection.supplement_inspection,
                order,
                SupplementInspectionRequest { inspection_id: id, note, papers }
            )
        }
        Record::Issue(a) => issue(desk, a).await,
        Record::ServeNotice(Numbered { id: inspection_id, number, order }) => {
            command!(
                desk,
                inspection.serve_inspection_notice,
                order,
                ServeInspectionNoticeRequest { inspection_id, number }
            )
        }
        Record::Reinspect(asked) => reinspect(desk, asked).await,
        Record::Close(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.close_inspection, order, CloseInspectionRequest { inspection_id })
        }
    }
}

async fn issue(desk: &Desk, a: Plain) -> Result<(), Failure> {
    let answer =
        send!(desk, inspection.issue_inspection, a.order, IssueInspectionRequest { inspection_id: a.id })?;
    desk.done(&answer, answer.receipt.as_ref())?;
    if desk.out.json || answer.hazard_ids.is_empty() {
        return Ok(());
    }
    desk.out.line(desk.out.named("隐患：", "hazards:", answer.hazard_ids.join(" ")))
}

async fn reinspect(desk: &Desk, asked: Reinspect) -> Result<(), Failure> {
    match asked {
        Reinspect::Request(Plain { id: inspection_id, order }) => {
            command!(
                desk,
                inspection.request_reinspection,
                order,
                RequestReinspectionRequest { inspection_id }
            )
        }
        Reinspect::Begin(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.begin_reinspection, order, BeginReinspectionRequest { inspection_id })
        }
        Reinspect::Complete(Plain { id: inspection_id, order }) => {
            command!(
                desk,
                inspection.complete_reinspection,
                order,
                CompleteReinspectionRequest { inspection_id }
            )
        }
    }
}
