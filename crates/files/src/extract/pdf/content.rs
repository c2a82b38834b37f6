//! The content stream of a page as far as text needs it (ISO 32000-1, 8.4, 9.3, 9.4): matrices, the text state, text
//! showing, forms, and replacement text of marked content. Out come placed glyphs.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};

use super::super::sink::Sink;
use super::font::Font;
use super::layout::Glyph;
use super::{MAX_STREAM_BYTES, Seen, dictionary, number};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// Operators interpreted in one document; a thousand dense pages have about ten million.
const MAX_OPERATIONS: u64 = 40_000_000;

/// Saved graphics states and open marks; readers differ beyond 28, producers stay far below.
const MAX_SAVED: usize = 512;

/// Glyphs of one page; a dense page of print has ten thousand.
const MAX_GLYPHS: usize = 1_000_000;

/// `[a b c d e f]` as in the standard: x' = a·x + c·y + e, y' = b·x + d·y + f.
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `after`.
    fn then(self, after: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, after.0);
        Self([
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ])
    }

    fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    char_space: f32,
    word_space: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
    is_invisible: bool,
}

/// A marked part with replacement text: the first glyph inside carries it, the others are silent.
struct Replacement {
    depth: usize,
    text: Option<String>,
}

/// Interprets the pages of one document.
pub(super) struct Interpreter<'d> {
    document: &'d Document,
    max_depth: usize,
    fonts: HashMap<ObjectId, Rc<Font>>,
    operations: u64,
    glyphs: Vec<Glyph>,
    /// Visible and other glyphs and images so far.
    pub(super) seen: Seen,
}

/// What lasts for one content stream.
struct Run<'d> {
    resources: Option<&'d Dictionary>,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    marks: usize,
    replacement: Option<Replacement>,
    depth: usize,
}

impl<'d> Interpreter<'d> {
    pub(super) fn new(document: &'d Document, limits: &Limits) -> Self {
        Self {
            document,
            max_depth: limits.max_depth.min(16),
            fonts: HashMap::new(),
            operations: 0,
            glyphs: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// The glyphs of one page, in the order in which they are drawn.
    pub(super) fn page(
        &mut self,
        content: &[u8],
        resources: Option<&'d Dictionary>,
        sink: &mut Sink,
    ) -> Result<Vec<Glyph>> {
        let state = State {
            ctm: Matrix::ONE,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            is_invisible: false,
        };
        self.stream(content, resources, state, 0, sink)?;
        Ok(std::mem::take(&mut self.glyphs))
    }

    fn stream(
        &mut self,
        content: &[u8],
        resources: Option<&'d Dictionary>,
        state: State,
        depth: usize,
        sink: &mut Sink,
    ) -> Result<()> {
        let mut run = Run {
            resources,
            state,
            saved: Vec::new(),
            text: Matrix::ONE,
            line: Matrix::ONE,
            marks: 0,
            replacement: None,
            depth,
        };
        for operation in Content::decode_iter(content) {
            sink.tick()?;
            self.operations += 1;
            if self.operations > MAX_OPERATIONS || self.glyphs.len() > MAX_GLYPHS {
                return Err(Error::new(ErrorKind::TimedOut, "too many operators in a PDF"));
            }
            // What is readable before a broken operator is worth keeping.
            let Ok(operation) = operation else { break };
            self.operation(&operation, &mut run, sink)?;
        }
        Ok(())
    }

    fn operation(&mut self, operation: &Operation, run: &mut Run<'d>, sink: &mut Sink) -> Result<()> {
        let operands = &operation.operands;
        let at = |index: usize| operands.get(index).and_then(|operand| number(self.document, operand));
        match operation.operator.as_str() {
            "q" if run.saved.len() < MAX_SAVED => run.saved.push(run.state.clone()),
            "Q" => run.state = run.saved.pop().unwrap_or_else(|| run.state.clone()),
            "cm" => run.state.ctm = matrix(self.document, operands).then(run.state.ctm),
            "BT" => (run.text, run.line) = (Matrix::ONE, Matrix::ONE),
            "Tm" => {
                run.line = matrix(self.document, operands);
                run.text = run.line;
            }
            "Td" => run.move_line(at(0), at(1)),
            "TD" => {
                run.state.leading = -at(1).unwrap_or(0.0);
                run.move_line(at(0), at(1));
            }
            "T*" => run.next_line(),
            "Tc" => run.state.char_space = at(0).unwrap_or(0.0),
            "Tw" => run.state.word_space = at(0).unwrap_or(0.0),
            "Tz" => run.state.stretch = at(0).unwrap_or(100.0) / 100.0,
            "TL" => run.state.leading = at(0).unwrap_or(0.0),
            "Ts" => run.state.rise = at(0).unwrap_or(0.0),
            "Tr" => run.state.is_invisible = at(0) == Some(3.0),
            "Tf" => {
                run.state.size = at(1).unwrap_or(1.0);
                let name = operands.first().and_then(|name| name.as_name().ok());
                run.state.font = name.and_then(|name| self.font(run.resources, name));
            }
            "Tj" => self.show(operands.first(), run),
            "'" | "\"" => {
                if let (Some(word), Some(char), [_, _, text]) = (at(0), at(1), operands.as_slice()) {
                    (run.state.word_space, run.state.char_space) = (word, char);
                    run.next_line();
                    self.show(Some(text), run);
                } else {
                    run.next_line();
                    self.show(operands.first(), run);
                }
            }
            "TJ" => self.show_array(operands.first(), run),
            "BDC" | "BMC" => self.open_mark(operands, run),
            "EMC" => run.close_mark(),
            "Do" => self.external(operands.first(), run, sink)?,
            "BI" => self.seen.images += 1,
            _ => {}
        }
        Ok(())
    }

    /// The font called `name` in the resources; read once for every object.
    fn font(&mut self, resources: Option<&'d Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let document = self.document;
        let entry = dictionary(document, resources?, b"Font")?.get(name).ok()?;
        let read =
            || Some(Rc::new(Font::read(document, document.dereference(entry).ok()?.1.as_dict().ok()?)));
        let Ok(id) = entry.as_reference() else { return read() };
        if let Some(known) = self.fonts.get(&id) {
            return Some(known.clone());
        }
        let font = read()?;
        self.fonts.insert(id, font.clone());
        Some(font)
    }

    fn show_array(&mut self, array: Option<&Object>, run: &mut Run<'d>) {
        for object in array.and_then(|array| array.as_array().ok()).into_iter().flatten() {
            match number(self.document, object) {
                Some(shift) => {
                    let shift = -shift / 1000.0 * run.state.size * run.state.stretch;
                    run.text = Matrix::shift(shift, 0.0).then(run.text);
                }
                None => self.show(Some(object), run),
            }
        }
    }

    fn show(&mut self, text: Option<&Object>, run: &mut Run<'d>) {
        let Some(bytes) = text.and_then(|text| text.as_str().ok()) else { return };
        let Some(font) = run.state.font.clone() else { return };
        for shown in font.show(bytes) {
            let state = &run.state;
            let place = Matrix([state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise])
                .then(run.text)
                .then(state.ctm);
            let mut advance = shown.width * state.size + state.char_space;
            if shown.is_space {
                advance += state.word_space;
            }
            run.text = Matrix::shift(advance * state.stretch, 0.0).then(run.text);
            self.count(&shown.text, state.is_invisible);
            let text = match &mut run.replacement {
                Some(replacement) => replacement.text.take().unwrap_or_default(),
                None => shown.text.unwrap_or_else(|| '\u{FFFD}'.to_string()),
            };
            let along = if state.size == 0.0 { 0.0 } else { advance / state.size };
            if let Some(glyph) = Glyph::place(text, &place.0, shown.width, along) {
                self.glyphs.push(glyph);
            }
        }
    }

    fn count(&mut self, text: &Option<String>, is_invisible: bool) {
        match text {
            None => self.seen.unknown += 1,
            Some(text) if text.trim().is_empty() => {}
            Some(_) if is_invisible => self.seen.invisible += 1,
            Some(_) => self.seen.visible += 1,
        }
    }

    fn open_mark(&self, operands: &[Object], run: &mut Run<'d>) {
        run.marks = run.marks.saturating_add(1);
        if run.replacement.is_some() {
            return;
        }
        let properties = match operands.get(1) {
            Some(Object::Dictionary(own)) => Some(own),
            Some(Object::Name(name)) => run
                .resources
                .and_then(|resources| dictionary(self.document, resources, b"Properties"))
                .and_then(|properties| dictionary(self.document, properties, name)),
            _ => None,
        };
        let text = properties
            .and_then(|properties| properties.get_deref(b"ActualText", self.document).ok())
            .and_then(|text| decode_text_string(text).ok());
        if let Some(text) = text {
            run.replacement = Some(Replacement { depth: run.marks, text: Some(text) });
        }
    }

    /// An image or a form.
    fn external(&mut self, name: Option<&Object>, run: &mut Run<'d>, sink: &mut Sink) -> Result<()> {
        let document = self.document;
        let form = name
            .and_then(|name| name.as_name().ok())
            .zip(run.resources.and_then(|resources| dictionary(document, resources, b"XObject")))
            .and_then(|(name, objects)| objects.get_deref(name, document).ok()?.as_stream().ok());
        let Some(form) = form else { return Ok(()) };
        if form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Image") {
            self.seen.images += 1;
            return Ok(());
        }
        if run.depth >= self.max_depth {
            return Ok(());
        }
        let Ok(content) = form.get_plain_content_with_limit(MAX_STREAM_BYTES) else { return Ok(()) };
        // Unpacking the same form again and again is work that no operator counts.
        self.operations += content.len() as u64 / 64;
        let mut state = run.state.clone();
        if let Ok(own) = form.dict.get_deref(b"Matrix", document).and_then(Object::as_array) {
            state.ctm = matrix(document, own).then(state.ctm);
        }
        let resources = dictionary(document, &form.dict, b"Resources").or(run.resources);
        self.stream(&content, resources, state, run.depth + 1, sink)
    }
}

impl Run<'_> {
    fn move_line(&mut self, x: Option<f32>, y: Option<f32>) {
        self.line = Matrix::shift(x.unwrap_or(0.0), y.unwrap_or(0.0)).then(self.line);
        self.text = self.line;
    }

    fn next_line(&mut self) {
        self.move_line(None, Some(-self.state.leading));
    }

    fn close_mark(&mut self) {
        if self.replacement.as_ref().is_some_and(|replacement| replacement.depth == self.marks) {
            self.replacement = None;
        }
        self.marks = self.marks.saturating_sub(1);
    }
}

fn matrix(document: &Document, operands: &[Object]) -> Matrix {
    let mut values = [0.0; 6];
    for (value, operand) in values.iter_mut().zip(operands) {
        *value = number(document, operand).unwrap_or(0.0);
    }
    Matrix(values)
}
