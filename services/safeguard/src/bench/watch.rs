//! From the answered command to the change in `WatchQueue`, at 500 commands a second. Never here: the queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::time::MissedTickBehavior;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;
use wire::v1::watch_queue_response::News;

use crate::bench::ground::Ground;
use crate::bench::report::clue;
use crate::bench::{Figures, millis, quantile};

/// Commands a second.
const RATE: u32 = 500;

/// When each matter was first seen by the watcher.
type Seen = Arc<Mutex<HashMap<String, Instant>>>;

/// Measures `queue_visible_p99_ms`.
///
/// # Errors
/// When a call is refused or a change is never seen.
pub async fn measure(ground: &Ground, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let duty = ground.caller("OF-B-PSB")?;
    let mut police = PoliceServiceClient::new(ground.connect().await?);
    let mut changes = police.watch_queue(duty.ask(v1::WatchQueueRequest::default())).await?.into_inner();
    while let Some(change) = changes.message().await? {
        if matches!(change.news, Some(News::SnapshotDone(_))) {
            break;
        }
    }
    let seen: Seen = Seen::default();
    let total = (load.as_secs_f64() * f64::from(RATE)) as usize;
    let watcher = tokio::spawn({
        let seen = seen.clone();
        async move {
            while seen.lock().unwrap_or_else(PoisonError::into_inner).len() < total {
                let Some(change) = changes.message().await? else { break };
                if let Some(News::Changed(entry)) = change.news {
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.entry(entry.matter).or_insert_with(Instant::now);
                }
            }
            anyhow::Ok(())
        }
    });
    let answered = paced(ground, total).await?;
    tokio::time::timeout(Duration::from_secs(60), watcher)
        .await
        .context("changes are missing after a minute")???;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let mut spans: Vec<f64> = answered
        .iter()
        .filter_map(|(matter, answered)| Some(millis(seen.get(matter)?.saturating_duration_since(*answered))))
        .collect();
    anyhow::ensure!(spans.len() == total, "{} of {total} changes were seen", spans.len());
    figures.keep("queue_visible_p99_ms", quantile(&mut spans, 0.99), "at most 50, at 500 commands a second");
    Ok(())
}

/// Reports mandatory clues at the fixed pace, whatever the answers take; gives when each was answered.
async fn paced(ground: &Ground, total: usize) -> anyhow::Result<Vec<(String, Instant)>> {
    let clerk = ground.caller("OF-B-EDU")?;
    let channel = ground.connect().await?;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / RATE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut calls = Vec::with_capacity(total);
    for _ in 0..total {
        tick.tick().await;
        let mut client = EducationServiceClient::new(channel.clone());
        let request = clerk.ask(clue(v1::Category::MinorAbuse));
        calls.push(tokio::spawn(async move {
            let answer = client.report_clue(request).await?;
            Ok::<_, tonic::Status>((answer.into_inner().clue_id, Instant::now()))
        }));
    }
    let mut answered = Vec::with_capacity(total);
    for call in calls {
        answered.push(call.await??);
    }
    Ok(answered)
}
