//! One event, a stream's metadata, its deletion. Must never be here: pages.

use serde_json::Value;

use super::ask::{Ask, Media};
use super::feed::described;
use super::reading::{number, writing};
use super::reply::{Dropped, Reply};
use super::seat::Seat;
use super::store::{Found, Seen};

/// The forms of a single event.
const FORMS: [Media; 6] =
    [Media::Xml, Media::AtomJson, Media::Json, Media::EventJson, Media::Raw, Media::Html];

/// `/streams/{stream}/{number}`, `head` for the last one.
pub fn event(seat: &Seat, ask: &Ask, stream: &str, which: &str) -> Result<Reply, Box<Reply>> {
    let Some((media, form)) = ask.form(&FORMS) else { return Err(Box::new(Reply::not_acceptable())) };
    let from = if which == "head" { None } else { Some(number(which)?) };
    let resolve = ask.resolve_links(true).map_err(|bad| Box::new(bad.into()))?;
    seat.may_serve(ask, false)?;
    let found = seat.state.store().backward(stream, from, 1, resolve);
    let seen = match found {
        Found::Here(page) => page.seen.into_iter().next(),
        Found::Missing => None,
        Found::Gone => return Err(Box::new(Reply::gone("Deleted"))),
    };
    let Some(seen) = seen else { return Err(Box::new(Reply::not_found())) };
    shown(seat, ask, &seen, (media, form)).map(|reply| reply.cached(from.is_some()))
}

fn shown(seat: &Seat, ask: &Ask, seen: &Seen, form: (&str, Media)) -> Result<Reply, Box<Reply>> {
    let Some(event) = &seen.event else { return Err(Box::new(Reply::not_found())) };
    match form {
        (media, Media::AtomJson) => Ok(Reply::json(media, &writing(seat, ask).entry(seen, true))),
        (media, Media::EventJson) => Ok(Reply::json(media, &described(event))),
        (media, Media::Json) if event.draft.json => Ok(Reply::bytes(media, event.draft.bytes.clone())),
        (media, Media::Json) => Ok(Reply::json(media, &described(event)["data"])),
        (media, Media::Raw) => Ok(Reply::bytes(media, event.draft.bytes.clone())),
        (_, Media::Xml | Media::Html | Media::Description | Media::EventsJson) => {
            Err(Box::new(Reply::no_xml()))
        }
    }
}

/// `/streams/{stream}/metadata`: the latest, or `{}` where the stream has none.
pub fn metadata(seat: &Seat, ask: &Ask, stream: &str) -> Result<Reply, Box<Reply>> {
    let name = format!("$${stream}");
    let (described, exists) = {
        let store = seat.state.store();
        (store.last(&name) >= 0, store.last(stream) >= 0)
    };
    if described {
        return event(seat, ask, &name, "head");
    }
    seat.may_serve(ask, false)?;
    if !exists {
        return Err(Box::new(Reply::not_found()));
    }
    Ok(Reply::json("application/json", &Value::Object(serde_json::Map::new())))
}

/// `DELETE /streams/{stream}`: softly, or for ever.
pub fn delete(seat: &Seat, ask: &Ask, stream: &str) -> Result<Reply, Dropped> {
    let (expected, hard) = match (ask.expected(), ask.hard_delete()) {
        (Ok(expected), Ok(hard)) => (expected, hard),
        (Err(bad), _) | (_, Err(bad)) => return Ok(bad.into()),
    };
    if let Err(elsewhere) = seat.may_serve(ask, true) {
        return Ok(*elsewhere);
    }
    {
        let mut store = seat.state.store();
        let last = store.last(stream);
        if store.tombstone(stream) {
            return Ok(Reply::gone("Stream deleted"));
        }
        if expected >= -1 && expected != last {
            let refused = Reply::plain(400, "Wrong expected EventNumber", "");
            return Ok(refused.own(ask.spelling, "CurrentVersion", &last.to_string()));
        }
        if hard {
            store.delete_for_ever(stream);
        } else {
            store.delete_softly(stream);
        }
    }
    seat.state.changed();
    Ok(Reply::plain(204, "Stream deleted", ""))
}
