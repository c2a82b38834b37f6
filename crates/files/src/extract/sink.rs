//! Where the text of every format goes: it counts characters, watches the clock and keeps the notes.

use std::time::Instant;

use super::Extracted;
use crate::error::{Error, ErrorKind, Result};

/// The text so far.
pub(super) struct Sink {
    text: String,
    notes: Vec<String>,
    room_chars: usize,
    is_cut: bool,
    deadline: Instant,
    ticks: u32,
}

impl Sink {
    pub(super) fn new(max_chars: usize, deadline: Instant) -> Self {
        Self {
            text: String::new(),
            notes: Vec::new(),
            room_chars: max_chars,
            is_cut: false,
            deadline,
            ticks: 0,
        }
    }

    /// Appends `text`; what is over the limit is left out and noted once.
    pub(super) fn push(&mut self, text: &str) -> Result<()> {
        self.tick()?;
        let end = text.char_indices().nth(self.room_chars).map_or(text.len(), |(at, _)| at);
        self.room_chars -= text[..end].chars().count();
        self.text.push_str(&text[..end]);
        if end < text.len() && !self.is_cut {
            self.is_cut = true;
            self.note("Metin çok uzun olduğu için sonu alınmadı.");
        }
        Ok(())
    }

    /// Called in every loop over foreign structures. Errors: `TimedOut` past the deadline.
    pub(super) fn tick(&mut self) -> Result<()> {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(256) && Instant::now() > self.deadline {
            return Err(Error::new(ErrorKind::TimedOut, "reading a document"));
        }
        Ok(())
    }

    /// The limit is reached: reading on is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.is_cut
    }

    /// Adds a sentence for the person, once.
    pub(super) fn note(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.notes.contains(&sentence) {
            self.notes.push(sentence);
        }
    }

    /// Nothing but white space so far.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Replaces the text by `change` of it where that gives one.
    pub(super) fn rewrite(&mut self, change: impl FnOnce(&str) -> Option<String>) -> bool {
        let changed = change(&self.text);
        let is_changed = changed.is_some();
        if let Some(text) = changed {
            self.text = text;
        }
        is_changed
    }

    /// The text exactly as it was pushed: what a person typed is theirs, and its empty lines may say where headings are.
    pub(super) fn finish_as_written(self) -> Extracted {
        Extracted { text: self.text, notes: self.notes }
    }

    /// At most one empty line in a row, no spaces at line ends.
    pub(super) fn finish(self) -> Extracted {
        let mut text = String::with_capacity(self.text.len());
        let mut empty_lines = 0;
        for line in self.text.split('\n') {
            let line = line.trim_end_matches([' ', '\u{A0}', '\r']);
            empty_lines = if line.is_empty() { empty_lines + 1 } else { 0 };
            if empty_lines < 2 {
                text.push_str(line);
                text.push('\n');
            }
        }
        Extracted { text: text.trim_matches('\n').to_owned(), notes: self.notes }
    }
}

/// Lines and table cells in the order in which a word processor stores them.
#[derive(Default)]
pub(super) struct Lines {
    separator: Option<char>,
    cell_counts: Vec<usize>,
}

impl Lines {
    /// Writes one paragraph.
    pub(super) fn paragraph(&mut self, text: &str, sink: &mut Sink) -> Result<()> {
        if let Some(separator) = self.separator.replace('\n') {
            sink.push(separator.encode_utf8(&mut [0; 4]))?;
        }
        sink.push(text)
    }

    pub(super) fn open_row(&mut self) {
        self.cell_counts.push(0);
    }

    pub(super) fn open_cell(&mut self) {
        if let Some(count) = self.cell_counts.last_mut() {
            if *count > 0 {
                self.separator = Some('\t');
            }
            *count += 1;
        }
    }

    pub(super) fn close_row(&mut self) {
        self.cell_counts.pop();
        self.separator = Some('\n');
    }
}
