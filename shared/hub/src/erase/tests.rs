//! Erasing when the index has fallen behind. Never here: what an erasure reaches (`tests/shell`).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::mpsc::{Receiver, channel};

use eventlog::{Expected, JsonObject, NewEvent, StreamName};
use uuid::Uuid;

use super::*;
use crate::config::Config;
use crate::open::over;
use crate::seal::Opened;
use crate::time::Time;

/// The index, which takes nothing in before its gate is opened: the other end is dropped.
struct Gated(SealedValues, Receiver<()>);

impl Projection for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        self.0.create(tables)
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        // An error means that the gate is open.
        let _ = self.1.recv();
        self.0.apply(tables, event)
    }
}

#[tokio::test(start_paused = true)]
async fn an_index_that_has_fallen_behind_erases_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    let log = EventLog::memory();
    let mut hub = over(&config, log.clone(), Time::system()).unwrap();
    let (gate, closed) = channel();
    let view = View::start(&hub.views, Gated(SealedValues, closed), &log).unwrap();
    hub.erasure = ErasureIndex { view };

    let person: SubjectId = "SU-P1".parse().unwrap();
    let name = hub.keys.seal(&person, "name", "王小明").unwrap();
    let event = NewEvent {
        id: Uuid::now_v7(),
        kind: "person.named".to_owned(),
        data: JsonObject::of(&serde_json::json!({ "name": name })).unwrap(),
        metadata: JsonObject::empty(),
    };
    let stream = StreamName::parse("CL-1").unwrap();
    let _ = log.append(&stream, Expected::NoStream, vec![event]).await.unwrap();

    let (erased, ()) =
        futures::future::join(hub.destroy_keys(&person, "OF-ADMIN"), tokio::time::advance(PATIENCE)).await;
    assert!(matches!(erased, Err(EraseError::Late)), "{erased:?}");
    assert_eq!(hub.keys.open(&name).unwrap(), Opened::Text("王小明".to_owned()), "nothing was erased");
    assert!(hub.keys.deletion_list().unwrap().is_empty());

    tokio::time::resume();
    drop(gate);
    let erased = hub.destroy_keys(&person, "OF-ADMIN").await.unwrap();
    assert_eq!((erased.keys, erased.matters), (1, vec!["CL-1".to_owned()]));
    assert_eq!(hub.keys.open(&name).unwrap(), Opened::Erased);
}
