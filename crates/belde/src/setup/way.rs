//! Who sets a new server up: whoever holds the one-time link, with a few powers, led along a few pages. There is no
//! account before the last step, so the link itself is the session; it dies with the first administrator.

use std::sync::{Arc, LazyLock};

use access::Accounts;
use access::actions::setup::{is_set_up, is_setup_token_open};
use kernel::{Actor, Boxed, Grant, Result, Scope};
use uuid::Uuid;
use web::{Authenticator, Guide, GuideStep, Prefs, SignedIn};

/// Stands before the link's token in the session cookie, so that it is no session of an account.
const PREFIX: &str = "kurulum.";
/// Who the events of the set-up are by; no account will ever have this id.
pub(super) const WHO: Uuid = Uuid::from_u128(0x6265_6c64_6500_7000_8000_6b75_7275_6c75);

pub(super) const NEXT: &str = "/kurulum/devam";
pub(super) const TOWN: &str = "/kurulum/belediye";
pub(super) const REGULATION: &str = "/kurulum/yonetmelik";
pub(super) const CORRECTIONS: &str = "/kurulum/duzeltme";
pub(super) const ORGANISATION: &str = "/kurulum/kurulus";
pub(super) const ADMINISTRATOR: &str = "/kurulum/yonetici";

/// Municipality, regulation, corrections, organisation, first administrator.
pub(super) static WAY: Guide = Guide {
    steps: &[
        GuideStep { label: "Belediye", path: TOWN, ends: &["belediye", "kurulum"] },
        GuideStep { label: "Yönetmelik", path: REGULATION, ends: &["yonetmelik", "yeni"] },
        GuideStep { label: "Düzeltme ve onay", path: CORRECTIONS, ends: &["duzelt", "onayla"] },
        GuideStep { label: "Teşkilat", path: ORGANISATION, ends: &["teskilat"] },
        GuideStep { label: "İlk yönetici", path: ADMINISTRATOR, ends: &["yonetici"] },
    ],
    next: NEXT,
    last: ADMINISTRATOR,
    within: &["/kurulum", "/yonetmelik", ui::names::PREFERENCES],
};

/// What the way needs and nothing more.
const POWERS: [&str; 8] = [
    "regulation.text.view",
    "regulation.text.edit",
    "regulation.text.confirm",
    "directory.unit.view",
    "directory.unit.edit",
    "directory.norm.view",
    "directory.norm.edit",
    "house.setting.edit",
];

static GRANTS: LazyLock<Arc<Vec<Grant>>> = LazyLock::new(|| {
    let grant = |permission: &str| Grant {
        permission: permission.into(),
        scope: Scope::All,
        reason: "kurulum bağlantısı".into(),
    };
    Arc::new(POWERS.into_iter().map(grant).collect())
});

/// The cookie of whoever holds the link.
pub(super) fn cookie_of(token: &str) -> String {
    format!("{PREFIX}{token}")
}

/// The link's token out of a session cookie.
pub(super) fn link_in(cookie: &str) -> Option<&str> {
    cookie.strip_prefix(PREFIX)
}

/// The person at the set-up, for its events.
pub(super) fn actor() -> Actor {
    Actor { account_id: Some(WHO), name: "Kurulum".into(), grants: GRANTS.clone(), ..Actor::default() }
}

/// Accounts, and before there are any the holder of the link.
pub struct Doors(pub Accounts);

impl Authenticator for Doors {
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        let Some(link) = link_in(token) else { return self.0.by_session(token) };
        Box::pin(async move {
            let (db, now) = (self.0.db(), self.0.clock().now());
            if is_set_up(db, now).await? || !is_setup_token_open(db, link, now).await? {
                return Ok(None);
            }
            Ok(Some(SignedIn {
                actor: actor(),
                session_id: None,
                prefs: Prefs::default(),
                must_visit: None,
                guide: Some(&WAY),
            }))
        })
    }

    fn by_api_token<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        self.0.by_api_token(token)
    }

    fn set_prefs<'a>(&'a self, actor: &'a Actor, prefs: Prefs) -> Boxed<'a, Result<()>> {
        self.0.set_prefs(actor, prefs)
    }
}
