//! The application: what every handler shares, and the router made from all route tables.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kernel::job::Services;
use kernel::setting::Settings;
use kernel::{Actor, Clock, Db, Error, ErrorKind, Instant, Registry, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Authenticator;
use crate::options::Kept;
use crate::routes::{Allow, Route, Routes};

/// Clone freely: everything is shared.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The parts, and what the running server adds to them.
pub struct Shared {
    parts: AppParts,
    pub(crate) limiter: DefaultKeyedRateLimiter<IpAddr>,
    pub(crate) settings: RwLock<Option<(Instant, Arc<Settings>)>>,
    pub(crate) options: Mutex<Kept>,
    uploads: Arc<Semaphore>,
    pub(crate) routes: RwLock<Vec<(&'static str, String, Allow)>>,
    /// Of the same, who may open each page: every menu asks for some sixty of more than a thousand.
    pages: RwLock<HashMap<String, Allow>>,
}

impl std::ops::Deref for Shared {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.parts
    }
}

/// What the binary puts together at start-up.
pub struct AppParts {
    pub db: Db,
    pub clock: Clock,
    pub registry: Arc<Registry>,
    pub authenticator: Arc<dyn Authenticator>,
    pub services: Arc<Services>,
    /// Address people type, such as `https://belde.ornek.bel.tr`; decides secure cookies and HSTS.
    pub public_url: String,
    /// Requests a second one address may make; ten times that at once.
    pub requests_per_second: u32,
    /// Largest upload.
    pub upload_limit_bytes: usize,
}

impl AppParts {
    pub fn new(db: Db, clock: Clock, registry: Arc<Registry>, authenticator: Arc<dyn Authenticator>) -> Self {
        Self {
            db,
            clock,
            registry,
            authenticator,
            services: Arc::default(),
            public_url: "http://127.0.0.1:8080".into(),
            requests_per_second: 50,
            upload_limit_bytes: 100 * 1024 * 1024,
        }
    }
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Uploads whose bytes are in memory at the same time, each at most `upload_limit_bytes`; others wait.
const UPLOADS_AT_ONCE: usize = 2;
const UPLOAD_WAIT: Duration = Duration::from_secs(60);

/// Changed settings are seen on every node after this long.
const SETTINGS_AGE_US: i64 = 2 * Instant::SECOND_US;

impl App {
    pub fn new(parts: AppParts) -> Self {
        let rate = NonZeroU32::new(parts.requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(9));
        let limiter = RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst));
        Self(Arc::new(Shared {
            parts,
            limiter,
            settings: RwLock::default(),
            options: Mutex::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
            routes: RwLock::default(),
            pages: RwLock::default(),
        }))
    }

    /// All settings, at most two seconds old.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        let now = self.clock.now();
        if let Some((at, settings)) = self.settings.read().expect("no panic holds the lock").as_ref()
            && now.0 - at.0 < SETTINGS_AGE_US
        {
            return Ok(settings.clone());
        }
        let fresh = Arc::new(Settings::load(&self.db, &self.registry.settings()).await?);
        *self.settings.write().expect("no panic holds the lock") = Some((now, fresh.clone()));
        Ok(fresh)
    }

    /// Forgets cached settings and options of this node, so that the person who changed them sees the change.
    pub fn forget_cached(&self) {
        *self.settings.write().expect("no panic holds the lock") = None;
        self.options.lock().expect("no panic holds the lock").clear();
    }

    /// Waits until the bytes of one more upload may be kept in memory.
    pub(crate) async fn upload_room(&self) -> Result<OwnedSemaphorePermit> {
        let room = tokio::time::timeout(UPLOAD_WAIT, self.uploads.clone().acquire_owned()).await;
        room.ok().and_then(std::result::Result::ok).ok_or_else(|| {
            Error::new(
                ErrorKind::Unavailable,
                "Şu anda çok sayıda dosya yükleniyor. Biraz sonra yeniden deneyin.",
            )
        })
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Every route with its method and permission, for tests, `docs/routes.txt` and OpenAPI.
    pub fn route_table(&self) -> Vec<(&'static str, String, Allow)> {
        self.routes.read().expect("no panic holds the lock").clone()
    }

    /// A page without parameters that this person may open: what menus show.
    pub(crate) fn opens_for(&self, path: &str, actor: &Actor) -> bool {
        let pages = self.pages.read().expect("no panic holds the lock");
        pages.get(path).is_some_and(|allow| allow.opens_for(actor))
    }
}

/// Builds the router: each route behind the guard that knows its permission.
pub fn router(app: App, routes: Routes) -> Router {
    let mut by_path: Vec<(String, MethodRouter<App>)> = Vec::new();
    let mut table = Vec::new();
    for Route { method, path, allow, handler } in routes.0 {
        table.push((method, path.clone(), allow));
        let guarded = handler.layer(from_fn_with_state((app.clone(), allow), crate::guard::permit));
        match by_path.iter_mut().find(|(known, _)| *known == path) {
            Some((_, existing)) => *existing = std::mem::take(existing).merge(guarded),
            None => by_path.push((path, guarded)),
        }
    }
    let pages = table.iter().filter(|(method, ..)| *method == "GET");
    let pages = pages.map(|(_, path, allow)| (path.clone(), *allow)).collect();
    *app.pages.write().expect("no panic holds the lock") = pages;
    *app.routes.write().expect("no panic holds the lock") = table;
    let mut router = Router::new();
    for (path, methods) in by_path {
        router = router.route(&path, methods);
    }
    router
        .fallback(crate::guard::unknown_address)
        .method_not_allowed_fallback(crate::guard::wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), crate::guard::surround))
        .with_state(app)
}
