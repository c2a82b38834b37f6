//! Which values make a line of a layout contain some bytes: what a search for part of a line asks of columns, so that
//! lines need not be put together. What it says is so, or it says nothing.

mod printed;

pub use printed::Printed;

use super::{Layout, Piece};
use crate::columns::{Column, Kind};
use printed::Places;

/// Alternatives beyond so many are not told apart.
const MOST: usize = 256;

/// When a line of a layout contains the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// Whatever the values are: they stand in the layout.
    Always,
    /// When all needs of one of these are met; never, where there are none.
    When(Vec<Vec<Need>>),
    /// The values do not tell: the line is to be put together.
    Unsaid,
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// Place of the column among [`Layout::columns`].
    pub column: usize,
    /// How the text stands in it.
    pub how: How,
    /// The text; of a number its digits, of a time what it is written as.
    pub text: Vec<u8>,
    /// How a time is written; none for other values.
    pub printed: Option<Printed>,
}

/// How a text stands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Anywhere.
    Holds,
    /// At its beginning.
    Begins,
    /// At its end.
    Ends,
    /// It is all of it.
    Is,
}

impl Layout {
    /// When lines of this layout contain these bytes, which are at least one.
    pub fn within(&self, sought: &[u8]) -> Within {
        let Some(places) = self.pieces.iter().map(|it| self.places(it)).collect::<Option<Vec<_>>>() else {
            return Within::Unsaid;
        };
        let mut search = Search { layout: self, places, sought, found: Vec::new(), is_always: false };
        for at in 0..self.pieces.len() {
            search.begin(at);
            if search.is_always {
                return Within::Always;
            }
        }
        if search.found.len() > MOST {
            return Within::Unsaid;
        }
        search.found.sort_unstable();
        search.found.dedup();
        Within::When(search.found)
    }

    /// What can stand where in a time, nothing for other pieces; `None` when it is not written as times are.
    fn places(&self, piece: &Piece) -> Option<Option<Places>> {
        match *piece {
            Piece::Time(number, offset_minutes, from, to) => {
                let places = Places::new(offset_minutes, &self.bytes[from..to]);
                Some(Some(places.filter(|_| self.kind(number) == Kind::Time)?))
            }
            _ => Some(None),
        }
    }

    /// What the values of a column are, by its place among [`Layout::columns`].
    pub fn kind(&self, number: usize) -> Kind {
        let name =
            self.columns.get(number).and_then(|(from, to)| std::str::from_utf8(&self.bytes[*from..*to]).ok());
        name.and_then(Column::named).map_or(Kind::Text, Column::kind)
    }
}

struct Search<'l> {
    layout: &'l Layout,
    /// Of each piece.
    places: Vec<Option<Places>>,
    sought: &'l [u8],
    found: Vec<Vec<Need>>,
    is_always: bool,
}

impl Search<'_> {
    /// The bytes begin within this piece.
    fn begin(&mut self, at: usize) {
        let (sought, mut needs) = (self.sought, Vec::new());
        match self.layout.pieces[at] {
            Piece::Literal(from, to) => {
                let literal = &self.layout.bytes[from..to];
                if memchr::memmem::find(literal, sought).is_some() {
                    self.is_always = true;
                    return;
                }
                for start in literal.len().saturating_sub(sought.len())..literal.len() {
                    if sought.starts_with(&literal[start..]) {
                        self.go_on(at + 1, literal.len() - start, &mut needs);
                    }
                }
            }
            Piece::Plain(_) | Piece::Time(..) => {
                if self.need(at, How::Holds, sought, &mut needs) {
                    self.found.push(needs.clone());
                    needs.clear();
                }
                for end in 1..sought.len() {
                    if self.need(at, How::Ends, &sought[..end], &mut needs) {
                        self.go_on(at + 1, end, &mut needs);
                        needs.pop();
                    }
                }
            }
        }
    }

    /// The rest of the bytes, from `done` on, begins where this piece does.
    fn go_on(&mut self, at: usize, done: usize, needs: &mut Vec<Need>) {
        let rest = &self.sought[done..];
        if rest.is_empty() {
            match needs.is_empty() {
                true => self.is_always = true,
                false => self.found.push(needs.clone()),
            }
            return;
        }
        if self.found.len() > MOST || self.is_always {
            return;
        }
        let Some(piece) = self.layout.pieces.get(at) else { return };
        match *piece {
            Piece::Literal(from, to) => {
                let literal = &self.layout.bytes[from..to];
                let shared = literal.len().min(rest.len());
                if literal[..shared] == rest[..shared] {
                    self.go_on(at + 1, done + shared, needs);
                }
            }
            Piece::Plain(_) | Piece::Time(..) => {
                if self.need(at, How::Begins, rest, needs) {
                    self.found.push(needs.clone());
                    needs.pop();
                }
                for end in 0..rest.len() {
                    if self.need(at, How::Is, &rest[..end], needs) {
                        self.go_on(at + 1, done + end, needs);
                        needs.pop();
                    }
                }
            }
        }
    }

    /// Adds a need of a piece, if its value can meet it.
    fn need(&self, at: usize, how: How, text: &[u8], needs: &mut Vec<Need>) -> bool {
        let (column, printed) = match self.layout.pieces[at] {
            Piece::Literal(..) => return false,
            Piece::Plain(number) => (number, None),
            Piece::Time(number, offset_minutes, from, to) => {
                (number, Some(Printed { offset_minutes, pattern: self.layout.bytes[from..to].to_vec() }))
            }
        };
        let can_be = match (self.layout.kind(column), &self.places[at]) {
            (_, Some(places)) => places.allow(how, text),
            (Kind::Text, None) => true,
            (Kind::Number, None) => !text.is_empty() && text.iter().all(u8::is_ascii_digit),
            (Kind::Time, None) => false,
        };
        if can_be {
            needs.push(Need { column, how, text: text.to_vec(), printed });
        }
        can_be
    }
}
