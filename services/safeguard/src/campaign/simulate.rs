//! Playing a generated campaign day by day, and writing what is sent to a folder. Never here: a figure read from the hub.

use std::collections::BTreeMap;
use std::path::Path;

use domain::actor::Level;
use domain::campaign::Return;
use domain::campaign::plan::{Post, Template};
use domain::campaign::workload::{Scale, Workload};
use jiff::civil::Date;

use super::calendar::{Calendar, at};
use super::clues;
use super::course::{reporter, reporting_days};
use super::draw::{Dice, id};
use super::folder::{CAMPAIGN, TALLY, Writer, listing};
use super::ground::{Ground, acting, mergers};
use super::kinds::Kind;
use super::noise::disturb;
use super::premises::Listing;
use super::record::{Dispatch, Head, Issue, Office, Officer, Signature, StaffCount, Step, Submission, Visit};
use super::stage::{Batch, Outcome, Route, Site, Stage};
use super::tally;
use super::told::Watch;
use super::works::{Day, Works};

/// The template that is played.
const TEMPLATE: &str = "safety-guard-2023";
/// County units that report late, at scale 1.
const LATE: u64 = 17;

/// What is to be played.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The hub.
    pub site: Site<'a>,
    /// Where else the records are written.
    pub write: Option<&'a Path>,
    /// The seed.
    pub seed: u64,
    /// How large.
    pub scale: Scale,
    /// The first day; none is that of the template.
    pub opens: Option<Date>,
}

/// A campaign that is played.
struct Play {
    works: Works,
    issue: Issue,
    of: u64,
}

/// The campaign of 2023, beginning on `opens` or on its own first day.
pub(super) fn calendar(opens: Option<Date>) -> anyhow::Result<Calendar> {
    let template = Template::find(TEMPLATE).ok_or_else(|| anyhow::anyhow!("no template {TEMPLATE}"))?;
    Ok(Calendar::new(template, opens.unwrap_or(template.opens)))
}

/// Plays a campaign.
///
/// # Errors
/// The directory cannot be used, or the hub refuses what it must not.
pub async fn simulate(settings: Settings<'_>, (route, watch): (Route<'_>, Watch)) -> anyhow::Result<Outcome> {
    let calendar = calendar(settings.opens)?;
    let work = Workload::new(settings.seed, settings.scale, calendar.opens);
    let expected = work.tally().figures;
    let works = Works::new(settings.seed, work, calendar.clone());
    watch.expect(works.schedule.due.len());
    let ground = ground(&works);
    let issue = Issue {
        seed: settings.seed,
        scale: settings.scale.to_string(),
        template: TEMPLATE.to_owned(),
        opens: calendar.opens,
        closes: calendar.closes,
        changes: ground.changes(),
    };
    let mut writer = settings.write.map(Writer::new).transpose()?;
    let stage = Stage::open(settings.site, (issue.clone(), expected), &calendar, (route, watch)).await?;
    let play = Play { works, issue, of: u64::from(settings.scale.of()) };
    let played = play.all(stage, writer.as_mut()).await?;
    if let Some(mut writer) = writer {
        writer.object(CAMPAIGN, &play.issue)?;
        writer.object(TALLY, &expected)?;
        writer.close()?;
    }
    Ok(played)
}

fn ground(works: &Works) -> Ground<'_> {
    let Calendar { opens, closes, .. } = works.calendar;
    Ground::new(works.seed, &works.work, (opens, closes))
}

impl Play {
    async fn all(&self, mut stage: Stage<'_>, mut writer: Option<&mut Writer>) -> anyhow::Result<Outcome> {
        let sender = stage.sender.clone();
        self.directory(&stage, self.issue.opens, writer.as_deref_mut()).await?;
        let mut course = stage.issue(&sender).await?;
        let campaign = course.campaign.clone();
        let mut clues = clues::clues(self.works.seed, &self.works.work, &self.works.calendar);
        let mut days = self.works.schedule.days();
        days.extend(clues.keys());
        days.extend(self.works.calendar.phases().map(|(_, opens, _)| opens));
        days.extend(&self.issue.changes);
        let last = days.last().copied().unwrap_or(self.issue.closes);
        for day in days {
            stage.morning(day);
            if day > self.issue.opens && self.issue.changes.contains(&day) {
                self.directory(&stage, day, writer.as_deref_mut()).await?;
            }
            course.begin(day.min(self.issue.closes)).await?;
            stage.evening(day);
            sender.told.now(&day.to_string());
            let mut records = self.works.day(day);
            disturb(self.works.seed, &mut records);
            if let Some(writer) = writer.as_deref_mut() {
                write(writer, &records)?;
            }
            let received = clues.remove(&day).unwrap_or_default();
            if let Some(writer) = writer.as_deref_mut() {
                writer.lines(clues::FILE, &received)?;
            }
            sender.clues(&received).await?;
            let Day { dispatches, visits, signatures, steps, staff } = records;
            stage.send(day, Batch { dispatches, visits, signatures, steps, staff }, &campaign).await?;
        }
        stage.settle(last, &campaign).await?;
        let (prompt, late) = self.submissions();
        if let Some(writer) = writer {
            writer.lines("returns", &prompt)?;
            writer.lines("returns-late", &late)?;
        }
        let outcome = stage.conclude(&course, (&prompt, &late)).await?;
        drop(course);
        stage.close().await?;
        Ok(outcome)
    }

    /// Enters what the directory gets on a day.
    async fn directory(
        &self,
        stage: &Stage<'_>,
        on: Date,
        writer: Option<&mut Writer>,
    ) -> anyhow::Result<()> {
        let ground = ground(&self.works);
        let offices: Vec<Office> = ground.offices(on);
        let officers: Vec<Officer> = offices.iter().flat_map(|office| ground.officers(office)).collect();
        let csv = self.institutions(on)?;
        stage.sender.offices(&offices).await?;
        stage.sender.officers(&officers).await?;
        let name = listing(on == self.issue.opens, on);
        stage.sender.institutions(&csv, id(self.works.seed, "import", &name)).await?;
        if let Some(writer) = writer {
            writer.lines("units", &offices)?;
            writer.lines("officers", &officers)?;
            writer.bytes(&name, &csv)?;
        }
        Ok(())
    }

    /// The file of a day: on the first one all, later those of merged counties under their new code.
    fn institutions(&self, on: Date) -> anyhow::Result<Vec<u8>> {
        let work = &self.works.work;
        let merged = mergers(work, (self.issue.opens, self.issue.closes)).remove(&on).unwrap_or_default();
        let first = on == self.issue.opens;
        let counties = work.places().iter().flat_map(|place| &place.counties);
        let listed = counties.filter(|county| first || merged.contains(&county.division));
        Listing { seed: self.works.seed, on, counties: listed.collect() }.csv()
    }

    /// What is reported, first in time and then late. A city's office hands in what its counties report, a province's its
    /// own; the late counties report themselves.
    fn submissions(&self) -> (Vec<Submission>, Vec<Submission>) {
        let (work, seed, closes) = (&self.works.work, self.works.seed, self.issue.closes);
        let mut returns = tally::returns(work, closes);
        let counties = work.places().iter().flat_map(|place| &place.counties);
        let mut slow: Vec<_> = counties.map(|county| acting(county.division, closes)).collect();
        slow.sort_by_key(|county| (Dice::of(seed, "slow", county).below(1 << 40), *county));
        slow.dedup();
        slow.truncate(usize::try_from(LATE.div_ceil(self.of)).unwrap_or(1));
        let is_slow = |post: &Post| post.level == Level::County && slow.contains(&post.division);
        let [first, second, _] = reporting_days(closes);
        let one = |(by, number, day): (String, String, Date), returns: Vec<Return>| Submission {
            head: Head { request_id: id(seed, "return", number), occurred_at: at(day, 1_200), by },
            returns,
        };
        let late: Vec<Submission> = returns
            .extract_if(.., |(_, one)| is_slow(&one.post))
            .map(|(_, own)| one((reporter(own.post), own.post.to_string(), second), vec![own]))
            .collect();
        let city = |division| work.places().iter().find(|place| place.division == division);
        let mut senders: BTreeMap<Post, Vec<Return>> = BTreeMap::new();
        for (division, own) in returns {
            let above = if own.post.level == Level::Province { None } else { city(division) };
            senders.entry(above.map_or(own.post, |place| place.city_post())).or_default().push(own);
        }
        let prompt =
            senders.into_iter().map(|(post, own)| one((reporter(post), post.to_string(), first), own));
        let prompt = prompt.collect();
        (prompt, late)
    }
}

fn write(writer: &mut Writer, day: &Day) -> anyhow::Result<()> {
    writer.lines(Dispatch::FILE, &day.dispatches)?;
    writer.lines(Visit::FILE, &day.visits)?;
    writer.lines(Signature::FILE, &day.signatures)?;
    writer.lines(Step::FILE, &day.steps)?;
    writer.lines(StaffCount::FILE, &day.staff)
}
