//! A structure in the account: what opens it, marks it and closes its legs.

use market::{ExitReason, FillRule, Time};
use options::{Contract, LegQuote, SHARES_A_CONTRACT, Source};

use super::attribution::{Attribution, Move};
use super::event::{Instant, LegEvent, LegFill, Moment, rule_of};
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
    /// The last quote there was of it: the mark, unless the mark has had to follow the underlying without one.
    pub seen: LegQuote,
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
    /// True once a leg that had been sold was assigned.
    pub was_assigned: bool,
    /// True once a leg that had been bought was exercised.
    pub was_exercised: bool,
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

impl HeldLeg {
    /// Contracts open now; negative if sold.
    pub fn contracts(&self) -> f64 {
        self.shares / self.multiplier
    }

    /// True while any of it is open.
    pub fn is_open(&self) -> bool {
        self.shares != 0.0
    }

    pub(super) fn fill(&self, leg: usize, at: &Instant, event: LegEvent, price: f64) -> LegFill {
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

/// A quote that is not renewed, where the underlying has gone on: nobody parts with an option for less than exercise brings,
/// its holder no more than its writer.
fn no_less_than_exercise(quote: LegQuote, contract: &Contract, spot_usd: f64) -> LegQuote {
    let worth = contract.intrinsic(spot_usd);
    LegQuote {
        bid: quote.bid.max(worth),
        ask: quote.ask.max(worth),
        mid: quote.mid.max(worth),
        ..quote
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
            was_exercised: false,
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
                seen: *quote,
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

    /// Buying power it takes: its margin while legs are open, the value of the shares it was left, whichever is more.
    pub(crate) fn bound_usd(&self) -> f64 {
        let is_open = self.legs.iter().any(HeldLeg::is_open);
        let margin_usd = if is_open { self.margin_usd } else { 0.0 };
        margin_usd.max(self.assigned_shares.abs() * self.spot_usd)
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
    pub(super) fn shares_in_all(&self) -> f64 {
        f64::from(self.quantity) * SHARES_A_CONTRACT
    }

    pub(super) fn pay(&mut self, commission_usd: f64, slippage_usd: f64) {
        self.commission_usd += commission_usd;
        self.slippage_usd += slippage_usd;
        self.attribution.costs_usd -= commission_usd + slippage_usd;
    }

    fn note_extremes(&mut self) {
        let result = self.net_result_usd();
        let (worst, best) = self.extremes_usd;
        self.extremes_usd = (worst.min(result), best.max(result));
    }

    /// Marks it at a close. A leg without a price keeps the last quote seen, not below exercise; returns how many had none.
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
                (leg.quote, leg.seen) = (now, now);
                continue;
            }
            let before = leg.quote.mid;
            leg.quote = no_less_than_exercise(leg.seen, &leg.contract, at.spot_usd);
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
}

/// Net premium of one structure at the prices it would fill at, dollars a share; positive for a credit.
pub fn premium_usd(legs: &[Leg], quotes: &[LegQuote], costs: &OptionCosts) -> f64 {
    legs.iter()
        .zip(quotes)
        .map(|(leg, quote)| -f64::from(leg.ratio) * costs.price(quote, leg.ratio > 0, legs.len()))
        .sum()
}
