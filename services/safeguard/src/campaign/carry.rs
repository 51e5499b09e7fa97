//! Importing a campaign's folder into a hub: the directory as it stood, then every record of that time in whatever order it
//! stands in the files. Done again, everything is there already. Never here: making anything up.

use std::collections::BTreeMap;
use std::path::Path;

use domain::campaign::figures::Figures;
use jiff::civil::Date;

use super::calendar::{Calendar, day_of, later};
use super::clues;
use super::course::{Course, reporting_days};
use super::draw::id;
use super::folder::{CAMPAIGN, Reader, TALLY, Unreadable, listing};
use super::kinds::Kind;
use super::record::{Dispatch, Issue, Office, Officer, Signature, StaffCount, Step, Submission, Visit};
use super::simulate::calendar;
use super::stage::{Batch, Outcome, Route, Site, Stage};
use super::told::Watch;

/// Records held at once.
const BLOCK: usize = 20_000;

/// A time in which the directory does not change: its first day, and the first day after it.
#[derive(Debug, Clone, Copy)]
struct Era {
    from: Date,
    to: Date,
    /// The days whose records are sent in it.
    since: Date,
    until: Date,
}

impl Era {
    const fn new(from: Date, to: Date) -> Self {
        Self { from, to, since: from, until: to }
    }

    fn has(&self, day: Date) -> bool {
        self.since <= day && day < self.until
    }
}

/// Imports a folder that [`super::simulate::simulate`] wrote. Lines that are no records are told and left out.
///
/// # Errors
/// The folder or the directory cannot be used, or the hub refuses what it must not.
pub async fn import(
    folder: &Path,
    site: Site<'_>,
    (route, watch): (Route<'_>, Watch),
) -> anyhow::Result<(Outcome, Vec<String>)> {
    let reader = Reader::open(folder)?;
    let issue: Issue = reader.object(CAMPAIGN)?;
    let expected: Figures = reader.object(TALLY)?;
    let calendar = calendar(Some(issue.opens))?;
    let stage = Stage::open(site, (issue.clone(), expected), &calendar, (route, watch)).await?;
    let mut carrying = Carrying { reader, issue, bad: BTreeMap::new() };
    let outcome = carrying.all(stage, &calendar).await?;
    let told = carrying.bad.into_iter().map(|((file, line), cause)| format!("{file}:{line}: {cause}"));
    Ok((outcome, told.collect()))
}

/// Lines that are no records, by file and line, with what is wrong.
type Bad = BTreeMap<(String, u64), String>;

/// Every era reads a file again: a bad line is told once.
fn tell(bad: &mut Bad, Unreadable { file, line, cause }: Unreadable) {
    let _ = bad.insert((file, line), cause);
}

struct Carrying {
    reader: Reader,
    issue: Issue,
    bad: Bad,
}

impl Carrying {
    async fn all(&mut self, mut stage: Stage<'_>, calendar: &Calendar) -> anyhow::Result<Outcome> {
        let sender = stage.sender.clone();
        let mut course: Option<Course<'_>> = None;
        let [_, _, end] = reporting_days(calendar.closes);
        let nexts = self.issue.changes.iter().skip(1).copied().chain([later(end, 1)]);
        let mut eras: Vec<Era> =
            self.issue.changes.iter().zip(nexts).map(|(from, to)| Era::new(*from, to)).collect();
        // What is dated before the first day or after the last is sent too: the hub refuses it by name.
        if let Some(first) = eras.first_mut() {
            first.since = Date::MIN;
        }
        if let Some(last) = eras.last_mut() {
            last.until = Date::MAX;
        }
        for era in eras {
            stage.morning(era.from);
            self.directory(&stage, era).await?;
            let begun = match course.take() {
                Some(course) => course,
                None => stage.issue(&sender).await?,
            };
            let course = course.insert(begun);
            let last = later(era.to, -1);
            stage.evening(last);
            course.begin(last.min(calendar.closes)).await?;
            let campaign = course.campaign.clone();
            self.records(&mut stage, era, &campaign).await?;
            stage.settle(last, &campaign).await?;
        }
        let prompt: Vec<Submission> = self.whole("returns", |_| true)?;
        let late: Vec<Submission> = self.whole("returns-late", |_| true)?;
        let Some(course) = course else { anyhow::bail!("{CAMPAIGN} names no day") };
        let outcome = stage.conclude(&course, (&prompt, &late)).await?;
        drop(course);
        stage.close().await?;
        Ok(outcome)
    }

    /// A file that is small enough to be held.
    fn whole<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &str,
        fits: impl Fn(&T) -> bool,
    ) -> anyhow::Result<Vec<T>> {
        let mut all = Vec::new();
        for line in self.reader.lines::<T>(name)? {
            match line {
                Ok(record) if fits(&record) => all.push(record),
                Ok(_) => {}
                Err(unreadable) => tell(&mut self.bad, unreadable),
            }
        }
        Ok(all)
    }

    async fn directory(&mut self, stage: &Stage<'_>, era: Era) -> anyhow::Result<()> {
        let offices = self.whole::<Office>("units", |office| era.has(office.on))?;
        let officers = self.whole::<Officer>("officers", |officer| era.has(officer.on))?;
        stage.sender.offices(&offices).await?;
        stage.sender.officers(&officers).await?;
        let name = listing(era.from == self.issue.opens, era.from);
        let csv = self.reader.bytes(&name)?;
        stage.sender.institutions(&csv, id(self.issue.seed, "import", &name)).await
    }

    async fn records(&mut self, stage: &mut Stage<'_>, era: Era, campaign: &str) -> anyhow::Result<()> {
        let today = later(era.to, -1);
        let mut batches = self.blocks::<Dispatch>(era)?;
        while let Some(dispatches) = batches.next(&mut self.bad) {
            stage.send(today, Batch { dispatches, ..Batch::default() }, campaign).await?;
        }
        let mut batches = self.blocks::<Visit>(era)?;
        while let Some(visits) = batches.next(&mut self.bad) {
            stage.send(today, Batch { visits, ..Batch::default() }, campaign).await?;
        }
        let mut batches = self.blocks::<Signature>(era)?;
        while let Some(signatures) = batches.next(&mut self.bad) {
            stage.send(today, Batch { signatures, ..Batch::default() }, campaign).await?;
        }
        let mut batches = self.blocks::<StaffCount>(era)?;
        while let Some(staff) = batches.next(&mut self.bad) {
            stage.send(today, Batch { staff, ..Batch::default() }, campaign).await?;
        }
        let clues = self.whole::<clues::Clue>(clues::FILE, |clue| era.has(day_of(clue.head.occurred_at)))?;
        stage.sender.clues(&clues).await?;
        let mut batches = self.blocks::<Step>(era)?;
        while let Some(steps) = batches.next(&mut self.bad) {
            stage.send(today, Batch { steps, ..Batch::default() }, campaign).await?;
        }
        Ok(())
    }

    fn blocks<K: Kind>(&self, era: Era) -> anyhow::Result<Blocks<K>> {
        Ok(Blocks { lines: Box::new(self.reader.lines::<K>(K::FILE)?), era })
    }
}

/// A file, block by block.
struct Blocks<K> {
    lines: Box<dyn Iterator<Item = Result<K, Unreadable>> + Send>,
    era: Era,
}

impl<K: Kind> Blocks<K> {
    /// The next records of the era in the order in which they happened, none when there are no more.
    fn next(&mut self, bad: &mut Bad) -> Option<Vec<K>> {
        let mut block = Vec::new();
        for line in self.lines.by_ref() {
            match line {
                Ok(record) if self.era.has(day_of(record.head().occurred_at)) => block.push(record),
                Ok(_) => {}
                Err(unreadable) => tell(bad, unreadable),
            }
            if block.len() == BLOCK {
                break;
            }
        }
        block.sort_by_key(|record| record.head().occurred_at);
        (!block.is_empty()).then_some(block)
    }
}
