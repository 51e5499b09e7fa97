//! A joint visit of education, police and fire, from the plan to the hazards that are gone: who may answer which line,
//! who must have been there, who may close what. Never here: bulk records, or campaigns.

use safeguard::world::Desk;
use tonic::{Response, Status};
use wire::v1::LineVerdict::{Fail, FailFixed, Pass};
use wire::{Refusal, v1};

use crate::acts::{BESIDE, HERE, ask, done, see, unit};
use crate::papers::{download, paper};
use crate::stage::{SMALL, Shared, Stage, fields, law, play, refused, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const CLERK: &str = "430405.edu.clerk1";
const PARTNER: &str = "430405.edu.clerk2";
const INSPECTOR: &str = "430405.fire.inspector";
const DEPUTY: &str = "430405.fire.deputy";
const POLICE: &str = "430405.psb.duty1";
/// The line about clear escape routes, which only the fire service answers.
const EXITS: &str = "FIRE9-4.1";
/// The line about first-aid supplies.
const FIRST_AID: &str = "FS-EQ-3";

/// The checklists and whose they are.
const SHEETS: [(v1::Agency, &str); 3] = [
    (v1::Agency::Education, "facility-safety"),
    (v1::Agency::Fire, "fire-nine-rules"),
    (v1::Agency::Police, "perimeter"),
];

/// A visit as one of its members lives it.
struct Visit<'a> {
    stage: &'a Stage,
    id: String,
}

impl Visit<'_> {
    fn desk(&self, who: &str) -> Desk {
        self.stage.desk(who)
    }

    async fn confirm(&self, who: &str) -> Result<(), Status> {
        let desk = self.desk(who);
        let officer_id = desk.account.id.clone();
        let member =
            v1::InspectionMember {
                certificate: format!("执{officer_id}"), officer_id, ..Default::default()
            };
        let asked = ask!(
            desk,
            inspections.confirm_inspection_member,
            ConfirmInspectionMemberRequest { inspection_id: &*self.id, member: member }
        );
        asked.map(|_| ())
    }

    async fn check_in(&self, who: &str) {
        let place = v1::MapPlace { north: 26_900_000, east: 112_600_000 };
        done!(
            self.desk(who),
            inspections.check_in,
            CheckInRequest { inspection_id: &*self.id, place: place }
        );
    }

    async fn answer(&self, who: &str, answers: Vec<v1::LineAnswer>) -> Result<(), Status> {
        let asked = ask!(
            self.desk(who),
            inspections.record_lines,
            RecordLinesRequest { inspection_id: &*self.id, answers: answers }
        );
        asked.map(|_| ())
    }

    async fn sign(&self, who: &str) -> Result<v1::CommandReceipt, Status> {
        let asked = ask!(
            self.desk(who),
            inspections.sign_inspection,
            SignInspectionRequest { inspection_id: &*self.id }
        );
        asked.map(|answer| answer.receipt.unwrap())
    }

    async fn show(&self, who: &str) -> Result<v1::Inspection, Status> {
        let shown = see!(
            self.desk(who),
            inspections.get_inspection,
            "",
            GetInspectionRequest { inspection_id: &*self.id }
        );
        shown.map(|shown| shown.inspection.unwrap())
    }

    /// All lines of the sheets of an agency's members that hold or do not hold: `fire` lines are the fire service's
    /// wherever they stand.
    async fn lines(&self, sheet: &str, fire: bool) -> Vec<String> {
        let asked =
            see!(self.desk(CLERK), inspections.get_checklist, "", GetChecklistRequest { checklist: sheet });
        let lines = asked.unwrap().checklist.unwrap().lines.into_iter();
        let is_fire =
            |line: &v1::ChecklistLine| line.category().as_str_name().starts_with("HAZARD_CATEGORY_FIRE");
        lines.filter(|line| is_fire(line) == fire).map(|line| line.id).collect()
    }
}

/// The answer to a line: what is wrong with it, if anything.
fn line(id: &str, verdict: v1::LineVerdict, finding: &str) -> v1::LineAnswer {
    let (line, finding) = (id.to_owned(), finding.to_owned());
    v1::LineAnswer { line, verdict: verdict.into(), finding, ..Default::default() }
}

fn all_pass(lines: Vec<String>, but: &str) -> Vec<v1::LineAnswer> {
    lines.iter().filter(|id| *id != but).map(|id| line(id, Pass, "")).collect()
}

/// An institution of a county.
fn institution(stage: &Stage, county: &str) -> String {
    let found = stage.world.institutions.iter().find(|one| one.division == county).unwrap();
    format!("IN-{}", found.credit_code)
}

/// Plans a visit of the county's first institution by all three agencies.
async fn planned(stage: &Stage) -> Visit<'_> {
    let sheets = SHEETS.map(|(agency, checklist)| v1::InspectionSheet {
        agency: agency.into(),
        checklist: checklist.to_owned(),
        ..Default::default()
    });
    let plan = v1::InspectionPlan {
        institution_id: institution(stage, HERE),
        invited_unit_ids: vec![unit("FIRE", HERE), unit("PSB", HERE)],
        tier: v1::InspectionTier::County.into(),
        sheets: sheets.into(),
        on: "2026-11-23".to_owned(),
        ..Default::default()
    };
    let asked = ask!(stage.desk(CLERK), inspections.plan_inspection, PlanInspectionRequest { plan: plan });
    let asked = asked.unwrap();
    assert_eq!(asked.receipt.unwrap().state, "inspection-planned");
    Visit { stage, id: asked.inspection_id }
}

/// To the premises: the team is confirmed by each unit, nobody is told, everybody checks in.
async fn on_site(visit: &Visit<'_>) {
    for who in [CLERK, PARTNER, INSPECTOR] {
        visit.confirm(who).await.unwrap();
    }
    // The police unit has not confirmed anybody: every invited unit takes part, or the team is not formed.
    let form = || async {
        let asked = ask!(
            visit.desk(CLERK),
            inspections.form_inspection_team,
            FormInspectionTeamRequest { inspection_id: &*visit.id }
        );
        asked.map(|answer| answer.receipt.unwrap().state)
    };
    assert_eq!(law(form().await), "INSPECTION_NOT_CONFIRMED");
    visit.confirm(POLICE).await.unwrap();
    assert_eq!(form().await.unwrap(), "inspection-team-formed");
    done!(
        visit.desk(CLERK),
        inspections.leave_unannounced,
        LeaveUnannouncedRequest { inspection_id: &*visit.id }
    );
    done!(visit.desk(CLERK), inspections.set_out, SetOutRequest { inspection_id: &*visit.id });
    for who in [CLERK, PARTNER, INSPECTOR, POLICE] {
        visit.check_in(who).await;
    }
}

/// What the members write down, with what they may not. The photograph's hash.
async fn recorded(visit: &Visit<'_>) -> String {
    let blocked = line(EXITS, Fail, "二层东侧安全出口被课桌堵塞");
    assert_eq!(law(visit.answer(CLERK, vec![blocked.clone()]).await), "INSPECTION_FIRE_LINE");
    assert_eq!(law(visit.answer(POLICE, vec![line(FIRST_AID, Pass, "")]).await), "INSPECTION_OTHER_SHEET");
    assert_eq!(law(visit.answer(CLERK, vec![line("FS-NONE-1", Pass, "")]).await), "INSPECTION_NO_SUCH_LINE");
    assert_eq!(refused(visit.answer("430400.fire.leader", vec![blocked.clone()]).await), Refusal::Permission);

    let photo = paper(&visit.desk(INSPECTOR), &visit.id, v1::PaperKind::Other, "堵塞的安全出口").await;
    let mut fire_lines = all_pass(visit.lines("fire-nine-rules", true).await, EXITS);
    fire_lines.extend(all_pass(visit.lines("facility-safety", true).await, ""));
    fire_lines.push(v1::LineAnswer { papers: vec![photo.clone()], ..blocked });
    visit.answer(INSPECTOR, fire_lines).await.unwrap();
    let mut own = all_pass(visit.lines("facility-safety", false).await, FIRST_AID);
    own.extend(all_pass(visit.lines("fire-nine-rules", false).await, ""));
    own.push(line(FIRST_AID, FailFixed, "急救箱缺绷带，当场补齐"));
    let fire_sheet = visit.lines("fire-nine-rules", false).await;
    // Lines of the fire sheet that are no fire hazards are the fire members' too.
    let (theirs, own): (Vec<_>, Vec<_>) =
        own.into_iter().partition(|answer| fire_sheet.contains(&answer.line));
    if !theirs.is_empty() {
        visit.answer(INSPECTOR, theirs).await.unwrap();
    }
    visit.answer(CLERK, own).await.unwrap();
    visit.answer(POLICE, all_pass(visit.lines("perimeter", false).await, "")).await.unwrap();
    done!(
        visit.desk(CLERK),
        inspections.complete_inspection,
        CompleteInspectionRequest { inspection_id: &*visit.id }
    );
    let (_, bytes) = download(&visit.desk(CLERK), &visit.id, &photo.hash).await.unwrap();
    assert_eq!(bytes, "堵塞的安全出口".as_bytes());
    photo.hash
}

/// Signed by all who were there; the institution would not sign, which is written down. The hazards of the visit.
async fn issued(visit: &Visit<'_>) -> Vec<String> {
    assert_eq!(law(visit.sign(DEPUTY).await), "INSPECTION_NOT_ON_TEAM");
    for who in [CLERK, PARTNER, INSPECTOR, POLICE] {
        visit.sign(who).await.unwrap();
    }
    done!(
        visit.desk(CLERK),
        inspections.refuse_to_sign,
        RefuseToSignRequest { inspection_id: &*visit.id, note: "负责人以不在现场为由拒绝签字" }
    );
    assert_eq!(law(visit.answer(CLERK, vec![line(FIRST_AID, Pass, "")]).await), "INSPECTION_LOCKED");
    for who in [CLERK, PARTNER, INSPECTOR, POLICE] {
        done!(visit.desk(who), inspections.check_out, CheckOutRequest { inspection_id: &*visit.id });
    }
    let issue = ask!(
        visit.desk(CLERK),
        inspections.issue_inspection,
        IssueInspectionRequest { inspection_id: &*visit.id }
    );
    let issued = issue.unwrap();
    assert_eq!(issued.hazard_ids.len(), 2);
    done!(
        visit.desk(CLERK),
        inspections.serve_inspection_notice,
        ServeInspectionNoticeRequest { inspection_id: &*visit.id, number: "珠教安检〔2026〕1号" }
    );
    issued.hazard_ids
}

/// A hazard as an officer sees it, once the hub has opened it.
async fn hazard(stage: &Stage, who: &str, id: &str) -> v1::Hazard {
    let desk = stage.desk(who);
    let opened = async {
        loop {
            let asked = v1::GetHazardRequest { hazard_id: id.to_owned(), ..Default::default() };
            if let Ok(shown) = desk.hazards().get_hazard(asked).await.map(Response::into_inner) {
                return shown.hazard.unwrap();
            }
        }
    };
    soon("the hub to open the hazard", opened).await
}

#[test]
fn a_joint_visit_of_three_agencies_ends_with_hazards_that_others_than_their_fixers_saw_gone() {
    play(&STAGE, SMALL, async |stage| {
        let visit = planned(stage).await;
        on_site(&visit).await;
        let photo = recorded(&visit).await;
        let ids = issued(&visit).await;
        let mut found = Vec::new();
        for id in &ids {
            found.push(hazard(stage, CLERK, id).await);
        }
        let exits = found.iter().find(|hazard| hazard.line == EXITS).unwrap();
        let first_aid = found.iter().find(|hazard| hazard.line == FIRST_AID).unwrap();
        assert_eq!(exits.lead.as_ref().unwrap().id, unit("FIRE", HERE));
        assert_eq!(first_aid.lead.as_ref().unwrap().id, unit("EDU", HERE));
        // The photograph of the visit is the hazard's too.
        assert!(download(&stage.desk(CLERK), &exits.id, &photo).await.is_ok());
        assert_eq!(refused(download(&stage.desk(CLERK), &first_aid.id, &photo).await), Refusal::Permission);
        let shown = visit.show(CLERK).await.unwrap();
        assert_eq!((shown.stage.as_str(), shown.hazard_ids.len()), ("inspection-awaiting-rectification", 2));
        let close = || async {
            let asked = ask!(
                stage.desk("430405.edu.leader"),
                inspections.close_inspection,
                CloseInspectionRequest { inspection_id: &*visit.id }
            );
            asked.map(|answer| answer.receipt.unwrap().state)
        };
        assert_eq!(law(close().await), "INSPECTION_HAZARD_OPEN");

        first_aid_verified(stage, &first_aid.id).await;
        let verified = exits_verified(stage, exits).await;
        // The record of the visit is closed once the view of hazards shows them gone.
        let board = see!(
            stage.desk(CLERK),
            hazards.list_hazards,
            verified,
            ListHazardsRequest { inspection_id: &*visit.id }
        );
        let stages: Vec<String> = board.unwrap().hazards.into_iter().map(|entry| entry.stage).collect();
        assert!(stages.iter().all(|stage| stage == "hazard-verified"), "{stages:?}");
        assert_eq!(close().await.unwrap(), "inspection-closed");
    });
}

/// Fixed while the team was there: graded, reported, seen by the other one.
async fn first_aid_verified(stage: &Stage, id: &str) {
    let (clerk, partner) = (stage.desk(CLERK), stage.desk(PARTNER));
    let photo = paper(&clerk, id, v1::PaperKind::Other, "补齐的急救箱").await;
    let grade =
        v1::HazardGrading { grade: v1::HazardGrade::General.into(), reason: "可当场消除".to_owned() };
    done!(clerk, hazards.grade_hazard, GradeHazardRequest { hazard_id: id, grade: grade });
    let fix = v1::HazardFix { fixer: clerk.account.id.clone(), papers: vec![photo.clone()] };
    done!(clerk, hazards.fix_hazard_on_spot, FixHazardOnSpotRequest { hazard_id: id, fix_on_spot: fix });
    let look =
        |who: &Desk| v1::HazardVisit { present: vec![who.account.id.clone()], papers: vec![photo.clone()] };
    let own = ask!(clerk, hazards.verify_hazard, VerifyHazardRequest { hazard_id: id, verify: look(&clerk) });
    assert_eq!(law(own), "HAZARD_FIXED_BY_THEM");
    let gone =
        done!(partner, hazards.verify_hazard, VerifyHazardRequest { hazard_id: id, verify: look(&partner) });
    assert_eq!(gone.state, "hazard-verified");
}

/// A major fire hazard: noticed, rectified by plan, reported fixed, seen by two others on site. The token of the end.
async fn exits_verified(stage: &Stage, exits: &v1::Hazard) -> String {
    let (id, inspector, deputy) = (&*exits.id, stage.desk(INSPECTOR), stage.desk(DEPUTY));
    let grade =
        v1::HazardGrading { grade: v1::HazardGrade::Major.into(), reason: "唯一疏散出口".to_owned() };
    done!(inspector, hazards.grade_hazard, GradeHazardRequest { hazard_id: id, grade: grade });
    let notice =
        v1::HazardNotice { number: "珠消限字〔2026〕1号".to_owned(), until: "2026-12-01".to_owned() };
    done!(inspector, hazards.notify_hazard, NotifyHazardRequest { hazard_id: id, notify: notice });
    let elements = v1::HazardElements {
        responsible: "校区主任".to_owned(),
        measures: "清空东侧通道，拆除固定课桌".to_owned(),
        fen: 50_000,
        until: "2026-11-30".to_owned(),
        plan: "三日内清空，期间二层停课".to_owned(),
        interim: "二层停止使用".to_owned(),
    };
    done!(inspector, hazards.rectify_hazard, RectifyHazardRequest { hazard_id: id, rectify: elements });
    let nothing = v1::HazardFix { fixer: inspector.account.id.clone(), papers: Vec::new() };
    let bare = ask!(
        inspector,
        hazards.report_hazard_fix,
        ReportHazardFixRequest { hazard_id: id, report_fix: nothing }
    );
    assert_eq!(law(bare), "HAZARD_EVIDENCE_MISSING");
    let photo = paper(&inspector, id, v1::PaperKind::Other, "清空的安全出口").await;
    let fix = v1::HazardFix { fixer: inspector.account.id.clone(), papers: vec![photo.clone()] };
    done!(inspector, hazards.report_hazard_fix, ReportHazardFixRequest { hazard_id: id, report_fix: fix });
    let look = |present: &[&Desk]| v1::HazardVisit {
        present: present.iter().map(|desk| desk.account.id.clone()).collect(),
        papers: vec![photo.clone()],
    };
    let alone = look(&[&deputy]);
    let one = ask!(deputy, hazards.verify_hazard, VerifyHazardRequest { hazard_id: id, verify: alone });
    assert_eq!(law(one), "HAZARD_TOO_FEW_ON_SITE");
    let two = look(&[&deputy, &stage.desk(CLERK)]);
    let stranger = ask!(
        stage.desk("430400.psb.duty"),
        hazards.verify_hazard,
        VerifyHazardRequest { hazard_id: id, verify: two.clone() }
    );
    assert_eq!(refused(stranger), Refusal::Permission);
    let gone = done!(deputy, hazards.verify_hazard, VerifyHazardRequest { hazard_id: id, verify: two });
    assert_eq!(gone.state, "hazard-verified");
    gone.consistency_token
}

#[test]
fn a_plan_names_every_fault_and_stays_within_the_jurisdiction() {
    play(&STAGE, SMALL, async |stage| {
        let sheet = v1::InspectionSheet {
            agency: v1::Agency::Education.into(),
            checklist: "facility-safety".to_owned(),
            ..Default::default()
        };
        let plan = v1::InspectionPlan {
            institution_id: institution(stage, HERE),
            tier: v1::InspectionTier::County.into(),
            sheets: vec![sheet],
            on: "2026-11-24".to_owned(),
            ..Default::default()
        };
        let ask_for = |who: &str, plan: v1::InspectionPlan| {
            let desk = stage.desk(who);
            async move { ask!(desk, inspections.plan_inspection, PlanInspectionRequest { plan: plan }) }
        };
        let empty = fields(ask_for(CLERK, v1::InspectionPlan::default()).await);
        for field in ["plan.institution_id", "plan.tier", "plan.on"] {
            assert!(empty.iter().any(|found| found == field), "{empty:?}");
        }
        let unknown =
            v1::InspectionPlan { institution_id: "IN-91430405MA00000000".to_owned(), ..plan.clone() };
        assert_eq!(fields(ask_for(CLERK, unknown).await), ["plan.institution_id"]);
        let elsewhere = v1::InspectionPlan { institution_id: institution(stage, BESIDE), ..plan };
        assert_eq!(law(ask_for(CLERK, elsewhere).await), "INSPECTION_OUTSIDE_AREA");
    });
}
