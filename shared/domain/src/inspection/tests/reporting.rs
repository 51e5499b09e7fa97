//! Visits recorded outside the hub and entered whole.

use super::fixture::*;
use crate::actor::{Agency, Stamp};
use crate::inspection::*;
use crate::scenario::{Outcome, survives_storage};

fn failed(line_id: &str, verdict: Verdict) -> Answer {
    let Command::RecordLines(mut answers) = answer(line_id, verdict) else { unreachable!("a line") };
    answers.remove(0)
}

/// A joint visit from nine to ten, in which everything passed.
pub fn clean() -> Report {
    Report {
        plan: visit(),
        team: vec![member(&edu(0)), member(&fire(0))],
        from: minute(0),
        until: minute(60),
        answers: Vec::new(),
        refused: None,
        notice: None,
    }
}

fn reported(change: impl FnOnce(&mut Report)) -> Outcome<InspectionRule> {
    let mut report = clean();
    change(&mut report);
    nothing().when(Command::Report(Box::new(report)), edu(60))
}

/// Entered by the leading unit, and signed for by the other one.
fn signed(change: impl FnOnce(&mut Report)) -> Outcome<InspectionRule> {
    let entered = reported(change).then(&["inspection.reported"]).leaves(stage(Stage::Recorded));
    entered.given().when(Command::Sign, fire(61))
}

fn stage(wanted: Stage) -> impl FnOnce(&State) {
    move |state| assert_eq!(state.known().unwrap().stage(), wanted)
}

#[test]
fn a_reported_visit_ends_where_nothing_failed() {
    survives_storage(&reported(|_| {}).events()[0]);
    let done = signed(|_| {});
    let done = done.then(&["inspection.member-signed", "inspection.issued", "inspection.closed"]);
    let done = done.clocks(&[]).leaves(stage(Stage::Closed));
    done.given()
        .when(Command::Report(Box::new(clean())), edu(61))
        .refused("INSPECTION_PLANNED_ALREADY")
        .fact("inspection", id().as_str());
    planned().when(Command::Report(Box::new(clean())), edu(61)).refused("INSPECTION_PLANNED_ALREADY");
}

#[test]
fn what_failed_becomes_hazards_of_whoever_had_to_answer_and_goes_the_way_of_any_visit() {
    let lines = vec![failed("FS-EQ-1", Verdict::FailFixed), failed("FS-EVA-1", Verdict::Fail)];
    let issued = signed(|report| report.answers = lines.clone());
    let issued = issued.then(&["inspection.member-signed", "inspection.issued"]).leaves(stage(Stage::Issued));
    let Event::Issued { hazards } = &issued.events()[1] else { unreachable!("the findings") };
    let finders: Vec<Agency> = hazards.iter().map(|hazard| hazard.finder.agency).collect();
    assert_eq!(finders, [Agency::Education, Agency::Fire]);
    let line_of = |place: usize| hazards[place].found.clone().unwrap().line;
    let wanted = crate::hazard::draft::id_of(&id(), &line_of(0), visit().division, visit().on);
    assert_eq!(hazards[0].id, wanted, "the id can be told from what is known before");
    let served = signed(|report| {
        report.answers = lines;
        report.notice = Some("衡珠教责改〔2026〕12号".parse().unwrap());
        report.refused = Some(text("负责人拒绝签字"));
    });
    served
        .then(&["inspection.member-signed", "inspection.issued", "inspection.notice-served"])
        .clock("clock.started inspection-rectification")
        .leaves(|state| {
            let visit = state.known().unwrap();
            assert_eq!((visit.stage(), visit.said()), (Stage::AwaitingRectification, Some(Said::Refused)));
            assert_eq!(visit.asks().map(|line| line.as_str()).collect::<Vec<_>>(), ["FS-EVA-1"]);
        })
        .given()
        .when(Command::BeginReinspection, edu(500))
        .then(&["inspection.reinspection-begun"]);
    let notice = |report: &mut Report| report.notice = Some("衡珠教责改〔2026〕12号".parse().unwrap());
    reported(notice).refused("INSPECTION_NOTHING_FAILED");
}

#[test]
fn each_invited_unit_signs_for_its_own_members_and_for_no_others() {
    let with_police = |report: &mut Report| {
        report.plan.invited.push(unit(Agency::Police));
        report.team.push(member(&police(0)));
    };
    let entered = reported(with_police).then(&["inspection.reported"]);
    let entered = entered.given();
    entered.when(Command::Sign, edu(61)).refused("INSPECTION_SIGNED_ALREADY");
    let stranger = who("fire9", Agency::Fire, 61);
    reported(with_police).given().when(Command::Sign, stranger).refused("INSPECTION_NOT_ON_TEAM");
    let half = reported(with_police).given().when(Command::Sign, fire(61));
    let half = half.then(&["inspection.member-signed"]).leaves(stage(Stage::Recorded));
    half.given().when(Command::Sign, police(62)).then(&[
        "inspection.member-signed",
        "inspection.issued",
        "inspection.closed",
    ]);
    // What another unit does not sign for is called off by who entered it.
    let cancel = Command::Cancel { reason: text("参加单位未予确认") };
    reported(with_police).given().when(cancel.clone(), fire(61)).refused("INSPECTION_NOT_THE_LEAD");
    reported(with_police).given().when(cancel, edu(61)).then(&["inspection.cancelled"]);
}

#[test]
fn a_visit_of_one_unit_alone_needs_nobody_else() {
    let alone = |report: &mut Report| {
        report.plan.invited = Vec::new();
        report.plan.sheets = vec![sheet(Agency::Education, "perimeter")];
        report.team[1] = member(&who("edu2", Agency::Education, 0));
    };
    reported(alone).then(&["inspection.reported", "inspection.issued", "inspection.closed"]);
}

#[test]
fn a_reported_visit_is_as_lawful_as_any() {
    let of_fire = Command::Report(Box::new(clean()));
    nothing().when(of_fire, fire(60)).refused("INSPECTION_NOT_THE_LEAD").fact("unit", "UN-EDU-430405");
    let elsewhere = |report: &mut Report| report.plan.division = "430412".parse().unwrap();
    reported(elsewhere).refused("INSPECTION_OUTSIDE_AREA").fact("division", "430412");
    reported(|report| report.plan.sheets[0].edition.version = 9).refused("INSPECTION_NO_SUCH_CHECKLIST");
    reported(|report| report.team[0].certificate = None).refused("INSPECTION_TOO_FEW_QUALIFIED");
    reported(|report| report.team[1] = member(&who("edu2", Agency::Education, 0)))
        .refused("INSPECTION_NOT_CONFIRMED")
        .fact("unit", "UN-FIRE-430405");
    reported(|report| report.team.push(member(&police(0))))
        .refused("INSPECTION_NOT_INVITED")
        .fact("unit", "UN-PSB-430405");
    reported(|report| report.team.push(member(&edu(0)))).refused("INSPECTION_CONFIRMED_ALREADY");
    reported(|report| report.team[0].fire_delegation = Some(text("委托")))
        .refused("INSPECTION_DELEGATION_NOT_POLICE");
    let alone = |report: &mut Report| {
        report.plan.invited = Vec::new();
        report.plan.sheets.truncate(1);
        report.team[1] = member(&who("edu2", Agency::Education, 0));
    };
    reported(alone).refused("INSPECTION_NOBODY_FOR_FIRE");
    let of_one = |report: &mut Report| {
        let mut second = unit(Agency::Education);
        second.id = "UN-EDU-430405-2".parse().unwrap();
        report.team[1] = Member { unit: second.clone(), ..member(&who("edu2", Agency::Education, 0)) };
        report.plan.sheets.truncate(1);
        report.plan.invited = vec![second];
    };
    reported(of_one).refused("INSPECTION_ONE_AGENCY");
}

#[test]
fn its_lines_and_its_times_must_be_possible() {
    let with = |answers: Vec<Answer>| reported(|report| report.answers = answers);
    with(vec![failed("NO-SUCH", Verdict::Fail)]).refused("INSPECTION_NO_SUCH_LINE").fact("line", "NO-SUCH");
    with(vec![failed("FS-EQ-1", Verdict::Fail), failed("FS-EQ-1", Verdict::Pass)])
        .refused("INSPECTION_ANSWERED_TWICE")
        .fact("line", "FS-EQ-1");
    let bare = Answer { finding: None, ..failed("FS-EQ-1", Verdict::Fail) };
    with(vec![bare]).refused("INSPECTION_FAIL_WITHOUT_FINDING");
    reported(|report| report.until = minute(-1)).refused("INSPECTION_IMPOSSIBLE_TIMES");
    reported(|report| report.until = minute(61)).refused("INSPECTION_IMPOSSIBLE_TIMES");
    reported(|report| report.from = minute(-600)).refused("INSPECTION_OTHER_DAY").fact("on", "2026-11-23");
    let ahead = Stamp { recorded: minute(59), ..edu(60) };
    nothing().when(Command::Report(Box::new(clean())), ahead).refused("INSPECTION_IMPOSSIBLE_TIMES");
}

#[test]
fn a_county_that_was_merged_and_the_one_it_is_now_are_one_area() {
    let of = |institution: &str, area: &str| {
        let mut report = clean();
        report.plan.division = institution.parse().unwrap();
        let mut stamp = edu(60);
        for unit in [&mut report.plan.lead, &mut report.plan.invited[0], &mut stamp.by.unit] {
            unit.division = area.parse().unwrap();
        }
        report.team.iter_mut().for_each(|member| member.unit.division = area.parse().unwrap());
        nothing().when(Command::Report(Box::new(report)), stamp)
    };
    for (institution, area) in [("500105", "500157"), ("500157", "500105"), ("500105", "500105")] {
        let _ = of(institution, area).then(&["inspection.reported"]);
    }
    of("500157", "500103").refused("INSPECTION_OUTSIDE_AREA").fact("area", "500103");
}
