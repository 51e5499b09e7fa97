//! Opening: everything that must be so on a cluster is looked at first, and each fault says what to do. The
//! account is shown to nobody.
//!
//! Must never be here: a log that opens and then fails.

use std::time::Duration;

use eventlog::{ClusterFault, EventLog, Expected, KurrentOptions, OpenError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::hasty;
use crate::kurrent::{Cluster, Shape, Spelling};
use crate::support::{events, everything, name};

async fn fault(options: KurrentOptions) -> ClusterFault {
    let refused = EventLog::open_kurrent(options).await.unwrap_err();
    let text = refused.to_string();
    let OpenError::Cluster { address, fault } = refused else { panic!("{text}") };
    assert!(text.contains(&address) && text.contains(&fault.to_string()));
    fault
}

async fn fault_of(cluster: &Cluster) -> ClusterFault {
    let mut options = hasty(cluster);
    options.deadline = Duration::from_millis(400);
    fault(options).await
}

#[tokio::test]
async fn what_an_operator_must_change_is_named() {
    let cluster = Cluster::start(Shape::quick()).await;
    let node = cluster.node(0).authority;
    cluster.atom_pub(false);
    let off = fault_of(&cluster).await;
    assert_eq!(off, ClusterFault::AtomPubOff { node });
    assert!(off.to_string().contains("--enable-atom-pub-over-http"));
    cluster.atom_pub(true);
    cluster.projections(false);
    let off = fault_of(&cluster).await;
    assert_eq!(off, ClusterFault::ProjectionsOff);
    assert!(off.to_string().contains("--run-projections"));
    cluster.projections(true);
    cluster.by_category(false);
    let stopped = fault_of(&cluster).await;
    assert!(matches!(stopped, ClusterFault::ProjectionStopped { .. }), "{stopped:?}");
    assert!(stopped.to_string().contains("/command/enable"));
    cluster.by_category(true);
    for other in ["last\n-", "first\n_", "-"] {
        cluster.separation(Some(other));
        let apart = fault_of(&cluster).await;
        assert_eq!(apart, ClusterFault::ProjectionSeparates { found: other.to_owned() });
        assert!(apart.to_string().contains(&format!("{other:?}")) && apart.to_string().contains("PUT"));
    }
    // Written by hand, and not told to this account.
    for fine in [Some("First\r\n-\n"), None] {
        cluster.separation(fine);
        crate::join(&cluster).await.close().await;
    }
    cluster.leaderless();
    let headless = fault_of(&cluster).await;
    assert!(matches!(headless, ClusterFault::NoLeader { .. }), "{headless:?}");
    assert!(headless.to_string().contains("majority"));
    cluster.lead(0);
    crate::join(&cluster).await.close().await;
}

#[tokio::test]
async fn a_wrong_account_and_one_without_rights_are_told_apart() {
    let cluster = Cluster::start(Shape::three()).await;
    cluster.credentials("admin", "correct horse");
    cluster.plain_user("plain", "also:correct");
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("account");
    let address = format!("{}&credentials={}", cluster.address("safeguard"), file.display());
    let options = || KurrentOptions::parse(&address).unwrap();

    let missing = fault(options()).await;
    assert!(matches!(missing, ClusterFault::Setting { .. }), "{missing:?}");
    assert!(missing.to_string().contains(&file.display().to_string()));
    std::fs::write(&file, "no colon, s3cret\n").unwrap();
    let malformed = fault(options()).await;
    assert!(malformed.to_string().contains("user:password"));
    assert!(!format!("{malformed} {malformed:?}").contains("s3cret"));

    std::fs::write(&file, "admin:wrong").unwrap();
    assert_eq!(fault(options()).await, ClusterFault::WrongCredentials);
    assert_eq!(fault_of(&cluster).await, ClusterFault::WrongCredentials, "none at all");
    std::fs::write(&file, "plain:also:correct\r\n").unwrap();
    let forbidden = fault(options()).await;
    assert_eq!(forbidden, ClusterFault::Forbidden { stream: "$ce-safeguard".to_owned() });
    assert!(forbidden.to_string().contains("$settings"));

    std::fs::write(&file, "admin:correct horse\n").unwrap();
    let log = EventLog::open_kurrent(options()).await.unwrap();
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let told = format!("{:?} {log:?} {:?}", options(), log.subscribe(None));
    assert!(!told.contains("correct") && told.contains("/safeguard"), "{told}");
}

#[tokio::test]
async fn what_is_no_such_server_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    let web = tokio::spawn(async move {
        for status in ["200 OK", "404 Not Found"] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                asked.push(socket.read_u8().await.unwrap());
            }
            let page = format!("HTTP/1.1 {status}\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>");
            socket.write_all(page.as_bytes()).await.unwrap();
        }
    });
    let options = || KurrentOptions::parse(&format!("kurrentdb://{place}?tls=false")).unwrap();
    for _ in 0..2 {
        assert_eq!(fault(options()).await, ClusterFault::Foreign { node: place.to_string() });
    }
    web.await.unwrap();
    let nobody = fault(options()).await;
    assert!(matches!(&nobody, ClusterFault::Unreachable { detail } if detail.contains(&place.to_string())));
    assert!(nobody.to_string().contains("whether tls is right"));
}

#[tokio::test]
async fn nodes_are_believed_only_with_a_certificate_of_the_named_authority() {
    let cluster = Cluster::start(Shape { tls: true, ..Shape::three() }).await;
    let stranger = fault_of(&cluster).await;
    assert!(matches!(stranger, ClusterFault::Unreachable { .. }), "{stranger:?}");
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("ca.pem");
    let address = format!("{}&ca={}", cluster.address("safeguard"), file.display());
    let options = KurrentOptions::parse(&address).unwrap();
    std::fs::write(&file, "no certificate").unwrap();
    let bad = fault(options.clone()).await;
    assert!(matches!(bad, ClusterFault::Setting { .. }), "{bad:?}");
    std::fs::write(&file, cluster.authority_pem().unwrap()).unwrap();
    let log = EventLog::open_kurrent(options).await.unwrap();
    log.append(&name("clue-1"), Expected::NoStream, events(2)).await.unwrap();
    assert_eq!(everything(&log).await.len(), 2);
}

#[tokio::test]
async fn either_spelling_of_names_serves_and_logs_do_not_meet() {
    let cluster = Cluster::start(Shape { spelling: Spelling::LegacyOnly, ..Shape::quick() }).await;
    cluster.foreign_links(Some("https://elsewhere.example:1"));
    cluster.silent_reasons(true);
    let log = crate::join(&cluster).await;
    log.append(&name("clue-1"), Expected::NoStream, events(600)).await.unwrap_err();
    log.append(&name("clue-1"), Expected::NoStream, events(500)).await.unwrap();
    log.append(&name("clue-2"), Expected::NoStream, events(300)).await.unwrap();
    assert_eq!(everything(&log).await.len(), 800);

    let cluster = Cluster::start(Shape::quick()).await;
    let named = |name: &str| {
        let address = format!("{}&names=kurrent", cluster.address(name));
        async move { EventLog::open_kurrent(KurrentOptions::parse(&address).unwrap()).await.unwrap() }
    };
    let (one, two) = (named("province_44").await, named("province_4").await);
    one.append(&name("clue-1"), Expected::NoStream, events(2)).await.unwrap();
    two.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    assert_eq!((everything(&one).await.len(), everything(&two).await.len()), (2, 1));
}
