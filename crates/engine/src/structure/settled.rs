//! What a structure goes through without being asked: exercise and assignment, the shares they leave, dividends, splits.

use market::{FillRule, Right};
use options::{Greeks, LegQuote};

use crate::account::Costs;

use super::event::{Instant, LegEvent, LegFill};
use super::held::Structure;
use super::pricing::OptionCosts;

impl Structure {
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
            self.was_assigned |= event == LegEvent::Assigned;
            self.was_exercised |= event == LegEvent::Exercised;
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

    /// Sells (or buys back) all shares that exercise and assignment have left, at the instant's price less (plus) slippage.
    pub(crate) fn close_shares(&mut self, costs: &Costs, at: &Instant, rule: FillRule) -> LegFill {
        self.close_some_shares(self.assigned_shares, costs, at, rule)
    }

    /// The same with `shares` of them, negative if sold.
    pub(crate) fn close_some_shares(
        &mut self,
        shares: f64,
        costs: &Costs,
        at: &Instant,
        rule: FillRule,
    ) -> LegFill {
        let slippage = shares.signum() * costs.slippage_usd(at.spot_usd, self.atr);
        let price = (at.spot_usd - slippage).max(0.0);
        let commission_usd = costs.commission_usd(shares.abs().round() as u64, price);
        self.attribution.delta_usd += shares * (at.spot_usd - self.spot_usd);
        self.cash_usd += shares * price;
        self.assigned_shares -= shares;
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
            leg.contract.strike /= ratio;
            leg.shares *= ratio;
            leg.multiplier *= ratio;
            leg.quote = rebased(leg.quote, ratio);
            leg.seen = rebased(leg.seen, ratio);
        }
        self.assigned_shares *= ratio;
        self.spot_usd /= ratio;
        self.opened.spot_usd /= ratio;
        self.atr = self.atr.map(|atr| atr / ratio);
    }
}

/// A quote on the share basis after a split.
fn rebased(quote: LegQuote, ratio: f64) -> LegQuote {
    LegQuote {
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
    }
}
