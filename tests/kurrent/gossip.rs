//! What a node tells of itself and its peers: `/gossip`, `/info`, `/health/live`, `/ping` and the state of a
//! projection. Must never be here: streams.

use serde_json::{Value, json};

use super::ask::{Ask, Media};
use super::identity::Caller;
use super::reply::Reply;
use super::seat::Seat;
use super::shape::Spelling;
use super::state::Members;

const JSON: &str = "application/json";

/// The members as this node sees them.
pub fn gossip(seat: &Seat) -> Reply {
    let members = seat.state.members();
    let end = seat.state.store().log.last().map_or(0, |record| record.end);
    let all: Vec<Value> = (0..members.all.len()).map(|index| member(&members, index, end)).collect();
    Reply::json(JSON, &json!({ "members": all, "serverIp": "127.0.0.1", "serverPort": seat.port }))
}

fn member(members: &Members, index: usize, end: u64) -> Value {
    let (member, leads) = (&members.all[index], members.leader == Some(index));
    let epoch = members.epoch - i64::from(member.claims && !leads);
    let state = match (member.alive, leads || member.claims, members.leader) {
        (true, true, _) => "Leader",
        (true, false, Some(_)) => "Follower",
        (true, false, None) => "Unknown",
        (false, ..) => "Shutdown",
    };
    json!({
        "instanceId": member.id,
        "timeStamp": jiff::Timestamp::now().to_string(),
        "state": state,
        "isAlive": member.alive,
        "internalTcpIp": "127.0.0.1",
        "internalTcpPort": 1112,
        "internalSecureTcpPort": 0,
        "externalTcpIp": "127.0.0.1",
        "externalTcpPort": 0,
        "externalSecureTcpPort": 0,
        "internalHttpEndPointIp": "127.0.0.1",
        "internalHttpEndPointPort": member.port,
        "httpEndPointIp": "127.0.0.1",
        "httpEndPointPort": member.port,
        "lastCommitPosition": end,
        "writerCheckpoint": end,
        "chaserCheckpoint": end,
        "epochPosition": 0,
        "epochNumber": epoch,
        "epochId": member.id,
        "nodePriority": 0,
        "isReadOnlyReplica": false,
        "esVersion": "25.1.4.0",
    })
}

/// Version, role and features; open to everyone.
pub fn info(seat: &Seat) -> Reply {
    let state = {
        let members = seat.state.members();
        match members.leader {
            Some(leader) if leader == seat.index => "leader",
            Some(_) => "follower",
            None => "unknown",
        }
    };
    let secure = !seat.state.users.lock().unwrap().is_empty();
    let faults = seat.state.faults();
    let features = json!({
        "projections": faults.projections,
        "userManagement": secure,
        "atomPub": faults.atom_pub,
    });
    let authentication = json!({ "type": if secure { "internal" } else { "insecure" }, "properties": {} });
    let mut told = json!({ "state": state, "features": features, "authentication": authentication });
    match seat.state.shape.spelling {
        Spelling::Both => {
            told["dbVersion"] = "25.1.4".into();
            told["esVersion"] = "25.1.4".into();
        }
        Spelling::LegacyOnly => told["esVersion"] = "23.10.8".into(),
    }
    Reply::json(JSON, &told)
}

/// 204, or the code the caller likes better; 503 while nobody leads.
pub fn live(seat: &Seat, ask: &Ask) -> Reply {
    if seat.state.members().living_leader().is_none() {
        return Reply::not_ready(false);
    }
    let code = ask.query.get("liveCode").and_then(|code| code.parse().ok());
    Reply::plain(code.filter(|code| (200..300).contains(code)).unwrap_or(204), "No Content", "")
}

pub fn ping() -> Reply {
    Reply::json(JSON, &json!({ "text": "Ping request successfully handled" }))
}

/// The statistics of one projection; 404 when the subsystem does not run or knows no such name.
pub fn projection(seat: &Seat, ask: &Ask, caller: Caller, name: &str) -> Reply {
    let (runs, subsystem) = {
        let faults = seat.state.faults();
        (faults.by_category, faults.projections)
    };
    if !subsystem || name != "$by_category" {
        return Reply::not_found();
    }
    if ask.form(&[Media::Json]).is_none() {
        return Reply::not_acceptable();
    }
    if caller == Caller::Anonymous {
        return Reply::unauthorized();
    }
    let url = |path: &str| format!("{}/projection/{name}{path}", seat.base(ask));
    let told = json!({
        "coreProcessingTime": 0,
        "version": 0,
        "epoch": -1,
        "effectiveName": name,
        "writesInProgress": 0,
        "readsInProgress": 0,
        "partitionsCached": 1,
        "status": if runs { "Running" } else { "Stopped" },
        "stateReason": "",
        "name": name,
        "mode": "Continuous",
        "position": "C:0/P:0",
        "progress": 100.0,
        "lastCheckpoint": "C:0/P:0",
        "eventsProcessedAfterRestart": 0,
        "statusUrl": url(""),
        "stateUrl": url("/state"),
        "resultUrl": url("/result"),
        "queryUrl": url("/query?config=yes"),
        "resultStreamUrl": null,
        "enableCommandUrl": url("/command/enable"),
        "disableCommandUrl": url("/command/disable"),
        "checkpointStatus": "",
        "bufferedEvents": 0,
        "writePendingEventsBeforeCheckpoint": 0,
        "writePendingEventsAfterCheckpoint": 0,
    });
    Reply::json(JSON, &told).cached(false)
}

/// What a projection was given as its source, as it is.
pub fn query(seat: &Seat, caller: Caller, name: &str) -> Reply {
    let (separation, subsystem) = {
        let faults = seat.state.faults();
        (faults.separation.clone(), faults.projections)
    };
    if !subsystem || name != "$by_category" {
        return Reply::not_found();
    }
    if caller == Caller::Anonymous {
        return Reply::unauthorized();
    }
    match separation {
        Some(separation) => Reply::bytes("application/javascript", separation.into_bytes()).cached(false),
        None => Reply::unauthorized(),
    }
}
