//! What a printed paper consists of, as plain data. How it looks is `pdf/document.typ`; who prints it
//! and why is the caller's.

use crate::grouped;
use crate::letter::Letter;

/// A paper of the municipality: a letterhead, a title and blocks one below the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Printed large on the first page, small on the others, and kept in the file's metadata.
    pub title: String,
    /// Whose paper it is.
    pub head: Letterhead,
    /// Who printed it, as shown in the footer: "Ayşe Yılmaz".
    pub printed_by: String,
    /// When it was printed, as shown in the footer: "22.11.2026 14:05".
    pub printed_at_text: String,
    /// Upright or wide A4.
    pub orientation: Orientation,
    /// The content, at most [`MAX_BLOCKS`].
    pub blocks: Vec<Block>,
    /// An official letter, which has a form of its own; then it is all that is printed.
    pub letter: Option<Letter>,
}

/// The lines above the title of a municipal paper.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letterhead {
    /// "Örnekbel Belediye Başkanlığı"; printed in capitals by the caller's choice, not by us.
    pub municipality: String,
    /// "Bilgi İşlem Müdürlüğü".
    pub directorate: String,
    /// One or two letters in a circle where no crest was uploaded; empty for none.
    pub crest_letter: String,
    /// The crest as a PNG; empty for none.
    pub crest: Vec<u8>,
}

/// How the A4 sheet lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Orientation {
    /// 210 × 297 mm.
    #[default]
    Portrait,
    /// 297 × 210 mm, for wide tables and charts.
    Landscape,
}

/// One piece of a paper. Texts are printed letter by letter: nothing in them is markup. A line break
/// in a text is a line break on paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading, also in the file's outline.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Name and value pairs, one below the other.
    Facts(Vec<(String, String)>),
    /// A table whose head is repeated on every page; a row has one cell for each column.
    Table {
        /// From left to right, at least one and at most [`MAX_COLUMNS`].
        columns: Vec<Column>,
        /// From top to bottom.
        rows: Vec<Vec<String>>,
    },
    /// A remark, set apart from the text.
    Note(String),
    /// Room for signatures side by side.
    SignatureLines(Vec<SignatureLine>),
    /// A drawing of ours as SVG text, as wide as the page allows. It may not link to anything.
    Svg(String),
    /// The rest goes on a new page.
    PageBreak,
    /// A QR code that says this text, with the text below it.
    Qr(String),
}

/// Room for one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureLine {
    /// Stands above the line: "Teslim Eden\nAli Kaya".
    pub text: String,
    /// What was drawn on a screen, as SVG text; `None` leaves the room empty.
    pub drawn: Option<String>,
}

impl<T: Into<String>> From<T> for SignatureLine {
    fn from(text: T) -> Self {
        Self { text: text.into(), drawn: None }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// Its head.
    pub label: String,
    /// How its cells stand.
    pub align: Align,
    /// How wide it is.
    pub width: Width,
}

/// Where a cell's text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Left,
    /// Amounts and counts.
    Right,
    /// Marks.
    Center,
}

/// Width of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// As wide as its widest cell.
    Fit,
    /// A share of what the fitting columns leave, from 1.
    Share(u8),
}

impl Default for Width {
    fn default() -> Self {
        Self::Share(1)
    }
}

/// Blocks of one document.
pub const MAX_BLOCKS: usize = 2_000;
/// Columns of one table.
pub const MAX_COLUMNS: usize = 20;
/// Cells of all tables of one document.
pub const MAX_CELLS: usize = 20_000;
/// Bytes of all texts and drawings of one document.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Why a paper could not be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Too much for one paper.
    TooLarge {
        /// What there is too much of, in Turkish: "tablo gözü".
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// A table without columns, or a row with more or fewer cells than columns.
    Uneven,
    /// The text does not fit a QR code.
    QrTooLong,
    /// The typesetter refused; the text is for the log.
    Typesetting(String),
}

impl Error {
    /// What happened and what to do, in Turkish.
    pub fn turkish(&self) -> String {
        match self {
            Self::TooLarge { what, limit } => format!(
                "Bu çıktı tek belge için çok büyük: en çok {} {what} basılabilir. Süzgeçle daraltın ya da \
                 hesap tablosu olarak indirin.",
                grouped(*limit)
            ),
            Self::Uneven => "Tablonun satırları sütunlarıyla uyuşmuyor; belge hazırlanamadı.".to_owned(),
            Self::QrTooLong => "Bu metin karekoda sığmıyor; kısaltın.".to_owned(),
            Self::Typesetting(_) => {
                "Belge hazırlanamadı. Hata kaydedildi; lütfen yeniden deneyin.".to_owned()
            }
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { what, limit } => write!(out, "more than {limit} {what}"),
            Self::Uneven => write!(out, "a table row does not match its columns"),
            Self::QrTooLong => write!(out, "the text does not fit a QR code"),
            Self::Typesetting(why) => write!(out, "typesetting failed: {why}"),
        }
    }
}

impl std::error::Error for Error {}

impl Document {
    /// Refuses what would keep the machine busy for minutes or what the typesetter cannot place.
    pub fn check(&self) -> Result<(), Error> {
        let limited = |count: usize, limit, what| match count > limit {
            true => Err(Error::TooLarge { what, limit }),
            false => Ok(()),
        };
        limited(self.blocks.len(), MAX_BLOCKS, "bölüm")?;
        let mut cells = 0;
        let mut bytes = self.title.len() + self.printed_by.len() + self.printed_at_text.len();
        bytes += self.head.municipality.len() + self.head.directorate.len() + self.head.crest_letter.len();
        bytes += self.letter.as_ref().map_or(0, Letter::bytes);
        for block in &self.blocks {
            cells += block.cells()?;
            bytes += block.bytes();
        }
        limited(cells, MAX_CELLS, "tablo gözü")?;
        limited(bytes, MAX_BYTES, "bayt")
    }
}

impl Block {
    /// Number of cells that are laid out in a grid.
    fn cells(&self) -> Result<usize, Error> {
        match self {
            Self::Table { columns, .. } if columns.len() > MAX_COLUMNS => {
                Err(Error::TooLarge { what: "sütun", limit: MAX_COLUMNS })
            }
            Self::Table { columns, rows } => {
                let is_even = !columns.is_empty() && rows.iter().all(|row| row.len() == columns.len());
                if is_even { Ok((rows.len() + 1) * columns.len()) } else { Err(Error::Uneven) }
            }
            Self::Facts(facts) => Ok(facts.len() * 2),
            Self::SignatureLines(lines) => Ok(lines.len()),
            _ => Ok(1),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Heading(text)
            | Self::Paragraph(text)
            | Self::Note(text)
            | Self::Svg(text)
            | Self::Qr(text) => text.len(),
            Self::Facts(facts) => facts.iter().map(|(name, value)| name.len() + value.len()).sum(),
            Self::Table { columns, rows } => {
                let heads: usize = columns.iter().map(|column| column.label.len()).sum();
                heads + rows.iter().flatten().map(String::len).sum::<usize>()
            }
            Self::SignatureLines(lines) => {
                lines.iter().map(|line| line.text.len() + line.drawn.as_ref().map_or(0, String::len)).sum()
            }
            Self::PageBreak => 0,
        }
    }
}
