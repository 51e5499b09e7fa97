//! An ear on the logs and traces of this process, at their finest: what they say of marks. Never here: the marks.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::leaks_marks::beginnings;

static LISTENING: AtomicBool = AtomicBool::new(false);
static HEARD: AtomicU64 = AtomicU64::new(0);
static LEAKED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static START: Once = Once::new();

struct Ear;

/// Everything of a line or span, in one text.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {field}={value}");
    }
}

impl Line {
    fn of(metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        if !LISTENING.load(Ordering::Relaxed) {
            return;
        }
        let mut line = Line(format!("{}: {}", metadata.target(), metadata.name()));
        record(&mut line);
        HEARD.fetch_add(1, Ordering::Relaxed);
        if beginnings().iter().any(|word| line.0.contains(word)) {
            LEAKED.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
        }
    }
}

impl<S: Subscriber> Layer<S> for Ear {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    // What is not too fine goes on to a collector at other times.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        LISTENING.load(Ordering::Relaxed) || *metadata.level() <= Level::INFO
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        Line::of(event.metadata(), |line| event.record(line));
    }

    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        Line::of(span.metadata(), |line| span.record(line));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line("a span's values:".to_owned());
        values.record(&mut line);
        if beginnings().iter().any(|word| line.0.contains(word)) {
            LEAKED.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
        }
    }
}

/// From now on lines of this process go to its collector too, when there is one.
pub fn exported() {
    let lines = || hub::telemetry::Lines.with_filter(LevelFilter::INFO);
    START.call_once(|| tracing_subscriber::registry().with(Ear).with(lines()).init());
}

/// Listens from now on.
pub fn listen() {
    exported();
    LISTENING.store(true, Ordering::Relaxed);
}

/// Stops listening: how many lines and spans were heard, and those with a mark in them.
pub fn heard() -> (u64, Vec<String>) {
    LISTENING.store(false, Ordering::Relaxed);
    let leaked = std::mem::take(&mut *LEAKED.lock().unwrap_or_else(PoisonError::into_inner));
    (HEARD.load(Ordering::Relaxed), leaked)
}
