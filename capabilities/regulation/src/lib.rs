//! The regulation of a directorate: its text read into structure. What the table of contents of the capability
//! will be grows here; the reading itself is pure and lives in `reading`.

pub mod catalogue;
pub mod matching;
pub mod profiles;
pub mod reading;
