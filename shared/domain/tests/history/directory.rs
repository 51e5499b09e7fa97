//! One event of every kind that can happen to a unit, an officer and an institution. Never here: matters.

use domain::actor::{Agency, Role};
use domain::category::Category;
use domain::institution::{self, InstitutionKind, Particulars};
use domain::jurisdiction::Jurisdiction;
use domain::{officer, unit};

use crate::scene::*;

/// Those of units.
pub fn units() -> Vec<unit::Event> {
    use unit::Event;
    let competence = || {
        let division = "430405".parse().unwrap();
        vec![
            Jurisdiction { division, categories: Vec::new(), fallback: true },
            Jurisdiction {
                division,
                categories: vec![Category::FeeFraud, Category::IllegalOperation],
                fallback: false,
            },
        ]
    };
    let registered = unit::Registered {
        unit: market(),
        name: text("衡阳市珠晖区市场监督管理局"),
        superior: Some(market_city().id),
        competence: competence(),
    };
    vec![
        Event::Registered(Box::new(registered)),
        Event::CompetenceChanged { competence: competence() },
        Event::Closed {},
    ]
}

/// Those of officers.
pub fn officers() -> Vec<officer::Event> {
    use officer::Event;
    let registered = officer::Registered {
        officer: duty(),
        unit: police(),
        name: sealed(OFFICER, 311, "name"),
        roles: vec![Role::Duty, Role::Handler],
    };
    vec![
        Event::Registered(Box::new(registered)),
        Event::RolesChanged { roles: vec![Role::Leader] },
        Event::CredentialSet { credential: sealed(OFFICER, 312, "credential"), one_time: true },
        Event::Disabled {},
        Event::Enabled {},
    ]
}

/// Those of institutions.
pub fn institutions() -> Vec<institution::Event> {
    use institution::Event;
    let particulars = |address: &str| {
        Box::new(Particulars {
            id: "IN-91430405MA7K2P9T1X".parse().unwrap(),
            credit_code: "91430405MA7K2P9T1X".parse().unwrap(),
            name: text("珠晖区晨曦文化艺术培训中心"),
            kind: InstitutionKind::NonSubjectTraining,
            division: "430405".parse().unwrap(),
            address: text(address),
            lead: Agency::Culture,
        })
    };
    vec![
        Event::Registered(particulars("湖南省衡阳市珠晖区样例路1号2楼")),
        Event::Changed(particulars("湖南省衡阳市珠晖区样例路8号")),
    ]
}
