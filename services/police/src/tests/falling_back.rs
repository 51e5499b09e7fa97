//! A referral that the county police leave unsigned, over the whole hub: the clock service rings, the roster
//! names the fallback unit, and that unit's queue shows it.

use std::time::Duration;

use domain::actor::{Agency, Level};
use domain::ids::ReferralId;
use domain::paper::{Paper, PaperKind};
use domain::referral::{Command, Drafted, ReferralRule};
use domain::text::Text;
use hub::clocks;
use jiff::SignedDuration;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use wire::v1;
use wire::v1::police_service_server::PoliceService;
use wire::v1::watch_queue_response::News;

use super::house::{House, edu, fresh, place, psb, psb_city};

/// Until when a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

fn paper(kind: PaperKind) -> Paper {
    Paper { kind, number: None, hash: "ab".repeat(32).parse().unwrap(), size: 1 }
}

fn draft(house: &House, id: &ReferralId) -> Command {
    Command::Draft(Box::new(Drafted {
        id: id.clone(),
        clue: "CL-430405-20260908-1KK4XV97W2430-4".parse().unwrap(),
        division: "430405".parse().unwrap(),
        number: None,
        from: edu(),
        superior: place("UN-EDU-CITY", Agency::Education, Level::City, "430400"),
        procuratorate: place("UN-PROC", Agency::Procuratorate, Level::County, "430405"),
        team: vec!["OF-teacher".parse().unwrap(), "OF-colleague".parse().unwrap()],
        charges: Vec::new(),
        facts: house.sealed("facts", "卷款跑路"),
    }))
}

/// Delivered to the county police: its id and token.
async fn delivered(house: &House) -> (String, String) {
    let id = ReferralId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), 7);
    let number = || "珠教移〔2026〕1号".parse().unwrap();
    let papers = [PaperKind::Letter, PaperKind::Report, PaperKind::Items].map(paper).to_vec();
    let steps = [
        ("teacher", draft(house, &id)),
        ("teacher", Command::Submit { number: number(), papers: papers.clone() }),
        ("principal", Command::Approve { number: number(), paper: None, presiding: None }),
        ("teacher", Command::Deliver { to: psb(), number: number(), papers }),
    ];
    let mut token = String::new();
    for (by, command) in steps {
        token = house.acts::<ReferralRule>(by, id.as_str(), command).await.token().to_string();
    }
    (id.to_string(), token)
}

async fn listed(house: &House, name: &str, token: &str) -> Vec<v1::QueueEntry> {
    let ask = v1::ListQueueRequest {
        consistency_token: token.to_owned(),
        include_claimed: true,
        ..v1::ListQueueRequest::default()
    };
    house.police.api.list_queue(house.asks(name, ask)).await.unwrap().into_inner().entries
}

/// Waits for the entry on a watched queue.
async fn arrives(stream: &mut ReceiverStream<Result<v1::WatchQueueResponse, Status>>) -> v1::QueueEntry {
    let found = async {
        loop {
            if let Some(News::Changed(entry)) = stream.next().await.unwrap().unwrap().news {
                return entry;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it never came to the fallback unit's queue")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_county_leaves_unsigned_comes_to_the_city_which_signs() {
    let house = House::open().await;
    clocks::start(&house.hub, &house.hub.views, clocks::service_actor().unwrap()).unwrap();
    let (matter, token) = delivered(&house).await;
    let claim = || v1::ClaimEntryRequest { request_id: fresh(), occurred_at: None, matter: matter.clone() };
    assert!(listed(&house, "city", &token).await.is_empty());
    let early = house.police.api.claim_entry(house.asks("city", claim())).await.unwrap_err();
    assert_eq!(early.code(), Code::PermissionDenied);

    let ask = v1::WatchQueueRequest::default();
    let watch = house.police.api.watch_queue(house.asks("city", ask)).await;
    let mut watch = watch.unwrap().into_inner();
    house.hub.time.advance(SignedDuration::from_hours(26));
    let entry = arrives(&mut watch).await;
    assert_eq!((entry.matter.as_str(), entry.escalation), (matter.as_str(), 3));
    assert_eq!(
        (entry.to.unwrap().id, entry.fallback.unwrap().id),
        (psb().id.to_string(), psb_city().id.to_string())
    );
    assert_eq!(listed(&house, "duty", "").await.len(), 1, "the county may still sign");
    assert!(listed(&house, "next", "").await.is_empty());

    house.police.api.claim_entry(house.asks("city", claim())).await.unwrap();
    let number = Text::parse("R-1").unwrap();
    let sign = Command::SignReceipt { number, paper: paper(PaperKind::Receipt) };
    let token = house.acts::<ReferralRule>("city", &matter, sign).await.token().to_string();
    let kept = listed(&house, "city", &token).await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].stage.as_str(), kept[0].fallback.as_ref()), ("receipted", None));
    assert_eq!(kept[0].to.as_ref().unwrap().id, psb_city().id.to_string());
    assert!(listed(&house, "duty", &token).await.is_empty());
}
