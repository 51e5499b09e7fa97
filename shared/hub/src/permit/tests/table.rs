//! Who may and who may not, one line each.

use super::Agency::{Education, Fire, Hub, Market, Police, Procuratorate};
use super::Level::{City, County, Nation, Province};
use super::Role::{Administrator, Auditor, Duty, Handler, Head, Leader, Service, Triage};
use super::*;

/// One officer and what they may and may not do to a matter.
struct Row {
    who: Actor,
    scope: Scope,
    may: &'static str,
    may_not: &'static str,
}

fn hold(rows: &[Row]) {
    let permit = Permit::standard().unwrap();
    for Row { who, scope, may, may_not } in rows {
        let cases = may.split_whitespace().map(|action| (action, true));
        for (action, expected) in cases.chain(may_not.split_whitespace().map(|action| (action, false))) {
            assert!(permit.rules.contains_key(action), "{action} is no action");
            let allowed = permit.check(who, action, scope) == Decision::Allowed;
            assert_eq!(allowed, expected, "{action} by {:?} of {}", who.roles, who.unit.id);
        }
    }
}

fn county(agency: Agency, roles: &[Role]) -> Actor {
    officer(County, agency, "430405", roles)
}

/// A clue that the county's education bureau holds and the county's police were handed.
fn clue() -> Scope {
    matter(&[&unit(County, Education, "430405"), &unit(County, Police, "430405")])
}

/// A referral of the same two, with the city's education bureau and the county's procuratorate.
fn referral() -> Scope {
    matter(&[
        &unit(County, Education, "430405"),
        &unit(City, Education, "430400"),
        &unit(County, Procuratorate, "430405"),
        &unit(County, Police, "430405"),
    ])
}

fn row(who: Actor, scope: Scope, may: &'static str, may_not: &'static str) -> Row {
    Row { who, scope, may, may_not }
}

#[test]
fn a_new_clue_is_written_down_by_whoever_works_where_it_happened() {
    let place = matter(&[]);
    hold(&[
        row(county(Education, &[Handler]), place.clone(), "clue.report", ""),
        row(county(Police, &[Duty]), place.clone(), "clue.report", ""),
        row(county(Fire, &[Service]), place.clone(), "clue.report", ""),
        row(officer(City, Education, "430400", &[Triage]), place.clone(), "clue.report", ""),
        row(officer(Nation, Education, "100000", &[Head]), place.clone(), "clue.report", ""),
        row(officer(County, Education, "430412", &[Handler]), place.clone(), "", "clue.report"),
        row(officer(Province, Education, "140000", &[Head]), place.clone(), "", "clue.report"),
        row(county(Education, &[Administrator]), place.clone(), "", "clue.report"),
        row(county(Education, &[Handler, Auditor]), place, "", "clue.report"),
        row(county(Education, &[Handler]), Scope::default(), "", "clue.report"),
    ]);
}

#[test]
fn the_unit_that_has_a_clue_works_on_it() {
    hold(&[
        row(
            county(Education, &[Handler]),
            clue(),
            "clue.verify clue.conclude clue.transfer clue.record-call clue.open-referral clue.inform \
             clue.return clue.confirm clue.fine clue.admin-case clue.reopen view.clue \
             view.clocks view.queue",
            "clue.triage clue.merge clue.assign clue.react clue.ring audit.log stream.subscribe admin.erase",
        ),
        row(county(Education, &[Triage]), clue(), "clue.triage clue.merge clue.assign", ""),
        row(county(Education, &[Leader]), clue(), "clue.triage clue.confirm ", ""),
        row(
            county(Education, &[Administrator]),
            clue(),
            "",
            "clue.triage clue.verify clue.transfer clue.claim view.clue ",
        ),
        row(
            county(Education, &[Service]),
            clue(),
            "clue.report",
            "clue.react clue.ring clue.verify view.clue ",
        ),
    ]);
}

#[test]
fn strangers_have_no_part_in_a_clue() {
    let everything = "clue.triage clue.assign clue.verify clue.transfer clue.inform clue.reopen clue.claim \
                      clue.receipt clue.accept clue.feedback view.clue \
                      view.queue";
    let all = [Handler, Triage, Leader, Head, Duty];
    hold(&[
        row(officer(County, Education, "430412", &all), clue(), "", everything),
        row(officer(City, Education, "140900", &all), clue(), "", everything),
        row(officer(Province, Education, "140000", &all), clue(), "", everything),
        row(county(Fire, &all), clue(), "", everything),
        row(county(Fire, &all), clue(), "", "view.clocks"),
        row(officer(City, Education, "140900", &all), clue(), "", "view.clocks"),
        row(county(Procuratorate, &all), clue(), "view.clocks", everything),
        row(officer(City, Fire, "430400", &all), clue(), "", everything),
        row(officer(Nation, Hub, "100000", &[Administrator]), clue(), "", everything),
    ]);
}

#[test]
fn a_superior_designates_and_sees_metadata_only() {
    let all = [Handler, Triage, Leader, Head, Duty];
    let may = "clue.assign clue.reopen view.clue view.clocks view.statistics";
    let may_not = "clue.triage clue.verify clue.transfer clue.inform clue.claim clue.receipt \
                   view.queue";
    hold(&[
        row(officer(City, Education, "430400", &all), clue(), may, may_not),
        row(officer(Province, Education, "430000", &all), clue(), may, may_not),
        row(officer(Nation, Education, "100000", &all), clue(), may, may_not),
        row(officer(City, Education, "430400", &[Handler]), clue(), "view.clue", "clue.assign clue.reopen"),
        row(officer(City, Education, "430400", &[Administrator]), clue(), "", "view.clue clue.assign"),
        row(
            officer(City, Police, "430400", &all),
            clue(),
            "view.clue view.clocks",
            "clue.assign clue.reopen",
        ),
    ]);
}

#[test]
fn another_unit_of_the_same_area_and_level_is_no_superior() {
    let mut second = county(Education, &[Triage, Leader, Head]);
    second.unit.id = "UN-EDU-430405-2".parse().unwrap();
    hold(&[row(second, clue(), "", "clue.assign clue.reopen view.clue view.clocks ")]);
}

#[test]
fn the_receiving_unit_takes_it_from_the_queue() {
    let receiving =
        "clue.claim clue.release clue.receipt clue.accept clue.forward clue.decline clue.feedback";
    let sending = "clue.triage clue.assign clue.verify clue.conclude clue.transfer clue.inform clue.fine";
    hold(&[
        row(county(Police, &[Duty]), clue(), receiving, sending),
        row(county(Police, &[Duty]), clue(), "view.clue view.queue", ""),
        row(county(Police, &[Handler]), clue(), receiving, sending),
        row(county(Police, &[Triage]), clue(), "view.clue", "clue.claim clue.receipt view.queue"),
        row(county(Police, &[Administrator]), clue(), "", "clue.claim view.queue view.clue"),
        row(officer(County, Police, "430412", &[Duty]), clue(), "", receiving),
        row(officer(City, Police, "430400", &[Duty]), clue(), "view.clue", receiving),
        row(county(Fire, &[Handler]), matter(&[&unit(County, Fire, "430405")]), receiving, ""),
    ]);
}

#[test]
fn an_agency_with_penalty_power_refers_and_its_head_decides() {
    let work = "referral.draft referral.abandon referral.submit referral.deliver referral.supplement \
                referral.reconsider referral.suggest-supervision referral.accept-return referral.hand-over \
                referral.fine";
    let police = "referral.claim referral.receipt referral.file referral.not-file referral.withdraw";
    hold(&[
        row(county(Education, &[Handler]), referral(), work, "referral.approve referral.refuse"),
        row(county(Education, &[Handler]), referral(), "view.referral ", police),
        row(county(Education, &[Head]), referral(), "referral.approve referral.refuse", police),
        row(
            county(Education, &[Leader]),
            referral(),
            "referral.approve",
            "referral.ring referral.order-filing",
        ),
        row(county(Education, &[Administrator]), referral(), "", work),
        row(county(Police, &[Handler, Head]), referral(), "", work),
        row(county(Procuratorate, &[Handler, Head]), referral(), "", work),
        row(officer(County, Education, "430412", &[Handler, Head]), referral(), "", work),
    ]);
}

#[test]
fn the_police_answer_a_referral() {
    let police = "referral.claim referral.release referral.receipt referral.request-supplement \
                  referral.forward referral.not-police referral.file referral.not-file referral.uphold \
                  referral.give-reasons referral.withdraw referral.notify-withdrawal referral.conclude \
                  referral.feedback";
    hold(&[
        row(county(Police, &[Duty]), referral(), police, "referral.order-filing referral.approve"),
        row(county(Police, &[Administrator]), referral(), "", police),
        row(officer(County, Police, "430412", &[Duty, Head]), referral(), "", police),
        row(officer(City, Police, "430400", &[Head]), referral(), "referral.designate", police),
        row(county(Education, &[Head]), referral(), "", police),
    ]);
}

#[test]
fn superiors_and_procuratorate_order_and_supervise() {
    let supervision = "referral.open-supervision referral.accept-reasons referral.order-filing";
    hold(&[
        row(
            officer(City, Education, "430400", &[Leader]),
            referral(),
            "referral.order-anew referral.designate",
            "",
        ),
        row(county(Education, &[Leader]), referral(), "", "referral.order-anew referral.designate"),
        row(officer(City, Police, "140900", &[Head]), referral(), "", "referral.designate"),
        row(county(Police, &[Head]), referral(), "", "referral.designate referral.order-anew"),
        row(
            officer(City, Fire, "430400", &[Leader]),
            referral(),
            "",
            "referral.order-anew referral.designate",
        ),
        row(county(Procuratorate, &[Handler]), referral(), supervision, "referral.file referral.claim"),
        row(county(Procuratorate, &[Handler]), referral(), "referral.order-anew referral.conclude", ""),
        row(
            officer(City, Procuratorate, "430400", &[Handler]),
            referral(),
            supervision,
            "referral.order-anew",
        ),
        row(officer(County, Procuratorate, "430412", &[Handler]), referral(), "", supervision),
        row(county(Police, &[Handler, Head]), referral(), "", supervision),
    ]);
}

#[test]
fn a_reverse_referral_goes_from_police_to_agency() {
    let answer = "reverse.receipt reverse.handle reverse.report";
    hold(&[
        row(county(Police, &[Handler]), clue(), "reverse.send", answer),
        row(county(Education, &[Handler]), clue(), answer, "reverse.send"),
        row(officer(County, Police, "430412", &[Handler]), clue(), "", "reverse.send"),
        row(officer(County, Education, "430412", &[Handler]), clue(), "", answer),
    ]);
}

#[test]
fn the_directory_is_kept_by_administrators_of_agency_and_area() {
    let entries = "unit.register unit.change-competence unit.close officer.register officer.change-roles \
                   officer.set-credential officer.disable";
    let school = matter(&[&unit(County, Education, "430405")]);
    let station = matter(&[&unit(County, Police, "430405")]);
    hold(&[
        row(officer(Nation, Hub, "100000", &[Administrator]), school.clone(), entries, ""),
        row(officer(Nation, Hub, "100000", &[Administrator]), station.clone(), entries, ""),
        row(county(Education, &[Administrator]), school.clone(), entries, "admin.erase"),
        row(county(Education, &[Administrator]), station.clone(), "", entries),
        row(officer(City, Education, "430400", &[Administrator]), school.clone(), entries, ""),
        row(officer(County, Education, "430412", &[Administrator]), school.clone(), "", entries),
        row(county(Education, &[Head]), school.clone(), "", entries),
        row(officer(Nation, Hub, "100000", &[Service]), school, "officer.set-credential", "officer.register"),
        row(county(Education, &[Administrator]), matter(&[]), "institution.register", ""),
        row(county(Education, &[Handler]), matter(&[]), "institution.register", "unit.register"),
        row(county(Police, &[Handler]), matter(&[]), "", "institution.register"),
        row(officer(County, Education, "430412", &[Handler]), matter(&[]), "", "institution.register"),
    ]);
}

#[test]
fn the_people_of_a_unit_are_listed_by_itself_its_superiors_and_the_operator() {
    let school = matter(&[&unit(County, Education, "430405")]);
    let mut neighbour = county(Education, &[Handler]);
    neighbour.unit.id = "UN-EDU-430405-2".parse().unwrap();
    let see = "view.officers";
    hold(&[
        row(county(Education, &[Handler]), school.clone(), see, ""),
        row(officer(City, Education, "430400", &[Leader]), school.clone(), see, ""),
        row(officer(Nation, Hub, "100000", &[Administrator]), school.clone(), see, ""),
        row(officer(Nation, Hub, "100000", &[Service]), school.clone(), "", see),
        row(neighbour, school.clone(), "", see),
        row(county(Police, &[Duty, Head, Administrator]), school.clone(), "", see),
        row(officer(City, Police, "430400", &[Head]), school.clone(), "", see),
        row(officer(City, Education, "140900", &[Leader, Administrator]), school, "", see),
        row(officer(Nation, Hub, "100000", &[Administrator]), Scope::default(), see, ""),
        row(officer(Nation, Education, "100000", &[Head]), Scope::default(), "", see),
    ]);
}

#[test]
fn the_hubs_own_account_reacts_and_rings_and_does_nothing_else() {
    let hub = "clue.react clue.ring referral.ring referral.draft door.shut";
    let service = officer(Nation, Hub, "110000", &[Service]);
    hold(&[
        row(service, clue(), hub, "clue.triage clue.claim referral.approve admin.erase"),
        row(county(Education, &[Service]), clue(), "", hub),
        row(officer(Nation, Hub, "100000", &[Administrator]), clue(), "", hub),
        row(county(Police, &[Duty, Head]), clue(), "", "clue.react clue.ring referral.ring door.shut"),
    ]);
}

#[test]
fn auditors_and_operators_see_the_record_and_no_content() {
    let content = "view.queue";
    let operator = officer(Nation, Hub, "100000", &[Administrator]);
    let mut with_everything = officer(Nation, Hub, "100000", &[Administrator, Handler, Leader, Head]);
    with_everything.unit.id = "UN-EDU-430405".parse().unwrap();
    hold(&[
        row(operator.clone(), Scope::default(), "audit.log admin.erase view.directory", "stream.subscribe"),
        row(operator, clue(), "view.statistics", content),
        row(with_everything, clue(), "", content),
        row(officer(Nation, Hub, "100000", &[Auditor]), Scope::default(), "audit.log stream.subscribe", ""),
        row(county(Education, &[Auditor]), clue(), "audit.log stream.subscribe view.statistics", content),
        row(county(Education, &[Auditor]), Scope::default(), "stream.subscribe", "audit.log admin.erase"),
        row(county(Education, &[Administrator]), clue(), "view.directory", "audit.log stream.subscribe"),
        row(officer(County, Fire, "430412", &[Service]), clue(), "view.directory", "stream.subscribe"),
    ]);
}

#[test]
fn statistics_and_clocks_are_of_the_own_area() {
    let area = matter(&[]);
    hold(&[
        row(officer(City, Police, "430400", &[Leader]), area.clone(), "view.statistics view.clocks", ""),
        row(county(Fire, &[Handler]), area.clone(), "view.statistics view.clocks", ""),
        row(officer(City, Police, "140900", &[Leader]), area.clone(), "", "view.statistics view.clocks"),
        row(county(Education, &[Administrator]), area, "view.statistics", "view.clocks"),
    ]);
}

#[test]
fn a_matter_in_a_division_nobody_knows_has_no_superiors() {
    let nowhere = Scope { division: Some("999999".parse().unwrap()), ..Scope::default() };
    let nowhere = nowhere.with(&unit(County, Education, "430405"));
    hold(&[
        row(officer(Nation, Education, "100000", &[Head]), nowhere.clone(), "", "clue.assign view.clue"),
        row(county(Education, &[Head]), nowhere, "clue.assign view.clue", "clue.report"),
    ]);
}

#[test]
fn break_glass_is_asked_by_who_works_and_decided_by_who_is_responsible() {
    // The access itself: of the county's bureau, with the city's above it.
    let access = matter(&[&unit(County, Education, "430405"), &unit(City, Education, "430400")]);
    let (ask, decide) =
        ("access.request access.use", "access.approve access.refuse access.review view.access");
    let city_leader = officer(City, Education, "430400", &[Leader]);
    let mut operator = officer(Nation, Hub, "100000", &[Handler, Leader, Head]);
    operator.unit.id = "UN-EDU-430405".parse().unwrap();
    hold(&[
        row(county(Education, &[Handler]), access.clone(), ask, decide),
        row(
            county(Education, &[Head]),
            access.clone(),
            "access.request access.approve access.review view.access",
            "",
        ),
        row(city_leader, access.clone(), decide, "access.ring"),
        row(county(Police, &[Leader]), access.clone(), "", "access.request access.approve view.access"),
        row(
            county(Education, &[Administrator]),
            access.clone(),
            "",
            "access.request access.approve view.access",
        ),
        row(
            county(Education, &[Leader, Auditor]),
            access.clone(),
            "view.access",
            "access.approve access.review",
        ),
        row(operator, access.clone(), "", "access.request access.use access.approve access.review"),
        row(
            officer(Nation, Hub, "100000", &[Service]),
            access,
            "access.ring",
            "access.request access.approve",
        ),
    ]);
}

#[test]
fn a_hazard_is_worked_on_by_who_has_it_and_decided_by_who_is_responsible() {
    // In the charge of the county's education bureau, found by the county's police.
    let hazard = matter(&[&unit(County, Education, "430405"), &unit(County, Police, "430405")]);
    let work = "hazard.open hazard.grade hazard.fix-on-spot hazard.notify hazard.rectify hazard.report-progress \
                hazard.ask-extension hazard.report-fix hazard.verify hazard.reject hazard.open-penalty \
                hazard.ask-resume hazard.pass-review hazard.fail-review hazard.propose-void";
    let decide = "hazard.grant-extension hazard.deny-extension hazard.list hazard.suspend hazard.resume \
                  hazard.transfer hazard.approve-void";
    let seal = "hazard.propose-seal hazard.seal-orally";
    let sealing = "hazard.seal hazard.drop-seal";
    hold(&[
        row(county(Education, &[Handler]), hazard.clone(), work, decide),
        row(county(Police, &[Duty]), hazard.clone(), work, decide),
        row(county(Education, &[Leader]), hazard.clone(), work, seal),
        row(county(Education, &[Leader]), hazard.clone(), decide, "hazard.ring"),
        row(county(Education, &[Administrator]), hazard.clone(), "", work),
        row(county(Market, &[Head]), hazard.clone(), "", decide),
        row(officer(City, Education, "430400", &[Leader]), hazard.clone(), "hazard.list", work),
        row(officer(City, Education, "430400", &[Handler]), hazard.clone(), "", "hazard.list"),
        row(county(Fire, &[Handler]), hazard.clone(), seal, sealing),
        row(county(Fire, &[Leader]), hazard.clone(), sealing, decide),
        row(officer(County, Fire, "430412", &[Head]), hazard.clone(), "", sealing),
        row(
            officer(Nation, Hub, "100000", &[Service]),
            hazard.clone(),
            "hazard.open hazard.ring",
            "hazard.list",
        ),
        row(officer(Nation, Hub, "100000", &[Handler, Leader]), hazard, "", work),
    ]);
}

#[test]
fn a_campaign_is_led_by_one_unit_signed_by_heads_and_reported_by_every_area() {
    let county_of_it = matter(&[&unit(City, Education, "430400")]);
    let lead = Scope { division: "430400".parse().ok(), ..county_of_it.clone() };
    let work =
        "campaign.draft campaign.begin campaign.freeze campaign.verify campaign.correct campaign.submit";
    let decide = "campaign.deploy campaign.publish campaign.close campaign.extend campaign.sign";
    let city = |agency, role| officer(City, agency, "430400", &[role]);
    hold(&[
        row(city(Education, Handler), lead.clone(), work, decide),
        row(city(Education, Head), lead.clone(), decide, ""),
        row(
            city(Fire, Head),
            lead.clone(),
            "campaign.sign",
            "campaign.draft campaign.deploy campaign.publish",
        ),
        row(city(Fire, Leader), lead.clone(), "", "campaign.sign"),
        row(county(Education, &[Handler]), lead.clone(), "", "campaign.submit campaign.freeze"),
        row(county(Education, &[Handler]), county_of_it.clone(), "campaign.submit", "campaign.extend"),
        row(county(Education, &[Service]), county_of_it.clone(), "campaign.submit", "campaign.verify"),
        row(
            county(Fire, &[Service]),
            county_of_it.clone(),
            "dispatch.report staff-count.report",
            "dispatch.void",
        ),
        row(
            county(Fire, &[Leader]),
            county_of_it.clone(),
            "dispatch.report",
            "dispatch.void staff-count.void",
        ),
        row(city(Education, Leader), lead.clone(), "dispatch.void staff-count.void", ""),
        row(city(Education, Auditor), lead.clone(), "", "dispatch.report dispatch.void"),
        row(county(Education, &[Leader]), county_of_it.clone(), "campaign.extend", "campaign.publish"),
        row(
            officer(County, Education, "430412", &[Head]),
            county_of_it,
            "",
            "campaign.submit campaign.extend",
        ),
        row(officer(Nation, Hub, "100000", &[Handler, Head]), lead, "", "campaign.sign campaign.freeze"),
    ]);
}

#[test]
fn a_joint_inspection_is_worked_on_by_those_who_take_part() {
    // Led by the county's education bureau, with the county's fire service.
    let visit = matter(&[&unit(County, Education, "430405"), &unit(County, Fire, "430405")]);
    let work = "inspection.plan inspection.confirm-member inspection.recuse inspection.form-team inspection.notify \
                inspection.leave-unannounced inspection.set-out inspection.check-in inspection.check-out \
                inspection.record-line inspection.obstruct inspection.retry inspection.complete inspection.sign \
                inspection.sign-for-institution inspection.refuse-to-sign inspection.supplement inspection.issue \
                inspection.serve-notice inspection.request-re-inspection inspection.begin-re-inspection \
                inspection.complete-re-inspection";
    let decide = "inspection.postpone inspection.resume inspection.cancel inspection.close";
    hold(&[
        row(county(Education, &[Handler]), visit.clone(), work, decide),
        row(county(Education, &[Service]), visit.clone(), "inspection.report", work),
        row(county(Fire, &[Duty]), visit.clone(), "inspection.report", decide),
        row(county(Education, &[Administrator]), visit.clone(), "", "inspection.report draw.make"),
        row(county(Market, &[Handler]), visit.clone(), "draw.make", "inspection.report"),
        row(officer(County, Education, "430412", &[Handler]), visit.clone(), "", "draw.make"),
        row(county(Fire, &[Duty]), visit.clone(), work, decide),
        row(county(Education, &[Leader]), visit.clone(), decide, "inspection.ring"),
        row(county(Education, &[Administrator]), visit.clone(), "", work),
        row(county(Market, &[Handler, Head]), visit.clone(), "", work),
        row(officer(City, Education, "430400", &[Handler, Head]), visit.clone(), "", decide),
        row(officer(Nation, Hub, "100000", &[Service]), visit.clone(), "inspection.ring", work),
        row(officer(Nation, Hub, "100000", &[Handler, Leader]), visit, "", decide),
    ]);
}
