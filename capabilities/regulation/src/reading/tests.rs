//! What a reading must hold whatever the text: tests that need the whole reader.

mod accounts;
mod amendments;
mod corrections;
mod counted;
mod facts;
mod golden;
mod hostile;
mod lists;
mod props;
mod samples;
mod shared;
mod structure;
