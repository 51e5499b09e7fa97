//! Moments and countdowns as people read them, and as they type them. Never here: legal periods.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use wire::{Lang, convert, texts};

use super::language::either;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Reads a moment: RFC 3339, or without an offset in Beijing time, or a day.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    let beijing = TimeZone::fixed(Offset::constant(8));
    let civil = |time: DateTime| time.to_zoned(beijing.clone()).map(|zoned| zoned.timestamp());
    let day = |_| text.parse::<Date>().and_then(|day| civil(day.at(0, 0, 0, 0)));
    let local = |_| text.parse::<DateTime>().and_then(civil);
    text.parse::<Timestamp>().or_else(local).or_else(day).map_err(|_| {
        "请写成 2026-11-20T14:30:00+08:00 或 2026-11-20T14:30（北京时间） | write 2026-11-20T14:30:00+08:00, or \
         2026-11-20T14:30 in Beijing time"
            .to_owned()
    })
}

/// A moment from the wire for people; empty when absent.
pub(crate) fn shown(at: Option<&prost_types::Timestamp>) -> String {
    at.and_then(convert::moment).map(texts::moment).unwrap_or_default()
}

/// The last day of a period that ends at a moment of the wire: one that ends at midnight ends with the day before.
pub(crate) fn last_day(end: &prost_types::Timestamp) -> Option<Date> {
    let last = convert::moment(end)?.checked_sub(SignedDuration::from_secs(1)).ok()?;
    Some(Offset::constant(8).to_datetime(last).date())
}

/// Seconds from now to a moment of the wire, negative once it has passed.
pub(crate) fn seconds_left(until: Option<&prost_types::Timestamp>) -> Option<i64> {
    let until = until.and_then(convert::moment)?;
    Some(until.duration_since(Timestamp::now()).as_secs())
}

/// A length of time in its two largest units.
pub(crate) fn span(lang: Lang, seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / DAY, seconds % DAY / HOUR, seconds % HOUR / MINUTE);
    let part = |number: u64, zh, en| match number {
        0 => String::new(),
        _ => format!(" {number} {}", either(lang, zh, en)),
    };
    let text = match seconds {
        0..MINUTE => format!("{seconds} {}", either(lang, "秒", "s")),
        MINUTE..HOUR => part(minutes, "分钟", "min"),
        HOUR..DAY => part(hours, "小时", "h") + &part(minutes, "分钟", "min"),
        _ => part(days, "天", "d") + &part(hours, "小时", "h"),
    };
    text.trim().to_owned()
}

/// A countdown: how long is left, or by how much it is overdue.
pub(crate) fn countdown(lang: Lang, left: i64) -> String {
    let span = span(lang, left.unsigned_abs());
    match (lang, left < 0) {
        (Lang::Zh, false) => format!("还有 {span}"),
        (Lang::Zh, true) => format!("超期 {span}"),
        (Lang::En, false) => format!("{span} left"),
        (Lang::En, true) => format!("{span} overdue"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_countdown_says_what_is_left_or_how_late_it_is() {
        assert_eq!(countdown(Lang::Zh, 27 * 60 + 5), "还有 27 分钟");
        assert_eq!(countdown(Lang::En, 27 * 60), "27 min left");
        assert_eq!(countdown(Lang::En, -(3 * 3600)), "3 h overdue");
        assert_eq!(countdown(Lang::Zh, -(2 * 86_400 + 3600)), "超期 2 天 1 小时");
        assert_eq!(countdown(Lang::En, 0), "0 s left");
    }

    #[test]
    fn a_time_without_an_offset_is_beijing_time() {
        let wanted: Timestamp = "2026-11-20T06:30:00Z".parse().unwrap();
        assert_eq!(moment("2026-11-20T14:30:00+08:00").unwrap(), wanted);
        assert_eq!(moment("2026-11-20T14:30").unwrap(), wanted);
        assert_eq!(moment("2026-11-20").unwrap().to_string(), "2026-11-19T16:00:00Z");
        assert!(moment("yesterday").is_err());
    }
}
