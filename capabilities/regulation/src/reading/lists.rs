//! Lists of clauses: which letter, number or bullet opens the next clause, which one opens a list below it, and which
//! is only a letter in a sentence.

use super::build::Builder;
use super::letters::{between, follows, nth_letter, roman};
use super::marks::Sign;
use super::model::{Kind, Role};
use super::scan::Bullet;

/// Most lists open inside one another.
pub const DEEPEST: usize = 4;

/// How the items of a list are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Letter,
    Roman,
    Number,
    Bullet,
}

/// A list whose next item may still come.
#[derive(Debug, Clone)]
pub struct List {
    /// Node the items stand under.
    pub holder: u32,
    pub kind: Kind,
    pub form: Form,
    pub close: char,
    /// Label of the last item whose mark was printed.
    pub last: String,
    /// Last item.
    pub current: u32,
    /// Items so far marked with a bullet, or with nothing.
    pub bullets: Vec<u32>,
    /// Items since `last` whose letter is lost.
    pub lost: Vec<u32>,
}

impl List {
    /// A list of dotted numbers below a paragraph (`7.6.9.1`).
    pub fn numbered(holder: u32, kind: Kind, current: u32, label: &str) -> Self {
        let (bullets, lost) = (Vec::new(), Vec::new());
        Self { holder, kind, form: Form::Number, close: '.', last: label.to_owned(), current, bullets, lost }
    }
}

impl Builder<'_> {
    /// Where clauses hang: the open paragraph, the article, or a numbered part with words of its own.
    pub fn clause_holder(&self) -> Option<u32> {
        self.paragraph.or(self.article).or(self.part)
    }

    /// Whether what stands directly above asks for a list below itself.
    fn asks_for_list(&self) -> bool {
        self.last_char == Some(':')
    }

    /// Whether an enumeration may start here: after a stop, or at the start of a provision, or set apart.
    fn may_start_list(&self, at: usize) -> bool {
        let after_stop = matches!(self.last_char, Some(':' | ';' | ',' | '.' | '\0' | ')') | None);
        let mark = &self.marks[at];
        after_stop
            || mark.is_chained
            || (!mark.is_inline && (mark.is_apart || mark.prefix.bullet.is_some() || self.lists.is_empty()))
    }

    pub(super) fn take_letter(&mut self, at: usize, labels: &[String], close: char) {
        let mark = &self.marks[at];
        if let Some((depth, label)) = self.continued(labels, close) {
            let fits = !mark.is_inline || mark.is_chained || self.lists[depth].close == close;
            if fits {
                return self.add_item(at, depth, &label, close);
            }
        }
        if self.repeats_dotless_i(labels) && !mark.is_inline {
            return self.add_after_dotless_i(at, close);
        }
        let printed = labels.first().map_or("", String::as_str);
        let starts_roman = printed == "i" && self.lists.last().is_some_and(|list| list.form == Form::Letter);
        // "aa" opens a third level; after z it goes on with the first, and was taken above.
        let starts_doubled = printed == "aa" && self.asks_for_list() && !self.lists.is_empty();
        let starts = printed == "a" || starts_roman || starts_doubled;
        if starts
            && self.may_start_list(at)
            && (!mark.is_inline || mark.is_chained || matches!(self.last_char, Some(':' | ';')))
        {
            let form = if starts_roman { Form::Roman } else { Form::Letter };
            let in_numbers = self.lists.last().is_some_and(|list| list.form == Form::Number);
            let goes_below = !self.lists.is_empty() && (starts_roman || in_numbers || self.asks_for_list());
            return self.start_list(at, form, printed, close, goes_below);
        }
        if mark.is_inline || (self.lists.is_empty() && close != ')') {
            return self.extend(at);
        }
        self.take_broken_letter(at, labels, close);
    }

    /// The innermost open list this label goes on, and the label as it reads there.
    fn continued(&self, labels: &[String], close: char) -> Option<(usize, String)> {
        let fits = |list: &List, label: &String| match list.form {
            Form::Roman => roman(label).is_some() && roman(label) == roman(&list.last).map(|last| last + 1),
            Form::Letter if list.lost.is_empty() => follows(&list.last, label),
            Form::Letter => between(&list.last, label, list.lost.len()).is_some(),
            Form::Number | Form::Bullet => false,
        };
        let find = |same_close: bool| {
            self.lists.iter().enumerate().rev().find_map(|(depth, list)| {
                let label = labels.iter().find(|label| fits(list, label))?;
                (!same_close || list.close == close).then(|| (depth, label.clone()))
            })
        };
        find(true).or_else(|| find(false))
    }

    /// `h) i) i) j)`: the first `i` was a dotless one before a converter met it.
    fn repeats_dotless_i(&self, labels: &[String]) -> bool {
        let Some(list) = self.lists.first().filter(|list| list.form == Form::Letter && list.last == "i")
        else {
            return false;
        };
        let siblings = self
            .nodes
            .iter()
            .rev()
            .take(64)
            .filter(|node| node.parent == Some(list.holder) && node.kind == list.kind);
        let before = siblings.take(2).nth(1).map(|node| node.label.as_str());
        labels.iter().any(|label| label == "i") && matches!(before, Some("h" | "ğ"))
    }

    fn add_after_dotless_i(&mut self, at: usize, close: char) {
        let first = self.lists[0].current;
        let node = &mut self.nodes[first as usize];
        node.label = "ı".into();
        node.also = vec!["i".into()];
        self.doubt(first, "Metinde “i” basılmış; ardından yeniden “i” geldiği için “ı” bendi sayıldı.");
        self.add_item(at, 0, "i", close);
    }

    /// A letter at the start of a line that no open list expects.
    fn take_broken_letter(&mut self, at: usize, labels: &[String], close: char) {
        let Some(label) = labels.first().filter(|label| label.chars().count() <= 2).cloned() else {
            return self.extend(at);
        };
        let Some(list) = self.lists.first() else {
            if self.clause_holder().is_none() || !self.may_start_list(at) {
                return self.extend(at);
            }
            self.start_list(at, Form::Letter, &label, close, false);
            return self
                .doubt(self.current, &format!("Liste “{label}” harfiyle başlıyor; öncesi eksik olabilir."));
        };
        if list.close != close && list.form != Form::Bullet && close != ')' {
            return self.extend(at);
        }
        let (was_bullets, last) = (list.form == Form::Bullet, list.last.clone());
        self.lists.truncate(1);
        if was_bullets {
            self.name_bullets(&label);
            return self.add_item(at, 0, &label, close);
        }
        self.add_item(at, 0, &label, close);
        self.doubt(self.current, &format!("Harf sırası bozuk: “{last}” bendinden sonra “{label}” geliyor."));
    }

    /// Bullets before the letter `label` had letters once; by place they get them as a second reading.
    fn name_bullets(&mut self, label: &str) {
        let bullets = self.lists[0].bullets.clone();
        for (number, &bullet) in bullets.iter().enumerate() {
            let Some(letter) = nth_letter(number + 1).filter(|letter| letter != label) else { break };
            self.nodes[bullet as usize].also = vec![letter];
            self.doubt(
                bullet,
                &format!("Bendin harfi metinde kaybolmuş; imlerden sonra “{label}” bendi geliyor."),
            );
        }
    }

    pub(super) fn take_number(&mut self, at: usize, label: &str, close: char) {
        let number: u32 = label.parse().unwrap_or(0);
        let mark = &self.marks[at];
        let continued = self.lists.iter().rposition(|list| {
            list.form == Form::Number && list.last.parse() == Ok(number.wrapping_sub(1)) && number > 0
        });
        if let Some(depth) = continued.filter(|&depth| !mark.is_inline || self.lists[depth].close == close) {
            return self.add_item(at, depth, label, close);
        }
        let may_open = self.article.is_some() && number == 1 && self.may_start_list(at);
        if may_open && (!mark.is_inline || mark.is_chained || matches!(self.last_char, Some(':' | ';'))) {
            let goes_below = !self.lists.is_empty();
            return self.start_list(at, Form::Number, label, close, goes_below);
        }
        self.extend(at);
    }

    pub(super) fn take_bullet(&mut self, at: usize, bullet: Bullet) {
        if self.words(at).is_empty() {
            // A bullet with nothing behind it: the mark of the next unmarked line, else debris.
            let below = self.next(at).map(|below| &self.marks[below]);
            if !below.is_some_and(|below| below.sign == Sign::Text && !below.is_inline)
                || self.clause_holder().is_none()
            {
                let span = self.span(at);
                return self.furniture.push(span);
            }
        }
        self.is_lossy |= bullet == Bullet::Image;
        if self.clause_holder().is_none() {
            return self.extend(at);
        }
        match self.lists.iter().rposition(|list| list.form == Form::Bullet) {
            Some(depth) => self.add_item(at, depth, "", '•'),
            None if self.lists.is_empty() => self.start_list(at, Form::Bullet, "", '•', false),
            None if self.asks_for_list() => self.start_list(at, Form::Bullet, "", '•', true),
            None => {
                self.lists.truncate(1);
                self.add_item(at, 0, "", '•');
                self.doubt(
                    self.current,
                    "Harfli bentlerin arasında im var; bendin harfi kaybolmuş olabilir.",
                );
            }
        }
        self.awaits_text = self.words(at).is_empty();
    }

    pub(super) fn start_list(&mut self, at: usize, form: Form, label: &str, close: char, goes_below: bool) {
        let below =
            self.lists.last().filter(|_| goes_below && self.lists.len() < DEEPEST).map(|list| list.current);
        let restarts = !goes_below && self.lists.first().is_some_and(|list| list.form == form);
        let Some(holder) = below.or_else(|| self.clause_holder()) else { return self.extend(at) };
        if below.is_none() {
            self.lists.clear();
        }
        // Numbers right behind an article's mark are its paragraphs; behind words that announce them, its clauses.
        let above = &self.nodes[holder as usize];
        let says_nothing = above.leaves.iter().all(|leaf| leaf.role != Role::Text);
        let kind = match above.kind {
            Kind::Clause | Kind::SubClause => Kind::SubClause,
            Kind::Article if form == Form::Number && says_nothing => Kind::Paragraph,
            _ => Kind::Clause,
        };
        let (bullets, lost) = (Vec::new(), Vec::new());
        self.lists.push(List {
            holder,
            kind,
            form,
            close,
            last: String::new(),
            current: holder,
            bullets,
            lost,
        });
        self.add_item(at, self.lists.len() - 1, label, close);
        if restarts {
            self.doubt(self.current, "Aynı maddede liste yeniden başlıyor.");
        }
    }

    /// Opens the next item of list `depth`; an empty label makes it a bullet.
    pub(super) fn add_item(&mut self, at: usize, depth: usize, label: &str, close: char) {
        self.lists.truncate(depth + 1);
        let (holder, kind, number) = {
            let list = &self.lists[depth];
            (list.holder, list.kind, self.bullet_number(list))
        };
        let own = if label.is_empty() { format!("•{number}") } else { label.to_owned() };
        let node = self.open(kind, Some(holder), own);
        if !label.is_empty() {
            self.name_lost(depth, label);
        }
        let list = &mut self.lists[depth];
        list.current = node;
        if label.is_empty() {
            list.bullets.push(node);
        } else {
            let was_bullets = list.form == Form::Bullet;
            list.last = label.to_owned();
            list.close = close;
            if was_bullets {
                list.form = Form::Letter;
            }
        }
        self.add_marked(node, at, Role::Text);
    }

    /// Bullets of one holder count on, also over a list that was interrupted.
    fn bullet_number(&self, list: &List) -> usize {
        match list.bullets.last() {
            Some(&last) => self.nodes[last as usize].label.trim_start_matches('•').parse().unwrap_or(0) + 1,
            None => 1,
        }
    }

    /// An item of a lettered list whose letter is lost.
    pub(super) fn add_lost(&mut self, at: usize) {
        self.add_item(at, 0, "", '•');
        let node = self.current;
        self.lists[0].lost.push(node);
        self.doubt(node, "Bendin harfi metinde okunamıyor.");
    }

    /// Letters of the items lost between the last printed letter and `label`, when exactly so many fit.
    fn name_lost(&mut self, depth: usize, label: &str) {
        let lost = std::mem::take(&mut self.lists[depth].lost);
        let Some(letters) = between(&self.lists[depth].last, label, lost.len()) else { return };
        for (&node, letter) in lost.iter().zip(letters) {
            self.nodes[node as usize].label.clone_from(&letter);
            self.doubt(node, &format!("Sıraya göre “{letter}” bendi sayıldı."));
        }
    }
}
