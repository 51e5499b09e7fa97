//! Credit codes and identity numbers that nobody holds, with right check digits, worked out here a second
//! time so that the parsers of `domain` are tested against another hand (GB 32100, GB 11714, GB 11643).
//! Never here: parsing.

use jiff::civil::Date;

use super::dice::Dice;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const OUTER: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const INNER: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const PERSON: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// A credit code: registrar and category in two characters, the registrar's division, and the first two
/// characters of the organisation code.
pub(super) fn credit_code(dice: &mut Dice, registrar: &str, division: &str, start: &str) -> String {
    completed(registrar, division, &[start, &dice.digits(6)].concat())
}

/// The same from all eight characters of the organisation code: both check characters are added.
pub(super) fn completed(registrar: &str, division: &str, organisation: &str) -> String {
    let sum: u32 = organisation
        .chars()
        .zip(INNER)
        .map(|(letter, weight)| letter.to_digit(36).unwrap_or(0) * weight)
        .sum();
    let inner = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    };
    let body = [registrar, division, organisation, &inner].concat();
    let sum: usize =
        body.chars().zip(OUTER).map(|(letter, weight)| ALPHABET.find(letter).unwrap_or(0) * weight).sum();
    let outer = ALPHABET.chars().nth((31 - sum % 31) % 31).unwrap_or('0');
    [body, outer.to_string()].concat()
}

/// The same code with another last character.
pub(super) fn with_wrong_check(code: &str) -> String {
    let mut letters: Vec<char> = code.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = if *last == '1' { '2' } else { '1' };
    }
    letters.into_iter().collect()
}

/// The same code as an input method in full-width mode types it; it must be accepted.
pub(super) fn full_width(code: &str) -> String {
    code.chars().map(|letter| char::from_u32(u32::from(letter) + 0xFEE0).unwrap_or(letter)).collect()
}

/// An identity number of somebody born on `birth`.
pub(super) fn identity_number(dice: &mut Dice, division: &str, birth: Date) -> String {
    let day = format!("{:04}{:02}{:02}", birth.year(), birth.month(), birth.day());
    let body = [division, &day, &dice.digits(3)].concat();
    let sum: u32 =
        body.chars().zip(PERSON).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    let check = "10X98765432".chars().nth(sum as usize % 11).unwrap_or('X');
    [body, check.to_string()].concat()
}

/// Whether somebody born on `birth` has not completed `years` of age on `day`. A year is complete on the
/// day after the birthday (法释〔2006〕1号 art. 2).
pub(super) fn younger_than(years: i16, birth: Date, day: Date) -> bool {
    (birth.year() + years, birth.month(), birth.day()) >= (day.year(), day.month(), day.day())
}
