//! Marks: words that stand nowhere else, put where only some may read them, and who these are: written down here a
//! second time, from handbook 1.4 and not from the policies. Never here: looking for them.

use std::collections::BTreeSet;

use domain::actor::{Agency, Role};
use safeguard::world::Account;

/// What every mark of words begins with.
const WORD: &str = "暗记";
/// What every telephone mark begins with.
const PHONE: &str = "1390000";

/// How close a mark is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Words about the matter.
    Content,
    /// Who a person concerned is.
    Identity,
    /// Who reported.
    Reporter,
    /// Why somebody wants to look: for who asked, and who decides.
    Asking,
}

/// A mark and where it was put.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What to look for.
    pub text: String,
    /// The matter, by its number.
    pub matter: usize,
    /// How close it is kept.
    pub kept: Kept,
    /// Whether it is stored sealed.
    pub sealed: bool,
}

/// A matter as far as it decides who sees.
#[derive(Debug, Clone, Default)]
pub struct Matter {
    /// Its stream.
    pub id: String,
    /// Whether a child is concerned.
    pub minor: bool,
    /// Units that have it.
    pub parties: BTreeSet<String>,
    /// Its named handlers.
    pub named: BTreeSet<String>,
    /// Hashes of its papers.
    pub papers: Vec<String>,
}

/// All that was put anywhere.
#[derive(Debug, Default)]
pub struct Marks {
    /// The matters.
    pub matters: Vec<Matter>,
    /// The marks.
    pub all: Vec<Mark>,
}

impl Marks {
    fn put(&mut self, text: String, kept: Kept, sealed: bool) -> String {
        // They belong to the matter that is entered next.
        self.all.push(Mark { text: text.clone(), matter: self.matters.len(), kept, sealed });
        text
    }

    /// Sealed words with a mark in them.
    pub fn word(&mut self, kept: Kept) -> String {
        let number = self.all.len();
        self.put(format!("{WORD}{number:04}"), kept, true)
    }

    /// Words stored as they are.
    pub fn plain(&mut self, kept: Kept) -> String {
        let number = self.all.len();
        self.put(format!("{WORD}{number:04}"), kept, false)
    }

    /// A telephone number.
    pub fn phone(&mut self) -> String {
        let number = self.all.len();
        self.put(format!("{PHONE}{number:04}"), Kept::Reporter, true)
    }

    /// An identity number.
    pub fn number(&mut self, age: i64) -> String {
        let seed = self.all.len() as u64 + 7_000;
        self.put(safeguard::sample::cast::identity_number(seed, "430405", age), Kept::Identity, true)
    }

    /// The marks in some bytes.
    pub fn within(&self, bytes: &[u8]) -> Vec<&Mark> {
        let text = String::from_utf8_lossy(bytes);
        self.all.iter().filter(|mark| text.contains(mark.text.as_str())).collect()
    }

    /// Whether an officer may read a mark.
    pub fn may(&self, who: &Account, mark: &Mark) -> bool {
        let Some(matter) = self.matters.get(mark.matter) else { return mark.kept == Kept::Asking };
        let (party, named) = (matter.parties.contains(&who.unit), matter.named.contains(&who.id));
        let police = who.agency == Agency::Police;
        let is = |roles: &[Role]| roles.iter().any(|role| who.roles.contains(role));
        let works = party
            && !is(&[Role::Auditor])
            && is(&[Role::Handler, Role::Triage, Role::Leader, Role::Head, Role::Duty, Role::Service]);
        match mark.kept {
            Kept::Content => works,
            Kept::Identity if !matter.minor => works,
            Kept::Identity => works && (named || police) && !(is(&[Role::Triage]) && who.roles.len() == 1),
            Kept::Reporter => {
                works && named && (is(&[Role::Handler, Role::Leader]) || (police && is(&[Role::Duty])))
            }
            Kept::Asking => matter.named.contains(&who.id) || is(&[Role::Leader, Role::Head]) && party,
        }
    }
}

/// What every line of a log is searched for: the beginnings of all marks.
pub fn beginnings() -> [&'static str; 2] {
    [WORD, PHONE]
}
