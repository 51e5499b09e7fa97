//! Document numbers: all brackets become one, and every fault has its name.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

fn parse(text: &str) -> Result<String, DocumentNumberError> {
    text.parse().map(|number: DocumentNumber| number.to_string())
}

#[test]
fn all_kinds_of_brackets_become_one() {
    for text in [
        "国教督办〔2019〕4号",
        "国教督办﹝2019﹞4号",
        "国教督办[2019]4号",
        "国教督办［2019］4号",
        "国教督办【2019】4号",
        "国教督办(2019)4号",
        "国教督办（２０１９）４号",
        " 国教督办 〔2019〕 第4号 ",
    ] {
        assert_eq!(parse(text).unwrap(), "国教督办〔2019〕4号", "{text}");
    }
}

#[test]
fn police_numbers_keep_the_brackets_of_their_word_and_their_leading_zeros() {
    assert_eq!(parse("衡公珠(刑)立字[2026]00123号").unwrap(), "衡公珠（刑）立字〔2026〕00123号");
}

#[test]
fn every_fault_has_its_name() {
    assert_eq!(parse("国教督办〔2019〕4"), Err(DocumentNumberError::Serial));
    assert_eq!(parse("国教督办〔2019〕号"), Err(DocumentNumberError::Serial));
    assert_eq!(parse("国教督办〔2019〕00号"), Err(DocumentNumberError::Serial));
    assert_eq!(parse("国教督办〔2019〕四号"), Err(DocumentNumberError::Serial));
    assert_eq!(parse("国教督办2019年4号"), Err(DocumentNumberError::Year));
    assert_eq!(parse("国教督办〔19〕4号"), Err(DocumentNumberError::Year));
    assert_eq!(parse("国教督办〔1912〕4号"), Err(DocumentNumberError::Year));
    assert_eq!(parse("〔2019〕4号"), Err(DocumentNumberError::Agency));
    assert_eq!(parse("国教<督办〔2019〕4号"), Err(DocumentNumberError::Agency));
    assert_eq!(parse(""), Err(DocumentNumberError::Serial));
}

#[test]
fn sixty_characters_are_allowed_and_no_more() {
    let number = |agency: usize| format!("{}〔2019〕4号", "教".repeat(agency));
    assert!(parse(&number(52)).is_ok());
    assert_eq!(parse(&number(53)), Err(DocumentNumberError::TooLong { length: 61 }));
}

#[test]
fn a_number_is_stored_as_text_and_normalised_when_read() {
    let read: DocumentNumber = serde_json::from_str("\"湘教[2026]7号\"").unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), "\"湘教〔2026〕7号\"");
    assert!(serde_json::from_str::<DocumentNumber>("\"7\"").is_err());
}
