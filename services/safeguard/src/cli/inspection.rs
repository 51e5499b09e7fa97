//! Commands about joint inspections: from the plan to the closed record, the calendar, checklists, draws.
//! Never here: what becomes of the hazards found.

mod draw;
pub(crate) mod look;
mod plan;
mod record;
mod report;
mod show;
mod signatures;
mod team;
mod visit;

use clap::Subcommand;

use super::desk::Desk;
use super::document;
use super::failure::Failure;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Inspection {
    #[command(flatten)]
    Look(look::Look),
    #[command(flatten)]
    Plan(plan::Planning),
    #[command(flatten)]
    Team(team::Team),
    #[command(flatten)]
    Visit(visit::Visit),
    #[command(flatten)]
    Record(record::Record),
    /// 随机抽取检查对象和人员，写出可复核的记录 | Draw targets and teams by lot; writes a record that can be recomputed
    Draw(Box<draw::Draw>),
    /// 用记录的名单、算法和种子复核抽取结果（不联网） | Recompute a draw from its record, offline
    DrawCheck(draw::Check),
    /// 批量上报已完成的检查（CSV 或 JSON Lines） | Report many finished visits, from CSV or JSON Lines
    Report(report::Report),
    /// 批量确认其他单位上报、本人参加的检查（CSV 或 JSON Lines） | Sign for many visits that others reported and you went along to, from CSV or JSON Lines
    Signatures(signatures::Signatures),
    /// 生成检查记录表（可打印 HTML） | Write the inspection record, as HTML made for print
    Document(document::Wanted),
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Inspection) -> Result<(), Failure> {
    match asked {
        Inspection::Look(asked) => look::run(desk, asked).await,
        Inspection::Plan(asked) => plan::run(desk, asked).await,
        Inspection::Team(asked) => team::run(desk, asked).await,
        Inspection::Visit(asked) => visit::run(desk, asked).await,
        Inspection::Record(asked) => record::run(desk, asked).await,
        Inspection::Draw(a) => draw::run(desk, *a).await,
        Inspection::DrawCheck(a) => draw::check(&desk.out, &a),
        Inspection::Report(a) => report::run(desk, &a).await,
        Inspection::Signatures(a) => signatures::run(desk, &a).await,
        Inspection::Document(a) => document::inspection::run(desk, a).await,
    }
}
