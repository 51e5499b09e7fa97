//! Webhooks as the operator of another system types them, and the session's token in the hands of another program.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{JoinHandle, spawn};

use crate::inspection::{does, refused};
use crate::program::{County, Person, complained, said};

/// A county whose hub may send to this machine, and the account of another system.
fn county() -> (County, Person) {
    let county =
        County::set(&[("SAFEGUARD_WEBHOOK_HOSTS", "127.0.0.1"), ("SAFEGUARD_WEBHOOK_PRIVATE", "true")]);
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    let system = county.officer("OF-EDU-SYSTEM", "UN-EDU-430421", &["service"]);
    (county, system)
}

/// Takes one request on a free port and accepts it; gives where, and what came.
fn endpoint() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/events", listener.local_addr().unwrap());
    let takes = spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut came = Vec::new();
        let mut piece = [0; 4096];
        while !String::from_utf8_lossy(&came).contains("specversion") {
            let count = stream.read(&mut piece).unwrap();
            assert_ne!(count, 0, "it hung up: {}", String::from_utf8_lossy(&came));
            came.extend(&piece[..count]);
        }
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&came).into_owned()
    });
    (address, takes)
}

#[test]
fn a_webhook_is_registered_tested_looked_at_stopped_and_deleted() {
    let (_county, system) = county();
    let (url, takes) = endpoint();
    let register = ["webhook", "register", &url, "--description", "指挥中心", "--kind", "clue.reported"];
    let made = system.ask(&register);
    let id = made["webhook"]["id"].as_str().unwrap().to_owned();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"), "{made}");
    let sent = does(&system, &["webhook", "test", &id]);
    assert!(sent.contains("已接受") && sent.contains("204"), "{sent}");
    let came = takes.join().unwrap().to_ascii_lowercase();
    assert!(came.starts_with("post /events ") && came.contains("webhook-signature: v1,"), "{came}");

    let shown = does(&system, &["--lang", "en", "webhook", "show", &id]);
    assert!(shown.contains("active") && shown.contains(&url) && !shown.contains("whsec_"), "{shown}");
    assert!(does(&system, &["webhook", "list"]).contains(&id));
    let rotated = does(&system, &["webhook", "rotate", &id, "--overlap", "1"]);
    assert!(rotated.contains("whsec_") && rotated.contains("旧密钥有效至"), "{rotated}");
    assert!(does(&system, &["--lang", "en", "webhook", "disable", &id]).contains("disabled"));
    assert!(does(&system, &["--lang", "en", "webhook", "enable", &id]).contains("active"));
    let counted = does(&system, &["--lang", "en", "webhook", "replay", &id, "--dry-run"]);
    assert!(counted.contains("would be sent again: 0"), "{counted}");
    assert_eq!(does(&system, &["--lang", "en", "webhook", "delete", &id]), format!("deleted: {id}\n"));
    assert_eq!(does(&system, &["webhook", "list"]), "（没有）\n");
}

#[test]
fn wrong_turns_of_a_webhook_are_named_by_what_was_typed() {
    let (county, system) = county();
    let bad = ["webhook", "register", "https://elsewhere.example/x", "--description", "x", "--from", "first"];
    let fault = refused(&system, &bad);
    assert!(fault.contains("<URL>: ") && fault.contains("--from: "), "{fault}");
    let fault = refused(&system, &["--lang", "en", "webhook", "show", "WH-x"]);
    assert!(fault.contains("<ID>: "), "{fault}");
    let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["handler"]);
    let (url, _) = endpoint();
    let other = ["--lang", "en", "webhook", "register", &url, "--description", "x"];
    assert!(refused(&clerk, &other).contains("safeguard who"));
    let hours = system.run(&["--lang", "zh", "webhook", "rotate", "WH-1", "--overlap", "500"]);
    assert!(complained(&hours).contains("--overlap"), "{}", complained(&hours));
}

#[test]
fn a_token_is_printed_for_other_programs_and_ends_with_the_session() {
    let (_county, system) = county();
    let token = does(&system, &["token"]);
    let told = system.ask(&["token"]);
    assert_eq!(told["token"], token.trim());
    let ends: jiff::Timestamp = told["expires_at"].as_str().unwrap().parse().unwrap();
    assert!(ends > jiff::Timestamp::now());
    assert!(system.run(&["sign-out"]).status.success());
    let gone = system.run(&["--lang", "en", "token"]);
    assert_eq!((gone.status.code(), said(&gone).as_str()), (Some(2), ""));
    assert!(complained(&gone).contains("safeguard sign-in"), "{}", complained(&gone));
}
