//! Tests of the whole crate: real packages of another program, our own, and broken ones.

mod samples;
