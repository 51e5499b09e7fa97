//! The table of handbook 2.16 with what was expected beside what the hub counted, and what became of the records.
//! Never here: counting.

use anyhow::{Context, anyhow};
use comfy_table::Cell;
use domain::actor::Agency;
use domain::campaign::figures::Figures;
use serde_json::{Map, Value, json};
use wire::v1;
use wire::v1::campaign_service_client::CampaignServiceClient;

use super::course::ministry;
use super::send::Sender;
use super::stage::{Mark, Outcome, Site, open};
use super::told::{ByKind, Told, Watch};
use crate::cli::failure::Failure;
use crate::cli::out::{Heads, Out, figure};
use crate::world::said;

const TITLES: [(&str, &str); 7] = [
    ("出动检查人员（人次）", "Inspectors dispatched, person-times"),
    ("检查机构（所）", "Institutions inspected"),
    ("设施设备安全隐患机构", "With safety hazards"),
    ("消防隐患机构", "With fire hazards"),
    ("其中：疏散条件不达标", "- evacuation below standard"),
    ("其中：消防器材管理不规范", "- equipment not in order"),
    ("查询从业人员（名）", "Staff queried"),
];

/// The figures of an answer in the order of the table.
fn counted(figures: &v1::CampaignFigures) -> [i64; 7] {
    [
        figures.dispatch_person_times(),
        figures.inst_inspected(),
        figures.inst_safety_hazard(),
        figures.inst_fire_hazard(),
        figures.inst_fire_evacuation(),
        figures.inst_fire_equipment(),
        figures.staff_queried(),
    ]
}

/// Prints what came of a campaign that was played; a difference is a failure.
pub(super) fn outcome(out: &Out, played: &Outcome) -> Result<(), Failure> {
    let differs = shown(out, &played.report, &played.expected, Some(played))?;
    if differs {
        return Err(Failure::plain(
            "数字与生成器的统计不一致。",
            "The figures differ from the generator's own count.",
        ));
    }
    Ok(())
}

/// Prints the table of the campaign in a directory, as the hub on it answers.
pub(super) async fn report(out: &Out, site: Site<'_>) -> Result<(), Failure> {
    let Some(mark) = Mark::read(site.data)? else {
        return Err(Failure::plain(
            "此目录中没有模拟的专项行动；先运行 safeguard campaign simulate。",
            "no campaign was played in this directory; run safeguard campaign simulate first.",
        ));
    };
    let (house, _time) = open(site, mark.now).await?;
    let told = std::sync::Arc::new(Told::new(Watch::nobody()));
    let asked = match Sender::new(house.hub()?, house.address, told) {
        Ok(sender) => ask(&sender, &mark.campaign).await,
        Err(error) => Err(error),
    };
    house.stop().await?;
    let _differs = shown(out, &asked?, &mark.expected, None)?;
    Ok(())
}

/// The newest frozen table, or what is counted now when nothing is frozen.
async fn ask(sender: &Sender, campaign: &str) -> anyhow::Result<v1::GetCampaignReportResponse> {
    let mut line = CampaignServiceClient::new(sender.line(&ministry(Agency::Education, 'A'))?);
    let said = |status: &tonic::Status| anyhow!(said(status, wire::Lang::En));
    let campaign_id = campaign.to_owned();
    let request = v1::GetCampaignRequest { campaign_id: campaign_id.clone(), ..Default::default() };
    let known = line.get_campaign(request).await.map_err(|status| said(&status))?.into_inner();
    let version = u32::try_from(known.snapshots.len()).context("versions")?;
    let request = v1::GetCampaignReportRequest { campaign_id, version, ..Default::default() };
    Ok(line.get_campaign_report(request).await.map_err(|status| said(&status))?.into_inner())
}

/// A table with what it is compared with.
struct Compared<'a> {
    report: &'a v1::GetCampaignReportResponse,
    expected: &'a Figures,
    counted: [i64; 7],
    wanted: [i64; 7],
}

/// Prints a table; whether anything differs.
fn shown(
    out: &Out,
    report: &v1::GetCampaignReportResponse,
    expected: &Figures,
    played: Option<&Outcome>,
) -> Result<bool, Failure> {
    let wanted = expected.rows().map(|(_, value)| i64::try_from(value).unwrap_or(i64::MAX));
    let counted = counted(&report.figures.unwrap_or_default());
    let compared = Compared { report, expected, counted, wanted };
    if out.json {
        object(out, &compared, played)?
    } else {
        people(out, &compared, played)?
    }
    Ok(counted != wanted)
}

fn object(out: &Out, compared: &Compared<'_>, played: Option<&Outcome>) -> Result<(), Failure> {
    let Compared { report, expected, counted, .. } = compared;
    let keys = expected.rows().map(|(key, _)| key.to_owned());
    let mut object: Map<String, Value> = keys.into_iter().zip(counted.map(Value::from)).collect();
    let words = [
        ("digest", &report.digest),
        ("campaign", &report.campaign_id),
        ("stage", &report.stage),
        ("frame", &report.frame),
        ("divisions", &report.divisions),
    ];
    object.extend(words.map(|(key, word)| (key.to_owned(), Value::from(word.as_str()))));
    let _ = object.insert("expected".to_owned(), json!(expected));
    if let Some(played) = played {
        let _ = object.insert("records".to_owned(), json!(played.counts));
        let _ = object.insert("referrals".to_owned(), json!(played.referred));
        let _ = object.insert("referrals_drawn".to_owned(), json!(played.drawn));
        let _ = object.insert("reported_late".to_owned(), json!(played.late));
    }
    out.object(&object)
}

fn people(out: &Out, compared: &Compared<'_>, played: Option<&Outcome>) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("指标", "indicator"),
        ("键", "key"),
        ("平台统计", "hub"),
        ("应为", "expected"),
        ("差", "difference"),
    ];
    let Compared { report, expected, counted, wanted } = compared;
    out.line(format!("{} {} {}", report.title, report.campaign_id, report.stage))?;
    let keys = expected.rows().map(|(key, _)| key);
    let values = counted.iter().zip(wanted);
    let rows = TITLES.iter().zip(keys).zip(values).map(|(((zh, en), key), (value, wanted))| {
        let names = [out.either(zh, en), key].map(Cell::new);
        names.into_iter().chain([*value, *wanted, value - wanted].map(figure)).collect()
    });
    out.table(HEADS, rows.collect())?;
    out.line(out.named("校验值：", "digest:", &report.digest))?;
    let Some(played) = played else { return Ok(()) };
    records(out, &played.counts)?;
    referrals(out, played)?;
    let late = format!("{} / {}", played.late, played.missing);
    out.line(out.named("迟报单位 / 截止日缺报：", "units late / missing on the day:", late))
}

/// How the referrals ended, beside how the generator drew them.
fn referrals(out: &Out, played: &Outcome) -> Result<(), Failure> {
    const HEADS: Heads =
        &[("移送", "referrals"), ("平台", "hub"), ("应为", "expected"), ("差", "difference")];
    let Outcome { referred, drawn, .. } = played;
    if drawn.is_empty() {
        return Ok(());
    }
    let row = |(ending, wanted): (&String, &u64)| {
        let [ended, wanted] = [referred.ended.get(ending).copied().unwrap_or_default(), *wanted];
        let [ended, wanted] = [ended, wanted].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let figures = [ended, wanted, ended - wanted].map(figure);
        std::iter::once(Cell::new(ending)).chain(figures).collect()
    };
    out.table(HEADS, drawn.iter().map(row).collect())?;
    out.line(out.named(
        "其中生成器定为逾期而按期办理：",
        "of these drawn as late, played in time:",
        referred.in_time.to_string(),
    ))
}

fn records(out: &Out, counts: &ByKind) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("记录", "records"),
        ("发送", "sent"),
        ("记入", "recorded"),
        ("已有", "repeated"),
        ("待续", "put off"),
        ("断线", "broken"),
        ("拒绝", "refused"),
    ];
    let rows = counts.iter().map(|(kind, counts)| {
        let refused: u64 = counts.refused.values().sum();
        let all = [counts.sent, counts.recorded, counts.repeated, counts.put_off, counts.broken, refused];
        let cells = all.into_iter().map(figure);
        std::iter::once(Cell::new(kind)).chain(cells).collect()
    });
    out.table(HEADS, rows.collect())?;
    for (kind, counts) in counts {
        for (reason, times) in &counts.refused {
            out.line(format!("  {kind}: {times} × {reason}"))?;
        }
    }
    Ok(())
}
