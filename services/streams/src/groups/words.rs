//! Between the words of the wire and those of the groups. Never here: deciding anything.

use domain::text::Text;
use jiff::Timestamp;
use prost::Message as _;
use wire::convert::timestamp;
use wire::flaw::{Fault, Flaw};
use wire::v1;
use wire::violations::Violations;

use super::delivery::{NotADelivery, Outcome};
use super::{Discard, Known, Parked, Report, Terms, Warning};

/// Characters of a name at most.
const NAME: usize = 60;
/// Positions in one request at most.
const POSITIONS: usize = 500;
/// Why something failed or was discarded.
pub(super) type Reason = Text<200>;

impl Fault for NotADelivery {
    fn flaw(&self) -> Flaw {
        Flaw::new("OTHER")
    }
}

/// A name: small letters, digits and hyphens, the first no hyphen.
pub(super) fn name(faults: &mut Violations, field: &str, text: &str) -> Option<String> {
    let sound = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if (1..=NAME).contains(&text.len()) && text.bytes().all(sound) && !text.starts_with('-') {
        return Some(text.to_owned());
    }
    faults.add(field, &Flaw::new("GROUP_NAME").with("max", NAME));
    None
}

/// The terms asked for; what is not stated is as usual.
pub(super) fn terms(faults: &mut Violations, asked: &v1::GroupTerms) -> Option<Terms> {
    let usual = Terms::default();
    let mut number = |field, asked: u32, usual: u32, most: u64| match asked {
        0 => Some(usual),
        stated => faults.whole(field, u64::from(stated), (1, most)).and(Some(stated)),
    };
    let attempts = number("attempts", asked.attempts, usual.attempts, 100);
    let first_pause = number("first_pause_seconds", asked.first_pause_seconds, usual.first_pause, 3_600);
    let longest = number("longest_pause_seconds", asked.longest_pause_seconds, usual.longest_pause, 86_400);
    let lease = number("lease_seconds", asked.lease_seconds, usual.lease, 3_600);
    Some(Terms { attempts: attempts?, first_pause: first_pause?, longest_pause: longest?, lease: lease? })
}

pub(super) const fn terms_shown(terms: Terms) -> v1::GroupTerms {
    v1::GroupTerms {
        attempts: terms.attempts,
        first_pause_seconds: terms.first_pause,
        longest_pause_seconds: terms.longest_pause,
        lease_seconds: terms.lease,
    }
}

/// Positions as they were sent, none twice.
pub(crate) fn positions(faults: &mut Violations, texts: &[String]) -> Option<Vec<u64>> {
    let read = faults.each("positions", (texts, POSITIONS), |faults, text| {
        let position = text.parse::<u64>().ok().filter(|position| *position > 0);
        if position.is_none() {
            faults.add("", &Flaw::new("POSITION"));
        }
        position
    });
    let mut positions = read?;
    positions.sort_unstable();
    positions.dedup();
    Some(positions)
}

/// What is to be discarded, at least one.
pub(super) fn discard(
    faults: &mut Violations,
    asked: &v1::DiscardParkedRequest,
    by: &str,
) -> Option<Discard> {
    let positions = positions(faults, &asked.positions);
    if asked.positions.is_empty() {
        faults.add("positions", &Flaw::new("TOO_FEW").with("count", 0).with("min", 1));
    }
    let reason: Option<Reason> = faults.required_text("reason", &asked.reason);
    Some(Discard { positions: positions?, by: by.to_owned(), reason: reason?.to_string() })
}

fn moment(microsecond: i64) -> Option<prost_types::Timestamp> {
    Timestamp::from_microsecond(microsecond).ok().map(timestamp)
}

pub(crate) fn warnings(warnings: &[Warning]) -> Vec<i32> {
    let number = |warning: &Warning| {
        i32::from(match warning {
            Warning::Parked => v1::GroupWarning::Parked,
            Warning::NoMembers => v1::GroupWarning::NoMembers,
            Warning::Full => v1::GroupWarning::Full,
        })
    };
    warnings.iter().map(number).collect()
}

/// A group with its standing.
pub(super) fn group(known: &Known, report: &Report, now: Timestamp) -> v1::Group {
    let standing = report.standing;
    let parked_for =
        standing.parked_since.map_or(0, |since| now.as_microsecond().saturating_sub(since).max(0));
    v1::Group {
        name: known.name.clone(),
        unit_id: known.unit.clone(),
        filter: filter(known),
        terms: Some(terms_shown(known.terms)),
        created_at: moment(known.created_at),
        created_by: known.created_by.clone(),
        position: known.read_to.map(|position| position.to_string()).unwrap_or_default(),
        members: u32::try_from(report.members).unwrap_or(u32::MAX),
        in_flight: standing.in_flight,
        retrying: standing.retrying,
        parked: standing.parked,
        waiting: standing.waiting,
        lag: report.lag(),
        oldest_parked_seconds: parked_for.unsigned_abs() / 1_000_000,
        warnings: warnings(&report.warnings),
        discarded: standing.discarded,
    }
}

/// The filter as it was asked for.
pub(crate) fn filter(known: &Known) -> Option<v1::EventFilter> {
    v1::EventFilter::decode(known.filter.as_slice()).ok()
}

pub(super) fn parked(event: Parked) -> v1::Parked {
    v1::Parked {
        position: event.position.to_string(),
        stream: event.stream,
        deliveries: event.deliveries,
        since: moment(event.since),
        reason: event.reason,
        waiting: event.waiting,
    }
}

pub(super) fn answer(delivery_id: String, outcome: Option<Outcome>) -> v1::DeliveryAnswer {
    let outcome = match outcome {
        Some(Outcome::Acknowledged) => v1::DeliveryOutcome::Acknowledged,
        Some(Outcome::Retrying) => v1::DeliveryOutcome::Retrying,
        Some(Outcome::Parked) => v1::DeliveryOutcome::Parked,
        Some(Outcome::NotYours) => v1::DeliveryOutcome::NotYours,
        None => v1::DeliveryOutcome::Malformed,
    };
    v1::DeliveryAnswer { delivery_id, outcome: outcome.into() }
}
