//! Moving: a log that went elsewhere takes no more, tells where it went, and may come back.
//!
//! Must never be here: copying between two backends; that is in `faults`.

use eventlog::{AppendError, EventLog, Expected, Outage, PLACES, Revision};

use crate::support::{at, events, everything, name};

fn moved() -> Result<Revision, AppendError> {
    Err(AppendError::Unavailable { reason: Outage::Moved { to: "sqlite:there".to_owned() } })
}

pub async fn takes_no_more_once_it_has_moved_and_again_when_it_is_back(log: EventLog) {
    let (stream, batch) = (name("clue-1"), events(2));
    assert_eq!(log.append(&stream, Expected::NoStream, batch.clone()).await, Ok(Revision::new(1)));
    assert_eq!(log.moved_to().await, Ok(None));
    for _ in 0..2 {
        log.retire("sqlite:there").await.unwrap();
    }
    assert_eq!(log.moved_to().await, Ok(Some("sqlite:there".to_owned())));
    assert_eq!(log.retire("sqlite:elsewhere").await, moved().map(drop), "it cannot go to two places");
    assert_eq!(everything(&log).await.len(), 3, "said twice, it is said once");
    assert_eq!(log.append(&stream, at(1), events(1)).await, moved());
    assert_eq!(log.append(&name("clue-2"), Expected::NoStream, events(1)).await, moved());
    assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 2, "reading goes on");
    for _ in 0..2 {
        log.arrive("sqlite:there").await.unwrap();
    }
    assert_eq!(log.moved_to().await, Ok(None));
    assert_eq!(log.append(&stream, at(1), events(1)).await, Ok(Revision::new(2)));
    let said = log.read(&name(PLACES), Revision::FIRST).await.unwrap();
    let kinds: Vec<&str> = said.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["log.moved", "log.arrived"]);
}
