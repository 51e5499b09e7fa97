//! The one place where the demonstration writes: a line for every step, to people as a picture with two ends, to machines
//! as one JSON object. Never here: what happens.

use std::io::{ErrorKind, IsTerminal, Write};
use std::time::Duration;

use anyhow::Context;
use hub::Time;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Map, Value, json};
use wire::texts::{clock as clock_name, word};
use wire::{Lang, convert, v1};

use super::layout::{Paint, WIDTH, width, wrap};

/// Where a step is seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum End {
    /// Education.
    Education,
    /// The police.
    Police,
    /// Fire and rescue.
    Fire,
    /// A statutory clock.
    Clock,
    /// The hub itself.
    #[default]
    Hub,
}

impl End {
    /// Stable word, label in Chinese and English, column and colour.
    const fn looks(self) -> (&'static str, &'static str, &'static str, usize, Paint) {
        match self {
            End::Education => ("EDU", "教育", "Education", 0, Paint::Green),
            End::Clock => ("CLOCK", "时钟", "Clock", 13, Paint::Yellow),
            End::Police => ("PSB", "公安", "Police", 26, Paint::Blue),
            End::Fire => ("FIRE", "消防", "Fire", 26, Paint::Red),
            End::Hub => ("HUB", "平台", "Hub", 0, Paint::Cyan),
        }
    }
}

/// One step of a story.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Stable word.
    pub(super) step: &'static str,
    pub(super) end: End,
    /// Id of the matter; empty when the step has none.
    pub(super) stream: String,
    /// Stable word of where it stands.
    pub(super) state: String,
    /// Id of the officer who acts; empty when nobody does.
    pub(super) officer: String,
    pub(super) zh: String,
    pub(super) en: String,
    /// The clock that the step set going, or that runs.
    pub(super) clock: Option<v1::Clock>,
    /// Stable reason, when the step is a refusal.
    pub(super) refusal: String,
    /// Milliseconds from the sending of the command to its arrival here.
    pub(super) latency_ms: Option<f64>,
}

/// The writer; cheap to clone.
#[derive(Clone)]
pub(super) struct Screen {
    json: bool,
    lang: Lang,
    colours: bool,
    time: Time,
    pace: Duration,
}

impl Screen {
    pub(super) fn new(json: bool, lang: Lang, time: Time, pace: Duration) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = !json && !plain && std::io::stdout().is_terminal();
        Self { json, lang, colours, time, pace }
    }

    /// The reader's language.
    pub(super) const fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether machines read.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Waits the pace of the story.
    pub(super) async fn pause(&self) {
        tokio::time::sleep(self.pace).await;
    }

    /// A heading; nothing for machines.
    pub(super) fn heading(&self, zh: &str, en: &str) -> anyhow::Result<()> {
        if self.json {
            return Ok(());
        }
        let title = format!("── {} ", self.both(zh, en).join(" · "));
        let rule = "─".repeat(WIDTH.saturating_sub(width(&title)));
        self.write(&format!("\n{}\n", Paint::Bold.on(&format!("{title}{rule}"), self.colours)))
    }

    /// A remark to people; machines get it on the other stream.
    pub(super) fn note(&self, zh: &str, en: &str) -> anyhow::Result<()> {
        let text = self.both(zh, en).join("\n");
        if self.json {
            return writeln!(std::io::stderr().lock(), "{text}").context("writing");
        }
        self.write(&format!("{text}\n"))
    }

    /// A table or other block; nothing for machines.
    pub(super) fn block(&self, text: &str) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { self.write(&format!("{text}\n")) }
    }

    /// A step as it happens.
    pub(super) fn step(&self, line: &Line) -> anyhow::Result<()> {
        let now = self.time.now();
        let text = if self.json { format!("{}\n", self.object(line, now)) } else { self.picture(line, now) };
        self.write(&text)
    }

    /// Both languages, the reader's first.
    fn both<'a>(&self, zh: &'a str, en: &'a str) -> [&'a str; 2] {
        match self.lang {
            Lang::Zh => [zh, en],
            Lang::En => [en, zh],
        }
    }

    fn object(&self, line: &Line, now: Timestamp) -> Value {
        let mut object = Map::from_iter([
            ("step".to_owned(), json!(line.step)),
            ("at".to_owned(), json!(at(now, "%Y-%m-%dT%H:%M:%S%.3f%:z"))),
            ("agency".to_owned(), json!(line.end.looks().0)),
            ("stream".to_owned(), json!(line.stream)),
            ("state".to_owned(), json!(line.state)),
            ("officer".to_owned(), json!(line.officer)),
            ("zh".to_owned(), json!(line.zh)),
            ("en".to_owned(), json!(line.en)),
        ]);
        if let Some(clock) = &line.clock {
            let due = due(clock).map(|due| at(due, "%Y-%m-%dT%H:%M:%S%:z"));
            let told = json!({ "rule": clock.rule, "article": clock.article, "due_at": due });
            let _ = object.insert("clock".to_owned(), told);
        }
        if !line.refusal.is_empty() {
            let _ = object.insert("refusal".to_owned(), json!(line.refusal));
        }
        if let Some(latency) = line.latency_ms {
            let _ = object.insert("latency_ms".to_owned(), json!(latency));
        }
        Value::Object(object)
    }

    fn picture(&self, line: &Line, now: Timestamp) -> String {
        let (_, zh, en, column, paint) = line.end.looks();
        let label = match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        let margin = " ".repeat(column);
        let head = format!("{} {label} ", at(now, "%H:%M:%S"));
        let most = WIDTH.saturating_sub(column + width(&head) + 2);
        let mut lines: Vec<(Paint, String)> = Vec::new();
        let [first, second] = self.both(&line.zh, &line.en);
        let told = if line.refusal.is_empty() { Paint::Plain } else { Paint::Red };
        lines.extend(wrap(first, most).into_iter().map(|text| (told, text)));
        lines.extend(wrap(second, most).into_iter().map(|text| (Paint::Dim, text)));
        let place = self.place(line);
        if !place.is_empty() {
            lines.extend(wrap(&place, most).into_iter().map(|text| (paint, text)));
        }
        if let Some(clock) = &line.clock {
            lines.extend(wrap(&self.running(clock), most).into_iter().map(|text| (Paint::Yellow, text)));
        }
        let bar = paint.on("┃", self.colours);
        let mut text = String::new();
        for (number, (paint, said)) in lines.into_iter().enumerate() {
            let head = if number == 0 { head.clone() } else { " ".repeat(width(&head)) };
            text.push_str(&format!("{margin}{head}{bar} {}\n", paint.on(&said, self.colours)));
        }
        text
    }

    /// Matter and stage.
    fn place(&self, line: &Line) -> String {
        let state = word(self.lang, "stage", &line.state);
        let mut parts = vec![line.stream.clone()];
        if !line.stream.is_empty() {
            parts.push(if state == line.state { state } else { format!("{state} {}", line.state) });
        }
        parts.retain(|part| !part.is_empty());
        parts.join("  ")
    }

    /// The clock that runs, until when and on which ground.
    fn running(&self, clock: &v1::Clock) -> String {
        let until = due(clock).map(|due| at(due, "%m-%d %H:%M:%S")).unwrap_or_default();
        let name = clock_name(self.lang, &clock.rule);
        match self.lang {
            Lang::Zh => format!("⏱ {name}：{until} 到期（{}）", clock.article),
            Lang::En => format!("⏱ {name}: due {until} ({})", clock.article),
        }
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // Who closed the pipe has seen enough; the story ends as it would have.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.context("writing to standard output"),
        }
    }
}

fn due(clock: &v1::Clock) -> Option<Timestamp> {
    clock.due_at.as_ref().and_then(convert::moment)
}

/// A moment in Beijing time.
fn at(moment: Timestamp, format: &str) -> String {
    moment.to_zoned(TimeZone::fixed(Offset::constant(8))).strftime(format).to_string()
}
