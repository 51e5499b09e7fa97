//! The way back when the first administrator's password is lost: whoever holds the data directory and its master key
//! sets a one-time password. Never here: resets by an administrator (`officer reset-password`).

use clap::{Args, Subcommand};
use directory::ResetError;
use domain::ids::OfficerId;
use serde_json::json;

use super::{Place, read_only};
use crate::cli::failure::{Failure, Told};
use crate::cli::out::Out;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Password {
    /// 设置一次性密码（平台可在运行） | Set a one-time password; the hub may run meanwhile
    Reset(Reset),
}

/// Whose.
#[derive(Args)]
pub(crate) struct Reset {
    /// 警号或工号，如 OF-ADMIN | Officer id, such as OF-ADMIN
    officer: OfficerId,
    #[command(flatten)]
    place: Place,
}

/// Sets it and prints it on a line of its own.
pub(crate) async fn run(out: &Out, Password::Reset(a): Password) -> Result<(), Failure> {
    let config = a.place.config()?;
    // A directory without a log is a mistyped path: nothing is to be made there.
    drop(read_only(&config).await?);
    let keys = {
        let config = config.clone();
        tokio::task::spawn_blocking(move || hub::open::keys(&config)).await.map_err(anyhow::Error::from)?
    };
    let keys = keys.map_err(anyhow::Error::from)?;
    let log = hub::open::log(&config).await.map_err(anyhow::Error::from)?;
    let set = directory::reset(&log, &keys, &a.officer).await;
    log.close().await;
    let password = set.map_err(told)?;
    if out.json {
        return out.object(&json!({ "officer": a.officer.as_str(), "one_time_password": password }));
    }
    out.line(&password)?;
    out.notice(out.either(
        "一次性密码见上一行，只显示这一次；原来的会话已失效。登录后须先修改：safeguard change-password",
        "The line above is the one-time password, shown once; older sessions have ended. Change it after signing in: safeguard change-password",
    ));
    Ok(())
}

fn told(error: ResetError) -> anyhow::Error {
    match &error {
        ResetError::Unknown { officer } => {
            Told::error(format!("人员 {officer} 未登记。"), format!("{error}."))
        }
        ResetError::Shut { officer } => Told::error(
            format!("人员 {officer} 的账号已停用；由管理员启用：safeguard officer enable {officer}"),
            format!("{error} {officer}"),
        ),
        ResetError::Handle(_)
        | ResetError::Keys(_)
        | ResetError::Password(_)
        | ResetError::Permit(_)
        | ResetError::Account(_) => error.into(),
    }
}
