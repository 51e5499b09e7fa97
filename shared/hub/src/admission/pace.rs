//! How many places there are: a look every few milliseconds at how long this process waits for a core. Never here: who has
//! a place.

use std::num::NonZero;
use std::time::Duration;

use eventlog::EventLog;
use tokio::time::{Instant, sleep};

use super::{AT_WORK, Gate};

/// Places there are at least, and at most.
pub const LEAST: usize = 2;
/// More would not make the log's commits cheaper.
pub const MOST: usize = 256;
/// The most for each core while urgent calls come and cores are short: each waits for the commit before its own, and one that
/// many share takes longer then. Where only the disk is slow, more that share a commit cost nobody anything.
const BESIDE_URGENT: usize = 4;
/// Between two looks.
const EVERY: Duration = Duration::from_millis(5);
/// How much later than asked for a task may run before there is too much to do; the timer itself is a millisecond coarse.
const LATE: Duration = Duration::from_micros(1_250);
/// The same while nothing urgent comes: nobody waits then who should not, and more at once share more.
const CALM: Duration = Duration::from_millis(10);
/// What was not seen for so many looks, a second, is over.
const LOOKS: u32 = 200;

/// Looks since something was seen.
struct Since(u32);

impl Since {
    const fn look(&mut self, seen: bool) {
        self.0 = if seen { 0 } else { self.0.saturating_add(1) };
    }

    const fn lasts(&self) -> bool {
        self.0 < LOOKS
    }
}

/// Keeps the places of a gate to what the cores can do, for as long as it is awaited. A thread that waits for an urgent append
/// is late too, but lacks no core.
pub async fn keep_pace(gate: Gate, log: EventLog) {
    let beside_urgent = BESIDE_URGENT * std::thread::available_parallelism().map_or(1, NonZero::get);
    let (mut came, mut waited) = (gate.urgent_came(), log.waited());
    let (mut urgent, mut short) = (Since(LOOKS), Since(LOOKS));
    loop {
        let asked = Instant::now();
        sleep(EVERY).await;
        // Behind all that is ready to run now.
        tokio::task::yield_now().await;
        let (now, spent) = (gate.urgent_came(), log.waited());
        let late = asked.elapsed().saturating_sub(EVERY + spent.saturating_sub(waited));
        urgent.look(now != came);
        short.look(late > LATE);
        (came, waited) = (now, spent);
        let (latest, most) = match (urgent.lasts(), short.lasts()) {
            (true, true) => (LATE, beside_urgent),
            (true, false) => (LATE, MOST),
            (false, _) => (CALM, MOST),
        };
        gate.resize(short.lasts(), |places, wanted| paced(places, wanted, late > latest, most));
    }
}

/// Places after a look, at most `most`: one more when it is wanted and there is time, a quarter fewer when there is none.
const fn paced(places: usize, wanted: bool, late: bool, most: usize) -> usize {
    let next = match (late, wanted) {
        (true, _) => places - places.div_ceil(4),
        (false, true) => places + 1,
        // What was found under one load says little of the next.
        (false, false) if places > AT_WORK => places - 1,
        (false, false) => places,
    };
    if next < LEAST {
        LEAST
    } else if next > most {
        most
    } else {
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_grow_slowly_while_they_are_wanted_and_shrink_fast_when_cores_are_short() {
        assert_eq!(paced(32, true, false, MOST), 33);
        assert_eq!(paced(AT_WORK, false, false, MOST), AT_WORK, "nobody asks for more");
        assert_eq!(paced(MOST, false, false, MOST), MOST - 1, "nor for so many");
        assert_eq!(paced(32, true, true, MOST), 24);
        assert_eq!(paced(32, true, false, 8), 8, "urgent calls come");
        let down = (0..40).fold(MOST, |places, _| paced(places, true, true, MOST));
        let up = (0..400).fold(LEAST, |places, _| paced(places, true, false, MOST));
        assert_eq!((down, up), (LEAST, MOST));
    }
}
