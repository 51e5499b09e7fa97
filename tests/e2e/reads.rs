//! Each reading of sensitive values is on record: who, what, when, by which way, on which basis; shown to those who
//! answer for the matter and to auditors. Never here: what may be read.

use hub::config::Serving;
use safeguard::world::Desk;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wire::{Refusal, v1};

use crate::acts::{
    HERE, ask, child_hurt_in, clue_in, done, read, report, see, token, triage, unit, verified,
};
use crate::bare_wire::plug;
use crate::follow::{Follower, change_roles, service};
use crate::papers::{download, paper};
use crate::stage::{NEIGHBOURS, SMALL, Shared, Stage, play, play_alone, play_in_a_house, refused, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// The lines about one matter by one officer, as `who` is shown them.
async fn lines(stage: &Stage, who: &str, matter: &str, officer: &Desk) -> Vec<v1::Reading> {
    let officer = officer.account.id.clone();
    let reads = see!(
        stage.desk(who),
        oversight.list_reads,
        "",
        ListReadsRequest { matter: matter, officer: officer }
    );
    reads.unwrap().reads
}

/// A reading of this kind is on record, once more than before, and complete.
async fn on_record(stage: &Stage, matter: &str, reader: &Desk, (way, what): (&str, &str)) {
    let lines = lines(stage, "430405.edu.leader", matter, reader).await;
    let line = lines.iter().find(|line| line.way == way && line.what == what);
    let line = line.unwrap_or_else(|| panic!("no line for {way} {what} of {matter}: {lines:?}"));
    assert!(line.shown.contains(&"P3".to_owned()), "{line:?}");
    assert_eq!((&line.unit, &line.owner), (&reader.account.unit, &unit("EDU", HERE)));
    let ago = stage.now().seconds - line.at.unwrap().seconds;
    assert!((0..60).contains(&ago), "it was read just now, not {ago} s ago");
    assert!(line.policies.iter().any(|policy| policy.policy == "see-sensitive"), "{line:?}");
    assert!(line.policies.iter().all(|policy| !policy.basis.is_empty()), "each names its basis");
}

/// A child's matter that the police and, apart from it, the fire service have; and its papers.
struct Told {
    clue: String,
    paper: String,
    fire: String,
}

async fn told(stage: &Stage) -> Told {
    let (clerk, leader) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.leader"));
    let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
    let clue = &*reported.clue_id;
    triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
    let letter = paper(&clerk, clue, v1::PaperKind::Letter, "移送函").await;
    done!(
        clerk,
        education.transfer_clue_to_police,
        TransferClueToPoliceRequest { clue_id: clue, papers: vec![letter.clone()] }
    );
    let exit = v1::ReportClueRequest {
        category: v1::Category::FireExit.into(),
        minor: v1::Minor::Minor.into(),
        ..clue_in(stage, HERE)
    };
    let exit = report(&clerk, exit).await;
    let fire = &*exit.clue_id;
    triage(&clerk, &read(&clerk, fire, &token(&exit)).await).await;
    let sent = paper(&leader, fire, v1::PaperKind::Letter, "移送函").await;
    done!(
        leader,
        education.transfer_clue_to_agency,
        TransferClueToAgencyRequest { clue_id: fire, to_unit_id: unit("FIRE", HERE), papers: vec![sent] }
    );
    Told { clue: reported.clue_id, paper: letter.hash, fire: exit.clue_id }
}

/// A referral from a matter with a minor, drafted by the handler.
async fn referral(stage: &Stage) -> String {
    let asked = v1::ReportClueRequest { minor: v1::Minor::Minor.into(), ..clue_in(stage, HERE) };
    let clue = verified(stage, asked, "查实：多名学生受骗。").await;
    let handler = stage.desk("430405.edu.handler");
    let draft = ask!(
        handler,
        education.draft_referral,
        DraftReferralRequest {
            clue_id: clue,
            team: vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id],
            number: "蒸教移立〔2026〕3号",
            charges: vec!["266".to_owned()],
            facts: "以非法占有为目的收取学费。",
        }
    );
    draft.unwrap().referral_id
}

fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

#[test]
fn a_query_a_queue_a_document_a_stream_and_an_export_leave_their_line() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let told = told(stage).await;
        let clue = &*told.clue;
        let clerk = stage.desk("430405.edu.clerk2");
        assert!(lines(stage, "430405.edu.leader", clue, &clerk).await.is_empty(), "nobody has read yet");
        read(&clerk, clue, "").await;
        on_record(stage, clue, &clerk, ("query", "GetClue")).await;
        download(&clerk, clue, &told.paper).await.unwrap();
        on_record(stage, clue, &clerk, ("document", "DownloadPaper")).await;

        let duty = stage.desk("430405.psb.duty1");
        see!(duty, police.get_queue_entry, "", GetQueueEntryRequest { matter: clue }).unwrap();
        on_record(stage, clue, &duty, ("queue", "GetQueueEntry")).await;
        let inspector = stage.desk("430405.fire.inspector");
        let fire =
            see!(inspector, fire.get_fire_transfer, "", GetFireTransferRequest { clue_id: &*told.fire });
        fire.unwrap();
        on_record(stage, &told.fire, &inspector, ("queue", "GetFireTransfer")).await;

        let referral = referral(stage).await;
        let deputy = stage.desk("430405.edu.deputy");
        see!(deputy, education.get_referral, "", GetReferralRequest { referral_id: &*referral }).unwrap();
        on_record(stage, &referral, &deputy, ("query", "GetReferral")).await;

        let system = service(stage, "430405.psb.duty2").await;
        Follower::asking(&system, all()).await.events().await;
        on_record(stage, clue, &system, ("stream", "event")).await;
        let mut snapshot =
            system.streams().snapshot(v1::SnapshotRequest::default()).await.unwrap().into_inner();
        while soon("the snapshot", snapshot.message()).await.unwrap().is_some() {}
        on_record(stage, clue, &system, ("export", "Snapshot")).await;
    });
}

#[test]
fn what_any_instance_has_shown_is_on_record_at_every_other() {
    play_in_a_house(
        async || (String::new(), ()),
        SMALL,
        async |stage| {
            let clerk = stage.desk("430405.edu.clerk1");
            let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
            let education = stage.desks_at(Serving::Education, "430405.edu.clerk1").await;
            let auditors = stage.desks_at(Serving::Directory, "hub.auditor").await;
            assert_eq!((education.len(), auditors.len()), (2, 2));
            for desk in &education {
                read(desk, &reported.clue_id, &token(&reported)).await;
            }
            for auditor in &auditors {
                let both = async {
                    // Each instance writes for itself, a quarter of a second later at most.
                    while readings_of(auditor, &reported.clue_id).await < 2 {}
                };
                soon("the readings of both instances", both).await;
                assert_eq!(readings_of(auditor, &reported.clue_id).await, 2, "and each counts once");
            }
        },
    );
}

/// How often a matter was read, as an instance of the directory knows it.
async fn readings_of(auditor: &Desk, matter: &str) -> u32 {
    let reads = see!(auditor, oversight.list_reads, "", ListReadsRequest { matter: matter });
    reads.unwrap().reads.iter().map(|line| line.count).sum()
}

#[test]
fn the_http_face_leaves_its_line_too() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let told = told(stage).await;
        let system = service(stage, "430405.psb.head").await;
        let mut plug = plug(stage).await;
        let token = &system.account.token;
        let ask = format!(
            "GET /v1/events?from=beginning HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        plug.write_all(ask.as_bytes()).await.unwrap();
        let mut heard = String::new();
        let history = async {
            let mut piece = [0; 65_536];
            while !heard.contains("caught-up") {
                let count = plug.read(&mut piece).await.unwrap();
                assert_ne!(count, 0, "it ended: {heard}");
                heard.push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        };
        soon("the history", history).await;
        assert!(heard.contains(&told.clue));
        on_record(stage, &told.clue, &system, ("stream", "event")).await;
    });
}

#[test]
fn what_is_not_sensitive_or_was_withheld_is_no_reading() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let told = told(stage).await;
        let leader = stage.desk("430400.edu.leader");
        assert!(read(&leader, &told.clue, "").await.narrative.unwrap().withheld);
        assert!(lines(stage, "hub.auditor", &told.clue, &leader).await.is_empty());
        let clerk = stage.desk("430405.edu.clerk1");
        let plain = report(&clerk, clue_in(stage, HERE)).await;
        read(&clerk, &plain.clue_id, &token(&plain)).await;
        assert!(lines(stage, "hub.auditor", &plain.clue_id, &clerk).await.is_empty());
        let stranger = stage.desk("430412.edu.head");
        download(&stranger, &told.clue, &told.paper).await.unwrap_err();
        assert!(lines(stage, "hub.auditor", &told.clue, &stranger).await.is_empty(), "nothing was read");
    });
}

#[test]
fn who_answers_for_a_matter_and_auditors_are_shown_who_read_and_nobody_else() {
    play_alone(NEIGHBOURS, async |stage| {
        let told = told(stage).await;
        let duty = stage.desk("430405.psb.duty1");
        see!(duty, police.get_queue_entry, "", GetQueueEntryRequest { matter: &*told.clue }).unwrap();
        change_roles(stage, "430405.edu.deputy", vec![v1::Role::Auditor.into()]).await;
        for who in ["430405.edu.leader", "430405.edu.head", "430405.edu.deputy", "hub.auditor"] {
            assert_eq!(lines(stage, who, &told.clue, &duty).await.len(), 1, "{who}");
        }
        // The police unit whose officer it was does not answer for the matter; neighbours and superiors neither.
        for who in ["430405.psb.leader", "430412.edu.leader", "430400.edu.leader"] {
            assert!(lines(stage, who, &told.clue, &duty).await.is_empty(), "{who}");
        }
        for who in ["430405.edu.clerk1", "430405.psb.duty1", "430405.proc.prosecutor", "admin"] {
            let answer =
                see!(stage.desk(who), oversight.list_reads, "", ListReadsRequest { matter: &*told.clue });
            assert_eq!(refused(answer), Refusal::Permission, "{who}");
        }
    });
}
