//! Everything the typesetter can reach: a template, the data, the crest, the fonts and Typst's own library.
//! There is no file system, no package, no date behind it.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Tinos has the widths of Times New Roman, which official letters are written in and which may not be given on (docs/adr/0035); the
/// monospaced one covers what it lacks.
const FAMILIES: [&str; 2] = ["Tinos", "DejaVu Sans Mono"];
const TINOS: [&[u8]; 2] =
    [include_bytes!("../../fonts/Tinos-Regular.ttf"), include_bytes!("../../fonts/Tinos-Bold.ttf")];

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::embedded);
static DATA_ID: LazyLock<FileId> = LazyLock::new(|| file_id("document.json"));
static CREST_ID: LazyLock<FileId> = LazyLock::new(|| file_id("crest.png"));
static DOCUMENT: LazyLock<Source> =
    LazyLock::new(|| Source::new(file_id("document.typ"), include_str!("document.typ").to_owned()));
static LETTER: LazyLock<Source> =
    LazyLock::new(|| Source::new(file_id("letter.typ"), include_str!("letter.typ").to_owned()));

/// The fonts in the binary and their index.
pub struct Fonts {
    /// The faces, in the order of the index.
    pub faces: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl Fonts {
    /// The faces we print with; those for formulas and for other tastes stay out.
    fn embedded() -> Self {
        let faces: Vec<Font> = TINOS
            .into_iter()
            .chain(typst_assets::fonts())
            .flat_map(|data| Font::iter(Bytes::new(data)))
            .filter(|face| FAMILIES.contains(&face.info().family.as_str()))
            .collect();
        let book = LazyHash::new(FontBook::from_fonts(&faces));
        Self { faces, book }
    }

    /// The embedded fonts, read once.
    pub fn get() -> &'static Self {
        &FONTS
    }
}

fn file_id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("our own file names are valid paths");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The world of one paper.
pub struct Outside {
    data: Bytes,
    crest: Bytes,
    template: &'static Source,
}

impl Outside {
    /// A world that holds this JSON and this picture as its only data, for an official letter or any other paper.
    pub fn new(data: Vec<u8>, crest: Vec<u8>, is_letter: bool) -> Self {
        let template = if is_letter { &LETTER } else { &DOCUMENT };
        Self { data: Bytes::new(data), crest: Bytes::new(crest), template }
    }
}

impl World for Outside {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            id if id == *DATA_ID => Ok(self.data.clone()),
            id if id == *CREST_ID && !self.crest.is_empty() => Ok(self.crest.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
