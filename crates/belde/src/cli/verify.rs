//! `belde verify`: reads every seal and every event and names any later change. With a file it needs no database: it judges
//! the evidence bundle of a letter, and its report is in Turkish, for whoever got the file.

use std::fs::File;
use std::path::{Path, PathBuf};

use documents::bundle::{self, Expected};
use kernel::number;

use super::{Outcome, package};
use crate::config::Config;
use crate::start::House;

/// The last line of the output when nothing at all was found.
pub const WHOLE: &str = "whole";
/// Unsealed events named in the output at most.
const MOST_NAMED: usize = 1_000;

#[derive(clap::Args)]
pub struct Args {
    /// Evidence bundle of a letter (…-delil.zip) to be judged instead of this installation; needs no database.
    file: Option<PathBuf>,
    /// TOML file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A seal written down earlier, as NUMBER:HASH of the event log or NODE:NUMBER:HASH of the access logs; finds a log that was cut or
    /// rewritten as a whole. Repeatable.
    #[arg(long, value_name = "[NODE:]NO:HASH")]
    anchor: Vec<String>,
    /// Compute the leaf of every log line again; without it the digests of segments are compared.
    #[arg(long, conflicts_with = "file")]
    lines: bool,
    /// Of a bundle: PEM file with root certificates; without one, signatures are checked but nobody is believed.
    #[arg(long, value_name = "FILE", requires = "file")]
    anchors: Option<PathBuf>,
    /// Of a bundle: judge as of this instant (2026-11-29T12:00:00Z) instead of now.
    #[arg(long, value_name = "TIME", requires = "file")]
    at: Option<String>,
}

pub async fn run(args: &Args) -> Outcome {
    let (of_journal, of_events): (Vec<&String>, Vec<&String>) =
        args.anchor.iter().partition(|text| text.matches(':').count() == 2);
    let anchors = of_events.iter().map(|text| parse_anchor(text)).collect::<Result<Vec<_>, _>>()?;
    let known = of_journal
        .iter()
        .map(|text| access_logs::parse_anchor(text).ok_or(format!("{text}: an anchor is NODE:NUMBER:HASH")))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(file) = &args.file {
        let expected = Expected { anchors: package::roots(args.anchors.as_deref())?, seals: anchors };
        return judge(file, &expected, package::instant(args.at.as_deref())?);
    }
    let config = Config::read(args.config.as_deref())?;
    let house = House::open(&config).await?;
    let events = check(&house, &anchors).await;
    let logs = check_logs(&config, &house, &known, args.lines).await;
    house.db.close().await?;
    events.and(logs)?;
    println!("{WHOLE}");
    Ok(())
}

/// The chains, stamps and segments of access logs; nothing where there are none.
async fn check_logs(config: &Config, house: &House, known: &[journal::Anchor], every_line: bool) -> Outcome {
    let (logs, _folder) = crate::journals::reading_access_logs(config, &house.key)?;
    let context = house.job_context();
    let journal = logs.open(&context).await?;
    let report = logs.verify(&context, known, every_line).await?;
    if report.entries == 0 && report.findings.is_empty() {
        println!("access logs: nothing is sealed yet");
        return Ok(());
    }
    println!(
        "access logs: {} entries, {} segments, {} lines computed again, {} time stamps, {} entries without a stamp",
        report.entries, report.segments, report.rows, report.stamps, report.unstamped
    );
    for warning in &report.warnings {
        println!("note {warning}");
    }
    for finding in report.findings.iter().take(MOST_NAMED) {
        println!("FOUND {finding}");
    }
    let heads = journal.heads().await.map_err(kernel::Error::internal)?;
    for head in &heads.heads {
        println!(
            "access logs, last entry, to be kept outside this machine: {}",
            access_logs::anchor_text(head)
        );
    }
    match report.findings.len() {
        0 => Ok(()),
        _ => Err("the access logs were changed after the fact".into()),
    }
}

fn judge(file: &Path, expected: &Expected, at: time::OffsetDateTime) -> Outcome {
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let report = bundle::verify(opened, expected, at);
    print!("{report}");
    if report.holds() { Ok(()) } else { Err("the bundle does not hold; see the report".into()) }
}

/// Checks the log against the seals known from outside and prints what it found.
pub async fn check(house: &House, anchors: &[seal::Anchor]) -> Outcome {
    let checked = seal::audit::verify(&house.db, anchors).await?;
    println!(
        "{} seal(s), {} sealed event(s), {} not sealed yet",
        checked.report.seals, checked.report.leaves, checked.unsealed
    );
    for finding in &checked.report.findings {
        println!("FOUND {finding}");
    }
    for id in checked.unsealed_changed.iter().take(MOST_NAMED) {
        println!("FOUND unsealed event {id}: changed after it was written");
    }
    let unnamed = checked.unsealed_changed.len().saturating_sub(MOST_NAMED) as u64 + checked.report.left_out;
    if unnamed > 0 {
        println!("FOUND {unnamed} more");
    }
    if let Some(anchor) = &checked.anchor {
        let hash: String = anchor.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("last seal, to be kept outside this machine: {}:{hash}", anchor.no);
    }
    let are_books_whole = check_books(house).await?;
    if !checked.is_whole() {
        return Err("the event log was changed after the fact".into());
    }
    if !are_books_whole {
        return Err("the numbers of a book do not run without a gap".into());
    }
    Ok(())
}

/// Every year of every book whose numbers the law wants without a gap, against the counter that gave them.
async fn check_books(house: &House) -> Result<bool, kernel::Error> {
    let mut is_whole = true;
    for book in house.registry.books() {
        for year in number::years(&house.db, book).await? {
            let kernel::number::BookYear { year: of, entries, highest, last } = year;
            if year.is_whole() {
                println!("book {} {of}: 1 to {highest}, none missing", book.series);
            } else {
                println!(
                    "FOUND book {} {of}: {entries} entries, highest number {highest}, last given {last}",
                    book.series
                );
                is_whole = false;
            }
        }
    }
    Ok(is_whole)
}

/// A seal as it was written down: `NUMBER:HASH`.
pub fn parse_anchor(text: &str) -> Result<seal::Anchor, String> {
    let wrong = || format!("{text}: an anchor is NUMBER:HASH with 64 hexadecimal digits");
    let (no, hash) = text.split_once(':').ok_or_else(wrong)?;
    let bytes: Option<Vec<u8>> =
        (0..hash.len()).step_by(2).map(|at| u8::from_str_radix(hash.get(at..at + 2)?, 16).ok()).collect();
    let hash = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    Ok(seal::Anchor { no: no.parse().map_err(|_| wrong())?, hash })
}

#[cfg(test)]
mod tests {
    use super::parse_anchor;

    #[test]
    fn an_anchor_is_a_number_and_a_hash() {
        let text = format!("7:{}", "ab".repeat(32));
        assert_eq!(parse_anchor(&text).map(|anchor| (anchor.no, anchor.hash)), Ok((7, [0xab; 32])));
        for wrong in ["", "7", "7:abcd", "x:00", &format!("7:{}", "ğ".repeat(32))] {
            assert!(parse_anchor(wrong).is_err(), "{wrong}");
        }
    }
}
