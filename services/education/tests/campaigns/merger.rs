//! A county that was merged while the campaign ran counts at its successor.

use domain::actor::Level;
use domain::campaign::Post;
use domain::inspection::Tier;
use wire::v1;

use crate::ground::Ground;
use crate::visits::{Visit, issued};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_in_a_county_before_it_was_merged_counts_at_its_successor() {
    let ground = Ground::new().await;
    let phase = |kind: v1::PhaseKind, closes: &str| v1::CampaignPhase {
        kind: kind.into(),
        opens: "2026-01-05".to_owned(),
        closes: closes.to_owned(),
        counties: None,
        institutions: Some(v1::Share { part: 1, of: 1 }),
    };
    let draft = v1::DraftCampaignRequest {
        title: "春季安全检查".to_owned(),
        issuers: vec![v1::Agency::Education.into(), v1::Agency::Police.into(), v1::Agency::Fire.into()],
        opens: "2026-01-05".to_owned(),
        closes: "2026-06-30".to_owned(),
        phases: vec![phase(v1::PhaseKind::CountyInspection, "2026-05-31")],
        tasks: vec!["消防安全".to_owned()],
        ..Default::default()
    };
    let campaign = issued(&ground, "100000", draft).await;
    let visit = |by, at, on, failed| Visit { by, at, tier: Tier::County, on, failed };
    ground.visit(&campaign, visit("500105", "IN-X", "2026-01-12", &["FS-EVA-1"])).await;
    ground.visit(&campaign, visit("500157", "IN-Z", "2026-03-12", &[])).await;
    // The same institution again, after the merger, by who took over.
    ground.visit(&campaign, visit("500157", "IN-X", "2026-03-20", &[])).await;
    let asked = v1::GetCampaignProgressRequest {
        consistency_token: ground.token.clone(),
        campaign_id: campaign.clone(),
        division: "500000".to_owned(),
        level: v1::Level::County.into(),
        page_size: 500,
        page_token: String::new(),
    };
    let answer = ground.client.clone().get_campaign_progress(ground.from("OF-EDU-100000", asked)).await;
    let rows = answer.unwrap().into_inner().rows;
    let of = |division: &str| rows.iter().find(|row| row.post.as_ref().unwrap().division == division);
    assert!(of("500105").is_none() && of("500112").is_none(), "who is merged reports no more");
    let merged = of("500157").unwrap();
    assert_eq!((merged.institutions, merged.target_institutions, merged.inspected), (3, 3, 2));
    assert_eq!(merged.counted.unwrap().inst_fire_evacuation(), 1);
    let old = Post { level: Level::County, division: "500105".parse().unwrap() };
    let asked = v1::GetPostFiguresRequest {
        campaign_id: campaign,
        post: Some(wire::show::campaign::post(old)),
        ..Default::default()
    };
    let refused = ground.client.clone().get_post_figures(ground.from("OF-EDU-100000", asked)).await;
    assert_eq!(crate::ground::why(&refused.unwrap_err()), "SHAPE");
}
