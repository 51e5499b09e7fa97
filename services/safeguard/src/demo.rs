//! `safeguard demo`: a hub on a fresh directory, a county and its city in it, and three stories played live over gRPC:
//! a mandatory report, a referral under Order 310, a fire complaint. Then it stays, with accounts to try.
//!
//! The story begins half an hour ago: the hub's clock runs behind and is moved forward where nobody claims the report,
//! so that its warnings and its breach are seen as they fire. When the story ends, the hub's time is the true time.
//! Never here: anything the services do not offer to everyone.

mod act;
mod closing;
mod filing;
mod fire;
mod folder;
mod layout;
mod listen;
mod mandatory;
mod papers;
mod referral;
mod ringing;
mod screen;
mod stage;
mod tale;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use hub::config::Config;
use hub::serve::{ServeError, asked_to_stop};
use hub::{Time, serve};
use jiff::SignedDuration;
use tonic::transport::Endpoint;
use wire::Lang;

use crate::serve::{Running, start};
use crate::world::{self, Size, World};

use self::folder::{Folder, Found};
use self::screen::{End, Line, Screen};
use self::stage::Stage;

pub use self::tale::personal_values;

/// How long before now the story begins.
const BEFORE: SignedDuration = SignedDuration::from_mins(32);
/// Tokens outlive the half hours the clock jumps over, in minutes.
const TOKEN_MINUTES: u16 = 7 * 24 * 60;
/// Where a demonstration listens unless told otherwise.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_051);

/// 在虚构的区县上演示平台主线，之后继续运行供试用 | Play the hub's main story on a made-up county, then keep serving
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// 演示目录：空目录，或以前演示过的目录 | Directory: a new or empty one, or one of an earlier demonstration
    #[arg(long, value_name = "DIR", default_value = "safeguard-demo")]
    pub data: PathBuf,
    /// 监听地址；不给则用 127.0.0.1:50051，被占用时另选 | Where to listen; else 127.0.0.1:50051, or a free port when taken
    #[arg(long, value_name = "ADDRESS")]
    pub grpc: Option<SocketAddr>,
    /// 演完即退出 | Play the story and exit
    #[arg(long)]
    pub once: bool,
    /// 在演示过的目录上再演一遍 | Play again on a directory where it was played before
    #[arg(long)]
    pub again: bool,
    /// 两步之间的毫秒数；默认 700，带 --once 为 0 | Milliseconds between steps; 700, or 0 with --once
    #[arg(long, value_name = "MILLIS")]
    pub pace: Option<u64>,
}

/// Runs the demonstration.
///
/// # Errors
/// The directory or the address cannot be used, or a step was not answered as the story tells it; the text says which.
pub async fn run(args: DemoArgs, lang: Lang, json: bool) -> anyhow::Result<()> {
    let folder = Folder::open(&args.data)?;
    let played = matches!(folder.found, Found::Ready(_));
    let plays = !played || args.once || args.again;
    let time = Time::system();
    if plays {
        time.advance(-BEFORE);
    }
    let usual = if args.once { 0 } else { 700 };
    let pace = Duration::from_millis(args.pace.unwrap_or(usual));
    let screen = Screen::new(json, lang, time.clone(), pace);
    let (running, moved) = open(&args, &time).await?;
    if moved {
        screen.note(
            &format!("{USUAL} 已被占用，改用 {}", running.address),
            &format!("{USUAL} is taken; listening on {}", running.address),
        )?;
    }
    let told = tell(&running, &folder, (&screen, &time), plays, &args).await;
    let stopped = running.stop().await.context("stopping the hub");
    told.and(stopped)
}

async fn tell(
    running: &Running,
    folder: &Folder,
    (screen, time): (&Screen, &Time),
    plays: bool,
    args: &DemoArgs,
) -> anyhow::Result<()> {
    let world = inhabit(running, folder, screen).await?;
    if plays {
        let stage = Stage::open(world.clone(), screen.clone(), time.clone()).await?;
        mandatory::play(&stage).await.context("story A, the mandatory report")?;
        referral::play(&stage).await.context("story B, the referral")?;
        fire::play(&stage).await.context("story C, the fire complaint")?;
        stage.close().await?;
        if !args.once {
            mandatory::leave(&stage).await.context("story D, the open report")?;
        }
    }
    if args.once {
        return Ok(());
    }
    closing::show(&world, screen, (running.address, &args.data))?;
    asked_to_stop().await;
    screen.note("正在停止……", "stopping ...")
}

/// Starts the hub. Without `--grpc` a taken usual port gives way to a free one; the second value says so.
async fn open(args: &DemoArgs, time: &Time) -> anyhow::Result<(Running, bool)> {
    let free = SocketAddr::new(USUAL.ip(), 0);
    let wanted = args.grpc.unwrap_or(if args.once { free } else { USUAL });
    let config =
        |grpc| Config { data: args.data.clone(), grpc, token_minutes: TOKEN_MINUTES, ..Config::default() };
    match start(&config(wanted), time.clone()).await {
        Ok(running) => Ok((running, false)),
        Err(error) if args.grpc.is_none() && taken(&error) => {
            Ok((start(&config(free), time.clone()).await?, true))
        }
        Err(error) => Err(error),
    }
}

fn taken(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<ServeError>(), Some(serve::ServeError::Bind { .. }))
}

/// Loads the world into a new hub, or signs in to the one that is there.
async fn inhabit(running: &Running, folder: &Folder, screen: &Screen) -> anyhow::Result<World> {
    let channel = Endpoint::from_shared(format!("http://{}", running.address))?
        .connect()
        .await
        .context("connecting to the hub")?;
    let size = Size::default();
    if let Found::Ready(accounts) = &folder.found {
        return world::sign_in(channel, accounts, &size).await.context("signing in to the demonstration");
    }
    let password = running.first_password.as_deref().context("the hub has an administrator already")?;
    folder.loading()?;
    let world = world::load(channel, password, &size).await.context("loading the county and the city")?;
    folder.ready(&world.officers)?;
    let (units, officers, premises) = (world.units.len(), world.officers.len(), world.institutions.len());
    screen.step(&Line {
        step: "world.loaded",
        end: End::Hub,
        state: "ready".to_owned(),
        zh: format!("衡阳市及四个区县就绪：{units} 个单位、{officers} 个账号、{premises} 所学校和机构"),
        en: format!(
            "Hengyang and four counties are in: {units} units, {officers} accounts, {premises} institutions"
        ),
        ..Line::default()
    })?;
    Ok(world)
}
