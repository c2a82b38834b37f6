//! `belde demo`: the demo town in one command. The town is made once; later starts only serve it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use kernel::access::Source;
use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::notice::{self, MarkedBy};
use kernel::{Act, NewEvent, Ref};
use serde::Serialize;

use super::{Outcome, init_logs};
use crate::config::Config;
use crate::start::{House, serve};

#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of the demo town.
    #[arg(long, value_name = "DIR", default_value = "belde-demo")]
    data: PathBuf,
    /// postgres://… instead of the SQLite file in the folder.
    #[arg(long, value_name = "URL", default_value = "")]
    database: String,
    /// Times the data.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    scale: u32,
    /// Capabilities whose data the scale is for; all of them unless one is named. People are as many as the scale says.
    #[arg(long, value_name = "CAPABILITY")]
    large: Vec<String>,
    /// Where log lines may be sent to; `none` for a second demo on the same machine.
    #[arg(long, value_name = "DOORS", default_value = "udp:127.0.0.1:5514, tcp:127.0.0.1:5514")]
    log_listen: String,
    /// Requests a second one address may make; the limit keeps a forgotten demo from being flooded.
    #[arg(long, value_name = "N", default_value_t = 200)]
    requests_per_second: u32,
}

/// A line of `accounts.json`.
#[derive(Serialize)]
struct DemoAccount {
    role: &'static str,
    username: &'static str,
    name: &'static str,
    password: &'static str,
}

pub async fn run(args: &Args) -> Outcome {
    let config = Config {
        listen: args.listen,
        data: args.data.clone(),
        database: args.database.clone(),
        public_url: format!("http://{}", args.listen),
        requests_per_second: args.requests_per_second,
        log_listen: if args.log_listen == "none" { String::new() } else { args.log_listen.clone() },
        log_level: "warn".into(),
        ..Config::read(None)?
    };
    init_logs(&config);
    let house = House::open(&config).await?;
    house.migrate().await?;
    if !is_made(&house).await? {
        println!("Demo town is being made in {} …", args.data.display());
        make(&house, args).await?;
    }
    write_accounts(&args.data)?;
    serve(&config, house, greet).await?;
    Ok(())
}

/// The town is whole when its last act is in the log; a half-made one says so instead of pretending.
async fn is_made(house: &House) -> Result<bool, Box<dyn std::error::Error>> {
    let made = "SELECT count(*) FROM event WHERE verb = 'demo_made'";
    if house.db.scalar::<i64>(made, vec![]).await?.unwrap_or(0) > 0 {
        return Ok(true);
    }
    if !access::store::accounts::all(&house.db, 1).await?.is_empty() {
        return Err("this data was not made by `belde demo`, or its making was cut short; choose another --data or delete the folder".into());
    }
    Ok(false)
}

async fn make(house: &House, args: &Args) -> Outcome {
    let act = Act::system(&house.clock, Source::CommandLine, "belde demo");
    let is_known = |id: &&String| house.registry.capabilities().iter().any(|one| one.id == id.as_str());
    if let Some(id) = args.large.iter().find(|id| !is_known(id)) {
        return Err(format!("there is no capability called {id}").into());
    }
    // First of all its name: papers that are written on the way carry it.
    name(house, &act).await?;
    for capability in house.registry.capabilities() {
        if let Some(load) = capability.demo {
            let is_large = args.large.is_empty()
                || capability.id == "directory"
                || args.large.iter().any(|id| id == capability.id);
            let scale = if is_large { args.scale } else { 1 };
            let (db, clock) = (house.db.clone(), house.clock.clone());
            load(&DemoContext { db, clock, act: act.clone(), scale }).await?;
        }
    }
    let tx = house.db.begin(&act).await?;
    tx.record(NewEvent::new(Ref::new("setting", kernel::setting::SETTINGS_ID), "Örnekova", "demo_made"))
        .await?;
    tx.commit().await?;
    let context = house.job_context();
    access_logs::fill(&context, context.services.get::<access_logs::AccessLogs>()?).await?;
    leave_some_news(house, &act).await?;
    // A big town brings more than the sealer takes in one run; the first person should find the log sealed.
    while seal::audit::seal_once(&house.job_context()).await? > 0 {}
    house.db.settle().await?;
    Ok(())
}

/// Notices of the town's making that each account has not read.
const LEFT_UNREAD: u32 = 8;
/// Accounts of the demo; a large town has no more.
const MOST_ACCOUNTS: u32 = 100;

/// Whoever opens the town finds some news, and not a hundred notices of its making.
async fn leave_some_news(house: &House, act: &Act) -> Outcome {
    for account in access::store::accounts::all(&house.db, MOST_ACCOUNTS).await? {
        let newest = notice::page(&house.db, account.id, None, LEFT_UNREAD + 1).await?.lines;
        let Some(older) = newest.get(LEFT_UNREAD as usize) else { continue };
        let tx = house.db.begin(act).await?;
        tx.without_event("what happened while the town was made is no news to who opens it");
        notice::mark_read(&tx, account.id, &MarkedBy::UpTo(older.event_id)).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn name(house: &House, act: &Act) -> Outcome {
    let tx = house.db.begin(act).await?;
    let settings = house.registry.settings();
    for (key, value) in
        [("house.town", "Örnekova Belediyesi"), ("house.directorate", "Bilgi İşlem Müdürlüğü")]
    {
        if let Some(setting) = settings.iter().find(|setting| setting.key == key) {
            kernel::setting::set(&tx, setting, &value.into()).await?;
        }
    }
    let store = house.services.get::<files::Store>()?;
    let crest = store.put_bytes(include_bytes!("arma.png").as_slice()).await?.sha256.to_hex();
    if let Some(setting) = settings.iter().find(|setting| setting.key == "house.crest") {
        kernel::setting::set(&tx, setting, &crest.into()).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn accounts() -> impl Iterator<Item = DemoAccount> {
    access::demo::ACCOUNTS.iter().map(|(role, username, name)| DemoAccount {
        role,
        username,
        name,
        password: access::demo::PASSWORD,
    })
}

/// For browser tests and for whoever forgets what was printed.
fn write_accounts(folder: &Path) -> Outcome {
    let all: Vec<DemoAccount> = accounts().collect();
    std::fs::write(folder.join("accounts.json"), serde_json::to_vec_pretty(&all)?)?;
    Ok(())
}

fn greet(address: &str) {
    println!("\nBelde is serving the demo town of Örnekova at {address}\n");
    println!("  {:<14} {:<12} password", "role", "user");
    for account in accounts() {
        println!("  {:<14} {:<12} {}", account.role, account.username, account.password);
    }
    println!("\nStop with Ctrl-C. Everything is kept in the demo folder until you delete it.");
}
