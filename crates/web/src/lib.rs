//! The axum glue: application state, routes with their permission, sessions, CSRF, page shell, error pages,
//! security headers, rate limits, and the kit that turns a record kind into screens and an API.

mod answer;
mod app;
mod auth;
mod cookie;
mod crest;
mod ctx;
mod file_texts;
mod form;
mod guard;
mod guide;
mod kit;
mod openapi;
mod options;
mod paper;
mod resume;
mod routes;
mod screens;
mod shell;

pub use answer::{Failure, Outcome, download, redirect, see_other};
pub use app::{App, AppParts, router};
pub use auth::{Authenticator, Nobody, Prefs, SignedIn};
pub use cookie::{with_session, without_session};
pub use crest::letterhead;
pub use ctx::{Ctx, SESSION_COOKIE};
pub use file_texts::FileTexts;
pub use form::{Form, Spool, SpoolLimit, SpooledFile, Upload, Uploaded};
pub use guard::{VISITOR_COOKIE, csrf_of};
pub use guide::{Guide, GuideStep};
pub use kit::{
    Attached, DetailExtras, Extras, FormBeside, SHEET_READER, accept_files, accept_one, attach, attached,
    attachment, attachments, chosen_for, field_of, has_attachment, kind_routes, kind_routes_beside,
    move_attachments, serve_sheet_reader, signatories,
};
pub use openapi::document as openapi_document;
pub use options::{Offered, Options, choice, options};
pub use resume::{CARRIED, carried_input, resume_page};
pub use routes::{Allow, Route, Routes};
pub use screens::{house, house_routes};
pub use shell::{Frame, cell, tone};
