//! Clues of the campaign: reported, sorted, and brought to the end the generator gave them, one call after the other as
//! officers work. A clue that is merged is a second report about an institution that has one. What the generator refers is
//! found to hold and ends when its referral has.
//! Never here: the steps of a referral under Order 310.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, anyhow};
use domain::actor::Agency;
use domain::campaign::workload::{Clue as Drawn, Fate, Workload};
use domain::category::{Category, Urgency};
use domain::division::DivisionCode;
use futures::{StreamExt, TryStreamExt, stream};
use hub::mint;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tonic::Status;
use uuid::Uuid;
use wire::convert::{OnWire, timestamp};
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::inform_reporter_request::Outcome;
use wire::v1::police_service_client::PoliceServiceClient;
use wire::{Lang, Refusal, v1};

use super::calendar::{Calendar, at, day_of, later};
use super::draw::{Dice, id};
use super::ground::{acting, county_post, officer, unit};
use super::premises::{county_of, institution};
use super::record::Head;
use super::referral::{Referral, referral, word};
use super::referring::Origin;
use super::send::{Line, Sender, ask, pauses};
use crate::world::said;

/// The file's name, and what they are counted under.
pub(super) const FILE: &str = "clues";
/// What referrals are counted under.
pub(super) const REFERRALS: &str = "referrals";
/// Clues under way at once.
const AT_ONCE: usize = 32;
/// Why a clue is not closed yet: its referral runs.
const OPEN: &str = "REFERRAL_STILL_OPEN";
/// The first pause before it is asked again, and how often it is: some ten seconds in all.
const PAUSE: Duration = Duration::from_millis(10);
const TRIES: usize = 10;

/// What becomes of a clue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
pub(super) enum End {
    /// The agency checks it, and it does not hold.
    Checked,
    /// The agency checks it, and refers it to the police.
    Referred(Box<Referral>),
    /// It goes into another.
    Merged {
        /// The other's request.
        into: Uuid,
        /// When the other was received.
        received: Timestamp,
    },
    /// The police take it.
    Transferred {
        /// The police officer on duty.
        police: String,
    },
}

/// A clue of `clues.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Clue {
    /// Id, when it was received, by whom.
    #[serde(flatten)]
    pub(super) head: Head,
    /// The leader of the same office.
    leader: String,
    /// The office.
    unit: String,
    /// The institution.
    institution: String,
    /// Its division.
    division: DivisionCode,
    /// What it is about.
    category: Category,
    /// How urgent it is.
    urgency: Urgency,
    /// What becomes of it.
    #[serde(flatten)]
    end: End,
}

/// Every clue, by the day it is received.
pub(super) fn clues(seed: u64, work: &Workload, calendar: &Calendar) -> BTreeMap<Date, Vec<Clue>> {
    let all: Vec<Drawn> = work.clues().collect();
    let kept: Vec<&Drawn> = all.iter().filter(|clue| clue.fate == Fate::Handled).collect();
    let mut days: BTreeMap<Date, Vec<Clue>> = BTreeMap::new();
    for clue in &all {
        // What is merged goes into one that is kept, of the same institution and day.
        let other = || {
            let after = kept.partition_point(|other| other.number < clue.number);
            kept.get(after).or_else(|| kept.first()).copied()
        };
        let own = if clue.fate == Fate::Merged { other() } else { Some(clue) };
        let made = own.and_then(|own| made(seed, (work, calendar), clue, own));
        if let Some(made) = made {
            days.entry(day_of(made.head.occurred_at)).or_default().push(made);
        }
    }
    days
}

/// A clue that stands where `own` does.
fn made(seed: u64, (work, calendar): (&Workload, &Calendar), clue: &Drawn, own: &Drawn) -> Option<Clue> {
    let mut dice = Dice::of(seed, "clue-day", own.number);
    let days = calendar.opens.until(calendar.closes).ok()?.get_days().unsigned_abs();
    let day = later(calendar.opens, i64::try_from(dice.below(days.into())).ok()?);
    let received = at(day, 540 + i64::try_from(dice.below(480)).ok()?);
    let county = county_of(work, own.institution)?.division;
    let division = acting(county, day);
    let post = county_post(division);
    let request = |clue: &Drawn| id(seed, "clue", clue.number);
    // With the article of the Criminal Law it may come to.
    let [first, second] = match clue.urgency {
        Urgency::U1 | Urgency::U2 => [(Category::FireExit, "134-1"), (Category::Premises, "134-1")],
        Urgency::U3 | Urgency::U4 => [(Category::FeeFraud, "266"), (Category::IllegalOperation, "225")],
    };
    let (category, charge) = if clue.number.is_multiple_of(2) { first } else { second };
    let end = match clue.fate {
        Fate::Merged => End::Merged { into: request(own), received },
        Fate::Transferred => End::Transferred { police: officer(Agency::Police, post, 'A') },
        Fate::Referred => End::Referred(Box::new(referral(work, clue, (division, day), charge)?)),
        Fate::Handled => End::Checked,
    };
    Some(Clue {
        head: Head {
            request_id: request(clue),
            occurred_at: received,
            by: officer(Agency::Education, post, 'A'),
        },
        leader: officer(Agency::Education, post, 'B'),
        unit: unit(Agency::Education, post),
        institution: institution(county, own.institution),
        division,
        category,
        urgency: clue.urgency,
        end,
    })
}

impl Sender {
    /// Reports clues and brings them to their end: all are received, then some go into others while those are open, then
    /// the others are worked off.
    ///
    /// # Errors
    /// The hub cannot be reached. A refused step is counted, and ends its clue.
    pub(super) async fn clues(&self, clues: &[Clue]) -> anyhow::Result<()> {
        let received = stream::iter(clues).map(|clue| self.received(clue)).buffer_unordered(AT_ONCE);
        let open: Vec<Steps<'_>> = received.try_filter_map(|clue| async { Ok(clue) }).try_collect().await?;
        let (merged, others): (Vec<_>, Vec<_>) =
            open.iter().partition(|steps| matches!(steps.clue.end, End::Merged { .. }));
        for some in [merged, others] {
            let done = stream::iter(some).map(|steps| self.ended(steps)).buffer_unordered(AT_ONCE);
            done.try_collect::<Vec<()>>().await?;
        }
        Ok(())
    }

    async fn received<'a>(&self, clue: &'a Clue) -> anyhow::Result<Option<Steps<'a>>> {
        let steps = Steps {
            clue,
            id: mint::clue_id(clue.head.request_id, clue.division, clue.head.occurred_at).to_string(),
            own: EducationServiceClient::new(self.line(&clue.head.by)?),
            leader: EducationServiceClient::new(self.line(&clue.leader)?),
        };
        match steps.received().await {
            Ok(repeated) => {
                self.told.rows(FILE, (1, u64::from(!repeated), u64::from(repeated)));
                Ok(Some(steps))
            }
            Err(status) => self.no_further(FILE, &steps.id, &status).map(|()| None),
        }
    }

    async fn ended(&self, steps: &Steps<'_>) -> anyhow::Result<()> {
        let referral = match &steps.clue.end {
            End::Referred(referral) => Some(referral),
            End::Checked | End::Merged { .. } | End::Transferred { .. } => None,
        };
        match (steps.end(self).await, referral) {
            (Ok(_), None) => Ok(()),
            (Ok(again), Some(referral)) => {
                self.told.referred(word(referral.ending), referral.late, again);
                Ok(())
            }
            (Err(status), None) => self.no_further(FILE, &steps.id, &status),
            (Err(status), Some(_)) => self.no_further(REFERRALS, &steps.id, &status),
        }
    }

    /// Counts a refused step; anything else ends it all.
    fn no_further(&self, kind: &str, clue: &str, status: &Status) -> anyhow::Result<()> {
        match Refusal::from_status(status) {
            refusal @ (Refusal::Shape(_) | Refusal::Law { .. } | Refusal::Permission) => {
                self.told.refused(kind, refusal.reason());
                Ok(())
            }
            Refusal::Identity { .. }
            | Refusal::Contended
            | Refusal::LogDown { .. }
            | Refusal::Late
            | Refusal::TooLarge { .. }
            | Refusal::TooSlow
            | Refusal::NotFound
            | Refusal::Throttled { .. }
            | Refusal::Overloaded { .. }
            | Refusal::Internal => Err(anyhow!(said(status, Lang::En))).with_context(|| clue.to_owned()),
        }
    }
}

/// The steps of one clue.
struct Steps<'a> {
    clue: &'a Clue,
    id: String,
    own: EducationServiceClient<Line>,
    leader: EducationServiceClient<Line>,
}

impl Steps<'_> {
    /// The id of a step's request.
    fn request(&self, step: &str) -> String {
        mint::follow_up(self.clue.head.request_id, step).to_string()
    }

    /// Reported; whether it was there already.
    async fn received(&self) -> Result<bool, Status> {
        let Clue { head, category, urgency, .. } = self.clue;
        let who = v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {});
        let report = v1::ReportClueRequest {
            request_id: head.request_id.to_string(),
            channel: v1::Channel::Phone.into(),
            category: category.to_wire(),
            urgency: urgency.to_wire(),
            minor: v1::Minor::None.into(),
            division: self.clue.division.to_string(),
            institution: self.clue.institution.clone(),
            received_at: Some(timestamp(head.occurred_at)),
            narrative: "群众来电反映培训机构存在问题，请核查。".to_owned(),
            reporter: Some(v1::ReporterStatement { who: Some(who) }),
            ..Default::default()
        };
        let reported = ask!(self.own.clone(), report_clue, report)?;
        Ok(reported.receipt.unwrap_or_default().repeated)
    }

    async fn sorted(&self) -> Result<(), Status> {
        let Clue { category, urgency, .. } = self.clue;
        let triage = v1::TriageClueRequest {
            request_id: self.request("triage"),
            clue_id: self.id.clone(),
            category: category.to_wire(),
            urgency: urgency.to_wire(),
            minor: v1::Minor::None.into(),
            ..Default::default()
        };
        ask!(self.own.clone(), triage_clue, triage).map(|_| ())
    }

    /// To its end; whether it was there already.
    async fn end(&self, sender: &Sender) -> Result<bool, Status> {
        match &self.clue.end {
            End::Checked => {
                self.checked(false).await?;
                self.informed().await
            }
            End::Referred(referral) => self.referred(sender, referral).await,
            End::Merged { into, received } => {
                let into = mint::clue_id(*into, self.clue.division, *received).to_string();
                let (request_id, clue_id) = (self.request("merge"), self.id.clone());
                let merge =
                    v1::MergeClueRequest { request_id, clue_id, into_clue_id: into, ..Default::default() };
                let merged = ask!(self.own.clone(), merge_clue, merge)?;
                Ok(merged.receipt.unwrap_or_default().repeated)
            }
            End::Transferred { police } => {
                let failed = |error: anyhow::Error| Status::internal(error.to_string());
                let officer = &self.clue.head.by;
                let line = sender.line(officer).map_err(failed)?;
                let hash = sender.photograph(officer, &line).await.map_err(failed)?;
                let letter = v1::PaperRef { kind: v1::PaperKind::Letter.into(), hash, ..Default::default() };
                let line = sender.line(police).map_err(failed)?;
                self.sorted().await?;
                self.transferred(letter, PoliceServiceClient::new(line)).await
            }
        }
    }

    async fn checked(&self, holds: bool) -> Result<(), Status> {
        self.sorted().await?;
        let clue_id = self.id.clone();
        let (request_id, to_unit_id) = (self.request("assign"), self.clue.unit.clone());
        let assign =
            v1::AssignClueRequest { request_id, clue_id: clue_id.clone(), to_unit_id, ..Default::default() };
        ask!(self.own.clone(), assign_clue, assign)?;
        let start = v1::StartVerificationRequest {
            request_id: self.request("verify"),
            clue_id: clue_id.clone(),
            team: vec![self.clue.head.by.clone(), self.clue.leader.clone()],
            ..Default::default()
        };
        ask!(self.own.clone(), start_verification, start)?;
        let result = if holds { v1::Conclusion::Substantiated } else { v1::Conclusion::Unsubstantiated };
        let conclude = v1::ConcludeClueRequest {
            request_id: self.request("conclude"),
            clue_id: clue_id.clone(),
            result: result.into(),
            summary: "两人到场核查，情况已记录。".to_owned(),
            ..Default::default()
        };
        ask!(self.leader.clone(), conclude_clue, conclude).map(|_| ())
    }

    /// Found to hold, and closed when its referral has ended.
    async fn referred(&self, sender: &Sender, referral: &Referral) -> Result<bool, Status> {
        self.checked(true).await?;
        let Clue { head, leader, .. } = self.clue;
        let origin = Origin {
            request: head.request_id,
            clue: &self.id,
            day: day_of(head.occurred_at),
            team: [&head.by, leader],
        };
        sender.refer(referral, &origin).await?;
        // The clue learns of the end by a reaction, a moment later.
        for pause in pauses(PAUSE, TRIES) {
            match self.informed().await {
                Err(status) if Refusal::from_status(&status).reason() == OPEN => {
                    tokio::time::sleep(pause).await
                }
                done => return done,
            }
        }
        self.informed().await
    }

    async fn informed(&self) -> Result<bool, Status> {
        let inform = v1::InformReporterRequest {
            request_id: self.request("inform"),
            clue_id: self.id.clone(),
            outcome: Some(Outcome::NoContact("匿名举报，未留联系方式".to_owned())),
            ..Default::default()
        };
        let informed = ask!(self.own.clone(), inform_reporter, inform)?;
        Ok(informed.receipt.unwrap_or_default().repeated)
    }

    /// Handed over by the officer, confirmed by the leader, taken and answered by the police.
    async fn transferred(
        &self,
        letter: v1::PaperRef,
        police: PoliceServiceClient<Line>,
    ) -> Result<bool, Status> {
        let (clue_id, matter) = (self.id.clone(), self.id.clone());
        let request_id = self.request("transfer");
        let transfer = v1::TransferClueToPoliceRequest {
            request_id,
            clue_id: clue_id.clone(),
            papers: vec![letter],
            ..Default::default()
        };
        ask!(self.own.clone(), transfer_clue_to_police, transfer)?;
        let request_id = self.request("confirm");
        let confirm =
            v1::ConfirmTransferRequest { request_id, clue_id: clue_id.clone(), ..Default::default() };
        ask!(self.leader.clone(), confirm_transfer, confirm)?;
        let request_id = self.request("claim");
        let claim = v1::ClaimEntryRequest { request_id, matter: matter.clone(), ..Default::default() };
        ask!(police.clone(), claim_entry, claim)?;
        let sign = v1::SignReceiptRequest {
            request_id: self.request("sign"),
            matter: matter.clone(),
            receipt_number: format!("受案{}", self.clue.head.request_id.simple()).chars().take(20).collect(),
            ..Default::default()
        };
        ask!(police.clone(), sign_receipt, sign)?;
        let request_id = self.request("accept");
        let accept = v1::AcceptTransferRequest { request_id, clue_id, ..Default::default() };
        ask!(police.clone(), accept_transfer, accept)?;
        let feedback = v1::GiveFeedbackRequest {
            request_id: self.request("feedback"),
            matter,
            outcome: v1::TransferOutcome::Handled.into(),
            text: "已处置，未发现犯罪事实。".to_owned(),
            ..Default::default()
        };
        ask!(police, give_feedback, feedback)?;
        self.informed().await
    }
}
