//! A part of the hub in a process of its own, as an operator runs it: for measurements, and for tests that kill it. Never
//! here: what it serves.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};
use hub::config::Config;
use rustix::process::{Pid, Signal, kill_process};
use tonic::transport::{Channel, Endpoint};

/// A running process; killed when it is dropped.
pub struct Process {
    /// How it is configured; the address is the one it listens on.
    pub config: Config,
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Starts the program with these settings and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started, or ends before it listens.
    pub fn start(mut program: Command, mut config: Config) -> anyhow::Result<Self> {
        program.args(["serve", "--log-filter", "error", "--grpc", &config.grpc.to_string(), "--data"]);
        program.arg(&config.data);
        let settings = [
            ("LOG", &config.log),
            ("KEYS", &config.keys),
            ("ATTACHMENTS", &config.attachments),
            ("OTLP", &config.otlp),
        ];
        for (name, value) in settings {
            program.env(format!("SAFEGUARD_{name}"), value);
        }
        program.env("SAFEGUARD_WEBHOOK_HOSTS", config.webhook_hosts.join(","));
        program.env("SAFEGUARD_WEBHOOK_PRIVATE", config.webhook_private.to_string());
        // All of them is what is served when nothing is said.
        if config.serve.len() == 1 {
            program.args(config.serve.iter().flat_map(|role| ["--role", role.name()]));
        }
        program.args(config.routes.iter().flat_map(|route| ["--route", route]));
        let mut child = program.stdout(Stdio::piped()).spawn().context("the hub cannot be started")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?);
        let mut address = String::new();
        lines.read_line(&mut address)?;
        config.grpc = address.trim_end().parse().context("it ended before it listened")?;
        Ok(Self { config, child, lines })
    }

    /// The one-time password, of a process that printed one behind its address.
    ///
    /// # Errors
    /// When its output ends.
    pub fn first_password(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line)?;
        Ok(line.trim_end().rsplit(' ').next().context("no password")?.to_owned())
    }

    /// A connection of its own.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn connect(&self) -> anyhow::Result<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.config.grpc))?;
        Ok(endpoint.tcp_nodelay(true).connect().await?)
    }

    /// Kills it in the middle of whatever it does.
    ///
    /// # Errors
    /// When the system does not.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it stopped badly.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "it stopped badly: {status}");
        Ok(())
    }

    /// What it holds in memory, in MiB.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn resident(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }

    /// Processor time it used so far, in seconds.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn spent(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Behind the name, which may hold anything, times in user and system mode are the 12th and 13th.
        let (_, rest) = stat.rsplit_once(')').context("no name")?;
        let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / rustix::param::clock_ticks_per_second() as f64)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
