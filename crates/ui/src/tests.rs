//! Duties of the components, by screen. What every page must have in common is checked in `gallery/tests.rs`.

mod detail;
mod form;
mod list;
mod notices;
mod palette;
mod pictures;
mod print;
mod review;
mod shell;
mod table;
