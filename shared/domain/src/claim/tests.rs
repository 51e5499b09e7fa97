//! The claim: one holder, a lease, and the receipt that keeps it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;
use crate::actor::{Agency, Level, Role, Unit};
use crate::text::Text;

fn officer(id: &str) -> Actor {
    let unit = Unit {
        id: "UN-PSB-430405".parse().unwrap(),
        agency: Agency::Police,
        level: Level::County,
        division: "430405".parse().unwrap(),
    };
    Actor { officer: id.parse().unwrap(), unit, roles: vec![Role::Duty] }
}

fn li() -> Actor {
    officer("OF-LI")
}

fn wu() -> Actor {
    officer("OF-WU")
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_788_800_000 + second).unwrap()
}

fn stamp(by: Actor, second: i64) -> Stamp {
    Stamp { by, at: moment(second), recorded: moment(second) }
}

fn scene() -> Reason {
    Text::parse("called to the scene").unwrap()
}

fn after(claim: Claim, events: &[ClaimEvent], stamp: &Stamp) -> Claim {
    events.iter().fold(claim, |claim, event| claim.evolve(event, stamp))
}

fn held() -> Claim {
    after(Claim::Open, &Claim::Open.take(&li()).unwrap(), &stamp(li(), 0))
}

#[test]
fn an_open_entry_is_taken_and_says_by_whom_and_since_when() {
    let expected = Claim::Held { by: li().officer, unit: li().unit.id, since: moment(0) };
    assert_eq!(held(), expected);
    assert_eq!(held().take(&li()), Ok(Vec::new()), "taking what one holds changes nothing");
    assert_eq!(held().kept().take(&li()), Ok(Vec::new()));
}

#[test]
fn the_second_of_two_officers_is_refused_by_name() {
    let leased = ClaimRefused::AlreadyClaimed { by: li().officer, since: Some(moment(0)) };
    assert_eq!(held().take(&wu()), Err(leased.clone()));
    assert_eq!(held().must_be_of(&wu()), Err(leased));
    let kept = ClaimRefused::AlreadyClaimed { by: li().officer, since: None };
    assert_eq!(held().kept().take(&wu()), Err(kept.clone()));
    assert_eq!(held().kept().must_be_of(&wu()), Err(kept));
}

#[test]
fn only_the_holder_gives_it_back_and_the_reason_is_kept() {
    let released = held().release(&li(), &scene()).unwrap();
    assert_eq!(released, [ClaimEvent::Released { by: li().officer, reason: scene() }]);
    assert_eq!(after(held(), &released, &stamp(li(), 60)), Claim::Open);
    for claim in [Claim::Open, held().kept()] {
        assert_eq!(claim.release(&li(), &scene()), Err(ClaimRefused::NotClaimedByYou));
    }
    assert_eq!(held().release(&wu(), &scene()), Err(ClaimRefused::NotClaimedByYou));
}

#[test]
fn a_lease_lapses_and_a_receipt_ends_the_lease() {
    assert_eq!(held().lapse(), [ClaimEvent::Lapsed { by: li().officer }]);
    assert_eq!(after(held(), &held().lapse(), &stamp(li(), 600)), Claim::Open);
    assert_eq!(held().kept(), Claim::Kept { by: li().officer, unit: li().unit.id });
    assert_eq!(held().kept().lapse(), []);
    assert_eq!(Claim::Open.lapse(), []);
    assert_eq!(Claim::Open.kept(), Claim::Open);
}

#[test]
fn one_acts_only_on_what_one_holds() {
    assert_eq!(held().must_be_of(&li()), Ok(()));
    assert_eq!(held().kept().must_be_of(&li()), Ok(()));
    assert_eq!(Claim::Open.must_be_of(&li()), Err(ClaimRefused::NotClaimedByYou));
}

proptest! {
    /// Whatever two officers and the lease do: an entry passes from one to the other only through `Open`.
    #[test]
    fn there_is_one_holder_at_a_time(acts in prop::collection::vec((0..4_u8, any::<bool>()), 0..40)) {
        let holder = |claim: &Claim| match claim {
            Claim::Open => None,
            Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by.clone()),
        };
        let mut claim = Claim::Open;
        for (second, (act, first)) in (0..).zip(acts) {
            let actor = if first { li() } else { wu() };
            let before = holder(&claim);
            let events = match act {
                0 => claim.take(&actor),
                1 => claim.release(&actor, &scene()),
                2 => Ok(claim.lapse()),
                _ => claim.must_be_of(&actor).map(|()| Vec::new()),
            };
            let signed = act == 3 && events.is_ok();
            claim = after(claim, &events.unwrap_or_default(), &stamp(actor, second));
            claim = if signed { claim.kept() } else { claim };
            let now = holder(&claim);
            prop_assert!(before.is_none() || now.is_none() || before == now);
        }
    }
}
