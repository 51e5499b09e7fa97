//! What officers do in every story: report, sort, verify, claim, sign. Never here: what a story is about.

use safeguard::world::Desk;
use wire::v1;

use crate::stage::{Stage, id};

/// The county of most stories, and the one beside it.
pub const HERE: &str = "430405";
pub const BESIDE: &str = "430412";

/// Sends a command with a fresh request id: `ask!(desk, service.method, Request { fields })`.
macro_rules! ask {
    ($desk:expr, $service:ident.$method:ident, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $desk
            .$service()
            .$method(wire::v1::$request {
                request_id: crate::stage::id(),
                $($field: $value.into(),)*
                ..Default::default()
            })
            .await
            .map(tonic::Response::into_inner)
    };
}

/// Sends a command that must be done, and answers with its receipt.
macro_rules! done {
    ($($asked:tt)*) => {
        crate::acts::ask!($($asked)*).unwrap().receipt.unwrap()
    };
}

/// Asks a question, seeing at least what `token` stands for: `see!(desk, service.method, token, Request { fields })`.
macro_rules! see {
    ($desk:expr, $service:ident.$method:ident, $token:expr, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $desk
            .$service()
            .$method(wire::v1::$request {
                consistency_token: $token.to_string(),
                $($field: $value.into(),)*
                ..Default::default()
            })
            .await
            .map(tonic::Response::into_inner)
    };
}

pub(crate) use {ask, done, see};

/// The id of a unit: `unit("PSB", "430405")`.
pub fn unit(agency: &str, division: &str) -> String {
    format!("UN-{agency}-{division}")
}

/// A plain clue about prepaid fees, from nobody in particular.
pub fn clue_in(stage: &Stage, division: &str) -> v1::ReportClueRequest {
    v1::ReportClueRequest {
        request_id: id(),
        channel: v1::Channel::Phone.into(),
        category: v1::Category::FeeFraud.into(),
        urgency: v1::Urgency::U3.into(),
        division: division.to_owned(),
        received_at: Some(stage.now()),
        narrative: "家长来电反映一家培训机构收取预付费后关门失联，涉及多名学员。".to_owned(),
        reporter: Some(anonymous()),
        ..Default::default()
    }
}

/// A child of ten was hurt; the caller thinks it can wait.
pub fn child_hurt_in(stage: &Stage, division: &str) -> v1::ReportClueRequest {
    v1::ReportClueRequest {
        channel: v1::Channel::School.into(),
        category: v1::Category::Other.into(),
        urgency: v1::Urgency::U4.into(),
        harm: vec![v1::Harm::Injury.into()],
        narrative: "班主任发现一名学生身上有多处新伤，学生称在家中被打。".to_owned(),
        persons: vec![victim("测试学童", &child_number("4304051"))],
        ..clue_in(stage, division)
    }
}

/// The identity number of a child of ten that nobody has; the same seed gives the same number.
pub fn child_number(seed: &str) -> String {
    safeguard::sample::cast::identity_number(seed.parse().unwrap(), "430405", 10)
}

/// A victim.
pub fn victim(name: &str, id_number: &str) -> v1::PersonStatement {
    v1::PersonStatement {
        part: v1::PersonPart::Victim.into(),
        name: name.to_owned(),
        id_number: id_number.to_owned(),
        ..Default::default()
    }
}

/// Nobody gave a name.
pub fn anonymous() -> v1::ReporterStatement {
    let who = v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {});
    v1::ReporterStatement { who: Some(who) }
}

/// A person who wants to stay secret.
pub fn named(name: &str, phone: &str, id_number: &str) -> v1::ReporterStatement {
    let named = v1::NamedReporter {
        name: name.to_owned(),
        phone: phone.to_owned(),
        id_number: id_number.to_owned(),
        secret: true,
    };
    v1::ReporterStatement { who: Some(v1::reporter_statement::Who::Named(named)) }
}

/// Writes a clue down.
pub async fn report(desk: &Desk, request: v1::ReportClueRequest) -> v1::ReportClueResponse {
    desk.education().report_clue(request).await.unwrap().into_inner()
}

/// The token of a report.
pub fn token(reported: &v1::ReportClueResponse) -> String {
    reported.receipt.as_ref().unwrap().consistency_token.clone()
}

/// Reads a clue as the officer may see it.
pub async fn read(desk: &Desk, clue: &str, token: &str) -> v1::Clue {
    see!(desk, education.get_clue, token, GetClueRequest { clue_id: clue }).unwrap().clue.unwrap()
}

/// Sorts a clue as it was reported.
pub async fn triage(desk: &Desk, clue: &v1::Clue) -> v1::CommandReceipt {
    let minor = if clue.minor() == v1::Minor::Unspecified { v1::Minor::None } else { clue.minor() };
    done!(
        desk,
        education.triage_clue,
        TriageClueRequest {
            clue_id: clue.id.clone(),
            category: clue.category(),
            urgency: clue.urgency(),
            minor: minor,
            harm: clue.harm.clone(),
        }
    )
}

/// A clue of the county, verified and substantiated by its bureau.
pub async fn substantiated(stage: &Stage) -> String {
    verified(stage, clue_in(stage, HERE), "查实：预收学费后关闭教学点，资金去向不明。").await
}

/// A clue of the county, substantiated with these words.
pub async fn verified(stage: &Stage, request: v1::ReportClueRequest, summary: &str) -> String {
    let (clerk, handler) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.handler"));
    let reported = report(&clerk, request).await;
    let clue = read(&clerk, &reported.clue_id, &token(&reported)).await;
    triage(&clerk, &clue).await;
    done!(
        clerk,
        education.assign_clue,
        AssignClueRequest { clue_id: &*clue.id, to_unit_id: unit("EDU", HERE) }
    );
    done!(
        handler,
        education.start_verification,
        StartVerificationRequest {
            clue_id: &*clue.id,
            team: vec![handler.account.id.clone(), clerk.account.id.clone()],
        }
    );
    let receipt = done!(
        stage.desk("430405.edu.leader"),
        education.conclude_clue,
        ConcludeClueRequest { clue_id: &*clue.id, result: v1::Conclusion::Substantiated, summary: summary }
    );
    assert_eq!(receipt.state, "substantiated");
    clue.id
}
