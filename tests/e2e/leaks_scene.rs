//! Matters drawn by chance, the same every time, with marks in everything that is secret. Never here: who may read them.

use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use safeguard::world::Desk;
use wire::v1;

use crate::acts::{BESIDE, HERE, ask, clue_in, done, named, read, report, token, triage, unit, verified};
use crate::leaks_marks::{Kept, Marks, Matter};
use crate::papers::paper;
use crate::stage::Stage;

/// How many clues.
const CLUES: usize = 6;

/// One clue, by chance.
#[derive(Debug, Clone)]
struct Plan {
    beside: bool,
    minor: bool,
    named: bool,
    route: u8,
    claimed: bool,
}

/// Draws what a strategy gives, the same every time.
pub fn drawn<S: Strategy>(strategy: S) -> S::Value {
    strategy.new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

fn plans() -> Vec<Plan> {
    let plan = (any::<bool>(), any::<bool>(), any::<bool>(), 0_u8..3, any::<bool>());
    let plan =
        plan.prop_map(|(beside, minor, named, route, claimed)| Plan { beside, minor, named, route, claimed });
    let mut plans = drawn(proptest::collection::vec(plan, CLUES));
    // Whatever chance has it, a child of this county whom somebody spoke for in secret is among them.
    plans[0] = Plan { beside: false, minor: true, named: true, route: 0, claimed: true };
    plans
}

/// Enters everything.
pub async fn scene(stage: &Stage) -> Marks {
    let mut marks = Marks::default();
    for plan in plans() {
        clue(stage, &plan, &mut marks).await;
    }
    referral(stage, &mut marks).await;
    reverse(stage, &mut marks).await;
    asking(stage, &mut marks).await;
    marks
}

async fn clue(stage: &Stage, plan: &Plan, marks: &mut Marks) {
    let place = if plan.beside { BESIDE } else { HERE };
    let clerk = stage.desk(&format!("{place}.edu.clerk1"));
    let request = told(stage, plan, place, marks);
    let reported = report(&clerk, request).await;
    let id = &*reported.clue_id;
    let mut matter = Matter { id: id.to_owned(), minor: plan.minor, ..Matter::default() };
    matter.parties.insert(unit("EDU", place));
    matter.named.insert(clerk.account.id.clone());
    let shown = read(&clerk, id, &token(&reported)).await;
    triage(&clerk, &shown).await;
    let evidence = paper(&clerk, id, v1::PaperKind::Letter, &marks.word(Kept::Content)).await;
    if plan.minor || plan.route == 1 {
        let to = v1::TransferClueToPoliceRequest { papers: vec![evidence.clone()], ..Default::default() };
        done!(
            clerk,
            education.transfer_clue_to_police,
            TransferClueToPoliceRequest { clue_id: id, papers: to.papers }
        );
        confirm(stage, place, id).await;
        matter.parties.insert(unit("PSB", place));
        matter.papers.push(evidence.hash);
        if plan.claimed {
            let duty = stage.desk(&format!("{place}.psb.duty1"));
            done!(duty, police.claim_entry, ClaimEntryRequest { matter: id });
            matter.named.insert(duty.account.id);
        }
    } else if plan.route == 2 {
        fire(stage, (place, plan.claimed), (&mut matter, evidence), marks).await;
    }
    marks.matters.push(matter);
}

/// The leader's word for a transfer that needs one.
async fn confirm(stage: &Stage, place: &str, clue: &str) {
    let leader = stage.desk(&format!("{place}.edu.leader"));
    // A mandatory report needs none: then this is refused, which changes nothing.
    let _ = ask!(leader, education.confirm_transfer, ConfirmTransferRequest { clue_id: clue });
}

async fn fire(
    stage: &Stage,
    (place, claimed): (&str, bool),
    (matter, letter): (&mut Matter, v1::PaperRef),
    marks: &mut Marks,
) {
    let leader = stage.desk(&format!("{place}.edu.leader"));
    let clue = &*matter.id;
    matter.papers.push(letter.hash.clone());
    done!(
        leader,
        education.transfer_clue_to_agency,
        TransferClueToAgencyRequest { clue_id: clue, to_unit_id: unit("FIRE", place), papers: vec![letter] }
    );
    matter.parties.insert(unit("FIRE", place));
    if claimed {
        let inspector = stage.desk(&format!("{place}.fire.inspector"));
        done!(inspector, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: clue });
        let declined = ask!(
            inspector,
            fire.decline_fire_transfer,
            DeclineFireTransferRequest {
                clue_id: clue,
                reason: marks.plain(Kept::Content),
                suggestion: marks.plain(Kept::Content),
            }
        );
        declined.unwrap();
        matter.named.insert(inspector.account.id);
    }
}

fn told(stage: &Stage, plan: &Plan, place: &str, marks: &mut Marks) -> v1::ReportClueRequest {
    let age = if plan.minor { 10 } else { 35 };
    let person = v1::PersonStatement {
        part: v1::PersonPart::Victim.into(),
        name: format!("名{}", marks.word(Kept::Identity)),
        id_number: marks.number(age),
        ..Default::default()
    };
    let secret = plan.named.then(|| named(&format!("举{}", marks.word(Kept::Reporter)), &marks.phone(), ""));
    let plain = clue_in(stage, place);
    let category = match (plan.minor, plan.route) {
        (true, _) => v1::Category::MinorAbuse.into(),
        (false, 2) => v1::Category::FireExit.into(),
        (false, _) => plain.category,
    };
    v1::ReportClueRequest {
        category,
        minor: if plan.minor { v1::Minor::Minor } else { v1::Minor::None }.into(),
        narrative: format!("有人反映{}，请核实。", marks.word(Kept::Content)),
        place: format!("路口{}", marks.word(Kept::Content)),
        persons: vec![person],
        reporter: secret.or(plain.reporter.clone()),
        ..plain
    }
}

/// A referral of the county, delivered to its police and held by a duty officer; its clue before it.
async fn referral(stage: &Stage, marks: &mut Marks) {
    let (clerk, handler) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.handler"));
    let asked = v1::ReportClueRequest { narrative: marks.word(Kept::Content), ..clue_in(stage, HERE) };
    let clue = verified(stage, asked, &marks.word(Kept::Content)).await;
    let of_clue = [clerk.account.id, handler.account.id.clone()];
    marks.matters.push(Matter {
        id: clue.clone(),
        parties: [unit("EDU", HERE)].into(),
        named: of_clue.into(),
        ..Matter::default()
    });
    let team = vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id];
    let draft = v1::DraftReferralRequest {
        request_id: crate::stage::id(),
        clue_id: clue,
        team: team.clone(),
        number: "蒸教移立〔2026〕7号".to_owned(),
        charges: vec!["266".to_owned()],
        facts: format!("查明{}。", marks.word(Kept::Content)),
        ..Default::default()
    };
    let id = handler.education().draft_referral(draft).await.unwrap().into_inner().referral_id;
    let papers = delivered(stage, &handler, &id, marks).await;
    let duty = stage.desk("430405.psb.duty1");
    done!(duty, police.claim_entry, ClaimEntryRequest { matter: &*id });
    let named = team.into_iter().chain([duty.account.id]).collect();
    // The procuratorate gets a copy (Order 310); the superior bureau does not.
    let parties = [unit("EDU", HERE), unit("PSB", HERE), unit("PROC", HERE)].into();
    marks.matters.push(Matter { id, parties, named, papers, minor: false });
}

async fn delivered(stage: &Stage, handler: &Desk, id: &str, marks: &mut Marks) -> Vec<String> {
    let report = paper(handler, id, v1::PaperKind::Report, &marks.word(Kept::Content)).await;
    done!(
        handler,
        education.submit_referral,
        SubmitReferralRequest {
            referral_id: id,
            number: "蒸教移报〔2026〕7号",
            papers: vec![report.clone()]
        }
    );
    done!(
        stage.desk("430405.edu.head"),
        education.approve_referral,
        ApproveReferralRequest { referral_id: id, number: "蒸教移批〔2026〕7号" }
    );
    let mut papers = vec![report];
    for kind in [v1::PaperKind::Letter, v1::PaperKind::Items] {
        papers.push(paper(handler, id, kind, &marks.word(Kept::Content)).await);
    }
    let hashes = papers.iter().map(|paper| paper.hash.clone()).collect();
    done!(
        handler,
        education.deliver_referral,
        DeliverReferralRequest { referral_id: id, number: "蒸教移〔2026〕7号", papers: papers }
    );
    hashes
}

async fn reverse(stage: &Stage, marks: &mut Marks) {
    let duty = stage.desk("430405.psb.duty1");
    let sent = ask!(
        duty,
        police.send_reverse_referral,
        SendReverseReferralRequest {
            to_unit_id: unit("EDU", HERE),
            division: HERE,
            number: "蒸公移〔2026〕7号",
            facts: marks.word(Kept::Content),
        }
    );
    let id = sent.unwrap().reverse_id;
    marks.matters.push(Matter {
        id,
        parties: [unit("EDU", HERE), unit("PSB", HERE)].into(),
        ..Matter::default()
    });
}

/// Somebody of the city asks to look: the reason is for them and those who decide.
async fn asking(stage: &Stage, marks: &mut Marks) {
    let duty = stage.desk("430400.edu.duty");
    let reason = marks.plain(Kept::Asking);
    let terms = v1::AccessTerms { class: v1::AccessClass::Sensitive.into(), reporter: false, hours: 1 };
    let asked = ask!(
        duty,
        access.request_access,
        RequestAccessRequest { matter: &*marks.matters[0].id, reason: reason, terms: terms }
    );
    let parties = [unit("EDU", "430400"), unit("EDU", "430000")].into();
    let (id, named) = (asked.unwrap().access_id, [duty.account.id].into());
    marks.matters.push(Matter { id, parties, named, ..Matter::default() });
}
