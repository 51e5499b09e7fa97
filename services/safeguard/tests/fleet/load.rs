//! The load: clerks report and repeat what was not answered, duty officers watch the queue and claim what they see; and
//! the proof that all of it is in the log once. Never here: killing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use eventlog::{EventLog, Position, SqliteOptions};
use safeguard::sample::cast::identity_number;
use safeguard::world::Desk;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::{Code, Status};
use uuid::Uuid;
use wire::convert::timestamp;
use wire::v1::watch_queue_response::News;
use wire::{Refusal, v1};

use crate::fleet::Fleet;

/// The police of the county.
const DUTY: [&str; 2] = ["430405.psb.duty1", "430405.psb.duty2"];

/// What was done so far.
#[derive(Default)]
struct Books {
    /// Clues by the command that reported each.
    reported: Mutex<BTreeMap<Uuid, String>>,
    /// Matters that each watcher was shown.
    seen: [Mutex<BTreeSet<String>>; 2],
    /// Matters with who claimed each, by the answers.
    claimed: Mutex<BTreeMap<String, String>>,
    tried_again: AtomicUsize,
    reconnected: AtomicUsize,
    over: AtomicBool,
}

/// Load that goes on until it is told to finish.
pub struct Load {
    books: Arc<Books>,
    clerks: JoinSet<()>,
    duty: JoinSet<()>,
    count: watch::Receiver<usize>,
}

/// What the load came to.
pub struct Done {
    books: Arc<Books>,
    /// How often somebody had to repeat a call.
    pub tried_again: usize,
}

/// Whether a call may be repeated after this: it is unavailable, late or contended, or its connection broke.
pub fn passes(status: &Status) -> bool {
    use Code::{Aborted, Cancelled, DeadlineExceeded, ResourceExhausted, Unavailable, Unknown};
    let passing = [Unavailable, DeadlineExceeded, Aborted, ResourceExhausted, Unknown, Cancelled];
    passing.contains(&status.code())
}

impl Load {
    pub async fn start(fleet: &Fleet) -> Self {
        let (books, (tell, count)) = (Arc::new(Books::default()), watch::channel(0));
        let (mut clerks, mut duty, tell) = (JoinSet::new(), JoinSet::new(), Arc::new(tell));
        for number in 1..=4 {
            let desk = fleet.world.desk(&format!("430405.edu.clerk{number}")).unwrap();
            let _ = clerks.spawn(report(desk, Arc::clone(&books), Arc::clone(&tell)));
        }
        for (place, name) in DUTY.iter().enumerate() {
            let _ = duty.spawn(stand_by(fleet.world.desk(name).unwrap(), place, Arc::clone(&books)));
        }
        Self { books, clerks, duty, count }
    }

    /// Waits until some more was reported.
    pub async fn some_more(&self) {
        let mut count = self.count.clone();
        let until = *count.borrow_and_update() + 40;
        let _ = count.wait_for(|count| *count >= until).await.unwrap();
    }

    /// Lets the clerks finish, then the duty officers see all of it.
    pub async fn finish(mut self) -> Done {
        self.books.over.store(true, Ordering::Release);
        while let Some(ended) = self.clerks.join_next().await {
            ended.unwrap();
        }
        while let Some(ended) = self.duty.join_next().await {
            ended.unwrap();
        }
        let tried_again = self.books.tried_again.load(Ordering::Relaxed);
        Done { books: self.books, tried_again }
    }
}

pub fn child_hurt(id: Uuid) -> v1::ReportClueRequest {
    v1::ReportClueRequest {
        request_id: id.to_string(),
        channel: v1::Channel::School.into(),
        category: v1::Category::Other.into(),
        urgency: v1::Urgency::U4.into(),
        division: "430405".to_owned(),
        received_at: Some(timestamp(jiff::Timestamp::now())),
        narrative: "班主任发现一名学生身上有多处新伤，学生称在家中被打。".to_owned(),
        harm: vec![v1::Harm::Injury.into()],
        persons: vec![v1::PersonStatement {
            part: v1::PersonPart::Victim.into(),
            name: "测试学童".to_owned(),
            id_number: identity_number(4_304_051, "430405", 10),
            ..Default::default()
        }],
        reporter: Some(v1::ReporterStatement {
            who: Some(v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {})),
        }),
        ..Default::default()
    }
}

async fn report(desk: Desk, books: Arc<Books>, tell: Arc<watch::Sender<usize>>) {
    while !books.over.load(Ordering::Acquire) {
        let id = Uuid::now_v7();
        let request = child_hurt(id);
        let clue = loop {
            match desk.education().report_clue(request.clone()).await {
                Ok(answer) => break answer.into_inner().clue_id,
                Err(status) => {
                    assert!(passes(&status), "{status:?}");
                    let _ = books.tried_again.fetch_add(1, Ordering::Relaxed);
                }
            }
        };
        // What was answered once is answered the same again, by whichever instance.
        if let Ok(answer) = desk.education().report_clue(request).await {
            assert_eq!(answer.into_inner().clue_id, clue);
        }
        let count = {
            let mut reported = books.reported.lock().unwrap();
            let _ = reported.insert(id, clue);
            reported.len()
        };
        let _ = tell.send_replace(count);
    }
}

/// Watches the queue, and claims; comes back whenever the watch breaks, until all that was reported was seen.
async fn stand_by(desk: Desk, place: usize, books: Arc<Books>) {
    loop {
        let Ok(answer) = desk
            .police()
            .watch_queue(v1::WatchQueueRequest { include_claimed: true, ..Default::default() })
            .await
        else {
            let _ = books.reconnected.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            continue;
        };
        let mut news = answer.into_inner();
        while let Ok(Some(told)) = news.message().await {
            let Some(News::Changed(entry)) = told.news else {
                if all_seen(&books, place) {
                    return;
                }
                continue;
            };
            if books.seen[place].lock().unwrap().insert(entry.matter.clone()) {
                claim(&desk, entry.matter, &books).await;
            }
            if all_seen(&books, place) {
                return;
            }
        }
        let _ = books.reconnected.fetch_add(1, Ordering::Relaxed);
    }
}

fn all_seen(books: &Books, place: usize) -> bool {
    let seen = books.seen[place].lock().unwrap();
    books.over.load(Ordering::Acquire)
        && books.reported.lock().unwrap().values().all(|clue| seen.contains(clue))
}

/// Claims a matter, unless the other officer was faster.
async fn claim(desk: &Desk, matter: String, books: &Books) {
    let request = v1::ClaimEntryRequest {
        request_id: Uuid::now_v7().to_string(),
        matter: matter.clone(),
        ..Default::default()
    };
    loop {
        match desk.police().claim_entry(request.clone()).await {
            Ok(_) => {
                let before = books.claimed.lock().unwrap().insert(matter, desk.account.id.clone());
                assert_eq!(before, None, "two officers were told that they hold it");
                return;
            }
            Err(status) => {
                if let Refusal::Law { reason, .. } = Refusal::from_status(&status) {
                    assert_eq!(reason, "ALREADY_CLAIMED");
                    return;
                }
                assert!(passes(&status), "{status:?}");
                let _ = books.tried_again.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Done {
    /// How often a watch of the queue was opened anew.
    pub fn reopened(&self) -> usize {
        self.books.reconnected.load(Ordering::Relaxed)
    }

    /// Every command answered is in the log, once; every matter was shown to both watchers.
    pub async fn prove(&self, fleet: &Fleet) {
        let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
        let log = EventLog::open_sqlite(&fleet.log(), options).await.unwrap();
        assert!(log.check().await.unwrap().ok);
        let (mut reported, mut claimed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut after: Option<Position> = None;
        loop {
            let page = log.read_all(after, 500).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.position);
            for event in page {
                match event.event.kind.as_str() {
                    "clue.reported" => reported.push(event.event.stream.to_string()),
                    "claim.taken" => claimed.push(event.event.stream.to_string()),
                    _ => {}
                }
            }
        }
        log.close().await;
        let answered: BTreeSet<String> = self.books.reported.lock().unwrap().values().cloned().collect();
        let (all, once) = (reported.len(), reported.into_iter().collect::<BTreeSet<_>>());
        assert_eq!((all, &once), (answered.len(), &answered), "each report is in the log once, and no other");
        let held: BTreeSet<String> = self.books.claimed.lock().unwrap().keys().cloned().collect();
        let (all, once) = (claimed.len(), claimed.into_iter().collect::<BTreeSet<_>>());
        assert_eq!((all, &once), (answered.len(), &answered), "each was claimed once");
        assert_eq!(held, answered, "by an officer who was told so");
        for seen in &self.books.seen {
            assert!(answered.is_subset(&seen.lock().unwrap()));
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reported = self.books.reported.lock().unwrap().len();
        write!(
            f,
            "{reported} reports, {} calls repeated, {} watches reopened",
            self.tried_again,
            self.reopened()
        )
    }
}
