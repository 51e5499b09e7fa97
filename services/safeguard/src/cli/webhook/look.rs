//! Webhooks and their attempts as people read them. Never here: asking for them.

use wire::v1;

use crate::cli::failure::Failure;
use crate::cli::out::{Heads, Out, cells};
use crate::cli::times::shown;

/// How a webhook stands, in the reader's words.
fn standing(out: &Out, webhook: &v1::Webhook) -> String {
    let word = match webhook.standing() {
        v1::WebhookStanding::Unspecified => "",
        v1::WebhookStanding::Active => out.either("启用", "active"),
        v1::WebhookStanding::Disabled => out.either("已停用", "disabled"),
        v1::WebhookStanding::Gone => out.either("对方已撤销（410），已停用", "disabled: answered 410"),
        v1::WebhookStanding::Failing => out.either("长期失败，已停用", "disabled: failing for days"),
        v1::WebhookStanding::OwnerLost => {
            out.either("账号已无权订阅，已停用", "disabled: its account may not follow")
        }
    };
    word.to_owned()
}

/// Webhooks below each other.
pub(super) fn table(out: &Out, webhooks: &[v1::Webhook]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("地址", "url"),
        ("状态", "standing"),
        ("积压", "lag"),
        ("待重试", "retrying"),
        ("搁置", "parked"),
        ("最近成功", "last success"),
        ("最近失败", "last error"),
    ];
    let row = |webhook: &v1::Webhook| {
        cells([
            webhook.id.clone(),
            webhook.url.clone(),
            standing(out, webhook),
            webhook.lag.to_string(),
            webhook.retrying.to_string(),
            webhook.parked.to_string(),
            shown(webhook.last_success_at.as_ref()),
            webhook.last_error.clone(),
        ])
    };
    out.table(HEADS, webhooks.iter().map(row).collect())
}

/// One webhook with everything about it.
pub(super) fn one(out: &Out, webhook: Option<&v1::Webhook>) -> Result<(), Failure> {
    let Some(webhook) = webhook else { return Ok(()) };
    out.facts(&[
        ("编号", "id", webhook.id.clone()),
        ("单位", "unit", webhook.unit_id.clone()),
        ("账号", "account", webhook.owner.clone()),
        ("地址", "url", webhook.url.clone()),
        ("用途", "for", webhook.description.clone()),
        ("登记", "registered", shown(webhook.registered_at.as_ref())),
        ("状态", "standing", standing(out, webhook)),
        ("自", "since", format!("{} {}", shown(webhook.since.as_ref()), webhook.changed_by)),
        ("最近成功", "last success", shown(webhook.last_success_at.as_ref())),
        ("持续失败自", "failing since", shown(webhook.failing_since.as_ref())),
        ("最近失败", "last error", webhook.last_error.clone()),
        ("位置", "position", webhook.position.clone()),
        ("积压", "lag", webhook.lag.to_string()),
        ("待重试", "retrying", webhook.retrying.to_string()),
        ("搁置", "parked", webhook.parked.to_string()),
        ("同事项等待", "waiting behind", webhook.waiting.to_string()),
        ("旧密钥有效至", "older secrets until", shown(webhook.older_secrets_until.as_ref())),
    ])
}

fn outcome(out: &Out, attempt: &v1::WebhookDelivery) -> String {
    if attempt.error.is_empty() {
        out.either("已接受", "accepted").to_owned()
    } else {
        attempt.error.clone()
    }
}

fn status(attempt: &v1::WebhookDelivery) -> String {
    if attempt.status == 0 { String::new() } else { attempt.status.to_string() }
}

/// One attempt.
pub(super) fn attempt(out: &Out, attempt: Option<&v1::WebhookDelivery>) -> Result<(), Failure> {
    let Some(attempt) = attempt else { return Ok(()) };
    out.facts(&[
        ("结果", "outcome", outcome(out, attempt)),
        ("HTTP 状态", "HTTP status", status(attempt)),
        ("毫秒", "milliseconds", attempt.milliseconds.to_string()),
        ("webhook-id", "webhook-id", attempt.event_id.clone()),
    ])
}

/// Attempts below each other.
pub(super) fn attempts(out: &Out, attempts: &[v1::WebhookDelivery]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("时间", "at"),
        ("位置", "position"),
        ("事项", "matter"),
        ("次数", "attempt"),
        ("结果", "outcome"),
        ("HTTP 状态", "HTTP status"),
        ("毫秒", "milliseconds"),
    ];
    let row = |one: &v1::WebhookDelivery| {
        cells([
            shown(one.at.as_ref()),
            one.position.clone(),
            one.stream.clone(),
            one.attempt.to_string(),
            outcome(out, one),
            status(one),
            one.milliseconds.to_string(),
        ])
    };
    out.table(HEADS, attempts.iter().map(row).collect())
}
