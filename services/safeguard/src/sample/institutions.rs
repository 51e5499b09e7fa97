//! `institutions.csv`: the schools, kindergartens and training institutions of Hengyang as its counties would
//! send them, with the faults such a file has. Columns as `ImportInstitutions` documents them. Never here:
//! how a row is read.

use anyhow::Context;
use domain::institution::InstitutionKind;

use super::codes;
use super::dice::Dice;
use super::place::Place;
use super::tally::{Fault, InstitutionTally};

/// The columns, in order.
const COLUMNS: [&str; 6] = ["credit_code", "name", "kind", "division", "address", "lead"];

/// A row, every field as it is written.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) credit_code: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) place: Place,
    pub(super) address: String,
    pub(super) lead: &'static str,
}

/// What a line is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Plain,
    FullWidth,
    Again,
    WrongCheck,
    Abolished,
    Unknown,
    NoName,
    LongName,
    UnknownKind,
    ColumnMissing,
    TwoFaults,
}

/// The file, the rows a clue may name, and what an import must find.
pub(super) struct Sheet {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: Vec<Row>,
    pub(super) tally: InstitutionTally,
}

fn purposes(total: usize) -> Vec<(Purpose, usize)> {
    let each = if total < 50 { 0 } else { total.div_ceil(200) };
    let faults = [
        Purpose::WrongCheck,
        Purpose::Abolished,
        Purpose::Unknown,
        Purpose::NoName,
        Purpose::LongName,
        Purpose::UnknownKind,
        Purpose::ColumnMissing,
        Purpose::TwoFaults,
    ];
    let oddities = [(Purpose::Again, total * 3 / 100), (Purpose::FullWidth, 2 * each)];
    oddities.into_iter().chain(faults.map(|fault| (fault, each))).collect()
}

/// Writes `total` rows about the divisions of `places`.
///
/// # Errors
/// None in practice: the writer works in memory.
pub(super) fn sheet(dice: &mut Dice, places: &[Place], total: usize) -> anyhow::Result<Sheet> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut tally = InstitutionTally { rows: total, ..InstitutionTally::default() };
    for (place, purpose) in dice.plan(total, &purposes(total), Purpose::Plain).into_iter().enumerate() {
        // The header is line 1, and no field holds a line break.
        let line = place + 2;
        if let Purpose::Again = purpose {
            let known = dice.below(rows.len());
            writer.write_record(rows.get(known).context("nothing to repeat")?.fields())?;
            tally.duplicates += 1;
            continue;
        }
        let mut row = row(dice, places, &rows);
        let faults = spoil(&mut row, purpose);
        let width = if let Purpose::ColumnMissing = purpose { 5 } else { 6 };
        writer.write_record(row.fields().into_iter().take(width))?;
        if faults.is_empty() {
            tally.count(row.kind, row.place.code.as_str(), row.lead);
            tally.full_width += usize::from(!row.credit_code.is_ascii());
            rows.push(row);
        } else {
            tally.refuse(faults.into_iter().map(|(field, fault)| Fault::new(line, field, fault)));
        }
    }
    Ok(Sheet { bytes: writer.into_inner()?, rows, tally })
}

impl Row {
    fn fields(&self) -> [&str; 6] {
        [&self.credit_code, &self.name, self.kind, self.place.code.as_str(), &self.address, self.lead]
    }
}

/// Field and fault of everything that is now wrong with the row.
fn spoil(row: &mut Row, purpose: Purpose) -> Vec<(&'static str, &'static str)> {
    match purpose {
        Purpose::Plain | Purpose::Again => Vec::new(),
        Purpose::FullWidth => {
            row.credit_code = codes::full_width(&row.credit_code);
            Vec::new()
        }
        Purpose::WrongCheck => {
            row.credit_code = codes::with_wrong_check(&row.credit_code);
            vec![("credit_code", "wrong-check")]
        }
        Purpose::Abolished => {
            // Merged into 500157 on 2026-01-25.
            row.place = Place::odd("500105");
            vec![("division", "abolished-division")]
        }
        Purpose::Unknown => {
            row.place = Place::odd("430499");
            vec![("division", "unknown-division")]
        }
        Purpose::NoName => {
            row.name = "　".to_owned();
            vec![("name", "empty")]
        }
        Purpose::LongName => {
            row.name = row.name.repeat(20);
            vec![("name", "too-long")]
        }
        Purpose::UnknownKind => {
            row.kind = "小学校";
            vec![("kind", "unknown-word")]
        }
        Purpose::ColumnMissing => vec![("", "column-count")],
        Purpose::TwoFaults => {
            row.credit_code = codes::with_wrong_check(&row.credit_code);
            row.place = Place::odd("430499");
            vec![("credit_code", "wrong-check"), ("division", "unknown-division")]
        }
    }
}

/// A sound row about an institution that is not among `known` yet.
fn row(dice: &mut Dice, places: &[Place], known: &[Row]) -> Row {
    let place = places.get(dice.below(places.len())).cloned().unwrap_or_default();
    let kind = kind(dice);
    let (registrar, start) = match kind {
        InstitutionKind::SubjectTraining => ("52", "MJ"),
        InstitutionKind::NonSubjectTraining => ("91", "MA"),
        InstitutionKind::Kindergarten if dice.chance(60) => ("52", "MJ"),
        InstitutionKind::Kindergarten
        | InstitutionKind::Primary
        | InstitutionKind::Junior
        | InstitutionKind::Senior
        | InstitutionKind::Vocational
        | InstitutionKind::Special => ("12", "44"),
    };
    let (name, lead) = named(dice, kind, &place);
    let address = place.address(dice);
    loop {
        let credit_code = codes::credit_code(dice, registrar, place.code.as_str(), start);
        let taken = |row: &&Row| row.credit_code == credit_code || row.name == name;
        let Some(twin) = known.iter().find(taken) else {
            return Row { credit_code, name, kind: kind.code(), place, address, lead };
        };
        if twin.credit_code != credit_code {
            let branch = known.iter().filter(|row| row.name.starts_with(&name)).count() + 1;
            let name = format!("{name}（{branch}校区）");
            return Row { credit_code, name, kind: kind.code(), place, address, lead };
        }
    }
}

fn kind(dice: &mut Dice) -> InstitutionKind {
    match dice.below(100) {
        0..18 => InstitutionKind::Kindergarten,
        18..36 => InstitutionKind::Primary,
        36..45 => InstitutionKind::Junior,
        45..50 => InstitutionKind::Senior,
        50..53 => InstitutionKind::Vocational,
        53..55 => InstitutionKind::Special,
        55..72 => InstitutionKind::SubjectTraining,
        _ => InstitutionKind::NonSubjectTraining,
    }
}

/// The registered name, and the agency with the lead.
fn named(dice: &mut Dice, kind: InstitutionKind, place: &Place) -> (String, &'static str) {
    const SCHOOLS: [&str; 16] = [
        "实验", "第一", "第二", "第三", "中心", "育才", "光明", "新华", "红旗", "朝阳", "湘江", "蒸水",
        "耒水", "船山", "雁城", "岳屏",
    ];
    const SMALL: [&str; 10] =
        ["小太阳", "金色摇篮", "童心", "蓝天", "阳光", "七色花", "小博士", "春苗", "贝贝", "机关"];
    const BRANDS: [&str; 12] =
        ["启明", "博学", "弘毅", "优学", "星火", "卓越", "新思维", "学而", "智远", "橙果", "飞扬", "湘才"];
    const TRADES: [(&str, &str); 8] = [
        ("舞蹈艺术", "CULT"),
        ("美术书法", "CULT"),
        ("音乐", "CULT"),
        ("跆拳道", "SPORT"),
        ("游泳", "SPORT"),
        ("篮球", "SPORT"),
        ("少儿编程", "SCI"),
        ("机器人科技", "SCI"),
    ];
    let place = &place.full;
    let school = dice.pick(&SCHOOLS);
    let brand = dice.pick(&BRANDS);
    match kind {
        InstitutionKind::Kindergarten => (format!("{place}{}幼儿园", dice.pick(&SMALL)), "EDU"),
        InstitutionKind::Primary => (format!("{place}{school}小学"), "EDU"),
        InstitutionKind::Junior => (format!("{place}{school}初级中学"), "EDU"),
        InstitutionKind::Senior => (format!("{place}{school}高级中学"), "EDU"),
        InstitutionKind::Vocational => (format!("{place}{school}中等职业学校"), "EDU"),
        InstitutionKind::Special => (format!("{place}{school}特殊教育学校"), "EDU"),
        InstitutionKind::SubjectTraining => (format!("{place}{brand}文化培训学校"), "EDU"),
        InstitutionKind::NonSubjectTraining => {
            let (trade, lead) = dice.pick(&TRADES);
            (format!("{place}{brand}{trade}培训中心有限公司"), lead)
        }
    }
}
