//! What the stories tell about people: all of it made up, and all of it to be sealed. The tests look for these words in
//! every file of the hub. Never here: what is public.

use wire::v1::reporter_statement::Who;
use wire::v1::{AnonymousReporter, Minor, NamedReporter, PersonPart, PersonStatement, ReporterStatement};

use crate::sample::cast;

/// The seed of the people.
const SEED: u64 = 310;

/// What the teacher reports.
pub(super) const ABUSE: &str =
    "晨检时发现该幼儿手臂和后背有多处新旧瘀伤，孩子说是家里的叔叔用皮带打的，不敢回家。";
/// Where the child lives.
pub(super) const HOME: &str = "湖南省衡阳市珠晖区东风路虚构小区7栋302室";
/// What the inspection found.
pub(super) const FRAUD: &str =
    "执法检查发现该机构收取上百名学员预付学费后停课，资金转入法定代表人私人账户，涉嫌虚构课程骗取钱款。";
/// What the verification found.
pub(super) const FINDING: &str =
    "两名执法人员核对账册、银行流水和学员合同，查实预收费一百一十二万元去向不明。";
/// The facts of the referral.
pub(super) const FACTS: &str =
    "2026年3月至9月，该机构负责人虚构开课事实，骗取一百零三名家长预付学费共计一百一十二万元，已涉嫌犯罪。";
/// What the caller tells the fire line.
pub(super) const BLOCKED: &str =
    "举报人称培训机构把二楼疏散通道用货架堵死，安全出口平时上锁，里面有几十个孩子上课。";
/// What the police answer.
pub(super) const ANSWER: &str = "已对涉嫌虐待的监护人刑事立案，孩子由民政部门临时监护，伤情鉴定已完成。";
/// What the teacher is told.
pub(super) const TOLD: &str = "您反映的情况公安机关已经受理并立案，孩子目前安全，感谢您的及时报告。";
/// What the fire service answers.
pub(super) const CLEARED: &str = "现场核查属实，已责令立即清除货架并打开安全出口，另案处罚，复查合格。";

fn name(purpose: &str) -> String {
    cast::name(SEED, purpose)
}

/// The teacher, who asks for secrecy.
pub(super) fn teacher() -> ReporterStatement {
    let named = NamedReporter {
        name: name("teacher"),
        phone: "13800004716".to_owned(),
        id_number: cast::identity_number(SEED, "430405", 34),
        secret: true,
    };
    ReporterStatement { who: Some(Who::Named(named)) }
}

/// Nobody gave a name.
pub(super) fn nobody() -> ReporterStatement {
    ReporterStatement { who: Some(Who::Anonymous(AnonymousReporter {})) }
}

/// The child of five, known by an identity number.
pub(super) fn child() -> PersonStatement {
    person(PersonPart::Victim, "child", cast::identity_number(SEED + 1, "430405", 5))
}

/// Who is said to have beaten the child.
pub(super) fn relative() -> PersonStatement {
    person(PersonPart::Suspect, "relative", String::new())
}

/// The one who runs the institution.
pub(super) fn owner() -> PersonStatement {
    person(PersonPart::Suspect, "owner", cast::identity_number(SEED + 2, "430407", 41))
}

fn person(part: PersonPart, purpose: &str, id_number: String) -> PersonStatement {
    PersonStatement { part: part as i32, name: name(purpose), id_number, minor: Minor::Unspecified as i32 }
}

/// Every personal value the stories tell: none of them may stand in the open in any file of the hub.
#[must_use]
pub fn personal_values() -> Vec<String> {
    let texts = [ABUSE, HOME, FRAUD, FINDING, FACTS, BLOCKED, ANSWER, TOLD, CLEARED].map(ToOwned::to_owned);
    let mut values = texts.to_vec();
    for person in [child(), relative(), owner()] {
        values.extend([person.name, person.id_number]);
    }
    if let Some(Who::Named(teacher)) = teacher().who {
        values.extend([teacher.name, teacher.phone, teacher.id_number]);
    }
    values.retain(|value| !value.is_empty());
    values
}
