//! The page about the sections: head, marks, the bar that stays, footer, scripts.

use super::html::Html;
use super::policy;

pub(super) const STYLE: &str = include_str!("../../assets/page.css");
pub(super) const LIBRARY: &str = include_str!("../../vendor/echarts/echarts.min.js");
/// By which a page is known to be ours.
pub(super) const GENERATOR: &str = "<meta name=\"generator\" content=\"stormproof\">\n";
/// In order: each uses those before it.
pub(super) const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("../../assets/theme.js"),
    include_str!("../../assets/words.js"),
    include_str!("../../assets/parts.js"),
    include_str!("../../assets/price.js"),
    include_str!("../../assets/lines.js"),
    include_str!("../../assets/points.js"),
    include_str!("../../assets/charts.js"),
    include_str!("../../assets/trades.js"),
    include_str!("../../assets/start.js"),
);

/// A page under construction.
pub(crate) struct Shell {
    title: String,
    masthead: Html,
    /// The first word of each mark: it stays in view, and stands at the end too.
    words: Vec<String>,
    links: Vec<(String, String)>,
    main: Html,
}

impl Shell {
    /// A page called `title`; `kind` stands above it, `facts` below, and then `marks`: what nobody should miss.
    pub(crate) fn new(kind: &str, title: &str, facts: &[String], marks: &[String]) -> Self {
        let mut masthead = Html::default();
        masthead.element("p", &[("class", "soft")], kind);
        masthead.element("h1", &[], title);
        for fact in facts {
            masthead.element("p", &[("class", "facts")], fact);
        }
        for told in marks {
            masthead.open("p", &[("class", "mark"), ("role", "note")]);
            // The word itself, loud, and then what it means.
            match told.split_once(':') {
                Some((word, meaning)) => masthead.element("strong", &[], word).text(meaning),
                None => masthead.text(told),
            };
            masthead.close("p");
        }
        Self {
            title: title.to_owned(),
            masthead,
            words: marks
                .iter()
                .filter_map(|mark| Some(mark.split_once(':')?.0.to_owned()))
                .collect(),
            links: Vec::new(),
            main: Html::default(),
        }
    }

    /// A section `id` that the bar leads to as `label`, with its heading.
    pub(crate) fn section(&mut self, id: &str, label: &str, heading: &str, content: &Html) {
        self.links.push((id.to_owned(), label.to_owned()));
        self.main.open("section", &[("id", id)]);
        self.main.element("h2", &[], heading);
        self.main.append(content).close("section");
    }

    /// The same without a heading: the content has its own.
    pub(crate) fn bare_section(&mut self, id: &str, label: &str, content: &Html) {
        self.links.push((id.to_owned(), label.to_owned()));
        self.main.open("section", &[("id", id)]);
        self.main.append(content).close("section");
    }

    /// The whole page.
    pub(crate) fn finish(self) -> String {
        let mut page = Html::default();
        page.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .markup(GENERATOR);
        let allowed = policy::text();
        page.open(
            "meta",
            &[
                ("http-equiv", "Content-Security-Policy"),
                ("content", &allowed),
            ],
        );
        page.markup("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.markup("<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.element("title", &[], &self.title);
        page.markup("<style>")
            .markup(STYLE)
            .markup("</style>\n</head>\n<body>\n")
            .markup("<a class=\"skip\" href=\"#main\">Skip to the verdict</a>\n");
        page.open("header", &[("class", "masthead")]);
        page.append(&self.masthead).close("header");
        page.markup("<div class=\"bar\"><div><nav aria-label=\"Sections\">");
        for (id, label) in &self.links {
            page.element("a", &[("href", &format!("#{id}"))], label);
        }
        page.markup("</nav>");
        for word in &self.words {
            page.open("span", &[("class", "chip")])
                .text(word)
                .markup("</span>");
        }
        page.markup("<button type=\"button\" id=\"theme\" hidden>Dark</button></div></div>\n");
        page.markup("<main id=\"main\" tabindex=\"-1\">\n");
        page.markup("<noscript><p class=\"mark\">Charts, sorting and filters need JavaScript. The verdict and all tables do not. What only a chart shows, such as the distribution of R, the rolling Sharpe, or a sweep’s maps and parallel axes, is missing here.</p></noscript>\n");
        page.append(&self.main);
        page.markup("</main>\n").append(&footer(&self.words));
        page.markup("<script>")
            .markup(LIBRARY)
            .markup("</script>\n");
        page.markup("<script>").markup(SCRIPT).markup("</script>\n");
        page.markup("</body>\n</html>\n");
        page.into_string()
    }
}

fn footer(words: &[String]) -> Html {
    let mut html = Html::default();
    html.open("footer", &[("class", "foot")]);
    if !words.is_empty() {
        // A long page is read from its end, and printed pages are parted.
        html.open("p", &[("class", "mark")]);
        html.element("strong", &[], &words.join(", "))
            .text(" prices: no evidence about the plan.")
            .close("p");
    }
    html.element(
        "p",
        &[],
        concat!(
            "Written by stormproof ",
            env!("CARGO_PKG_VERSION"),
            ". This file is all there is: it asks no network for anything."
        ),
    );
    html.element(
        "p",
        &[],
        "What each figure means: docs/figures.md. A figure that is not defined is a dash.",
    );
    html.element(
        "p",
        &[],
        "Charts: Apache ECharts 6.1.0, copyright 2017–2026 The Apache Software Foundation, under the Apache License 2.0 (its notice is in this file); parts after D3, copyright 2010–2016 Mike Bostock, under the BSD 3-Clause License.",
    );
    html.close("footer");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_words_stay_in_the_bar() {
        let marks = [
            "SIMULATED: made up".to_owned(),
            "MODEL: reckoned".to_owned(),
        ];
        let page = Shell::new("kind", "title", &[], &marks).finish();
        let (_, bar) = page.split_once("<div class=\"bar\">").unwrap();
        let (bar, _) = bar.split_once("</div>").unwrap();
        for word in ["SIMULATED", "MODEL"] {
            let chip = format!("<span class=\"chip\">{word}</span>");
            assert!(bar.contains(&chip), "{bar}");
        }
    }
}
