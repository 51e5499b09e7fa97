//! Another system gets a service account and follows the log: history, then what follows, again from where it stopped.
//! Never here: places and ends of streams (`stream_places`), or what is left out of events (`stream_rights`).

use safeguard::world::{Account, Desk};
use wire::cloudevents::CloudEvent;
use wire::v1::session_service_client::SessionServiceClient;
use wire::{Refusal, cloud, v1};

use crate::acts::{HERE, ask, child_hurt_in, read, report, token, triage, unit};
use crate::follow::Follower;
use crate::stage::{SMALL, Shared, Stage, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const PASSWORD: &str = "A-system-of-the-county-9";

/// A service account of the county's bureau, signed in with a password of its own.
async fn system(stage: &Stage, number: &str) -> Desk {
    let (id, county) = (format!("OF-SYS-{number}"), unit("EDU", HERE));
    let registered = ask!(
        stage.desk("admin"),
        directory.register_officer,
        RegisterOfficerRequest {
            officer_id: &*id,
            unit_id: &*county,
            name: "学籍系统",
            roles: vec![v1::Role::Service.into()],
        }
    );
    let one_time = registered.unwrap().one_time_password;
    let asked = v1::SignInRequest { officer: id.clone(), password: one_time.clone() };
    let session = SessionServiceClient::new(stage.world.channel.clone()).sign_in(asked).await;
    let account = Account {
        id,
        unit: county,
        token: session.unwrap().into_inner().token,
        password: PASSWORD.to_owned(),
        ..stage.world.officer("hub.auditor").unwrap().clone()
    };
    let desk = Desk::new(stage.world.channel.clone(), &account).unwrap();
    let changed = ask!(
        desk,
        session.change_password,
        ChangePasswordRequest { old_password: one_time, new_password: PASSWORD }
    );
    let account = Account { token: changed.unwrap().token, ..account };
    Desk::new(stage.world.channel.clone(), &account).unwrap()
}

/// What follows a position in one matter; from its beginning when there is none.
fn wanted(matter: &str, after: &str) -> v1::SubscribeRequest {
    let from = if after.is_empty() { v1::SubscribeFrom::Beginning } else { v1::SubscribeFrom::After };
    v1::SubscribeRequest {
        from: from.into(),
        after_position: after.to_owned(),
        filter: Some(v1::EventFilter { stream_prefix: matter.to_owned(), ..Default::default() }),
        ..Default::default()
    }
}

fn ids(events: &[CloudEvent]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn a_system_gets_the_history_then_what_follows_and_goes_on_where_it_stopped() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, system) = (stage.desk("430405.edu.clerk1"), system(stage, "1").await);
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        let history = Follower::asking(&system, wanted(clue, "")).await.events().await;
        assert_eq!(history[0].r#type, "clue.reported");
        let revisions = history.iter().map(|event| cloud::word(event, "revision").parse::<usize>().unwrap());
        assert!(revisions.eq(0..history.len()), "in order, without gaps");
        assert_eq!(token(&reported), format!("{clue}@{}", history.len() - 1));

        let mut live = Follower::asking(&system, wanted(clue, "")).await;
        triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
        let next = live.kind("clue.triaged").await;
        assert_eq!(next.token, format!("{clue}@{}", history.len()));

        let middle = history.len() / 2;
        let after = cloud::word(&history[middle], "position");
        let rest = Follower::asking(&system, wanted(clue, after)).await.events().await;
        assert_eq!(ids(&rest)[..history.len() - middle - 1], ids(&history)[middle + 1..]);
        assert!(rest.iter().any(|event| event.r#type == "clue.triaged"), "and what came since");
    });
}

#[test]
fn officers_do_not_subscribe() {
    play(&STAGE, SMALL, async |stage| {
        for who in ["430405.edu.clerk1", "430405.edu.head", "430405.psb.duty1", "430405.psb.head"] {
            let desk = stage.desk(who);
            let opened = desk.streams().subscribe(wanted("CL-", "")).await.map(|_| ());
            assert_eq!(refused(opened), Refusal::Permission, "{who}");
            assert_eq!(refused(desk.streams().get_head(v1::GetHeadRequest {}).await), Refusal::Permission);
        }
    });
}
