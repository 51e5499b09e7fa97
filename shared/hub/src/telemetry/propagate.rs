//! W3C trace context and the spans: read from a caller, written beside the events of a command, and taken up again by
//! what follows from them. Every span of the hub is begun here, with the attributes written here and no others.
//!
//! What follows from an event within the hour is a child of the command that wrote it. Later work, such as a clock that
//! rings after days, begins a trace of its own that links back, so that no trace stays open for days and the whole
//! journey of a matter can still be walked. Never here: an officer, a name, a text.

use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use domain::ids::{
    CampaignId, ClueId, DispatchId, DrawId, GrantId, HazardId, InspectionId, ReferralId, ReverseId,
    StaffCountId,
};
use eventlog::{AppendError, JsonObject, Positioned, Revision, StreamName};
use jiff::{SignedDuration, Timestamp};
use opentelemetry::trace::{
    FutureExt as _, Link, Span as _, SpanContext, SpanId, SpanKind, SpanRef, Status, TraceContextExt as _,
    TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;
use serde::Deserialize;
use uuid::Uuid;

use super::live;
use crate::time::Time;

/// Work that begins longer after its cause is another trace.
const SAME_WORK: SignedDuration = SignedDuration::from_hours(1);
/// Most commands that one page of a view is traced back to.
const LINKS: usize = 4;
/// The streams that a span may name: matters. Those of officers and erased persons it must not.
const MATTERS: [&str; 10] = [
    ClueId::PREFIX,
    ReferralId::PREFIX,
    ReverseId::PREFIX,
    GrantId::PREFIX,
    HazardId::PREFIX,
    InspectionId::PREFIX,
    CampaignId::PREFIX,
    DispatchId::PREFIX,
    StaffCountId::PREFIX,
    DrawId::PREFIX,
];

/// Reads a `traceparent`, version 00 to the letter and later versions by what they share with it.
#[must_use]
pub fn parse(text: &str) -> Option<SpanContext> {
    let (known, rest) = text.split_at_checked(55)?;
    let dashes = [known.get(2..3)?, known.get(35..36)?, known.get(52..53)?];
    if dashes != ["-"; 3] || known.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let ([mut version, mut flags], mut trace, mut span) = ([[0; 1]; 2], [0; 16], [0; 8]);
    hex::decode_to_slice(known.get(..2)?, &mut version).ok()?;
    hex::decode_to_slice(known.get(3..35)?, &mut trace).ok()?;
    hex::decode_to_slice(known.get(36..52)?, &mut span).ok()?;
    hex::decode_to_slice(known.get(53..)?, &mut flags).ok()?;
    let [version, flags] = [version, flags].map(u8::from_be_bytes);
    let ends = rest.is_empty() || (version > 0 && rest.starts_with('-'));
    let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    let context = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    (ends && version < u8::MAX && context.is_valid()).then_some(context)
}

/// Writes a `traceparent`.
#[must_use]
pub fn written(context: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
}

/// A `traceparent` for a caller that traces nothing itself but wants its calls found together.
#[must_use]
pub fn new_traceparent() -> String {
    let (trace, span) = (Uuid::now_v7().simple(), Uuid::now_v7().as_u64_pair().1);
    format!("00-{trace}-{span:016x}-01")
}

/// The `traceparent` that belongs beside what is written now; none when nobody traces.
pub(crate) fn current() -> Option<String> {
    Context::map_current(|context| {
        let span = context.span();
        Some(span.span_context()).filter(|known| known.is_valid()).map(written)
    })
}

/// What is written beside an event, as far as it is wanted here.
#[derive(Deserialize)]
struct Beside {
    trace: Option<String>,
    recorded: Timestamp,
}

/// The same without the time, which takes longer to read than the rest.
#[derive(Deserialize)]
struct Trace {
    trace: Option<String>,
}

/// The `traceparent` that stands beside an event.
#[must_use]
pub fn stored(metadata: &JsonObject) -> Option<String> {
    beside(metadata).filter(|text| parse(text).is_some()).map(Cow::into_owned)
}

/// The same, whatever it is.
fn beside(metadata: &JsonObject) -> Option<Cow<'_, str>> {
    // Looked for as we write it, which is quick: inside a value its quotes would be escaped. A log that writes JSON its own
    // way is read properly.
    let text = metadata.as_str();
    match text.split_once("\"trace\":\"") {
        Some((_, rest)) => rest.split_once('"').map(|(trace, _)| Cow::Borrowed(trace)),
        None if text.contains("\"trace\"") => metadata.decode::<Trace>().ok()?.trace.map(Cow::Owned),
        None => None,
    }
}

/// Where work comes from.
struct Origin {
    context: SpanContext,
    long_ago: bool,
}

impl Origin {
    fn of(metadata: &JsonObject, now: Timestamp) -> Option<Self> {
        let beside: Beside = metadata.decode().ok()?;
        let context = parse(&beside.trace?)?;
        Some(Self { context, long_ago: now.duration_since(beside.recorded) > SAME_WORK })
    }
}

/// What a reaction reads, while commands follow from it: they find their origin here when they begin.
struct Cause {
    metadata: JsonObject,
    reaction: &'static str,
}

/// Stands in the context of a call that answers one request: the first command that it runs is told in the span of the
/// call. A span of its own would say the same again, and is half of what tracing a command costs.
#[derive(Default)]
pub(super) struct Unary(AtomicBool);

/// A piece of work with its span, or without one when nobody traces. It ends when dropped.
pub struct Traced {
    context: Option<Context>,
    /// Whether the span is that of the call the work is done for, which goes on after it.
    call: bool,
}

impl Traced {
    fn begin(
        tracer: &SdkTracer,
        (name, kind): (&'static str, SpanKind),
        origin: Option<&Origin>,
        attributes: Vec<KeyValue>,
    ) -> Self {
        let builder = tracer.span_builder(name).with_kind(kind).with_attributes(attributes);
        let (builder, parent) = match origin {
            None => (builder, Context::current()),
            Some(Origin { context, long_ago: true }) => {
                (builder.with_links(vec![Link::with_context(context.clone())]), Context::new())
            }
            Some(Origin { context, long_ago: false }) => {
                (builder, Context::new().with_remote_span_context(context.clone()))
            }
        };
        let span = builder.start_with_context(tracer, &parent);
        Self { context: Some(parent.with_span(span)), call: false }
    }

    /// Work that nobody traces.
    const fn not() -> Self {
        Self { context: None, call: false }
    }

    /// The first command of a unary call, in the span of the call.
    fn of_call(action: &'static str, stream: &StreamName) -> Option<Self> {
        let first = |context: &Context| {
            let call: &Unary = context.get()?;
            (!call.0.swap(true, Ordering::Relaxed)).then(|| context.clone())
        };
        let context = Context::map_current(first)?;
        let told = [Some(KeyValue::new("safeguard.action", action)), named(stream)];
        context.span().set_attributes(told.into_iter().flatten());
        Some(Self { context: Some(context), call: true })
    }

    /// Does the work inside the span: what it writes and begins belongs to it.
    pub async fn around<F: Future>(&self, work: Pin<&mut F>) -> F::Output {
        within(self.context.as_ref().filter(|_| !self.call), work).await
    }

    /// The append of a command's events: timed, and told as attributes of the command's span when it is written, which it is
    /// once. It has no span of its own for the same reason as [`Unary`].
    pub(crate) async fn append<F>(&self, events: usize, append: F) -> Result<Revision, AppendError>
    where
        F: Future<Output = Result<Revision, AppendError>>,
    {
        let (outcome, took) = timed(append).await;
        if let Some(context) = &self.context {
            let span = context.span();
            if outcome.is_ok() {
                let took = KeyValue::new("safeguard.append.duration", took.as_secs_f64());
                span.set_attributes([counted(events), took]);
            } else {
                happened(&span, events, &outcome);
            }
        }
        outcome
    }

    /// What to send along when something outside is asked in this work.
    #[must_use]
    pub fn traceparent(&self) -> Option<String> {
        self.context.as_ref().map(|context| written(context.span().span_context()))
    }

    /// It failed, for this stable reason.
    pub fn failed(&self, reason: &'static str) {
        if let Some(context) = &self.context {
            context.span().set_attribute(KeyValue::new("safeguard.reason", reason));
            // How a call ended is told by its status.
            if !self.call {
                context.span().set_status(Status::error(reason));
            }
        }
    }

    /// The other side answered with this HTTP status.
    pub fn answered(&self, status: u16) {
        if let Some(context) = &self.context {
            context.span().set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        if let Some(context) = &self.context
            && !self.call
        {
            context.span().end();
        }
    }
}

/// Does work in a context, where it stands: what a command comes to is large, and a wrapper would have it moved.
pub(super) async fn within<F: Future>(context: Option<&Context>, mut work: Pin<&mut F>) -> F::Output {
    poll_fn(|waker| {
        let _attached = context.map(|context| context.clone().attach());
        work.as_mut().poll(waker)
    })
    .await
}

/// Begins work that has an origin or none, when somebody traces.
fn work(
    kind: (&'static str, SpanKind),
    origin: impl FnOnce() -> Option<Origin>,
    attributes: impl FnOnce() -> Vec<KeyValue>,
) -> Traced {
    let Some(live) = live() else { return Traced::not() };
    let Some(tracer) = &live.tracer else { return Traced::not() };
    Traced::begin(tracer, kind, origin().as_ref(), attributes())
}

/// The stream as an attribute, when it may be told.
fn named(stream: &StreamName) -> Option<KeyValue> {
    MATTERS.contains(&stream.category()).then(|| KeyValue::new("safeguard.stream", stream.to_string()))
}

/// One command on one matter.
pub(crate) fn command(time: &Time, action: &'static str, stream: &StreamName) -> Traced {
    if let Some(traced) = Traced::of_call(action, stream) {
        return traced;
    }
    let origin = || {
        Context::map_current(|context| {
            let cause = context.get::<Cause>().filter(|_| !context.has_active_span())?;
            Origin::of(&cause.metadata, time.now())
        })
    };
    work((action, SpanKind::Internal), origin, || {
        let mut attributes: Vec<KeyValue> = named(stream).into_iter().collect();
        let follows = Context::map_current(|context| context.get::<Cause>().map(|cause| cause.reaction));
        attributes.extend(follows.map(|reaction| KeyValue::new("safeguard.reaction", reaction)));
        attributes
    })
}

/// An append in work that may make many: timed, and told in the span of that work as something that happened in it.
pub(crate) async fn append<F>(events: usize, append: F) -> Result<Revision, AppendError>
where
    F: Future<Output = Result<Revision, AppendError>>,
{
    let (outcome, _) = timed(append).await;
    Context::map_current(|context| happened(&context.span(), events, &outcome));
    outcome
}

/// An append and how long it took.
async fn timed<F>(append: F) -> (Result<Revision, AppendError>, Duration)
where
    F: Future<Output = Result<Revision, AppendError>>,
{
    let Some(live) = live() else { return (append.await, Duration::ZERO) };
    let began = Instant::now();
    let outcome = append.await;
    let took = began.elapsed();
    live.metrics.appended(took, word(&outcome));
    (outcome, took)
}

/// Tells an append as something that happened in a span.
fn happened(span: &SpanRef<'_>, events: usize, outcome: &Result<Revision, AppendError>) {
    if span.is_recording() {
        span.add_event("append", vec![counted(events), KeyValue::new("safeguard.outcome", word(outcome))]);
    }
}

/// How many events, as an attribute.
fn counted(events: usize) -> KeyValue {
    KeyValue::new("safeguard.events", i64::try_from(events).unwrap_or(i64::MAX))
}

/// What became of an append.
const fn word(outcome: &Result<Revision, AppendError>) -> &'static str {
    match outcome {
        Ok(_) => "written",
        Err(AppendError::WrongRevision { .. }) => "wrong_revision",
        Err(AppendError::Unavailable { .. }) => "unavailable",
        Err(
            AppendError::TooLarge { .. }
            | AppendError::TooMany { .. }
            | AppendError::Empty
            | AppendError::Invalid { .. },
        ) => "refused",
    }
}

/// What a reaction does with an event: commands that follow have it as their origin.
pub(crate) async fn following<F: Future>(reaction: &'static str, event: &Positioned, work: F) -> F::Output {
    if live().is_none_or(|live| live.tracer.is_none()) {
        return work.await;
    }
    let cause = Cause { metadata: event.event.metadata.clone(), reaction };
    work.with_context(Context::new().with_value(cause)).await
}

/// Whether spans are wanted at all: what costs a look-up is done only then.
pub(crate) fn traces() -> bool {
    live().is_some_and(|live| live.tracer.is_some())
}

/// A clock rings; `started` is what stands beside the event that started it.
pub(crate) fn ring(started: Option<&JsonObject>, now: Timestamp, (rule, percent): (&str, u8)) -> Traced {
    let origin = || Origin::of(started?, now);
    work(("clock.ring", SpanKind::Internal), origin, || {
        let percent = i64::from(percent);
        vec![KeyValue::new("safeguard.rule", rule.to_owned()), KeyValue::new("safeguard.percent", percent)]
    })
}

/// An event goes out to another system; `metadata` stands beside the event.
#[must_use]
pub fn sending(metadata: &JsonObject, now: Timestamp, kind: &str) -> Traced {
    work(
        ("webhook.send", SpanKind::Client),
        || Origin::of(metadata, now),
        || {
            vec![
                KeyValue::new("http.request.method", "POST"),
                KeyValue::new("safeguard.kind", kind.to_owned()),
            ]
        },
    )
}

/// A page of events changed a view and is committed. The span is made only now, because most pages change nothing in most
/// views: of one command it is a child, of several it links to the
/// first [`LINKS`].
pub(crate) fn folded(view: &'static str, began: SystemTime, page: &[Positioned]) {
    let Some(live) = live() else { return };
    let Some(tracer) = &live.tracer else { return };
    let now = Timestamp::now();
    let mut origins: Vec<Origin> = Vec::new();
    let mut last = None;
    for event in page.iter().map(|one| &one.event) {
        if origins.len() == LINKS {
            break;
        }
        // All events of a command have the same beside them.
        if last.replace(event.metadata.as_str()) == Some(event.metadata.as_str()) {
            continue;
        }
        let Some(context) = beside(&event.metadata).and_then(|text| parse(&text)) else { continue };
        if !origins.iter().any(|known| known.context == context) {
            origins.push(Origin { context, long_ago: now.duration_since(event.recorded_at) > SAME_WORK });
        }
    }
    let attributes = vec![KeyValue::new("safeguard.view", view), counted(page.len())];
    let builder = tracer.span_builder("project").with_start_time(began).with_attributes(attributes);
    let mut span = match origins.as_slice() {
        [Origin { context, long_ago: false }] => {
            let parent = Context::new().with_remote_span_context(context.clone());
            builder.start_with_context(tracer, &parent)
        }
        many => {
            let links = many.iter().map(|origin| Link::with_context(origin.context.clone()));
            builder.with_links(links.collect()).start_with_context(tracer, &Context::new())
        }
    };
    span.end();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_has_one_spelling_and_comes_out_as_it_went_in() {
        assert_eq!(written(&parse(GOOD).unwrap()), GOOD);
        // Other flags are the business of other versions.
        assert_eq!(written(&parse(&GOOD.replace("-01", "-03")).unwrap()), GOOD);
        assert!(parse(&GOOD.replacen("00", "01", 1).replace("-01", "-01-more")).is_some());
        for bad in [
            "",
            "00",
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &format!("{GOOD}-more"),
            &format!(" {GOOD}"),
            &GOOD.replace('-', "_"),
            &GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
            "00-暗记暗记暗记暗记暗记暗记暗记暗记-00f067aa0ba902b7-01",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        let beside = |text: &str| stored(&JsonObject::parse(text).unwrap());
        assert_eq!(beside(&format!(r#"{{"by":"x","trace":"{GOOD}"}}"#)), Some(GOOD.to_owned()));
        assert_eq!(beside(&format!(r#"{{"trace" : "{GOOD}", "by": "x"}}"#)), Some(GOOD.to_owned()));
        assert_eq!(beside(&format!(r#"{{"by":"\"trace\":\"{GOOD}\""}}"#)), None);
        let (one, other) = (new_traceparent(), new_traceparent());
        assert!(parse(&one).is_some_and(|context| context.is_sampled()) && one != other);
    }
}
