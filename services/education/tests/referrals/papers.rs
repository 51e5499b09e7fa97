//! Papers in and out: whose they may be, how large, and what is left of an erased one.

use domain::paper::PaperKind;
use futures::stream;
use hub::seal::case_subject;
use tonic::Code;
use wire::convert::OnWire;
use wire::refusal::Refusal;
use wire::v1::upload_paper_request::Part;
use wire::v1::{DownloadPaperRequest, UploadPaperOptions, UploadPaperRequest};

use crate::desk::parts;
use crate::town::{Client, Town};

const MIB: usize = 1024 * 1024;

async fn download(
    town: &Town,
    client: &mut Client,
    by: &str,
    (matter, hash): (&str, &str),
) -> Result<(Vec<u8>, usize), tonic::Status> {
    let ask = DownloadPaperRequest { matter: matter.to_owned(), hash: hash.to_owned() };
    let mut pieces = client.download_paper(town.from(by, ask)).await?.into_inner();
    let (mut bytes, mut count) = (Vec::new(), 0);
    while let Some(piece) = pieces.message().await? {
        assert_eq!(piece.paper.is_some(), count == 0, "only the first says what it is");
        assert!(piece.chunk.len() <= 256 * 1024);
        bytes.extend_from_slice(&piece.chunk);
        count += 1;
    }
    Ok((bytes, count))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_comes_back_as_it_was_to_the_parties_and_to_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, _) = town.drafted(&mut client).await;
    let content: Vec<u8> = (0..MIB + 77).map(|place| (place % 251) as u8).collect();
    let report = town.paper_by(&mut client, ("OF-ONE", &referral), PaperKind::Report, &content).await;
    let of = (referral.as_str(), report.hash.as_str());

    // Uploaded, but no event of the referral names it yet.
    let refused = download(&town, &mut client, "OF-ONE", of).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let submit = wire::v1::SubmitReferralRequest {
        request_id: crate::town::fresh(),
        occurred_at: None,
        referral_id: referral.clone(),
        number: "珠教移报〔2026〕1号".to_owned(),
        papers: vec![report.clone()],
    };
    client.submit_referral(town.from("OF-ONE", submit)).await.unwrap();
    for by in ["OF-ONE", "OF-HEAD"] {
        let (bytes, count) = download(&town, &mut client, by, of).await.unwrap();
        assert!(bytes == content, "{by}");
        assert_eq!(count, 5, "{by}");
    }
    // Police and procuratorate get theirs with the delivery.
    for by in ["OF-STRANGER", "OF-DUTY", "OF-PROC", "OF-AUDITOR"] {
        let refused = download(&town, &mut client, by, of).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{by}");
        let upload = stream::iter(parts(&referral, PaperKind::Other, b"not mine"));
        let refused = client.upload_paper(town.from(by, upload)).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{by}");
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_bounded_in_order_and_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let whole = vec![7; 20 * MIB];
    let kept = town.paper_by(&mut client, ("OF-ONE", ""), PaperKind::Evidence, &whole).await;
    assert_eq!(kept.hash.len(), 64);

    let reason = |refused: tonic::Status| Refusal::from_status(&refused).reason().to_owned();
    let mut more = parts("", PaperKind::Evidence, &whole);
    more.push(UploadPaperRequest { part: Some(Part::Chunk(vec![7])) });
    let refused = client.upload_paper(town.from("OF-ONE", stream::iter(more))).await.unwrap_err();
    assert_eq!((refused.code(), reason(refused).as_str()), (Code::ResourceExhausted, "TOO_LARGE"));

    let options =
        Part::Options(UploadPaperOptions { kind: PaperKind::Other.to_wire(), matter: String::new() });
    let thick = Part::Chunk(vec![7; MIB + 1]);
    let thin = Part::Chunk(vec![7]);
    for (bad, code) in [
        (vec![options.clone(), thick], Code::ResourceExhausted),
        (vec![thin.clone(), options.clone()], Code::InvalidArgument),
        (vec![options.clone(), thin, options.clone()], Code::InvalidArgument),
        (vec![options], Code::InvalidArgument),
        (vec![], Code::InvalidArgument),
    ] {
        let bad: Vec<_> = bad.into_iter().map(|part| UploadPaperRequest { part: Some(part) }).collect();
        let refused = client.upload_paper(town.from("OF-ONE", stream::iter(bad))).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_was_erased_says_so_and_one_that_was_lost_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    let report = town.approved(&mut client, &referral).await;
    let of = (referral.as_str(), report.hash.as_str());
    download(&town, &mut client, "OF-ONE", of).await.unwrap();

    // The facts are a text of the clue's case, and lead on to the referral and its papers.
    let erased = town.hub.destroy_keys(&case_subject(&clue).unwrap(), "OF-ADMIN").await.unwrap();
    assert_eq!((erased.matters, erased.papers), (vec![clue, referral.clone()], 1));
    let refused = download(&town, &mut client, "OF-ONE", of).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(Refusal::from_status(&refused).reason(), "PAPER_ERASED");
    assert!(town.seen_by(&mut client, "OF-ONE", &referral).await.facts.unwrap().erased);

    let place = folder.path().join("attachments").join(&report.hash[..2]).join(&report.hash);
    std::fs::remove_file(place).unwrap();
    let refused = download(&town, &mut client, "OF-ONE", of).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_takes_only_papers_that_were_uploaded() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, _) = town.drafted(&mut client).await;
    let mut submit = wire::v1::SubmitReferralRequest {
        request_id: crate::town::fresh(),
        occurred_at: None,
        referral_id: referral,
        number: "珠教移报〔2026〕1号".to_owned(),
        papers: Vec::new(),
    };
    for (papers, field) in [
        (Vec::new(), "papers"),
        (
            vec![wire::v1::PaperRef {
                kind: PaperKind::Report.to_wire(),
                number: String::new(),
                hash: "ab".repeat(32),
                size: 0,
            }],
            "papers[0].hash",
        ),
    ] {
        submit.papers = papers;
        let refused = client.submit_referral(town.from("OF-ONE", submit.clone())).await.unwrap_err();
        let Refusal::Shape(violations) = Refusal::from_status(&refused) else {
            panic!("not a matter of shape")
        };
        assert_eq!(violations.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), [field]);
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_only_the_hash_of_a_paper_cannot_read_it_through_a_matter_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    // A party of the clue may use its evidence in the referral.
    let evidence = town.paper_by(&mut client, ("OF-ONE", &clue), PaperKind::Report, b"evidence").await;
    let submit = wire::v1::SubmitReferralRequest {
        request_id: crate::town::fresh(),
        occurred_at: None,
        referral_id: referral.clone(),
        number: "珠教移报〔2026〕1号".to_owned(),
        papers: vec![evidence.clone()],
    };
    client.submit_referral(town.from("OF-ONE", submit)).await.unwrap();
    assert_eq!(
        download(&town, &mut client, "OF-HEAD", (&referral, &evidence.hash)).await.unwrap().0,
        b"evidence"
    );

    // A stranger who learned the hash names it in a clue of their own, and reads nothing.
    let early = town.paper_by(&mut client, ("OF-ONE", ""), PaperKind::Evidence, b"early").await;
    let own = town.paper_by(&mut client, ("OF-STRANGER", ""), PaperKind::Evidence, b"own").await;
    let papers = [&evidence, &early, &own].map(Clone::clone).to_vec();
    let clue = town.reported_with("OF-STRANGER", &papers).await;
    for (paper, readable) in [(&evidence, false), (&early, false), (&own, true)] {
        let read = download(&town, &mut client, "OF-STRANGER", (&clue, &paper.hash)).await;
        assert_eq!(read.is_ok(), readable);
    }
    town.close().await;
}
