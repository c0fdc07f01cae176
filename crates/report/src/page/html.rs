//! Markup in which text stays text.
//!
//! What the program itself says of structure comes in as `&'static str`: tags, names of attributes, styles, scripts. Everything
//! that is only known at run time, the plan's name as well as a number, passes [`escape`] or the JSON of [`Html::data`].
//! There is no third way in.

use serde::Serialize;

use crate::error::ReportError;

/// An attribute and its value.
pub(crate) type Attribute<'a> = (&'static str, &'a str);

/// A piece of a page.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// Markup of the program's own.
    pub(crate) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape(text));
        self
    }

    /// Begins an element.
    pub(crate) fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) -> &mut Self {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.0.push_str(&escape(value));
            self.0.push('"');
        }
        self.0.push('>');
        self
    }

    /// Ends an element, and its line.
    pub(crate) fn close(&mut self, tag: &'static str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push_str(">\n");
        self
    }

    /// An element that holds text.
    pub(crate) fn element(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        text: &str,
    ) -> &mut Self {
        self.open(tag, attributes).text(text).close(tag)
    }

    /// Another piece, as it is.
    pub(crate) fn append(&mut self, piece: &Html) -> &mut Self {
        self.0.push_str(&piece.0);
        self
    }

    /// Data for the scripts, under an id. Nothing in it can end the element it is in.
    pub(crate) fn data(
        &mut self,
        id: &str,
        data: &impl Serialize,
    ) -> Result<&mut Self, ReportError> {
        let json = serde_json::to_string(data)?;
        self.open("script", &[("type", "application/json"), ("id", id)]);
        self.0.push_str(&inert(&json));
        Ok(self.close("script"))
    }

    /// The markup.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Text that is nothing but text, in an element or in an attribute in double quotes. Characters that are not allowed in HTML, and
/// those that turn the direction of writing round, are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c if (c.is_control() && c != '\n') || turns(c) => {}
            c => shown.push(c),
        }
    }
    shown
}

/// JSON without a character that HTML or an old script would take for its own: inside strings, where alone they occur, each has an
/// escape that reads back the same.
fn inert(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => shown.push_str("\\u003c"),
            '>' => shown.push_str("\\u003e"),
            '&' => shown.push_str("\\u0026"),
            '\u{2028}' => shown.push_str("\\u2028"),
            '\u{2029}' => shown.push_str("\\u2029"),
            c if turns(c) => {}
            c => shown.push(c),
        }
    }
    shown
}

const fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_and_attributes_cannot_leave_their_place() {
        let mut html = Html::default();
        html.element("p", &[("title", "\"><img onerror=x>")], "</p><script>");
        assert_eq!(
            html.into_string(),
            "<p title=\"&quot;&gt;&lt;img onerror=x&gt;\">&lt;/p&gt;&lt;script&gt;</p>\n"
        );
    }

    #[test]
    fn data_cannot_end_its_element_and_reads_back() {
        let mut html = Html::default();
        html.data("d", &["</script><!--&\u{2028}"]).unwrap();
        let text = html.into_string();
        let json = text.split_once('>').unwrap().1.split_once('<').unwrap().0;
        let read: Vec<String> = serde_json::from_str(json).unwrap();
        assert_eq!(read, ["</script><!--&\u{2028}"]);
    }

    #[test]
    fn numbers_that_are_none_are_null() {
        let mut html = Html::default();
        html.data("d", &[Some(1.5), None, Some(f64::NAN)]).unwrap();
        assert!(html.into_string().contains("[1.5,null,null]"));
    }

    proptest! {
        #[test]
        fn no_text_makes_markup(text in any::<String>()) {
            let mut html = Html::default();
            html.text(&text).element("b", &[("class", &text)], &text);
            html.data(&text, &text).unwrap();
            let page = html.into_string();
            // <b>, </b>, <script>, </script>.
            prop_assert_eq!((page.matches('<').count(), page.matches('>').count()), (4, 4));
            // class=, type=, id=: each in two quotes; of the JSON string its own two and those it escapes.
            let outside = page.split("<script").next().unwrap();
            prop_assert_eq!(outside.matches('"').count(), 2);
        }
    }
}
