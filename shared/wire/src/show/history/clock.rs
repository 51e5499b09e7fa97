//! The words for clocks and claims, the same in every matter.

use domain::claim::ClaimEvent;
use domain::clock::{ClockEvent, Told};
use domain::period::{BEIJING, Who};
use jiff::{SignedDuration, Timestamp};

use super::{Blank, Reader, Sentence, Words};

const TAKEN: Words = Words::new("{0} 已认领（{1}）", "Claimed by {0} of {1}");
const RELEASED: Words = Words::new("{0} 已放弃认领", "{0} gave the claim back");
const LAPSED_CLAIM: Words =
    Words::new("{0} 的认领已到期，重新待认领", "The claim of {0} lapsed; on offer again");

const STARTED: Words = Words::new("期限开始计算：{0}，截止 {1}", "Clock started: {0}, due {1} Beijing time");
const PAUSED: Words = Words::new("期限中止：{0}", "Clock stands still: {0}");
const WARNED: Words = Words::new("期限已过 {1}%：{0}，已提醒{2}", "{1} % of the period gone: {0}; told: {2}");
const BREACHED: Words = Words::new("逾期：{0}，已报{1}", "Overdue: {0}; told: {1}");
const LAPSED: Words = Words::new("期限届满：{0}", "Period over: {0}");
const ON_TIME: Words = Words::new("期限内终结：{0}", "Ended in time: {0}");
const TOO_LATE: Words = Words::new("逾期后终结：{0}", "Ended after it was due: {0}");

/// What happened to a claim.
pub(super) fn claim(event: &ClaimEvent, reader: &Reader<'_>) -> Sentence {
    match event {
        ClaimEvent::Taken { by, unit } => TAKEN.with(&[Blank::of(by), reader.unit(unit)]),
        ClaimEvent::Released { by, .. } => RELEASED.one(by),
        ClaimEvent::Lapsed { by } => LAPSED_CLAIM.one(by),
    }
}

/// What happened to a clock.
pub(super) fn clock(event: &ClockEvent, reader: &Reader<'_>) -> Sentence {
    let rule = reader.rule(event.rule());
    match event {
        ClockEvent::Started { due, .. } => STARTED.with(&[rule, Blank::of(end(*due))]),
        ClockEvent::Paused { .. } => PAUSED.with(&[rule]),
        ClockEvent::Warned { percent, told, .. } => {
            WARNED.with(&[rule, Blank::of(percent), listed(told, reader)])
        }
        ClockEvent::Breached { told, .. } => BREACHED.with(&[rule, listed(told, reader)]),
        ClockEvent::Lapsed { .. } => LAPSED.with(&[rule]),
        ClockEvent::Stopped { on_time: true, .. } => ON_TIME.with(&[rule]),
        ClockEvent::Stopped { on_time: false, .. } => TOO_LATE.with(&[rule]),
    }
}

/// An end as the law writes it: midnight belongs to the day it closes.
fn end(due: Timestamp) -> String {
    let local = BEIJING.to_datetime(due);
    if local.hour() != 0 || local.minute() != 0 || local.second() != 0 {
        return local.strftime("%Y-%m-%d %H:%M").to_string();
    }
    let day = BEIJING.to_datetime(due.checked_sub(SignedDuration::from_secs(1)).unwrap_or(due));
    day.strftime("%Y-%m-%d 24:00").to_string()
}

fn listed(told: &[Told], reader: &Reader<'_>) -> Blank {
    let mut names = Vec::with_capacity(told.len());
    for one in told {
        let who = capacity(one.who);
        names.push(match &one.unit {
            Some(id) => {
                let unit = reader.unit(id);
                Blank { zh: format!("{}（{}）", who.zh, unit.zh), en: format!("{} ({})", who.en, unit.en) }
            }
            None => {
                Blank { zh: format!("{}（未登记）", who.zh), en: format!("{} (not on record)", who.en) }
            }
        });
    }
    let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
    if names.is_empty() {
        return Blank { zh: "无".to_owned(), en: "nobody".to_owned() };
    }
    Blank { zh: zh.join("、"), en: en.join(", ") }
}

const fn capacity(who: Who) -> Words {
    match who {
        Who::Handler => Words::new("承办人", "handler"),
        Who::Leader => Words::new("负责人", "leader"),
        Who::Superior => Words::new("上一级机关", "superior"),
        Who::Procuratorate => Words::new("同级检察机关", "procuratorate"),
        Who::CityDuty => Words::new("市级值班人员", "duty officer of the city"),
        Who::PoliceSuperior => Words::new("上一级公安机关", "superior of the police"),
        Who::Fallback => Words::new("兜底单位", "fallback owner"),
    }
}
