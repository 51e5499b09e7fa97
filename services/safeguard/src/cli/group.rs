//! Consumer groups: made, looked at, parked events dealt with, and a member at work that prints what it gets. Never
//! here: what a group does.

mod consume;

use clap::{Args, Subcommand};
use comfy_table::Cell;
use domain::actor::Agency;
use domain::category::{Category, Urgency};
use wire::v1;

use super::desk::{Desk, ask};
use super::failure::Failure;
use super::order::Page;
use super::out::{Heads, Out, cells, figure};
use super::tail::Wanted;
use super::times::{shown, span};
use super::words::words;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Group {
    /// 建立消费组 | Make a group
    Create(Create),
    /// 消费组列表 | List groups
    List(List),
    /// 查看消费组 | Show a group
    Show(Which),
    /// 搁置的事件 | Events that were given up
    Parked(Parked),
    /// 重新投递搁置的事件 | Deliver parked events again
    Replay(Replay),
    /// 放弃搁置的事件 | Give parked events up for good
    Discard(Discard),
    /// 删除消费组 | Delete a group
    Delete(Which),
    /// 作为成员接收，打印并确认 | Work as a member: print events and acknowledge them
    Consume(consume::Consume),
}

// Which group, and whose.
#[derive(Debug, Clone, Args)]
pub(crate) struct Which {
    /// 消费组名称 | Name of the group
    name: String,
    /// 所属单位；不填即本单位 | The unit that owns it; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
}

impl Which {
    fn on_wire(&self) -> Option<v1::GroupRef> {
        Some(v1::GroupRef { name: self.name.clone(), unit_id: self.unit.clone() })
    }
}

/// A new group.
#[derive(Args)]
pub(crate) struct Create {
    /// 名称：小写字母、数字、连字符 | Name: small letters, digits, hyphens
    name: String,
    /// 从何处开始：beginning、now，或某位置之后 | Where to start: beginning, now, or behind a position
    #[arg(long, id = "position", default_value = "now", value_name = "WHERE")]
    from: String,
    /// 搁置前的投递次数 | Deliveries before an event is parked
    #[arg(long, default_value_t = 8, value_name = "N")]
    attempts: u32,
    /// 首次重试前的秒数，此后加倍 | Seconds before the first retry, doubled each time
    #[arg(long, default_value_t = 2, value_name = "SECONDS")]
    first_pause: u32,
    /// 重试间隔上限（秒） | Longest pause before a retry, in seconds
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    longest_pause: u32,
    /// 成员答复期限（秒） | Seconds a member has to answer
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    lease: u32,
    #[command(flatten)]
    wanted: Wanted,
}

/// Whose groups.
#[derive(Args)]
pub(crate) struct List {
    /// 所属单位；不填即本单位 | The unit that owns them; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
}

/// Events that were given up.
#[derive(Args)]
pub(crate) struct Parked {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    page: Page,
}

/// What to deliver again.
#[derive(Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    which: Which,
    /// 位置，可重复；不填即全部 | Position, may be repeated; all when not given
    #[arg(long)]
    position: Vec<String>,
    /// 只计数，不投递 | Only count
    #[arg(long)]
    dry_run: bool,
}

/// What to give up.
#[derive(Args)]
pub(crate) struct Discard {
    #[command(flatten)]
    which: Which,
    /// 位置，可重复 | Position, may be repeated
    #[arg(long, required = true)]
    position: Vec<String>,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Group) -> Result<(), Failure> {
    match asked {
        Group::Create(a) => {
            let answer = ask!(desk, groups.create_group(create(a)))?;
            desk.out.answer(&answer, |out, answer| one(out, answer.group.as_ref()))
        }
        Group::List(a) => {
            let answer = ask!(desk, groups.list_groups(v1::ListGroupsRequest { unit_id: a.unit }))?;
            desk.out.answer(&answer, |out, answer| table(out, &answer.groups))
        }
        Group::Show(which) => {
            let answer = ask!(desk, groups.get_group(v1::GetGroupRequest { group: which.on_wire() }))?;
            desk.out.answer(&answer, |out, answer| one(out, answer.group.as_ref()))
        }
        Group::Parked(a) => parked(desk, a).await,
        Group::Replay(a) => replay(desk, a).await,
        Group::Discard(a) => {
            let request = v1::DiscardParkedRequest {
                group: a.which.on_wire(),
                positions: a.position,
                reason: a.reason,
            };
            let answer = ask!(desk, groups.discard_parked(request))?;
            desk.out.answer(&answer, |out, answer| {
                out.line(out.named("已放弃：", "discarded:", answer.discarded))
            })
        }
        Group::Delete(which) => {
            let answer = ask!(desk, groups.delete_group(v1::DeleteGroupRequest { group: which.on_wire() }))?;
            desk.out.answer(&answer, |out, _| out.line(out.named("已删除：", "deleted:", &which.name)))
        }
        Group::Consume(a) => consume::run(desk, &a).await,
    }
}

fn create(a: Create) -> v1::CreateGroupRequest {
    let (from, after_position) = match a.from.as_str() {
        "beginning" => (v1::SubscribeFrom::Beginning, String::new()),
        "now" => (v1::SubscribeFrom::Now, String::new()),
        position => (v1::SubscribeFrom::After, position.to_owned()),
    };
    let terms = v1::GroupTerms {
        attempts: a.attempts,
        first_pause_seconds: a.first_pause,
        longest_pause_seconds: a.longest_pause,
        lease_seconds: a.lease,
    };
    v1::CreateGroupRequest {
        name: a.name,
        filter: Some(a.wanted.filter()),
        from: from.into(),
        after_position,
        terms: Some(terms),
    }
}

async fn parked(desk: &Desk, a: Parked) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("位置", "position"),
        ("事项", "matter"),
        ("投递次数", "deliveries"),
        ("搁置时间", "since"),
        ("其后等待", "waiting"),
        ("原因", "reason"),
    ];
    let request = v1::ListParkedRequest {
        group: a.which.on_wire(),
        page_size: a.page.page_size,
        page_token: a.page.page,
    };
    let answer = ask!(desk, groups.list_parked(request))?;
    desk.out.answer(&answer, |out, answer| {
        let row = |event: &v1::Parked| {
            cells([
                event.position.clone(),
                event.stream.clone(),
                event.deliveries.to_string(),
                shown(event.since.as_ref()),
                event.waiting.to_string(),
                event.reason.clone(),
            ])
        };
        out.table(HEADS, answer.parked.iter().map(row).collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

async fn replay(desk: &Desk, a: Replay) -> Result<(), Failure> {
    let request =
        v1::ReplayParkedRequest { group: a.which.on_wire(), positions: a.position, dry_run: a.dry_run };
    let answer = ask!(desk, groups.replay_parked(request))?;
    desk.out.answer(&answer, |out, answer| {
        let head = match a.dry_run {
            true => out.named("将重新投递：", "would be delivered again:", answer.replayed),
            false => out.named("重新投递：", "delivered again:", answer.replayed),
        };
        out.line(head)?;
        out.line(out.named("其后等待：", "waiting behind them:", answer.waiting))
    })
}

/// What is wrong with a group, in the reader's words.
fn warnings(out: &Out, group: &v1::Group) -> String {
    let words = group.warnings().map(|warning| match warning {
        v1::GroupWarning::Unspecified => "",
        v1::GroupWarning::Parked => out.either("有事件搁置过久", "parked too long"),
        v1::GroupWarning::NoMembers => out.either("有积压而无成员", "behind without members"),
        v1::GroupWarning::Full => out.either("积压已满，不再读取", "full, reads no further"),
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(out.either("；", "; "))
}

/// What a group wants, a line for each condition.
fn filter(out: &Out, filter: Option<&v1::EventFilter>) -> String {
    let Some(filter) = filter else { return String::new() };
    let conditions = [
        filter.kinds.join(" "),
        filter.stream_prefix.clone(),
        words::<Category>(out.lang, &filter.categories),
        filter.divisions.join(" "),
        words::<Agency>(out.lang, &filter.agencies),
        words::<Urgency>(out.lang, &filter.urgencies),
    ];
    conditions.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(out: &Out, groups: &[v1::Group]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("名称", "name"),
        ("成员", "members"),
        ("积压", "lag"),
        ("处理中", "in flight"),
        ("待重试", "retrying"),
        ("搁置", "parked"),
        ("警告", "warnings"),
    ];
    let row = |group: &v1::Group| {
        let mut row = cells([group.name.clone()]);
        row.push(figure(group.members));
        row.extend([group.lag, group.in_flight, group.retrying, group.parked].map(figure));
        row.push(Cell::new(warnings(out, group)));
        row
    };
    out.table(HEADS, groups.iter().map(row).collect())
}

fn one(out: &Out, group: Option<&v1::Group>) -> Result<(), Failure> {
    let Some(group) = group else { return Ok(()) };
    let terms = group.terms.unwrap_or_default();
    let oldest = match group.oldest_parked_seconds {
        0 => String::new(),
        seconds => span(out.lang, seconds),
    };
    out.facts(&[
        ("名称", "name", group.name.clone()),
        ("单位", "unit", group.unit_id.clone()),
        ("筛选", "filter", filter(out, group.filter.as_ref())),
        ("建立", "made", format!("{} {}", shown(group.created_at.as_ref()), group.created_by)),
        ("位置", "position", group.position.clone()),
        ("成员", "members", group.members.to_string()),
        ("积压", "lag", group.lag.to_string()),
        ("处理中", "in flight", group.in_flight.to_string()),
        ("待重试", "retrying", group.retrying.to_string()),
        ("搁置", "parked", group.parked.to_string()),
        ("最久搁置", "parked longest", oldest),
        ("同事项等待", "waiting behind", group.waiting.to_string()),
        ("已放弃", "discarded", group.discarded.to_string()),
        ("投递次数", "attempts", terms.attempts.to_string()),
        ("首次重试", "first pause", span(out.lang, terms.first_pause_seconds.into())),
        ("最长间隔", "longest pause", span(out.lang, terms.longest_pause_seconds.into())),
        ("答复期限", "lease", span(out.lang, terms.lease_seconds.into())),
        ("警告", "warnings", warnings(out, group)),
    ])
}
