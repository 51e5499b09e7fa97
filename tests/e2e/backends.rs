//! One story on everything a hub can consist of: one process and a file (that is in `mandatory_report`), several instances
//! of every role over one file, and several instances over a cluster log. Never here: what only one of them promises.

use crate::kurrent::{Cluster, Shape};
use crate::mandatory_report::from_report_to_answer;
use crate::stage::{SMALL, play_in_a_house};

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
