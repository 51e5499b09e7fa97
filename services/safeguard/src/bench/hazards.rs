//! The hazard board over very many open hazards: a page by division prefix and age, with its counts. The hazards are
//! written through the law and folded by the projection; no clock rings, so that nothing else is written meanwhile.
//! Never here: how the board is ordered.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::division::{DivisionLevel, Divisions};
use domain::hazard::draft::{Category, Draft, Grade};
use domain::hazard::event::Notice;
use domain::hazard::{Command, HazardRule};
use domain::officer::{self, OfficerRule};
use domain::text::{Reason, Text};
use eventlog::StreamName;
use fire::Fire;
use futures::{StreamExt, TryStreamExt};
use hub::config::Config;
use hub::open::open;
use hub::{Hub, Order, Time, clocks, mint};
use jiff::SignedDuration;
use tonic::Request;
use uuid::Uuid;
use wire::v1;
use wire::v1::hazard_service_server::HazardService;

use crate::bench::ground::unit_of;
use crate::bench::{Figures, millis, quantile};

/// Hazards written at once.
const WRITING: usize = 64;
/// Pages read of each kind.
const PAGES: usize = 200;
/// Days over which they were found.
const DAYS: i64 = 120;

/// Measures `hazard_board_ms` and `hazard_board_p99_ms`, over first pages of 50 with their counts, each of another
/// province and age; `hazard_nation_ms`, the same over the whole country; and `hazard_ledger_ms`.
///
/// # Errors
/// When a call is refused.
pub async fn measure(data: &Path, hazards: usize, figures: &mut Figures) -> anyhow::Result<()> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let opened = open(&config, Time::system()).await?;
    let hub = &opened.hub;
    let fire = Fire::start(hub)?;
    let reader = enter(hub).await?;
    fill(hub, hazards).await?;
    anyhow::ensure!(fire.hazards().view().wait_for_head(Duration::from_secs(600)).await?, "the view is late");
    let (mut spans, mut all) = (Vec::with_capacity(PAGES), Vec::with_capacity(PAGES));
    for page in 0..PAGES {
        let provinces =
            Divisions::standard().of_level(DivisionLevel::Province, mint::beijing_day(hub.time.now()));
        let provinces: Vec<String> = provinces.map(|row| row.code.to_string()).collect();
        let age_days_least = u32::try_from(page % 100)?;
        let division = provinces.get(page % provinces.len()).cloned().unwrap_or_default();
        let one = v1::ListHazardsRequest { division, age_days_least, ..Default::default() };
        spans.push(ask(hub, &fire, &reader, one).await?.0);
        let nation = v1::ListHazardsRequest { age_days_least, ..Default::default() };
        all.push(ask(hub, &fire, &reader, nation).await?.0);
    }
    let (_, whole) = ask(hub, &fire, &reader, v1::ListHazardsRequest::default()).await?;
    anyhow::ensure!(whole.total == hazards as u64, "the board counts {} hazards", whole.total);
    figures.keep(
        "hazard_board_ms",
        quantile(&mut spans, 0.5),
        format!("at most 50, one province and age of {hazards} open"),
    );
    figures.keep("hazard_board_p99_ms", quantile(&mut spans, 0.99), "at most 50");
    figures.keep("hazard_nation_ms", quantile(&mut all, 0.5), "at most 50, the country by age");
    figures.keep("hazard_nation_p99_ms", quantile(&mut all, 0.99), "at most 50");
    let mut ledgers = Vec::with_capacity(PAGES);
    for _ in 0..PAGES / 10 {
        let asked = v1::GetHazardLedgerRequest { by: v1::LedgerBy::Division.into(), ..Default::default() };
        let began = Instant::now();
        let _ = fire.hazards().get_hazard_ledger(bearing(hub, &reader, asked)?).await?;
        ledgers.push(millis(began.elapsed()));
    }
    figures.keep("hazard_ledger_ms", quantile(&mut ledgers, 0.5), "the country, county by county");
    hub.log.close().await;
    Ok(())
}

fn bearing<T>(hub: &Hub, reader: &Actor, message: T) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    let token = hub.tokens.issue(&reader.officer, hub.time.now())?;
    let _ = request.metadata_mut().insert("authorization", format!("Bearer {}", token.text).parse()?);
    Ok(request)
}

async fn ask(
    hub: &Hub,
    fire: &Fire,
    reader: &Actor,
    asked: v1::ListHazardsRequest,
) -> anyhow::Result<(f64, v1::ListHazardsResponse)> {
    let request = bearing(hub, reader, asked)?;
    let began = Instant::now();
    let answer = fire.hazards().list_hazards(request).await?.into_inner();
    Ok((millis(began.elapsed()), answer))
}

/// Enters a reader at the top of the fire service.
async fn enter(hub: &Hub) -> anyhow::Result<Actor> {
    let service = clocks::service_actor().map_err(|error| anyhow::anyhow!(error))?;
    let by = Actor { roles: vec![Role::Administrator], ..service };
    let unit = unit_of(Agency::Fire, Level::Nation, "100000")?;
    let reader = Actor { officer: "OF-B-FIRE".parse()?, unit, roles: vec![Role::Leader] };
    let Actor { officer, unit, roles } = reader.clone();
    let name = hub.keys.seal(&format!("SU-{officer}").parse()?, "name", "压力测试")?;
    let stream = StreamName::parse(officer.as_str())?;
    let command = officer::Command::Register(Box::new(officer::Registered { officer, unit, name, roles }));
    let done = hub.handle::<OfficerRule>(&stream, &order(&by, 0, command)).await?;
    hub.roster.view().wait(&done.token(), Duration::from_secs(60)).await?;
    Ok(reader)
}

fn order<C>(by: &Actor, days: i64, command: C) -> Order<C> {
    let found = mint::made(Uuid::now_v7())
        .and_then(|now| now.checked_sub(SignedDuration::from_hours(24 * days)).ok());
    let occurred = found.filter(|_| days > 0);
    Order { by: by.clone(), id: Uuid::now_v7(), occurred, causation: None, correlation: None, command }
}

/// Open hazards in every county of the country, found over [`DAYS`]; four of five were noticed to the institution.
async fn fill(hub: &Hub, hazards: usize) -> anyhow::Result<()> {
    let today = mint::beijing_day(hub.time.now());
    let counties: Vec<_> =
        Divisions::standard().of_level(DivisionLevel::County, today).map(|row| row.code).collect();
    let bar = indicatif::ProgressBar::new(hazards as u64);
    let writes = (0..hazards).zip(counties.iter().cycle()).map(|(place, county)| {
        let bar = &bar;
        async move {
            let unit = unit_of(Agency::Fire, Level::County, county.as_str())?;
            write(hub, place, unit).await?;
            bar.inc(1);
            anyhow::Ok(())
        }
    });
    futures::stream::iter(writes).buffer_unordered(WRITING).try_collect::<()>().await?;
    bar.finish_and_clear();
    Ok(())
}

async fn write(hub: &Hub, place: usize, unit: Unit) -> anyhow::Result<()> {
    let days = 1 + i64::try_from(place)? * 7 % DAYS;
    let found = mint::beijing_day(hub.time.now()) - jiff::Span::new().days(days);
    let id = mint::hazard_id(Uuid::now_v7(), unit.division, found);
    let stream = StreamName::parse(id.as_str())?;
    let by = Actor {
        officer: format!("OF-B-{}", unit.division).parse()?,
        unit: unit.clone(),
        roles: vec![Role::Handler],
    };
    let of =
        |place: usize| Category::ALL.get(place % Category::ALL.len()).copied().unwrap_or(Category::Other);
    let grade = if place.is_multiple_of(50) { Grade::Major } else { Grade::General };
    let draft = Draft {
        id,
        institution: format!("IN-{}-{}", unit.division, place % 55).parse()?,
        division: unit.division,
        category: of(place),
        grade,
        visit_lead: None,
        found: None,
        basis: Text::parse("消防法第二十八条")?,
        finder: unit.clone(),
        lead: unit,
        spot: Text::parse("二楼东侧安全出口")?,
        papers: Vec::new(),
    };
    let reason: Reason = Text::parse("现场核实")?;
    let mut commands = vec![Command::Open { draft: Box::new(draft) }, Command::Grade { grade, reason }];
    if grade == Grade::General && !place.is_multiple_of(5) {
        commands.push(Command::Notify(Notice { number: "消改〔2026〕1号".parse()?, until: None }));
    }
    for command in commands {
        hub.handle::<HazardRule>(&stream, &order(&by, days, command)).await?;
    }
    Ok(())
}
