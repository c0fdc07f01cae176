//! From regimes that hold or fail to a verdict on the plan.

use serde::{Deserialize, Serialize};

/// How a plan fared in one regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Net expectancy positive and drawdown within the limit, on enough trades.
    Holds,
    /// Not so, on enough trades.
    Fails,
    /// Too few trades to say.
    Inconclusive,
}

impl Standing {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Holds => "holds",
            Standing::Fails => "fails",
            Standing::Inconclusive => "inconclusive",
        }
    }
}

/// What to do with the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It held nowhere.
    Restructure,
    /// It held in fewer than two thirds of the regimes.
    Rework,
    /// It held in at least two thirds.
    PaperTrade,
    /// It held in all.
    PaperTradeStrong,
    /// The regimes with too few trades could change the verdict.
    Inconclusive,
}

impl Verdict {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Restructure => "restructure",
            Verdict::Rework => "rework",
            Verdict::PaperTrade => "paper-trade",
            Verdict::PaperTradeStrong => "paper-trade-strong",
            Verdict::Inconclusive => "inconclusive",
        }
    }

    /// What it means, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Verdict::Restructure => "it held in no regime: the idea needs another structure",
            Verdict::Rework => "it held in fewer than two thirds of the regimes: rework it",
            Verdict::PaperTrade => {
                "it held in at least two thirds of the regimes: trade it on paper next"
            }
            Verdict::PaperTradeStrong => "it held in every regime: trade it on paper next",
            Verdict::Inconclusive => "regimes with too few trades could change the verdict",
        }
    }

    /// True if it is at least as good as `demanded`. *Inconclusive* meets no demand but its own.
    pub fn meets(self, demanded: Verdict) -> bool {
        let rank = |verdict| match verdict {
            Verdict::Inconclusive => None,
            Verdict::Restructure => Some(0),
            Verdict::Rework => Some(1),
            Verdict::PaperTrade => Some(2),
            Verdict::PaperTradeStrong => Some(3),
        };
        match (rank(self), rank(demanded)) {
            (Some(have), Some(want)) => have >= want,
            _ => self == demanded,
        }
    }

    /// The verdict over all regimes. Each inconclusive one could have held or failed; only if every
    /// such outcome gives the same verdict is it given.
    pub fn over(standings: &[Standing]) -> Verdict {
        let count = |wanted| standings.iter().filter(|&&s| s == wanted).count();
        let (holding, open) = (count(Standing::Holds), count(Standing::Inconclusive));
        let least = Self::of(holding, standings.len());
        // A better count can only improve the verdict, so the two ends decide for all between.
        if least == Self::of(holding + open, standings.len()) {
            least
        } else {
            Verdict::Inconclusive
        }
    }

    const fn of(holding: usize, all: usize) -> Verdict {
        if holding == 0 {
            Verdict::Restructure
        } else if 3 * holding < 2 * all {
            Verdict::Rework
        } else if holding < all {
            Verdict::PaperTrade
        } else {
            Verdict::PaperTradeStrong
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Fails as F, Holds as H, Inconclusive as I};

    #[test]
    fn verdicts_over_three_regimes() {
        let cases: [(&[Standing], Verdict); 9] = [
            (&[F, F, F], Verdict::Restructure),
            (&[H, F, F], Verdict::Rework),
            (&[H, H, F], Verdict::PaperTrade),
            (&[H, H, H], Verdict::PaperTradeStrong),
            // One open regime: 2 or 3 holding, paper-trade or strong.
            (&[H, H, I], Verdict::Inconclusive),
            // 0 or 1 holding: restructure or rework.
            (&[F, F, I], Verdict::Inconclusive),
            (&[H, F, I], Verdict::Inconclusive),
            (&[I, I, I], Verdict::Inconclusive),
            (&[I], Verdict::Inconclusive),
        ];
        for (standings, verdict) in cases {
            assert_eq!(Verdict::over(standings), verdict, "{standings:?}");
        }
    }

    #[test]
    fn an_open_regime_that_cannot_change_the_verdict_does_not_hide_it() {
        // 1 or 2 of 4 hold: fewer than two thirds either way.
        assert_eq!(Verdict::over(&[H, F, F, I]), Verdict::Rework);
        // 4 or 5 of 6 hold: two thirds or more either way, never all.
        assert_eq!(Verdict::over(&[H, H, H, H, F, I]), Verdict::PaperTrade);
    }

    #[test]
    fn a_gate_is_met_by_the_same_or_better_only() {
        assert!(Verdict::PaperTradeStrong.meets(Verdict::PaperTrade));
        assert!(Verdict::PaperTrade.meets(Verdict::PaperTrade));
        assert!(!Verdict::Rework.meets(Verdict::PaperTrade));
        assert!(!Verdict::Inconclusive.meets(Verdict::Restructure));
    }
}
