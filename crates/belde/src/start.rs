//! Puts the parts together and runs them: database, registry, router, workers; stops in order.

use std::sync::Arc;
use std::time::Duration;

use access::{Accounts, Hashing};
use documents::{Opening, Seal};
use files::{S3Config, Store, StoreConfig};
use kernel::job::{JobContext, Services};
use kernel::secret::Key;
use kernel::{Act, Clock, Db, Registry, Source};
use search::Index;
use signing::enveloped::OpeningKey;
use signing::token::{ServerKey, TokenUri};
use tokio::sync::watch;

use crate::config::Config;
use crate::listen::until;

/// What commands need from a configuration: an open database and the declarations.
pub struct House {
    pub db: Db,
    pub clock: Clock,
    pub registry: Arc<Registry>,
    pub accounts: Accounts,
    pub services: Arc<Services>,
    pub key: Key,
}

impl House {
    /// Opens the data of a configuration; creates the folder if it is missing.
    pub async fn open(config: &Config) -> kernel::Result<Self> {
        std::fs::create_dir_all(&config.data)?;
        let db = Db::open(&config.database_url(), config.database_connections).await?;
        let registry = Arc::new(crate::capabilities::registry());
        db.set_registry(registry.clone());
        let clock = Clock::System;
        let key = crate::key::known_or_new(config, &clock)?;
        let directory = crate::capabilities::directory();
        let accounts = Accounts::new(db.clone(), clock.clone(), key.clone(), Hashing::default(), directory);
        let services = with_printer(Services::default()).with(accounts.clone()).with(store(config)?);
        // Marks what several servers must know of each other and a reader of the database must not.
        let trusted = trusted(config)?;
        let services = services.with(time_stamps::Roots(trusted.anchors.clone()));
        let services = services.with(trusted).with(key.clone());
        // Opened by its follower: whatever is in that folder keeps no server from starting.
        let services = services.with(Index::new(&config.data.join("search"), web::FileTexts));
        let services = services.with(crate::journals::access_logs(config, &clock, &key)?);
        let services = match config.desk_mailbox.parse::<mail::Mailbox>() {
            Ok(mailbox) => services.with(mailbox),
            Err(_) => services,
        };
        let services = match config.documents_mailbox.parse::<mail::Mailbox>() {
            Ok(mailbox) => services.with(documents::OfficeMailbox(mailbox)),
            Err(_) => services,
        };
        let services = match config.desk_sender.parse::<mail::Sender>() {
            Ok(sender) => services.with(sender),
            Err(_) => services,
        };
        let services = match config.snmp_access.parse::<assets::SnmpAccess>() {
            Ok(access) => services.with(access),
            Err(_) => services,
        };
        let services = match config.stamp_password.as_str() {
            "" => services,
            password => services.with(time_stamps::StampPassword(password.into())),
        };
        let services = Arc::new(services);
        Ok(Self { db, clock, registry, accounts, services, key })
    }

    /// Brings the schema up to this version. Refuses to go on with a key that is not the database's.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, Box<dyn std::error::Error>> {
        let applied = kernel::migrate::migrate(&self.db, &self.clock, &self.registry.migrations()).await?;
        // A new version may bring permissions for the built-in roles.
        let act = Act::system(&self.clock, Source::CommandLine, "belde migrate");
        let tx = self.db.begin(&act).await?;
        access::sync_roles(&tx, &self.registry).await?;
        crate::key::agree(&tx, &self.key).await?;
        tx.commit().await?;
        Ok(applied)
    }

    /// Is the key of this node the one that the database was made with?
    pub async fn is_key_right(&self) -> kernel::Result<bool> {
        crate::key::is_right(&self.db, &self.key).await
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

/// Hands over the typesetter, where this binary was built with it.
fn with_printer(services: Services) -> Services {
    #[cfg(feature = "pdf")]
    let services = services.with(printing::Printer(printing::pdf));
    services
}

/// Uploaded files: a bucket when one is named, else a folder beside the database.
fn store(config: &Config) -> kernel::Result<Store> {
    let place = if config.s3_endpoint.is_empty() {
        StoreConfig::Local { dir: config.data.join("files") }
    } else {
        StoreConfig::S3(bucket(config))
    };
    Store::open(&place).map_err(store_refused)
}

/// The bucket of a configuration that names one.
pub fn bucket(config: &Config) -> S3Config {
    S3Config {
        endpoint: config.s3_endpoint.clone(),
        bucket: config.s3_bucket.clone(),
        region: config.s3_region.clone(),
        access_key: config.s3_access_key.clone(),
        secret_key: config.s3_secret_key.clone(),
        allow_http: config.s3_endpoint.starts_with("http://"),
    }
}

pub fn store_refused(error: files::Error) -> kernel::Error {
    kernel::Error::new(kernel::ErrorKind::Unavailable, error.message_tr).with_context(error.detail)
}

/// How long running requests and jobs may go on after the signal, together; systemd kills after thirty seconds.
const LAST_SECONDS: u64 = 25;

/// Serves until SIGTERM or Ctrl-C, then lets running requests and jobs end.
pub async fn serve(config: &Config, house: House, ready: impl FnOnce(&str)) -> kernel::Result<()> {
    files::apart::begin();
    let authenticator = Arc::new(crate::setup::Doors(house.accounts.clone()));
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
    let signalled = signalled()?;
    tokio::spawn(async move {
        signalled.await;
        let _ = stop.send(true);
        // The sender lives on, so that nobody takes its end for a signal.
        std::future::pending::<()>().await;
    });
    let context = house.job_context();
    kernel::job::register_schedules(&context).await?;
    // Two nodes may have the same process number, in containers even usually.
    let node = &house.clock.token()[..8];
    let workers: Vec<_> = (0..config.job_workers)
        .map(|number| {
            let name = format!("{node}-{}-{number}", std::process::id());
            tokio::spawn(kernel::job::work(context.clone(), name, stopped.clone()))
        })
        .collect();
    let texts = tokio::spawn(search::follow(
        context.clone(),
        context.services.get::<Index>()?.clone(),
        stopped.clone(),
    ));
    let logs = context.services.get::<access_logs::AccessLogs>()?.clone();
    let logs = tokio::spawn(access_logs::follow(context.clone(), logs, stopped.clone()));
    ready(&format!("http://{address}"));
    let server = crate::listen::serve(listener, router, crate::listen::Limits::default(), stopped.clone());
    let last = async {
        until(stopped).await;
        tokio::time::sleep(Duration::from_secs(LAST_SECONDS)).await;
    };
    let all = async {
        server.await;
        for worker in workers {
            let _ = worker.await;
        }
        let _ = texts.await;
        let _ = logs.await;
    };
    tokio::select! {
        () = all => {}
        () = last => tracing::warn!("requests or jobs still ran {LAST_SECONDS} s after the signal and were cut off"),
    }
    house.db.close().await
}

/// Ends with SIGTERM or Ctrl-C. Both are listened for from the call on: a signal that comes before the first wait
/// would otherwise end the process on the spot.
fn signalled() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Whom signatures are believed of and with what the municipality seals.
fn trusted(config: &Config) -> kernel::Result<documents::Trusted> {
    let read =
        |file: &str| std::fs::read(file).map_err(|error| kernel::Error::internal(format!("{file}: {error}")));
    let anchors = match config.trust_anchors.as_str() {
        "" => Vec::new(),
        file => signing::Certificate::from_pem_or_der(&read(file)?).map_err(kernel::Error::internal)?,
    };
    let seal = match config.seal_key.as_str() {
        "" => None,
        address if TokenUri::is_one(address) => {
            // Whether the module is there is asked when it is used: letters wait for it, the server does not.
            let uri =
                address.parse().map_err(|error| kernel::Error::internal(format!("seal_key: {error}")))?;
            Some(Seal::Module(Box::new(ServerKey::new(uri))))
        }
        file => {
            let text = String::from_utf8_lossy(&read(file)?).into_owned();
            Some(Seal::File(signing::SoftwareKey::from_pem(&text, &text).map_err(kernel::Error::internal)?))
        }
    };
    let opening = match config.decrypt_key.as_str() {
        "" => None,
        address if TokenUri::is_one(address) => {
            let uri =
                address.parse().map_err(|error| kernel::Error::internal(format!("decrypt_key: {error}")))?;
            Some(Opening::Module(Box::new(ServerKey::new(uri))))
        }
        file => {
            let text = String::from_utf8_lossy(&read(file)?).into_owned();
            let key = OpeningKey::from_pem(&text, &text).map_err(kernel::Error::internal)?;
            Some(Opening::File(Box::new(key)))
        }
    };
    Ok(documents::Trusted { anchors, seal: seal.map(Arc::new), opening: opening.map(Arc::new) })
}
