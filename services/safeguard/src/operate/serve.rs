//! `serve`: runs the hub until it is asked to stop. The first line on standard output is the bound address; a first
//! start prints the administrator's one-time password on a line of its own. Never here: what any part does.

use std::net::SocketAddr;
use std::pin::pin;

use clap::{Args, ValueEnum};
use hub::Time;
use hub::config::{Flags, Serving};
use hub::open::OpenHubError;

use super::{Place, print_config};
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// How to serve.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Place,
    /// 监听地址；端口 0 由系统选择 | Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDR")]
    grpc: Option<SocketAddr>,
    /// 提供哪些服务，可重复；不填即全部 | What to serve, may be repeated; all when not given
    #[arg(long, value_enum)]
    role: Vec<Part>,
    /// 前端后面的实例，如 police=http://10.0.0.3:50051，可重复 | An instance behind a front, may be repeated
    #[arg(long, value_name = "ROLE=URL")]
    route: Vec<String>,
    /// 事件日志的地址：sqlite:路径 或 kurrentdb://主机:端口,.../名称 | Where the event log is: sqlite:PATH or kurrentdb://HOST:PORT,.../NAME
    #[arg(long, value_name = "ADDRESS")]
    log: Option<String>,
    /// 运行日志的级别，如 info、hub=debug | Which lines the program writes, e.g. info or hub=debug
    #[arg(long, value_name = "FILTER")]
    log_filter: Option<String>,
    /// 日志写成 JSON | Write log lines as JSON
    #[arg(long)]
    log_json: bool,
    /// 只打印生效的配置 | Print the effective configuration and exit
    #[arg(long)]
    print_config: bool,
}

/// A part of the hub.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Part {
    /// Who is who and what is where.
    Directory,
    /// Clues and referrals.
    Education,
    /// The queue.
    Police,
    /// The fire service's inbox.
    Fire,
    /// Event streams.
    Streams,
    /// One address for all roles.
    Front,
    /// The key store for other processes.
    Keys,
}

impl From<Part> for Serving {
    fn from(part: Part) -> Self {
        match part {
            Part::Directory => Serving::Directory,
            Part::Education => Serving::Education,
            Part::Police => Serving::Police,
            Part::Fire => Serving::Fire,
            Part::Streams => Serving::Streams,
            Part::Front => Serving::Front,
            Part::Keys => Serving::Keys,
        }
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub(crate) async fn run(out: &Out, a: Serve) -> Result<(), Failure> {
    let flags = Flags {
        data: None,
        grpc: a.grpc,
        serve: a.role.into_iter().map(Serving::from).collect(),
        routes: a.route,
        log: a.log,
        log_filter: a.log_filter,
        log_json: a.log_json,
    };
    let config = a.place.config_with(flags)?;
    if a.print_config {
        return print_config(out, &config);
    }
    hub::telemetry::start(&config.log_filter, config.log_json).map_err(|error| {
        Failure::plain(
            format!("日志级别“{}”不正确：{error}", config.log_filter),
            format!("the log filter {:?} is no good: {error}", config.log_filter),
        )
    })?;
    // Asked once before anything is opened or printed: from here on no signal ends the process unheard, so that
    // whoever reads the address may stop the hub at once and it still stops in order.
    let mut stop = pin!(hub::serve::asked_to_stop());
    if futures::poll!(stop.as_mut()).is_ready() {
        return Ok(());
    }
    if config.serve.contains(&Serving::Front) {
        let mut running = crate::front::start(&config).await?;
        out.line(running.address)?;
        let ended = running.until(stop).await;
        let stopped = running.stop().await;
        return Ok(ended.and(stopped)?);
    }
    if config.serve.contains(&Serving::Keys) {
        let mut running = crate::keys::start(&config).await?;
        for place in &running.places {
            out.line(place)?;
        }
        let ended = running.until(stop).await;
        let stopped = running.stop().await;
        return Ok(ended.and(stopped)?);
    }
    let mut running = crate::serve::start(&config, Time::system()).await?;
    out.line(running.address)?;
    if let Some(password) = &running.first_password {
        out.line(format!("administrator OF-ADMIN one-time password: {password}"))?;
        out.line("管理员 OF-ADMIN 的一次性密码见上一行，只显示这一次；登录：safeguard sign-in OF-ADMIN")?;
    }
    let log = running.hub.log.clone();
    let ended = tokio::select! {
        ended = running.until(stop) => ended,
        // A failure, so that whoever supervises the process starts it again, with the settings as they are by then.
        to = hub::open::moved(log) => Err(OpenHubError::Moved { to }.into()),
    };
    let stopped = running.stop().await;
    Ok(ended.and(stopped)?)
}
