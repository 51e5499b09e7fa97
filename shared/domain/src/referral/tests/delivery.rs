//! S3 to S4: the papers, the competent police, designation.

use super::fixture::*;
use crate::actor::{Agency, Level, Role};
use crate::paper::PaperKind;
use crate::referral::{Command, Event};

fn deliver_with(kinds: &[PaperKind]) -> Command {
    let papers = kinds.iter().copied().map(paper).collect();
    Command::Deliver { to: police(), number: number(2), papers }
}

#[test]
fn the_team_delivers_to_the_police_with_the_copy_to_the_procuratorate() {
    let outcome = approved()
        .when(deliver_to(police()), at(member(), hour(3)))
        .then(&["referral.delivered"])
        .leaves(stands("S4"))
        .leaves(|state| assert_eq!(state.known().unwrap().queue(), Some(&police())));
    let Some(Event::Delivered { copy_to, .. }) = outcome.events().first() else { panic!("delivered") };
    assert_eq!(*copy_to, procuratorate().id);
}

#[test]
fn only_the_team_delivers() {
    approved().when(deliver_to(police()), at(head(), hour(3))).refused("NOT_IN_TEAM");
}

#[test]
fn all_missing_papers_are_named_at_once() {
    approved()
        .when(deliver_with(&[]), at(member(), hour(3)))
        .refused("MISSING_PAPERS")
        .fact("missing", "letter, report, items");
    approved()
        .when(deliver_with(&[PaperKind::Letter, PaperKind::Other]), at(member(), hour(3)))
        .refused("MISSING_PAPERS")
        .fact("missing", "report, items");
}

#[test]
fn an_appraisal_the_head_saw_travels_with_the_referral() {
    let kinds = [PaperKind::Report, PaperKind::Appraisal];
    let papers = kinds.map(paper).to_vec();
    let ready = || {
        drafted()
            .after(submit_with(papers.clone()), at(member(), hour(1)))
            .after(approve(), at(head(), hour(2)))
    };
    ready()
        .when(deliver_to(police()), at(member(), hour(3)))
        .refused("MISSING_PAPERS")
        .fact("missing", "appraisal");
    let all = [PaperKind::Letter, PaperKind::Report, PaperKind::Items, PaperKind::Appraisal];
    ready().when(deliver_with(&all), at(member(), hour(3))).then(&["referral.delivered"]);
}

#[test]
fn delivery_goes_to_the_police_of_the_same_level_and_area() {
    for wrong in [city_police(), other_police(), procuratorate()] {
        approved()
            .when(deliver_to(wrong.clone()), at(member(), hour(3)))
            .refused("WRONG_POLICE")
            .fact("unit", wrong.id.as_str())
            .fact("level", "county")
            .fact("division", "430405");
    }
}

#[test]
fn a_city_agency_delivers_to_the_city_police_of_the_area() {
    let mut plan = draft();
    plan.from = superior();
    plan.superior = unit(Agency::Education, Level::Province, "430000");
    plan.procuratorate = unit(Agency::Procuratorate, Level::City, "430400");
    let member = || actor("team-1", superior(), Role::Handler);
    let head = actor("head-1", superior(), Role::Head);
    nothing()
        .after(Command::Draft(Box::new(plan)), at(member(), hour(0)))
        .after(submit(), at(member(), hour(1)))
        .after(approve(), at(head, hour(2)))
        .when(deliver_to(city_police()), at(member(), hour(3)))
        .then(&["referral.delivered"]);
}

#[test]
fn a_designation_takes_the_place_of_the_same_level() {
    let by_city = actor("city-1", city_police(), Role::Head);
    let designated = approved()
        .when(designate(other_police()), at(by_city, hour(3)))
        .then(&["referral.designated"])
        .leaves(stands("S3"))
        .leaves(|state| assert_eq!(state.known().unwrap().designated(), Some(&other_police())))
        .given();
    let refused = designated
        .when(deliver_to(police()), at(member(), hour(4)))
        .refused("NOT_DESIGNATED")
        .fact("unit", "UN-PSB-430405")
        .fact("designated", "UN-PSB-430412");
    refused.given().when(deliver_to(other_police()), at(member(), hour(4))).then(&["referral.delivered"]);
}

#[test]
fn only_police_above_or_the_superior_designate() {
    let by_superior = actor("chief-1", superior(), Role::Head);
    approved().when(designate(other_police()), at(by_superior, hour(3))).then(&["referral.designated"]);
    let elsewhere = unit(Agency::Police, Level::City, "430100");
    let wrong =
        [head(), actor("police-9", other_police(), Role::Head), actor("police-8", elsewhere, Role::Head)];
    for by in wrong {
        let unit = by.unit.id.clone();
        approved()
            .when(designate(other_police()), at(by, hour(3)))
            .refused("MAY_NOT_DESIGNATE")
            .fact("unit", unit.as_str());
    }
}

#[test]
fn only_a_police_unit_is_designated() {
    let by_superior = actor("chief-1", superior(), Role::Head);
    approved()
        .when(designate(procuratorate()), at(by_superior, hour(3)))
        .refused("NOT_POLICE")
        .fact("unit", "UN-PROC-430405");
}

#[test]
fn a_decided_case_is_not_designated_any_more() {
    let by_city = actor("city-1", city_police(), Role::Head);
    filed().when(designate(other_police()), at(by_city, hour(6))).refused("NOT_HERE");
}
