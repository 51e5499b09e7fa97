//! A reverse referral as the reader may see it. Never here: the referral it answers.

use domain::decider::Decider;
use domain::reverse_referral::{Event, ReverseRule, State};

use crate::convert::{self, timestamp};
use crate::show::{Lens, Told, as_seen, content, text, unit};
use crate::v1;

/// The reverse referral as its history left it; none when the history does not begin with its sending.
#[must_use]
pub fn reverse(history: &[Told<Event>], lens: &dyn Lens) -> Option<v1::ReverseReferral> {
    let mut state = ReverseRule::initial();
    let (mut sent_at, mut receipt, mut decided) = (None, None, None);
    for told in history {
        state = ReverseRule::evolve(state, &told.event, &told.meta.stamp());
        match &told.event {
            Event::Sent(_) => sent_at = Some(told.meta.at),
            Event::Receipted { number, .. } => receipt = Some(number),
            Event::Handled { outcome, .. } => decided = Some(outcome),
            Event::Reported { .. } => {}
        }
    }
    let State::Known { sent, step, .. } = state else { return None };
    let shown = v1::ReverseReferral {
        id: sent.id.to_string(),
        stage: step.word().to_owned(),
        referral_id: text(sent.referral.as_ref()),
        division: sent.division.to_string(),
        from: Some(unit(lens, &sent.from)),
        to: Some(unit(lens, &sent.to)),
        number: sent.number.to_string(),
        facts: Some(content(lens, &sent.facts)),
        papers: sent.papers.iter().map(convert::paper).collect(),
        sent_at: sent_at.map(timestamp),
        receipt_number: text(receipt),
        outcome: text(decided),
        revision: history.last().map(|told| told.revision).unwrap_or_default(),
    };
    Some(as_seen(lens, shown))
}
