//! The configuration: file, then environment, then flags; the later wins. Printable with secrets hidden.
//! Never here: a legal period (those are data of the law).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A part of the hub that a process may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Serving {
    /// Who is who and what is where; sign-in.
    Directory,
    /// Clues and the agency's side of referrals.
    Education,
    /// The fast-response queue and the police side of referrals.
    Police,
    /// The fire service's inbox.
    Fire,
    /// Event streams.
    Streams,
}

impl Serving {
    /// All parts.
    pub const ALL: [Serving; 5] =
        [Serving::Directory, Serving::Education, Serving::Police, Serving::Fire, Serving::Streams];
}

/// The configuration of one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The directory of log, keys, attachments and views.
    pub data: PathBuf,
    /// Where to listen; port 0 lets the system choose.
    pub grpc: SocketAddr,
    /// What to serve.
    pub serve: Vec<Serving>,
    /// How long a session token is valid, in minutes.
    pub token_minutes: u16,
    /// Which log lines to write, in the filter language of `tracing`.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// The master key of the key store as 64 hexadecimal digits; empty means the file `master.key`.
    pub master_key: String,
    /// Hosts that webhooks may be sent to: exact names or addresses, or `.example.gov.cn` for all below a name. Empty: none
    /// may be registered.
    // An empty list is no setting for the reader of sources.
    #[serde(default)]
    pub webhook_hosts: Vec<String>,
    /// Whether webhooks may go to loopback and private addresses, and over plain http: for tests and closed networks.
    pub webhook_private: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("safeguard-data"),
            grpc: SocketAddr::from(([127, 0, 0, 1], 50_051)),
            serve: Serving::ALL.to_vec(),
            token_minutes: 15,
            log: "info".to_owned(),
            log_json: false,
            master_key: String::new(),
            webhook_hosts: Vec::new(),
            webhook_private: false,
        }
    }
}

/// What the command line sets; `None` leaves what file and environment say.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--grpc`.
    pub grpc: Option<SocketAddr>,
    /// `--role`, repeated.
    pub serve: Vec<Serving>,
    /// `--log`.
    pub log: Option<String>,
    /// `--log-json`.
    pub log_json: bool,
}

impl Config {
    /// Reads file, environment (`SAFEGUARD_DATA`, `SAFEGUARD_GRPC`, ...) and flags.
    ///
    /// # Errors
    /// A file that is missing or malformed, an unknown setting, a value of the wrong kind: the text names it.
    pub fn load(file: Option<&Path>, flags: Flags) -> Result<Self, config::ConfigError> {
        let defaults = config::Config::try_from(&Self::default())?;
        let mut sources = config::Config::builder().add_source(defaults);
        if let Some(file) = file {
            sources = sources.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("SAFEGUARD")
            .prefix_separator("_")
            .list_separator(",")
            .with_list_parse_key("serve")
            .with_list_parse_key("webhook_hosts")
            .try_parsing(true)
            .source(Some(of_this_config(std::env::vars())));
        let mut config: Self = sources.add_source(environment).build()?.try_deserialize()?;
        if let Some(data) = flags.data {
            config.data = data;
        }
        if let Some(grpc) = flags.grpc {
            config.grpc = grpc;
        }
        if !flags.serve.is_empty() {
            config.serve = flags.serve;
        }
        if let Some(log) = flags.log {
            config.log = log;
        }
        config.log_json |= flags.log_json;
        Ok(config)
    }

    /// The effective configuration as JSON, secrets hidden.
    #[must_use]
    pub fn shown(&self) -> serde_json::Value {
        let mut shown = self.clone();
        if !shown.master_key.is_empty() {
            shown.master_key = "(hidden)".to_owned();
        }
        serde_json::to_value(shown).unwrap_or_default()
    }

    /// The file of the log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.data.join("log.db")
    }

    /// The folder of the views.
    #[must_use]
    pub fn views(&self) -> PathBuf {
        self.data.join("views")
    }

    /// The folder of the attachments.
    #[must_use]
    pub fn attachments(&self) -> PathBuf {
        self.data.join("attachments")
    }
}

/// The variables that name a setting; the command line has others with the same prefix.
fn of_this_config(all: impl Iterator<Item = (String, String)>) -> std::collections::HashMap<String, String> {
    const SETTINGS: [&str; 9] = [
        "DATA",
        "GRPC",
        "SERVE",
        "TOKEN_MINUTES",
        "LOG",
        "LOG_JSON",
        "MASTER_KEY",
        "WEBHOOK_HOSTS",
        "WEBHOOK_PRIVATE",
    ];
    all.filter(|(name, _)| name.strip_prefix("SAFEGUARD_").is_some_and(|rest| SETTINGS.contains(&rest)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, "token_minutes = 30\nlog = \"debug\"\nserve = [\"police\"]\n").unwrap();
        let flags = Flags { log: Some("warn".to_owned()), ..Flags::default() };
        let config = Config::load(Some(&file), flags).unwrap();
        assert_eq!((config.token_minutes, config.log.as_str()), (30, "warn"));
        assert_eq!(config.serve, vec![Serving::Police]);
        assert_eq!(config.grpc, Config::default().grpc);
        assert!(
            config.webhook_hosts.is_empty() && !config.webhook_private,
            "nothing is allowed unless it is named"
        );
        std::fs::write(&file, "webhook_hosts = [\"hooks.example.cn\", \".city.example.cn\"]\n").unwrap();
        let config = Config::load(Some(&file), Flags::default()).unwrap();
        assert_eq!(config.webhook_hosts, ["hooks.example.cn", ".city.example.cn"]);
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, "tokn_minutes = 30\n").unwrap();
        let error = Config::load(Some(&file), Flags::default()).unwrap_err().to_string();
        assert!(error.contains("tokn_minutes"), "{error}");
    }

    #[test]
    fn the_printed_configuration_hides_the_master_key() {
        let config = Config { master_key: "ab".repeat(32), ..Config::default() };
        assert!(!config.shown().to_string().contains("abab"));
    }
}
