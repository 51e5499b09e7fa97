//! Who listens to the clocks of clues, referrals, accesses, inspections and hazards. Never here: deadlines, or what a breach means.

use domain::actor::{Agency, Level, Unit};
use domain::break_glass::{self, BreakGlassRule};
use domain::clock::{Stage, Told};
use domain::clue::{self, ClueRule};
use domain::hazard::{self, HazardRule};
use domain::inspection::{self, InspectionRule};
use domain::period::{Duty, Who};
use domain::referral::{self, ReferralRule};

use crate::clocks::{Chimes, Listener};

impl Chimes for ClueRule {
    // A clue names its fallback owner from the report on.
    fn ring(rule: String, stage: Stage, told: Vec<Told>, _: Option<Unit>) -> clue::command::Command {
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
    fn ring(
        rule: String,
        stage: Stage,
        told: Vec<Told>,
        fallback: Option<Unit>,
    ) -> referral::command::Command {
        referral::command::Command::Ring { rule, stage, told, fallback }
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
            Who::Superior => Listener::Unit(draft.superior.clone()),
            Who::Fallback => Listener::Fallback(here.agency, draft.division),
            Who::PoliceSuperior => Listener::Above(referral.police()?.clone()),
            Who::CityDuty => Listener::At(here.agency, draft.division, Level::City),
            Who::Procuratorate => Listener::Unit(draft.procuratorate.clone()),
        })
    }
}

impl Chimes for BreakGlassRule {
    fn ring(rule: String, stage: Stage, told: Vec<Told>, _: Option<Unit>) -> break_glass::Command {
        break_glass::Command::Ring { rule, stage, told }
    }

    fn listener(state: &break_glass::State, _: Duty, who: Who) -> Option<Listener> {
        let unit = state.known()?.asked().unit.clone();
        match who {
            Who::Handler | Who::Leader => Some(Listener::Unit(unit)),
            Who::Superior => Some(Listener::Above(unit)),
            Who::Procuratorate | Who::CityDuty | Who::PoliceSuperior | Who::Fallback => None,
        }
    }
}

impl Chimes for HazardRule {
    fn ring(rule: String, stage: Stage, told: Vec<Told>, _: Option<Unit>) -> hazard::Command {
        hazard::Command::Ring { rule, stage, told }
    }

    // The institution that must act is nobody's officer: the unit in charge hears for it.
    fn listener(state: &hazard::State, _: Duty, who: Who) -> Option<Listener> {
        let lead = state.known()?.draft().lead.clone();
        match who {
            Who::Handler | Who::Leader => Some(Listener::Unit(lead)),
            Who::Superior => Some(Listener::Above(lead)),
            Who::Procuratorate | Who::CityDuty | Who::PoliceSuperior | Who::Fallback => None,
        }
    }
}

impl Chimes for InspectionRule {
    fn ring(rule: String, stage: Stage, told: Vec<Told>, _: Option<Unit>) -> inspection::Command {
        inspection::Command::Ring { rule, stage, told }
    }

    fn listener(state: &inspection::State, _: Duty, who: Who) -> Option<Listener> {
        let lead = state.known()?.plan().lead.clone();
        match who {
            Who::Handler | Who::Leader => Some(Listener::Unit(lead)),
            Who::Superior => Some(Listener::Above(lead)),
            Who::Procuratorate | Who::CityDuty | Who::PoliceSuperior | Who::Fallback => None,
        }
    }
}
