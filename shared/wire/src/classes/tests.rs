//! Every field of every answer has a class, and clearing leaves nothing above the reader.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use super::*;

/// The messages an answer may hold, by following the fields of every response.
fn answers() -> BTreeSet<String> {
    let pool = &CONTRACT.as_ref().unwrap().pool;
    let ours = |message: &MessageDescriptor| message.parent_file().package_name() == "safeguard.v1";
    let mut ahead: Vec<MessageDescriptor> =
        pool.all_messages().filter(|one| ours(one) && one.name().ends_with("Response")).collect();
    let mut seen = BTreeSet::new();
    while let Some(message) = ahead.pop() {
        if !ours(&message) || !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        ahead.extend(message.fields().filter_map(|field| field.kind().as_message().cloned()));
    }
    seen
}

#[test]
fn every_field_of_every_answer_has_a_class_and_personal_values_one_of_their_own() {
    let pool = &CONTRACT.as_ref().unwrap().pool;
    let answers = answers();
    assert!(answers.len() > 120, "the scan found only {}", answers.len());
    for field in
        answers.iter().flat_map(|name| pool.get_message_by_name(name).unwrap().fields().collect::<Vec<_>>())
    {
        let (class, _) =
            declared(field.full_name()).unwrap_or_else(|| panic!("{} has no class", field.full_name()));
        assert!(!is_personal(&field) || class >= Class::Personal, "{} is personal", field.full_name());
    }
}

fn clue() -> v1::Clue {
    let text = |text: &str| Some(convert::open(text.to_owned()));
    v1::Clue {
        id: "CL-1".to_owned(),
        narrative: text("张三被打"),
        reporter: Some(v1::Reporter { name: text("李四"), secret: true, ..v1::Reporter::default() }),
        persons: vec![v1::Person { name: text("张三"), ..v1::Person::default() }],
        no_contact: "住院".to_owned(),
        papers: vec![v1::PaperRef { hash: "ab".to_owned(), size: 3, ..v1::PaperRef::default() }],
        ..v1::Clue::default()
    }
}

#[test]
fn who_sees_metadata_only_gets_no_word_of_the_content() {
    let shown = cleared(clue(), &|class, facet| class <= Class::Internal && facet.is_none());
    assert_eq!(shown.id, "CL-1");
    assert!(shown.narrative.unwrap().withheld);
    assert!(shown.no_contact.is_empty());
    assert!(shown.persons.first().unwrap().name.clone().unwrap().withheld);
    let reporter = shown.reporter.unwrap();
    assert!(reporter.name.unwrap().withheld && reporter.secret);
    let paper = shown.papers.first().unwrap();
    assert_eq!((paper.hash.as_str(), paper.size), ("", 3));
}

#[test]
fn who_sees_the_content_sees_who_reported_only_by_its_own_rule() {
    let shown = cleared(clue(), &|class, facet| class <= Class::Sensitive && facet != Some(Facet::Reporter));
    assert_eq!(shown.narrative.unwrap().text, "张三被打");
    assert_eq!(shown.persons.first().unwrap().name.clone().unwrap().text, "张三");
    assert!(shown.reporter.unwrap().name.unwrap().withheld);
}

#[test]
fn who_sees_everything_gets_the_answer_as_it_was() {
    assert_eq!(cleared(clue(), &|_, _| true), clue());
}
