//! One person is erased: gone from clues, queue, papers, streams and every file, while the others stay and the log still
//! verifies. Never here: who may ask for it, beyond the one who may.

use std::path::{Path, PathBuf};

use domain::erasure::Certified;
use wire::{Refusal, v1};

use crate::acts::{
    HERE, ask, child_hurt_in, child_number, clue_in, done, named, read, report, see, token, triage, verified,
    victim,
};
use crate::follow::Follower;
use crate::papers::{download, paper};
use crate::stage::{SMALL, Stage, fields, law, play_alone, refused};

/// Words that must never stand in the open in any file.
pub const GONE: &str = "欧阳被抹去";
pub const KEPT: &str = "上官留下来";
pub const STORY: &str = "只在这一条线索里出现的经过";

/// Two clues: in one the child is harmed beside another child, in the other the same child tells of a friend.
async fn two_clues(stage: &Stage) -> (v1::ReportClueResponse, v1::ReportClueResponse) {
    let clerk = stage.desk("430405.edu.clerk1");
    let about = v1::ReportClueRequest {
        persons: vec![victim(GONE, &child_number("1")), victim(KEPT, &child_number("2"))],
        narrative: STORY.to_owned(),
        ..child_hurt_in(stage, HERE)
    };
    let told_by = v1::ReportClueRequest {
        reporter: Some(named(GONE, "13800005678", &child_number("1"))),
        persons: vec![victim(KEPT, &child_number("2"))],
        ..child_hurt_in(stage, HERE)
    };
    (report(&clerk, about).await, report(&clerk, told_by).await)
}

async fn erase(stage: &Stage, who: &str, number: &str) -> Result<v1::EraseSubjectResponse, tonic::Status> {
    ask!(
        stage.desk(who),
        directory.erase_subject,
        EraseSubjectRequest {
            id_number: number,
            reason: "依法申请删除",
            basis: v1::ErasureBasis::ConsentWithdrawn
        }
    )
}

#[test]
fn a_person_is_erased_everywhere_and_the_others_stay() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let (about, told_by) = two_clues(stage).await;
        nothing_in_the_open(stage.data());
        for who in ["430405.edu.head", "430405.psb.head", "hub.auditor"] {
            assert_eq!(refused(erase(stage, who, &child_number("1")).await), Refusal::Permission, "{who}");
        }
        assert_eq!(fields(erase(stage, "admin", "123").await), ["id_number"]);
        let groundless = ask!(
            stage.desk("admin"),
            directory.erase_subject,
            EraseSubjectRequest { subject_id: "SU-X", reason: "无" }
        );
        assert_eq!(fields(groundless), ["basis"]);
        let shown = read(&clerk, &about.clue_id, &token(&about)).await;
        assert_eq!(shown.persons[0].name.as_ref().unwrap().text, GONE);

        let head = position(stage).await;
        let erased = erase(stage, "admin", &child_number("1")).await.unwrap();
        assert!(erased.keys > 0);
        let mut matters = erased.matters.clone();
        matters.sort();
        let mut expected = vec![about.clue_id.clone(), told_by.clue_id.clone()];
        expected.sort();
        assert_eq!(matters, expected);
        assert_eq!(position(stage).await, head + 1, "the certificate, and nothing else, is added");
        assert_eq!(certificates(stage, &erased.certificate).await, [erased.keys]);

        gone_from_the_clues(stage, &about, &told_by).await;
        gone_from_the_queue(stage, &about.clue_id).await;
        let head = position(stage).await;
        let again = erase(stage, "admin", &child_number("1")).await.unwrap();
        assert_eq!((again.keys, again.certificate), (0, erased.certificate), "erasing again finds nothing");
        assert_eq!(position(stage).await, head, "and certifies nothing");
        assert!(stage.running().hub.log.check().await.unwrap().ok);
        for heard in Follower::of(stage, &about.clue_id).await.history().await {
            let data = heard.data.to_string();
            assert!([GONE, KEPT, STORY].iter().all(|words| !data.contains(words)), "{data}");
        }
        stage.stop().await;
        nothing_in_the_open(stage.data());
        stage.start_again().await;
        gone_from_the_clues(stage, &about, &told_by).await;
    });
}

#[test]
fn texts_and_papers_that_may_name_the_person_go_with_them() {
    play_alone(SMALL, async |stage| {
        // Who wrote the clue down is its named handler and sees the names.
        let (clerk, handler) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.handler"));
        let letter = paper(&clerk, "", v1::PaperKind::Letter, STORY).await;
        let (clue, referral) = a_referral(stage, letter.clone()).await;
        let answered = an_answered_transfer(stage).await;
        let written = paper(&handler, &referral, v1::PaperKind::Report, STORY).await;
        let papers = vec![written];
        done!(
            handler,
            education.submit_referral,
            SubmitReferralRequest {
                referral_id: &*referral,
                number: "蒸教移报〔2026〕1号",
                papers: papers.clone(),
            }
        );
        nothing_in_the_open(stage.data());
        let shown = read(&clerk, &clue, "").await;
        assert!(shown.summary.unwrap().text.contains(GONE));
        let head = position(stage).await;

        let erased = erase(stage, "admin", &child_number("1")).await.unwrap();
        let mut expected = vec![clue.clone(), referral.clone(), answered.clone()];
        expected.sort();
        assert_eq!(erased.matters, expected);
        assert_eq!(erased.papers, 2, "one brought before its clue, one of the referral");
        let shown = read(&clerk, &clue, "").await;
        assert!(is_gone(&shown.summary) && is_gone(&shown.narrative) && is_gone(&shown.persons[1].name));
        assert_eq!(shown.persons[0].name.as_ref().unwrap().text, KEPT, "a name of one's own stays");
        let seen = see!(handler, education.get_referral, "", GetReferralRequest { referral_id: &*referral });
        assert!(is_gone(&seen.unwrap().referral.unwrap().facts));
        assert_eq!(law(download(&handler, &clue, &letter.hash).await), "PAPER_ERASED");
        assert_eq!(law(download(&handler, &referral, &papers[0].hash).await), "PAPER_ERASED");
        let shown = read(&clerk, &answered, "").await;
        assert!(is_gone(&shown.transfer.unwrap().feedback) && is_gone(&shown.told_reporter));
        assert_eq!(shown.persons[0].name.as_ref().unwrap().text, KEPT);
        assert_eq!(position(stage).await, head + 1, "the certificate, and nothing else, is added");
        assert!(stage.running().hub.log.check().await.unwrap().ok);
        stage.stop().await;
        nothing_in_the_open(stage.data());
    });
}

/// A clue in which the person stands beside another, and the referral drafted from it; both name the person.
async fn a_referral(stage: &Stage, letter: v1::PaperRef) -> (String, String) {
    let handler = stage.desk("430405.edu.handler");
    // Not the first victim: whose texts they are does not depend on the order.
    let about = v1::ReportClueRequest {
        persons: vec![victim(KEPT, &child_number("2")), victim(GONE, &child_number("1"))],
        papers: vec![letter],
        ..clue_in(stage, HERE)
    };
    let clue = verified(stage, about, &format!("查实：{GONE}的学费被骗。")).await;
    let draft = ask!(
        handler,
        education.draft_referral,
        DraftReferralRequest {
            clue_id: &*clue,
            team: vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id],
            number: "蒸教移立〔2026〕1号",
            charges: vec!["266".to_owned()],
            facts: format!("{GONE}的学费被骗。"),
        }
    );
    (clue, draft.unwrap().referral_id)
}

/// A transfer told of by the person, in which the police and the bureau name them.
async fn an_answered_transfer(stage: &Stage) -> String {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    let told_by = v1::ReportClueRequest {
        reporter: Some(named(GONE, "13800005678", &child_number("1"))),
        persons: vec![victim(KEPT, &child_number("2"))],
        ..child_hurt_in(stage, HERE)
    };
    let reported = report(&clerk, told_by).await;
    let clue = &*reported.clue_id;
    triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
    done!(clerk, education.transfer_clue_to_police, TransferClueToPoliceRequest { clue_id: clue });
    done!(
        stage.desk("430405.edu.leader"),
        education.confirm_transfer,
        ConfirmTransferRequest { clue_id: clue }
    );
    done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
    done!(duty, police.sign_receipt, SignReceiptRequest { matter: clue, receipt_number: "回1" });
    done!(duty, police.accept_transfer, AcceptTransferRequest { clue_id: clue });
    let words = format!("已询问{GONE}。");
    let filed = v1::TransferOutcome::FiledCriminal;
    done!(
        duty,
        police.give_feedback,
        GiveFeedbackRequest { matter: clue, outcome: filed, text: words.clone() }
    );
    let told = v1::inform_reporter_request::Outcome::Text(words);
    done!(clerk, education.inform_reporter, InformReporterRequest { clue_id: clue, outcome: told });
    reported.clue_id
}

#[test]
fn a_case_is_erased_with_its_papers() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
        let letter = paper(&clerk, clue, v1::PaperKind::Letter, STORY).await;
        let sent = done!(
            clerk,
            education.transfer_clue_to_police,
            TransferClueToPoliceRequest { clue_id: clue, papers: vec![letter.clone()] }
        );
        let (_, bytes) = download(&clerk, clue, &letter.hash).await.unwrap();
        assert_eq!(bytes, STORY.as_bytes());
        nothing_in_the_open(stage.data());
        let erased = ask!(
            stage.desk("admin"),
            directory.erase_subject,
            EraseSubjectRequest {
                subject_id: hub::seal::case_subject(clue).unwrap().to_string(),
                reason: "保管期限届满",
                basis: v1::ErasureBasis::RetentionOver,
            }
        )
        .unwrap();
        assert_eq!(erased.papers, 1);
        assert_eq!(law(download(&clerk, clue, &letter.hash).await), "PAPER_ERASED");
        let shown = read(&clerk, clue, &sent.consistency_token).await;
        assert_eq!(shown.stage, "transferred-police", "what happened stays on record");
        assert!(
            !shown.persons[0].name.as_ref().unwrap().erased,
            "the person is another subject than the case"
        );
    });
}

#[test]
fn a_certificate_that_a_crash_left_unwritten_is_written_when_asked_again() {
    play_alone(SMALL, async |stage| {
        let _ = two_clues(stage).await;
        let hub = &stage.running().hub;
        let subject = hub.keys.person_subject(&child_number("1")).unwrap();
        // What a crash between the two steps leaves: the keys are gone and nothing says so.
        let destroyed = hub.destroy_keys(&subject, "OF-ADMIN").await.unwrap();
        let again = erase(stage, "admin", &child_number("1")).await.unwrap();
        assert_eq!((again.keys, again.matters.len()), (0, 2));
        assert_eq!(certificates(stage, &again.certificate).await, [destroyed.keys as u64]);
        let nobody = erase(stage, "admin", &child_number("7")).await.unwrap();
        assert_eq!((nobody.keys, &*nobody.certificate), (0, ""), "nothing destroyed, nothing certified");
    });
}

/// The keys that the certificates of a subject tell, one by one.
async fn certificates(stage: &Stage, stream: &str) -> Vec<u64> {
    let stream = eventlog::StreamName::parse(stream).unwrap();
    let events = stage.running().hub.log.read(&stream, eventlog::Revision::FIRST).await.unwrap();
    let told = events.iter().map(|event| event.data.decode::<Certified>().unwrap());
    told.inspect(|told| assert!(!told.matters.is_empty() && told.requested_by.as_str() == "OF-ADMIN"))
        .map(|told| told.keys)
        .collect()
}

/// How many events the log has, without those of who read what.
async fn position(stage: &Stage) -> usize {
    let (log, mut after, mut count) = (&stage.running().hub.log, None, 0);
    loop {
        let page = log.read_all(after, 500).await.unwrap();
        let Some(last) = page.last() else { return count };
        after = Some(last.position);
        count += page.iter().filter(|event| event.event.kind != "reading.noted").count();
    }
}

pub fn is_gone(text: &Option<v1::PersonalText>) -> bool {
    text.as_ref().is_some_and(|text| text.erased && text.text.is_empty())
}

async fn gone_from_the_clues(
    stage: &Stage,
    about: &v1::ReportClueResponse,
    told_by: &v1::ReportClueResponse,
) {
    let clerk = stage.desk("430405.edu.clerk1");
    let clue = read(&clerk, &about.clue_id, &token(about)).await;
    let [gone, kept] = &clue.persons[..] else { panic!("two persons") };
    assert!(is_gone(&gone.name) && is_gone(&gone.id_number));
    assert!(is_gone(&clue.narrative), "the story may name the child");
    assert_eq!(kept.name.as_ref().unwrap().text, KEPT);
    let last = child_number("2").split_off(14);
    assert!(kept.id_number.as_ref().unwrap().text.ends_with(&last));
    let clue = read(&clerk, &told_by.clue_id, &token(told_by)).await;
    let reporter = clue.reporter.unwrap();
    assert!(is_gone(&reporter.name) && is_gone(&reporter.phone));
    assert!(is_gone(&clue.narrative), "the story may name who told it");
    assert_eq!(clue.persons[0].name.as_ref().unwrap().text, KEPT);
}

async fn gone_from_the_queue(stage: &Stage, clue: &str) {
    let duty = stage.desk("430405.psb.duty1");
    let claimed = done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
    let entry =
        see!(duty, police.get_queue_entry, claimed.consistency_token, GetQueueEntryRequest { matter: clue });
    let Some(v1::get_queue_entry_response::Case::Clue(clue)) = entry.unwrap().case else { panic!("a clue") };
    assert!(is_gone(&clue.narrative) && is_gone(&clue.persons[0].name));
    assert_eq!(clue.persons[1].name.as_ref().unwrap().text, KEPT);
}

/// No file of the folder holds a name, a number or a story in the open, neither of those erased nor of the others.
pub fn nothing_in_the_open(folder: &Path) {
    let secrets = [GONE.to_owned(), KEPT.to_owned(), STORY.to_owned(), "13800005678".to_owned()];
    let numbers = [child_number("1"), child_number("2")];
    let mut looked_at = 0;
    for file in files(folder) {
        // The storage engine takes some of its files away when it is done with them.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        looked_at += bytes.len();
        for secret in secrets.iter().chain(&numbers) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds {secret} in the open", file.display());
        }
    }
    assert!(looked_at > 100_000, "{looked_at} bytes are too few to be a hub");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
