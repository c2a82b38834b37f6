//! `belde backup`: the whole installation as one archive.

use std::path::PathBuf;

use backup::{Source, Taken};
use files::Store;

use super::Outcome;
use crate::config::Config;
use crate::key;
use crate::start::House;

/// Write everything (rows and files) into one archive, while the server runs
///
/// The archive holds every table and every stored file as they are at one moment, in a form that `belde restore` takes
/// back into SQLite or PostgreSQL, a folder or S3. It has its name only when it is whole. It is as confidential as the
/// database: keep it where only the system administrator reads.
///
/// The key file (belde.key, or `key` of the configuration) is NOT in the archive. Copy it once to another safe place:
/// without it a restore loses what it encrypts, and whoever holds both can read everything.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// TOML file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// File to write, or a folder for belde-DATE-TIME.tar; the present folder if left out.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Replace a file that is there already, once the new archive is whole.
    #[arg(long)]
    overwrite: bool,
}

pub async fn run(args: &Args) -> Outcome {
    let config = Config::read(args.config.as_deref())?;
    let key = key::known(&config)?
        .ok_or("there is no installation here: no key in the configuration or the data folder")?;
    let house = House::open(&config).await?;
    let name = backup::default_name(house.clock.now());
    let path = match &args.path {
        Some(path) if path.is_dir() => path.join(name),
        Some(path) => path.clone(),
        None => PathBuf::from(name),
    };
    let source = Source {
        db: &house.db,
        store: house.services.get::<Store>()?,
        key: &key,
        clock: &house.clock,
        registry: &house.registry,
        version: env!("CARGO_PKG_VERSION"),
    };
    let taken = backup::take(&source, &path, args.overwrite).await;
    house.db.close().await?;
    tell(&taken?)
}

/// A store that lost or spoilt files is told loudly: the archive is there, but the failure must not be slept through.
fn tell(taken: &Taken) -> Outcome {
    let Taken { manifest, .. } = taken;
    println!(
        "{}: {} table(s), {} row(s), {} file(s), {} byte(s)",
        taken.path.display(),
        manifest.tables.len(),
        taken.rows,
        manifest.files.count,
        taken.size_bytes
    );
    println!("sha256 {}", taken.sha256);
    println!("the installation key is not in it; keep belde.key somewhere else");
    for name in &manifest.files.missing {
        println!("MISSING stored file {name}: records speak of it, the store does not have it");
    }
    for name in &manifest.files.damaged {
        println!("DAMAGED stored file {name}: its bytes are not those that were stored");
    }
    if manifest.files.missing.is_empty() && manifest.files.damaged.is_empty() {
        return Ok(());
    }
    Err("the archive is written, but stored files are missing or damaged; fetch them from an older backup"
        .into())
}
