//! Breadth: how many members of a universe do what the universe's price is said to do.
//!
//! One pass over each member's closes, in any order of members, adds to counts a row; the counts are whole numbers,
//! so neither the order nor the number of threads shows in them. Every figure rests on a number of members of its own and
//! has no value where that is below [`Breadth::min_members`].

use crate::column::Column;
use crate::window;

/// Which figures to count, and on how many members the least of them must rest. Hashable: it is the whole of what a
/// result depends on, beside the closes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Breadth {
    /// Lengths of moving averages, in the member's own closes: 20, 50, 200. A length of 0 never has a value.
    pub averages: Vec<usize>,
    /// Length of the window of new highs and lows, in the member's own closes, today's included: 252 is "52 weeks".
    /// Below 2 never has a value; `None` counts none.
    pub extremes: Option<usize>,
    /// Rows on which a figure rests on fewer members have no value.
    pub min_members: u32,
}

/// The closes of one member, and where on the axis they lie. Slices of one length.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Rows of the axis, strictly ascending. A row that is not here is a date without a close.
    pub rows: &'a [u32],
    /// Closes on one share basis; a move from one to the next is a return of the holder.
    pub close: &'a [f64],
    /// Whether it belonged to the universe on that row; `None` if it always did. Closes outside feed its averages
    /// and are not counted.
    pub belongs: Option<&'a [bool]>,
}

/// Counts in the making, a number a row of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    breadth: Breadth,
    rows: usize,
    above: Vec<Counts>,
    moves: Moves,
    highs: Counts,
    lows: Counts,
    /// Used again from member to member.
    spare: Spare,
}

/// On how many members a figure rests, and of how many it is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    of: Vec<u32>,
    hits: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Moves {
    advancing: Vec<u32>,
    declining: Vec<u32>,
    unchanged: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Spare {
    figure: Vec<f64>,
    tail: Vec<f64>,
}

/// What is left in it is nobody's business.
impl PartialEq for Spare {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A figure of every row, and the number of members each value rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The value: members, or per cent of them; none where it rests on too few.
    pub value: Column,
    /// Members it rests on, also where that is too few.
    pub members: Vec<u32>,
}

/// Every figure that was asked for, on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct BreadthFigures {
    /// For each of [`Breadth::averages`], in that order: per cent of members, 0 to 100, whose close is above (not at) the
    /// mean of their last n closes, today's included ([`Sma`](crate::Sma)). A member counts once it has n closes.
    pub above: Vec<Figure>,
    /// Members whose close is above their own last one before. It need not be the session before: a member that did
    /// not trade yesterday moves when it trades again. A first close is no move.
    pub advancing: Figure,
    /// Members whose close is below their own last one before.
    pub declining: Figure,
    /// Members whose close is at their own last one before.
    pub unchanged: Figure,
    /// The advance/decline line: advancing less declining, summed from the first row. A row without a value adds
    /// nothing. Its level depends on where the closes begin; only its changes mean something.
    pub line: Figure,
    /// Members whose close is above every one of the n − 1 before it, once they have n: a new n-session closing high.
    /// Equal is not new, or a price that never moves would make highs and lows every day.
    pub highs: Option<Figure>,
    /// Members whose close is below every one of the n − 1 before it.
    pub lows: Option<Figure>,
}

impl Breadth {
    /// Counts of nothing yet, on an axis of `rows`.
    pub fn tally(&self, rows: usize) -> Tally {
        let zeros = || vec![0; rows];
        let counts = |wanted: bool| Counts {
            of: vec![0; if wanted { rows } else { 0 }],
            hits: vec![0; if wanted { rows } else { 0 }],
        };
        Tally {
            above: self.averages.iter().map(|_| counts(true)).collect(),
            moves: Moves {
                advancing: zeros(),
                declining: zeros(),
                unchanged: zeros(),
            },
            highs: counts(self.extremes.is_some()),
            lows: counts(self.extremes.is_some()),
            spare: Spare::default(),
            breadth: self.clone(),
            rows,
        }
    }
}

/// Where the closes of one member lie.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// Without a hole, from this row on: the plain case, which needs no look-up.
    Run(usize),
    Holes(&'a [u32]),
}

impl Place<'_> {
    fn add(self, counts: &mut [u32], len: usize, holds: impl Fn(usize) -> bool) {
        match self {
            Place::Run(first) => {
                for (i, count) in counts.iter_mut().skip(first).take(len).enumerate() {
                    *count += u32::from(holds(i));
                }
            }
            Place::Holes(rows) => {
                for (i, &row) in rows.iter().enumerate() {
                    if let Some(count) = counts.get_mut(row as usize) {
                        *count += u32::from(holds(i));
                    }
                }
            }
        }
    }
}

impl Tally {
    /// Adds one member. Rows beyond the axis are not counted.
    pub fn add(&mut self, member: Member<'_>) {
        let len = member.rows.len().min(member.close.len());
        let (rows, close) = (&member.rows[..len], &member.close[..len]);
        let place = match (rows.first(), rows.last()) {
            (Some(&first), Some(&last))
                if last.checked_sub(first) == u32::try_from(len - 1).ok() =>
            {
                Place::Run(first as usize)
            }
            (Some(_), Some(_)) => Place::Holes(rows),
            _ => return,
        };
        match member.belongs {
            None => self.count(place, close, |_| true),
            Some(belongs) => self.count(place, close, |i| belongs.get(i) == Some(&true)),
        }
    }

    fn count(&mut self, place: Place<'_>, close: &[f64], belongs: impl Fn(usize) -> bool + Copy) {
        let len = close.len();
        let Spare { figure, tail } = &mut self.spare;
        for (&n, counts) in self.breadth.averages.iter().zip(&mut self.above) {
            window::means(close, n, tail, figure);
            let mean = &figure[..len];
            place.add(&mut counts.of, len, |i| belongs(i) && !mean[i].is_nan());
            place.add(&mut counts.hits, len, |i| {
                belongs(i) && (close[i] > mean[i])
            });
        }
        // Row i of `before` is the close before close i.
        let before = [&[f64::NAN], &close[..len - 1]].concat();
        let moves = &mut self.moves;
        place.add(&mut moves.advancing, len, |i| {
            belongs(i) && (close[i] > before[i])
        });
        place.add(&mut moves.declining, len, |i| {
            belongs(i) && (close[i] < before[i])
        });
        place.add(&mut moves.unchanged, len, |i| {
            belongs(i) && (close[i] == before[i])
        });
        let Some(n) = self.breadth.extremes else {
            return;
        };
        // The best of the n − 1 closes before; shifted by one, so that row i of `best` knows nothing of close i.
        let best = |better: fn(f64, f64) -> f64| {
            let best = window::fold(
                &close[..len - 1],
                n.wrapping_sub(1),
                |v| v,
                better,
                |b, _| b,
            );
            [&[f64::NAN], &best[..]].concat()
        };
        let highest = best(|a, b| if a > b { a } else { b });
        place.add(&mut self.highs.of, len, |i| {
            belongs(i) && !highest[i].is_nan()
        });
        place.add(&mut self.highs.hits, len, |i| {
            belongs(i) && close[i] > highest[i]
        });
        let lowest = best(|a, b| if a < b { a } else { b });
        place.add(&mut self.lows.of, len, |i| {
            belongs(i) && !lowest[i].is_nan()
        });
        place.add(&mut self.lows.hits, len, |i| {
            belongs(i) && close[i] < lowest[i]
        });
    }

    /// Adds the counts of other members. Both must come from the same [`Breadth`] and axis; what only one of them counts is
    /// left out.
    pub fn join(&mut self, other: &Tally) {
        fn sum(mine: &mut [u32], other: &[u32]) {
            for (mine, other) in mine.iter_mut().zip(other) {
                *mine += other;
            }
        }
        let pairs = self.above.iter_mut().zip(&other.above);
        let extremes = [
            (&mut self.highs, &other.highs),
            (&mut self.lows, &other.lows),
        ];
        for (mine, other) in pairs.chain(extremes) {
            sum(&mut mine.of, &other.of);
            sum(&mut mine.hits, &other.hits);
        }
        sum(&mut self.moves.advancing, &other.moves.advancing);
        sum(&mut self.moves.declining, &other.moves.declining);
        sum(&mut self.moves.unchanged, &other.moves.unchanged);
    }

    /// The figures of what was added.
    pub fn figures(&self) -> BreadthFigures {
        let percent = |counts: &Counts| {
            self.figure(&counts.of, |i| {
                100.0 * f64::from(counts.hits[i]) / f64::from(counts.of[i])
            })
        };
        let number = |counts: &Counts| self.figure(&counts.of, |i| f64::from(counts.hits[i]));
        let moves = &self.moves;
        let of: Vec<u32> = (0..self.rows)
            .map(|i| moves.advancing[i] + moves.declining[i] + moves.unchanged[i])
            .collect();
        let mut level = 0.0;
        let mut line = vec![f64::NAN; self.rows];
        for i in (0..self.rows).filter(|&i| self.rests(of[i])) {
            level += f64::from(moves.advancing[i]) - f64::from(moves.declining[i]);
            line[i] = level;
        }
        let wanted = self.breadth.extremes.is_some();
        BreadthFigures {
            above: self.above.iter().map(percent).collect(),
            advancing: self.figure(&of, |i| f64::from(moves.advancing[i])),
            declining: self.figure(&of, |i| f64::from(moves.declining[i])),
            unchanged: self.figure(&of, |i| f64::from(moves.unchanged[i])),
            line: self.figure(&of, |i| line[i]),
            highs: wanted.then(|| number(&self.highs)),
            lows: wanted.then(|| number(&self.lows)),
        }
    }

    /// No figure rests on nobody, whatever was asked for.
    fn rests(&self, members: u32) -> bool {
        members >= self.breadth.min_members.max(1)
    }

    fn figure(&self, of: &[u32], value: impl Fn(usize) -> f64) -> Figure {
        let known = |(i, &members)| {
            if self.rests(members) {
                value(i)
            } else {
                f64::NAN
            }
        };
        Figure {
            value: Column::new(of.iter().enumerate().map(known).collect()),
            members: of.to_vec(),
        }
    }
}
