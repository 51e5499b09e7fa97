//! A joint visit of education, fire and police, one call a step. Never here: an assertion about the law.

use domain::checklist::Checklists;
use tonic::Status;
use wire::v1::{self, CommandReceipt};

use crate::town::{SCHOOL, Town, fresh};

pub const PASS: i32 = v1::LineVerdict::Pass as i32;
pub const FAIL: i32 = v1::LineVerdict::Fail as i32;
pub const FIXED: i32 = v1::LineVerdict::FailFixed as i32;

/// What became of a step.
pub type Done = Result<CommandReceipt, Status>;

/// One step of a visit: the call and its request, with the fields that are its own.
#[macro_export]
macro_rules! step {
    ($town:expr, $by:expr, $id:expr, $call:ident, $request:ident { $($field:ident: $value:expr),* }) => {{
        let request = wire::v1::$request {
            request_id: $crate::town::fresh(),
            occurred_at: None,
            inspection_id: $id.to_string(),
            $($field: $value),*
        };
        let answer = $town.client.clone().$call($town.asks($by, request)).await;
        answer.map(|answer| answer.into_inner().receipt.unwrap())
    }};
}

pub fn sheet(agency: v1::Agency, checklist: &str) -> v1::InspectionSheet {
    v1::InspectionSheet { agency: agency as i32, checklist: checklist.to_owned(), version: 0 }
}

/// Education with fire and police, the day so many days from today.
pub fn plan(town: &Town, days: i64) -> v1::InspectionPlan {
    v1::InspectionPlan {
        institution_id: SCHOOL.to_owned(),
        invited_unit_ids: vec!["UN-FIRE-430405".to_owned(), "UN-PSB-430405".to_owned()],
        tier: v1::InspectionTier::County as i32,
        sheets: vec![
            sheet(v1::Agency::Education, "facility-safety"),
            sheet(v1::Agency::Fire, "fire-nine-rules"),
        ],
        on: town.day(days).to_string(),
        ..v1::InspectionPlan::default()
    }
}

pub async fn planned(
    town: &Town,
    by: &str,
    plan: v1::InspectionPlan,
) -> Result<v1::PlanInspectionResponse, Status> {
    let request = v1::PlanInspectionRequest { request_id: fresh(), occurred_at: None, plan: Some(plan) };
    Ok(town.client.clone().plan_inspection(town.asks(by, request)).await?.into_inner())
}

pub fn member(name: &str) -> v1::InspectionMember {
    v1::InspectionMember {
        officer_id: format!("OF-{name}"),
        certificate: format!("湘衡执法 {name}"),
        fire_delegation: String::new(),
    }
}

pub async fn confirm(town: &Town, id: &str, by: &str, name: &str) -> Done {
    let member = Some(member(name));
    step!(
        town,
        by,
        id,
        confirm_inspection_member,
        ConfirmInspectionMemberRequest { member: member, conflict: false }
    )
}

pub fn answer(line: &str, verdict: i32) -> v1::LineAnswer {
    let finding = if verdict == PASS { String::new() } else { "二楼东侧楼梯口".to_owned() };
    v1::LineAnswer { line: line.to_owned(), verdict, finding, ..v1::LineAnswer::default() }
}

pub async fn record(town: &Town, id: &str, by: &str, answers: Vec<v1::LineAnswer>) -> Done {
    step!(town, by, id, record_lines, RecordLinesRequest { answers: answers })
}

/// The lines of a checklist, fire lines or the others, all passed but those named.
pub fn lines(checklist: &str, fire: bool, but: &[(&str, i32)]) -> Vec<v1::LineAnswer> {
    let list = Checklists::standard().newest(checklist).unwrap();
    let wanted = list.lines.iter().filter(|line| line.category.fire() == fire);
    let verdict = |line: &str| but.iter().find(|(one, _)| *one == line).map_or(PASS, |(_, verdict)| *verdict);
    wanted.map(|line| answer(line.id.as_str(), verdict(line.id.as_str()))).collect()
}

pub async fn shown(
    town: &Town,
    by: &str,
    id: &str,
    token: &str,
) -> Result<v1::GetInspectionResponse, Status> {
    let (inspection_id, consistency_token) = (id.to_owned(), token.to_owned());
    let request = v1::GetInspectionRequest { consistency_token, inspection_id };
    Ok(town.client.clone().get_inspection(town.asks(by, request)).await?.into_inner())
}
