//! What a reading must hold whatever the text: tests that need the whole reader.

mod amendments;
mod corrections;
mod golden;
mod hostile;
mod props;
mod samples;
mod shared;
