//! The house as people meet it, on both databases: saved and shared views, and jobs that could not be done.
#![allow(clippy::unwrap_used)]

#[path = "house/crest.rs"]
mod crest;
#[path = "house/dead_jobs.rs"]
mod dead_jobs;
#[path = "house/notices.rs"]
mod notices;
#[path = "house/settings.rs"]
mod settings;
#[path = "house/views.rs"]
mod views;
