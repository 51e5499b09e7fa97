//! Reading pages of one stream: forward with long poll, backward, and their caching.
//! Must never be here: how a feed looks, `$all`.

use std::time::Duration;

use hyper::header::{ETAG, IF_NONE_MATCH};
use tokio::time::{Instant, timeout_at};

use super::ask::{Ask, Media, encoded};
use super::faults::Fault;
use super::feed::{Embed, Writing};
use super::reply::{Dropped, Reply};
use super::seat::Seat;
use super::store::{Found, Page};

/// The page without a number.
pub const PAGE: u64 = 20;
/// The server throws at more.
const MOST: u64 = 4096;
/// What a silent request is cut after, in seconds, beside its own.
pub const PATIENCE: u32 = 10;
/// The forms of a feed.
pub const FORMS: [Media; 7] = [
    Media::Description,
    Media::Xml,
    Media::AtomJson,
    Media::Json,
    Media::EventJson,
    Media::EventsJson,
    Media::Html,
];

/// The form of a feed, when it is one this server speaks.
pub fn feed_form(ask: &Ask) -> Result<(&'static str, Media), Box<Reply>> {
    match ask.form(&FORMS) {
        None => Err(Box::new(Reply::not_acceptable())),
        Some((_, Media::Xml | Media::Html)) => Err(Box::new(Reply::no_xml())),
        Some(form) => Ok(form),
    }
}

/// The number of entries asked for: an error is a reply of its own.
pub fn count(text: &str) -> Result<u64, Box<Reply>> {
    match text.parse::<i32>() {
        Ok(count) if i64::from(count) > MOST as i64 => Err(Box::new(Reply::failed("Error"))),
        Ok(count) if count > 0 => Ok(u64::from(count.unsigned_abs())),
        Ok(_) | Err(_) => {
            let told = format!("'{text}' is not valid count. Should be positive integer");
            Err(Box::new(Reply::bad(&told)))
        }
    }
}

/// The number of an event in a path.
pub fn number(text: &str) -> Result<u64, Box<Reply>> {
    let bad = || Box::new(Reply::bad(&format!("'{text}' is not valid event number")));
    text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok()).ok_or_else(bad)
}

pub fn writing(seat: &Seat, ask: &Ask) -> Writing {
    Writing {
        base: seat.base(ask),
        embed: ask.query.get("embed").map_or(Embed::Nothing, |text| Embed::parse(text)),
        unresolved: seat.state.shape.unresolved,
    }
}

/// What the script does to a read before it is served.
pub async fn struck(seat: &Seat, ask: &Ask, polls: bool) -> Result<Option<Reply>, Dropped> {
    let state = &seat.state;
    let fault = {
        let mut faults = state.faults();
        if polls { faults.next_poll() } else { faults.next_read() }
    };
    match fault {
        Fault::Refused { retry_after } => Ok(Some(Reply::not_ready(retry_after))),
        Fault::TimedOut | Fault::CommittedThenTimedOut => {
            state.pass(state.seconds(PATIENCE)).await;
            Ok(Some(Reply::timed_out()))
        }
        Fault::Failed | Fault::CommittedThenFailed => Ok(Some(Reply::failed("Read error"))),
        Fault::Dropped | Fault::CommittedThenDropped | Fault::Succession { .. } => Err(Dropped),
        Fault::SentTo(authority) => Ok(Some(seat.sent_to(ask, &authority))),
        Fault::CommittedThenEmpty => Ok(Some(Reply::plain(200, "OK", ""))),
        Fault::Served => {
            let slow = state.faults().slow;
            if slow > Duration::ZERO {
                state.pass(slow).await;
            }
            Ok(None)
        }
    }
}

/// A page from the head or a number back.
pub fn backward(
    seat: &Seat,
    ask: &Ask,
    stream: &str,
    from: Option<u64>,
    count: u64,
) -> Result<Reply, Box<Reply>> {
    let (media, form) = feed_form(ask)?;
    if form == Media::Description {
        return Ok(description(ask, media, stream));
    }
    let resolve = ask.resolve_links(true).map_err(|bad| Box::new(bad.into()))?;
    seat.may_serve(ask, false)?;
    let page = match seat.state.store().backward(stream, from, count, resolve) {
        Found::Here(page) => page,
        Found::Missing => return Err(Box::new(Reply::not_found())),
        Found::Gone => return Err(Box::new(Reply::gone("Deleted"))),
    };
    let tag = seat.tag(page.last, media);
    if known(ask, &tag) {
        return Err(Box::new(Reply::plain(304, "Not Modified", "")));
    }
    let head = from.is_none();
    let feed = writing(seat, ask).backward(stream, &page, Some(tag.as_str()).filter(|_| head));
    let reply = Reply::json(media, &feed);
    if page.last >= page.from && !head {
        return Ok(reply.cached(true));
    }
    Ok(reply.cached(false).with(ETAG, &format!("\"{tag}\"")))
}

/// A page from a number on; with a long poll it waits while the number lies behind the end.
pub async fn forward(
    seat: &Seat,
    ask: &Ask,
    stream: &str,
    from: u64,
    count: u64,
) -> Result<Reply, Box<Reply>> {
    let (media, _) = feed_form(ask)?;
    let header = |bad: super::ask::BadHeader| Box::new(Reply::from(bad));
    let resolve = ask.resolve_links(true).map_err(header)?;
    let seconds = ask.long_poll().map_err(header)?;
    let mut wait = Wait::of(seat, seconds);
    loop {
        wait.look();
        seat.may_serve(ask, false)?;
        let found = seat.state.store().forward(stream, from, count, resolve);
        let behind = match &found {
            Found::Here(page) => page.from > page.last,
            Found::Missing => true,
            Found::Gone => false,
        };
        if behind && wait.more().await? {
            continue;
        }
        return match found {
            Found::Here(page) => Ok(forward_reply(seat, ask, stream, media, &page)),
            Found::Missing => Err(Box::new(Reply::not_found())),
            Found::Gone => Err(Box::new(Reply::gone("Deleted"))),
        };
    }
}

fn forward_reply(seat: &Seat, ask: &Ask, stream: &str, media: &str, page: &Page) -> Reply {
    let tag = seat.tag(page.last, media);
    if known(ask, &tag) {
        return Reply::plain(304, "Not Modified", "");
    }
    let reply = Reply::json(media, &writing(seat, ask).forward(stream, page));
    if page.last + 1 >= page.from.saturating_add(page.count) {
        return reply.cached(true);
    }
    reply.cached(false).with(ETAG, &format!("\"{tag}\""))
}

/// A reader that waits for something to happen, up to its seconds.
pub struct Wait<'a> {
    seat: &'a Seat,
    changes: tokio::sync::watch::Receiver<u64>,
    until: Option<Instant>,
}

impl<'a> Wait<'a> {
    pub fn of(seat: &'a Seat, seconds: Option<u32>) -> Self {
        let state = &seat.state;
        let until = seconds.map(|seconds| Instant::now() + state.seconds(seconds));
        Self { seat, changes: state.changes.subscribe(), until }
    }

    /// What changes from now on wakes; to be called before the store is looked at.
    pub fn look(&mut self) {
        self.changes.mark_unchanged();
    }

    /// Whether to look again; false when the time is over. A poisoned poll is cut by 408.
    pub async fn more(&mut self) -> Result<bool, Box<Reply>> {
        let Some(until) = self.until else { return Ok(false) };
        let state = &self.seat.state;
        let woken = timeout_at(until, self.changes.changed()).await.is_ok();
        if state.faults().poisoned {
            let cut = until + state.seconds(PATIENCE);
            state.pass(cut.saturating_duration_since(Instant::now())).await;
            return Err(Box::new(Reply::timed_out()));
        }
        Ok(woken)
    }
}

pub fn known(ask: &Ask, tag: &str) -> bool {
    let shown = ask.headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    shown.is_some_and(|shown| shown.trim_matches('"') == tag)
}

/// What stands there for readers that do not say what they want: 406 with a description.
fn description(ask: &Ask, media: &str, stream: &str) -> Reply {
    let path = format!("/streams/{}", encoded(stream));
    let told = serde_json::json!({
        "title": format!("Description document for '{stream}'"),
        "description": "The description document will be presented when no accept header is present or it \
                        was requested",
        "_links": {
            "self": { "href": path, "supportedContentTypes": [media] },
            "stream": { "href": path, "supportedContentTypes":
                ["application/atom+xml", "application/vnd.eventstore.atom+json"] },
        },
    });
    let mut reply = Reply::json(media, &told);
    if ask.accepts_anything() {
        *reply.0.status_mut() = hyper::StatusCode::NOT_ACCEPTABLE;
    }
    reply
}
