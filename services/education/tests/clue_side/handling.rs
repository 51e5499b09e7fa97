//! A clue from report to close, as its officers do it; merging; who may see what.

use wire::refusal::Refusal;
use wire::v1;

use crate::scene::{CLERK, CREDIT, DUTY, LEADER, NEIGHBOUR, SECOND, SUPERIOR, Scene, named, scene};

macro_rules! act {
    ($scene:expr, $officer:expr, $method:ident, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let request = v1::$request {
            request_id: uuid::Uuid::now_v7().to_string(),
            $($field: $value,)*
            ..Default::default()
        };
        let request = $scene.by($officer, request);
        $scene.client.$method(request).await.map(|answer| answer.into_inner().receipt.unwrap())
    }};
}

fn reason(status: &tonic::Status) -> String {
    Refusal::from_status(status).reason().to_owned()
}

async fn get(scene: &mut Scene, officer: &str, clue_id: &str) -> Result<v1::GetClueResponse, tonic::Status> {
    let request = v1::GetClueRequest { clue_id: clue_id.to_owned(), ..Default::default() };
    let request = scene.by(officer, request);
    scene.client.get_clue(request).await.map(tonic::Response::into_inner)
}

/// Sorts and assigns a clue to the district's own bureau.
async fn assigned(scene: &mut Scene, clue: &str) {
    act!(
        scene,
        CLERK,
        triage_clue,
        TriageClueRequest {
            clue_id: clue.to_owned(),
            category: v1::Category::FeeFraud as i32,
            urgency: v1::Urgency::U3 as i32,
            minor: v1::Minor::None as i32,
        }
    )
    .unwrap();
    act!(
        scene,
        CLERK,
        assign_clue,
        AssignClueRequest { clue_id: clue.to_owned(), to_unit_id: "UN-EDU-430405".to_owned() }
    )
    .unwrap();
}

/// Verifies an assigned clue, with one extension, and finds it true.
async fn substantiated(scene: &mut Scene, clue: &str) {
    // Officers of the police, however active, are no team of the bureau.
    let strangers = vec![CLERK.to_owned(), DUTY.to_owned()];
    let refused = act!(
        scene,
        CLERK,
        start_verification,
        StartVerificationRequest { clue_id: clue.to_owned(), team: strangers }
    );
    let Refusal::Shape(found) = Refusal::from_status(&refused.unwrap_err()) else { unreachable!() };
    assert_eq!((found[0].field.as_str(), found[0].reason.as_str()), ("team[1]", "OFFICER_UNKNOWN"));
    let team = vec![CLERK.to_owned(), SECOND.to_owned()];
    act!(scene, CLERK, start_verification, StartVerificationRequest { clue_id: clue.to_owned(), team: team })
        .unwrap();
    act!(
        scene,
        LEADER,
        extend_verification,
        ExtendVerificationRequest { clue_id: clue.to_owned(), reason: "账目多".to_owned() }
    )
    .unwrap();
    act!(
        scene,
        LEADER,
        conclude_clue,
        ConcludeClueRequest {
            clue_id: clue.to_owned(),
            result: v1::Conclusion::Substantiated as i32,
            summary: "收费属实".to_owned(),
        }
    )
    .unwrap();
}

#[tokio::test]
async fn a_clue_goes_from_report_to_close_and_shows_its_history() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { reporter: named("王芳", "13800001234"), ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    assigned(&mut scene, &clue).await;
    substantiated(&mut scene, &clue).await;
    act!(
        scene,
        CLERK,
        open_admin_case,
        OpenAdminCaseRequest { clue_id: clue.clone(), number: "珠教罚立〔2026〕7号".to_owned() }
    )
    .unwrap();
    act!(
        scene,
        LEADER,
        decide_fine,
        DecideFineRequest {
            clue_id: clue.clone(), number: "珠教罚〔2026〕7号".to_owned(), fen: 500_000
        }
    )
    .unwrap();
    let outcome = Some(v1::inform_reporter_request::Outcome::Text("已处罚".to_owned()));
    let closed = act!(
        scene,
        CLERK,
        inform_reporter,
        InformReporterRequest { clue_id: clue.clone(), outcome: outcome }
    )
    .unwrap();
    assert_eq!(closed.state, "closed");
    let reopened = act!(
        scene,
        LEADER,
        reopen_clue,
        ReopenClueRequest { clue_id: clue.clone(), reason: "新情况".to_owned() }
    )
    .unwrap();
    assert_eq!(reopened.state, "triaged");

    let seen = get(&mut scene, CLERK, &clue).await.unwrap();
    let shown = seen.clue.unwrap();
    assert_eq!(shown.summary.unwrap().text, "收费属实");
    assert_eq!(shown.reporter.unwrap().name.unwrap().text, "王芳");
    assert_eq!((shown.fine_fen, shown.owner.unwrap().name.as_str()), (500_000, "UN-EDU-430405 单位"));
    assert_eq!(seen.history.first().unwrap().kind, "clue.reported");
    assert_eq!(seen.history.last().unwrap().revision, shown.revision);
}

#[tokio::test]
async fn content_is_for_the_unit_metadata_for_its_superior_and_nothing_for_others() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { reporter: named("王芳", ""), ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    let leader = get(&mut scene, LEADER, &clue).await.unwrap().clue.unwrap();
    assert_eq!(leader.narrative.unwrap().text, "培训机构收了两年学费后关门");
    // The reporter is for the named handler: here the officer who wrote it down, not the leader.
    assert!(leader.reporter.unwrap().name.unwrap().withheld);
    let superior = get(&mut scene, SUPERIOR, &clue).await.unwrap().clue.unwrap();
    assert!(superior.narrative.unwrap().withheld && superior.stage == "received");
    for officer in [NEIGHBOUR, DUTY] {
        let known = get(&mut scene, officer, &clue).await.unwrap_err();
        let unknown = get(&mut scene, officer, "CL-430405-20261102-0000000000000-0").await;
        assert_eq!(known.code(), tonic::Code::PermissionDenied);
        assert_ne!(unknown.unwrap_err().code(), tonic::Code::NotFound);
    }
}

#[tokio::test]
async fn merging_needs_a_second_officer_for_a_minor_and_never_lowers_the_other_clue() {
    let mut scene = scene().await;
    let about = |scene: &Scene, urgency: v1::Urgency, minor: v1::Minor| v1::ReportClueRequest {
        institution: CREDIT.to_owned(),
        urgency: urgency as i32,
        minor: minor as i32,
        ..scene.plain()
    };
    let low = about(&scene, v1::Urgency::U4, v1::Minor::None);
    let high = about(&scene, v1::Urgency::U2, v1::Minor::Minor);
    let (stays, ends) = (scene.report(low).await.clue_id, scene.report(high).await.clue_id);
    let merge = act!(
        scene,
        CLERK,
        merge_clue,
        MergeClueRequest { clue_id: ends.clone(), into_clue_id: stays.clone() }
    )
    .unwrap();
    assert_eq!(merge.state, "merge-proposed");
    let same = act!(scene, CLERK, confirm_merge, ConfirmMergeRequest { clue_id: ends.clone() }).unwrap_err();
    assert_eq!(reason(&same), "SAME_OFFICER");
    let done = act!(scene, SECOND, confirm_merge, ConfirmMergeRequest { clue_id: ends.clone() }).unwrap();
    assert_eq!(done.state, "merged");
    let late = about(&scene, v1::Urgency::U4, v1::Minor::None);
    let late = scene.report(late).await.clue_id;
    let gone = act!(scene, CLERK, merge_clue, MergeClueRequest { clue_id: late, into_clue_id: ends.clone() });
    assert_eq!(reason(&gone.unwrap_err()), "TARGET_CLOSED");
    // The reaction hands the urgency over; the subscription tells when, nobody sleeps.
    let mut log = scene.hub.log.subscribe(None);
    let absorbed = async {
        loop {
            let page = log.next().await.unwrap();
            if page
                .iter()
                .any(|event| event.event.kind == "clue.absorbed" && event.event.stream.as_str() == stays)
            {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), absorbed).await.unwrap();
    let clue = get(&mut scene, CLERK, &stays).await.unwrap().clue.unwrap();
    assert_eq!((clue.urgency, clue.absorbed), (v1::Urgency::U2 as i32, vec![ends]));
}

#[tokio::test]
async fn a_second_return_goes_to_the_superior_who_then_designates() {
    let mut scene = scene().await;
    let clue = {
        let request = scene.plain();
        scene.report(request).await.clue_id
    };
    assigned(&mut scene, &clue).await;
    let back = |id: &str| (id.to_owned(), "不归我科".to_owned());
    let (clue_id, reason_text) = back(&clue);
    act!(scene, LEADER, return_clue, ReturnClueRequest { clue_id: clue_id, reason: reason_text }).unwrap();
    act!(
        scene,
        CLERK,
        assign_clue,
        AssignClueRequest { clue_id: clue.clone(), to_unit_id: "UN-EDU-430405".to_owned() }
    )
    .unwrap();
    let (clue_id, reason_text) = back(&clue);
    act!(scene, LEADER, return_clue, ReturnClueRequest { clue_id: clue_id, reason: reason_text }).unwrap();
    let own = act!(
        scene,
        CLERK,
        assign_clue,
        AssignClueRequest { clue_id: clue.clone(), to_unit_id: "UN-EDU-430405".to_owned() }
    );
    assert_eq!(reason(&own.unwrap_err()), "DESIGNATOR_ONLY");
    let designated = act!(
        scene,
        SUPERIOR,
        assign_clue,
        AssignClueRequest { clue_id: clue.clone(), to_unit_id: "UN-EDU-430405".to_owned() }
    );
    assert_eq!(designated.unwrap().state, "assigned");
}

#[tokio::test]
async fn a_transfer_finds_the_police_of_the_place_and_unknown_units_and_officers_are_named() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { urgency: v1::Urgency::U2 as i32, ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    act!(
        scene,
        CLERK,
        triage_clue,
        TriageClueRequest {
            clue_id: clue.clone(),
            category: v1::Category::FeeFraud as i32,
            urgency: v1::Urgency::U2 as i32,
            minor: v1::Minor::None as i32,
        }
    )
    .unwrap();
    let nowhere = act!(
        scene,
        CLERK,
        assign_clue,
        AssignClueRequest { clue_id: clue.clone(), to_unit_id: "UN-NOWHERE".to_owned() }
    );
    let Refusal::Shape(faults) = Refusal::from_status(&nowhere.unwrap_err()) else { unreachable!() };
    assert_eq!((faults[0].field.as_str(), faults[0].reason.as_str()), ("to_unit_id", "UNIT_UNKNOWN"));
    let subject = "SU-TEST".parse().unwrap();
    let paper = scene.hub.papers.put(&scene.hub.keys, &subject, b"letter".to_vec()).await.unwrap();
    let letter = v1::PaperRef {
        kind: v1::PaperKind::Letter as i32,
        hash: paper.hash.to_string(),
        ..Default::default()
    };
    let sent = act!(
        scene,
        CLERK,
        transfer_clue_to_police,
        TransferClueToPoliceRequest { clue_id: clue.clone(), papers: vec![letter] }
    );
    assert_eq!(sent.unwrap().state, "transferred-police");
    let shown = get(&mut scene, CLERK, &clue).await.unwrap().clue.unwrap().transfer.unwrap();
    assert_eq!((shown.to.unwrap().id.as_str(), shown.papers[0].size), ("UN-PSB-430405", 6));
    let confirmed = act!(scene, LEADER, confirm_transfer, ConfirmTransferRequest { clue_id: clue.clone() });
    assert_eq!(confirmed.unwrap().state, "transferred-police");
}
