//! A hub in a process of its own: what it holds in memory can be told from what the bench holds, and when there are several
//! cores it has one to itself. Never here: a measurement.

use std::process::Command;

use hub::config::Config;
use rustix::process::{getpid, setpriority_process};
use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity};

use crate::process::Process;

/// Serves a hub on the first of the cores that this process may use.
///
/// # Errors
/// When it cannot be started.
pub fn served(config: &Config) -> anyhow::Result<Process> {
    let (program, config, cores) = (program()?, config.clone(), cores()?);
    let first = cores.get(..1).unwrap_or_default().to_vec();
    // A process has the cores of the thread that starts it.
    let started = std::thread::spawn(move || {
        only(&first)?;
        Process::start(program, config)
    });
    started.join().map_err(|_| anyhow::anyhow!("the hub cannot be started"))?
}

/// This program again.
///
/// # Errors
/// When the system does not tell where it is.
pub fn program() -> anyhow::Result<Command> {
    Ok(Command::new(std::env::current_exe()?))
}

/// Runs the callers on the cores that the served hub has not, when there are others.
///
/// # Errors
/// Those of the work.
pub fn beside<T: Send>(work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
    let cores = cores()?;
    let others = cores.get(1..).filter(|others| !others.is_empty()).unwrap_or(&cores);
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            only(others)?;
            work()
        });
        worker.join().map_err(|_| anyhow::anyhow!("the callers ended badly"))?
    })
}

/// Lets every other thread have this one's core first.
///
/// # Errors
/// When the system does not allow it.
pub fn go_last() -> anyhow::Result<()> {
    Ok(setpriority_process(Some(gettid()), 19)?)
}

/// The cores this process may use: those of its first thread, which is kept to none, whoever asks.
fn cores() -> anyhow::Result<Vec<usize>> {
    let mine = sched_getaffinity(Some(getpid()))?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| mine.is_set(*core)).collect())
}

fn only(cores: &[usize]) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    Ok(sched_setaffinity(None, &set)?)
}
