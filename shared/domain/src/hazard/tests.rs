//! Scenarios of hazards.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod closing;
mod fixture;
mod ladder;
mod random;
mod rectifying;
mod using;

use crate::hazard::*;
use crate::period::Periods;
use crate::scenario::survives_storage;
use fixture::*;

#[test]
fn a_hazard_is_opened_once_by_who_found_it_or_by_the_hub() {
    nothing()
        .when(open(Grade::General), finder(0))
        .then(&["hazard.found"])
        .clocks(&["clock.started hazard-notice"]);
    let _ = nothing().when(open(Grade::General), hub(0)).then(&["hazard.found"]);
    nothing()
        .when(open(Grade::General), clerk(0))
        .refused("HAZARD_NOT_YOUR_UNIT")
        .fact("unit", "UN-FIRE-430405");
    found(Grade::General)
        .when(open(Grade::General), finder(1))
        .refused("HAZARD_FOUND_ALREADY")
        .fact("hazard", draft(Grade::General).id.as_str());
    nothing().when(grade(Grade::General), clerk(0)).refused("HAZARD_UNKNOWN");
    let mut afar = draft(Grade::General);
    afar.division = "430103".parse().unwrap();
    nothing()
        .when(Command::Open { draft: Box::new(afar) }, finder(0))
        .refused("HAZARD_OUTSIDE_AREA")
        .fact("division", "430103")
        .fact("area", "430405");
    let mut burdened = draft(Grade::General);
    burdened.lead.division = "430103".parse().unwrap();
    nothing()
        .when(Command::Open { draft: Box::new(burdened) }, finder(0))
        .refused("HAZARD_OUTSIDE_AREA")
        .fact("area", "430103");
}

#[test]
fn an_authority_answers_for_its_area_and_what_was_merged_into_it() {
    let of = |place: &str, agency, area: &str| {
        let unit = Unit { agency, division: area.parse().unwrap(), ..draft(Grade::General).lead };
        authority(place.parse().unwrap(), &unit)
    };
    for area in ["430405", "430400", "430000", "100000"] {
        assert!(of("430405", Agency::Police, area), "{area}");
    }
    assert!(!of("430405", Agency::Fire, "430412"));
    assert!(!of("430405", Agency::Hub, "100000"), "the operator is no authority");
    for (place, area) in [("500157", "500112"), ("500112", "500157"), ("500105", "500112")] {
        assert!(of(place, Agency::Fire, area), "{place} {area}");
    }
    assert!(!of("500157", Agency::Fire, "500103"));
}

#[test]
fn who_found_it_may_call_it_graver_and_only_who_is_responsible_less_grave() {
    found(Grade::General)
        .when(grade(Grade::Major), finder(1))
        .then(&["hazard.graded"])
        .leaves(|state| assert_eq!(state.known().unwrap().grade(), Grade::Major));
    found(Grade::Major)
        .when(grade(Grade::General), finder(1))
        .refused("NOT_LEADER")
        .fact("unit", "UN-FIRE-430405");
    let _ = found(Grade::Major).when(grade(Grade::General), leader(1)).then(&["hazard.graded"]);
    noticed(Grade::General).when(grade(Grade::Major), leader(2)).refused("HAZARD_NOT_HERE");
}

#[test]
fn the_scope_is_the_unit_in_charge_the_finder_and_who_came_later() {
    let scope = HazardRule::scope(&Command::ApproveVoid, found(Grade::General).state());
    assert_eq!(scope.parties, [education().id, fire_unit().id]);
    assert_eq!(scope, HazardRule::scope(&open(Grade::General), nothing().state()));
    assert_eq!(HazardRule::scope(&Command::ApproveVoid, nothing().state()), Scope::default());
    let moved = found(Grade::General).after(transfer(), leader(1));
    let scope = HazardRule::scope(&Command::ApproveVoid, moved.state());
    assert_eq!(scope.parties, [education().id, fire_unit().id, market().id]);
}

#[test]
fn a_fire_hazard_is_told_from_a_safety_hazard_and_words_read_back() {
    let fire: Vec<&str> = Category::ALL.into_iter().filter(|one| one.fire()).map(Category::code).collect();
    assert_eq!(fire, ["fire-evacuation", "fire-equipment", "fire-source", "fire-management"]);
    assert!(Category::ALL.into_iter().all(|one| Category::parse(one.code()) == Some(one)));
    assert!(Grade::ALL.into_iter().all(|one| Grade::parse(one.code()) == Some(one)));
    for one in Category::ALL {
        assert_eq!(serde_json::to_value(one).unwrap(), one.code());
    }
    for one in Grade::ALL {
        assert_eq!(serde_json::to_value(one).unwrap(), one.code());
    }
}

#[test]
fn the_longest_plan_is_the_row_and_every_event_survives_storage() {
    let row = Periods::standard().row(RECTIFY_MAJOR, 1).unwrap();
    assert_eq!(row.length, MAX_MAJOR_DAYS);
    let (visit, reason) = (visit(&["OF-b"]), why());
    for event in [
        Event::Found(Box::new(draft(Grade::Major))),
        Event::SpotRejected { visit: visit.clone(), reason: reason.clone() },
        Event::Noticed(notice(Some("2026-12-20"))),
        Event::Rectifying(Box::new(elements("2026-12-20"))),
        Event::ExtensionGranted { until: None },
        Event::Listed { reason: None },
        Event::PenaltyProposed {},
        Event::ReviewFailed { visit, reason },
        Event::Voided {},
    ] {
        survives_storage(&event);
    }
}
