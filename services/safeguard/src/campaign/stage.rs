//! A hub in this process on a directory, with its clock set back to the campaign, and a campaign led through it: directory,
//! phases, records, returns, figures. Never here: where the records come from.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use domain::campaign::figures::Figures;
use domain::campaign::workload::Workload;
use hub::Time;
use hub::config::Config;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tonic::transport::Endpoint;
use uuid::Uuid;
use wire::v1;

use super::calendar::{Calendar, at, later};
use super::course::{Course, reporting_days};
use super::kinds::Kind;
use super::record::{Dispatch, Issue, Signature, StaffCount, Step, Submission, Visit};
use super::referral;
use super::schedule::LATEST;
use super::send::{self, Put, Sender, pauses};
use super::told::{ByKind, Referred, Told, Watch};
use crate::house::House;
use crate::world::take_over;

/// What stands beside the log about how it came to be.
const MARK: &str = "campaign-simulation.json";
/// When the day's records are sent: after the last visit of the day, in minutes.
const EVENING: i64 = 22 * 60;
/// When a day begins, in minutes.
const MORNING: i64 = 7 * 60;
/// How long a token made here holds, in minutes of the hub's clock.
const TOKEN_MINUTES: u16 = 45 * 24 * 60;

/// Where the hub is reached, given where it listens: at the same place, unless something stands in between.
pub type Route<'a> = &'a dyn Fn(SocketAddr) -> SocketAddr;

/// What a directory remembers of a campaign that was played into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What was played.
    #[serde(flatten)]
    pub issue: Issue,
    /// Its campaign, once it was drafted.
    pub campaign: String,
    /// The figures that the generator counted.
    pub expected: Figures,
    /// How late it is on the hub's clock.
    pub now: Timestamp,
}

impl Mark {
    /// What a directory remembers; none when no campaign was played into it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = data.join(MARK);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some(serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?))
    }

    fn write(&self, data: &Path) -> anyhow::Result<()> {
        let path = data.join(MARK);
        std::fs::write(&path, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// What came out.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The frozen table.
    pub report: v1::GetCampaignReportResponse,
    /// What the generator counted.
    pub expected: Figures,
    /// What became of the records.
    pub counts: ByKind,
    /// What became of the referrals.
    pub referred: Referred,
    /// The referrals of the generator by how they end.
    pub drawn: BTreeMap<String, u64>,
    /// Units missing before the late ones reported.
    pub missing: u32,
    /// Units that were late.
    pub late: usize,
}

/// The hub that a campaign is played on.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// The address of the log; empty is a file in the data directory.
    pub log: &'a str,
    /// Instances of every role; 0 is one hub for all.
    pub instances: usize,
}

impl<'a> Site<'a> {
    /// One hub with everything in a directory.
    #[must_use]
    pub const fn at(data: &'a Path) -> Self {
        Self { data, log: "", instances: 0 }
    }
}

/// Starts a hub on a site at a moment, on any free port.
///
/// # Errors
/// The directory cannot be used.
pub(super) async fn open(site: Site<'_>, now: Timestamp) -> anyhow::Result<(House, Time)> {
    let time = Time::system();
    set(&time, now);
    let grpc = SocketAddr::from(([127, 0, 0, 1], 0));
    let (data, log) = (site.data.to_owned(), site.log.to_owned());
    let config = Config { data, log, grpc, token_minutes: TOKEN_MINUTES, ..Config::default() };
    Ok((House::start(&config, &time, site.instances).await?, time))
}

/// Sets the hub's clock.
fn set(time: &Time, moment: Timestamp) {
    time.advance(moment.duration_since(time.now()));
}

/// A played campaign.
pub(super) struct Stage<'a> {
    data: &'a Path,
    pub(super) issue: Issue,
    pub(super) calendar: &'a Calendar,
    pub(super) expected: Figures,
    pub(super) sender: Sender,
    time: Time,
    house: House,
    left: Left,
}

/// What may be recorded later, with the last day on which it is sent again.
#[derive(Default)]
struct Left {
    dispatches: Vec<(Date, Put<Dispatch>)>,
    visits: Vec<(Date, Put<Visit>)>,
    signatures: Vec<(Date, Put<Signature>)>,
    steps: Vec<(Date, Put<Step>)>,
    staff: Vec<(Date, Put<StaffCount>)>,
}

/// Records of one batch.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) dispatches: Vec<Dispatch>,
    pub(super) visits: Vec<Visit>,
    pub(super) signatures: Vec<Signature>,
    pub(super) steps: Vec<Step>,
    pub(super) staff: Vec<StaffCount>,
}

impl<'a> Stage<'a> {
    /// Opens the hub on the campaign's first morning.
    ///
    /// # Errors
    /// The directory holds another campaign, or cannot be used.
    pub(super) async fn open(
        site: Site<'a>,
        (issue, expected): (Issue, Figures),
        calendar: &'a Calendar,
        (route, watch): (Route<'_>, Watch),
    ) -> anyhow::Result<Self> {
        let data = site.data;
        let before = Mark::read(data)?;
        ensure!(
            before.is_none_or(|mark| mark.issue == issue),
            "{} holds another campaign; give another --data",
            data.display()
        );
        let (house, time) = open(site, at(issue.opens, MORNING)).await?;
        if let Some(password) = &house.first_password {
            let channel = Endpoint::from_shared(format!("http://{}", house.address))?.connect().await?;
            take_over(&channel, password).await.context("the administrator")?;
        }
        let sender = Sender::new(house.hub()?, route(house.address), Arc::new(Told::new(watch)))?;
        Ok(Self { data, issue, calendar, expected, sender, time, house, left: Left::default() })
    }

    /// Moves the clock to the morning of a day.
    pub(super) fn morning(&self, day: Date) {
        set(&self.time, at(day, MORNING));
    }

    /// Moves the clock to the evening of a day, when all that happened is over.
    pub(super) fn evening(&self, day: Date) {
        set(&self.time, at(day, EVENING));
    }

    /// Drafts the campaign and sends it out.
    ///
    /// # Errors
    /// The first refusal.
    pub(super) async fn issue(&self, sender: &'a Sender) -> anyhow::Result<Course<'a>> {
        let course = Course::issue(sender, self.issue.seed, self.calendar).await?;
        self.mark(&course.campaign)?;
        Ok(course)
    }

    fn mark(&self, campaign: &str) -> anyhow::Result<()> {
        let (issue, expected, now) = (self.issue.clone(), self.expected, self.time.now());
        Mark { issue, campaign: campaign.to_owned(), expected, now }.write(self.data)
    }

    /// Sends a batch with what was left of those before: visits, then who signs for them, then what was found and is put
    /// right. What cannot be recorded within the days that anything is late is given up.
    ///
    /// # Errors
    /// The hub cannot be reached.
    pub(super) async fn send(&mut self, today: Date, batch: Batch, campaign: &str) -> anyhow::Result<()> {
        let sender = self.sender.clone();
        let Left { dispatches, visits, signatures, steps, staff } = &mut self.left;
        tokio::try_join!(
            again(&sender, today, (dispatches, batch.dispatches), campaign),
            again(&sender, today, (visits, batch.visits), campaign),
            again(&sender, today, (staff, batch.staff), campaign),
        )?;
        again(&sender, today, (signatures, batch.signatures), campaign).await?;
        again(&sender, today, (steps, batch.steps), campaign).await
    }

    /// Sends what is left until nothing more of it is recorded.
    ///
    /// # Errors
    /// The hub cannot be reached.
    pub(super) async fn settle(&mut self, today: Date, campaign: &str) -> anyhow::Result<()> {
        let mut pauses = pauses(SETTLING, PATIENCE);
        while self.left.count() > 0 {
            let before = self.left.count();
            self.send(today, Batch::default(), campaign).await?;
            if self.left.count() < before {
                pauses = send::pauses(SETTLING, PATIENCE);
            }
            let Some(pause) = pauses.next() else { break };
            tokio::time::sleep(pause).await;
        }
        let sender = self.sender.clone();
        let Left { dispatches, visits, signatures, steps, staff } = std::mem::take(&mut self.left);
        give_up(&sender, dispatches);
        give_up(&sender, visits);
        give_up(&sender, signatures);
        give_up(&sender, steps);
        give_up(&sender, staff);
        Ok(())
    }

    /// The returns, those of the late units a day later; then freeze, verification and publication.
    ///
    /// # Errors
    /// The first refusal, or a difference between what was reported and what was counted.
    pub(super) async fn conclude(
        &self,
        course: &Course<'_>,
        (prompt, late): (&[Submission], &[Submission]),
    ) -> anyhow::Result<Outcome> {
        let [first, second, third] = reporting_days(self.calendar.closes);
        self.evening(first);
        let mut token = String::new();
        for submission in prompt {
            token = course.submit(submission).await?;
        }
        let missing = course.missing(token).await?;
        self.evening(second);
        for submission in late {
            let _ = course.submit(submission).await?;
        }
        self.evening(third);
        let part = self.issue.scale != "1";
        let token = course.conclude(if part { "按比例模拟，其余单位不参加" } else { "" }).await?;
        self.mark(&course.campaign)?;
        let report = course.report(1, token).await?;
        let counts = self.sender.told.counts();
        let referred = self.sender.told.referrals();
        let scale = self.issue.scale.parse().map_err(|error| anyhow!("{}: {error}", self.issue.scale))?;
        let drawn = referral::expected(&Workload::new(self.issue.seed, scale, self.issue.opens));
        let (expected, late) = (self.expected, late.len());
        Ok(Outcome { report, expected, counts, referred, drawn, missing, late })
    }

    /// Stops the hub.
    ///
    /// # Errors
    /// It stopped badly.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.house.stop().await
    }
}

/// Rounds of everything left without any success before it is given up at the end.
const PATIENCE: usize = 5;
/// The pause before the first of them.
const SETTLING: Duration = Duration::from_millis(40);

impl Left {
    fn count(&self) -> usize {
        let reported = self.dispatches.len() + self.visits.len() + self.staff.len();
        reported + self.signatures.len() + self.steps.len()
    }
}

/// Sends new records with those left before, and keeps what may come again tomorrow.
async fn again<K: Kind>(
    sender: &Sender,
    today: Date,
    (left, new): (&mut Vec<(Date, Put<K>)>, Vec<K>),
    campaign: &str,
) -> anyhow::Result<()> {
    let id = |put: &Put<K>| put.record.head().request_id;
    let known: HashMap<Uuid, Date> = left.iter().map(|(last, put)| (id(put), *last)).collect();
    let before = std::mem::take(left).into_iter().map(|(_, put)| put.record);
    let back = sender.send(before.chain(new).collect(), campaign).await?;
    let dated = back.into_iter().map(|put| {
        let last = known.get(&id(&put)).copied().unwrap_or_else(|| later(today, LATEST + 1));
        (last, put)
    });
    let (over, lasting) = dated.partition(|(last, _)| *last < today);
    *left = lasting;
    give_up(sender, over);
    Ok(())
}

/// Nobody sends these again.
fn give_up<K: Kind>(sender: &Sender, over: Vec<(Date, Put<K>)>) {
    over.iter().for_each(|(_, put)| sender.told.refused(K::FILE, &put.why));
}
