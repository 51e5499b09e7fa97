//! The table of periods is sane and says what the handbook says. The arithmetic is in `arithmetic`.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod arithmetic;

use std::collections::BTreeSet;

use super::*;

/// Every event name a row may use. A new event that matters to a clock is added here and in the table.
const KINDS: &str = "
    claim.lapsed claim.released claim.taken clue.absorbed clue.admin-case-opened clue.assigned
    clue.call-recorded clue.concluded clue.feedback-received clue.fell-back clue.fine-decided
    clue.merge-proposed clue.merge-undone clue.merged clue.obligation-met clue.obligation-opened
    clue.police-transfer-requested clue.police-transferred clue.referral-ended clue.referral-opened
    clue.referral-resumed
    clue.reopened clue.reported clue.reporter-informed clue.returned clue.transfer-accepted
    clue.transfer-confirmed clue.transfer-declined clue.transfer-forwarded clue.transfer-receipted
    clue.transferred-other clue.triaged clue.verification-extended clue.verification-started
    referral.abandoned referral.concluded referral.delivered referral.drafted referral.filed
    referral.filing-ordered referral.forwarded referral.handed-over referral.head-approved
    referral.head-refused referral.not-filed referral.not-police-matter referral.reasons-accepted
    referral.reasons-given referral.receipted referral.reconsideration-requested
    referral.reconsideration-upheld referral.returned-for-admin referral.submitted
    referral.supervision-opened referral.supplement-requested referral.supplemented
    referral.withdrawal-notified referral.withdrawn
    referral.fell-back
    break-glass.approved break-glass.ended break-glass.reviewed break-glass.used
    referral.designated referral.feedback-given referral.ordered-anew referral.supervision-suggested
    hazard.extension-granted hazard.fix-reported hazard.fixed-on-spot hazard.found hazard.listed
    hazard.noticed hazard.overdue hazard.penalty-opened hazard.progress-reported hazard.rectifying
    hazard.rejected hazard.resume-asked hazard.resumed hazard.review-failed hazard.review-passed
    hazard.seal-dropped hazard.seal-proposed hazard.sealed hazard.sealed-orally hazard.spot-rejected
    hazard.transferred hazard.verified hazard.voided
    inspection.cancelled inspection.checked-in inspection.closed inspection.issued inspection.notice-served
    inspection.obstructed inspection.postponed inspection.recorded inspection.reinspected
    inspection.reinspection-begun inspection.reinspection-due
";

fn ids(kind: &str, facts: ClockFacts) -> Vec<&'static str> {
    Periods::standard().starting(kind, &facts).into_iter().map(|row| row.id.as_str()).collect()
}

fn urgent(urgency: Urgency) -> ClockFacts {
    ClockFacts { urgency: Some(urgency), ..ClockFacts::default() }
}

#[test]
fn every_row_of_the_table_is_read_and_named_once() {
    let raw: serde_json::Value = serde_json::from_str(TABLE).unwrap();
    let written = raw.get("rows").and_then(|rows| rows.as_array()).unwrap();
    let rows = Periods::standard().all();
    assert_eq!((rows.len(), written.len()), (60, 60));
    let names: BTreeSet<_> = rows.iter().map(|row| (&row.id, row.version)).collect();
    assert_eq!(names.len(), rows.len());
}

#[test]
fn every_row_is_sane() {
    let known: BTreeSet<_> = KINDS.split_whitespace().collect();
    for row in Periods::standard().all() {
        // No working days at all: by the end of the day on which it starts.
        let long = row.length > 0 || row.kind == PeriodKind::WorkingDays;
        assert!(long && row.version > 0, "{}", row.id);
        assert!(![&row.article, &row.zh, &row.en].iter().any(|text| text.trim().is_empty()), "{}", row.id);
        assert!(!row.starts.is_empty() && !row.stops.is_empty(), "{}", row.id);
        for kind in row.starts.iter().chain(&row.stops) {
            assert!(known.contains(kind.as_str()), "{}: {kind}", row.id);
        }
        assert!(row.warn == [50, 80] || row.warn.is_empty(), "{}", row.id);
        assert_eq!(row.on_breach.effect == Effect::Breach, !row.on_breach.tell.is_empty(), "{}", row.id);
        assert!(
            row.kind != PeriodKind::ElapsedMinutes || row.basis == Basis::Design,
            "no law counts minutes: {}",
            row.id
        );
        assert!(row.extends.iter().all(|id| Periods::standard().row(id, 1).is_some()), "{}", row.id);
    }
}

#[test]
fn the_referral_clocks_are_those_of_the_handbook() {
    use Effect::{Breach, Lapse, Note};
    use PeriodKind::{CalendarDaysRoll as Days, ElapsedHours as Hours};
    use Who::{Fallback, Leader, PoliceSuperior, Procuratorate, Superior};
    let expected: [(char, PeriodKind, u16, Effect, &[Who]); 12] = [
        ('A', Days, 3, Breach, &[Superior]),
        ('B', Hours, 24, Breach, &[Superior, Procuratorate]),
        ('C', Hours, 24, Breach, &[PoliceSuperior, Fallback]),
        ('D', Days, 3, Breach, &[PoliceSuperior, Procuratorate]),
        ('E', Hours, 24, Note, &[]),
        ('F', Days, 3, Breach, &[Leader]),
        ('G', Days, 3, Breach, &[Leader]),
        ('H', Days, 3, Lapse, &[]),
        ('J', Days, 3, Breach, &[Procuratorate]),
        ('K', Days, 3, Lapse, &[]),
        ('L', Days, 7, Breach, &[Procuratorate]),
        ('M', Days, 15, Breach, &[Procuratorate]),
    ];
    let table = Periods::standard();
    let rows = table.all().iter().filter(|row| row.letter.is_some() && table.is_newest(row));
    let actual: Vec<_> = rows
        .map(|row| {
            (row.letter.unwrap(), row.kind, row.length, row.on_breach.effect, row.on_breach.tell.as_slice())
        })
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn a_report_starts_one_triage_clock_whatever_is_known() {
    assert_eq!(ids("clue.reported", urgent(Urgency::U1)), ["clue-triage-u1"]);
    assert_eq!(ids("clue.reported", urgent(Urgency::U2)), ["clue-triage-u2"]);
    assert_eq!(ids("clue.reported", urgent(Urgency::U4)), ["clue-triage-u4"]);
    assert_eq!(ids("clue.reported", ClockFacts::default()), ["clue-triage-u3"]);
}

#[test]
fn no_combination_of_facts_leaves_a_step_without_a_clock() {
    let fires = [None, Some(FireKind::Exit), Some(FireKind::Other)];
    let steps = [
        "clue.reported",
        "clue.merge-undone",
        "clue.triaged",
        "clue.returned",
        "clue.reopened",
        "clue.assigned",
        "clue.fell-back",
        "clue.verification-started",
        "clue.police-transferred",
        "clue.transferred-other",
        "clue.transfer-forwarded",
        "clue.transfer-declined",
        "clue.admin-case-opened",
        "clue.referral-ended",
        "clue.obligation-opened",
        "claim.taken",
    ];
    for urgency in Urgency::ALL.into_iter().map(Some).chain([None]) {
        for fire in fires {
            for minor in [false, true] {
                let facts = ClockFacts { urgency, fire, minor, ..ClockFacts::default() };
                for step in steps {
                    assert!(!ids(step, facts).is_empty(), "{step} {facts:?}");
                }
            }
        }
    }
}

#[test]
fn at_most_one_row_of_a_family_holds() {
    let families: BTreeSet<_> =
        Periods::standard().all().iter().filter_map(|row| row.family.as_deref()).collect();
    assert_eq!(families.len(), 5);
    for family in families {
        for urgency in Urgency::ALL.into_iter().map(Some).chain([None]) {
            let facts = ClockFacts { urgency, ..ClockFacts::default() };
            let kin = Periods::standard().all().iter().filter(|row| row.family.as_deref() == Some(family));
            assert_eq!(kin.filter(|row| row.when.holds(&facts)).count(), 1, "{family} {urgency:?}");
            assert!(Periods::standard().of_family(family, &facts).is_some());
        }
    }
}

#[test]
fn conditions_choose_the_row() {
    let fire = |kind| ClockFacts { fire: Some(kind), ..urgent(Urgency::U3) };
    assert_eq!(ids("clue.verification-started", urgent(Urgency::U3)), ["clue-conclude"]);
    assert_eq!(ids("clue.verification-started", fire(FireKind::Exit)), ["clue-conclude-fire-exit"]);
    assert_eq!(ids("clue.verification-started", fire(FireKind::Other)), ["clue-conclude-fire-other"]);
    assert_eq!(ids("clue.reported", fire(FireKind::Exit)), ["clue-triage-u3", "clue-conclude-fire-exit"]);
    assert_eq!(ids("claim.taken", urgent(Urgency::U1)), ["claim-lease-u1"]);
    assert_eq!(ids("claim.taken", ClockFacts::default()), ["claim-lease"]);
    assert_eq!(ids("clue.transfer-accepted", urgent(Urgency::U2)), Vec::<&str>::new());
    let minor = ClockFacts { minor: true, ..urgent(Urgency::U1) };
    assert_eq!(ids("clue.transfer-accepted", minor), ["clue-police-feedback"]);
}

#[test]
fn an_urgent_transfer_waits_for_a_leader_unless_one_sent_it() {
    let sent = urgent(Urgency::U1);
    assert_eq!(ids("clue.police-transferred", sent), ["clue-police-receipt-u1", "clue-leader-confirm"]);
    let confirmed = ClockFacts { confirmed: true, ..sent };
    assert_eq!(ids("clue.police-transferred", confirmed), ["clue-police-receipt-u1"]);
    assert_eq!(ids("clue.police-transferred", urgent(Urgency::U3)), ["clue-police-receipt"]);
}

#[test]
fn a_referral_that_led_to_a_case_starts_no_penalty_clock() {
    let filed = ClockFacts { filed: true, ..ClockFacts::default() };
    assert_eq!(ids("clue.referral-ended", filed), Vec::<&str>::new());
    assert_eq!(ids("clue.referral-ended", ClockFacts::default()), ["clue-penalty-after-referral"]);
}

#[test]
fn the_newest_version_starts_and_old_ones_stay_readable() {
    let raw: serde_json::Value = serde_json::from_str(TABLE).unwrap();
    let mut rows = raw.get("rows").and_then(|rows| rows.as_array()).unwrap().clone();
    let mut newer =
        rows.iter().find(|row| row.get("letter").is_some_and(|letter| letter == "D")).unwrap().clone();
    newer.as_object_mut().unwrap().insert("version".into(), 2.into());
    rows.push(newer);
    rows.push(serde_json::json!({ "id": "broken" }));
    let periods = Periods::parse(&serde_json::json!({ "rows": rows }).to_string());
    assert_eq!(periods.all().len(), Periods::standard().all().len() + 1, "a broken row is left out");
    let starting = periods.starting("referral.receipted", &ClockFacts::default());
    assert_eq!(starting.iter().find(|row| row.letter == Some('D')).unwrap().version, 2);
    assert!(periods.row("referral-filing-decision", 1).is_some());
}
