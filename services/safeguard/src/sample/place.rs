//! The counties of Hengyang and addresses in them. Never here: real premises.

use domain::division::{DivisionCode, DivisionLevel, Divisions};
use jiff::civil::Date;

use super::dice::Dice;

/// A county-level division as an address names it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) code: DivisionCode,
    /// With the city before it, e.g. 衡阳市珠晖区.
    pub(super) full: String,
}

impl Default for Place {
    fn default() -> Self {
        Self { code: DivisionCode::NATION, full: String::new() }
    }
}

impl Place {
    /// A code that no row should carry.
    pub(super) fn odd(code: &str) -> Self {
        Self { code: code.parse().unwrap_or(DivisionCode::NATION), full: String::new() }
    }

    /// A street address.
    pub(super) fn address(&self, dice: &mut Dice) -> String {
        const ROADS: [&str; 16] = [
            "解放大道",
            "船山大道",
            "蒸阳路",
            "湖滨路",
            "芙蓉路",
            "立新大道",
            "常胜路",
            "中山路",
            "环城路",
            "人民路",
            "迎宾路",
            "工业大道",
            "东风路",
            "广东路",
            "衡州大道",
            "学院路",
        ];
        let road = dice.pick(&ROADS);
        let number = 1 + dice.below(380);
        let rest = match dice.below(5) {
            0 => format!("，{}栋{}楼", 1 + dice.below(9), 1 + dice.below(5)),
            1 => format!("附{}号", 1 + dice.below(20)),
            2 => format!(", {}室", 101 + dice.below(500)),
            _ => String::new(),
        };
        format!("湖南省{}{road}{number}号{rest}", self.full)
    }
}

/// The counties of Hengyang that are in force on `day`, from the division table.
pub(super) fn counties(day: Date) -> Vec<Place> {
    let table = Divisions::standard();
    let Some(city) = table.find(Place::odd("430400").code) else { return Vec::new() };
    table
        .of_level(DivisionLevel::County, day)
        .filter(|county| county.parent == Some(city.code))
        .map(|county| Place { code: county.code, full: full(&city.name, &county.name) })
        .collect()
}

/// A county-level city stands in addresses without the city above it.
fn full(city: &str, county: &str) -> String {
    if county.ends_with('市') { county.to_owned() } else { [city, county].concat() }
}
