//! Appends that are answered: spellings, `201`, conflicts, replays, and what becomes of payloads.
//! Must never be here: faults on demand.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::ground::{ATOM, EVENTS, Ground, event, events};
use crate::kurrent::{Shape, Spelling};

#[tokio::test]
async fn legacy_names_always_work_and_new_ones_where_they_are_known() {
    for spelling in [Spelling::LegacyOnly, Spelling::Both] {
        let ground = Ground::fake(Shape { spelling, ..Shape::quick() }).await;
        let new = spelling == Spelling::Both;
        names(&ground, new).await;
        assert_eq!(ground.get("/info").answer().await.json().get("dbVersion").is_some(), new);
    }
    for ground in Ground::each(Shape::quick()).await {
        let new = ground.get("/info").answer().await.json().get("dbVersion").is_some();
        names(&ground, new).await;
    }
}

async fn names(ground: &Ground, new: bool) {
    let stream = ground.stream("names");
    let kurrent = EVENTS.replace("eventstore", "kurrent");
    ground.append(&stream, -1, &[event(0)]).await;

    let typed = ground.post(&stream, 0, &[event(1)]).with("Content-Type", &kurrent).answer().await;
    assert_eq!(typed.status, if new { 201 } else { 415 });
    // Where the new header is unknown nothing is expected, and everything goes.
    let headed = ground.post(&stream, 0, &[event(2)]).without("ES-ExpectedVersion");
    let headed = headed.with("Kurrent-ExpectedVersion", "7").answer().await;
    assert_eq!(headed.status, if new { 400 } else { 201 });
    // The new header goes before the old one.
    let both = ground.post(&stream, 7, &[event(3)]).with("Kurrent-ExpectedVersion", "-2").answer().await;
    assert_eq!(both.status, if new { 201 } else { 400 });

    let conflict = ground.post(&stream, 70, &[event(4)]).answer().await;
    assert!(conflict.header("ES-CurrentVersion").is_some());
    assert_eq!(conflict.header("Kurrent-CurrentVersion").is_some(), new);
    let feed = ground.get(&format!("/streams/{stream}"));
    let feed = feed.with("Accept", &ATOM.replace("eventstore", "kurrent")).answer().await;
    assert_eq!(feed.status, if new { 200 } else { 406 });
}

#[tokio::test]
async fn created_tells_the_number_of_the_first_event() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("created");
        let table = [(-1, 3, 0), (2, 1, 3), (-2, 2, 4), (-4, 1, 6)];
        for (expected, count, first) in table {
            let answer = ground.append(&stream, expected, &events(count)).await;
            let location = answer.header("Location").unwrap();
            let scheme = if ground.pem.is_some() { "https" } else { "http" };
            assert!(location.starts_with(&format!("{scheme}://")), "{location}");
            assert!(location.ends_with(&format!("/streams/{stream}/{first}")), "{location}");
            assert!(
                answer.body.is_empty() && answer.header("Content-Type").unwrap().starts_with("text/plain")
            );
        }
    }
}

#[tokio::test]
async fn a_conflict_tells_the_current_version_and_a_bad_request_does_not() {
    for ground in Ground::each(Shape::quick()).await {
        let (stream, empty) = (ground.stream("conflict"), ground.stream("empty"));
        ground.append(&stream, -1, &events(2)).await;
        let table =
            [(&stream, -1, "1"), (&stream, 0, "1"), (&stream, 2, "1"), (&empty, 0, "-1"), (&empty, -4, "-1")];
        for (stream, expected, actual) in table {
            let answer = ground.post(stream, expected, &[event(9)]).answer().await;
            let told = (answer.status, answer.header("ES-CurrentVersion"));
            assert_eq!(told, (400, Some(actual)), "expected {expected}");
            assert!(answer.body.is_empty());
        }

        let post = || ground.post(&stream, 1, &[event(9)]);
        let id = Uuid::now_v7();
        let bad = [
            post().with("ES-ExpectedVersion", "many"),
            post().with("ES-ExpectedVersion", "-6"),
            post().with("ES-RequireLeader", "perhaps"),
            post().body("[{"),
            post().body("[]"),
            post().body(&event(9).to_string()),
            post().body(&json!([{ "eventType": "Marked", "data": {} }]).to_string()),
            post().body(&json!([{ "eventId": Uuid::nil(), "eventType": "Marked", "data": {} }]).to_string()),
            post().body(&json!([{ "eventId": id, "data": {} }]).to_string()),
            // One event of its own type and id, with neither.
            post().with("Content-Type", "application/json").body("{}"),
        ];
        for (place, asking) in bad.into_iter().enumerate() {
            let answer = asking.answer().await;
            assert_eq!((answer.status, answer.header("ES-CurrentVersion")), (400, None), "bad {place}");
        }
        // Refused in the dark: neither an error nor a success.
        let invalid = ground.post(&stream, -3, &[event(9)]).send().await;
        assert!(invalid.is_none_or(|answer| answer.status != 201));
        assert_eq!(ground.page(&format!("/streams/{stream}")).await["entries"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_replay_is_known_by_its_ids_at_the_expected_numbers() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("replay");
        let (first, second) = (events(2), events(2));
        ground.append(&stream, -1, &first).await;
        ground.append(&stream, 1, &second).await;
        let (later, [one, _]) = (event(7), <[Value; 2]>::try_from(second.clone()).unwrap());
        let table = [
            ("the same", -1, first.clone(), Ok(0)),
            ("the same, though its payload differs", 1, vec![changed(&one)], Ok(2)),
            ("a part of it", 1, vec![one.clone()], Ok(2)),
            ("another first id", -1, second.clone(), Err("3")),
            ("the same, then another", 1, vec![one.clone(), later.clone()], Err("3")),
            ("more than stands there", 1, vec![one.clone(), second[1].clone(), later], Err("3")),
        ];
        for (case, expected, events, wanted) in table {
            let answer = ground.post(&stream, expected, &events).answer().await;
            let location = answer.header("Location").map(|place| place.rsplit('/').next().unwrap().parse());
            match wanted {
                Ok(first) => assert_eq!((answer.status, location), (201, Some(Ok(first))), "{case}"),
                Err(actual) => {
                    assert_eq!(
                        (answer.status, answer.header("ES-CurrentVersion")),
                        (400, Some(actual)),
                        "{case}"
                    );
                }
            }
        }
        assert_eq!(stands(&ground, &stream).await, 4);
        // The same id at a later, correct version is written again, and in another stream too.
        ground.append(&stream, 3, std::slice::from_ref(&one)).await;
        ground.append(&ground.stream("other"), -1, &[one]).await;
        assert_eq!(stands(&ground, &stream).await, 5);
    }
}

#[tokio::test]
async fn without_a_number_only_the_memory_of_the_node_knows_a_replay() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("memory");
        let two = events(2);
        ground.append(&stream, -2, &two).await;
        ground.append(&stream, -2, &[event(5)]).await;
        for expected in [-2, -4] {
            let again = ground.append(&stream, expected, &two).await;
            assert!(again.header("Location").unwrap().ends_with("/0"));
        }
        let mixed = ground.post(&stream, -2, &[two[0].clone(), event(6)]).answer().await;
        assert_eq!((mixed.status, mixed.header("ES-CurrentVersion")), (400, Some("2")));
        assert_eq!(stands(&ground, &stream).await, 3);
        let Some(cluster) = &ground.fake else { continue };
        // A restart empties the memory: the events are written twice.
        cluster.restart(0).await;
        ground.append(&stream, -2, &two).await;
        assert_eq!(stands(&ground, &stream).await, 5);
    }
}

#[tokio::test]
async fn payloads_are_written_anew_and_scalars_are_lost() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("payloads");
        let table = [
            (
                r#"{"b":1.10,"a":[],"c":{"$type":"x"}}"#,
                Some("{\n  \"b\": 1.1,\n  \"a\": [],\n  \"c\": {\n    \"$type\": \"x\"\n  }\n}"),
            ),
            ("[1,\"\u{5b89}\"]", Some("[\n  1,\n  \"\u{5b89}\"\n]")),
            (r#""{\"inside\":true}""#, Some("{\n  \"inside\": true\n}")),
            // The metadata is an object, so the whole event counts as JSON, and its data is empty.
            ("17", Some("")),
            ("true", Some("")),
            ("null", Some("")),
            (r#""plain text""#, Some("plain text")),
        ];
        for (place, (sent, _)) in table.iter().enumerate() {
            let id = Uuid::now_v7();
            let body =
                format!(r#"[{{"eventId":"{id}","eventType":"Marked","data":{sent},"metadata":{{"of":1}}}}]"#);
            let answer = ground.post(&stream, place as i64 - 1, &[]).body(&body).answer().await;
            assert_eq!(answer.status, 201, "{sent}");
        }
        for (number, (sent, stored)) in table.iter().enumerate() {
            let feed = ground.page(&format!("/streams/{stream}/{number}/forward/1")).await;
            let entry = &feed["entries"][0];
            assert_eq!((&entry["isJson"], entry["data"].as_str()), (&json!(true), *stored), "{sent}");
            assert_eq!(entry["metaData"], "{\n  \"of\": 1\n}", "{sent}");
        }
        // Alone, neither a number nor a text makes an event JSON; its metadata is null, not empty.
        ground
            .append(&stream, 6, &[json!({ "eventId": Uuid::now_v7(), "eventType": "Marked", "data": 17 })])
            .await;
        let entry = &ground.page(&format!("/streams/{stream}")).await["entries"][0];
        assert_eq!(
            (&entry["isJson"], &entry["data"], &entry["metaData"]),
            (&json!(false), &Value::Null, &Value::Null)
        );
        // One event of plain JSON keeps its bytes, valid or not.
        let post = ground.post(&stream, 7, &[]).with("Content-Type", "application/json");
        let post = post.with("ES-EventId", &Uuid::now_v7().to_string()).with("ES-EventType", "Marked");
        assert_eq!(post.body("{ 1.10 ").answer().await.status, 201);
        let entry = &ground.page(&format!("/streams/{stream}")).await["entries"][0];
        assert_eq!((&entry["isJson"], &entry["data"]), (&json!(true), &json!("{ 1.10 ")));
    }
}

fn changed(event: &Value) -> Value {
    let mut changed = event.clone();
    changed["data"] = json!({ "mark": "another" });
    changed
}

/// How many events the stream has.
async fn stands(ground: &Ground, stream: &str) -> u64 {
    let feed = ground.page(&format!("/streams/{stream}/head/backward/1")).await;
    feed["entries"][0]["positionEventNumber"].as_u64().unwrap() + 1
}
