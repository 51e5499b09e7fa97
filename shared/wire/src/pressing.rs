//! Which calls of the contract go before others when there is more to do than can be done: by path, and for reports of a
//! clue by what is reported. Never here: who may make them, or what else is in a report.

use domain::category::{Category, Harm, Minor, Urgency};
use domain::clue;
use domain::resident_id::ResidentId;
use jiff::civil::Date;
use prost::Message;

use crate::convert::OnWire as _;
use crate::v1::ReportClueRequest;

/// What hands a matter to the police, what the police and the fire service do with what was handed to them, and what an
/// officer needs to go on doing it. In the order of the journey of a matter.
pub const URGENT: [&str; 21] = [
    "/safeguard.v1.EducationService/TriageClue",
    "/safeguard.v1.EducationService/TransferClueToPolice",
    "/safeguard.v1.EducationService/ConfirmTransfer",
    "/safeguard.v1.EducationService/RecordCall",
    "/safeguard.v1.EducationService/SubmitReferral",
    "/safeguard.v1.EducationService/ApproveReferral",
    "/safeguard.v1.EducationService/DesignatePolice",
    "/safeguard.v1.EducationService/DeliverReferral",
    "/safeguard.v1.PoliceService/ListQueue",
    "/safeguard.v1.PoliceService/WatchQueue",
    "/safeguard.v1.PoliceService/GetQueueEntry",
    "/safeguard.v1.PoliceService/ClaimEntry",
    "/safeguard.v1.PoliceService/ReleaseEntry",
    "/safeguard.v1.PoliceService/SignReceipt",
    "/safeguard.v1.PoliceService/AcceptTransfer",
    "/safeguard.v1.PoliceService/ForwardEntry",
    "/safeguard.v1.PoliceService/DeclineEntry",
    "/safeguard.v1.FireService/ListInbox",
    "/safeguard.v1.FireService/ClaimFireTransfer",
    "/safeguard.v1.FireService/SignFireReceipt",
    "/safeguard.v1.SessionService/RenewSession",
];

/// The call whose content tells: a mandatory or most urgent report of a clue is urgent, another is not. So it is with a
/// report that comes in a file.
pub const BY_CONTENT: &str = "/safeguard.v1.EducationService/ReportClue";

/// Largest report that is looked into, in bytes; one within the limits of its fields has at most half of that.
pub const LARGEST: usize = 64 * 1024;

/// What decides of a `ReportClueRequest`; the rest of it is skipped without being read.
#[derive(Clone, PartialEq, Message)]
struct Glimpse {
    #[prost(int32, tag = "4")]
    category: i32,
    #[prost(uint32, tag = "5")]
    situation: u32,
    #[prost(int32, tag = "6")]
    urgency: i32,
    #[prost(int32, tag = "7")]
    minor: i32,
    #[prost(int32, repeated, tag = "8")]
    harm: Vec<i32>,
    #[prost(message, repeated, tag = "15")]
    persons: Vec<Person>,
}

/// A person concerned, of whom only the age counts here: a number that tells it, or what was stated.
#[derive(Clone, PartialEq, Message)]
struct Person {
    #[prost(string, tag = "3")]
    id_number: String,
    #[prost(int32, tag = "4")]
    minor: i32,
}

impl Person {
    fn minor(&self, today: Date) -> Option<Minor> {
        let number = ResidentId::parse(&self.id_number, today).ok();
        let by_number = number.filter(|number| number.is_minor(today)).map(|_| Minor::Minor);
        by_number.or_else(|| Minor::from_wire(self.minor))
    }
}

/// Whether the message of a report presses on a day. One that cannot be read is refused by its service later and does not.
#[must_use]
pub fn presses(report: &[u8], today: Date) -> bool {
    let seen = if report.len() > LARGEST { None } else { Glimpse::decode(report).ok() };
    let Some(seen) = seen else { return false };
    let minors = seen.persons.iter().filter_map(|person| person.minor(today));
    let minor = minors.chain(Minor::from_wire(seen.minor)).max().unwrap_or(Minor::None);
    let harm: Vec<Harm> = seen.harm.iter().filter_map(|number| Harm::from_wire(*number)).collect();
    let situation = u8::try_from(seen.situation).ok();
    let mandatory = Category::from_wire(seen.category)
        .is_some_and(|category| clue::mandatory(category, situation, minor, &harm));
    mandatory || Urgency::from_wire(seen.urgency) == Some(Urgency::U1)
}

/// The same of a report that was read already.
#[must_use]
pub fn report_presses(report: &ReportClueRequest, today: Date) -> bool {
    presses(&report.encode_to_vec(), today)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::v1;

    /// Whether a report that does not press does when changed so.
    fn pressing(change: impl FnOnce(&mut v1::ReportClueRequest)) -> bool {
        let mut report = v1::ReportClueRequest {
            category: v1::Category::FeeFraud.into(),
            urgency: v1::Urgency::U3.into(),
            minor: v1::Minor::None.into(),
            narrative: "家长反映".to_owned(),
            persons: vec![v1::PersonStatement { name: "张三".to_owned(), ..Default::default() }],
            ..Default::default()
        };
        change(&mut report);
        report_presses(&report, date(2026, 11, 23))
    }

    #[test]
    fn a_report_presses_when_the_law_demands_it_at_once_or_its_clerk_says_so() {
        let harmed = |report: &mut v1::ReportClueRequest| report.harm = vec![v1::Harm::Danger.into()];
        assert!(!pressing(|_| ()));
        assert!(!pressing(harmed), "nobody knows of a minor");
        assert!(pressing(|report| report.urgency = v1::Urgency::U1.into()));
        assert!(pressing(|report| report.category = v1::Category::MinorAbuse.into()));
        assert!(pressing(|report| report.situation = 9));
        assert!(pressing(|report| {
            harmed(report);
            report.minor = v1::Minor::Under14.into();
        }));
        assert!(pressing(|report| {
            harmed(report);
            report
                .persons
                .push(v1::PersonStatement { minor: v1::Minor::Under14.into(), ..Default::default() });
        }));
        assert!(pressing(|report| {
            harmed(report);
            // Born in 2016, whatever box was ticked; nobody has this number.
            let id_number = "430405201601019992".to_owned();
            report.persons.push(v1::PersonStatement { id_number, ..Default::default() });
        }));
        assert!(!presses(b"no message", date(2026, 11, 23)));
    }
}
