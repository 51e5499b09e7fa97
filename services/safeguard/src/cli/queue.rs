//! Commands about the police's fast-response queue. Never here: what the procuratorate does (`supervise`).

mod entries;
mod filing;
mod look;
mod watch;

use clap::Subcommand;

use super::desk::Desk;
use super::failure::Failure;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Queue {
    #[command(flatten)]
    Look(look::Look),
    /// 持续显示队列的变化（Ctrl-C 结束） | Show the queue and every change, until Ctrl-C
    Watch(watch::Watch),
    #[command(flatten)]
    Entries(entries::Entries),
    #[command(flatten)]
    Filing(filing::Filing),
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Queue) -> Result<(), Failure> {
    match asked {
        Queue::Look(look) => look::run(desk, look).await,
        Queue::Watch(watch) => watch::run(desk, &watch).await,
        Queue::Entries(entries) => entries::run(desk, entries).await,
        Queue::Filing(filing) => filing::run(desk, filing).await,
    }
}
