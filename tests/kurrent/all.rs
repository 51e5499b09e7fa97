//! `$all`: every record of the log in one order, by cursors of 32 hex digits that stand for whole pages.
//! Must never be here: single streams.

use std::sync::Arc;

use super::ask::{Ask, Media};
use super::reading::{PAGE, Wait, count, feed_form, writing};
use super::reply::Reply;
use super::seat::Seat;
use super::store::{Record, Store};

/// A cursor's text: the place, and a second one that a page's end never has.
fn cursor(place: u64) -> String {
    format!("{place:016X}{:016X}", 0)
}

fn place(text: &str) -> Result<u64, Box<Reply>> {
    let bad = || Box::new(Reply::bad(&format!("Invalid position argument: {text}")));
    let (commit, prepare) = Some(text)
        .filter(|text| text.len() == 32)
        .and_then(|text| text.split_at_checked(16))
        .ok_or_else(bad)?;
    let parsed = |half: &str| i64::from_str_radix(half, 16).ok().and_then(|place| u64::try_from(place).ok());
    parsed(prepare).ok_or_else(bad)?;
    parsed(commit).ok_or_else(bad)
}

/// Where in the log a place lies; an error when no record begins there, the end when it lies beyond.
fn index(store: &Store, place: u64) -> Result<usize, Box<Reply>> {
    let index = store.log.partition_point(|record| record.start < place);
    let end = store.log.last().map_or(0, |record| record.end);
    let on_a_boundary = store.log.get(index).map_or(place >= end, |record| record.start == place);
    if on_a_boundary { Ok(index) } else { Err(Box::new(Reply::failed("Invalid position"))) }
}

/// `/streams/$all` and what follows it.
pub async fn read(seat: &Seat, ask: &Ask, rest: &[&str]) -> Result<Reply, Box<Reply>> {
    match rest {
        [] => backward(seat, ask, None, PAGE),
        ["head", n] | ["head", "backward", n] => backward(seat, ask, None, count(n)?),
        [from, "forward", n] => forward(seat, ask, place(from)?, count(n)?).await,
        [from, n] | [from, "backward", n] => backward(seat, ask, Some(place(from)?), count(n)?),
        _ => Err(Box::new(Reply::not_found())),
    }
}

async fn forward(seat: &Seat, ask: &Ask, from: u64, count: u64) -> Result<Reply, Box<Reply>> {
    let (media, _) = feed_form(ask)?;
    let header = |bad: super::ask::BadHeader| Box::new(Reply::from(bad));
    let resolve = ask.resolve_links(false).map_err(header)?;
    let mut wait = Wait::of(seat, ask.long_poll().map_err(header)?);
    loop {
        wait.look();
        seat.may_serve(ask, false)?;
        let (records, rest) = {
            let store = seat.state.store();
            let first = index(&store, from)?;
            let records: Vec<Arc<Record>> =
                store.log.iter().skip(first).take(count as usize).cloned().collect();
            let rest = store.log.len() - first - records.len();
            (records, rest)
        };
        if records.is_empty() && wait.more().await? {
            continue;
        }
        let mut links = vec![("self", String::new()), ("first", format!("/head/backward/{count}"))];
        if from != 0 {
            links.push(("last", format!("/{}/forward/{count}", cursor(0))));
            links.push(("next", format!("/{}/backward/{count}", cursor(from))));
        }
        if let Some(last) = records.last() {
            links.push(("previous", format!("/{}/forward/{count}", cursor(last.end))));
        }
        links.push(("metadata", "/metadata".to_owned()));
        let seen: Vec<_> = records.iter().map(|record| seat.state.store().seen(record, resolve)).collect();
        let feed = writing(seat, ask).all(links, &seen);
        let full = seen.len() as u64 == count && rest > 0;
        return Ok(Reply::json(media, &feed).cached(full));
    }
}

fn backward(seat: &Seat, ask: &Ask, from: Option<u64>, count: u64) -> Result<Reply, Box<Reply>> {
    let (media, form) = feed_form(ask)?;
    if form == Media::Description {
        return Err(Box::new(Reply::not_acceptable()));
    }
    let resolve = ask.resolve_links(false).map_err(|bad| Box::new(bad.into()))?;
    seat.may_serve(ask, false)?;
    let store = seat.state.store();
    let end = store.log.last().map_or(0, |record| record.end);
    let from = from.unwrap_or(end);
    let until = index(&store, from)?;
    let first = until.saturating_sub(count as usize);
    let records = &store.log[first..until];
    let mut links = vec![("self", String::new()), ("first", format!("/head/backward/{count}"))];
    if first > 0 {
        let next = records.first().map_or(0, |record| record.start);
        links.push(("last", format!("/{}/forward/{count}", cursor(0))));
        links.push(("next", format!("/{}/backward/{count}", cursor(next))));
    }
    links.push(("previous", format!("/{}/forward/{count}", cursor(from))));
    links.push(("metadata", "/metadata".to_owned()));
    let seen: Vec<_> = records.iter().map(|record| store.seen(record, resolve)).collect();
    drop(store);
    Ok(Reply::json(media, &writing(seat, ask).all(links, &seen)).cached(false))
}
