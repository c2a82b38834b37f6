//! The duty as people live it, through HTTP on both databases, with a journal on the disk.
#![allow(clippy::unwrap_used)]

mod expert;
mod handing;
mod kea;
mod known;
mod peers;
mod report;
mod request;
mod retention;
mod seals;
mod town;
mod trouble;
