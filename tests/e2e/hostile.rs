//! Hostile connections: half open by the thousand, garbage, a storm of resets, a message of 100 MB. Others keep working,
//! nothing is recorded, and the hub still stops when asked. Never here: well-formed requests.

use futures::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic::Code;
use wire::v1;

use crate::acts::{HERE, child_hurt_in, clue_in, report, see, token};
use crate::bare_wire::{HEADERS, PREFACE, RST_STREAM, SETTINGS, frame, plug, raw_call, say_until_hung_up};
use crate::stage::{SMALL, Shared, Stage, play, play_alone, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const HALF_OPEN: usize = 1_000;

/// Connects and says nothing, half a preface, or a preface and the beginning of a frame.
async fn half_open(stage: &Stage, number: usize) -> TcpStream {
    let mut plug = plug(stage).await;
    let said: &[u8] = match number % 4 {
        0 => b"",
        1 => &PREFACE[..9],
        2 => PREFACE,
        _ => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04",
    };
    plug.write_all(said).await.unwrap();
    plug
}

#[test]
fn a_thousand_half_open_connections_hold_up_nobody_and_not_the_end_either() {
    play_alone(SMALL, async |stage| {
        let mut plugs = Vec::new();
        for number in 0..HALF_OPEN {
            plugs.push(half_open(stage, number).await);
        }
        let desk = stage.desk_apart("430405.edu.clerk1").await;
        let work = async {
            for _ in 0..5 {
                let reported = report(&desk, child_hurt_in(stage, HERE)).await;
                let page =
                    see!(desk, education.list_clues, token(&reported), ListCluesRequest { page_size: 1 });
                page.unwrap();
            }
        };
        soon("the work of an officer", work).await;
        stage.stop().await;
        drop(plugs);
    });
}

#[test]
fn garbage_is_hung_up_on() {
    play(&STAGE, SMALL, async |stage| {
        let noise: Vec<u8> =
            (0..20_000_u32).map(|place| u8::try_from((place * 7919) % 251).unwrap()).collect();
        let spoiled = [PREFACE, &frame(SETTINGS, 0, 0, &[0xff; 5])].concat();
        let oversized = [PREFACE, &[0xff, 0xff, 0xff, HEADERS, 4, 0, 0, 0, 1]].concat();
        let words: [&[u8]; 6] = [
            &noise,
            b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
            &spoiled,
            &oversized,
        ];
        // All at once: what may yet become a request of HTTP/1.1 is waited for, 30 s.
        let heard = words.map(async |words| say_until_hung_up(plug(stage).await, words).await);
        for heard in join_all(heard).await {
            assert!(heard.len() < 1_000, "garbage was answered with {} bytes", heard.len());
        }
        see!(stage.desk("430405.edu.clerk1"), education.list_clues, "", ListCluesRequest {}).unwrap();
    });
}

#[test]
fn a_storm_of_resets_ends_its_own_connection_only() {
    play(&STAGE, SMALL, async |stage| {
        let mut storm = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
        for number in 0..20_000_u32 {
            let stream = 2 * number + 1;
            // POST, http, path /: single bytes of the static table.
            storm.extend(frame(HEADERS, 4, stream, &[0x83, 0x86, 0x84]));
            storm.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        }
        let desk = stage.desk_apart("430405.psb.duty1").await;
        let calls = async {
            for _ in 0..20 {
                see!(desk, police.list_queue, "", ListQueueRequest {}).unwrap();
            }
        };
        futures::future::join(say_until_hung_up(plug(stage).await, &storm), calls).await;
        see!(desk, police.list_queue, "", ListQueueRequest {}).unwrap();
    });
}

#[test]
fn a_message_of_100_megabytes_is_refused_and_the_hub_is_none_the_worse() {
    play_alone(SMALL, async |stage| {
        let before = stage.head().await;
        let large = || "a".repeat(100 * 1024 * 1024);
        let clerk = stage.desk_apart("430405.edu.clerk1").await;
        let request = v1::ReportClueRequest { narrative: large(), ..clue_in(stage, HERE) };
        let status = soon("a refusal", clerk.education().report_clue(request)).await.unwrap_err();
        assert!(matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted), "{status:?}");
        let chunk = v1::import_clues_request::Part::Chunk(large().into_bytes());
        let options = v1::import_clues_request::Part::Options(v1::ImportOptions {
            request_id: crate::stage::id(),
            format: v1::ImportFormat::JsonLines.into(),
            ..Default::default()
        });
        let parts = [options, chunk].map(|part| v1::ImportCluesRequest { part: Some(part) });
        let answer = soon("a refusal", clerk.education().import_clues(futures::stream::iter(parts))).await;
        let status = answer.unwrap_err();
        assert!(matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted), "{status:?}");
        assert_eq!(stage.head().await, before);
        report(&clerk, clue_in(stage, HERE)).await;
    });
}

#[test]
fn messages_that_are_no_protobuf_are_refused_and_the_next_call_works() {
    play(&STAGE, SMALL, async |stage| {
        let before = stage.head().await;
        let token = stage.world.officer("430405.edu.clerk1").unwrap().token.clone();
        let bodies = [
            b"\x12\x02\xff\xfe".to_vec(),
            b"\xff\xff\xff\xff\xff\xff\xff".to_vec(),
            vec![0x12, 0x7f, b'a'],
            vec![0; 9],
        ];
        for body in bodies {
            for path in ["/safeguard.v1.EducationService/GetClue", "/safeguard.v1.PoliceService/ClaimEntry"] {
                let status = raw_call(stage, path, &token, body.clone()).await.unwrap_err();
                assert!(matches!(status.code(), Code::Internal | Code::InvalidArgument), "{status:?}");
            }
        }
        let status =
            raw_call(stage, "/safeguard.v1.EducationService/Nothing", &token, Vec::new()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
        see!(stage.desk("430405.edu.clerk1"), education.list_clues, "", ListCluesRequest {}).unwrap();
        assert_eq!(stage.head().await, before);
    });
}
