//! The police answer a mandatory report beside the bureau's own case: education sees the answer with the clue, and the
//! case goes on. A confirmed merge looks at its target again.

use domain::actor::Actor;
use domain::clue::{ClueRule, Command, TransferOutcome};
use domain::text::Text;
use hub::Order;
use hub::call::stream_of;
use wire::refusal::Refusal;
use wire::v1;

use crate::scene::{CITY, CLERK, CREDIT, DUTY, LEADER, SECOND, Scene, scene};
use crate::views::{SEEN, list, stands};

/// A command of an officer, by the law's own words.
async fn does(scene: &Scene, officer: &str, clue: &str, command: Command) {
    let by: Actor = scene.hub.roster.account(&officer.parse().unwrap()).unwrap().unwrap().actor.clone();
    let id = uuid::Uuid::now_v7();
    let order = Order { by, id, occurred: None, causation: None, correlation: None, command };
    scene.hub.handle::<ClueRule>(&stream_of(&clue).unwrap(), &order).await.unwrap();
}

/// A mandatory report that the bureau has taken to a case before the police signed for it.
async fn in_case(scene: &mut Scene) -> String {
    let request = v1::ReportClueRequest { category: v1::Category::MinorAbuse as i32, ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    let bureau = scene.hub.roster.account(&CLERK.parse().unwrap()).unwrap().unwrap().actor.unit.clone();
    let competence = vec![domain::jurisdiction::Jurisdiction {
        division: bureau.division,
        categories: Vec::new(),
        fallback: false,
    }];
    let sealed = scene.hub.keys.seal(&hub::seal::case_subject(&clue).unwrap(), "summary", "属实").unwrap();
    let triage = Command::Triage {
        category: domain::category::Category::MinorAbuse,
        urgency: domain::category::Urgency::U1,
        minor: domain::category::Minor::Minor,
        harm: Vec::new(),
    };
    does(scene, CLERK, &clue, triage).await;
    does(scene, CLERK, &clue, Command::Assign { to: bureau, competence }).await;
    let team = [CLERK, SECOND].map(|id| id.parse().unwrap()).to_vec();
    does(scene, CLERK, &clue, Command::StartVerification { team }).await;
    let result = domain::clue::Conclusion::Substantiated;
    does(scene, LEADER, &clue, Command::Conclude { result, summary: sealed }).await;
    let number = "珠教罚立〔2026〕7号".parse().unwrap();
    does(scene, CLERK, &clue, Command::OpenAdminCase { number }).await;
    clue
}

async fn shown(scene: &mut Scene, clue: &str) -> v1::Clue {
    let request = v1::GetClueRequest { clue_id: clue.to_owned(), ..Default::default() };
    let request = scene.by(CLERK, request);
    scene.client.get_clue(request).await.unwrap().into_inner().clue.unwrap()
}

/// The row that an officer sees, which stands where the rule says.
async fn row(scene: &mut Scene, officer: &str) -> Option<v1::ClueSummary> {
    let request = v1::ListCluesRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let row = list(scene, officer, request).await.clues.pop()?;
    stands(scene, row.clone()).await;
    Some(row)
}

async fn police_clocks(scene: &mut Scene) -> Vec<String> {
    let request = v1::ListClocksRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let clocks = scene.client.list_clocks(scene.by(DUTY, request)).await.unwrap().into_inner().clocks;
    clocks.into_iter().filter_map(|clock| clock.clock).map(|clock| clock.rule).collect()
}

fn sign() -> Command {
    Command::SignReceipt { number: Text::parse("R-7").unwrap() }
}

#[tokio::test]
async fn education_sees_what_the_police_say_beside_its_case_and_the_case_goes_on() {
    let mut scene = scene().await;
    let clue = in_case(&mut scene).await;
    does(&scene, DUTY, &clue, Command::Claim).await;
    does(&scene, DUTY, &clue, sign()).await;
    let inform = v1::InformReporterRequest {
        request_id: uuid::Uuid::now_v7().to_string(),
        clue_id: clue.clone(),
        outcome: Some(v1::inform_reporter_request::Outcome::NoContact("停机".to_owned())),
        ..Default::default()
    };
    let early = scene.client.inform_reporter(scene.by(CLERK, inform)).await.unwrap_err();
    assert_eq!(Refusal::from_status(&early).reason(), "ANSWER_OUTSTANDING");
    does(&scene, DUTY, &clue, Command::Accept).await;
    assert_eq!(row(&mut scene, CLERK).await.unwrap().stage, "admin-handling");
    // The three days of the answer run for the police, who have the row and the clock on their list.
    assert_eq!(row(&mut scene, DUTY).await.unwrap().id, clue);
    assert_eq!(police_clocks(&mut scene).await, ["clue-police-feedback"]);
    let text = scene.hub.keys.seal(&hub::seal::case_subject(&clue).unwrap(), "feedback", "已立案").unwrap();
    let outcome = TransferOutcome::FiledCriminal;
    does(&scene, DUTY, &clue, Command::GiveFeedback { outcome, text }).await;
    assert_eq!(police_clocks(&mut scene).await, Vec::<String>::new());
    assert_eq!(row(&mut scene, CLERK).await.unwrap().stage, "admin-handling");
    let clue = shown(&mut scene, &clue).await;
    assert_eq!(
        (clue.stage.as_str(), clue.admin_case_number.as_str()),
        ("admin-handling", "珠教罚立〔2026〕7号")
    );
    let duty = clue.obligation.unwrap();
    assert_eq!((duty.state.as_str(), duty.outcome), ("answered", v1::TransferOutcome::FiledCriminal as i32));
    assert_eq!((duty.feedback.unwrap().text, duty.receipt_number), ("已立案".to_owned(), "R-7".to_owned()));
}

#[tokio::test]
async fn a_report_that_the_police_pass_on_or_find_not_theirs_leaves_the_case_where_it_is() {
    let mut scene = scene().await;
    let clue = in_case(&mut scene).await;
    does(&scene, DUTY, &clue, Command::Claim).await;
    does(&scene, DUTY, &clue, sign()).await;
    let city =
        scene.hub.roster.unit(&format!("UN-PSB-{CITY}").parse().unwrap()).unwrap().unwrap().unit.clone();
    let reason = Text::parse("市局管辖").unwrap();
    does(&scene, DUTY, &clue, Command::Forward { to: city.clone(), reason }).await;
    assert_eq!(row(&mut scene, CLERK).await.unwrap().stage, "admin-handling");
    let passed = shown(&mut scene, &clue).await.obligation.unwrap();
    assert_eq!((passed.state.as_str(), passed.reason.as_str()), ("forwarded", "市局管辖"));
    assert_eq!(passed.answering.unwrap().id, city.id.as_str());
    // The district's police signed for it and stay a party; what is to be done now is the city's.
    assert_eq!(row(&mut scene, DUTY).await.unwrap().id, clue);
    assert_eq!(police_clocks(&mut scene).await, Vec::<String>::new());

    let other = in_case(&mut scene).await;
    does(&scene, DUTY, &other, Command::Claim).await;
    does(&scene, DUTY, &other, sign()).await;
    let (reason, suggestion) = (Text::parse("不构成违法").unwrap(), Text::parse("教育部门").unwrap());
    does(&scene, DUTY, &other, Command::Decline { reason, suggestion }).await;
    let other = shown(&mut scene, &other).await;
    let duty = other.obligation.unwrap();
    assert_eq!((other.stage.as_str(), duty.state.as_str()), ("admin-handling", "not-police"));
    assert_eq!((duty.reason.as_str(), duty.suggestion.as_str()), ("不构成违法", "教育部门"));
}

#[tokio::test]
async fn a_merge_is_not_confirmed_into_a_clue_that_was_merged_meanwhile() {
    let mut scene = scene().await;
    let request_id = || uuid::Uuid::now_v7().to_string();
    let mut reported = Vec::new();
    for minor in [v1::Minor::None, v1::Minor::None, v1::Minor::Minor] {
        let institution = CREDIT.to_owned();
        let request = v1::ReportClueRequest { institution, minor: minor as i32, ..scene.plain() };
        reported.push(scene.report(request).await.clue_id);
    }
    let [goes_on, target, child] = [&reported[0], &reported[1], &reported[2]].map(Clone::clone);
    for (from, into) in [(&child, &target), (&target, &goes_on)] {
        let (clue_id, into_clue_id) = (from.clone(), into.clone());
        let merge =
            v1::MergeClueRequest { request_id: request_id(), clue_id, into_clue_id, ..Default::default() };
        scene.client.merge_clue(scene.by(CLERK, merge)).await.unwrap();
    }
    let confirm =
        v1::ConfirmMergeRequest { request_id: request_id(), clue_id: child.clone(), ..Default::default() };
    let gone = scene.client.confirm_merge(scene.by(SECOND, confirm)).await.unwrap_err();
    assert_eq!(Refusal::from_status(&gone).reason(), "TARGET_CLOSED");
    assert_eq!(shown(&mut scene, &child).await.stage, "merge-proposed");
}
