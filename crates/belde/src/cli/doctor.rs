//! `belde doctor`: what an operator would otherwise find out one error at a time.

mod keys;
mod logs;
mod stamps;
mod texts;

use std::path::Path;

use kernel::Instant;
use kernel::db::Sql;

use super::Outcome;
use crate::config::Config;
use crate::start::House;

/// Prints what is found, and counts what is bad.
#[derive(Default)]
struct Findings {
    bad: usize,
}

impl Findings {
    fn say(&mut self, is_good: bool, what: &str, hint: &str) {
        println!(
            "{} {what}{}",
            if is_good { "ok  " } else { "BAD " },
            if is_good { String::new() } else { format!(" — {hint}") }
        );
        self.bad += usize::from(!is_good);
    }
}

pub async fn run(config: &Config) -> Outcome {
    let mut findings = Findings::default();
    findings.say(true, &format!("configuration read; data in {}", config.data.display()), "");
    let is_writable = std::fs::create_dir_all(&config.data).is_ok() && is_writable(&config.data);
    findings.say(is_writable, "data folder is writable", "check its owner, its rights and the free space");
    let is_safe = !config.public_url.starts_with("http://") || config.listen.ip().is_loopback();
    findings.say(
        is_safe,
        "public address is https, or only this machine listens",
        "set public_url = \"https://…\" behind a proxy with TLS",
    );
    match House::open(config).await {
        Err(error) => findings.say(false, "database opens", &error.to_string()),
        Ok(house) => {
            findings.say(true, "database opens", "");
            let pending = kernel::migrate::pending(&house.db, &house.registry.migrations()).await?;
            findings.say(pending.is_empty(), "schema is current", "run `belde migrate`");
            if pending.is_empty() {
                database(&house, &mut findings).await?;
                texts::look(&house, &config.data.join("search"), &mut findings).await?;
                keys::look(&house, &mut findings).await?;
                stamps::look(&house, &mut findings).await;
                logs::look(config, &house, &mut findings).await?;
            }
            house.db.close().await?;
        }
    }
    if findings.bad > 0 { Err(format!("{} finding(s)", findings.bad).into()) } else { Ok(()) }
}

/// Whether a file can be made in a folder that is there.
fn is_writable(folder: &Path) -> bool {
    let probe = folder.join(".belde-doctor");
    let is_writable = std::fs::write(&probe, b"probe").is_ok();
    let _ = std::fs::remove_file(&probe);
    is_writable
}

/// What a current database says of itself.
async fn database(house: &House, findings: &mut Findings) -> kernel::Result<()> {
    let is_right = house.is_key_right().await?;
    findings.say(is_right, "the installation key is the database's", "every node needs the same belde.key");
    let dead: i64 =
        house.db.scalar("SELECT count(*) FROM job WHERE state = 'dead'", vec![]).await?.unwrap_or(0);
    findings.say(dead == 0, &format!("{dead} dead job(s)"), "look at Bekleyen işler");
    let now = house.clock.now();
    let late =
        "SELECT count(*) FROM (SELECT 1 FROM event WHERE seal_no IS NULL AND at < $1 LIMIT 1000) AS late";
    let late: i64 = house.db.scalar(late, vec![now.plus_seconds(-LATE_SECONDS).into()]).await?.unwrap_or(0);
    findings.say(late == 0, "events are sealed in time", "is a server with job_workers > 0 running?");
    let (is_fresh, what) = last_backup(house).await?;
    findings.say(is_fresh, &what, "run `belde backup` daily (docs/guide/yedekleme.md)");
    Ok(())
}

/// What is done every few seconds is late by then.
const LATE_SECONDS: i64 = 600;

/// An installation without any backup may be as old as a backup may be.
async fn last_backup(house: &House) -> kernel::Result<(bool, String)> {
    let taken_at = backup::last_taken_at(&house.db).await?;
    let first: Option<Instant> =
        house.db.scalar("SELECT at FROM event ORDER BY at, id LIMIT 1", vec![]).await?;
    let now = house.clock.now();
    let days = |at: Instant| (now.0 - at.0) / Instant::DAY_US;
    let is_fresh = taken_at.or(first).is_none_or(|at| days(at) <= backup::FRESH_DAYS);
    let what = match taken_at {
        Some(at) => format!("last backup {} day(s) ago", days(at)),
        None => "no backup taken yet".into(),
    };
    Ok((is_fresh, what))
}
