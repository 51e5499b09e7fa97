//! The command line: officers' commands go to the hub over gRPC, operators' commands work on a data directory.
//! Never here: a rule, or what any command does.

mod access;
mod again;
pub(crate) mod badge;
mod bulk;
mod campaign;
mod clue;
pub(crate) mod desk;
mod document;
mod erase;
pub(crate) mod failure;
mod fire;
mod flags;
mod group;
mod hazard;
mod import;
mod inspection;
mod institution;
mod json;
mod language;
mod officer;
mod order;
pub(crate) mod out;
mod oversight;
mod paper;
mod queue;
mod record;
mod referral;
mod reverse;
pub(crate) mod secure;
mod session;
mod sheet;
mod show;
mod supervise;
mod tail;
pub(crate) mod times;
mod unit;
mod webhook;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use wire::Lang;

use self::desk::Desk;
use self::failure::Failure;
use self::flags::Flags;
use self::out::Out;
use self::secure::Secure;
use crate::{bench, demo, operate};

/// 安全守护：教育、公安、消防协同平台 | Safeguard: education, police and fire departments working together
#[derive(Parser)]
#[command(name = "safeguard", version)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// 语言 zh 或 en；不填看系统区域设置 | Language, zh or en; by the locale when not given
    #[arg(long, global = true, value_name = "LANG", value_parser = ["zh", "en"])]
    lang: Option<String>,
    /// 每个答复输出一个 JSON 对象 | One JSON object per answer
    #[arg(long, global = true)]
    json: bool,
    /// 平台地址；不填用登录时的地址 | Address of the hub; the one signed in at when not given
    #[arg(long, global = true, env = "SAFEGUARD_SERVER", hide_env_values = true, value_name = "URL")]
    server: Option<String>,
    /// 会话文件 | The session file
    #[arg(long, global = true, env = "SAFEGUARD_SESSION", hide_env_values = true, value_name = "FILE")]
    session: Option<PathBuf>,
    #[command(flatten)]
    secure: Secure,
}

/// What was asked for.
#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Operator(Operator),
    #[command(flatten)]
    Officer(Officer),
    /// 专项行动 | Campaigns
    #[command(subcommand)]
    Campaign(campaign::Campaign),
}

/// Operators' commands.
#[derive(Subcommand)]
enum Operator {
    /// 启动平台 | Run the hub
    Serve(operate::serve::Serve),
    /// 演示：装载一市数县，演出一次强制报告和一次案件移送 | Load a city and play a mandatory report and a referral
    Demo(demo::DemoArgs),
    /// 测量性能 | Measure
    Bench(bench::BenchArgs),
    /// 日志：统计、检查、查看、导出 | The log: statistics, check, tail, export
    #[command(subcommand)]
    Log(operate::log::Log),
    /// 视图：重建 | Views: rebuild
    #[command(subcommand)]
    View(operate::view::View),
    /// 材料存储：核对、补回（平台可在运行） | The store of papers: check, bring back; the hub may run meanwhile
    #[command(subcommand)]
    Papers(operate::papers::Papers),
    /// 备份日志、密钥和材料（平台可在运行） | Back up log, keys and attachments while the hub runs
    Backup(operate::backup::Backup),
    /// 从备份恢复到新目录 | Restore a backup into a new directory
    Restore(operate::restore::Restore),
    /// 导出删除清单，供恢复备份时使用 | Write the deletion list, for restoring backups
    Deletions(operate::deletions::Deletions),
    /// 密码：丢失后由运维人员重置 | Passwords: reset by the operator when one is lost
    #[command(subcommand)]
    Password(operate::password::Password),
    /// 显示生效的配置，隐去密钥 | Print the effective configuration, secrets hidden
    Config(operate::Place),
    /// 询问一个进程是否正常服务 | Ask a process of the hub whether it serves
    Health(operate::health::Health),
    /// TLS 证书：建立证书机构、签发、查看 | TLS certificates: make an authority, issue, look
    #[command(subcommand)]
    Tls(operate::tls::Tls),
    /// 生成导入样例 | Make import samples
    Sample(operate::sample::Sample),
    /// 导入专项行动的记录目录（平台未运行时） | Import the folder of a campaign, while no hub runs
    Import(crate::campaign::Import),
    /// 生成命令补全脚本 | Write a shell completion script
    Completions(Completions),
}

/// Officers' commands.
#[derive(Subcommand)]
enum Officer {
    /// 登录 | Sign in
    SignIn(session::SignIn),
    /// 我是谁 | Who is signed in
    Who,
    /// 修改密码 | Change one's password
    ChangePassword(session::ChangePassword),
    /// 打印会话令牌，供 curl 等程序使用 | Print the session's token, for curl and other programs
    Token,
    /// 退出登录 | Sign out
    SignOut,
    /// 线索 | Clues
    #[command(subcommand)]
    Clue(clue::Clue),
    /// 案件移送（行政机关） | Referrals, the agency's side
    #[command(subcommand)]
    Referral(referral::Referral),
    /// 公安机关快速响应队列 | The police's fast-response queue
    #[command(subcommand)]
    Queue(queue::Queue),
    /// 立案监督（检察机关） | Filing supervision by the procuratorate
    #[command(subcommand)]
    Supervise(supervise::Supervise),
    /// 反向移送 | Reverse referrals
    #[command(subcommand)]
    Reverse(reverse::Reverse),
    /// 消防救援机构收件箱 | The fire service's inbox
    #[command(subcommand)]
    Fire(fire::Fire),
    /// 联合检查 | Joint inspections
    #[command(subcommand)]
    Inspection(inspection::Inspection),
    /// 隐患整改 | Hazards and their rectification
    #[command(subcommand)]
    Hazard(hazard::Hazard),
    /// 核对打印文书的校验码 | Check the verification code of a printed document
    #[command(subcommand)]
    Document(document::Document),
    /// 材料 | Papers
    #[command(subcommand)]
    Paper(paper::Paper),
    /// 单位 | Units
    #[command(subcommand)]
    Unit(unit::Unit),
    /// 人员 | Officers
    #[command(subcommand)]
    Officer(officer::Officer),
    /// 机构 | Institutions
    #[command(subcommand)]
    Institution(institution::Institution),
    /// 行政区划 | Divisions
    #[command(subcommand)]
    Division(institution::Division),
    /// 临时查阅：申请、审批、审查 | Access by break-glass: request, approve, review
    #[command(subcommand)]
    Access(access::Access),
    /// 查阅记录：谁看过敏感内容 | Who has read sensitive values
    Reads(oversight::Reads),
    /// 以某单位的视角：能看到什么，为什么 | What a unit would see of a matter, and why
    ViewAs(oversight::ViewAs),
    /// 删除一个人的信息 | Erase one person
    Erase(erase::Erase),
    /// 消费组：平台代记位置的订阅 | Consumer groups: subscriptions whose place the hub keeps
    #[command(subcommand)]
    Group(group::Group),
    /// Webhook 推送：向其他系统的地址推送事件 | Webhooks: events sent to an address of another system
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// 订阅事件流 | Follow the event streams
    Tail(tail::Tail),
}

/// Which shell.
#[derive(Args)]
struct Completions {
    /// 命令行环境 | The shell
    shell: Shell,
}

/// Reads the arguments, does what they ask and says how it went.
pub async fn run(arguments: Vec<OsString>) -> ExitCode {
    let lang = language::of_reader(&arguments, |name| std::env::var(name).ok());
    let mut command = language::localised(Cli::command(), lang);
    let read = command.try_get_matches_from_mut(arguments).and_then(|matches| {
        let flags = Flags::of(&command, &matches);
        Cli::from_arg_matches(&matches).map(|cli| (cli, flags))
    });
    let (cli, flags) = match read {
        Ok(read) => read,
        Err(error) => return unread(&error, lang),
    };
    let out = Out::new(lang, cli.common.json);
    let done = match cli.command {
        Command::Operator(asked) => operator(&out, asked, &cli.common).await,
        Command::Campaign(campaign::Campaign::Replay(asked)) => crate::campaign::run(&out, asked).await,
        Command::Campaign(campaign::Campaign::Office(asked)) => match desk(out, cli.common) {
            Ok(desk) => campaign::run(&desk, *asked).await,
            Err(failure) => Err(failure),
        },
        Command::Officer(asked) => match desk(out, cli.common) {
            Ok(desk) => officer(&desk, asked).await,
            Err(failure) => Err(failure),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Err(failure) => {
            let code = failure.code();
            out.notice(if out.json {
                failure.json(lang).to_string()
            } else {
                failure.typed(&flags).say(lang)
            });

            code
        }
    }
}

fn desk(out: Out, common: Common) -> Result<Desk, Failure> {
    Desk::new(out, common.server.as_deref(), common.session, common.secure)
}

/// Help that was asked for, or what is wrong with the arguments.
fn unread(error: &clap::Error, lang: Lang) -> ExitCode {
    let out = Out::new(lang, false);
    let text = language::complaint(error, lang);
    let text = text.trim_end();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return out.line(text).map_or_else(|failure| failure.code(), |()| ExitCode::SUCCESS);
    }
    out.notice(text);
    ExitCode::FAILURE
}

async fn operator(out: &Out, asked: Operator, common: &Common) -> Result<(), Failure> {
    match asked {
        Operator::Serve(a) => operate::serve::run(out, a).await,
        Operator::Demo(a) => Ok(demo::run(a, out.lang, out.json).await?),
        Operator::Bench(a) => out.line(bench::run(&a, out.json).await?),
        Operator::Log(asked) => operate::log::run(out, asked).await,
        Operator::View(asked) => operate::view::run(out, asked).await,
        Operator::Papers(asked) => operate::papers::run(out, asked).await,
        Operator::Backup(a) => operate::backup::run(out, &a).await,
        Operator::Restore(a) => operate::restore::run(out, &a).await,
        Operator::Deletions(a) => operate::deletions::run(out, &a).await,
        Operator::Password(asked) => operate::password::run(out, asked).await,
        Operator::Config(place) => operate::config(out, &place),
        Operator::Health(a) => operate::health::run(out, &a, common.server.as_deref(), &common.secure).await,
        Operator::Tls(asked) => operate::tls::run(out, &asked),
        Operator::Sample(a) => operate::sample::run(out, &a),
        Operator::Import(a) => crate::campaign::carry(out, &a).await,
        Operator::Completions(a) => completions(out, a.shell),
    }
}

fn completions(out: &Out, shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = language::localised(Cli::command(), out.lang);
    clap_complete::generate(shell, &mut command, "safeguard", &mut script);
    out.line(String::from_utf8_lossy(&script).trim_end())
}

async fn officer(desk: &Desk, asked: Officer) -> Result<(), Failure> {
    match asked {
        Officer::SignIn(a) => session::sign_in(desk, a).await,
        Officer::Who => session::who(desk).await,
        Officer::ChangePassword(a) => session::change_password(desk, a).await,
        Officer::Token => session::token(desk),
        Officer::SignOut => session::sign_out(desk),
        Officer::Clue(asked) => clue::run(desk, asked).await,
        Officer::Referral(asked) => referral::run(desk, asked).await,
        Officer::Queue(asked) => queue::run(desk, asked).await,
        Officer::Supervise(asked) => supervise::run(desk, asked).await,
        Officer::Reverse(asked) => reverse::run(desk, asked).await,
        Officer::Fire(asked) => fire::run(desk, asked).await,
        Officer::Inspection(asked) => inspection::run(desk, asked).await,
        Officer::Hazard(asked) => hazard::run(desk, asked).await,
        Officer::Document(asked) => document::check::run(desk, asked).await,
        Officer::Paper(asked) => paper::run(desk, asked).await,
        Officer::Unit(asked) => unit::run(desk, asked).await,
        Officer::Officer(asked) => officer::run(desk, asked).await,
        Officer::Institution(asked) => institution::run(desk, asked).await,
        Officer::Division(asked) => institution::divisions(desk, asked).await,
        Officer::Access(asked) => access::run(desk, asked).await,
        Officer::Reads(a) => oversight::reads(desk, a).await,
        Officer::ViewAs(a) => oversight::view_as(desk, a).await,
        Officer::Erase(a) => erase::run(desk, a).await,
        Officer::Group(asked) => group::run(desk, asked).await,
        Officer::Webhook(asked) => webhook::run(desk, asked).await,
        Officer::Tail(a) => tail::run(desk, &a).await,
    }
}
