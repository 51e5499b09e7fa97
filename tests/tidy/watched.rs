//! Dashboards and alerts name only metrics that there are, and no metric is left unwatched. Must never be here: when somebody
//! is woken up.

use std::collections::BTreeSet;

use hub::telemetry::{Kind, Measure, NAMES};
use serde_json::Value;

use crate::deploy::each;
use crate::settle;
use crate::tree::page;

/// What Prometheus and its prober make themselves.
const OTHERS: [&str; 3] = ["up", "probe_success", "probe_ssl_earliest_cert_expiry"];

/// The names of the page for Prometheus that a metric has.
fn scraped(measure: &Measure) -> Vec<String> {
    let name = measure.scraped();
    match measure.kind {
        Kind::Histogram(_) => {
            ["bucket", "sum", "count"].iter().map(|part| format!("{name}_{part}")).collect()
        }
        Kind::Counter | Kind::UpDown | Kind::Gauge => vec![name],
    }
}

/// The metrics and the labels that an expression names.
fn named(expression: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut metrics, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let mut bare = String::new();
    for (place, part) in expression.split('"').enumerate() {
        bare.push_str(if place % 2 == 0 { part } else { "" });
    }
    let (mut inside, mut grouped) = (false, false);
    let spaced = bare
        .replace('{', " { ")
        .replace('}', " } ")
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('[', " [ ");
    let mut words = spaced.split([' ', ',', '=', '~', '!', '\n']).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        match word {
            "{" => inside = true,
            "}" => inside = false,
            "by" => grouped = true,
            ")" => grouped = false,
            _ if !word.starts_with(|first: char| first.is_ascii_lowercase()) => {}
            _ if inside || grouped => {
                let _ = labels.insert(word.to_owned());
            }
            "and" | "or" | "unless" | "on" => {}
            _ if next == "(" || next == "by" => {}
            // A span of time, such as 5m.
            _ if word.ends_with(']') => {}
            _ => {
                let _ = metrics.insert(word.to_owned());
            }
        }
    }
    (metrics, labels)
}

/// Every expression of dashboard and alerts with where it stands.
fn expressions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let text = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let board =
        serde_json::from_str::<Value>(&page("deploy/observe/dashboard.json").text).unwrap_or_default();
    for panel in each(&board, "/panels") {
        let of = each(panel, "/targets").map(|target| (text(panel, "/title"), text(target, "/expr")));
        found.extend(of);
    }
    assert!(found.len() > 15, "{} expressions on the dashboard", found.len());
    let alerts =
        serde_saphyr::from_str::<Value>(&page("deploy/observe/alerts.yaml").text).unwrap_or_default();
    let rules = each(&alerts, "/groups").flat_map(|group| each(group, "/rules"));
    let before = found.len();
    found.extend(rules.map(|rule| (text(rule, "/alert"), text(rule, "/expr"))));
    assert!(found.len() >= before + 10, "{} alerts", found.len() - before);
    found
}

#[test]
fn dashboards_and_alerts_name_real_metrics_and_labels() {
    let ours: BTreeSet<String> = NAMES.iter().flat_map(scraped).collect();
    let mut labels: BTreeSet<String> = ["instance", "job", "role", "le"].map(str::to_owned).into();
    labels.extend(NAMES.iter().flat_map(|measure| measure.labels).map(|label| label.replace('.', "_")));
    let mut complaints = Vec::new();
    for (place, expression) in expressions() {
        let (metrics, by) = named(&expression);
        let unknown = metrics.iter().filter(|name| !ours.contains(*name) && !OTHERS.contains(&name.as_str()));
        complaints.extend(unknown.map(|name| format!("{place}: nobody measures {name}")));
        complaints.extend((metrics.is_empty()).then(|| format!("{place}: names no metric: {expression}")));
        let unknown = by.iter().filter(|label| !labels.contains(*label));
        complaints.extend(unknown.map(|label| format!("{place}: nothing is labelled {label}")));
    }
    settle(&complaints);
}

#[test]
fn every_metric_is_looked_at() {
    let shown: BTreeSet<String> =
        expressions().iter().flat_map(|(_, expression)| named(expression).0).collect();
    let unseen = NAMES.iter().filter(|measure| !scraped(measure).iter().any(|name| shown.contains(name)));
    settle(
        &unseen
            .map(|measure| format!("{}: neither on the dashboard nor in an alert", measure.name))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn names_are_found_in_expressions() {
    let (metrics, labels) =
        named("histogram_quantile(0.99, sum by (le) (rate(a_bucket{b=~\"c|d\"}[5m]))) > 2 or up == 0");
    assert_eq!(Vec::from_iter(metrics), ["a_bucket", "up"]);
    assert_eq!(Vec::from_iter(labels), ["b", "le"]);
}
