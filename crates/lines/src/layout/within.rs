//! Which values make a line of a layout contain some bytes: what a search for part of a line asks of columns, so that
//! lines need not be put together to be ruled out. It may say too much and never too little.

use super::{Layout, Piece};
use crate::columns::{Column, Kind};

/// Alternatives beyond so many are not told apart.
const MOST: usize = 256;
/// What dates are written with, besides what stands in their pattern.
const OF_TIMES: &[u8] = b"0123456789abcdefghijlmnoprstuvyADFJMNOSTW";

/// When a line of a layout contains the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// Whatever the values are: they stand in the layout.
    Always,
    /// When all needs of one of these are met; never, where there are none.
    When {
        ways: Vec<Vec<Need>>,
        /// Not so, where a time would have to be looked at as well: then the line may contain them or not.
        is_sure: bool,
    },
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
    /// The text; of a number its digits.
    pub text: Vec<u8>,
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
        let mut search = Search {
            layout: self,
            sought,
            found: Vec::new(),
            is_sure: true,
            is_unsaid: false,
            is_always: false,
        };
        for at in 0..self.pieces.len() {
            search.begin(at);
            if search.is_always {
                return Within::Always;
            }
        }
        if search.is_unsaid || search.found.len() > MOST {
            return Within::Unsaid;
        }
        search.found.sort_unstable();
        search.found.dedup();
        Within::When { ways: search.found, is_sure: search.is_sure }
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
    sought: &'l [u8],
    found: Vec<Vec<Need>>,
    is_sure: bool,
    is_unsaid: bool,
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
            Piece::Plain(number) => {
                if self.need(number, How::Holds, sought, &mut needs) {
                    self.found.push(needs.clone());
                    needs.clear();
                }
                for end in 1..sought.len() {
                    if self.need(number, How::Ends, &sought[..end], &mut needs) {
                        self.go_on(at + 1, end, &mut needs);
                        needs.pop();
                    }
                }
            }
            Piece::Time(_, _, from, to) => {
                let pattern = &self.layout.bytes[from..to];
                let of_time = in_time(sought, pattern);
                self.is_unsaid |= of_time == sought.len();
                let can_end = |end: &usize| !ends_in_digits(pattern) || sought[end - 1].is_ascii_digit();
                let ends: Vec<usize> = (1..=of_time.min(sought.len() - 1)).filter(can_end).collect();
                for end in ends {
                    self.through_time(at + 1, end);
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
            Piece::Plain(number) => {
                if self.need(number, How::Begins, rest, needs) {
                    self.found.push(needs.clone());
                    needs.pop();
                }
                for end in 0..rest.len() {
                    if self.need(number, How::Is, &rest[..end], needs) {
                        self.go_on(at + 1, done + end, needs);
                        needs.pop();
                    }
                }
            }
            // How it goes on in a time is not asked.
            Piece::Time(_, _, from, to) if can_be_in_time(rest[0], &self.layout.bytes[from..to]) => {
                self.is_sure = false;
                match needs.is_empty() {
                    true => self.is_unsaid = true,
                    false => self.found.push(needs.clone()),
                }
            }
            Piece::Time(..) => {}
        }
    }

    /// The bytes begin within a time that ends here. Whether it ends so is not asked.
    fn through_time(&mut self, at: usize, done: usize) {
        let (before, was_always, mut needs) = (self.found.len(), self.is_always, Vec::new());
        self.go_on(at, done, &mut needs);
        self.is_sure &= self.found.len() == before;
        self.is_unsaid |= self.is_always && !was_always;
        self.is_always = was_always;
    }

    /// Adds a need, if a value of the column can meet it.
    fn need(&self, number: usize, how: How, text: &[u8], needs: &mut Vec<Need>) -> bool {
        let can_be = match self.layout.kind(number) {
            Kind::Text => true,
            Kind::Number => !text.is_empty() && text.iter().all(u8::is_ascii_digit),
            Kind::Time => false,
        };
        if can_be {
            needs.push(Need { column: number, how, text: text.to_vec() });
        }
        can_be
    }
}

/// How many of the first bytes may stand in a time.
fn in_time(sought: &[u8], pattern: &[u8]) -> usize {
    let mut count = sought.iter().take_while(|it| can_be_in_time(**it, pattern)).count();
    // Names of months and days have three letters; a longer word is one of the pattern's.
    let longest = if has_letters_beside_names(pattern) { usize::MAX } else { 3 };
    let mut from = 0;
    while from < count {
        let word = sought[from..count].iter().take_while(|it| it.is_ascii_alphabetic()).count();
        if word > longest && memchr::memmem::find(pattern, &sought[from..from + word]).is_none() {
            count = from + longest;
        }
        from += word.max(1);
    }
    count
}

fn has_letters_beside_names(pattern: &[u8]) -> bool {
    let is_name = |at: usize| pattern[at] == b'%' && matches!(pattern.get(at + 1), Some(b'a' | b'b' | b'h'));
    (0..pattern.len()).filter(|at| is_name(*at)).any(|at| {
        let is_directive = at >= 2 && pattern[at - 2] == b'%';
        (at > 0 && !is_directive && pattern[at - 1].is_ascii_alphabetic())
            || pattern.get(at + 2).is_some_and(|it| it.is_ascii_alphabetic() || *it == b'%')
            || (is_directive && matches!(pattern[at - 1], b'a' | b'b' | b'h'))
    })
}

fn can_be_in_time(byte: u8, pattern: &[u8]) -> bool {
    OF_TIMES.contains(&byte) || pattern.contains(&byte) || matches!(byte, b'+' | b'-' | b':' | b' ')
}

fn ends_in_digits(pattern: &[u8]) -> bool {
    matches!(
        pattern,
        [.., b'%', b'S' | b'M' | b'H' | b'd' | b'e' | b'Y' | b's'] | [.., b'%', b'0'..=b'9', b'N']
    )
}
