//! What need-to-know costs: one decision, a page of the queue with one for each of its rows, and the read log. Never here:
//! who may see what.

use std::time::{Duration, Instant};

use anyhow::Context;
use domain::actor::{Actor, Agency, Level, Role};
use domain::class::Class;
use domain::ids::OfficerId;
use eventlog::StreamName;
use hub::Hub;
use tonic::transport::Channel;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;

use crate::bench::ground::{Caller, Ground, PLACE, unit_of};
use crate::bench::list::fill;
use crate::bench::report::clue;
use crate::bench::{Figures, millis, quantile};

/// Open entries of the queue.
const ENTRIES: u64 = 2_000;
/// Pages read.
const PAGES: usize = 200;
/// Decisions asked for again.
const CACHED: u32 = 200_000;
/// Decisions asked for the first time.
const FRESH: u32 = 2_000;
/// Callers who read at once.
const READERS: usize = 16;
/// Turns of reading with and without the read log.
const TURNS: u32 = 6;

/// Measures `need_decision_us`, `need_decision_new_us`, `need_queue_page_ms`, `read_plain_per_s`, `read_noted_per_s` and
/// `read_log_cost_percent`.
///
/// # Errors
/// When a call is refused.
pub async fn measure(ground: &Ground, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let (duty, mut police) = fill(ground, ENTRIES).await?;
    let mut spans = Vec::with_capacity(PAGES);
    let actor = officer("OF-B-PSB", Agency::Police, Role::Duty)?;
    let mut first = None;
    for _ in 0..PAGES {
        let asked = Instant::now();
        let page = police.list_queue(duty.ask(v1::ListQueueRequest::default())).await?.into_inner();
        for entry in &page.entries {
            let sight = ground.hub().sight_of(&actor, &StreamName::parse(&entry.matter)?).await;
            let sight = sight.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
            anyhow::ensure!(sight.sees(Class::Personal), "the duty officer does not see the content");
        }
        spans.push(millis(asked.elapsed()));
        first = first.or(page.entries.into_iter().next());
    }
    let matter = StreamName::parse(&first.context("the queue is empty")?.matter)?;
    decisions(ground.hub(), &matter, figures).await?;
    let told = "at most 10: 50 rows over gRPC, and what may be seen of each";
    figures.keep("need_queue_page_ms", quantile(&mut spans, 0.5), told);
    readings(ground, load, figures).await
}

fn officer(id: &str, agency: Agency, role: Role) -> anyhow::Result<Actor> {
    let unit = unit_of(agency, Level::County, PLACE)?;
    Ok(Actor { officer: id.parse()?, unit, roles: vec![role] })
}

/// One decision: all classes and facets of one matter for one officer.
async fn decisions(hub: &Hub, stream: &StreamName, figures: &mut Figures) -> anyhow::Result<()> {
    let matter = hub.matter(stream).await.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let matter = matter.context("the matter is gone")?;
    let actor = officer("OF-B-PSB", Agency::Police, Role::Duty)?;
    let mut seen = 0_u32;
    let start = Instant::now();
    for _ in 0..CACHED {
        seen += u32::from(hub.sight(&actor, stream, &matter).sees(Class::Personal));
    }
    anyhow::ensure!(seen == CACHED, "the duty officer does not see the content");
    figures.keep("need_decision_us", micros(start.elapsed(), CACHED), "at most 20, asked before");
    let strangers: Vec<Actor> = (0..FRESH)
        .map(|number| Ok(Actor { officer: format!("OF-N-{number}").parse::<OfficerId>()?, ..actor.clone() }))
        .collect::<anyhow::Result<_>>()?;
    let start = Instant::now();
    for actor in &strangers {
        seen += u32::from(hub.sight(actor, stream, &matter).nothing());
    }
    anyhow::ensure!(seen == CACHED, "an officer of the unit sees nothing");
    let told = "seven actions, evaluated once for each officer and state of a matter";
    figures.keep("need_decision_new_us", micros(start.elapsed(), FRESH), told);
    Ok(())
}

fn micros(span: Duration, count: u32) -> f64 {
    span.as_secs_f64() * 1_000_000.0 / f64::from(count)
}

/// The same query for two clues that differ in one thing: one concerns minors, so each reading is noted.
async fn readings(ground: &Ground, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let clerk = ground.caller("OF-B-EDU")?;
    let channel = ground.connect().await?;
    let plain = reported(&channel, &clerk, v1::Minor::None).await?;
    let noted = reported(&channel, &clerk, v1::Minor::Minor).await?;
    let (mut without, mut with) = (0.0, 0.0);
    // By turns, so that what else the machine does falls on both.
    for _ in 0..TURNS {
        without += reads(&channel, &clerk, &plain, load / (2 * TURNS)).await?;
        with += reads(&channel, &clerk, &noted, load / (2 * TURNS)).await?;
    }
    let turns = f64::from(TURNS);
    figures.keep("read_plain_per_s", without / turns, "GetClue, nothing sensitive in it");
    figures.keep("read_noted_per_s", with / turns, "the same, each reading noted");
    figures.keep("read_log_cost_percent", (1.0 - with / without) * 100.0, "at most 5");
    Ok(())
}

async fn reported(channel: &Channel, clerk: &Caller, minor: v1::Minor) -> anyhow::Result<v1::GetClueRequest> {
    let mut client = EducationServiceClient::new(channel.clone());
    let request = v1::ReportClueRequest { minor: minor.into(), ..clue(v1::Category::FeeFraud) };
    let answer = client.report_clue(clerk.ask(request)).await?.into_inner();
    let token = answer.receipt.context("no receipt")?.consistency_token;
    Ok(v1::GetClueRequest { clue_id: answer.clue_id, consistency_token: token })
}

/// How many readings a second many callers get answered.
async fn reads(
    channel: &Channel,
    clerk: &Caller,
    wanted: &v1::GetClueRequest,
    span: Duration,
) -> anyhow::Result<f64> {
    let start = Instant::now();
    let call = || {
        let (mut client, clerk, wanted) =
            (EducationServiceClient::new(channel.clone()), clerk.clone(), wanted.clone());
        tokio::spawn(async move {
            let mut count = 0_u64;
            while start.elapsed() < span {
                client.get_clue(clerk.ask(wanted.clone())).await?;
                count += 1;
            }
            Ok::<u64, tonic::Status>(count)
        })
    };
    let callers: Vec<_> = (0..READERS).map(|_| call()).collect();
    let mut count = 0;
    for caller in callers {
        count += caller.await.context("a caller ended badly")??;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
