//! Where sealed values may be opened, so that every reading leaves its line in the read log. Must never be here: who may
//! see what.

use crate::code::{bare, mentions};
use crate::rooms::{is_test, search};
use crate::settle;
use crate::tree::{page, sources};

/// Where what is sealed or personal may be opened: everywhere else a reading would leave no line in the read log.
const OPENERS: [(&str, &[&str]); 5] = [
    // Need-to-know itself; an officer's own password; the secret of a webhook; an import that compares a row with what is
    // there already.
    (
        "keys.open(",
        &[
            "shared/hub/src/need/shown.rs",
            "shared/hub/src/answer.rs",
            "services/directory/src/session.rs",
            "services/education/src/import/same.rs",
            "services/streams/src/webhooks/signing.rs",
        ],
    ),
    ("keys.open_bytes(", &["shared/hub/src/papers.rs"]),
    // Eyes of a reader, which keep what they read; officers' own names and those of their unit.
    (
        "hub.personal(",
        &["shared/hub/src/lens.rs", "services/directory/src/session.rs", "services/directory/src/listing.rs"],
    ),
    (".shown(&hub.keys", &["services/streams/src/render.rs"]),
    ("papers.get(", &["services/education/src/papers.rs"]),
];
/// Who does the first does the second, in the same file.
const NOTED: [(&str, &str); 4] = [
    ("render(&self.hub", ".note("),
    ("render(self.hub", ".note("),
    ("hub.look(", "note_reading("),
    ("self.look(&looking)", "note_reading("),
];

fn product(path: &str) -> bool {
    path.contains("/src/") && !is_test(path)
}

#[test]
fn what_is_sealed_is_opened_only_where_each_reading_is_noted() {
    let mut complaints = Vec::new();
    for (word, places) in OPENERS {
        let told = "show it through `Hub::show`, `Sight::shown` or `note_reading`, so that it is on record";
        let elsewhere =
            |path: &str| product(path) && !path.starts_with("shared/hub/src/seal") && !places.contains(&path);
        complaints.extend(search(elsewhere, &[word], told));
        for place in places {
            assert!(
                mentions(&bare(&page(place).text), word),
                "{place} has no `{word}` any more: take it off"
            );
        }
    }
    settle(&complaints);
}

#[test]
fn who_renders_events_or_looks_at_a_matter_notes_what_was_read() {
    let mut complaints = Vec::new();
    for page in sources().iter().filter(|page| product(&page.path)) {
        let code = bare(&page.text);
        let forgotten = NOTED.iter().filter(|(word, note)| mentions(&code, word) && !mentions(&code, note));
        complaints
            .extend(forgotten.map(|(word, note)| format!("{}: `{word}..)` without `{note}..)`", page.path)));
    }
    settle(&complaints);
}
