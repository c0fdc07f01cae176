//! A model levelled by the tape's own chains: known by hand, one session old at most, and never by the index.

use std::sync::atomic::AtomicBool;

use lab::options::{ChainQuestion, LevelSource, OptionRules, WantedExpiry, chain_sheet, chains};
use lab::{AuditOptions, Outcome, RejectReason, Run, Scenario, audit, load};
use market::{FillRule, Interval};
use options::volatility::{Level, Skew, SkewParameters, Surface};
use options::{Chains, Contract, NoQuote};

use crate::made::{CLOSES, Chain, EXPIRY, PLAN, Row, plan, ran, regimes, tape, week};

fn by_quotes() -> Scenario {
    let text = PLAN.replace(
        "quotes = \"mixed\"",
        "quotes = \"mixed\"\nlevel = \"quotes\"",
    );
    Scenario::parse("by-quotes.toml", &text, &[]).unwrap()
}

fn without(days: &[&str]) -> Vec<Chain> {
    let mut chains = week();
    chains.retain(|(at, _)| !days.iter().any(|day| at.starts_with(day)));
    chains
}

/// Variance to expiry of rows at 190, 195, 200 (both), 205, 210 without interest: both sides of 200 have one mid, so F = K₀ =
/// 200 and 2·Σ 5·Q ÷ K² is all of it.
fn total(rows: &[Row; 6]) -> f64 {
    let mid = |(_, _, bid, ask): Row| f64::midpoint(bid.parse().unwrap(), ask.parse().unwrap());
    let term = |row: Row| 5.0 * mid(row) / f64::from(row.0).powi(2);
    let [p190, p195, p200, c200, c205, c210] = *rows;
    assert_eq!(mid(p200), mid(c200));
    2.0 * [p190, p195, p200, c205, c210].map(term).iter().sum::<f64>()
}

fn says(run: &Run, words: &str) -> bool {
    run.warnings.iter().any(|warning| warning.contains(words))
}

#[test]
fn a_close_without_a_chain_has_the_level_of_the_session_befores() {
    // CLOSES throughout: 4.20 at the money a month out. Of Thursday there is none.
    let mut week = without(&["2022-02-10"]);
    for chain in &mut week {
        chain.1 = CLOSES;
    }
    let made = tape(&week);
    let scenario = by_quotes();
    let loaded = load(&scenario, &regimes(), &made.tape, 1).unwrap();
    let bars = loaded.snapshot.bars_of("IWM", Interval::Day).unwrap();
    let rules = scenario.options.clone().unwrap();
    let model = chains(&rules, bars, &loaded.snapshot).unwrap();
    let slot = |day: &str| {
        let is = |slot: &usize| bars.end()[*slot].exchange_date().unwrap().to_string() == day;
        (0..bars.len()).find(is).unwrap()
    };
    let level = |day: &str| model.inputs().moments[slot(day)].level.clone();
    // Wednesday's chain is of 15:55, 30 days and five minutes from the close of 2022-03-11.
    let days = 30.0 + 5.0 / 1440.0;
    let hand = (total(&CLOSES) * 365.0 / days).sqrt();
    assert!((hand - 0.1779).abs() < 1e-4, "{hand}");
    for day in ["2022-02-09", "2022-02-10"] {
        let level = level(day).unwrap();
        assert!((level.volatility(30.0) - hand).abs() < 1e-12, "{day}");
    }
    assert_eq!(level("2022-02-04"), None, "the index is no stand-in");
    // What Thursday's 195 put is quoted at has the volatility of a surface whose own strip is that of Wednesday's chain.
    let contract = Contract {
        expiry: EXPIRY.parse().unwrap(),
        strike: 195.0,
        right: market::Right::Put,
    };
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    let surface = Surface::new(Level::flat(hand).unwrap(), &skew);
    let smile = surface.smile(29.0 / 365.0);
    assert!((smile.strip() - hand).abs() < 1e-6);
    let quote = model.quote(slot("2022-02-10"), &contract).unwrap();
    assert!((quote.volatility.unwrap() - smile.volatility(195.0, 200.0)).abs() < 1e-9);
    // By the index, which stands at 20, it is another.
    let by_index = OptionRules {
        level: LevelSource::Index,
        ..rules
    };
    let by_index = chains(&by_index, bars, &loaded.snapshot).unwrap();
    let other = by_index.quote(slot("2022-02-10"), &contract).unwrap();
    assert!(other.volatility.unwrap() > quote.volatility.unwrap() + 0.015);
}

#[test]
fn mixed_runs_fill_by_the_model_one_session_long_and_no_longer() {
    let fills = |run: &Run, rule: FillRule| {
        let fills = run.regimes[0].ledger.leg_fills.iter();
        fills.filter(|fill| fill.rule == rule).count()
    };
    // Decided on Wednesday's chain, filled by Thursday's model, left at real quotes.
    let run = ran(&by_quotes(), &tape(&without(&["2022-02-10"])).tape);
    assert_eq!(
        (fills(&run, FillRule::Model), fills(&run, FillRule::Quote)),
        (4, 4)
    );
    assert!(
        says(&run, "levelled by the chain of the session before"),
        "{:?}",
        run.warnings
    );
    assert!(!says(&run, "no prices"), "{:?}", run.warnings);
    // Without Wednesday's there is nothing on Thursday but an index of 20: by that a condor is filled, by quotes none.
    let gone = tape(&without(&["2022-02-09", "2022-02-10"]));
    let by_index = ran(&plan("mixed"), &gone.tape);
    assert!(fills(&by_index, FillRule::Model) > 0);
    let run = ran(&by_quotes(), &gone.tape);
    let of = |day: &str| {
        let setups = run.regimes[0].ledger.setups.iter();
        let of = setups.filter(|one| one.time.exchange_date().unwrap().to_string() == day);
        of.map(|one| one.outcome).collect::<Vec<_>>()
    };
    // Wednesday's model is levelled by Tuesday's chain; on Thursday nothing is priced, so Wednesday's order is refused.
    assert_eq!(
        of("2022-02-09"),
        [Outcome::Rejected(RejectReason::NotQuoted)]
    );
    assert!(
        says(&run, "a chain to level it by at 1, DGS3MO none at 0"),
        "{:?}",
        run.warnings
    );
}

#[test]
fn what_is_known_does_not_depend_on_the_windows() {
    // A window that begins on the session without a chain: the chain before it is read all the same.
    let made = tape(&without(&["2022-02-10"]));
    let mut late = regimes();
    late[0].from = "2022-02-10".parse().unwrap();
    let loaded = load(&by_quotes(), &late, &made.tape, 1).unwrap();
    let bars = loaded.snapshot.bars_of("IWM", Interval::Day).unwrap();
    let rules = by_quotes().options.unwrap();
    let model = chains(&rules, bars, &loaded.snapshot).unwrap();
    let moment = model
        .inputs()
        .moments
        .iter()
        .find(|moment| moment.date == late[0].from);
    assert!(moment.unwrap().level.is_some());
}

#[test]
fn scaled_and_flattened_as_an_index_is() {
    let made = tape(&week());
    let loaded = load(&by_quotes(), &regimes(), &made.tape, 1).unwrap();
    let bars = loaded.snapshot.bars_of("IWM", Interval::Day).unwrap();
    let of = |change: fn(&mut OptionRules)| {
        let mut rules = by_quotes().options.unwrap();
        change(&mut rules);
        let model = chains(&rules, bars, &loaded.snapshot).unwrap();
        let levels = model
            .inputs()
            .moments
            .iter()
            .filter_map(|moment| moment.level.clone());
        levels
            .map(|level| level.volatility(30.0))
            .collect::<Vec<_>>()
    };
    let (plain, scaled) = (of(|_| ()), of(|rules| rules.level_scale = 1.1));
    // Six sessions with chains; after the last there are more bars, the first of them a session on.
    assert!(plain.len() >= 6, "{}", plain.len());
    for (plain, scaled) in plain.iter().zip(&scaled) {
        assert!((scaled / plain - 1.1).abs() < 1e-12);
    }
    for (plain, flat) in plain.iter().zip(of(|rules| rules.term = true)) {
        assert!(
            (plain - flat).abs() < 1e-12,
            "one expiry has no other tenor"
        );
    }
}

#[test]
fn the_sheet_of_a_model_levelled_by_quotes_says_so() {
    let made = tape(&week());
    let asked = |on: &str, level| ChainQuestion {
        symbol: "IWM".to_owned(),
        on: on.parse().unwrap(),
        expiry: WantedExpiry::On(EXPIRY.parse().unwrap()),
        model: true,
        rules: OptionRules {
            level,
            term: false,
            ..OptionRules::default()
        },
        rate: None,
    };
    let sheet = chain_sheet(&made.tape, &asked("2022-02-14", LevelSource::Quotes)).unwrap();
    let hand = (total(&CLOSES) * 365.0 / (25.0 + 5.0 / 1440.0)).sqrt();
    assert!((sheet.index.unwrap() - hand).abs() < 1e-12);
    let early = asked("2022-02-04", LevelSource::Quotes);
    let text = chain_sheet(&made.tape, &early).unwrap_err().to_string();
    assert!(
        text.contains("no option quotes of IWM that could level a surface"),
        "{text}"
    );
    let sheet = chain_sheet(&made.tape, &asked("2022-02-14", LevelSource::Index)).unwrap();
    assert!((sheet.index.unwrap() - 0.20).abs() < 1e-12);
}

#[test]
fn what_cannot_level_is_refused_by_key() {
    let text = PLAN.replace(
        "quotes = \"mixed\"",
        "quotes = \"model\"\nlevel = \"quotes\"",
    );
    let error = Scenario::parse("by-quotes.toml", &text, &[]).unwrap_err();
    let says = error.to_string();
    assert!(
        says.contains("`options.level` is \"quotes\", but `options.quotes` is \"model\""),
        "{says}"
    );
    assert!(error.help.unwrap().contains("level = \"index\""));
    let text = PLAN.replace("quotes = \"mixed\"", "level = \"chains\"");
    let says = Scenario::parse("by-quotes.toml", &text, &[])
        .unwrap_err()
        .to_string();
    assert!(says.contains("chains") && says.contains("quotes"), "{says}");
    // No chain at all; chains that are all later than the windows; one that is seen by no close of them.
    let error = load(&by_quotes(), &regimes(), &tape(&[]).tape, 1).unwrap_err();
    let says = error.to_string();
    assert!(
        says.contains("options.level = \"quotes\": ") && says.contains("it has quotes of none"),
        "{says}"
    );
    let later = tape(&[("2022-03-01T20:55:00Z", CLOSES)]);
    let says = load(&by_quotes(), &regimes(), &later.tape, 1)
        .unwrap_err()
        .to_string();
    assert!(says.contains("its quotes are all later"), "{says}");
    let earlier = tape(&[("2022-02-03T20:55:00Z", CLOSES)]);
    let says = load(&by_quotes(), &regimes(), &earlier.tape, 1)
        .unwrap_err()
        .to_string();
    assert!(says.contains("at any of the 6 closes"), "{says}");
}

#[test]
fn no_level_is_of_the_future() {
    let made = tape(&without(&["2022-02-10"]));
    let scenario = by_quotes();
    let loaded = load(&scenario, &regimes(), &made.tape, 1).unwrap();
    let stop = AtomicBool::new(false);
    let options = AuditOptions {
        cuts: 6,
        threads: 1,
        stop: &stop,
    };
    let found = audit(&scenario, &regimes(), &loaded, options).unwrap();
    assert_eq!(found.mismatches, []);
    assert!(found.compared >= 10, "{found:?}");
}

#[test]
fn before_the_first_chain_nothing_is_priced_whatever_the_index() {
    let made = tape(&week());
    let loaded = load(&by_quotes(), &regimes(), &made.tape, 1).unwrap();
    let bars = loaded.snapshot.bars_of("IWM", Interval::Day).unwrap();
    let day: market::Date = "2022-02-04".parse().unwrap();
    let slot = (0..bars.len()).find(|slot| bars.end()[*slot].exchange_date() == Some(day));
    let contract = Contract {
        expiry: EXPIRY.parse().unwrap(),
        strike: 200.0,
        right: market::Right::Call,
    };
    let quote = |level| {
        let rules = OptionRules {
            level,
            ..by_quotes().options.unwrap()
        };
        let model = chains(&rules, bars, &loaded.snapshot).unwrap();
        model.quote(slot.unwrap(), &contract).map(|_| ())
    };
    assert_eq!(quote(LevelSource::Quotes), Err(NoQuote::NoVolatility));
    assert_eq!(quote(LevelSource::Index), Ok(()));
}
