//! Three times what the hub can do, from eight counties at once: what becomes of the urgent calls of a ninth, of the rest,
//! and of the hub's memory. Never here: how the hub chooses.
//!
//! The hub runs as its own process on one core, the callers on the others, so that making the load does not slow down what
//! is measured; among the callers the urgent ones go first, for they would sit elsewhere. What it can do is measured first,
//! with callers who each wait for their answer; then the urgent calls alone; then both, the load coming at a fixed pace
//! whatever the answers take.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;

use crate::bench::crowd::{self, People, in_place, lines, sustained};
use crate::bench::report::{clue, clue_in};
use crate::bench::served::{beside, go_last, served};
use crate::bench::{Figures, millis, quantile};
use crate::process::Process;

/// How many times that comes afterwards.
const TIMES: f64 = 3.0;
/// Urgent calls a second: half of them mandatory reports, half of them claims of what was reported.
const URGENT_RATE: u32 = 50;
/// The load comes for so many times what a figure takes otherwise, and so do the urgent calls alone: few calls are urgent, and
/// of a thousand ten are beyond the 99th percentile, so that one stall of the machine does not decide it.
const LONGER: u32 = 2;
/// How often the load sends what is due.
const TICK: Duration = Duration::from_millis(2);

/// Measures the figures of `--only overload`.
///
/// # Errors
/// When the hub cannot be started, or an urgent call is refused.
pub async fn measure(data: &Path, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let config = in_place(data);
    let people = Arc::new(crowd::enter(&config).await?);
    let served = Arc::new(served(&config)?);
    let told = tokio::task::block_in_place(|| {
        beside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(storm(&served, &people, load))
        })
    })?;
    told.keep(figures);
    Ok(())
}

/// What was seen.
struct Told {
    sustained: f64,
    alone: Vec<f64>,
    stormed: Vec<f64>,
    offered: f64,
    done: f64,
    refused: f64,
    before: f64,
    middle: f64,
    after: f64,
}

impl Told {
    fn keep(mut self, figures: &mut Figures) {
        let (alone, stormed) = (quantile(&mut self.alone, 0.99), quantile(&mut self.stormed, 0.99));
        figures.keep("overload_sustained_per_s", self.sustained, "reports, callers wait for their answers");
        figures.keep("overload_offered_per_s", self.offered, "three times that");
        figures.keep("overload_done_per_s", self.done, "of the offered");
        figures.keep("overload_refused_per_s", self.refused, "of the offered, each told when to come again");
        figures.keep(
            "urgent_alone_p50_ms",
            quantile(&mut self.alone, 0.5),
            "reports and claims, nothing else",
        );
        figures.keep("urgent_alone_p99_ms", alone, "the same");
        figures.keep("urgent_stormed_p50_ms", quantile(&mut self.stormed, 0.5), "beside the offered load");
        figures.keep("urgent_stormed_p99_ms", stormed, format!("at most {:.2} (twice alone)", 2.0 * alone));
        figures.keep("overload_rss_before_mib", self.before, "memory of the hub when the load begins");
        figures.keep("overload_rss_middle_mib", self.middle, "when half of it has come");
        figures.keep("overload_rss_after_mib", self.after, "flat: as in the middle");
    }
}

async fn storm(served: &Arc<Process>, people: &Arc<People>, load: Duration) -> anyhow::Result<Told> {
    let channels = lines(served).await?;
    sustained(&channels, people, Duration::from_secs(2)).await?;
    let sustained = sustained(&channels, people, load).await?;
    let load = load * LONGER;
    let alone = urgent(served, people, load).await?;
    let before = served.resident()?;
    let begun = Instant::now();
    let (flood, stormed, middle) = tokio::join!(
        on_a_thread(served, people, move |served, people| async move {
            go_last()?;
            flood(&served, &people, sustained * TIMES, load).await
        }),
        // The first second is the load's alone.
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            urgent(served, people, load.saturating_sub(Duration::from_secs(2))).await
        },
        async {
            tokio::time::sleep(load / 2).await;
            served.resident()
        },
    );
    let (sent, done, refused) = flood?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Told {
        sustained,
        alone,
        stormed: stormed?,
        offered: sent as f64 / seconds,
        done: done as f64 / seconds,
        refused: refused as f64 / seconds,
        before,
        middle: middle?,
        after: served.resident()?,
    })
}

/// Reports at a fixed pace, whatever becomes of them: how many were sent, done and refused.
async fn flood(
    served: &Process,
    people: &People,
    rate: f64,
    load: Duration,
) -> anyhow::Result<(u64, u64, u64)> {
    let channels = lines(served).await?;
    let (done, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begun = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    let mut sent = 0_u64;
    let mut people = people.flood.iter().zip(channels.iter()).cycle();
    while begun.elapsed() < load {
        tick.tick().await;
        let due = (begun.elapsed().as_secs_f64() * rate) as u64;
        while sent < due {
            let Some(((caller, division), channel)) = people.next() else { break };
            let request = caller.ask(clue_in(v1::Category::FeeFraud, division));
            let (done, refused) = (done.clone(), refused.clone());
            let mut client = EducationServiceClient::new(channel.clone());
            calls.spawn(async move {
                if let Err(status) = client.report_clue(request).await {
                    if !matches!(Refusal::from_status(&status), Refusal::Overloaded { .. }) {
                        return Err(status);
                    }
                    refused.fetch_add(1, Ordering::Relaxed);
                } else {
                    done.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            });
            sent += 1;
        }
        while let Some(ended) = calls.try_join_next() {
            ended??;
        }
    }
    while let Some(ended) = calls.join_next().await {
        ended??;
    }
    Ok((sent, done.load(Ordering::Relaxed), refused.load(Ordering::Relaxed)))
}

/// The urgent calls, whose thread never waits for the load to be made.
async fn urgent(served: &Arc<Process>, people: &Arc<People>, load: Duration) -> anyhow::Result<Vec<f64>> {
    let pressing = move |served: Arc<Process>, people: Arc<People>| async move {
        pressing(&served, &people, load).await
    };
    on_a_thread(served, people, pressing).await
}

/// Makes calls on a thread of their own.
async fn on_a_thread<T, F>(
    served: &Arc<Process>,
    people: &Arc<People>,
    calls: impl FnOnce(Arc<Process>, Arc<People>) -> F + Send + 'static,
) -> anyhow::Result<T>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>>,
{
    let (served, people) = (served.clone(), people.clone());
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Nobody is left to tell when the bench has ended meanwhile.
        let _ = tell.send(match runtime {
            Ok(runtime) => runtime.block_on(calls(served, people)),
            Err(error) => Err(error.into()),
        });
    });
    told.await.context("the callers ended badly")?
}

/// Mandatory reports of a ninth county and their claims, at a fixed pace: how long each took, in milliseconds. Each is a task
/// of its own, so that none waits for another; not counted is how late the timer is, which is a millisecond coarse.
async fn pressing(served: &Process, people: &People, load: Duration) -> anyhow::Result<Vec<f64>> {
    let (reports, claims) = (served.connect().await?, served.connect().await?);
    let mut tick = tokio::time::interval(Duration::from_secs(2) / URGENT_RATE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut pairs = tokio::task::JoinSet::new();
    let begun = Instant::now();
    while begun.elapsed() < load {
        tick.tick().await;
        let (clerk, duty) = (people.clerk.clone(), people.duty.clone());
        let mut education = EducationServiceClient::new(reports.clone());
        let mut police = PoliceServiceClient::new(claims.clone());
        pairs.spawn(async move {
            let asked = Instant::now();
            let reported =
                education.report_clue(clerk.ask(clue(v1::Category::MinorAbuse))).await?.into_inner();
            let first = millis(asked.elapsed());
            let claim = v1::ClaimEntryRequest {
                request_id: Uuid::now_v7().to_string(),
                matter: reported.clue_id,
                ..v1::ClaimEntryRequest::default()
            };
            let asked = Instant::now();
            police.claim_entry(duty.ask(claim)).await?;
            anyhow::Ok([first, millis(asked.elapsed())])
        });
    }
    let mut spans = Vec::new();
    while let Some(pair) = pairs.join_next().await {
        spans.extend(pair??);
    }
    Ok(spans)
}
