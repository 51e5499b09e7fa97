//! Papers in a bucket of an S3-compatible store: a suspected crime goes to the police with its papers, which are opened
//! there; what the store changed, lost or cannot give is noticed and never given out; an erased case takes its papers with
//! it. Never here: the store's own ways to fail, which are told beside the client (`hub`).

use wire::{Refusal, v1};

use crate::acts::{ask, done};
use crate::papers::{download, paper};
use crate::referral::{at_the_police, stage_of};
use crate::s3::{Mood, Store};
use crate::stage::{NEIGHBOURS, Stage, law, play_alone, refused};

/// Starts the stage's hub again with its papers in this store.
async fn move_to(stage: &mut Stage, store: &Store) {
    stage.stop().await;
    let file = stage.data().join("bucket.env");
    std::fs::write(&file, Store::credentials()).unwrap();
    stage.config.attachments = store.site("430405/papers");
    stage.config.attachments_credentials = file;
    stage.start_again().await;
}

/// A referral at the police, who asked for one paper more: its clue, itself and its papers.
async fn at_the_police_with_papers(stage: &Stage) -> (String, String, Vec<v1::PaperRef>) {
    let (clue, referral) = at_the_police(stage).await;
    let missing = v1::MissingPaper { kind: v1::PaperKind::Evidence.into(), note: "收费流水".to_owned() };
    let asked = done!(
        stage.desk("430405.psb.duty1"),
        police.request_supplement,
        RequestSupplementRequest {
            referral_id: &*referral,
            number: "蒸公补〔2026〕1号",
            missing: vec![missing],
        }
    );
    let shown = stage_of(stage, &referral, &asked.consistency_token).await;
    assert!(shown.papers.len() > 3, "lists of the store have several pages");
    (clue, referral, shown.papers)
}

/// A paper of the referral as the police open it.
async fn opened(stage: &Stage, referral: &str, paper: &v1::PaperRef) -> Result<Vec<u8>, tonic::Status> {
    let (shown, bytes) = download(&stage.desk("430405.psb.duty1"), referral, &paper.hash).await?;
    assert_eq!((shown.kind(), shown.size), (paper.kind(), bytes.len() as u64));
    Ok(bytes)
}

#[test]
fn a_referral_takes_its_papers_through_a_bucket_and_what_the_bucket_spoils_is_noticed() {
    play_alone(NEIGHBOURS, async |stage| {
        let store = Store::open();
        move_to(stage, &store).await;
        let (_, referral, papers) = at_the_police_with_papers(stage).await;
        for paper in &papers {
            let bytes = opened(stage, &referral, paper).await.unwrap();
            assert_eq!(bytes.len() as u64, paper.size);
        }
        let (report, letter) = (&papers[0], &papers[1]);
        assert_eq!(opened(stage, &referral, report).await.unwrap(), "调查报告".as_bytes());
        let here = std::fs::read_dir(stage.data().join("attachments")).unwrap().count();
        assert_eq!(here, 0, "nothing stands on this machine");
        let (report_key, letter_key) = (store.key(&report.hash), store.key(&letter.hash));
        assert!(report_key.starts_with("430405/papers/"), "{report_key}");

        let whole = store.bytes(&report_key);
        let mut spoilt = whole.clone();
        *spoilt.last_mut().unwrap() ^= 1;
        store.alter(&report_key, spoilt);
        store.lose(&letter_key);
        assert_eq!(refused(opened(stage, &referral, report).await), Refusal::Internal, "never other bytes");
        assert_eq!(refused(opened(stage, &referral, letter).await), Refusal::Internal);
        store.alter(&report_key, whole);
        assert_eq!(opened(stage, &referral, report).await.unwrap(), "调查报告".as_bytes());

        store.always(Some(Mood::Denies));
        let answer = refused(opened(stage, &referral, report).await);
        assert!(matches!(answer, Refusal::LogDown { .. }), "it may be tried again: {answer:?}");
        store.always(None);
        store.next(&[Mood::LosesAnswer, Mood::SlowDown]);
        let handler = stage.desk("430405.edu.handler");
        let papers = vec![paper(&handler, &referral, v1::PaperKind::Evidence, "银行流水").await];
        let given = done!(
            handler,
            education.supplement_referral,
            SupplementReferralRequest {
                referral_id: &*referral,
                number: "蒸教补〔2026〕1号",
                papers: papers.clone()
            }
        );
        assert_eq!(given.state, "receipted", "the police go on where they were");
        let _ = stage_of(stage, &referral, &given.consistency_token).await;
        assert_eq!(opened(stage, &referral, &papers[0]).await.unwrap(), "银行流水".as_bytes());
    });
}

#[test]
fn an_erased_case_takes_its_papers_in_the_bucket_with_it() {
    play_alone(NEIGHBOURS, async |stage| {
        let store = Store::open();
        move_to(stage, &store).await;
        let (clue, referral, papers) = at_the_police_with_papers(stage).await;
        let erased = ask!(
            stage.desk("admin"),
            directory.erase_subject,
            EraseSubjectRequest {
                subject_id: hub::seal::case_subject(&clue).unwrap().to_string(),
                reason: "保管期限届满",
                basis: v1::ErasureBasis::RetentionOver,
            }
        )
        .unwrap();
        assert_eq!(erased.papers as usize, papers.len());
        for paper in &papers {
            assert_eq!(law(opened(stage, &referral, paper).await), "PAPER_ERASED");
        }
    });
}
