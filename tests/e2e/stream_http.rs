//! The HTTP face on the same port: server-sent events that go on behind `Last-Event-ID`, schemas, the description of the
//! channels, and refusals a browser can show. Never here: what a filter means.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use wire::v1;

use crate::acts::{HERE, clue_in, report};
use crate::bare_wire::{plug, say_until_hung_up};
use crate::follow::Follower;
use crate::stage::{SMALL, Shared, Stage, play, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

fn get(stage: &Stage, path: &str, more: &str) -> String {
    let token = &stage.world.officer("hub.auditor").unwrap().token;
    format!("GET {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n{more}\r\n")
}

/// Status and JSON of an answer that ends.
async fn answer(stage: &Stage, request: &str) -> (u16, Value) {
    let request = request.replace("Host: hub", "Host: hub\r\nConnection: close");
    let heard = say_until_hung_up(plug(stage).await, request.as_bytes()).await;
    let heard = String::from_utf8(heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    // A body in chunks starts with a length; JSON starts with a brace.
    let (start, end) = (body.find('{').unwrap(), body.rfind('}').unwrap());
    (status, serde_json::from_str(&body[start..=end]).unwrap())
}

/// One server-sent event: id, name and JSON.
type Sent = (String, String, Value);

struct Events(BufReader<TcpStream>);

impl Events {
    async fn open(stage: &Stage, path: &str, more: &str) -> Self {
        let mut plug = plug(stage).await;
        plug.write_all(get(stage, path, more).as_bytes()).await.unwrap();
        Self(BufReader::new(plug))
    }

    async fn next(&mut self) -> Sent {
        let read = async {
            let (mut id, mut name) = (String::new(), String::new());
            loop {
                let mut line = String::new();
                assert_ne!(self.0.read_line(&mut line).await.unwrap(), 0, "it ended");
                if let Some(value) = line.strip_prefix("id: ") {
                    value.trim().clone_into(&mut id);
                } else if let Some(value) = line.strip_prefix("event: ") {
                    value.trim().clone_into(&mut name);
                } else if let Some(value) = line.strip_prefix("data: ") {
                    return (id, name, serde_json::from_str(value.trim()).unwrap());
                }
            }
        };
        soon("a server-sent event", read).await
    }

    /// Events up to now.
    async fn history(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            let sent = self.next().await;
            match sent.1.as_str() {
                "" => all.push(sent),
                "caught-up" => return all,
                other => assert_eq!(other, "heartbeat"),
            }
        }
    }
}

#[test]
fn events_come_as_cloudevents_in_json_and_go_on_behind_the_last_one_seen() {
    play(&STAGE, SMALL, async |stage| {
        let whole = Events::open(stage, "/v1/events?from=beginning", "").await.history().await;
        let all = v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() };
        let told = Follower::asking(&stage.desk("hub.auditor"), all).await.events().await;
        assert_eq!(whole.len(), told.len());
        for ((_, _, json), event) in whole.iter().zip(&told) {
            assert_eq!(*json, serde_json::from_str::<Value>(&wire::cloud::json(event)).unwrap());
            assert_eq!(json["specversion"], "1.0");
        }
        let (last, ..) = &whole[whole.len() / 2];
        let again = format!("Last-Event-ID: {last}\r\n");
        let rest = Events::open(stage, "/v1/events?from=beginning", &again).await.history().await;
        assert_eq!(rest, whole[whole.len() / 2 + 1..]);
        let mut live = Events::open(stage, "/v1/events?kinds=clue.*&urgencies=U3,U4", "").await;
        assert_eq!(live.next().await.1, "caught-up");
        let clue = report(&stage.desk("430405.edu.clerk1"), clue_in(stage, HERE)).await.clue_id;
        let (_, _, event) = loop {
            let sent = live.next().await;
            if sent.1.is_empty() {
                break sent;
            }
        };
        assert_eq!((&event["type"], &event["subject"]), (&"clue.reported".into(), &clue.into()));
    });
}

#[test]
fn what_is_wrong_with_a_request_is_said_in_json_in_both_languages() {
    play(&STAGE, SMALL, async |stage| {
        let wrong = "/v1/events?from=never&kinds=clue.nothing,clue.*&categories=fee-fraud,love&colour=red&divisions=x";
        let (status, told) = answer(stage, &get(stage, wrong, "")).await;
        assert_eq!((status, &told["reason"]), (400, &"SHAPE".into()));
        let faults = told["violations"].as_array().unwrap();
        let mut fields: Vec<&str> = faults.iter().map(|fault| fault["field"].as_str().unwrap()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["categories", "colour", "divisions[0]", "from", "kinds[0]"]);
        assert!(faults.iter().all(|fault| fault["zh"] != fault["en"] && fault["zh"] != ""));
        let ahead = get(stage, "/v1/events?after_position=99999999", "");
        assert_eq!(answer(stage, &ahead).await.1["violations"][0]["reason"], "POSITION_AHEAD");
        let other = get(stage, "/v1/events", "Last-Event-ID: 1@another\r\n");
        assert_eq!(answer(stage, &other).await.1["violations"][0]["reason"], "OTHER_LOG");
        let nobody = "GET /v1/events HTTP/1.1\r\nHost: hub\r\n\r\n";
        let (status, told) = answer(stage, nobody).await;
        assert_eq!((status, &told["reason"]), (401, &"TOKEN_MISSING".into()));
        let clerk = &stage.world.officer("430405.edu.clerk1").unwrap().token;
        let clerk = format!("GET /v1/schemas HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {clerk}\r\n\r\n");
        assert_eq!(answer(stage, &clerk).await.0, 403);
        assert_eq!(answer(stage, &get(stage, "/v1/schemas/clue.nothing", "")).await.0, 404);
    });
}

#[test]
fn every_event_has_its_schema_and_its_place_in_the_description() {
    play(&STAGE, SMALL, async |stage| {
        let streams = stage.desk("hub.auditor").streams();
        let kinds = streams.clone().list_schemas(v1::ListSchemasRequest {}).await.unwrap().into_inner().kinds;
        let (_, listed) = answer(stage, &get(stage, "/v1/schemas", "")).await;
        let listed = listed["schemas"].as_array().unwrap().clone();
        assert_eq!(listed.len(), kinds.len());
        let (status, described) = answer(stage, &get(stage, "/v1/asyncapi.json", "")).await;
        assert_eq!((status, &described["asyncapi"]), (200, &"3.0.0".into()));
        for (kind, entry) in kinds.iter().zip(listed) {
            assert_eq!(entry["kind"], kind.as_str());
            let asked = v1::GetSchemaRequest { kind: kind.clone() };
            let schema = streams.clone().get_schema(asked).await.unwrap().into_inner().json_schema;
            let schema: Value = serde_json::from_str(&schema).unwrap();
            assert_eq!(described["components"]["schemas"][kind], schema);
            assert_eq!(entry["dataschema"], schema["$id"]);
        }
        let (_, one) = answer(stage, &get(stage, "/v1/schemas/clue.reported", "")).await;
        assert_eq!(one["$id"], "urn:safeguard:event:clue.reported:1");
    });
}
