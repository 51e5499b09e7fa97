//! The stored form: one text for one event, and nothing read that does not fit.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::actor::{Agency, LATE_AFTER_SECONDS, Level, Role, Unit};
use crate::claim::ClaimEvent;
use crate::unit::Event;

/// An event type that breaks the contract: its name and its stored name differ.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
enum Broken {
    #[serde(rename = "broken.stored")]
    Other {},
    #[serde(rename = "broken.without-data")]
    Bare,
}

impl Stored for Broken {
    fn kind(&self) -> &'static str {
        match self {
            Broken::Other {} => "broken.spoken",
            Broken::Bare => "broken.without-data",
        }
    }
}

fn metadata() -> Metadata {
    let unit = Unit {
        id: "UN-EDU-430405".parse().unwrap(),
        agency: Agency::Education,
        level: Level::County,
        division: "430405".parse().unwrap(),
    };
    let at: Timestamp = "2026-09-08T01:12:30Z".parse().unwrap();
    Metadata {
        by: Actor { officer: "OF-1".parse().unwrap(), unit, roles: vec![Role::Triage] },
        at,
        recorded: at,
        late: false,
        command: Uuid::from_u128(1),
        causation: None,
        correlation: Uuid::from_u128(1),
        trace: None,
    }
}

#[test]
fn the_text_is_the_data_alone_and_reads_back_under_its_kind() {
    let event = ClaimEvent::Lapsed { by: "OF-1".parse().unwrap() };
    let text = encode(&event).unwrap();
    assert_eq!(text, r#"{"by":"OF-1"}"#);
    assert_eq!(decode::<ClaimEvent>("claim.lapsed", &text).unwrap(), event);
    assert_eq!(encode(&Event::Closed {}).unwrap(), "{}");
    assert_eq!(decode::<Event>("unit.closed", "{}").unwrap(), Event::Closed {});
}

#[test]
fn a_type_that_breaks_the_contract_is_not_written() {
    assert!(matches!(encode(&Broken::Other {}), Err(CodecError::Encode(_))));
    assert!(matches!(encode(&Broken::Bare), Err(CodecError::Encode(_))));
}

#[test]
fn what_does_not_fit_is_refused_by_its_kind() {
    for (kind, text) in [
        ("unit.closed", ""),
        ("unit.closed", "nonsense"),
        ("unit.closed", "{}}"),
        ("unit.closed", "7"),
        ("unit.unheard-of", "{}"),
        ("unit.registered", "{}"),
        ("claim.lapsed", r#"{"by":"OF-1"}"#),
        ("", "{}"),
        ("unit.closed\",\"data\":{}}", "{}"),
    ] {
        let fault = decode::<Event>(kind, text).unwrap_err();
        assert!(matches!(&fault, CodecError::Decode { kind: named, .. } if named == kind), "{kind} {text}");
        assert!(fault.to_string().contains(kind));
    }
}

#[test]
fn a_field_that_a_later_version_added_is_passed_over() {
    let newer = r#"{"by":"OF-1","weather":"rain"}"#;
    assert!(decode::<ClaimEvent>("claim.lapsed", newer).is_ok(), "an old reader meets a new event");
}

#[test]
fn metadata_leaves_out_what_is_not_there() {
    let text = serde_json::to_string(&metadata()).unwrap();
    for absent in ["late", "causation", "trace"] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
    assert_eq!(serde_json::from_str::<Metadata>(&text).unwrap(), metadata());
    let full = Metadata {
        late: true,
        causation: Some(Uuid::from_u128(2)),
        trace: Some("00-8f4c1d7a90b2e3566471c8d9a0bf1e23-5d2a7c90e1f34b86-01".to_owned()),
        ..metadata()
    };
    let text = serde_json::to_string(&full).unwrap();
    assert_eq!(serde_json::from_str::<Metadata>(&text).unwrap(), full);
}

#[test]
fn the_stamp_is_what_the_metadata_says_and_late_begins_after_a_quarter_of_an_hour() {
    let at = metadata().at;
    let after = |seconds: i64| at + jiff::SignedDuration::from_secs(seconds);
    let stamp = |seconds: i64| Metadata { recorded: after(seconds), ..metadata() }.stamp();
    assert_eq!(stamp(7).by, metadata().by);
    assert_eq!((stamp(7).at, stamp(7).recorded), (at, after(7)));
    assert!(!stamp(LATE_AFTER_SECONDS).late());
    assert!(stamp(LATE_AFTER_SECONDS + 1).late());
}
