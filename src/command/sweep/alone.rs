//! The command that replays one combination of a sweep alone.

use lab::sweep::Setup;

use crate::args::PlanArgs;

/// The command that replays a combination alone, its parameters still to be added.
pub(crate) fn alone(which: &PlanArgs, setup: &Setup) -> String {
    let mut words = vec![
        "stormproof run".to_owned(),
        quoted(&which.scenario.display().to_string()),
    ];
    if let Some(tape) = &which.tape {
        words.push(format!("--tape {}", quoted(&tape.display().to_string())));
    }
    words.extend(which.set.iter().map(|set| format!("--set {}", quoted(set))));
    let searched = &setup.manifest.windows[..setup.manifest.searched];
    match searched {
        [window] if !setup.manifest.gates.is_empty() => {
            let kept: Vec<String> = setup
                .manifest
                .gates
                .iter()
                .map(|r| r.name.clone())
                .collect();
            if kept != setup.base.regimes {
                words.push(format!("--set {}", quoted(&format!("regimes={kept:?}"))));
            }
            words.push(format!("--regimes history={}..{}", window.from, window.to));
        }
        _ => match (&which.from, &which.to) {
            (Some(from), Some(to)) => words.push(format!("--from {from} --to {to}")),
            _ if which.regimes.is_empty() => {}
            _ => words.push(format!("--regimes {}", which.regimes.join(","))),
        },
    }
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(quoted("exit.stop_atr=1.5"), "exit.stop_atr=1.5");
        assert_eq!(quoted("my plan.toml"), "'my plan.toml'");
        assert_eq!(quoted("name=\"a\""), "'name=\"a\"'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("$(rm)"), "'$(rm)'");
        assert_eq!(quoted(""), "''");
    }
}
