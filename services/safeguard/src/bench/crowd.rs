//! Officers of eight counties who report at once, each over the connection of their county, and those of a ninth. Never
//! here: a figure.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::actor::{Agency, Level, Role};
use hub::config::Config;
use tonic::transport::Channel;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;

use crate::bench::ground::{self, Caller, Ground, enter_officer, enter_unit, unit_of};
use crate::bench::report::clue_in;
use crate::process::Process;

/// The counties whose clerks flood the hub.
const COUNTIES: [&str; 8] = ["430406", "430407", "430408", "430412", "430421", "430422", "430423", "430424"];
/// Clerks who each wait for their answer, when it is measured what the hub can do.
const CALLERS: usize = 64;
/// A hub that keeps everything in one directory, on a port of the system.
#[must_use]
pub fn in_place(data: &Path) -> Config {
    Config { data: data.to_owned(), grpc: ([127, 0, 0, 1], 0).into(), ..Config::default() }
}

/// Callers of the flood, and of the urgent calls.
pub struct People {
    /// Clerks of the counties.
    pub flood: Vec<(Caller, &'static str)>,
    /// The clerk of the ninth.
    pub clerk: Caller,
    /// Its duty officer.
    pub duty: Caller,
}

/// The units and officers, entered before the hub is served.
///
/// # Errors
/// When the hub cannot be started.
pub async fn enter(config: &Config) -> anyhow::Result<People> {
    let ground = Ground::over(config).await?;
    let administrator = ground::administrator()?;
    let mut last = None;
    for division in COUNTIES {
        for agency in [Agency::Education, Agency::Police] {
            let county = unit_of(agency, Level::County, division)?;
            let city = unit_of(agency, Level::City, ground::CITY)?;
            enter_unit(ground.hub(), &administrator, county.clone(), Some(city)).await?;
            let officer = format!("OF-B-{}-{division}", agency.code()).parse()?;
            let roles = vec![Role::Handler, Role::Triage, Role::Duty];
            last = Some(enter_officer(ground.hub(), &administrator, officer, county, roles).await?);
        }
    }
    let token = last.context("no officer was entered")?;
    ground.hub().roster.view().wait(&token, Duration::from_secs(60)).await?;
    let flood =
        COUNTIES.iter().map(|division| Ok((ground.caller(&format!("OF-B-EDU-{division}"))?, *division)));
    let flood = flood.collect::<anyhow::Result<Vec<_>>>()?;
    let (clerk, duty) = (ground.caller("OF-B-EDU")?, ground.caller("OF-B-PSB")?);
    ground.stop().await?;
    Ok(People { flood, clerk, duty })
}

/// What the hub can do: reports a second of callers who wait for their answers.
///
/// # Errors
/// When a report is refused.
pub async fn sustained(channels: &[Channel], people: &People, load: Duration) -> anyhow::Result<f64> {
    let end = Instant::now() + load;
    let callers = (0..CALLERS).zip(people.flood.iter().cycle()).zip(channels.iter().cycle());
    let callers: Vec<_> = callers
        .map(|((_, (caller, division)), channel)| {
            let (caller, mut client) = (caller.clone(), EducationServiceClient::new(channel.clone()));
            let division = *division;
            tokio::spawn(async move {
                let mut done = 0_u64;
                while Instant::now() < end {
                    client.report_clue(caller.ask(clue_in(v1::Category::FeeFraud, division))).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for caller in callers {
        done += caller.await??;
    }
    Ok(done as f64 / load.as_secs_f64())
}

/// A connection for each county.
///
/// # Errors
/// When the hub does not answer.
pub async fn lines(served: &Process) -> anyhow::Result<Vec<Channel>> {
    let mut channels = Vec::new();
    for _ in COUNTIES {
        channels.push(served.connect().await?);
    }
    Ok(channels)
}
