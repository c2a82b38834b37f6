//! Lines out of placed glyphs. A PDF says where each glyph stands, not what is a word, a line or a paragraph; the rules
//! here are measures in the size of the letters.

/// A gap this wide, in letter sizes, is a space between words. A space of print is 0.25 wide, kerning below 0.1.
const SPACE: f32 = 0.16;

/// A gap this wide begins another piece of the line: a table's next cell, a label's text.
const PIECE: f32 = 1.5;

/// Pieces this far apart are cells; nearer ones are words.
const CELL: f32 = 4.0;

/// Baselines this near are one line; superscripts stay within it.
const SAME_LINE: f32 = 0.4;

/// A glyph in its place: along its own writing direction, so that turned text reads like any other.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    text: String,
    /// Begin and end along the direction of writing.
    begin: f32,
    end: f32,
    /// Height of the baseline across the direction; greater is higher.
    height: f32,
    size: f32,
    /// Direction of writing in degrees.
    angle: f32,
}

impl Glyph {
    /// From the text rendering matrix at size 1. `width` is the glyph's own, `advance` includes the spacing set for it.
    /// Nothing for a glyph without size or place.
    pub(super) fn place(text: String, matrix: &[f32; 6], width: f32, advance: f32) -> Option<Self> {
        let [a, b, c, d, e, f] = *matrix;
        let (run, size) = (a.hypot(b), c.hypot(d));
        if !(run > 1e-4 && size > 1e-4 && run < 1e5 && size < 1e5 && e.is_finite() && f.is_finite())
            || text.is_empty()
        {
            return None;
        }
        let (cos, sin) = (a / run, b / run);
        let begin = e * cos + f * sin;
        Some(Self {
            text,
            begin,
            end: begin + width.max(advance) * run,
            height: f * cos - e * sin,
            size,
            angle: b.atan2(a).to_degrees(),
        })
    }
}

/// A piece of a line, without a gap wide enough for another cell.
struct Piece {
    text: String,
    begin: f32,
    end: f32,
    height: f32,
    size: f32,
    angle: f32,
    last: (String, f32),
}

impl Piece {
    fn of(glyph: Glyph) -> Self {
        let Glyph { text, begin, end, height, size, angle } = glyph;
        Self { last: (text.clone(), begin), text, begin, end, height, size, angle }
    }

    fn is_same_line(&self, height: f32, size: f32, angle: f32) -> bool {
        let turn = (self.angle - angle).abs();
        let is_same_direction = !(2.0..=358.0).contains(&turn);
        is_same_direction && (self.height - height).abs() < SAME_LINE * self.size.max(size)
    }

    /// Takes the glyph when it goes on where this piece ends.
    fn take(&mut self, glyph: Glyph) -> Option<Glyph> {
        let size = self.size.max(glyph.size);
        if !self.is_same_line(glyph.height, glyph.size, glyph.angle) {
            return Some(glyph);
        }
        // Some producers draw a letter twice, a hair apart, to make it bold.
        if self.last.0 == glyph.text && (glyph.begin - self.last.1).abs() < 0.08 * size {
            return None;
        }
        let gap = glyph.begin - self.end;
        if gap > PIECE * size || gap < -0.6 * size {
            return Some(glyph);
        }
        let is_spaced =
            self.text.ends_with(char::is_whitespace) || glyph.text.starts_with(char::is_whitespace);
        if gap > SPACE * size && !is_spaced {
            self.text.push(' ');
        }
        self.text.push_str(&glyph.text);
        self.last = (glyph.text, glyph.begin);
        self.end = self.end.max(glyph.end);
        self.size = size;
        None
    }
}

/// A line of one or more pieces.
struct Line {
    pieces: Vec<Piece>,
}

/// The text of a page: lines from top to bottom as the file draws them, empty lines between paragraphs.
pub(super) fn page_text(glyphs: Vec<Glyph>) -> String {
    let mut pieces: Vec<Piece> = Vec::new();
    for glyph in glyphs {
        let rest = match pieces.last_mut() {
            Some(piece) => piece.take(glyph),
            None => Some(glyph),
        };
        if let Some(glyph) = rest {
            pieces.push(Piece::of(glyph));
        }
    }
    pieces.retain(|piece| !piece.text.trim().is_empty());
    let mut lines = lines_of(pieces);
    if is_out_of_order(&lines) {
        let mut pieces: Vec<Piece> = lines.into_iter().flat_map(|line| line.pieces).collect();
        pieces.sort_by(|one, other| other.height.total_cmp(&one.height));
        lines = lines_of(pieces);
    }
    write(&lines)
}

/// Neighbouring pieces on one baseline are one line, from left to right.
fn lines_of(pieces: Vec<Piece>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line.pieces[0].is_same_line(piece.height, piece.size, piece.angle) => {
                line.pieces.push(piece)
            }
            _ => lines.push(Line { pieces: vec![piece] }),
        }
    }
    for line in &mut lines {
        line.pieces.sort_by(|one, other| one.begin.total_cmp(&other.begin));
    }
    lines
}

/// Most files draw a page in reading order. One that jumps upwards all the time does not, and is read from top to
/// bottom instead. Two columns jump once, so they stay in the order of the file.
fn is_out_of_order(lines: &[Line]) -> bool {
    let is_upward = |pair: &&[Line]| {
        let (before, after) = (&pair[0].pieces[0], &pair[1].pieces[0]);
        (before.angle - after.angle).abs() < 2.0 && after.height > before.height + 0.9 * before.size
    };
    lines.windows(2).filter(is_upward).count() > 3.max(lines.len() / 6)
}

fn write(lines: &[Line]) -> String {
    let usual = usual_step(lines);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            let (before, here) = (&lines[index - 1].pieces[0], &line.pieces[0]);
            let step = before.height - here.height;
            let is_paragraph = step > 1.4 * usual && step > 1.3 * here.size.max(before.size);
            text.push_str(if is_paragraph { "\n\n" } else { "\n" });
        }
        for (place, piece) in line.pieces.iter().enumerate() {
            if place > 0 {
                let gap = piece.begin - line.pieces[place - 1].end;
                text.push(if gap > CELL * piece.size { '\t' } else { ' ' });
            }
            text.push_str(piece.text.trim());
        }
    }
    tidy(&text)
}

/// The middle one of the downward steps between lines.
fn usual_step(lines: &[Line]) -> f32 {
    let mut steps: Vec<f32> = lines
        .windows(2)
        .map(|pair| pair[0].pieces[0].height - pair[1].pieces[0].height)
        .zip(lines)
        .filter(|(step, line)| *step > 0.0 && *step < 4.0 * line.pieces[0].size)
        .map(|(step, _)| step)
        .collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(f32::MAX)
}

/// Ligatures become letters, letters with a separate mark become one, odd spaces become plain, soft hyphens go.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{FB00}' => tidy.push_str("ff"),
            '\u{FB01}' => tidy.push_str("fi"),
            '\u{FB02}' => tidy.push_str("fl"),
            '\u{FB03}' => tidy.push_str("ffi"),
            '\u{FB04}' => tidy.push_str("ffl"),
            '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{3000}' => tidy.push(' '),
            '\u{AD}' | '\u{200B}' | '\u{FEFF}' | '\r' => {}
            '\u{300}'..='\u{36F}' => match tidy.pop() {
                Some(letter) => match compose(letter, c) {
                    Some(whole) => tidy.push(whole),
                    None => tidy.extend([letter, c]),
                },
                None => tidy.push(c),
            },
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => tidy.push(c),
        }
    }
    tidy
}

/// The Turkish letters that are a letter and a combining mark.
fn compose(letter: char, mark: char) -> Option<char> {
    let pairs: &[(char, char)] = match mark {
        '\u{327}' => &[('c', 'ç'), ('C', 'Ç'), ('s', 'ş'), ('S', 'Ş')],
        '\u{306}' => &[('g', 'ğ'), ('G', 'Ğ')],
        '\u{308}' => &[('o', 'ö'), ('O', 'Ö'), ('u', 'ü'), ('U', 'Ü')],
        '\u{307}' => &[('I', 'İ'), ('i', 'i'), ('ı', 'i')],
        '\u{302}' => &[('a', 'â'), ('A', 'Â'), ('i', 'î'), ('I', 'Î'), ('ı', 'î'), ('u', 'û'), ('U', 'Û')],
        _ => &[],
    };
    pairs.iter().find(|(plain, _)| *plain == letter).map(|(_, whole)| *whole)
}
