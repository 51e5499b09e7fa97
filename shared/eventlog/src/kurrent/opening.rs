//! Opening a cluster log: what must be so before anything is read or written, each with a text that says
//! what to do.
//!
//! A cluster in the middle of an election, or a projection that is starting, is waited for until the
//! deadline; what an operator must change is told at once.
//!
//! Must never be here: a change on the cluster. An operator enables what is missing.

use std::path::Path;

use reqwest::Certificate;
use serde::Deserialize;
use tokio::time::Instant;

use super::address::KurrentOptions;
use super::answer::{Settled, Unsettled};
use super::client::{Ask, Client, Credentials, Pause};
use super::feed::{self, End};
use super::{leader, reading};
use crate::error::{ClusterFault, Outage};

/// The account, `user:password`, when the address names no file.
const VARIABLE: &str = "SAFEGUARD_KURRENTDB_CREDENTIALS";
const BY_CATEGORY: &str = "/projection/%24by_category";
/// Most that is shown of what it was given, in characters.
const LONGEST_QUERY: usize = 40;
const SEPARATION: &str = "/projection/%24by_category/query";

/// A client of a cluster that can keep the log, and where the log ends.
pub(super) async fn open(options: KurrentOptions) -> Result<(Client, End), ClusterFault> {
    let credentials = credentials(options.credentials.as_deref())?;
    let authority = authority(options.ca.as_deref())?;
    let client = Client::new(options, credentials, authority)?;
    let until = client.deadline();
    leader(&client, until).await?;
    ordered(&client, until).await?;
    separated(&client, until).await?;
    let end = feed::end(&client, until).await.map_err(|reason| match reason {
        Outage::Denied => ClusterFault::Forbidden { stream: format!("$ce-{}", client.options().name) },
        reason @ (Outage::Full
        | Outage::ReadOnly
        | Outage::Busy
        | Outage::Damaged { .. }
        | Outage::Failing { .. }
        | Outage::Unreachable { .. }
        | Outage::Slow { .. }
        | Outage::Moved { .. }
        | Outage::Closed
        | Outage::Told) => ClusterFault::Unavailable { reason },
    })?;
    Ok((client, end))
}

fn credentials(file: Option<&Path>) -> Result<Option<Credentials>, ClusterFault> {
    let (text, setting) = match file {
        Some(path) => (Some(read(path)?), path.display().to_string()),
        None => (std::env::var(VARIABLE).ok(), VARIABLE.to_owned()),
    };
    let Some(text) = text else { return Ok(None) };
    let line = text.trim_end_matches(['\r', '\n']);
    match line.split_once(':') {
        Some((user, password)) if !user.is_empty() && !line.contains('\n') => {
            Ok(Some(Credentials { user: user.to_owned(), password: password.to_owned() }))
        }
        Some(_) | None => {
            Err(ClusterFault::Setting { setting, why: "it holds no single line user:password".to_owned() })
        }
    }
}

fn authority(file: Option<&Path>) -> Result<Vec<Certificate>, ClusterFault> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let fault =
        |why: &str| ClusterFault::Setting { setting: path.display().to_string(), why: why.to_owned() };
    let found = Certificate::from_pem_bundle(read(path)?.as_bytes());
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(fault("it holds no certificate in PEM")),
    }
}

fn read(path: &Path) -> Result<String, ClusterFault> {
    std::fs::read_to_string(path).map_err(|error| ClusterFault::Setting {
        setting: path.display().to_string(),
        why: error.to_string(),
    })
}

/// Finds the leader, and says which server it is.
async fn leader(client: &Client, until: Instant) -> Result<(), ClusterFault> {
    let mut pause = Pause::new();
    loop {
        let found = client.members().leader(client).await;
        match found {
            Ok(node) => {
                let about = leader::about(client, &node).await?;
                tracing::info!(%node, version = about.version(), "the log's cluster");
                return if about.features.projections { Ok(()) } else { Err(ClusterFault::ProjectionsOff) };
            }
            Err(fault @ ClusterFault::NoLeader { .. }) if !pause.before(until).await => return Err(fault),
            Err(ClusterFault::NoLeader { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
}

/// What a projection says about itself.
#[derive(Deserialize)]
struct Projection {
    status: String,
}

/// The projection that makes the log's order must run. Any known account may look at it, so a refusal here
/// means that the account is none.
async fn ordered(client: &Client, until: Instant) -> Result<(), ClusterFault> {
    let mut pause = Pause::new();
    let ask = Ask::Plain { path: BY_CATEGORY.to_owned() };
    loop {
        let fault = match client.once(&ask, until).await {
            Ok(Settled::Body(body)) => {
                let status = serde_json::from_slice::<Projection>(&body).map(|projection| projection.status);
                let status = status.unwrap_or_else(|_| "of unknown state".to_owned());
                if status.starts_with("Running") {
                    return Ok(());
                }
                let ended = ["Stopped", "Faulted", "Aborted", "Deleting"];
                let ended = ended.iter().any(|word| status.starts_with(word));
                let fault = ClusterFault::ProjectionStopped { status };
                if ended {
                    return Err(fault);
                }
                fault
            }
            Ok(Settled::Missing) => return Err(ClusterFault::ProjectionsOff),
            Ok(
                other @ (Settled::Written { .. }
                | Settled::TooMuch
                | Settled::Conflict { .. }
                | Settled::Refused { .. }
                | Settled::Gone),
            ) => return Err(ClusterFault::Unavailable { reason: reading::refused(&other) }),
            Err(Unsettled::Denied) => return Err(ClusterFault::WrongCredentials),
            Err(unsettled) => ClusterFault::Unavailable { reason: unsettled.outage() },
        };
        if !pause.before(until).await {
            return Err(fault);
        }
    }
}

/// The projection must tell a category as we name streams, up to the first `-`: else our events are linked where nobody
/// looks, and the log seems empty for ever. A cluster that does not tell an account like ours is believed.
async fn separated(client: &Client, until: Instant) -> Result<(), ClusterFault> {
    match client.ask(&Ask::Plain { path: SEPARATION.to_owned() }, until).await {
        Ok(Settled::Body(body)) => {
            let found = String::from_utf8_lossy(&body);
            if separates(&found) {
                return Ok(());
            }
            let found = found.trim().chars().take(LONGEST_QUERY).collect();
            Err(ClusterFault::ProjectionSeparates { found })
        }
        Ok(
            Settled::Missing
            | Settled::Written { .. }
            | Settled::TooMuch
            | Settled::Conflict { .. }
            | Settled::Refused { .. }
            | Settled::Gone,
        )
        | Err(Outage::Denied) => {
            tracing::info!("the cluster does not tell how its projection $by_category tells categories");
            Ok(())
        }
        Err(reason) => Err(ClusterFault::Unavailable { reason }),
    }
}

/// Whether a category ends at the first `-`: a line that says which separator counts, and one that is it.
fn separates(query: &str) -> bool {
    match query.trim().split_once('\n') {
        Some((which, separator)) => which.trim().eq_ignore_ascii_case("first") && separator == "-",
        // One character alone is the last separator.
        None => false,
    }
}
