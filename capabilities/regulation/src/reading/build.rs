//! Walks the marks in order and gives every byte an owner: parts, articles and numbered paragraphs here, lists in
//! `lists`, unmarked lines in `prose`, what only the end of the text can tell in `finish`.

use std::collections::HashMap;

use super::headings::{Place, is_like, words};
use super::lists::List;
use super::marks::{Mark, Sign};
use super::model::{Certainty, Kind, Leaf, MAX_NODES, Node, Reading, ReadingError, Role, Span};
use super::numbers::split_number;

/// Index kept for the title, whether or not the text has one.
pub const TITLE: u32 = 0;

/// Where the walk stands. `nodes[n].index == n` all along.
pub struct Builder<'a> {
    pub text: &'a str,
    pub marks: &'a [Mark],
    pub places: &'a [Place],
    pub nodes: Vec<Node>,
    pub furniture: Vec<Span>,
    pub unplaced: Vec<Span>,
    /// Letters alone on their lines that found no text yet.
    pub strays: Vec<(Vec<String>, Span, Option<u32>)>,
    /// Heading lines read for the article to come; whether they are surely its.
    pub headings: Vec<(Span, bool)>,
    /// The text numbers its parts and articles without the word MADDE.
    pub is_numbered: bool,
    pub part: Option<u32>,
    pub article: Option<u32>,
    pub paragraph: Option<u32>,
    /// Open lists, the clauses' first, sub-clauses' behind.
    pub lists: Vec<List>,
    /// Node the latest piece went to.
    pub current: u32,
    /// The next unmarked line belongs to `current` in any case.
    pub awaits_text: bool,
    /// A letter alone on its line whose text came before it.
    pub awaits_stray: Option<u32>,
    /// Bullets of this article were lost in conversion.
    pub is_lossy: bool,
    /// This article defines terms.
    pub defines: bool,
    /// Last visible character of the text so far, page furniture aside.
    pub last_char: Option<char>,
    /// Page furniture stands between the latest piece and this one.
    pub crossed_page: bool,
    /// Latest number of the articles counted together (`Geçici `, `7.`, nothing), and label of the latest part.
    last_articles: HashMap<String, u32>,
    last_part: Option<String>,
    /// Label of the latest numbered part or article of a text without MADDE.
    pub last_top: u32,
    /// Latest numbered paragraph of this article, and how many paragraphs of any kind it has.
    pub last_paragraph: u32,
    pub paragraphs: u32,
    is_full: bool,
}

/// Builds the nodes. Addresses, headings and extracts are filled in afterwards.
///
/// # Errors
/// `TooManyNodes`.
pub fn build(text: &str, marks: &[Mark], places: &[Place]) -> Result<Reading, ReadingError> {
    let has_articles = marks.iter().any(|mark| matches!(mark.sign, Sign::Article { .. }) && !mark.is_inline)
        || marks.iter().any(|mark| matches!(mark.sign, Sign::Article { .. }));
    let mut builder = Builder {
        text,
        marks,
        places,
        nodes: Vec::new(),
        furniture: Vec::new(),
        unplaced: Vec::new(),
        strays: Vec::new(),
        headings: Vec::new(),
        is_numbered: !has_articles,
        part: None,
        article: None,
        paragraph: None,
        lists: Vec::new(),
        current: TITLE,
        awaits_text: false,
        awaits_stray: None,
        is_lossy: false,
        defines: false,
        last_char: None,
        crossed_page: false,
        last_articles: HashMap::new(),
        last_part: None,
        last_top: 0,
        last_paragraph: 0,
        paragraphs: 0,
        is_full: false,
    };
    builder.open(Kind::Title, None, String::new());
    for at in 0..marks.len() {
        builder.take(at);
        if builder.is_full {
            return Err(ReadingError::TooManyNodes { limit: MAX_NODES });
        }
    }
    Ok(builder.finish())
}

impl<'a> Builder<'a> {
    /// The bytes of mark `at`: from it to the next, so that every byte has one mark. The first takes what is before it.
    pub fn span(&self, at: usize) -> Span {
        let start = if at == 0 { 0 } else { self.marks[at].start };
        Span::new(start, self.marks.get(at + 1).map_or(self.text.len(), |next| next.start))
    }

    /// The words of mark `at`, dressing and white space off.
    pub fn words(&self, at: usize) -> &'a str {
        words(self.text, self.marks, at)
    }

    /// The next mark that is no furniture.
    pub fn next(&self, at: usize) -> Option<usize> {
        (at + 1..self.marks.len()).find(|&after| self.marks[after].sign != Sign::Furniture)
    }

    fn take(&mut self, at: usize) {
        let mark = &self.marks[at];
        if mark.sign == Sign::Furniture {
            self.furniture.push(self.span(at));
            self.crossed_page = true;
            return;
        }
        match &mark.sign {
            Sign::Part(label) => self.take_part(at, label),
            Sign::Article { label, guessed } => self.take_article(at, label, *guessed),
            _ if self.is_front() && !self.is_top_number(at) => self.take_front(at),
            Sign::Paragraph(label) => self.take_paragraph(at, label),
            Sign::Dotted(label) => self.take_dotted(at, label),
            Sign::Number { label, .. } if self.is_top_number(at) => self.take_top(at, label),
            Sign::Number { label, close } => self.take_number(at, label, *close),
            Sign::Letter { labels, close } => self.take_letter(at, labels, *close),
            Sign::Stray(guesses) => self.take_stray(at, guesses),
            Sign::Bullet(bullet) => self.take_bullet(at, *bullet),
            Sign::Lost | Sign::Soft | Sign::Term | Sign::Text => self.take_prose(at),
            Sign::Furniture => {}
        }
        let last = self.words(at).trim_end_matches(['”', '"', '’', '»', '*', '_', ' ']).chars().next_back();
        self.last_char = last.or(Some('\0'));
        self.crossed_page = false;
    }

    fn is_front(&self) -> bool {
        self.part.is_none() && self.article.is_none()
    }

    /// Before the first part or article everything is the title's, unless it is the heading of what comes.
    fn take_front(&mut self, at: usize) {
        match self.places[at] {
            Place::OfArticleBelow { is_sure } => self.headings.push((self.span(at), is_sure)),
            _ => self.add(TITLE, self.span(at), Role::Text),
        }
    }

    fn take_part(&mut self, at: usize, label: &str) {
        self.flush_headings();
        self.drop_empty_twin(label);
        let node = self.open(Kind::Part, None, label.to_owned());
        (self.part, self.article, self.paragraph) = (Some(node), None, None);
        self.lists.clear();
        self.add_marked(node, at, Role::Heading);
        let before = self.last_part.replace(label.to_owned()).and_then(|before| before.parse::<u32>().ok());
        if let Some(wanted) = before.map(|before| before + 1).filter(|&wanted| label.parse() != Ok(wanted)) {
            self.doubt(node, &format!("Bölüm sırası bozuk: burada {wanted}. bölüm beklenirdi."));
        }
    }

    /// A part printed twice with nothing between (a cover before the text) is part of the title the first time.
    fn drop_empty_twin(&mut self, label: &str) {
        let is_twin = self.nodes.last().is_some_and(|last| last.kind == Kind::Part && last.label == label);
        if is_twin && self.nodes.len() == 2 {
            self.last_part = None;
            if let Some(cover) = self.nodes.pop() {
                for leaf in cover.leaves {
                    self.add(TITLE, leaf.span, Role::Text);
                }
            }
        }
    }

    fn take_article(&mut self, at: usize, label: &str, guessed: bool) {
        let (stem, number) = split_number(label);
        let in_order = number == self.last_articles.get(&stem).map_or(1, |last| last + 1);
        let is_shouted = self.text[self.marks[at].start..]
            .trim_start_matches(['#', '*', ' ', '-'])
            .chars()
            .nth(1)
            .is_some_and(char::is_uppercase);
        let has_heading = !self.headings.is_empty();
        // A number out of turn, inside a line or in small letters, is a reference to an article, not an article.
        let mark = &self.marks[at];
        let is_closed = self.text[mark.start..mark.body].contains(['-', '–', '—', ':', ')']);
        let is_reference = mark.is_inline || !(is_shouted || is_closed);
        if !in_order && !has_heading && is_reference {
            return self.extend(at);
        }
        let article = self.open(Kind::Article, self.part, label.to_owned());
        self.enter_article(article);
        self.last_articles.insert(stem, number);
        let mut heading = String::new();
        for (span, is_sure) in std::mem::take(&mut self.headings) {
            heading.push_str(span.of(self.text));
            self.add(article, span, Role::Heading);
            if !is_sure {
                self.doubt(article, "Üstteki satırın bu maddenin başlığı olduğu kesin değil.");
            }
        }
        let is_heading = matches!(self.places[at], Place::OfArticleAbove { .. });
        let role = if is_heading { Role::Heading } else { Role::Text };
        self.add_marked(article, at, role);
        self.defines = super::prose::is_about_terms(&heading);
        if self.places[at] == (Place::OfArticleAbove { is_sure: false }) {
            self.doubt(article, "Madde numarasından sonraki sözler başlık sayıldı.");
        }
        if guessed {
            self.doubt(article, "Madde sözcüğü ya da numarası hatalı taranmış.");
        }
        if !in_order {
            self.doubt(article, "Madde numarası sıraya uymuyor.");
        }
    }

    fn take_paragraph(&mut self, at: usize, label: &str) {
        let number: u32 = label.parse().unwrap_or(0);
        let last = self.last_paragraph;
        let in_order = number == last + 1;
        if self.article.is_none() || (!in_order && (self.marks[at].is_inline || number == 0)) {
            self.extend(at);
            return;
        }
        if number == 1 && last > 0 && !self.lists.is_empty() {
            self.take_number(at, label, '(');
            return;
        }
        let node = self.open(Kind::Paragraph, self.article, label.to_owned());
        self.paragraph = Some(node);
        (self.last_paragraph, self.paragraphs) = (number, self.paragraphs + 1);
        self.lists.clear();
        let role = if self.is_paragraph_heading(at) { Role::Heading } else { Role::Text };
        self.add_marked(node, at, role);
        if !in_order {
            self.doubt(node, "Fıkra numarası sıraya uymuyor.");
        }
    }

    pub(super) fn enter_article(&mut self, article: u32) {
        (self.article, self.paragraph) = (Some(article), None);
        (self.last_paragraph, self.paragraphs) = (0, 0);
        self.lists.clear();
        (self.is_lossy, self.defines) = (false, false);
    }

    fn is_paragraph_heading(&self, at: usize) -> bool {
        let raw = self.marks[at].rest(self.text).trim_end();
        let words = self.words(at);
        let is_dressed = raw.ends_with("**") && (raw.starts_with("**") || self.marks[at].prefix.is_dressed);
        let below = self.next(at).map(|below| &self.marks[below]);
        let stands_alone = below.is_some_and(|below| {
            below.sign == Sign::Text && below.is_apart && below.line > self.marks[at].line
        });
        is_like(words)
            && !words.contains("**")
            && words.split_whitespace().count() <= 10
            && (is_dressed || (stands_alone && !words.ends_with(':')))
    }

    /// New node; it becomes the current one.
    pub fn open(&mut self, kind: Kind, parent: Option<u32>, label: String) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.is_full |= self.nodes.len() >= MAX_NODES;
        self.nodes.push(Node {
            index,
            parent,
            kind,
            label,
            also: Vec::new(),
            address: String::new(),
            aliases: Vec::new(),
            address_tr: String::new(),
            heading: None,
            leaves: Vec::new(),
            certainty: Certainty::Certain,
        });
        self.current = index;
        self.awaits_text = false;
        index
    }

    /// Gives a piece to a node, joined to its last one when they touch and are for the same.
    pub fn add(&mut self, node: u32, span: Span, role: Role) {
        self.current = node;
        let leaves = &mut self.nodes[node as usize].leaves;
        match leaves.last_mut() {
            _ if span.is_empty() => {}
            Some(last) if last.role == role && last.span.end == span.start => last.span.end = span.end,
            _ => leaves.push(Leaf { span, role }),
        }
    }

    /// Gives the mark itself to a node as marker and its words as `role`.
    pub fn add_marked(&mut self, node: u32, at: usize, role: Role) {
        let span = self.span(at);
        let body = if self.words(at).is_empty() {
            span.end
        } else {
            self.marks[at].body.clamp(span.start, span.end)
        };
        self.add(node, Span::new(span.start, body), Role::Marker);
        self.add(node, Span::new(body, span.end), role);
    }

    /// The mark was none: its bytes go on with what came before.
    pub fn extend(&mut self, at: usize) {
        let leaves = &self.nodes[self.current as usize].leaves;
        let is_heading =
            self.marks[at].is_inline && leaves.last().is_some_and(|leaf| leaf.role == Role::Heading);
        let role = if is_heading { Role::Heading } else { Role::Text };
        self.add(self.current, self.span(at), role);
    }

    /// Marks a node uncertain; reasons add up.
    pub fn doubt(&mut self, node: u32, why_tr: &str) {
        let certainty = &mut self.nodes[node as usize].certainty;
        let why_tr = match certainty {
            Certainty::Uncertain { why_tr: before } if before.contains(why_tr) => return,
            Certainty::Uncertain { why_tr: before } => format!("{before} {why_tr}"),
            Certainty::Certain => why_tr.to_owned(),
        };
        *certainty = Certainty::Uncertain { why_tr };
    }
}
