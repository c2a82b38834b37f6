//! Reads the text of a municipal regulation into a tree of parts, articles, paragraphs and clauses. Pure: text in,
//! structure out; no files, no database, no clock. Nothing of the input is lost and nothing is added to it.

pub mod account;
pub mod address;
pub mod model;

pub use model::*;
