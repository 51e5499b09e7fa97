//! Which request goes where. Must never be here: what happens there.

use hyper::Method;
use hyper::header::{CACHE_CONTROL, LOCATION};
use uuid::Uuid;

use super::ask::Ask;
use super::identity::Caller;
use super::reply::{Dropped, Reply};
use super::seat::Seat;
use super::{all, gossip, posting, reading, single};

/// Serves one request.
pub async fn serve(seat: &Seat, ask: &Ask) -> Result<Reply, Dropped> {
    let caller = match seat.state.users.lock().unwrap().caller(ask) {
        Ok(caller) => caller,
        Err(refused) => return Ok(*refused),
    };
    let parts: Vec<&str> = ask.parts.iter().map(String::as_str).collect();
    let get = ask.method == Method::GET || ask.method == Method::HEAD;
    match parts.as_slice() {
        ["gossip"] if get => Ok(gossip::gossip(seat)),
        ["info"] if get => Ok(gossip::info(seat)),
        ["ping"] if get => Ok(gossip::ping()),
        ["health", "live"] if get => Ok(gossip::live(seat, ask)),
        ["projection", name] if get => Ok(gossip::projection(seat, ask, caller, name)),
        ["projection", name, "query"] if get => Ok(gossip::query(seat, caller, name)),
        ["streams", stream, rest @ ..] if seat.state.faults().atom_pub && !stream.is_empty() => {
            streams(seat, ask, caller, stream, rest).await
        }
        ["gossip" | "info" | "ping"] | ["health", "live"] | ["projection", _] => Ok(not_allowed()),
        _ => Ok(Reply::not_found()),
    }
}

fn not_allowed() -> Reply {
    Reply::plain(405, "Method Not Allowed", "")
}

async fn streams(
    seat: &Seat,
    ask: &Ask,
    caller: Caller,
    stream: &str,
    rest: &[&str],
) -> Result<Reply, Dropped> {
    if ask.ends_with_slash() {
        let target = ask.target.replacen("/?", "?", 1);
        let location = format!("{}{}", seat.base(ask), target.trim_end_matches('/'));
        let reply = Reply::plain(307, "", "Moved Permanently").with(LOCATION, &location);
        return Ok(reply.with(CACHE_CONTROL, "max-age=31536000, public"));
    }
    if !caller.may_use(stream) {
        return Ok(Reply::unauthorized());
    }
    match ask.method {
        Method::GET => read(seat, ask, stream, rest).await,
        Method::POST => post(seat, ask, stream, rest).await,
        Method::DELETE if rest.is_empty() => single::delete(seat, ask, stream),
        _ => Ok(not_allowed()),
    }
}

async fn post(seat: &Seat, ask: &Ask, stream: &str, rest: &[&str]) -> Result<Reply, Dropped> {
    if ask.form(&posting::FORMS).is_none() {
        return Ok(Reply::not_acceptable());
    }
    if stream == "$all" {
        return Ok(Reply::unauthorized());
    }
    let described = format!("$${stream}");
    let understood = match rest {
        [] => posting::understood(seat, ask, stream, None, None),
        ["incoming", id] => match id.parse::<Uuid>() {
            Ok(id) => posting::understood(seat, ask, stream, Some(id), None),
            Err(_) => return Ok(Reply::bad("Invalid request. Unable to parse guid")),
        },
        ["metadata"] => posting::understood(seat, ask, &described, None, Some("$metadata")),
        _ => return Ok(Reply::not_found()),
    };
    match understood {
        Ok(write) => posting::post(seat, ask, write).await,
        Err(refused) => Ok(*refused),
    }
}

async fn read(seat: &Seat, ask: &Ask, stream: &str, rest: &[&str]) -> Result<Reply, Dropped> {
    let polls = ask.own("LongPoll").is_some();
    if let Some(reply) = reading::struck(seat, ask, polls).await? {
        return Ok(reply);
    }
    let reply = if stream == "$all" {
        all::read(seat, ask, rest).await
    } else {
        match rest {
            [] => reading::backward(seat, ask, stream, None, reading::PAGE),
            ["metadata"] => single::metadata(seat, ask, stream),
            [which] => single::event(seat, ask, stream, which),
            [from, n] | [from, "backward", n] => back(seat, ask, stream, from, n),
            [from, "forward", n] => match (reading::number(from), reading::count(n)) {
                (Ok(from), Ok(count)) => reading::forward(seat, ask, stream, from, count).await,
                (Err(bad), _) | (_, Err(bad)) => Err(bad),
            },
            _ => Err(Box::new(Reply::not_found())),
        }
    };
    Ok(reply.unwrap_or_else(|other| *other))
}

fn back(seat: &Seat, ask: &Ask, stream: &str, from: &str, n: &str) -> Result<Reply, Box<Reply>> {
    let from = if from == "head" { None } else { Some(reading::number(from)?) };
    reading::backward(seat, ask, stream, from, reading::count(n)?)
}
