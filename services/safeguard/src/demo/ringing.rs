//! The clocks of the stories: the hub's time moves to the moment at which a clock rings, and the ring is shown with who is
//! told. Never here: when a clock rings.

use anyhow::Context;
use domain::clock::ClockEvent;
use domain::event::decode;
use jiff::{SignedDuration, Timestamp};
use wire::cloudevents::CloudEvent;
use wire::texts::{clock as clock_name, word};
use wire::{Lang, cloud, convert};

use super::screen::{End, Line};
use super::stage::Stage;

impl Stage {
    /// Moves the hub's clock to a ring of a clock nobody answers, and shows the ring with who is told.
    pub(super) async fn ring(
        &self,
        step: &'static str,
        matter: &str,
        rule: &str,
        percent: u8,
    ) -> anyhow::Result<()> {
        let (_, clocks) = self.matter(matter, "").await?;
        let clock =
            clocks.iter().find(|clock| clock.rule == rule).with_context(|| format!("no clock {rule}"))?;
        let at = match percent {
            50 => &clock.warn_half_at,
            80 => &clock.warn_most_at,
            _ => &clock.due_at,
        };
        let at = at.as_ref().and_then(convert::moment).context("a clock without this moment")?;
        let from = self.rings.so_far();
        self.time.advance(at.duration_since(self.now()) + SignedDuration::from_millis(200));
        let wanted = |event: &CloudEvent| told(event, matter, rule).is_some();
        let (_, event) = self.rings.until(step, from, wanted).await?;
        let event = told(&event, matter, rule).context("a clock event that is none")?;
        let (state, clocks) = self.matter(matter, "").await?;
        let clock = clocks.into_iter().find(|clock| clock.rule == rule);
        let (zh, en) = (self.rung(Lang::Zh, &event), self.rung(Lang::En, &event));
        let line = Line {
            step,
            end: End::Clock,
            stream: matter.to_owned(),
            state,
            zh,
            en,
            clock,
            ..Line::default()
        };
        self.tell(&line).await
    }

    /// Lets the hub's clock catch up with the true time.
    pub(super) fn catch_up(&self) {
        let behind = Timestamp::now().duration_since(self.now());
        if behind.is_positive() {
            self.time.advance(behind);
        }
    }

    fn rung(&self, lang: Lang, event: &ClockEvent) -> String {
        let name = clock_name(lang, event.rule());
        let (percent, listeners) = match event {
            ClockEvent::Warned { percent, told, .. } => (*percent, told.as_slice()),
            ClockEvent::Breached { told, .. } => (100, told.as_slice()),
            ClockEvent::Started { .. }
            | ClockEvent::Paused { .. }
            | ClockEvent::Lapsed { .. }
            | ClockEvent::Stopped { .. } => (100, [].as_slice()),
        };
        let listeners: Vec<String> = listeners
            .iter()
            .map(|one| {
                let who = serde_json::to_value(one.who).ok();
                let who = word(lang, "told", who.as_ref().and_then(|who| who.as_str()).unwrap_or_default());
                let unit = one.unit.as_ref().map(|unit| self.world.unit_name(unit.as_str()).to_owned());
                format!("{who}={}", unit.unwrap_or_else(|| "?".to_owned()))
            })
            .collect();
        match lang {
            Lang::Zh if percent < 100 => {
                format!("无人认领：「{name}」已过 {percent}%，提醒 {}", listeners.join("、"))
            }
            Lang::Zh => format!("无人认领：「{name}」超期，上报 {}", listeners.join("、")),
            Lang::En if percent < 100 => {
                format!("Nobody claims it. {name}: {percent} % gone, told: {}", listeners.join(", "))
            }
            Lang::En => format!("Nobody claims it. {name}: breached, escalated to {}", listeners.join(", ")),
        }
    }
}

/// The warning or breach of a clock of a matter in an event of the log.
fn told(event: &CloudEvent, matter: &str, rule: &str) -> Option<ClockEvent> {
    if cloud::word(event, "subject") != matter {
        return None;
    }
    let event: ClockEvent = decode(&event.r#type, cloud::payload(event)).ok()?;
    let rings = matches!(event, ClockEvent::Warned { .. } | ClockEvent::Breached { .. });
    (rings && event.rule() == rule).then_some(event)
}
