//! Who sees which class of which matter (handbook 1.4), one line each: `#` is seen, `.` is not, in the order
//! P0 P1 P2 P3 P4, reporter, identity.

use domain::ids::OfficerId;

use super::Agency::{Education, Fire, Hub, Police, Procuratorate};
use super::Level::{City, County, Nation};
use super::Role::{Administrator, Auditor, Duty, Handler, Head, Leader, Service, Triage};
use super::*;

const ACTIONS: [&str; 7] = ["see.p0", "see.p1", "see.p2", "see.p3", "see.p4", "see.reporter", "see.identity"];

/// The officer is a named handler.
const NAMED: bool = true;

fn sees(who: &Actor, scope: &Scope, facts: &Facts) -> String {
    let answers = Permit::standard().unwrap().why(who, ACTIONS, scope, facts);
    answers.iter().map(|(may, _)| if *may { '#' } else { '.' }).collect()
}

fn facts(kind: &'static str, named: bool) -> Facts {
    let named = if named { vec!["OF-1".parse().unwrap()] } else { Vec::new() };
    Facts { kind, named, ..Facts::default() }
}

fn of_clue(agency: Agency, roles: &[Role], named: bool) -> String {
    let scope = matter(&[&unit(County, Education, "430405"), &unit(County, Police, "430405")]);
    sees(&officer(County, agency, "430405", roles), &scope, &facts("clue", named))
}

#[test]
fn the_units_that_have_a_clue_see_its_content_and_only_its_handlers_who_is_in_it() {
    let rows = [
        (Education, vec![Handler], NAMED, "####.##"),
        (Education, vec![Handler], !NAMED, "####..."),
        (Education, vec![Triage], NAMED, "####..."),
        (Education, vec![Leader], !NAMED, "####..."),
        (Education, vec![Head], NAMED, "####..#"),
        (Education, vec![Service], !NAMED, "####..."),
        (Education, vec![Administrator], !NAMED, "##....."),
        (Education, vec![Auditor], !NAMED, "##....."),
        (Education, vec![Auditor, Handler], NAMED, "##....."),
        (Police, vec![Duty], NAMED, "#######"),
        (Police, vec![Duty], !NAMED, "#####.#"),
        (Police, vec![Service], !NAMED, "####..#"),
        (Police, vec![Administrator], !NAMED, "##....."),
        (Fire, vec![Handler, Head], NAMED, "#......"),
        (Procuratorate, vec![Handler, Head], NAMED, "#......"),
    ];
    for (agency, roles, named, expected) in rows {
        assert_eq!(of_clue(agency, &roles, named), expected, "{agency:?} {roles:?} named: {named}");
    }
}

#[test]
fn above_and_beside_those_who_have_it_only_metadata_or_nothing_is_seen() {
    let all = [Handler, Triage, Leader, Head, Duty];
    let scope = matter(&[&unit(County, Education, "430405"), &unit(County, Police, "430405")]);
    let rows = [
        (officer(City, Education, "430400", &all), "##....."),
        (officer(City, Police, "430400", &all), "##....."),
        (officer(Nation, Education, "100000", &all), "##....."),
        (officer(City, Education, "430400", &[Service]), "##....."),
        (officer(City, Education, "430400", &[Auditor]), "##....."),
        (officer(City, Education, "140900", &all), "#......"),
        (officer(County, Education, "430412", &all), "#......"),
        (officer(City, Fire, "430400", &all), "#......"),
        (officer(Nation, Hub, "100000", &[Auditor]), "##....."),
        (officer(Nation, Hub, "100000", &[Administrator]), "#......"),
    ];
    for (who, expected) in rows {
        assert_eq!(sees(&who, &scope, &facts("clue", NAMED)), expected, "{:?} of {}", who.roles, who.unit.id);
    }
}

#[test]
fn the_procuratorate_supervises_referrals_of_its_area_and_reads_those_it_has() {
    let all = [Handler, Head];
    let theirs = unit(County, Procuratorate, "430405");
    let parties = [&unit(County, Education, "430405"), &unit(County, Police, "430405")];
    let who = officer(County, Procuratorate, "430405", &all);
    assert_eq!(sees(&who, &matter(&parties), &facts("referral", !NAMED)), "##.....");
    let [one, other] = parties;
    let copied = matter(&[one, other, &theirs]);
    assert_eq!(sees(&who, &copied, &facts("referral", !NAMED)), "#####..");
    let elsewhere = officer(County, Procuratorate, "430412", &all);
    assert_eq!(sees(&elsewhere, &copied, &facts("referral", !NAMED)), "#......");
    let referring = officer(County, Education, "430405", &[Handler]);
    assert_eq!(
        sees(&referring, &copied, &facts("referral", NAMED)),
        "####.##",
        "the police file is not theirs"
    );
}

#[test]
fn break_glass_opens_what_was_approved_and_nothing_else() {
    let who = officer(City, Education, "430400", &[Leader]);
    let scope = matter(&[&unit(County, Education, "430405")]);
    let me: Vec<OfficerId> = vec!["OF-1".parse().unwrap()];
    let personal = Facts { opened_personal: me.clone(), ..facts("clue", !NAMED) };
    assert_eq!(sees(&who, &scope, &personal), "###....");
    let sensitive = Facts { opened_sensitive: me.clone(), ..personal };
    assert_eq!(sees(&who, &scope, &sensitive), "####..#");
    let reporter = Facts { opened_reporter: me, ..sensitive };
    assert_eq!(sees(&who, &scope, &reporter), "####.##");
    let other = Facts { opened_personal: vec!["OF-2".parse().unwrap()], ..facts("clue", !NAMED) };
    assert_eq!(sees(&who, &scope, &other), "##.....");
}

#[test]
fn the_directory_is_open_inside_government_and_names_of_officers_are_for_their_own() {
    let school = Scope { division: Some("430405".parse().unwrap()), ..Scope::default() };
    let fire = officer(County, Fire, "140902", &[Handler]);
    assert_eq!(sees(&fire, &school, &facts("directory", !NAMED)), "##.....");
    let police = matter(&[&unit(County, Police, "430405")]);
    let colleague = officer(County, Police, "430405", &[Duty]);
    assert_eq!(sees(&colleague, &police, &facts("officer", !NAMED)), "###....", "never a credential");
    assert_eq!(sees(&fire, &police, &facts("officer", !NAMED)), "#......");
    let operator = officer(Nation, Hub, "100000", &[Administrator]);
    assert_eq!(sees(&operator, &police, &facts("officer", !NAMED)), "###....");
}

#[test]
fn a_campaign_is_open_to_every_level_that_works_on_it_without_its_reasons() {
    let campaign = matter(&[&unit(City, Education, "430400")]);
    let sight = |who: &Actor| sees(who, &campaign, &facts("campaign", !NAMED));
    assert_eq!(sight(&officer(County, Fire, "430412", &[Handler])), "##.....");
    assert_eq!(sight(&officer(County, Education, "430405", &[Service])), "##.....");
    assert_eq!(sight(&officer(County, Education, "430405", &[Administrator])), "#......");
}

#[test]
fn every_answer_names_the_policy_that_decided_and_its_basis() {
    let permit = Permit::standard().unwrap();
    let who = officer(County, Education, "430405", &[Handler]);
    let scope = matter(&[&who.unit]);
    let [(may, policies)] = permit.why(&who, ["see.p3"], &scope, &facts("clue", !NAMED));
    assert!(may);
    assert_eq!(policies, ["see-sensitive"]);
    assert!(permit.basis("see-sensitive").contains("未成年人网络保护条例第36条"));
    for action in ACTIONS {
        let rules = &permit.rules.get(action).unwrap().policies;
        for policy in rules.policies().filter(|policy| policy.effect() == cedar_policy::Effect::Permit) {
            assert!(!permit.basis(policy.id().as_ref()).is_empty(), "{} names no basis", policy.id());
        }
    }
}
