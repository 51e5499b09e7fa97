//! Consumer groups: two members share the work, one dies, one lies, one is a stranger; what fails waits alone; the hub
//! stops and goes on. Never here: the engine by itself, which is under fire in its own crate.

use std::collections::{BTreeMap, BTreeSet};

use safeguard::world::Desk;
use wire::v1::DeliveryOutcome::{Acknowledged, Malformed, NotYours, Parked, Retrying};
use wire::v1::consume_request::Word as Say;
use wire::{Refusal, v1};

use crate::acts::{HERE, child_hurt_in, clue_in, read, report, token, triage};
use crate::follow::{change_roles, service};
use crate::groups_seat::{Seat, create, named, place, show};
use crate::stage::{NEIGHBOURS, Stage, fields, law, play_alone, refused};

/// Two attempts, short pauses.
const TERMS: v1::GroupTerms =
    v1::GroupTerms { attempts: 2, first_pause_seconds: 10, longest_pause_seconds: 10, lease_seconds: 60 };

/// So many clues of the county, each sorted, so that each has a history; their ids.
async fn clues(stage: &Stage, count: usize) -> Vec<String> {
    let clerk = stage.desk("430405.edu.clerk1");
    let mut ids = Vec::new();
    for _ in 0..count {
        let reported = report(&clerk, clue_in(stage, HERE)).await;
        triage(&clerk, &read(&clerk, &reported.clue_id, &token(&reported)).await).await;
        ids.push(reported.clue_id);
    }
    ids
}

/// The system of the county's education bureau, with a group of this name.
async fn system(stage: &Stage, name: &str) -> Desk {
    let system = service(stage, "430405.edu.handler").await;
    create(&system, name, TERMS).await.unwrap();
    system
}

/// Works until nothing is owed; what it got, in order.
async fn drain(desk: &Desk, seat: &mut Seat, name: &str) -> Vec<(String, u64)> {
    let mut got = Vec::new();
    while show(desk, name).await.lag > 0 {
        let delivery = seat.delivery().await;
        assert_eq!(seat.acknowledge(&[&delivery.id]).await, [Acknowledged]);
        got.push(place(&delivery));
    }
    got
}

/// Each matter's revisions must come in order, without gaps, from the first.
fn in_order(got: &[(String, u64)]) {
    let mut next: BTreeMap<&str, u64> = BTreeMap::new();
    for (stream, revision) in got {
        let wanted = next.entry(stream).or_default();
        assert_eq!(revision, wanted, "{stream}");
        *wanted += 1;
    }
}

#[test]
fn two_members_share_the_work_and_when_one_dies_the_other_gets_what_it_held() {
    play_alone(NEIGHBOURS, async |stage| {
        let made = clues(stage, 6).await;
        let desk = system(stage, "cases").await;
        let (mut dying, mut living) = (
            Seat::join(&desk, "cases", 4).await,
            Seat::join(&stage.desk("430405.edu.handler"), "cases", 4).await,
        );
        let mut got = Vec::new();
        let mut held = BTreeSet::new();
        for _ in 0..2 {
            held.insert(place(&dying.delivery().await));
            let delivery = living.delivery().await;
            assert_eq!(living.acknowledge(&[&delivery.id]).await, [Acknowledged]);
            got.push(place(&delivery));
        }
        let streams: BTreeSet<&String> = held.iter().map(|(stream, _)| stream).collect();
        assert_eq!(streams.len(), 2, "one of each matter at a time");
        drop(dying);
        got.extend(drain(&desk, &mut living, "cases").await);
        in_order(&got);
        assert!(held.iter().all(|one| got.contains(one)), "what the dead member held came to the other");
        assert_eq!(
            got.iter().map(|(stream, _)| stream.clone()).collect::<BTreeSet<_>>(),
            made.into_iter().collect()
        );
        let group = show(&desk, "cases").await;
        assert_eq!((group.members, group.in_flight, group.parked), (1, 0, 0));
    });
}

#[test]
fn a_lie_about_acknowledgements_is_answered_and_harms_nobody() {
    play_alone(NEIGHBOURS, async |stage| {
        clues(stage, 2).await;
        let desk = system(stage, "cases").await;
        let mut honest = Seat::join(&desk, "cases", 1).await;
        let mut liar = Seat::join(&desk, "cases", 1).await;
        let (mine, other) = (honest.delivery().await, liar.delivery().await);
        let lies = [mine.id.as_str(), "1.1", "999999.1", "0.0", "x", "", "1.1.1"];
        let told = liar.acknowledge(&lies).await;
        assert_eq!(told, [NotYours, NotYours, NotYours, NotYours, Malformed, Malformed, Malformed]);
        assert_eq!(liar.refuse(&mine.id, true).await, [NotYours]);
        assert_eq!(honest.acknowledge(&[&mine.id]).await, [Acknowledged]);
        assert_eq!(honest.acknowledge(&[&mine.id]).await, [NotYours], "twice");
        assert_eq!(liar.acknowledge(&[&other.id, &other.id]).await, [Acknowledged, NotYours]);
        let many = Say::Acknowledge(v1::Acknowledge { delivery_ids: vec!["1.1".to_owned(); 1_001] });
        liar.say(many);
        assert!(matches!(liar.end().await, Some(Refusal::Shape(_))));
        let got = drain(&desk, &mut honest, "cases").await;
        assert!(!got.is_empty());
    });
}

#[test]
fn a_group_of_strangers_is_refused_in_the_same_words_whether_it_exists_or_not() {
    play_alone(NEIGHBOURS, async |stage| {
        let desk = system(stage, "cases").await;
        let unit = desk.account.unit.clone();
        let strangers =
            [service(stage, "430405.psb.duty1").await, service(stage, "430412.edu.handler").await];
        let officer = stage.desk("430405.edu.clerk1");
        for stranger in strangers.iter().chain([&officer]) {
            for (name, unit) in
                [("cases", unit.as_str()), ("none", &unit), ("cases", "UN-EDU-999999"), ("cases", "x")]
            {
                let group = Some(v1::GroupRef { name: name.to_owned(), unit_id: unit.to_owned() });
                let get = stranger.groups().get_group(v1::GetGroupRequest { group: group.clone() }).await;
                assert_eq!(refused(get), Refusal::Permission, "{name} {unit}");
                let delete = v1::DeleteGroupRequest { group: group.clone() };
                assert_eq!(refused(stranger.groups().delete_group(delete).await), Refusal::Permission);
                let replay = v1::ReplayParkedRequest { group: group.clone(), ..Default::default() };
                assert_eq!(refused(stranger.groups().replay_parked(replay).await), Refusal::Permission);
                let join = Say::Join(v1::JoinGroup { group, max_in_flight: 1 });
                match Seat::saying(stranger, join).await {
                    Ok(mut seat) => assert_eq!(seat.end().await, Some(Refusal::Permission)),
                    Err(status) => assert_eq!(Refusal::from_status(&status), Refusal::Permission),
                }
            }
        }
        // The same name in another unit is another group; one's own that does not exist is told so.
        create(&strangers[0], "cases", TERMS).await.unwrap();
        let none = strangers[0].groups().get_group(v1::GetGroupRequest { group: named("none") }).await;
        assert_eq!(law(none), "GROUP_UNKNOWN");
        // Whoever runs the hub may look and help, and never be a member.
        let admin = stage.desk("admin");
        let listed =
            admin.groups().list_groups(v1::ListGroupsRequest { unit_id: unit.clone() }).await.unwrap();
        assert_eq!(listed.into_inner().groups.len(), 1);
        let group = Some(v1::GroupRef { name: "cases".to_owned(), unit_id: unit });
        let join = Say::Join(v1::JoinGroup { group, max_in_flight: 1 });
        assert!(Seat::saying(&admin, join).await.is_err());
    });
}

#[test]
fn a_matter_that_fails_is_parked_alone_warned_of_replayed_and_discarded() {
    play_alone(NEIGHBOURS, async |stage| {
        let made = clues(stage, 3).await;
        let desk = system(stage, "cases").await;
        let mut seat = Seat::join(&desk, "cases", 1).await;
        let first = seat.delivery().await;
        assert_eq!((place(&first), first.attempt), ((made[0].clone(), 0), 1));
        assert_eq!(seat.refuse(&first.id, false).await, [Retrying]);
        let mut got = Vec::new();
        loop {
            let delivery = seat.delivery().await;
            assert_eq!(seat.acknowledge(&[&delivery.id]).await, [Acknowledged]);
            got.push(place(&delivery));
            if show(&desk, "cases").await.lag == show(&desk, "cases").await.waiting + 1 {
                break;
            }
        }
        in_order(&got);
        assert!(got.iter().all(|(stream, _)| *stream != made[0]), "the matter that failed waits");
        stage.advance(1);
        let again = seat.delivery().await;
        assert_eq!((place(&again), again.attempt), (place(&first), 2));
        assert_eq!(seat.refuse(&again.id, false).await, [Parked]);

        let parked = v1::ListParkedRequest { group: named("cases"), ..Default::default() };
        let parked = desk.groups().list_parked(parked).await.unwrap().into_inner().parked;
        let [event] = parked.as_slice() else { panic!("{parked:?}") };
        assert_eq!(
            (event.stream.as_str(), event.deliveries, event.reason.as_str()),
            (made[0].as_str(), 2, "database is full")
        );
        assert!(event.waiting > 0);
        stage.advance(61);
        let beat = seat.beat(|beat| !beat.warnings.is_empty()).await;
        assert_eq!(beat.warnings, [i32::from(v1::GroupWarning::Parked)]);
        let group = show(&desk, "cases").await;
        assert!(group.oldest_parked_seconds >= 3_660 && group.warnings == beat.warnings, "{group:?}");

        let replay =
            |dry_run| v1::ReplayParkedRequest { group: named("cases"), dry_run, ..Default::default() };
        let counted = desk.groups().replay_parked(replay(true)).await.unwrap().into_inner();
        assert_eq!((counted.replayed, counted.waiting), (1, event.waiting));
        assert_eq!(show(&desk, "cases").await.parked, 1, "a dry run changes nothing");
        assert_eq!(desk.groups().replay_parked(replay(false)).await.unwrap().into_inner(), counted);
        let third = seat.delivery().await;
        assert_eq!(seat.refuse(&third.id, true).await, [Parked]);
        let discard = v1::DiscardParkedRequest {
            group: named("cases"),
            positions: vec![event.position.clone()],
            reason: "seen by hand".to_owned(),
        };
        assert_eq!(desk.groups().discard_parked(discard).await.unwrap().into_inner().discarded, 1);
        let rest = drain(&desk, &mut seat, "cases").await;
        let wanted: Vec<(String, u64)> = (1..=event.waiting).map(|at| (made[0].clone(), at)).collect();
        assert_eq!(rest, wanted, "what waited behind it follows, in order");
        let group = show(&desk, "cases").await;
        assert_eq!((group.discarded, group.parked, group.warnings.len()), (1, 0, 0));
    });
}

#[test]
fn the_hub_stops_and_nothing_that_was_acknowledged_comes_again_and_the_rest_does() {
    play_alone(NEIGHBOURS, async |stage| {
        clues(stage, 4).await;
        let desk = system(stage, "cases").await;
        let mut seat = Seat::join(&desk, "cases", 2).await;
        let mut got = Vec::new();
        for _ in 0..3 {
            let delivery = seat.delivery().await;
            assert_eq!(seat.acknowledge(&[&delivery.id]).await, [Acknowledged]);
            got.push(place(&delivery));
        }
        let held = seat.delivery().await;
        stage.stop().await;
        assert_eq!(seat.end().await, None, "in order, not broken off");
        stage.start_again().await;
        let desk = stage.desk("430405.edu.handler");
        clues(stage, 1).await;
        let mut seat = Seat::join(&desk, "cases", 9).await;
        assert_eq!(seat.acknowledge(&[&held.id]).await, [NotYours], "a seat of before the stop");
        got.extend(drain(&desk, &mut seat, "cases").await);
        in_order(&got);
        assert!(got.contains(&place(&held)));
    });
}

#[test]
fn a_seat_ends_soon_with_the_right_to_it_or_the_group() {
    play_alone(NEIGHBOURS, async |stage| {
        let desk = system(stage, "cases").await;
        let mut seat = Seat::join(&desk, "cases", 1).await;
        let deleted = v1::DeleteGroupRequest { group: named("cases") };
        desk.groups().delete_group(deleted).await.unwrap();
        assert!(matches!(seat.end().await, Some(Refusal::Law { reason, .. }) if reason == "GROUP_UNKNOWN"));
        create(&desk, "cases", TERMS).await.unwrap();
        let mut seat = Seat::join(&desk, "cases", 1).await;
        change_roles(stage, "430405.edu.handler", vec![v1::Role::Handler.into()]).await;
        assert_eq!(seat.end().await, Some(Refusal::Permission));
    });
}

#[test]
fn what_is_wrong_with_a_request_is_named_all_at_once() {
    play_alone(NEIGHBOURS, async |stage| {
        let desk = system(stage, "cases").await;
        let request = v1::CreateGroupRequest {
            name: "No Spaces".to_owned(),
            from: v1::SubscribeFrom::After.into(),
            after_position: "99999999".to_owned(),
            filter: Some(v1::EventFilter { kinds: vec!["clue.shredded".to_owned()], ..Default::default() }),
            terms: Some(v1::GroupTerms { attempts: 101, lease_seconds: 9_999, ..TERMS }),
        };
        let named_at_once = fields(desk.groups().create_group(request).await);
        let wanted = ["after_position", "filter.kinds[0]", "name", "terms.attempts", "terms.lease_seconds"];
        assert_eq!(named_at_once, wanted);
        let other = create(&desk, "cases", v1::GroupTerms { attempts: 9, ..TERMS }).await;
        assert_eq!(law(other), "GROUP_EXISTS");
        assert_eq!(
            create(&desk, "cases", TERMS).await.unwrap().created_by,
            desk.account.id,
            "the same again"
        );
        let discard = v1::DiscardParkedRequest { group: named("cases"), ..Default::default() };
        assert_eq!(fields(desk.groups().discard_parked(discard).await), ["positions", "reason"]);
        let mut mute = Seat::saying(&desk, Say::Acknowledge(v1::Acknowledge::default())).await.unwrap();
        assert!(matches!(mute.end().await, Some(Refusal::Shape(_))));
        report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        let mut seat = Seat::join(&desk, "cases", 1).await;
        let delivery = seat.delivery().await;
        seat.say(Say::Refuse(v1::RefuseDelivery { delivery_id: delivery.id, ..Default::default() }));
        assert!(matches!(seat.end().await, Some(Refusal::Shape(_))), "a refusal says why");
    });
}
