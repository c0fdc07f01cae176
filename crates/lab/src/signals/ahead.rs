//! What the calendar holds for the next sessions.

use market::{Date, Event, Snapshot};
use serde::Serialize;
use strategies::calendar::{Dated, EARNINGS};

/// How far a reading looks ahead, sessions.
pub const AHEAD_SESSIONS: usize = 5;

/// Something that stands in a calendar for one of the next sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// Its kind as the tape names it; `ex-dividend` for that.
    pub kind: String,
    /// What happens.
    pub label: String,
    /// Its date.
    pub date: Date,
    /// New York time of day, `08:30`, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_new_york: Option<String>,
    /// Sessions until then: 1 is the next one.
    pub sessions: usize,
    /// What the date rests on, where it is not the issuer's own list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// The earnings season, by the rule of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Season {
    /// The next session lies in one.
    pub in_season: bool,
    /// Sessions until the next begins, 1 being the next session; absent in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins_in_sessions: Option<usize>,
}

/// Scheduled events and ex-dates of the next sessions, by date; those that nobody had announced are not known before.
pub(super) fn coming(snapshot: &Snapshot, symbol: &str, own: usize) -> Vec<Coming> {
    let sessions = &snapshot.sessions;
    let place = |date: Date| {
        let until = sessions.on_or_after(date).checked_sub(own)?;
        (1..=AHEAD_SESSIONS).contains(&until).then_some(until)
    };
    let event = |kind: &str, event: &Event| {
        let sessions = place(event.date)?;
        let time = event.time_et_minutes;
        event.scheduled.then(|| Coming {
            kind: kind.to_owned(),
            label: event.label.clone(),
            date: event.date,
            time_new_york: time.map(|m| format!("{:02}:{:02}", m / 60, m % 60)),
            sessions,
            basis: event.basis.clone(),
        })
    };
    let mut found: Vec<Coming> = Vec::new();
    for (kind, events) in &snapshot.events {
        found.extend(events.iter().filter_map(|e| event(kind, e)));
    }
    for dividend in snapshot.dividends_of(symbol).unwrap_or_default() {
        // The date is announced beforehand, the amount a day before at best: it is left out.
        found.extend(place(dividend.ex_date).map(|sessions| Coming {
            kind: "ex-dividend".to_owned(),
            label: format!("{symbol} ex-dividend"),
            date: dividend.ex_date,
            time_new_york: None,
            sessions,
            basis: None,
        }));
    }
    found.sort_by(|a, b| {
        (a.date, &a.time_new_york, &a.kind).cmp(&(b.date, &b.time_new_york, &b.kind))
    });
    found
}

/// Where the session after `own` stands by the earnings seasons.
pub(super) fn season(snapshot: &Snapshot, own: usize) -> Option<Season> {
    let dated = Dated::of(EARNINGS, snapshot)?;
    let until = dated.until(u32::try_from(own + 1).ok()?)? as usize;
    Some(Season {
        in_season: until == 0,
        begins_in_sessions: (until > 0).then_some(until + 1),
    })
}

/// The kinds whose calendar says nothing of the session after `own`.
pub(super) fn ended(snapshot: &Snapshot, own: usize) -> Vec<String> {
    let said = |(kind, _): &(String, Vec<Event>)| {
        let dated = Dated::of(kind, snapshot)?;
        let (first, last) = dated.span()?;
        let next = u32::try_from(own + 1).ok()?;
        (!dated.records(next)).then(|| {
            format!("the {kind} events on record are {first} to {last}: none is known for the sessions ahead")
        })
    };
    snapshot.events.iter().filter_map(said).collect()
}
