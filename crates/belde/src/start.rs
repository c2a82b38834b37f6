//! Puts the parts together and runs them: database, registry, router, workers; stops in order.

use std::sync::Arc;
use std::time::Duration;

use kernel::job::{JobContext, Services};
use kernel::{Clock, Db, Registry};
use tokio::sync::watch;

use crate::config::Config;

/// What commands need from a configuration: an open database and the declarations.
pub struct House {
    pub db: Db,
    pub clock: Clock,
    pub registry: Arc<Registry>,
    pub services: Arc<Services>,
}

impl House {
    /// Opens the data of a configuration; creates the folder if it is missing.
    pub async fn open(config: &Config) -> kernel::Result<Self> {
        std::fs::create_dir_all(&config.data)?;
        let db = Db::open(&config.database_url(), config.database_connections).await?;
        let registry = Arc::new(crate::capabilities::registry());
        db.set_registry(registry.clone());
        Ok(Self { db, clock: Clock::System, registry, services: Arc::default() })
    }

    pub async fn migrate(&self) -> kernel::Result<Vec<&'static str>> {
        kernel::migrate::migrate(&self.db, &self.clock, &self.registry.migrations()).await
    }

    pub fn job_context(&self) -> JobContext {
        JobContext {
            db: self.db.clone(),
            clock: self.clock.clone(),
            registry: self.registry.clone(),
            services: self.services.clone(),
        }
    }
}

/// Serves until SIGTERM or Ctrl-C, then lets running requests and jobs end.
pub async fn serve(config: &Config, house: House, ready: impl FnOnce(&str)) -> kernel::Result<()> {
    let authenticator = Arc::new(web::Nobody);
    let mut parts =
        web::AppParts::new(house.db.clone(), house.clock.clone(), house.registry.clone(), authenticator);
    parts.services = house.services.clone();
    parts.public_url = config.public_url.clone();
    parts.requests_per_second = config.requests_per_second;
    parts.upload_limit_bytes = config.upload_limit_mb * 1024 * 1024;
    let router = web::router(web::App::new(parts), crate::capabilities::routes());
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let context = house.job_context();
    kernel::job::register_schedules(&context).await?;
    let workers: Vec<_> = (0..config.job_workers)
        .map(|number| {
            let name = format!("{}-{number}", std::process::id());
            tokio::spawn(kernel::job::work(context.clone(), name, stopped.clone()))
        })
        .collect();
    ready(&format!("http://{address}"));
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(signal()).await?;
    let _ = stop.send(true);
    for worker in workers {
        let _ = tokio::time::timeout(Duration::from_secs(20), worker).await;
    }
    house.db.close().await
}

async fn signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
