//! What an operator starts from: every file of deploy/ is what it says it is, nothing in it runs as root or may write where
//! it need not, and whatever it names is there. Must never be here: settings, commands and metrics (files beside this).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::settle;
use crate::tree::{Page, page, pages, root};

/// Text and documents of every YAML file below deploy/.
pub fn documents() -> Vec<(Page, Vec<Value>)> {
    let parsed = |page: Page| {
        let read = serde_saphyr::from_multiple::<Value>(&page.text);
        assert!(read.as_ref().is_ok_and(|read| !read.is_empty()), "{}: {:?}", page.path, read.err());
        (page, read.unwrap_or_default())
    };
    let found: Vec<_> =
        pages(".yaml").into_iter().filter(|page| page.path.starts_with("deploy/")).map(parsed).collect();
    assert!(found.len() > 10, "only {} YAML files in deploy", found.len());
    found
}

/// The compose file.
pub fn compose() -> Value {
    let read = serde_saphyr::from_str::<Value>(&page("deploy/compose/compose.yaml").text);
    assert!(read.is_ok(), "compose.yaml: {:?}", read.err());
    read.unwrap_or_default()
}

/// The services of the compose file by name.
pub fn services(compose: &Value) -> Vec<(&str, &Value)> {
    entries(compose, "/services").collect()
}

/// The members of an object somewhere in a document; none where there is no object.
pub fn entries<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let object = value.pointer(pointer).and_then(Value::as_object);
    object.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The members of an array somewhere in a document; none where there is no array.
pub fn each<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// The texts of an array, or the keys of an object.
pub fn words<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    let texts = each(value, pointer).filter_map(Value::as_str);
    texts.chain(entries(value, pointer).map(|(name, _)| name)).collect()
}

/// The workloads of Kubernetes: where they stand, their name, and their pods.
pub fn workloads() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (page, documents) in documents() {
        for document in documents {
            let kind = document.pointer("/kind").and_then(Value::as_str).unwrap_or_default();
            if matches!(kind, "Deployment" | "StatefulSet") {
                let name = document.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
                let pod = document.pointer("/spec/template/spec").cloned().unwrap_or_default();
                found.push((format!("{}: {name}", page.path), pod));
            }
        }
    }
    assert!(found.len() >= 3, "keys, roles and front: {found:?}");
    found
}

fn is(value: &Value, pointer: &str, wanted: &Value) -> bool {
    value.pointer(pointer) == Some(wanted)
}

#[test]
fn json_files_are_json_and_units_are_units() {
    let mut complaints = Vec::new();
    let ours = |page: &Page| page.path.starts_with("deploy/") && !page.path.contains("/secrets/");
    for page in pages(".json").into_iter().filter(ours) {
        if let Err(error) = serde_json::from_str::<Value>(&page.text) {
            complaints.push(format!("{}: {error}", page.path));
        }
    }
    let mut units = pages(".service");
    units.extend(pages(".target"));
    assert!(units.len() >= 5, "{} units", units.len());
    for page in units {
        let mut section = "";
        for (place, line) in
            page.text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let named = ["[Unit]", "[Service]", "[Install]"].into_iter().find(|known| *known == line);
            section = named.unwrap_or(section);
            let setting =
                line.split_once('=').is_some_and(|(name, _)| name.chars().all(char::is_alphanumeric));
            if named.is_none() && (section.is_empty() || !setting) {
                complaints.push(format!("{}:{}: neither a section nor a setting", page.path, place + 1));
            }
        }
    }
    settle(&complaints);
}

#[test]
fn units_are_sandboxed() {
    const WANTED: [&str; 8] = [
        "User=safeguard",
        "NoNewPrivileges=true",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=true",
        "PrivateDevices=true",
        "MemoryDenyWriteExecute=true",
        "SystemCallFilter=@system-service",
    ];
    let mut complaints = Vec::new();
    for page in pages(".service") {
        let missing = WANTED.iter().filter(|wanted| !page.text.lines().any(|line| line == **wanted));
        complaints.extend(missing.map(|wanted| format!("{}: lacks {wanted}", page.path)));
    }
    settle(&complaints);
}

#[test]
fn containers_of_compose_are_contained() {
    let compose = compose();
    let mut complaints = Vec::new();
    for (name, service) in services(&compose) {
        let mut want = |fits: bool, told: &str| {
            complaints.extend((!fits).then(|| format!("compose.yaml: {name}: {told}")));
        };
        let text = |pointer: &str| service.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let user = text("/user").split(':').next().and_then(|user| user.parse::<u32>().ok());
        want(user.is_some_and(|user| user > 0), "runs as a number that is not root's");
        want(is(service, "/read_only", &true.into()), "needs read_only: true");
        want(words(service, "/cap_drop") == ["ALL"], "needs cap_drop: [ALL]");
        want(
            service.pointer("/cap_add").is_none() && service.pointer("/privileged").is_none(),
            "asks for more rights",
        );
        want(words(service, "/security_opt").contains(&"no-new-privileges:true"), "needs no-new-privileges");
        let limited = ["cpus", "memory", "pids"];
        let limited =
            limited.iter().all(|what| service.pointer(&format!("/deploy/resources/limits/{what}")).is_some());
        want(limited, "needs limits of cpus, memory and pids");
        let once = text("/restart") != "unless-stopped";
        want(once || service.pointer("/healthcheck").is_some(), "says nothing of its health");
    }
    settle(&complaints);
}

#[test]
fn pods_of_kubernetes_are_contained() {
    let mut complaints = Vec::new();
    for (place, pod) in workloads() {
        let mut want =
            |fits: bool, told: &str| complaints.extend((!fits).then(|| format!("{place}: {told}")));
        want(is(&pod, "/securityContext/runAsNonRoot", &true.into()), "needs runAsNonRoot");
        want(
            is(&pod, "/securityContext/seccompProfile/type", &"RuntimeDefault".into()),
            "needs a seccomp profile",
        );
        want(is(&pod, "/automountServiceAccountToken", &false.into()), "needs no token of the cluster");
        want(each(&pod, "/containers").count() == 1, "one container");
        for container in each(&pod, "/containers") {
            want(
                is(container, "/securityContext/readOnlyRootFilesystem", &true.into()),
                "needs a read-only root",
            );
            want(is(container, "/securityContext/allowPrivilegeEscalation", &false.into()), "may escalate");
            want(words(container, "/securityContext/capabilities/drop") == ["ALL"], "needs drop: [ALL]");
            for what in
                ["startupProbe", "readinessProbe", "livenessProbe", "resources/requests", "resources/limits"]
            {
                want(container.pointer(&format!("/{what}")).is_some(), what);
            }
        }
    }
    settle(&complaints);
}

#[test]
fn images_are_pinned_and_ours_runs_as_nobody() {
    let mut images: Vec<(String, String)> = Vec::new();
    let compose = compose();
    let image =
        |value: &Value| value.pointer("/image").and_then(Value::as_str).unwrap_or_default().to_owned();
    images.extend(
        services(&compose)
            .into_iter()
            .map(|(name, service)| (format!("compose.yaml: {name}"), image(service))),
    );
    for (place, pod) in workloads() {
        images.extend(each(&pod, "/containers").map(|container| (place.clone(), image(container))));
    }
    let recipe = page("deploy/Containerfile").text;
    let from = recipe.lines().filter_map(|line| line.strip_prefix("FROM "));
    images.extend(
        from.map(|line| ("Containerfile".to_owned(), line.split(' ').next().unwrap_or_default().to_owned())),
    );
    let pinned = |image: &str| {
        let tag = image.rsplit('/').next().and_then(|name| name.split_once(':')).map_or("", |(_, tag)| tag);
        tag.trim_start_matches('v').chars().next().is_some_and(|first| first.is_ascii_digit())
            && tag.contains('.')
    };
    let mut complaints: Vec<String> = images
        .iter()
        .filter(|(_, image)| !pinned(image))
        .map(|(place, image)| format!("{place}: {image:?} is not pinned to a version"))
        .collect();
    let user = recipe.lines().rev().find_map(|line| line.strip_prefix("USER "));
    if !user.is_some_and(|user| user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0))) {
        complaints.push("Containerfile: must end up as a number that is not root's".to_owned());
    }
    let secret = |line: &&str| {
        line.starts_with("ENV ") && ["KEY", "PASSWORD", "CREDENTIALS"].iter().any(|word| line.contains(word))
    };
    complaints.extend(
        recipe.lines().filter(secret).map(|line| format!("Containerfile: {line}: no secret in an image")),
    );
    settle(&complaints);
}

#[test]
fn what_compose_names_is_there() {
    let compose = compose();
    let top = |kind: &str| words(&compose, &format!("/{kind}")).into_iter().collect::<BTreeSet<_>>();
    let known = services(&compose).into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>();
    let (networks, volumes, secrets) = (top("networks"), top("volumes"), top("secrets"));
    let made = |source: &str| {
        ["./secrets", "./backups", "./journeys"].iter().any(|folder| source.starts_with(folder))
    };
    let stands = |source: &str| made(source) || root().join("deploy/compose").join(source).exists();
    let mut complaints = Vec::new();
    for (name, service) in services(&compose) {
        let lacking = |known: &BTreeSet<&str>, wanted: Vec<&str>| {
            let told = |what: &str| format!("compose.yaml: {name}: there is no {what}");
            wanted.into_iter().filter(|what| !known.contains(*what)).map(told).collect::<Vec<_>>()
        };
        complaints.extend(lacking(&known, words(service, "/depends_on")));
        complaints.extend(lacking(&networks, words(service, "/networks")));
        let placed =
            each(service, "/secrets").filter_map(|secret| secret.pointer("/source").and_then(Value::as_str));
        complaints.extend(lacking(&secrets, words(service, "/secrets").into_iter().chain(placed).collect()));
        let sources = words(service, "/volumes").into_iter().filter_map(|mounted| mounted.split(':').next());
        let (files, named): (Vec<_>, Vec<_>) = sources.partition(|source| source.starts_with('.'));
        complaints.extend(lacking(&volumes, named));
        let missing = files.into_iter().filter(|source| !stands(source));
        complaints.extend(missing.map(|source| format!("compose.yaml: {name}: {source} does not exist")));
    }
    settle(&complaints);
}
