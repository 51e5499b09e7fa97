//! Which events a subscriber wants: all that is stated must hold. Never here: what they may see.

use domain::actor::Agency;
use domain::category::{Category, Urgency};
use domain::division::{DivisionCode, Divisions};
use domain::matter::Matter;
use domain::schema;
use hub::project::{Recorded, StreamName};
use wire::flaw::{Fault, Flaw};
use wire::v1;
use wire::violations::Violations;

/// Most values of one condition.
const MOST: usize = 100;

/// Which events are wanted; the default wants all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    kinds: Vec<String>,
    prefix: String,
    categories: Vec<Category>,
    places: Vec<Place>,
    agencies: Vec<Agency>,
    urgencies: Vec<Urgency>,
}

/// Where matters are wanted from.
#[derive(Debug, Clone)]
enum Place {
    /// A division and all below it.
    Within(DivisionCode),
    /// Divisions whose code starts with these digits.
    Starting(String),
}

impl Place {
    fn has(&self, division: DivisionCode) -> bool {
        match self {
            Place::Within(area) => Divisions::standard().is_within(division, *area),
            Place::Starting(digits) => division.as_str().starts_with(digits),
        }
    }
}

impl Filter {
    /// Reads what is asked; every fault of it is kept, under the names of [`v1::EventFilter`].
    #[must_use]
    pub fn read(faults: &mut Violations, asked: &v1::EventFilter) -> Option<Self> {
        let kinds = faults.each("kinds", (&asked.kinds, MOST), |faults, kind| known(faults, kind));
        let prefix = prefix(faults, &asked.stream_prefix);
        let categories = faults.chosen_many("categories", &asked.categories);
        let places = faults.each("divisions", (&asked.divisions, MOST), |faults, text| place(faults, text));
        let agencies = faults.chosen_many("agencies", &asked.agencies);
        let urgencies = faults.chosen_many("urgencies", &asked.urgencies);
        Some(Self {
            kinds: kinds?,
            prefix: prefix?,
            categories: categories?,
            places: places?,
            agencies: agencies?,
            urgencies: urgencies?,
        })
    }

    /// Whether the event itself is wanted: its name and its stream.
    #[must_use]
    pub fn wants(&self, event: &Recorded) -> bool {
        self.wants_stream(&event.stream)
            && (self.kinds.is_empty() || self.kinds.iter().any(|wanted| fits(wanted, &event.kind)))
    }

    /// Whether the stream is wanted by its name.
    #[must_use]
    pub fn wants_stream(&self, stream: &StreamName) -> bool {
        stream.as_str().starts_with(&self.prefix)
    }

    /// Whether the matter is wanted, as it is now. What a matter does not have fits no value.
    #[must_use]
    pub fn wants_matter(&self, matter: &Matter) -> bool {
        let any = |none_asked: bool, found: bool| none_asked || found;
        let place = matter.scope.division;
        any(self.categories.is_empty(), matter.category.is_some_and(|is| self.categories.contains(&is)))
            && any(self.urgencies.is_empty(), matter.urgency.is_some_and(|is| self.urgencies.contains(&is)))
            && any(self.places.is_empty(), place.is_some_and(|at| self.places.iter().any(|is| is.has(at))))
            && any(
                self.agencies.is_empty(),
                matter.scope.agencies.iter().any(|agency| self.agencies.contains(agency)),
            )
    }
}

/// A kind fits when it is named, or begins with a name that ends in a star: `referral.*`.
fn fits(wanted: &str, kind: &str) -> bool {
    wanted.strip_suffix('*').map_or(wanted == kind, |beginning| kind.starts_with(beginning))
}

fn known(faults: &mut Violations, kind: &str) -> Option<String> {
    if schema::kinds().iter().any(|known| fits(kind, known)) {
        return Some(kind.to_owned());
    }
    // What it looks like is not repeated at any length.
    let kind: String = kind.chars().take(60).filter(|letter| !letter.is_control()).collect();
    faults.add("", &Flaw::new("KIND_UNKNOWN").with("kind", kind));
    None
}

fn prefix(faults: &mut Violations, text: &str) -> Option<String> {
    if text.is_empty() || StreamName::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    faults.add("stream_prefix", &Flaw::new("STREAM_PREFIX").with("max", StreamName::MAX_CHARS));
    None
}

fn place(faults: &mut Violations, text: &str) -> Option<Place> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let flaw = match (digits, text.len()) {
        (true, 1..=5) => return Some(Place::Starting(text.to_owned())),
        (true, 6) => match text.parse::<DivisionCode>() {
            Ok(code) if code == DivisionCode::NATION || Divisions::standard().find(code).is_some() => {
                return Some(Place::Within(code));
            }
            Ok(code) => Flaw::new("DIVISION_UNKNOWN").with("code", code),
            Err(error) => error.flaw(),
        },
        _ => Flaw::new("DIVISION_PREFIX"),
    };
    faults.add("", &flaw);
    None
}
