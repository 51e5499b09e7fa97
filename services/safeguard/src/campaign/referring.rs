//! A referral under Order 310 step by step, as its officers take them: report, approval, delivery, receipt, decision and
//! remedies, hand-over or return. Never here: the clue before and after it, or how it is to end.

use domain::campaign::workload::Outcome;
use hub::mint;
use jiff::civil::Date;
use tonic::Status;
use uuid::Uuid;
use wire::v1;
use wire::v1::PaperKind;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;

use super::referral::{Police, Referral};
use super::send::{Line, Sender, ask};

/// The clue that is referred.
pub(super) struct Origin<'a> {
    /// The clue's request.
    pub(super) request: Uuid,
    /// The clue.
    pub(super) clue: &'a str,
    /// The day.
    pub(super) day: Date,
    /// The two officers of the team; the first writes.
    pub(super) team: [&'a str; 2],
}

/// The police officers who act.
struct Station {
    duty: PoliceServiceClient<Line>,
    head: PoliceServiceClient<Line>,
}

/// The steps of one referral.
struct Course<'a> {
    referral: &'a Referral,
    origin: &'a Origin<'a>,
    id: String,
    hash: String,
    own: EducationServiceClient<Line>,
    chief: EducationServiceClient<Line>,
    prosecutor: PoliceServiceClient<Line>,
}

/// One call with an id of its own, named after the call.
macro_rules! step {
    ($course:expr, $client:expr, $method:ident, $request:ident { $($field:ident: $value:expr),+ $(,)? }) => {
        ask!($client.clone(), $method, v1::$request {
            request_id: $course.request(stringify!($method)),
            $($field: $value,)+
            ..Default::default()
        })
    };
}

impl Sender {
    /// Refers a clue and takes the referral to its end.
    ///
    /// # Errors
    /// The first refusal.
    pub(super) async fn refer(&self, referral: &Referral, origin: &Origin<'_>) -> Result<(), Status> {
        let failed = |error: anyhow::Error| Status::internal(error.to_string());
        let [writer, _] = origin.team;
        let line = self.line(writer).map_err(failed)?;
        let hash = self.photograph(writer, &line).await.map_err(failed)?;
        let mut course = Course {
            referral,
            origin,
            id: String::new(),
            hash,
            own: EducationServiceClient::new(line),
            chief: EducationServiceClient::new(self.line(&referral.chief).map_err(failed)?),
            prosecutor: PoliceServiceClient::new(self.line(&referral.prosecutor).map_err(failed)?),
        };
        course.id = course.drafted().await?;
        course.delivered().await?;
        let station = |police: &Police| -> anyhow::Result<Station> {
            let [duty, head] = [&police.duty, &police.head].map(|officer| self.line(officer));
            Ok(Station { duty: PoliceServiceClient::new(duty?), head: PoliceServiceClient::new(head?) })
        };
        let first = station(&referral.police).map_err(failed)?;
        course.receipted(&first, "first").await?;
        match &referral.forwarded {
            None => course.decided(&first).await,
            Some(to) => {
                course.forwarded(&first, &to.unit).await?;
                let second = station(to).map_err(failed)?;
                course.receipted(&second, "second").await?;
                course.decided(&second).await
            }
        }
    }
}

impl Course<'_> {
    fn request(&self, step: &str) -> String {
        mint::follow_up(self.origin.request, &format!("referral/{step}")).to_string()
    }

    fn number(&self, kind: &str) -> String {
        format!("{}{kind}〔{}〕{}号", self.referral.word, self.origin.day.year(), self.referral.number)
    }

    fn paper(&self, kind: PaperKind) -> v1::PaperRef {
        v1::PaperRef { kind: kind.into(), hash: self.hash.clone(), ..Default::default() }
    }

    /// Drafted by the team, reported to the head, approved; the referral's id.
    async fn drafted(&mut self) -> Result<String, Status> {
        let draft = step!(
            self,
            self.own,
            draft_referral,
            DraftReferralRequest {
                clue_id: self.origin.clue.to_owned(),
                number: self.number("教移立"),
                team: self.origin.team.map(ToOwned::to_owned).to_vec(),
                charges: vec![self.referral.charge.clone()],
                facts: "经核查，当事人的行为涉嫌犯罪，依法移送。".to_owned(),
            }
        )?;
        let referral_id = draft.referral_id;
        step!(
            self,
            self.own,
            submit_referral,
            SubmitReferralRequest {
                referral_id: referral_id.clone(),
                number: self.number("教移报"),
                papers: vec![self.paper(PaperKind::Report)],
            }
        )?;
        step!(
            self,
            self.chief,
            approve_referral,
            ApproveReferralRequest { referral_id: referral_id.clone(), number: self.number("教移批") }
        )?;
        Ok(referral_id)
    }

    async fn delivered(&self) -> Result<(), Status> {
        let papers = [PaperKind::Letter, PaperKind::Report, PaperKind::Items].map(|kind| self.paper(kind));
        step!(
            self,
            self.own,
            deliver_referral,
            DeliverReferralRequest {
                referral_id: self.id.clone(),
                number: self.number("教移"),
                papers: papers.to_vec(),
            }
        )
        .map(|_| ())
    }

    /// Claimed and signed for, `place` telling the arrivals apart.
    async fn receipted(&self, station: &Station, place: &str) -> Result<(), Status> {
        let claim = v1::ClaimEntryRequest {
            request_id: self.request(&format!("claim_entry/{place}")),
            matter: self.id.clone(),
            ..Default::default()
        };
        ask!(station.duty.clone(), claim_entry, claim)?;
        let sign = v1::SignReceiptRequest {
            request_id: self.request(&format!("sign_receipt/{place}")),
            matter: self.id.clone(),
            receipt_number: format!("受案〔{}〕{}号", self.origin.day.year(), self.referral.number),
            paper: Some(self.paper(PaperKind::Receipt)),
            ..Default::default()
        };
        ask!(station.duty.clone(), sign_receipt, sign).map(|_| ())
    }

    async fn forwarded(&self, station: &Station, to: &str) -> Result<(), Status> {
        step!(
            self,
            station.duty,
            forward_entry,
            ForwardEntryRequest {
                matter: self.id.clone(),
                to_unit_id: to.to_owned(),
                number: self.number("公移"),
                reason: "主要犯罪地在其辖区".to_owned(),
            }
        )
        .map(|_| ())
    }

    /// What the police ask for, handed in.
    async fn supplemented(&self, station: &Station) -> Result<(), Status> {
        let missing = v1::MissingPaper { kind: PaperKind::Evidence.into(), note: "现场照片".to_owned() };
        step!(
            self,
            station.duty,
            request_supplement,
            RequestSupplementRequest {
                referral_id: self.id.clone(),
                number: self.number("公补"),
                missing: vec![missing],
            }
        )?;
        step!(
            self,
            self.own,
            supplement_referral,
            SupplementReferralRequest {
                referral_id: self.id.clone(),
                number: self.number("教移补"),
                papers: vec![self.paper(PaperKind::Evidence)],
            }
        )
        .map(|_| ())
    }

    /// The decision with its remedies, to the end that was drawn.
    async fn decided(&self, station: &Station) -> Result<(), Status> {
        if self.referral.supplemented {
            self.supplemented(station).await?;
        }
        match self.referral.ending {
            Outcome::Filed => self.filed(station).await,
            Outcome::NotPolice => self.declined(station).await,
            Outcome::NotFiled => {
                self.refused(station).await?;
                self.returned().await
            }
            Outcome::FiledOnReconsideration => {
                self.refused(station).await?;
                self.reconsidered().await?;
                self.filed(station).await
            }
            Outcome::Upheld => {
                self.upheld(station).await?;
                self.returned().await
            }
            Outcome::FiledOnOrder => {
                self.supervised(station).await?;
                let (referral_id, number) = (self.id.clone(), self.number("检立"));
                step!(
                    self,
                    self.prosecutor,
                    order_filing,
                    OrderFilingRequest { referral_id: referral_id, number: number }
                )?;
                self.filed(station).await
            }
            Outcome::ReasonsAccepted => {
                self.supervised(station).await?;
                let (referral_id, number) = (self.id.clone(), self.number("检复"));
                step!(
                    self,
                    self.prosecutor,
                    accept_reasons,
                    AcceptReasonsRequest { referral_id: referral_id, number: number }
                )
                .map(|_| ())
            }
        }
    }

    /// Filed, and handed over with what belongs to it.
    async fn filed(&self, station: &Station) -> Result<(), Status> {
        step!(
            self,
            station.head,
            file_case,
            FileCaseRequest {
                referral_id: self.id.clone(),
                number: self.number("公立"),
                paper: Some(self.paper(PaperKind::Decision)),
            }
        )?;
        step!(
            self,
            self.own,
            hand_over_referral,
            HandOverReferralRequest {
                referral_id: self.id.clone(),
                number: self.number("教移交"),
                paper: Some(self.paper(PaperKind::HandOver)),
            }
        )
        .map(|_| ())
    }

    async fn declined(&self, station: &Station) -> Result<(), Status> {
        step!(
            self,
            station.duty,
            decline_entry,
            DeclineEntryRequest {
                matter: self.id.clone(),
                number: self.number("公非"),
                reason: "不属于公安机关管辖".to_owned(),
                suggestion: "主管部门".to_owned(),
            }
        )
        .map(|_| ())
    }

    async fn refused(&self, station: &Station) -> Result<(), Status> {
        step!(
            self,
            station.head,
            refuse_filing,
            RefuseFilingRequest {
                referral_id: self.id.clone(),
                number: self.number("公不立"),
                reason: "现有材料不足以证明有犯罪事实".to_owned(),
                paper: Some(self.paper(PaperKind::Notice)),
            }
        )
        .map(|_| ())
    }

    /// The agency takes it back.
    async fn returned(&self) -> Result<(), Status> {
        let (referral_id, number) = (self.id.clone(), self.number("教移回"));
        step!(self, self.own, accept_return, AcceptReturnRequest { referral_id: referral_id, number: number })
            .map(|_| ())
    }

    async fn reconsidered(&self) -> Result<(), Status> {
        step!(
            self,
            self.own,
            request_reconsideration,
            RequestReconsiderationRequest {
                referral_id: self.id.clone(),
                number: self.number("教复"),
                reason: "材料足以证明有犯罪事实".to_owned(),
            }
        )
        .map(|_| ())
    }

    /// Refused, and refused again.
    async fn upheld(&self, station: &Station) -> Result<(), Status> {
        self.refused(station).await?;
        self.reconsidered().await?;
        step!(
            self,
            station.head,
            uphold_refusal,
            UpholdRefusalRequest {
                referral_id: self.id.clone(),
                number: self.number("公复"),
                reason: "维持原决定".to_owned(),
            }
        )
        .map(|_| ())
    }

    /// Upheld; the procuratorate asks why, and hears it.
    async fn supervised(&self, station: &Station) -> Result<(), Status> {
        self.upheld(station).await?;
        let referral_id = || self.id.clone();
        step!(
            self,
            self.own,
            suggest_supervision,
            SuggestSupervisionRequest { referral_id: referral_id(), number: self.number("教监") }
        )?;
        step!(
            self,
            self.prosecutor,
            open_supervision,
            OpenSupervisionRequest { referral_id: referral_id(), number: self.number("检监") }
        )?;
        step!(
            self,
            station.head,
            give_reasons,
            GiveReasonsRequest {
                referral_id: referral_id(),
                number: self.number("公说"),
                reason: "证据不足".to_owned(),
            }
        )
        .map(|_| ())
    }
}
