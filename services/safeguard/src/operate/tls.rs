//! `tls`: makes the hub's own authority with the certificates it issues, and shows what a certificate says. Never here:
//! serving with them.
//!
//! Crash story. Each file is written beside and renamed. A crash between a certificate and its key leaves two that do
//! not fit: a running hub keeps those it has, and making them again mends it. An authority is never made a second time:
//! its key is written first, and a folder with one of its two files is refused.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::ids::OfficerId;
use hub::config::Serving;
use hub::tls::{Name, Shown};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use x509_parser::pem::Pem;

use super::serve::Part;
use crate::authority::{Authority, Issued, Wanted};
use crate::cli::badge::bytes_of;
use crate::cli::failure::Failure;
use crate::cli::out::Out;
use crate::cli::times::shown as told;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Tls {
    /// 在目录中建立平台自己的证书机构（首次）并签发证书 | Issue certificates from the hub's own authority, which is made the first time
    Make(Make),
    /// 显示证书的内容、序列号和有效期 | Show what certificates say, their serial numbers and when they end
    Show(Show),
}

/// Which certificates.
#[derive(Args)]
pub(crate) struct Make {
    /// 存放 ca.pem、ca.key 和所签发证书的目录 | The folder of ca.pem, ca.key and what is issued
    folder: PathBuf,
    /// 访问平台用的域名或 IP 地址，可重复；签发 server.pem | Name or address the hub is reached at, may be repeated; makes server.pem
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// 平台进程的角色，可重复；签发 role-*.pem | Role of a process of the hub, may be repeated; makes role-*.pem
    #[arg(long, value_enum)]
    role: Vec<Part>,
    /// 业务系统的服务账号，可重复；签发 account-*.pem | Service account of another system, may be repeated; makes account-*.pem
    #[arg(long, value_name = "OFFICER")]
    account: Vec<OfficerId>,
    /// 有效天数 | Days the certificates last
    #[arg(long, value_name = "DAYS", default_value_t = 397, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
}

/// Which files.
#[derive(Args)]
pub(crate) struct Show {
    /// 证书文件（PEM） | Certificate files, PEM
    #[arg(required = true)]
    file: Vec<PathBuf>,
}

/// Does a command.
pub(crate) fn run(out: &Out, asked: &Tls) -> Result<(), Failure> {
    match asked {
        Tls::Make(a) => make(out, a, Timestamp::now()),
        Tls::Show(a) => show(out, a, Timestamp::now()),
    }
}

fn make(out: &Out, a: &Make, now: Timestamp) -> Result<(), Failure> {
    fs::create_dir_all(&a.folder).with_context(|| a.folder.display().to_string())?;
    let mut made = Vec::new();
    let authority = authority(&a.folder, now, &mut made)?;
    let hosts = || a.host.clone();
    let server = (!a.host.is_empty()).then(|| ("server".to_owned(), Wanted { hosts: hosts(), name: None }));
    let roles = a.role.iter().map(|part| Serving::from(*part)).map(Name::Role);
    let accounts = a.account.iter().cloned().map(Name::Account);
    let roles = roles.map(|name| (file_of("role", &name), Wanted { hosts: hosts(), name: Some(name) }));
    let accounts =
        accounts.map(|name| (file_of("account", &name), Wanted { hosts: Vec::new(), name: Some(name) }));
    for (stem, wanted) in server.into_iter().chain(roles).chain(accounts) {
        let issued = authority.issue(&wanted, now, SignedDuration::from_hours(24 * i64::from(a.days)))?;
        made.push(keep(&a.folder, &stem, &issued)?);
    }
    if out.json {
        return out.object(&json!({ "made": made }));
    }
    for each in &made {
        let text = |name: &str| each.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        out.line(out.named("已签发：", "made:", text("file")))?;
        out.facts(&[
            ("序列号", "serial number", text("serial")),
            ("名称", "name", text("name")),
            ("有效至", "valid until", text("not_after")),
        ])?;
    }
    Ok(())
}

/// The authority of the folder, made when there is none.
fn authority(folder: &Path, now: Timestamp, made: &mut Vec<Value>) -> Result<Authority, Failure> {
    let (cert, key) = (folder.join("ca.pem"), folder.join("ca.key"));
    match (cert.exists(), key.exists()) {
        (true, true) => {
            let text = |file: &Path| fs::read_to_string(file).with_context(|| file.display().to_string());
            let opened = Authority::open(&text(&cert)?, &text(&key)?);
            Ok(opened.with_context(|| cert.display().to_string())?)
        }
        (false, false) => {
            let (authority, kept) = Authority::found(now)?;
            made.push(keep(folder, "ca", &kept)?);
            Ok(authority)
        }
        (true, false) | (false, true) => {
            let folder = folder.display();
            Err(Failure::plain(
                format!("{folder} 中只有 ca.pem 和 ca.key 之一：从保管处取回另一个，或换一个目录。"),
                format!(
                    "{folder} has only one of ca.pem and ca.key: bring back the other, or name another folder."
                ),
            ))
        }
    }
}

/// `role-police` or `account-OF-SYS-1`.
fn file_of(kind: &str, name: &Name) -> String {
    let name = name.to_string();
    let last = name.rsplit('/').next().unwrap_or_default();
    format!("{kind}-{last}")
}

fn keep(folder: &Path, stem: &str, issued: &Issued) -> Result<Value, Failure> {
    let cert = folder.join(format!("{stem}.pem"));
    write(&folder.join(format!("{stem}.key")), issued.key.as_bytes(), 0o600)?;
    write(&cert, issued.cert.as_bytes(), 0o644)?;
    Ok(json!({
        "file": cert.display().to_string(),
        "serial": issued.shown.serial,
        "name": issued.shown.name.as_ref().map(Name::to_string),
        "not_after": issued.shown.until.to_string(),
    }))
}

fn write(file: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let open = || OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft);
    let written = open().and_then(|mut open| {
        open.write_all(bytes)?;
        open.sync_all()?;
        fs::rename(&draft, file)
    });
    Ok(written.with_context(|| file.display().to_string())?)
}

fn show(out: &Out, a: &Show, now: Timestamp) -> Result<(), Failure> {
    let mut all = Vec::new();
    for file in &a.file {
        let bytes = bytes_of(file)?;
        let mut found = Vec::new();
        for pem in Pem::iter_from_buffer(&bytes)
            .filter(|pem| pem.as_ref().is_ok_and(|pem| pem.label == "CERTIFICATE"))
        {
            let pem = pem.map_err(anyhow::Error::from)?;
            found.push(Facts::read(file, &pem.contents).with_context(|| file.display().to_string())?);
        }
        if found.is_empty() {
            let file = file.display();
            return Err(Failure::plain(
                format!("{file} 中没有证书。"),
                format!("{file} holds no certificate."),
            ));
        }
        all.extend(found);
    }
    if out.json {
        let all: Vec<Value> = all.iter().map(|facts| facts.json(now)).collect();
        return out.object(&json!({ "certificates": all }));
    }
    all.iter().try_for_each(|facts| facts.print(out, now))
}

/// What a certificate says.
struct Facts {
    file: String,
    subject: String,
    issuer: String,
    names: Vec<String>,
    from: Timestamp,
    shown: Shown,
}

impl Facts {
    fn read(file: &Path, der: &[u8]) -> anyhow::Result<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der)?;
        let names = certificate.subject_alternative_name()?;
        let names = names.map(|names| names.value.general_names.iter().map(ToString::to_string).collect());
        Ok(Self {
            file: file.display().to_string(),
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            names: names.unwrap_or_default(),
            from: Timestamp::from_second(certificate.validity().not_before.timestamp())?,
            shown: Shown::read(der).context("a certificate whose times or names cannot be read")?,
        })
    }

    fn days(&self, now: Timestamp) -> i64 {
        self.shown.until.duration_since(now).as_hours().div_euclid(24)
    }

    fn json(&self, now: Timestamp) -> Value {
        json!({
            "file": self.file,
            "subject": self.subject,
            "issuer": self.issuer,
            "names": self.names,
            "serial": self.shown.serial,
            "not_before": self.from.to_string(),
            "not_after": self.shown.until.to_string(),
            "days_left": self.days(now),
        })
    }

    fn print(&self, out: &Out, now: Timestamp) -> Result<(), Failure> {
        let moment = |at: Timestamp| told(Some(&wire::convert::timestamp(at)));
        out.facts(&[
            ("文件", "file", self.file.clone()),
            ("主体", "subject", self.subject.clone()),
            ("签发者", "issuer", self.issuer.clone()),
            ("名称", "names", self.names.join("\n")),
            ("序列号", "serial number", self.shown.serial.clone()),
            ("有效期自", "valid from", moment(self.from)),
            ("有效至", "valid until", moment(self.shown.until)),
            ("剩余天数", "days left", self.days(now).to_string()),
        ])
    }
}
