//! Every text of the hub in Chinese and English: reasons, violations, code words, stages, clocks. The words stand
//! in `locales/`; keys are `reason-ALREADY_CLAIMED`, `violation-TEXT_EMPTY`, `stage-triaged`.
//! Never here: choosing what to say.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use domain::division::Divisions;
use domain::period::{Period, Periods};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks around facts would travel into copied ids and into tests.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");

/// Beijing time: every time a text shows.
static BEIJING: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::fixed(Offset::constant(8)));

/// The facts that explain a reason, as name and plain value; never personal data.
pub type Facts = BTreeMap<String, String>;

/// A language of the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese, simplified.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Reads a locale such as `zh_CN.UTF-8`, `en-GB` or an `Accept-Language` list in its order; none when it
    /// names neither language.
    #[must_use]
    pub fn parse(locale: &str) -> Option<Self> {
        locale.split(',').find_map(|one| {
            let language = one.trim().split(['_', '-', '.', ';', '@']).next()?;
            match language.to_ascii_lowercase().as_str() {
                "zh" => Some(Lang::Zh),
                "en" => Some(Lang::En),
                _ => None,
            }
        })
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }
}

/// The text of a key with its facts. Times are shown in Beijing time and code words as words. A key without a text,
/// or one whose facts are missing, is shown raw rather than hidden.
#[must_use]
pub fn say(lang: Lang, key: &str, facts: &Facts) -> String {
    let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = facts
        .iter()
        .map(|(name, value)| (Cow::from(name.clone()), FluentValue::from(shown(lang, name, value))))
        .collect();
    LOCALES.lookup_single_language(lang.id(), key, Some(&arguments)).unwrap_or_else(|_| raw(key, facts))
}

/// The text of a reason of a refusal, e.g. `ALREADY_CLAIMED`.
#[must_use]
pub fn reason(lang: Lang, reason: &str, facts: &Facts) -> String {
    say(lang, &format!("reason-{reason}"), facts)
}

/// The text of a reason of a field violation, e.g. `TEXT_EMPTY`.
#[must_use]
pub fn violation(lang: Lang, reason: &str, facts: &Facts) -> String {
    say(lang, &format!("violation-{reason}"), facts)
}

/// A code word as a word of the reader, e.g. `word(En, "stage", "triaged")`. Lists: `urgency`, `category`, `channel`,
/// `minor`, `harm`, `part`, `agency`, `level`, `role`, `paper`, `conclusion`, `outcome`, `withdrawal`, `institution`,
/// `stage`, `action`, `told`, `clock`, `matter`. An unknown word is shown as it is.
#[must_use]
pub fn word(lang: Lang, list: &str, word: &str) -> String {
    known(lang, list, word).unwrap_or_else(|| word.to_owned())
}

/// The name of a statutory clock from the table of legal periods; the rule's id when the table does not have it.
#[must_use]
pub fn clock(lang: Lang, rule: &str) -> String {
    let name = |row: &Period| match lang {
        Lang::Zh => row.zh.clone(),
        Lang::En => row.en.clone(),
    };
    let row = Periods::standard().all().iter().rev().find(|row| row.id == rule);
    row.map_or_else(|| rule.to_owned(), name)
}

/// A moment as shown to people: Beijing time to the minute.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(BEIJING.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn raw(key: &str, facts: &Facts) -> String {
    let facts: Vec<String> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if facts.is_empty() { key.to_owned() } else { format!("{key} ({})", facts.join(", ")) }
}

fn known(lang: Lang, list: &str, word: &str) -> Option<String> {
    // A dot would ask Fluent for an attribute: actions such as `referral.file` are keyed with a hyphen.
    let key = format!("{list}-{}", word.replace('.', "-"));
    let none: Option<&HashMap<&str, FluentValue<'_>>> = None;
    LOCALES.lookup_single_language(lang.id(), &key, none).ok()
}

/// A division as its code and name.
fn place(code: &str) -> String {
    let division = code.parse().ok().and_then(|code| Divisions::standard().find(code));
    division.map_or_else(|| code.to_owned(), |known| format!("{code} {}", known.name))
}

/// Who reports figures, stored as level and division: `county:430405`.
fn post(lang: Lang, text: &str) -> String {
    let Some((level, division)) = text.split_once(':') else { return text.to_owned() };
    let (place, level) = (place(division), word(lang, "level", level));
    match lang {
        Lang::Zh => format!("{place}（{level}）"),
        Lang::En => format!("{place} ({level})"),
    }
}

/// A fact as the reader should see it.
fn shown(lang: Lang, name: &str, value: &str) -> String {
    let list = match name {
        "stage" | "word" => "stage",
        "level" | "highest" => "level",
        "given" | "missing" | "expected" => "paper",
        "role" | "category" | "agency" | "action" | "phase" => name,
        "division" | "area" => return place(value),
        "post" | "posts" => "post",
        _ => return value.parse().map_or_else(|_| value.to_owned(), moment),
    };
    let words: Vec<String> = value
        .split(", ")
        .map(|one| if list == "post" { post(lang, one) } else { word(lang, list, one) })
        .collect();
    words.join(match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    })
}

#[cfg(test)]
mod tests;
