//! The same records in any order, some of them sent twice, come to the same digest, and to the law's own count.

use std::collections::BTreeMap;

use domain::actor::Level;
use domain::campaign::figures::{Count, Figures, Finding, Record};
use domain::campaign::places::Places;
use domain::campaign::{CampaignRule, Post};
use domain::inspection::Tier;
use hub::call::stream_of;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::ground::Ground;
use crate::visits::{Visit, national, place_of};

/// Something that was done.
#[derive(Debug, Clone)]
enum Deed {
    Visit(Visit),
    /// A dispatch of a county, and whether it was taken back.
    Dispatch {
        name: &'static str,
        persons: u32,
        void: bool,
    },
    /// A staff count, and whether it was taken back.
    Staff {
        at: &'static str,
        persons: Vec<u128>,
        void: bool,
    },
}

const COUNTY: &str = "430405";

fn deed() -> impl Strategy<Value = Deed> {
    let visits: Vec<(&str, &str, Tier)> = vec![
        ("430405", "IN-A", Tier::County),
        ("430405", "IN-B", Tier::County),
        ("430405", "IN-A", Tier::LookBack),
        ("430400", "IN-A", Tier::City),
        ("430400", "IN-N", Tier::City),
        ("430000", "IN-B", Tier::Province),
        ("441900", "IN-D", Tier::City),
        ("310000", "IN-E", Tier::City),
    ];
    let lines: [&[&str]; 5] =
        [&[], &["FS-EQ-1"], &["FS-EVA-1", "FS-FEQ-1"], &["FIRE9-3.1", "FS-STAFF-1"], &["FIRE9-4.1"]];
    let days = ["2023-11-21", "2023-11-22", "2023-12-02"];
    let select = prop::sample::select::<&str>;
    let visit = (prop::sample::select(visits), prop::sample::select(lines.to_vec()), select(days.to_vec()));
    prop_oneof![
        3 => visit.prop_map(|((by, at, tier), failed, on)| Deed::Visit(Visit { by, at, tier, on, failed })),
        1 => (select(vec!["one", "two", "three"]), 1..9u32, any::<bool>())
            .prop_map(|(name, persons, void)| Deed::Dispatch { name, persons, void }),
        1 => (select(vec!["IN-A", "IN-B", "IN-D"]), prop::collection::vec(1..9u128, 1..4), any::<bool>())
            .prop_map(|(at, persons, void)| Deed::Staff { at, persons, void }),
    ]
}

/// What names a deed: of two deeds of one name only the first is done.
fn name(deed: &Deed) -> String {
    match deed {
        Deed::Visit(visit) => visit.id().to_string(),
        Deed::Dispatch { name, .. } => (*name).to_owned(),
        Deed::Staff { at, .. } => (*at).to_owned(),
    }
}

fn county() -> Post {
    Post { level: Level::County, division: COUNTY.parse().unwrap() }
}

async fn done(ground: &Ground, campaign: &str, deed: &Deed) {
    match deed {
        Deed::Visit(visit) => ground.visit(campaign, *visit).await,
        Deed::Dispatch { name, persons, void } => {
            let id = ground.dispatch(campaign, (county(), name, *persons), &["IN-A"]).await;
            if *void {
                ground.void_dispatch((&id, "OF-EDU-430405")).await;
            }
        }
        Deed::Staff { at, persons, void } => {
            let id = ground.staff(campaign, (at, "one"), persons).await;
            if *void {
                ground.void_staff((&id, &format!("OF-EDU-{}", place_of(at)))).await;
            }
        }
    }
}

/// The law's own count of these deeds: the whole, and every post that has figures.
async fn law(ground: &Ground, campaign: &str, deeds: &[Deed]) -> (Figures, BTreeMap<Post, Figures>) {
    let (state, _) = ground.hub.state::<CampaignRule>(&stream_of(&campaign).unwrap()).await.unwrap();
    let places = Places::of(state.known().unwrap().plan());
    let mut posts: BTreeMap<Post, Count> = BTreeMap::new();
    for deed in deeds {
        match deed {
            Deed::Visit(visit) => {
                let (post, _) = places.visit(visit.tier, place_of(visit.at).parse().unwrap()).unwrap();
                let count = posts.entry(post).or_default();
                count.take(Record::Inspected { institution: visit.at.parse().unwrap() });
                for draft in ground.found(*visit).await {
                    if let Some(finding) = Finding::of(draft.category) {
                        let institution = visit.at.parse().unwrap();
                        count.take(Record::Found { hazard: draft.id, institution, finding });
                    }
                }
            }
            Deed::Dispatch { persons, void: false, name } => {
                let dispatch = ground.dispatch(campaign, (county(), name, *persons), &["IN-A"]).await;
                posts.entry(county()).or_default().take(Record::Dispatched { dispatch, persons: *persons });
            }
            Deed::Staff { at, persons, void: false } => {
                let count = ground.staff(campaign, (at, "one"), persons).await;
                let post = places.staff(place_of(at).parse().unwrap()).unwrap();
                let persons = persons.iter().copied().map(uuid::Uuid::from_u128).collect();
                posts.entry(post).or_default().take(Record::Queried { count, persons });
            }
            Deed::Dispatch { .. } | Deed::Staff { .. } => {}
        }
    }
    let mut total = Count::default();
    posts.values().for_each(|count| total.merge(count.clone()));
    (total.figures(), posts.into_iter().map(|(post, count)| (post, count.figures())).collect())
}

#[test]
fn any_order_and_twice_is_one_digest_and_the_laws_own_count() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let deeds = prop::collection::vec(deed(), 1..14);
    let mut runner = TestRunner::new(Config { cases: 4, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&(deeds, any::<prop::sample::Index>()), |(mut deeds, turn)| {
        let mut seen = std::collections::BTreeSet::new();
        deeds.retain(|deed| seen.insert(name(deed)));
        let mut turned: Vec<Deed> = deeds.iter().rev().cloned().collect();
        turned.rotate_left(turn.index(deeds.len()));
        runtime.block_on(async {
            let (one, other) = (Ground::new().await, Ground::new().await);
            let (here, there) = (national(&one).await, national(&other).await);
            for deed in &deeds {
                done(&one, &here, deed).await;
            }
            for deed in turned.iter().chain(&deeds) {
                done(&other, &there, deed).await;
            }
            let (report, again) = (one.report(&here, 0).await, other.report(&there, 0).await);
            let (total, posts) = law(&one, &here, &deeds).await;
            let text = domain::campaign::figures::canonical(&report.frame, &report.divisions, &total, &posts);
            assert_eq!(report.figures, Some(wire::show::campaign::figures(&total)));
            assert_eq!(report.digest, again.digest, "{deeds:?}");
            assert_eq!(report.digest, hashed(&text));
        });
        Ok(())
    });
    ran.unwrap();
}

fn hashed(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}
