//! Operators' commands, on a data directory: serve, look at the log, rebuild views, back up, restore.
//! Never here: what officers do (that goes through the hub).

mod advice;
pub(crate) mod backup;
mod beside;
mod certificates;
pub(crate) mod copy;
pub(crate) mod deletions;
pub(crate) mod health;
pub(crate) mod log;
mod manifest;
pub(crate) mod papers;
pub(crate) mod password;
pub(crate) mod restore;
pub(crate) mod sample;
pub(crate) mod serve;
pub(crate) mod tls;
pub(crate) mod view;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use eventlog::EventLog;
use hub::config::{Config, Flags};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub(crate) use advice::advice;

use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// Which hub.
#[derive(Args)]
pub(crate) struct Place {
    /// 数据目录 | The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// 配置文件（TOML） | The configuration file, TOML
    #[arg(long, value_name = "FILE", env = "SAFEGUARD_CONFIG")]
    config: Option<PathBuf>,
}

impl Place {
    /// The effective configuration: file, then environment, then flags.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        self.config_with(Flags::default())
    }

    fn config_with(&self, flags: Flags) -> Result<Config, Failure> {
        let flags = Flags { data: self.data.clone(), ..flags };
        let loaded = Config::load(self.config.as_deref(), flags).context("the configuration cannot be read");
        Ok(loaded?)
    }
}

/// Opens the log for reading; the hub may run meanwhile.
pub(crate) async fn read_only(config: &Config) -> Result<EventLog, Failure> {
    Ok(hub::open::log_for_reading(config).await.map_err(anyhow::Error::from)?)
}

/// A progress bar on standard error, when somebody watches; `None` is a length not known yet.
pub(crate) fn bar(out: &Out, length: Option<u64>, what: &'static str) -> ProgressBar {
    let target =
        if out.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target).with_message(what);
    match ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {per_sec} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Prints the effective configuration, secrets hidden.
pub(crate) fn config(out: &Out, place: &Place) -> Result<(), Failure> {
    print_config(out, &place.config()?)
}

fn print_config(out: &Out, config: &Config) -> Result<(), Failure> {
    let shown = config.shown();
    match out.json {
        true => out.object(&shown),
        false => out.line(serde_json::to_string_pretty(&shown).map_err(anyhow::Error::from)?),
    }
}
