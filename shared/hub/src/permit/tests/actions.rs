//! The actions of the schema are those of the law, no more and no fewer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

/// Every text in the bodies of `fn action` below a folder.
fn named_by_the_law(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            named_by_the_law(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for body in text.split("fn action(").skip(1) {
                let body = body.split_once("\n    }").map_or(body, |(body, _)| body);
                let quoted = body.split('"').skip(1).step_by(2);
                found.extend(quoted.filter(|name| name.contains('.')).map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_command_of_the_law_has_policies_and_no_policy_is_for_a_command_that_is_gone() {
    let mut law = BTreeSet::new();
    named_by_the_law(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src"), &mut law);
    assert!(law.len() > 50, "the commands were not found: {law:?}");
    let rooms = [
        "clue.",
        "referral.",
        "reverse.",
        "unit.",
        "officer.",
        "institution.",
        "access.",
        "inspection.",
        "draw.",
        "hazard.",
        "campaign.",
        "dispatch.",
        "staff-count.",
        "admin.",
        "door.",
        "seat.",
        "delivery.",
    ];
    let permit = Permit::standard().unwrap();
    let known: BTreeSet<String> = permit
        .rules
        .keys()
        .filter(|action| rooms.iter().any(|room| action.starts_with(room)))
        .cloned()
        .collect();
    assert_eq!(known, law);
}

#[test]
fn an_auditor_is_refused_every_command() {
    let permit = Permit::standard().unwrap();
    let all = officer(Level::County, Agency::Education, "430405", &Role::ALL);
    let scope = matter(&[&all.unit]);
    let questions = ["view.", "audit.", "stream.", "see."];
    for action in permit.rules.keys() {
        let decision = permit.check(&all, action, &scope);
        if questions.iter().any(|room| action.starts_with(room)) {
            continue;
        }
        let Decision::Denied { policies } = decision else { panic!("an auditor may {action}") };
        assert_eq!(policies, ["limit-auditor-reads-only"], "{action}");
    }
}

#[test]
fn what_is_not_an_action_is_denied() {
    let permit = Permit::standard().unwrap();
    let head = officer(Level::County, Agency::Education, "430405", &[Role::Head]);
    for action in ["", "clue", "clue.shred", "Clue.triage", "clue.triage "] {
        let decision = permit.check(&head, action, &matter(&[&head.unit]));
        assert_eq!(decision, Decision::Denied { policies: Vec::new() }, "{action:?}");
    }
}
