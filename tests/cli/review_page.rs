//! `review --report`: the reviews as one page.

use std::fs;

use crate::support::*;

#[test]
fn reviews_are_a_page_with_every_row_and_no_markup_of_others() {
    let here = folder();
    let cwd = here.path();
    let text = plan_with(
        "name = \"mean-reversion\"",
        "name = \"<img src=x onerror=alert(1)>\"",
    );
    fs::write(cwd.join("plan.toml"), text).unwrap();
    let asked = [
        "review",
        "plan.toml",
        "--quarter",
        "2019Q4..2021Q2",
        "--report",
        "page.html",
    ];
    let table = says(cwd, &asked);
    let page = fs::read_to_string(cwd.join("page.html")).unwrap();
    assert!(page.contains("SIMULATED") && page.contains("The edge from review to review"));
    assert!(!page.contains("<img src=x") && page.contains("&lt;img src=x"));
    for quarter in [
        "2019-12-31",
        "2020-03-31",
        "2020-06-30",
        "2020-09-30",
        "2020-12-31",
        "2021-03-31",
        "2021-06-30",
    ] {
        assert!(
            page.contains(&format!("<th scope=\"row\">{quarter}</th>")),
            "{quarter}"
        );
    }
    let state = table
        .lines()
        .find_map(|line| line.strip_prefix("edge: "))
        .unwrap();
    let words = match state {
        "intact" => "The edge is intact",
        "too few trades" => "Too few trades to say",
        _ => "No edge was shown to begin with",
    };
    assert!(page.contains(words), "{state}");
    // Again: nothing is written anew, and the page is the same.
    says(cwd, &asked);
    assert_eq!(page, fs::read_to_string(cwd.join("page.html")).unwrap());
    fs::write(cwd.join("mine.html"), "mine").unwrap();
    refuses(
        cwd,
        &["review", "plan.toml", "--report", "mine.html"],
        &["mine.html"],
    );
    assert_eq!(fs::read_to_string(cwd.join("mine.html")).unwrap(), "mine");
}
