//! One event of every kind that the hub writes about its own deliveries: the seat, the groups, the webhooks. Nobody is
//! shown any of them, so they have no schema for subscribers. Never here: matters.

use domain::consumer_group::{self, Discarded, Made, Owed, Place, Reached, Standing};
use domain::sealed::{Cipher, Sealed};
use domain::seat;
use domain::webhook::{self, Kept, Secret};
use uuid::Uuid;

use crate::scene::*;

/// A life of a process.
const ONE: Uuid = Uuid::from_u128(0x0199_2762_5a3c_7e10_9d4b_6f2a_80c1_0001);

/// Those of the seat.
pub fn seats() -> Vec<seat::Event> {
    use seat::Event;
    vec![
        Event::Taken { by: ONE, until: at("2026-09-08T01:13:00.25Z") },
        Event::Renewed { by: ONE, until: at("2026-09-08T01:13:10.25Z") },
        Event::GivenUp { by: ONE },
        Event::Lapsed { by: ONE },
    ]
}

/// Those of groups.
pub fn groups() -> Vec<consumer_group::Event> {
    use consumer_group::Event;
    let made = Made {
        unit: police().id,
        name: "cases".to_owned(),
        filter: "EgNDTC0=".to_owned(),
        start: "SUBSCRIBE_FROM_AFTER 12".to_owned(),
        attempts: 8,
        first_pause: 2,
        longest_pause: 300,
        lease: 60,
        at: at("2026-09-08T01:12:30.25Z"),
        by: "OF-PSB-430405-SYS".to_owned(),
        place: Some(Place(12)),
    };
    let owed = |position, standing, due: Option<&str>| Owed {
        position: Place(position),
        stream: clue(1).to_string(),
        standing,
        deliveries: 1,
        failures: u32::from(due.is_some()),
        due: due.map(at),
        reason: due.map_or(String::new(), |_| "NO_ANSWER".to_owned()),
    };
    let reached = Reached {
        place: Some(Place(9_007_199_254_740_993)),
        owed: vec![
            owed(14, Standing::Open, None),
            owed(15, Standing::Paused, Some("2026-09-08T01:12:40Z")),
            owed(16, Standing::Parked, Some("2026-09-08T01:12:30Z")),
        ],
        done: vec![Place(13)],
    };
    let gone = Discarded {
        position: Place(16),
        stream: clue(1).to_string(),
        failure: "NO_ANSWER".to_owned(),
        by: "OF-PSB-430405-SYS".to_owned(),
        reason: "测试事件，不需要".to_owned(),
        at: at("2026-09-08T01:15:00Z"),
    };
    vec![
        Event::Made(Box::new(made)),
        Event::Reached(reached),
        Event::Rewound { place: Some(Place(12)) },
        Event::Discarded(Box::new(gone)),
        Event::Ended {},
    ]
}

/// Those of webhooks.
pub fn webhooks() -> Vec<webhook::Event> {
    use webhook::Event;
    let sealed = |field: &str| Sealed {
        alg: Cipher::Aes256Gcm,
        subject: "SU-WH-7".parse().unwrap(),
        key: "31".to_owned(),
        field: field.to_owned(),
        ct: "3q2+796tvu/erb7v3q2+796tvu/erb7v".to_owned(),
    };
    let secret = |until: Option<&str>| Secret { sealed: sealed("webhook.secret"), until: until.map(at) };
    let kept = Kept {
        unit: education().id,
        owner: "OF-EDU-430405-SYS".to_owned(),
        url: sealed("webhook.url"),
        description: sealed("webhook.description"),
        filter: "EgNDTC0=".to_owned(),
        after: Some(Place(12)),
        registered_at: at("2026-09-08T01:12:30.25Z"),
        standing: "active".to_owned(),
        since: at("2026-09-08T01:12:30.25Z"),
        changed_by: "OF-EDU-430405-SYS".to_owned(),
        last_success: Some(at("2026-09-08T02:00:00Z")),
        failing_since: Some(at("2026-09-08T02:10:00Z")),
        last_error: "status".to_owned(),
        secrets: vec![secret(Some("2026-09-09T01:12:30Z")), secret(None)],
    };
    vec![
        Event::Registered(Box::new(kept.clone())),
        Event::Changed(Box::new(Kept { standing: "disabled".to_owned(), ..kept })),
        Event::Forgotten {},
    ]
}
