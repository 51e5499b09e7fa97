//! Webhooks as they are asked for and shown over gRPC. Never here: what is done with them.

use domain::text::Text;
use hub::answer::moment;
use wire::flaw::Flaw;
use wire::v1;
use wire::violations::Violations;

use super::attempts::Attempt;
use super::client::Failure;
use super::endpoint::{Endpoint, Standing};
use crate::groups::{Known, Report, words};

/// What a webhook is for.
pub(super) type Description = Text<200>;

/// Hours that older secrets sign beside a new one: usual, and at most.
const OVERLAP: (u32, u64) = (24, 168);
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// How long older secrets go on signing, in microseconds.
pub(super) fn overlap(faults: &mut Violations, asked: &v1::RotateWebhookSecretRequest) -> Option<i64> {
    if asked.at_once {
        faults.must_be_empty("overlap_hours", asked.overlap_hours == 0);
        return Some(0);
    }
    let hours = if asked.overlap_hours == 0 { OVERLAP.0 } else { asked.overlap_hours };
    let hours = faults.whole("overlap_hours", u64::from(hours), (1, OVERLAP.1))?;
    i64::try_from(hours).ok().map(|hours| hours * HOUR)
}

/// What is to be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Again {
    /// Parked events: these, or all when none is named.
    Parked(Vec<u64>),
    /// Everything behind a position; none is the beginning.
    Behind(Option<u64>),
}

/// What is asked to be sent again.
pub(super) fn again(faults: &mut Violations, asked: &v1::ReplayWebhookRequest) -> Option<Again> {
    let positions = words::positions(faults, &asked.positions);
    if asked.after_position.is_empty() {
        return positions.map(Again::Parked);
    }
    faults.must_be_empty("positions", asked.positions.is_empty());
    match asked.after_position.parse::<u64>() {
        Ok(position) => Some(Again::Behind((position > 0).then_some(position))),
        Err(_) => {
            faults.add("after_position", &Flaw::new("POSITION"));
            None
        }
    }
}

const fn standing(standing: Standing) -> v1::WebhookStanding {
    match standing {
        Standing::Active => v1::WebhookStanding::Active,
        Standing::Disabled => v1::WebhookStanding::Disabled,
        Standing::Gone => v1::WebhookStanding::Gone,
        Standing::Failing => v1::WebhookStanding::Failing,
        Standing::OwnerLost => v1::WebhookStanding::OwnerLost,
        // Nobody is shown one that is being forgotten.
        Standing::Deleted => v1::WebhookStanding::Unspecified,
    }
}

/// A webhook as it stands, with its group.
pub(super) fn webhook(
    endpoint: Endpoint,
    (known, report): &(Known, Report),
    older: Option<i64>,
) -> v1::Webhook {
    let fortune = endpoint.fortune;
    v1::Webhook {
        id: endpoint.id.to_string(),
        unit_id: endpoint.unit,
        owner: endpoint.owner,
        url: endpoint.url,
        filter: words::filter(known),
        description: endpoint.description,
        standing: standing(endpoint.standing).into(),
        since: moment(endpoint.since),
        changed_by: endpoint.changed_by,
        registered_at: moment(endpoint.registered_at),
        last_success_at: fortune.last_success.and_then(moment),
        failing_since: fortune.failing_since.and_then(moment),
        last_error: fortune.last_error.map_or("", Failure::word).to_owned(),
        position: known.read_to.map(|position| position.to_string()).unwrap_or_default(),
        lag: report.lag(),
        retrying: report.standing.retrying,
        parked: report.standing.parked,
        waiting: report.standing.waiting,
        warnings: words::warnings(&report.warnings),
        older_secrets_until: older.and_then(moment),
    }
}

/// An attempt.
pub(super) fn delivery(attempt: Attempt) -> v1::WebhookDelivery {
    v1::WebhookDelivery {
        at: moment(attempt.at),
        position: attempt.position.map(|position| position.to_string()).unwrap_or_default(),
        event_id: attempt.event,
        stream: attempt.stream,
        attempt: attempt.attempt,
        status: attempt.status.map_or(0, u32::from),
        milliseconds: attempt.milliseconds,
        error: attempt.failed.map_or("", Failure::word).to_owned(),
    }
}
