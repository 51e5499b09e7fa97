//! Guessing a password: after a few wrong ones the door stays shut for a while, also for the right one, and says for how
//! long. Never here: how attempts are counted.

use std::time::Duration;

use hub::config::Serving;
use safeguard::world::Desk;
use tonic::Code;
use wire::{Refusal, v1};

use crate::acts::{ask, see};
use crate::stage::{SMALL, Stage, play_alone, play_in_a_house, refused};

pub const OFFICER: &str = "430405.edu.clerk1";
pub const WRONG: &str = "Wrong-password-1";
/// More wrong passwords than any door should look at.
const MANY: usize = 50;
/// A lock is no use when it is shorter and no lock any more when it is longer.
const LOCK: std::ops::RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3_600);

async fn sign_in(stage: &Stage, password: &str) -> Result<v1::SignInResponse, tonic::Status> {
    let officer = stage.world.officer(OFFICER).unwrap().id.clone();
    let asked = v1::SignInRequest { officer, password: password.to_owned() };
    let mut session = v1::session_service_client::SessionServiceClient::new(stage.world.channel.clone());
    session.sign_in(asked).await.map(tonic::Response::into_inner)
}

/// How long the door stays shut, as the caller is told.
#[track_caller]
pub fn shut_for(status: tonic::Status) -> Duration {
    assert_eq!(status.code(), Code::ResourceExhausted);
    match Refusal::from_status(&status) {
        Refusal::Throttled { retry_after } => retry_after,
        other => panic!("the door must be shut for a time, not {other:?}"),
    }
}

/// Tries wrong passwords until the door is shut; for how long.
pub async fn shut(stage: &Stage, attempt: impl AsyncFn() -> tonic::Status) -> Duration {
    for _ in 0..MANY {
        let status = attempt().await;
        if status.code() == Code::ResourceExhausted {
            return shut_for(status);
        }
        assert_eq!(Refusal::from_status(&status), Refusal::identity("SIGN_IN_FAILED"));
    }
    panic!("{MANY} wrong passwords at {} were all looked at", stage.time.now());
}

#[test]
fn after_wrong_passwords_the_right_one_waits_too_and_is_told_how_long() {
    play_alone(SMALL, async |stage| {
        let right = stage.world.officer(OFFICER).unwrap().password.clone();
        let told = shut(stage, async || sign_in(stage, WRONG).await.unwrap_err()).await;
        assert!(LOCK.contains(&told), "{told:?}");
        let still = shut_for(sign_in(stage, &right).await.unwrap_err());
        assert!(still <= told, "trying does not prolong it: {still:?} after {told:?}");
        stage.advance(1);
        let later = shut_for(sign_in(stage, &right).await.unwrap_err());
        assert!(
            later <= still - Duration::from_secs(60),
            "what is told counts down: {later:?} after {still:?}"
        );
        // The whole minutes that are left, and the one that had begun.
        stage.advance(i64::try_from(later.as_secs() / 60).unwrap() + 1);
        assert_eq!(sign_in(stage, &right).await.unwrap().officer, stage.world.officer(OFFICER).unwrap().id);
    });
}

/// Signs an officer in at one instance of the directory, past the front.
async fn sign_in_at(desk: &Desk, officer: &str, password: &str) -> Result<v1::SignInResponse, tonic::Status> {
    let asked = v1::SignInRequest { officer: officer.to_owned(), password: password.to_owned() };
    desk.session().sign_in(asked).await.map(tonic::Response::into_inner)
}

#[test]
fn a_door_shut_at_one_instance_is_shut_at_the_other_for_those_who_exist_and_for_those_who_do_not() {
    play_in_a_house(
        async || (String::new(), ()),
        SMALL,
        async |stage| {
            let doors = stage.desks_at(Serving::Directory, OFFICER).await;
            let [first, second] = doors.as_slice() else { panic!("two instances") };
            let account = stage.world.officer(OFFICER).unwrap();
            for officer in [&*account.id, "OF-NOBODY-7"] {
                let told = shut(stage, async || sign_in_at(first, officer, WRONG).await.unwrap_err()).await;
                let other = shut_for(sign_in_at(second, officer, &account.password).await.unwrap_err());
                assert!(LOCK.contains(&other) && other <= told, "{officer}: {other:?} after {told:?}");
            }
            let neighbour = stage.world.officer("430405.edu.clerk2").unwrap();
            sign_in_at(second, &neighbour.id, &neighbour.password).await.unwrap();
            stage.advance(16);
            sign_in_at(second, &account.id, &account.password).await.unwrap();
        },
    );
}

#[test]
fn a_restart_opens_no_door_and_of_what_was_tried_the_log_has_one_event_without_a_name() {
    play_alone(SMALL, async |stage| {
        let account = stage.world.officer(OFFICER).unwrap().clone();
        shut(stage, async || sign_in(stage, WRONG).await.unwrap_err()).await;
        for _ in 0..MANY {
            shut_for(sign_in(stage, WRONG).await.unwrap_err());
        }
        stage.stop().await;
        stage.start_only(&[Serving::Directory]).await;
        shut_for(sign_in(stage, &account.password).await.unwrap_err());
        let events = stage.running().hub.log.read_all(None, 10_000).await.unwrap();
        let shut: Vec<_> = events.iter().filter(|event| event.event.kind == "door.shut").collect();
        assert_eq!(shut.len(), 1);
        let text = format!("{} {}", shut[0].event.stream, shut[0].event.data.as_str());
        assert!(!text.contains(&account.id) && !text.contains("127.0.0.1"), "{text}");
        stage.advance(16);
        sign_in(stage, &account.password).await.unwrap();
    });
}

#[test]
fn a_shut_door_leaves_those_inside_at_work() {
    play_alone(SMALL, async |stage| {
        shut(stage, async || sign_in(stage, WRONG).await.unwrap_err()).await;
        see!(stage.desk(OFFICER), education.list_clues, "", ListCluesRequest {}).unwrap();
        let who = stage.desk(OFFICER).session().who_am_i(v1::WhoAmIRequest::default()).await;
        assert_eq!(who.unwrap().into_inner().officer, stage.world.officer(OFFICER).unwrap().id);
    });
}

#[test]
fn the_old_password_is_not_to_be_guessed_either() {
    play_alone(SMALL, async |stage| {
        let desk = stage.desk(OFFICER);
        let change = async |old: &str| {
            let fresh = "Another-right-password-7";
            ask!(
                desk,
                session.change_password,
                ChangePasswordRequest { old_password: old, new_password: fresh }
            )
        };
        let told = shut(stage, async || change(WRONG).await.unwrap_err()).await;
        assert!(LOCK.contains(&told), "{told:?}");
        let right = desk.account.password.clone();
        assert!(matches!(refused(change(&right).await), Refusal::Throttled { .. }));
        assert!(matches!(refused(sign_in(stage, &right).await), Refusal::Throttled { .. }), "it is one door");
    });
}
