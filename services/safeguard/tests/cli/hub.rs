//! Starting, signing in, stopping.

use std::os::unix::fs::PermissionsExt;

use crate::program::{Hub, PASSWORD, Person, complained, json, program, said};

#[test]
fn a_first_start_prints_address_and_password_and_a_second_start_prints_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Hub::start(folder.path());
    assert!(first.address.parse::<std::net::SocketAddr>().unwrap().port() > 0);
    assert_eq!(first.password().split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
    let (status, _) = first.stop();
    assert_eq!(status.code(), Some(0), "SIGTERM stops it in order");

    let second = Hub::start(folder.path());
    let (status, rest) = second.stop();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[test]
fn the_one_time_password_must_be_changed_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::start(&folder.path().join("hub"));
    let admin = Person::new(folder.path(), "admin", &hub);
    let one_time = hub.password();

    let wrong = admin.type_in(&["--lang", "en", "sign-in", "OF-ADMIN", "--password-stdin"], "guess\n");
    assert_eq!(wrong.status.code(), Some(2));
    let signed = admin.type_in(&["--lang", "en", "sign-in", "OF-ADMIN", "--password-stdin"], &one_time);
    assert!(said(&signed).contains("safeguard change-password"), "{}", said(&signed));
    let mode = std::fs::metadata(admin.session()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else reads the session");

    let early = admin.run(&["--lang", "en", "unit", "list"]);
    assert_eq!(early.status.code(), Some(2));
    assert!(complained(&early).contains("safeguard change-password"), "{}", complained(&early));
    let weak = admin.type_in(&["change-password", "--password-stdin"], &format!("{one_time}\n123456\n"));
    assert_eq!(weak.status.code(), Some(2));
    assert!(complained(&weak).contains("new_password: "), "{}", complained(&weak));
    let changed =
        admin.type_in(&["change-password", "--password-stdin"], &format!("{one_time}\n{PASSWORD}\n"));
    assert!(changed.status.success(), "{}", complained(&changed));

    let who = admin.ask(&["who"]);
    assert_eq!((&who["officer"], &who["must_change_password"]), (&"OF-ADMIN".into(), &false.into()));
    assert!(admin.run(&["sign-out"]).status.success());
    let gone = admin.run(&["who"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(complained(&gone).contains("safeguard sign-in"), "{}", complained(&gone));
    let answer = admin.type_in(&["--json", "sign-in", "OF-ADMIN", "--password-stdin"], PASSWORD);
    assert_eq!(json(&answer)["token"], "", "the token stays in the session file");
}

#[test]
fn a_token_goes_to_no_other_hub_than_the_one_that_gave_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::start(&folder.path().join("hub"));
    let admin = Person::new(folder.path(), "admin", &hub);
    admin.settle("OF-ADMIN", &hub.password());
    let mut elsewhere = program();
    let _ =
        elsewhere.args(["--lang", "en", "--server", "http://127.0.0.1:9", "--session"]).arg(admin.session());
    let refused = elsewhere.arg("who").output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("you are signed in at"), "{}", complained(&refused));
}

#[test]
fn a_hub_that_is_not_there_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(&folder.path().join("hub"));
    let nobody = Person::new(folder.path(), "nobody", &hub);
    let address = hub.address.clone();
    let _ = hub.stop();
    let lost = nobody.type_in(&["--lang", "en", "sign-in", "OF-ADMIN", "--password-stdin"], PASSWORD);
    assert_eq!(lost.status.code(), Some(3));
    let text = complained(&lost);
    assert!(text.contains(&address) && text.contains("safeguard serve"), "{text}");
}

#[test]
fn a_second_hub_on_the_same_directory_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Hub::start(folder.path());
    let mut second = program();
    let _ = second.args(["serve", "--grpc", "127.0.0.1:0", "--data"]).arg(folder.path());
    let refused = second.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("换一个 --data"), "{}", complained(&refused));
}

#[test]
fn the_effective_configuration_is_printed_with_the_master_key_hidden() {
    let mut config = program();
    let _ =
        config.args(["config", "--json", "--data", "elsewhere"]).env("SAFEGUARD_MASTER_KEY", "ab".repeat(32));
    let text = said(&config.output().unwrap());
    let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&shown["data"], &shown["master_key"]), (&"elsewhere".into(), &"(hidden)".into()));
    let mut serve = program();
    let _ = serve.args(["serve", "--print-config", "--json", "--role", "police", "--grpc", "127.0.0.1:7"]);
    let shown: serde_json::Value = serde_json::from_str(&said(&serve.output().unwrap())).unwrap();
    assert_eq!((&shown["grpc"], &shown["serve"]), (&"127.0.0.1:7".into(), &serde_json::json!(["police"])));
}
