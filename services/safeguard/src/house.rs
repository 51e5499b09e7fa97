//! A house: one hub that serves everything, or several instances of every role over one log and one key store, each as its
//! own process would run it, behind a front. Here they share a process, so that one clock can be set for all; the replay,
//! the measurements and the stories use it. Never here: what an instance or the front does.

use std::net::SocketAddr;

use anyhow::Context as _;
use hub::config::{Config, Serving};
use hub::{Hub, Time};

use crate::front::{self, Fronting};
use crate::serve::{self, Running};

/// A house that is being served.
pub struct House {
    /// Where it listens.
    pub address: SocketAddr,
    /// The administrator's one-time password, on a first start.
    pub first_password: Option<String>,
    instances: Vec<Running>,
    front: Option<Fronting>,
}

/// The settings of one instance: a directory of its own below the configured one; log, keys and attachments are those
/// of all.
#[must_use]
pub fn instance(config: &Config, role: Serving, number: usize) -> Config {
    let shared = |kind: &str, name: &str| format!("{kind}:{}", config.data.join(name).display());
    let or = |set: &str, else_: String| if set.is_empty() { else_ } else { set.to_owned() };
    Config {
        data: config.data.join(format!("{}-{number}", role.name())),
        serve: vec![role],
        grpc: SocketAddr::from(([127, 0, 0, 1], 0)),
        log: or(&config.log, shared("sqlite", "log.db")),
        keys: or(&config.keys, shared("file", "keys")),
        attachments: or(&config.attachments, shared("file", "attachments")),
        ..config.clone()
    }
}

/// The settings of the front before instances that serve these parts at these addresses.
#[must_use]
pub fn front_of<'a>(
    config: &Config,
    instances: impl Iterator<Item = (&'a Vec<Serving>, SocketAddr)>,
) -> Config {
    let routes = instances.flat_map(|(serve, address)| {
        serve.iter().map(move |role| format!("{}=http://{address}", role.name()))
    });
    Config {
        serve: vec![Serving::Front],
        routes: routes.collect(),
        data: config.data.join("front"),
        ..config.clone()
    }
}

impl House {
    /// Starts one hub, or so many instances of every role, the directory's first: it makes the keys and the
    /// administrator.
    ///
    /// # Errors
    /// What starting one of them says.
    pub async fn start(config: &Config, time: &Time, count: usize) -> anyhow::Result<Self> {
        if count == 0 {
            let mut all = serve::start(config, time.clone()).await?;
            let (address, first_password) = (all.address, all.first_password.take());
            return Ok(Self { address, first_password, instances: vec![all], front: None });
        }
        let (mut instances, mut served, mut first_password) = (Vec::new(), Vec::new(), None);
        for role in Serving::ALL {
            for number in 1..=count {
                let mut running = serve::start(&instance(config, role, number), time.clone()).await?;
                first_password = first_password.or(running.first_password.take());
                served.push((vec![role], running.address));
                instances.push(running);
            }
        }
        let front = front_of(config, served.iter().map(|(serve, address)| (serve, *address)));
        let front = front::start(&front).await?;
        Ok(Self { address: front.address, first_password, instances, front: Some(front) })
    }

    /// Where the instances of a role listen, each for itself; none when one hub serves everything.
    #[must_use]
    pub fn addresses(&self, role: Serving) -> Vec<SocketAddr> {
        let of_role = |instance: &&Running| instance.roles == [role];
        self.instances.iter().filter(of_role).map(|instance| instance.address).collect()
    }

    /// The shell of its first instance.
    ///
    /// # Errors
    /// None: there always is one.
    pub fn hub(&self) -> anyhow::Result<&Hub> {
        Ok(&self.instances.first().context("a house without an instance")?.hub)
    }

    /// Stops the front, then the instances.
    ///
    /// # Errors
    /// One of them stopped badly.
    pub async fn stop(self) -> anyhow::Result<()> {
        if let Some(front) = self.front {
            front.stop().await?;
        }
        for instance in self.instances {
            instance.stop().await?;
        }
        Ok(())
    }
}
