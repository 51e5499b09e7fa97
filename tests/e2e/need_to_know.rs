//! Need to know: a stranger is answered in the same bytes whether a matter exists or not, and secrets are withheld from
//! those who may see the rest. Never here: how it is decided.

use std::collections::BTreeMap;

use domain::ids::{ClueId, ReferralId};
use jiff::civil::date;
use safeguard::world::Desk;
use tonic::{Code, Status};
use wire::{Refusal, v1};

use crate::acts::{HERE, ask, child_hurt_in, done, named, read, report, see, token, unit};
use crate::papers::{download, paper};
use crate::stage::{NEIGHBOURS, Shared, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// Officers to whom a matter of [`HERE`] is none of their business.
const STRANGERS: [&str; 8] = [
    "430412.edu.clerk1",
    "430412.edu.head",
    "430412.psb.duty1",
    "430412.psb.head",
    "430405.fire.inspector",
    "430405.samr.handler",
    "430412.proc.prosecutor",
    "admin",
];

/// A clue id nobody ever gave out.
fn nobodys_clue() -> String {
    ClueId::new(HERE.parse().unwrap(), date(2026, 11, 23), 42).to_string()
}

fn nobodys_referral() -> String {
    ReferralId::new(HERE.parse().unwrap(), date(2026, 11, 23), 42).to_string()
}

/// What came over the wire, but for the moment it was sent.
pub fn told(status: &Status) -> (Code, String, Vec<u8>, BTreeMap<String, String>) {
    let headers = status.metadata().clone().into_headers();
    let headers = headers.iter().filter(|(name, _)| name.as_str() != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (status.code(), status.message().to_owned(), status.details().to_vec(), headers)
}

const REASON: &str = "与本单位无关";

/// What was asked, and what came back.
type Answers = Vec<(&'static str, Result<(), Status>)>;

/// Everything that can be asked about a clue.
async fn asked_about(desk: &Desk, clue: &str, hash: &str) -> Answers {
    let mut answers = read_about(desk, clue, hash).await;
    answers.extend(sorted_about(desk, clue).await);
    answers.extend(sent_about(desk, clue).await);
    answers
}

async fn read_about(desk: &Desk, clue: &str, hash: &str) -> Answers {
    vec![
        ("GetClue", see!(desk, education.get_clue, "", GetClueRequest { clue_id: clue }).map(|_| ())),
        (
            "GetQueueEntry",
            see!(desk, police.get_queue_entry, "", GetQueueEntryRequest { matter: clue }).map(|_| ()),
        ),
        (
            "GetFireTransfer",
            see!(desk, fire.get_fire_transfer, "", GetFireTransferRequest { clue_id: clue }).map(|_| ()),
        ),
        ("DownloadPaper", download(desk, clue, hash).await.map(|_| ())),
    ]
}

async fn sorted_about(desk: &Desk, clue: &str) -> Answers {
    vec![
        (
            "TriageClue",
            ask!(
                desk,
                education.triage_clue,
                TriageClueRequest {
                    clue_id: clue,
                    category: v1::Category::Food,
                    urgency: v1::Urgency::U1,
                    minor: v1::Minor::None,
                }
            )
            .map(|_| ()),
        ),
        (
            "AssignClue",
            ask!(
                desk,
                education.assign_clue,
                AssignClueRequest { clue_id: clue, to_unit_id: unit("EDU", HERE) }
            )
            .map(|_| ()),
        ),
        (
            "MergeClue",
            ask!(
                desk,
                education.merge_clue,
                MergeClueRequest { clue_id: nobodys_clue(), into_clue_id: clue }
            )
            .map(|_| ()),
        ),
        (
            "ReturnClue",
            ask!(desk, education.return_clue, ReturnClueRequest { clue_id: clue, reason: REASON })
                .map(|_| ()),
        ),
        (
            "ConcludeClue",
            ask!(
                desk,
                education.conclude_clue,
                ConcludeClueRequest {
                    clue_id: clue,
                    result: v1::Conclusion::Unsubstantiated,
                    summary: REASON,
                }
            )
            .map(|_| ()),
        ),
    ]
}

async fn sent_about(desk: &Desk, clue: &str) -> Answers {
    let outcome = v1::inform_reporter_request::Outcome::NoContact(REASON.to_owned());
    vec![
        (
            "TransferClueToPolice",
            ask!(desk, education.transfer_clue_to_police, TransferClueToPoliceRequest { clue_id: clue })
                .map(|_| ()),
        ),
        (
            "RecordCall",
            ask!(desk, education.record_call, RecordCallRequest { clue_id: clue, call_number: "110-1" })
                .map(|_| ()),
        ),
        (
            "InformReporter",
            ask!(desk, education.inform_reporter, InformReporterRequest { clue_id: clue, outcome: outcome })
                .map(|_| ()),
        ),
        (
            "ReopenClue",
            ask!(desk, education.reopen_clue, ReopenClueRequest { clue_id: clue, reason: REASON })
                .map(|_| ()),
        ),
        (
            "DraftReferral",
            ask!(
                desk,
                education.draft_referral,
                DraftReferralRequest {
                    clue_id: clue,
                    team: vec!["OF-EDU-430405-HANDLER".to_owned(), "OF-EDU-430405-DEPUTY".to_owned()],
                    number: "蒸教移立〔2026〕1号",
                    charges: vec!["266".to_owned()],
                    facts: REASON,
                }
            )
            .map(|_| ()),
        ),
        ("ClaimEntry", ask!(desk, police.claim_entry, ClaimEntryRequest { matter: clue }).map(|_| ())),
        (
            "SignReceipt",
            ask!(desk, police.sign_receipt, SignReceiptRequest { matter: clue, receipt_number: "回1" })
                .map(|_| ()),
        ),
        (
            "ClaimFireTransfer",
            ask!(desk, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: clue }).map(|_| ()),
        ),
    ]
}

#[test]
fn a_stranger_gets_the_same_bytes_for_a_matter_that_exists_and_one_that_does_not() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let evidence = paper(&clerk, &reported.clue_id, v1::PaperKind::Evidence, "照片").await;
        let before = read(&clerk, &reported.clue_id, &token(&reported)).await.revision;
        for who in STRANGERS {
            let desk = stage.desk(who);
            let there = asked_about(&desk, &reported.clue_id, &evidence.hash).await;
            let nowhere = asked_about(&desk, &nobodys_clue(), &evidence.hash).await;
            for ((call, there), (_, nowhere)) in there.into_iter().zip(nowhere) {
                let (there, nowhere) = (there.unwrap_err(), nowhere.unwrap_err());
                // Whoever belongs to no county has no procuratorate beside it, which is a fault of the request.
                let shapeless = call == "DraftReferral" && !who.starts_with("43");
                let code = if shapeless { Code::InvalidArgument } else { Code::PermissionDenied };
                assert_eq!(there.code(), code, "{who} {call}: {there:?}");
                assert_eq!(told(&there), told(&nowhere), "{who} {call} tells whether the clue exists");
            }
            let referral = see!(
                desk,
                education.get_referral,
                "",
                GetReferralRequest { referral_id: nobodys_referral() }
            );
            assert_eq!(refused(referral), Refusal::Permission);
        }
        assert_eq!(read(&clerk, &reported.clue_id, "").await.revision, before, "nothing is recorded by it");
    });
}

#[test]
fn lists_queues_and_watches_show_a_stranger_nothing() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let reported = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        let seen = token(&reported);
        let neighbour = stage.desk("430412.edu.clerk1");
        let page = see!(neighbour, education.list_clues, seen, ListCluesRequest { page_size: 500 }).unwrap();
        assert!(page.clues.iter().all(|clue| clue.division != HERE));
        let duty = stage.desk("430412.psb.duty1");
        let page = see!(duty, police.list_queue, seen, ListQueueRequest { page_size: 500 }).unwrap();
        assert!(page.entries.iter().all(|entry| entry.division != HERE));
        let theirs = see!(duty, police.list_queue, seen, ListQueueRequest { unit_id: unit("PSB", HERE) });
        let nobodys =
            see!(duty, police.list_queue, seen, ListQueueRequest { unit_id: unit("PSB", "439999") });
        assert_eq!(told(&theirs.unwrap_err()), told(&nobodys.unwrap_err()));
        let watch = v1::WatchQueueRequest { unit_id: unit("PSB", HERE), ..Default::default() };
        assert_eq!(refused(duty.police().watch_queue(watch).await), Refusal::Permission);
        let figures =
            see!(neighbour, education.get_statistics, seen, GetStatisticsRequest { division: HERE });
        assert_eq!(refused(figures), Refusal::Permission);
        let streams =
            v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() };
        assert_eq!(refused(duty.streams().subscribe(streams).await), Refusal::Permission);
    });
}

#[test]
fn who_works_in_a_unit_is_known_above_it_by_number_and_not_by_name() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let names = async |who: &str| {
            let asked = see!(
                stage.desk(who),
                directory.list_officers,
                "",
                ListOfficersRequest { unit_id: unit("EDU", HERE) }
            );
            let officers = asked.unwrap().officers;
            assert!(officers.len() > 3 && officers.iter().all(|officer| !officer.id.is_empty()), "{who}");
            officers.into_iter().map(|officer| officer.name.unwrap()).collect::<Vec<_>>()
        };
        for who in ["430405.edu.clerk1", "admin"] {
            assert!(names(who).await.iter().all(|name| !name.text.is_empty()), "{who}");
        }
        for who in ["430400.edu.leader", "hub.auditor"] {
            assert!(names(who).await.iter().all(|name| name.withheld && name.text.is_empty()), "{who}");
        }
    });
}

#[test]
fn the_reporter_is_withheld_until_the_reader_is_the_named_handler() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let secret = named("保密举报人", "13800001234", "");
        let reported =
            report(&clerk, v1::ReportClueRequest { reporter: Some(secret), ..child_hurt_in(stage, HERE) })
                .await;
        let (id, seen) = (&*reported.clue_id, token(&reported));
        let own = read(&clerk, id, &seen).await.reporter.unwrap();
        assert_eq!((own.name.unwrap().text.as_str(), own.secret), ("保密举报人", true));
        let colleague = read(&stage.desk("430405.edu.clerk2"), id, &seen).await;
        assert!(withheld(colleague.reporter.as_ref().unwrap()));
        assert!(!colleague.narrative.unwrap().text.is_empty(), "a colleague works on the matter");
        let duty = stage.desk("430405.psb.duty1");
        let case = async |token: &str| {
            let entry =
                see!(duty, police.get_queue_entry, token, GetQueueEntryRequest { matter: id }).unwrap();
            let Some(v1::get_queue_entry_response::Case::Clue(clue)) = entry.case else { panic!("a clue") };
            clue.reporter.unwrap()
        };
        assert!(withheld(&case(&seen).await));
        let claimed = done!(duty, police.claim_entry, ClaimEntryRequest { matter: id });
        assert_eq!(case(&claimed.consistency_token).await.phone.unwrap().text, "13800001234");
        let city = read(&stage.desk("430400.edu.leader"), id, &seen).await;
        assert!(withheld(city.reporter.as_ref().unwrap()) && city.narrative.unwrap().withheld);
        assert!(city.persons.iter().all(|person| person.name.as_ref().unwrap().withheld));
    });
}

fn withheld(reporter: &v1::Reporter) -> bool {
    let hidden = |text: &Option<v1::PersonalText>| {
        text.as_ref().is_some_and(|text| text.withheld && text.text.is_empty())
    };
    hidden(&reporter.name) && hidden(&reporter.phone)
}
