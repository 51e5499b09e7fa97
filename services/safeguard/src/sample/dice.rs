//! Seeded dice: the same seed gives the same throws on every machine (SplitMix64). Never here: real
//! randomness, or anything secret.

/// A sequence of throws, fixed by its seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice of a seed for one purpose; throws for one file never shift those for another.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        Self(purpose.bytes().fold(seed, |state, byte| mixed(state ^ u64::from(byte))))
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.throw() % bound).unwrap_or(0)
    }

    /// True in `percent` of a hundred throws.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`; the default when there are none.
    pub(super) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let place = self.below(choices.len());
        choices.get(place).copied().unwrap_or_default()
    }

    /// `length` decimal digits, the first of which may be 0.
    pub(super) fn digits(&mut self, length: usize) -> String {
        (0..length).map(|_| self.pick(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])).collect()
    }

    /// What each of `total` lines is for: the special ones in the numbers asked for, at most half of all,
    /// in random places; everything else `plain`, and always the first.
    pub(super) fn plan<P: Copy>(&mut self, total: usize, special: &[(P, usize)], plain: P) -> Vec<P> {
        let asked = special.iter().flat_map(|(purpose, count)| std::iter::repeat_n(*purpose, *count));
        let mut plan: Vec<P> = std::iter::once(plain).chain(asked.take(total / 2)).collect();
        plan.resize(total, plain);
        // The first line stays plain: a repetition needs something before it.
        for place in (2..plan.len()).rev() {
            let other = 1 + self.below(place);
            plan.swap(place, other);
        }
        plan
    }
}

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
