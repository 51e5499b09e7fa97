//! Signing in and out, and one's own password. Never here: what a signed-in officer may do.

use std::io::{IsTerminal, stdin};

use clap::Args;
use console::Term;
use domain::actor::Role;
use jiff::Timestamp;
use wire::{convert, v1};

use super::badge::Badge;
use super::desk::{Desk, ask, send};
use super::failure::Failure;
use super::order::Order;
use super::out::Out;
use super::show::{personal, unit};
use super::times::shown;
use super::words::words;

/// Who signs in.
#[derive(Args)]
pub(crate) struct SignIn {
    /// 警号或工号；不填则用上次的 | Officer id; the last one when not given
    officer: Option<String>,
    /// 从标准输入读取密码（第一行） | Read the password from standard input, first line
    #[arg(long)]
    password_stdin: bool,
}

/// One's own password.
#[derive(Args)]
pub(crate) struct ChangePassword {
    /// 从标准输入读取：第一行原密码，第二行新密码 | Read from standard input: the old password, then the new one
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    order: Order,
}

/// A password: asked for without echo on a terminal, else a line of standard input.
fn password(out: &Out, from_stdin: bool, asked: (&'static str, &'static str)) -> Result<String, Failure> {
    if !from_stdin && stdin().is_terminal() {
        let terminal = Term::stderr();
        terminal.write_str(out.either(asked.0, asked.1))?;
        return Ok(terminal.read_secure_line()?);
    }
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(Failure::plain(
            "标准输入里没有密码；每行一个密码。",
            "there is no password on standard input; give one a line.",
        ));
    }
    Ok(line.to_owned())
}

fn expires(at: Option<&prost_types::Timestamp>) -> String {
    at.and_then(convert::moment).map(|at| at.to_string()).unwrap_or_default()
}

/// Signs in.
pub(crate) async fn sign_in(desk: &Desk, a: SignIn) -> Result<(), Failure> {
    let officer = a.officer.or_else(|| desk.officer().map(str::to_owned)).ok_or_else(|| {
        Failure::plain(
            "请给出警号或工号：safeguard sign-in 警号或工号",
            "say who signs in: safeguard sign-in OFFICER",
        )
    })?;
    let password = password(&desk.out, a.password_stdin, ("密码：", "Password: "))?;
    let request = desk.open(v1::SignInRequest { officer, password });
    let answer = desk.session().await?.sign_in(request).await.map_err(|status| desk.refused(&status))?;
    let mut answer = answer.into_inner();
    desk.keep(&Badge {
        server: desk.server.clone(),
        officer: answer.officer.clone(),
        token: std::mem::take(&mut answer.token),
        expires_at: expires(answer.expires_at.as_ref()),
        consistency_token: String::new(),
        secure: desk.secure.anywhere(),
    })?;
    // The token stays in the session file: what is printed ends in logs.
    desk.out.answer(&answer, |out, answer| {
        out.line(out.named("已登录：", "signed in:", &answer.officer))?;
        out.facts(&[
            ("单位", "unit", unit(answer.unit.as_ref())),
            ("角色", "roles", words::<Role>(out.lang, &answer.roles)),
            ("有效至", "valid until", shown(answer.expires_at.as_ref())),
        ])?;
        match answer.must_change_password {
            true => out.line(out.either(
                "这是一次性密码，请先修改：safeguard change-password",
                "This was a one-time password; change it first: safeguard change-password",
            )),
            false => Ok(()),
        }
    })
}

/// Says who is signed in.
pub(crate) async fn who(desk: &Desk) -> Result<(), Failure> {
    let expires_at = if desk.certified() { None } else { desk.badge()?.expires_at.parse::<Timestamp>().ok() };
    let expires_at = expires_at.map(convert::timestamp);
    let mut answer = ask!(desk, session.who_am_i(v1::WhoAmIRequest {}))?;
    answer.expires_at = answer.expires_at.or(expires_at);
    desk.out.answer(&answer, |out, answer| {
        out.facts(&[
            ("人员", "officer", answer.officer.clone()),
            ("姓名", "name", personal(out, answer.name.as_ref())),
            ("单位", "unit", unit(answer.unit.as_ref())),
            ("角色", "roles", words::<Role>(out.lang, &answer.roles)),
            ("有效至", "valid until", shown(answer.expires_at.as_ref())),
            ("平台", "hub", desk.server.clone()),
            (
                "提示",
                "note",
                match answer.must_change_password {
                    true => out.either("请先修改一次性密码", "change the one-time password first").to_owned(),
                    false => String::new(),
                },
            ),
        ])
    })
}

/// Changes one's own password.
pub(crate) async fn change_password(desk: &Desk, a: ChangePassword) -> Result<(), Failure> {
    let badge = desk.badge()?.clone();
    let out = &desk.out;
    let old_password = password(out, a.password_stdin, ("原密码：", "Old password: "))?;
    let new_password = password(out, a.password_stdin, ("新密码：", "New password: "))?;
    if !a.password_stdin && stdin().is_terminal() {
        let again = password(out, false, ("再输一次：", "Once more: "))?;
        if again != new_password {
            return Err(Failure::plain(
                "两次输入的新密码不同，没有修改。",
                "the two are not the same; nothing was changed.",
            ));
        }
    }
    let mut answer = send!(
        desk,
        session.change_password,
        a.order,
        ChangePasswordRequest { old_password: old_password, new_password: new_password }
    )?;
    desk.keep(&Badge {
        token: std::mem::take(&mut answer.token),
        expires_at: expires(answer.expires_at.as_ref()),
        ..badge
    })?;
    out.answer(&answer, |out, _| {
        out.line(out.either("密码已修改，会话继续有效。", "The password is changed; the session goes on."))
    })
}

/// Prints the session's token alone, for programs that speak to the hub themselves; only when asked for by name,
/// because what is printed ends in logs.
pub(crate) fn token(desk: &Desk) -> Result<(), Failure> {
    let badge = desk.badge()?;
    if desk.out.json {
        return desk.out.object(&serde_json::json!({ "token": badge.token, "expires_at": badge.expires_at }));
    }
    desk.out.line(&badge.token)
}

/// Forgets the session on this machine.
pub(crate) fn sign_out(desk: &Desk) -> Result<(), Failure> {
    desk.forget()?;
    desk.out.line(match desk.out.json {
        true => "{\"signed_out\":true}",
        false => desk.out.either("已退出登录。", "signed out."),
    })
}
