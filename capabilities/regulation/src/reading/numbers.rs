//! Dotted numbers (`7.6.9.`) and the numbered parts and articles of a text that has no MADDE.

use super::build::Builder;
use super::headings::{is_like, is_shouted};
use super::lists::{DEEPEST, List};
use super::marks::Sign;
use super::model::{Kind, Role};

impl Builder<'_> {
    /// `7.6.9.`: under the article (or numbered part) whose number it carries on.
    pub(super) fn take_dotted(&mut self, at: usize, label: &str) {
        let Some((stem, _)) = label.rsplit_once('.').filter(|_| !self.marks[at].is_inline) else {
            return self.extend(at);
        };
        // The item of an open list is nearer than the article that happens to have the same number.
        let items = self.lists.iter().rev().map(|list| list.current);
        let open = items.chain([self.paragraph, self.article, self.part].into_iter().flatten());
        let holder = open.map(|index| &self.nodes[index as usize]).find(|node| node.label == stem);
        let Some((parent, above)) = holder.map(|node| (node.index, node.kind)) else {
            return self.extend(at);
        };
        let kind = match above {
            Kind::Part => Kind::Article,
            Kind::Article => Kind::Paragraph,
            Kind::Paragraph => Kind::Clause,
            _ => Kind::SubClause,
        };
        // Lists outside the item the number carries on stay open: after 3.2 may come 4.
        let outer = self.lists.iter().rposition(|list| list.current == parent).map_or(0, |depth| depth + 1);
        if outer >= DEEPEST {
            return self.extend(at);
        }
        self.lists.truncate(outer);
        let inside = self.nodes.iter().rev().take_while(|node| node.index > parent);
        let before = inside.filter(|node| node.parent == Some(parent)).find(|node| node.label.contains('.'));
        let in_order = is_next_number(before.map(|node| node.label.as_str()), label);
        let node = self.open(kind, Some(parent), label.to_owned());
        match kind {
            Kind::Article => self.enter_article(node),
            Kind::Paragraph => (self.paragraph, self.paragraphs) = (Some(node), self.paragraphs + 1),
            _ => {}
        }
        if kind >= Kind::Clause {
            self.lists.push(List::numbered(parent, kind, node, label));
        }
        let role = if self.is_numbered_heading(at) { Role::Heading } else { Role::Text };
        self.add_marked(node, at, role);
        if kind == Kind::Article {
            self.defines = super::prose::is_about_terms(self.words(at));
        }
        if !in_order {
            self.doubt(node, "Numara sıraya uymuyor.");
        }
    }

    fn is_numbered_heading(&self, at: usize) -> bool {
        let words = self.words(at);
        let below = self.next(at).map(|below| &self.marks[below]);
        let stands_alone = below.is_none_or(|below| below.is_apart);
        // In a text with as much space after every line as after a heading only the list below tells.
        let heads_list = below.is_some_and(|below| match &below.sign {
            Sign::Letter { labels, .. } => labels.iter().any(|label| label == "a"),
            Sign::Number { label, .. } => label == "1",
            Sign::Bullet(_) => true,
            _ => false,
        });
        is_like(words)
            && !words.ends_with(':')
            && words.split_whitespace().count() <= 10
            && (is_shouted(words) || stands_alone || (heads_list && words.split_whitespace().count() <= 5))
    }

    /// Whether mark `at` is `2. GÖREV VE YETKİLER` of a text that has no MADDE.
    pub(super) fn is_top_number(&self, at: usize) -> bool {
        let Sign::Number { label, .. } = &self.marks[at].sign else { return false };
        if !self.is_numbered || self.marks[at].is_inline || !is_shouted(self.words(at)) {
            return false;
        }
        label.parse() == Ok(self.last_top + 1)
    }

    pub(super) fn take_top(&mut self, at: usize, label: &str) {
        self.flush_headings();
        let below = self.next(at).map(|below| &self.marks[below].sign);
        let only_holds = matches!(below, Some(Sign::Dotted(below)) if below.split('.').next() == Some(label));
        let kind = if only_holds { Kind::Part } else { Kind::Article };
        let node = self.open(kind, None, label.to_owned());
        self.enter_article(node);
        self.last_top += 1;
        (self.part, self.article) = if only_holds { (Some(node), None) } else { (None, Some(node)) };
        self.defines = super::prose::is_about_terms(self.words(at));
        self.add_marked(node, at, Role::Heading);
    }
}

/// Whether `label` counts on from `last` (`7.6` → `7.7`, nothing → `1` or `7.1`).
fn is_next_number(last: Option<&str>, label: &str) -> bool {
    let (stem, number) = split_number(label);
    match last.map(split_number) {
        Some((before, count)) if before == stem => number == count + 1,
        _ => number == 1,
    }
}

/// The number at the end of a label and what stands before it (`7.6` → `7.`, 6).
pub(super) fn split_number(label: &str) -> (String, u32) {
    let digits = label.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (stem, number) = label.split_at(label.len() - digits);
    (stem.to_owned(), number.parse().unwrap_or(0))
}
