//! The declaration of a verb: a row of the state table of a kind.

use crate::Boxed;
use crate::error::Result;
use crate::record::Record;
use crate::tx::Tx;

/// Extra work of a verb, after the rules and in the same transaction.
pub type VerbRun = for<'a> fn(&'a Tx, &'a Record, &'a str) -> Boxed<'a, Result<()>>;

/// How the question of a verb is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Some sentences.
    #[default]
    Text,
    /// A name, a number.
    Line,
    /// A day; whatever runs is given it as `30.11.2026`.
    Day,
}

/// A row of the state table: from which states, under which permission, to which state.
#[derive(Clone)]
pub struct Verb {
    pub id: &'static str,
    /// On the button: "Onayla".
    pub label_tr: &'static str,
    pub permission: &'static str,
    /// States it is offered in; empty means all.
    pub from: &'static [&'static str],
    /// New value of the `state` column; `None` leaves it.
    pub to: Option<&'static str>,
    /// The event's verb.
    pub event: &'static str,
    pub needs_reason: bool,
    /// What is asked for is called so: "Gerekçe", "Çözüm".
    pub reason_tr: &'static str,
    /// How that is answered.
    pub answer: Answer,
    /// A second question, answered in a text: why it is that day. Empty for none.
    pub also_tr: &'static str,
    /// How to answer, under the question; may be empty.
    pub reason_hint_tr: &'static str,
    /// Said when it is done: "Yazı imzaya sunuldu."; empty for what the button says.
    pub done_tr: &'static str,
    /// Signed on the screen by the person in this reference field, under the kind's statement.
    pub signer: Option<&'static str>,
    pub is_official: bool,
    pub is_danger: bool,
    pub in_bulk: bool,
    /// Done with something outside of this house, such as a card; see [`Verb::elsewhere`].
    pub is_elsewhere: bool,
    /// Offered on records alone that have one of these values in this column; what it does elsewhere its rules say.
    pub only: Option<(&'static str, &'static [&'static str])>,
    pub run: Option<VerbRun>,
}

impl Verb {
    /// A row that moves from these states to that one and asks nothing.
    pub const fn new(
        id: &'static str,
        label_tr: &'static str,
        permission: &'static str,
        from: &'static [&'static str],
        to: &'static str,
        event: &'static str,
    ) -> Self {
        Self {
            id,
            label_tr,
            permission,
            from,
            to: Some(to),
            event,
            needs_reason: false,
            reason_tr: "Gerekçe",
            answer: Answer::Text,
            also_tr: "",
            reason_hint_tr: "",
            done_tr: "",
            signer: None,
            is_official: false,
            is_danger: false,
            in_bulk: false,
            is_elsewhere: false,
            only: None,
            run: None,
        }
    }

    /// Asks for a text under this label before it runs.
    pub const fn asking(self, reason_tr: &'static str) -> Self {
        Self { needs_reason: true, reason_tr, ..self }
    }

    /// Asks for a text of one line.
    pub const fn asking_line(self, reason_tr: &'static str) -> Self {
        Self { answer: Answer::Line, ..self.asking(reason_tr) }
    }

    /// Asks for a day.
    pub const fn asking_day(self, reason_tr: &'static str) -> Self {
        Self { answer: Answer::Day, ..self.asking(reason_tr) }
    }

    /// Asks for a day and for a text that belongs to it; whatever runs is given `30.11.2026` and the text after a space.
    pub const fn asking_day_and(self, reason_tr: &'static str, also_tr: &'static str) -> Self {
        Self { also_tr, ..self.asking_day(reason_tr) }
    }

    /// Says how its question is answered.
    pub const fn hint(self, reason_hint_tr: &'static str) -> Self {
        Self { reason_hint_tr, ..self }
    }

    /// What is said when it is done, as a sentence.
    pub const fn saying(self, done_tr: &'static str) -> Self {
        Self { done_tr, ..self }
    }

    /// Drawn on the screen by the person in this field; one record at a time.
    pub const fn drawn_by(self, field: &'static str) -> Self {
        Self { signer: Some(field), ..self }
    }

    /// Leaves the state as it is.
    pub const fn staying(self) -> Self {
        Self { to: None, ..self }
    }

    /// An act that only a counter-act answers.
    pub const fn official(self) -> Self {
        Self { is_official: true, ..self }
    }

    /// Asked for once more before it runs.
    pub const fn danger(self) -> Self {
        Self { is_danger: true, ..self }
    }

    /// Offered for many records at once, too.
    pub const fn bulk(self) -> Self {
        Self { in_bulk: true, ..self }
    }

    /// Done with something outside of this house. The button only begins it: it posts to `path/{id}/<verb>`, of many records at
    /// once to `path/<verb>`, where whoever can do it has routes. They run the verb when it is done; a form or a program cannot.
    pub const fn elsewhere(self) -> Self {
        Self { is_elsewhere: true, ..self }
    }

    /// Offered where the column has one of these values.
    pub const fn only_where(self, column: &'static str, values: &'static [&'static str]) -> Self {
        Self { only: Some((column, values)), ..self }
    }

    /// Whether the record's page shows its button, as far as the record decides it.
    pub fn is_offered_on(&self, record: &Record) -> bool {
        let is_open = self.from.is_empty() || self.from.contains(&record.get("state").text());
        is_open && self.only.is_none_or(|(column, values)| values.contains(&record.get(column).text()))
    }

    pub fn run(self, run: VerbRun) -> Self {
        Self { run: Some(run), ..self }
    }
}
