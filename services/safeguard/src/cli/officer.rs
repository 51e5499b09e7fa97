//! Officers: their accounts and roles. Never here: signing in.

use clap::{Args, Subcommand};
use domain::actor::Role;
use wire::v1;

use super::desk::{Desk, ask, command, send};
use super::failure::Failure;
use super::order::{Order, Page, Plain, text_of};
use super::out::{Heads, Out, cells};
use super::show::personal;
use super::words::{one_of, words};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Officer {
    /// 登记人员，显示一次性密码 | Register an officer; shows a one-time password
    Register(Register),
    /// 更换角色（全部替换） | Replace an officer's roles
    Roles(Roles),
    /// 停用账号 | Disable an account
    Disable(Plain),
    /// 启用账号 | Enable an account
    Enable(Plain),
    /// 重置密码，显示一次性密码 | Reset a password; shows a one-time password
    ResetPassword(Plain),
    /// 人员列表 | List officers
    List(List),
}

/// A new officer.
#[derive(Args)]
pub(crate) struct Register {
    /// 人员编号，OF- 开头 | The id wanted, OF-...
    id: String,
    /// 所属单位 | The unit
    #[arg(long)]
    unit: String,
    /// 姓名；@文件 或 - 表示从文件、标准输入读取 | Name; @FILE or - reads it
    #[arg(long)]
    name: String,
    /// 角色，可重复 | Role, may be repeated
    #[arg(long, required = true, value_parser = one_of::<Role>())]
    role: Vec<i32>,
    /// 不设密码：可列入检查组，重置密码前不能登录 | No password: named in teams, cannot sign in until one is reset
    #[arg(long)]
    without_password: bool,
    #[command(flatten)]
    order: Order,
}

/// New roles.
#[derive(Args)]
pub(crate) struct Roles {
    /// 人员编号 | The officer
    id: String,
    /// 角色，可重复 | Role, may be repeated
    #[arg(long, required = true, value_parser = one_of::<Role>())]
    role: Vec<i32>,
    #[command(flatten)]
    order: Order,
}

/// Whose officers.
#[derive(Args)]
pub(crate) struct List {
    /// 单位；不填即本单位 | The unit; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    #[command(flatten)]
    page: Page,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Officer) -> Result<(), Failure> {
    match asked {
        Officer::Register(a) => {
            let name = text_of(&a.name)?.trim().to_owned();
            let answer = send!(
                desk,
                directory.register_officer,
                a.order,
                RegisterOfficerRequest {
                    officer_id: a.id,
                    unit_id: a.unit,
                    name: name,
                    roles: a.role,
                    without_credential: a.without_password,
                }
            )?;
            desk.done(&answer, answer.receipt.as_ref())?;
            if a.without_password { Ok(()) } else { password(&desk.out, &answer.one_time_password) }
        }
        Officer::Roles(a) => {
            command!(
                desk,
                directory.change_roles,
                a.order,
                ChangeRolesRequest { officer_id: a.id, roles: a.role }
            )
        }
        Officer::Disable(a) => {
            command!(desk, directory.disable_officer, a.order, DisableOfficerRequest { officer_id: a.id })
        }
        Officer::Enable(a) => {
            command!(desk, directory.enable_officer, a.order, EnableOfficerRequest { officer_id: a.id })
        }
        Officer::ResetPassword(a) => {
            let answer =
                send!(desk, directory.reset_password, a.order, ResetPasswordRequest { officer_id: a.id })?;
            desk.done(&answer, answer.receipt.as_ref())?;
            password(&desk.out, &answer.one_time_password)
        }
        Officer::List(a) => list(desk, a).await,
    }
}

/// Shown once, to be handed over in person; in JSON it is a field of the answer.
fn password(out: &Out, password: &str) -> Result<(), Failure> {
    match (out.json, password.is_empty()) {
        (true, _) => Ok(()),
        (false, false) => {
            out.line(out.named("一次性密码（只显示这一次）：", "one-time password, shown once:", password))
        }
        (false, true) => out.line(out.either(
            "重复的请求：一次性密码不再显示，需要时重置密码。",
            "repeated: the one-time password is not shown again; reset it if it was lost.",
        )),
    }
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    const HEADS: Heads =
        &[("编号", "id"), ("姓名", "name"), ("单位", "unit"), ("角色", "roles"), ("状态", "status")];
    let request = v1::ListOfficersRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        unit_id: a.unit,
    };
    let answer = ask!(desk, directory.list_officers(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.officers.iter().map(|one| {
            let status = match (one.disabled, one.must_change_password) {
                (true, _) => out.either("已停用", "disabled"),
                (false, true) => out.either("待改密码", "one-time password"),
                (false, false) => "",
            };
            cells([
                one.id.clone(),
                personal(out, one.name.as_ref()),
                one.unit.clone(),
                words::<Role>(out.lang, &one.roles),
                status.to_owned(),
            ])
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}
