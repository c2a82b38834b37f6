//! The circumstances of one request, for handlers: who asks, what for, and the application.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::access::Source;
use kernel::{Act, Actor, Db, Registry};
use uuid::Uuid;

use crate::answer::Failure;
use crate::app::App;
use crate::auth::Prefs;

/// Name of the session cookie; with https it gets the `__Host-` prefix.
pub const SESSION_COOKIE: &str = "belde";

/// Cheap to clone.
#[derive(Clone)]
pub struct Ctx(pub(crate) Arc<CtxParts>);

pub struct CtxParts {
    pub app: App,
    pub act: Act,
    pub prefs: Prefs,
    pub session_id: Option<Uuid>,
    /// The session or pre-session cookie's value, from which the CSRF token is derived.
    pub csrf: String,
    pub path: String,
    /// Decoded query pairs, in order.
    pub query: Vec<(String, String)>,
    pub raw_query: String,
    pub is_htmx: bool,
    /// Asked through the API: errors are JSON, no CSRF because no cookie counts.
    pub is_api: bool,
    pub is_token: bool,
    pub device: String,
    pub must_visit: Option<&'static str>,
    /// Value of the session cookie; empty without one and for API tokens.
    pub(crate) session_cookie: String,
    /// The way this person is led along; nothing for everybody who is at home here.
    pub guide: Option<&'static crate::Guide>,
    /// Message carried over a redirect.
    pub flash: Option<String>,
}

impl std::ops::Deref for Ctx {
    type Target = CtxParts;

    fn deref(&self) -> &CtxParts {
        &self.0
    }
}

impl Ctx {
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    pub fn registry(&self) -> &Registry {
        &self.app.registry
    }

    pub fn actor(&self) -> &Actor {
        &self.act.actor
    }

    /// First value of a query parameter, or empty.
    pub fn param(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Value of the session cookie, for whoever keeps more in it than an account's session.
    pub fn session_cookie(&self) -> &str {
        &self.session_cookie
    }

    pub fn source(&self) -> Source {
        self.act.source
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let missing = || Failure(kernel::Error::internal("the guard did not run"));
        parts.extensions.get::<Ctx>().cloned().ok_or_else(missing)
    }
}
