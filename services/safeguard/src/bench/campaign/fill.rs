//! The records of the workload as the law writes them, appended to a log one stream after the other. Who may report
//! them is not asked: these are the figures of the view, not of the way in. Never here: a measurement.

use anyhow::Context;
use domain::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use domain::campaign::figures::Finding;
use domain::campaign::plan::Template;
use domain::campaign::workload::{Trip, Workload};
use domain::campaign::{self, CampaignRule, PhaseKind};
use domain::checklist::Checklists;
use domain::decider::Decider;
use domain::dispatch::{self, DispatchRule};
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::event::{Metadata, Stored as _, encode};
use domain::ids::{CampaignId, DispatchId, InspectionId, InstitutionId, StaffCountId};
use domain::inspection::{self, Answer, InspectionRule, Member, Planned, Sheet, Tier, Verdict};
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::staff_count::{self, StaffCountRule};
use domain::text::Text;
use eventlog::{EventLog, Expected, JsonObject, NewEvent, StreamName};
use futures::{StreamExt, TryStreamExt};
use hub::mint;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::Offset;
use uuid::Uuid;

/// Where the campaign is led from.
pub const NATION: &str = "100000";
/// The last day of the campaign.
pub const LAST_DAY: Date = date(2023, 12, 31);
/// The day of every record.
const DAY: Date = date(2023, 11, 25);
/// Appends under way at once.
const WRITING: usize = 512;

/// One matter as the law would have it recorded.
struct Matter {
    stream: String,
    events: Vec<NewEvent>,
}

/// Writes the campaign and all of its records; answers its id.
///
/// # Errors
/// When the law refuses something, or the log fails.
pub async fn fill(log: &EventLog, work: &Workload) -> anyhow::Result<String> {
    let country = Country::of(work)?;
    let campaign = country.campaign.to_string();
    let bar = indicatif::ProgressBar::new(2 * work.institutions() + 2 * work.tally().trips);
    let begun = [country.begun()];
    let institutions = (0..work.institutions()).map(|number| country.institution(number));
    let staff = (0..work.institutions()).map(|number| country.staff(work, number));
    let trips = (0..).zip(work.trips()).map(|(number, trip)| country.trip(work, (number, trip)));
    let all = begun.into_iter().chain(institutions.map(one)).chain(staff.map(one)).chain(trips);
    let matters = all.flat_map(|matters| match matters {
        Ok(matters) => matters.into_iter().map(Ok).collect::<Vec<_>>(),
        Err(error) => vec![Err(error)],
    });
    futures::stream::iter(matters)
        .map(|matter| async {
            let Matter { stream, events } = matter?;
            log.append(&StreamName::parse(&stream)?, Expected::NoStream, events).await?;
            bar.inc(1);
            anyhow::Ok(())
        })
        .buffer_unordered(WRITING)
        .try_for_each(|()| async { Ok(()) })
        .await?;
    bar.finish_and_clear();
    Ok(campaign)
}

fn one(matter: anyhow::Result<Matter>) -> anyhow::Result<Vec<Matter>> {
    matter.map(|matter| vec![matter])
}

/// Everything of a matter that some acts decide, one after the other.
fn decided<D: Decider>(stream: String, acts: &[(Actor, D::Command)]) -> anyhow::Result<Matter> {
    let (mut state, mut all) = (D::initial(), Vec::new());
    for (place, (by, command)) in acts.iter().enumerate() {
        let (events, after) = step::<D>((&stream, place), by, command, state)?;
        state = after;
        all.extend(events);
    }
    Ok(Matter { stream, events: all })
}

/// One act on a state: its events as they are stored, and the state after it.
fn step<D: Decider>(
    (stream, place): (&str, usize),
    by: &Actor,
    command: &D::Command,
    state: D::State,
) -> anyhow::Result<(Vec<NewEvent>, D::State)> {
    let at = moment(10)?;
    let stamp = Stamp { by: by.clone(), at, recorded: at + jiff::SignedDuration::from_hours(24 * 60) };
    let events = D::decide(command, &state, &stamp)?;
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{stream}/{place}").as_bytes());
    let beside = JsonObject::of(&Metadata {
        by: stamp.by.clone(),
        at: stamp.at,
        recorded: stamp.recorded,
        late: stamp.late(),
        command: id,
        causation: None,
        correlation: id,
        trace: None,
    })?;
    let mut stored = Vec::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        let data = JsonObject::parse(&encode(event)?)?;
        let (id, kind) = (mint::event_id(id, place), event.kind().to_owned());
        stored.push(NewEvent { id, kind, data, metadata: beside.clone() });
    }
    let state = events.iter().fold(state, |state, event| D::evolve(state, event, &stamp));
    Ok((stored, state))
}

/// The units and institutions of the workload.
struct Country {
    campaign: CampaignId,
    /// Where each institution lies, by its number.
    places: Vec<DivisionCode>,
}

impl Country {
    fn of(work: &Workload) -> anyhow::Result<Self> {
        let counties = work.places().iter().flat_map(|place| &place.counties);
        let mut places = Vec::new();
        for county in counties {
            places.extend(std::iter::repeat_n(county.division, usize::try_from(county.institutions)?));
        }
        Ok(Self { campaign: CampaignId::new(NATION.parse()?, DAY, 1), places })
    }

    fn place(&self, number: u64) -> anyhow::Result<DivisionCode> {
        self.places.get(usize::try_from(number)?).copied().context("no such institution")
    }

    /// The campaign, issued and begun.
    fn begun(&self) -> anyhow::Result<Vec<Matter>> {
        use campaign::Command;
        let officer = |agency| officer(agency, NATION.parse()?);
        let lead = officer(Agency::Education)?;
        let template = Template::find("safety-guard-2023").context("no template")?;
        let plan = template.plan(self.campaign.clone(), lead.unit.clone());
        let steps = [
            (lead.clone(), Command::Draft(Box::new(plan))),
            (lead.clone(), Command::Sign),
            (officer(Agency::Police)?, Command::Sign),
            (officer(Agency::Fire)?, Command::Sign),
            (lead.clone(), Command::Deploy),
            (lead, Command::Begin { phase: PhaseKind::CountyInspection }),
        ];
        Ok(vec![decided::<CampaignRule>(self.campaign.to_string(), &steps)?])
    }

    fn institution(&self, number: u64) -> anyhow::Result<Matter> {
        let division = self.place(number)?;
        let particulars = Particulars {
            id: name(number)?,
            credit_code: "12100000400009880K".parse()?,
            name: Text::parse(&format!("样例培训机构{number}"))?,
            kind: InstitutionKind::SubjectTraining,
            division,
            address: Text::parse("样例路1号")?,
            lead: Agency::Education,
        };
        let stream = particulars.id.to_string();
        let command = institution::Command::Register(Box::new(particulars));
        decided::<InstitutionRule>(stream, &[(officer(Agency::Education, division)?, command)])
    }

    fn staff(&self, work: &Workload, number: u64) -> anyhow::Result<Matter> {
        let division = self.place(number)?;
        // In two halves of 64 bits, the well mixed one in front, as real pseudonyms are mixed.
        let pseudonym = |person: u64| Uuid::new_v5(&Uuid::NAMESPACE_OID, &person.to_be_bytes());
        let mut persons: Vec<Uuid> = work.staff_of(number).map(pseudonym).collect();
        persons.sort_unstable();
        let id = StaffCountId::new(division, DAY, number.into());
        let stream = id.to_string();
        let (campaign, institution) = (self.campaign.clone(), name(number)?);
        let report = staff_count::Report { id, campaign, institution, division, on: DAY, persons };
        let command = staff_count::Command::Report(Box::new(report));
        decided::<StaffCountRule>(stream, &[(officer(Agency::Education, division)?, command)])
    }

    /// A dispatch and its visits.
    fn trip(&self, work: &Workload, (number, trip): (u64, Trip)) -> anyhow::Result<Vec<Matter>> {
        let division = trip.post.division;
        let id = DispatchId::new(division, DAY, number.into());
        let stream = id.to_string();
        let institutions = trip.visits().map(name).collect::<anyhow::Result<Vec<_>>>()?;
        let places = trip.visits().map(|at| self.place(at)).collect::<anyhow::Result<Vec<_>>>()?;
        let (campaign, persons, post) = (self.campaign.clone(), trip.team, trip.post);
        let report = dispatch::Report { id, campaign, post, on: DAY, persons, institutions };
        let command = dispatch::Command::Report { report: Box::new(report), places };
        let lead = officer(Agency::Education, division)?;
        let mut all = vec![decided::<DispatchRule>(stream, &[(lead, command)])?];
        for (place, at) in (0..).zip(trip.visits()) {
            all.push(self.visit(work, (2 * number + place, trip, at))?);
        }
        Ok(all)
    }

    fn visit(&self, work: &Workload, (number, trip, at): (u64, Trip, u64)) -> anyhow::Result<Matter> {
        let (edu, fire) =
            (officer(Agency::Education, trip.post.division)?, officer(Agency::Fire, trip.post.division)?);
        let id = InspectionId::new(self.place(at)?, DAY, number.into());
        let stream = id.to_string();
        let sheet = |agency, checklist| -> anyhow::Result<Sheet> {
            let newest = Checklists::standard().newest(checklist).context("no checklist")?;
            Ok(Sheet { agency, edition: newest.edition() })
        };
        let plan = Planned {
            id,
            institution: name(at)?,
            division: self.place(at)?,
            lead: edu.unit.clone(),
            invited: vec![fire.unit.clone()],
            tier: tier(trip.phase),
            campaign: Some(self.campaign.clone()),
            earlier: None,
            sheets: vec![
                sheet(Agency::Education, "facility-safety")?,
                sheet(Agency::Fire, "fire-nine-rules")?,
            ],
            on: DAY,
            drawn: None,
        };
        let found = if trip.phase == PhaseKind::CountyInspection { answers(work, at)? } else { Vec::new() };
        let report = inspection::Report {
            plan,
            team: vec![member(&edu)?, member(&fire)?],
            from: moment(1)?,
            until: moment(2)?,
            answers: found,
            refused: None,
            notice: None,
        };
        let report = inspection::Command::Report(Box::new(report));
        decided::<InspectionRule>(stream, &[(edu, report), (fire, inspection::Command::Sign)])
    }
}

/// The lines that failed at an institution: one for each of its hazards.
fn answers(work: &Workload, at: u64) -> anyhow::Result<Vec<Answer>> {
    let answer = |(place, hazard): (usize, domain::campaign::workload::Hazard)| {
        let lines = match hazard.finding {
            Finding::Safety => ["FS-EQ-1", "FS-EQ-2", "FS-EQ-3"],
            Finding::Evacuation => ["FS-EVA-1", "FIRE9-4.1", "FIRE9-4.2"],
            Finding::Equipment => ["FS-FEQ-1", "FIRE9-5.1", "FIRE9-5.2"],
            Finding::OtherFire => ["FIRE9-3.1", "FIRE9-3.2", "FIRE9-1.1"],
        };
        let line = lines.get(place % 3).copied().context("no line")?;
        let finding = Some(Text::parse("二楼东侧楼梯口")?);
        Ok(Answer {
            line: Text::parse(line)?,
            verdict: Verdict::Fail,
            finding,
            papers: Vec::new(),
            captured: None,
        })
    };
    work.hazards_of(at).enumerate().map(answer).collect()
}

const fn tier(phase: PhaseKind) -> Tier {
    match phase {
        PhaseKind::SelfCheck | PhaseKind::CountyInspection => Tier::County,
        PhaseKind::CitySpotCheck => Tier::City,
        PhaseKind::ProvincialSpotCheck => Tier::Province,
        PhaseKind::LookBack => Tier::LookBack,
    }
}

/// An hour of the day, in universal time.
fn moment(hour: i8) -> anyhow::Result<Timestamp> {
    Ok(Offset::UTC.to_timestamp(DAY.at(hour, 0, 0, 0))?)
}

fn name(number: u64) -> anyhow::Result<InstitutionId> {
    Ok(format!("IN-B{number:06}").parse()?)
}

fn member(actor: &Actor) -> anyhow::Result<Member> {
    let (officer, unit) = (actor.officer.clone(), actor.unit.clone());
    Ok(Member { officer, unit, certificate: Some(Text::parse("执法 0017")?), fire_delegation: None })
}

/// Who works for an agency in a division, of the level it has.
fn officer(agency: Agency, division: DivisionCode) -> anyhow::Result<Actor> {
    let level = match Divisions::standard().find(division).map(|row| row.level) {
        None => Level::Nation,
        Some(DivisionLevel::Province) => Level::Province,
        Some(DivisionLevel::City) => Level::City,
        Some(DivisionLevel::County) => Level::County,
    };
    let id = format!("UN-{}-{division}", agency.code()).parse()?;
    let unit = Unit { id, agency, level, division };
    let officer = format!("OF-{}-{division}", agency.code()).parse()?;
    Ok(Actor { officer, unit, roles: vec![Role::Handler, Role::Head] })
}
