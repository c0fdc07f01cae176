//! `stormproof new` and `stormproof rules`: what a newcomer meets first.

use std::fs;

use crate::support::{ends, folder, json, refuses, says, synth, text};

const EDGES: [&str; 4] = ["mean-reversion", "gap-momentum", "iron-condor", "rules"];

#[test]
fn each_scenario_runs_as_it_is_written() {
    let here = folder();
    for edge in EDGES {
        let said = text(&ends(here.path(), &["new", edge], 0).stderr);
        assert!(said.contains(&format!("wrote {edge}.toml")), "{said}");
        let file = format!("{edge}.toml");
        let written = fs::read_to_string(here.path().join(&file)).unwrap();
        assert!(written.starts_with('#') && written.matches('#').count() >= 10);
        assert!(
            written.contains(&format!("stormproof run {file}")),
            "{edge}"
        );
        // A run that trades: what a plan says about three windows is not nothing.
        let run = json(here.path(), &[&file]);
        let trades = |n: usize| run["regimes"][n]["figures"]["trades"].as_u64().unwrap();
        assert!(trades(0) + trades(1) + trades(2) >= 3, "{edge}");
    }
}

#[test]
fn the_condor_to_begin_with_runs_and_says_what_a_tape_lacks() {
    let here = folder();
    says(here.path(), &["new", "iron-condor", "--out", "calm.toml"]);
    let run = says(here.path(), &["run", "calm.toml"]);
    for word in ["SIMULATED", "MODEL", "if instead", "\nverdict: "] {
        assert!(run.contains(word), "{word}: {run}");
    }
    // The year before the first rank ends with the tape's 252nd session.
    let pooled = run.lines().find(|line| line.starts_with("pooled over "));
    let pooled = pooled.unwrap_or_else(|| panic!("{run}"));
    assert!(
        pooled.starts_with("pooled over 2017-06-30 to 2023-12-29: "),
        "{pooled}"
    );
    let tape = synth(here.path());
    for name in ["VIX", "VIX9D", "VIX3M", "DGS3MO"] {
        fs::remove_dir_all(tape.join(format!("series/name={name}"))).unwrap();
    }
    let lacks = ["no series VIX", "VIX3M", "DGS3MO", "tape", "import"];
    let args = ["run", "calm.toml", "--tape", "tape"];
    refuses(here.path(), &args, &lacks);
    // Made again, the same tape is whole again.
    let tape = synth(here.path());
    fs::remove_dir_all(tape.join("events/kind=fomc")).unwrap();
    let lacks = ["kind fomc", "these kinds: cpi, ism, nfp, reconstitution"];
    refuses(here.path(), &args, &lacks);
}

#[test]
fn the_rules_to_begin_with_are_ten_lines() {
    let here = folder();
    let text = says(here.path(), &["new", "rules", "--out", "-"]);
    let counts = |line: &&str| !line.is_empty() && !line.starts_with('#');
    assert!(text.lines().filter(counts).count() <= 10, "{text}");
}

#[test]
fn each_hint_of_the_rules_works_where_it_says() {
    let here = folder();
    let template = says(here.path(), &["new", "rules", "--out", "-"]);
    let key = |line: &str| line.split([' ', '=']).next().unwrap_or("").to_owned();
    let hints: Vec<&str> = template
        .lines()
        .filter_map(|line| line.strip_prefix("#   "))
        .filter(|line| line.contains(" = "))
        .collect();
    assert!(hints.len() >= 5, "{template}");
    for hint in &hints {
        let mut replaced = false;
        let mut plan: Vec<&str> = Vec::new();
        for line in template.lines() {
            let same = !line.starts_with('#') && key(line) == key(hint);
            replaced |= same;
            plan.push(if same { hint } else { line });
        }
        if !replaced {
            plan.push(hint);
        }
        // Selling first asks for the rate that the next hint gives.
        if hint.contains("short") {
            plan.push("costs = { borrow_rate = 0.01 }");
        }
        fs::write(here.path().join("tried.toml"), plan.join("\n")).unwrap();
        let args = ["check", "tried.toml", "--regimes", "covid-2020"];
        assert!(says(here.path(), &args).contains("It can run"), "{hint}");
    }
}

#[test]
fn nothing_is_overwritten_unless_told() {
    let here = folder();
    let mine = here.path().join("mine.toml");
    fs::write(&mine, "mine").unwrap();
    let args = ["new", "rules", "--out", "mine.toml"];
    refuses(here.path(), &args, &["mine.toml exists already", "--force"]);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    ends(here.path(), &[&args[..], &["--force"]].concat(), 0);
    assert!(
        fs::read_to_string(&mine)
            .unwrap()
            .contains("stormproof run mine.toml")
    );
    let to_folder = ["new", "rules", "--out", ".", "--force"];
    refuses(here.path(), &to_folder, &["not a regular file"]);
    // Standard output gets the same text, and no file appears.
    let printed = says(here.path(), &["new", "gap-momentum", "--out", "-"]);
    assert!(printed.contains("stormproof run my-plan.toml") && !here.path().join("-").exists());
}

#[test]
fn an_edge_that_is_none_is_told_the_nearest() {
    let here = folder();
    let said = text(&ends(here.path(), &["new", "mean-revesion"], 2).stderr);
    assert!(
        said.contains("'mean-reversion'") && said.contains("gap-momentum"),
        "{said}"
    );
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn the_language_is_printed_whole_and_by_the_word() {
    let here = folder();
    let all = says(here.path(), &["rules"]);
    for word in [
        "INDICATORS",
        "roc(n) or roc(x, n)",
        "KRE.change",
        "cross_above(a, b)",
        "warm-up n",
    ] {
        assert!(all.contains(word), "{word}");
    }
    assert!(all.lines().all(|line| line.chars().count() <= 80));
    let one = says(here.path(), &["rules", "roc"]);
    assert!(
        one.contains("x ÷ x[n] − 1.") && one.lines().count() == 5,
        "{one}"
    );
    let words: serde_json::Value =
        serde_json::from_str(&says(here.path(), &["rules", "--format", "json"])).unwrap();
    assert_eq!(words["schema"], 1);
    let listed = words["words"].as_array().unwrap();
    assert_eq!(listed.len(), all.matches(" e.g. ").count());
    refuses(
        here.path(),
        &["rules", "hihgest"],
        &["no word `hihgest`", "did you mean `highest`?"],
    );
    refuses(
        here.path(),
        &["rules", "\u{1b}[31m"],
        &["no word", "\\u{1b}"],
    );
}
