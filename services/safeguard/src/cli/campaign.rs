//! Commands about campaigns: officers' on a running hub; the replay on a data directory stands in the same group.
//! Never here: counting.

mod feed;
mod figures;
mod issue;
mod look;
mod phase;
pub(crate) mod table;

use clap::Subcommand;

use super::desk::Desk;
use super::document;
use super::failure::Failure;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Campaign {
    #[command(flatten)]
    Replay(crate::campaign::Campaign),
    #[command(flatten)]
    Office(Box<Office>),
}

/// Officers' commands.
#[derive(Subcommand)]
pub(crate) enum Office {
    #[command(flatten)]
    Look(look::Look),
    #[command(flatten)]
    Issue(issue::Issue),
    #[command(flatten)]
    Figures(figures::Figures),
    #[command(flatten)]
    Feed(feed::Feed),
    /// 生成专项行动统计表（可打印 HTML） | Write the table of the campaign, as HTML made for print
    Document(document::campaign::WantedTable),
}

/// Does an officer's command.
pub(crate) async fn run(desk: &Desk, asked: Office) -> Result<(), Failure> {
    match asked {
        Office::Look(asked) => look::run(desk, asked).await,
        Office::Issue(asked) => issue::run(desk, asked).await,
        Office::Figures(asked) => figures::run(desk, asked).await,
        Office::Feed(asked) => feed::run(desk, asked).await,
        Office::Document(a) => document::campaign::run(desk, a).await,
    }
}
