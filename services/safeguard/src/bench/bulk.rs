//! Bulk intake over gRPC: dispatches, one event each, and whole visits, three events each, from a few senders at once, each
//! record authenticated, authorised, decided, durable and answered. Never here: the campaign they belong to.

use std::time::Instant;

use anyhow::{Context, ensure};
use domain::actor::{Actor, Agency, Level, Role};
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::text::Text;
use eventlog::StreamName;
use futures::{StreamExt, stream};
use hub::{Hub, Order, clocks};
use tonic::Streaming;
use uuid::Uuid;
use wire::v1;
use wire::v1::bulk_outcome::What;
use wire::v1::campaign_service_client::CampaignServiceClient;
use wire::v1::inspection_service_client::InspectionServiceClient;

use crate::bench::Figures;
use crate::bench::ground::{Caller, Ground, PLACE, unit_of};

/// Senders at once, each on a connection and a stream of its own.
const SENDERS: u64 = 4;
/// The institution that everybody goes to.
const INSTITUTION: &str = "IN-12100000400009880K";
/// A day of the campaign.
const DAY: &str = "2023-10-14";

/// Measures `bulk_dispatches_per_s` and `bulk_visits_per_s`.
///
/// # Errors
/// When a record is not recorded.
pub async fn measure(ground: &Ground, records: u64, figures: &mut Figures) -> anyhow::Result<()> {
    enter_institution(ground.hub()).await?;
    let caller = ground.caller("OF-B-EDU")?;
    let campaign = draft(ground, &caller).await?;
    let goal = format!("at least 20000, of {records} records of one event");
    let rate = timed(ground, &caller, records, |channel, caller, numbers| {
        let campaign = campaign.clone();
        async move {
            let asked = stream::iter(numbers).map(move |number| dispatch(number, &campaign));
            let mut client = CampaignServiceClient::new(channel);
            let answers = client.report_dispatches(caller.ask(asked)).await?.into_inner();
            all_recorded(answers, |answer| answer.outcome).await
        }
    });
    figures.keep("bulk_dispatches_per_s", rate.await?, goal);
    let visits = records / 2;
    let rate = timed(ground, &caller, visits, |channel, caller, numbers| async move {
        let asked = stream::iter(numbers).map(visit);
        let mut client = InspectionServiceClient::new(channel);
        let answers = client.report_inspections(caller.ask(asked)).await?.into_inner();
        all_recorded(answers, |answer| answer.outcome).await
    });
    figures.keep("bulk_visits_per_s", rate.await?, format!("{visits} whole visits of three events"));
    Ok(())
}

/// Records a second, from the first one sent to the last one answered.
async fn timed<F>(
    ground: &Ground,
    caller: &Caller,
    records: u64,
    send: impl Fn(tonic::transport::Channel, Caller, std::ops::Range<u64>) -> F,
) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<u64>> + Send + 'static,
{
    let part = records / SENDERS;
    let mut sent = Vec::new();
    for sender in 0..SENDERS {
        let channel = ground.connect().await?;
        sent.push(send(channel, caller.clone(), sender * part..(sender + 1) * part));
    }
    let start = Instant::now();
    let mut recorded = 0;
    let tasks: Vec<_> = sent.into_iter().map(tokio::spawn).collect();
    for task in tasks {
        recorded += task.await??;
    }
    ensure!(recorded == part * SENDERS, "{recorded} records were recorded");
    Ok(recorded as f64 / start.elapsed().as_secs_f64())
}

async fn all_recorded<M>(
    mut answers: Streaming<M>,
    outcome: impl Fn(M) -> Option<v1::BulkOutcome>,
) -> anyhow::Result<u64> {
    let mut recorded = 0;
    while let Some(answer) = answers.message().await? {
        match outcome(answer).and_then(|outcome| outcome.what) {
            Some(What::Recorded(_)) => recorded += 1,
            other => anyhow::bail!("a record was answered {other:?}"),
        }
    }
    Ok(recorded)
}

fn dispatch(number: u64, campaign: &str) -> v1::ReportDispatchesRequest {
    v1::ReportDispatchesRequest {
        number,
        request_id: Uuid::now_v7().to_string(),
        campaign_id: campaign.to_owned(),
        post: Some(v1::CampaignPost { level: v1::Level::County.into(), division: PLACE.to_owned() }),
        on: DAY.to_owned(),
        persons: 2,
        institution_ids: vec![INSTITUTION.to_owned()],
        ..Default::default()
    }
}

/// A visit by two officers at which everything passed.
fn visit(number: u64) -> v1::ReportInspectionsRequest {
    let at = |hour: i64| Some(prost_types::Timestamp { seconds: 1_697_241_600 + hour * 3_600, nanos: 0 });
    let sheet = v1::InspectionSheet {
        agency: v1::Agency::Education.into(),
        checklist: "perimeter".to_owned(),
        ..Default::default()
    };
    let plan = v1::InspectionPlan {
        institution_id: INSTITUTION.to_owned(),
        tier: v1::InspectionTier::County.into(),
        sheets: vec![sheet],
        on: DAY.to_owned(),
        ..Default::default()
    };
    let member = |officer: &str| v1::InspectionMember {
        officer_id: officer.to_owned(),
        certificate: format!("执{officer}"),
        ..Default::default()
    };
    let report = v1::InspectionReport {
        request_id: Uuid::now_v7().to_string(),
        plan: Some(plan),
        members: vec![member("OF-B-EDU"), member("OF-B-EDU-SYS")],
        from: at(1),
        until: at(2),
        ..Default::default()
    };
    v1::ReportInspectionsRequest { number, report: Some(report) }
}

/// A campaign that the district leads, as that of 2023.
async fn draft(ground: &Ground, caller: &Caller) -> anyhow::Result<String> {
    let request = v1::DraftCampaignRequest {
        request_id: Uuid::now_v7().to_string(),
        template_id: "safety-guard-2023".to_owned(),
        ..Default::default()
    };
    let mut client = CampaignServiceClient::new(ground.connect().await?);
    Ok(client.draft_campaign(caller.ask(request)).await.context("a campaign")?.into_inner().campaign_id)
}

async fn enter_institution(hub: &Hub) -> anyhow::Result<()> {
    let service = clocks::service_actor().map_err(|error| anyhow::anyhow!(error))?;
    let by = Actor { roles: vec![Role::Administrator], ..service };
    let particulars = Particulars {
        id: INSTITUTION.parse()?,
        credit_code: INSTITUTION.trim_start_matches("IN-").parse()?,
        name: Text::parse("样例培训机构")?,
        kind: InstitutionKind::SubjectTraining,
        division: unit_of(Agency::Education, Level::County, PLACE)?.division,
        address: Text::parse("样例路1号")?,
        lead: Agency::Education,
    };
    let command = institution::Command::Register(Box::new(particulars));
    let order = Order { by, id: Uuid::now_v7(), occurred: None, causation: None, correlation: None, command };
    let entered = hub.handle::<InstitutionRule>(&StreamName::parse(INSTITUTION)?, &order).await?;
    Ok(hub.roster.view().wait(&entered.token(), std::time::Duration::from_secs(60)).await?)
}
