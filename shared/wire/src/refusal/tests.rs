//! Every refusal survives the way through a status, in both languages, and fits into a trailer.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use super::*;

fn facts() -> Facts {
    Facts::from([
        ("by".to_owned(), "OF-4302017".to_owned()),
        ("since".to_owned(), "2026-11-21T10:00:00Z".to_owned()),
    ])
}

fn all() -> Vec<Refusal> {
    let soon = Duration::from_secs(3);
    vec![
        Refusal::Shape(vec![
            Violation::new("persons[2].id_number", &Flaw::new("RESIDENT_ID_CHECK")),
            Violation::new("reason", &Flaw::new("TEXT_TOO_LONG").with("length", 501).with("max", 500)),
        ]),
        Refusal::identity("TOKEN_EXPIRED"),
        Refusal::Permission,
        Refusal::Law { reason: "ALREADY_CLAIMED".to_owned(), facts: facts() },
        Refusal::Contended,
        Refusal::LogDown { retry_after: soon },
        Refusal::Late,
        Refusal::NotFound,
        Refusal::TooLarge { limit: 20 * 1024 * 1024 },
        Refusal::TooSlow,
        Refusal::Throttled { retry_after: soon },
        Refusal::Overloaded { retry_after: soon },
        Refusal::Internal,
    ]
}

#[test]
fn every_refusal_survives_the_way_through_a_status() {
    for refusal in all() {
        assert_eq!(Refusal::from_status(&Status::from(refusal.clone())), refusal);
    }
}

#[test]
fn every_status_says_it_in_english_and_in_chinese() {
    for refusal in all() {
        let status = refusal.to_status();
        assert_eq!(status.message(), refusal.say(Lang::En));
        let chinese = status.get_details_localized_message().expect("a localized message");
        assert_eq!((chinese.locale.as_str(), chinese.message), ("zh-CN", refusal.say(Lang::Zh)));
        for lang in Lang::ALL {
            assert!(!refusal.say(lang).starts_with("reason-"), "{} has no text", refusal.reason());
        }
        let info = status.get_details_error_info().expect("an error info");
        assert_eq!((info.reason.as_str(), info.domain.as_str()), (refusal.reason(), DOMAIN));
    }
}

#[test]
fn codes_are_those_of_the_design() {
    let codes: Vec<Code> = all().iter().map(Refusal::code).collect();
    let expected = [
        Code::InvalidArgument,
        Code::Unauthenticated,
        Code::PermissionDenied,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::Unavailable,
        Code::DeadlineExceeded,
        Code::NotFound,
        Code::ResourceExhausted,
        Code::ResourceExhausted,
        Code::ResourceExhausted,
        Code::ResourceExhausted,
        Code::Internal,
    ];
    assert_eq!(codes, expected);
}

#[test]
fn the_law_hands_over_reason_and_facts() {
    let rejection = domain::unit::Rejection::UnitExists { unit: "UN-EDU-430405".parse().expect("an id") };
    let Refusal::Law { reason, facts } = Refusal::law(&rejection) else { panic!("must be law") };
    assert_eq!(reason, "UNIT_EXISTS");
    assert_eq!(facts.get("unit").map(String::as_str), Some("UN-EDU-430405"));
}

#[test]
fn a_permission_refusal_is_the_same_whether_the_thing_exists_or_not() {
    let status = Refusal::Permission.to_status();
    assert!(status.get_details_error_info().is_some_and(|info| info.metadata.is_empty()));
}

#[test]
fn very_many_violations_still_fit_into_a_trailer() {
    let one = |place| Violation::new(format!("persons[{place}].id_number"), &Flaw::new("RESIDENT_ID_CHECK"));
    let status = Refusal::Shape((0..500).map(one).collect()).to_status();
    assert!(status.details().len() * 4 / 3 + status.message().len() * 3 < 14_000);
    let Refusal::Shape(back) = Refusal::from_status(&status) else { panic!("must be shape") };
    let last = back.last().expect("a violation");
    assert_eq!(last.reason, "AND_MORE");
    assert_eq!(last.en, format!("and {} more violations that are not listed.", 500 - (back.len() - 1)));
}

#[test]
fn a_status_of_someone_else_is_read_by_its_code() {
    let plain = |code, text: &str| Refusal::from_status(&Status::new(code, text));
    assert_eq!(plain(Code::Unavailable, "tcp"), Refusal::LogDown { retry_after: Duration::from_secs(1) });
    assert_eq!(plain(Code::FailedPrecondition, "?"), Refusal::Internal);
    assert_eq!(plain(Code::Unauthenticated, ""), Refusal::identity("TOKEN_BAD"));
    assert_eq!(plain(Code::Cancelled, "Timeout expired"), Refusal::Late);
    assert_eq!(plain(Code::OutOfRange, "too large"), Refusal::TooLarge { limit: super::MAX_MESSAGE_BYTES });
    let Refusal::Shape(violations) = plain(Code::InvalidArgument, "bad frame") else { panic!("shape") };
    assert_eq!(violations[0].en, "bad frame");
}
