//! How a clue ends: administrative cases, the answer to the reporter, and beginning again. Never here: referrals.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1::inform_reporter_request::Outcome;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Numbered, Order, text_of};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum End {
    /// 立行政案件 | Open an administrative case
    AdminCase(Numbered),
    /// 作出罚款决定 | Decide a fine
    Fine(Fine),
    /// 答复举报人并办结 | Tell the reporter and close
    Inform(Inform),
    /// 重新启动 | Reopen
    Reopen(Reopen),
}

/// How much.
#[derive(Args)]
pub(crate) struct Fine {
    /// 线索编号 | The clue
    clue: String,
    /// 决定书文号 | Number of the decision
    #[arg(long)]
    number: String,
    /// 罚款金额，如 5000 或 5000.50 元 | The fine in yuan, e.g. 5000 or 5000.50
    #[arg(long, value_parser = fen)]
    yuan: u64,
    #[command(flatten)]
    order: Order,
}

/// What was told.
#[derive(Args)]
#[command(group = ArgGroup::new("told").required(true).args(["text", "no_contact"]))]
pub(crate) struct Inform {
    /// 线索编号 | The clue
    clue: String,
    /// 答复内容；@文件 或 - 表示从文件、标准输入读取 | What was told; @FILE or - reads it
    #[arg(long)]
    text: Option<String>,
    /// 无法答复的原因 | Why the reporter cannot be told
    #[arg(long, value_name = "REASON")]
    no_contact: Option<String>,
    #[command(flatten)]
    order: Order,
}

/// Why.
#[derive(Args)]
pub(crate) struct Reopen {
    /// 线索编号 | The clue
    clue: String,
    /// 新情况或督办要求 | The new fact, or the order
    #[arg(long)]
    reason: String,
    /// 上级督办文号 | Number of the superior's order
    #[arg(long, default_value = "", hide_default_value = true)]
    order_number: String,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: End) -> Result<(), Failure> {
    match asked {
        End::AdminCase(a) => {
            command!(
                desk,
                education.open_admin_case,
                a.order,
                OpenAdminCaseRequest { clue_id: a.id, number: a.number }
            )
        }
        End::Fine(a) => {
            command!(
                desk,
                education.decide_fine,
                a.order,
                DecideFineRequest { clue_id: a.clue, number: a.number, fen: a.yuan }
            )
        }
        End::Inform(Inform { clue, text, no_contact, order }) => {
            let told = text.map(|text| text_of(&text)).transpose()?.map(Outcome::Text);
            let outcome = told.or(no_contact.map(Outcome::NoContact));
            command!(desk, education.inform_reporter, order, InformReporterRequest { clue_id: clue, outcome })
        }
        End::Reopen(Reopen { clue, reason, order_number, order }) => {
            command!(
                desk,
                education.reopen_clue,
                order,
                ReopenClueRequest { clue_id: clue, reason, order_number }
            )
        }
    }
}

/// Yuan with at most two decimals, as fen.
fn fen(text: &str) -> Result<u64, String> {
    let wrong = || "请写成 5000 或 5000.50 | write 5000 or 5000.50".to_owned();
    let (yuan, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 2 || !yuan.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let part: u64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    let yuan: u64 = yuan.parse().map_err(|_| wrong())?;
    yuan.checked_mul(100).and_then(|fen| fen.checked_add(part)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_become_fen_without_rounding() {
        assert_eq!(fen("5000"), Ok(500_000));
        assert_eq!(fen("0.5"), Ok(50));
        assert_eq!(fen("12.34"), Ok(1234));
        for bad in ["12.345", "-1", "", "1,5", "99999999999999999999"] {
            assert!(fen(bad).is_err(), "{bad}");
        }
    }
}
