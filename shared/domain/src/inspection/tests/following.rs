//! After the visit: findings, hazards, another look, the end.

use super::fixture::*;
use crate::actor::Agency;
use crate::hazard::{Category, Grade};
use crate::inspection::*;

#[test]
fn nothing_found_ends_it_without_a_notice_or_a_clock() {
    signed(&[])
        .when(Command::Issue, edu(70))
        .then(&["inspection.issued", "inspection.closed"])
        .clocks(&[])
        .given()
        .when(serve(), edu(71))
        .refused("INSPECTION_NOT_HERE")
        .fact("word", "inspection-closed");
}

#[test]
fn each_failed_line_opens_a_hazard_with_the_category_and_grade_of_the_line() {
    let outcome = signed(&["FS-EVA-1", "FS-EQ-1"]).when(Command::Issue, edu(70));
    let outcome = outcome.then(&["inspection.issued"]).clocks(&["clock.started inspection-notice"]);
    let Some(Event::Issued { hazards }) = outcome.events().first() else { unreachable!("issued") };
    let told: Vec<_> = hazards
        .iter()
        .map(|one| {
            let line = one.found.as_ref().unwrap().line.as_str();
            (line, one.category, one.grade, one.finder.agency, one.lead.agency)
        })
        .collect();
    let (edu, fire) = (Agency::Education, Agency::Fire);
    assert_eq!(
        told,
        [
            ("FS-EQ-1", Category::Facility, Grade::General, edu, edu),
            ("FS-EVA-1", Category::FireEvacuation, Grade::Major, fire, fire),
        ]
    );
    let [first, second] = hazards.as_slice() else { unreachable!("two") };
    assert!(first.id != second.id && first.id.as_str().starts_with("HZ-430405-20261123-"));
    assert_eq!(first.spot.as_str(), "二楼东侧楼梯口");
    let again = signed(&["FS-EVA-1", "FS-EQ-1"]).when(Command::Issue, super::fixture::edu(75));
    let Some(Event::Issued { hazards: same }) = again.events().first() else { unreachable!("issued") };
    assert_eq!(same, hazards, "issued again it is the same hazard");
}

#[test]
fn what_was_put_right_on_the_spot_is_a_hazard_but_not_asked_for_again() {
    let fixed = recorded(&[])
        .after(answer("FS-EQ-1", Verdict::FailFixed), edu(45))
        .after(Command::Sign, edu(51))
        .after(Command::Sign, fire(52))
        .after(refused_to_sign(), edu(53))
        .after(Command::CheckOut(SEEN), edu(60))
        .after(Command::CheckOut(SEEN), fire(60));
    let issued = fixed.when(Command::Issue, edu(70)).then(&["inspection.issued"]).given();
    let served = issued.after(serve(), edu(71));
    served.when(Command::BeginReinspection, edu(80)).refused("INSPECTION_NOTHING_FAILED");
}

#[test]
fn findings_go_out_when_everybody_has_left_and_all_have_signed() {
    let there = recorded(&[])
        .after(Command::Sign, edu(51))
        .after(Command::Sign, fire(52))
        .after(signed_for(), edu(53))
        .after(Command::CheckOut(SEEN), edu(60));
    there.when(Command::Issue, edu(70)).refused("INSPECTION_STILL_THERE").fact("officer", "OF-fire");
    recorded(&[]).when(Command::Issue, edu(70)).refused("INSPECTION_NOT_HERE");
}

#[test]
fn the_notice_is_served_on_the_same_day() {
    let issued = || signed(&["FS-EQ-1"]).after(Command::Issue, edu(70));
    // 24:00 in Beijing, fifteen hours after nine.
    issued().when(ring("inspection-notice"), hub(15 * 60 - 1)).nothing();
    let _ =
        issued().when(ring("inspection-notice"), hub(15 * 60)).clocks(&["clock.breached inspection-notice"]);
    issued()
        .when(serve(), edu(80))
        .then(&["inspection.notice-served"])
        .clocks(&["clock.stopped inspection-notice", "clock.started inspection-rectification"]);
}

#[test]
fn another_look_is_due_when_asked_for_or_when_the_time_is_over() {
    let asked = served(&["FS-EQ-1"]).when(Command::RequestReinspection, fire(100));
    let _ = asked
        .then(&["inspection.reinspection-due"])
        .clocks(&["clock.stopped inspection-rectification", "clock.started inspection-reinspection"]);
    let days = 60 * 24 * 20;
    served(&["FS-EQ-1"])
        .when(ring("inspection-rectification"), hub(days))
        .then(&["inspection.reinspection-due"])
        .clocks(&["clock.lapsed inspection-rectification", "clock.started inspection-reinspection"])
        .given()
        .when(ring("inspection-reinspection"), hub(days + 60 * 24 * 6))
        .clocks(&["clock.breached inspection-reinspection"]);
    served(&["FS-EQ-1"]).when(ring("inspection-rectification"), edu(days)).refused("NOT_THE_CLOCK");
    on_site().when(Command::RequestReinspection, edu(40)).refused("INSPECTION_NOT_HERE");
}

#[test]
fn another_look_asks_only_for_what_failed_and_of_who_is_there() {
    let begun = || served(&["FS-EQ-1", "FS-EVA-1"]).after(Command::BeginReinspection, edu(1000));
    begun().when(answer("FS-EQ-1", Verdict::Pass), edu(1001)).refused("INSPECTION_NOT_THERE");
    let one = || begun().after(Command::CheckIn(SEEN), edu(1001));
    one().when(answer("FS-EQ-2", Verdict::Pass), edu(1002)).refused("INSPECTION_NOT_ASKED");
    one().when(Command::CompleteReinspection, edu(1002)).refused("INSPECTION_TOO_FEW_QUALIFIED");
    let both = || one().after(Command::CheckIn(SEEN), fire(1001));
    let half = || both().after(answer("FS-EQ-1", Verdict::Pass), edu(1002));
    half().when(Command::CompleteReinspection, edu(1003)).refused("INSPECTION_UNANSWERED");
    half().when(answer("FS-EVA-1", Verdict::Pass), edu(1003)).refused("INSPECTION_FIRE_LINE");
    let all = half().after(answer("FS-EVA-1", Verdict::Fail), fire(1003));
    let failed = all.when(Command::CompleteReinspection, edu(1004)).then(&["inspection.reinspected"]);
    failed.leaves(|state| {
        let visit = state.known().unwrap();
        assert_eq!(visit.stage(), Stage::AwaitingRectification);
        assert_eq!(visit.asks().collect::<Vec<_>>(), [&line("FS-EVA-1")]);
        let first = &visit.answers().get(&line("FS-EQ-1")).unwrap().answer;
        assert_eq!(first.verdict, Verdict::Fail, "the signed record stays as it was");
    });
}

#[test]
fn it_closes_when_every_hazard_is_gone_or_with_a_penalty_case() {
    let open = Command::Close { open: Some(hazard()) };
    served(&["FS-EQ-1"])
        .when(open, edu(2000))
        .refused("INSPECTION_HAZARD_OPEN")
        .fact("hazard", hazard().as_str());
    let closed = served(&["FS-EQ-1"]).when(Command::Close { open: None }, edu(2000));
    let closed =
        closed.then(&["inspection.closed"]).clocks(&["clock.stopped inspection-rectification"]).given();
    closed.when(Command::Close { open: None }, edu(2001)).refused("INSPECTION_NOT_HERE");
    let _ = served(&["FS-EQ-1"]).when(note(), fire(90)).then(&["inspection.supplemented"]);
}
