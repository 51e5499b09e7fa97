//! The program as a test runs it: a hub of its own, and officers with a session file each. Never here: an assertion
//! about what a command does.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A password nobody would guess.
pub const PASSWORD: &str = "Correct-horse-42-staple";

/// The program without anything of this machine's environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safeguard"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "SAFEGUARD_SERVER", "SAFEGUARD_SESSION", "SAFEGUARD_DATA"] {
        let _ = command.env_remove(name);
    }
    command
}

/// Standard output as text.
pub fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The one JSON object a command printed.
pub fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{:?}: {}", output.status, complained(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A hub in a process of its own.
pub struct Hub {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub address: String,
}

impl Hub {
    /// Starts a hub on a free port.
    pub fn start(data: &Path) -> Self {
        Self::start_at(data, "127.0.0.1:0")
    }

    /// Starts a hub and reads where it listens from its first line.
    pub fn start_at(data: &Path, address: &str) -> Self {
        Self::start_as(data, address, (&[], &[]))
    }

    /// Starts a hub with these settings in its environment.
    pub fn set(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_as(data, "127.0.0.1:0", (&[], settings))
    }

    /// Starts a hub of these roles only, on a free port.
    pub fn serving(data: &Path, roles: &[&str]) -> Self {
        Self::start_as(data, "127.0.0.1:0", (roles, &[]))
    }

    fn start_as(data: &Path, address: &str, (roles, settings): (&[&str], &[(&str, &str)])) -> Self {
        let mut serve = program();
        let _ = serve.envs(settings.iter().copied());
        let _ = serve.args(["serve", "--log-filter", "error", "--grpc", address, "--data"]).arg(data);
        for role in roles {
            let _ = serve.args(["--role", role]);
        }
        let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        let _ = lines.read_line(&mut address).unwrap();
        Self { child, lines, address: address.trim_end().to_owned() }
    }

    /// The next line the hub prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        let _ = self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The one-time password of a first start.
    pub fn password(&mut self) -> String {
        let line = self.line();
        line.strip_prefix("administrator OF-ADMIN one-time password: ")
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned()
    }

    /// Kills it in the middle of whatever it does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        let _ = self.child.wait().unwrap();
    }

    /// Asks it to stop; answers how it ended and what it printed since.
    pub fn stop(mut self) -> (ExitStatus, String) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut rest = String::new();
        let _ = self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // A hub that was stopped is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An officer at a desk.
pub struct Person {
    session: PathBuf,
    address: String,
}

impl Person {
    /// A desk whose session file stands in this folder.
    pub fn new(folder: &Path, name: &str, hub: &Hub) -> Self {
        Self { session: folder.join(format!("{name}.session")), address: hub.address.clone() }
    }

    /// Where the session is kept.
    pub fn session(&self) -> &Path {
        &self.session
    }

    /// A command of this officer, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        let _ = command.args(["--server", &self.address, "--session"]).arg(&self.session).args(arguments);
        command
    }

    /// Runs a command.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command that must succeed, and reads its JSON.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        json(&self.run(&all))
    }

    /// Runs a command with this text on its standard input.
    pub fn type_in(&self, arguments: &[&str], text: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Signs in with a one-time password and changes it.
    pub fn settle(&self, officer: &str, one_time: &str) {
        let signed = self.type_in(&["sign-in", officer, "--password-stdin"], one_time);
        assert!(signed.status.success(), "{}", complained(&signed));
        let changed =
            self.type_in(&["change-password", "--password-stdin"], &format!("{one_time}\n{PASSWORD}\n"));
        assert!(changed.status.success(), "{}", complained(&changed));
    }
}

/// A county: a hub, its administrator, an education bureau and a police station with an officer or two.
pub struct County {
    pub folder: TempDir,
    pub hub: Hub,
    pub admin: Person,
}

impl County {
    /// Opens it.
    pub fn open() -> Self {
        Self::set(&[])
    }

    /// Opens it with these settings in the hub's environment.
    pub fn set(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut hub = Hub::set(&folder.path().join("hub"), settings);
        let admin = Person::new(folder.path(), "admin", &hub);
        admin.settle("OF-ADMIN", &hub.password());
        Self { folder, hub, admin }
    }

    /// Where its data is.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    /// Registers a unit of the county 430421.
    pub fn unit(&self, id: &str, name: &str, agency: &str) {
        self.unit_under(id, name, agency, "");
    }

    /// Registers a unit of the county 430421 with a superior.
    pub fn unit_under(&self, id: &str, name: &str, agency: &str, superior: &str) {
        let mut all =
            vec!["unit", "register", id, "--name", name, "--agency", agency, "--superior", superior];
        all.extend(["--level", "county", "--division", "430421", "--competence", "430421!"]);
        let _ = self.admin.ask(&all);
    }

    /// Registers an officer and seats them.
    pub fn officer(&self, id: &str, unit: &str, roles: &[&str]) -> Person {
        let mut all = vec!["officer", "register", id, "--unit", unit, "--name", "某人"];
        for role in roles {
            all.extend(["--role", role]);
        }
        let answer = self.admin.ask(&all);
        let person = Person::new(self.folder.path(), id, &self.hub);
        person.settle(id, answer["one_time_password"].as_str().unwrap());
        person
    }
}
