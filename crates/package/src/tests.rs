//! Tests of the whole crate: real packages of another program, our own, and broken ones.
#![allow(clippy::unwrap_used)]

mod given;
mod hostile;
mod mutations;
mod names;
mod refused;
mod samples;
mod written;
