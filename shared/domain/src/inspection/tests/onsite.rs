//! At the institution: coming and going, lines, signatures, works sent later.

use super::fixture::*;
use crate::actor::{Agency, Stamp};
use crate::inspection::*;
use crate::scenario::Given;

#[test]
fn members_check_in_and_out_and_nobody_else() {
    let there = under_way().when(Command::CheckIn(SEEN), edu(30)).then(&["inspection.checked-in"]).given();
    there.when(Command::CheckIn(SEEN), edu(31)).refused("INSPECTION_ALREADY_THERE");
    under_way().when(Command::CheckIn(SEEN), police(30)).refused("INSPECTION_NOT_ON_TEAM");
    on_site().when(Command::CheckOut(SEEN), edu(29)).refused("INSPECTION_NOT_THERE");
    under_way()
        .after(Command::CheckIn(SEEN), edu(30))
        .when(Command::CheckOut(SEEN), fire(31))
        .refused("INSPECTION_NOT_THERE")
        .fact("officer", "OF-fire");
    let left = on_site().when(Command::CheckOut(SEEN), edu(60)).then(&["inspection.checked-out"]).given();
    left.when(Command::CheckOut(SEEN), edu(61)).refused("INSPECTION_NOT_THERE");
}

#[test]
fn a_line_is_answered_by_a_member_of_the_agency_whose_checklist_it_is_on() {
    let _ = on_site().when(answer("FS-EQ-1", Verdict::Pass), edu(40)).then(&["inspection.answered"]);
    on_site().when(answer("FS-EQ-1", Verdict::Pass), police(40)).refused("INSPECTION_NOT_ON_TEAM");
    on_site()
        .when(answer("FS-EQ-1", Verdict::Pass), fire(40))
        .refused("INSPECTION_OTHER_SHEET")
        .fact("agency", "EDU");
    on_site().when(answer("GP-1", Verdict::Pass), edu(40)).refused("INSPECTION_OTHER_SHEET");
    on_site()
        .when(answer("FS-NO-SUCH", Verdict::Pass), edu(40))
        .refused("INSPECTION_NO_SUCH_LINE")
        .fact("line", "FS-NO-SUCH");
    on_site().when(answer("BUS-1", Verdict::Pass), edu(40)).refused("INSPECTION_NO_SUCH_LINE");
}

/// A team with a policeman instead of the fire service, charged with fire inspections or not.
fn with_police(charged: bool) -> Given<InspectionRule> {
    let mut planned = visit();
    planned.invited = vec![unit(Agency::Police), unit(Agency::Fire)];
    let mut policeman = member(&police(1));
    policeman.fire_delegation = charged.then(|| text("衡公消委〔2026〕1号"));
    nothing()
        .after(plan(planned), edu(0))
        .after(confirm(member(&edu(1))), edu(1))
        .after(confirm(policeman), police(1))
        .after(confirm(member(&fire(1))), fire(1))
        .after(Command::FormTeam, edu(3))
        .after(Command::Notify, edu(4))
        .after(Command::SetOut, edu(5))
        .after(Command::CheckIn(SEEN), edu(30))
        .after(Command::CheckIn(SEEN), police(30))
}

#[test]
fn a_fire_line_is_for_the_fire_service_or_a_police_station_charged_with_it() {
    let fire_line = || answer("FS-EVA-1", Verdict::Pass);
    let _ = on_site().when(fire_line(), fire(40)).then(&["inspection.answered"]);
    on_site().when(fire_line(), edu(40)).refused("INSPECTION_FIRE_LINE").fact("line", "FS-EVA-1");
    let _ = with_police(true).when(fire_line(), police(40)).then(&["inspection.answered"]);
    with_police(false).when(fire_line(), police(40)).refused("INSPECTION_FIRE_LINE");
}

#[test]
fn only_who_was_there_at_that_moment_answers_also_when_it_is_sent_later() {
    let early = answer("FS-EQ-1", Verdict::Pass);
    on_site().when(early, edu(29)).refused("INSPECTION_NOT_THERE").fact("at", &minute(29).to_string());
    let left = || on_site().after(Command::CheckOut(SEEN), edu(60));
    left().when(answer("FS-EQ-1", Verdict::Pass), edu(61)).refused("INSPECTION_NOT_THERE");
    let sent_later = Stamp { recorded: minute(600), ..edu(45) };
    assert!(sent_later.late());
    let captured = Some(Captured { device: minute(44), offset_seconds: 60 });
    let Command::RecordLines(mut one) = answer("FS-EQ-1", Verdict::Pass) else { unreachable!("a line") };
    one[0].captured = captured;
    left().when(Command::RecordLines(one), sent_later).then(&["inspection.answered"]).leaves(|state| {
        let given = state.known().unwrap().answers().get(&line("FS-EQ-1")).unwrap().clone();
        assert_eq!((given.answer.captured, given.unit), (captured, unit(Agency::Education)));
    });
}

#[test]
fn a_failed_line_says_where() {
    let Command::RecordLines(mut bare) = answer("FS-EQ-1", Verdict::Fail) else { unreachable!("a line") };
    bare[0].finding = None;
    for verdict in [Verdict::Fail, Verdict::FailFixed] {
        bare[0].verdict = verdict;
        let command = Command::RecordLines(bare.clone());
        on_site().when(command, edu(40)).refused("INSPECTION_FAIL_WITHOUT_FINDING").fact("line", "FS-EQ-1");
    }
}

#[test]
fn a_record_is_complete_when_all_came_and_every_line_has_an_answer() {
    let _ = answered(&[]).when(Command::Complete, edu(50)).then(&["inspection.recorded"]);
    on_site().when(Command::Complete, edu(50)).refused("INSPECTION_UNANSWERED").fact("line", "FS-SITE-1");
    let alone = under_way().after(Command::CheckIn(SEEN), edu(30));
    alone.when(Command::Complete, edu(50)).refused("INSPECTION_ABSENT").fact("officer", "OF-fire");
    answered(&[]).when(Command::Complete, police(50)).refused("INSPECTION_NOT_ON_TEAM");
}

#[test]
fn a_record_is_corrected_until_the_first_signature_and_never_after() {
    let correct = || answer("FS-EQ-1", Verdict::Fail);
    let _ = recorded(&[]).when(correct(), edu(45)).then(&["inspection.answered"]);
    let begun = recorded(&[]).after(Command::Sign, fire(51));
    begun.when(correct(), edu(45)).refused("INSPECTION_NOT_HERE").fact("word", "inspection-recorded");
    signed(&[]).when(correct(), edu(45)).refused("INSPECTION_LOCKED");
    recorded(&[]).when(note(), edu(51)).refused("INSPECTION_NOT_HERE");
    let _ = signed(&[]).when(note(), edu(61)).then(&["inspection.supplemented"]);
    signed(&[]).when(note(), police(61)).refused("INSPECTION_NOT_ON_TEAM");
}

#[test]
fn all_members_and_the_institution_sign_or_its_refusal_is_recorded() {
    let stage = |wanted: Stage| move |state: &State| assert_eq!(state.known().unwrap().stage(), wanted);
    recorded(&[]).when(Command::Sign, police(51)).refused("INSPECTION_NOT_ON_TEAM");
    recorded(&[]).when(signed_for(), police(51)).refused("INSPECTION_NOT_ON_TEAM");
    let one = || recorded(&[]).after(Command::Sign, edu(51));
    one().when(Command::Sign, edu(52)).refused("INSPECTION_SIGNED_ALREADY");
    let half = one().when(signed_for(), edu(52)).then(&["inspection.institution-signed"]);
    let half = half.leaves(stage(Stage::Recorded)).given();
    half.when(Command::Sign, fire(53)).leaves(stage(Stage::Signed));
    let refused = one().when(refused_to_sign(), edu(52)).then(&["inspection.institution-refused"]).given();
    refused.when(Command::Sign, fire(53)).leaves(stage(Stage::RefusedToSign));
    let answered = || one().after(refused_to_sign(), edu(52));
    answered().when(signed_for(), edu(53)).refused("INSPECTION_SIGNED_ALREADY");
    answered().when(refused_to_sign(), edu(53)).refused("INSPECTION_SIGNED_ALREADY");
}

#[test]
fn an_obstructed_team_comes_back_with_police() {
    let obstruct = || Command::Obstruct { note: text("大门紧锁，拒不开门") };
    under_way().when(obstruct(), police(30)).refused("INSPECTION_NOT_ON_TEAM");
    let stopped = under_way().when(obstruct(), fire(30)).then(&["inspection.obstructed"]).given();
    let retry = Command::Retry { assistance: Some(unit(Agency::Police).id) };
    let back = stopped.when(retry, edu(50)).then(&["inspection.retried"]).given();
    let _ = back.when(Command::CheckIn(SEEN), edu(60)).then(&["inspection.checked-in"]);
    planned().when(obstruct(), edu(1)).refused("INSPECTION_NOT_HERE");
    let thrown_out = on_site().after(obstruct(), edu(40)).after(Command::Retry { assistance: None }, edu(50));
    let _ = thrown_out.when(Command::CheckIn(SEEN), edu(60)).then(&["inspection.checked-in"]);
    under_way().when(Command::Retry { assistance: None }, edu(30)).refused("INSPECTION_NOT_HERE");
}

#[test]
fn the_record_is_uploaded_within_a_day_of_the_first_to_come_by_the_time_the_hub_gets_it() {
    under_way()
        .when(Command::CheckIn(SEEN), edu(30))
        .clocks(&["clock.started inspection-upload"])
        .given()
        .when(Command::CheckIn(SEEN), fire(31))
        .clocks(&[]);
    let in_time = answered(&[]).when(Command::Complete, edu(50));
    assert!(in_time.events().iter().any(|event| stopped(event, true)));
    let sent_late = Stamp { recorded: minute(60 * 26), ..edu(50) };
    let late = answered(&[]).when(Command::Complete, sent_late);
    assert!(late.events().iter().any(|event| stopped(event, false)));
    let due = answered(&[]).when(ring("inspection-upload"), hub(60 * 26));
    let _ = due.clocks(&["clock.breached inspection-upload"]);
}

fn stopped(event: &Event, wanted: bool) -> bool {
    matches!(event, Event::Clock(crate::clock::ClockEvent::Stopped { on_time, .. }) if *on_time == wanted)
}
