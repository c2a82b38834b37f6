//! Who works where: units, titles, staff, posts, acting-for, the working calendar.
//! The pure rules are here without any I/O; each file says which questions it answers.

pub mod acting;
pub mod appointment;
pub mod calendar;
pub mod chart;
pub mod refusal;
pub mod staffing;
pub mod units;

pub use refusal::Refusal;
