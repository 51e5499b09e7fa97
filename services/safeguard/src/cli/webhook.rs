//! Webhooks: registered, looked at, given new secrets, tested, stopped and started. A secret is shown once, when it is
//! made. Never here: sending.

mod look;

use clap::{Args, Subcommand};
use wire::v1;

use self::look::{attempt, attempts, one, table};
use super::desk::{Desk, ask};
use super::failure::Failure;
use super::order::Page;
use super::tail::Wanted;
use super::times::shown;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Webhook {
    /// 登记推送地址；密钥只显示这一次 | Register an address; its secret is shown only once
    Register(Register),
    /// 推送列表 | List webhooks
    List(List),
    /// 查看推送 | Show a webhook
    Show(Which),
    /// 更换密钥；新密钥只显示这一次 | Make a new secret; it is shown only once
    Rotate(Rotate),
    /// 启用，从停下处继续 | Enable; goes on where it stopped
    Enable(Which),
    /// 停用，积压保留 | Disable; what is owed is kept
    Disable(Which),
    /// 立即发送一个测试事件 | Send a test event now
    Test(Which),
    /// 推送记录，最新的在前 | Attempts, newest first
    Deliveries(Deliveries),
    /// 重新推送搁置的事件，或某一位置之后的全部 | Send again what was parked, or all behind a position
    Replay(Replay),
    /// 删除推送及其密钥 | Delete a webhook and its secrets
    Delete(Which),
}

// Which webhook.
#[derive(Args)]
pub(crate) struct Which {
    /// 推送编号 WH-... | The webhook, WH-...
    id: String,
}

/// A new webhook.
#[derive(Args)]
pub(crate) struct Register {
    /// 推送地址 https://... | Where events are sent, https://...
    url: String,
    /// 用途，不含个人信息 | What it is for, without personal data
    #[arg(long)]
    description: String,
    /// 从何处开始：beginning、now 或位置 | Where to start: beginning, now, or a position
    #[arg(long, id = "position", default_value = "now", value_name = "WHERE")]
    from: String,
    #[command(flatten)]
    wanted: Wanted,
}

/// Whose webhooks.
#[derive(Args)]
pub(crate) struct List {
    /// 所属单位；不填即本单位 | The unit they belong to; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
}

/// A new secret.
#[derive(Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    which: Which,
    /// 旧密钥继续签名的小时数 | Hours that the old secret goes on signing
    #[arg(long, default_value_t = 24, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=168))]
    overlap: u32,
    /// 旧密钥立即失效 | The old secrets end now
    #[arg(long, conflicts_with = "overlap")]
    at_once: bool,
}

/// Attempts.
#[derive(Args)]
pub(crate) struct Deliveries {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    page: Page,
}

/// What to send again.
#[derive(Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    which: Which,
    /// 搁置事件的位置，可重复；不填即全部 | Position of a parked event, may be repeated; all when not given
    #[arg(long)]
    position: Vec<String>,
    /// 此位置之后的全部事件；0 即从头 | Everything behind this position; 0 is the beginning
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "POSITION",
        conflicts_with = "position"
    )]
    after: String,
    /// 只计数，不推送 | Only count
    #[arg(long)]
    dry_run: bool,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Webhook) -> Result<(), Failure> {
    match asked {
        Webhook::Register(a) => register(desk, a).await,
        Webhook::List(a) => {
            let answer = ask!(desk, webhooks.list_webhooks(v1::ListWebhooksRequest { unit_id: a.unit }))?;
            desk.out.answer(&answer, |out, answer| table(out, &answer.webhooks))
        }
        Webhook::Show(which) => {
            let answer = ask!(desk, webhooks.get_webhook(v1::GetWebhookRequest { webhook_id: which.id }))?;
            desk.out.answer(&answer, |out, answer| one(out, answer.webhook.as_ref()))
        }
        Webhook::Rotate(a) => rotate(desk, a).await,
        Webhook::Enable(which) => {
            let answer =
                ask!(desk, webhooks.enable_webhook(v1::EnableWebhookRequest { webhook_id: which.id }))?;
            desk.out.answer(&answer, |out, answer| one(out, answer.webhook.as_ref()))
        }
        Webhook::Disable(which) => {
            let answer =
                ask!(desk, webhooks.disable_webhook(v1::DisableWebhookRequest { webhook_id: which.id }))?;
            desk.out.answer(&answer, |out, answer| one(out, answer.webhook.as_ref()))
        }
        Webhook::Test(which) => {
            let answer = ask!(desk, webhooks.test_webhook(v1::TestWebhookRequest { webhook_id: which.id }))?;
            desk.out.answer(&answer, |out, answer| attempt(out, answer.delivery.as_ref()))
        }
        Webhook::Deliveries(a) => deliveries(desk, a).await,
        Webhook::Replay(a) => replay(desk, a).await,
        Webhook::Delete(which) => {
            let request = v1::DeleteWebhookRequest { webhook_id: which.id.clone() };
            let answer = ask!(desk, webhooks.delete_webhook(request))?;
            desk.out.answer(&answer, |out, _| out.line(out.named("已删除：", "deleted:", &which.id)))
        }
    }
}

async fn register(desk: &Desk, a: Register) -> Result<(), Failure> {
    let (from, after_position) = match a.from.as_str() {
        "beginning" => (v1::SubscribeFrom::Beginning, String::new()),
        "now" => (v1::SubscribeFrom::Now, String::new()),
        position => (v1::SubscribeFrom::After, position.to_owned()),
    };
    let request = v1::RegisterWebhookRequest {
        url: a.url,
        filter: Some(a.wanted.filter()),
        description: a.description,
        from: from.into(),
        after_position,
    };
    let answer = ask!(desk, webhooks.register_webhook(request))?;
    desk.out.answer(&answer, |out, answer| {
        let id = answer.webhook.as_ref().map(|webhook| webhook.id.clone()).unwrap_or_default();
        out.facts(&[("编号", "id", id), ("密钥", "secret", answer.secret.clone())])?;
        out.notice(
            out.either("密钥不会再次显示，请妥善保存。", "The secret is not shown again: keep it safe."),
        );
        Ok(())
    })
}

async fn rotate(desk: &Desk, a: Rotate) -> Result<(), Failure> {
    let overlap_hours = if a.at_once { 0 } else { a.overlap };
    let request =
        v1::RotateWebhookSecretRequest { webhook_id: a.which.id, overlap_hours, at_once: a.at_once };
    let answer = ask!(desk, webhooks.rotate_webhook_secret(request))?;
    desk.out.answer(&answer, |out, answer| {
        out.facts(&[
            ("新密钥", "new secret", answer.secret.clone()),
            ("旧密钥有效至", "older secrets until", shown(answer.older_secrets_until.as_ref())),
        ])?;
        out.notice(
            out.either("密钥不会再次显示，请妥善保存。", "The secret is not shown again: keep it safe."),
        );
        Ok(())
    })
}

async fn deliveries(desk: &Desk, a: Deliveries) -> Result<(), Failure> {
    let request = v1::ListWebhookDeliveriesRequest {
        webhook_id: a.which.id,
        page_size: a.page.page_size,
        page_token: a.page.page,
    };
    let answer = ask!(desk, webhooks.list_webhook_deliveries(request))?;
    desk.out.answer(&answer, |out, answer| attempts(out, &answer.deliveries))?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

async fn replay(desk: &Desk, a: Replay) -> Result<(), Failure> {
    let behind = !a.after.is_empty();
    let request = v1::ReplayWebhookRequest {
        webhook_id: a.which.id,
        positions: a.position,
        after_position: a.after,
        dry_run: a.dry_run,
    };
    let answer = ask!(desk, webhooks.replay_webhook(request))?;
    desk.out.answer(&answer, |out, answer| match (behind, a.dry_run) {
        (true, true) => {
            out.line(out.named("将重新读取的事件：", "events that would be read again:", answer.reread))
        }
        (true, false) => out.line(out.named("重新读取的事件：", "events read again:", answer.reread)),
        (false, dry_run) => {
            let head = match dry_run {
                true => out.named("将重新推送：", "would be sent again:", answer.replayed),
                false => out.named("重新推送：", "sent again:", answer.replayed),
            };
            out.line(head)?;
            out.line(out.named("其后等待：", "waiting behind them:", answer.waiting))
        }
    })
}
