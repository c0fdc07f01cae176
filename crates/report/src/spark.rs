//! A line of numbers as a line of blocks.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Which number of several stands for them where a line is shorter than its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The last: where the series stood.
    Last,
    /// The greatest: how far it went.
    Most,
}

/// `values` as blocks from the lowest (▁) to the highest (█), at most `width` of them.
///
/// A series of up to `width` numbers has a block each. A longer one is cut into `width` runs, the k-th of n numbers from
/// ⌊k·n ÷ width⌋ on, and of each run the number that `of` says is drawn: the last block is always of the last number or of what
/// it ends. With lowest l and highest h *of those drawn* a number x has the block ⌊8 · (x − l) ÷ (h − l)⌋, the highest the
/// eighth; `floor` is the lowest instead where it is lower than l. Where all are one and the same there is no height to tell:
/// each has the lowest block if it is the floor, else the fourth. Nothing is drawn of no number; what is not finite is a blank.
pub(crate) fn spark(values: &[f64], width: usize, of: Of, floor: Option<f64>) -> String {
    let drawn = sampled(values, width, of);
    let finite = || drawn.iter().copied().filter(|x| x.is_finite());
    let low = finite().chain(floor).fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let block = |x: &f64| {
        if !x.is_finite() {
            ' '
        } else if high > low {
            let step = (8.0 * ((x - low) / (high - low))) as usize;
            BLOCKS[step.min(7)]
        } else {
            BLOCKS[if floor.is_some() { 0 } else { 3 }]
        }
    };
    drawn.iter().map(block).collect()
}

fn sampled(values: &[f64], width: usize, of: Of) -> Vec<f64> {
    let n = values.len();
    if n <= width {
        return values.to_vec();
    }
    let run = |k: usize| &values[k * n / width..(k + 1) * n / width];
    let one = |run: &[f64]| match of {
        Of::Last => run.last().copied().unwrap_or(f64::NAN),
        Of::Most => run.iter().copied().fold(f64::NAN, f64::max),
    };
    (0..width).map(|k| one(run(k))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: &[f64], width: usize) -> String {
        spark(values, width, Of::Last, None)
    }

    #[test]
    fn by_hand() {
        // 8 · (x − 0) ÷ 7: 0, 1.14, 2.29, 3.43, 4.57, 5.71, 6.86, 8 → the eighth.
        assert_eq!(
            line(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8),
            "▁▂▃▄▅▆▇█"
        );
        // 8 · 0.5 = 4: the fifth block. A scale of its own: dollars or fractions, up or down.
        assert_eq!(line(&[100.0, 150.0, 200.0, 100.0], 10), "▁▅█▁");
        assert_eq!(line(&[-0.2, -0.1, 0.0], 10), "▁▅█");
    }

    #[test]
    fn longer_series_are_drawn_by_runs() {
        // Six numbers in three runs: (1 9) (2 4) (0 3). Last: 9, 4, 3: 8·1÷6 = 1.3, the second block. Most: 9, 4, 3 as well but of
        // the second series.
        let values = [1.0, 9.0, 2.0, 4.0, 0.0, 3.0];
        assert_eq!(line(&values, 3), "█▂▁");
        let values = [9.0, 1.0, 4.0, 2.0, 3.0, 0.0];
        assert_eq!(spark(&values, 3, Of::Most, None), "█▂▁");
        // Seven in three: from ⌊7k ÷ 3⌋, that is 0, 2, 4: runs of 2, 2 and 3.
        let values = [0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 3.0];
        assert_eq!(line(&values, 3), "▁▅█");
    }

    #[test]
    fn a_constant_series_one_point_and_none() {
        assert_eq!(line(&[5.0; 4], 10), "▄▄▄▄");
        assert_eq!(line(&[5.0; 40], 3), "▄▄▄");
        assert_eq!(line(&[-1.0], 10), "▄");
        assert_eq!(line(&[], 10), "");
        assert_eq!(line(&[1.0, 2.0], 0), "");
    }

    #[test]
    fn a_floor_is_where_nothing_is() {
        // From 0: 8 · 0.5 = 4. Without the floor the half would be the lowest.
        let depth = |values: &[f64]| spark(values, 10, Of::Most, Some(0.0));
        assert_eq!(depth(&[0.05, 0.10]), "▅█");
        assert_eq!(depth(&[0.0, 0.0]), "▁▁");
        assert_eq!(depth(&[]), "");
    }

    #[test]
    fn what_is_no_number_is_a_blank() {
        assert_eq!(line(&[1.0, f64::NAN, 2.0], 10), "▁ █");
        assert_eq!(line(&[f64::NAN, f64::INFINITY], 10), "  ");
        // Numbers so far apart that their difference is none.
        assert_eq!(line(&[f64::MIN, f64::MAX], 10), "▁▁");
    }
}
