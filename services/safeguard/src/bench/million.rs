//! A log of a million events: how fast a hub starts on it, what memory it takes, how fast views are rebuilt.
//! Never here: the views.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::actor::{Actor, Agency, Level, Role};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::ClueRule;
use domain::clue::command::{Command, Report};
use domain::clue::event::Reporter;
use domain::jurisdiction::Jurisdiction;
use eventlog::StreamName;
use futures::StreamExt;
use hub::config::Config;
use hub::identity::Tokens;
use hub::{Hub, Order, mint};
use tokio::io::{AsyncBufReadExt, BufReader};
use tonic::transport::Endpoint;
use uuid::Uuid;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;

use crate::bench::Figures;
use crate::bench::ground::{Ground, PLACE, unit_of};

/// Clues written at once.
const WRITING: usize = 64;

/// Measures `start_1m_s`, `rss_1m_mib` and `rebuild_per_s`.
///
/// # Errors
/// When the hub cannot be started or a view cannot be rebuilt.
pub async fn measure(data: &Path, events: u64, figures: &mut Figures) -> anyhow::Result<()> {
    let ground = Ground::start(data).await?;
    fill(ground.hub(), events).await?;
    ground.stop().await?;
    start_and_ask(data, figures).await?;
    rebuild(data, figures).await
}

/// Writes clues through the law, four commands each, until the log holds `events`.
pub(super) async fn fill(hub: &Hub, events: u64) -> anyhow::Result<()> {
    let bar = indicatif::ProgressBar::new(events);
    let mut head = 0;
    while head < events {
        let mut clues = futures::stream::iter(0..2_000).map(|_| write(hub)).buffer_unordered(WRITING);
        while let Some(written) = clues.next().await {
            let _ = written?;
        }
        head = hub.log.head().await?.map_or(0, |position| position.get());
        bar.set_position(head.min(events));
    }
    bar.finish_and_clear();
    let views = hub.roster.view().wait_for_head(Duration::from_secs(300)).await?;
    anyhow::ensure!(views, "the roster did not catch up");
    Ok(())
}

/// One clue: reported, sorted, assigned, verification started. Answers its last event, by stream and revision, and when
/// the command for it was given.
pub(super) async fn write(hub: &Hub) -> anyhow::Result<(String, u64, Instant)> {
    let unit = unit_of(Agency::Education, Level::County, PLACE)?;
    let roles = vec![Role::Handler, Role::Triage, Role::Leader];
    let by = Actor { officer: "OF-B-EDU".parse()?, unit: unit.clone(), roles };
    let id = Uuid::now_v7();
    let report = report(hub, id)?;
    let stream = StreamName::parse(report.id.as_str())?;
    let competence = vec![Jurisdiction { division: unit.division, categories: Vec::new(), fallback: false }];
    let (category, urgency, minor) = (report.category, report.urgency, report.minor);
    let commands = [
        Command::Report(Box::new(report)),
        Command::Triage { category, urgency, minor, harm: Vec::new() },
        Command::Assign { to: unit, competence },
        Command::StartVerification { team: vec!["OF-B-EDU".parse()?, "OF-B-TWO".parse()?] },
    ];
    let (mut given, mut revision) = (Instant::now(), 0);
    for (place, command) in commands.into_iter().enumerate() {
        let id = if place == 0 { id } else { mint::follow_up(id, &place.to_string()) };
        let order = Order { by: by.clone(), id, occurred: None, causation: None, correlation: None, command };
        given = Instant::now();
        revision = hub.handle::<ClueRule>(&stream, &order).await?.revision.get();
    }
    Ok((stream.to_string(), revision, given))
}

fn report(hub: &Hub, command: Uuid) -> anyhow::Result<Report> {
    let division = PLACE.parse()?;
    let received = hub.time.now();
    let id = mint::clue_id(command, division, received);
    let subject = hub::seal::case_subject(id.as_str())?;
    Ok(Report {
        narrative: hub.keys.seal(
            &subject,
            "narrative",
            "家长反映培训机构预收一年学费后停课，负责人失去联系。",
        )?,
        id,
        channel: Channel::Phone,
        category: Category::FeeFraud,
        situation: None,
        urgency: Urgency::U3,
        minor: Minor::None,
        harm: Vec::new(),
        division,
        institution: None,
        received,
        place: None,
        reporter: Reporter::Anonymous,
        persons: Vec::new(),
        papers: Vec::new(),
        owner: unit_of(Agency::Education, Level::County, PLACE)?,
        police: unit_of(Agency::Police, Level::County, PLACE)?,
        fallback: unit_of(Agency::Education, Level::City, "430400")?,
        source: None,
    })
}

/// Starts the program itself on the data, from the process's start to the first answered query.
async fn start_and_ask(data: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let tokens = token_for(data)?;
    let started = Instant::now();
    let mut child = tokio::process::Command::new(std::env::current_exe()?)
        .args(["serve", "--grpc", "127.0.0.1:0", "--log-filter", "error", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = child.stdout.take().context("the hub has no standard output")?;
    let mut lines = BufReader::new(out).lines();
    let address = lines.next_line().await?.context("the hub ended before it listened")?;
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    let ask = |officer: &str| token(&tokens, officer);
    let mut clues = EducationServiceClient::new(channel.clone());
    let mut asked = tonic::Request::new(v1::ListCluesRequest::default());
    asked.metadata_mut().insert("authorization", ask("OF-B-EDU")?);
    clues.list_clues(asked).await?;
    figures.keep("start_1m_s", started.elapsed().as_secs_f64(), "at most 1, from start to the first answer");
    let mut police = PoliceServiceClient::new(channel);
    for _ in 0..50 {
        let mut asked = tonic::Request::new(v1::ListCluesRequest::default());
        asked.metadata_mut().insert("authorization", ask("OF-B-EDU")?);
        clues.list_clues(asked).await?;
        let mut asked = tonic::Request::new(v1::ListQueueRequest::default());
        asked.metadata_mut().insert("authorization", ask("OF-B-PSB")?);
        police.list_queue(asked).await?;
    }
    let id = child.id().context("the hub has ended")?;
    figures.keep("rss_1m_mib", resident_mib(id)?, "at most 250, after 100 queries");
    child.kill().await?;
    Ok(())
}

fn token_for(data: &Path) -> anyhow::Result<Tokens> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let seed = hub::open::keys(&config)?.signing_seed()?;
    Ok(Tokens::new(&seed, jiff::SignedDuration::from_mins(15))?)
}

fn token(tokens: &Tokens, officer: &str) -> anyhow::Result<tonic::metadata::AsciiMetadataValue> {
    let issued = tokens.issue(&officer.parse()?, jiff::Timestamp::now())?;
    Ok(format!("Bearer {}", issued.text).parse()?)
}

/// Resident memory of a process in MiB, as Linux tells it.
pub(super) fn resident_mib(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
    Ok(kib / 1024.0)
}

/// Rebuilds the views of the services, one after the other; keeps the slowest rate.
async fn rebuild(data: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let log = hub::open::log(&config).await?;
    let events = log.head().await?.map_or(0, |position| position.get()) as f64;
    let folder = config.views();
    let start = Instant::now();
    education::rebuild(&folder, &log, |_| {}).await?;
    // Three views: clues, referrals and campaigns.
    let education = 3.0 * events / start.elapsed().as_secs_f64();
    let start = Instant::now();
    police::rebuild(&folder, &log, |_| {}).await?;
    let police = events / start.elapsed().as_secs_f64();
    eprintln!(
        "rebuild: education {education:.0} a second over its three views, police queue {police:.0} a second"
    );
    figures.keep("rebuild_per_s", education.min(police), "at least 50000 events, the slower service");
    log.close().await;
    Ok(())
}
