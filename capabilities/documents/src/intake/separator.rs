//! Separator sheets: one paper between two letters, so that a whole stack is scanned at once and comes apart again. Which pages
//! they are, and the letters between them; when that happens is in `reading`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use lopdf::{Document, LoadOptions};

use super::tools;

/// What a separator sheet says, in letters and as QR code.
pub(super) const WORDS: &str = "BELDE-AYRAC";

/// Longer pages speak of separators; they are none.
const MOST_LETTERS: usize = 600;
/// Letters of one scan.
const MOST_PARTS: usize = 100;
/// Pages of which pictures are looked at, and how many at once.
const MOST_PICTURES: usize = 300;
const AT_ONCE: usize = 20;
/// Streams of a PDF that is taken apart, unpacked.
const MOST_UNPACKED: usize = 512 * 1024 * 1024;

/// Pages, counted from 1, that say in letters that they are separators.
pub(super) fn in_text(text: &str) -> BTreeSet<u32> {
    let says = |page: &str| {
        let is_mark = |c: char| !(c.is_alphanumeric() || c == '-');
        page.len() <= MOST_LETTERS && page.split(is_mark).any(|word| word == WORDS)
    };
    (1..).zip(text.split('\u{C}')).filter(|(_, page)| says(page)).map(|(number, _)| number).collect()
}

/// The pages, counted from 1, whose codes say that they are separators.
pub(super) fn among(codes: &Codes) -> BTreeSet<u32> {
    codes.iter().filter(|(_, said)| said.iter().any(|text| text == WORDS)).map(|(page, _)| *page).collect()
}

/// What the QR codes of pages say.
pub(super) type Codes = BTreeMap<u32, Vec<String>>;

/// QR codes as seen in pictures of the pages, by poppler's `pdftoppm`. Blocks; nothing where there is no such program.
pub(super) fn codes(pdf: &Path, folder: &Path) -> Codes {
    let mut found = Codes::new();
    let Some(program) = tools::found("pdftoppm") else { return found };
    for first in (1..=MOST_PICTURES).step_by(AT_ONCE) {
        let pictures = folder.join(format!("sayfa-{first}"));
        if fs::create_dir(&pictures).is_err() {
            return found;
        }
        let mut command = Command::new(&program);
        let (from, to) = (first.to_string(), (first + AT_ONCE - 1).to_string());
        command.args(["-gray", "-scale-to", "1400", "-f", &from, "-l", &to]).arg(pdf).arg(pictures.join("s"));
        if tools::run(command, folder, Duration::from_secs(120)).is_err() {
            return found;
        }
        let seen = look(&pictures, &mut found);
        let _gone_with_the_folder_otherwise = fs::remove_dir_all(&pictures);
        if seen < AT_ONCE {
            return found;
        }
    }
    found
}

/// Looks at `s-07.pgm` and its like; answers how many there were.
fn look(pictures: &Path, found: &mut Codes) -> usize {
    let Ok(entries) = fs::read_dir(pictures) else { return 0 };
    let mut seen = 0;
    for path in entries.flatten().map(|entry| entry.path()) {
        seen += 1;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let Some(number) = stem.rsplit('-').next().and_then(|number| number.parse().ok()) else { continue };
        let said = fs::read(&path).map(|bytes| says_by_code(&bytes)).unwrap_or_default();
        if !said.is_empty() {
            found.insert(number, said);
        }
    }
    seen
}

/// What the QR codes of a picture (PGM, eight bits) say.
fn says_by_code(pgm: &[u8]) -> Vec<String> {
    let Some((width, height, dots)) = picture(pgm) else { return Vec::new() };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    image.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
}

/// Width, height and dots: "P5 width height 255" and one byte a dot.
fn picture(pgm: &[u8]) -> Option<(usize, usize, &[u8])> {
    let mut at = 0;
    let mut words = [""; 4];
    for word in &mut words {
        let start = at + pgm.get(at..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let end = start + pgm.get(start..)?.iter().position(u8::is_ascii_whitespace)?;
        *word = std::str::from_utf8(&pgm[start..end]).ok()?;
        at = end;
    }
    let [magic, width, height, most] = words;
    let (width, height): (usize, usize) = (width.parse().ok()?, height.parse().ok()?);
    let dots = pgm.get(at + 1..)?;
    let is_whole = magic == "P5" && most == "255" && Some(dots.len()) == width.checked_mul(height);
    is_whole.then_some((width, height, dots))
}

/// Pages of a PDF; `None` for what cannot be read. Blocks.
pub(super) fn page_count(pdf: &[u8]) -> Option<usize> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
    Some(Document::load_mem_with_options(pdf, options).ok()?.get_pages().len())
}

/// The letters between the separators, each a PDF of its own. Blocks. Errors: a sentence for a person.
pub(super) fn split(pdf: &[u8], separators: &BTreeSet<u32>) -> Result<Vec<Vec<u8>>, String> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
    let whole =
        Document::load_mem_with_options(pdf, options).map_err(|error| format!("PDF bölünemedi: {error}"))?;
    let pages: Vec<u32> = whole.get_pages().into_keys().collect();
    let mut letters: Vec<Vec<u32>> = vec![Vec::new()];
    for page in &pages {
        if separators.contains(page) {
            letters.push(Vec::new());
        } else if let Some(letter) = letters.last_mut() {
            letter.push(*page);
        }
    }
    letters.retain(|letter| !letter.is_empty());
    if letters.len() > MOST_PARTS {
        return Err(format!("Bir taramada en çok {MOST_PARTS} yazı bölünür; ayraç sayısını azaltın."));
    }
    letters
        .iter()
        .map(|letter| {
            let others: Vec<u32> = pages.iter().filter(|page| !letter.contains(page)).copied().collect();
            let mut one = whole.clone();
            one.delete_pages(&others);
            one.prune_objects();
            let mut bytes = Vec::new();
            one.save_to(&mut bytes).map_err(|error| format!("PDF bölünemedi: {error}"))?;
            Ok(bytes)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_that_says_it_is_a_separator_and_little_else_is_one() {
        let prose = format!("Aralara {WORDS} sayfası konur. {}", "Uzun bir açıklama. ".repeat(60));
        let text = format!("Birinci yazı\u{C}Ayraç sayfası\n{WORDS}\n\u{C}{prose}\u{C}\u{C}({WORDS})");
        assert_eq!(in_text(&text), BTreeSet::from([2, 5]));
        assert!(in_text("BELDE-AYRACI\u{C}belde-ayrac").is_empty());
    }

    #[test]
    fn a_picture_with_the_code_is_told_from_one_without() {
        // The code as printed: one module is four dots.
        let svg = printing::qr(WORDS).unwrap();
        let side: usize =
            svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let mut dots = vec![255_u8; side * 4 * side * 4];
        for step in svg.split('M').skip(1) {
            let (left, rest) = step.split_once(' ').unwrap();
            let (top, rest) = rest.split_once('h').unwrap();
            let width = rest.split('v').next().unwrap();
            let Ok(left) = left.parse::<usize>() else { continue };
            let (top, width): (usize, usize) = (top.parse().unwrap(), width.parse().unwrap());
            for y in top * 4..top * 4 + 4 {
                dots[y * side * 4 + left * 4..y * side * 4 + (left + width) * 4].fill(0);
            }
        }
        let head = format!("P5\n{0} {0}\n255\n", side * 4);
        let pgm = [head.as_bytes(), &dots].concat();
        assert_eq!(says_by_code(&pgm), [WORDS]);
        assert_eq!(
            among(&Codes::from([(3, vec![WORDS.into()]), (4, vec!["2026-TS-000001".into()])])),
            BTreeSet::from([3])
        );
        let white = [head.as_bytes(), &vec![255; side * 4 * side * 4]].concat();
        for other in [&white, b"P5 9 9 255\n".as_slice(), &pgm[..pgm.len() - 1]] {
            assert!(says_by_code(other).is_empty());
        }
    }
}
