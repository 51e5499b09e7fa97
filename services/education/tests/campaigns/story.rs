//! The story of a campaign: issued, counted, frozen, blocked by a difference, corrected, verified, published.

use domain::actor::Level;
use domain::campaign::Post;
use domain::inspection::Tier;
use wire::v1;

use crate::ground::{Ground, fresh, why};
use crate::visits::{Visit, national};

fn post(level: Level, division: &str) -> Post {
    Post { level, division: division.parse().unwrap() }
}

const fn visit(by: &'static str, at: &'static str, tier: Tier, failed: &'static [&'static str]) -> Visit {
    Visit { by, at, tier, on: "2023-11-24", failed }
}

/// Institution A has both kinds of hazards, B two of one kind, C none.
const A: Visit = visit("430405", "IN-A", Tier::County, &["FS-EQ-1", "FS-EVA-1", "FS-STAFF-1"]);
const B: Visit = visit("430405", "IN-B", Tier::County, &["FS-FEQ-1", "FIRE9-5.1"]);
const REST: [Visit; 8] = [
    visit("430405", "IN-C", Tier::County, &[]),
    visit("430405", "IN-A", Tier::LookBack, &["FIRE9-3.1"]),
    visit("430400", "IN-A", Tier::City, &["FS-EQ-2"]),
    visit("430000", "IN-B", Tier::Province, &[]),
    visit("441900", "IN-D", Tier::County, &["FS-GE-1"]),
    visit("441900", "IN-D", Tier::City, &[]),
    visit("310000", "IN-E", Tier::County, &[]),
    visit("310000", "IN-E", Tier::City, &["FIRE9-4.1"]),
];

/// Writes the whole workload of the story.
async fn worked(ground: &Ground, campaign: &str) {
    for visit in [A, B].into_iter().chain(REST) {
        ground.visit(campaign, visit).await;
    }
    let county = post(Level::County, "430405");
    ground.dispatch(campaign, (county, "one", 3), &["IN-A", "IN-B"]).await;
    ground.dispatch(campaign, (county, "two", 2), &["IN-C"]).await;
    ground.dispatch(campaign, (post(Level::City, "430400"), "one", 4), &["IN-A"]).await;
    ground.dispatch(campaign, (post(Level::County, "441900"), "one", 2), &["IN-D"]).await;
    ground.dispatch(campaign, (post(Level::Province, "310000"), "one", 5), &["IN-E"]).await;
    ground.staff(campaign, ("IN-A", "one"), &[1, 2, 3]).await;
    ground.staff(campaign, ("IN-B", "one"), &[3, 4]).await;
    ground.staff(campaign, ("IN-D", "one"), &[4, 5]).await;
}

fn values(figures: Option<&v1::CampaignFigures>) -> [i64; 7] {
    let figures = figures.unwrap();
    [
        figures.dispatch_person_times(),
        figures.inst_inspected(),
        figures.inst_safety_hazard(),
        figures.inst_fire_hazard(),
        figures.inst_fire_evacuation(),
        figures.inst_fire_equipment(),
        figures.staff_queried(),
    ]
}

async fn row(ground: &Ground, campaign: &str, post: Post) -> v1::CampaignProgress {
    let asked = v1::GetPostFiguresRequest {
        consistency_token: ground.token.clone(),
        campaign_id: campaign.to_owned(),
        post: Some(wire::show::campaign::post(post)),
    };
    let answer = ground.client.clone().get_post_figures(ground.from("OF-EDU-100000", asked)).await;
    answer.unwrap().into_inner().row.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_category_counts_distinct_institutions_and_what_was_void_counts_for_nothing() {
    let ground = Ground::new().await;
    let campaign = national(&ground).await;
    worked(&ground, &campaign).await;
    let report = ground.report(&campaign, 0).await;
    assert_eq!(values(report.figures.as_ref()), [16, 5, 2, 3, 2, 1, 5]);
    assert_eq!((report.posts, report.reported, report.missing.len()), (3_219, 0, 100));
    assert!(report.frame.starts_with("10-") && report.divisions == "2026-09-11", "{report:?}");

    let county = row(&ground, &campaign, post(Level::County, "430405")).await;
    assert_eq!(values(county.counted.as_ref()), [5, 3, 1, 2, 1, 1, 4]);
    assert_eq!((county.institutions, county.target_institutions, county.inspected), (3, 3, 3));
    assert!(county.met && county.missing && county.returned.is_none(), "missing is not zero");

    ground.void_hazard(A, "FS-EVA-1").await;
    ground.void_hazard(B, "FS-FEQ-1").await;
    let county = row(&ground, &campaign, post(Level::County, "430405")).await;
    assert_eq!(values(county.counted.as_ref()), [5, 3, 1, 2, 0, 1, 4], "the other hazards of A and B stay");
    let dispatch = ground.dispatch(&campaign, (post(Level::County, "430405"), "two", 2), &["IN-C"]).await;
    ground.void_dispatch((&dispatch, "OF-EDU-430405")).await;
    let staff = ground.staff(&campaign, ("IN-B", "one"), &[3, 4]).await;
    ground.void_staff((&staff, "OF-EDU-430405")).await;
    let report = ground.report(&campaign, 0).await;
    assert_eq!(values(report.figures.as_ref()), [14, 5, 2, 3, 1, 1, 5], "4 was asked about in Dongguan too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn targets_follow_the_kind_of_place() {
    let ground = Ground::new().await;
    let campaign = national(&ground).await;
    worked(&ground, &campaign).await;
    let row = async |level, division| row(&ground, &campaign, post(level, division)).await;
    let hengyang = row(Level::City, "430400").await;
    assert_eq!((hengyang.institutions, hengyang.target_institutions, hengyang.inspected), (5, 1, 1));
    assert_eq!((hengyang.target_counties, hengyang.sampled_counties), (6, 1));
    assert!(!hengyang.met, "one institution is a tenth, one county is not half");
    let dongguan = row(Level::City, "441900").await;
    assert_eq!((dongguan.target_counties, dongguan.target_institutions, dongguan.met), (0, 1, true));
    let as_county = row(Level::County, "441900").await;
    assert_eq!((as_county.target_institutions, as_county.inspected, as_county.met), (1, 1, true));
    let shanghai = row(Level::Province, "310000").await;
    assert_eq!((shanghai.target_counties, shanghai.sampled_counties), (8, 1), "its city tier is its own");
    assert_eq!(values(shanghai.counted.as_ref())[1..5], [1, 0, 1, 1]);
    let hunan = row(Level::Province, "430000").await;
    assert_eq!((hunan.target_counties, hunan.target_institutions, hunan.met), (0, 1, true));
}

fn returned(post: Post, figures: &v1::CampaignFigures) -> v1::CampaignReturn {
    v1::CampaignReturn {
        post: Some(wire::show::campaign::post(post)),
        through: "2023-12-31".to_owned(),
        figures: Some(*figures),
    }
}

/// The first version, frozen while a county's return says nine institutions where there were three.
async fn frozen_with_a_wrong_return(ground: &Ground, campaign: &str, county: Post) -> v1::CampaignSnapshot {
    let mut client = ground.client.clone();
    let right = row(ground, campaign, county).await.counted.unwrap();
    let wrong = v1::CampaignFigures { inst_inspected: Some(9), ..right };
    let (campaign_id, returns) = (campaign.to_owned(), vec![returned(county, &wrong)]);
    let submit = v1::SubmitReturnsRequest { request_id: fresh(), campaign_id, returns, occurred_at: None };
    client.submit_returns(ground.from("OF-EDU-430405", submit)).await.unwrap();
    let seen = row(ground, campaign, county).await;
    assert_eq!((seen.missing, seen.differs.as_slice()), (false, ["inst_inspected".to_owned()].as_slice()));

    let campaign_id = campaign.to_owned();
    let freeze = v1::FreezeCampaignRequest { request_id: fresh(), campaign_id, occurred_at: None };
    let by = "OF-EDU-100000";
    let frozen = client.freeze_campaign(ground.from(by, freeze.clone())).await.unwrap().into_inner();
    let again = client.freeze_campaign(ground.from(by, freeze)).await.unwrap().into_inner();
    assert!(again.receipt.unwrap().repeated && again.snapshot == frozen.snapshot);
    let first = frozen.snapshot.unwrap();
    assert_eq!(ground.report(campaign, 0).await.digest, first.digest, "counted now it is the same");
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_difference_blocks_the_verification_and_a_correction_is_a_new_version() {
    let ground = Ground::new().await;
    let campaign = national(&ground).await;
    worked(&ground, &campaign).await;
    let mut client = ground.client.clone();
    let (one, two) = ("OF-EDU-100000", "OF-EDU-100000-2");
    let county = post(Level::County, "430405");
    let right = row(&ground, &campaign, county).await.counted.unwrap();
    let first = frozen_with_a_wrong_return(&ground, &campaign, county).await;
    let verify = |why: &str| v1::VerifyCampaignRequest {
        request_id: fresh(),
        campaign_id: campaign.clone(),
        missing_reason: why.to_owned(),
        occurred_at: None,
    };
    let refused = client.verify_campaign(ground.from(one, verify("x"))).await.unwrap_err();
    assert_eq!(why(&refused), "CAMPAIGN_OWN_FREEZE");
    let refused = client.verify_campaign(ground.from(two, verify("x"))).await.unwrap_err();
    assert_eq!(why(&refused), "CAMPAIGN_FIGURES_DIFFER");
    assert!(refused.message().contains("430405 珠晖区"), "{refused}");

    // What comes in after the freeze changes nothing that was frozen.
    ground.visit(&campaign, visit("430406", "IN-N", Tier::County, &[])).await;
    let correct = v1::CorrectCampaignRequest {
        request_id: fresh(),
        campaign_id: campaign.clone(),
        returns: vec![returned(county, &right)],
        reason: "珠晖区更正".to_owned(),
        occurred_at: None,
    };
    let second = client.correct_campaign(ground.from(one, correct)).await.unwrap().into_inner();
    let second = second.snapshot.unwrap();
    assert_eq!((first.version, second.version), (1, 2));
    assert_ne!(first.digest, second.digest);
    let refused = client.verify_campaign(ground.from(two, verify(""))).await.unwrap_err();
    assert_eq!(why(&refused), "CAMPAIGN_RETURNS_MISSING");
    let done = client.verify_campaign(ground.from(two, verify("只有珠晖区参加演练"))).await.unwrap();
    assert_eq!(done.into_inner().digest, second.digest, "counted from the log, not from the view");
    let publish =
        v1::PublishCampaignRequest { request_id: fresh(), campaign_id: campaign.clone(), occurred_at: None };
    client.publish_campaign(ground.from(one, publish)).await.unwrap();

    let versions = [ground.report(&campaign, 1).await, ground.report(&campaign, 2).await];
    let digests = versions.each_ref().map(|report| report.digest.as_str());
    assert_eq!(digests, [first.digest.as_str(), second.digest.as_str()]);
    assert_eq!((versions[1].stage.as_str(), versions[1].reported), ("campaign-published", 1));
    let asked =
        v1::GetCampaignReportRequest { campaign_id: campaign.clone(), version: 3, ..Default::default() };
    let refused = client.get_campaign_report(ground.from(one, asked)).await.unwrap_err();
    assert_eq!(why(&refused), "SHAPE");
    shown(&ground, &campaign).await;
}

/// What lists and pages show of it, and to whom.
async fn shown(ground: &Ground, campaign: &str) {
    let mut client = ground.client.clone();
    let list =
        client.list_campaigns(ground.from("OF-FIRE-430405", v1::ListCampaignsRequest::default())).await;
    let list = list.unwrap().into_inner().campaigns;
    assert_eq!(list.iter().map(|one| one.stage.as_str()).collect::<Vec<_>>(), ["campaign-published"]);
    let get = v1::GetCampaignRequest { campaign_id: campaign.to_owned(), ..Default::default() };
    let get = client.get_campaign(ground.from("OF-EDU-430405", get)).await.unwrap().into_inner();
    assert_eq!((get.snapshots.len(), get.posts, get.reported), (2, 3_219, 1));
    assert_eq!(get.plan.unwrap().phases.len(), 5);

    let asked = |division: &str, page_token: &str| v1::ListMissingReturnsRequest {
        consistency_token: ground.token.clone(),
        campaign_id: campaign.to_owned(),
        division: division.to_owned(),
        page_size: 7,
        page_token: page_token.to_owned(),
    };
    let (mut missing, mut token) = (Vec::new(), String::new());
    loop {
        let page = client.list_missing_returns(ground.from("OF-EDU-430400", asked("", &token))).await;
        let page = page.unwrap().into_inner();
        missing.extend(page.posts);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    // Twelve counties and the city, of which one has reported.
    assert_eq!(missing.len(), 12);
    assert!(missing.iter().all(|post| post.division != "430405"));
    let refused = client.list_missing_returns(ground.from("OF-EDU-430405", asked("430406", ""))).await;
    assert_eq!(why(&refused.unwrap_err()), "PERMISSION", "a county does not look into the next");
    let progress = v1::GetCampaignProgressRequest {
        consistency_token: ground.token.clone(),
        campaign_id: campaign.to_owned(),
        division: "430400".to_owned(),
        level: v1::Level::County.into(),
        page_size: 100,
        page_token: String::new(),
    };
    let page =
        client.get_campaign_progress(ground.from("OF-EDU-430000", progress)).await.unwrap().into_inner();
    let inspected: u64 = page.rows.iter().map(|row| row.inspected).sum();
    assert_eq!((page.rows.len(), inspected, page.next_page_token.as_str()), (12, 4, ""));
    assert_eq!(page.rows.iter().filter(|row| !row.missing).count(), 1);
}
