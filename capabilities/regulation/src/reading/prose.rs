//! Lines without a mark of their own, and marks only a converter made: is this a heading, a new paragraph, a clause
//! whose mark was lost, or the sentence going on?

use super::build::Builder;
use super::headings::{Place, is_like, is_shouted};
use super::letters::{follows, near, skeleton, successors};
use super::lists::Form;
use super::marks::Sign;
use super::model::{Kind, Role};

/// Longest term of a definition, in words.
const TERM_WORDS: usize = 6;

/// Whether a heading or an opening sentence announces definitions.
pub fn is_about_terms(words: &str) -> bool {
    let head = words.char_indices().nth(300).map_or(words, |(at, _)| &words[..at]);
    let folded = skeleton(head);
    let mut parts = folded.split(|letter: char| !letter.is_alphabetic());
    folded.trim_end().ends_with("gecen;")
        || folded.trim_end().ends_with("gecen:")
        || parts.any(|word| near(word, "tanimlar") || near(word, "tanimlari") || word == "tanim")
}

impl Builder<'_> {
    pub(super) fn take_prose(&mut self, at: usize) {
        let mark = &self.marks[at];
        match (self.places[at], &mark.sign) {
            (Place::OfPart, _) => {
                let part = self.part.unwrap_or(self.current);
                return self.add(part, self.span(at), Role::Heading);
            }
            (Place::OfArticleBelow { is_sure }, _) => return self.headings.push((self.span(at), is_sure)),
            (Place::OfArticleAbove { .. }, _) => {
                let article = self.current;
                self.defines = is_about_terms(self.words(at));
                return self.add(article, self.span(at), Role::Heading);
            }
            (Place::Body, Sign::Soft) => return self.take_soft(at),
            (Place::Body, Sign::Term) => return self.take_term(at),
            (Place::Body, _) => {}
        }
        if std::mem::take(&mut self.awaits_text) {
            return self.extend(at);
        }
        if self.is_text_of_stray(at)
            || self.is_definition(at)
            || self.is_lost_bullet(at)
            || self.is_lost_letter(at)
        {
            return;
        }
        if self.is_inner_heading(at) {
            return self.start_paragraph(at, Role::Heading);
        }
        if self.is_new_paragraph(at) {
            self.start_paragraph(at, Role::Text);
            if self.crossed_page {
                self.doubt(self.current, "Sayfa sonundan sonra yeni paragraf sayıldı.");
            }
            return;
        }
        self.extend(at);
        if self.lists.is_empty() && is_about_terms(self.words(at)) {
            self.defines = true;
        }
    }

    /// Two clauses on one line with the mark between them lost.
    fn take_soft(&mut self, at: usize) {
        let in_bullets = self.lists.first().is_some_and(|list| list.form == Form::Bullet);
        if !(self.is_lossy && in_bullets) || self.defines {
            return self.extend(at);
        }
        self.add_item(at, 0, "", '•');
        self.doubt(self.current, "Aynı satırda birden çok bent var; imi kaybolmuş.");
    }

    fn take_term(&mut self, at: usize) {
        let in_letters = self.lists.first().is_some_and(|list| list.form != Form::Bullet);
        if !self.defines_terms() || in_letters || self.lists.is_empty() {
            return self.extend(at);
        }
        self.add_item(at, 0, "", '•');
        self.doubt(self.current, "Aynı satırda birden çok tanım var.");
    }

    fn defines_terms(&self) -> bool {
        self.defines
    }

    /// `Müdür : Park Müdürünü` in an article that defines terms without lettering them.
    fn is_definition(&mut self, at: usize) -> bool {
        let in_letters = self.lists.first().is_some_and(|list| list.form != Form::Bullet);
        if !self.defines_terms() || in_letters || self.clause_holder().is_none() || self.marks[at].is_inline {
            return false;
        }
        let words = self.words(at);
        let Some((term, _)) = words.split_once(':') else { return false };
        let is_term = term.len() <= 120 && term.split_whitespace().count() <= TERM_WORDS && is_like(term);
        if !is_term {
            return false;
        }
        self.add_unmarked(at);
        true
    }

    /// Opens a bullet item for a line that has none.
    fn add_unmarked(&mut self, at: usize) {
        if self.lists.is_empty() {
            self.start_list(at, Form::Bullet, "", '•', false);
        } else {
            self.add_item(at, 0, "", '•');
        }
    }

    /// In a list whose bullets a converter lost, a line that starts with a capital after a comma is a clause.
    fn is_lost_bullet(&mut self, at: usize) -> bool {
        let in_bullets = self.lists.first().is_some_and(|list| list.form == Form::Bullet);
        if !self.is_lossy || !in_bullets || self.marks[at].is_inline {
            return false;
        }
        let words = self.words(at);
        let opens = words.chars().next().is_some_and(char::is_uppercase);
        let is_short = |words: &str| words.len() < 80 && words.split_whitespace().count() <= 4;
        let before =
            self.nodes[self.current as usize].leaves.last().map_or("", |leaf| leaf.span.of(self.text).trim());
        let ends = matches!(self.last_char, Some(',' | ';'));
        let names = is_short(words) && is_short(before) && self.last_char.is_some_and(char::is_alphabetic);
        if !opens || !(ends || names) || (names && self.opens_list_below(at)) {
            return false;
        }
        self.add_item(at, 0, "", '•');
        self.doubt(self.current, "Bendin imi metinde kaybolmuş; satır başına göre ayrıldı.");
        true
    }

    /// In a lettered list, an item whose letter OCR lost.
    fn is_lost_letter(&mut self, at: usize) -> bool {
        let in_letters = self.lists.len() == 1 && self.lists[0].form == Form::Letter;
        if !in_letters || self.marks[at].is_inline || self.lists[0].lost.len() >= 8 {
            return false;
        }
        let words = self.words(at);
        let opens = words.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit());
        let after_item = matches!(self.last_char, Some(',' | ';'));
        let was_lost = !self.lists[0].lost.is_empty();
        let is_mark = self.marks[at].sign == Sign::Lost;
        let is_line = opens && after_item && (self.marks[at].is_apart || was_lost) && !self.crossed_page;
        if !(is_mark && after_item || is_line && self.lists[0].close == '.') {
            return false;
        }
        self.add_lost(at);
        true
    }

    /// OCR put the text first and its letter on a line below: `Sisteme girme,` over `a.` over `b. …`.
    fn is_text_of_stray(&mut self, at: usize) -> bool {
        let Some(stray) = self.next(at).filter(|_| !self.marks[at].is_inline) else { return false };
        let Sign::Stray(guesses) = &self.marks[stray].sign else { return false };
        let has_text_below = self.next(stray).is_some_and(|below| self.marks[below].sign == Sign::Text);
        let expected = guesses.iter().find(|guess| match self.lists.last() {
            Some(list) => list.form == Form::Letter && follows(&list.last, guess),
            None => *guess == "a",
        });
        let Some(guess) = expected.cloned() else { return false };
        if has_text_below || !self.marks[at].is_apart || self.clause_holder().is_none() {
            return false;
        }
        if self.lists.is_empty() {
            self.start_list(at, Form::Letter, &guess, '.', false);
        } else {
            self.add_item(at, self.lists.len() - 1, &guess, '.');
        }
        self.awaits_stray = Some(self.current);
        self.doubt(self.current, "Bendin harfi metnin altındaki satırda basılmış.");
        true
    }

    pub(super) fn take_stray(&mut self, at: usize, guesses: &[String]) {
        if let Some(node) = self.awaits_stray.take() {
            let current = self.current;
            self.add(node, self.span(at), Role::Marker);
            self.current = current;
            return;
        }
        let below = self.next(at).filter(|&below| self.marks[below].sign == Sign::Text);
        let list = self.lists.last().filter(|list| list.form == Form::Letter && list.lost.is_empty());
        if let (Some(below), Some(list)) = (below, list) {
            let expected = successors(&list.last);
            let printed = expected.iter().find(|label| guesses.contains(label)).cloned();
            if let Some(label) = printed.or_else(|| self.letter_before_next(below, &expected)) {
                let guess = guesses.first().map_or("", String::as_str);
                self.add_item(at, self.lists.len() - 1, &label, '.');
                self.awaits_text = true;
                self.doubt(
                    self.current,
                    &format!("Harf “{guess}” olarak taranmış; sıraya göre “{label}” bendi sayıldı."),
                );
                return;
            }
        }
        let is_start =
            below.is_some() && self.lists.is_empty() && guesses[0] == "a" && self.clause_holder().is_some();
        if is_start {
            self.start_list(at, Form::Letter, "a", '.', false);
            self.awaits_text = true;
            return;
        }
        let span = self.span(at);
        self.strays.push((guesses.to_vec(), span, self.clause_holder()));
    }

    /// Of the letters expected here, the one the next printed letter follows.
    fn letter_before_next(&self, at: usize, expected: &[String]) -> Option<String> {
        let ahead = (at + 1..self.marks.len()).take(40).find_map(|after| match &self.marks[after].sign {
            Sign::Letter { labels, .. } => Some(labels),
            _ => None,
        });
        let fits = |label: &&String| ahead.is_some_and(|next| next.iter().any(|next| follows(label, next)));
        expected.iter().find(fits).or(expected.first()).cloned()
    }

    /// `SORUMLULUKLAR` on a line of its own inside an article.
    fn is_inner_heading(&self, at: usize) -> bool {
        let words = self.words(at);
        let mark = &self.marks[at];
        let is_dressed = mark.prefix.is_dressed && self.span(at).of(self.text).trim_end().ends_with("**");
        let below = self.next(at);
        // Without space above, capitals are a heading only where a new sentence begins below them.
        let opens_below = below.is_some_and(|below| {
            self.marks[below].sign == Sign::Text
                && self.words(below).chars().next().is_some_and(char::is_uppercase)
                && !is_shouted(self.words(below))
        });
        let own = self.nodes[self.current as usize].leaves.last();
        let is_long = words.chars().filter(|letter| letter.is_uppercase()).count() >= 8
            && own.is_some_and(|leaf| leaf.role == Role::Text);
        let stands_out = (is_shouted(words) && (mark.is_apart || (is_long && opens_below)))
            || (is_dressed && is_like(words) && mark.is_apart);
        let is_sentence_over = !matches!(self.last_char, Some(',' | '-'));
        let below =
            below.is_some_and(|below| self.marks[below].sign == Sign::Text || self.marks[below].is_apart);
        self.article.is_some()
            && !mark.is_inline
            && stands_out
            && is_sentence_over
            && below
            && is_like(words)
            && words.split_whitespace().count() <= 10
    }

    /// A new paragraph without a number: set apart after a full stop, or the opening of another list.
    fn is_new_paragraph(&self, at: usize) -> bool {
        let mark = &self.marks[at];
        let words = self.words(at);
        let opens = words.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit());
        let is_set_off = mark.is_apart || self.ends_names(at);
        let Some(holder) = self.article.filter(|_| opens && !mark.is_inline && is_set_off) else {
            return false;
        };
        let has_words = self.nodes[holder as usize].leaves.iter().any(|leaf| leaf.role == Role::Text)
            || !self.lists.is_empty();
        let after_stop = matches!(self.last_char, Some('.' | '!' | '?'));
        has_words && !self.defines && (after_stop || (!self.lists.is_empty() && self.opens_list_below(at)))
    }

    /// Whether a list of names without stops (`Şef`, `Memur`) ends here, and the line opens another list.
    fn ends_names(&self, at: usize) -> bool {
        let in_bullets = self.lists.first().is_some_and(|list| list.form == Form::Bullet);
        in_bullets && self.last_char.is_some_and(char::is_alphabetic) && self.opens_list_below(at)
    }

    /// Whether the line announces a list that begins right below it.
    fn opens_list_below(&self, at: usize) -> bool {
        let announces = self.words(at).ends_with(['.', ':', ';']);
        let below = self.next(at).map(|below| &self.marks[below].sign);
        announces
            && match below {
                Some(Sign::Bullet(_)) => true,
                Some(Sign::Letter { labels, .. }) => labels[0] == "a",
                Some(Sign::Number { label, .. }) => label == "1",
                _ => false,
            }
    }

    fn start_paragraph(&mut self, at: usize, role: Role) {
        let Some(article) = self.article else { return self.extend(at) };
        self.paragraphs += 1;
        let node = self.open(Kind::Paragraph, Some(article), format!("§{}", self.paragraphs + 1));
        let is_annex = skeleton(self.words(at).split([' ', '-', ':']).next().unwrap_or("")) == "ek";
        if role == Role::Heading && is_annex {
            self.doubt(node, "Ek, son maddenin altında kaldı; yerini denetleyin.");
        }
        self.paragraph = Some(node);
        self.lists.clear();
        self.add(node, self.span(at), role);
    }

    /// Headings read for an article that never came go back to where they stood.
    pub(super) fn flush_headings(&mut self) {
        for (span, _) in std::mem::take(&mut self.headings) {
            self.add(self.current, span, Role::Text);
        }
    }
}
