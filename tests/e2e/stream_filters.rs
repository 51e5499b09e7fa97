//! A filter lets through what filtering the whole log by hand lets through, and says everything that is wrong with it.
//! Never here: what a subscriber may see of an event.

use domain::actor::Agency;
use domain::category::{Category, Urgency};
use domain::division::{DivisionCode, Divisions};
use domain::matter::Matter;
use hub::project::Positioned;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use wire::convert::OnWire;
use wire::{cloud, v1};

use crate::acts::{BESIDE, HERE, child_hurt_in, clue_in, read, report, substantiated, token, triage};
use crate::follow::Follower;
use crate::stage::{NEIGHBOURS, Shared, Stage, fields, play};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// Random filters tried.
const TRIED: usize = 60;

/// Matters of two counties, several categories and urgencies, at several stages.
async fn some_matters(stage: &Stage) {
    for place in [HERE, BESIDE] {
        let clerk = stage.desk(&format!("{place}.edu.clerk1"));
        for category in [v1::Category::FeeFraud, v1::Category::FireExit, v1::Category::Perimeter] {
            for urgency in [v1::Urgency::U2, v1::Urgency::U4] {
                let request = v1::ReportClueRequest {
                    category: category.into(),
                    urgency: urgency.into(),
                    ..clue_in(stage, place)
                };
                let reported = report(&clerk, request).await;
                if urgency == v1::Urgency::U2 {
                    triage(&clerk, &read(&clerk, &reported.clue_id, &token(&reported)).await).await;
                }
            }
        }
        report(&clerk, child_hurt_in(stage, place)).await;
    }
    substantiated(stage).await;
}

fn codes<T: OnWire>(all: &'static [T]) -> impl Strategy<Value = Vec<i32>> {
    // A value may not be named twice, so sets of one or two different ones.
    let numbers: Vec<i32> = all.iter().map(|value| value.to_wire()).collect();
    prop_oneof![2 => Just(Vec::new()), 1 => proptest::sample::subsequence(numbers, 1..3)]
}

fn filters() -> impl Strategy<Value = v1::EventFilter> {
    let kinds =
        vec!["clue.*", "clue.reported", "clock.*", "clock.started", "unit.*", "officer.registered", "*"];
    let streams = vec!["", "CL-", "CL-430405", "CL-4304", "UN-", "OF-PSB", "RF-"];
    let places = vec!["4", "43", "4304", "43040", "430405", "430412", "430400", "100000", "11"];
    (
        vec(select(kinds), 0..3),
        select(streams),
        codes(Category::ALL.as_slice()),
        vec(select(places), 0..3),
        codes(Agency::ALL.as_slice()),
        codes(Urgency::ALL.as_slice()),
    )
        .prop_map(|(kinds, stream, categories, divisions, agencies, urgencies)| v1::EventFilter {
            kinds: kinds.into_iter().map(str::to_owned).collect(),
            stream_prefix: stream.to_owned(),
            categories,
            divisions: divisions.into_iter().map(str::to_owned).collect(),
            agencies,
            urgencies,
        })
}

/// The same question asked of one event by hand.
fn by_hand(filter: &v1::EventFilter, event: &Positioned, matter: &Matter) -> bool {
    let kind = &event.event.kind;
    let named = filter.kinds.iter().any(|wanted| match wanted.split_once('*') {
        Some((beginning, _)) => kind.starts_with(beginning),
        None => wanted == kind,
    });
    let lies = |at: DivisionCode| {
        let there = |text: &String| match text.parse::<DivisionCode>() {
            Ok(area) => Divisions::standard().is_within(at, area),
            Err(_) => at.as_str().starts_with(text.as_str()),
        };
        filter.divisions.iter().any(there)
    };
    let agencies: Vec<i32> = matter.scope.agencies.iter().map(|agency| agency.to_wire()).collect();
    let none = |asked: bool, fits: bool| !asked || fits;
    none(!filter.kinds.is_empty(), named)
        && event.event.stream.as_str().starts_with(&filter.stream_prefix)
        && none(
            !filter.categories.is_empty(),
            matter.category.is_some_and(|is| filter.categories.contains(&is.to_wire())),
        )
        && none(
            !filter.urgencies.is_empty(),
            matter.urgency.is_some_and(|is| filter.urgencies.contains(&is.to_wire())),
        )
        && none(!filter.divisions.is_empty(), matter.scope.division.is_some_and(lies))
        && none(!filter.agencies.is_empty(), agencies.iter().any(|agency| filter.agencies.contains(agency)))
}

/// The whole log with the matter of each event, without what the auditor may see nothing of.
async fn whole(stage: &Stage) -> Vec<(Positioned, std::sync::Arc<Matter>)> {
    let hub = &stage.running().hub;
    let auditor = stage.world.officer("hub.auditor").unwrap();
    let auditor = hub.roster.account(&auditor.id.parse().unwrap()).unwrap().unwrap();
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = hub.log.read_all(after, 500).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.position);
        for event in page {
            let stream = &event.event.stream;
            let Some(matter) = hub.matter(stream).await.unwrap() else { continue };
            if !hub.sight(&auditor.actor, stream, &matter).nothing() {
                all.push((event, matter));
            }
        }
    }
}

#[test]
fn a_filter_lets_through_what_the_same_question_of_the_whole_log_does() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        some_matters(stage).await;
        let whole = whole(stage).await;
        assert!(whole.len() > 100, "only {} events", whole.len());
        let mut runner = TestRunner::deterministic();
        let (mut some, mut mixed) = (0, 0);
        for _ in 0..TRIED {
            let filter = filters().new_tree(&mut runner).unwrap().current();
            let wanted = v1::SubscribeRequest {
                from: v1::SubscribeFrom::Beginning.into(),
                filter: Some(filter.clone()),
                ..Default::default()
            };
            let sent = Follower::asking(&stage.desk("hub.auditor"), wanted).await.events().await;
            let sent: Vec<&str> = sent.iter().map(|event| cloud::word(event, "position")).collect();
            let expected = whole.iter().filter(|(event, matter)| by_hand(&filter, event, matter));
            let expected: Vec<String> = expected.map(|(event, _)| event.position.to_string()).collect();
            assert_eq!(sent, expected, "{filter:?}");
            some += usize::from(!sent.is_empty());
            mixed += usize::from(!sent.is_empty() && sent.len() < whole.len() / 2);
        }
        assert!(
            some >= 8 && mixed >= 4,
            "filters that let something through: {some}, of which narrow: {mixed}"
        );
    });
}

#[test]
fn a_malformed_filter_is_refused_with_every_fault_named() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let filter = v1::EventFilter {
            kinds: vec![
                "clue.reported".to_owned(),
                "clue.nothing".to_owned(),
                "x*".to_owned(),
                String::new(),
            ],
            stream_prefix: "CL 4304".to_owned(),
            categories: vec![v1::Category::FeeFraud.into(), 0, 99],
            divisions: vec!["0".to_owned(), "430405".to_owned(), "999999".to_owned(), "43x".to_owned()],
            agencies: vec![-1],
            urgencies: vec![v1::Urgency::U1.into(), v1::Urgency::U1.into()],
        };
        let wanted = v1::SubscribeRequest {
            from: v1::SubscribeFrom::After.into(),
            after_position: "x".to_owned(),
            filter: Some(filter),
            log: "another".to_owned(),
        };
        let refused = fields(stage.desk("hub.auditor").streams().subscribe(wanted).await);
        let expected = [
            "after_position",
            "filter.agencies[0]",
            "filter.categories[1]",
            "filter.categories[2]",
            "filter.divisions[0]",
            "filter.divisions[2]",
            "filter.divisions[3]",
            "filter.kinds[1]",
            "filter.kinds[2]",
            "filter.kinds[3]",
            "filter.stream_prefix",
            "filter.urgencies",
            "log",
        ];
        assert_eq!(refused, expected);
        let many = v1::EventFilter { kinds: vec!["clue.*".to_owned(); 101], ..Default::default() };
        let many = v1::SubscribeRequest {
            from: v1::SubscribeFrom::Now.into(),
            filter: Some(many),
            ..Default::default()
        };
        assert_eq!(fields(stage.desk("hub.auditor").streams().subscribe(many).await), ["filter.kinds"]);
    });
}
