//! The table of a campaign 专项行动统计表: figures with their definitions, what was counted, who is missing.
//! Never here: layout, or counting.

use clap::Args;
use domain::period::BEIJING;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::{Lang, v1};

use super::{Both, Content, LAYOUT, Printed, Wanted};
use crate::cli::campaign::table::{figures, post, report};
use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;

/// Which table.
#[derive(Args)]
pub(crate) struct WantedTable {
    #[command(flatten)]
    wanted: Wanted,
    /// 冻结版本，0 为即时统计；不填为最新一版 | A frozen version, or 0 for counted now; the newest version when not given
    #[arg(long)]
    version: Option<u32>,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(super) id: String,
    pub(super) title: String,
    /// Where the campaign stands; not in the table of a version, which stays what it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<Both>,
    pub(super) version: u32,
    pub(super) rows: Vec<Row>,
    pub(super) frame: String,
    pub(super) divisions: String,
    pub(super) position: String,
    pub(super) digest: String,
    pub(super) posts: u32,
    pub(super) reported: u32,
    pub(super) missing: Vec<String>,
    pub(super) unlisted: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) key: String,
    pub(super) name: Both,
    pub(super) value: i64,
    pub(super) unit: Both,
    pub(super) definition: Both,
}

/// Writes it.
pub(crate) async fn run(desk: &Desk, a: WantedTable) -> Result<(), Failure> {
    let today = BEIJING.to_datetime(Timestamp::now()).date().to_string();
    let version = match a.version {
        Some(version) => version,
        None => newest(desk, &a.wanted.id).await?,
    };
    printed(desk, (&a.wanted.id, version), &today).await?.save(desk, a.wanted)
}

/// The newest frozen version; 0, what is counted now, before there is one.
async fn newest(desk: &Desk, id: &str) -> Result<u32, Failure> {
    let request = v1::GetCampaignRequest { consistency_token: desk.seen(), campaign_id: id.to_owned() };
    let known = ask!(desk, campaign.get_campaign(request))?;
    Ok(known.snapshots.last().map(|snapshot| snapshot.version).unwrap_or_default())
}

pub(super) async fn printed(desk: &Desk, (id, version): (&str, u32), date: &str) -> Result<Printed, Failure> {
    Ok(of(&report(desk, id.to_owned(), version).await?, date))
}

/// The table of a report, made on a day.
pub(super) fn of(report: &v1::GetCampaignReportResponse, date: &str) -> Printed {
    let rows = figures(&report.figures.unwrap_or_default()).into_iter().map(|(key, value)| Row {
        key: key.to_owned(),
        name: Both::word("figure", key),
        value,
        unit: Both::word("counted", key),
        definition: Both::word("definition", key),
    });
    let missing: Vec<String> = report.missing.iter().map(|one| post(Lang::Zh, one)).collect();
    let unlisted = report.posts.saturating_sub(report.reported);
    let page = Page {
        id: report.campaign_id.clone(),
        title: report.title.clone(),
        stage: (report.version == 0).then(|| Both::word("stage", &report.stage)),
        version: report.version,
        rows: rows.collect(),
        frame: report.frame.clone(),
        divisions: report.divisions.clone(),
        position: report.position.clone(),
        digest: report.digest.clone(),
        posts: report.posts,
        reported: report.reported,
        unlisted: unlisted.saturating_sub(u32::try_from(missing.len()).unwrap_or(u32::MAX)),
        missing,
    };
    Printed {
        layout: LAYOUT,
        title: Both::new("专项行动统计表", "Table of a campaign"),
        number: format!("{}-{}", report.campaign_id, report.version),
        date: date.to_owned(),
        content: Content::Campaign(Box::new(page)),
    }
}
