//! Every configuration in deploy/ is one the program takes: each variable is known, and each process's settings together are
//! read and mean something. Must never be here: what a setting does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use hub::config::{Config, Flags, Serving};
use hub::seal::KeysPlace;
use safeguard::cli::Cli;
use safeguard::front::Route;
use serde_json::Value;

use crate::deploy::{compose, documents, each, entries, services, words};
use crate::settle;
use crate::tree::{Page, page, pages, root};

/// Read by the log itself, which the configuration knows nothing of.
const BESIDE: &str = "SAFEGUARD_KURRENTDB_CREDENTIALS";

/// The settings of the configuration by name, as they are when nobody sets them.
fn settings() -> BTreeMap<String, Value> {
    entries(&Config::default().shown(), "").map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// The variables of the command line.
fn of_commands(command: &clap::Command, found: &mut BTreeSet<String>) {
    let variables = command.get_arguments().filter_map(clap::Arg::get_env);
    found.extend(variables.map(|name| name.to_string_lossy().into_owned()));
    command.get_subcommands().for_each(|inner| of_commands(inner, found));
}

/// A configuration as these variables make it, or why they make none.
fn configured(variables: &BTreeMap<String, String>) -> Result<Config, String> {
    let known = settings();
    let mut text = String::new();
    for (variable, value) in variables {
        let name = variable.trim_start_matches("SAFEGUARD_").to_lowercase();
        let quoted = |value: &str| Value::from(value).to_string();
        let value = match known.get(&name) {
            None => continue,
            Some(Value::Array(_)) => {
                format!("[{}]", value.split(',').map(quoted).collect::<Vec<_>>().join(","))
            }
            Some(Value::Bool(_) | Value::Number(_)) => value.clone(),
            Some(Value::Null | Value::String(_) | Value::Object(_)) => quoted(value),
        };
        text.push_str(&format!("{name} = {value}\n"));
    }
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().map_err(|error| error.to_string())?;
    file.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    loaded(file.path())
}

fn loaded(file: &Path) -> Result<Config, String> {
    let config = Config::load(Some(file), Flags::default()).map_err(|error| error.to_string())?;
    means_something(&config)?;
    Ok(config)
}

/// Whether every address in it is one, and what belongs together is there.
fn means_something(config: &Config) -> Result<(), String> {
    let _ = config.log_place().map_err(|error| error.to_string())?;
    let _ = config.paper_site().map_err(|error| error.to_string())?;
    let _ = KeysPlace::parse(&config.keys, &config.data).map_err(|error| error.to_string())?;
    let routes = config.routes.iter().map(|route| route.parse::<Route>()).collect::<Result<Vec<_>, _>>()?;
    let fronts = config.serve.contains(&Serving::Front);
    if fronts == routes.is_empty() || (fronts && config.serve.len() > 1) {
        return Err("a front has routes, alone has them, and is alone".to_owned());
    }
    let all = Serving::ALL.into_iter().filter(|_| fronts);
    if let Some(part) = all.into_iter().find(|part| !routes.iter().any(|route| route.part == *part)) {
        return Err(format!("no route to {}", part.name()));
    }
    if !config.metrics.is_empty() && config.metrics.parse::<std::net::SocketAddr>().is_err() {
        return Err(format!("metrics = {:?} is no address", config.metrics));
    }
    let certified = !config.tls_cert.as_os_str().is_empty() && !config.tls_key.as_os_str().is_empty();
    if !certified && !config.grpc.ip().is_loopback() {
        return Err(format!("{} can be reached from elsewhere, and there is no certificate", config.grpc));
    }
    let served = config.keys.starts_with("https:")
        || config.serve == [Serving::Keys] && config.keys_socket == Path::new("");
    if served && config.tls_client_ca.as_os_str().is_empty() {
        return Err("keys by network need tls_client_ca".to_owned());
    }
    Ok(())
}

/// The variables of a file of `NAME=VALUE` lines.
fn of_file(page: &Page) -> BTreeMap<String, String> {
    let lines = page.text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The role that a command line gives.
fn role(words: &[&str]) -> Option<String> {
    let place = words.iter().position(|word| *word == "--role")?;
    words.get(place + 1).map(|role| (*role).to_owned())
}

fn texts(value: &Value, pointer: &str) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    entries(value, pointer).map(|(name, value)| (name.to_owned(), text(value))).collect()
}

/// Every process that deploy/ starts, with its variables.
fn processes() -> Vec<(String, BTreeMap<String, String>)> {
    let mut found = Vec::new();
    let mut add = |place: String, mut variables: BTreeMap<String, String>, role: Option<String>| {
        variables.extend(role.map(|role| ("SAFEGUARD_SERVE".to_owned(), role)));
        found.push((place, variables));
    };
    let compose = compose();
    for (name, service) in services(&compose) {
        if service
            .pointer("/image")
            .and_then(Value::as_str)
            .is_some_and(|image| image.starts_with("safeguard:"))
        {
            add(
                format!("compose.yaml: {name}"),
                texts(service, "/environment"),
                role(&words(service, "/command")),
            );
        }
    }
    let file = |name: &str| page(&format!("deploy/systemd/etc/{name}"));
    let shared = of_file(&file("roles.env"));
    for page in pages(".env").iter().filter(|page| page.path.starts_with("deploy/systemd/etc/")) {
        let instance = page.path.trim_end_matches(".env").ends_with(|last: char| last.is_ascii_digit());
        let mut variables = if instance { shared.clone() } else { BTreeMap::new() };
        variables.extend(of_file(page));
        let front = page.path.ends_with("front.env").then(|| "front".to_owned());
        add(page.path.clone(), variables, front);
    }
    for (place, variables, role) in of_kubernetes() {
        add(place, variables, role);
    }
    found
}

type Pod = (String, BTreeMap<String, String>, Option<String>);

/// The same of Kubernetes: a container's own variables over those of the maps it names, in their order.
fn of_kubernetes() -> Vec<Pod> {
    let documents: Vec<Value> = documents().into_iter().flat_map(|(_, documents)| documents).collect();
    let of = |kind: &str| {
        let is = move |document: &&Value| document.pointer("/kind").and_then(Value::as_str) == Some(kind);
        let named = |document: &Value, at: &str| {
            document.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let found = documents
            .iter()
            .filter(is)
            .map(move |document| (named(document, "/metadata/name"), document.clone()));
        found.collect::<BTreeMap<String, Value>>()
    };
    let maps = of("ConfigMap");
    let mut pods = Vec::new();
    for (name, workload) in of("StatefulSet").into_iter().chain(of("Deployment")) {
        for container in each(&workload, "/spec/template/spec/containers") {
            let mut variables = BTreeMap::new();
            for from in
                each(container, "/envFrom").filter_map(|from| from.pointer("/configMapRef/name")?.as_str())
            {
                assert!(maps.contains_key(from), "{name}: there is no ConfigMap {from}");
                variables.extend(maps.get(from).map(|map| texts(map, "/data")).unwrap_or_default());
            }
            let own = each(container, "/env").filter_map(|one| {
                Some((
                    one.pointer("/name")?.as_str()?.to_owned(),
                    one.pointer("/value")?.as_str()?.to_owned(),
                ))
            });
            variables.extend(own);
            // A role's name comes from its label: any will do here.
            let role = role(&words(container, "/args")).unwrap_or_else(|| "police".to_owned());
            pods.push((format!("kubernetes: {name}"), variables, Some(role)));
        }
    }
    pods
}

#[test]
fn every_configuration_is_accepted() {
    let processes = processes();
    assert!(processes.len() >= 20, "only {} processes", processes.len());
    let refused = |(place, variables): &(String, BTreeMap<String, String>)| {
        configured(variables).err().map(|error| format!("{place}: {error}"))
    };
    let mut complaints: Vec<String> = processes.iter().filter_map(refused).collect();
    let files: Vec<Page> =
        pages(".toml").into_iter().filter(|page| page.path.starts_with("deploy/")).collect();
    assert!(!files.is_empty(), "no configuration file in deploy");
    for page in files {
        complaints
            .extend(loaded(&root().join(&page.path)).err().map(|error| format!("{}: {error}", page.path)));
    }
    settle(&complaints);
}

#[test]
fn a_configuration_that_means_nothing_is_refused() {
    let of = |pairs: &[(&str, &str)]| {
        configured(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
            .is_ok()
    };
    assert!(of(&[("SAFEGUARD_SERVE", "police,fire"), ("SAFEGUARD_LOG", "sqlite:a")]));
    for wrong in [
        ("SAFEGUARD_LOG", "kurrentdb://a/b-c"),
        ("SAFEGUARD_ATTACHMENTS", "s3://x"),
        ("SAFEGUARD_KEYS", "http://keys:1"),
        ("SAFEGUARD_SERVE", "front"),
        ("SAFEGUARD_GRPC", "0.0.0.0:50051"),
        ("SAFEGUARD_METRICS", "nowhere"),
        ("SAFEGUARD_TOKEN_MINUTES", "soon"),
    ] {
        assert!(!of(&[wrong]), "{wrong:?}");
    }
}

#[test]
fn every_variable_is_one_the_program_knows() {
    let mut known: BTreeSet<String> =
        settings().keys().map(|name| format!("SAFEGUARD_{}", name.to_uppercase())).collect();
    of_commands(&Cli::command(), &mut known);
    let _ = known.insert(BESIDE.to_owned());
    let kinds = [".yaml", ".env", ".service", ".toml", ".md", ".sh", "Containerfile"];
    let mut complaints = Vec::new();
    for page in kinds.into_iter().flat_map(pages).filter(|page| page.path.starts_with("deploy/")) {
        for (place, line) in page.text.lines().enumerate() {
            for (start, _) in line.match_indices("SAFEGUARD_") {
                let rest = line.get(start..).unwrap_or_default();
                let end = rest
                    .find(|letter: char| !letter.is_ascii_uppercase() && letter != '_')
                    .unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                if !known.contains(name) {
                    complaints.push(format!("{}:{}: nobody reads {name}", page.path, place + 1));
                }
            }
        }
    }
    settle(&complaints);
}
