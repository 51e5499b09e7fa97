//! What a seed determines: ids of records and throws of dice by name, so that nothing depends on an order or a clock.
//! Never here: what is drawn.

use std::fmt::Display;

use uuid::Uuid;

/// The name space of all records; any fixed value does.
const SPACE: Uuid = Uuid::from_u128(0x5afe_6a7d_0000_5000_8000_0000_0004_2023);

/// The id of a record: of seed, kind and number.
#[must_use]
pub(super) fn id(seed: u64, kind: &str, number: impl Display) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{seed}/{kind}/{number}").as_bytes())
}

/// Throws for one thing, each as often asked the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice(u128);

impl Dice {
    /// The dice of a thing.
    #[must_use]
    pub(super) fn of(seed: u64, kind: &str, number: impl Display) -> Self {
        Self(id(seed, kind, number).as_u128())
    }

    /// The next number from 0 to `bound` - 1; 0 when `bound` is 0. Seven or so throws are good.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // Version and variant of the id stand in the middle of it, and a multiplication spreads every bit upwards.
        self.0 = self.0.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(1);
        u64::try_from(self.0 >> 72).unwrap_or_default() % bound.max(1)
    }

    /// True in so many of a thousand throws.
    pub(super) fn in_thousand(&mut self, part: u64) -> bool {
        self.below(1_000) < part
    }
}
