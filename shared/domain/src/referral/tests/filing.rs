//! S9 to S9h and S10: who decides on filing, and the hand-over.

use super::fixture::*;
use crate::actor::Role;
use crate::paper::PaperKind;
use crate::referral::Command;

#[test]
fn the_head_of_the_police_unit_files_without_holding_the_claim() {
    receipted().when(file(), at(chief(), hour(5))).then(&["referral.filed"]).leaves(stands("S9"));
}

#[test]
fn the_holder_of_the_claim_who_is_not_the_head_does_not_decide_on_filing() {
    for command in [file(), not_file()] {
        receipted()
            .when(command.clone(), at(duty(), hour(5)))
            .refused("NOT_HEAD")
            .fact("unit", "UN-PSB-430405");
        let elsewhere = actor("city-head", city_police(), Role::Head);
        receipted().when(command, at(elsewhere, hour(5))).refused("NOT_YOUR_UNIT");
    }
}

#[test]
fn nothing_is_filed_before_a_receipt() {
    claimed().when(file(), at(chief(), hour(4))).refused("NOT_HERE");
    forwarded().when(file(), at(chief(), hour(6))).refused("NOT_HERE");
}

#[test]
fn filing_is_a_decision_on_paper() {
    let wrong = Command::File { number: number(7), paper: paper(PaperKind::Letter) };
    receipted().when(wrong, at(chief(), hour(5))).refused("WRONG_PAPER").fact("expected", "decision");
    let wrong = Command::NotFile { number: number(8), reason: reason(), paper: paper(PaperKind::Letter) };
    receipted().when(wrong, at(chief(), hour(5))).refused("WRONG_PAPER").fact("expected", "notice, decision");
}

#[test]
fn a_decision_not_to_file_gives_the_file_back() {
    receipted().when(not_file(), at(chief(), hour(5))).then(&["referral.not-filed"]).leaves(stands("S10"));
}

#[test]
fn the_team_signs_the_hand_over_list() {
    filed().when(hand_over(), at(member(), hour(6))).then(&["referral.handed-over"]).leaves(stands("S9h"));
    filed().when(hand_over(), at(colleague(), hour(6))).refused("NOT_IN_TEAM");
    filed()
        .when(Command::HandOver { number: number(26), paper: paper(PaperKind::Items) }, at(member(), hour(6)))
        .refused("WRONG_PAPER")
        .fact("expected", "hand-over");
    not_filed().when(hand_over(), at(member(), hour(6))).refused("NOT_HERE");
}
