//! Every text exists in both languages with the same facts, and every reason and word of the law has one.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use domain::Refusal as _;
use domain::clue::rejection::Rejection;

use super::*;

const FILES: [(&str, &str); 3] = [
    (include_str!("../../locales/zh-CN/reasons.ftl"), include_str!("../../locales/en/reasons.ftl")),
    (include_str!("../../locales/zh-CN/violations.ftl"), include_str!("../../locales/en/violations.ftl")),
    (include_str!("../../locales/zh-CN/words.ftl"), include_str!("../../locales/en/words.ftl")),
];

/// The rules whose rejections need texts.
const RULES: &[&str] = &[
    include_str!("../../../domain/src/campaign/rejection.rs"),
    include_str!("../../../domain/src/draw.rs"),
    include_str!("../../../domain/src/draw/record.rs"),
    include_str!("../../../domain/src/inspection/reason.rs"),
    include_str!("../../../domain/src/hazard/rejection.rs"),
    include_str!("../../../domain/src/break_glass/rejection.rs"),
    include_str!("../../../domain/src/clue/reason.rs"),
    include_str!("../../../domain/src/referral/reason.rs"),
    include_str!("../../../domain/src/reverse_referral/rejection.rs"),
    include_str!("../../../domain/src/unit.rs"),
    include_str!("../../../domain/src/officer.rs"),
    include_str!("../../../domain/src/institution.rs"),
    include_str!("../../../domain/src/dispatch.rs"),
    include_str!("../../../domain/src/staff_count.rs"),
];

/// The reasons of the edge and the hub, which no rule has.
const OWN: [&str; 30] = [
    "SHAPE",
    "TOKEN_MISSING",
    "TOKEN_BAD",
    "TOKEN_EXPIRED",
    "SIGN_IN_FAILED",
    "PASSWORD_CHANGE_REQUIRED",
    "CERTIFICATE_BAD",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_OF_ANOTHER",
    "PERMISSION",
    "CONTENDED",
    "LOG_DOWN",
    "LATE",
    "NOT_FOUND",
    "PAPER_ERASED",
    "TOO_LARGE",
    "TOO_SLOW",
    "THROTTLED",
    "OVERLOADED",
    "INTERNAL",
    "GROUP_UNKNOWN",
    "GROUP_EXISTS",
    "TOO_MANY_GROUPS",
    "GROUP_CROWDED",
    "WEBHOOKS_OFF",
    "WEBHOOK_EXISTS",
    "TOO_MANY_WEBHOOKS",
    "TOO_MANY_SECRETS",
    "WEBHOOK_OWNER_LOST",
];

/// Keys of a locale file, each with the facts its text shows.
fn entries(file: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut entries: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut key = "";
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((start, _)) = line.split_once(" = ").filter(|(start, _)| !start.starts_with(' ')) {
            key = start;
            assert!(entries.insert(key, BTreeSet::new()).is_none(), "{key} stands twice");
        }
        let facts = line.split('$').skip(1).filter_map(|rest| rest.split([' ', '}']).next());
        entries.entry(key).or_default().extend(facts);
    }
    entries.remove("");
    entries
}

/// What stands in quotes behind `before`.
fn quoted<'a>(source: &'a str, before: &str) -> Vec<&'a str> {
    source.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn reasons() -> BTreeSet<&'static str> {
    let plain = |word: &&str| word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    RULES.iter().flat_map(|rule| quoted(rule, "=> \"")).filter(plain).collect()
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_facts() {
    for (zh, en) in FILES {
        assert_eq!(entries(zh), entries(en));
        assert!(entries(zh).len() > 20, "the scan found nothing");
    }
}

#[test]
fn every_reason_of_the_law_has_a_text_and_every_text_shows_only_facts_that_exist() {
    let texts = entries(FILES[0].0);
    let reasons = reasons();
    assert!(reasons.len() > 80, "the scan found only {} reasons", reasons.len());
    for reason in &reasons {
        assert!(texts.contains_key(format!("reason-{reason}").as_str()), "{reason} has no text");
    }
    for key in texts.keys().filter_map(|key| key.strip_prefix("reason-")) {
        assert!(reasons.contains(key) || OWN.contains(&key), "nobody refuses with {key}");
    }
    let facts: BTreeSet<&str> = RULES.iter().flat_map(|rule| quoted(rule, "(\"")).collect();
    for reason in reasons {
        for fact in texts.get(format!("reason-{reason}").as_str()).into_iter().flatten() {
            assert!(facts.contains(fact), "{reason} shows {fact}, which no rejection has");
        }
    }
}

#[test]
fn every_text_can_be_said_in_full_when_its_facts_are_there() {
    for (zh, _) in FILES {
        for (key, names) in entries(zh) {
            let facts = names.iter().map(|name| ((*name).to_owned(), format!("<{name}>"))).collect();
            for lang in Lang::ALL {
                let text = say(lang, key, &facts);
                assert!(!text.contains('$') && !text.contains(key), "{key}: {text}");
                assert!(!text.contains('\u{2068}'), "isolation mark in {key}");
            }
        }
    }
}

#[test]
fn every_refusal_of_the_directory_is_said_with_its_facts() {
    use domain::{Refusal, institution, officer, unit};
    let place = |code: &str| code.parse().expect("a code");
    let outside = unit::Rejection::CompetenceOutsideArea { division: place("430406"), area: place("430405") };
    let misfit =
        unit::Rejection::LevelMismatch { level: domain::actor::Level::City, division: place("430405") };
    let known = "91350100M000100Y43".parse().expect("a credit code");
    let all: [(&dyn Refusal, &str); 10] = [
        (&unit::Rejection::UnitExists { unit: "UN-1".parse().expect("an id") }, "UN-1"),
        (&unit::Rejection::UnitUnknown, ""),
        (&unit::Rejection::UnitClosed, ""),
        (&outside, "430405 珠晖区"),
        (&misfit, "430405 珠晖区"),
        (&officer::Rejection::OfficerExists { officer: "OF-1".parse().expect("an id") }, "OF-1"),
        (&officer::Rejection::OfficerUnknown, ""),
        (&officer::Rejection::NoRole, ""),
        (&officer::Rejection::DutiesNotSeparated, ""),
        (&institution::Rejection::OtherCreditCode { known }, "91350100M000100Y43"),
    ];
    for (refusal, fact) in all {
        let facts: Facts =
            refusal.facts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        for lang in Lang::ALL {
            let text = reason(lang, refusal.reason(), &facts);
            assert!(text.contains(fact) && !text.starts_with("reason-"), "{text}");
        }
    }
}

#[test]
fn every_stage_and_every_action_of_the_law_has_a_word() {
    let clue = include_str!("../../../domain/src/clue/stage.rs");
    let referral = include_str!("../../../domain/src/referral/step.rs");
    let reverse = include_str!("../../../domain/src/reverse_referral.rs");
    let steps = quoted(reverse, "=> \"").into_iter().filter(|word| !word.contains('.'));
    let stages = quoted(clue, "=> \"").into_iter().chain(quoted(referral, "\", \"")).chain(steps);
    let accesses = quoted(include_str!("../../../domain/src/break_glass/state.rs"), "=> \"");
    let hazards = include_str!("../../../domain/src/hazard/state.rs");
    let visits = include_str!("../../../domain/src/inspection/stage.rs");
    let accesses = accesses.into_iter().chain(quoted(visits, "=> \"")).chain(quoted(hazards, "=> \""));
    let accesses = accesses.chain(quoted(include_str!("../../../domain/src/campaign/state.rs"), "=> \""));
    let words: Vec<(&str, &str)> = stages.chain(accesses).map(|word| ("stage", word)).collect();
    assert!(words.len() > 38, "the scan found only {} stages", words.len());
    let rules = [
        include_str!("../../../domain/src/break_glass.rs"),
        include_str!("../../../domain/src/inspection/command.rs"),
        include_str!("../../../domain/src/hazard.rs"),
        include_str!("../../../domain/src/campaign.rs"),
        include_str!("../../../domain/src/clue.rs"),
        include_str!("../../../domain/src/referral/command.rs"),
        reverse,
    ];
    let actions = rules.iter().flat_map(|rule| {
        let body = rule.split("fn action(").nth(1).and_then(|rest| rest.split("fn ").next());
        quoted(body.unwrap_or_default(), "=> \"")
    });
    let actions: Vec<(&str, &str)> = actions.map(|action| ("action", action)).collect();
    assert!(actions.len() > 50, "the scan found only {} actions", actions.len());
    for (list, word) in words.into_iter().chain(actions) {
        assert!(known(Lang::Zh, list, word).is_some(), "{list} has no word for {word}");
    }
}

/// What the queue of the police and the inbox of fire call an entry, beside the stages of the law.
#[test]
fn every_stage_of_an_entry_that_waits_has_a_word() {
    for stage in [
        "offered",
        "claimed",
        "receipted",
        "accepted",
        "declined",
        "answered",
        "requested",
        "ended",
        "open",
        "not-police",
    ] {
        for lang in Lang::ALL {
            assert!(known(lang, "stage", stage).is_some(), "no word for {stage}");
        }
    }
}

#[test]
fn every_code_list_has_words() {
    use domain::actor::{Agency, Level, Role};
    use domain::break_glass::Ceiling;
    use domain::campaign::PhaseKind;
    use domain::category::{Category, Channel, Urgency};
    use domain::erasure::Basis;
    use domain::hazard;
    use domain::inspection::{Tier, Verdict};
    use domain::institution::InstitutionKind;
    let lists: [(&str, Vec<&str>); 14] = [
        ("tier", Tier::ALL.map(Tier::code).to_vec()),
        ("verdict", Verdict::ALL.map(Verdict::code).to_vec()),
        ("phase", PhaseKind::ALL.map(PhaseKind::code).to_vec()),
        ("hazard", hazard::Category::ALL.map(hazard::Category::code).to_vec()),
        ("grade", hazard::Grade::ALL.map(hazard::Grade::code).to_vec()),
        ("access", [Ceiling::Personal, Ceiling::Sensitive].map(|ceiling| ceiling.class().code()).to_vec()),
        ("basis", Basis::ALL.map(Basis::code).to_vec()),
        ("urgency", Urgency::ALL.map(Urgency::code).to_vec()),
        ("category", Category::ALL.map(Category::code).to_vec()),
        ("channel", Channel::ALL.map(Channel::code).to_vec()),
        ("agency", Agency::ALL.map(Agency::code).to_vec()),
        ("level", Level::ALL.map(Level::code).to_vec()),
        ("role", Role::ALL.map(Role::code).to_vec()),
        ("institution", InstitutionKind::ALL.map(InstitutionKind::code).to_vec()),
    ];
    for (list, words) in lists {
        for word in words {
            for lang in Lang::ALL {
                assert!(known(lang, list, word).is_some(), "{list} has no word for {word}");
            }
        }
    }
}

#[test]
fn a_claim_is_told_with_officer_and_beijing_time() {
    let since: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a timestamp");
    let by = "OF-4302017".parse().expect("an id");
    let rejection = Rejection::AlreadyClaimed { by, since };
    let facts: Facts = rejection.facts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(reason(Lang::Zh, rejection.reason(), &facts), "人员 OF-4302017 已于 2026-11-21 18:00 认领。");
    assert_eq!(
        reason(Lang::En, rejection.reason(), &facts),
        "Already claimed by officer OF-4302017 since 2026-11-21 18:00."
    );
}

#[test]
fn code_words_in_facts_are_shown_as_words() {
    let facts = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Facts>()
    };
    let stage = facts(&[("stage", "closed"), ("action", "clue.triage")]);
    assert_eq!(reason(Lang::Zh, "WRONG_STAGE", &stage), "线索处于“已办结”，不能分流。");
    let papers = facts(&[("missing", "letter, items")]);
    assert_eq!(
        reason(Lang::Zh, "MISSING_PAPERS", &papers),
        "缺少材料：移送书（函）、涉案物品清单（国务院令第310号第六条）。"
    );
    let filing = facts(&[("action", "referral.file"), ("code", "S4"), ("word", "delivered")]);
    assert_eq!(
        reason(Lang::En, "NOT_HERE", &filing),
        "The referral is delivered; it is not possible to file the case."
    );
}

#[test]
fn a_division_is_shown_with_its_name() {
    let pairs = [("unit", "UN-1"), ("division", "430405"), ("category", "food")];
    let facts = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let text = reason(Lang::Zh, "UNIT_NOT_COMPETENT", &facts);
    assert_eq!(text, "单位 UN-1 对 430405 珠晖区 的“食品安全”没有管辖权。");
    let pairs = [("count", "2"), ("posts", "county:430405, city:430400")];
    let facts = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let text = reason(Lang::Zh, "CAMPAIGN_FIGURES_DIFFER", &facts);
    assert_eq!(text, "2 个单位的报送数据与重新计算的不一致：430405 珠晖区（县级）、430400 衡阳市（市级）。");
}

#[test]
fn what_has_no_text_is_shown_raw() {
    let facts = Facts::from([("a".to_owned(), "1".to_owned())]);
    assert_eq!(reason(Lang::En, "NEVER_HEARD_OF", &facts), "reason-NEVER_HEARD_OF (a: 1)");
    assert_eq!(reason(Lang::En, "NOT_HEAD", &facts), "reason-NOT_HEAD (a: 1)", "a fact is missing");
    assert_eq!(word(Lang::Zh, "stage", "unheard"), "unheard");
}

#[test]
fn a_clock_has_the_name_of_its_row() {
    for row in Periods::standard().all() {
        assert_ne!(clock(Lang::Zh, &row.id), row.id);
        assert_ne!(clock(Lang::En, &row.id), row.id);
    }
    assert_eq!(clock(Lang::En, "no-such-rule"), "no-such-rule");
}

#[test]
fn a_locale_is_read_in_its_common_forms() {
    for zh in ["zh_CN.UTF-8", "zh-CN", "zh", "zh-Hans;q=0.9", "fr, zh-CN, en"] {
        assert_eq!(Lang::parse(zh), Some(Lang::Zh), "{zh}");
    }
    for en in ["en", "en_US.UTF-8", "EN-gb", "en@euro"] {
        assert_eq!(Lang::parse(en), Some(Lang::En), "{en}");
    }
    assert_eq!(Lang::parse("C.UTF-8"), None);
    assert_eq!(Lang::parse(""), None);
}
