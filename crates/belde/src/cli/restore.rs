//! `belde restore`: an archive becomes an installation again.

use std::path::PathBuf;

use backup::{Checked, Target};
use files::Store;
use kernel::{Act, Source};

use super::Outcome;
use super::verify::{WHOLE, check, parse_anchor};
use crate::config::Config;
use crate::key;
use crate::start::House;

/// Restore an archive into an empty installation, on SQLite or PostgreSQL
///
/// Stop every server of the installation first. The configuration says where to: its database must be empty, its
/// folder or bucket takes the files. The archive is read twice: first all of it is checked, so that one which was cut
/// off, changed or made by a newer version is refused before anything is touched; then schema and rows go in as one
/// transaction, are compared with the archive and checked like `belde verify`. Cut short, it leaves the database as it
/// was; run it again.
///
/// Put the key file (belde.key) of the installation that was backed up into the data folder BEFORE the restore. It is
/// not in the archive. A key that does not fit is refused.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The archive that `belde backup` wrote.
    #[arg(value_name = "ARCHIVE")]
    archive: PathBuf,
    /// TOML file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only check the archive and touch nothing.
    #[arg(long)]
    check: bool,
    /// DESTROYS every row of the installation that is there now, and puts the archive in its place.
    #[arg(long)]
    replace: bool,
    /// Go on with another key: what the lost one encrypts (second factors) can never be read again.
    #[arg(long)]
    without_key: bool,
}

pub async fn run(args: &Args) -> Outcome {
    let config = Config::read(args.config.as_deref())?;
    let key = key::known(&config)?;
    if key.is_none() && !args.without_key && !args.check {
        return Err(backup::Error::OtherKey.into());
    }
    let key = key.filter(|_| !args.without_key);
    let checked = backup::check(&args.archive, key.as_ref())?;
    describe(&checked);
    if args.check {
        println!("whole");
        return Ok(());
    }
    let house = House::open(&config).await?;
    let outcome = restore(args, &house, &checked).await;
    house.db.close().await?;
    outcome
}

async fn restore(args: &Args, house: &House, checked: &Checked) -> Outcome {
    let store = house.services.get::<Store>()?;
    let target = Target { db: &house.db, store, clock: &house.clock, registry: &house.registry };
    let restored = backup::restore(&target, &args.archive, checked, args.replace).await?;
    println!("restored {} table(s), {} row(s), {} file(s)", restored.tables, restored.rows, restored.files);
    for id in &restored.migrated {
        println!("migrated {id}");
    }
    for name in checked.manifest.files.missing.iter().chain(&checked.manifest.files.damaged) {
        println!("MISSING stored file {name}: it was missing or damaged already when the backup was taken");
    }
    if args.without_key {
        let act = Act::system(&house.clock, Source::CommandLine, "belde restore");
        let tx = house.db.begin(&act).await?;
        key::forget(&tx).await?;
        tx.commit().await?;
        println!(
            "restored without the key: run `belde user disable-totp NAME` for accounts with a second factor"
        );
    }
    let anchor = checked.manifest.anchor.as_deref().map(parse_anchor).transpose()?;
    check(house, anchor.as_slice()).await?;
    println!("{WHOLE}");
    Ok(())
}

fn describe(checked: &Checked) {
    let Checked { head, manifest, .. } = checked;
    println!(
        "archive of Belde {}, taken {} on {}: {} table(s), {} row(s), {} file(s)",
        head.version,
        head.taken_at,
        head.backend,
        manifest.tables.len(),
        manifest.tables.iter().map(|table| table.rows).sum::<u64>(),
        manifest.files.count
    );
    if !checked.is_marked_by_key {
        println!("checked without the installation key: damage would be seen, a careful change would not");
    }
}
