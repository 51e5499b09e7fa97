//! Looking at the files of TLS again, and telling when a certificate is about to end. Never here: what a file means.
//!
//! The contents are compared, not their times: a folder that is swapped as a whole keeps old times, and a clock may have
//! been set. A change is taken when two looks in a row see the same, so that a certificate copied before its key is not
//! told as a mistake. SIGHUP takes what is there at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::files::{Contents, Expiry, Files, Loaded, TlsError};
use crate::telemetry::certificate_expiry;
use crate::time::Time;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// Days before the end of a certificate on which it is told; the last is the end itself.
const WARNINGS: [i64; 5] = [0, 1, 7, 14, 30];

/// Reads the files, and goes on looking at them while somebody uses them.
pub(super) fn start(files: Files, time: &Time) -> Result<watch::Receiver<Arc<Loaded>>, TlsError> {
    let contents = files.read()?;
    let loaded = Arc::new(files.load(&contents)?);
    let mut told = Told::default();
    told.tell(&loaded.expires, time.now());
    measured(&loaded);
    let (now, used) = watch::channel(loaded);
    let looking = Looking { files, known: Ok(contents), seen: None, now, told, time: time.clone() };
    drop(tokio::spawn(looking.on()));
    Ok(used)
}

/// What the files held, or why they could not be read.
type Look = Result<Contents, String>;

struct Looking {
    files: Files,
    /// What was last taken or told.
    known: Look,
    /// What the last look saw, when that was something else.
    seen: Option<Look>,
    now: watch::Sender<Arc<Loaded>>,
    told: Told,
    time: Time,
}

impl Looking {
    async fn on(mut self) {
        let mut hangup = signal(SignalKind::hangup()).ok();
        let mut next = tokio::time::interval(LOOK);
        loop {
            let at_once = tokio::select! {
                () = self.now.closed() => return,
                _ = next.tick() => false,
                () = asked(&mut hangup) => true,
            };
            // A few small files: shorter than handing them to another thread and back.
            let look = self.files.read().map_err(|error| error.to_string());
            self.consider(look, at_once);
            let expires = self.now.borrow().expires.clone();
            self.told.tell(&expires, self.time.now());
        }
    }

    fn consider(&mut self, look: Look, at_once: bool) {
        if look == self.known && !at_once {
            self.seen = None;
        } else if at_once || self.seen.as_ref() == Some(&look) {
            self.seen = None;
            self.take(&look);
            self.known = look;
        } else {
            self.seen = Some(look);
        }
    }

    fn take(&self, look: &Look) {
        let loaded = match look {
            Ok(contents) => self.files.load(contents).map_err(|error| error.to_string()),
            Err(error) => Err(error.clone()),
        };
        match loaded {
            Ok(loaded) => {
                measured(&loaded);
                let until = loaded.expires.iter().map(|expiry| expiry.not_after).min();
                let _ = self.now.send_replace(Arc::new(loaded));
                tracing::info!(
                    until = until.map(tracing::field::display),
                    "the files of TLS were read again"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "the new files of TLS are no good; those read before stay in use");
            }
        }
    }
}

/// Shows when the certificates in use end.
fn measured(loaded: &Loaded) {
    for expiry in &loaded.expires {
        certificate_expiry(expiry.name, expiry.not_after);
    }
}

/// Waits for SIGHUP; for ever where it cannot be heard.
async fn asked(hangup: &mut Option<Signal>) {
    let heard = match hangup {
        Some(hangup) => hangup.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}

/// What was told of which certificate: each warning once.
#[derive(Default)]
struct Told(HashMap<Expiry, i64>);

impl Told {
    /// Tells what is due and answers how much that was.
    fn tell(&mut self, expires: &[Expiry], now: Timestamp) -> usize {
        self.0.retain(|expiry, _| expires.contains(expiry));
        let mut told = 0;
        for expiry in expires {
            let Some(days) = due(expiry.not_after, now) else { continue };
            if self.0.insert(expiry.clone(), days) == Some(days) {
                continue;
            }
            told += 1;
            let (certificate, until) = (expiry.name, expiry.not_after);
            match days {
                0 => {
                    tracing::error!(certificate, %until, "the certificate has ended: nobody is served with it")
                }
                _ => tracing::warn!(certificate, %until, days, "the certificate ends within so many days"),
            }
        }
        told
    }
}

/// The warning that is due: the days that are left at most; none when there is time.
fn due(not_after: Timestamp, now: Timestamp) -> Option<i64> {
    let left = not_after.duration_since(now);
    WARNINGS.into_iter().find(|days| left <= SignedDuration::from_hours(24 * days))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use rcgen::{CertificateParams, KeyPair};

    use super::*;
    use crate::config::Config;

    /// A certificate and its key.
    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::default().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_change_is_taken_when_it_is_whole_and_rests_and_a_bad_one_leaves_what_was() {
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = (folder.path().join("cert"), folder.path().join("key"));
        let (first, second) = (pair(), pair());
        std::fs::write(&cert, &first.0).unwrap();
        std::fs::write(&key, &first.1).unwrap();
        let config = Config { tls_cert: cert.clone(), tls_key: key.clone(), ..Config::default() };
        let files = Files::of(&config).unwrap().unwrap();
        let contents = files.read().unwrap();
        let (now, mut used) = watch::channel(Arc::new(files.load(&contents).unwrap()));
        let mut looking = Looking {
            files,
            known: Ok(contents),
            seen: None,
            now,
            told: Told::default(),
            time: Time::system(),
        };
        let mut look = |at_once| {
            looking.consider(looking.files.read().map_err(|error| error.to_string()), at_once);
            let taken = used.has_changed().unwrap();
            used.mark_unchanged();
            taken
        };
        assert!(!look(false), "nothing is new");
        std::fs::write(&cert, &second.0).unwrap();
        assert!(!look(false) && !look(false) && !look(true), "the key is still the other one's");
        std::fs::write(&key, &second.1).unwrap();
        assert!(!look(false), "it might not be all yet");
        assert!(look(false), "two looks saw the same");
        std::fs::remove_file(&key).unwrap();
        assert!(!look(true), "a file that is gone");
        std::fs::write(&key, &second.1).unwrap();
        assert!(look(true), "asked for at once");
    }

    #[test]
    fn an_end_is_told_at_thirty_fourteen_seven_and_one_days_and_when_it_came_each_once() {
        let end: Timestamp = "2027-03-01T00:00:00Z".parse().unwrap();
        let expires = [Expiry { name: "tls_cert", not_after: end }];
        let mut told = Told::default();
        let days: Vec<i64> = (-1..40)
            .rev()
            .filter(|days| {
                let now = end.checked_sub(SignedDuration::from_hours(24 * days)).unwrap();
                let told_now = told.tell(&expires, now);
                assert_eq!(told.tell(&expires, now), 0, "once");
                told_now == 1
            })
            .collect();
        assert_eq!(days, [30, 14, 7, 1, 0]);
        let renewed = [Expiry {
            name: "tls_cert",
            not_after: end.checked_add(SignedDuration::from_hours(24)).unwrap(),
        }];
        assert_eq!(told.tell(&renewed, end), 1, "another certificate is told anew");
    }
}
