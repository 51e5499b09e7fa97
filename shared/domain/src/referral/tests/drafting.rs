//! S1 to S3: the team, the report, the head.

use super::fixture::*;
use crate::actor::{Agency, Level, Role};
use crate::decider::Decider;
use crate::referral::{Command, ReferralRule, State};

#[test]
fn an_enforcing_agency_opens_a_draft() {
    nothing().when(open(), at(member(), hour(0))).then(&["referral.drafted"]).leaves(stands("S1"));
}

#[test]
fn the_hub_opens_a_draft_as_a_reaction_to_the_clue() {
    nothing().when(open(), at(clock_service(), hour(0))).then(&["referral.drafted"]);
}

#[test]
fn a_team_has_two_distinct_officers() {
    let mut alone = draft();
    alone.team = vec!["OF-team-1".parse().unwrap(), "OF-team-1".parse().unwrap()];
    nothing()
        .when(Command::Draft(Box::new(alone)), at(member(), hour(0)))
        .refused("TEAM_TOO_SMALL")
        .fact("officers", "1")
        .fact("needed", "2");
}

#[test]
fn an_agency_without_penalty_power_cannot_refer() {
    let mut civil = draft();
    civil.from = unit(Agency::Civil, Level::County, "430405");
    let officer = actor("civil-1", civil.from.clone(), Role::Handler);
    nothing()
        .when(Command::Draft(Box::new(civil)), at(officer, hour(0)))
        .refused("NOT_ENFORCING")
        .fact("agency", "CIVIL");
}

#[test]
fn a_draft_is_opened_in_the_name_of_its_own_unit() {
    nothing().when(open(), at(duty(), hour(0))).refused("NOT_YOUR_UNIT").fact("unit", "UN-EDU-430405");
}

#[test]
fn the_superior_is_above_the_agency() {
    let mut flat = draft();
    flat.superior = unit(Agency::Education, Level::County, "430412");
    nothing()
        .when(Command::Draft(Box::new(flat)), at(member(), hour(0)))
        .refused("NOT_SUPERIOR")
        .fact("unit", "UN-EDU-430412");
}

#[test]
fn the_copies_go_to_a_procuratorate_of_the_same_level() {
    for wrong in [unit(Agency::Procuratorate, Level::City, "430400"), police()] {
        let mut astray = draft();
        astray.procuratorate = wrong;
        nothing()
            .when(Command::Draft(Box::new(astray)), at(member(), hour(0)))
            .refused("NOT_PROCURATORATE")
            .fact("level", "county");
    }
}

#[test]
fn a_referral_is_drafted_once() {
    drafted()
        .when(open(), at(member(), hour(1)))
        .refused("ALREADY_DRAFTED")
        .fact("referral", draft().id.as_str());
}

#[test]
fn nothing_happens_to_a_referral_that_was_never_drafted() {
    nothing().when(submit(), at(member(), hour(0))).refused("REFERRAL_UNKNOWN");
}

#[test]
fn a_leader_abandons_a_draft_with_reasons() {
    drafted().when(abandon(), at(leader(), hour(1))).then(&["referral.abandoned"]).leaves(stands("S1a"));
    drafted().when(abandon(), at(member(), hour(1))).refused("NOT_LEADER").fact("unit", "UN-EDU-430405");
    pending()
        .when(abandon(), at(leader(), hour(2)))
        .refused("NOT_HERE")
        .fact("action", "referral.abandon")
        .fact("code", "S2")
        .fact("word", "pending-head");
}

#[test]
fn the_team_submits_the_written_report() {
    drafted().when(submit(), at(member(), hour(1))).then(&["referral.submitted"]).leaves(stands("S2"));
    drafted()
        .when(submit_with(Vec::new()), at(member(), hour(1)))
        .refused("MISSING_PAPERS")
        .fact("missing", "report");
    drafted().when(submit(), at(colleague(), hour(1))).refused("NOT_IN_TEAM").fact("officer", "OF-clerk-1");
}

#[test]
fn an_officer_who_moved_to_another_unit_is_no_longer_of_the_team() {
    let moved = actor("team-1", superior(), Role::Handler);
    drafted().when(submit(), at(moved, hour(1))).refused("NOT_YOUR_UNIT");
}

#[test]
fn only_the_head_approves_and_never_a_member_of_the_team() {
    pending().when(approve(), at(head(), hour(2))).then(&["referral.head-approved"]).leaves(stands("S3"));
    pending().when(approve(), at(leader(), hour(2))).refused("NOT_HEAD").fact("unit", "UN-EDU-430405");
    let both = actor("team-2", education(), Role::Head);
    pending().when(approve(), at(both, hour(2))).refused("APPROVER_IN_TEAM").fact("officer", "OF-team-2");
    let elsewhere = actor("head-2", superior(), Role::Head);
    pending().when(approve(), at(elsewhere, hour(2))).refused("NOT_YOUR_UNIT");
}

#[test]
fn a_refusal_by_the_head_ends_it_until_a_superior_or_the_procuratorate_orders_anew() {
    let refused = || pending().after(refuse(), at(head(), hour(2)));
    let anew = || Command::OrderAnew { number: number(3) };
    refused()
        .when(approve(), at(head(), hour(3)))
        .refused("NOT_HERE")
        .leaves(stands("S2r"))
        .leaves(|state| assert!(state.known().unwrap().is_final()));
    let above = actor("chief-1", superior(), Role::Head);
    for by in [above, prosecutor()] {
        refused().when(anew(), at(by, hour(3))).then(&["referral.ordered-anew"]).leaves(stands("S1"));
    }
    refused().when(anew(), at(head(), hour(3))).refused("NOT_YOUR_UNIT").fact("unit", "UN-EDU-430400");
}

#[test]
fn time_does_not_run_backwards_and_nobody_acts_in_the_future() {
    let mut back = at(head(), hour(0));
    back.recorded = hour(2);
    pending()
        .when(approve(), back)
        .refused("BEFORE_PREVIOUS")
        .fact("previous", "2024-09-02T02:00:00Z")
        .fact("at", "2024-09-02T01:00:00Z");
    let mut early = at(head(), hour(9));
    early.recorded = hour(8);
    pending().when(approve(), early).refused("IN_FUTURE").fact("recorded", "2024-09-02T09:00:00Z");
}

#[test]
fn watches_that_differ_by_less_than_a_minute_refuse_nobody() {
    let stamp = |seconds: i64, behind: i64| {
        let mut stamp = at(head(), hour(1) - jiff::SignedDuration::from_secs(seconds));
        stamp.recorded = stamp.at + jiff::SignedDuration::from_secs(behind);
        stamp
    };
    pending()
        .when(approve(), stamp(30, 60))
        .then(&["referral.head-approved"])
        .leaves(|state| assert_eq!(state.known().map(|one| one.last()), Some(hour(1))));
    pending().when(approve(), stamp(30, 61)).refused("BEFORE_PREVIOUS");
}

#[test]
fn a_late_act_keeps_its_real_time_and_is_flagged() {
    let mut late = at(head(), hour(2));
    late.recorded = hour(100);
    assert!(late.late());
    pending()
        .when(approve(), late)
        .then(&["referral.head-approved"])
        .clock("clock.stopped referral-head-decision")
        .leaves(|state| assert_eq!(state.known().unwrap().last(), hour(2)));
}

#[test]
fn a_fine_instead_of_a_referral_is_refused_until_the_end() {
    for story in [drafted(), pending(), approved(), delivered(), receipted(), filed(), not_filed()] {
        story
            .when(fine(), at(member(), hour(9)))
            .refused("FINE_INSTEAD_OF_REFERRAL")
            .fact("referral", draft().id.as_str());
    }
    let refused = pending().after(refuse(), at(head(), hour(2)));
    refused.when(fine(), at(member(), hour(3))).nothing();
}

/// Handbook 1.4: the superior sees clocks and outcome; police and procuratorate get the file with the delivery.
#[test]
fn its_file_is_the_agency_s_own_until_it_is_delivered_and_never_the_superior_s() {
    let holders = |story: &Story| {
        let State::Known(referral) = story.state() else { panic!("no referral") };
        referral.holders().parties
    };
    assert_eq!(holders(&drafted()), [education().id]);
    assert_eq!(holders(&approved()), [education().id]);
    let procuratorate = draft().procuratorate.id;
    assert_eq!(holders(&delivered()), [education().id, police().id, procuratorate.clone()]);
    assert_eq!(holders(&forwarded()), [education().id, police().id, other_police().id, procuratorate]);
}

#[test]
fn the_scope_names_the_agency_first_and_the_police_once_delivered() {
    let scope = ReferralRule::scope(&open(), &State::Unknown);
    assert_eq!(scope.division, Some("430405".parse().unwrap()));
    assert_eq!(scope.parties.first(), Some(&education().id));
    assert_eq!(scope.agencies, [Agency::Education, Agency::Procuratorate]);
    assert!(!ReferralRule::scope(&fine(), approved().state()).parties.contains(&police().id));
    let scope = ReferralRule::scope(&fine(), forwarded().state());
    assert!(scope.parties.contains(&police().id) && scope.parties.contains(&other_police().id));
    assert_eq!(scope.agencies, [Agency::Education, Agency::Procuratorate, Agency::Police]);
    assert!(ReferralRule::scope(&fine(), &State::Unknown).parties.is_empty());
}
