//! The records of a day, made when the day comes: who goes where, what is found, what becomes of it, who was asked about.
//! Never here: the noise on the line, or sending.

use domain::actor::{Agency, Level};
use domain::campaign::plan::{PhaseKind, Post};
use domain::campaign::workload::{Rectified, Workload};
use domain::division::DivisionCode;
use domain::hazard::Grade;
use domain::hazard::draft::id_of;
use domain::ids::InspectionId;
use domain::inspection::plan::Tier;
use hub::mint;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::calendar::{Calendar, at, day_of};
use super::draw::{Dice, id};
use super::ground::{AGENCIES, acting, county_post, officer, unit};
use super::loops::{self, Doing, Stepping};
use super::premises::{county_of, institution};
use super::record::{Act, Dispatch, Failed, Head, Member, Signature, StaffCount, Step, Visit};
use super::schedule::{BETWEEN, Due, Outing, STAY, Schedule, after, staff_day};

/// Of a thousand institutions, those that would not sign.
const WOULD_NOT_SIGN: u64 = 5;

/// A day's records, each kind in the order it happened.
#[derive(Debug, Default)]
pub(super) struct Day {
    pub(super) dispatches: Vec<Dispatch>,
    pub(super) visits: Vec<Visit>,
    pub(super) signatures: Vec<Signature>,
    pub(super) steps: Vec<Step>,
    pub(super) staff: Vec<StaffCount>,
}

/// Everything that is reported in a campaign.
pub(super) struct Works {
    pub(super) seed: u64,
    pub(super) work: Workload,
    pub(super) calendar: Calendar,
    pub(super) schedule: Schedule,
}

impl Works {
    pub(super) fn new(seed: u64, work: Workload, calendar: Calendar) -> Self {
        let schedule = Schedule::new(seed, &work, &calendar);
        Self { seed, work, calendar, schedule }
    }

    /// What is sent on a day.
    pub(super) fn day(&self, on: Date) -> Day {
        let mut day = Day::default();
        for (_, due) in self.schedule.on(on) {
            match *due {
                Due::Dispatch(trip) => day.dispatches.extend(self.dispatch(trip)),
                Due::Visit(trip, second) => day.visits.extend(self.visit(trip, second)),
                Due::Signature(trip, second) => day.signatures.extend(self.signature(trip, second)),
                Due::Staff(number, again) => day.staff.extend(self.staff(number.into(), again)),
                Due::Step(number, which, place) => day.steps.extend(self.step(number.into(), which, place)),
            }
        }
        day.steps.sort_by_key(|step| step.head.occurred_at);
        day
    }

    fn county(&self, number: u64) -> Option<DivisionCode> {
        county_of(&self.work, number).map(|county| county.division)
    }

    fn institution(&self, number: u64) -> Option<String> {
        Some(institution(self.county(number)?, number))
    }

    fn dispatch(&self, number: u32) -> Option<Dispatch> {
        let outing = self.schedule.outings.get(usize::try_from(number).ok()?)?;
        let on = day_of(outing.start);
        let post = on_day(outing.trip.post, on);
        Some(Dispatch {
            head: Head {
                request_id: id(self.seed, "dispatch", number),
                occurred_at: outing.start,
                by: officer(Agency::Education, post, 'A'),
            },
            level: post.level,
            division: post.division.to_string(),
            on,
            persons: i32::try_from(outing.trip.team).ok()?,
            institutions: outing.trip.visits().filter_map(|one| self.institution(one)).collect(),
        })
    }

    fn visit_key(&self, trip: u32, second: bool) -> Uuid {
        id(self.seed, "visit", 2 * u64::from(trip) + u64::from(second))
    }

    /// A trip, the institution of one of its visits, and when that begins.
    fn going(&self, trip: u32, second: bool) -> Option<(&Outing, u64, Timestamp)> {
        let outing = self.schedule.outings.get(usize::try_from(trip).ok()?)?;
        let number = if second { outing.trip.second? } else { outing.trip.first };
        Some((outing, number, after(outing.start, if second { BETWEEN } else { 0 })))
    }

    /// The id of a visit to an institution on a day, and the division it has of it.
    fn visit_id(&self, key: Uuid, (number, on): (u64, Date)) -> Option<(InspectionId, DivisionCode)> {
        let division = acting(self.county(number)?, on);
        Some((mint::inspection_id(key, division, on), division))
    }

    /// The fire office's, which went along on every visit.
    fn signature(&self, trip: u32, second: bool) -> Option<Signature> {
        let (outing, number, from) = self.going(trip, second)?;
        let (key, on) = (self.visit_key(trip, second), day_of(from));
        let head = Head {
            request_id: id(self.seed, "signature", key),
            occurred_at: after(from, STAY + 12),
            by: officer(Agency::Fire, on_day(outing.trip.post, on), 'A'),
        };
        let (inspection, _) = self.visit_id(key, (number, on))?;
        Some(Signature { head, inspection: inspection.to_string() })
    }

    fn visit(&self, trip: u32, second: bool) -> Option<Visit> {
        let (outing, number, from) = self.going(trip, second)?;
        let until = after(from, STAY);
        let post = on_day(outing.trip.post, day_of(from));
        let failed = match outing.trip.phase {
            PhaseKind::CountyInspection => self.failed(number),
            PhaseKind::SelfCheck
            | PhaseKind::CitySpotCheck
            | PhaseKind::ProvincialSpotCheck
            | PhaseKind::LookBack => Vec::new(),
        };
        let looks_back = outing.trip.phase == PhaseKind::LookBack;
        let earlier = if looks_back { self.found_at(number)?.0.to_string() } else { String::new() };
        let request_id = self.visit_key(trip, second);
        let mut dice = Dice::of(self.seed, "sign", request_id);
        let unsigned = dice.in_thousand(WOULD_NOT_SIGN);
        Some(Visit {
            head: Head {
                request_id,
                occurred_at: after(until, 10),
                by: officer(Agency::Education, post, 'A'),
            },
            institution: self.institution(number)?,
            tier: tier(outing.trip.phase),
            invited: vec![unit(Agency::Fire, post)],
            earlier,
            members: team(post, outing.trip.team),
            from,
            until,
            notice: if failed.is_empty() { String::new() } else { notice("安检", from, number) },
            failed,
            refused_to_sign: if unsigned {
                "负责人不在场，员工拒绝签字".to_owned()
            } else {
                String::new()
            },
        })
    }

    fn failed(&self, number: u64) -> Vec<Failed> {
        let failed = loops::lines(&self.work, number).into_iter().map(|(hazard, line)| Failed {
            line: line.id.to_string(),
            fixed: hazard.rectified == Rectified::OnTheSpot,
            finding: format!("不合格：{}", line.zh),
        });
        failed.collect()
    }

    /// The counties' visit to an institution: its id, the division and the day of its hazards.
    fn found_at(&self, number: u64) -> Option<(InspectionId, DivisionCode, Date)> {
        let on = day_of(self.schedule.found(number)?);
        let key = self.visit_key(u32::try_from(number / 2).ok()?, number % 2 == 1);
        let (inspection, division) = self.visit_id(key, (number, on))?;
        Some((inspection, division, on))
    }

    fn step(&self, number: u64, which: u8, place: u8) -> Option<Step> {
        let (hazard, line) = loops::lines(&self.work, number).into_iter().nth(which.into())?;
        let found = self.schedule.found(number)?;
        let Stepping { at, doing } = loops::steps(self.seed, &hazard, found).into_iter().nth(place.into())?;
        let (inspection, division, on) = self.found_at(number)?;
        // Fire hazards are the fire office's to have removed, the others the education office's.
        let fire = line.category.fire();
        let (own, other) =
            if fire { (Agency::Fire, Agency::Education) } else { (Agency::Education, Agency::Fire) };
        let post = county_post(division);
        let who = |which| officer(own, post, which);
        let less = line.grade == Grade::Major && !hazard.major;
        let (by, act) = match doing {
            // Less grave than the line says is a leader's to say.
            Doing::Grade => (if less { 'B' } else { 'A' }, Act::Grade { grade: loops::grade(&hazard) }),
            Doing::FixOnSpot => ('A', Act::FixOnSpot { fixer: who('A') }),
            Doing::Notify { until } => {
                ('A', Act::Notify { number: notice("责改", found, hazard.number), until })
            }
            Doing::Rectify { until } => {
                let interim = if hazard.major { "停用并派专人看守" } else { "" };
                let fen = 50_000 + hazard.number % 100 * 10_000;
                ('A', Act::Rectify { fen, until, interim: interim.to_owned() })
            }
            Doing::Progress => ('A', Act::Progress { progress: "按方案整改，现场看守在位".to_owned() }),
            Doing::ReportFix => ('A', Act::ReportFix { fixer: who('A') }),
            Doing::Verify => {
                let second = hazard.major.then(|| officer(other, post, 'B'));
                ('B', Act::Verify { present: [who('B')].into_iter().chain(second).collect() })
            }
        };
        let key = format!("{}/{place}", hazard.number);
        let head = Head { request_id: id(self.seed, "step", key), occurred_at: at, by: who(by) };
        let hazard = id_of(&inspection, &line.id, division, on).to_string();
        Some(Step { head, hazard, act })
    }

    fn staff(&self, number: u64, again: bool) -> Option<StaffCount> {
        let asked = staff_day(self.seed, &self.calendar, number);
        let on = if again { super::calendar::later(asked, 7) } else { asked };
        let persons = self.work.staff_of(number).filter(|person| !again || Workload::asked_twice(*person));
        let mut persons: Vec<String> = persons.map(|one| id(self.seed, "person", one).to_string()).collect();
        persons.sort_unstable();
        let post = county_post(acting(self.county(number)?, on));
        let kind = if again { "staff-again" } else { "staff" };
        Some(StaffCount {
            head: Head {
                request_id: id(self.seed, kind, number),
                occurred_at: at(on, 600),
                by: officer(Agency::Education, post, 'A'),
            },
            institution: self.institution(number)?,
            on,
            persons,
        })
    }
}

/// A merged county's work is done by the one that has its area.
fn on_day(post: Post, day: Date) -> Post {
    match post.level {
        Level::County => county_post(acting(post.division, day)),
        Level::City | Level::Province | Level::Nation => post,
    }
}

const fn tier(phase: PhaseKind) -> Tier {
    match phase {
        PhaseKind::SelfCheck | PhaseKind::CountyInspection => Tier::County,
        PhaseKind::CitySpotCheck => Tier::City,
        PhaseKind::ProvincialSpotCheck => Tier::Province,
        PhaseKind::LookBack => Tier::LookBack,
    }
}

/// Of every office its first officers in turn: of two one each, of five three of education.
fn team(post: Post, size: u32) -> Vec<Member> {
    let all = ['A', 'B', 'C'].into_iter().flat_map(|which| AGENCIES.map(|agency| (agency, which)));
    let gone = all.take(usize::try_from(size).unwrap_or_default());
    gone.map(|(agency, which)| {
        let officer = officer(agency, post, which);
        let certificate = format!("执法{}", officer.trim_start_matches("OF-"));
        Member { officer, certificate }
    })
    .collect()
}

fn notice(word: &str, moment: Timestamp, number: u64) -> String {
    format!("{word}〔{}〕{}号", day_of(moment).year(), number + 1)
}

#[cfg(test)]
mod tests;
