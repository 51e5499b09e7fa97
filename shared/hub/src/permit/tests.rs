//! Permission: the policies as they ship, asked one by one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod actions;
mod loading;
mod seeing;
mod table;

use domain::actor::{Agency, Role, Unit};

use super::*;

/// An officer of a unit, written as in the directory: `county EDU 430405`.
fn officer(level: Level, agency: Agency, division: &str, roles: &[Role]) -> Actor {
    Actor { officer: "OF-1".parse().unwrap(), unit: unit(level, agency, division), roles: roles.to_vec() }
}

fn unit(level: Level, agency: Agency, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}

/// A matter in Zhuhui district of Hengyang, with these units as parties.
fn matter(parties: &[&Unit]) -> Scope {
    let place = Scope { division: Some("430405".parse().unwrap()), ..Scope::default() };
    parties.iter().fold(place, |scope, unit| scope.with(unit))
}
