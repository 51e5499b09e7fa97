//! What members do on the spot: coming and going, answering lines, not being let in. Works done without a network carry
//! the device's own time. Never here: signing the record.

use clap::{Args, Subcommand};
use domain::hazard::Category;
use jiff::{SignedDuration, Timestamp};
use wire::convert::{self, OnWire};
use wire::v1;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Order, given, papers};
use crate::cli::record::short::answer;
use crate::cli::times::moment;

use super::look;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Visit {
    /// 签到 | Check in
    CheckIn(Seen),
    /// 签退 | Check out
    CheckOut(Seen),
    /// 登记检查结果 | Answer lines of the checklists
    Answer(Answers),
    /// 登记受阻 | Note that the team was not let in, or not let work
    Obstruct(Noted),
    /// 再次前往，可请公安协助 | Try again, if need be with the police
    Retry(Retry),
}

// How a work done without a network was dated.
#[derive(Args)]
pub(crate) struct Offline {
    /// 离线登记时设备显示的时间 | What the device showed, when it was offline
    #[arg(long, value_name = "TIME", value_parser = moment)]
    device_at: Option<Timestamp>,
    /// 设备时间需加的秒数 | Seconds to be added to the device's time
    #[arg(
        long,
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true,
        requires = "device_at"
    )]
    offset_seconds: i32,
}

impl Offline {
    /// The device's time set right.
    fn at(&self) -> Option<Timestamp> {
        self.device_at?.checked_add(SignedDuration::from_secs(self.offset_seconds.into())).ok()
    }

    fn captured(&self) -> Option<v1::CapturedOffline> {
        let device_at = Some(convert::timestamp(self.device_at?));
        Some(v1::CapturedOffline { device_at, offset_seconds: self.offset_seconds })
    }
}

/// Coming or going.
#[derive(Args)]
pub(crate) struct Seen {
    /// 检查编号 | The inspection
    id: String,
    /// 位置 纬度,经度 | Where, LATITUDE,LONGITUDE
    #[arg(long, value_parser = place, value_name = "PLACE", allow_hyphen_values = true)]
    place: Option<v1::MapPlace>,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    order: Order,
}

/// Answers.
#[derive(Args)]
pub(crate) struct Answers {
    /// 检查编号 | The inspection
    id: String,
    /// 检查项=结论[=现状]，可重复 | LINE=VERDICT[=FINDING], may be repeated
    #[arg(long, value_parser = answer, value_name = "ANSWER", required_unless_present = "rest_passed")]
    answer: Vec<v1::LineAnswer>,
    /// 该检查表中由本人检查、尚未登记的项均合格，可重复 | All lines of this checklist that are one's own and have no answer passed, may be repeated
    #[arg(long, value_name = "CHECKLIST")]
    rest_passed: Vec<String>,
    /// 检查项:evidence=文件，可重复 | LINE:evidence=FILE, may be repeated
    #[arg(long, value_parser = paper, value_name = "PAPER")]
    paper: Vec<(String, Given)>,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    order: Order,
}

/// What happened.
#[derive(Args)]
pub(crate) struct Noted {
    /// 检查编号 | The inspection
    pub(super) id: String,
    /// 情况，不含个人信息 | What happened, without personal data
    #[arg(long)]
    pub(super) note: String,
    #[command(flatten)]
    pub(super) order: Order,
}

/// Another try.
#[derive(Args)]
pub(crate) struct Retry {
    /// 检查编号 | The inspection
    id: String,
    /// 协助的公安机关 | The police unit that helps
    #[arg(long, default_value = "", hide_default_value = true, value_name = "UNIT")]
    assistance: String,
    #[command(flatten)]
    order: Order,
}

/// `26.89,112.57` in degrees, to a millionth.
fn place(text: &str) -> Result<v1::MapPlace, String> {
    let wrong = || "请写成 26.893300,112.571900 | write 26.893300,112.571900".to_owned();
    let degrees = |text: &str, most: i32| {
        let text = text.trim();
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
        let known = digits(whole) && digits(part) && part.len() <= 6;
        let millionths = format!("{whole}{part:0<6}").parse::<i32>().ok().filter(|_| known);
        millionths.filter(|value| *value <= most * 1_000_000).map(|value| sign * value).ok_or_else(wrong)
    };
    let (north, east) = text.split_once(',').ok_or_else(wrong)?;
    Ok(v1::MapPlace { north: degrees(north, 90)?, east: degrees(east, 180)? })
}

/// `LINE:evidence=FILE`.
fn paper(text: &str) -> Result<(String, Given), String> {
    let wrong = "请写成 检查项:evidence=文件 | write LINE:evidence=FILE";
    let (line, paper) = text.split_once(':').ok_or(wrong)?;
    Ok((line.trim().to_owned(), given(paper)?))
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Visit) -> Result<(), Failure> {
    match asked {
        Visit::CheckIn(a) => {
            let (captured, order) = (a.offline.captured(), a.order.or_at(a.offline.at()));
            command!(
                desk,
                inspection.check_in,
                order,
                CheckInRequest { inspection_id: a.id, place: a.place, captured }
            )
        }
        Visit::CheckOut(a) => {
            let (captured, order) = (a.offline.captured(), a.order.or_at(a.offline.at()));
            command!(
                desk,
                inspection.check_out,
                order,
                CheckOutRequest { inspection_id: a.id, place: a.place, captured }
            )
        }
        Visit::Answer(a) => answers(desk, a).await,
        Visit::Obstruct(Noted { id: inspection_id, note, order }) => {
            command!(
                desk,
                inspection.obstruct_inspection,
                order,
                ObstructInspectionRequest { inspection_id, note }
            )
        }
        Visit::Retry(Retry { id: inspection_id, assistance, order }) => {
            command!(
                desk,
                inspection.retry_inspection,
                order,
                RetryInspectionRequest { inspection_id, assistance_unit_id: assistance }
            )
        }
    }
}

async fn answers(desk: &Desk, a: Answers) -> Result<(), Failure> {
    let (captured, order) = (a.offline.captured(), a.order.or_at(a.offline.at()));
    let mut answers = a.answer;
    if !a.rest_passed.is_empty() {
        let known = look::get(desk, a.id.clone()).await?.inspection.unwrap_or_default();
        let rest = rest(&known, &a.rest_passed, desk.officer().unwrap_or_default());
        let stated: Vec<String> = answers.iter().map(|one| one.line.clone()).collect();
        let passed = rest.into_iter().filter(|line| !stated.contains(line));
        let pass = v1::LineVerdict::Pass.into();
        answers.extend(passed.map(|line| v1::LineAnswer {
            line,
            verdict: pass,
            ..v1::LineAnswer::default()
        }));
    }
    for one in &mut answers {
        let theirs: Vec<Given> =
            a.paper.iter().filter(|(line, _)| *line == one.line).map(|(_, paper)| paper.clone()).collect();
        one.papers = papers(desk, &a.id, &theirs).await?;
        one.captured = captured;
    }
    command!(desk, inspection.record_lines, order, RecordLinesRequest { inspection_id: a.id, answers })
}

/// Lines of these checklists without an answer that are this officer's to answer. Of who is not on the team all are taken:
/// the hub says why not.
fn rest(one: &v1::Inspection, lists: &[String], officer: &str) -> Vec<String> {
    let named = |seat: &&v1::InspectionAttendance| {
        seat.member.as_ref().is_some_and(|member| member.officer_id == officer)
    };
    let seat = one.team.iter().find(named);
    let agency = seat.and_then(|seat| seat.unit.as_ref()).map(v1::Unit::agency);
    let delegated =
        seat.and_then(|seat| seat.member.as_ref()).is_some_and(|one| !one.fire_delegation.is_empty());
    let for_fire = agency == Some(v1::Agency::Fire) || (agency == Some(v1::Agency::Police) && delegated);
    let fire = |line: &v1::ChecklistLine| Category::from_wire(line.category).is_some_and(Category::fire);
    let lists = one.checklists.iter().filter(|list| lists.contains(&list.id));
    let lines = lists.flat_map(|list| list.lines.iter().map(move |line| (list.agency(), line)));
    let own = |sheet: v1::Agency, line: &v1::ChecklistLine| match agency {
        None => true,
        Some(_) if fire(line) => for_fire,
        Some(agency) => agency == sheet,
    };
    let open = lines.filter(|(sheet, line)| line.answer.is_none() && own(*sheet, line));
    open.map(|(_, line)| line.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_place_is_two_numbers_of_degrees() {
        let here = place("26.8933,112.571900").unwrap();
        assert_eq!((here.north, here.east), (26_893_300, 112_571_900));
        assert_eq!(place("-1.5, 0").unwrap().north, -1_500_000);
        for bad in ["", "26.8", "91,0", "0,181", "1.1234567,0", "1e3,0", "--1,0", ".5,1"] {
            assert!(place(bad).unwrap_err().contains(" | "), "{bad}");
        }
    }
}
