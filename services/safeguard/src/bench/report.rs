//! `ReportClue` over gRPC: authenticated, authorised, decided, durable. Many callers, then one.
//! Never here: how a clue is handled.

use std::time::{Duration, Instant};

use anyhow::Context;
use tonic::transport::Channel;
use uuid::Uuid;
use wire::convert;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;

use crate::bench::ground::{Caller, Ground, PLACE};
use crate::bench::{Figures, millis, quantile};

/// Callers at once.
const CALLERS: usize = 64;
/// Connections they share.
const CONNECTIONS: usize = 4;

/// A report of a clue in the district, a new one with every call.
#[must_use]
pub fn clue(category: v1::Category) -> v1::ReportClueRequest {
    clue_in(category, PLACE)
}

/// A report of a clue in a county, a new one with every call.
#[must_use]
pub fn clue_in(category: v1::Category, county: &str) -> v1::ReportClueRequest {
    v1::ReportClueRequest {
        request_id: Uuid::now_v7().to_string(),
        channel: v1::Channel::Phone.into(),
        category: category.into(),
        urgency: v1::Urgency::U3.into(),
        minor: v1::Minor::None.into(),
        division: county.to_owned(),
        received_at: Some(convert::timestamp(jiff::Timestamp::now())),
        narrative: "家长反映培训机构预收一年学费后停课，负责人失去联系，涉及二十余名学生。".to_owned(),
        reporter: Some(v1::ReporterStatement {
            who: Some(v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {})),
        }),
        ..v1::ReportClueRequest::default()
    }
}

/// Measures `report_clue_per_s`, `report_clue_p99_ms` and `report_clue_single_ms`.
///
/// # Errors
/// When a call is refused.
pub async fn measure(ground: &Ground, load: Duration, raw: f64, figures: &mut Figures) -> anyhow::Result<()> {
    let caller = ground.caller("OF-B-EDU")?;
    run(ground, &caller, CALLERS, Duration::from_secs(2)).await?;
    let (rate, mut spans) = run(ground, &caller, CALLERS, load).await?;
    let goal = (18.0 * raw).min(8_000.0);
    figures.keep("report_clue_per_s", rate, format!("at least {goal:.0} (18 x raw or 8000)"));
    figures.keep("report_clue_p99_ms", quantile(&mut spans, 0.99), "below 40 at a raw rate of 250");
    let (_, mut spans) = run(ground, &caller, 1, load / 2).await?;
    let goal = 1.3 * 1000.0 / raw + 1.0;
    figures.keep(
        "report_clue_single_ms",
        quantile(&mut spans, 0.5),
        format!("at most {goal:.2} (1.3 raw syncs + 1 ms)"),
    );
    Ok(())
}

/// Calls of many callers over `span`: how many a second, and how long each took in milliseconds.
async fn run(
    ground: &Ground,
    caller: &Caller,
    callers: usize,
    span: Duration,
) -> anyhow::Result<(f64, Vec<f64>)> {
    let mut channels = Vec::new();
    for _ in 0..callers.min(CONNECTIONS) {
        channels.push(ground.connect().await?);
    }
    let start = Instant::now();
    let tasks: Vec<_> = channels
        .iter()
        .cycle()
        .take(callers)
        .map(|channel| tokio::spawn(calls(channel.clone(), caller.clone(), start + span)))
        .collect();
    let mut spans = Vec::new();
    for task in tasks {
        spans.extend(task.await.context("a caller ended badly")??);
    }
    Ok((spans.len() as f64 / start.elapsed().as_secs_f64(), spans))
}

async fn calls(channel: Channel, caller: Caller, end: Instant) -> anyhow::Result<Vec<f64>> {
    let mut client = EducationServiceClient::new(channel);
    let mut spans = Vec::new();
    while Instant::now() < end {
        let request = caller.ask(clue(v1::Category::FeeFraud));
        let asked = Instant::now();
        client.report_clue(request).await?;
        spans.push(millis(asked.elapsed()));
    }
    Ok(spans)
}
