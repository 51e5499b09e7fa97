//! A hub behind TLS from the command line: certificates made, looked at and used by an officer and by another system.
//! Never here: who is believed (tests/e2e/mtls).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Hub, PASSWORD, Person, complained, json, program, said};

/// What `tls make` writes.
struct Kept(TempDir);

impl Kept {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Makes what is named.
    fn make(&self, arguments: &[&str]) -> Value {
        let folder = self.0.path().join("tls");
        json(&program().args(["--json", "tls", "make", text(&folder)]).args(arguments).output().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join("tls").join(name)
    }

    /// A hub that serves with them.
    fn hub(&self) -> Hub {
        let (cert, key, ca) = (self.file("server.pem"), self.file("server.key"), self.file("ca.pem"));
        let settings = [
            ("SAFEGUARD_TLS_CERT", text(&cert)),
            ("SAFEGUARD_TLS_KEY", text(&key)),
            ("SAFEGUARD_TLS_CLIENT_CA", text(&ca)),
        ];
        Hub::set(&self.0.path().join("hub"), &settings)
    }

    /// Who a system is that has nothing but the certificate of `OF-SYS-1`.
    fn system(&self, server: &str) -> Output {
        let (cert, key) = (self.file("account-OF-SYS-1.pem"), self.file("account-OF-SYS-1.key"));
        let mut system = program();
        let _ = system.args(["--json", "--server", server, "--ca", text(&self.file("ca.pem"))]);
        let _ = system.args(["--cert", text(&cert), "--key", text(&key), "--session"]);
        system.arg(self.0.path().join("none")).arg("who").output().unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn certificates_are_issued_by_an_authority_that_is_made_once_and_say_what_they_are() {
    let kept = Kept::new();
    let made = kept.make(&["--host", "127.0.0.1", "--account", "OF-SYS-1", "--days", "20"]);
    assert_eq!(made["made"].as_array().unwrap().len(), 3, "{made}");
    let again = kept.make(&["--role", "police"]);
    assert_eq!(again["made"][0]["name"], "spiffe://safeguard/role/police", "no second authority: {again}");
    for secret in ["ca.key", "server.key", "account-OF-SYS-1.key", "role-police.key"] {
        let mode = fs::metadata(kept.file(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    let files = [kept.file("server.pem"), kept.file("ca.pem")];
    let shown = json(&program().args(["--json", "tls", "show"]).args(files).output().unwrap());
    assert_eq!(shown["certificates"][0]["days_left"], 19, "{shown}");
    assert_eq!(shown["certificates"][0]["issuer"], shown["certificates"][1]["subject"]);
    let account = kept.file("account-OF-SYS-1.pem");
    let told = said(&program().args(["--lang", "en", "tls", "show"]).arg(account).output().unwrap());
    assert!(told.contains("spiffe://safeguard/account/OF-SYS-1"), "{told}");
}

#[test]
fn an_officer_signs_in_over_tls_and_a_system_needs_its_certificate_only() {
    let kept = Kept::new();
    let _ = kept.make(&["--host", "127.0.0.1", "--account", "OF-SYS-1"]);
    let (mut hub, ca) = (kept.hub(), kept.file("ca.pem"));
    let one_time = hub.password();
    let admin = Person::new(kept.0.path(), "admin", &hub);
    let signed = admin.type_in(&["--ca", text(&ca), "sign-in", "OF-ADMIN", "--password-stdin"], &one_time);
    assert!(signed.status.success(), "{}", complained(&signed));
    let words = format!("{one_time}\n{PASSWORD}\n");
    let changed = admin.type_in(&["--ca", text(&ca), "change-password", "--password-stdin"], &words);
    assert!(changed.status.success(), "{}", complained(&changed));

    let server = format!("https://{}", hub.address);
    let told = kept.system(&server);
    assert_eq!(told.status.code(), Some(2));
    assert!(complained(&told).contains("CERTIFICATE_BAD"), "nobody registered it: {}", complained(&told));
    // The session knows the address and the authority.
    let here = |arguments: &[&str]| {
        json(&program().args(["--json", "--session"]).arg(admin.session()).args(arguments).output().unwrap())
    };
    assert_eq!(here(&["who"])["officer"], "OF-ADMIN");
    let area = ["--level", "county", "--division", "430421", "--competence", "430421!"];
    let unit = ["unit", "register", "UN-EDU-1", "--name", "某局", "--agency", "EDU"];
    let _ = here(&[&unit[..], &area[..]].concat());
    let officer = ["officer", "register", "OF-SYS-1", "--unit", "UN-EDU-1", "--name", "系统"];
    let _ = here(&[&officer[..], &["--role", "service"]].concat());
    assert_eq!(json(&kept.system(&server))["officer"], "OF-SYS-1", "no password, no session");

    let in_the_clear = complained(&kept.system("http://127.0.0.1:1"));
    assert!(in_the_clear.contains("https://"), "nothing is sent in the clear: {in_the_clear}");
}

#[test]
fn a_start_that_would_serve_others_in_the_clear_says_what_to_set_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, wanted) in [("zh", "safeguard tls make"), ("en", "set tls_cert and tls_key")] {
        let mut serve = program();
        let _ = serve
            .args(["--lang", lang, "serve", "--grpc", "0.0.0.0:0", "--data"])
            .arg(folder.path().join("hub"));
        let refused = serve.output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        assert!(complained(&refused).contains(wanted), "{}", complained(&refused));
    }
}
