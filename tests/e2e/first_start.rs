//! A first start that breaks off between two of its steps is finished by the next one. Never here: a start that goes well.

use directory::first_start;
use eventlog::{EventLog, Faults};
use hub::Time;
use hub::config::Config;
use hub::open::over;

#[tokio::test]
async fn whichever_step_fails_the_next_start_makes_the_administrator_and_shows_the_password() {
    for step in 1..=3 {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let log = EventLog::memory_with(Faults::none().before(step));
        let hub = over(&config, log, Time::system()).unwrap();
        assert!(first_start(&hub).await.is_err(), "step {step} is not done");
        assert!(first_start(&hub).await.unwrap().is_some(), "nobody was shown a password before");
        assert!(first_start(&hub).await.unwrap().is_none(), "step {step} is done once");
    }
}
