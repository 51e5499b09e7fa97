//! Telephone numbers: forms that are accepted, forms that are not, and secrecy.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

#[test]
fn a_mobile_number_is_read_with_or_without_country_code() {
    for text in [
        "13800138000",
        "+86 138 0013 8000",
        "+86-13800138000",
        "008613800138000",
        "138-0013-8000",
        "１３８００１３８０００",
    ] {
        assert_eq!(text.parse::<Mobile>().unwrap().expose(), "13800138000", "{text}");
    }
}

#[test]
fn what_is_no_mobile_number_is_refused() {
    for text in
        ["", "12800138000", "1380013800", "138001380000", "+8513800138000", "1380013800a", "0734-8866000"]
    {
        assert_eq!(text.parse::<Mobile>(), Err(PhoneError::NotMobile), "{text}");
    }
}

#[test]
fn a_landline_has_an_area_code() {
    for (text, number) in [
        ("0734-8866000", "0734-8866000"),
        ("07348866000", "0734-8866000"),
        ("010-66096114", "010-66096114"),
        ("01066096114", "010-66096114"),
        ("+86 10 6609 6114", "010-66096114"),
        ("+86-0734-8866000", "0734-8866000"),
    ] {
        assert_eq!(text.parse::<Phone>().unwrap(), Phone::Landline(number.to_owned()), "{text}");
    }
    assert!(matches!("+8613800138000".parse(), Ok(Phone::Mobile(_))));
}

#[test]
fn what_is_no_telephone_number_is_refused() {
    for text in [
        "",
        "110",
        "8866000",
        "0734-886600",
        "0734-886600000",
        "0734-88x6000",
        "0734--8866000",
        "网",
        "010网",
    ] {
        assert_eq!(text.parse::<Phone>(), Err(PhoneError::NotPhone), "{text}");
    }
}

#[test]
fn numbers_are_never_printed() {
    let mobile: Mobile = "13800138000".parse().unwrap();
    let phone: Phone = "0734-8866000".parse().unwrap();
    assert_eq!(format!("{mobile:?} {phone:?}"), "Mobile(secret) Phone(secret)");
    assert_eq!(format!("{:?}", Phone::Mobile(mobile)), "Phone(secret)");
}
