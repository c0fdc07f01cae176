//! When a structure is left: each exit alone, and which comes first.

use engine::structure::{Leg, StructureOrder};
use engine::{
    Account, Desk, Feed, OptionCosts, Outcome, Overlaid, Pace, Setup, Strategy, View, Window,
    replay,
};
use market::{Bars, ExitReason, Interval, RawBars, Right, SessionTable, Side};
use strategies::ExitRules;
use strategies::structure::leaving::leaves;

use crate::listed::{Table, contract, day};

/// Opens at slot 0's decision (filled at slot 1's close), then writes down at each close what the exits say.
struct Probe<'a> {
    order: StructureOrder,
    exit: &'a ExitRules,
    side: Side,
    said: Vec<(usize, Option<ExitReason>)>,
}

impl Strategy for Probe<'_> {
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        if view.slot() == 0 {
            let setup = Setup {
                slot: 0,
                time: view.now(),
                symbol: 0,
                side: Side::Sell,
                held: 1,
                unknown: 0,
                outcome: Outcome::Entered,
                order_id: None,
                overlaid: Overlaid::default(),
            };
            desk.enter_structure(setup, self.order.clone());
        }
        for structure in view.structures() {
            let why = leaves(self.exit, structure, self.side, view);
            self.said.push((view.slot(), why));
        }
    }
}

/// A market of eight sessions from Wednesday, 2022-06-01 on, an option or two with mids by slot.
struct Market {
    closes: [f64; 8],
    lows: [f64; 8],
    highs: [f64; 8],
    legs: Vec<Leg>,
    mids: Vec<[f64; 8]>,
    atr: Option<f64>,
}

fn leg(strike: f64, right: Right, ratio: i32) -> Leg {
    Leg {
        contract: contract(day(17), strike, right),
        ratio,
    }
}

/// A put of strike 95 sold at 1.00, nothing moving.
fn calm() -> Market {
    Market {
        closes: [100.0; 8],
        lows: [99.0; 8],
        highs: [101.0; 8],
        legs: vec![leg(95.0, Right::Put, -1)],
        mids: vec![[1.0; 8]],
        atr: Some(2.0),
    }
}

impl Market {
    fn said(&self, side: Side, exit: &ExitRules) -> Vec<(usize, Option<ExitReason>)> {
        let sessions = SessionTable::covering(day(1), day(30));
        let days = &sessions.as_slice()[sessions.on_or_after(day(1))..][..8];
        let raw = RawBars {
            start: days.iter().map(|session| session.open).collect(),
            open: self.closes.to_vec(),
            high: self.highs.to_vec(),
            low: self.lows.to_vec(),
            close: self.closes.to_vec(),
            volume: vec![1.0; 8],
        };
        let bars = Bars::new("IWM", Interval::Day, raw, &sessions).unwrap();
        let mut table = Table::default();
        for (leg, mids) in self.legs.iter().zip(&self.mids) {
            for (slot, mid) in mids.iter().enumerate() {
                table.set(slot, &leg.contract, *mid);
            }
        }
        let feed = Feed::single(&bars, &sessions)
            .unwrap()
            .with_options(0, &table);
        let account = Account {
            options: OptionCosts::NONE,
            ..Account::default()
        };
        let mut probe = Probe {
            order: StructureOrder {
                symbol: 0,
                legs: self.legs.clone(),
                quantity: 1,
                least_premium_usd: None,
                atr: self.atr,
            },
            exit,
            side,
            said: Vec::new(),
        };
        let window = Window { first: 0, last: 7 };
        replay(&feed, &account, window, &mut probe, Pace::Visit);
        probe.said
    }

    /// The first close at which the exits say to leave, and why.
    fn first(&self, side: Side, exit: &ExitRules) -> Option<(usize, ExitReason)> {
        let said = self.said(side, exit);
        assert_eq!(
            said.first().map(|(slot, _)| *slot),
            Some(1),
            "held from its fill on"
        );
        said.into_iter().find_map(|(slot, why)| Some((slot, why?)))
    }
}

#[test]
fn nothing_asked_nothing_left() {
    let mut wild = calm();
    wild.closes[4] = 60.0;
    wild.lows[4] = 50.0;
    wild.mids[0][4] = 40.0;
    assert_eq!(wild.first(Side::Buy, &ExitRules::default()), None);
}

#[test]
fn a_credit_is_left_at_a_share_earned_and_at_a_multiple_lost() {
    let exit = ExitRules {
        target_premium: Some(0.5),
        stop_premium: Some(2.0),
        ..ExitRules::default()
    };
    let mut market = calm();
    // 1.00 received. At 0.51 49 cents are earned; at 0.50 half.
    market.mids[0] = [1.0, 1.0, 0.51, 0.50, 0.9, 0.9, 0.9, 0.9];
    assert_eq!(
        market.first(Side::Buy, &exit),
        Some((3, ExitReason::Target))
    );
    // At 2.99 1.99 are lost; at 3.00 twice the credit.
    market.mids[0] = [1.0, 1.0, 2.99, 1.5, 3.00, 0.9, 0.9, 0.9];
    assert_eq!(market.first(Side::Buy, &exit), Some((4, ExitReason::Stop)));
}

#[test]
fn a_debit_is_left_at_a_share_gained_and_at_a_share_lost() {
    let exit = ExitRules {
        target_premium: Some(0.5),
        stop_premium: Some(0.5),
        ..ExitRules::default()
    };
    let mut market = calm();
    market.legs = vec![leg(100.0, Right::Call, 1)];
    // 2.00 paid: at 2.98 49 % are gained, at 3.00 half.
    market.mids[0] = [2.0, 2.0, 2.98, 3.00, 2.0, 2.0, 2.0, 2.0];
    assert_eq!(
        market.first(Side::Buy, &exit),
        Some((3, ExitReason::Target))
    );
    market.mids[0] = [2.0, 2.0, 1.02, 1.00, 2.0, 2.0, 2.0, 2.0];
    assert_eq!(market.first(Side::Buy, &exit), Some((3, ExitReason::Stop)));
}

#[test]
fn a_strike_that_was_sold_counts_once_a_later_bar_reached_it() {
    let exit = ExitRules {
        short_strike: true,
        ..ExitRules::default()
    };
    let mut market = calm();
    // The entry's own bar (slot 1) came before the entry at its close.
    market.lows[1] = 90.0;
    assert_eq!(market.first(Side::Buy, &exit), None);
    market.lows[3] = 95.0;
    assert_eq!(
        market.first(Side::Buy, &exit),
        Some((3, ExitReason::ShortStrike))
    );
    // Of a call it is the high; a strike that was bought does not count.
    market = calm();
    market.legs = vec![
        leg(105.0, Right::Call, -1),
        leg(110.0, Right::Call, 1),
        leg(96.0, Right::Put, 1),
    ];
    market.mids = vec![[1.0; 8], [0.3; 8], [0.2; 8]];
    market.lows[2] = 95.0;
    assert_eq!(market.first(Side::Sell, &exit), None);
    market.highs[5] = 105.0;
    assert_eq!(
        market.first(Side::Sell, &exit),
        Some((5, ExitReason::ShortStrike))
    );
}

#[test]
fn moves_are_those_of_closes_from_the_entry_in_atr_of_the_decision() {
    let with = |change: fn(&mut ExitRules)| {
        let mut exit = ExitRules::default();
        change(&mut exit);
        exit
    };
    let mut market = calm();
    // ATR 2. Closes from 100 at entry: +2.9 ATR × 2 = 105.8, 106 is 3 ATR.
    market.highs = [120.0; 8];
    market.closes = [100.0, 100.0, 105.8, 106.0, 100.0, 94.0, 100.0, 100.0];
    market.lows = [80.0; 8];
    let far = with(|exit| exit.move_atr = Some(3.0));
    assert_eq!(
        market.first(Side::Buy, &far),
        Some((3, ExitReason::AtrMove))
    );
    let target = with(|exit| exit.target_atr = Some(3.0));
    assert_eq!(
        market.first(Side::Buy, &target),
        Some((3, ExitReason::Target))
    );
    assert_eq!(
        market.first(Side::Sell, &target),
        Some((5, ExitReason::Target))
    );
    let stop = with(|exit| exit.stop_atr = Some(3.0));
    assert_eq!(market.first(Side::Buy, &stop), Some((5, ExitReason::Stop)));
    assert_eq!(market.first(Side::Sell, &stop), Some((3, ExitReason::Stop)));
    // Without an ATR none of them is known.
    market.atr = None;
    for exit in [far, target, stop] {
        assert_eq!(market.first(Side::Buy, &exit), None);
    }
}

#[test]
fn days_to_expiry_are_calendar_days() {
    let exit = |days| ExitRules {
        days_to_expiry: Some(days),
        ..ExitRules::default()
    };
    // Expiry on Friday the 17th. Slots: 1 Thu 2nd (15 days), 2 Fri 3rd (14), 3 Mon 6th (11), 4 Tue 7th (10).
    assert_eq!(
        calm().first(Side::Buy, &exit(10)),
        Some((4, ExitReason::DaysToExpiry))
    );
    // 12 and 13 days left fall on a weekend: the Monday after.
    assert_eq!(
        calm().first(Side::Buy, &exit(12)),
        Some((3, ExitReason::DaysToExpiry))
    );
    assert_eq!(
        calm().first(Side::Buy, &exit(14)),
        Some((2, ExitReason::DaysToExpiry))
    );
    assert_eq!(calm().first(Side::Buy, &exit(3)), None);
}

#[test]
fn the_longest_holding_counts_the_entry_as_the_first_session() {
    let exit = |most| ExitRules {
        max_sessions: Some(most),
        ..ExitRules::default()
    };
    // Opened at slot 1's close, session 1. Out at the close of session 3, slot 3: decided at slot 2.
    assert_eq!(
        calm().first(Side::Buy, &exit(3)),
        Some((2, ExitReason::MaxSessions))
    );
    assert_eq!(
        calm().first(Side::Buy, &exit(2)),
        Some((1, ExitReason::MaxSessions))
    );
    assert_eq!(calm().first(Side::Buy, &exit(30)), None);
}

#[test]
fn of_several_reasons_the_first_in_order_is_given() {
    let mut exit = ExitRules {
        target_premium: Some(0.5),
        stop_premium: Some(2.0),
        short_strike: true,
        stop_atr: Some(1.0),
        target_atr: Some(1.0),
        move_atr: Some(1.0),
        days_to_expiry: Some(10),
        max_sessions: Some(5),
        ..ExitRules::default()
    };
    // At slot 4 all of them hold but for one of each pair: 4 dollars down, the strike reached, ten days left.
    let mut market = calm();
    market.closes[4] = 94.0;
    market.lows[4] = 93.0;
    market.mids[0][4] = 3.5;
    let mut reasons = Vec::new();
    let mut next = |market: &Market, exit: &ExitRules| {
        let (slot, why) = market.first(Side::Buy, exit).unwrap();
        assert_eq!(slot, 4);
        reasons.push(why);
    };
    next(&market, &exit);
    exit.stop_premium = None;
    next(&market, &exit);
    exit.short_strike = false;
    next(&market, &exit);
    exit.stop_atr = None;
    next(&market, &exit);
    exit.move_atr = None;
    next(&market, &exit);
    exit.days_to_expiry = None;
    next(&market, &exit);
    let expected = [
        ExitReason::Stop,
        ExitReason::ShortStrike,
        ExitReason::Stop,
        ExitReason::AtrMove,
        ExitReason::DaysToExpiry,
        ExitReason::MaxSessions,
    ];
    assert_eq!(reasons, expected);
    // A target comes before all.
    exit.move_atr = Some(1.0);
    market.mids[0][4] = 0.4;
    assert_eq!(
        market.first(Side::Buy, &exit),
        Some((4, ExitReason::Target))
    );
}
