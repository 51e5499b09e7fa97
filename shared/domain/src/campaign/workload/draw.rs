//! Drawing by numbers: weights and orders that a seed determines, and cutting a whole into parts that always add up.
//! Never here: what is drawn.

use uuid::Uuid;

/// The name space of all draws; any fixed value does.
const SPACE: Uuid = Uuid::from_u128(0x5afe_6a7d_0000_5000_8000_0000_0000_2023);

/// A number that a seed and a name determine.
pub(super) fn number(seed: u64, name: &str) -> u64 {
    let drawn = Uuid::new_v5(&SPACE, format!("{seed}/{name}").as_bytes());
    drawn.as_u64_pair().0 ^ drawn.as_u64_pair().1
}

/// A weight from 100 to 1,200, spread evenly over its logarithm (a straight line within each doubling).
pub(super) fn weight(seed: u64, name: &str) -> u64 {
    // log2 of 12 is 3.58.
    let drawn = number(seed, name) % 359;
    ((100 + drawn % 100) << (drawn / 100)).min(1_200)
}

/// An order of the numbers below `of`: each comes once, and nothing is stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    step: u64,
    start: u64,
    of: u64,
}

impl Order {
    pub(super) fn new(seed: u64, name: &str, of: u64) -> Self {
        let of = of.max(1);
        let mut step = number(seed, name) % of;
        while common(step, of) != 1 {
            step = (step + 1) % of.max(2);
        }
        Self { step, start: number(seed, &format!("{name}/start")) % of, of }
    }

    /// The place of a number.
    pub(super) fn place(&self, number: u64) -> u64 {
        let moved = u128::from(number) * u128::from(self.step) + u128::from(self.start);
        u64::try_from(moved % u128::from(self.of)).unwrap_or_default()
    }
}

/// The greatest common divisor.
const fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// The same share of `total` as `part` is of `whole`, rounded down. Cuts in one order stay in it.
pub(super) fn cut(part: u64, whole: u64, total: u64) -> u64 {
    u64::try_from(u128::from(part) * u128::from(total) / u128::from(whole.max(1))).unwrap_or(u64::MAX)
}

/// Where the parts of a whole end when it is scaled to `total`; `parts` are sizes with what they are.
pub(super) fn ends<T: Copy>(parts: &[(u64, T)], total: u64) -> Vec<(u64, T)> {
    let whole: u64 = parts.iter().map(|(size, _)| size).sum();
    let mut end = 0;
    let scaled = parts.iter().map(|(size, what)| {
        end += size;
        (cut(end, whole, total), *what)
    });
    scaled.collect()
}

/// The part in which a place lies.
pub(super) fn part<T: Copy>(ends: &[(u64, T)], place: u64) -> Option<T> {
    ends.iter().find(|(end, _)| place < *end).map(|(_, what)| *what)
}

/// How large a part is; one that stands in several places is added up.
pub(super) fn size<T: Copy + PartialEq>(ends: &[(u64, T)], wanted: T) -> u64 {
    let starts = [0].into_iter().chain(ends.iter().map(|(end, _)| *end));
    starts.zip(ends).filter(|(_, (_, what))| *what == wanted).map(|(start, (end, _))| end - start).sum()
}

/// Gives each its least and the rest by weight, the largest remainders first. The sum is `total`, unless the least
/// alone is more.
pub(super) fn apportion(total: u64, shares: &[(u64, u64)]) -> Vec<u64> {
    let rest = total.saturating_sub(shares.iter().map(|(least, _)| least).sum());
    let weights: u64 = shares.iter().map(|(_, weight)| weight).sum::<u64>().max(1);
    let mut given: Vec<u64> =
        shares.iter().map(|(least, weight)| least + cut(*weight, weights, rest)).collect();
    let floors: u64 = shares.iter().map(|(_, weight)| cut(*weight, weights, rest)).sum();
    let remainder = |weight: u64| u128::from(weight) * u128::from(rest) % u128::from(weights);
    let mut order: Vec<(u128, usize)> =
        (0..).zip(shares).map(|(place, (_, weight))| (remainder(*weight), place)).collect();
    order.sort_by_key(|(remainder, place)| (std::cmp::Reverse(*remainder), *place));
    let left = usize::try_from(rest.saturating_sub(floors)).unwrap_or_default();
    for (_, place) in order.into_iter().take(left) {
        if let Some(one) = given.get_mut(place) {
            *one += 1;
        }
    }
    given
}
