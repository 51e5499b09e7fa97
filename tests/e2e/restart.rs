//! Stopping and starting again: what was accepted is there, queue, clocks and figures are the same, no clock rings twice,
//! and one folder has one hub. Never here: a crash; that is proved for the log itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use hub::config::{Config, Serving};
use tonic::Code;
use wire::v1;

use crate::acts::{HERE, child_hurt_in, clue_in, done, read, report, see, token, triage};
use crate::follow::{Follower, Heard};
use crate::stage::{SMALL, Stage, play_alone, soon};

/// Reports until the hub stops, and notes what was accepted.
async fn report_on(
    stage_desk: &safeguard::world::Desk,
    template: &v1::ReportClueRequest,
    accepted: &Mutex<Vec<String>>,
) {
    loop {
        let request = v1::ReportClueRequest { request_id: crate::stage::id(), ..template.clone() };
        match stage_desk.education().report_clue(request).await {
            Ok(answer) => accepted.lock().unwrap().push(token(&answer.into_inner())),
            Err(_) => return,
        }
    }
}

#[test]
fn a_stop_with_calls_in_flight_loses_nothing_that_was_accepted() {
    play_alone(SMALL, async |stage| {
        let accepted = Mutex::new(Vec::new());
        let enough = AtomicBool::new(false);
        let template = child_hurt_in(stage, HERE);
        let mut desks = Vec::new();
        for _ in 0..8 {
            desks.push(stage.desk_apart("430405.edu.clerk1").await);
        }
        let reporting =
            futures::future::join_all(desks.iter().map(|desk| report_on(desk, &template, &accepted)));
        let stopping = async {
            let first = stage.desk("430405.edu.clerk2");
            while !enough.load(Ordering::Relaxed) {
                report(&first, template_of(&template)).await;
                enough.store(accepted.lock().unwrap().len() > 60, Ordering::Relaxed);
            }
            stage.stop().await;
        };
        soon("the end of all", futures::future::join(reporting, stopping)).await;
        stage.start_again().await;
        let accepted = accepted.into_inner().unwrap();
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        for token in &accepted {
            let (clue, _) = token.split_once('@').unwrap();
            assert_eq!(read(&clerk, clue, token).await.stage, "received");
            see!(duty, police.get_queue_entry, token, GetQueueEntryRequest { matter: clue }).unwrap();
        }
        assert!(stage.running().hub.log.check().await.unwrap().ok);
    });
}

fn template_of(template: &v1::ReportClueRequest) -> v1::ReportClueRequest {
    v1::ReportClueRequest { request_id: crate::stage::id(), ..template.clone() }
}

/// What an officer sees of the county, without what changes by the second.
async fn picture(
    stage: &Stage,
    seen: &str,
) -> (v1::ListQueueResponse, v1::GetStatisticsResponse, v1::ListClocksResponse) {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    let mut queue =
        see!(duty, police.list_queue, seen, ListQueueRequest { page_size: 500, include_claimed: true })
            .unwrap();
    for entry in &mut queue.entries {
        entry.seconds_left = 0;
    }
    let figures = see!(clerk, education.get_statistics, seen, GetStatisticsRequest {}).unwrap();
    let mut clocks = see!(clerk, education.list_clocks, seen, ListClocksRequest { page_size: 500 }).unwrap();
    for clock in &mut clocks.clocks {
        clock.seconds_left = 0;
    }
    (queue, figures, clocks)
}

#[test]
fn queue_clocks_and_figures_are_the_same_after_a_restart_and_no_clock_rings_twice() {
    play_alone(SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let rung = report(&clerk, child_hurt_in(stage, HERE)).await.clue_id;
        let held = report(&clerk, child_hurt_in(stage, HERE)).await;
        let sorted = report(&clerk, clue_in(stage, HERE)).await;
        triage(&clerk, &read(&clerk, &sorted.clue_id, &token(&sorted)).await).await;
        let mut clocks = Follower::of(stage, &rung).await;
        stage.advance(15);
        clocks.rung("police-report", Some(50)).await;
        let claimed = done!(duty, police.claim_entry, ClaimEntryRequest { matter: &*held.clue_id });
        for half in [&rung, &held.clue_id] {
            Follower::of(stage, half).await.rung("police-report", Some(50)).await;
        }
        // The last event of either kind has been written; both views have seen it when they show the claim.
        let last = Follower::of(stage, &rung).await.history().await.pop().unwrap().token;
        picture(stage, &last).await;
        let before = picture(stage, &claimed.consistency_token).await;
        let head: u64 = stage.head().await.parse().unwrap();
        for restart in 1..=2 {
            stage.stop().await;
            stage.start_again().await;
            assert_eq!(picture(stage, &claimed.consistency_token).await, before);
            let now: u64 = stage.head().await.parse().unwrap();
            assert_eq!(
                now,
                head + 2 * restart,
                "the seat of the deliveries, left and taken, and nothing else"
            );
        }
        let mut clocks = Follower::of(stage, &rung).await;
        stage.advance(15);
        let breach = clocks.rung("police-report", None).await;
        let history = Follower::of(stage, &rung).await.history().await;
        for (kind, percent) in
            [("clock.warned", Some(50)), ("clock.warned", Some(80)), ("clock.breached", None)]
        {
            let rings = history.iter().filter(|heard| is_ring(heard, kind, percent)).count();
            assert_eq!(rings, 1, "{kind} {percent:?} up to {}", breach.token);
        }
    });
}

pub fn is_ring(heard: &Heard, kind: &str, percent: Option<u64>) -> bool {
    heard.kind == kind && heard.data["rule"] == "police-report" && heard.data["percent"].as_u64() == percent
}

#[test]
fn a_moment_that_passes_while_the_hub_is_down_rings_when_it_is_up_again() {
    play_alone(SMALL, async |stage| {
        let clue = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await.clue_id;
        stage.stop().await;
        stage.advance(45);
        stage.start_again().await;
        Follower::of(stage, &clue).await.rung("police-report", None).await;
    });
}

#[test]
fn a_second_hub_on_the_same_folder_is_refused_and_says_what_to_do() {
    play_alone(SMALL, async |stage| {
        let head = stage.head().await;
        let police = Config { serve: vec![Serving::Police], ..stage.config.clone() };
        for config in [&stage.config, &police] {
            let refused = safeguard::serve::start(config, stage.time.clone()).await;
            let said = refused.err().expect("one folder has one hub").to_string();
            assert!(said.contains("another hub is running on") && said.contains("--data"), "{said}");
        }
        report(&stage.desk("430405.edu.clerk1"), clue_in(stage, HERE)).await;
        assert_ne!(stage.head().await, head, "the first one goes on");
    });
}

#[test]
fn a_hub_that_serves_the_police_only_serves_the_same_queue_and_nothing_else() {
    play_alone(SMALL, async |stage| {
        let reported = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        stage.stop().await;
        stage.start_only(&[Serving::Police]).await;
        let duty = stage.desk("430405.psb.duty1");
        let queue = see!(duty, police.list_queue, token(&reported), ListQueueRequest {}).unwrap();
        assert_eq!(queue.entries[0].matter, reported.clue_id);
        done!(duty, police.claim_entry, ClaimEntryRequest { matter: &*reported.clue_id });
        let elsewhere =
            stage.desk("430405.edu.clerk1").education().list_clues(v1::ListCluesRequest::default()).await;
        assert_eq!(elsewhere.unwrap_err().code(), Code::Unimplemented);
        let sign_in = stage.desk("admin").session().who_am_i(v1::WhoAmIRequest::default()).await;
        assert_eq!(sign_in.unwrap_err().code(), Code::Unimplemented);
    });
}
