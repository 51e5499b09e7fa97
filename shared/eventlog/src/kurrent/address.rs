//! The address of a cluster log, `kurrentdb://host:2113,host2:2113/NAME?tls=true&ca=FILE&credentials=FILE`.
//!
//! Must never be here: a user or a password. The address is printed, logged and passed on command lines;
//! the account stands in the file it names, or in the environment.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

const SCHEME: &str = "kurrentdb://";
const PORT: u16 = 2113;
const LOG: &str = "safeguard";
/// The longest name of a log, in characters.
const NAME_CHARS: usize = 60;

/// One server: where it is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    host: String,
    port: u16,
}

impl Node {
    /// A host and a port. An IPv6 address may stand in brackets or not.
    pub(super) fn new(host: &str, port: u16) -> Self {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        Self { host, port }
    }

    /// `host`, `host:port`, `[v6]` or `[v6]:port`.
    fn parse(text: &str) -> Option<Self> {
        let inside = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (host, rest) = match inside {
            Some((host, rest)) => (host, rest),
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        let port = match rest.strip_prefix(':') {
            Some(digits) => digits.parse().ok().filter(|&port| port > 0)?,
            None if rest.is_empty() => PORT,
            None => return None,
        };
        let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let fits = if inside.is_some() {
            host.parse::<std::net::Ipv6Addr>().is_ok()
        } else {
            !host.is_empty() && host.bytes().all(named)
        };
        fits.then(|| Self::new(host, port))
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// How headers and media types are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// `ES-` and `vnd.eventstore`: every server since 20.6.
    Legacy,
    /// `Kurrent-` and `vnd.kurrent`: servers since 25.0.
    Kurrent,
}

/// How a cluster log is opened. Holds no credentials, only where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KurrentOptions {
    /// How long an append or a read may take with all its retries.
    pub deadline: Duration,
    /// How long one request may take. Servers give up after 10 s by themselves.
    pub request_timeout: Duration,
    /// How long the server may keep a request for what is not yet there; whole seconds count.
    pub long_poll: Duration,
    pub(super) seeds: Vec<Node>,
    pub(super) name: String,
    pub(super) tls: bool,
    pub(super) ca: Option<PathBuf>,
    pub(super) credentials: Option<PathBuf>,
    pub(super) names: Names,
}

/// Why a text is no address of a cluster log: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no address of a cluster log (kurrentdb://host:2113/NAME?tls=true&ca=FILE&credentials=FILE): {}",
    listed(faults)
)]
pub struct BadAddress {
    /// The faults, in the order of the text; never empty.
    pub faults: Vec<AddressFault>,
}

fn listed(faults: &[AddressFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// One thing that is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It does not start as it must.
    #[error("it must start with kurrentdb://")]
    Scheme,
    /// It holds a user or a password.
    #[error(
        "it must not hold a user or password; write user:password into a file and name it with credentials=FILE, or into SAFEGUARD_KURRENTDB_CREDENTIALS"
    )]
    Secret,
    /// No node, or one that is none.
    #[error("node {place} is none; give host:port, several with commas")]
    Node {
        /// Which, from 1. Not its text: a misplaced password would be in it.
        place: usize,
    },
    /// The log's name.
    #[error("{name:?} is no name of a log; use 1 to {NAME_CHARS} of A-Z a-z 0-9 _ . and no hyphen")]
    Name {
        /// What stands in its place.
        name: String,
    },
    /// A setting nobody knows.
    #[error("there is no setting {name}; there are tls, ca, credentials, names")]
    Unknown {
        /// Its name, or `?` when it is not a plain word.
        name: String,
    },
    /// A setting with a value it cannot have.
    #[error("{name} must be {wanted}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What it may be.
        wanted: &'static str,
    },
    /// A setting that stands there twice.
    #[error("{name} stands there twice")]
    Twice {
        /// The setting.
        name: String,
    },
    /// A certificate authority for connections without certificates.
    #[error("ca means nothing with tls=false; leave one of them out")]
    Pointless,
}

impl KurrentOptions {
    /// Reads an address. The files it names are read when the log is opened.
    ///
    /// # Errors
    /// [`BadAddress`] with everything that is wrong.
    pub fn parse(address: &str) -> Result<Self, BadAddress> {
        let mut faults = Vec::new();
        let rest = address.strip_prefix(SCHEME).unwrap_or_else(|| {
            faults.push(AddressFault::Scheme);
            address.split_once("://").map_or(address, |(_, rest)| rest)
        });
        let (place, settings) = rest.split_once('?').unwrap_or((rest, ""));
        // A password may hold a slash; what follows the last @ holds neither.
        let place = match place.rsplit_once('@') {
            Some((_, place)) => {
                faults.push(AddressFault::Secret);
                place
            }
            None => place,
        };
        let (nodes, name) = place.split_once('/').unwrap_or((place, ""));
        let seeds = seeds(nodes, &mut faults);
        let name = named(name, &mut faults);
        let mut options = Self {
            deadline: Duration::from_secs(30),
            request_timeout: Duration::from_secs(15),
            long_poll: Duration::from_secs(15),
            seeds,
            name,
            tls: true,
            ca: None,
            credentials: None,
            names: Names::Legacy,
        };
        let mut seen = Vec::new();
        for (name, value) in settings.split('&').filter(|one| !one.is_empty()).map(pair) {
            if seen.contains(&name) {
                faults.push(AddressFault::Twice { name: name.to_owned() });
            }
            seen.push(name);
            faults.extend(options.set(name, value));
        }
        if options.ca.is_some() && !options.tls {
            faults.push(AddressFault::Pointless);
        }
        if faults.is_empty() { Ok(options) } else { Err(BadAddress { faults }) }
    }

    fn set(&mut self, name: &str, value: &str) -> Option<AddressFault> {
        let fault = |name, wanted| Some(AddressFault::Value { name, wanted });
        match (name, value) {
            ("tls", "true") => self.tls = true,
            ("tls", "false") => self.tls = false,
            ("tls", _) => return fault("tls", "true or false"),
            ("ca", "") => return fault("ca", "the path of a PEM file"),
            ("ca", file) => self.ca = Some(file.into()),
            ("credentials", "") => return fault("credentials", "the path of a file with user:password"),
            ("credentials", file) => self.credentials = Some(file.into()),
            ("names", "legacy") => self.names = Names::Legacy,
            ("names", "kurrent") => self.names = Names::Kurrent,
            ("names", _) => return fault("names", "legacy or kurrent"),
            (name, _) => {
                let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                let name = if plain { name } else { "?" }.to_owned();
                return Some(AddressFault::Unknown { name });
            }
        }
        None
    }
}

fn pair(setting: &str) -> (&str, &str) {
    setting.split_once('=').unwrap_or((setting, ""))
}

fn seeds(text: &str, faults: &mut Vec<AddressFault>) -> Vec<Node> {
    let mut seeds = Vec::new();
    for (node, place) in text.split(',').zip(1..) {
        match Node::parse(node) {
            Some(node) => seeds.push(node),
            None => faults.push(AddressFault::Node { place }),
        }
    }
    seeds
}

fn named(text: &str, faults: &mut Vec<AddressFault>) -> String {
    let name = if text.is_empty() { LOG } else { text };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    if name.len() > NAME_CHARS || !name.bytes().all(allowed) {
        faults.push(AddressFault::Name { name: name.chars().take(80).collect() });
    }
    name.to_owned()
}

impl fmt::Display for KurrentOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seeds: Vec<_> = self.seeds.iter().map(ToString::to_string).collect();
        write!(f, "{SCHEME}{}/{}", seeds.join(","), self.name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_address_says_everything_but_the_secret() {
        let full = "kurrentdb://A.example:2114,[::1],10.0.0.3:9/province_44.a?tls=true&ca=/ca.pem&credentials=/c&names=kurrent";
        let options = KurrentOptions::parse(full).unwrap();
        assert_eq!(options.to_string(), "kurrentdb://a.example:2114,[::1]:2113,10.0.0.3:9/province_44.a");
        assert_eq!(options.ca, Some("/ca.pem".into()));
        assert_eq!(options.credentials, Some("/c".into()));
        assert_eq!((options.tls, options.names), (true, Names::Kurrent));
        let short = KurrentOptions::parse("kurrentdb://db?tls=false").unwrap();
        assert_eq!(short.to_string(), "kurrentdb://db:2113/safeguard");
        assert_eq!((short.tls, short.names), (false, Names::Legacy));
    }

    #[test]
    fn every_fault_is_named_at_once_and_no_password_is_repeated() {
        let bad = "https://root:hunter/2@a:0,b c/a-b?tls=maybe&tls=false&ca=x&port=1&names=";
        let refused = KurrentOptions::parse(bad).unwrap_err();
        use AddressFault as Fault;
        let owned = str::to_owned;
        assert_eq!(
            refused.faults,
            [
                Fault::Scheme,
                Fault::Secret,
                Fault::Node { place: 1 },
                Fault::Node { place: 2 },
                Fault::Name { name: owned("a-b") },
                Fault::Value { name: "tls", wanted: "true or false" },
                Fault::Twice { name: owned("tls") },
                Fault::Unknown { name: owned("port") },
                Fault::Value { name: "names", wanted: "legacy or kurrent" },
                Fault::Pointless,
            ]
        );
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains("hunter") && !told.contains("root"), "{told}");
        assert!(told.contains("credentials=FILE"));
        let odd = KurrentOptions::parse("kurrentdb://root:hun?ter@db/x").unwrap_err();
        let told = format!("{odd} {odd:?}");
        assert!(!told.contains("hun") && !told.contains("ter@"), "{told}");
        for (empty, place) in [("kurrentdb://", 1), ("kurrentdb:///safeguard", 1), ("kurrentdb://a,,b/x", 2)]
        {
            let refused = KurrentOptions::parse(empty).unwrap_err();
            assert_eq!(refused.faults, [Fault::Node { place }], "{empty}");
        }
    }
}
