//! Nothing above a reader appears on any way out: marks are put into everything that is secret in matters drawn by
//! chance, then officers of every kind ask for everything, other systems are sent everything, and what came is searched. So are
//! refusals, logs, traces and metrics, where no mark may stand at all, and the files, where no sealed one may. Never here: what a way out looks like.

use std::collections::BTreeSet;
use std::path::Path;

use domain::actor::Role;
use safeguard::world::{Account, Desk};
use wire::convert::numbers;

use crate::follow::change_roles;
use crate::leaks_asks::{Ears, about, everything};
use crate::leaks_logs::{heard, listen};
use crate::leaks_marks::{Kept, Mark, Marks, beginnings};
use crate::leaks_scene::{drawn, scene};
use crate::leaks_systems::sent;
use crate::stage::{NEIGHBOURS, Stage, play_alone};
use crate::telemetry_collector::{Collector, ONE_AT_A_TIME, scrape, told_to};

/// Readers who always look, besides those drawn.
const ALWAYS: [&str; 10] = [
    "430405.edu.clerk1",
    "430405.edu.clerk2",
    "430405.edu.handler",
    "430405.psb.duty1",
    "430405.fire.inspector",
    "430405.proc.prosecutor",
    "430400.edu.leader",
    "430412.edu.clerk1",
    "hub.auditor",
    "admin",
];
/// Accounts that are those of other systems, whatever chance has it: of two parties, one of which may know who a child
/// is, and of the unit above.
const SYSTEMS: [&str; 3] = ["430405.psb.duty2", "430405.edu.head", "430400.psb.duty"];
/// What officers are made by chance.
const ROLES: [Role; 7] =
    [Role::Service, Role::Auditor, Role::Service, Role::Leader, Role::Handler, Role::Triage, Role::Head];

/// Officers of the world with what chance made of some of them.
async fn readers(stage: &Stage) -> Vec<Account> {
    let fixed = |name: &str| ALWAYS.contains(&name) || SYSTEMS.contains(&name);
    let names = stage.world.officers.keys().filter(|name| !fixed(name));
    let names: Vec<String> = names.cloned().collect();
    let picked = drawn(proptest::sample::subsequence(names, 6));
    let mut readers = Vec::new();
    let systems = SYSTEMS.map(|name| (name.to_owned(), Role::Service));
    for (name, role) in picked.into_iter().zip(ROLES.into_iter().cycle()).chain(systems) {
        let roles = vec![role];
        change_roles(stage, &name, numbers(&roles)).await;
        readers.push(Account { roles, ..stage.world.officer(&name).unwrap().clone() });
    }
    readers.extend(ALWAYS.map(|name| stage.world.officer(name).unwrap().clone()));
    readers
}

/// Marks that somebody was shown, and the calls that showed any.
#[derive(Default)]
struct Seen<'a> {
    marks: BTreeSet<&'a str>,
    calls: BTreeSet<&'static str>,
}

/// Complains about every mark that is not for a reader; notes those that are.
fn search<'a>(marks: &'a Marks, who: &Account, ears: &Ears, seen: &mut Seen<'a>) -> Vec<String> {
    let mut leaks = Vec::new();
    for came in &ears.0 {
        for mark in marks.within(&came.bytes) {
            if came.refused || !marks.may(who, mark) {
                let Mark { text, kept, matter, .. } = mark;
                let (id, roles) = (&who.id, &who.roles);
                let refused = if came.refused { " (refused)" } else { "" };
                let matter = marks.matters.get(*matter).map(|matter| matter.id.as_str());
                leaks.push(format!("{id} {roles:?} {}{refused}: {kept:?} {text} of {matter:?}", came.call));
            }
            seen.marks.insert(&mark.text);
            seen.calls.insert(came.call);
        }
    }
    leaks
}

#[test]
fn nothing_above_a_reader_appears_on_any_way_out() {
    play_alone(NEIGHBOURS, async |stage| {
        let _alone = ONE_AT_A_TIME.lock().await;
        listen();
        let collector = Collector::open().await;
        told_to(stage, collector.url()).await;
        let marks = scene(stage).await;
        let (mut leaks, mut seen, mut answered) = (Vec::new(), Seen::default(), BTreeSet::new());
        for who in readers(stage).await {
            let desk = Desk::new(stage.world.channel.clone(), &who).unwrap();
            let mut ears = Ears::default();
            everything(stage, &desk, &mut ears).await;
            for matter in &marks.matters {
                about(&desk, matter, &mut ears).await;
            }
            sent(&desk, &mut ears).await;
            answered.extend(ears.0.iter().filter(|came| !came.refused).map(|came| came.call));
            leaks.extend(search(&marks, &who, &ears, &mut seen));
        }
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
        // Identity numbers go out masked to all but subscribers, so those and these may have met no reader.
        let unseen: Vec<&Mark> =
            marks.all.iter().filter(|mark| !seen.marks.contains(mark.text.as_str())).collect();
        assert!(unseen.iter().all(|mark| mark.kept == Kept::Identity), "nobody was shown {unseen:?}");
        let shown = ["consume", "webhook"].iter().all(|call| seen.calls.contains(call));
        assert!(shown, "only these showed anything: {:?}", seen.calls);
        assert!(answered.len() >= 30, "too few ways were answered: {answered:?}");
        let (lines, leaked) = heard();
        assert!(lines > 1_000, "the ear heard {lines} lines");
        assert!(leaked.is_empty(), "{} lines of the log:\n{}", leaked.len(), leaked.join("\n"));
        let page = scrape(stage).await;
        stage.stop().await;
        nothing_told_in(&page, &collector);
        nothing_sealed_in(stage.data(), &marks);
    });
}

/// What a collector and the page for Prometheus were told: no mark, and nobody's number.
fn nothing_told_in(page: &str, collector: &Collector) {
    let got = collector.got();
    assert!(got.spans().count() > 1_000 && !got.lines.is_empty() && got.metrics().count() > 0);
    let everything = got.everything();
    for word in beginnings() {
        assert!(!tells(page, word) && !tells(&everything, word), "{word} was told");
    }
    assert!(!page.contains("OF-") && !got.told().contains("OF-"), "an officer was told");
}

/// Whether a text has this beginning of a value: anywhere in what is quoted, such as names, labels and lines. Outside stand
/// thousands of moments and spans of time, where any seven digits come up; there digits must begin a number as long as a
/// telephone's or a person's.
fn tells(text: &str, word: &str) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let long = |bare: &str, place: usize| {
        let (before, behind) = bare.as_bytes().split_at(place);
        !before.last().is_some_and(digit) && behind.iter().take_while(|byte| digit(byte)).count() >= 11
    };
    let number = word.bytes().all(|byte| digit(&byte));
    let whole = text.replace("\\\"", "");
    whole.split('"').enumerate().any(|(place, part)| match number && place % 2 == 0 {
        true => part.match_indices(word).any(|(at, _)| long(part, at)),
        false => part.contains(word),
    })
}

/// Log, views, read log and papers as they lie on the disk: an export, a backup and a thief see no more.
fn nothing_sealed_in(folder: &Path, marks: &Marks) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nothing_sealed_in(&path, marks);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let found: Vec<&Mark> = marks.within(&bytes).into_iter().filter(|mark| mark.sealed).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}
