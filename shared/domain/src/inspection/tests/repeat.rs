//! Visits too near each other, and those to join.

use jiff::civil::{Date, date};

use super::fixture::*;
use crate::actor::Agency;
use crate::inspection::repeat::{Between, Limits, Near, to_join, too_soon};

const DAY: Date = date(2026, 11, 23);

fn near(agency: Agency, on: Date, ahead: bool) -> Near {
    let lead = unit(agency);
    Near { inspection: id(), units: vec![lead.id.clone()], lead, on, ahead }
}

fn broken(visits: &[Near]) -> Vec<(Between, u32)> {
    let (limits, unit) = (Limits::standard(), unit(Agency::Education).id);
    too_soon(limits, (&unit, DAY), visits).iter().map(|(limit, near)| (limit.id, near.days(DAY))).collect()
}

#[test]
fn a_visit_too_near_another_is_told_with_the_nearest() {
    assert_eq!(Limits::standard().limits.len(), 2);
    let (same, any) = (Between::SameUnit, Between::AnyUnit);
    let own = |on| near(Agency::Education, on, false);
    let fire = |on| near(Agency::Fire, on, false);
    assert_eq!(broken(&[own(date(2026, 10, 1))]), [(same, 53)]);
    assert_eq!(broken(&[own(date(2026, 12, 1)), fire(date(2026, 11, 20))]), [(same, 8), (any, 3)]);
    assert_eq!(broken(&[fire(date(2026, 10, 25)), fire(date(2026, 10, 24))]), [(any, 29)]);
    assert_eq!(broken(&[fire(date(2026, 10, 24)), own(date(2025, 11, 23))]), []);
}

#[test]
fn a_visit_that_another_agency_has_planned_can_be_joined() {
    let own = unit(Agency::Education).id;
    let visits = [
        near(Agency::Fire, date(2026, 12, 20), true),
        near(Agency::Police, date(2026, 11, 25), true),
        near(Agency::Fire, date(2026, 11, 22), false),
        near(Agency::Education, DAY, true),
    ];
    let days: Vec<u32> = to_join((&own, DAY), &visits).iter().map(|visit| visit.days(DAY)).collect();
    assert_eq!(days, [2, 27]);
}
