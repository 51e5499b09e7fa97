//! The session file: who is signed in, where, and what they last recorded. Readable by its owner only.
//! Never here: passwords.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::secure::Secure;

/// Who is signed in, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Badge {
    /// Address of the hub that gave the token; it is sent nowhere else.
    pub(crate) server: String,
    /// The officer.
    pub(crate) officer: String,
    /// The token.
    pub(crate) token: String,
    /// Until when it is valid, RFC 3339.
    pub(crate) expires_at: String,
    /// What the officer recorded last: queries wait for it, so that they show it.
    #[serde(default)]
    pub(crate) consistency_token: String,
    /// How the line to that hub was secured.
    #[serde(default)]
    pub(crate) secure: Secure,
}

/// Where the session file is when nobody says.
pub(crate) fn default_file(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name| variable(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?;
    Some(folder.join("safeguard").join("session.json"))
}

/// Who is signed in, if anybody is.
pub(crate) fn read(file: &Path) -> Result<Option<Badge>, Failure> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(file, &error)),
    };
    serde_json::from_str(&text).map(Some).map_err(|error| unusable(file, &error))
}

/// Keeps who is signed in. Written beside and renamed: a crash leaves the former session.
pub(crate) fn write(file: &Path, badge: &Badge) -> Result<(), Failure> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| unusable(file, &error))?;
    }
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let kept = private(&draft)
        .and_then(|mut draft| draft.write_all(&serde_json::to_vec_pretty(badge)?))
        .and_then(|()| fs::rename(&draft, file));
    kept.map_err(|error| {
        fs::remove_file(&draft).ok();
        unusable(file, &error)
    })
}

/// Forgets who is signed in.
pub(crate) fn forget(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unusable(file, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn private(file: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    let file = file.display();
    Failure::plain(
        format!("会话文件 {file} 无法使用：{error}\n删除它后重新登录，或用 --session 指定另一个文件。"),
        format!(
            "the session file {file} cannot be used: {error}\nDelete it and sign in again, or name another with --session."
        ),
    )
}

/// What a file holds, or a complaint that names it.
pub(crate) fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    Ok(fs::read(file).with_context(|| format!("{}", file.display()))?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_session_is_kept_for_its_owner_only_and_forgotten_on_request() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep").join("session.json");
        assert_eq!(read(&file).unwrap(), None);
        let badge = Badge {
            server: "http://127.0.0.1:1".into(),
            officer: "OF-1".into(),
            token: "t".into(),
            expires_at: String::new(),
            consistency_token: String::new(),
            secure: Secure::default(),
        };
        write(&file, &badge).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&file).unwrap(), Some(badge));
        forget(&file).unwrap();
        forget(&file).unwrap();
        assert_eq!(read(&file).unwrap(), None);
    }

    #[test]
    fn a_damaged_session_file_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("session.json");
        fs::write(&file, "{").unwrap();
        let text = read(&file).unwrap_err().say(wire::Lang::En);
        assert!(text.contains("session.json") && text.contains("sign in again"), "{text}");
    }
}
