//! The configuration: file, then environment, then flags; the later wins. Printable with secrets hidden.
//! Never here: a legal period (those are data of the law).

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use eventlog::{BadAddress, KurrentOptions};
use serde::{Deserialize, Serialize};

use crate::papers::{BadSite, PaperSite};

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
    /// One address for all roles, which sends each call to an instance of its role; alone in its process.
    Front,
    /// The key store of a directory, for the other processes; alone in its process, without a log.
    Keys,
}

impl Serving {
    /// Its name in settings and certificates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Serving::Directory => "directory",
            Serving::Education => "education",
            Serving::Police => "police",
            Serving::Fire => "fire",
            Serving::Streams => "streams",
            Serving::Front => "front",
            Serving::Keys => "keys",
        }
    }

    /// All that one process serves when it is not told otherwise.
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
    /// The instances behind a front, each `ROLE=http://HOST:PORT`.
    #[serde(default)]
    pub routes: Vec<String>,
    /// How long a session token is valid, in minutes.
    pub token_minutes: u16,
    /// Ordinary calls at work together; 0 lets the hub find how many its cores can do.
    pub calls_at_work: u16,
    /// The log: empty means the file in the data directory; else `sqlite:PATH` or `kurrentdb://HOST:PORT,.../NAME?...`.
    pub log: String,
    /// The attachments: empty means the folder in the data directory; else `file:PATH` or
    /// `s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION&path_style=true`, without credentials.
    pub attachments: String,
    /// The file with `AWS_ACCESS_KEY_ID=...` and `AWS_SECRET_ACCESS_KEY=...` for these; empty means the variables of the
    /// same names.
    pub attachments_credentials: PathBuf,
    /// Which lines of the program to write, in the filter language of `tracing`.
    pub log_filter: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// Where traces, metrics and lines go over OTLP, e.g. `http://127.0.0.1:4317`; empty means nowhere.
    pub otlp: String,
    /// Where metrics are served for Prometheus, e.g. `127.0.0.1:9464`; empty means nowhere. Anyone who reaches it reads it.
    pub metrics: String,
    /// The certificate the hub shows, with those between it and its authority, as PEM; with [`Config::tls_key`] the hub
    /// serves TLS. Read again when it changes, as the three files below. Empty: none.
    pub tls_cert: PathBuf,
    /// Its private key, as PEM.
    pub tls_key: PathBuf,
    /// The authority whose client certificates are believed, as PEM: the hub's own, for a certificate names an account.
    pub tls_client_ca: PathBuf,
    /// Serial numbers of client certificates that are believed no more: hexadecimal, one a line.
    pub tls_revoked: PathBuf,
    /// Whether to serve without TLS where other machines can reach it, because something before it does TLS.
    pub plaintext: bool,
    /// The master key of the key store as 64 hexadecimal digits; empty means the file `master.key`.
    pub master_key: String,
    /// The key store: empty means the data directory; `file:DIR` that of another; `unix:PATH` or `https://HOST:PORT` the
    /// key service there.
    pub keys: String,
    /// Where a key service listens for processes of this machine: a Unix socket in a folder of its own account. Empty:
    /// nowhere.
    pub keys_socket: PathBuf,
    /// The roles whose certificates a key service admits on its address.
    #[serde(default)]
    pub keys_roles: Vec<Serving>,
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
            routes: Vec::new(),
            token_minutes: 15,
            calls_at_work: 0,
            log: String::new(),
            attachments: String::new(),
            attachments_credentials: PathBuf::new(),
            log_filter: "info".to_owned(),
            log_json: false,
            otlp: String::new(),
            metrics: String::new(),
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            tls_client_ca: PathBuf::new(),
            tls_revoked: PathBuf::new(),
            plaintext: false,
            master_key: String::new(),
            keys: String::new(),
            keys_socket: PathBuf::new(),
            keys_roles: Serving::ALL.to_vec(),
            webhook_hosts: Vec::new(),
            webhook_private: false,
        }
    }
}

/// The settings that are lists; in the environment their parts stand between commas, and no text is an empty list.
const LISTS: [&str; 4] = ["serve", "keys_roles", "routes", "webhook_hosts"];

/// Where a log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogPlace {
    /// An SQLite file, which several processes of one machine may have open.
    File(PathBuf),
    /// A cluster, by its address, which names no account.
    Cluster(String),
}

impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
            Self::Cluster(address) => f.write_str(address),
        }
    }
}

/// A setting that names no log.
#[derive(Debug, thiserror::Error)]
pub enum BadLog {
    /// It is of no kind that is known.
    #[error("{address:?} is no log: {why}")]
    Unknown {
        /// What was set.
        address: String,
        /// What to give.
        why: &'static str,
    },
    /// It should be a cluster's address.
    #[error(transparent)]
    Cluster(#[from] BadAddress),
}

impl FromStr for LogPlace {
    type Err = BadLog;

    fn from_str(address: &str) -> Result<Self, BadLog> {
        let bad = |why| BadLog::Unknown { address: address.to_owned(), why };
        if address.starts_with("kurrentdb:") {
            KurrentOptions::parse(address)?;
            return Ok(Self::Cluster(address.to_owned()));
        }
        match address.strip_prefix("sqlite:") {
            Some("") => Err(bad("sqlite: needs the path of a file behind it")),
            Some(path) => Ok(Self::File(PathBuf::from(path))),
            None => Err(bad("give sqlite:PATH or kurrentdb://HOST:PORT,.../NAME")),
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
    /// `--route`, repeated.
    pub routes: Vec<String>,
    /// `--log`.
    pub log: Option<String>,
    /// `--log-filter`.
    pub log_filter: Option<String>,
    /// `--log-json`.
    pub log_json: bool,
}

impl Config {
    /// Reads file, environment (`SAFEGUARD_DATA`, `SAFEGUARD_GRPC`, ...) and flags.
    ///
    /// # Errors
    /// A file that is missing or malformed, an unknown setting, a value of the wrong kind: the text names it.
    pub fn load(file: Option<&Path>, flags: Flags) -> Result<Self, config::ConfigError> {
        Self::load_with(file, std::env::vars(), flags)
    }

    fn load_with(
        file: Option<&Path>,
        variables: impl Iterator<Item = (String, String)>,
        flags: Flags,
    ) -> Result<Self, config::ConfigError> {
        let defaults = config::Config::try_from(&Self::default())?;
        let mut sources = config::Config::builder().add_source(defaults);
        if let Some(file) = file {
            sources = sources.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let mut variables = of_this_config(variables);
        let mut environment =
            config::Environment::with_prefix("SAFEGUARD").prefix_separator("_").list_separator(",");
        for list in LISTS {
            environment = environment.with_list_parse_key(list);
            // The reader of sources would make a list of one empty text of it.
            let name = format!("SAFEGUARD_{}", list.to_uppercase());
            if variables.get(&name).is_some_and(|text| text.trim().is_empty()) {
                let _ = variables.remove(&name);
                sources = sources.set_override(list, Vec::<String>::new())?;
            }
        }
        let environment = environment.try_parsing(true).source(Some(variables));
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
        if !flags.routes.is_empty() {
            config.routes = flags.routes;
        }
        if let Some(log) = flags.log {
            config.log = log;
        }
        if let Some(filter) = flags.log_filter {
            config.log_filter = filter;
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
        // What cannot be read may hold a secret that does not belong there.
        if let Err(error) = self.paper_site() {
            shown.attachments = format!("(hidden: {error})");
        }
        serde_json::to_value(shown).unwrap_or_default()
    }

    /// Where the log is.
    ///
    /// # Errors
    /// [`BadLog`] for an address of no kind that is known.
    pub fn log_place(&self) -> Result<LogPlace, BadLog> {
        match self.log.as_str() {
            "" => Ok(LogPlace::File(self.log_file())),
            address => address.parse(),
        }
    }

    /// The file of the log, where it is kept in the data directory.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.data.join("log.db")
    }

    /// The folder of the views.
    #[must_use]
    pub fn views(&self) -> PathBuf {
        self.data.join("views")
    }

    /// Where the attachments are.
    ///
    /// # Errors
    /// [`BadSite`] for a setting that names no place.
    pub fn paper_site(&self) -> Result<PaperSite, BadSite> {
        match self.attachments.as_str() {
            "" => Ok(PaperSite::Folder(self.data.join("attachments"))),
            address => address.parse(),
        }
    }
}

/// The variables that name a setting; the command line has others with the same prefix.
fn of_this_config(all: impl Iterator<Item = (String, String)>) -> std::collections::HashMap<String, String> {
    const SETTINGS: [&str; 24] = [
        "DATA",
        "GRPC",
        "SERVE",
        "ROUTES",
        "TOKEN_MINUTES",
        "CALLS_AT_WORK",
        "LOG",
        "LOG_FILTER",
        "ATTACHMENTS",
        "ATTACHMENTS_CREDENTIALS",
        "LOG_JSON",
        "OTLP",
        "METRICS",
        "TLS_CERT",
        "TLS_KEY",
        "TLS_CLIENT_CA",
        "TLS_REVOKED",
        "PLAINTEXT",
        "MASTER_KEY",
        "KEYS",
        "KEYS_SOCKET",
        "KEYS_ROLES",
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
        std::fs::write(&file, "token_minutes = 30\nlog_filter = \"debug\"\nserve = [\"police\"]\n").unwrap();
        let flags = Flags { log_filter: Some("warn".to_owned()), ..Flags::default() };
        let config = Config::load(Some(&file), flags).unwrap();
        assert_eq!((config.token_minutes, config.log_filter.as_str()), (30, "warn"));
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
    fn a_list_is_empty_when_the_environment_gives_it_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.toml");
        let full =
            "serve = [\"police\"]\nkeys_roles = [\"fire\"]\nroutes = [\"a\"]\nwebhook_hosts = [\"b\"]\n";
        std::fs::write(&file, full).unwrap();
        let load = |text: &str| {
            let variables = LISTS.map(|list| (format!("SAFEGUARD_{}", list.to_uppercase()), text.to_owned()));
            Config::load_with(Some(&file), variables.into_iter(), Flags::default()).unwrap()
        };
        for nothing in ["", " "] {
            let Config { serve, keys_roles, routes, webhook_hosts, .. } = load(nothing);
            assert_eq!((serve.len(), keys_roles.len()), (0, 0));
            assert_eq!((routes.len(), webhook_hosts.len()), (0, 0));
        }
        let shown = Config::default().shown();
        let mut lists: Vec<&String> = shown
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| value.is_array())
            .map(|(name, _)| name)
            .collect();
        lists.sort_unstable_by_key(|list| LISTS.iter().position(|known| known == list));
        assert_eq!(lists, LISTS, "every list is one");
        let both = load("police,fire");
        assert_eq!(both.serve, [Serving::Police, Serving::Fire]);
        assert_eq!(both.webhook_hosts, ["police", "fire"]);
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
        let attachments = "s3://AKIAKEY:hunter2@safeguard".to_owned();
        let config = Config { attachments, ..Config::default() };
        let shown = config.shown().to_string();
        assert!(!shown.contains("hunter2") && shown.contains("credentials do not belong"), "{shown}");
    }
}
