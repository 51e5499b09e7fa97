//! The key service as a process of its own: a county whose hub has no keys but asks for them, and what an operator is
//! told. Never here: leases and cut lines (`shared/hub/src/seal/tests/served.rs`).

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use tempfile::TempDir;

use crate::program::{County, Hub, complained, json, program};

/// A key service in a process of its own.
struct Keys {
    child: Child,
    said: BufReader<ChildStderr>,
    folder: TempDir,
}

impl Keys {
    fn open() -> Self {
        Self::open_in(tempfile::tempdir().unwrap())
    }

    fn open_in(folder: TempDir) -> Self {
        let (child, said) = serve(&folder);
        Self { child, said, folder }
    }

    /// What others set as `keys`.
    fn place(&self) -> String {
        place(&self.folder)
    }

    /// Kills it in the middle of whatever it does, and starts it anew.
    fn die_and_return(&mut self) {
        self.child.kill().unwrap();
        let _ = self.child.wait().unwrap();
        (self.child, self.said) = serve(&self.folder);
    }

    /// Ends it; what it wrote meanwhile.
    fn end(&mut self) -> String {
        self.child.kill().unwrap();
        let _ = self.child.wait().unwrap();
        let mut said = String::new();
        let _ = self.said.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn place(folder: &TempDir) -> String {
    format!("unix:{}", folder.path().join("keys.sock").display())
}

fn command(data: &Path, socket: &Path) -> Command {
    let mut serve = program();
    let _ = serve.args(["serve", "--role", "keys", "--data"]).arg(data).env("SAFEGUARD_KEYS_SOCKET", socket);
    serve
}

/// Starts a key service and waits until it says where it is.
fn serve(folder: &TempDir) -> (Child, BufReader<ChildStderr>) {
    let mut serve = command(folder.path(), &folder.path().join("keys.sock"));
    let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let _ = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), place(folder));
    let said = BufReader::new(child.stderr.take().unwrap());
    (child, said)
}

/// What an operator's command on the county's directory comes to, with these settings.
fn operate(county: &County, keys: &str, arguments: &[&str]) -> std::process::Output {
    let mut command = program();
    let _ = command.args(arguments).arg("--data").arg(county.data()).env("SAFEGUARD_KEYS", keys);
    command.output().unwrap()
}

#[test]
fn a_county_without_keys_of_its_own_reports_reads_and_erases_and_outlives_its_key_service() {
    let mut keys = Keys::open();
    let county = County::set(&[("SAFEGUARD_KEYS", &keys.place())]);
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage", "handler", "head"]);
    let mut report =
        vec!["clue", "report", "--channel", "school", "--category", "premises", "--urgency", "U3"];
    report.extend(["--division", "430421", "--narrative", "后墙有裂缝"]);
    let clue = clerk.ask(&report)["clue_id"].as_str().unwrap().to_owned();
    let narrative = || clerk.ask(&["clue", "show", &clue])["clue"]["narrative"].clone();
    assert_eq!(narrative()["text"], "后墙有裂缝");
    let files: Vec<PathBuf> =
        fs::read_dir(county.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let kept = |name: &str| files.iter().any(|file| file.ends_with(name));
    assert!(kept("log.db") && !kept("keys.db") && !kept("master.key"), "{files:?}");

    keys.die_and_return();
    // Also what follows is sealed and read, whichever of the two processes was there first.
    let second = clerk.ask(&report)["clue_id"].as_str().unwrap().to_owned();
    assert_eq!(clerk.ask(&["clue", "show", &second])["clue"]["narrative"]["text"], "后墙有裂缝");
    let subject = format!("SU-{clue}");
    let erase = ["erase", "--subject", &subject, "--basis", "retention-over", "--yes", "--reason", "期满"];
    assert_ne!(county.admin.ask(&erase)["keys"], "0");
    assert_eq!(narrative()["erased"], true);

    let list = operate(&county, &keys.place(), &["deletions", "-"]);
    assert!(list.status.success() && String::from_utf8_lossy(&list.stdout).contains(&subject), "{list:?}");
    let copy = county.folder.path().join("copy");
    let copied = ["backup", "--to", copy.to_str().unwrap()];
    let refused = operate(&county, &keys.place(), &copied);
    assert!(complained(&refused).contains("SAFEGUARD_KEYS=file:"), "{}", complained(&refused));
    let home = format!("file:{}", keys.folder.path().display());
    let made = operate(&county, &home, &[&["--json"], &copied[..]].concat());
    assert_eq!(json(&made)["altered"], serde_json::json!([]));
    let said = keys.end();
    assert!(said.contains("is used for the first time") && !said.contains("后墙"), "{said}");

    // Without it reports are taken; reading one is put off, and never answered with less.
    assert!(clerk.ask(&report)["clue_id"].is_string());
    let put_off = clerk.run(&["--json", "clue", "show", &second]);
    assert!(complained(&put_off).contains("LOG_DOWN") && put_off.stdout.is_empty(), "{put_off:?}");
}

#[test]
fn processes_start_in_any_order_and_a_second_service_over_one_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    let place = place(&folder);
    let early = std::thread::spawn(move || Hub::set(&data, &[("SAFEGUARD_KEYS", &place)]).password());
    let keys = Keys::open_in(folder);
    assert!(!early.join().unwrap().is_empty(), "the hub waited for its keys and made its administrator");
    let second = command(keys.folder.path(), &keys.folder.path().join("other.sock")).output().unwrap();
    assert!(complained(&second).contains("换一个 --data"), "{}", complained(&second));
}

#[test]
fn a_key_service_says_what_it_needs_before_it_opens_anything() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str], socket: &str| {
        let data = folder.path().join("keys");
        let output = command(&data, Path::new(socket)).args(arguments).output().unwrap();
        assert!(!output.status.success() && !data.exists(), "{output:?}");
        complained(&output)
    };
    assert!(refused(&[], "").contains("needs keys_socket"));
    let socket = folder.path().join("keys.sock");
    let socket = socket.to_str().unwrap();
    assert!(
        refused(&["--grpc", "127.0.0.1:0"], socket).contains("never listens on 127.0.0.1:0 in the clear")
    );
    assert!(refused(&["--role", "police"], socket).contains("runs alone"));
}
