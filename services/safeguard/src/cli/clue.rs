//! Commands about clues, from report to close. Never here: referrals.

mod end;
mod look;
mod report;
mod transfer;
mod work;

use clap::Subcommand;

use super::desk::Desk;
use super::failure::Failure;
use super::import;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Clue {
    /// 登记线索 | Write down a new clue
    Report(Box<report::Report>),
    /// 批量导入（CSV 或 JSON Lines） | Import many from CSV or JSON Lines
    Import(import::Import),
    #[command(flatten)]
    Look(look::Look),
    #[command(flatten)]
    Work(work::Work),
    #[command(flatten)]
    Transfer(transfer::Transfer),
    #[command(flatten)]
    End(end::End),
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Clue) -> Result<(), Failure> {
    match asked {
        Clue::Report(report) => report::run(desk, *report).await,
        Clue::Import(import) => import::clues(desk, &import).await,
        Clue::Look(look) => look::run(desk, look).await,
        Clue::Work(work) => work::run(desk, work).await,
        Clue::Transfer(transfer) => transfer::run(desk, transfer).await,
        Clue::End(end) => end::run(desk, end).await,
    }
}
