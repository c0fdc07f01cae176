//! The engine: a clock, one loop, a broker, a portfolio, and the trait that strategies implement.
//!
//! It knows no strategy and no file. Everything that replays a plan (a single run, a regime, a
//! prefix audit) calls [`replay()`]; there is no second simulator.
//!
//! # Where things are decided
//! * [`replay`](mod@replay): the loop: fill, mark, decide, in that order.
//! * [`broker::pricing`]: at what price an order fills, and by which rule. A stop's fill is decided
//!   in [`broker::pricing::at_open`] and [`broker::pricing::inside`].
//! * [`broker::intrabar`]: what is assumed when a bar reaches both the stop and the target.
//! * [`structure`]: legs of options as one position, from opening to expiry or assignment.
//! * [`position`]: how a fill changes a position, and when that makes a trade.
//!
//! # A strategy of your own
//! ```
//! use engine::{Account, Bracket, Desk, Feed, Order, Pace, StopPlan, Strategy, View, Window, replay};
//! use market::{Bars, Date, ExitReason, Interval, RawBars, SessionTable, Side, Time};
//!
//! /// Buys after any lower close, with a stop 2 % below the close; sells after any higher one.
//! struct DipBuyer;
//!
//! impl Strategy for DipBuyer {
//!     fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
//!         let iwm = view.symbol("IWM").expect("the feed has IWM");
//!         let closes = view.closes(iwm); // everything up to now, nothing later
//!         let [.., before, now] = closes else { return };
//!         match view.position(iwm) {
//!             None if now < before && !view.is_busy(iwm) => {
//!                 let stop = StopPlan::level(0.98 * now);
//!                 desk.submit(Order::market(iwm, Side::Buy, 100).with_bracket(Bracket::stop_only(stop)));
//!             }
//!             Some(_) if now > before => {
//!                 desk.submit(Order::exit(iwm, ExitReason::Signal));
//!             }
//!             _ => {}
//!         }
//!     }
//! }
//!
//! let day = |d| Date::from_ymd_opt(2020, 6, d).unwrap();
//! let sessions = SessionTable::covering(day(1), day(5));
//! let close = vec![100.0, 99.0, 98.0, 101.0, 102.0];
//! let raw = RawBars {
//!     start: (1..=5).map(|d| Time::from_exchange(day(d), 9, 30).unwrap()).collect(),
//!     open: vec![100.0, 100.0, 99.5, 98.5, 101.5],
//!     high: close.iter().map(|c| c + 2.0).collect(),
//!     low: close.iter().map(|c| c - 0.5).collect(),
//!     close,
//!     volume: vec![1e6; 5],
//! };
//! let bars = Bars::new("IWM", Interval::Day, raw, &sessions)?;
//! let feed = Feed::single(&bars, &sessions)?;
//! let ledger = replay(&feed, &Account::default(), Window::whole(&feed).unwrap(), &mut DipBuyer, Pace::Jump);
//! // Lower close on the 2nd, bought at the 3rd's open 99.50; higher close on the 4th, sold at the 5th's open 101.50.
//! assert_eq!(ledger.trades.len(), 1);
//! assert_eq!(ledger.trades[0].exit_reason, ExitReason::Signal);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod account;
pub mod broker;
pub mod clock;
pub mod curve;
pub mod desk;
pub mod feed;
pub mod order;
pub mod portfolio;
pub mod position;
pub mod record;
pub mod replay;
pub mod setup;
pub mod strategy;
pub mod structure;
pub mod track;

pub use account::{Account, Costs, FillPolicy, Intrabar, LimitFill};
pub use clock::{Event, Pace};
pub use curve::Mark;
pub use desk::Desk;
pub use feed::{Feed, FeedError, Window};
pub use order::{Bracket, Order, OrderKind, Purpose, StopChoice, StopPlan};
pub use portfolio::Portfolio;
pub use position::Position;
pub use record::{Counted, Counts, Full, Record};
pub use replay::{Ledger, Replayer, replay, replay_watched};
pub use setup::{Outcome, Overlaid, RejectReason, Rejection, Setup};
pub use strategy::{Listed, Strategy, View};
pub use structure::{
    Ask, Asked, Attribution, ClosedStructure, Leg, LegEvent, LegFill, OptionCosts, Structure,
    StructureOrder,
};
pub use track::{Action, Track};
