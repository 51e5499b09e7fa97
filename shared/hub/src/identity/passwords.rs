//! Passwords: what is accepted as one, and the slow hash they are kept as. Never here: where hashes are
//! stored, or counting failures (`lockout`).
//!
//! A hash takes 19 MiB and tens of milliseconds on purpose. Two run at a time, on blocking threads, so
//! that a storm of sign-ins queues up here and leaves the rest of the server alone; [`IN_LINE`] may wait, and whoever
//! comes then is told to come again.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version};
use aws_lc_rs::rand;
use domain::ids::OfficerId;
use tokio::sync::Semaphore;
use tokio::task;
use zeroize::Zeroizing;

/// Fewest characters of a password.
pub const LEAST: usize = 10;
/// Most bytes of a password, so that nobody sends megabytes to be hashed.
pub const MOST: usize = 256;
/// Fewest kinds of characters: capitals, small letters, digits, others.
pub const KINDS: usize = 3;
/// Hashes computed at the same time.
const AT_ONCE: usize = 2;
/// Those who may wait for a hash: some seconds of them.
const IN_LINE: usize = 128;
/// Shortest part of an officer's id whose presence in a password is refused.
const TELLING: usize = 4;

/// Capitals and digits that nobody mistakes for another: no I, O, 0, 1. Thirty-two, so five bits each.
const CLEAR: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What an unknown officer's password is compared with, so that an answer takes as long as for a known
/// one and does not tell that there is none. Nobody knows a password for it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FmZWd1YXJkLW5vYm9keQ\
                      $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not accepted or could not be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password has at least {LEAST} characters")]
    TooShort,
    /// Too many bytes.
    #[error("a password has at most {MOST} bytes")]
    TooLong,
    /// Too few kinds of characters.
    #[error("a password mixes at least {KINDS} of: capitals, small letters, digits, other characters")]
    TooPlain,
    /// It contains the officer's number.
    #[error("a password does not contain the officer's own number")]
    ContainsOfficer,
    /// What is stored is not a password hash.
    #[error("the stored credential cannot be read")]
    Unreadable,
    /// Too many wait for a hash already.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash could not be computed: memory, randomness, or the server is stopping.
    #[error("passwords cannot be checked now")]
    Unavailable,
}

/// Hashes and verifies passwords with Argon2id. Cheap to clone; clones share the limit.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    line: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With the limit of two at a time.
    #[must_use]
    pub fn new() -> Self {
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)), line: Arc::new(Semaphore::new(IN_LINE)) }
    }

    /// Checks a new password against the policy and gives its hash, to be sealed and stored.
    ///
    /// # Errors
    /// What the policy refuses, or [`PasswordError::Unavailable`].
    pub async fn hash(&self, officer: &OfficerId, password: &str) -> Result<String, PasswordError> {
        acceptable(officer, password)?;
        let password = Zeroizing::new(password.to_owned());
        self.slowly(move || {
            let mut salt = [0; 16];
            rand::fill(&mut salt).map_err(|_| PasswordError::Unavailable)?;
            let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Unavailable)
        })
        .await
    }

    /// Whether the password is the one of this hash. `None` is for an officer who does not exist or has
    /// no credential: it takes the same time and is never right.
    ///
    /// # Errors
    /// [`PasswordError::Unreadable`] or [`PasswordError::Unavailable`].
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, PasswordError> {
        if password.len() > MOST {
            return Ok(false);
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = Zeroizing::new(password.to_owned());
        self.slowly(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| PasswordError::Unreadable)?;
            let fits = hasher()?.verify_password(password.as_bytes(), &hash).is_ok();
            Ok(fits && known)
        })
        .await
    }

    async fn slowly<T, F>(&self, work: F) -> Result<T, PasswordError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, PasswordError> + Send + 'static,
    {
        let _in_line = self.line.try_acquire().map_err(|_| PasswordError::Busy)?;
        let slots = Arc::clone(&self.slots);
        let slot = slots.acquire_owned().await.map_err(|_| PasswordError::Unavailable)?;
        // The slot goes with the work: a caller who hangs up does not make room for a third hash.
        task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        })
        .await
        .map_err(|_| PasswordError::Unavailable)?
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| PasswordError::Unavailable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn acceptable(officer: &OfficerId, password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < LEAST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > MOST {
        return Err(PasswordError::TooLong);
    }
    let is_other = |c: char| !c.is_ascii_uppercase() && !c.is_ascii_lowercase() && !c.is_ascii_digit();
    let kinds = [
        password.contains(|c: char| c.is_ascii_uppercase()),
        password.contains(|c: char| c.is_ascii_lowercase()),
        password.contains(|c: char| c.is_ascii_digit()),
        password.contains(is_other),
    ];
    if kinds.into_iter().filter(|kind| *kind).count() < KINDS {
        return Err(PasswordError::TooPlain);
    }
    let number = officer.as_str().trim_start_matches("OF-").to_ascii_lowercase();
    if number.len() >= TELLING && password.to_ascii_lowercase().contains(&number) {
        return Err(PasswordError::ContainsOfficer);
    }
    Ok(())
}

/// A password to be used once: 16 characters in four groups, 80 bits, easy to read out.
///
/// # Errors
/// [`PasswordError::Unavailable`] without randomness.
pub fn one_time_password() -> Result<Zeroizing<String>, PasswordError> {
    loop {
        let mut random = Zeroizing::new([0_u8; 16]);
        rand::fill(random.as_mut()).map_err(|_| PasswordError::Unavailable)?;
        let mut text = Zeroizing::new(String::with_capacity(19));
        for (place, byte) in random.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            let letter = CLEAR.get(usize::from(byte & 31)).copied().unwrap_or(b'A');
            text.push(char::from(letter));
        }
        // The policy wants letters and digits beside the hyphens; one draw in a hundred has no digit.
        let has = |kind: fn(&char) -> bool| text.chars().any(|c| kind(&c));
        if has(char::is_ascii_digit) && has(char::is_ascii_uppercase) {
            return Ok(text);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::collections::HashSet;

    use super::*;

    fn officer() -> OfficerId {
        "OF-4304050017".parse().unwrap()
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_hash_and_no_other() {
        let passwords = Passwords::new();
        let hash = passwords.hash(&officer(), "Plum-blossom 7").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify("Plum-blossom 7", Some(&hash)).await, Ok(true));
        assert_eq!(passwords.verify("Plum-blossom 8", Some(&hash)).await, Ok(false));
        assert_eq!(passwords.verify("", Some(&hash)).await, Ok(false));
        let again = passwords.hash(&officer(), "Plum-blossom 7").await.unwrap();
        assert_ne!(hash, again, "the salt is missing");
    }

    #[tokio::test]
    async fn an_unknown_officer_costs_a_hash_and_is_never_right() {
        let passwords = Passwords::new();
        assert!(PasswordHash::new(NOBODY).is_ok(), "the decoy itself is unreadable and would answer at once");
        assert_eq!(passwords.verify("Plum-blossom 7", None).await, Ok(false));
        assert_eq!(passwords.verify("x", Some("plain text")).await, Err(PasswordError::Unreadable));
        assert_eq!(passwords.verify(&"x".repeat(MOST + 1), None).await, Ok(false));
    }

    #[test]
    fn the_policy_says_what_is_wrong() {
        let check = |password: &str| acceptable(&officer(), password);
        assert_eq!(check("Short-7"), Err(PasswordError::TooShort));
        assert_eq!(check(&"aB3-".repeat(65)), Err(PasswordError::TooLong));
        assert_eq!(check("all small letters"), Err(PasswordError::TooPlain));
        assert_eq!(check("onlysmall77777"), Err(PasswordError::TooPlain));
        assert_eq!(check("Mine-4304050017"), Err(PasswordError::ContainsOfficer));
        assert_eq!(check("Mine-of-4304050017-x"), Err(PasswordError::ContainsOfficer));
        assert_eq!(check("安全守护安全守护Ab"), Ok(()), "characters count, not bytes");
        assert_eq!(check("Plum-blossom 7"), Ok(()));
    }

    #[test]
    fn one_time_passwords_differ_read_clearly_and_pass_the_policy() {
        let drawn: HashSet<String> =
            (0..500).map(|_| one_time_password().unwrap().as_str().to_owned()).collect();
        assert_eq!(drawn.len(), 500);
        for password in drawn {
            assert_eq!(acceptable(&officer(), &password), Ok(()), "{password}");
            assert_eq!(password.len(), 19);
            assert!(!password.contains(['0', 'O', '1', 'I']), "{password}");
        }
    }

    #[tokio::test]
    async fn no_more_than_two_hashes_run_at_once_and_a_storm_is_served() {
        let passwords = Passwords::new();
        let held: Vec<_> = (0..AT_ONCE).map(|_| passwords.slots.try_acquire().unwrap()).collect();
        assert!(passwords.slots.try_acquire().is_err());
        drop(held);
        let storm = (0..6).map(|_| passwords.verify("wrong", None));
        let answers = futures::future::join_all(storm).await;
        assert!(answers.iter().all(|answer| *answer == Ok(false)));
        assert_eq!(passwords.slots.available_permits(), AT_ONCE);
    }
}
