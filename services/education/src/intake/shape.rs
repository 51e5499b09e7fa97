//! From a `ReportClueRequest` to what was told, with everything parsed and nothing sealed yet. What stands
//! here names people in the open: it is never printed, stored or kept. Never here: keys, the log.

use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::Part;
use domain::division::DivisionCode;
use domain::ids::InstitutionId;
use domain::mobile::Phone;
use domain::paper::Paper;
use domain::resident_id::ResidentId;
use domain::text::Text;
use hub::{Attached, Hub, mint};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::place::{self, Units};

/// Characters of a narrative.
const NARRATIVE: usize = 4_000;
/// Characters of an address.
const PLACE: usize = 200;
/// Characters of a name.
const NAME: usize = 50;
/// People in one clue.
const PERSONS: usize = 50;
/// How long ago a clue may have been told: five years of 366 days.
const OLDEST: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);

/// A report as told.
pub(crate) struct Told {
    pub(crate) channel: Channel,
    pub(crate) category: Category,
    pub(crate) situation: Option<u8>,
    pub(crate) urgency: Urgency,
    pub(crate) minor: Minor,
    pub(crate) harm: Vec<Harm>,
    pub(crate) division: DivisionCode,
    pub(crate) institution: Option<InstitutionId>,
    pub(crate) received: Timestamp,
    pub(crate) narrative: String,
    pub(crate) place: Option<String>,
    pub(crate) reporter: Reporter,
    pub(crate) persons: Vec<Person>,
    pub(crate) papers: Vec<Paper>,
    pub(crate) units: Units,
    pub(crate) source: Option<Text<100>>,
}

/// Who reported.
pub(crate) enum Reporter {
    /// Nobody gave a name.
    Anonymous,
    /// A named person.
    Named { name: String, phone: Option<Phone>, id_number: Option<ResidentId>, secret: bool },
}

/// A person concerned.
pub(crate) struct Person {
    pub(crate) part: Part,
    pub(crate) name: String,
    pub(crate) id_number: Option<ResidentId>,
    pub(crate) minor: Minor,
}

/// What is told of the facts, without the people.
struct Facts {
    channel: Option<Channel>,
    category: Option<Category>,
    situation: Option<u64>,
    urgency: Option<Urgency>,
    minor: Minor,
    harm: Option<Vec<Harm>>,
}

/// Reads a request; every fault is kept in `look`, and then the answer is `None`.
///
/// # Errors
/// When the roster cannot be asked.
pub(super) fn read(
    hub: &Hub,
    request: &v1::ReportClueRequest,
    attached: &Attached,
    look: &mut Violations,
) -> Result<Option<Told>, Refusal> {
    let now = hub.time.now();
    let received = received(request.received_at.as_ref(), now, look);
    // The day the clue was received decides ages and divisions; without it, today serves to find the other faults.
    let day = mint::beijing_day(received.unwrap_or(now));
    let facts = facts(request, look);
    let division = look.division("division", &request.division, day);
    let institution = place::institution(hub, &request.institution, look)?;
    let units = match (division, facts.category) {
        (Some(division), Some(category)) => place::units(hub, division, category, look)?,
        _ => None,
    };
    let narrative = look.personal("narrative", &request.narrative, NARRATIVE);
    let place = look.optional_personal("place", &request.place, PLACE);
    let reporter =
        look.message("reporter", request.reporter.as_ref(), |look, stated| reporter(stated, day, look));
    let persons = look.each("persons", (&request.persons, PERSONS), |look, stated| person(stated, day, look));
    let papers = attached.papers("papers", &request.papers, look);
    let source = look.optional_text("source", &request.source);
    if !look.is_clean() {
        return Ok(None);
    }
    Ok((|| {
        let persons = persons?;
        Some(Told {
            channel: facts.channel?,
            category: facts.category?,
            situation: facts
                .situation
                .filter(|number| *number > 0)
                .and_then(|number| u8::try_from(number).ok()),
            urgency: facts.urgency?,
            minor: persons.iter().map(|person| person.minor).fold(facts.minor, Minor::max),
            harm: facts.harm?,
            division: division?,
            institution,
            received: received?,
            narrative: narrative?,
            place,
            reporter: reporter?,
            persons,
            papers: papers?,
            units: units?,
            source,
        })
    })())
}

fn received(at: Option<&prost_types::Timestamp>, now: Timestamp, look: &mut Violations) -> Option<Timestamp> {
    let at = look.past("received_at", at, now)?;
    let oldest = now.checked_sub(OLDEST).unwrap_or(Timestamp::MIN);
    if at < oldest {
        look.add("received_at", &Flaw::new("TIME_ORDER").with("after", oldest));
        return None;
    }
    Some(at)
}

fn facts(request: &v1::ReportClueRequest, look: &mut Violations) -> Facts {
    Facts {
        channel: look.chosen("channel", request.channel),
        category: look.chosen("category", request.category),
        situation: look.whole("situation", u64::from(request.situation), (0, 9)),
        urgency: look.chosen("urgency", request.urgency),
        minor: look.optional_chosen("minor", request.minor).unwrap_or(Minor::None),
        harm: look.chosen_many("harm", &request.harm),
    }
}

fn reporter(stated: &v1::ReporterStatement, day: Date, look: &mut Violations) -> Option<Reporter> {
    match &stated.who {
        None => {
            look.add("", &Flaw::new("REQUIRED"));
            None
        }
        Some(v1::reporter_statement::Who::Anonymous(_)) => Some(Reporter::Anonymous),
        Some(v1::reporter_statement::Who::Named(named)) => look.within("named", |look| {
            let name = look.personal("name", &named.name, NAME);
            let phone = look.optional_id("phone", &named.phone);
            let id_number = number(&named.id_number, day, look);
            Some(Reporter::Named { name: name?, phone, id_number, secret: named.secret })
        }),
    }
}

fn person(stated: &v1::PersonStatement, day: Date, look: &mut Violations) -> Option<Person> {
    let part = look.chosen("part", stated.part);
    let name = look.personal("name", &stated.name, NAME);
    let id_number = number(&stated.id_number, day, look);
    let told: Option<Minor> = look.optional_chosen("minor", stated.minor);
    // A number speaks for itself; only without one does the statement count.
    let minor = id_number.as_ref().map_or(told.unwrap_or(Minor::None), |number| age(number, day));
    Some(Person { part: part?, name: name?, id_number, minor })
}

fn number(text: &str, day: Date, look: &mut Violations) -> Option<ResidentId> {
    if text.trim().is_empty() { None } else { look.field("id_number", ResidentId::parse(text, day)) }
}

fn age(number: &ResidentId, day: Date) -> Minor {
    if number.is_under_14(day) {
        Minor::Under14
    } else if number.is_minor(day) {
        Minor::Minor
    } else {
        Minor::None
    }
}
