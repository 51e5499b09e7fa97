//! What officers do in these tests: issue a campaign, visit, find, send, ask, take back. Everything has the id that its
//! parts give it, so that doing it twice is doing it once.

use domain::actor::Agency;
use domain::campaign::Post;
use domain::checklist::Checklists;
use domain::dispatch::{self, DispatchRule};
use domain::hazard::{self, Draft, HazardRule};
use domain::ids::{CampaignId, DispatchId, InspectionId, StaffCountId};
use domain::inspection::{
    Answer, Command, Event, InspectionRule, Member, Planned, Report, Sheet, Tier, Verdict,
};
use domain::staff_count::{self, StaffCountRule};
use domain::text::Text;
use hub::project::Revision;
use hub::{call::stream_of, history};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use wire::v1;

use crate::ground::{Ground, INSTITUTIONS, fresh, officer, unit_of};

/// The offices that issue it, at the place that leads; the first of them leads.
pub async fn issued(ground: &Ground, place: &str, draft: v1::DraftCampaignRequest) -> String {
    let mut client = ground.client.clone();
    let lead = format!("OF-EDU-{place}");
    let asked = v1::DraftCampaignRequest { request_id: fresh(), ..draft };
    let campaign = client.draft_campaign(ground.from(&lead, asked)).await.unwrap().into_inner().campaign_id;
    for agency in ["EDU", "PSB", "FIRE"] {
        let sign =
            v1::SignCampaignRequest { request_id: fresh(), campaign_id: campaign.clone(), occurred_at: None };
        client.sign_campaign(ground.from(&format!("OF-{agency}-{place}"), sign)).await.unwrap();
    }
    let deploy =
        v1::DeployCampaignRequest { request_id: fresh(), campaign_id: campaign.clone(), occurred_at: None };
    client.deploy_campaign(ground.from(&lead, deploy)).await.unwrap();
    let begin = v1::BeginPhaseRequest {
        request_id: fresh(),
        campaign_id: campaign.clone(),
        phase: v1::PhaseKind::CountyInspection.into(),
        occurred_at: None,
    };
    client.begin_phase(ground.from(&lead, begin)).await.unwrap();
    campaign
}

/// A campaign of the ministry from the template.
pub async fn national(ground: &Ground) -> String {
    let template_id = "safety-guard-2023".to_owned();
    issued(ground, "100000", v1::DraftCampaignRequest { template_id, ..Default::default() }).await
}

/// A visit: by whom, where, at which tier, on which day, and the lines that failed.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    pub by: &'static str,
    pub at: &'static str,
    pub tier: Tier,
    pub on: &'static str,
    pub failed: &'static [&'static str],
}

/// What a list of parts names.
pub fn named(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, parts.join("/").as_bytes())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn member(agency: Agency, place: &str) -> Member {
    let officer = format!("OF-{}-{place}", agency.code()).parse().unwrap();
    let certificate = Some(Text::parse("执法 0017").unwrap());
    Member { officer, unit: unit_of(agency, place), certificate, fire_delegation: None }
}

fn sheet(agency: Agency, checklist: &str) -> Sheet {
    Sheet { agency, edition: Checklists::standard().newest(checklist).unwrap().edition() }
}

/// Where an institution lies.
pub fn place_of(institution: &str) -> &'static str {
    INSTITUTIONS.iter().find(|(id, _)| *id == institution).unwrap().1
}

impl Visit {
    pub fn id(&self) -> InspectionId {
        let key = named(&["visit", self.by, self.at, self.tier.code(), self.on]);
        InspectionId::new(place_of(self.at).parse().unwrap(), day(self.on), key.as_u128())
    }

    fn report(&self, campaign: &str) -> Report {
        let moment = |hour: u8| -> Timestamp { format!("{}T0{hour}:00:00Z", self.on).parse().unwrap() };
        let plan = Planned {
            id: self.id(),
            institution: self.at.parse().unwrap(),
            division: place_of(self.at).parse().unwrap(),
            lead: unit_of(Agency::Education, self.by),
            invited: vec![unit_of(Agency::Fire, self.by)],
            tier: self.tier,
            campaign: Some(campaign.parse().unwrap()),
            earlier: None,
            sheets: vec![sheet(Agency::Education, "facility-safety"), sheet(Agency::Fire, "fire-nine-rules")],
            on: day(self.on),
            drawn: None,
        };
        let answer = |line: &&str| Answer {
            line: Text::parse(line).unwrap(),
            verdict: Verdict::Fail,
            finding: Some(Text::parse("二楼东侧").unwrap()),
            papers: Vec::new(),
            captured: None,
        };
        Report {
            plan,
            team: vec![member(Agency::Education, self.by), member(Agency::Fire, self.by)],
            from: moment(1),
            until: moment(2),
            answers: self.failed.iter().map(answer).collect(),
            refused: None,
            notice: None,
        }
    }
}

impl Ground {
    /// Reports a visit, and signs for who was invited along.
    pub async fn visit(&self, campaign: &str, visit: Visit) {
        let report = visit.report(campaign);
        let (id, occurred) = (visit.id(), Some(report.until));
        let acts = [("EDU", Command::Report(Box::new(report))), ("FIRE", Command::Sign)];
        for (agency, command) in acts {
            let by = officer(&format!("OF-{agency}-{}", visit.by));
            self.act::<InspectionRule>(&id, (&by, named(&[id.as_str(), agency])), (command, occurred)).await;
        }
    }

    /// The hazards a visit found.
    pub async fn found(&self, visit: Visit) -> Vec<Draft> {
        let told = history::<InspectionRule>(&self.hub, &stream_of(&visit.id()).unwrap()).await.unwrap();
        let issued = |event| if let Event::Issued { hazards } = event { Some(hazards) } else { None };
        told.into_iter().find_map(|told| issued(told.event)).unwrap()
    }

    /// Two persons find that a hazard of a visit was none.
    pub async fn void_hazard(&self, visit: Visit, line: &str) {
        let hazards = self.found(visit).await;
        let is = |draft: &&Draft| draft.found.as_ref().is_some_and(|found| found.line.as_str() == line);
        let draft = hazards.iter().find(is).unwrap().clone();
        let (id, agency) = (draft.id.clone(), draft.lead.agency.code());
        let (one, two) = (format!("OF-{agency}-{}", visit.by), format!("OF-{agency}-{}-2", visit.by));
        let reason = Text::parse("现场复核不成立").unwrap();
        let steps = [
            (&one, hazard::Command::Open { draft: Box::new(draft) }),
            (&one, hazard::Command::ProposeVoid { reason }),
            (&two, hazard::Command::ApproveVoid),
        ];
        for (place, (by, command)) in steps.into_iter().enumerate() {
            let key = named(&[id.as_str(), &place.to_string()]);
            self.act::<HazardRule>(&id, (&officer(by), key), (command, None)).await;
        }
    }

    /// A dispatch of some persons to institutions, and its id.
    pub async fn dispatch(
        &self,
        campaign: &str,
        (post, name, persons): (Post, &str, u32),
        at: &[&str],
    ) -> DispatchId {
        let on = day("2023-11-10");
        let key = named(&["dispatch", &post.to_string(), name]);
        let id = DispatchId::new(post.division, on, key.as_u128());
        let campaign: CampaignId = campaign.parse().unwrap();
        let institutions = at.iter().map(|at| at.parse().unwrap()).collect();
        let report = dispatch::Report { id: id.clone(), campaign, post, on, persons, institutions };
        let places = at.iter().map(|at| place_of(at).parse().unwrap()).collect();
        let command = dispatch::Command::Report { report: Box::new(report), places };
        let by = officer(&format!("OF-EDU-{}", post.division));
        self.act::<DispatchRule>(&id, (&by, key), (command, None)).await;
        id
    }

    /// A staff count of an institution, and its id.
    pub async fn staff(&self, campaign: &str, (at, name): (&str, &str), persons: &[u128]) -> StaffCountId {
        let place = place_of(at);
        let (division, on) = (place.parse().unwrap(), day("2023-11-10"));
        let key = named(&["staff", at, name]);
        let id = StaffCountId::new(division, on, key.as_u128());
        let mut persons: Vec<Uuid> = persons.iter().copied().map(Uuid::from_u128).collect();
        persons.sort_unstable();
        persons.dedup();
        let (campaign, institution) = (campaign.parse().unwrap(), at.parse().unwrap());
        let report = staff_count::Report { id: id.clone(), campaign, institution, division, on, persons };
        let by = if place == "310101" { "310000" } else { place };
        let by = if place == "430412" { "430400" } else { by };
        let by = officer(&format!("OF-EDU-{by}"));
        let command = (staff_count::Command::Report(Box::new(report)), None);
        self.act::<StaffCountRule>(&id, (&by, key), command).await;
        id
    }

    /// Takes a dispatch back.
    pub async fn void_dispatch(&self, (id, by): (&DispatchId, &str)) {
        let reason = Text::parse("与另一条重复").unwrap();
        let key = named(&["void", id.as_str()]);
        let command = (dispatch::Command::Void { reason }, None);
        self.act::<DispatchRule>(id, (&officer(by), key), command).await;
    }

    /// Takes a staff count back.
    pub async fn void_staff(&self, (id, by): (&StaffCountId, &str)) {
        let reason = Text::parse("机构填错").unwrap();
        let key = named(&["void", id.as_str()]);
        let command = (staff_count::Command::Void { reason }, None);
        self.act::<StaffCountRule>(id, (&officer(by), key), command).await;
    }

    /// The kinds of all events of a matter.
    pub async fn kinds(&self, matter: &str) -> Vec<String> {
        let events = self.hub.log.read(&stream_of(&matter).unwrap(), Revision::FIRST).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }
}
