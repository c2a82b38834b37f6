//! Who works where: units, titles, staff, posts, acting-for, the working calendar.
//! The pure rules are here without any I/O; each file says which questions it answers.

pub mod calendar;
pub mod refusal;

pub use refusal::Refusal;
