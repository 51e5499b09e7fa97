//! Every copy of an erased person: the log and its export, what follows it, every query, a backup made before, and the
//! hub restored from it. Never here: which values an erasure reaches (`erasure`).

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use domain::sealed::Sealed;
use hub::seal::{KeyStore, Opened};
use serde_json::Value;
use wire::v1;

use crate::acts::{HERE, ask, child_hurt_in, child_number, done, read, report, see, token, triage, victim};
use crate::erasure::{GONE, KEPT, STORY, is_gone, nothing_in_the_open};
use crate::follow::Follower;
use crate::papers::{download, paper};
use crate::stage::{SMALL, Stage, law, play_alone};

/// What stands where before anybody is erased: a transferred clue with a paper.
struct Told {
    clue: String,
    paper: String,
}

async fn told(stage: &Stage) -> Told {
    let clerk = stage.desk("430405.edu.clerk1");
    let about = v1::ReportClueRequest {
        persons: vec![victim(GONE, &child_number("1")), victim(KEPT, &child_number("2"))],
        narrative: STORY.to_owned(),
        ..child_hurt_in(stage, HERE)
    };
    let reported = report(&clerk, about).await;
    let clue = &*reported.clue_id;
    triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
    let letter = paper(&clerk, clue, v1::PaperKind::Letter, STORY).await;
    let _ = done!(
        clerk,
        education.transfer_clue_to_police,
        TransferClueToPoliceRequest { clue_id: clue, papers: vec![letter.clone()] }
    );
    Told { clue: reported.clue_id, paper: letter.hash }
}

async fn erase(stage: &Stage) -> v1::EraseSubjectResponse {
    ask!(
        stage.desk("admin"),
        directory.erase_subject,
        EraseSubjectRequest {
            id_number: child_number("1"),
            reason: "依法申请删除",
            basis: v1::ErasureBasis::ConsentWithdrawn,
        }
    )
    .unwrap()
}

/// An operator's command on files, as the program runs it.
async fn operate(arguments: &[&str], paths: &[(&str, &Path)]) {
    let mut all: Vec<OsString> =
        ["safeguard", "--json"].iter().chain(arguments).map(OsString::from).collect();
    for (name, path) in paths {
        all.extend((!name.is_empty()).then(|| OsString::from(name)));
        all.push(path.as_os_str().to_owned());
    }
    assert_eq!(safeguard::cli::run(all).await, ExitCode::SUCCESS, "{arguments:?}");
}

#[test]
fn no_copy_of_an_erased_person_reveals_them() {
    play_alone(SMALL, async |stage| {
        let told = told(stage).await;
        let place = tempfile::tempdir().unwrap();
        let (backup, list) = (place.path().join("backup"), place.path().join("deletions.jsonl"));
        operate(&["backup"], &[("--data", stage.data()), ("--to", &backup)]).await;
        assert!(revealed(&stage.running().hub.keys, stage.data(), place.path(), "before").await > 0);

        let erased = erase(stage).await;
        assert!(erased.keys > 0 && erased.papers == 1 && erased.certificate.starts_with("ER-"));
        gone_from_every_answer(stage, &told).await;
        assert_eq!(revealed(&stage.running().hub.keys, stage.data(), place.path(), "after").await, 0);
        assert!(stage.running().hub.log.check().await.unwrap().ok);
        for folder in [stage.data(), &backup] {
            nothing_in_the_open(folder);
        }

        operate(&["deletions"], &[("", &list), ("--data", stage.data())]).await;
        let (restored, master) = (place.path().join("restored"), stage.data().join("master.key"));
        let paths =
            [("--from", &*backup), ("--to", &*restored), ("--master-key", &*master), ("--deletions", &*list)];
        operate(&["restore"], &paths).await;
        stage.stop().await;
        stage.config.data = restored;
        stage.start_again().await;
        gone_from_every_answer(stage, &told).await;
        assert_eq!(revealed(&stage.running().hub.keys, stage.data(), place.path(), "restored").await, 0);
        assert!(stage.running().hub.log.check().await.unwrap().ok);
        // The backup is older than the certificate: who asks again gets it, from the list that was applied.
        let again = erase(stage).await;
        assert_eq!((again.keys, &*again.certificate), (0, &*erased.certificate));
        stage.stop().await;
        nothing_in_the_open(stage.data());
    });
}

/// How many sealed values of an export the key store still opens to a text that names the person or tells the story.
async fn revealed(keys: &KeyStore, data: &Path, place: &Path, name: &str) -> usize {
    let file = place.join(format!("{name}.jsonl"));
    operate(&["log", "export"], &[("", &file), ("--data", data)]).await;
    let text = std::fs::read_to_string(file).unwrap();
    let mut sealed = Vec::new();
    for line in text.lines() {
        within(&serde_json::from_str(line).unwrap(), &mut sealed);
    }
    assert!(sealed.len() > 10, "an export of a hub holds sealed values");
    let opens = |sealed: &&Sealed| match keys.open(sealed).unwrap() {
        Opened::Text(text) => [GONE, STORY, &child_number("1")].iter().any(|words| text.contains(words)),
        Opened::Erased => false,
    };
    sealed.iter().filter(opens).count()
}

fn within(value: &Value, found: &mut Vec<Sealed>) {
    if let Ok(sealed) = serde_json::from_value(value.clone()) {
        found.push(sealed);
        return;
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| within(value, found)),
        Value::Array(values) => values.iter().for_each(|value| within(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The agency's and the police's answers about the clue, its paper, and the stream.
async fn gone_from_every_answer(stage: &Stage, told: &Told) {
    let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
    let clue = read(&clerk, &told.clue, "").await;
    assert!(is_gone(&clue.narrative) && is_gone(&clue.persons[0].name));
    assert_eq!(clue.persons[1].name.as_ref().unwrap().text, KEPT, "the other child stays");
    let listed = see!(clerk, education.list_clues, "", ListCluesRequest {}).unwrap();
    let entry = see!(duty, police.get_queue_entry, "", GetQueueEntryRequest { matter: &*told.clue }).unwrap();
    let queue = see!(duty, police.list_queue, "", ListQueueRequest {}).unwrap();
    assert!(!listed.clues.is_empty() && !queue.entries.is_empty());
    let mut answers =
        vec![format!("{clue:?}"), format!("{listed:?}"), format!("{entry:?}"), format!("{queue:?}")];
    for heard in Follower::of(stage, &told.clue).await.history().await {
        answers.push(heard.data.to_string());
    }
    for answer in answers {
        assert!([GONE, STORY, &child_number("1")].iter().all(|words| !answer.contains(words)), "{answer}");
    }
    assert_eq!(law(download(&clerk, &told.clue, &told.paper).await), "PAPER_ERASED");
}
