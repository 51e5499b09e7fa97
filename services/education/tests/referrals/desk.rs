//! What officers do again and again: a clue up to its verification, a draft, papers, the steps of a referral.

use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::{ClueRule, Command as Clue, Conclusion, Report, Reporter};
use domain::ids::ClueId;
use domain::jurisdiction::Jurisdiction;
use domain::paper::{Paper, PaperKind};
use domain::referral::{Command, ReferralRule};
use domain::text::Text;
use futures::stream;
use hub::mint;
use hub::seal::case_subject;
use uuid::Uuid;
use wire::convert::OnWire;
use wire::v1::upload_paper_request::Part;
use wire::v1::{self, PaperRef, UploadPaperOptions, UploadPaperRequest};

use crate::town::{Client, Town, fresh, officer, the_unit};

impl Town {
    /// A clue about fees, verified by two officers: it holds.
    pub async fn substantiated(&self) -> String {
        let place = "430405".parse().unwrap();
        let report = self.report("430405", Vec::new());
        let id = report.id.clone();
        let summary = self.hub.keys.seal(&case_subject(id.as_str()).unwrap(), "summary", "查实").unwrap();
        let team = vec![officer("OF-ONE").officer, officer("OF-TWO").officer];
        let competence = vec![Jurisdiction { division: place, categories: Vec::new(), fallback: false }];
        let sorted = Clue::Triage {
            category: Category::FeeFraud,
            urgency: Urgency::U3,
            minor: Minor::None,
            harm: Vec::new(),
        };
        let steps = [
            ("OF-ONE", Clue::Report(Box::new(report))),
            ("OF-SORTER", sorted),
            ("OF-SORTER", Clue::Assign { to: the_unit("UN-EDU-430405"), competence }),
            ("OF-ONE", Clue::StartVerification { team }),
            ("OF-CHIEF", Clue::Conclude { result: Conclusion::Substantiated, summary }),
        ];
        for (by, step) in steps {
            self.act::<ClueRule>(&id, &officer(by), step).await.unwrap();
        }
        id.to_string()
    }

    /// What an officer writes down about fees in a county.
    pub fn report(&self, county: &str, papers: Vec<Paper>) -> Report {
        let place = county.parse().unwrap();
        let now = self.hub.time.now();
        let id: ClueId = mint::clue_id(Uuid::now_v7(), place, now);
        let subject = case_subject(id.as_str()).unwrap();
        Report {
            id,
            channel: Channel::ParentApp,
            category: Category::FeeFraud,
            situation: None,
            urgency: Urgency::U3,
            minor: Minor::None,
            harm: Vec::new(),
            division: place,
            institution: None,
            received: now,
            narrative: self.hub.keys.seal(&subject, "narrative", "预付学费后机构失联").unwrap(),
            place: None,
            reporter: Reporter::Anonymous,
            persons: Vec::new(),
            papers,
            owner: the_unit(&format!("UN-EDU-{county}")),
            police: the_unit("UN-PSB-430405"),
            fallback: the_unit("UN-EDU-430400"),
            source: None,
        }
    }

    /// A clue of the neighbouring county that names these papers.
    pub async fn reported_with(&self, by: &str, papers: &[PaperRef]) -> String {
        let papers = papers.iter().map(|paper| Paper {
            kind: PaperKind::Evidence,
            number: None,
            hash: paper.hash.parse().unwrap(),
            size: 1,
        });
        let report = self.report("430406", papers.collect());
        let id = report.id.clone();
        self.act::<ClueRule>(&id, &officer(by), Clue::Report(Box::new(report))).await.unwrap();
        id.to_string()
    }

    /// A draft of two officers on a clue.
    pub fn draft_of(clue: &str) -> v1::DraftReferralRequest {
        v1::DraftReferralRequest {
            request_id: fresh(),
            occurred_at: None,
            clue_id: clue.to_owned(),
            number: "珠教移立〔2026〕1号".to_owned(),
            team: vec!["OF-ONE".to_owned(), "OF-TWO".to_owned()],
            charges: vec!["266".to_owned()],
            facts: "收取预付学费三十余万元后关门失联".to_owned(),
        }
    }

    /// Drafts a referral on a new clue: its id and the clue's.
    pub async fn drafted(&self, client: &mut Client) -> (String, String) {
        let clue = self.substantiated().await;
        let answer = client.draft_referral(self.from("OF-ONE", Self::draft_of(&clue))).await.unwrap();
        (answer.into_inner().referral_id, clue)
    }

    /// Uploads a paper for a matter.
    pub async fn paper(&self, client: &mut Client, matter: &str, kind: PaperKind) -> PaperRef {
        self.paper_by(client, ("OF-ONE", matter), kind, format!("paper {kind:?} of {matter}").as_bytes())
            .await
    }

    /// Uploads these bytes for an officer's matter.
    pub async fn paper_by(
        &self,
        client: &mut Client,
        (by, matter): (&str, &str),
        kind: PaperKind,
        bytes: &[u8],
    ) -> PaperRef {
        let parts = parts(matter, kind, bytes);
        let stored = client.upload_paper(self.from(by, stream::iter(parts))).await.unwrap().into_inner();
        assert_eq!(stored.size, bytes.len() as u64);
        PaperRef { kind: kind.to_wire(), number: String::new(), hash: stored.hash, size: 0 }
    }

    /// Submits the report and has the head approve.
    pub async fn approved(&self, client: &mut Client, referral: &str) -> PaperRef {
        let report = self.paper(client, referral, PaperKind::Report).await;
        let submit = v1::SubmitReferralRequest {
            request_id: fresh(),
            occurred_at: None,
            referral_id: referral.to_owned(),
            number: "珠教移报〔2026〕1号".to_owned(),
            papers: vec![report.clone()],
        };
        client.submit_referral(self.from("OF-ONE", submit)).await.unwrap();
        let approve = v1::ApproveReferralRequest {
            request_id: fresh(),
            occurred_at: None,
            referral_id: referral.to_owned(),
            number: "珠教移批[2026]1号".to_owned(),
            paper: None,
            presiding_number: String::new(),
        };
        client.approve_referral(self.from("OF-HEAD", approve)).await.unwrap();
        report
    }

    /// Delivers letter, report and list to the police of the same level, found by the hub.
    pub async fn delivered(&self, client: &mut Client, referral: &str) -> v1::DeliverReferralResponse {
        let report = self.approved(client, referral).await;
        let letter = self.paper(client, referral, PaperKind::Letter).await;
        let items = self.paper(client, referral, PaperKind::Items).await;
        let deliver = v1::DeliverReferralRequest {
            request_id: fresh(),
            occurred_at: None,
            referral_id: referral.to_owned(),
            to_unit_id: String::new(),
            number: "珠教移〔2026〕1号".to_owned(),
            papers: vec![letter, report, items],
        };
        client.deliver_referral(self.from("OF-TWO", deliver)).await.unwrap().into_inner()
    }

    /// The police claim and sign.
    pub async fn receipted(&self, client: &mut Client, referral: &str) {
        self.does(referral, "OF-DUTY", Command::Claim).await;
        let paper = self.stored(client, referral, PaperKind::Receipt).await;
        let number = Text::parse("受案2026-17").unwrap();
        self.does(referral, "OF-DUTY", Command::SignReceipt { number, paper }).await;
    }

    /// The head of the police files the case.
    pub async fn filed(&self, client: &mut Client, referral: &str) {
        self.receipted(client, referral).await;
        let paper = self.stored(client, referral, PaperKind::Decision).await;
        let number = "珠公立字〔2026〕9号".parse().unwrap();
        self.does(referral, "OF-CAPTAIN", Command::File { number, paper }).await;
    }

    /// A command of an officer, as a service sends it.
    pub async fn does(&self, referral: &str, by: &str, command: Command) {
        self.act::<ReferralRule>(&referral, &officer(by), command).await.unwrap();
    }

    /// A paper of the police.
    pub async fn stored(&self, client: &mut Client, referral: &str, kind: PaperKind) -> Paper {
        let paper = self.paper_by(client, ("OF-DUTY", referral), kind, b"signed").await;
        Paper { kind, number: None, hash: paper.hash.parse().unwrap(), size: 6 }
    }

    /// The referral as one officer sees it.
    pub async fn seen_by(&self, client: &mut Client, by: &str, referral: &str) -> v1::Referral {
        let ask =
            v1::GetReferralRequest { consistency_token: String::new(), referral_id: referral.to_owned() };
        client.get_referral(self.from(by, ask)).await.unwrap().into_inner().referral.unwrap()
    }
}

/// An upload in pieces of half a MiB.
pub fn parts(matter: &str, kind: PaperKind, bytes: &[u8]) -> Vec<UploadPaperRequest> {
    let options = Part::Options(UploadPaperOptions { kind: kind.to_wire(), matter: matter.to_owned() });
    let pieces = bytes.chunks(512 * 1024).map(|piece| Part::Chunk(piece.to_vec()));
    std::iter::once(options).chain(pieces).map(|part| UploadPaperRequest { part: Some(part) }).collect()
}
