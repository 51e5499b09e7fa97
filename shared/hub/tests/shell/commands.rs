//! The way of one command through `handle`.

use domain::clue::command::Command;
use domain::clue::{ClueRule, command};
use domain::decider::Refusal;
use eventlog::{EventLog, Faults, SqliteOptions};
use hub::HandleError;

use crate::scene::{clerk, duty, kinds, mandatory, order, scene, scene_over, scene_with, stranger};

fn reason(error: &HandleError) -> &str {
    let HandleError::Law(rejection) = error else { panic!("not refused by the law: {error}") };
    Refusal::reason(&**rejection)
}

#[tokio::test]
async fn a_repeated_command_is_answered_as_the_first_time_and_writes_nothing() {
    let scene = scene();
    let (stream, order) = mandatory(&scene.hub);
    let first = scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
    let before = kinds(&scene.hub, &stream).await;
    let again = scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!((first.revision, first.recorded), (again.revision, again.recorded));
    assert_eq!(before, kinds(&scene.hub, &stream).await);
}

#[tokio::test]
async fn of_many_officers_who_claim_at_once_one_wins_and_the_others_are_told_by_whom() {
    let scene = scene();
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    let claims = (0..8).map(|number| {
        let (hub, stream) = (scene.hub.clone(), stream.clone());
        tokio::spawn(async move {
            let order = order(duty(&format!("duty-{number}")), Command::Claim);
            hub.handle::<ClueRule>(&stream, &order).await
        })
    });
    let mut winners = Vec::new();
    let mut refusals = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Ok(done) => winners.push(done),
            Err(error) => refusals.push(error),
        }
    }
    assert_eq!((winners.len(), refusals.len()), (1, 7));
    let taken = kinds(&scene.hub, &stream).await.iter().filter(|kind| *kind == "claim.taken").count();
    assert_eq!(taken, 1);
    let state = winners.pop().unwrap().state;
    let domain::claim::Claim::Held { by, .. } = state.clue().unwrap().claim() else { panic!("not held") };
    let holder = by.to_string();
    for error in &refusals {
        assert_eq!(reason(error), "ALREADY_CLAIMED");
        let HandleError::Law(rejection) = error else { panic!("not the law") };
        assert!(rejection.facts().contains(&("by", holder.clone())), "{error}");
    }
}

#[tokio::test]
async fn another_district_is_denied_whether_or_not_the_clue_exists_and_leaves_no_trace() {
    let scene = scene();
    let (stream, report) = mandatory(&scene.hub);
    let call = command::Command::RecordCall { call: domain::text::Text::parse("110-1").unwrap() };
    let missing = scene.hub.handle::<ClueRule>(&stream, &order(stranger(), call.clone())).await;
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    let before = kinds(&scene.hub, &stream).await;
    let there = scene.hub.handle::<ClueRule>(&stream, &order(stranger(), call)).await;
    assert!(matches!(missing, Err(HandleError::Denied)), "{missing:?}");
    assert!(matches!(there, Err(HandleError::Denied)), "{there:?}");
    assert_eq!(before, kinds(&scene.hub, &stream).await);
}

#[tokio::test]
async fn a_command_the_law_refuses_leaves_no_trace() {
    let scene = scene();
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    let before = kinds(&scene.hub, &stream).await;
    let confirm = order(clerk(), Command::ConfirmMerge { goes_on: None });
    let early = scene.hub.handle::<ClueRule>(&stream, &confirm).await;
    assert!(matches!(early, Err(HandleError::Law(_))), "{early:?}");
    assert_eq!(before, kinds(&scene.hub, &stream).await);
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_sending_the_same_command_again() {
    for faults in [Faults::none().before(1), Faults::none().after(1)] {
        let scene = scene_with(faults);
        let (stream, order) = mandatory(&scene.hub);
        let lost = scene.hub.handle::<ClueRule>(&stream, &order).await;
        assert!(matches!(lost, Err(HandleError::Append(_))), "{lost:?}");
        scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
        let reported =
            kinds(&scene.hub, &stream).await.iter().filter(|kind| *kind == "clue.reported").count();
        assert_eq!(reported, 1);
    }
}

#[tokio::test]
async fn what_is_stored_names_who_acted_when_and_why_and_shows_no_personal_word() {
    let folder = tempfile::tempdir().unwrap();
    let log = EventLog::open_sqlite(&folder.path().join("log.db"), SqliteOptions::default()).await.unwrap();
    let scene = scene_over(log, hub::Time::system());
    let (stream, order) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
    let events = scene.hub.log.read(&stream, eventlog::Revision::FIRST).await.unwrap();
    for (place, event) in events.iter().enumerate() {
        let meta = hub::handle::metadata(event).unwrap();
        assert_eq!(meta.by, clerk());
        assert_eq!((meta.command, meta.correlation), (order.id, order.id));
        assert_eq!(event.id, hub::mint::event_id(order.id, place));
    }
    scene.hub.log.close().await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let word = "孩子".as_bytes();
        assert!(!bytes.windows(word.len()).any(|window| window == word));
    }
}
