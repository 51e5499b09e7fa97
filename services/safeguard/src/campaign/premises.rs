//! The institutions by their number: credit code, name, kind, and the file of those of a day. Never here: what is found there.

use domain::campaign::workload::{County, Workload};
use domain::division::DivisionCode;
use jiff::civil::Date;

use super::draw::Dice;
use super::ground::{acting, full_name};
use crate::sample::cast;

/// The columns of an import.
const COLUMNS: [&str; 6] = ["credit_code", "name", "kind", "division", "address", "lead"];
/// Names that training institutions bear.
const BRANDS: [&str; 12] =
    ["启明", "博雅", "晨曦", "育才", "新苗", "致远", "星河", "明德", "求知", "小树", "童馨", "弘毅"];
/// What they teach: name, kind, street.
const TRADES: [(&str, &str); 6] = [
    ("文化培训中心", "subject-training"),
    ("英语培训学校", "subject-training"),
    ("艺术培训中心", "non-subject-training"),
    ("少儿体育俱乐部", "non-subject-training"),
    ("科技培训中心", "non-subject-training"),
    ("音乐培训学校", "non-subject-training"),
];
/// Of a thousand rows, those sent twice and those that are wrong.
const TWICE: u64 = 30;
const WRONG: u64 = 5;

/// The county of an institution.
pub(super) fn county_of(work: &Workload, number: u64) -> Option<&County> {
    let places = work.places();
    let first = |place: &domain::campaign::workload::Place| place.counties.first().map_or(0, |one| one.first);
    let place = places.get(places.partition_point(|place| first(place) <= number).checked_sub(1)?)?;
    let county = place.counties.partition_point(|county| county.first <= number).checked_sub(1)?;
    place.counties.get(county)
}

/// The credit code of an institution.
pub(super) fn credit_code(county: DivisionCode, number: u64) -> String {
    cast::credit_code(county.as_str(), number)
}

/// The id of an institution.
pub(super) fn institution(county: DivisionCode, number: u64) -> String {
    format!("IN-{}", credit_code(county, number))
}

/// A file of institutions.
pub(super) struct Listing<'a> {
    pub(super) seed: u64,
    /// The first day: every institution; a later one: those of the counties merged that day, under the new code.
    pub(super) on: Date,
    /// The counties listed.
    pub(super) counties: Vec<&'a County>,
}

impl Listing<'_> {
    /// The file.
    ///
    /// # Errors
    /// None in practice: the writer works in memory.
    pub(super) fn csv(&self) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        for county in &self.counties {
            self.rows(county, &mut writer)?;
        }
        Ok(writer.into_inner()?)
    }

    fn rows(&self, county: &County, writer: &mut csv::Writer<Vec<u8>>) -> anyhow::Result<()> {
        let division = acting(county.division, self.on);
        let full = full_name(division);
        for number in county.first..county.first + county.institutions {
            let mut dice = Dice::of(self.seed, "institution", number);
            let (brand, trade) = (dice.below(12), dice.below(6));
            let brand = BRANDS.get(usize::try_from(brand)?).copied().unwrap_or_default();
            let (trade, kind) = TRADES.get(usize::try_from(trade)?).copied().unwrap_or_default();
            let name = format!("{full}{brand}{trade}第{}校区", number + 1);
            let address = format!("{full}{brand}路{}号", 1 + dice.below(300));
            let code = credit_code(county.division, number);
            let row = [code.as_str(), &name, kind, division.as_str(), &address, "EDU"];
            let again = 1 + usize::from(dice.in_thousand(TWICE));
            (0..again).try_for_each(|_| writer.write_record(row))?;
            if dice.in_thousand(WRONG) {
                writer.write_record(wrong(number, row))?;
            }
        }
        Ok(())
    }
}

/// A row like this one that must be refused.
fn wrong(number: u64, row: [&str; 6]) -> [String; 6] {
    let mut row = row.map(str::to_owned);
    let [code, _, kind, division, ..] = &mut row;
    match number % 3 {
        0 => *code = cast::with_wrong_check(code),
        1 => *kind = "培训".to_owned(),
        _ => *division = "430499".to_owned(),
    }
    row
}
