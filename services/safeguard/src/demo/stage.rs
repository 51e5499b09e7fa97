//! The stage: officers act through their desks, and each act is shown with where the matter stands and which clock runs.
//! An answer that the story does not expect ends it. Never here: a story.

use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use hub::Time;
use jiff::Timestamp;
use tonic::{Response, Status};
use uuid::Uuid;
use wire::cloudevents::CloudEvent;
use wire::{Lang, Refusal, convert, v1};

use crate::world::{COUNTY, Desk, World, said};

use super::act::{Act, Receipted, queue_words};
use super::listen::{self, Ear};
use super::screen::{End, Line, Screen};

/// What the queue must show.
pub(super) struct Sight<'a> {
    /// Stable word.
    pub(super) step: &'static str,
    pub(super) matter: &'a str,
    /// How much had been heard before the act.
    pub(super) from: usize,
    /// When the act was sent, to measure from.
    pub(super) since: Option<Instant>,
}

/// The stage.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) screen: Screen,
    pub(super) time: Time,
    /// The queue of the county's police.
    pub(super) queue: Ear<v1::QueueEntry>,
    /// The clocks of all matters.
    pub(super) rings: Ear<CloudEvent>,
}

/// A request's id.
pub(super) fn request_id() -> String {
    Uuid::now_v7().to_string()
}

impl Stage {
    /// Opens the police's watch and the subscription of the clocks.
    pub(super) async fn open(world: World, screen: Screen, time: Time) -> anyhow::Result<Self> {
        let queue = listen::queue(&world.desk(&format!("{COUNTY}.psb.leader"))?).await?;
        let rings = listen::rings(&world.desk("hub.auditor")?).await?;
        Ok(Self { world, screen, time, queue, rings })
    }

    /// The desk of an officer of the county, e.g. `edu.clerk1`.
    pub(super) fn desk(&self, name: &str) -> anyhow::Result<Desk> {
        self.world.desk(&format!("{COUNTY}.{name}"))
    }

    /// The credit code of an institution of the county, of a kind by its stored word.
    pub(super) fn premises(&self, kind: &str) -> anyhow::Result<String> {
        let mut here = self.world.institutions.iter().filter(|one| one.division == COUNTY);
        let found = here.find(|one| one.kind == kind).with_context(|| format!("no {kind} in {COUNTY}"))?;
        Ok(found.credit_code.clone())
    }

    /// Now, as the hub has it.
    pub(super) fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// The year of official numbers.
    pub(super) fn number(&self, agency: &str, serial: u32) -> String {
        let year = hub::mint::beijing_day(self.now()).year();
        format!("{agency}〔{year}〕{serial}号")
    }

    /// An act that must succeed.
    pub(super) async fn done(
        &self,
        act: Act<'_>,
        answer: Result<Response<impl Receipted>, Status>,
    ) -> anyhow::Result<v1::CommandReceipt> {
        let receipt = self.quietly(act.step, answer)?;
        self.show(act, &receipt).await?;
        Ok(receipt)
    }

    /// The receipt of an answer that must be one.
    pub(super) fn quietly(
        &self,
        step: &str,
        answer: Result<Response<impl Receipted>, Status>,
    ) -> anyhow::Result<v1::CommandReceipt> {
        match answer {
            Ok(answer) => {
                answer.into_inner().receipt().with_context(|| format!("{step}: an answer without receipt"))
            }
            Err(status) => Err(anyhow!("{step} was refused: {}", said(&status, self.screen.lang()))),
        }
    }

    /// Shows an act with what its receipt says.
    pub(super) async fn show(&self, act: Act<'_>, receipt: &v1::CommandReceipt) -> anyhow::Result<()> {
        let (_, clocks) = self.matter(&receipt.stream, &receipt.consistency_token).await.context(act.step)?;
        let clock = latest(clocks);
        let line = Line { stream: receipt.stream.clone(), state: receipt.state.clone(), clock, ..act.line() };
        self.tell(&line).await
    }

    /// An act that must be refused for this reason; the refusal is part of the story.
    pub(super) async fn refused<T: Send>(
        &self,
        act: Act<'_>,
        (matter, reason): (&str, &str),
        answer: Result<Response<T>, Status>,
    ) -> anyhow::Result<()> {
        let Err(status) = answer else { bail!("{} was done, though it must be refused", act.step) };
        let refusal = Refusal::from_status(&status);
        if refusal.reason() != reason {
            bail!("{} must be refused with {reason}, not: {}", act.step, said(&status, self.screen.lang()));
        }
        let (state, _) = self.matter(matter, "").await?;
        let told = act.line();
        let line = Line {
            stream: matter.to_owned(),
            state,
            refusal: reason.to_owned(),
            zh: format!("{} ✗ {}", told.zh, refusal.say(Lang::Zh)),
            en: format!("{} ✗ {}", told.en, refusal.say(Lang::En)),
            ..told
        };
        self.tell(&line).await
    }

    /// What the police's queue shows next of a matter; a line of its own at their end.
    pub(super) async fn seen(
        &self,
        sight: Sight<'_>,
        fits: impl Fn(&v1::QueueEntry) -> bool,
    ) -> anyhow::Result<v1::QueueEntry> {
        let wanted = |entry: &v1::QueueEntry| entry.matter == sight.matter && fits(entry);
        let (came, entry) = self.queue.until(sight.step, sight.from, wanted).await?;
        let latency_ms =
            sight.since.map(|since| came.saturating_duration_since(since).as_secs_f64() * 1000.0);
        let took = |zh: bool| match latency_ms {
            Some(took) if zh => format!("，报出后 {took:.1} 毫秒可见"),
            Some(took) => format!(", here {took:.1} ms after it was sent"),
            None => String::new(),
        };
        let line = Line {
            step: sight.step,
            end: End::Police,
            stream: entry.matter.clone(),
            state: entry.stage.clone(),
            zh: format!("快速响应队列 ▸ {}{}", queue_words(Lang::Zh, &entry), took(true)),
            en: format!("Fast-response queue: {}{}", queue_words(Lang::En, &entry), took(false)),
            clock: entry.clock.clone(),
            latency_ms: latency_ms.map(|took| (took * 1000.0).round() / 1000.0),
            ..Line::default()
        };
        self.tell(&line).await?;
        Ok(entry)
    }

    /// Ends the play: the hub's time is the true time from here on.
    pub(super) async fn close(&self) -> anyhow::Result<()> {
        self.catch_up();
        let line = Line {
            step: "story.ended",
            end: End::Hub,
            state: "ended".to_owned(),
            zh: "三个故事讲完：线索都已办结，移送案件已结案".to_owned(),
            en: "The three stories are told: every clue is closed, the referral is concluded".to_owned(),
            ..Line::default()
        };
        self.tell(&line).await
    }

    pub(super) async fn tell(&self, line: &Line) -> anyhow::Result<()> {
        self.screen.step(line)?;
        self.screen.pause().await;
        Ok(())
    }

    /// Where a matter stands, and its clocks, as the county's section leader may read them.
    pub(super) async fn matter(&self, id: &str, token: &str) -> anyhow::Result<(String, Vec<v1::Clock>)> {
        let mut reader = self.desk("edu.leader")?.education();
        let consistency_token = token.to_owned();
        let refused =
            |status: Status| anyhow!("reading {id} was refused: {}", said(&status, self.screen.lang()));
        if id.starts_with("RF-") {
            let request = v1::GetReferralRequest { consistency_token, referral_id: id.to_owned() };
            let answer = reader.get_referral(request).await.map_err(refused)?;
            let referral = answer.into_inner().referral.unwrap_or_default();
            return Ok((referral.stage, referral.clocks));
        }
        let request = v1::GetClueRequest { consistency_token, clue_id: id.to_owned() };
        let clue = reader.get_clue(request).await.map_err(refused)?.into_inner().clue.unwrap_or_default();
        Ok((clue.stage, clue.clocks))
    }
}

/// The clock that the last step set going, else the running one that began last.
fn latest(clocks: Vec<v1::Clock>) -> Option<v1::Clock> {
    use v1::ClockStatus::{Breached, Running, Warned};
    let running = clocks.into_iter().filter(|clock| matches!(clock.status(), Running | Warned | Breached));
    let moment = |at: &Option<_>| at.as_ref().and_then(convert::moment);
    // Of those that began together the first due, which stands first: `max_by_key` keeps the last.
    running.rev().max_by_key(|clock| moment(&clock.started_at))
}
