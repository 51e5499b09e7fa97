//! The kinds of records of the bulk intake: how each becomes a request, and on which call it goes.
//! Never here: whom it is sent for.

use std::future::Future;

use domain::actor::{Agency, Level};
use domain::hazard::Grade;
use domain::inspection::plan::Tier;
use futures::stream;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Status, Streaming};
use wire::convert::{OnWire, timestamp};
use wire::v1::campaign_service_client::CampaignServiceClient;
use wire::v1::hazard_service_client::HazardServiceClient;
use wire::v1::inspection_service_client::InspectionServiceClient;
use wire::v1::work_hazards_request::Step as Wanted;
use wire::v1::{self, BulkOutcome, BulkRefused};

use super::calendar::day_of;
use super::loops::SHEETS;
use super::record::{Act, Dispatch, Failed, Head, Signature, StaffCount, Step, Visit};
use super::send::{Beside, Line};

/// A kind of record.
pub(super) trait Kind: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Its file's name without the ending.
    const FILE: &'static str;
    /// The request.
    type Request: Send + 'static;
    /// The answer.
    type Answer: Send + 'static;

    /// Id, time, officer.
    fn head(&self) -> &Head;

    /// As it is sent.
    fn request(&self, number: u64, beside: &Beside) -> Self::Request;

    /// Opens the stream.
    fn open(
        line: Line,
        requests: Vec<Self::Request>,
    ) -> impl Future<Output = Result<Streaming<Self::Answer>, Status>> + Send;

    /// What the answer says.
    fn outcome(answer: Self::Answer) -> Option<BulkOutcome>;

    /// Whether a photograph must be there.
    fn shown(&self) -> bool {
        false
    }

    /// Which of the others on the same day it waits for: those of a lower wave.
    fn wave(&self) -> u8 {
        0
    }

    /// Whether it may be recorded when it comes again.
    fn may_come_later(refused: &BulkRefused) -> bool {
        refused.not_yet
    }
}

impl Kind for Dispatch {
    const FILE: &'static str = "dispatches";
    type Request = v1::ReportDispatchesRequest;
    type Answer = v1::ReportDispatchesResponse;

    fn head(&self) -> &Head {
        &self.head
    }

    fn request(&self, number: u64, beside: &Beside) -> Self::Request {
        v1::ReportDispatchesRequest {
            number,
            request_id: self.head.request_id.to_string(),
            occurred_at: Some(timestamp(self.head.occurred_at)),
            campaign_id: beside.campaign.clone(),
            post: Some(v1::CampaignPost { level: self.level.to_wire(), division: self.division.clone() }),
            on: self.on.to_string(),
            persons: self.persons,
            institution_ids: self.institutions.clone(),
        }
    }

    async fn open(line: Line, requests: Vec<Self::Request>) -> Result<Streaming<Self::Answer>, Status> {
        Ok(CampaignServiceClient::new(line).report_dispatches(stream::iter(requests)).await?.into_inner())
    }

    fn outcome(answer: Self::Answer) -> Option<BulkOutcome> {
        answer.outcome
    }
}

impl Kind for StaffCount {
    const FILE: &'static str = "staff-counts";
    type Request = v1::ReportStaffCountsRequest;
    type Answer = v1::ReportStaffCountsResponse;

    fn head(&self) -> &Head {
        &self.head
    }

    fn request(&self, number: u64, beside: &Beside) -> Self::Request {
        v1::ReportStaffCountsRequest {
            number,
            request_id: self.head.request_id.to_string(),
            occurred_at: Some(timestamp(self.head.occurred_at)),
            campaign_id: beside.campaign.clone(),
            institution_id: self.institution.clone(),
            on: self.on.to_string(),
            persons: self.persons.clone(),
        }
    }

    async fn open(line: Line, requests: Vec<Self::Request>) -> Result<Streaming<Self::Answer>, Status> {
        Ok(CampaignServiceClient::new(line).report_staff_counts(stream::iter(requests)).await?.into_inner())
    }

    fn outcome(answer: Self::Answer) -> Option<BulkOutcome> {
        answer.outcome
    }
}

impl Kind for Visit {
    const FILE: &'static str = "inspections";
    type Request = v1::ReportInspectionsRequest;
    type Answer = v1::ReportInspectionsResponse;

    fn head(&self) -> &Head {
        &self.head
    }

    fn request(&self, number: u64, beside: &Beside) -> Self::Request {
        let sheet = |(agency, checklist): (Agency, &str)| v1::InspectionSheet {
            agency: agency.to_wire(),
            checklist: checklist.to_owned(),
            version: 1,
        };
        let plan = v1::InspectionPlan {
            institution_id: self.institution.clone(),
            invited_unit_ids: self.invited.clone(),
            tier: tier(self.tier).into(),
            campaign_id: beside.campaign.clone(),
            earlier_inspection_id: self.earlier.clone(),
            sheets: SHEETS.map(sheet).to_vec(),
            on: day_of(self.from).to_string(),
            drawn: None,
        };
        let members = self.members.iter().map(|member| v1::InspectionMember {
            officer_id: member.officer.clone(),
            certificate: member.certificate.clone(),
            fire_delegation: String::new(),
        });
        v1::ReportInspectionsRequest {
            number,
            report: Some(v1::InspectionReport {
                request_id: self.head.request_id.to_string(),
                occurred_at: Some(timestamp(self.head.occurred_at)),
                plan: Some(plan),
                members: members.collect(),
                from: Some(timestamp(self.from)),
                until: Some(timestamp(self.until)),
                answers: self.failed.iter().map(answer).collect(),
                refused_to_sign: self.refused_to_sign.clone(),
                notice_number: self.notice.clone(),
            }),
        }
    }

    async fn open(line: Line, requests: Vec<Self::Request>) -> Result<Streaming<Self::Answer>, Status> {
        Ok(InspectionServiceClient::new(line).report_inspections(stream::iter(requests)).await?.into_inner())
    }

    fn outcome(answer: Self::Answer) -> Option<BulkOutcome> {
        answer.outcome
    }
}

fn answer(failed: &Failed) -> v1::LineAnswer {
    let verdict = if failed.fixed { v1::LineVerdict::FailFixed } else { v1::LineVerdict::Fail };
    v1::LineAnswer {
        line: failed.line.clone(),
        verdict: verdict.into(),
        finding: failed.finding.clone(),
        papers: Vec::new(),
        captured: None,
    }
}

const fn tier(tier: Tier) -> v1::InspectionTier {
    match tier {
        Tier::County => v1::InspectionTier::County,
        Tier::City => v1::InspectionTier::City,
        Tier::Province => v1::InspectionTier::Province,
        Tier::LookBack => v1::InspectionTier::LookBack,
    }
}

impl Kind for Signature {
    const FILE: &'static str = "signatures";
    type Request = v1::SignInspectionsRequest;
    type Answer = v1::SignInspectionsResponse;

    fn head(&self) -> &Head {
        &self.head
    }

    fn request(&self, number: u64, _: &Beside) -> Self::Request {
        v1::SignInspectionsRequest {
            request_id: self.head.request_id.to_string(),
            occurred_at: Some(timestamp(self.head.occurred_at)),
            inspection_id: self.inspection.clone(),
            number,
        }
    }

    async fn open(line: Line, requests: Vec<Self::Request>) -> Result<Streaming<Self::Answer>, Status> {
        Ok(InspectionServiceClient::new(line).sign_inspections(stream::iter(requests)).await?.into_inner())
    }

    fn outcome(answer: Self::Answer) -> Option<BulkOutcome> {
        answer.outcome
    }
}

impl Kind for Step {
    const FILE: &'static str = "hazards";
    type Request = v1::WorkHazardsRequest;
    type Answer = v1::WorkHazardsResponse;

    fn head(&self) -> &Head {
        &self.head
    }

    fn request(&self, number: u64, beside: &Beside) -> Self::Request {
        v1::WorkHazardsRequest {
            request_id: self.head.request_id.to_string(),
            occurred_at: Some(timestamp(self.head.occurred_at)),
            hazard_id: self.hazard.clone(),
            number,
            step: Some(wanted(&self.act, &beside.photograph)),
        }
    }

    async fn open(line: Line, requests: Vec<Self::Request>) -> Result<Streaming<Self::Answer>, Status> {
        Ok(HazardServiceClient::new(line).work_hazards(stream::iter(requests)).await?.into_inner())
    }

    fn outcome(answer: Self::Answer) -> Option<BulkOutcome> {
        answer.outcome
    }

    fn shown(&self) -> bool {
        self.act.shown()
    }

    /// Others look at what was fixed.
    fn wave(&self) -> u8 {
        u8::from(matches!(self.act, Act::Verify { .. }))
    }

    /// A step that has no place yet may have one when the step before it was recorded.
    fn may_come_later(refused: &BulkRefused) -> bool {
        refused.not_yet || refused.reason == "HAZARD_NOT_HERE"
    }
}

fn wanted(act: &Act, photograph: &str) -> Wanted {
    let papers = || {
        let (kind, hash) = (v1::PaperKind::Evidence.into(), photograph.to_owned());
        vec![v1::PaperRef { kind, hash, ..Default::default() }]
    };
    let day = |day: &Option<jiff::civil::Date>| day.map_or(String::new(), |day| day.to_string());
    match act {
        Act::Grade { grade } => {
            let grade = match grade {
                Grade::General => v1::HazardGrade::General,
                Grade::Major => v1::HazardGrade::Major,
            };
            Wanted::Grade(v1::HazardGrading { grade: grade.into(), reason: "现场核定".to_owned() })
        }
        Act::FixOnSpot { fixer } => {
            Wanted::FixOnSpot(v1::HazardFix { fixer: fixer.clone(), papers: papers() })
        }
        Act::Notify { number, until } => {
            Wanted::Notify(v1::HazardNotice { number: number.clone(), until: day(until) })
        }
        Act::Rectify { fen, until, interim } => Wanted::Rectify(v1::HazardElements {
            responsible: "机构负责人".to_owned(),
            measures: "按标准整改".to_owned(),
            fen: *fen,
            until: until.to_string(),
            plan: "限期整改并组织应急演练".to_owned(),
            interim: interim.clone(),
        }),
        Act::Progress { progress } => {
            Wanted::ReportProgress(v1::HazardProgress { progress: progress.clone() })
        }
        Act::ReportFix { fixer } => {
            Wanted::ReportFix(v1::HazardFix { fixer: fixer.clone(), papers: papers() })
        }
        Act::Verify { present } => {
            Wanted::Verify(v1::HazardVisit { present: present.clone(), papers: papers() })
        }
    }
}

/// The wire form of a return.
pub(super) fn returned(one: &domain::campaign::Return) -> v1::CampaignReturn {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let figures = &one.figures;
    let level: Level = one.post.level;
    v1::CampaignReturn {
        post: Some(v1::CampaignPost { level: level.to_wire(), division: one.post.division.to_string() }),
        through: one.through.to_string(),
        figures: Some(v1::CampaignFigures {
            dispatch_person_times: Some(number(figures.dispatch_person_times)),
            inst_inspected: Some(number(figures.inst_inspected)),
            inst_safety_hazard: Some(number(figures.inst_safety_hazard)),
            inst_fire_hazard: Some(number(figures.inst_fire_hazard)),
            inst_fire_evacuation: Some(number(figures.inst_fire_evacuation)),
            inst_fire_equipment: Some(number(figures.inst_fire_equipment)),
            staff_queried: Some(number(figures.staff_queried)),
        }),
    }
}
