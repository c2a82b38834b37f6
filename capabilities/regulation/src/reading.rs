//! Reads the text of a municipal regulation into a tree of parts, articles, paragraphs and clauses. Pure: text in,
//! structure out; no files, no database, no clock. Nothing of the input is lost and nothing is added to it.

pub mod account;
pub mod address;
mod build;
pub mod compare;
pub mod correct;
pub mod display;
mod extract;
mod finish;
mod furniture;
mod headings;
pub mod holders;
mod inline;
pub mod letters;
mod lines;
mod lists;
mod marks;
pub mod model;
mod numbers;
mod outline;
pub mod proposal;
mod prose;
mod restore;
mod scan;
mod words;

pub use model::*;
pub use outline::outline;

/// Reads a regulation. `text` may have any defect; what cannot be placed is listed, never dropped.
///
/// # Errors
/// A text that is empty or larger than the limits of [`model`]; the message is Turkish.
pub fn read(text: &str) -> Result<Reading, ReadingError> {
    if text.len() > MAX_BYTES {
        return Err(ReadingError::TooLarge { bytes: text.len(), limit: MAX_BYTES });
    }
    let lines = lines::split(text)?;
    if lines.lines.is_empty() {
        return Err(ReadingError::Empty);
    }
    let furniture = furniture::judge(text, &lines);
    let marks = marks::find(text, &lines, &furniture)?;
    let places = headings::place(text, &marks);
    build::build(text, &marks, &places)
}

#[cfg(test)]
mod tests;
