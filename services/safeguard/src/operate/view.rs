//! Rebuilding views: every view is derived, so it may be forgotten and folded again from the log.
//! Never here: a table of any view.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use clap::{Args, Subcommand, ValueEnum};
use eventlog::EventLog;
use hub::ViewError;
use hub::clocks::Agenda;
use hub::erase::SealedValues;
use hub::grants::GrantTables;
use hub::identity::DoorTables;
use hub::read_model::rebuild;
use hub::reads::ReadTables;
use hub::roster::RosterTables;
use serde_json::json;

use super::{Place, bar, read_only};
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum View {
    /// 由日志重建视图（平台须已停止） | Fold views again from the log; the hub must be stopped
    Rebuild(Rebuild),
}

/// Which views.
#[derive(Args)]
pub(crate) struct Rebuild {
    /// 视图；不填即全部 | The views; all when none is given
    #[arg(value_enum)]
    names: Vec<Name>,
    #[command(flatten)]
    place: Place,
}

/// A view, or the views of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Units, officers, institutions.
    Roster,
    /// Running clocks.
    Agenda,
    /// Which keys a person's values are under.
    Sealed,
    /// Accesses by break-glass.
    Grants,
    /// Who read sensitive values.
    Reads,
    /// Doors that are shut after wrong passwords.
    Doors,
    /// Education's clues and referrals.
    #[value(aliases = ["clues", "referrals", "campaigns"])]
    Education,
    /// The police's queue.
    Queue,
    /// The fire service's inbox, inspections and hazards.
    #[value(aliases = ["inspections", "hazards"])]
    Inbox,
    /// Who delivers to groups and webhooks, and how far.
    Deliveries,
}

impl Name {
    const fn word(self) -> &'static str {
        match self {
            Name::Roster => "roster",
            Name::Agenda => "agenda",
            Name::Sealed => "sealed",
            Name::Grants => "grants",
            Name::Reads => "reads",
            Name::Doors => "doors",
            Name::Education => "education",
            Name::Queue => "queue",
            Name::Inbox => "inbox",
            Name::Deliveries => "deliveries",
        }
    }
}

/// Rebuilds while holding the directory's lock.
pub(crate) async fn run(out: &Out, View::Rebuild(a): View) -> Result<(), Failure> {
    let config = a.place.config()?;
    let log = read_only(&config).await?;
    let lock = hub::open::lock(&config.data).map_err(anyhow::Error::from)?;
    let views = config.views();
    std::fs::create_dir_all(&views)?;
    let total = log.statistics().await.map_err(anyhow::Error::from)?.events;
    let names: Vec<Name> = if a.names.is_empty() { Name::value_variants().to_vec() } else { a.names };
    for name in &names {
        let bar = bar(out, Some(total), name.word());
        let started = std::time::Instant::now();
        one(*name, &views, &log, |read| bar.set_position(read)).await.map_err(anyhow::Error::from)?;
        bar.finish_and_clear();
        let seconds = started.elapsed().as_secs_f64();
        match out.json {
            true => out.object(&json!({ "view": name.word(), "events": total, "seconds": seconds }))?,
            false => out.line(format!(
                "{} {} {total} {seconds:.1} s",
                out.either("已重建", "rebuilt"),
                name.word()
            ))?,
        }
    }
    drop(lock);
    Ok(())
}

async fn one(name: Name, views: &Path, log: &EventLog, told: impl FnMut(u64)) -> Result<(), ViewError> {
    match name {
        Name::Roster => rebuild(views, RosterTables::new(Arc::new(AtomicU64::new(0))), log, told).await,
        Name::Agenda => rebuild(views, Agenda, log, told).await,
        Name::Sealed => rebuild(views, SealedValues, log, told).await,
        Name::Grants => rebuild(views, GrantTables::new(Arc::new(AtomicU64::new(0))), log, told).await,
        Name::Reads => rebuild(views, ReadTables, log, told).await,
        Name::Doors => rebuild(views, DoorTables, log, told).await,
        Name::Education => education::rebuild(views, log, told).await,
        Name::Queue => police::rebuild(views, log, told).await,
        Name::Inbox => fire::rebuild(views, log, told).await,
        Name::Deliveries => streams::deliveries::rebuild(views, log, told).await,
    }
}
