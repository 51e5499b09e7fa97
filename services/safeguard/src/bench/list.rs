//! The first page of a queue with very many open entries. Never here: how it is ordered.

use std::time::{Duration, Instant};

use anyhow::Context;
use futures::StreamExt;
use tonic::transport::Channel;
use wire::v1;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;

use crate::bench::ground::{Caller, Ground};
use crate::bench::report::clue;
use crate::bench::{Figures, millis, quantile};

/// Reports in flight while the queue is filled.
const FILLING: usize = 64;
/// Pages read.
const PAGES: usize = 200;

/// Measures `list_queue_100k_ms`, the median over 200 first pages of 50 entries.
///
/// # Errors
/// When a call is refused.
pub async fn measure(ground: &Ground, entries: u64, figures: &mut Figures) -> anyhow::Result<()> {
    let (duty, mut police) = fill(ground, entries).await?;
    let mut spans = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let asked = Instant::now();
        let page = police.list_queue(duty.ask(v1::ListQueueRequest::default())).await?.into_inner();
        spans.push(millis(asked.elapsed()));
        anyhow::ensure!(
            page.entries.len() as u64 == 50.min(entries),
            "a page has {} entries",
            page.entries.len()
        );
    }
    figures.keep(
        "list_queue_100k_ms",
        quantile(&mut spans, 0.5),
        format!("at most 10, with {entries} open entries"),
    );
    Ok(())
}

/// Fills the queue with open entries of matters with a minor and waits until it shows them: the duty officer and a
/// client.
///
/// # Errors
/// When a call is refused.
pub(super) async fn fill(
    ground: &Ground,
    entries: u64,
) -> anyhow::Result<(Caller, PoliceServiceClient<Channel>)> {
    let clerk = ground.caller("OF-B-EDU")?;
    let channel = ground.connect().await?;
    let bar = indicatif::ProgressBar::new(entries);
    let mut filled = futures::stream::iter(0..entries)
        .map(|_| {
            let mut client = EducationServiceClient::new(channel.clone());
            let request = clerk.ask(clue(v1::Category::MinorAbuse));
            async move { client.report_clue(request).await }
        })
        .buffer_unordered(FILLING);
    let mut last = None;
    while let Some(answer) = filled.next().await {
        last = answer?.into_inner().receipt;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let token = last.context("the queue was not filled")?.consistency_token;
    let duty = ground.caller("OF-B-PSB")?;
    let mut police = PoliceServiceClient::new(ground.connect().await?);
    let mut caught_up =
        duty.ask(v1::ListQueueRequest { consistency_token: token, ..v1::ListQueueRequest::default() });
    caught_up.set_timeout(Duration::from_secs(30));
    police.list_queue(caught_up).await?;
    Ok((duty, police))
}
