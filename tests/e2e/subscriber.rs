//! Another system with a service account follows the log: history, then what follows, again from where it stopped, for as
//! long as it may. Never here: which events it may see, and what is left out of them.

use std::collections::VecDeque;

use safeguard::world::{Account, Desk};
use tonic::{Status, Streaming};
use wire::cloudevents::CloudEvent;
use wire::v1::session_service_client::SessionServiceClient;
use wire::v1::subscribe_response::News;
use wire::{Refusal, cloud, v1};

use crate::acts::{HERE, ask, child_hurt_in, done, read, report, see, token, triage, unit};
use crate::stage::{SMALL, Shared, Stage, fields, play, play_alone, refused, soon};

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

/// What a system follows of one matter, and the events of the last batch that were not asked for yet.
struct Feed(Streaming<v1::SubscribeResponse>, VecDeque<Event>);

/// An event as far as it matters here.
struct Event {
    id: String,
    kind: String,
    stream: String,
    revision: u64,
    position: String,
}

impl From<&CloudEvent> for Event {
    fn from(event: &CloudEvent) -> Self {
        let word = |name| cloud::word(event, name).to_owned();
        Self {
            id: event.id.clone(),
            kind: event.r#type.clone(),
            stream: word("subject"),
            revision: word("revision").parse().unwrap(),
            position: word("position"),
        }
    }
}

impl Feed {
    async fn open(desk: &Desk, from: v1::SubscribeFrom, after: &str, matter: &str) -> Result<Self, Status> {
        let wanted = v1::SubscribeRequest {
            from: from.into(),
            after_position: after.to_owned(),
            filter: Some(v1::EventFilter { stream_prefix: matter.to_owned(), ..Default::default() }),
            ..Default::default()
        };
        Ok(Self(desk.streams().subscribe(wanted).await?.into_inner(), VecDeque::new()))
    }

    /// The next that is no heartbeat.
    async fn next(&mut self) -> Result<Option<News>, Status> {
        let news = async {
            loop {
                match self.0.message().await? {
                    Some(v1::SubscribeResponse { news: Some(News::Heartbeat(_)) | None }) => {}
                    Some(told) => return Ok(told.news),
                    None => return Ok(None),
                }
            }
        };
        soon("news of the log", news).await
    }

    async fn event(&mut self) -> Event {
        loop {
            if let Some(event) = self.1.pop_front() {
                return event;
            }
            match self.next().await.unwrap().expect("the subscription ended") {
                News::Batch(batch) => self.1.extend(batch.events.unwrap().events.iter().map(Event::from)),
                News::CaughtUp(_) | News::Heartbeat(_) => {}
            }
        }
    }

    /// Everything up to the word that the history has been sent.
    async fn history(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            match self.next().await.unwrap().expect("the subscription ended") {
                News::Batch(batch) => events.extend(batch.events.unwrap().events.iter().map(Event::from)),
                News::CaughtUp(_) => return events,
                News::Heartbeat(_) => {}
            }
        }
    }

    /// Why it ends.
    async fn end(&mut self) -> Option<Refusal> {
        loop {
            match self.next().await {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(status) => return Some(Refusal::from_status(&status)),
            }
        }
    }
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn a_system_gets_the_history_then_what_follows_and_goes_on_where_it_stopped() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, system) = (stage.desk("430405.edu.clerk1"), system(stage, "1").await);
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        let mut feed = Feed::open(&system, v1::SubscribeFrom::Beginning, "", clue).await.unwrap();
        let history = feed.history().await;
        assert_eq!(history[0].kind, "clue.reported");
        let revisions: Vec<u64> = history.iter().map(|event| event.revision).collect();
        assert_eq!(revisions, (0..history.len() as u64).collect::<Vec<_>>(), "in order, without gaps");
        assert_eq!(token(&reported), format!("{clue}@{}", history.last().unwrap().revision));

        triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
        let next = feed.event().await;
        assert_eq!((next.kind.as_str(), next.revision), ("clue.triaged", history.len() as u64));
        drop(feed);

        let middle = &history[history.len() / 2];
        let after = v1::SubscribeFrom::After;
        let mut again = Feed::open(&system, after, &middle.position, clue).await.unwrap();
        let rest = again.history().await;
        assert_eq!(
            ids(&rest)[..history.len() - history.len() / 2 - 1],
            ids(&history)[history.len() / 2 + 1..]
        );
        assert!(ids(&rest).contains(&&*next.id), "and what came since");
    });
}

#[test]
fn from_now_on_is_only_what_follows_and_the_head_is_where_it_stands() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, system) = (stage.desk("430405.edu.clerk1"), system(stage, "2").await);
        let first = report(&clerk, child_hurt_in(stage, HERE)).await;
        let head = ask_head(&system).await;
        let mut feed = Feed::open(&system, v1::SubscribeFrom::Now, "", "CL-").await.unwrap();
        let Some(News::CaughtUp(place)) = feed.next().await.unwrap() else {
            panic!("nothing comes before now")
        };
        assert!(!place.position.is_empty());
        let second = report(&clerk, child_hurt_in(stage, HERE)).await;
        let seen = feed.event().await;
        assert_ne!(seen.stream, first.clue_id, "what was there before is not sent");
        assert_ne!(ask_head(&system).await, head);
        let mut all = Feed::open(&system, v1::SubscribeFrom::Beginning, "", &second.clue_id).await.unwrap();
        assert_eq!(all.history().await[0].kind, "clue.reported");
    });
}

async fn ask_head(desk: &Desk) -> String {
    desk.streams().get_head(v1::GetHeadRequest {}).await.unwrap().into_inner().position
}

#[test]
fn a_place_that_is_none_is_refused_by_name() {
    play(&STAGE, SMALL, async |stage| {
        let system = system(stage, "3").await;
        let (after, nowhere) = (v1::SubscribeFrom::After, v1::SubscribeFrom::Unspecified);
        for place in ["", "yesterday", "-1"] {
            let refused = Feed::open(&system, after, place, "").await.map(|_| ());
            assert_eq!(fields(refused), ["after_position"], "{place:?}");
        }
        assert_eq!(fields(Feed::open(&system, nowhere, "", "").await.map(|_| ())), ["from"]);
    });
}

#[test]
fn officers_do_not_subscribe() {
    play(&STAGE, SMALL, async |stage| {
        for who in ["430405.edu.clerk1", "430405.edu.head", "430405.psb.duty1", "430405.psb.head"] {
            let desk = stage.desk(who);
            let opened = Feed::open(&desk, v1::SubscribeFrom::Now, "", "").await.map(|_| ());
            assert_eq!(refused(opened), Refusal::Permission, "{who}");
            assert_eq!(refused(desk.streams().get_head(v1::GetHeadRequest {}).await), Refusal::Permission);
        }
    });
}

#[test]
fn a_subscription_ends_with_the_right_to_it() {
    play(&STAGE, SMALL, async |stage| {
        let (admin, system) = (stage.desk("admin"), system(stage, "4").await);
        let mut feed = Feed::open(&system, v1::SubscribeFrom::Beginning, "", "CL-").await.unwrap();
        feed.history().await;
        let changed = done!(
            admin,
            directory.change_roles,
            ChangeRolesRequest { officer_id: &*system.account.id, roles: vec![v1::Role::Handler.into()] }
        );
        see!(
            admin,
            directory.get_unit,
            changed.consistency_token,
            GetUnitRequest { unit_id: unit("EDU", HERE) }
        )
        .unwrap();
        assert_eq!(feed.end().await, Some(Refusal::Permission));
        let again = Feed::open(&system, v1::SubscribeFrom::Now, "", "").await.map(|_| ());
        assert_eq!(refused(again), Refusal::Permission);
    });
}

#[test]
fn a_hub_that_stops_ends_its_subscriptions_and_nothing_is_lost_over_the_restart() {
    play_alone(SMALL, async |stage| {
        let (clerk, system) = (stage.desk("430405.edu.clerk1"), system(stage, "5").await);
        report(&clerk, child_hurt_in(stage, HERE)).await;
        let mut feed = Feed::open(&system, v1::SubscribeFrom::Beginning, "", "CL-").await.unwrap();
        let before = feed.history().await;
        stage.stop().await;
        assert_eq!(feed.end().await, None, "in order, not broken off");
        stage.start_again().await;
        let second = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        let account = system.account.clone();
        let system = Desk::new(stage.world.channel.clone(), &account).unwrap();
        let place = &before.last().unwrap().position;
        let mut feed = Feed::open(&system, v1::SubscribeFrom::After, place, "CL-").await.unwrap();
        let first = feed.event().await;
        assert_eq!((first.kind.as_str(), first.stream), ("clue.reported", second.clue_id));
    });
}
