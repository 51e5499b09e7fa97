//! Coming back after a connection that ended: says why, and waits longer each time nothing came of it. Never here: what
//! is done with a connection.

use std::time::Duration;

use wire::Lang;

use super::failure::Failure;
use super::out::Out;
use super::times::span;

/// The first pause and the longest one, in seconds.
const PAUSE: u64 = 1;
const LONGEST_PAUSE: u64 = 30;

/// The pause before the next try.
pub(crate) struct Again {
    pause: u64,
}

impl Again {
    pub(crate) const fn new() -> Self {
        Self { pause: PAUSE }
    }

    /// Says what went wrong, and what comes after the pause in both languages, and waits. `lived`: the connection was good
    /// for something, so that the next pause is short.
    ///
    /// # Errors
    /// The failure itself when trying again would not help.
    pub(crate) async fn after(
        &mut self,
        out: &Out,
        failure: Failure,
        lived: bool,
        next: (&str, &str),
    ) -> Result<(), Failure> {
        if !failure.passes() {
            return Err(failure);
        }
        if lived {
            self.pause = PAUSE;
        }
        out.notice(failure.say(out.lang));
        let pause = span(out.lang, self.pause);
        out.notice(match out.lang {
            Lang::Zh => format!("{pause}后{}……", next.0),
            Lang::En => format!("{} in {pause} ...", next.1),
        });
        tokio::time::sleep(Duration::from_secs(self.pause)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}
