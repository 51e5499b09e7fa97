//! One joint visit of education, fire and police from the plan to the end, with every wrong turn named.

use domain::hazard::event::{Fix, Visit};
use domain::hazard::{Command as Hazard, Grade, HazardRule};
use domain::paper::Paper;
use domain::text::Text;

use crate::step;
use crate::town::{ELSEWHERE, Town, actor, denied, refused};
use crate::visit::{FAIL, FIXED, PASS, answer, confirm, lines, plan, planned, record, shown};

#[tokio::test]
async fn a_joint_visit_from_the_plan_to_the_end() {
    let town = &Town::open().await;
    let id = &on_site(town).await;
    lines_are_answered(town, id).await;
    let hazards = signed_and_issued(town, id).await;
    looked_at_again(town, id, &hazards).await;
    closed(town, id, &hazards).await;
}

/// Planned, the team formed, everybody there.
async fn on_site(town: &Town) -> String {
    let mut elsewhere = plan(town, 0);
    elsewhere.institution_id = ELSEWHERE.to_owned();
    // The units take part in the plan, so they may ask; the law looks where the institution lies.
    assert_eq!(refused(planned(town, "edu", elsewhere).await), "INSPECTION_OUTSIDE_AREA");
    let mut wrong = plan(town, 0);
    wrong.institution_id = "IN-NOWHERE".to_owned();
    wrong.tier = 0;
    wrong.campaign_id = "CP-430400-20260908-2Q6ZJ0A4N7T5E-9".to_owned();
    let faults = refused(planned(town, "edu", wrong).await);
    assert_eq!(faults, "plan.institution_id:INSTITUTION_UNKNOWN plan.tier:UNSPECIFIED");
    assert_eq!(refused(planned(town, "psb", plan(town, 0)).await), "plan.invited_unit_ids:TWICE");
    let answer = planned(town, "edu", plan(town, 0)).await.unwrap();
    assert_eq!(answer.receipt.unwrap().state, "inspection-planned");
    assert_eq!(answer.repeat_visits.unwrap(), Default::default());
    let id = answer.inspection_id;
    denied(confirm(town, &id, "market", "market").await);
    assert_eq!(refused(confirm(town, &id, "edu", "fire").await), "INSPECTION_NOT_YOUR_MEMBER");
    confirm(town, &id, "edu", "edu").await.unwrap();
    confirm(town, &id, "fire", "fire").await.unwrap();
    let early = step!(town, "edu", id, form_inspection_team, FormInspectionTeamRequest {});
    assert_eq!(refused(early), "INSPECTION_NOT_CONFIRMED");
    confirm(town, &id, "psb", "psb").await.unwrap();
    step!(town, "edu", id, form_inspection_team, FormInspectionTeamRequest {}).unwrap();
    step!(town, "edu", id, leave_unannounced, LeaveUnannouncedRequest {}).unwrap();
    step!(town, "edu", id, set_out, SetOutRequest {}).unwrap();
    for who in ["edu", "fire", "psb"] {
        let place = Some(wire::v1::MapPlace { north: 26_893_368, east: 112_619_800 });
        step!(town, who, id, check_in, CheckInRequest { place: place, captured: None }).unwrap();
    }
    id
}

async fn lines_are_answered(town: &Town, id: &str) {
    let one = |line: &str| vec![answer(line, PASS)];
    assert_eq!(refused(record(town, id, "edu", one("NO-SUCH-1")).await), "INSPECTION_NO_SUCH_LINE");
    assert_eq!(refused(record(town, id, "edu", one("FIRE9-4.1")).await), "INSPECTION_FIRE_LINE");
    assert_eq!(refused(record(town, id, "edu2", one("FS-EQ-1")).await), "INSPECTION_NOT_ON_TEAM");
    assert_eq!(refused(record(town, id, "edu", Vec::new()).await), "answers:TOO_FEW");
    let unfounded = vec![wire::v1::LineAnswer { finding: String::new(), ..answer("FS-EQ-1", FAIL) }];
    let good = [answer("FS-SITE-1", PASS)].into_iter().chain(unfounded).collect();
    assert_eq!(refused(record(town, id, "edu", good).await), "INSPECTION_FAIL_WITHOUT_FINDING");
    let revision = record(town, id, "edu", one("FS-SITE-1")).await.unwrap().revision;
    let education = lines("facility-safety", false, &[("FS-EQ-1", FIXED)]);
    let receipt = record(town, id, "edu", education.clone()).await.unwrap();
    assert_eq!(
        receipt.revision,
        revision + education.len() as u64,
        "one event a line, and none of a refused request"
    );
    let mut fire = lines("fire-nine-rules", true, &[("FIRE9-5.1", FAIL)]);
    fire.extend(lines("facility-safety", true, &[]));
    record(town, id, "fire", fire).await.unwrap();
    let rest = lines("fire-nine-rules", false, &[]);
    if !rest.is_empty() {
        record(town, id, "fire", rest).await.unwrap();
    }
}

async fn signed_and_issued(town: &Town, id: &str) -> Vec<String> {
    step!(town, "psb", id, complete_inspection, CompleteInspectionRequest {}).unwrap();
    let stranger = step!(town, "edu2", id, sign_inspection, SignInspectionRequest {});
    assert_eq!(refused(stranger), "INSPECTION_NOT_ON_TEAM");
    for who in ["edu", "fire", "psb"] {
        step!(town, who, id, sign_inspection, SignInspectionRequest {}).unwrap();
    }
    let name = "王校长".to_owned();
    let locked =
        step!(town, "edu", id, sign_for_institution, SignForInstitutionRequest { representative: name });
    assert_eq!(locked.unwrap().state, "inspection-signed");
    assert_eq!(refused(record(town, id, "edu", vec![answer("FS-EQ-1", PASS)]).await), "INSPECTION_LOCKED");
    let (note, papers) = ("补充说明".to_owned(), Vec::new());
    step!(
        town,
        "fire",
        id,
        supplement_inspection,
        SupplementInspectionRequest { note: note, papers: papers }
    )
    .unwrap();
    for who in ["edu", "fire", "psb"] {
        step!(town, who, id, check_out, CheckOutRequest { place: None, captured: None }).unwrap();
    }
    let request = wire::v1::IssueInspectionRequest {
        request_id: crate::town::fresh(),
        occurred_at: None,
        inspection_id: id.to_owned(),
    };
    let issued = town.client.clone().issue_inspection(town.asks("edu", request)).await.unwrap().into_inner();
    assert_eq!((issued.receipt.unwrap().state.as_str(), issued.hazard_ids.len()), ("inspection-issued", 2));
    let number = "衡珠教责改〔2026〕12号".to_owned();
    let token =
        step!(town, "edu", id, serve_inspection_notice, ServeInspectionNoticeRequest { number: number })
            .unwrap()
            .consistency_token;
    let seen = shown(town, "edu", id, &token).await.unwrap().inspection.unwrap();
    assert_eq!(seen.institution_representative.unwrap().text, "王校长");
    assert_eq!((seen.stage.as_str(), seen.supplements.len()), ("inspection-awaiting-rectification", 1));
    assert_eq!(seen.asked_again, ["FIRE9-5.1"]);
    assert!(seen.team.iter().all(|one| one.signed && one.until.is_some()));
    let above = shown(town, "city", id, &token).await.unwrap().inspection.unwrap();
    assert!(above.institution_representative.unwrap().withheld, "a superior sees no personal content");
    let answers = |list: &wire::v1::Checklist| {
        list.lines
            .iter()
            .filter(|line| line.answer.as_ref().is_some_and(|one| !one.finding.is_empty()))
            .count()
    };
    assert_eq!(above.checklists.iter().map(answers).sum::<usize>(), 0);
    denied(shown(town, "market", id, "").await);
    issued.hazard_ids
}

async fn looked_at_again(town: &Town, id: &str, hazards: &[String]) {
    for hazard in hazards {
        town.until(hazard, "hazard.found").await;
    }
    let early = step!(town, "chief", id, close_inspection, CloseInspectionRequest {});
    assert_eq!(refused(early), "INSPECTION_HAZARD_OPEN");
    step!(town, "edu", id, request_reinspection, RequestReinspectionRequest {}).unwrap();
    let begun = step!(town, "edu", id, begin_reinspection, BeginReinspectionRequest {}).unwrap();
    let again = shown(town, "fire", id, &begun.consistency_token).await.unwrap().inspection.unwrap();
    let asked: Vec<&str> =
        again.checklists.iter().flat_map(|list| &list.lines).map(|line| line.id.as_str()).collect();
    assert_eq!(asked, ["FIRE9-5.1"], "another look asks only for what failed");
    let open: Vec<&str> = again.earlier_hazards.iter().map(|hazard| hazard.line.as_str()).collect();
    assert!(open.contains(&"FIRE9-5.1"), "{open:?}");
    for who in ["edu", "fire"] {
        step!(town, who, id, check_in, CheckInRequest { place: None, captured: None }).unwrap();
    }
    let other = record(town, id, "edu", vec![answer("FS-EQ-1", PASS)]).await;
    assert_eq!(refused(other), "INSPECTION_NOT_ASKED");
    record(town, id, "fire", vec![answer("FIRE9-5.1", PASS)]).await.unwrap();
    step!(town, "fire", id, complete_reinspection, CompleteReinspectionRequest {}).unwrap();
}

/// The hazards go by their own rule; then nothing is left.
async fn closed(town: &Town, id: &str, hazards: &[String]) {
    let paper = r#"{"kind":"evidence","hash":"HASH","size":1}"#.replace("HASH", &"ab".repeat(32));
    let papers: Vec<Paper> = vec![serde_json::from_str(&paper).unwrap()];
    for hazard in hazards {
        let found = town.until(hazard, "hazard.found").await;
        let lead = if found.event.data.as_str().contains(r#""line":"FIRE9-5.1""#) {
            ["fire", "fire2"]
        } else {
            ["edu", "edu2"]
        };
        let [by, second] = lead.map(actor);
        let grade = Hazard::Grade { grade: Grade::General, reason: Text::parse("可当场整改").unwrap() };
        town.act::<HazardRule>(hazard, &by, grade).await;
        let fix = Fix { fixer: by.officer.clone(), papers: papers.clone() };
        town.act::<HazardRule>(hazard, &by, Hazard::FixOnSpot(fix)).await;
        let visit = Visit { present: vec![second.officer.clone()], papers: papers.clone() };
        town.act::<HazardRule>(hazard, &second, Hazard::Verify(visit)).await;
    }
    denied(step!(town, "edu", id, close_inspection, CloseInspectionRequest {}));
    let closed = step!(town, "chief", id, close_inspection, CloseInspectionRequest {}).unwrap();
    assert_eq!(closed.state, "inspection-closed");
    let told = shown(town, "psb", id, &closed.consistency_token).await.unwrap();
    let kinds: Vec<&str> = told.history.iter().map(|entry| entry.kind.as_str()).collect();
    assert!(kinds.contains(&"inspection.closed") && kinds[0] == "inspection.planned");
    assert!(told.history[0].summary_zh.contains("邀请 2 个单位"), "{}", told.history[0].summary_zh);
    assert!(told.inspection.unwrap().earlier_hazards.is_empty());
}

#[tokio::test]
async fn a_team_that_is_not_let_in_comes_back_with_the_police_and_the_institution_will_not_sign() {
    let town = &Town::open().await;
    let mut alone = plan(town, 0);
    alone.invited_unit_ids.truncate(1);
    alone.sheets.remove(0);
    let id = &planned(town, "edu", alone).await.unwrap().inspection_id;
    for (by, name) in [("edu", "edu"), ("edu2", "edu2"), ("fire", "fire")] {
        confirm(town, id, by, name).await.unwrap();
    }
    let (officer_id, reason) = ("OF-edu2".to_owned(), "与举办者有亲属关系".to_owned());
    let recuse = step!(
        town,
        "edu2",
        id,
        recuse_inspection_member,
        RecuseInspectionMemberRequest { officer_id: officer_id, reason: reason }
    );
    recuse.unwrap();
    assert_eq!(refused(confirm(town, id, "edu2", "edu2").await), "INSPECTION_RECUSED");
    step!(town, "edu", id, form_inspection_team, FormInspectionTeamRequest {}).unwrap();
    step!(town, "edu", id, notify_institution, NotifyInstitutionRequest {}).unwrap();
    step!(town, "edu", id, set_out, SetOutRequest {}).unwrap();
    let note = || "大门紧锁，负责人拒不到场".to_owned();
    step!(town, "fire", id, obstruct_inspection, ObstructInspectionRequest { note: note() }).unwrap();
    let nobody = "UN-PSB-999999".to_owned();
    let unknown =
        step!(town, "edu", id, retry_inspection, RetryInspectionRequest { assistance_unit_id: nobody });
    assert_eq!(refused(unknown), "assistance_unit_id:UNIT_UNKNOWN");
    let police = "UN-PSB-430405".to_owned();
    step!(town, "edu", id, retry_inspection, RetryInspectionRequest { assistance_unit_id: police }).unwrap();
    for who in ["edu", "fire"] {
        let captured = Some(wire::v1::CapturedOffline {
            device_at: Some(wire::convert::timestamp(town.now())),
            offset_seconds: -35,
        });
        step!(town, who, id, check_in, CheckInRequest { place: None, captured: captured }).unwrap();
    }
    record(town, id, "fire", lines("fire-nine-rules", true, &[])).await.unwrap();
    step!(town, "edu", id, complete_inspection, CompleteInspectionRequest {}).unwrap();
    for who in ["edu", "fire"] {
        step!(town, who, id, sign_inspection, SignInspectionRequest {}).unwrap();
        step!(town, who, id, check_out, CheckOutRequest { place: None, captured: None }).unwrap();
    }
    let locked = step!(town, "fire", id, refuse_to_sign, RefuseToSignRequest { note: note() }).unwrap();
    assert_eq!(locked.state, "inspection-refused-to-sign");
    let request = wire::v1::IssueInspectionRequest {
        request_id: crate::town::fresh(),
        occurred_at: None,
        inspection_id: id.clone(),
    };
    let issued = town.client.clone().issue_inspection(town.asks("edu", request)).await.unwrap().into_inner();
    assert_eq!(issued.receipt.unwrap().state, "inspection-closed", "nothing failed, nothing is left to do");
    let seen = shown(town, "fire", id, "").await.unwrap().inspection.unwrap();
    assert_eq!((seen.refused_to_sign, seen.institution_signed), (note(), false));
    let late = step!(town, "chief", id, cancel_inspection, CancelInspectionRequest { reason: note() });
    assert_eq!(refused(late), "INSPECTION_NOT_HERE");
}
