//! Whose matter a clue is at each point, and under which name policies see each act.

use super::fixture::*;
use crate::actor::Agency;
use crate::category::Urgency;
use crate::clue::{ClueRule, Command, State};
use crate::decider::{Decider, Scope};

fn scope(state: &State) -> Scope {
    ClueRule::scope(&Command::Claim, state)
}

fn parties(scene: &Scene) -> Vec<String> {
    scope(scene.state()).parties.iter().map(ToString::to_string).collect()
}

#[test]
fn a_new_clue_lies_in_its_division_with_its_owner() {
    let scope = ClueRule::scope(&file(fees()), nothing().state());
    assert_eq!(scope.division.map(|division| division.to_string()).as_deref(), Some("430405"));
    assert_eq!(scope.agencies, [Agency::Education]);
    assert_eq!(ClueRule::scope(&Command::Claim, nothing().state()), Scope::default());
}

#[test]
fn the_police_see_a_plain_clue_only_once_it_is_transferred() {
    assert_eq!(parties(&triaged(Urgency::U2)), ["UN-EDU-430405"]);
    assert_eq!(parties(&with_police()), ["UN-EDU-430405", "UN-PSB-430405"]);
}

#[test]
fn the_police_see_a_mandatory_clue_from_its_report_on() {
    assert_eq!(parties(&received(abuse())), ["UN-EDU-430405", "UN-PSB-430405"]);
    assert_eq!(scope(received(abuse()).state()).agencies, [Agency::Education, Agency::Police]);
}

#[test]
fn a_unit_that_passed_a_transfer_on_or_back_is_a_party_no_more() {
    let forwarded = claimed().after(forward(psb_next()), by(duty(), 9));
    assert_eq!(parties(&forwarded), ["UN-EDU-430405", "UN-PSB-430412"]);
    let declined = claimed().after(decline(), by(duty(), 9));
    assert_eq!(parties(&declined), ["UN-EDU-430405"]);
}

#[test]
fn handler_and_designator_are_parties() {
    assert_eq!(parties(&assigned()), ["UN-EDU-430405", "UN-SAMR-430405"]);
    let twice = assigned()
        .after(give_back(), by(handler(), 3))
        .after(assign(samr()), by(sorter(), 4))
        .after(give_back(), by(handler(), 5));
    assert_eq!(parties(&twice), ["UN-EDU-430405", "UN-EDU-430400"]);
}

#[test]
fn acts_have_the_names_that_policies_use() {
    let names = [
        (file(fees()), "clue.report"),
        (Command::ConfirmMerge { goes_on: None }, "clue.merge"),
        (sort(crate::category::Category::Food, Urgency::U3), "clue.triage"),
        (assign(samr()), "clue.assign"),
        (give_back(), "clue.return"),
        (team(), "clue.verify"),
        (conclude(crate::clue::Conclusion::Unverifiable), "clue.conclude"),
        (to_police(psb()), "clue.transfer"),
        (to_other(fire()), "clue.transfer"),
        (Command::ConfirmTransfer, "clue.confirm"),
        (Command::RecordCall { call: text("110-77") }, "clue.record-call"),
        (Command::Claim, "clue.claim"),
        (Command::Release { reason: text("scene") }, "clue.release"),
        (sign("R-1"), "clue.receipt"),
        (Command::Accept, "clue.accept"),
        (forward(psb_next()), "clue.forward"),
        (decline(), "clue.decline"),
        (feedback(), "clue.feedback"),
        (Command::OpenReferral { draft: draft(7) }, "clue.open-referral"),
        (Command::EndReferral { referral: referral_id(7), filed: true }, "clue.react"),
        (Command::ResumeReferral { referral: referral_id(7) }, "clue.react"),
        (Command::UndoMerge { into: clue_id(2) }, "clue.react"),
        (inform(), "clue.inform"),
    ];
    for (command, name) in names {
        assert_eq!(ClueRule::action(&command), name);
    }
}
