//! What the web asks of whoever keeps accounts: the access crate registers an implementation at start-up.

use kernel::{Actor, Boxed, Result};
use uuid::Uuid;

/// How a person likes the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefs {
    pub theme: ui::Theme,
    pub density: ui::Density,
    pub shortcuts: bool,
}

impl Default for Prefs {
    fn default() -> Self {
        Self { theme: ui::Theme::Auto, density: ui::Density::Normal, shortcuts: true }
    }
}

/// Somebody recognised by a session or a token, with the powers of this moment.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub session_id: Option<Uuid>,
    pub prefs: Prefs,
    /// The account must do this first (change a one-time password, accept secrecy): every other page leads there.
    pub must_visit: Option<&'static str>,
    /// Led through these pages and no others.
    pub guide: Option<&'static crate::Guide>,
}

/// Keeps accounts, sessions and tokens.
pub trait Authenticator: Send + Sync {
    /// Who holds this session cookie; `None` when it is unknown, expired or revoked.
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>>;
    /// Who holds this API token.
    fn by_api_token<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>>;
    /// Stores changed preferences.
    fn set_prefs<'a>(&'a self, actor: &'a Actor, prefs: Prefs) -> Boxed<'a, Result<()>>;
}

/// Recognises nobody: for a server that is not set up yet.
pub struct Nobody;

impl Authenticator for Nobody {
    fn by_session<'a>(&'a self, _token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async { Ok(None) })
    }

    fn by_api_token<'a>(&'a self, _token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async { Ok(None) })
    }

    fn set_prefs<'a>(&'a self, _actor: &'a Actor, _prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
