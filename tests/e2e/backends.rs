//! One story on everything a hub can consist of: one process and a file (that is in `mandatory_report`), several instances
//! of every role over one file, and several instances over a cluster log. Never here: what only one of them promises.

use crate::acts::{HERE, child_hurt_in, report};
use crate::follow::{Follower, Watcher};
use crate::kurrent::{Cluster, Shape};
use crate::mandatory_report::from_report_to_answer;
use crate::restart::is_ring;
use crate::stage::{SMALL, play_in_a_house, soon};

#[test]
fn several_instances_of_every_role_over_one_file_are_one_hub() {
    play_in_a_house(async || (String::new(), ()), SMALL, async |stage| from_report_to_answer(stage).await);
}

#[test]
fn several_instances_of_every_role_over_a_cluster_are_one_hub() {
    let cluster = async || {
        let cluster = Cluster::start(Shape { nodes: 3, ..Shape::default() }).await;
        (cluster.address("stories"), cluster)
    };
    play_in_a_house(cluster, SMALL, async |stage| from_report_to_answer(stage).await);
}

/// More than HTTP/2 allows on a connection by default; the front has one to each instance.
const WATCHES: usize = 260;

#[test]
fn many_who_watch_through_one_front_hold_nobody_up() {
    play_in_a_house(
        async || (String::new(), ()),
        SMALL,
        async |stage| {
            let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk_apart("430405.psb.duty1").await);
            let mut watches = Vec::new();
            for _ in 0..WATCHES {
                watches.push(soon("a watch", Watcher::open(&duty)).await);
            }
            let clue = report(&clerk, child_hurt_in(stage, HERE)).await.clue_id;
            for watch in &mut watches {
                watch.changed(&clue, |_| true).await;
            }
        },
    );
}

#[test]
fn of_ten_instances_that_keep_the_clocks_each_stage_rings_once() {
    play_in_a_house(
        async || (String::new(), ()),
        SMALL,
        async |stage| {
            let clue = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await.clue_id;
            let mut clocks = Follower::of(stage, &clue).await;
            stage.advance(15);
            clocks.rung("police-report", Some(50)).await;
            stage.advance(15);
            clocks.rung("police-report", None).await;
            let history = Follower::of(stage, &clue).await.history().await;
            for (kind, percent) in
                [("clock.warned", Some(50)), ("clock.warned", Some(80)), ("clock.breached", None)]
            {
                let rings = history.iter().filter(|heard| is_ring(heard, kind, percent)).count();
                assert_eq!(rings, 1, "{kind} {percent:?}");
            }
        },
    );
}
