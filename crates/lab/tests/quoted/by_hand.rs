//! A condor on a week of made chains, worked by hand.

use std::sync::atomic::AtomicBool;

use lab::{AuditOptions, LegFill, Outcome, RejectReason, Run, audit, load};
use market::{FillRule, Time};

use crate::made::{CLOSES, Chain, OPENS, but, plan, ran, regimes, tape, tape_closing, week};

/// Day of February, strike, shares, price, rule.
fn fills(run: &Run) -> Vec<(String, f64, f64, f64, FillRule)> {
    let row = |fill: &LegFill| {
        let strike = fill.contract.unwrap().strike;
        let day = fill.time.exchange_date().unwrap().to_string();
        (day, strike, fill.shares, fill.price, fill.rule)
    };
    run.regimes[0].ledger.leg_fills.iter().map(row).collect()
}

fn setups(run: &Run) -> Vec<(String, Outcome)> {
    let setups = run.regimes[0].ledger.setups.iter();
    let day = |time: Time| time.exchange_date().unwrap().to_string();
    setups.map(|one| (day(one.time), one.outcome)).collect()
}

#[test]
fn a_condor_is_refused_filled_made_to_wait_and_closed_at_quotes() {
    let made = tape(&week());
    for quotes in ["quoted", "mixed"] {
        let run = ran(&plan(quotes), &made.tape);
        // Sold at the bid, bought at the ask: 2.40 + 2.50 − 1.25 − 1.40 = 2.25 of credit; a wing of 5 may lose 275 and 8 × 0.65
        // = 280.20; 2 % of 100,000 is 7 of them. Not the chain of 16:30 the day before, nor the one of 10:00.
        let quote = FillRule::Quote;
        let hand = [
            ("2022-02-10", 190.0, 700.0, 1.25, quote),
            ("2022-02-10", 195.0, -700.0, 2.40, quote),
            ("2022-02-10", 205.0, -700.0, 2.50, quote),
            ("2022-02-10", 210.0, 700.0, 1.40, quote),
            // On the 11th the 195 put is crossed.
            ("2022-02-14", 190.0, -700.0, 0.90, quote),
            ("2022-02-14", 195.0, 700.0, 2.10, quote),
            ("2022-02-14", 205.0, 700.0, 2.20, quote),
            ("2022-02-14", 210.0, -700.0, 1.00, quote),
        ];
        let hand = hand.map(|(day, strike, shares, price, rule)| {
            (day.to_owned(), strike, shares, price, rule)
        });
        assert_eq!(fills(&run), hand);
        // Closed for 2.10 + 2.20 − 0.90 − 1.00 = 2.40: (2.25 − 2.40) × 700 = −105, and 56 contracts × 0.65 = 36.40.
        let trade = &run.regimes[0].ledger.trades[0];
        assert!((trade.pnl_usd + 141.40).abs() < 1e-9, "{}", trade.pnl_usd);
        assert_eq!(trade.exit_reason.as_str(), "days-to-expiry");
        let refused = Outcome::Rejected;
        let hand = [
            // Filled at Tuesday's chain, which has no ask of the 205 call.
            ("2022-02-07", refused(RejectReason::NotQuoted)),
            // Without it the 210 call is nearest to the delta, and no strike lies beyond that.
            ("2022-02-08", refused(RejectReason::NotListed)),
            ("2022-02-09", Outcome::Entered),
            ("2022-02-10", Outcome::Busy),
            ("2022-02-14", refused(RejectReason::WindowEnd)),
        ];
        assert_eq!(setups(&run), hand.map(|(day, out)| (day.to_owned(), out)));
    }
}

#[test]
fn what_the_rows_were_is_counted_and_told() {
    let made = tape(&week());
    let run = ran(&plan("quoted"), &made.tape);
    let told = run.regimes[0].options.as_ref().unwrap();
    assert_eq!((told.quoted_fills, told.model_fills), (8, 0));
    // Held at the closes of the 10th and the 11th; of the 11th one leg kept its mark and the closing waited.
    assert_eq!((told.quoted_marks, told.model_marks), (2, 0));
    assert_eq!((told.stale_marks, told.unfilled_closings), (1, 1));
    let chains = told.chains.unwrap();
    assert_eq!((chains.closes, chains.quoted_closes), (6, 6));
    // Six chains of six rows, two of them no quotes; four strikes of each have one right.
    let rows = chains.rows;
    assert_eq!((rows.quotes, rows.one_sided, rows.crossed), (34, 1, 1));
    assert_eq!((rows.holes, rows.zero_bids, rows.expired), (24, 0, 0));
    assert!(!run.tape.model && run.tape.quoted, "{:?}", run.tape);
    assert_eq!(
        run.warnings.iter().filter(|w| w.contains("quotes")).count(),
        0
    );
    let json = serde_json::to_value(told).unwrap();
    assert_eq!(json["chains"]["one_sided"], 1, "{json}");
}

#[test]
fn what_the_underlying_does_after_a_chain_was_taken_assigns_nobody() {
    let at_200 = ran(&plan("quoted"), &tape(&week()).tape);
    // After Thursday's chain IWM falls to 188: the 195 put is quoted at 2.45, under the 7 it would then be exercised for. By parity
    // the chain stands at 200, where it is worth nothing to exercise.
    let close = |day: &str| if day == "2022-02-10" { 188 } else { 200 };
    let fallen = ran(&plan("quoted"), &tape_closing(&week(), close).tape);
    assert_eq!(fallen.regimes[0].ledger.leg_fills[0].spot_usd, 188.0);
    assert_eq!(fills(&fallen), fills(&at_200));
    assert_eq!(fallen.regimes[0].options.as_ref().unwrap().assigned, 0);
}

fn without(day: &str) -> Vec<Chain> {
    let mut chains = week();
    chains.retain(|(at, _)| !at.starts_with(day));
    chains
}

#[test]
fn a_close_without_a_chain_is_the_models_or_nobodys() {
    let made = tape(&without("2022-02-10"));
    let mixed = ran(&plan("mixed"), &made.tape);
    // Entered at a model's quotes, left at real ones: the strikes are those chosen from Wednesday's chain.
    let rules: Vec<(f64, FillRule)> = fills(&mixed).iter().map(|f| (f.1, f.4)).collect();
    let hand = [FillRule::Model, FillRule::Quote]
        .map(|rule| [190.0, 195.0, 205.0, 210.0].map(|strike| (strike, rule)));
    assert_eq!(rules, hand.concat());
    let told = mixed.regimes[0].options.as_ref().unwrap();
    assert_eq!((told.model_fills, told.quoted_fills), (4, 4));
    assert_eq!((told.model_marks, told.quoted_marks), (1, 1));
    assert!(mixed.tape.model && mixed.tape.quoted);
    let says = |run: &Run, words: &str| run.warnings.iter().any(|w| w.contains(words));
    assert!(says(&mixed, "at 5 of the 6 closes"), "{:?}", mixed.warnings);
    // Without a model Thursday quotes nothing: Wednesday's entry is refused, and nothing else fits in the week.
    let quoted = ran(&plan("quoted"), &made.tape);
    assert_eq!(fills(&quoted), []);
    let wednesday = (
        "2022-02-09".to_owned(),
        Outcome::Rejected(RejectReason::NotQuoted),
    );
    assert!(
        setups(&quoted).contains(&wednesday),
        "{:?}",
        setups(&quoted)
    );
    assert!(says(&quoted, "nothing is quoted"), "{:?}", quoted.warnings);
    assert!(!quoted.tape.model);
}

#[test]
fn a_model_is_not_told_what_the_tape_quotes() {
    let with = ran(&plan("model"), &tape(&week()).tape);
    let without = ran(&plan("mixed"), &tape(&[]).tape);
    assert!(fills(&with).iter().all(|fill| fill.4 == FillRule::Model));
    assert!(!fills(&with).is_empty());
    assert_eq!(
        fills(&with),
        fills(&without),
        "a tape without chains is the model's"
    );
    assert_eq!(
        with.tape.fingerprint, without.tape.fingerprint,
        "nothing of them was read"
    );
    for run in [&with, &without] {
        assert!(run.tape.model && !run.tape.quoted);
        assert_eq!(run.regimes[0].options.as_ref().unwrap().chains, None);
    }
}

#[test]
fn quotes_alone_are_refused_where_there_are_none() {
    let made = tape(&[]);
    let error = load(&plan("quoted"), &regimes(), &made.tape, 1).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("no option quotes of IWM at any of the 6 closes"),
        "{text}"
    );
}

#[test]
fn another_quote_is_another_fingerprint_and_one_that_no_close_sees_is_not() {
    let scenario = plan("mixed");
    let print = |chains: &[Chain]| ran(&scenario, &tape(chains).tape).tape.fingerprint;
    let base = print(&week());
    let mut other = week();
    // The ask of an option nobody trades, a cent higher.
    other[0].1 = but(&OPENS, 2, (200, "put", "4.50", "4.67"));
    assert_ne!(base, print(&other));
    let mut unseen = week();
    unseen[3].1 = but(&CLOSES, 2, (200, "put", "4.50", "4.67"));
    assert_eq!(base, print(&unseen), "quoted after the close");
}

#[test]
fn no_decision_sees_quotes_of_the_future() {
    let made = tape(&week());
    for quotes in ["quoted", "mixed"] {
        let scenario = plan(quotes);
        let loaded = load(&scenario, &regimes(), &made.tape, 1).unwrap();
        let stop = AtomicBool::new(false);
        let options = AuditOptions {
            cuts: 6,
            threads: 1,
            stop: &stop,
        };
        let found = audit(&scenario, &regimes(), &loaded, options).unwrap();
        assert_eq!(found.mismatches, []);
        assert!(found.replays == 10 && found.compared >= 20, "{found:?}");
    }
}
