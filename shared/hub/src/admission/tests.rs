//! Who comes in, who waits, in which turn, and who is sent away.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use eventlog::Haste;

use super::*;

const PLACES: u16 = 2;

/// A call on its way through the gate.
struct Call(Pin<Box<dyn Future<Output = Result<Pass, Refusal>>>>);

impl Call {
    fn of(gate: &Gate, class: Class, unit: &str) -> Self {
        let (gate, unit): (Gate, UnitId) = (gate.clone(), unit.parse().unwrap());
        let mut call = Self(Box::pin(async move { gate.enter(class, &unit).await }));
        // It stands in line from now on, unless it is in already.
        if let Some(done) = call.look() {
            call.0 = Box::pin(std::future::ready(done));
        }
        call
    }

    fn look(&mut self) -> Option<Result<Pass, Refusal>> {
        match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    /// Its place at work.
    fn admitted(mut self) -> Pass {
        self.look().expect("still waiting").unwrap()
    }

    fn refused(mut self) -> Refusal {
        self.look().expect("still waiting").expect_err("admitted")
    }

    fn waits(&mut self) -> bool {
        self.look().is_none()
    }
}

/// Calls that wait, by the name given to each; gives the names in the order in which they come in as each leaves again.
fn order(first: Vec<Pass>, mut waiting: Vec<(&'static str, Call)>) -> Vec<&'static str> {
    let mut order = Vec::new();
    drop(first);
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut still = Vec::new();
        let mut passes = Vec::new();
        for (name, mut call) in waiting {
            match call.look() {
                Some(done) => {
                    order.push(name);
                    passes.push(done.unwrap());
                }
                None => still.push((name, call)),
            }
        }
        waiting = still;
        assert!(waiting.len() < before, "nobody came in although places were free: {}", waiting.len());
        drop(passes);
    }
    order
}

fn full() -> (Gate, Vec<Pass>) {
    let gate = Gate::of(PLACES);
    let passes = (0..PLACES).map(|_| Call::of(&gate, Class::Ordinary, "UN-EDU-430405").admitted()).collect();
    (gate, passes)
}

#[test]
fn an_urgent_call_waits_for_no_ordinary_one() {
    let (gate, busy) = full();
    let mut ordinary = Call::of(&gate, Class::Ordinary, "UN-EDU-430406");
    assert!(ordinary.waits());
    let urgent = Call::of(&gate, Class::Urgent, "UN-PSB-430405").admitted();
    assert!(ordinary.waits());
    drop(urgent);
    assert!(ordinary.waits(), "what the urgent call left is nobody's while all places are taken");
    drop(busy);
    ordinary.admitted();
}

#[test]
fn one_unit_does_not_take_all_urgent_places_and_urgent_calls_do_not_take_all() {
    let gate = Gate::of(PLACES);
    let mut urgent: Vec<Pass> =
        (0..URGENT_OF_UNIT).map(|_| Call::of(&gate, Class::Urgent, "UN-EDU-430405").admitted()).collect();
    let mut next = Call::of(&gate, Class::Urgent, "UN-EDU-430405");
    assert!(next.waits(), "its own urgent calls are many enough");
    urgent.push(Call::of(&gate, Class::Urgent, "UN-PSB-430406").admitted());
    let others: Vec<Pass> =
        (0..FLOOR).map(|_| Call::of(&gate, Class::Ordinary, "UN-EDU-430405").admitted()).collect();
    let mut more = Call::of(&gate, Class::Ordinary, "UN-EDU-430405");
    assert!(more.waits(), "but no more than a few");
    urgent.remove(0);
    assert!(more.waits());
    urgent.push(next.admitted());
    drop(others);
    more.admitted();
}

#[tokio::test]
async fn a_call_that_only_waits_for_a_view_gives_its_place_back() {
    let (gate, unit) = (Gate::of(1), "UN-EDU-430405".parse().unwrap());
    let pass = gate.enter(Class::Ordinary, &unit).await.unwrap();
    let floor = gate.enter(Class::Ordinary, &unit).await.unwrap();
    let (shown, shows) = tokio::sync::oneshot::channel::<()>();
    let other = Call::of(&gate, Class::Ordinary, "UN-EDU-430406");
    let work = holding(pass, async {
        assert_eq!(apart(std::future::ready(7)).await, Ok(7), "what is there is not waited for");
        let _ = apart(shows).await.unwrap();
        gate.waiting()
    });
    let meanwhile = async {
        let other = other.0.await.unwrap();
        assert_eq!(gate.waiting(), [0, 0, 0], "the other has the place of the one that waits");
        shown.send(()).unwrap();
        // It stands in line again, behind nobody, until the other leaves.
        while gate.waiting() != [0, 1, 0] {
            tokio::task::yield_now().await;
        }
        drop(other);
    };
    let (waiting, ()) = tokio::join!(work, meanwhile);
    assert_eq!(waiting, [0, 0, 0]);
    drop(floor);
}

#[tokio::test]
async fn what_an_urgent_call_writes_is_wanted_at_once_while_cores_are_short() {
    let (gate, unit) = (Gate::default(), "UN-EDU-430405".parse().unwrap());
    for (class, short, wanted) in [
        (Class::Urgent, true, Haste::Urgent),
        (Class::Urgent, false, Haste::Usual),
        (Class::Ordinary, true, Haste::Usual),
        (Class::Bulk, true, Haste::Usual),
    ] {
        gate.resize(short, |places, _| places);
        let pass = gate.enter(class, &unit).await.unwrap();
        let seen = holding(pass, async {
            apart(tokio::task::yield_now()).await.unwrap();
            haste()
        });
        assert_eq!(seen.await, wanted, "{class:?}, though it gave its place back meanwhile");
        assert_eq!(haste(), Haste::Usual, "a reaction, a clock");
    }
}

#[test]
fn units_take_turns_however_many_calls_one_of_them_has() {
    let (gate, mut busy) = full();
    let _always = busy.pop();
    let mut waiting = Vec::new();
    for name in ["flood 1", "flood 2", "flood 3"] {
        waiting.push((name, Call::of(&gate, Class::Ordinary, "UN-EDU-430405")));
    }
    waiting.push(("alone", Call::of(&gate, Class::Ordinary, "UN-FIR-430406")));
    waiting.push(("record", Call::of(&gate, Class::Bulk, "UN-EDU-430407")));
    assert_eq!(order(busy, waiting), ["flood 1", "alone", "flood 2", "flood 3", "record"]);
}

#[test]
fn a_unit_that_floods_the_line_refuses_itself() {
    let (gate, _busy) = full();
    let mut flood: Vec<Call> =
        (0..WAITING).map(|_| Call::of(&gate, Class::Ordinary, "UN-EDU-430405")).collect();
    let over = Call::of(&gate, Class::Ordinary, "UN-EDU-430405").refused();
    assert_eq!(over, Refusal::Overloaded { retry_after: RETRY_AFTER });
    let mut alone = Call::of(&gate, Class::Ordinary, "UN-FIR-430406");
    assert!(alone.waits(), "it found a place in line");
    let last = flood.pop().unwrap();
    assert_eq!(last.refused(), Refusal::Overloaded { retry_after: RETRY_AFTER });
    assert!(flood.iter_mut().all(Call::waits));
    assert_eq!(gate.waiting(), [0, WAITING, 0]);
}

#[test]
fn records_wait_for_calls_but_not_for_ever() {
    let (gate, mut all) = full();
    let (mut busy, _always) = (all.remove(0), all);
    let mut record = Call::of(&gate, Class::Bulk, "UN-EDU-430406");
    let mut served = 0;
    // One call always waits, as under a load that never ends.
    while record.waits() {
        let next = Call::of(&gate, Class::Ordinary, "UN-EDU-430405");
        drop(busy);
        if !record.waits() {
            break;
        }
        busy = next.admitted();
        served += 1;
        assert!(served < BULK_SHARE, "the record starves");
    }
    assert_eq!(served, BULK_SHARE - 1, "calls go first");
}

#[tokio::test]
async fn a_record_that_the_law_hurries_finds_a_place_also_when_too_many_wait_for_an_urgent_one() {
    let (gate, unit) = (Gate::of(PLACES), "UN-EDU-430405".parse().unwrap());
    let urgent = || Call::of(&gate, Class::Urgent, "UN-EDU-430405");
    let first = gate.records(&unit).turn(Class::Urgent).await.unwrap();
    let busy: Vec<Pass> = (1..URGENT_OF_UNIT).map(|_| urgent().admitted()).collect();
    let waiting: Vec<Call> = (0..WAITING).map(|_| urgent()).collect();
    let next = gate.records(&unit).turn(Class::Urgent).await.unwrap();
    assert_eq!((first.class, next.class, gate.waiting()), (Class::Urgent, Class::Bulk, [WAITING, 0, 0]));
    drop((busy, waiting));
}

#[test]
fn who_goes_away_leaves_no_place_taken() {
    let (gate, busy) = full();
    let gone: Vec<Call> = (0..WAITING).map(|_| Call::of(&gate, Class::Ordinary, "UN-EDU-430405")).collect();
    drop(gone);
    let mut after = Call::of(&gate, Class::Ordinary, "UN-EDU-430405");
    assert!(after.waits(), "those who went do not count");
    drop(busy);
    let pass = after.admitted();
    // Given a place and gone before it was looked at.
    let (first, second) = (gate.clone(), gate.clone());
    let other = Call::of(&first, Class::Ordinary, "UN-EDU-430405").admitted();
    let unseen = Call::of(&second, Class::Ordinary, "UN-EDU-430405");
    drop(other);
    drop(unseen);
    drop(pass);
    let all: Vec<Pass> =
        (0..PLACES).map(|_| Call::of(&gate, Class::Ordinary, "UN-EDU-430405").admitted()).collect();
    assert_eq!((all.len(), gate.waiting()), (usize::from(PLACES), [0, 0, 0]));
}
