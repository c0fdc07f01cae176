//! A structure in the account: what fills, expiry, assignment, splits and dividends make of it, and the trade it ends as.

use market::{ExitReason, FillRule, Right, Side, Time, Trade};
use options::{Contract, Greeks, LegQuote, SHARES_A_CONTRACT, Source};

use crate::account::Costs;

use super::attribution::{Attribution, Move};
use super::order::Leg;
use super::pricing::OptionCosts;

/// A year of 365 days.
const MICROS_A_YEAR: f64 = 365.0 * 86_400.0 * 1e6;

/// One leg as it is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldLeg {
    /// The option; after a split, on the new share basis.
    pub contract: Contract,
    /// Shares the open contracts stand for, negative if sold.
    pub shares: f64,
    /// Shares that one contract delivers: 100 unless a split changed it.
    pub multiplier: f64,
    /// What it was last marked at.
    pub quote: LegQuote,
}

/// A structure held.
///
/// `net result = cash_usd + open legs at mid + assigned shares at the last close + dividends_usd − commission_usd`.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// Its entry order's number.
    pub structure_id: u32,
    /// Index of the underlying among the traded symbols.
    pub symbol: usize,
    /// Structures opened.
    pub quantity: u32,
    /// The legs, in the order in which they were ordered; closed ones stay, with 0 shares.
    pub legs: Vec<HeldLeg>,
    /// Shares of the underlying that exercise and assignment have left, negative if sold.
    pub assigned_shares: f64,
    /// True once a leg was exercised or assigned.
    pub was_assigned: bool,
    /// True if a leg that had been sold expired within a quarter of a percent of its strike: whether it is exercised after
    /// the close nobody can know.
    pub was_pinned: bool,
    /// When and where it was opened.
    pub opened: Moment,
    /// When and where something last happened to a leg or to assigned shares.
    pub last: Moment,
    /// Net premium at opening, dollars a share; positive for a credit.
    pub premium_usd: f64,
    /// The most it could lose at expiry by the prices it was opened at, dollars, commissions both ways included; `None` if
    /// there is no most.
    pub max_loss_usd: Option<f64>,
    /// Margin it binds, dollars.
    pub margin_usd: f64,
    /// Money received for options and shares less money paid, dollars.
    pub cash_usd: f64,
    /// Commissions and fees so far, dollars.
    pub commission_usd: f64,
    /// What crossing spreads and slippage cost so far, dollars.
    pub slippage_usd: f64,
    /// Dividends of assigned shares, dollars.
    pub dividends_usd: f64,
    /// The underlying at the last mark, dollars.
    pub spot_usd: f64,
    /// When it was last marked.
    pub marked: Time,
    /// Worst and best net result at marks, dollars.
    pub extremes_usd: (f64, f64),
    /// What moved it so far.
    pub attribution: Attribution,
    /// ATR of the underlying at the decision, dollars.
    pub atr: Option<f64>,
    /// Why it is being left, once it is.
    pub leaving: Option<ExitReason>,
}

/// When and where something happened to a structure, and which rule priced it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The close, or the start of the bar for what happens at its open.
    pub time: Time,
    /// Its slot.
    pub slot: usize,
    /// Its session's ordinal.
    pub session: u32,
    /// The underlying there, dollars.
    pub spot_usd: f64,
    /// The rule behind the price; of several legs that fill together, the model if any of them is a model's.
    pub rule: FillRule,
}

/// What happened to a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegEvent {
    /// Bought or sold to open.
    Opened,
    /// Bought or sold to close.
    Closed,
    /// Expired without value.
    Expired,
    /// Exercised by us, at expiry.
    Exercised,
    /// Assigned to us, at expiry or before.
    Assigned,
    /// Shares that exercise or assignment had left were sold (or bought back).
    SharesClosed,
}

impl LegEvent {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            LegEvent::Opened => "opened",
            LegEvent::Closed => "closed",
            LegEvent::Expired => "expired",
            LegEvent::Exercised => "exercised",
            LegEvent::Assigned => "assigned",
            LegEvent::SharesClosed => "shares-closed",
        }
    }
}

/// A structure of which nothing is left, and the trade it was.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedStructure {
    /// The trade's number.
    pub trade_id: u32,
    /// As it was when it became flat.
    pub structure: Structure,
}

/// One line of what happened to a structure, with all inputs of its price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegFill {
    /// The structure.
    pub structure_id: u32,
    /// Place of the leg; `None` for shares of the underlying.
    pub leg: Option<usize>,
    /// The option; `None` for shares of the underlying.
    pub contract: Option<Contract>,
    /// What happened.
    pub event: LegEvent,
    /// Shares bought; negative if sold. Of exercise and assignment, the option's own that vanish.
    pub shares: f64,
    /// Dollars a share: the fill, or what exercise was worth.
    pub price: f64,
    /// What the option was quoted at; `None` for shares.
    pub quote: Option<LegQuote>,
    /// The underlying, dollars.
    pub spot_usd: f64,
    /// Commission and fees, dollars.
    pub commission_usd: f64,
    /// When.
    pub time: Time,
    /// Slot of the decision clock.
    pub slot: usize,
    /// Ordinal of the session.
    pub session: u32,
    /// The rule that priced it.
    pub rule: FillRule,
}

/// Where a transition happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) time: Time,
    pub(crate) slot: usize,
    pub(crate) session: u32,
    pub(crate) spot_usd: f64,
}

impl Instant {
    const fn moment(&self, rule: FillRule) -> Moment {
        Moment {
            time: self.time,
            slot: self.slot,
            session: self.session,
            spot_usd: self.spot_usd,
            rule,
        }
    }
}

impl HeldLeg {
    /// Contracts open now; negative if sold.
    pub fn contracts(&self) -> f64 {
        self.shares / self.multiplier
    }

    /// True while any of it is open.
    pub fn is_open(&self) -> bool {
        self.shares != 0.0
    }

    fn fill(&self, leg: usize, at: &Instant, event: LegEvent, price: f64) -> LegFill {
        LegFill {
            structure_id: 0,
            leg: Some(leg),
            contract: Some(self.contract),
            event,
            shares: -self.shares,
            price,
            quote: Some(self.quote),
            spot_usd: at.spot_usd,
            commission_usd: 0.0,
            time: at.time,
            slot: at.slot,
            session: at.session,
            rule: rule_of(self.quote.source),
        }
    }
}

/// A quote that is not renewed, where the underlying has gone on: nobody parts with an option for less than exercise brings.
/// Bought back it costs no less than it did, sold it brings no more than exercise.
fn no_less_than_exercise(quote: LegQuote, contract: &Contract, spot_usd: f64) -> LegQuote {
    let worth = contract.intrinsic(spot_usd);
    LegQuote {
        bid: worth,
        ask: quote.ask.max(worth),
        mid: quote.mid.max(worth),
        ..quote
    }
}

/// The rule behind a price from `source`.
pub(crate) const fn rule_of(source: Source) -> FillRule {
    match source {
        Source::Quote => FillRule::Quote,
        Source::Model => FillRule::Model,
    }
}

impl Structure {
    /// Opens `quantity` structures of `legs` at `quotes`, all together; tells of each leg.
    #[allow(clippy::too_many_arguments)] // A constructor of one type, in one place.
    pub(crate) fn open(
        structure_id: u32,
        symbol: usize,
        quantity: u32,
        legs: &[Leg],
        quotes: &[LegQuote],
        costs: &OptionCosts,
        at: &Instant,
    ) -> (Self, Vec<LegFill>) {
        let model = quotes.iter().any(|quote| quote.source == Source::Model);
        let opened = at.moment(if model {
            FillRule::Model
        } else {
            FillRule::Quote
        });
        let mut fills = Vec::with_capacity(legs.len());
        let mut structure = Self {
            structure_id,
            symbol,
            quantity,
            legs: Vec::with_capacity(legs.len()),
            assigned_shares: 0.0,
            was_assigned: false,
            was_pinned: false,
            opened,
            last: opened,
            premium_usd: premium_usd(legs, quotes, costs),
            max_loss_usd: None,
            margin_usd: 0.0,
            cash_usd: 0.0,
            commission_usd: 0.0,
            slippage_usd: 0.0,
            dividends_usd: 0.0,
            spot_usd: at.spot_usd,
            marked: at.time,
            extremes_usd: (0.0, 0.0),
            attribution: Attribution::default(),
            atr: None,
            leaving: None,
        };
        for (place, (leg, quote)) in legs.iter().zip(quotes).enumerate() {
            let contracts = f64::from(leg.ratio) * f64::from(quantity);
            let held = HeldLeg {
                contract: leg.contract,
                shares: contracts * SHARES_A_CONTRACT,
                multiplier: SHARES_A_CONTRACT,
                quote: *quote,
            };
            let price = costs.price(quote, contracts > 0.0, legs.len());
            let commission_usd = costs.commission_usd(contracts);
            structure.cash_usd -= held.shares * price;
            structure.pay(
                commission_usd,
                (price - quote.mid).abs() * held.shares.abs(),
            );
            fills.push(LegFill {
                structure_id,
                shares: held.shares,
                commission_usd,
                ..held.fill(place, at, LegEvent::Opened, price)
            });
            structure.legs.push(held);
        }
        structure.note_extremes();
        (structure, fills)
    }

    /// True once nothing of it is left.
    pub fn is_flat(&self) -> bool {
        self.assigned_shares == 0.0 && !self.legs.iter().any(HeldLeg::is_open)
    }

    /// What it is worth at the last marks, dollars: negative while it would cost money to be rid of it.
    pub fn value_usd(&self) -> f64 {
        self.options_usd(|leg| leg.quote.mid) + self.assigned_shares * self.spot_usd
    }

    /// What it is worth if closed at once at any price: bought back at the ask, sold at the bid.
    pub fn liquidation_usd(&self) -> f64 {
        let far = |leg: &HeldLeg| OptionCosts::liquidation(&leg.quote, leg.shares < 0.0);
        self.options_usd(far) + self.assigned_shares * self.spot_usd
    }

    fn options_usd(&self, price: impl Fn(&HeldLeg) -> f64) -> f64 {
        self.legs.iter().map(|leg| leg.shares * price(leg)).sum()
    }

    /// What it has brought to (or taken from) the account's cash so far, dollars.
    pub fn purse_usd(&self) -> f64 {
        self.cash_usd + self.dividends_usd - self.commission_usd
    }

    /// The places of the legs that are open.
    pub fn open_legs(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.legs.len()).filter(|&place| self.legs[place].is_open())
    }

    /// Net result so far with all that is open at mid, dollars.
    pub fn net_result_usd(&self) -> f64 {
        self.purse_usd() + self.value_usd()
    }

    /// What closing the options at mid would cost, dollars a share of one structure; negative if it would pay.
    pub fn cost_to_close_usd(&self) -> f64 {
        -self.options_usd(|leg| leg.quote.mid) / self.shares_in_all()
    }

    /// Shares that one leg of ratio 1 stood for at opening.
    fn shares_in_all(&self) -> f64 {
        f64::from(self.quantity) * SHARES_A_CONTRACT
    }

    fn pay(&mut self, commission_usd: f64, slippage_usd: f64) {
        self.commission_usd += commission_usd;
        self.slippage_usd += slippage_usd;
        self.attribution.costs_usd -= commission_usd + slippage_usd;
    }

    fn note_extremes(&mut self) {
        let result = self.net_result_usd();
        let (worst, best) = self.extremes_usd;
        self.extremes_usd = (worst.min(result), best.max(result));
    }

    /// Marks it at a close. A leg without a price keeps its last one; returns how many had none.
    pub(crate) fn mark(
        &mut self,
        at: &Instant,
        mut quote: impl FnMut(&Contract) -> Option<LegQuote>,
    ) -> u32 {
        let by = Move {
            spot_usd: at.spot_usd - self.spot_usd,
            years: (at.time.micros() - self.marked.micros()) as f64 / MICROS_A_YEAR,
        };
        let mut stale = 0;
        for leg in self.legs.iter_mut().filter(|leg| leg.is_open()) {
            if let Some(now) = quote(&leg.contract) {
                self.attribution.explain(leg.shares, &leg.quote, &now, by);
                leg.quote = now;
                continue;
            }
            let before = leg.quote.mid;
            leg.quote = no_less_than_exercise(leg.quote, &leg.contract, at.spot_usd);
            self.attribution.other_usd += leg.shares * (leg.quote.mid - before);
            stale += 1;
        }
        self.attribution.delta_usd += self.assigned_shares * by.spot_usd;
        (self.spot_usd, self.marked) = (at.spot_usd, at.time);
        self.note_extremes();
        stale
    }

    /// Closes one leg, of an order of `together` legs, at its quote.
    pub(crate) fn close_leg(
        &mut self,
        place: usize,
        together: usize,
        costs: &OptionCosts,
        at: &Instant,
    ) -> LegFill {
        let leg = self.legs[place];
        let price = costs.price(&leg.quote, leg.shares < 0.0, together);
        let commission_usd = costs.commission_usd(leg.contracts());
        self.cash_usd += leg.shares * price;
        let slippage_usd = (price - leg.quote.mid).abs() * leg.shares.abs();
        self.pay(commission_usd, slippage_usd);
        self.legs[place].shares = 0.0;
        self.last = at.moment(rule_of(leg.quote.source));
        LegFill {
            structure_id: self.structure_id,
            commission_usd,
            ..leg.fill(place, at, LegEvent::Closed, price)
        }
    }

    /// Exercises a leg (it was bought) or has it assigned (it was sold): shares change hands at the strike. Without value it
    /// expires.
    pub(crate) fn settle_leg(
        &mut self,
        place: usize,
        costs: &OptionCosts,
        at: &Instant,
    ) -> LegFill {
        const PIN: f64 = 0.0025;
        let leg = self.legs[place];
        let strike = leg.contract.strike;
        let worth = leg.contract.intrinsic(at.spot_usd);
        self.was_pinned |= leg.shares < 0.0 && (at.spot_usd - strike).abs() <= PIN * strike;
        self.attribution.other_usd += leg.shares * (worth - leg.quote.mid);
        self.legs[place].shares = 0.0;
        let event = match (worth > 0.0, leg.shares > 0.0) {
            (false, _) => LegEvent::Expired,
            (true, true) => LegEvent::Exercised,
            (true, false) => LegEvent::Assigned,
        };
        let fee_usd = leg.contracts().abs() * costs.assignment_fee_usd;
        let commission_usd = if event == LegEvent::Expired {
            0.0
        } else {
            fee_usd
        };
        self.last = at.moment(FillRule::Expiry);
        if event != LegEvent::Expired {
            // A call brings shares and costs the strike for each; a put the other way round.
            let shares = match leg.contract.right {
                Right::Call => leg.shares,
                Right::Put => -leg.shares,
            };
            self.was_assigned = true;
            self.assigned_shares += shares;
            self.cash_usd -= shares * strike;
            self.pay(commission_usd, 0.0);
        }
        LegFill {
            structure_id: self.structure_id,
            commission_usd,
            rule: FillRule::Expiry,
            ..leg.fill(place, at, event, worth)
        }
    }

    /// Sells (or buys back) what assignment has left, at the instant's price less (plus) `slippage_per_share`.
    pub(crate) fn close_shares(&mut self, costs: &Costs, at: &Instant, rule: FillRule) -> LegFill {
        let shares = self.assigned_shares;
        let slippage = shares.signum() * costs.slippage_usd(at.spot_usd, self.atr);
        let price = (at.spot_usd - slippage).max(0.0);
        let commission_usd = costs.commission_usd(shares.abs().round() as u64, price);
        self.attribution.delta_usd += shares * (at.spot_usd - self.spot_usd);
        self.cash_usd += shares * price;
        self.assigned_shares = 0.0;
        self.pay(commission_usd, (price - at.spot_usd).abs() * shares.abs());
        self.last = at.moment(rule);
        LegFill {
            structure_id: self.structure_id,
            leg: None,
            contract: None,
            event: LegEvent::SharesClosed,
            shares: -shares,
            price,
            quote: None,
            spot_usd: at.spot_usd,
            commission_usd,
            time: at.time,
            slot: at.slot,
            session: at.session,
            rule,
        }
    }

    /// A dividend on assigned shares, to the holder at the prior close.
    pub(crate) fn dividend(&mut self, amount_usd: f64) {
        let received_usd = self.assigned_shares * amount_usd;
        self.dividends_usd += received_usd;
        self.attribution.dividends_usd += received_usd;
    }

    /// A split: `ratio` new shares for each old one. Contracts deliver as many more, at strikes as much lower.
    pub(crate) fn split(&mut self, ratio: f64) {
        for leg in &mut self.legs {
            let quote = leg.quote;
            leg.contract.strike /= ratio;
            leg.shares *= ratio;
            leg.multiplier *= ratio;
            leg.quote = LegQuote {
                bid: quote.bid / ratio,
                ask: quote.ask / ratio,
                mid: quote.mid / ratio,
                greeks: Greeks {
                    delta: quote.greeks.delta,
                    gamma: quote.greeks.gamma * ratio,
                    vega: quote.greeks.vega / ratio,
                    theta: quote.greeks.theta / ratio,
                },
                ..quote
            };
        }
        self.assigned_shares *= ratio;
        self.spot_usd /= ratio;
        self.opened.spot_usd /= ratio;
        self.atr = self.atr.map(|atr| atr / ratio);
    }

    /// The trade it was, once flat. Prices are net premiums a share of one structure at opening and, shares and all, at the
    /// end; its return is on the most it could lose at expiry (on the margin where there is no most), and so is its R. Excursions are those of the
    /// net result at marks and at the end, dollars a share of one structure.
    pub(crate) fn trade(&self, trade_id: u32) -> Trade {
        let last = &self.last;
        let gross_pnl_usd = self.cash_usd;
        let pnl_usd = self.purse_usd();
        let side = if self.premium_usd > 0.0 {
            Side::Sell
        } else {
            Side::Buy
        };
        let a_share = self.shares_in_all();
        let entry_price = self.premium_usd.abs();
        let at_open = u32::from(last.rule == FillRule::Open);
        let (worst, best) = self.extremes_usd;
        Trade {
            trade_id,
            symbol: self.symbol,
            side,
            quantity: u64::from(self.quantity),
            entry_time: self.opened.time,
            entry_price,
            entry_rule: self.opened.rule,
            exit_time: last.time,
            exit_price: entry_price + side.sign() * gross_pnl_usd / a_share,
            exit_rule: last.rule,
            exit_reason: self.leaving.unwrap_or(ExitReason::Expiry),
            gross_pnl_usd,
            commission_usd: self.commission_usd,
            slippage_usd: self.slippage_usd,
            dividends_usd: self.dividends_usd,
            financing_usd: 0.0,
            pnl_usd,
            return_fraction: pnl_usd / self.max_loss_usd.unwrap_or(self.margin_usd),
            r_multiple: self
                .max_loss_usd
                .filter(|loss| *loss > 0.0)
                .map(|loss| pnl_usd / loss),
            mae_usd: (-worst.min(pnl_usd) / a_share).max(0.0),
            mfe_usd: (best.max(pnl_usd) / a_share).max(0.0),
            atr_at_entry: self.atr,
            stop_price: None,
            target_price: None,
            // Opened at a close: that session does not count, nor does one left at its first print.
            sessions_held: (last.session - self.opened.session).saturating_sub(at_open),
            bars_held: ((last.slot - self.opened.slot) as u32).saturating_sub(at_open),
            ambiguous: false,
            unsettled: None,
            protected: self.leaving == Some(ExitReason::Protect),
        }
    }
}

/// Net premium of one structure at the prices it would fill at, dollars a share; positive for a credit.
pub fn premium_usd(legs: &[Leg], quotes: &[LegQuote], costs: &OptionCosts) -> f64 {
    legs.iter()
        .zip(quotes)
        .map(|(leg, quote)| -f64::from(leg.ratio) * costs.price(quote, leg.ratio > 0, legs.len()))
        .sum()
}
