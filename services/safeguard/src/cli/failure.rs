//! Why a command was not done: what the reader is told, what to do about it, and the exit code.
//! 0 done, 1 anything else, 2 refused, 3 not reachable. Never here: deciding any of it.

use std::fmt::{self, Write as _};
use std::process::ExitCode;

use serde_json::{Value, json};
use wire::{Lang, Refusal, Violation};

use super::flags::Flags;
use super::language::either;

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The hub said no.
    Refused {
        /// What it said.
        refusal: Box<Refusal>,
        /// The command's request id, to repeat it with.
        request: Option<String>,
    },
    /// The hub did not answer.
    Unreachable {
        /// Its address.
        server: String,
        /// What the connection said.
        cause: String,
        /// The command's request id, to repeat it with.
        request: Option<String>,
    },
    /// The process at this address does not serve this part.
    NotServed {
        /// Its address.
        server: String,
    },
    /// An import refused so many rows, and `--strict` was given.
    BadRows(u64),
    /// Told in both languages.
    Plain {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// Whoever reads standard output has gone: nothing to complain about.
    PipeClosed,
    /// Anything else.
    Other(anyhow::Error),
}

/// A failure told in both languages, for what answers with `anyhow`.
#[derive(Debug)]
pub(crate) struct Told {
    zh: String,
    en: String,
}

impl Told {
    /// The two texts as one error.
    pub(crate) fn error(zh: impl Into<String>, en: impl Into<String>) -> anyhow::Error {
        anyhow::Error::new(Self { zh: zh.into(), en: en.into() })
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl std::error::Error for Told {}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Told>() {
            Ok(Told { zh, en }) => Failure::Plain { zh, en },
            Err(error) => Failure::Other(error),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() == std::io::ErrorKind::BrokenPipe {
            true => Failure::PipeClosed,
            false => Failure::Other(error.into()),
        }
    }
}

impl Failure {
    /// A failure told in both languages.
    pub(crate) fn plain(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Failure::Plain { zh: zh.into(), en: en.into() }
    }

    /// The same failure of a command with this request id.
    pub(crate) fn of_request(mut self, id: &str) -> Self {
        if let Failure::Refused { request, .. } | Failure::Unreachable { request, .. } = &mut self {
            *request = Some(id.to_owned());
        }
        self
    }

    /// The same failure with the arguments of the command line in place of the request's fields, for people.
    pub(crate) fn typed(mut self, flags: &Flags) -> Self {
        if let Failure::Refused { refusal, .. } = &mut self
            && let Refusal::Shape(violations) = refusal.as_mut()
        {
            for violation in violations {
                violation.field = flags.typed(&violation.field).unwrap_or_else(|| violation.field.clone());
            }
        }
        self
    }

    /// Whether trying again later may help.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Failure::Refused { refusal, .. } => {
                matches!(
                    **refusal,
                    Refusal::LogDown { .. }
                        | Refusal::Overloaded { .. }
                        | Refusal::Late
                        | Refusal::TooSlow
                        | Refusal::Internal
                )
            }
            Failure::Unreachable { .. } => true,
            Failure::NotServed { .. }
            | Failure::BadRows(_)
            | Failure::Plain { .. }
            | Failure::PipeClosed
            | Failure::Other(_) => false,
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::PipeClosed => 0,
            Failure::Refused { refusal, .. }
                if matches!(**refusal, Refusal::LogDown { .. } | Refusal::Overloaded { .. }) =>
            {
                3
            }
            Failure::Refused { refusal, .. } if matches!(**refusal, Refusal::Internal) => 1,
            Failure::Refused { .. } | Failure::BadRows(_) => 2,
            Failure::Unreachable { .. } => 3,
            Failure::NotServed { .. } | Failure::Plain { .. } | Failure::Other(_) => 1,
        })
    }

    /// The text for people, with what to do next.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Failure::Refused { refusal, request } => refused(refusal, request.as_deref(), lang),
            Failure::Unreachable { server, cause, request } => {
                let mut text = match lang {
                    Lang::Zh => format!(
                        "连接不上 {server}：{cause}\n请确认平台已启动（safeguard serve），或用 --server 给出它的地址。"
                    ),
                    Lang::En => format!(
                        "{server} cannot be reached: {cause}\nCheck that the hub runs (safeguard serve), or give its address with --server."
                    ),
                };
                repeat(&mut text, request.as_deref(), lang);
                text
            }
            Failure::NotServed { server } => match lang {
                Lang::Zh => format!("{server} 不提供这项服务；请用 --server 指定提供它的地址。"),
                Lang::En => {
                    format!("{server} does not serve this part; give the address that does with --server.")
                }
            },
            Failure::BadRows(bad) => match lang {
                Lang::Zh => format!("有 {bad} 行没有导入。更正后可整份重新导入：已导入的行不会重复。"),
                Lang::En => format!(
                    "{bad} rows were not imported. Correct them and import the whole file again: nothing is recorded twice."
                ),
            },
            Failure::Plain { zh, en } => match lang {
                Lang::Zh => zh.clone(),
                Lang::En => en.clone(),
            },
            Failure::PipeClosed => String::new(),
            Failure::Other(error) => other(error, lang),
        }
    }

    /// The object for machines.
    pub(crate) fn json(&self, lang: Lang) -> Value {
        let text = self.say(lang);
        let error = match self {
            Failure::Refused { refusal, request } => json!({
                "reason": refusal.reason(),
                "text": refusal.say(lang),
                "facts": refusal.facts(),
                "violations": violations(refusal).iter().map(|one| json!({
                    "field": one.field, "reason": one.reason, "text": one.text(lang),
                })).collect::<Vec<_>>(),
                "request_id": request,
            }),
            Failure::Unreachable { request, .. } => {
                json!({ "reason": "UNREACHABLE", "text": text, "request_id": request })
            }
            Failure::NotServed { .. } => json!({ "reason": "NOT_SERVED", "text": text }),
            Failure::BadRows(bad) => json!({ "reason": "BAD_ROWS", "text": text, "bad": bad }),
            Failure::Plain { .. } | Failure::PipeClosed | Failure::Other(_) => {
                json!({ "reason": "FAILED", "text": text })
            }
        };
        json!({ "error": error })
    }
}

fn violations(refusal: &Refusal) -> &[Violation] {
    if let Refusal::Shape(violations) = refusal { violations } else { &[] }
}

fn refused(refusal: &Refusal, request: Option<&str>, lang: Lang) -> String {
    let mut text = refusal.say(lang);
    for violation in violations(refusal) {
        let field = if violation.field.is_empty() {
            either(lang, "整个请求", "request")
        } else {
            &violation.field
        };
        let _ = write!(text, "\n  {field}: {}", violation.text(lang));
    }
    let next = match refusal.reason() {
        "TOKEN_MISSING" | "TOKEN_BAD" | "TOKEN_EXPIRED" => {
            either(lang, "登录：safeguard sign-in 警号或工号", "Sign in: safeguard sign-in OFFICER")
        }
        "PASSWORD_CHANGE_REQUIRED" => {
            either(lang, "修改密码：safeguard change-password", "Change it: safeguard change-password")
        }
        "CERTIFICATE_OF_ANOTHER" => either(
            lang,
            "退出登录：safeguard sign-out；或用 --session 指定另一个会话文件",
            "Sign out: safeguard sign-out; or name another session file with --session",
        ),
        "CERTIFICATE_BAD" | "CERTIFICATE_EXPIRED" => {
            either(lang, "查看证书：safeguard tls show 文件", "See what it says: safeguard tls show FILE")
        }
        "PERMISSION" => {
            either(lang, "查看自己的单位和角色：safeguard who", "See your unit and roles: safeguard who")
        }
        "LATE" => either(
            lang,
            "记录已保存，只是视图稍慢；再查一次即可。",
            "What was recorded stands; the view is slow, ask again.",
        ),
        "NOT_CLAIMED_BY_YOU" => {
            either(lang, "认领：safeguard queue claim 编号", "Claim it: safeguard queue claim MATTER")
        }
        _ => "",
    };
    if !next.is_empty() {
        let _ = write!(text, "\n{next}");
    }
    if matches!(refusal, Refusal::LogDown { .. } | Refusal::Contended | Refusal::Late | Refusal::Internal) {
        repeat(&mut text, request, lang);
    }
    text
}

/// An answer was lost: the same id asks for it again without doing anything twice.
fn repeat(text: &mut String, request: Option<&str>, lang: Lang) {
    let Some(request) = request else { return };
    let _ = match lang {
        Lang::Zh => write!(text, "\n重试时加 --request-id {request}，不会重复办理。"),
        Lang::En => write!(text, "\nTo try again add --request-id {request}: nothing is done twice."),
    };
}

fn other(error: &anyhow::Error, lang: Lang) -> String {
    match (lang, crate::operate::advice(error)) {
        (Lang::Zh, Some(advice)) => format!("没有办成：{advice}\n（{error:#}）"),
        (Lang::Zh, None) => format!("没有办成：{error:#}"),
        (Lang::En, _) => format!("not done: {error:#}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use wire::Flaw;

    fn failure(refusal: Refusal) -> Failure {
        Failure::Refused { refusal: Box::new(refusal), request: Some("R".to_owned()) }
    }

    #[test]
    fn a_bad_request_names_every_field_in_both_languages() {
        let two = ["clue_id", "reason"].map(|field| wire::Violation::new(field, &Flaw::new("REQUIRED")));
        let failure = failure(Refusal::Shape(two.to_vec()));
        for lang in Lang::ALL {
            let text = failure.say(lang);
            assert!(text.contains("clue_id: ") && text.contains("reason: "), "{text}");
        }
        let json = failure.json(Lang::En);
        assert_eq!(json.pointer("/error/violations/1/field").unwrap(), "reason");
    }

    #[test]
    fn what_is_to_be_done_is_said() {
        assert!(failure(Refusal::identity("TOKEN_EXPIRED")).say(Lang::En).contains("safeguard sign-in"));
        let lost = Failure::Unreachable { server: "http://x".into(), cause: "gone".into(), request: None };
        let text = lost.of_request("0198").say(Lang::Zh);
        assert!(text.contains("http://x") && text.contains("--request-id 0198"), "{text}");
    }
}
