//! Shutting out after repeated failures, so that guessing is slow and a stranger cannot lock an officer out:
//! five failures lock an officer at one peer address for 15 minutes, fifty lock the address for everyone who
//! never signed in from it, and ten failures of an officer from strange addresses make further attempts from
//! strange addresses wait for one another. Where the officer signed in before, only the first rule holds.
//! Never here: reading the time, or checking a password.
//!
//! The first rule holds at every instance and after a restart: when it shuts a door, that is an event (`doors`). The
//! attempts themselves, and the two other rules, are each process's own, in memory: who is known at an address is not
//! in the log, and whoever is must not be locked out there because another instance has not seen them.
//!
//! A stranger can shut doors of officers who do not exist, and must not learn which do, so these are treated alike. An
//! address that shuts ten doors is locked; [`SHUT`] bounds what all addresses together can have written.

mod tries;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use domain::door::DoorMark;
use domain::ids::OfficerId;
use jiff::{SignedDuration, Timestamp};

use self::tries::Tries;
use crate::recent::Recent;

/// Attempts of one officer from one address before the lock.
const AT_PEER: u32 = 5;
/// Failures of all officers together from one address before the lock.
const OF_PEER: u32 = 50;
/// Attempts of one officer from strange addresses that need not wait.
const STRANGE: u32 = 10;
/// How long a lock holds, and how long attempts are remembered.
const PERIOD: SignedDuration = SignedDuration::from_mins(15);
/// What attempts from strange addresses wait for one another beyond that: a second, doubled each time.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Doors that one process has written down within [`PERIOD`] at most; what is shut beyond that is shut here only.
const SHUT: u32 = 1_000;
/// Most entries of each kind remembered, against a flood of invented officers and addresses.
const REMEMBERED: usize = 100_000;

/// The password must not be looked at yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed sign-ins; closed until {until}")]
pub struct Locked {
    /// When it opens again.
    pub until: Timestamp,
}

/// From where somebody signs in: an IPv4 address, or the /64 network of an IPv6 address, which one subscriber
/// has to himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl Peer {
    /// The peer at an address; a transport that knows none is one peer of its own.
    #[must_use]
    pub fn at(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => IpAddr::V4(address),
            Some(IpAddr::V6(address)) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
            }
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        })
    }
}

/// Failed sign-ins per officer and peer, per officer, and per peer.
pub struct Lockout {
    books: Mutex<Books>,
    key: Key,
}

struct Books {
    pairs: Tries<(OfficerId, Peer)>,
    /// Those of them that failed.
    wrong: Tries<(OfficerId, Peer)>,
    peers: Tries<Peer>,
    officers: Tries<OfficerId>,
    /// Where officers signed in.
    known: Recent<(OfficerId, Peer), ()>,
    /// Doors written down since the beginning of a period.
    shut: (Timestamp, u32),
}

impl Lockout {
    /// Nobody is locked. The secret, the same in every instance, is what marks of doors are made with.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let books = Books {
            pairs: Tries::new(REMEMBERED),
            wrong: Tries::new(REMEMBERED),
            peers: Tries::new(REMEMBERED),
            officers: Tries::new(REMEMBERED),
            known: Recent::new(REMEMBERED / 2),
            shut: (Timestamp::MIN, 0),
        };
        Self { books: Mutex::new(books), key: Key::new(HMAC_SHA256, secret) }
    }

    /// The mark of an officer's door at an address: it tells neither to whoever does not have the secret.
    #[must_use]
    pub fn door(&self, officer: &OfficerId, peer: Peer) -> DoorMark {
        let made = sign(&self.key, format!("door\n{officer}\n{}", peer.0).as_bytes());
        let bits = made.as_ref().iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte));
        DoorMark::new(bits)
    }

    /// Counts an attempt before the password is looked at, so that many at once cannot all slip through
    /// while the first is still being checked. [`Lockout::succeeded`] takes it back, [`Lockout::failed`]
    /// holds it against the peer.
    ///
    /// # Errors
    /// [`Locked`]: the password must not be looked at. Trying while locked does not prolong the lock.
    pub fn begin(&self, officer: &OfficerId, peer: Peer, now: Timestamp) -> Result<(), Locked> {
        let mut books = self.books();
        let pair = (officer.clone(), peer);
        if books.pairs.of(&pair, now) >= AT_PEER {
            return Err(Locked { until: books.pairs.lapse(&pair) });
        }
        if books.known.get(&pair).is_none() {
            if books.peers.of(&peer, now) >= OF_PEER {
                return Err(Locked { until: books.peers.lapse(&peer) });
            }
            let opens = books.officers.last(officer).saturating_add(wait(books.officers.of(officer, now)));
            if let Some(until) = opens.ok().filter(|opens| *opens > now) {
                return Err(Locked { until });
            }
            books.officers.add(officer.clone(), now);
        }
        books.pairs.add(pair, now);
        Ok(())
    }

    /// The password was right: nothing is held against the officer at this peer any more, and the peer is known.
    pub fn succeeded(&self, officer: &OfficerId, peer: Peer) {
        let mut books = self.books();
        let pair = (officer.clone(), peer);
        books.pairs.forget(&pair);
        books.wrong.forget(&pair);
        if books.known.get(&pair).is_none() {
            books.officers.take_back(officer);
            books.known.put(pair, ());
        }
    }

    /// The password was wrong. Tells until when the officer's door at this peer is shut, if that is to be known to the
    /// other instances: once for each lock.
    pub fn failed(&self, officer: &OfficerId, peer: Peer, now: Timestamp) -> Option<Timestamp> {
        let mut books = self.books();
        books.peers.add(peer, now);
        let pair = (officer.clone(), peer);
        books.wrong.add(pair.clone(), now);
        if books.wrong.of(&pair, now) < AT_PEER {
            return None;
        }
        books.wrong.forget(&pair);
        if books.shut.0.saturating_add(PERIOD).is_ok_and(|over| over <= now) {
            books.shut = (now, 0);
        }
        books.shut.1 += 1;
        (books.shut.1 <= SHUT).then(|| books.pairs.lapse(&pair))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long after so many attempts from strange addresses the next one may come.
fn wait(attempts: u32) -> SignedDuration {
    match attempts.checked_sub(STRANGE) {
        Some(more) => SignedDuration::from_secs(1_i64 << more.min(5)).min(LONGEST_WAIT),
        None => SignedDuration::ZERO,
    }
}

#[cfg(test)]
mod tests;
