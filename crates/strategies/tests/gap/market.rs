//! Made sessions of five-minute bars: two quiet ones, and then one that a test writes.

use engine::{Account, Costs, Feed, Ledger, Outcome, Pace, RejectReason, Setup, Window, replay};
use language::{Clock, Words};
use market::{
    Bars, Date, ExitReason, Interval, RawBars, SessionTable, Side, Snapshot, Time, Trade,
};
use strategies::rules::Rule;
use strategies::{
    Edge, EntryRules, ExitRules, Filters, GapMomentum, Overlays, Plan, ProtectAction, ProtectRules,
    RiskRules, Rules, Written,
};

/// Wednesday 2020-11-25. Thursday was Thanksgiving, Friday the 27th closed at 13:00.
pub(crate) const WHOLE: u32 = 25;
pub(crate) const HALF: u32 = 27;

pub(crate) fn at(day: u32, clock: u32) -> Time {
    Time::from_exchange(date(day), clock / 100, clock % 100).unwrap()
}

fn date(day: u32) -> Date {
    Date::from_ymd_opt(2020, 11, day).unwrap()
}

/// A session as it is written down: from when on which price holds, and what is missing of it.
#[derive(Clone)]
pub(crate) struct Day {
    /// Of November.
    date: u32,
    /// The price of every bar that starts at or after a time, until the next.
    steps: Vec<(u32, f64)>,
    /// Shares a bar.
    volume: f64,
    /// Starts of bars that are not there.
    gone: Vec<std::ops::Range<u32>>,
    /// One bar with another high and low.
    wide: Option<(u32, f64, f64)>,
}

impl Day {
    /// A quiet session at 100, 100 shares a bar.
    pub(crate) fn quiet(day: u32) -> Self {
        Self {
            date: day,
            steps: vec![(930, 100.0)],
            volume: 100.0,
            gone: Vec::new(),
            wide: None,
        }
    }

    /// A session at these prices, on half as much volume again.
    pub(crate) fn steps(day: u32, steps: &[(u32, f64)]) -> Self {
        Self {
            steps: steps.to_vec(),
            volume: 150.0,
            ..Self::quiet(day)
        }
    }

    /// Without the bars that start in this range of times.
    pub(crate) fn without(mut self, gone: std::ops::Range<u32>) -> Self {
        self.gone.push(gone);
        self
    }

    pub(crate) fn volume(mut self, volume: f64) -> Self {
        self.volume = volume;
        self
    }

    /// With another high and low in the bar that starts then.
    pub(crate) fn wide(mut self, start: u32, high: f64, low: f64) -> Self {
        self.wide = Some((start, high, low));
        self
    }

    fn write(&self, raw: &mut RawBars, sessions: &SessionTable) {
        let session = sessions.get(sessions.on(date(self.date)).unwrap()).unwrap();
        let mut start = session.open;
        while start < session.close {
            let clock = start.exchange().unwrap().format("%H%M").to_string();
            let clock: u32 = clock.parse().unwrap();
            if !self.gone.iter().any(|gone| gone.contains(&clock)) {
                let (_, price) = *self.steps.iter().rfind(|step| step.0 <= clock).unwrap();
                let wide = self.wide.filter(|wide| wide.0 == clock);
                raw.start.push(start);
                raw.open.push(price);
                raw.high.push(wide.map_or(price, |wide| wide.1));
                raw.low.push(wide.map_or(price, |wide| wide.2));
                raw.close.push(price);
                raw.volume.push(self.volume);
            }
            start = start.plus_minutes(5);
        }
    }
}

/// What a test changes of the market and the plan.
pub(crate) struct Case {
    pub(crate) days: Vec<Day>,
    pub(crate) edge: GapMomentum,
    pub(crate) entry: EntryRules,
    pub(crate) exit: ExitRules,
    pub(crate) protect: Option<ProtectRules>,
    pub(crate) official: bool,
}

impl Case {
    /// The Monday and Tuesday before Thanksgiving, and then these days.
    pub(crate) fn of(days: impl IntoIterator<Item = Day>) -> Self {
        Self::after([Day::quiet(23), Day::quiet(24)], days)
    }

    pub(crate) fn after(
        before: impl IntoIterator<Item = Day>,
        days: impl IntoIterator<Item = Day>,
    ) -> Self {
        Self {
            days: before.into_iter().chain(days).collect(),
            edge: GapMomentum {
                relative_volume_sessions: 2,
                ..GapMomentum::default()
            },
            entry: EntryRules {
                cooldown_sessions: 1,
                ..EntryRules::default()
            },
            exit: ExitRules {
                stop_atr: Some(0.5),
                target_atr: Some(1.0),
                time: Some("15:30".parse().unwrap()),
                ..ExitRules::default()
            },
            protect: None,
            official: true,
        }
    }

    /// With protection while `when` holds.
    pub(crate) fn protected(
        mut self,
        when: &str,
        action: ProtectAction,
        number: Option<f64>,
    ) -> Self {
        self.protect = Some(ProtectRules {
            when: when.to_owned(),
            action: Some(action),
            stop_atr: number.filter(|_| action == ProtectAction::Tighten),
            reduce_to: number.filter(|_| action == ProtectAction::Reduce),
        });
        self
    }

    fn written(&self) -> Written {
        let mut words = Words::new(Clock::Minutes(5));
        let protect = self.protect.as_ref();
        let protect = protect.map(|rules| Rule::whole(&rules.when, &mut words).unwrap());
        Written {
            program: words.program().clone(),
            protect,
            ..Written::default()
        }
    }

    pub(crate) fn short(mut self) -> Self {
        self.entry.side = Side::Sell;
        self
    }

    /// Replays all days, without costs; the same by jumping and by visiting.
    pub(crate) fn run(&self) -> Ledger {
        self.run_with(Costs::NONE)
    }

    pub(crate) fn run_with(&self, costs: Costs) -> Ledger {
        let sessions = SessionTable::covering(date(20), date(30));
        let mut raw = RawBars::default();
        self.days
            .iter()
            .for_each(|day| day.write(&mut raw, &sessions));
        let bars = Bars::new("IWM", Interval::Minutes(5), raw, &sessions).unwrap();
        let snapshot = Snapshot {
            bars: vec![bars, official(&self.days, &sessions)],
            made: if self.official {
                Vec::new()
            } else {
                vec![("IWM".to_owned(), Interval::Day)]
            },
            sessions,
            ..Snapshot::default()
        };
        let rules = Rules {
            edge: Edge::GapMomentum(self.edge),
            entry: self.entry,
            exit: self.exit.clone(),
            protect: self.protect.clone(),
            risk: RiskRules {
                atr_sessions: 1,
                ..RiskRules::default()
            },
            filters: Filters::new(),
            structure: None,
            overlays: Overlays::new(),
            written: self.written().into(),
        };
        let prepared = rules.prepare(&snapshot.bars[0], &snapshot);
        let feed = Feed::single(&snapshot.bars[0], &snapshot.sessions).unwrap();
        let feed = feed.with_atr(0, &prepared.atr);
        let account = Account {
            costs,
            ..Account::default()
        };
        // The two sessions before are history.
        let window = Window::between(&feed, date(self.days[2].date), date(30)).unwrap();
        let [jumped, visited] = [Pace::Jump, Pace::Visit].map(|pace| {
            let mut plan = Plan::new(&rules, &prepared, 0);
            replay(&feed, &account, window, &mut plan, pace)
        });
        assert_eq!(jumped, visited);
        jumped
    }
}

/// Daily bars from Friday the 20th on: 100 to 102, closed at 100, so that the ATR(1) is 2 dollars; each test day opens where its first
/// step says, whether that bar is there or not.
fn official(days: &[Day], sessions: &SessionTable) -> Bars {
    let quiet = Day::quiet(20);
    let all: Vec<&Day> = std::iter::once(&quiet).chain(days).collect();
    let open: Vec<f64> = all.iter().map(|day| day.steps[0].1).collect();
    let raw = RawBars {
        start: all.iter().map(|day| at(day.date, 930)).collect(),
        high: open.iter().map(|open| open.max(102.0)).collect(),
        low: open.iter().map(|open| open.min(100.0)).collect(),
        close: vec![100.0; all.len()],
        volume: vec![1e6; all.len()],
        open,
    };
    Bars::new("IWM", Interval::Day, raw, sessions).unwrap()
}

/// (entry time, price, shares, exit time, price, reason) of a trade, times as on the clock.
pub(crate) fn told(trade: &Trade) -> (String, f64, u64, String, f64, ExitReason) {
    let clock = |time: Time| time.exchange().unwrap().format("%d %H:%M").to_string();
    (
        clock(trade.entry_time),
        trade.entry_price,
        trade.quantity,
        clock(trade.exit_time),
        trade.exit_price,
        trade.exit_reason,
    )
}

/// (time, outcome) of the log's rows.
pub(crate) fn log(ledger: &Ledger) -> Vec<(String, Outcome)> {
    let row = |setup: &Setup| {
        let clock = setup.time.exchange().unwrap().format("%d %H:%M");
        (clock.to_string(), setup.outcome)
    };
    ledger.setups.iter().map(row).collect()
}

pub(crate) fn missing(clock: &str) -> Vec<(String, Outcome)> {
    vec![(
        clock.to_owned(),
        Outcome::Rejected(RejectReason::BarsMissing),
    )]
}
