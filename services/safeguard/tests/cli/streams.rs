//! Following the streams and working in consumer groups, as operators of other systems type it.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use futures::channel::mpsc::unbounded;
use serde_json::Value;
use tokio::runtime::Runtime;
use wire::v1::consume_request::Word as Say;
use wire::v1::consume_response::Word as Told;
use wire::v1::groups_service_client::GroupsServiceClient;
use wire::{cloud, v1};

use crate::program::{County, Person, complained, said};

/// A county whose bureau has an account for another system.
fn county() -> (County, Person, Person) {
    let county = County::open();
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage", "handler"]);
    let system = county.officer("OF-EDU-SYSTEM", "UN-EDU-430421", &["service"]);
    (county, clerk, system)
}

/// Reports a clue about fees; its id.
fn report(clerk: &Person) -> String {
    let mut all = vec!["clue", "report", "--channel", "phone", "--category", "fee-fraud", "--urgency", "U3"];
    all.extend(["--minor", "none", "--division", "430421", "--narrative", "家长反映培训机构停课不退费"]);
    clerk.ask(&all)["clue_id"].as_str().unwrap().to_owned()
}

fn does(person: &Person, arguments: &[&str]) -> String {
    let output = person.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", complained(&output));
    said(&output)
}

fn refused(person: &Person, arguments: &[&str]) -> String {
    let output = person.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    complained(&output)
}

#[test]
fn events_are_followed_from_the_beginning_with_filters_in_three_formats() {
    let (_county, clerk, system) = county();
    let (first, second) = (report(&clerk), report(&clerk));
    let all = ["tail", "--from", "beginning", "--until-now", "--kind", "clue.reported"];
    let table = does(&system, &all);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[0].contains(&format!("{first}@0 clue.reported P2 {{")), "{table}");

    let one = does(&system, &[&all[..], &["--stream", &second, "--format", "jsonl"]].concat());
    let event: Value = serde_json::from_str(one.trim()).unwrap();
    assert_eq!((&event["subject"], &event["specversion"]), (&second.as_str().into(), &"1.0".into()));
    let at = wire::texts::moment(event["time"].as_str().unwrap().parse().unwrap());
    assert!(lines[1].contains(&format!(" {at} {second}")), "Beijing time: {table}");
    assert_eq!(one, does(&system, &[&["--json"], &all[..], &["--stream", &second]].concat()));
    let indented = does(&system, &[&all[..], &["--stream", &second, "--format", "json"]].concat());
    assert!(indented.lines().count() > 10);
    assert_eq!(serde_json::from_str::<Value>(&indented).unwrap(), event);

    let position = event["position"].as_str().unwrap();
    let rest = ["--json", "tail", "--after", position, "--until-now"];
    assert!(!does(&system, &rest).contains("clue.reported"), "what follows does not hold it again");
    for (filter, value, found) in [
        ("--category", "fee-fraud", 2),
        ("--category", "minor-abuse", 0),
        ("--urgency", "U3", 2),
        ("--division", "4304", 2),
        ("--division", "430103", 0),
        ("--agency", "EDU", 2),
        ("--agency", "FIRE", 0),
    ] {
        let table = does(&system, &[&all[..], &[filter, value]].concat());
        assert_eq!(table.lines().count(), found, "{filter} {value}: {table}");
    }
}

#[test]
fn a_follower_hears_what_happens_while_it_listens() {
    let (_county, clerk, system) = county();
    let tail = ["--json", "tail", "--from", "beginning", "--kind", "clue.*"];
    let mut child = system.command(&tail).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let clue = report(&clerk);
    assert!(lines.next().unwrap().contains(&clue));
    child.kill().unwrap();
    let _ = child.wait().unwrap();
}

#[test]
fn wrong_turns_of_a_follower_are_named_by_what_was_typed() {
    let (_county, clerk, system) = county();
    for (arguments, wanted) in [
        (vec!["tail", "--from", "999999"], "--from: 超出日志末尾"),
        (vec!["tail", "--from", "tomorrow"], "--from: 不是本服务给出的位置"),
        (vec!["--lang", "en", "tail", "--kind", "nonsense.*"], "--kind #1: "),
        (vec!["--lang", "en", "tail", "--division", "4304x"], "--division #1: "),
    ] {
        let fault = refused(&system, &arguments);
        assert!(fault.contains(wanted), "{arguments:?}: {fault}");
    }
    assert!(refused(&clerk, &["--lang", "en", "tail"]).contains("safeguard who"));
}

#[test]
fn a_group_is_made_worked_in_looked_at_and_deleted() {
    let (county, clerk, system) = county();
    let (first, _) = (report(&clerk), report(&clerk));
    let create = ["group", "create", "inbox", "--from", "beginning", "--kind", "clue.reported"];
    let made = does(&system, &create);
    assert!(made.contains("inbox") && made.contains("clue.reported") && made.contains("5 分钟"), "{made}");
    assert_eq!(does(&system, &create), made, "asking again in the same words gives the same group");
    assert!(refused(&system, &["group", "create", "inbox"]).contains("设置不同"));

    let got = does(&system, &["--json", "group", "consume", "inbox", "--count", "1"]);
    assert_eq!(serde_json::from_str::<Value>(got.trim()).unwrap()["subject"], first.as_str());
    let shown = system.ask(&["group", "show", "inbox"]);
    assert_eq!((&shown["group"]["lag"], &shown["group"]["parked"]), (&"1".into(), &"0".into()), "{shown}");
    let table = does(&county.admin, &["--lang", "en", "group", "list", "--unit", "UN-EDU-430421"]);
    assert!(table.contains("inbox") && table.contains("lag"), "{table}");

    let gone = does(&system, &["--lang", "en", "group", "delete", "inbox"]);
    assert_eq!(gone, "deleted: inbox\n");
    assert!(refused(&system, &["--lang", "en", "group", "show", "inbox"]).contains("inbox"));
    assert_eq!(does(&system, &["group", "list"]), "（没有）\n");

    let fault = refused(&system, &["group", "create", "BAD NAME", "--attempts", "1000", "--from", "99999"]);
    for word in ["<NAME>: ", "--attempts: ", "--from: "] {
        assert!(fault.contains(word), "{word}: {fault}");
    }
    assert!(refused(&clerk, &["--lang", "en", "group", "create", "mine"]).contains("safeguard who"));
}

/// Takes the first event of a group over gRPC, as another system would, and gives it up; its position.
async fn park(county: &County, system: &Person) -> String {
    let session: Value = serde_json::from_slice(&std::fs::read(system.session()).unwrap()).unwrap();
    let address = format!("http://{}", county.hub.address);
    let mut client = GroupsServiceClient::connect(address).await.unwrap();
    let (say, words) = unbounded();
    let tell = |word| say.unbounded_send(v1::ConsumeRequest { word: Some(word) }).unwrap();
    let group = Some(v1::GroupRef { name: "inbox".to_owned(), unit_id: String::new() });
    tell(Say::Join(v1::JoinGroup { group, max_in_flight: 1 }));
    let mut request = tonic::Request::new(words);
    let badge = format!("Bearer {}", session["token"].as_str().unwrap());
    request.metadata_mut().insert("authorization", badge.parse().unwrap());
    let mut told = client.consume(request).await.unwrap().into_inner();
    let mut position = String::new();
    loop {
        match told.message().await.unwrap().unwrap().word.unwrap() {
            Told::Delivery(delivery) => {
                if position.is_empty() {
                    position = cloud::word(&delivery.event.unwrap(), "position").to_owned();
                    let (delivery_id, reason) = (delivery.id, "系统不认识".to_owned());
                    tell(Say::Refuse(v1::RefuseDelivery { delivery_id, reason, park: true }));
                }
            }
            Told::Answered(_) => return position,
            Told::Joined(_) | Told::Heartbeat(_) => {}
        }
    }
}

#[test]
fn what_was_given_up_is_listed_counted_delivered_again_or_discarded() {
    let (county, clerk, system) = county();
    let clue = report(&clerk);
    let _ = does(&system, &["group", "create", "inbox", "--from", "beginning", "--stream", "CL-"]);
    let position = Runtime::new().unwrap().block_on(park(&county, &system));
    let table = does(&system, &["group", "parked", "inbox"]);
    assert!(table.contains(&position) && table.contains(&clue) && table.contains("系统不认识"), "{table}");
    assert!(!table.contains("停课不退费"), "never what is in it: {table}");
    let parked = county.admin.ask(&["group", "parked", "inbox", "--unit", "UN-EDU-430421"]);
    assert_eq!(parked["parked"][0]["position"], position.as_str());
    let waiting: u64 = parked["parked"][0]["waiting"].as_str().unwrap().parse().unwrap();
    assert!(waiting > 0, "later events of the matter wait: {parked}");

    let counted = does(&system, &["--lang", "en", "group", "replay", "inbox", "--dry-run"]);
    assert!(counted.contains("would be delivered again: 1"), "{counted}");
    assert!(counted.contains(&format!("waiting behind them: {waiting}")), "{counted}");
    assert_eq!(system.ask(&["group", "show", "inbox"])["group"]["parked"], "1", "it was only counted");
    assert!(does(&system, &["group", "replay", "inbox", "--position", &position]).contains("重新投递：1"));
    assert_eq!(system.ask(&["group", "show", "inbox"])["group"]["parked"], "0");

    let again = Runtime::new().unwrap().block_on(park(&county, &system));
    assert_eq!(again, position);
    let discard = ["group", "discard", "inbox", "--position", &position, "--reason", "与本系统无关"];
    assert_eq!(does(&system, &discard), "已放弃：1\n");
    let shown = does(&system, &["--lang", "en", "group", "show", "inbox"]);
    assert!(shown.contains("discarded") && !shown.contains("parked longest"), "{shown}");
    assert_eq!(does(&system, &["group", "parked", "inbox"]), "（没有）\n");
    let fault = refused(&system, &["group", "replay", "inbox", "--position", "first"]);
    assert!(fault.contains("--position #1: "), "{fault}");
}
