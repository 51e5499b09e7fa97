//! Looking at campaigns: plans, the table, progress, who is missing. Never here: changing them.

use clap::{Args, Subcommand};
use domain::actor::{Agency, Level};
use domain::campaign::PhaseKind;
use wire::{Lang, texts, v1};

use super::{phase, table};
use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, Out};
use crate::cli::record::short::post;
use crate::cli::sheet::{Export, Field, Listing, Sheet};
use crate::cli::show::unit;
use crate::cli::words::{one_of, stage, word, words};

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 专项行动列表 | List campaigns
    List(List),
    /// 查看方案、会签、阶段、版本 | Show the plan, signatures, phases, versions
    Show(Which),
    /// 统计表 | The published table
    Table(Table),
    /// 各级进度与目标、上报情况 | Progress of every level against its target, with what was reported
    Progress(Progress),
    /// 缺报单位 | Who has not reported
    Missing(Missing),
    /// 一个单位的目标、统计和上报 | One unit: target, figures counted, figures reported
    Post(Post),
}

/// Which page.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// Which table.
#[derive(Args)]
pub(crate) struct Table {
    /// 专项行动编号 | The campaign
    id: String,
    /// 冻结版本；不填即时统计 | A frozen version; counted now when not given
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    version: u32,
    #[command(flatten)]
    export: Export,
}

/// Which units.
#[derive(Args)]
pub(crate) struct Progress {
    /// 专项行动编号 | The campaign
    id: String,
    /// 地区及下级；不填即本人辖区 | Division and below; one's area when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 只看这一级 | Only this level
    #[arg(long, value_parser = one_of::<Level>())]
    level: Option<i32>,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// Whose.
#[derive(Args)]
pub(crate) struct Missing {
    /// 专项行动编号 | The campaign
    id: String,
    /// 地区及下级；不填即本人辖区 | Division and below; one's area when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// Which unit.
#[derive(Args)]
pub(crate) struct Post {
    /// 专项行动编号 | The campaign
    id: String,
    /// 单位 级别:区划，如 county:430421 | The unit, LEVEL:DIVISION, e.g. county:430421
    #[arg(value_parser = post)]
    post: v1::CampaignPost,
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::List(a) => {
            let asking = async |page_size, page_token| {
                let consistency_token = desk.seen();
                let request = v1::ListCampaignsRequest { consistency_token, page_size, page_token };
                ask!(desk, campaign.list_campaigns(request))
            };
            a.export.list(desk, &a.page, asking).await
        }
        Look::Show(a) => show(desk, a.id).await,
        Look::Table(a) => table::show(&desk.out, &a.export, &table::report(desk, a.id, a.version).await?),
        Look::Progress(a) => progress(desk, a).await,
        Look::Missing(a) => missing(desk, a).await,
        Look::Post(a) => one(desk, a).await,
    }
}

impl Listing for v1::ListCampaignsResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        const HEADS: Heads = &[
            ("编号", "id"),
            ("名称", "title"),
            ("阶段", "stage"),
            ("牵头单位", "lead"),
            ("地区", "division"),
            ("首日", "opens"),
            ("末日", "closes"),
        ];
        let row = |one: &v1::CampaignSummary| {
            vec![
                Field::code(&one.id),
                Field::text(&one.title),
                Field::text(stage(out.lang, &one.stage)),
                Field::code(&one.lead),
                Field::code(&one.division),
                Field::day(&one.opens),
                Field::day(&one.closes),
            ]
        };
        Sheet::new(HEADS, self.campaigns.iter().map(row))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }
}

async fn show(desk: &Desk, campaign_id: String) -> Result<(), Failure> {
    let request = v1::GetCampaignRequest { consistency_token: desk.seen(), campaign_id };
    let answer = ask!(desk, campaign.get_campaign(request))?;
    desk.out.answer(&answer, |out, answer| {
        let plan = answer.plan.clone().unwrap_or_default();
        let lines = |lines: Vec<String>| lines.join("\n");
        let phases = plan.phases.iter().map(|one| phase::shown(out.lang, one)).collect();
        let additions = answer.additions.iter().map(|one| {
            let phases: Vec<String> = one.phases.iter().map(|one| phase::shown(out.lang, one)).collect();
            format!("{} {} {}", one.division, one.tasks.join(" "), phases.join(" ")).trim_end().to_owned()
        });
        let snapshots = answer.snapshots.iter().map(|kept| match out.lang {
            Lang::Zh => format!("第 {} 版 {} {}", kept.version, kept.frame, kept.digest),
            Lang::En => format!("version {} {} {}", kept.version, kept.frame, kept.digest),
        });
        out.facts(&[
            ("专项行动", "campaign", plan.id),
            ("名称", "title", plan.title),
            ("阶段", "stage", stage(out.lang, &answer.stage)),
            ("牵头单位", "lead", unit(plan.lead.as_ref())),
            ("联合发文", "issuers", words::<Agency>(out.lang, &plan.issuers)),
            ("已会签", "signed", words::<Agency>(out.lang, &answer.signed)),
            ("时间", "window", format!("{}..{}", plan.opens, plan.closes)),
            ("阶段安排", "phases", lines(phases)),
            ("已启动", "begun", words::<PhaseKind>(out.lang, &answer.begun)),
            ("任务", "tasks", lines(plan.tasks)),
            ("各地增加", "additions", lines(additions.collect())),
            ("冻结版本", "versions", lines(snapshots.collect())),
            ("已报/应报", "reported", format!("{}/{}", answer.reported, answer.posts)),
        ])
    })
}

async fn progress(desk: &Desk, a: Progress) -> Result<(), Failure> {
    let asked = v1::GetCampaignProgressRequest {
        consistency_token: desk.seen(),
        campaign_id: a.id,
        division: a.division,
        level: a.level.unwrap_or(0),
        ..v1::GetCampaignProgressRequest::default()
    };
    let asking = async |page_size, page_token| {
        let request = v1::GetCampaignProgressRequest { page_size, page_token, ..asked.clone() };
        ask!(desk, campaign.get_campaign_progress(request))
    };
    a.export.list(desk, &a.page, asking).await
}

const PROGRESS: Heads = &[
    ("级别", "level"),
    ("地区", "division"),
    ("单位", "unit"),
    ("机构", "institutions"),
    ("应查", "target"),
    ("已查", "inspected"),
    ("应抽区县", "counties"),
    ("已抽区县", "sampled"),
    ("达标", "met"),
    ("上报", "reported"),
    ("不一致", "differs"),
];

fn row(out: &Out, one: &v1::CampaignProgress) -> Vec<Field> {
    let unit = one.post.clone().unwrap_or_default();
    let yes = |yes: bool| if yes { out.either("是", "yes") } else { out.either("否", "no") };
    let reported = match &one.returned {
        _ if one.missing => out.either("缺报", "missing").to_owned(),
        Some(known) => known.through.clone(),
        None => String::new(),
    };
    let differs: Vec<String> = one.differs.iter().map(|key| texts::word(out.lang, "figure", key)).collect();
    vec![
        Field::text(word::<Level>(out.lang, unit.level)),
        Field::code(&unit.division),
        Field::text(table::post(out.lang, &unit)),
        Field::count(one.institutions),
        Field::count(one.target_institutions),
        Field::count(one.inspected),
        Field::count(one.target_counties),
        Field::count(one.sampled_counties),
        Field::text(yes(one.met)),
        Field::text(reported),
        Field::text(differs.join(" ")),
    ]
}

impl Listing for v1::GetCampaignProgressResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        Sheet::new(PROGRESS, self.rows.iter().map(|one| row(out, one)))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }
}

async fn missing(desk: &Desk, a: Missing) -> Result<(), Failure> {
    let asked = v1::ListMissingReturnsRequest {
        consistency_token: desk.seen(),
        campaign_id: a.id,
        division: a.division,
        ..v1::ListMissingReturnsRequest::default()
    };
    let asking = async |page_size, page_token| {
        let request = v1::ListMissingReturnsRequest { page_size, page_token, ..asked.clone() };
        ask!(desk, campaign.list_missing_returns(request))
    };
    a.export.list(desk, &a.page, asking).await
}

impl Listing for v1::ListMissingReturnsResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        const HEADS: Heads = &[("级别", "level"), ("地区", "division"), ("单位", "unit")];
        let row = |one: &v1::CampaignPost| {
            let level = word::<Level>(out.lang, one.level);
            vec![Field::text(level), Field::code(&one.division), Field::text(table::post(out.lang, one))]
        };
        Sheet::new(HEADS, self.posts.iter().map(row))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }
}

async fn one(desk: &Desk, a: Post) -> Result<(), Failure> {
    const HEADS: Heads = &[("指标", "key"), ("名称", "indicator"), ("统计", "counted"), ("上报", "reported")];
    let request =
        v1::GetPostFiguresRequest { consistency_token: desk.seen(), campaign_id: a.id, post: Some(a.post) };
    let answer = ask!(desk, campaign.get_post_figures(request))?;
    desk.out.answer(&answer, |out, answer| {
        let progress = answer.row.clone().unwrap_or_default();
        Sheet::new(PROGRESS, [row(out, &progress)]).show(out)?;
        let number = |value: i64| u64::try_from(value).ok();
        let counted = table::figures(&progress.counted.unwrap_or_default());
        let reported = progress.returned.and_then(|known| known.figures);
        let reported = reported.map(|known| table::figures(&known).map(|(_, value)| value));
        let rows = counted.iter().enumerate().map(|(place, (key, value))| {
            let theirs = reported.and_then(|all| all.get(place).copied()).and_then(number);
            let name = texts::word(out.lang, "figure", key);
            vec![Field::code(*key), Field::text(name), Field::Count(number(*value)), Field::Count(theirs)]
        });
        Sheet::new(HEADS, rows).show(out)
    })
}
