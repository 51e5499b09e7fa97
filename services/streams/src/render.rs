//! An event of the log as a CloudEvent, its data as one reader may see it. Never here: deciding what that is, or
//! which readers there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::class::{Class, Facet};
use domain::matter::Matter;
use domain::schema;
use hub::Hub;
use hub::handle::metadata;
use hub::need::Sight;
use hub::project::{Position, Positioned};
use hub::refuse;
use prost::Message as _;
use tokio::sync::OnceCell;
use wire::cloud::{VERSION, of, text};
use wire::cloudevents::CloudEvent;
use wire::cloudevents::cloud_event::Data;
use wire::cloudevents::cloud_event::cloud_event_attribute_value::Attr;
use wire::convert::timestamp;
use wire::refusal::Refusal;

/// Rendered events and matters kept at most, each.
const KEPT: usize = 4_096;
/// Longest that anything is kept: what is erased must not live on here, nor a matter as it was.
const FRESH: Duration = Duration::from_secs(1);

/// An event as it is sent.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The envelope and the data.
    pub event: CloudEvent,
    /// Classes and facets of sensitive or restricted values that are shown in it.
    pub read: Vec<(Class, Option<Facet>)>,
}

/// An event as it is on the wire; cheap to clone.
#[derive(Debug, Clone)]
pub struct Written {
    /// The envelope and the data, encoded.
    pub bytes: Bytes,
    /// Classes and facets of sensitive or restricted values that are shown in it.
    pub read: Arc<[(Class, Option<Facet>)]>,
}

impl Rendered {
    /// As it is on the wire.
    #[must_use]
    pub fn written(self) -> Written {
        Written { bytes: self.event.encode_to_vec().into(), read: self.read.into() }
    }
}

/// What those who follow closely share: all of them ask for the same matters at the same moment, and readers who see the
/// same are sent the same. Cheap to clone.
#[derive(Clone, Default)]
pub struct Shared {
    kept: Arc<Mutex<Option<Kept>>>,
}

/// A matter as of one of its events, looked up by the first who asks while the others wait.
type Asked = Arc<OnceCell<Option<Arc<Matter>>>>;

struct Kept {
    since: Instant,
    /// The key store's number of erasures then.
    erasures: u64,
    events: HashMap<(Position, u16), Written>,
    matters: HashMap<Position, Asked>,
}

impl Shared {
    /// The matter of an event, as of that event or later.
    ///
    /// # Errors
    /// When the log fails.
    pub async fn matter(&self, hub: &Hub, event: &Positioned) -> Result<Option<Arc<Matter>>, Refusal> {
        let asked = self.fresh(hub, |kept| {
            if kept.matters.len() >= KEPT {
                kept.matters.clear();
            }
            Arc::clone(kept.matters.entry(event.position).or_default())
        });
        let (stream, revision) = (&event.event.stream, event.event.revision);
        asked.get_or_try_init(|| hub.matter_at(stream, revision)).await.cloned()
    }

    /// The event for every reader with the same sight of it, rendered or as it was rendered a moment ago.
    ///
    /// # Errors
    /// When what is written beside the event cannot be read.
    pub fn render(
        &self,
        hub: &Hub,
        event: &Positioned,
        (matter, sight): (&Matter, &Sight),
    ) -> Result<Written, Refusal> {
        let key = (event.position, sight.fingerprint());
        if let Some(known) = self.fresh(hub, |kept| kept.events.get(&key).cloned()) {
            return Ok(known);
        }
        let erasures = hub.keys.erasures();
        let written = render(hub, event, matter, sight)?.written();
        self.fresh(hub, |kept| {
            // What was opened before an erasure is not kept after it.
            if kept.erasures == erasures && kept.events.len() < KEPT {
                kept.events.insert(key, written.clone());
            }
        });
        Ok(written)
    }

    /// What is kept now. An erasure empties it at once; one by another process within [`FRESH`].
    fn fresh<T>(&self, hub: &Hub, with: impl FnOnce(&mut Kept) -> T) -> T {
        let erasures = hub.keys.erasures();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|kept| kept.since.elapsed() >= FRESH || kept.erasures != erasures) {
            *kept = None;
        }
        let (events, matters) = (HashMap::new(), HashMap::new());
        with(kept.get_or_insert_with(|| Kept { since: Instant::now(), erasures, events, matters }))
    }
}

/// Renders an event for a reader with this sight of its matter.
///
/// # Errors
/// When what is written beside the event cannot be read.
pub fn render(hub: &Hub, event: &Positioned, matter: &Matter, sight: &Sight) -> Result<Rendered, Refusal> {
    let recorded = &event.event;
    let beside = metadata(recorded).map_err(refuse::handle)?;
    let shown = sight.shown(&hub.keys, &recorded.kind, recorded.data.as_str());
    // Who may see it is not sent less because the key store is away: it is sent later.
    if let Some(error) = shown.missing {
        return Err(refuse::seal(error));
    }
    let family = recorded.kind.split('.').next().unwrap_or_default();
    let position = event.position.get();
    let mut attributes = std::collections::BTreeMap::from([
        text("datacontenttype", "application/json"),
        of("dataschema", Attr::CeUri(schema::id(&recorded.kind))),
        text("subject", recorded.stream.as_str()),
        of("time", Attr::CeTimestamp(timestamp(beside.at))),
        of("recordedtime", Attr::CeTimestamp(timestamp(beside.recorded))),
        text("position", position.to_string()),
        text("sequence", format!("{position:020}")),
        text("revision", recorded.revision.to_string()),
        text("correlationid", beside.correlation.to_string()),
        text("actorunit", beside.by.unit.id.as_str()),
        text("actoragency", beside.by.unit.agency.code()),
        text("classification", shown.highest.code()),
        of("withheld", Attr::CeBoolean(shown.withheld)),
    ]);
    attributes.extend(beside.trace.map(|trace| text("traceparent", trace)));
    attributes.extend(beside.causation.map(|cause| text("causationid", cause.to_string())));
    attributes.extend(matter.scope.division.map(|place| text("division", place.as_str())));
    let envelope = CloudEvent {
        id: recorded.id.to_string(),
        source: format!("/safeguard/{family}"),
        spec_version: VERSION.to_owned(),
        r#type: recorded.kind.clone(),
        attributes,
        data: Some(Data::TextData(shown.data.to_string())),
    };
    Ok(Rendered { event: envelope, read: shown.read })
}
