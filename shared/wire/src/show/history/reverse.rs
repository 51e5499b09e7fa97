//! The words for what can happen to a reverse referral. No clock runs there.

use domain::clock::ClockEvent;
use domain::reverse_referral::Event;

use super::{Blank, Reader, Sentence, Tells, Words};

const SENT: Words =
    Words::new("{0}向{1}移送行政违法案件，{2}", "{0} handed an administrative offence to {1}, {2}");
const RECEIPTED: Words = Words::new("{0}已签收，回执 {1}", "{0} signed receipt {1}");
const HANDLED: Words = Words::new("已作出处理决定，{0}", "It was decided, {0}");
const REPORTED: Words = Words::new("处理结果已反馈，{0}", "The sender was told the result, {0}");

impl Tells for Event {
    fn sentence(&self, reader: &Reader<'_>) -> Sentence {
        match self {
            Event::Sent(sent) => {
                SENT.with(&[reader.unit(&sent.from.id), reader.unit(&sent.to.id), Blank::of(&sent.number)])
            }
            Event::Receipted { number, unit } => RECEIPTED.with(&[reader.unit(unit), Blank::of(number)]),
            Event::Handled { number, .. } => HANDLED.one(number),
            Event::Reported { number } => REPORTED.one(number),
        }
    }

    fn clock(&self) -> Option<&ClockEvent> {
        None
    }
}
