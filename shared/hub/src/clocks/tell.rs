//! Who listens to the clocks of clues and referrals. Never here: deadlines, or what a breach means.

use domain::actor::{Agency, Level};
use domain::clock::{Stage, Told};
use domain::clue::{self, ClueRule};
use domain::period::{Duty, Who};
use domain::referral::{self, ReferralRule};

use crate::clocks::{Chimes, Listener};

impl Chimes for ClueRule {
    fn ring(rule: String, stage: Stage, told: Vec<Told>) -> clue::command::Command {
        clue::command::Command::Ring { rule, stage, told }
    }

    fn listener(state: &clue::state::State, duty: Duty, who: Who) -> Option<Listener> {
        let clue = state.clue()?;
        let here = match duty {
            Duty::Agency => clue.in_charge(),
            Duty::Receiver => clue.queue_unit().or(clue.receiver()).unwrap_or_else(|| clue.in_charge()),
        };
        Some(match who {
            Who::Handler | Who::Leader => Listener::Unit(here.clone()),
            Who::Superior => Listener::Above(clue.in_charge().clone()),
            Who::PoliceSuperior => Listener::Above(clue.queue_unit().or(clue.receiver())?.clone()),
            Who::CityDuty => Listener::At(here.agency, clue.division(), Level::City),
            Who::Procuratorate => Listener::At(Agency::Procuratorate, clue.division(), here.level),
            Who::Fallback => Listener::Unit(clue.fallback().clone()),
        })
    }
}

impl Chimes for ReferralRule {
    fn ring(rule: String, stage: Stage, told: Vec<Told>) -> referral::command::Command {
        referral::command::Command::Ring { rule, stage, told }
    }

    fn listener(state: &referral::state::State, duty: Duty, who: Who) -> Option<Listener> {
        let referral = state.known()?;
        let draft = referral.draft();
        let here = match duty {
            Duty::Agency => &draft.from,
            Duty::Receiver => referral.police().unwrap_or(&draft.from),
        };
        Some(match who {
            Who::Handler | Who::Leader => Listener::Unit(here.clone()),
            Who::Superior | Who::Fallback => Listener::Unit(draft.superior.clone()),
            Who::PoliceSuperior => Listener::Above(referral.police()?.clone()),
            Who::CityDuty => Listener::At(here.agency, draft.division, Level::City),
            Who::Procuratorate => Listener::Unit(draft.procuratorate.clone()),
        })
    }
}
