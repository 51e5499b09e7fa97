//! Accesses by break-glass over a real log: what is open, to whom, until when, and the record of each use.

use std::time::Duration;

use domain::actor::{Actor, Agency, Level, Role};
use domain::break_glass::{BreakGlassRule, Ceiling, Command, Requested, Target, Terms};
use domain::class::Class;
use domain::ids::GrantId;
use domain::text::Text;
use eventlog::{EventLog, Revision, StreamName};
use hub::grants::{Grants, Opened};
use hub::reads::Way;
use hub::{Hub, Time, mint};
use jiff::SignedDuration;
use uuid::Uuid;
use wire::Refusal;

use crate::scene::{clerk, education, kinds, officer, order, scene_over, unit};

fn leader() -> Actor {
    officer(education(), "leader", &[Role::Leader])
}

fn matter() -> (Target, StreamName) {
    let command = Uuid::now_v7();
    let id = mint::clue_id(command, education().division, jiff::Timestamp::now());
    let stream = StreamName::parse(id.as_str()).unwrap();
    (Target::Clue(id), stream)
}

/// Asks for and approves an access of the clerk; answers its stream once the view shows it.
async fn open(hub: &Hub, matter: &Target, terms: Terms) -> StreamName {
    let day = jiff::civil::date(2026, 11, 23);
    let id: GrantId = mint::grant_id(Uuid::now_v7(), education().division, day);
    let stream = StreamName::parse(id.as_str()).unwrap();
    let reason = Text::parse("督办").unwrap();
    let asked = Requested { id, matter: matter.clone(), unit: education(), superior: None, reason, terms };
    let request = Command::Request { asked: Box::new(asked), overdue: None };
    hub.handle::<BreakGlassRule>(&stream, &order(clerk(), request)).await.unwrap();
    let done =
        hub.handle::<BreakGlassRule>(&stream, &order(leader(), Command::Approve { terms })).await.unwrap();
    hub.grants.view().wait(&done.token(), Duration::from_secs(30)).await.unwrap();
    stream
}

async fn uses(hub: &Hub, stream: &StreamName) -> usize {
    kinds(hub, stream).await.iter().filter(|kind| *kind == "break-glass.used").count()
}

#[tokio::test]
async fn an_access_is_open_to_its_officer_in_its_unit_until_its_end() {
    let time = Time::system();
    let scene = scene_over(EventLog::memory(), time.clone());
    let hub = &scene.hub;
    let (target, stream) = matter();
    assert_eq!(hub.grants.opened(&stream, &clerk(), time.now()), None);
    let personal = Terms { class: Ceiling::Personal, reporter: true, hours: 1 };
    let _ = open(hub, &target, personal).await;
    let opened = |actor: &Actor| hub.grants.opened(&stream, actor, time.now());
    assert_eq!(opened(&clerk()), Some(Opened { class: Class::Personal, reporter: true }));
    let _ = open(hub, &target, Terms { class: Ceiling::Sensitive, reporter: false, hours: 2 }).await;
    assert_eq!(opened(&clerk()), Some(Opened { class: Class::Sensitive, reporter: true }), "both together");
    assert_eq!(opened(&leader()), None);
    let moved = Actor { unit: unit(Agency::Education, Level::County, "430412"), ..clerk() };
    assert_eq!(opened(&moved), None, "it was approved for the unit");
    let (_, other) = matter();
    assert_eq!(hub.grants.opened(&other, &clerk(), time.now()), None);

    let again = Grants::start(scene.folder.path(), &hub.log).unwrap();
    assert!(again.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
    assert_eq!(
        again.opened(&stream, &clerk(), time.now()),
        opened(&clerk()),
        "a view folded anew is the same"
    );
    time.advance(SignedDuration::from_mins(61));
    assert_eq!(opened(&clerk()), Some(Opened { class: Class::Sensitive, reporter: false }));
    time.advance(SignedDuration::from_mins(60));
    assert_eq!(opened(&clerk()), None, "whether or not a clock rang");
}

#[tokio::test]
async fn readings_of_one_way_within_a_minute_are_one_use_on_however_many_instances() {
    let time = Time::system();
    let scene = scene_over(EventLog::memory(), time.clone());
    let beside = scene_over(scene.hub.log.clone(), time.clone());
    let (target, stream) = matter();
    let access =
        open(&scene.hub, &target, Terms { class: Ceiling::Sensitive, reporter: false, hours: 1 }).await;
    assert!(beside.hub.grants.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
    // To the start of a minute of the clock, so that none ends in between.
    time.advance(SignedDuration::from_secs(60 - time.now().as_second().rem_euclid(60)));
    for hub in [&scene.hub, &beside.hub, &scene.hub] {
        hub.use_grant(&clerk(), &stream, Way::Query).await.unwrap();
    }
    assert_eq!(uses(&scene.hub, &access).await, 1);
    scene.hub.use_grant(&clerk(), &stream, Way::Document).await.unwrap();
    assert_eq!(uses(&scene.hub, &access).await, 2, "another way");
    time.advance(SignedDuration::from_secs(60));
    scene.hub.use_grant(&clerk(), &stream, Way::Query).await.unwrap();
    assert_eq!(uses(&scene.hub, &access).await, 3, "another minute");
    assert_eq!(scene.hub.use_grant(&leader(), &stream, Way::Query).await, Err(Refusal::Permission));
    time.advance(SignedDuration::from_hours(1));
    assert_eq!(scene.hub.use_grant(&clerk(), &stream, Way::Query).await, Err(Refusal::Permission));
    let last = scene.hub.log.read(&access, Revision::FIRST).await.unwrap();
    assert_eq!(
        last.iter().filter(|event| event.kind == "clock.started").count(),
        2,
        "its end and its review"
    );
}
