//! Drawing by lot, and recomputing what was drawn: the record holds the whole frame, so that anybody can check it with
//! this program alone. Never here: the algorithm (that is `domain::draw`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use domain::actor::Agency;
use domain::draw::{Assigned, Drawn, Frame, Inspector, Wanted};
use domain::ids::{InstitutionId, OfficerId, UnitId};
use domain::institution::InstitutionKind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::convert::OnWire;
use wire::{Lang, v1};

use crate::cli::badge::bytes_of;
use crate::cli::desk::{Desk, ask, send};
use crate::cli::failure::Failure;
use crate::cli::order::Order;
use crate::cli::out::{Heads, Out};
use crate::cli::sheet::{Export, Field, Sheet, write};
use crate::cli::words::one_of;

/// Entries a page when the frame is fetched.
const PAGE: i32 = 500;

/// What is drawn.
#[derive(Args)]
pub(crate) struct Draw {
    /// 抽取范围：该地区及下级的机构 | The frame: institutions of this division and below
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 只抽这些类型的机构，可重复 | Only institutions of these kinds, may be repeated
    #[arg(long, value_parser = one_of::<InstitutionKind>())]
    kind: Vec<i32>,
    /// 不参加抽取的机构，可重复 | Institution left out, may be repeated
    #[arg(long, value_name = "ID", requires = "excluded_why")]
    excluded: Vec<String>,
    /// 不参加抽取的理由 | Why they are left out
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    excluded_why: String,
    /// 抽取的机构数 | How many institutions are drawn
    #[arg(long)]
    targets: u32,
    /// 参加抽取的人员 人员@单位[=回避机构,回避机构]，可重复 | Officer who may be drawn, OFFICER@UNIT[=CONFLICT,CONFLICT]; may be repeated
    #[arg(long, value_parser = inspector, value_name = "OFFICER")]
    inspector: Vec<Named>,
    /// 每个机构的检查人员数 | Officers for each target
    #[arg(long, default_value_t = 0, hide_default_value = true, requires = "inspector")]
    team: u32,
    /// 检查人员至少来自几个部门 | At least so many agencies among them
    #[arg(long, default_value_t = 0, hide_default_value = true, requires = "inspector")]
    agencies: u32,
    /// 公开抽取的种子（数字） | The seed, drawn in public, a number
    #[arg(long)]
    seed: String,
    /// 抽取记录写入（不覆盖） | Where the record is written; never overwrites
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    export: Export,
    #[command(flatten)]
    order: Order,
}

/// A record to be recomputed.
#[derive(Args)]
pub(crate) struct Check {
    /// 抽取记录文件 | The record
    file: PathBuf,
}

/// A draw with everything it can be recomputed from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lot {
    draw_id: String,
    division: String,
    excluded: Vec<String>,
    excluded_why: String,
    frame: Frame,
    wanted: Wanted,
    drawn: Drawn,
    assigned: Vec<Assigned>,
}

/// An officer who may be drawn, as typed.
#[derive(Debug, Clone)]
struct Named {
    officer: OfficerId,
    unit: UnitId,
    conflicts: BTreeSet<InstitutionId>,
}

/// `OF-1@UN-1` or `OF-1@UN-1=IN-..,IN-..`.
fn inspector(text: &str) -> Result<Named, String> {
    let wrong =
        || "请写成 OF-1@UN-EDU-430421[=IN-..,IN-..] | write OF-1@UN-EDU-430421[=IN-..,IN-..]".to_owned();
    let (who, conflicts) = text.split_once('=').unwrap_or((text, ""));
    let (officer, unit) = who.split_once('@').ok_or_else(wrong)?;
    let conflicts = conflicts.split(',').map(str::trim).filter(|one| !one.is_empty());
    Ok(Named {
        officer: officer.trim().parse().map_err(|_| wrong())?,
        unit: unit.trim().parse().map_err(|_| wrong())?,
        conflicts: conflicts.map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?,
    })
}

impl Named {
    fn wire(&self) -> v1::DrawInspector {
        v1::DrawInspector {
            officer_id: self.officer.to_string(),
            conflict_ids: self.conflicts.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Draws, and writes the record.
pub(super) async fn run(desk: &Desk, a: Draw) -> Result<(), Failure> {
    let answer = send!(
        desk,
        inspection.draw_targets,
        a.order,
        DrawTargetsRequest {
            division: a.division.clone(),
            kinds: a.kind.clone(),
            excluded_ids: a.excluded.clone(),
            excluded_why: a.excluded_why.clone(),
            targets: a.targets,
            inspectors: a.inspector.iter().map(Named::wire).collect(),
            team: a.team,
            agencies: a.agencies,
            seed: a.seed.clone(),
        }
    )?;
    if let Some(receipt) = &answer.receipt {
        desk.remember(&receipt.consistency_token);
    }
    let lot = lot(desk, &a, &answer).await?;
    let text = serde_json::to_string_pretty(&lot).map_err(anyhow::Error::from)?;
    write(&a.out, text.as_bytes())?;
    a.export.one(&desk.out, &answer, &targets(&answer))?;
    let file = a.out.display();
    desk.out.notice(desk.out.named("抽取记录：", "record of the draw:", file));
    verdict(&lot)
}

fn targets(answer: &v1::DrawTargetsResponse) -> Sheet {
    const HEADS: Heads =
        &[("次序", "no."), ("机构编号", "institution id"), ("机构", "institution"), ("检查人员", "officers")];
    let row = |(place, one): (u64, &v1::DrawnTarget)| {
        vec![
            Field::count(place),
            Field::code(&one.institution_id),
            Field::text(&one.institution_name),
            Field::code(one.officer_ids.join(" ")),
        ]
    };
    Sheet::new(HEADS, (1..).zip(&answer.targets).map(row))
}

/// The record of what was drawn, with the frame as the directory shows it.
async fn lot(desk: &Desk, a: &Draw, answer: &v1::DrawTargetsResponse) -> Result<Lot, Failure> {
    let drawn = answer.drawn.clone().unwrap_or_default();
    let id = |text: &str| text.parse::<InstitutionId>().map_err(anyhow::Error::from);
    let officer = |text: &String| text.parse::<OfficerId>().map_err(anyhow::Error::from);
    let mut assigned = Vec::with_capacity(answer.targets.len());
    for one in &answer.targets {
        let inspectors = one.officer_ids.iter().map(officer).collect::<Result<_, _>>()?;
        assigned.push(Assigned { target: id(&one.institution_id)?, inspectors });
    }
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Lot {
        draw_id: answer.draw_id.clone(),
        division: a.division.clone(),
        excluded: a.excluded.clone(),
        excluded_why: a.excluded_why.clone(),
        frame: Frame::new(institutions(desk, a).await?, inspectors(desk, &a.inspector).await?),
        wanted: Wanted { targets: size(a.targets), inspectors: size(a.team), agencies: size(a.agencies) },
        drawn: named(&drawn)?,
        assigned,
    })
}

fn named(drawn: &v1::InspectionDraw) -> Result<Drawn, Failure> {
    let value = json!({ "frame": drawn.frame, "algorithm": drawn.algorithm, "seed": drawn.seed });
    let known = serde_json::from_value(value).context("this program does not know how it was drawn");
    Ok(known?)
}

async fn institutions(desk: &Desk, a: &Draw) -> Result<BTreeSet<InstitutionId>, Failure> {
    let (mut found, mut page_token) = (BTreeSet::new(), String::new());
    loop {
        let request = v1::ListInstitutionsRequest {
            consistency_token: desk.seen(),
            page_size: PAGE,
            page_token,
            division: a.division.clone(),
            ..v1::ListInstitutionsRequest::default()
        };
        let answer = ask!(desk, directory.list_institutions(request))?;
        for one in &answer.institutions {
            let wanted = a.kind.is_empty() || a.kind.contains(&one.kind);
            if wanted && !a.excluded.contains(&one.id) {
                found.insert(one.id.parse().map_err(anyhow::Error::from)?);
            }
        }
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}

/// The officers with the agencies that the directory has for their units.
async fn inspectors(desk: &Desk, named: &[Named]) -> Result<Vec<Inspector>, Failure> {
    let mut agencies = BTreeMap::new();
    for one in named.iter().map(|one| &one.unit) {
        if agencies.contains_key(one) {
            continue;
        }
        let request = v1::GetUnitRequest { consistency_token: desk.seen(), unit_id: one.to_string() };
        let answer = ask!(desk, directory.get_unit(request))?;
        let agency = answer.unit.and_then(|unit| Agency::from_wire(unit.agency));
        agencies.insert(one.clone(), agency.context("an agency this program does not know")?);
    }
    let known = named.iter().filter_map(|one| {
        let Named { officer, unit, conflicts } = one.clone();
        Some(Inspector { officer, agency: *agencies.get(&unit)?, unit, conflicts })
    });
    Ok(known.collect())
}

fn read(file: &Path) -> Result<Lot, Failure> {
    let read = serde_json::from_slice(&bytes_of(file)?).map_err(|error| {
        Failure::plain(
            format!("{} 不是抽取记录：{error}", file.display()),
            format!("{} is no record of a draw: {error}", file.display()),
        )
    })?;
    Ok(read)
}

/// What a plan names the draw of a record by.
pub(super) fn drawn(file: &Path) -> Result<v1::InspectionDraw, Failure> {
    let value = serde_json::to_value(read(file)?.drawn).map_err(anyhow::Error::from)?;
    let text = |name: &str| value.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    Ok(v1::InspectionDraw { frame: text("frame"), algorithm: text("algorithm"), seed: text("seed") })
}

/// Recomputes the draw of a record, without the hub.
pub(super) fn check(out: &Out, a: &Check) -> Result<(), Failure> {
    let lot = read(&a.file)?;
    verdict(&lot)?;
    if out.json {
        return out.object(&json!({
            "draw_id": lot.draw_id, "same": true, "targets": lot.assigned.len(), "frame": lot.drawn.frame,
        }));
    }
    let count = lot.assigned.len();
    out.line(match out.lang {
        Lang::Zh => format!("复核一致：{} 的 {count} 个机构及人员与重新计算的完全相同。", lot.draw_id),
        Lang::En => {
            format!("the same: {} recomputed gives the very {count} targets and officers.", lot.draw_id)
        }
    })
}

/// Whether the frame is the one drawn from, and the draw is what comes out of it.
fn verdict(lot: &Lot) -> Result<(), Failure> {
    let (wanted, found) = (lot.drawn.frame, lot.frame.digest());
    if found != wanted {
        return Err(Failure::plain(
            format!("名单与抽取时的名单不同（应为 {wanted}，实为 {found}）。"),
            format!("the frame is not the one drawn from: wanted {wanted}, found {found}."),
        ));
    }
    let (_, again) = lot.frame.draw(lot.wanted, lot.drawn.seed).map_err(|why| {
        let refusal = wire::Refusal::law(&why);
        Failure::plain(refusal.say(Lang::Zh), refusal.say(Lang::En))
    })?;
    let wrong: Vec<String> = (0..lot.assigned.len().max(again.len()))
        .map(|place| (place, lot.assigned.get(place), again.get(place)))
        .filter(|(_, recorded, recomputed)| recorded != recomputed)
        .map(|(place, recorded, recomputed)| {
            format!("  #{} {} ≠ {}", place + 1, target(recorded), target(recomputed))
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let listed = wrong.join("\n");
    Err(Failure::plain(
        format!("与重新计算的结果不同（记录 ≠ 重算）：\n{listed}"),
        format!("what comes out is not what was recorded (recorded ≠ recomputed):\n{listed}"),
    ))
}

fn target(one: Option<&Assigned>) -> String {
    let Some(one) = one else { return "-".to_owned() };
    let officers: Vec<&str> = one.inspectors.iter().map(OfficerId::as_str).collect();
    format!("{} {}", one.target, officers.join(" ")).trim_end().to_owned()
}
