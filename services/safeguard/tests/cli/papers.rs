//! Attachments in a bucket as the operator sees them: checked, backed up, brought back and restored, and no credential
//! printed.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::program::{County, Hub, PASSWORD, Person, complained, program, said};
use server::{BUCKET, KEY, Mood, SECRET, Store};

#[path = "../../../../tests/s3/server.rs"]
mod server;

/// A hub whose papers are in a bucket: three, named by one clue.
struct Scene {
    county: County,
    store: Store,
    settings: [(String, String); 3],
    clue: String,
}

impl Scene {
    fn open() -> Self {
        let store = Store::open();
        let settings = [
            ("SAFEGUARD_ATTACHMENTS", store.site("430421").as_str()),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let county = County::set(&settings.each_ref().map(|(name, value)| (name.as_str(), value.as_str())));
        county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
        county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
        let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage"]);
        let mut report =
            vec!["clue", "report", "--channel", "phone", "--category", "fee-fraud", "--urgency", "U2"];
        report.extend(["--division", "430421", "--narrative", "收费后关门"]);
        let papers = ["收据", "合同", "照片"].map(|text| {
            let file = county.folder.path().join(text);
            std::fs::write(&file, text).unwrap();
            format!("evidence={}", file.display())
        });
        report.extend(papers.iter().flat_map(|paper| ["--paper", paper]));
        let clue = clerk.ask(&report)["clue_id"].as_str().unwrap().to_owned();
        Self { county, store, settings, clue }
    }

    /// An operator's command with the hub's settings.
    fn operate(&self, arguments: &[&str], data: &Path) -> Output {
        let settings = self.settings.iter().map(|(name, value)| (name, value));
        program().args(arguments).arg("--data").arg(data).envs(settings).output().unwrap()
    }

    /// What a check of this hub's papers says, and whether it passed.
    fn check(&self, data: &Path) -> (Value, bool) {
        let output = self.operate(&["--json", "papers", "check"], data);
        (
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", complained(&output))),
            output.status.success(),
        )
    }

    /// Spoils one object and loses another: their hashes.
    fn spoil(&self) -> [String; 2] {
        let [altered, lost] = [0, 1].map(|place| self.store.keys()[place].clone());
        self.store.alter(&altered, b"damage".to_vec());
        self.store.lose(&lost);
        [altered, lost].map(|key| key.rsplit('/').next().unwrap().to_owned())
    }
}

#[test]
fn a_check_names_every_missing_and_altered_paper_and_a_backup_brings_them_back() {
    let scene = Scene::open();
    let (data, backup) = (scene.county.data(), scene.county.folder.path().join("backup"));
    assert!(!data.join("attachments").exists() && scene.store.keys().len() == 3);
    let (sound, passed) = scene.check(&data);
    assert!(passed, "{sound}");
    assert_eq!((&sound["papers"], &sound["sound"], &sound["ok"]), (&3.into(), &3.into(), &true.into()));
    let made = scene.operate(&["--json", "backup", "--to", backup.to_str().unwrap()], &data);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(made["manifest"]["attachments"], 3, "{made}");

    let [altered, missing] = scene.spoil();
    let (told, passed) = scene.check(&data);
    assert!(!passed);
    assert_eq!((&told["papers"], &told["sound"]), (&3.into(), &1.into()));
    for (kind, hash) in [("altered", &altered), ("missing", &missing)] {
        assert_eq!(told[kind].as_array().unwrap().len(), 1);
        assert_eq!((&told[kind][0]["hash"], &told[kind][0]["stream"]), (&json!(hash), &json!(scene.clue)));
    }
    let people = scene.operate(&["--lang", "en", "papers", "check"], &data);
    assert!(said(&people).contains(&altered) && said(&people).contains(&missing), "{}", said(&people));
    assert!(complained(&people).contains("papers bring"), "{}", complained(&people));

    let from = backup.join("attachments");
    let brought = scene.operate(&["--json", "papers", "bring", "--from", from.to_str().unwrap()], &data);
    let brought: Value = serde_json::from_slice(&brought.stdout).unwrap();
    assert_eq!((&brought["brought"], &brought["already"]), (&2.into(), &1.into()), "{brought}");
    assert!(scene.check(&data).1);
}

#[test]
fn a_restore_puts_papers_back_into_the_bucket_of_the_configuration() {
    let scene = Scene::open();
    let (data, folder) = (scene.county.data(), scene.county.folder.path());
    let (backup, to) = (folder.join("backup"), folder.join("restored"));
    assert!(scene.operate(&["backup", "--to", backup.to_str().unwrap()], &data).status.success());
    let _ = scene.spoil();
    let settings = || scene.settings.iter().map(|(name, value)| (name, value));
    let mut restore = program();
    let _ = restore.arg("restore").arg("--from").arg(&backup).arg("--to").arg(&to).arg("--master-key");
    let restored = restore.arg(data.join("master.key")).envs(settings()).output().unwrap();
    assert!(restored.status.success(), "{}", complained(&restored));
    assert!(!to.join("attachments").exists());
    assert!(scene.check(&to).1, "all three stand in the bucket again");

    let named: Vec<(&str, &str)> = scene.settings.iter().map(|(name, value)| (&**name, &**value)).collect();
    let hub = Hub::set(&to, &named);
    let clerk = Person::new(folder, "clerk", &hub);
    assert!(clerk.type_in(&["sign-in", "OF-EDU-1", "--password-stdin"], PASSWORD).status.success());
    for (place, key) in scene.store.keys().iter().enumerate() {
        let (hash, out) = (key.rsplit('/').next().unwrap(), folder.join(format!("{place}.out")));
        let got = clerk.run(&["paper", "download", &scene.clue, hash, "--out", out.to_str().unwrap()]);
        assert!(got.status.success(), "{}", complained(&got));
    }
}

#[test]
fn what_is_wrong_with_the_store_is_told_with_endpoint_and_bucket_and_without_credentials() {
    let mut scene = Scene::open();
    let data = scene.county.data();
    let shown = said(&scene.operate(&["--json", "config"], &data));
    assert!(shown.contains(BUCKET) && !shown.contains(SECRET) && !shown.contains(KEY), "{shown}");
    scene.store.always(Some(Mood::Denies));
    let denied = scene.operate(&["--lang", "en", "papers", "check"], &data);
    let said = complained(&denied);
    assert_eq!(denied.status.code(), Some(1));
    assert!(
        said.contains("bucket papers at http://127.0.0.1:") && said.contains("403 AccessDenied"),
        "{said}"
    );
    assert!(!said.contains(SECRET) && !said.contains(KEY), "{said}");
    scene.store.always(None);
    let chinese = |scene: &Scene| complained(&scene.operate(&["papers", "check"], &data));
    scene.settings[0].1 = scene.store.site_of("elsewhere", "");
    assert!(chinese(&scene).contains("没有这个存储桶"), "{}", chinese(&scene));
    scene.settings[0].1 = format!("s3://{KEY}:{SECRET}@papers/");
    assert!(
        chinese(&scene).contains("attachments") && !chinese(&scene).contains(SECRET),
        "{}",
        chinese(&scene)
    );
    let shown = scene.operate(&["--json", "config"], &data);
    assert!(!String::from_utf8(shown.stdout).unwrap().contains(SECRET));
    scene.settings[0].1 = scene.store.site("430421");
    scene.settings[1].1 = String::new();
    assert!(chinese(&scene).contains("AWS_ACCESS_KEY_ID"), "{}", chinese(&scene));
}
