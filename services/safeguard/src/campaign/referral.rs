//! Referrals of the campaign as the generator drew them: who takes part and how each ends. A filing decision or hand-over
//! that the generator made late is played in time, and counted as such.
//! Never here: the calls, that is `referring`.

use std::collections::{BTreeMap, BTreeSet};

use domain::actor::Agency;
use domain::campaign::workload::{Clue, Course, Outcome, Workload};
use domain::division::DivisionCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ground::{acting, county_post, full_name, officer, unit};
use super::premises::county_of;

/// How a referral ends, in the words of the file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Outcome", rename_all = "kebab-case")]
enum Ending {
    Filed,
    FiledOnReconsideration,
    FiledOnOrder,
    ReasonsAccepted,
    Upheld,
    NotFiled,
    NotPolice,
}

/// A police unit with the officers who act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Police {
    /// The unit.
    pub(super) unit: String,
    /// On duty.
    pub(super) duty: String,
    /// Decides on filing.
    pub(super) head: String,
}

/// The referral of a clue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Referral {
    /// Its number, from 1.
    pub(super) number: u64,
    /// How it ends.
    #[serde(with = "Ending")]
    pub(super) ending: Outcome,
    /// The article of the Criminal Law.
    pub(super) charge: String,
    /// The words before a document's number.
    pub(super) word: String,
    /// The head of the agency's office.
    pub(super) chief: String,
    /// The prosecutor of the place.
    pub(super) prosecutor: String,
    /// The police it is delivered to.
    pub(super) police: Police,
    /// The police it is forwarded to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) forwarded: Option<Police>,
    /// Whether the police ask for more.
    #[serde(default)]
    pub(super) supplemented: bool,
    /// Whether the generator made a step late that is played in time.
    #[serde(default)]
    pub(super) late: bool,
}

/// The stable word of an ending.
pub(super) const fn word(ending: Outcome) -> &'static str {
    match ending {
        Outcome::Filed => "filed",
        Outcome::FiledOnReconsideration => "filed-on-reconsideration",
        Outcome::FiledOnOrder => "filed-on-order",
        Outcome::ReasonsAccepted => "reasons-accepted",
        Outcome::Upheld => "upheld",
        Outcome::NotFiled => "not-filed",
        Outcome::NotPolice => "not-police",
    }
}

/// The referrals of a workload by ending: what the replay must come to.
pub(super) fn expected(work: &Workload) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for (ending, _) in work.clues().filter_map(|clue| clue.referral) {
        *all.entry(word(ending).to_owned()).or_default() += 1;
    }
    all
}

/// The referral of a clue of a division on a day.
pub(super) fn referral(
    work: &Workload,
    clue: &Clue,
    (division, day): (DivisionCode, Date),
    charge: &str,
) -> Option<Referral> {
    let (ending, course) = clue.referral?;
    let post = county_post(division);
    let beyond = (course == Course::Forwarded).then(|| beyond(work, division, day)).flatten();
    Some(Referral {
        number: clue.number + 1,
        ending,
        charge: charge.to_owned(),
        word: full_name(division),
        chief: officer(Agency::Education, post, 'H'),
        prosecutor: officer(Agency::Procuratorate, post, 'A'),
        police: police(division),
        forwarded: beyond.map(police),
        supplemented: course == Course::Supplemented,
        late: matches!(course, Course::FilingLate | Course::HandOverLate),
    })
}

fn police(division: DivisionCode) -> Police {
    let post = county_post(division);
    let [duty, head] = ['A', 'H'].map(|which| officer(Agency::Police, post, which));
    Police { unit: unit(Agency::Police, post), duty, head }
}

/// Another county, of the same city where it has one.
fn beyond(work: &Workload, division: DivisionCode, day: Date) -> Option<DivisionCode> {
    let counties = |near: bool| {
        let own = move |place: &&domain::campaign::workload::Place| {
            place.counties.iter().any(|county| acting(county.division, day) == division) == near
        };
        work.places().iter().filter(own).flat_map(|place| &place.counties)
    };
    counties(true)
        .chain(counties(false))
        .map(|county| acting(county.division, day))
        .find(|other| *other != division)
}

/// The divisions whose offices take part in a referral, on the first day or the last.
pub(super) fn divisions(work: &Workload, days: [Date; 2]) -> BTreeSet<DivisionCode> {
    let mut found = BTreeSet::new();
    for clue in work.clues() {
        let Some((_, course)) = clue.referral else { continue };
        let Some(county) = county_of(work, clue.institution) else { continue };
        for day in days {
            let division = acting(county.division, day);
            found.insert(division);
            found.extend((course == Course::Forwarded).then(|| beyond(work, division, day)).flatten());
        }
    }
    found
}
