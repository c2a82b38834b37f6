//! The built program as an operator meets it: processes that are started, killed, backed up and restored, on both
//! databases and an S3-compatible server.

#![allow(clippy::unwrap_used)]

mod binary {
    mod agents;
    mod authority;
    mod backup;
    mod browser;
    mod doctor;
    mod evidence;
    mod full_disk;
    mod network;
    mod node;
    mod packages;
    mod people;
    mod place;
    mod power_cut;
    mod reader;
    mod stopping;
    mod two_nodes;
}
