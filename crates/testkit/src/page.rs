//! An answer of the application, and what tests ask of it. Asserts name the request and show the page's text.

use http::{HeaderMap, StatusCode, header};

/// One answer. HTML was checked when it was fetched.
pub struct Page {
    /// Method and address, for messages.
    pub about: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// Queries the request needed.
    pub queries: u32,
}

impl Page {
    pub(crate) fn new(
        about: String,
        is_part: bool,
        status: StatusCode,
        headers: HeaderMap,
        bytes: Vec<u8>,
    ) -> Self {
        let queries = headers.get("x-belde-queries").and_then(|value| value.to_str().ok()?.parse().ok());
        let page = Self { about, status, headers, bytes, queries: queries.unwrap_or(0) };
        page.check(is_part);
        page
    }

    /// Every HTML answer is a good page: see `page_check`.
    fn check(&self, is_part: bool) {
        let kind = self.header(header::CONTENT_TYPE.as_str());
        if !kind.starts_with("text/html") || self.bytes.is_empty() {
            return;
        }
        let html = self.html();
        let faults = if is_part { page_check::fragment(&html) } else { page_check::page(&html) };
        assert!(faults.is_empty(), "{} ({}):\n{}", self.about, self.status, faults.join("\n"));
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_string()
    }

    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.about, self.text()))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        self.status
            .is_redirection()
            .then(|| self.header(header::LOCATION.as_str()))
            .filter(|to| !to.is_empty())
    }

    /// What a person reads: the body without tags, white space pressed together.
    pub fn text(&self) -> String {
        let html = self.html();
        let mut text = String::new();
        let mut is_tag = false;
        for letter in html.chars() {
            match letter {
                '<' => is_tag = true,
                '>' if is_tag => {
                    is_tag = false;
                    text.push(' ');
                }
                _ if !is_tag => text.push(letter),
                _ => {}
            }
        }
        let text =
            text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Asserts the status.
    #[track_caller]
    pub fn status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} answered: {}", self.about, self.text());
        self
    }

    /// Asserts 200.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.status(200)
    }

    /// Asserts a redirect to this address.
    #[track_caller]
    pub fn leads_to(self, path: &str) -> Self {
        assert_eq!(
            self.location().as_deref(),
            Some(path),
            "{} ({}): {}",
            self.about,
            self.status,
            self.text()
        );
        self
    }

    /// Asserts that a person reads this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.text().contains(text), "{} does not say “{text}”: {}", self.about, self.text());
        self
    }

    /// Asserts that a person does not read this.
    #[track_caller]
    pub fn hides(self, text: &str) -> Self {
        assert!(!self.text().contains(text), "{} says “{text}”: {}", self.about, self.text());
        self
    }

    /// Asserts how many queries the request needed at most.
    #[track_caller]
    pub fn queries_at_most(self, most: u32) -> Self {
        assert!(self.queries <= most, "{} needed {} queries, not {most}", self.about, self.queries);
        self
    }

    /// What a browser sends when the form with this action is submitted as it stands, without a pressed button.
    pub fn sent_by(&self, action: &str) -> Vec<(String, String)> {
        page_check::sent_by(&self.html(), action)
    }

    /// The value of the first form field of this name, hidden ones too; `None` when there is none.
    pub fn value(&self, name: &str) -> Option<String> {
        let html = self.html();
        let sign = format!("name=\"{name}\"");
        let at = html.find(&sign)?;
        let start = html[..at].rfind('<')?;
        let end = at + html[at..].find('>')?;
        let tag = &html[start..end];
        let value = tag.split_once("value=\"")?.1.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Page {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"))]);
        Page::new("GET /".into(), false, StatusCode::OK, headers, body.into())
    }

    #[test]
    fn a_page_is_read_as_people_read_it() {
        let page = page("<h1>Ahmet &amp; Ayşe</h1>\n<p>iki\n  satır</p>");
        assert_eq!(page.text(), "Ahmet & Ayşe iki satır");
    }

    #[test]
    fn values_of_a_form_are_found_wherever_they_stand_in_the_tag() {
        let page = page(
            "<input type=\"hidden\" name=\"a\" value=\"1 &lt; 2\"><input value=\"x\" name=\"b\"><input name=\"c\">",
        );
        assert_eq!(page.value("a").as_deref(), Some("1 < 2"));
        assert_eq!(page.value("b").as_deref(), Some("x"));
        assert_eq!(page.value("c"), None);
        assert_eq!(page.value("d"), None);
    }

    #[test]
    #[should_panic(expected = "does not say")]
    fn a_missing_sentence_is_named() {
        page("<p>Merhaba</p>").says("Hoşça kalın");
    }
}
