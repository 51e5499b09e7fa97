//! Which language the reader has, and the help and the complaints of the command line in it.
//! Help texts stand in the code as `中文 | English`. Never here: what a command does.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::AddrParseError;
use std::num::ParseIntError;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use domain::ids::PlainIdError;
use wire::flaw::Fault;
use wire::{Lang, texts};

/// What is shown of a long list of values.
const MOST_VALUES: usize = 30;

/// One of two texts.
pub(crate) const fn either(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The half of `中文 | English` that the reader understands.
pub(crate) fn half(lang: Lang, text: &str) -> &str {
    match (text.split_once(" | "), lang) {
        (Some((zh, _)), Lang::Zh) => zh,
        (Some((_, en)), Lang::En) => en,
        (None, _) => text,
    }
}

/// The reader's language: `--lang`, else the first locale variable that is set, else Chinese. Asked for before the
/// arguments are read, because complaints about them must be understood too.
pub(crate) fn of_reader(arguments: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Lang {
    let texts: Vec<&str> = arguments.iter().filter_map(|one| one.to_str()).collect();
    let after = texts.iter().position(|one| *one == "--lang").and_then(|place| texts.get(place + 1).copied());
    let flag = texts.iter().find_map(|one| one.strip_prefix("--lang=")).or(after);
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|text| !text.is_empty());
    flag.and_then(Lang::parse).or_else(|| Lang::parse(&locale?)).unwrap_or_default()
}

/// The whole command line with its help in one language.
pub(crate) fn localised(command: Command, lang: Lang) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_help_flag(true).disable_help_subcommand(true).disable_version_flag(true);
    walk(command, lang)
        .arg(help.help_heading(global(lang)).help(either(lang, "显示帮助", "Print help")))
        .arg(version.help_heading(global(lang)).help(either(lang, "显示版本", "Print the version")))
}

const fn global(lang: Lang) -> &'static str {
    either(lang, "公共选项", "Global options")
}

fn walk(command: Command, lang: Lang) -> Command {
    let about = command.get_about().map(|text| half(lang, &text.to_string()).to_owned());
    let command = command
        .mut_args(|arg| argument(arg, lang))
        .mut_subcommands(|inner| walk(inner, lang))
        .subcommand_help_heading(either(lang, "命令", "Commands"))
        .subcommand_value_name(either(lang, "命令", "COMMAND"));
    let command = match lang {
        Lang::Zh => command.help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}"),
        Lang::En => command,
    };
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}

fn argument(arg: Arg, lang: Lang) -> Arg {
    let heading = match (arg.is_global_set(), arg.is_positional()) {
        (true, _) => global(lang),
        (false, true) => either(lang, "参数", "Arguments"),
        (false, false) => either(lang, "选项", "Options"),
    };
    let help = arg.get_help().map(|text| half(lang, &text.to_string()).to_owned());
    let arg = arg.help_heading(heading);
    match help {
        Some(help) => arg.help(help),
        None => arg,
    }
}

/// The library's own words in help and usage lines; it has no other place for a translation.
const ITS_WORDS: [(&str, &str); 6] = [
    ("[OPTIONS]", "[选项]"),
    ("[default: ", "[默认："),
    ("[env: ", "[环境变量："),
    ("[possible values: ", "[可用的值："),
    ("Possible values:", "可用的值："),
    ("Usage: ", "用法："),
];

fn in_chinese(text: &str) -> String {
    ITS_WORDS.iter().fold(text.to_owned(), |text, (its, ours)| text.replace(its, ours))
}

/// Help and version, or what is wrong with the arguments, in the reader's language.
pub(crate) fn complaint(error: &clap::Error, lang: Lang) -> String {
    let own =
        (lang == Lang::Zh || error.kind() == ErrorKind::ValueValidation).then(|| told(error, lang)).flatten();
    let rendered = || error.render().to_string();
    match (own, lang) {
        (Some(own), _) => own,
        (None, Lang::Zh) if error.exit_code() == 0 || asks_for_help(error) => in_chinese(&rendered()),
        (None, Lang::Zh) => format!("命令行写法不正确：{}", in_chinese(&rendered())),
        (None, Lang::En) => rendered(),
    }
}

/// Whether a command without its subcommand is answered with the help.
fn asks_for_help(error: &clap::Error) -> bool {
    error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// Why a value is no good, in the reader's language.
fn reason(error: &clap::Error, lang: Lang) -> String {
    let Some(cause) = std::error::Error::source(error) else { return String::new() };
    let flaw = cause.downcast_ref::<PlainIdError>().map(Fault::flaw);
    if let Some(flaw) = flaw.or_else(|| cause.downcast_ref::<uuid::Error>().map(Fault::flaw)) {
        return texts::violation(lang, flaw.reason, &flaw.facts);
    }
    match lang {
        Lang::Zh if cause.is::<ParseIntError>() => "应为整数，且不超出范围。".to_owned(),
        Lang::Zh if cause.is::<AddrParseError>() => "应为“地址:端口”，如 127.0.0.1:50051。".to_owned(),
        Lang::Zh | Lang::En => half(lang, &cause.to_string()).to_owned(),
    }
}

fn told(error: &clap::Error, lang: Lang) -> Option<String> {
    let fact = |kind| error.get(kind).map(text_of).filter(|text| !text.is_empty());
    let argument = fact(ContextKind::InvalidArg).unwrap_or_default();
    let value = fact(ContextKind::InvalidValue);
    let kind = error.kind();
    let mut text = if kind == ErrorKind::ValueValidation {
        let value = value.unwrap_or_default();
        let why = reason(error, lang);
        match lang {
            Lang::Zh => format!("“{argument}”的值“{value}”不正确：{why}"),
            Lang::En => format!("error: {value:?} is no good for {argument}: {why}"),
        }
    } else if kind == ErrorKind::UnknownArgument {
        format!("没有“{argument}”这个参数。")
    } else if kind == ErrorKind::InvalidSubcommand {
        format!("没有“{}”这个命令。", fact(ContextKind::InvalidSubcommand)?)
    } else if kind == ErrorKind::MissingRequiredArgument {
        format!("缺少必填参数：{argument}")
    } else if kind == ErrorKind::ArgumentConflict {
        match fact(ContextKind::PriorArg)? {
            same if same == argument => format!("“{argument}”只能给一次。"),
            other => format!("“{argument}”不能与“{other}”同时使用。"),
        }
    } else if kind == ErrorKind::InvalidValue {
        match value {
            Some(value) => format!("“{argument}”没有“{value}”这个值。"),
            None => format!("“{argument}”后面缺少值。"),
        }
    } else if kind == ErrorKind::TooManyValues {
        format!("“{argument}”不再需要值“{}”。", value?)
    } else if kind == ErrorKind::MissingSubcommand {
        "缺少命令。".to_owned()
    } else {
        return None;
    };
    if lang == Lang::Zh {
        advise(&mut text, error);
        if let Some(usage) = error.get(ContextKind::Usage) {
            let _ = write!(text, "\n{}", in_chinese(usage.to_string().trim()));
        }
    }
    text.push('\n');
    text.push_str(either(lang, "加 --help 查看用法。\n", "For more, try '--help'.\n"));
    Some(text)
}

/// What the caller may have meant, and what could be given.
fn advise(text: &mut String, error: &clap::Error) {
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(meant) = meant.into_iter().find_map(|kind| error.get(kind)) {
        let _ = write!(text, "\n您是不是想用：{}", text_of(meant));
    }
    let values = error.get(ContextKind::ValidValue).map(text_of).unwrap_or_default();
    if !values.is_empty() {
        let _ = write!(text, "\n可用的值：{values}");
    }
}

fn text_of(value: &ContextValue) -> String {
    if let ContextValue::Strings(all) = value {
        let mut shown: Vec<&str> = all.iter().take(MOST_VALUES).map(String::as_str).collect();
        if all.len() > MOST_VALUES {
            shown.push("…");
        }
        return shown.join(" ");
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(arguments: &[&str], locale: Option<&str>) -> Lang {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        of_reader(&arguments, |name| (name == "LANG").then_some(locale).flatten().map(str::to_owned))
    }

    #[test]
    fn the_flag_wins_over_the_locale_and_chinese_is_the_last_resort() {
        assert_eq!(reader(&["who", "--lang", "en"], Some("zh_CN.UTF-8")), Lang::En);
        assert_eq!(reader(&["--lang=zh", "who"], Some("en_GB.UTF-8")), Lang::Zh);
        assert_eq!(reader(&["who"], Some("en_GB.UTF-8")), Lang::En);
        assert_eq!(reader(&["who"], Some("C.UTF-8")), Lang::Zh);
        assert_eq!(reader(&["who"], None), Lang::Zh);
    }

    #[test]
    fn every_help_text_has_both_languages() {
        fn look(command: &Command, path: &str, missing: &mut Vec<String>) {
            let path = format!("{path} {}", command.get_name());
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            if !about.contains(" | ") {
                missing.push(path.clone());
            }
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                // Measuring is for those who build the hub.
                if !help.contains(" | ") {
                    missing.push(format!("{path} {}: {help}", argument.get_id()));
                }
            }
            command.get_subcommands().for_each(|inner| look(inner, &path, missing));
        }
        let mut missing = Vec::new();
        look(&<crate::cli::Cli as clap::CommandFactory>::command(), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }
}
