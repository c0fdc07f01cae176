//! One session's reading on the terminal, at most 80 columns wide.

use std::fmt::Write as _;

use lab::signals::{Coming, Flag, Reading, SignalSheet};

use super::words::{
    WIDTH, banner, bullet, change, closing, date, entry, flag, flip, moved, moved_or, plain,
    rests_on, signed, state, usd,
};
use crate::words::{NONE, number, or_dash, wrap};

/// The whole reading, ending with a newline: composite and size first, a row a layer, context, what is ahead, what changed.
pub fn signal(sheet: &SignalSheet) -> String {
    let mut text = banner(&sheet.origin);
    let profile = &sheet.profile;
    let _ = writeln!(
        text,
        "{} before the open of {}: the close of {} was {}",
        profile.symbol,
        date(sheet.next),
        sheet.on,
        usd(sheet.reading.close_usd)
    );
    let from = format!("tape {}, profile {}", sheet.tape, sheet.name);
    let _ = writeln!(text, "{}\n", wrap("", &from, WIDTH));
    text.push_str(&verdict(sheet));
    text.push('\n');
    text.push_str(&layers(sheet));
    text.push('\n');
    text.push_str(&context(sheet));
    text.push_str(&ahead(sheet));
    text.push_str(&changed(sheet));
    text + &closing(&sheet.notes, &sheet.origin)
}

fn verdict(sheet: &SignalSheet) -> String {
    let reading = &sheet.reading;
    let word = state(reading.composite.state).to_uppercase();
    let share = match reading.size {
        lab::signals::Size::None(_) => "no entry".to_owned(),
        _ => format!("{} of the usual size", number(reading.size_scale, 2)),
    };
    entry("COMPOSITE", &word, &rests_on(reading))
        + &entry(
            "SIZE",
            &reading.size.word().to_uppercase(),
            &format!("{share}: {}", reading.size.why()),
        )
}

fn layers(sheet: &SignalSheet) -> String {
    let reading = &sheet.reading;
    let mut text = trend(sheet);
    text.push_str(&momentum(sheet));
    text.push_str(&breadth(sheet));
    text.push_str(&strength(sheet));
    text.push_str(&rotation(sheet));
    text + &flags(reading)
}

fn trend(sheet: &SignalSheet) -> String {
    let (trend, profile) = (&sheet.reading.trend, &sheet.profile.trend);
    let mut said = format!(
        "EMA {} {}, EMA {} {}: {} ATR apart (ATR {}: {}).",
        profile.fast_sessions,
        usd(trend.fast_usd),
        profile.slow_sessions,
        usd(trend.slow_usd),
        or_dash(trend.separation_atr, |atr| signed(atr, 2)),
        profile.atr_sessions,
        usd(trend.atr_usd)
    );
    if trend.separated_sessions > 0 {
        let _ = write!(
            said,
            " Beyond {} ATR for {} sessions; converging counts after {}.",
            number(profile.separation_atr, 1),
            trend.separated_sessions,
            profile.separation_sessions
        );
    }
    if trend.state.is_some() {
        let _ = write!(said, " {}", flip(trend.flip.as_ref(), None));
    }
    entry("trend", state(trend.state), &said)
}

fn momentum(sheet: &SignalSheet) -> String {
    let (momentum, profile) = (&sheet.reading.momentum, &sheet.profile.momentum);
    let mark = format!(
        "a close in the lower {} % of {} sessions on volume above its {}-session average",
        number(profile.lower_fraction * 100.0, 0),
        profile.range_sessions,
        profile.volume_sessions
    );
    let marked = match (momentum.weak, momentum.volume_mark) {
        (Some(true), _) => format!("Weak: without {mark}."),
        (_, Some(true)) => format!("Volume mark: {mark}."),
        (_, Some(false)) => "No volume mark.".to_owned(),
        (_, None) => "Volume mark unknown.".to_owned(),
    };
    let mut said = format!(
        "{} over {} sessions, {} over {}; volume {} × its average. {marked}",
        moved_or(momentum.short_return),
        profile.short_sessions,
        moved_or(momentum.long_return),
        profile.long_sessions,
        plain(momentum.relative_volume, 2)
    );
    if momentum.state.is_some() {
        let flip = flip(momentum.flip.as_ref(), None);
        let _ = write!(said, " {flip} Its volume taken as quiet.");
    }
    entry("momentum", state(momentum.state), &said)
}

fn breadth(sheet: &SignalSheet) -> String {
    let (breadth, profile) = (&sheet.reading.breadth, &sheet.profile.breadth);
    let Some(pct) = breadth.pct else {
        return entry("breadth", state(breadth.state), "no reading");
    };
    let mut said = format!(
        "{} % of members above their 50-day average, {} % {} readings ago; bullish from {} %, bearish below {} %.",
        number(pct, 1),
        plain(breadth.before_pct, 1),
        profile.rising_sessions,
        number(profile.bullish_pct, 1),
        number(profile.full_size_pct, 1)
    );
    if breadth.state.is_some() {
        let _ = write!(said, " {}", flip(breadth.flip.as_ref(), Some(pct)));
    }
    entry("breadth", state(breadth.state), &said)
}

fn strength(sheet: &SignalSheet) -> String {
    let (strength, profile) = (
        &sheet.reading.relative_strength,
        &sheet.profile.relative_strength,
    );
    let benchmark = &sheet.profile.benchmark;
    let Some(lead) = strength.lead else {
        let said = format!(
            "no return of {benchmark} over {} sessions",
            profile.lookback_sessions
        );
        return entry("relative strength", state(strength.state), &said);
    };
    let mut said = format!(
        "{} {}, {benchmark} {} over {} sessions: {} points.",
        sheet.profile.symbol,
        moved_or(strength.symbol_return),
        moved_or(strength.benchmark_return),
        profile.lookback_sessions,
        signed(lead * 100.0, 1)
    );
    if strength.state.is_some() {
        let flip = flip(strength.flip.as_ref(), None);
        let _ = write!(said, " {flip} {benchmark} taken as unchanged.");
    }
    entry("relative strength", state(strength.state), &said)
}

fn rotation(sheet: &SignalSheet) -> String {
    let (rotation, profile) = (&sheet.reading.rotation, &sheet.profile.rotation);
    let benchmark = &sheet.profile.benchmark;
    let word = rotation
        .state
        .map_or("unknown", lab::signals::Rotation::word);
    let Some(change) = rotation.ratio_change else {
        return entry("rotation", word, &format!("no ratio to {benchmark}"));
    };
    let said = format!(
        "{} ÷ {benchmark} {} over {} sessions; leadership above {} % (a close above {}), flight below {} % (below {}).",
        sheet.profile.symbol,
        moved(change),
        profile.sessions,
        signed(profile.leadership_pct, 1),
        usd(rotation.leadership_above_usd),
        signed(profile.flight_pct, 1),
        usd(rotation.flight_below_usd)
    );
    entry("rotation", word, &said)
}

fn flags(reading: &Reading) -> String {
    let set = |wanted| {
        let flags = Flag::ALL.into_iter();
        let of: Vec<Flag> = flags.filter(|&f| reading.flag(f) == wanted).collect();
        of
    };
    let told: Vec<&str> = set(Some(true)).into_iter().map(flag).collect();
    let unknown: Vec<&str> = set(None).into_iter().map(Flag::word).collect();
    let mut said = if told.is_empty() {
        "none".to_owned()
    } else {
        told.join("; ")
    };
    if !unknown.is_empty() {
        let _ = write!(said, ". Unknown: {}", unknown.join(", "));
    }
    entry("flags", "", &said)
}

fn context(sheet: &SignalSheet) -> String {
    let (context, names) = (&sheet.reading.context, &sheet.profile.context);
    let changed = |change: Option<f64>| {
        or_dash(change, |change| {
            format!(
                "{} in {} sessions",
                signed(change, 2),
                names.change_sessions
            )
        })
    };
    let slope = format!(
        "{} less {}: {} points, {}",
        names.long_rate_series,
        names.short_rate_series,
        or_dash(context.slope_pct, |slope| signed(slope, 2)),
        changed(context.slope_change_pct)
    );
    let credit = format!(
        "{}: {} %, {}",
        names.credit_series,
        plain(context.credit_pct, 2),
        changed(context.credit_change_pct)
    );
    let volatility = format!(
        "{} ÷ {} {}; {} ÷ {} {} (above 1 fear is near); {} ÷ {} {} (above 1 inverted)",
        names.volatility_series,
        names.benchmark_volatility_series,
        plain(context.volatility_ratio, 2),
        names.near_volatility_series,
        names.benchmark_volatility_series,
        plain(context.near_term_ratio, 2),
        names.benchmark_volatility_series,
        names.far_volatility_series,
        plain(context.far_term_ratio, 2)
    );
    let mut text = entry("curve", "", &slope);
    text.push_str(&entry("credit", "", &credit));
    text.push_str(&entry("volatility", "", &volatility));
    text.push_str(&range(sheet));
    let squeeze = or_dash(context.short_interest_rank_pct, |rank| {
        format!(
            "rank {} % of its last {} readings; squeeze from {} % on a breakout",
            number(rank, 0),
            names.short_interest_readings,
            number(names.squeeze_rank_pct, 0)
        )
    });
    text + &entry("short interest", "", &squeeze)
}

fn range(sheet: &SignalSheet) -> String {
    let (context, names) = (&sheet.reading.context, &sheet.profile.context);
    let (own, other) = (context.atr_fraction, context.benchmark_atr_fraction);
    let times = own.zip(other).map(|(own, other)| own / other);
    let share =
        |fraction: Option<f64>| or_dash(fraction, |f| format!("{} %", number(f * 100.0, 2)));
    let said = format!(
        "true range {} ATR, wide from {}; ATR ÷ close {} against {}'s {} ({} ×); breakout on a next close above {}, the high of {} sessions",
        plain(context.range_atr, 2),
        number(names.wide_range_atr, 1),
        share(own),
        sheet.profile.benchmark,
        share(other),
        plain(times, 2),
        usd(context.breakout_above_usd),
        names.breakout_sessions
    );
    entry("range", "", &said)
}

fn ahead(sheet: &SignalSheet) -> String {
    let mut text = String::from("\nAHEAD, the next 5 sessions\n");
    for coming in &sheet.ahead {
        text.push_str(&bullet(&told(coming)));
    }
    let season = sheet.season.map(|season| match season.begins_in_sessions {
        _ if season.in_season => "earnings season".to_owned(),
        Some(sessions) if sessions <= lab::signals::AHEAD_SESSIONS => {
            format!("earnings season begins in {sessions} sessions")
        }
        _ => "no earnings season".to_owned(),
    });
    text.push_str(&bullet(&season.unwrap_or_else(|| NONE.to_owned())));
    text
}

fn told(coming: &Coming) -> String {
    let time = coming.time_new_york.as_ref();
    let time = time.map_or_else(String::new, |time| format!(" {time}"));
    let when = match coming.sessions {
        1 => "the next session".to_owned(),
        n => format!("in {n} sessions"),
    };
    let (kind, label) = (&coming.kind, &coming.label);
    // Some calendars name themselves in what happens, some do not.
    let what = if label.to_lowercase().contains(&kind.to_lowercase()) {
        label.clone()
    } else {
        format!("{kind}, {label}")
    };
    let basis = coming.basis.as_ref();
    let basis = basis.map_or_else(String::new, |basis| format!("; {basis}"));
    format!("{}{time}: {what} ({when}{basis})", coming.date)
}

fn changed(sheet: &SignalSheet) -> String {
    let Some(previous) = sheet.previous else {
        return String::new();
    };
    let mut text = format!("\nCHANGED since the close of {previous}\n");
    if sheet.changes.is_empty() {
        text.push_str("  - nothing\n");
    }
    text.extend(sheet.changes.iter().map(|&one| bullet(&change(one))));
    text
}
