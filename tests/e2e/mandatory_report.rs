//! A child is hurt: the report reaches the police at once, nobody on the education side can wave it away, two officers
//! reach for it and one gets it, and when nobody does, those above are told by name.

use tonic::Code;
use tonic_types::StatusExt;
use wire::v1::watch_queue_response::News;
use wire::{Lang, Refusal, v1};

use crate::acts::{HERE, ask, child_hurt_in, done, read, report, see, token, triage, unit};
use crate::follow::{Follower, Watcher};
use crate::papers::paper;
use crate::stage::{SMALL, Shared, Stage, law, play, play_alone};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

#[test]
fn a_hurt_child_reaches_the_police_at_once_and_the_reporter_is_told_at_the_end() {
    play_alone(SMALL, async |stage| from_report_to_answer(stage).await);
}

/// The whole way of a mandatory report, whatever the hub consists of.
pub async fn from_report_to_answer(stage: &Stage) {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    let mut queue = Watcher::open(&duty).await;
    assert!(queue.snapshot().await.is_empty());
    let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
    assert_eq!((reported.urgency(), reported.call_110), (v1::Urgency::U1, true));
    let id = reported.clue_id.clone();
    let entry = queue.changed(&id, |entry| entry.clock.is_some()).await;
    assert_eq!((entry.kind(), entry.urgency()), (v1::MatterKind::MandatoryReport, v1::Urgency::U1));
    assert_eq!(entry.to.unwrap().id, unit("PSB", HERE));
    let clock = entry.clock.unwrap();
    assert_eq!((clock.rule.as_str(), clock.status()), ("police-report", v1::ClockStatus::Running));

    let called =
        done!(clerk, education.record_call, RecordCallRequest { clue_id: &*id, call_number: "110-0001" });
    let clue = read(&clerk, &id, &called.consistency_token).await;
    assert!(clue.obligation.unwrap().met_at.is_none(), "a call is no receipt");

    send_to_police(stage, &id, &called.consistency_token).await;
    done!(duty, police.claim_entry, ClaimEntryRequest { matter: &*id });
    assert_eq!(queue.removed(&id).await.by, duty.account.id);
    let signed =
        done!(duty, police.sign_receipt, SignReceiptRequest { matter: &*id, receipt_number: "受字1号" });
    let clue = read(&clerk, &id, &signed.consistency_token).await;
    let duty_met = clue.obligation.unwrap();
    assert!(duty_met.met_at.is_some());
    assert_eq!((duty_met.receipt_number.as_str(), duty_met.call_number.as_str()), ("受字1号", "110-0001"));

    assert_eq!(
        law(ask!(
            clerk,
            education.inform_reporter,
            InformReporterRequest {
                clue_id: &*id,
                outcome: v1::inform_reporter_request::Outcome::Text("公安机关已受理。".to_owned()),
            }
        )),
        "WRONG_STAGE"
    );
    answered_and_closed(stage, &id).await;
}

/// Sorted, handed over at once, confirmed by a leader.
async fn send_to_police(stage: &Stage, id: &str, seen: &str) {
    let (clerk, leader) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.leader"));
    triage(&clerk, &read(&clerk, id, seen).await).await;
    assert_eq!(
        law(ask!(
            clerk,
            education.transfer_clue_to_police,
            TransferClueToPoliceRequest { clue_id: id, to_unit_id: unit("PSB", "430400") }
        )),
        "OBLIGATION_ELSEWHERE"
    );
    let sent = done!(clerk, education.transfer_clue_to_police, TransferClueToPoliceRequest { clue_id: id });
    assert_eq!(sent.state, "transferred-police");
    done!(leader, education.confirm_transfer, ConfirmTransferRequest { clue_id: id });
}

/// Accepted, answered, told to the reporter, and counted.
async fn answered_and_closed(stage: &Stage, id: &str) {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    done!(duty, police.accept_transfer, AcceptTransferRequest { clue_id: id });
    let answered = done!(
        duty,
        police.give_feedback,
        GiveFeedbackRequest {
            matter: id,
            outcome: v1::TransferOutcome::FiledCriminal,
            text: "已立为刑事案件侦查。",
        }
    );
    assert_eq!(answered.state, "awaiting-feedback");
    let closed = done!(
        clerk,
        education.inform_reporter,
        InformReporterRequest {
            clue_id: id,
            outcome: v1::inform_reporter_request::Outcome::Text("公安机关已立案。".to_owned()),
        }
    );
    assert_eq!(closed.state, "closed");
    let clue = read(&clerk, id, &closed.consistency_token).await;
    assert_eq!(clue.transfer.unwrap().feedback.unwrap().text, "已立为刑事案件侦查。");
    assert_eq!(clue.told_reporter.unwrap().text, "公安机关已立案。");
    assert!(clue.clocks.iter().all(|clock| clock.status() == v1::ClockStatus::Stopped && clock.on_time));
    let figures = see!(clerk, education.get_statistics, closed.consistency_token, GetStatisticsRequest {});
    let row = &figures.unwrap().rows[0];
    assert_eq!(
        (row.received, row.obligations_open, row.obligations_met, row.transferred_police),
        (1, 0, 1, 1)
    );
}

#[test]
fn education_cannot_lower_merge_transfer_or_close_it_away() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, leader) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.leader"));
        let institution = format!("IN-{}", stage.world.institutions[0].credit_code);
        let at_school = v1::ReportClueRequest { institution, ..child_hurt_in(stage, HERE) };
        let first = report(&clerk, at_school.clone()).await;
        let second =
            report(&clerk, v1::ReportClueRequest { request_id: crate::stage::id(), ..at_school }).await;
        let id = &*first.clue_id;
        for (who, urgency, minor) in [
            (&clerk, v1::Urgency::U3, v1::Minor::Under14),
            (&leader, v1::Urgency::U2, v1::Minor::None),
            (&stage.desk("430405.edu.head"), v1::Urgency::U4, v1::Minor::None),
        ] {
            assert_eq!(
                law(ask!(
                    who,
                    education.triage_clue,
                    TriageClueRequest {
                        clue_id: id,
                        category: v1::Category::Other,
                        urgency: urgency,
                        minor: minor,
                    }
                )),
                "CANNOT_DOWNGRADE"
            );
        }
        assert_eq!(
            law(ask!(
                clerk,
                education.merge_clue,
                MergeClueRequest { clue_id: id, into_clue_id: &*second.clue_id }
            )),
            "OBLIGATION_OPEN"
        );
        let close = v1::inform_reporter_request::Outcome::NoContact("举报人未留联系方式".to_owned());
        let closing =
            ask!(leader, education.inform_reporter, InformReporterRequest { clue_id: id, outcome: close });
        assert_eq!(law(closing), "OBLIGATION_OPEN");
        let clue = read(&clerk, id, "").await;
        triage(&clerk, &clue).await;
        let letter = paper(&leader, id, v1::PaperKind::Letter, "移送函").await;
        assert_eq!(
            law(ask!(
                leader,
                education.transfer_clue_to_agency,
                TransferClueToAgencyRequest {
                    clue_id: id,
                    to_unit_id: unit("FIRE", HERE),
                    papers: vec![letter],
                }
            )),
            "OBLIGATION_OPEN"
        );
        let clue = read(&clerk, id, "").await;
        assert_eq!((clue.urgency(), clue.minor()), (v1::Urgency::U1, v1::Minor::Under14));
        assert!(clue.obligation.unwrap().met_at.is_none());
    });
}

#[test]
fn of_two_officers_who_claim_at_once_one_wins_and_the_other_learns_who_and_when() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let duty = [stage.desk_apart("430405.psb.duty1").await, stage.desk_apart("430405.psb.duty2").await];
        for _ in 0..5 {
            let id = report(&clerk, child_hurt_in(stage, HERE)).await.clue_id;
            let claim = async |place: usize| {
                ask!(duty[place], police.claim_entry, ClaimEntryRequest { matter: &*id })
            };
            let both = tokio::join!(claim(0), claim(1));
            let (winner, won, lost) = match both {
                (Ok(won), Err(lost)) => (&duty[0], won, lost),
                (Err(lost), Ok(won)) => (&duty[1], won, lost),
                other => panic!("one wins and one loses, not {other:?}"),
            };
            assert!(won.lease_until.is_some());
            told_who_and_when(&lost, &winner.account.id, won.receipt.unwrap().recorded_at.unwrap());
            let again = done!(winner, police.claim_entry, ClaimEntryRequest { matter: &*id });
            assert!(!again.repeated, "claiming what one holds changes nothing and is not refused");
        }
    });
}

/// Reason and facts for machines, texts in both languages for people.
fn told_who_and_when(lost: &tonic::Status, winner: &str, since: prost_types::Timestamp) {
    assert_eq!(lost.code(), Code::FailedPrecondition);
    let info = lost.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("ALREADY_CLAIMED", "safeguard"));
    assert_eq!(info.metadata["by"], winner);
    let told: jiff::Timestamp = info.metadata["since"].parse().unwrap();
    assert_eq!(Some(told), wire::convert::moment(&since));
    let chinese = lost.get_details_localized_message().unwrap();
    assert_eq!(chinese.locale, "zh-CN");
    let refusal = Refusal::from_status(lost);
    for (text, lang) in [(lost.message(), Lang::En), (chinese.message.as_str(), Lang::Zh)] {
        assert!(text.contains(winner), "{text}");
        assert_eq!(text, refusal.say(lang));
    }
    assert!(chinese.message.contains("认领") && lost.message().contains("Already claimed"));
}

#[test]
fn a_report_nobody_claims_climbs_to_the_handler_the_leader_and_the_units_above() {
    play_alone(SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let mut queue = Watcher::open(&duty).await;
        let mut city = Watcher::of(
            &stage.desk("430400.psb.duty"),
            v1::WatchQueueRequest { division: "430400".to_owned(), ..Default::default() },
        )
        .await;
        let id = report(&clerk, child_hurt_in(stage, HERE)).await.clue_id;
        let mut clocks = Follower::of(stage, &id).await;
        for (minutes, percent, escalation) in [(15, 50, 1), (9, 80, 2)] {
            stage.advance(minutes);
            clocks.rung("police-report", Some(percent)).await;
            let entry = queue.changed(&id, |entry| entry.escalation == escalation).await;
            assert_eq!(entry.clock.unwrap().status(), v1::ClockStatus::Warned);
        }
        stage.advance(6);
        let breach = clocks.rung("police-report", None).await;
        let told = breach.data["told"].as_array().unwrap();
        let unit_told =
            |who: &str| told.iter().find(|told| told["who"] == who).unwrap()["unit"].as_str().unwrap();
        assert_eq!(unit_told("superior"), unit("EDU", "430400"));
        assert_eq!(unit_told("police-superior"), unit("PSB", "430400"));
        assert_eq!(unit_told("city-duty"), unit("PSB", "430400"));
        let entry = queue.changed(&id, |entry| entry.escalation == 4).await;
        assert!(entry.clock.is_some_and(|clock| clock.status() == v1::ClockStatus::Breached));
        city.changed(&id, |entry| entry.escalation == 4).await;
        let figures = see!(clerk, education.get_statistics, breach.token, GetStatisticsRequest {}).unwrap();
        assert_eq!((figures.rows[0].overdue, figures.rows[0].obligations_open), (1, 1));
        let queue =
            see!(duty, police.get_queue_statistics, breach.token, GetQueueStatisticsRequest {}).unwrap();
        assert_eq!((queue.open, queue.overdue), (1, 1));
    });
}

#[test]
fn a_lease_that_runs_out_puts_the_report_back_on_the_queue() {
    play_alone(SMALL, async |stage| {
        let (first, second) = (stage.desk("430405.psb.duty1"), stage.desk("430405.psb.duty2"));
        let mut queue = Watcher::open(&second).await;
        let id = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await.clue_id;
        done!(first, police.claim_entry, ClaimEntryRequest { matter: &*id });
        let gone = queue.removed(&id).await;
        assert_eq!((gone.why.as_str(), gone.by), ("claimed", first.account.id.clone()));
        stage.advance(10);
        let back = queue.changed(&id, |entry| entry.stage == "offered").await;
        assert!(back.claimed_by.is_empty() && back.lease_until.is_none());
        assert_eq!(
            law(ask!(
                first,
                police.sign_receipt,
                SignReceiptRequest { matter: &*id, receipt_number: "受字2号" }
            )),
            "NOT_CLAIMED_BY_YOU"
        );
        done!(second, police.claim_entry, ClaimEntryRequest { matter: &*id });
        // Wait for it before the next step: a watcher is told where a matter stands, and two steps that are
        // folded together show as the second.
        let why = queue.until(|news| match news {
            News::Removed(removed) if removed.matter == id => Some(removed.why.clone()),
            _ => None,
        });
        assert_eq!(why.await, "claimed");
        let signed = done!(
            second,
            police.sign_receipt,
            SignReceiptRequest { matter: &*id, receipt_number: "受字3号" }
        );
        let figures =
            see!(second, police.get_queue_statistics, signed.consistency_token, GetQueueStatisticsRequest {});
        assert_eq!(figures.unwrap().lapsed, 1);
        let clue = read(&stage.desk("430405.edu.clerk1"), &id, &token_of(&signed)).await;
        assert_eq!(clue.obligation.unwrap().receipt_number, "受字3号");
    });
}

fn token_of(receipt: &v1::CommandReceipt) -> String {
    receipt.consistency_token.clone()
}

#[test]
fn the_token_of_a_report_shows_it_on_the_queue() {
    play(&STAGE, SMALL, async |stage| {
        let reported = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        let duty = stage.desk("430405.psb.duty1");
        let page =
            see!(duty, police.list_queue, token(&reported), ListQueueRequest { page_size: 500 }).unwrap();
        assert!(page.entries.iter().any(|entry| entry.matter == reported.clue_id));
    });
}
