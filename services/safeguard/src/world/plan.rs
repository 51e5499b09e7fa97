//! Which units and officers a world has, as plain data. Never here: entering them.

use domain::actor::{Agency, Level, Role};

use super::{CITY, COUNTY, Size, unit_id};
use crate::sample::cast;

/// The province.
const PROVINCE: &str = "430000";
/// The second county of the world, after [`COUNTY`].
const SECOND: &str = "430412";
/// A unit to enter.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) agency: Agency,
    pub(super) level: Level,
    pub(super) division: String,
    /// Empty at the top.
    pub(super) superior: String,
    /// Takes what nobody owns in time.
    pub(super) fallback: bool,
}

/// An officer to enter.
#[derive(Debug, Clone)]
pub(super) struct Officer {
    /// How stories call them.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) unit: String,
    pub(super) agency: Agency,
    pub(super) roles: Vec<Role>,
    pub(super) zh: String,
    pub(super) en: String,
}

/// A post: agency, short name, roles, title in Chinese and English.
type Post = (Agency, &'static str, &'static [Role], &'static str, &'static str);

const COUNTY_POSTS: [Post; 11] = [
    (Agency::Education, "handler", &[Role::Handler], "执法承办人", "enforcement officer"),
    (
        Agency::Education,
        "deputy",
        &[Role::Handler, Role::Head],
        "主持工作的副局长",
        "deputy who presides at times",
    ),
    (Agency::Education, "leader", &[Role::Leader], "安全股负责人", "section leader"),
    (Agency::Education, "head", &[Role::Head], "局长", "head of the bureau"),
    (Agency::Police, "leader", &[Role::Leader], "法制大队负责人", "legal section leader"),
    (Agency::Police, "head", &[Role::Head], "分局局长", "head of the sub-bureau"),
    (Agency::Fire, "inspector", &[Role::Handler, Role::Leader], "消防监督员", "fire inspector"),
    (
        Agency::Fire,
        "deputy",
        &[Role::Handler, Role::Head],
        "消防大队副大队长",
        "deputy head of the fire brigade",
    ),
    (Agency::Procuratorate, "prosecutor", &[Role::Handler], "检察官", "prosecutor"),
    (Agency::Market, "handler", &[Role::Handler], "市场监管执法人员", "market inspector"),
    (Agency::Market, "head", &[Role::Head], "市场监管局局长", "head of market regulation"),
];

const CITY_POSTS: [Post; 6] = [
    (
        Agency::Education,
        "duty",
        &[Role::Duty, Role::Triage, Role::Handler],
        "市教育局值班员",
        "city education duty officer",
    ),
    (Agency::Education, "leader", &[Role::Leader], "市教育局安全科科长", "city education section leader"),
    (Agency::Police, "duty", &[Role::Duty], "市公安局指挥中心值班民警", "city police duty officer"),
    (Agency::Police, "leader", &[Role::Leader], "市公安局法制支队负责人", "city police legal leader"),
    (Agency::Fire, "leader", &[Role::Leader], "消防救援支队负责人", "city fire leader"),
    (Agency::Procuratorate, "prosecutor", &[Role::Handler], "市检察院检察官", "city prosecutor"),
];

/// The counties of a world of this size, [`COUNTY`] first: code and full name.
pub(super) fn counties(size: &Size) -> Vec<(String, String)> {
    let mut all = cast::counties();
    all.sort_by_key(|(code, _)| (code != COUNTY, code != SECOND, code.clone()));
    all.truncate(size.counties.max(1));
    all
}

/// Units from the province down, each level to be entered before the next.
pub(super) fn units(size: &Size) -> [Vec<Unit>; 3] {
    let counties = counties(size);
    let mut levels = [Vec::new(), Vec::new(), Vec::new()];
    let [top, city, county] = &mut levels;
    for (agency, [provincial, municipal, countywide]) in OFFICES {
        top.push(unit(agency, Level::Province, PROVINCE, format!("湖南省{provincial}")));
        city.push(unit(agency, Level::City, CITY, format!("衡阳市{municipal}")));
        county.extend(
            counties
                .iter()
                .map(|(code, full)| unit(agency, Level::County, code, local(agency, full, countywide))),
        );
    }
    levels
}

fn unit(agency: Agency, level: Level, division: &str, name: String) -> Unit {
    let superior = match level {
        Level::County => unit_id(agency, CITY),
        Level::City => unit_id(agency, PROVINCE),
        Level::Province | Level::Nation => String::new(),
    };
    Unit {
        id: unit_id(agency, division),
        name,
        agency,
        level,
        division: division.to_owned(),
        superior,
        fallback: agency == Agency::Education && level == Level::City,
    }
}

/// What an agency's office of a level is called, after the name of the area.
const OFFICES: [(Agency, [&str; 3]); 5] = [
    (Agency::Education, ["教育厅", "教育局", "教育局"]),
    (Agency::Police, ["公安厅", "公安局", "公安局"]),
    (Agency::Fire, ["消防救援总队", "消防救援支队", "消防救援大队"]),
    (Agency::Procuratorate, ["人民检察院", "人民检察院", "人民检察院"]),
    (Agency::Market, ["市场监督管理局", "市场监督管理局", "市场监督管理局"]),
];

/// A county's office; district police are sub-bureaus of the city's.
fn local(agency: Agency, full: &str, office: &str) -> String {
    match full.strip_prefix("衡阳市").and_then(|short| short.strip_suffix('区')) {
        Some(district) if agency == Agency::Police => format!("衡阳市公安局{district}分局"),
        Some(_) | None => format!("{full}{office}"),
    }
}

/// All officers, the auditor of the operator last.
pub(super) fn officers(size: &Size) -> Vec<Officer> {
    let mut all = Vec::new();
    let clerk: Post =
        (Agency::Education, "clerk", &[Role::Handler, Role::Triage], "线索受理员", "intake clerk");
    let duty: Post = (Agency::Police, "duty", &[Role::Duty], "值班民警", "duty officer");
    for (code, _) in counties(size).iter().take(size.staffed) {
        all.extend((1..=size.clerks).map(|number| officer(code, &clerk, Some(number))));
        all.extend((1..=size.duty).map(|number| officer(code, &duty, Some(number))));
        all.extend(COUNTY_POSTS.iter().map(|post| officer(code, post, None)));
    }
    all.extend(CITY_POSTS.iter().map(|post| officer(CITY, post, None)));
    all.push(Officer {
        name: "hub.auditor".to_owned(),
        id: "OF-HUB-AUDITOR".to_owned(),
        unit: "UN-HUB".to_owned(),
        agency: Agency::Hub,
        roles: vec![Role::Auditor],
        zh: "平台审计员".to_owned(),
        en: "the operator's auditor".to_owned(),
    });
    all
}

fn officer(division: &str, post: &Post, number: Option<usize>) -> Officer {
    let &(agency, short, roles, zh, en) = post;
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let code = agency.code();
    Officer {
        name: format!("{division}.{}.{short}{number}", code.to_ascii_lowercase()),
        id: format!("OF-{code}-{division}-{}{number}", short.to_ascii_uppercase()),
        unit: unit_id(agency, division),
        agency,
        roles: roles.to_vec(),
        zh: format!("{zh}{number}"),
        en: if number.is_empty() { en.to_owned() } else { format!("{en} {number}") },
    }
}
