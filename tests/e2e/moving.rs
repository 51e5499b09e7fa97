//! A hub's log goes from a file to a cluster and back while the hub serves: nothing is lost, nothing is done twice, and a
//! hub that was left behind says where the log went. Never here: how logs are copied.

use std::process::ExitCode;

use safeguard::serve::start;
use wire::Refusal;

use crate::acts::{HERE, child_hurt_in, read, report, see, token};
use crate::kurrent::{Cluster, Shape};
use crate::stage::{SMALL, Stage, play_alone, refused};

/// Moves the log as an operator does, while the hub runs.
async fn moved(stage: &Stage, from: &str, to: &str) {
    let data = stage.data().display().to_string();
    let words =
        ["safeguard", "--json", "log", "move", "--data", &data, "--from", from, "--to", to, "--quiet", "1"];
    let ended = safeguard::cli::run(words.map(Into::into).to_vec()).await;
    assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::SUCCESS));
}

/// The hub that runs takes no more, and another does not start where the log was.
async fn left_behind(stage: &mut Stage, to: &str) {
    let clerk = stage.desk("430405.edu.clerk1");
    let answer = clerk.education().report_clue(child_hurt_in(stage, HERE)).await;
    assert!(matches!(refused(answer), Refusal::LogDown { .. }));
    stage.stop().await;
    let Err(why) = start(&stage.config, stage.time.clone()).await else {
        panic!("it starts on a log that has moved")
    };
    let said = format!("{why:#}");
    assert!(said.contains("the log has moved to") && said.contains(to), "{said}");
    stage.config.log = to.to_owned();
    stage.start_again().await;
}

#[test]
fn a_log_moves_to_a_cluster_and_back_to_the_file_it_left_and_the_hub_goes_on() {
    play_alone(SMALL, async |stage| {
        let cluster = Cluster::start(Shape::default()).await;
        let (here, there) =
            (format!("sqlite:{}", stage.data().join("log.db").display()), cluster.address("moved"));
        let mut reported = vec![report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await];
        for (from, to) in [(&here, &there), (&there, &here)] {
            moved(stage, from, to).await;
            left_behind(stage, to).await;
            reported.push(report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await);
            let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
            for known in &reported {
                let (clue, seen) = (&*known.clue_id, token(known));
                assert_eq!(read(&clerk, clue, &seen).await.stage, "received");
                see!(duty, police.get_queue_entry, seen, GetQueueEntryRequest { matter: clue }).unwrap();
            }
        }
        assert!(stage.running().hub.log.check().await.unwrap().ok);
    });
}
