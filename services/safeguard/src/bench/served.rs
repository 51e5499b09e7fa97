//! A hub in a process of its own, as an operator runs it: what it holds in memory can be told from what the bench holds,
//! and when there are several cores it has one to itself. Never here: a measurement.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tonic::transport::{Channel, Endpoint};

/// A served hub.
pub struct Served {
    child: Child,
    address: String,
}

impl Served {
    /// Serves the directory, on the first of the cores that this process may use.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(data: &Path) -> anyhow::Result<Self> {
        let mut serve = Command::new(std::env::current_exe()?);
        serve.args(["serve", "--log-filter", "error", "--grpc", "127.0.0.1:0", "--data"]).arg(data);
        serve.stdout(Stdio::piped());
        let cores = cores()?;
        // A process has the cores of the thread that starts it.
        let mut child = std::thread::spawn(move || {
            only(cores.split_first().map(|(first, _)| std::slice::from_ref(first)).unwrap_or_default())?;
            serve.spawn().context("the hub cannot be started")
        })
        .join()
        .map_err(|_| anyhow::anyhow!("the hub cannot be started"))??;
        let mut address = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut address)?;
        Ok(Self { child, address: address.trim_end().to_owned() })
    }

    /// A connection of its own to the hub.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn connect(&self) -> anyhow::Result<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address))?;
        Ok(endpoint.tcp_nodelay(true).connect().await?)
    }

    /// What the hub holds in memory, in MiB.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn resident(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The cores this process may use.
fn cores() -> anyhow::Result<Vec<usize>> {
    let mine = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| mine.is_set(*core)).collect())
}

fn only(cores: &[usize]) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    Ok(sched_setaffinity(None, &set)?)
}

/// Runs the callers on the cores that the served hub has not, when there are others.
///
/// # Errors
/// Those of the work.
pub fn beside<T: Send>(work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
    let cores = cores()?;
    let others = cores.split_first().map(|(_, others)| others).filter(|others| !others.is_empty());
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            only(others.unwrap_or(&cores))?;
            work()
        });
        worker.join().map_err(|_| anyhow::anyhow!("the callers ended badly"))?
    })
}
