//! The staff and the clues of the workload (handbook 5.5, 3, 7 and 8). A member of staff is a number; nobody has a name.
//! Never here: whom they are about.

use std::ops::Range;

use super::Workload;
use super::draw::part;
use crate::category::Urgency;

/// Institutions by how many staff they have.
pub(super) const STAFF: [(u64, u64); 7] =
    [(32_000, 1), (45_000, 2), (35_000, 3), (32_200, 5), (8_000, 8), (3_600, 15), (400, 40)];

/// What a staff check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// May be hired.
    Clear,
    /// May not, and was removed.
    Removed,
    /// May not; a review upheld it, and they were removed.
    Upheld,
    /// May not; a review overturned it.
    Overturned,
    /// Could not be told at first, and was cleared.
    Indeterminate,
}

/// The answers of 522,000: 261 hits, 12 of them reviewed, 3 of these overturned; 258 removed.
pub(super) const ANSWERS: [(u64, Answer); 5] = [
    (249, Answer::Removed),
    (9, Answer::Upheld),
    (3, Answer::Overturned),
    (40, Answer::Indeterminate),
    (521_699, Answer::Clear),
];

/// What became of a clue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Merged into another.
    Merged,
    /// Transferred to the police.
    Transferred,
    /// Referred under Order 310.
    Referred,
    /// Handled by the agency.
    Handled,
}

pub(super) const URGENCIES: [(u64, Urgency); 4] =
    [(240, Urgency::U1), (1_200, Urgency::U2), (7_560, Urgency::U3), (3_000, Urgency::U4)];
pub(super) const CLUE_FATES: [(u64, Fate); 4] =
    [(240, Fate::Referred), (900, Fate::Merged), (900, Fate::Transferred), (9_960, Fate::Handled)];

/// How a referral ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Filed.
    Filed,
    /// Not filed; filed on reconsideration.
    FiledOnReconsideration,
    /// Not filed, upheld; filed as the procuratorate ordered.
    FiledOnOrder,
    /// Not filed, upheld; the procuratorate accepted the reasons.
    ReasonsAccepted,
    /// Not filed, upheld.
    Upheld,
    /// Not filed.
    NotFiled,
    /// Not a matter for the police.
    NotPolice,
}

/// 156 filed, 66 not filed (20 reconsidered, 8 of the upheld to the procuratorate), 18 not for the police.
pub(super) const OUTCOMES: [(u64, Outcome); 7] = [
    (156, Outcome::Filed),
    (6, Outcome::FiledOnReconsideration),
    (3, Outcome::FiledOnOrder),
    (5, Outcome::ReasonsAccepted),
    (6, Outcome::Upheld),
    (46, Outcome::NotFiled),
    (18, Outcome::NotPolice),
];

/// What a referral met on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Course {
    /// Nothing.
    Plain,
    /// Forwarded to the police that are competent.
    Forwarded,
    /// Supplemented.
    Supplemented,
    /// The filing decision came late (clock D).
    FilingLate,
    /// The hand-over came late (clock A).
    HandOverLate,
}

pub(super) const COURSES: [(u64, Course); 5] = [
    (12, Course::Forwarded),
    (30, Course::Supplemented),
    (9, Course::FilingLate),
    (4, Course::HandOverLate),
    (185, Course::Plain),
];

/// A clue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clue {
    /// Its number, from 0.
    pub number: u64,
    /// The institution it is about.
    pub institution: u64,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What became of it.
    pub fate: Fate,
    /// How its referral ended and went, when it was referred.
    pub referral: Option<(Outcome, Course)>,
}

impl Workload {
    /// The numbers of an institution's staff.
    #[must_use]
    pub fn staff_of(&self, institution: u64) -> Range<u64> {
        let (place, mut start, mut first) = (self.sizes.place(institution), 0, 0);
        for (end, size) in &self.size_ends {
            if place < *end {
                let own = first + (place - start) * size;
                return own..own + size;
            }
            first += (end - start) * size;
            start = *end;
        }
        first..first
    }

    /// What the check of a member of staff comes to.
    #[must_use]
    pub fn answer(&self, person: u64) -> Answer {
        part(&self.answer_ends, self.answers.place(person)).unwrap_or(Answer::Clear)
    }

    /// Whether a member of staff is asked about a second time: one in a hundred, who is still one person.
    #[must_use]
    pub const fn asked_twice(person: u64) -> bool {
        person % 100 == 99
    }

    /// Every clue.
    pub fn clues(&self) -> impl Iterator<Item = Clue> {
        let of = self.institutions().max(1);
        (0..self.clue_count()).map(move |number| {
            let place = self.clue_fates.place(number);
            let fate = part(&self.fate_of_clues, place).unwrap_or(Fate::Handled);
            // Referred clues are the first places, so their place is the number of the referral.
            let outcome = part(&self.outcomes, place).zip(part(&self.courses, self.course.place(place)));
            Clue {
                number,
                institution: self.sizes.place(number) % of,
                urgency: part(&self.urgencies, self.urgency.place(number)).unwrap_or(Urgency::U4),
                fate,
                referral: outcome.filter(|_| fate == Fate::Referred),
            }
        })
    }
}
