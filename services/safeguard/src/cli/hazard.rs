//! Commands about hazards: the closed loop from what was found to what somebody else has seen to be gone.
//! Never here: the inspections that find them.

mod end;
pub(crate) mod look;
mod rectify;
mod using;
mod work;

use clap::Subcommand;

use super::desk::Desk;
use super::document;
use super::failure::Failure;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Hazard {
    #[command(flatten)]
    Look(look::Look),
    #[command(flatten)]
    Rectify(rectify::Fixing),
    #[command(flatten)]
    End(end::End),
    #[command(flatten)]
    Using(using::Using),
    /// 批量办理：文件中每条一步（CSV 或 JSON Lines） | One step a record of a file, CSV or JSON Lines
    Work(work::Work),
    /// 生成责令限期整改通知书（可打印 HTML） | Write the notice to rectify, as HTML made for print
    Document(document::Wanted),
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Hazard) -> Result<(), Failure> {
    match asked {
        Hazard::Look(asked) => look::run(desk, asked).await,
        Hazard::Rectify(asked) => rectify::run(desk, asked).await,
        Hazard::End(asked) => end::run(desk, asked).await,
        Hazard::Using(asked) => using::run(desk, asked).await,
        Hazard::Work(a) => work::run(desk, &a).await,
        Hazard::Document(a) => document::hazard::run(desk, a).await,
    }
}
