//! Every command line of the program in deploy/ and in the pages is one that it takes. Must never be here: running them.

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use safeguard::cli::Cli;
use serde_json::Value;

use crate::deploy::{compose, each, services, words, workloads};
use crate::settle;
use crate::tree::{Page, page, pages};

/// The words of a line as a shell has them, up to a pipe, a redirection, a comment or the next command.
fn split(line: &str) -> Vec<String> {
    let (mut found, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(letter),
            (None, '\'' | '"') => {
                quote = Some(letter);
                let _ = word.get_or_insert_default();
            }
            (None, '|' | '>' | '<' | ';' | '&') => break,
            (None, '#') if word.is_none() => break,
            (None, ' ' | '\t') => found.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(letter),
        }
    }
    found.extend(word);
    found
}

/// The program's arguments in a line, if it runs the program: by itself, behind variables, in a container, or as its
/// account.
fn arguments(line: &str) -> Option<Vec<String>> {
    let words = split(line.trim().trim_start_matches("$ "));
    let start = match words.first()?.as_str() {
        "docker" => words.iter().position(|word| word == "operator")?,
        "kubectl" | "runuser" => words.iter().position(|word| word == "--")? + 1,
        _ => words.iter().position(|word| !is_variable(word))?,
    };
    let program = words.get(start)?;
    let ours = program == "safeguard" || program.ends_with("/safeguard") || program == "operator";
    ours.then(|| words.get(start + 1..).unwrap_or_default().to_vec())
}

fn is_variable(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
}

/// What is wrong with a command line, if anything.
fn wrong(arguments: &[String]) -> Option<String> {
    let all = std::iter::once("safeguard").chain(arguments.iter().map(String::as_str));
    let error = Cli::try_parse_from(all).err()?;
    let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    (!help).then(|| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// The lines of a page's fenced blocks, continued ones as one, with the number of the first.
fn fenced(page: &Page) -> Vec<(usize, String)> {
    let (mut inside, mut found, mut open) = (false, Vec::<(usize, String)>::new(), false);
    for (place, line) in page.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
            continue;
        }
        let (text, goes_on) = line.strip_suffix('\\').map_or((line, false), |text| (text, true));
        match found.last_mut().filter(|_| open) {
            Some((_, before)) => before.push_str(text),
            None if inside => found.push((place + 1, text.to_owned())),
            None => {}
        }
        open = inside && goes_on;
    }
    found
}

#[test]
fn every_command_of_the_pages_is_one_the_program_takes() {
    let mut complaints = Vec::new();
    let mut count = 0;
    let kept: Vec<Page> = pages(".md").into_iter().filter(|page| page.path.starts_with("deploy/")).collect();
    for page in kept {
        for (line, text) in fenced(&page) {
            let Some(arguments) = arguments(&text) else { continue };
            count += 1;
            complaints.extend(wrong(&arguments).map(|why| format!("{}:{line}: {text}: {why}", page.path)));
        }
    }
    assert!(count > 30, "only {count} commands in the pages of deploy");
    settle(&complaints);
}

#[test]
fn every_command_named_in_a_sentence_exists() {
    let mut complaints = Vec::new();
    for page in pages(".md").into_iter().filter(|page| page.path.starts_with("deploy/")) {
        for (place, line) in page.text.lines().enumerate() {
            let spans = line.split('`').skip(1).step_by(2).filter_map(|span| span.strip_prefix("safeguard "));
            for span in spans {
                let mut command = Cli::command();
                for word in span.split(' ').filter(|word| !word.starts_with('-')) {
                    match command.find_subcommand(word).cloned() {
                        Some(inner) => command = inner,
                        None if command.has_subcommands() => {
                            complaints.push(format!("{}:{}: there is no {span:?}", page.path, place + 1));
                            break;
                        }
                        None => break,
                    }
                }
            }
        }
    }
    settle(&complaints);
}

#[test]
fn every_command_of_units_and_containers_is_one_the_program_takes() {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for page in pages(".service") {
        let starts = page.text.lines().filter_map(|line| line.strip_prefix("ExecStart="));
        found.extend(starts.filter_map(arguments).map(|arguments| (page.path.clone(), arguments)));
    }
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<String>>();
    let compose = compose();
    for (name, service) in services(&compose) {
        let ours = service
            .pointer("/image")
            .and_then(Value::as_str)
            .is_some_and(|image| image.starts_with("safeguard:"));
        if ours && service.pointer("/command").is_some() {
            found.push((format!("compose.yaml: {name}"), owned(words(service, "/command"))));
        }
        let test = words(service, "/healthcheck/test");
        found.extend(test.get(1).filter(|program| **program == "safeguard").map(|_| {
            (format!("compose.yaml: {name}: health"), owned(test.get(2..).unwrap_or_default().to_vec()))
        }));
    }
    for (place, pod) in workloads() {
        for container in each(&pod, "/containers") {
            found.push((place.clone(), owned(words(container, "/args"))));
            for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
                let asked = words(container, &format!("/{probe}/exec/command"));
                assert_eq!(asked.first(), Some(&"safeguard"), "{place}: {probe}");
                found.push((format!("{place}: {probe}"), owned(asked.get(1..).unwrap_or_default().to_vec())));
            }
        }
    }
    assert!(found.len() > 30, "only {} commands", found.len());
    let recipe = page("deploy/Containerfile").text;
    assert!(
        recipe.contains(r#"ENTRYPOINT ["safeguard"]"#) && recipe.contains(r#"CMD ["safeguard", "health"]"#)
    );
    let complaint = |(place, arguments): &(String, Vec<String>)| {
        wrong(arguments).map(|why| format!("{place}: safeguard {}: {why}", arguments.join(" ")))
    };
    settle(&found.iter().filter_map(complaint).collect::<Vec<_>>());
}

#[test]
fn lines_are_split_as_a_shell_does() {
    assert_eq!(split("a 'b c' \"d\"e # f"), ["a", "b c", "de"]);
    assert_eq!(
        arguments("A=1 B=2 safeguard log check > x"),
        Some(vec!["log".to_owned(), "check".to_owned()])
    );
    assert_eq!(arguments("kubectl exec a-0 -- safeguard who"), Some(vec!["who".to_owned()]));
    assert_eq!(arguments("docker compose run --rm operator who"), Some(vec!["who".to_owned()]));
    assert_eq!(arguments("systemctl restart safeguard"), None);
    assert!(wrong(&["log".to_owned(), "chek".to_owned()]).is_some());
}
