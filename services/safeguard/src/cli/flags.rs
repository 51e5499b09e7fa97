//! From the field of a request that is at fault to the argument the caller typed: both bear the same words, so the
//! command line's own definition is the table. Never here: what is wrong with the field.

use clap::{ArgMatches, Command};

/// The arguments of the command that was given: the word they are known by, and how they are typed.
pub(crate) struct Flags(Vec<(String, String)>);

impl Flags {
    /// Those of the innermost command.
    pub(crate) fn of(command: &Command, matches: &ArgMatches) -> Self {
        match matches.subcommand() {
            Some((name, inner)) => {
                command.find_subcommand(name).map_or(Self(Vec::new()), |command| Self::of(command, inner))
            }
            None => Self(
                command
                    .get_arguments()
                    .map(|argument| {
                        let id = argument.get_id().to_string();
                        let typed = match argument.get_long() {
                            Some(long) => format!("--{long}"),
                            None => format!("<{}>", id.to_uppercase()),
                        };
                        (id, typed)
                    })
                    .collect(),
            ),
        }
    }

    /// A field as it was typed: `persons[2].id_number` is `--person #3 id_number`. None when the command has no such
    /// argument.
    pub(crate) fn typed(&self, field: &str) -> Option<String> {
        let (first, inner) = field.split_once('.').unwrap_or((field, ""));
        let (word, place) = match first.split_once('[') {
            Some((word, place)) => (word, place.trim_end_matches(']').parse::<usize>().ok()),
            None => (first, None),
        };
        let whole = if inner.is_empty() { word.to_owned() } else { format!("{word}_{inner}") };
        if let Some(typed) = self.find(&whole).or_else(|| self.deeper(&whole, word)) {
            return Some(match place {
                Some(place) => format!("{typed} #{}", place + 1),
                None => typed,
            });
        }
        // A part of a message of which there is one: `grade.reason` is `--reason`, though there is a `--grade` too.
        if let Some(typed) = self.find(inner).filter(|_| place.is_none()) {
            return Some(typed);
        }
        let place = place.map(|place| format!(" #{}", place + 1)).unwrap_or_default();
        let within = if inner.is_empty() { String::new() } else { format!(" {inner}") };
        let with = |typed: String| format!("{typed}{place}{within}");
        // A message without an argument of its own: its parts are typed one by one, as in `filter.kinds[0]`.
        let parts = || if inner.is_empty() { None } else { self.typed(inner) };
        self.find(word).map(with).or_else(parts).or_else(|| self.akin(&whole).map(with))
    }

    /// The argument that stands for a part of what the word means: `reporter_id` for `reporter.id_number`.
    fn deeper(&self, whole: &str, word: &str) -> Option<String> {
        let fits = |id: &str| {
            id.len() > word.len() && whole.strip_prefix(id).is_some_and(|rest| rest.starts_with('_'))
        };
        self.0.iter().find(|(id, _)| fits(id)).map(|(_, typed)| typed.clone())
    }

    /// The argument of this word, or of one of what the word means several of.
    fn find(&self, word: &str) -> Option<String> {
        let one = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
        let one = one.or_else(|| word.strip_suffix('s').map(str::to_owned));
        let (_, typed) = self.0.iter().find(|(id, _)| id == word || Some(id) == one.as_ref())?;
        Some(typed.clone())
    }

    /// The argument whose word the field begins with (`unit_id`, `page_token`), else ends in (`clue_id`,
    /// `occurred_at`).
    fn akin(&self, word: &str) -> Option<String> {
        let begins = |id: &str| word.strip_prefix(id).is_some_and(|rest| rest.starts_with('_'));
        let ends = |id: &str| word.strip_suffix(id).is_some_and(|rest| rest.ends_with('_'));
        let longest = |fits: &dyn Fn(&str) -> bool| {
            self.0.iter().filter(|(id, _)| fits(id)).max_by_key(|(id, _)| id.len())
        };
        longest(&begins).or_else(|| longest(&ends)).map(|(_, typed)| typed.clone())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// The arguments of a command, by its names.
    fn flags(names: &[&str]) -> Flags {
        let mut command = Cli::command();
        for name in names {
            command = command.find_subcommand(name).unwrap().clone();
        }
        Flags::of(&command, &ArgMatches::default())
    }

    #[test]
    fn a_field_is_named_as_it_was_typed() {
        let report = flags(&["clue", "report"]);
        for (field, typed) in [
            ("division", "--division"),
            ("received_at", "--received-at"),
            ("occurred_at", "--at"),
            ("request_id", "--request-id"),
            ("persons[2].id_number", "--person #3 id_number"),
            ("papers[0].hash", "--paper #1 hash"),
            ("harm[1]", "--harm #2"),
            ("reporter.phone", "--reporter-phone"),
            ("reporter.id_number", "--reporter-id"),
        ] {
            assert_eq!(report.typed(field).as_deref(), Some(typed), "{field}");
        }
        let officer = flags(&["officer", "register"]);
        assert_eq!(officer.typed("officer_id").as_deref(), Some("<ID>"));
        assert_eq!(officer.typed("unit_id").as_deref(), Some("--unit"));
        assert_eq!(officer.typed("roles[0]").as_deref(), Some("--role #1"));
        let list = flags(&["clue", "list"]);
        assert_eq!(list.typed("page_token").as_deref(), Some("--page"));
        assert_eq!(list.typed("page_size").as_deref(), Some("--page-size"));
        assert_eq!(list.typed("categories[1]").as_deref(), Some("--category #2"));
        assert_eq!(list.typed("nonsense"), None);
        let tail = flags(&["tail"]);
        assert_eq!(tail.typed("filter.kinds[0]").as_deref(), Some("--kind #1"));
        assert_eq!(tail.typed("filter.stream_prefix").as_deref(), Some("--stream"));
        assert_eq!(tail.typed("after_position").as_deref(), Some("--from"));
        let view = flags(&["view-as"]);
        assert_eq!(view.typed("eyes.unit_id").as_deref(), Some("--unit"));
        let create = flags(&["group", "create"]);
        assert_eq!(create.typed("terms.first_pause_seconds").as_deref(), Some("--first-pause"));
        assert_eq!(create.typed("terms.attempts").as_deref(), Some("--attempts"));
        assert_eq!(create.typed("after_position").as_deref(), Some("--from"));
    }
}
