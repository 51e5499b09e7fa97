//! Real child processes: this test binary again, told by its environment what to do.
//!
//! Must never be here: assertions about what a child left; the parent makes those.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdout, Command, ExitStatus, Stdio};

use eventlog::{AppendError, EventLog, Expected, KurrentOptions, Outage, Revision};
use futures::future::join_all;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::open;
use crate::support::{at, event_of_bytes, events, everything, name};

const TASK: &str = "EVENTLOG_CHILD";
const FILE: &str = "EVENTLOG_FILE";

/// A running child; killed and waited for at the latest when dropped.
pub struct Child {
    process: process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts a child on the log in this file, or at this address. The shell in between makes the kernel answer a write beyond the
    /// size limit with an error instead of a deadly signal.
    pub fn start(task: &str, path: &Path) -> Self {
        Self::with(task, path, &[])
    }

    /// The same, with more in its environment.
    pub fn with(task: &str, path: &Path, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new("sh")
            .args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#])
            .arg(std::env::current_exe().unwrap())
            .args(["children::child", "--exact", "--ignored", "--nocapture"])
            .env(TASK, task)
            .env(FILE, path)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The next complete line the child said, without what the test harness prints.
    pub fn hear(&mut self) -> Option<String> {
        for line in self.lines.by_ref() {
            if let Some((_, said)) = line.unwrap().split_once("child: ") {
                // Without its end it was cut by the kill.
                return said.strip_suffix('.').map(str::to_owned);
            }
        }
        None
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("child: {words}.\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the body of the child processes that the other tests start"]
async fn child() {
    let (Ok(task), Some(file)) = (std::env::var(TASK), std::env::var_os(FILE)) else {
        return;
    };
    let log = match file.to_str().filter(|place| place.starts_with("kurrentdb://")) {
        Some(address) => EventLog::open_kurrent(KurrentOptions::parse(address).unwrap()).await.unwrap(),
        None => open(&PathBuf::from(file)).await,
    };
    match task.as_str() {
        "append" => append(&log).await,
        "flood" => flood(&log).await,
        "fill" => fill(&log).await,
        other => panic!("no such task: {other}"),
    }
    log.close().await;
}

/// Two hundred events to a stream of its own and to one that the parent writes too.
async fn append(log: &EventLog) {
    let own = name("clue-child");
    for n in 0..100 {
        let expected = Expected::after(n_before(n));
        log.append(&own, expected, events(1)).await.unwrap();
        contend(log).await;
    }
    say("done");
}

fn n_before(n: u64) -> Option<Revision> {
    n.checked_sub(1).map(Revision::new)
}

/// Appends one event to the shared stream, deciding again as often as another wins.
pub async fn contend(log: &EventLog) {
    let shared = name("clue-shared");
    let mut expected = Expected::NoStream;
    loop {
        match log.append(&shared, expected, events(1)).await {
            Ok(_) => return,
            Err(AppendError::WrongRevision { actual, .. }) => expected = Expected::after(actual),
            Err(other) => panic!("{other}"),
        }
    }
}

/// Sixty-four callers on forty-eight streams until killed, each saying what it is about to append
/// (`try`, at which revision, with which ids) and what was acknowledged (`ack`).
async fn flood(log: &EventLog) {
    let callers = (0..64).map(|caller| {
        let (log, stream) = (log.clone(), name(&format!("clue-{}", caller % 48)));
        tokio::spawn(async move {
            let there = log.read(&stream, Revision::FIRST).await.unwrap();
            let mut expected = Expected::after(there.last().map(|event| event.revision));
            loop {
                let batch = events(caller % 3 + 1);
                let ids: Vec<_> = batch.iter().map(|event| event.id.to_string()).collect();
                let ids = ids.join(",");
                say(&format!("try {stream} {} {ids}", expected.first_new()));
                match log.append(&stream, expected, batch).await {
                    Ok(last) => {
                        say(&format!("ack {stream} {last} {ids}"));
                        expected = Expected::At(last);
                    }
                    Err(AppendError::WrongRevision { actual, .. }) => {
                        expected = Expected::after(actual);
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        })
    });
    join_all(callers).await;
}

/// Fills a file whose size the kernel limits, then gets more room.
async fn fill(log: &EventLog) {
    let stream = name("clue-1");
    let limit = |current| {
        let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
        setrlimit(Resource::Fsize, Rlimit { current, maximum }).unwrap();
    };
    let mut last = log.append(&stream, Expected::NoStream, events(1)).await.unwrap();
    limit(Some(1024 * 1024));
    let batch = loop {
        let batch = vec![event_of_bytes(5000)];
        match log.append(&stream, Expected::At(last), batch.clone()).await {
            Ok(revision) => last = revision,
            Err(AppendError::Unavailable { reason }) => {
                assert!(matches!(reason, Outage::Failing { .. } | Outage::Full));
                break batch;
            }
            Err(other) => panic!("{other}"),
        }
    };
    assert!(last > Revision::new(50));
    for _ in 0..3 {
        let again = log.append(&stream, Expected::At(last), batch.clone()).await;
        assert!(matches!(again, Err(AppendError::Unavailable { .. })));
    }
    let kept = log.read(&stream, Revision::FIRST).await.unwrap();
    assert_eq!(kept.last().map(|event| event.revision), Some(last));
    assert_eq!(everything(log).await.len(), kept.len());

    limit(None);
    let answer = log.append(&stream, Expected::At(last), batch).await;
    assert_eq!(answer, Ok(last.next()));
    let later = log.append(&stream, at(last.get() + 1), events(5)).await;
    assert_eq!(later, Ok(Revision::new(last.get() + 6)));
    say(&format!("{}", last.get() + 7));
}
