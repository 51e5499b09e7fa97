//! Who leads, who says so, and where a request is sent. Must never be here: what is written.

use serde_json::Value;

use crate::ground::{Ground, event};
use crate::kurrent::{Fault, OldLeader, Shape};

async fn members(ground: &Ground) -> Vec<(u64, String, bool)> {
    let gossip = ground.get("/gossip").with("Accept", "application/json").answer().await.json();
    let told = |member: &Value| {
        let port = member["httpEndPointPort"].as_u64().unwrap();
        (port, member["state"].as_str().unwrap().to_owned(), member["isAlive"].as_bool().unwrap())
    };
    gossip["members"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn one_living_member_leads_and_knows_what_is_on() {
    for ground in Ground::each(Shape::three()).await {
        let leaders =
            members(&ground).await.into_iter().filter(|(_, state, alive)| state == "Leader" && *alive);
        assert_eq!(leaders.count(), 1);
        let info = ground.get("/info").with("Accept", "application/json").answer().await.json();
        assert_eq!(info["features"]["atomPub"], true);
        assert!(
            info["esVersion"].is_string() && info["state"] == info["state"].as_str().unwrap().to_lowercase()
        );
        assert_eq!(ground.ask("GET", "/health/live").answer().await.status, 204);
        assert_eq!(ground.ask("GET", "/health/live?liveCode=200").answer().await.status, 200);
        let status =
            ground.get("/projection/%24by_category").with("Accept", "application/json").answer().await;
        assert_eq!(status.json()["status"], "Running");
        let query = ground.get("/projection/%24by_category/query").with("Accept", "application/json");
        assert_eq!(query.answer().await.text(), "first\n-");
    }
}

#[tokio::test]
async fn atom_pub_may_be_off() {
    let ground = Ground::fake(Shape::quick()).await;
    ground.append("a-1", -1, &[event(0)]).await;
    ground.cluster().atom_pub(false);
    assert_eq!(ground.get("/info").answer().await.json()["features"]["atomPub"], false);
    assert_eq!(ground.get("/streams/a-1").answer().await.status, 404);
    assert_eq!(ground.post("a-1", 0, &[event(1)]).answer().await.status, 404);
}

#[tokio::test]
async fn only_the_leader_serves_who_requires_it() {
    let ground = Ground::fake(Shape::three()).await;
    ground.append("a-1", -1, &[event(0)]).await;
    let follower = ground.at(2);
    let leader = ground.authority.clone();
    let read = "/streams/a-1/0/forward/5?embed=body";
    for name in ["ES-RequireLeader", "Kurrent-RequireLeader", "ES-RequireMaster"] {
        let sent = follower.post("a-1", 0, &[event(1)]).with(name, "True").answer().await;
        assert_eq!(
            (sent.status, sent.header("Location")),
            (307, Some(format!("http://{leader}/streams/a-1").as_str()))
        );
        let sent = follower.get(read).with(name, "true").answer().await;
        assert_eq!(
            (sent.status, sent.header("Location")),
            (307, Some(format!("http://{leader}{read}").as_str()))
        );
    }
    // Otherwise a follower reads by itself and hands writes on.
    assert_eq!(follower.get(read).answer().await.status, 200);
    follower.append("a-1", 0, &[event(1)]).await;

    let cluster = ground.cluster();
    cluster.lead(2);
    assert_eq!(
        members(&ground).await.iter().map(|(_, state, _)| state.as_str()).collect::<Vec<_>>(),
        ["Follower", "Follower", "Leader"]
    );
    assert_eq!(
        follower.post("a-1", 1, &[event(2)]).with("ES-RequireLeader", "True").answer().await.status,
        201
    );
    assert_eq!(
        ground.post("a-1", 2, &[event(3)]).with("ES-RequireLeader", "True").answer().await.status,
        307
    );

    cluster.leaderless();
    assert_eq!(members(&ground).await.iter().filter(|(_, state, _)| state == "Leader").count(), 0);
    for asking in [follower.get(read).with("ES-RequireLeader", "True"), follower.post("a-1", 2, &[event(3)])]
    {
        assert_eq!(asking.answer().await.status, 503);
    }
    assert_eq!(follower.get(read).answer().await.status, 200);
    assert_eq!(follower.ask("GET", "/health/live").answer().await.status, 503);
}

#[tokio::test]
async fn a_redirect_may_lead_anywhere() {
    let ground = Ground::fake(Shape::three()).await;
    for authority in [ground.authority.clone(), "evil.example:80".to_owned()] {
        ground.cluster().appends(&[Fault::SentTo(authority.clone())]);
        ground.cluster().reads(&[Fault::SentTo(authority.clone())]);
        let sent = ground.post("a-1", -1, &[event(0)]).answer().await;
        assert_eq!(
            (sent.status, sent.header("Location")),
            (307, Some(format!("http://{authority}/streams/a-1").as_str()))
        );
        let sent = ground.get("/streams/a-1").answer().await;
        assert_eq!(sent.header("Location"), Some(format!("http://{authority}/streams/a-1").as_str()));
    }
}

#[tokio::test]
async fn two_may_say_that_they_lead() {
    let ground = Ground::fake(Shape::three()).await;
    ground.cluster().lead(1);
    ground.cluster().claims(0, true);
    let gossip = ground.get("/gossip").answer().await.json();
    let leaders: Vec<(u64, i64)> = gossip["members"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|member| member["state"] == "Leader")
        .map(|member| (member["httpEndPointPort"].as_u64().unwrap(), member["epochNumber"].as_i64().unwrap()))
        .collect();
    let newest = leaders.iter().max_by_key(|(_, epoch)| *epoch).unwrap().0;
    assert_eq!(leaders.len(), 2);
    assert!(ground.at(1).authority.ends_with(&newest.to_string()));
}

#[tokio::test]
async fn the_lead_changes_in_the_middle_of_an_append() {
    for (old, stands) in [(OldLeader::CommitsNothing, false), (OldLeader::CommitsAndDies, true)] {
        let ground = Ground::fake(Shape::three()).await;
        let (cluster, next) = (ground.cluster(), ground.at(1));
        cluster.lead_in_the_middle_of(2, 1, old);
        ground.append("a-1", -1, &[event(0)]).await;
        let second = event(1);
        assert!(
            ground.post("a-1", 0, std::slice::from_ref(&second)).send().await.is_none(),
            "no answer comes"
        );

        let died = old == OldLeader::CommitsAndDies;
        let states: Vec<(String, bool)> =
            members(&next).await.into_iter().map(|(_, state, alive)| (state, alive)).collect();
        assert_eq!(states[1], ("Leader".to_owned(), true));
        assert_eq!(states[0].1, !died);
        assert_eq!(ground.get("/gossip").send().await.is_none(), died, "a dead node closes its port");
        let read = next.page("/streams/a-1").await;
        assert_eq!(read["entries"].as_array().unwrap().len(), if stands { 2 } else { 1 });
        // Tried again at the new leader, it stands once in either case.
        let again = next.post("a-1", 0, &[second]).with("ES-RequireLeader", "True").answer().await;
        assert!(again.header("Location").unwrap().ends_with("/1"));
        if died {
            cluster.restart(0).await;
            assert_eq!(
                ground.post("a-1", 1, &[event(2)]).with("ES-RequireLeader", "True").answer().await.status,
                307
            );
        }
    }
}

#[tokio::test]
async fn a_node_that_stops_cuts_its_connections_and_comes_back_at_its_port() {
    let ground = Ground::fake(Shape::three()).await;
    let (cluster, other) = (ground.cluster(), ground.at(1));
    ground.append("a-1", -1, &[event(0)]).await;
    let poll = ground.get("/streams/a-1/1/forward/5").with("ES-LongPoll", "60").send();
    let stop = async {
        ground.until_heard("/streams/a-1/1/forward/5").await;
        cluster.stop(0).await;
    };
    let (cut, ()) = tokio::join!(poll, stop);
    assert!(cut.is_none());
    assert!(ground.get("/info").send().await.is_none());
    assert_eq!(other.post("a-1", 0, &[event(1)]).answer().await.status, 503, "nobody leads by itself");
    cluster.lead(1);
    other.append("a-1", 0, &[event(1)]).await;
    cluster.restart(0).await;
    assert_eq!(ground.page("/streams/a-1").await["entries"].as_array().unwrap().len(), 2);
}
