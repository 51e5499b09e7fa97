//! Before the visit: plan, team, recusal.

use super::fixture::*;
use crate::actor::{Agency, Stamp};
use crate::decider::{Decider, Scope};
use crate::inspection::*;

fn refuses(change: impl FnOnce(&mut Planned), reason: &str) -> crate::scenario::Outcome<InspectionRule> {
    let mut planned = visit();
    change(&mut planned);
    nothing().when(plan(planned), edu(0)).refused(reason)
}

#[test]
fn a_visit_is_planned_within_the_area_with_current_checklists_of_those_who_come() {
    let _ = nothing().when(plan(visit()), edu(0)).then(&["inspection.planned"]).clocks(&[]);
    let mut far = unit(Agency::Fire);
    far.division = "430412".parse().unwrap();
    refuses(|plan| plan.invited = vec![far], "INSPECTION_OUTSIDE_AREA").fact("area", "430412");
    refuses(|plan| plan.division = "430412".parse().unwrap(), "INSPECTION_OUTSIDE_AREA");
    refuses(|plan| plan.sheets.clear(), "INSPECTION_NO_CHECKLIST");
    refuses(|plan| plan.tier = Tier::City, "INSPECTION_TIER_ABOVE")
        .fact("tier", "city")
        .fact("level", "county");
    let second = |plan: &mut Planned| plan.sheets.iter_mut().for_each(|sheet| sheet.edition.version += 1);
    refuses(second, "INSPECTION_NO_SUCH_CHECKLIST").fact("version", "2");
    refuses(|plan| plan.sheets.push(sheet(Agency::Fire, "facility-safety")), "INSPECTION_CHECKLIST_TWICE");
    refuses(|plan| plan.sheets.push(sheet(Agency::Market, "perimeter")), "INSPECTION_AGENCY_NOT_INVITED")
        .fact("agency", "SAMR");
    refuses(|plan| plan.lead = unit(Agency::Market), "INSPECTION_NOT_THE_LEAD");
    let mut station = visit();
    station.lead = unit(Agency::Police);
    nothing().when(plan(station), police(0)).refused("INSPECTION_CANNOT_LEAD").fact("agency", "PSB");
    planned().when(plan(visit()), edu(1)).refused("INSPECTION_PLANNED_ALREADY");
    nothing().when(Command::FormTeam, edu(1)).refused("INSPECTION_UNKNOWN");
}

#[test]
fn an_edition_that_is_no_longer_current_is_refused_by_the_newest() {
    let rejection = Rejection::OldChecklist { checklist: text("perimeter"), newest: 2 };
    assert_eq!(crate::decider::Refusal::reason(&rejection), "INSPECTION_OLD_CHECKLIST");
    let mut planned = visit();
    planned.sheets.iter_mut().for_each(|sheet| sheet.edition.version = 0);
    nothing().when(plan(planned), edu(0)).refused("INSPECTION_NO_SUCH_CHECKLIST").fact("version", "0");
}

#[test]
fn each_unit_confirms_members_of_its_own() {
    let _ = planned().when(confirm(member(&fire(1))), fire(1)).then(&["inspection.member-confirmed"]);
    planned()
        .when(confirm(member(&fire(1))), edu(1))
        .refused("INSPECTION_NOT_YOUR_MEMBER")
        .fact("unit", "UN-FIRE-430405");
    planned().when(confirm(member(&police(1))), police(1)).refused("INSPECTION_NOT_INVITED");
    confirmed().when(confirm(member(&fire(3))), fire(3)).refused("INSPECTION_CONFIRMED_ALREADY");
    let mut charged = member(&fire(1));
    charged.fire_delegation = Some(text("衡公消委〔2026〕1号"));
    planned().when(confirm(charged), fire(1)).refused("INSPECTION_DELEGATION_NOT_POLICE");
    formed().when(confirm(member(&who("late", Agency::Fire, 4))), fire(4)).refused("INSPECTION_NOT_HERE");
}

#[test]
fn who_has_a_conflict_of_interest_does_not_go_and_does_not_come_back() {
    let stated = Command::ConfirmMember { member: Box::new(member(&fire(1))), conflict: true };
    planned().when(stated, fire(1)).refused("INSPECTION_CONFLICT").fact("officer", "OF-fire");
    let recused = confirmed().when(recuse("fire"), fire(3)).then(&["inspection.member-recused"]).given();
    recused.when(confirm(member(&fire(4))), fire(4)).refused("INSPECTION_RECUSED");
    confirmed().when(recuse("fire"), police(3)).refused("INSPECTION_NOT_YOUR_MEMBER");
    confirmed().when(recuse("nobody"), edu(3)).refused("INSPECTION_NOT_ON_TEAM");
    let _ = confirmed().when(recuse("fire"), edu(3)).then(&["inspection.member-recused"]);
}

#[test]
fn once_formed_a_team_must_be_enough_without_who_is_recused() {
    formed().when(recuse("fire"), fire(4)).refused("INSPECTION_TOO_FEW_QUALIFIED").fact("have", "1");
    let bigger = confirmed()
        .after(confirm(member(&who("fire-2", Agency::Fire, 2))), fire(2))
        .after(Command::FormTeam, edu(3));
    bigger.when(recuse("fire"), fire(4)).then(&["inspection.member-recused"]).leaves(|state| {
        assert_eq!(state.known().unwrap().team().members().len(), 2);
    });
}

#[test]
fn a_team_has_two_qualified_officers_a_member_of_each_unit_and_somebody_for_fire() {
    let mut helps = member(&fire(1));
    helps.certificate = None;
    let one = planned().after(confirm(member(&edu(1))), edu(1)).after(confirm(helps), fire(1));
    one.when(Command::FormTeam, edu(2)).refused("INSPECTION_TOO_FEW_QUALIFIED").fact("need", "2");
    let second = || confirm(member(&who("edu-2", Agency::Education, 1)));
    let alone = planned().after(confirm(member(&edu(1))), edu(1)).after(second(), edu(1));
    alone.when(Command::FormTeam, edu(2)).refused("INSPECTION_NOT_CONFIRMED").fact("unit", "UN-FIRE-430405");
    let mut by_itself = visit();
    by_itself.invited.clear();
    by_itself.sheets.truncate(1);
    let bureau = nothing().after(plan(by_itself), edu(0)).after(confirm(member(&edu(1))), edu(1));
    bureau.after(second(), edu(1)).when(Command::FormTeam, edu(2)).refused("INSPECTION_NOBODY_FOR_FIRE");
    confirmed().when(Command::FormTeam, fire(3)).refused("INSPECTION_NOT_THE_LEAD");
    let _ = confirmed().when(Command::FormTeam, edu(3)).then(&["inspection.team-formed"]);
}

#[test]
fn joint_means_two_agencies() {
    let mut inside = visit();
    let mut city = unit(Agency::Education);
    city.id = "UN-EDU-430400".parse().unwrap();
    inside.invited = vec![city.clone()];
    inside.sheets = vec![sheet(Agency::Education, "school-bus")];
    let mut of_city = edu(1);
    of_city.by.unit = city;
    of_city.by.officer = "OF-city".parse().unwrap();
    let both = nothing()
        .after(plan(inside), edu(0))
        .after(confirm(member(&edu(1))), edu(1))
        .after(confirm(member(&of_city)), of_city.clone());
    both.when(Command::FormTeam, edu(2)).refused("INSPECTION_ONE_AGENCY").fact("agency", "EDU");
}

#[test]
fn one_agency_may_inspect_by_itself_when_nothing_is_about_fire() {
    let mut buses = visit();
    buses.invited.clear();
    buses.sheets = vec![sheet(Agency::Education, "school-bus")];
    let bureau = nothing().after(plan(buses), edu(0)).after(confirm(member(&edu(1))), edu(1));
    let second = confirm(member(&who("edu-2", Agency::Education, 1)));
    let _ = bureau.after(second, edu(1)).when(Command::FormTeam, edu(2)).then(&["inspection.team-formed"]);
}

#[test]
fn a_visit_is_announced_or_not_before_the_team_sets_out() {
    formed()
        .when(Command::SetOut, edu(4))
        .refused("INSPECTION_NOT_HERE")
        .fact("word", "inspection-team-formed");
    let told = formed().when(Command::Notify, edu(4)).then(&["inspection.notified"]).given();
    let _ = told.when(Command::SetOut, edu(5)).then(&["inspection.set-out"]);
    formed().when(Command::Notify, fire(4)).refused("INSPECTION_NOT_THE_LEAD");
}

#[test]
fn a_visit_is_put_off_with_its_members_and_called_off_for_good() {
    let put_off = || Command::Postpone { reason: text("暴雨停课") };
    let again = Command::Resume { on: jiff::civil::date(2026, 11, 30) };
    let postponed = under_way().when(put_off(), edu(10)).then(&["inspection.postponed"]).given();
    let later = postponed.when(again, edu(20)).then(&["inspection.resumed"]).given();
    later.when(Command::FormTeam, edu(21)).then(&["inspection.team-formed"]).leaves(|state| {
        assert_eq!(state.known().unwrap().plan().on, jiff::civil::date(2026, 11, 30));
    });
    on_site().when(put_off(), edu(40)).refused("INSPECTION_NOT_HERE").fact("action", "inspection.postpone");
    let off = || Command::Cancel { reason: text("机构已注销") };
    let cancelled = planned().when(off(), edu(1)).then(&["inspection.cancelled"]).given();
    cancelled.when(off(), edu(2)).refused("INSPECTION_NOT_HERE").fact("word", "inspection-cancelled");
    on_site().when(off(), edu(40)).refused("INSPECTION_NOT_HERE");
}

#[test]
fn the_scope_is_the_lead_and_those_invited() {
    let scope = InspectionRule::scope(&Command::FormTeam, planned().state());
    assert_eq!(scope.parties, [unit(Agency::Education).id, unit(Agency::Fire).id]);
    assert_eq!(scope, InspectionRule::scope(&plan(visit()), nothing().state()));
    assert_eq!(InspectionRule::scope(&Command::FormTeam, nothing().state()), Scope::default());
}

#[test]
fn what_only_the_lead_does_nobody_else_does() {
    let served = || served(&["FS-EQ-1"]);
    let cases: [(crate::scenario::Given<InspectionRule>, Command, Stamp); 4] = [
        (signed(&[]), Command::Issue, fire(70)),
        (signed(&["FS-EQ-1"]).after(Command::Issue, edu(70)), serve(), fire(71)),
        (served(), Command::BeginReinspection, fire(90)),
        (served(), Command::Close { open: None }, fire(90)),
    ];
    for (given, command, by) in cases {
        given.when(command, by).refused("INSPECTION_NOT_THE_LEAD").fact("unit", "UN-EDU-430405");
    }
}
