//! What changed since the last review, and which of it moved the figures.

use market::Trade;

use super::desk::{Desk, DeskOptions};
use super::found::{Bridge, Changed, Changes, Inputs, Review, TradesTold};
use super::parameters::{differences, trades_otherwise};
use super::shelf::{Kept, Shelf};
use super::text::name_of;
use crate::error::Error;
use crate::scenario::Scenario;

/// The review under its name, with what it was compared with. One that is kept already is given as it is kept.
pub(super) fn compared(desk: &Desk<'_>, mut review: Review, shelf: &Shelf) -> Result<Kept, Error> {
    let name = name_of(&review)?;
    if let Some(kept) = shelf.named(&name) {
        return Ok(kept.clone());
    }
    let earlier: Vec<&Kept> = shelf.by(review.as_of).collect();
    review.earlier = earlier.iter().map(|kept| kept.name.clone()).collect();
    review.formerly = shelf.formerly().to_vec();
    if let Some(last) = earlier.last() {
        review.changes = Some(since(desk, &review, last)?);
    }
    review.file.clone_from(&name);
    Ok(Kept { name, review })
}

fn since(desk: &Desk<'_>, now: &Review, last: &Kept) -> Result<Changes, Error> {
    let then = &last.review;
    let parameters = differences(then, now);
    let mut changes = Changes {
        since: last.name.clone(),
        since_as_of: then.as_of,
        state_then: then.edge.state,
        sessions_more: desk.sessions_within(then.as_of, now.as_of),
        from_then: moved(then, now).then_some(then.baseline.from),
        sessions_moved: desk.sessions_within(then.baseline.from, now.baseline.from)
            + desk.sessions_within(now.baseline.from, then.baseline.from),
        revised: None,
        parameters,
        engine_then: (then.stormproof != now.stormproof).then(|| then.stormproof.clone()),
        figures: Vec::new(),
        not_attributed: None,
        inputs: inputs(&then.inputs, &now.inputs),
    };
    match attributed(desk, now, then, &changes) {
        Ok((revised, figures)) => {
            changes.revised = Some(revised);
            changes.figures = figures;
        }
        Err(Error::Interrupted) => return Err(Error::Interrupted),
        // The earlier plan may name what this tape, or this program, no longer has: that is said, and stops nothing.
        Err(error) => changes.not_attributed = Some(error.to_string()),
    }
    Ok(changes)
}

/// True if the history begins on another session.
fn moved(then: &Review, now: &Review) -> bool {
    then.baseline.from != now.baseline.from
}

/// Whether the data to the earlier date were revised, and the figures' way from then to now.
fn attributed(
    desk: &Desk<'_>,
    now: &Review,
    then: &Review,
    changes: &Changes,
) -> Result<(bool, Vec<Bridge>), Error> {
    let another = trades_otherwise(&changes.parameters);
    let begins = |since| {
        let options = DeskOptions {
            since,
            ..desk.options
        };
        Desk::open(&plan_of(then)?, &[], desk.tape, options)
    };
    let opened;
    let earlier = if another || moved(then, now) {
        // As it began then: what a longer tape adds before that is more data, and no revision.
        opened = begins(Some(then.baseline.from))?;
        &opened
    } else {
        desk
    };
    let (trades, fingerprint) = earlier.closed_by(then.as_of)?;
    let on_todays_data = TradesTold::of(&trades);
    let with_more = if another {
        let (trades, _): (Vec<Trade>, String) =
            begins(then.baseline.since)?.closed_by(now.as_of)?;
        TradesTold::of(&trades)
    } else {
        now.history.clone()
    };
    let revised = fingerprint != then.data.fingerprint;
    let steps = [&then.history, &on_todays_data, &with_more, &now.history].map(headline);
    let due_to = match (revised, changes.engine_then.is_some()) {
        (true, true) => "revised data and engine",
        (true, false) => "revised data",
        (false, true) => "engine",
        (false, false) => "nothing that is known",
    };
    let figure = |n: usize| {
        let [(name, was), (_, again), (_, more), (_, now)] =
            [0, 1, 2, 3].map(|step: usize| steps[step][n]);
        bridge(name, [was?, again?, more?, now?], due_to)
    };
    Ok((revised, (0..steps[0].len()).filter_map(figure).collect()))
}

/// The figures that are taken apart.
fn headline(told: &TradesTold) -> [(&'static str, Option<f64>); 5] {
    [
        ("trades", Some(told.trades as f64)),
        ("win_rate", told.win_rate),
        ("expectancy_r", told.expectancy_r),
        ("expectancy_usd", told.expectancy_usd),
        ("net_pnl_usd", Some(told.net_pnl_usd)),
    ]
}

fn bridge(figure: &str, [was, again, more, now]: [f64; 4], due_to: &str) -> Option<Bridge> {
    // Reading a number from a file may change its last digit.
    let step = |from: f64, to: f64| {
        let step = to - from;
        if step.abs() <= 1e-9 * from.abs().max(to.abs()) {
            0.0
        } else {
            step
        }
    };
    let revised_or_engine = step(was, again);
    let bridge = Bridge {
        figure: figure.to_owned(),
        was,
        revised_or_engine,
        due_to: if revised_or_engine == 0.0 {
            "nothing".to_owned()
        } else {
            due_to.to_owned()
        },
        more_data: step(again, more),
        parameters: step(more, now),
        now,
    };
    now.is_finite().then_some(bridge)
}

/// The plan of an earlier review, read as if it were a file.
fn plan_of(review: &Review) -> Result<Scenario, Error> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Error::fit(
            format!("the plan of the earlier review cannot be read: {error}"),
            "what changed the figures since then cannot be told apart",
        )
    };
    let table = toml::Table::try_from(&review.scenario).map_err(|e| unreadable(&e))?;
    let text = toml::to_string(&table).map_err(|e| unreadable(&e))?;
    Scenario::parse("the plan of the earlier review", &text, &[]).map_err(|e| unreadable(&e))
}

fn inputs(then: &Inputs, now: &Inputs) -> Vec<Changed> {
    let numbers = |of: &Inputs| {
        let cost = |of: &Inputs| of.costs.clone();
        [
            ("atr_usd", of.atr.map(|atr| atr.atr_usd)),
            ("atr_of_close", of.atr.map(|atr| atr.of_close)),
            ("cost_bps", cost(of).and_then(|cost| cost.bps)),
            ("cost_r", cost(of).and_then(|cost| cost.r)),
        ]
    };
    let both = numbers(then).into_iter().zip(numbers(now));
    both.filter_map(|((input, was), (_, now))| {
        Some(Changed {
            input: input.to_owned(),
            was: was?,
            now: now?,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_plan_is_read_back_from_its_document() {
        let shipped = [
            include_str!("../../../../scenarios/mean-reversion.toml"),
            include_str!("../../../../scenarios/mean-reversion-prior-low.toml"),
            include_str!("../../../../scenarios/mean-reversion-rules.toml"),
            include_str!("../../../../scenarios/mean-reversion-spread.toml"),
            include_str!("../../../../scenarios/gap-momentum.toml"),
            include_str!("../../../../scenarios/gap-momentum-2022.toml"),
            include_str!("../../../../scenarios/iron-condor.toml"),
        ];
        for text in shipped {
            let plan = Scenario::parse("plan.toml", text, &[]).unwrap();
            let value = super::super::made::resolved(&plan).unwrap();
            let table = toml::Table::try_from(&value).unwrap();
            let again = Scenario::parse("again", &toml::to_string(&table).unwrap(), &[])
                .unwrap_or_else(|e| panic!("{}: {e}", plan.name));
            assert_eq!(
                super::super::made::resolved(&again).unwrap(),
                value,
                "{}",
                plan.name
            );
        }
    }

    #[test]
    fn the_steps_add_up_and_say_what_they_are_due_to() {
        // 0.10 then; 0.12 on revised data; 0.09 with more of them; 0.15 with other settings.
        let found = bridge("expectancy_r", [0.10, 0.12, 0.09, 0.15], "revised data").unwrap();
        let sum = found.was + found.revised_or_engine + found.more_data + found.parameters;
        assert!((sum - found.now).abs() < 1e-12);
        assert!(
            (found.revised_or_engine - 0.02).abs() < 1e-12
                && (found.parameters - 0.06).abs() < 1e-12
        );
        assert_eq!(found.due_to, "revised data");
        let same = bridge("trades", [3.0, 3.0, 4.0, 4.0], "engine").unwrap();
        assert_eq!(
            (same.revised_or_engine, same.due_to.as_str()),
            (0.0, "nothing")
        );
        assert_eq!((same.more_data, same.parameters), (1.0, 0.0));
    }
}
