//! Views: waiting by token, rebuilding, standing still; and erasure.

use std::time::Duration;

use domain::category::Minor;
use domain::clue::{ClueRule, Command, Part};
use eventlog::Positioned;
use hub::read_model::rebuild;
use hub::seal::Opened;
use hub::{ProjectError, Projection, Token, View, ViewError};
use rusqlite::Connection;

use crate::scene::{mandatory, scene};

const PATIENCE: Duration = Duration::from_secs(20);

/// Counts events by kind; refuses one kind when told to.
struct Kinds {
    shape: u32,
    refuses: &'static str,
}

impl Projection for Kinds {
    fn name(&self) -> &'static str {
        "kinds"
    }
    fn shape(&self) -> u32 {
        self.shape
    }
    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch("CREATE TABLE kind (name TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT")
    }
    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        if event.event.kind == self.refuses {
            return Err(ProjectError::event(event, &"told to"));
        }
        tables.execute(
            "INSERT INTO kind VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET events = events + 1",
            [&event.event.kind],
        )?;
        Ok(())
    }
}

fn plain() -> Kinds {
    Kinds { shape: 1, refuses: "" }
}

async fn rows(view: &View) -> Vec<(String, i64)> {
    let read = view.read(|tables| {
        let mut find = tables.prepare("SELECT name, events FROM kind ORDER BY name")?;
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    });
    read.await.unwrap()
}

async fn report(hub: &hub::Hub) -> Token {
    let (stream, order) = mandatory(hub);
    hub.handle::<ClueRule>(&stream, &order).await.unwrap().token()
}

#[tokio::test]
async fn a_reader_with_a_token_sees_what_the_token_names() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let view = View::start(folder.path(), plain(), &scene.hub.log).unwrap();
    for clues in 1..=20 {
        let token = report(&scene.hub).await;
        view.wait(&token, PATIENCE).await.unwrap();
        let reported = rows(&view).await.into_iter().find(|(name, _)| name == "clue.reported");
        assert_eq!(reported, Some(("clue.reported".to_owned(), clues)));
    }
}

#[tokio::test]
async fn a_view_that_comes_back_counts_nothing_twice_and_a_rebuilt_one_is_equal() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let first = View::start(folder.path(), plain(), &scene.hub.log).unwrap();
    first.wait(&report(&scene.hub).await, PATIENCE).await.unwrap();
    let before = rows(&first).await;
    let again = View::start(folder.path(), plain(), &scene.hub.log).unwrap();
    assert!(again.wait_for_head(PATIENCE).await.unwrap());
    assert_eq!(before, rows(&again).await);

    let elsewhere = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    rebuild(elsewhere.path(), plain(), &scene.hub.log, |events| told.push(events)).await.unwrap();
    let rebuilt = View::start(elsewhere.path(), plain(), &scene.hub.log).unwrap();
    assert_eq!(before, rows(&rebuilt).await);
    let total: i64 = before.iter().map(|(_, events)| events).sum();
    assert_eq!(told.last().copied(), u64::try_from(total).ok());
}

#[tokio::test]
async fn a_new_shape_forgets_the_old_rows_and_folds_again() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let token = report(&scene.hub).await;
    let old = View::start(folder.path(), plain(), &scene.hub.log).unwrap();
    old.wait(&token, PATIENCE).await.unwrap();
    let before = rows(&old).await;
    drop(old);
    let new = View::start(folder.path(), Kinds { shape: 2, refuses: "" }, &scene.hub.log).unwrap();
    new.wait(&token, PATIENCE).await.unwrap();
    assert_eq!(before, rows(&new).await);
}

#[tokio::test]
async fn a_view_that_cannot_read_an_event_says_so_and_shows_nothing_of_its_page() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let token = report(&scene.hub).await;
    let refuses = Kinds { shape: 1, refuses: "clue.obligation-opened" };
    let view = View::start(folder.path(), refuses, &scene.hub.log).unwrap();
    match view.wait(&token, PATIENCE).await {
        Err(ViewError::Stopped(why)) => assert!(why.contains("clue.obligation-opened"), "{why}"),
        other => panic!("not stopped: {other:?}"),
    }
    assert_eq!(rows(&view).await, Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_whose_view_is_late_is_told_so_and_served_when_it_has_caught_up() {
    let scene = scene();
    let folder = tempfile::tempdir().unwrap();
    let (open, gate) = std::sync::mpsc::channel();
    let view = View::start(folder.path(), Gated { gate }, &scene.hub.log).unwrap();
    let token = report(&scene.hub).await;
    let late = view.wait(&token, Duration::ZERO).await;
    assert!(matches!(&late, Err(ViewError::Late(named)) if *named == token), "{late:?}");
    open.send(()).unwrap();
    view.wait(&token, PATIENCE).await.unwrap();
}

/// Applies nothing before its gate is opened.
struct Gated {
    gate: std::sync::mpsc::Receiver<()>,
}

impl Projection for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }
    fn shape(&self) -> u32 {
        1
    }
    fn create(&self, _: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }
    fn apply(&mut self, _: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        if event.event.kind == "clue.reported" {
            self.gate.recv().unwrap();
        }
        Ok(())
    }
}

#[tokio::test]
async fn erasing_a_subject_leaves_the_log_whole_and_the_words_unreadable() {
    let scene = scene();
    let (stream, order) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
    let Command::Report(report) = &order.command else { panic!("not a report") };
    let sealed = report.narrative.clone();
    assert_eq!(scene.hub.keys.open(&sealed).unwrap(), Opened::Text("孩子身上有伤".to_owned()));
    let erased = scene.hub.destroy_keys(&sealed.subject, "OF-ADMIN").await.unwrap();
    assert_eq!((erased.keys, erased.matters), (1, vec![stream.to_string()]));
    assert_eq!(scene.hub.keys.open(&sealed).unwrap(), Opened::Erased);
    assert!(scene.hub.log.check().await.unwrap().ok);
    let again = scene.hub.destroy_keys(&sealed.subject, "OF-ADMIN").await.unwrap();
    assert_eq!(again.keys, 0);
}

#[tokio::test]
async fn erasing_a_person_takes_the_texts_of_their_matter_and_leaves_other_persons() {
    let scene = scene();
    let (stream, mut order) = mandatory(&scene.hub);
    let Command::Report(report) = &mut order.command else { panic!("not a report") };
    let person = |number: &str| {
        let subject = scene.hub.keys.person_subject(number).unwrap();
        let name = scene.hub.keys.seal(&subject, "name", number).unwrap();
        domain::clue::Person { subject, part: Part::Victim, minor: Minor::None, name, id_number: None }
    };
    report.persons = vec![person("one"), person("other")];
    let told = report.clone();
    scene.hub.handle::<ClueRule>(&stream, &order).await.unwrap();
    let erased = scene.hub.destroy_keys(&told.persons[0].subject, "OF-ADMIN").await.unwrap();
    assert_eq!((erased.keys, erased.matters), (2, vec![stream.to_string()]));
    let open = |sealed| scene.hub.keys.open(sealed).unwrap();
    assert_eq!(open(&told.persons[0].name), Opened::Erased);
    assert_eq!(open(&told.narrative), Opened::Erased);
    assert_eq!(open(&told.persons[1].name), Opened::Text("other".to_owned()));
}
