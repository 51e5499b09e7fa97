//! The published table of a campaign (handbook 2.16), and who reports. Never here: counting.

use domain::actor::Level;
use domain::division::Divisions;
use wire::{Lang, texts, v1};

use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::out::{Heads, Out};
use crate::cli::sheet::{Export, Field, Sheet};
use crate::cli::words::{stage, word};

/// The figures by the keys under which they are published.
pub(crate) fn figures(figures: &v1::CampaignFigures) -> [(&'static str, i64); 7] {
    [
        ("dispatch_person_times", figures.dispatch_person_times()),
        ("inst_inspected", figures.inst_inspected()),
        ("inst_safety_hazard", figures.inst_safety_hazard()),
        ("inst_fire_hazard", figures.inst_fire_hazard()),
        ("inst_fire_evacuation", figures.inst_fire_evacuation()),
        ("inst_fire_equipment", figures.inst_fire_equipment()),
        ("staff_queried", figures.staff_queried()),
    ]
}

/// Who reports, in the reader's words.
pub(crate) fn post(lang: Lang, post: &v1::CampaignPost) -> String {
    let known = post.division.parse().ok().and_then(|code| Divisions::standard().find(code));
    let name = known.map(|division| division.name.as_str()).unwrap_or_default();
    let level = word::<Level>(lang, post.level);
    match lang {
        Lang::Zh => format!("{} {name}（{level}）", post.division),
        Lang::En => format!("{} {name} ({level})", post.division),
    }
}

/// The table of a campaign, as frozen in a version or, with 0, as counted now.
pub(crate) async fn report(
    desk: &Desk,
    campaign_id: String,
    version: u32,
) -> Result<v1::GetCampaignReportResponse, Failure> {
    let request = v1::GetCampaignReportRequest { consistency_token: desk.seen(), campaign_id, version };
    ask!(desk, campaign.get_campaign_report(request))
}

/// Shows it, or writes it to files.
pub(super) fn show(
    out: &Out,
    export: &Export,
    report: &v1::GetCampaignReportResponse,
) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("指标", "key"),
        ("名称", "indicator"),
        ("数值", "figure"),
        ("单位", "unit"),
        ("口径", "definition"),
    ];
    let row = |(key, value): (&str, i64)| {
        vec![
            Field::code(key),
            Field::text(texts::word(out.lang, "figure", key)),
            Field::Count(u64::try_from(value).ok()),
            Field::text(texts::word(out.lang, "counted", key)),
            Field::text(texts::word(out.lang, "definition", key)),
        ]
    };
    let sheet = Sheet::new(HEADS, figures(&report.figures.unwrap_or_default()).map(row));
    export.one(out, report, &sheet)?;
    if export.wanted() || out.json { Ok(()) } else { ground(out, report) }
}

/// What was counted, and who is missing.
fn ground(out: &Out, report: &v1::GetCampaignReportResponse) -> Result<(), Failure> {
    let version = match report.version {
        0 => out.either("即时统计，未冻结", "counted now, not frozen").to_owned(),
        version => version.to_string(),
    };
    let missing: Vec<String> = report.missing.iter().map(|one| post(out.lang, one)).collect();
    let reported = format!("{}/{}", report.reported, report.posts);
    out.facts(&[
        ("专项行动", "campaign", format!("{} {}", report.campaign_id, report.title)),
        ("阶段", "stage", stage(out.lang, &report.stage)),
        ("版本", "version", version),
        ("机构名单", "frame", report.frame.clone()),
        ("区划表", "divisions", report.divisions.clone()),
        ("日志位置", "place in the log", report.position.clone()),
        ("摘要", "digest", report.digest.clone()),
        ("已报/应报", "reported", reported),
        ("缺报（不作零计）", "missing, not zero", missing.join("\n")),
    ])
}
