//! Visits reported in bulk and signed for in bulk: each answered by its number, what is bad refused by name, what was sent
//! again repeated, and a broken stream resumed without loss or double counting.

use std::collections::BTreeMap;

use domain::actor::Agency;
use domain::campaign::{self, CampaignRule, Phase, PhaseKind, Plan};
use domain::ids::CampaignId;
use domain::text::Text;
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use wire::convert::timestamp;
use wire::v1::bulk_outcome::What;
use wire::v1::{self, BulkOutcome};

use crate::town::{ELSEWHERE, SCHOOL, Town, actor, fresh};
use crate::visit::{FAIL, FIXED, answer, member, plan};

/// A visit of two hours that ended an hour ago, in which everything passed.
fn clean(town: &Town) -> v1::InspectionReport {
    let from = town.now() - SignedDuration::from_hours(3);
    let mut plan = plan(town, 0);
    plan.invited_unit_ids.pop();
    plan.on = hub::mint::beijing_day(from).to_string();
    v1::InspectionReport {
        request_id: fresh(),
        plan: Some(plan),
        members: vec![member("edu"), member("fire")],
        from: Some(timestamp(from)),
        until: Some(timestamp(from + SignedDuration::from_hours(2))),
        ..Default::default()
    }
}

fn changed(town: &Town, change: impl FnOnce(&mut v1::InspectionReport)) -> v1::InspectionReport {
    let mut report = clean(town);
    change(&mut report);
    report
}

fn numbered(reports: &[v1::InspectionReport]) -> Vec<v1::ReportInspectionsRequest> {
    let record = |(number, report): (u64, &v1::InspectionReport)| v1::ReportInspectionsRequest {
        number,
        report: Some(report.clone()),
    };
    (0..).zip(reports).map(record).collect()
}

async fn sent(town: &Town, by: &str, reports: &[v1::InspectionReport]) -> BTreeMap<u64, BulkOutcome> {
    let request = town.asks(by, stream::iter(numbered(reports)));
    let answers = town.client.clone().report_inspections(request).await.unwrap().into_inner();
    let outcomes = answers.map(|answer| answer.unwrap().outcome.unwrap());
    outcomes.map(|outcome| (outcome.number, outcome)).collect().await
}

/// What became of signatures, each with its own id.
async fn signed(town: &Town, by: &str, all: &[(String, String)]) -> Vec<String> {
    let record =
        |(number, (request_id, inspection_id)): (u64, &(String, String))| v1::SignInspectionsRequest {
            request_id: request_id.clone(),
            occurred_at: None,
            inspection_id: inspection_id.clone(),
            number,
        };
    let records: Vec<_> = (0..).zip(all).map(record).collect();
    let answers = town.client.clone().sign_inspections(town.asks(by, stream::iter(records))).await.unwrap();
    let outcomes = answers.into_inner().map(|answer| answer.unwrap().outcome.unwrap());
    let outcomes: BTreeMap<u64, String> =
        outcomes.map(|outcome| (outcome.number, told(&outcome))).collect().await;
    outcomes.into_values().collect()
}

fn told(outcome: &BulkOutcome) -> String {
    match outcome.what.as_ref().unwrap() {
        What::Recorded(_) => "recorded".to_owned(),
        What::Repeated(_) => "repeated".to_owned(),
        What::Refused(why) if why.faults.is_empty() => why.reason.clone(),
        What::Refused(why) => {
            why.faults.iter().map(|one| format!("{}:{}", one.field, one.reason)).collect::<Vec<_>>().join(" ")
        }
    }
}

fn id_of(outcome: &BulkOutcome) -> String {
    match outcome.what.as_ref().unwrap() {
        What::Recorded(one) | What::Repeated(one) => one.matter_id.clone(),
        What::Refused(why) => panic!("refused: {}", why.reason_en),
    }
}

/// A campaign that began yesterday.
async fn campaign(town: &Town) -> String {
    let by = actor("city");
    let id = CampaignId::new("430400".parse().unwrap(), town.day(0), 1);
    let (opens, closes) = (town.day(-1), town.day(30));
    let kind = PhaseKind::CountyInspection;
    let plan = Plan {
        id: id.clone(),
        title: Text::parse("安全守护").unwrap(),
        lead: by.unit.clone(),
        issuers: [Agency::Education].into(),
        opens,
        closes,
        phases: vec![Phase { kind, opens, closes, counties: None, institutions: None }],
        tasks: vec![Text::parse("设施").unwrap()],
    };
    town.act::<CampaignRule>(id.as_str(), &by, campaign::Command::Draft(Box::new(plan))).await;
    id.to_string()
}

/// What is wrong with a record, and what it is refused with.
fn bad(town: &Town, campaign: &str) -> Vec<(v1::InspectionReport, &'static str)> {
    let of = |change: &dyn Fn(&mut v1::InspectionPlan)| {
        changed(town, |report| change(report.plan.as_mut().unwrap()))
    };
    let failed = |finding: &str, line: &str| {
        let finding = finding.to_owned();
        changed(town, |report| report.answers = vec![v1::LineAnswer { finding, ..answer(line, FAIL) }])
    };
    let early = town.now() - SignedDuration::from_hours(24 * 9);
    let before = changed(town, |report| {
        let plan = report.plan.as_mut().unwrap();
        (plan.campaign_id, plan.on) = (campaign.to_owned(), hub::mint::beijing_day(early).to_string());
        (report.from, report.until) = (Some(timestamp(early)), Some(timestamp(early)));
    });
    let nobody = changed(town, |report| {
        report.members[0].officer_id = "OF-NOBODY".to_owned();
        report.plan.as_mut().unwrap().institution_id = "IN-NOWHERE".to_owned();
    });
    let unknown = "CP-430400-20260908-2Q6ZJ0A4N7T5E-9";
    vec![
        (failed("二楼", "NO-SUCH-1"), "INSPECTION_NO_SUCH_LINE"),
        (failed("", "FS-EQ-1"), "INSPECTION_FAIL_WITHOUT_FINDING"),
        (of(&|plan| plan.institution_id = ELSEWHERE.to_owned()), "INSPECTION_OUTSIDE_AREA"),
        (changed(town, |report| report.members.push(member("market"))), "INSPECTION_NOT_INVITED"),
        (nobody, "plan.institution_id:INSTITUTION_UNKNOWN members[0].officer_id:OFFICER_UNKNOWN"),
        (before, "plan.on:OUTSIDE_CAMPAIGN"),
        (of(&|plan| plan.campaign_id = unknown.to_owned()), "plan.campaign_id:CAMPAIGN_UNKNOWN"),
        (
            changed(town, |report| std::mem::swap(&mut report.from, &mut report.until)),
            "INSPECTION_IMPOSSIBLE_TIMES",
        ),
    ]
}

#[tokio::test]
async fn bad_records_are_refused_by_name_and_the_others_are_recorded() {
    let town = &Town::open().await;
    let campaign = campaign(town).await;
    let good = changed(town, |report| report.plan.as_mut().unwrap().campaign_id = campaign.clone());
    let failed = changed(town, |report| {
        report.answers = vec![answer("FS-EQ-1", FIXED), answer("FIRE9-5.1", FAIL)];
        report.notice_number = "衡珠教责改〔2026〕12号".to_owned();
    });
    let (bad, reasons): (Vec<_>, Vec<_>) = bad(town, &campaign).into_iter().unzip();
    let reports: Vec<_> = [failed, good.clone()].into_iter().chain(bad).chain([good]).collect();
    let outcomes = sent(town, "edu", &reports).await;
    let wanted: Vec<_> = ["recorded", "recorded"].into_iter().chain(reasons).chain(["repeated"]).collect();
    assert_eq!(outcomes.values().map(told).collect::<Vec<_>>(), wanted);
    let last = u64::try_from(reports.len()).unwrap() - 1;
    assert_eq!(
        id_of(&outcomes[&1]),
        id_of(&outcomes[&last]),
        "in the order sent, the second finds the first"
    );
    let others = sent(town, "market", &reports[1..2]).await;
    assert_eq!(told(&others[&0]), "PERMISSION", "the id of another's record is not there for them");
    let consistency_token = token_of(&outcomes[&last]);
    let rows = v1::ListInspectionsRequest { consistency_token, campaign_id: campaign, ..Default::default() };
    let listed = town.client.clone().list_inspections(town.asks("fire", rows)).await.unwrap().into_inner();
    let seen: Vec<(&str, &str)> =
        listed.entries.iter().map(|one| (one.stage.as_str(), one.institution_id.as_str())).collect();
    assert_eq!(seen, [("inspection-recorded", SCHOOL)], "it waits for the signature of who went along");
}

#[tokio::test]
async fn each_invited_unit_signs_for_its_own_and_the_last_signature_brings_the_findings() {
    let town = &Town::open().await;
    let failed = changed(town, |report| {
        report.answers = vec![answer("FS-EQ-1", FIXED), answer("FIRE9-5.1", FAIL)];
        report.notice_number = "衡珠教责改〔2026〕12号".to_owned();
    });
    let by_three = changed(town, |report| {
        report.plan.as_mut().unwrap().invited_unit_ids.push("UN-PSB-430405".to_owned());
        report.members.extend([member("psb"), member("fire2")]);
    });
    let entered = sent(town, "edu", &[failed, by_three]).await;
    let [first, second] = [0, 1].map(|number| id_of(&entered[&number]));
    for id in [&first, &second] {
        assert_eq!(town.kinds(id).await, ["inspection.reported"], "only the leading unit has signed");
    }
    let own = |id: &str| (fresh(), id.to_owned());
    assert_eq!(signed(town, "edu", &[own(&first)]).await, ["INSPECTION_SIGNED_ALREADY"]);
    assert_eq!(signed(town, "market", &[own(&first)]).await, ["PERMISSION"], "who was not asked along");
    let one = own(&first);
    let all = [one.clone(), own(&second), one, own("JI-NOWHERE")];
    let told = signed(town, "fire", &all).await;
    assert_eq!(told, ["recorded", "recorded", "repeated", "inspection_id:ID_SHAPE"]);
    // Another of the same unit has nothing left to sign for.
    assert_eq!(signed(town, "fire2", &[own(&second)]).await, ["INSPECTION_SIGNED_ALREADY"]);
    with_hazards(town, &first).await;
    assert_eq!(town.kinds(&second).await, ["inspection.reported", "inspection.member-signed"]);
    assert_eq!(signed(town, "psb", &[own(&second)]).await, ["recorded"]);
    let findings = ["inspection.issued", "inspection.closed"];
    assert_eq!(town.kinds(&second).await[2..], [&["inspection.member-signed"][..], &findings].concat());
}

fn token_of(outcome: &BulkOutcome) -> String {
    let Some(What::Repeated(one)) = &outcome.what else { panic!("it was there") };
    one.consistency_token.clone()
}

/// What failed goes the way of any visit: notice, hazards, another look.
async fn with_hazards(town: &Town, id: &str) {
    let kinds =
        ["reported", "member-signed", "issued", "notice-served"].map(|kind| format!("inspection.{kind}"));
    assert_eq!(town.kinds(id).await, kinds);
    let seen = crate::visit::shown(town, "edu", id, "").await.unwrap().inspection.unwrap();
    assert!(seen.reported && seen.institution_signed);
    assert_eq!((seen.hazard_ids.len(), seen.asked_again.len()), (2, 1));
    for hazard in &seen.hazard_ids {
        town.until(hazard, "hazard.found").await;
    }
}

#[tokio::test]
async fn a_broken_stream_is_sent_again_without_loss_or_double_counting() {
    let town = &Town::open().await;
    let reports: Vec<v1::InspectionReport> = (0..40).map(|_| clean(town)).collect();
    let (sender, receiver) = futures::channel::mpsc::unbounded();
    for record in numbered(&reports).into_iter().take(25) {
        sender.unbounded_send(record).unwrap();
    }
    // The stream stays open: the sender waits for answers, takes three of them, and is gone.
    let request = town.asks("edu", receiver);
    let mut answers = town.client.clone().report_inspections(request).await.unwrap().into_inner();
    for _ in 0..3 {
        let outcome = answers.next().await.unwrap().unwrap().outcome.unwrap();
        assert_eq!(told(&outcome), "recorded");
    }
    drop((answers, sender));
    let again = sent(town, "edu", &reports).await;
    assert_eq!(again.len(), 40);
    let repeated = again.values().filter(|outcome| told(outcome) == "repeated").count();
    assert!(repeated >= 3, "what was answered is found again: {repeated}");
    for outcome in again.values() {
        assert_eq!(town.kinds(&id_of(outcome)).await, ["inspection.reported"]);
    }
    let third = sent(town, "edu", &reports).await;
    assert!(third.values().all(|outcome| told(outcome) == "repeated"));
}
