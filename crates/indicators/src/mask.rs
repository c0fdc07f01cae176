//! Bit columns: one criterion, one bit a row.

use std::ops::{BitAnd, BitAndAssign, BitOr, Not, Range};

const BITS: usize = u64::BITS as usize;

/// A column of booleans, 64 to a word.
///
/// Masks are combined by words, so an entry rule of several criteria costs a few instructions for
/// 64 rows, and a clock can jump from one set bit to the next. Two masks that meet should be of one
/// clock; if their lengths differ, the result has the shorter, for nothing is known beyond it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mask {
    // Bits at and beyond `len` are zero: count and next_set rely on it.
    words: Vec<u64>,
    len: usize,
}

impl Mask {
    /// `len` rows, all of them `value`.
    pub fn filled(len: usize, value: bool) -> Self {
        let word = if value { u64::MAX } else { 0 };
        Self {
            words: vec![word; len.div_ceil(BITS)],
            len,
        }
        .trimmed()
    }

    /// Row `i` is `rule(i)`.
    pub fn from_fn(len: usize, mut rule: impl FnMut(usize) -> bool) -> Self {
        let word = |w: usize| {
            let first = w * BITS;
            (first..len.min(first + BITS))
                .fold(0, |bits, i| bits | u64::from(rule(i)) << (i - first))
        };
        Self {
            words: (0..len.div_ceil(BITS)).map(word).collect(),
            len,
        }
    }

    /// Row `i` is `rule(values[i])`. A comparison with a missing value (NaN) is false.
    #[inline]
    pub fn of(values: &[f64], rule: impl Fn(f64) -> bool) -> Self {
        let words = values.chunks(BITS).map(|chunk| {
            let mut flags = [0u8; BITS];
            for (flag, &v) in flags.iter_mut().zip(chunk) {
                *flag = u8::from(rule(v));
            }
            pack(&flags)
        });
        Self {
            words: words.collect(),
            len: values.len(),
        }
    }

    /// Row `i` is `rule(a[i], b[i])`, as long as the shorter column.
    #[inline]
    pub fn of_pairs(a: &[f64], b: &[f64], rule: impl Fn(f64, f64) -> bool) -> Self {
        let len = a.len().min(b.len());
        let words = a[..len]
            .chunks(BITS)
            .zip(b[..len].chunks(BITS))
            .map(|(a, b)| {
                let mut flags = [0u8; BITS];
                for ((flag, &a), &b) in flags.iter_mut().zip(a).zip(b) {
                    *flag = u8::from(rule(a, b));
                }
                pack(&flags)
            });
        Self {
            words: words.collect(),
            len,
        }
    }

    /// Row `i` is `rule(values[i−1], values[i])`; the first row, having nothing before it, is false.
    #[inline]
    pub fn of_steps(values: &[f64], rule: impl Fn(f64, f64) -> bool) -> Self {
        let word = |w: usize| {
            let (first, end) = (w * BITS, values.len().min((w + 1) * BITS));
            let from = first.max(1);
            let mut flags = [0u8; BITS];
            let pairs = values[from - 1..end - 1].iter().zip(&values[from..end]);
            for (flag, (&before, &now)) in flags[from - first..].iter_mut().zip(pairs) {
                *flag = u8::from(rule(before, now));
            }
            pack(&flags)
        };
        Self {
            words: (0..values.len().div_ceil(BITS)).map(word).collect(),
            len: values.len(),
        }
    }

    /// `len` rows from their words, row 64·w + b being bit b of word w; bits beyond `len` are dropped, words that are
    /// missing are zero.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        words.resize(len.div_ceil(BITS), 0);
        Self { words, len }.trimmed()
    }

    /// The words: see [`Mask::from_words`].
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Number of rows.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// True without rows.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit of row `i`; false beyond the last row.
    #[inline]
    pub fn get(&self, i: usize) -> bool {
        self.words
            .get(i / BITS)
            .is_some_and(|word| word >> (i % BITS) & 1 == 1)
    }

    /// Sets the bit of row `i`; rows beyond the last are ignored.
    pub fn set(&mut self, i: usize, value: bool) {
        if i >= self.len {
            return;
        }
        if let Some(word) = self.words.get_mut(i / BITS) {
            let bit = 1 << (i % BITS);
            *word = if value { *word | bit } else { *word & !bit };
        }
    }

    /// How many bits are set.
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// True if any bit is set.
    pub fn any(&self) -> bool {
        self.words.iter().any(|&word| word != 0)
    }

    /// How many of `rows` are set; none are beyond the last row.
    #[inline]
    pub fn count_in(&self, rows: Range<usize>) -> usize {
        let (first, last) = (rows.start / BITS, rows.end / BITS);
        // The bits of a word below a row.
        let below = |row: usize| (1_u64 << (row % BITS)) - 1;
        let word = |w: usize| self.words.get(w).copied().unwrap_or(0);
        if rows.is_empty() {
            return 0;
        }
        if first == last {
            return (word(first) & below(rows.end) & !below(rows.start)).count_ones() as usize;
        }
        let whole = |w: usize| word(w).count_ones() as usize;
        (word(first) & !below(rows.start)).count_ones() as usize
            + (first + 1..last).map(whole).sum::<usize>()
            + (word(last) & below(rows.end)).count_ones() as usize
    }

    /// The first set row at or after `from`.
    #[inline]
    pub fn next_set(&self, from: usize) -> Option<usize> {
        let first = from / BITS;
        let word = self.words.get(first)? & (u64::MAX << (from % BITS));
        if word != 0 {
            return Some(first * BITS + word.trailing_zeros() as usize);
        }
        let rest = self.words.get(first + 1..)?;
        let skip = rest.iter().position(|&word| word != 0)?;
        Some((first + 1 + skip) * BITS + rest[skip].trailing_zeros() as usize)
    }

    /// The set rows, ascending.
    pub fn ones(&self) -> impl Iterator<Item = usize> + '_ {
        let next = |from: usize| self.next_set(from);
        std::iter::successors(next(0), move |&i| next(i + 1))
    }

    /// The mask moved `rows` later: row `i` is what row `i − rows` was, false for the first `rows`.
    /// (There is no moving the other way: it would bring the future into the past.)
    #[must_use]
    pub fn delayed(&self, rows: usize) -> Mask {
        let (skip, shift) = (rows / BITS, rows % BITS);
        let at = |w: usize| {
            w.checked_sub(skip)
                .and_then(|w| self.words.get(w))
                .copied()
                .unwrap_or(0)
        };
        let word = |w: usize| {
            let carried = match (shift, w) {
                (0, _) | (_, 0) => 0,
                _ => at(w - 1) >> (BITS - shift),
            };
            at(w) << shift | carried
        };
        Self {
            words: (0..self.words.len()).map(word).collect(),
            len: self.len,
        }
        .trimmed()
    }

    /// Both.
    #[must_use]
    pub fn and(&self, other: &Mask) -> Mask {
        self.by_words(other, |a, b| a & b)
    }

    /// Either.
    #[must_use]
    pub fn or(&self, other: &Mask) -> Mask {
        self.by_words(other, |a, b| a | b)
    }

    /// Neither more nor less than the other rows. What was false for want of a value becomes true:
    /// prefer the opposite comparison ([`crate::at_least`] for [`crate::below`]) where values may be missing.
    #[must_use]
    pub fn not(&self) -> Mask {
        Self {
            words: self.words.iter().map(|word| !word).collect(),
            len: self.len,
        }
        .trimmed()
    }

    fn by_words(&self, other: &Mask, op: impl Fn(u64, u64) -> u64) -> Mask {
        let words = self
            .words
            .iter()
            .zip(&other.words)
            .map(|(&a, &b)| op(a, b))
            .collect();
        Self {
            words,
            len: self.len.min(other.len),
        }
        .trimmed()
    }

    /// Clears the bits beyond the last row.
    fn trimmed(mut self) -> Self {
        self.words.truncate(self.len.div_ceil(BITS));
        if let (Some(last), used @ 1..) = (self.words.last_mut(), self.len % BITS) {
            *last &= u64::MAX >> (BITS - used);
        }
        self
    }
}

/// 64 bytes of 0 or 1 into 64 bits, eight at a time: the multiplication moves bit 8·k to bit 56 + k,
/// and no two of its partial products meet, so nothing carries.
#[inline]
pub fn pack(flags: &[u8; BITS]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, eight| {
        word << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56
    })
}

impl FromIterator<bool> for Mask {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut mask = Mask::default();
        for bit in bits {
            if mask.len.is_multiple_of(BITS) {
                mask.words.push(0);
            }
            if let Some(word) = mask.words.last_mut() {
                *word |= u64::from(bit) << (mask.len % BITS);
            }
            mask.len += 1;
        }
        mask
    }
}

impl BitAnd for &Mask {
    type Output = Mask;
    fn bitand(self, other: Self) -> Mask {
        self.and(other)
    }
}

impl BitOr for &Mask {
    type Output = Mask;
    fn bitor(self, other: Self) -> Mask {
        self.or(other)
    }
}

impl Not for &Mask {
    type Output = Mask;
    fn not(self) -> Mask {
        Mask::not(self)
    }
}

impl BitAndAssign<&Mask> for Mask {
    fn bitand_assign(&mut self, other: &Mask) {
        self.len = self.len.min(other.len);
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
        *self = std::mem::take(self).trimmed();
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;
    use proptest::prelude::*;

    /// Lengths around a word's edges, where masks go wrong.
    fn bools() -> impl Strategy<Value = Vec<bool>> {
        prop_oneof![
            proptest::collection::vec(any::<bool>(), 0..200),
            (62_usize..67).prop_flat_map(|n| proptest::collection::vec(any::<bool>(), n)),
            (126_usize..131).prop_flat_map(|n| proptest::collection::vec(any::<bool>(), n)),
        ]
    }

    fn back(mask: &Mask) -> Vec<bool> {
        (0..mask.len()).map(|i| mask.get(i)).collect()
    }

    #[test]
    fn jumps_cross_words_and_end() {
        let mut mask = Mask::filled(200, false);
        for i in [0, 63, 64, 199, 200, 5000] {
            mask.set(i, true);
        }
        assert_eq!(mask.ones().collect::<Vec<_>>(), [0, 63, 64, 199]);
        assert_eq!(mask.next_set(1), Some(63));
        assert_eq!(mask.next_set(65), Some(199));
        assert_eq!(
            [
                mask.next_set(200),
                mask.next_set(9999),
                mask.next_set(usize::MAX)
            ],
            [None; 3]
        );
        mask.set(63, false);
        assert_eq!(mask.next_set(1), Some(64));
    }

    proptest! {
        #[test]
        fn rows_are_counted_one_by_one(bools in bools(), from in 0_usize..210, to in 0_usize..210) {
            let mask: Mask = bools.iter().copied().collect();
            let counted = (from..to).filter(|&i| mask.get(i)).count();
            prop_assert_eq!(mask.count_in(from..to), counted);
        }
    }

    #[test]
    fn nothing_is_set_beyond_the_last_row() {
        let all = Mask::filled(70, true);
        assert_eq!((all.count(), all.get(69), all.get(70)), (70, true, false));
        assert_eq!(Mask::filled(70, false).not(), all);
        assert_eq!(all.delayed(60).count(), 10);
        // Of two lengths the shorter, and no bit of the longer left over.
        let both = &all & &Mask::filled(65, true);
        assert_eq!((both.len(), both.count()), (65, 65));
        let mut mine = all.clone();
        mine &= &Mask::filled(3, true);
        assert_eq!(mine, Mask::filled(3, true));
    }

    #[test]
    fn missing_values_hold_in_no_comparison() {
        let values = [1.0, f64::NAN, 3.0];
        assert_eq!(back(&Mask::of(&values, |v| v < 2.0)), [true, false, false]);
        assert_eq!(back(&Mask::of(&values, |v| v >= 2.0)), [false, false, true]);
    }

    proptest! {
        #[test]
        fn every_way_of_building_agrees(bits in bools()) {
            let values: Vec<f64> = bits.iter().map(|&b| if b { 1.0 } else { 0.0 }).collect();
            let mask: Mask = bits.iter().copied().collect();
            prop_assert_eq!(&back(&mask), &bits);
            prop_assert_eq!(&Mask::from_fn(bits.len(), |i| bits[i]), &mask);
            prop_assert_eq!(&Mask::of(&values, |v| v > 0.5), &mask);
            prop_assert_eq!(&Mask::of_pairs(&values, &vec![0.5; bits.len() + 3], |a, b| a > b), &mask);
            prop_assert_eq!(mask.count(), bits.iter().filter(|&&b| b).count());
            prop_assert_eq!(mask.any(), bits.contains(&true));
            let ones: Vec<usize> = (0..bits.len()).filter(|&i| bits[i]).collect();
            prop_assert_eq!(mask.ones().collect::<Vec<_>>(), ones);
        }

        #[test]
        fn steps_compare_neighbours(bits in bools()) {
            let values: Vec<f64> = bits.iter().map(|&b| if b { 1.0 } else { 0.0 }).collect();
            let expected: Vec<bool> = (0..bits.len()).map(|i| i > 0 && values[i - 1] < values[i]).collect();
            prop_assert_eq!(back(&Mask::of_steps(&values, |before, now| before < now)), expected);
        }

        #[test]
        fn words_combine_as_rows_do(a in bools(), b in bools(), rows in 0_usize..140) {
            let (x, y): (Mask, Mask) = (a.iter().copied().collect(), b.iter().copied().collect());
            let both: Vec<bool> = a.iter().zip(&b).map(|(&a, &b)| a && b).collect();
            let either: Vec<bool> = a.iter().zip(&b).map(|(&a, &b)| a || b).collect();
            prop_assert_eq!(back(&(&x & &y)), both);
            prop_assert_eq!(back(&(&x | &y)), either);
            prop_assert_eq!(back(&!&x), a.iter().map(|b| !b).collect::<Vec<_>>());
            let late: Vec<bool> = (0..a.len()).map(|i| i >= rows && a[i - rows]).collect();
            prop_assert_eq!(x.delayed(rows), late.into_iter().collect::<Mask>());
        }

        #[test]
        fn equal_bits_are_equal_masks(bits in bools()) {
            // not() and filled() write whole words: the spare bits must not tell two masks apart.
            let mask: Mask = bits.into_iter().collect();
            prop_assert_eq!(&mask.not().not(), &mask);
            prop_assert_eq!(mask.or(&mask.not()), Mask::filled(mask.len(), true));
        }
    }
}
