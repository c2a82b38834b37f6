//! Verifies signature files from the command line, for trying out files of other programs:
//! `cargo run -p signing --example judge -- ANCHORS.pem AT FILE...` with `AT` like `2026-11-29T12:00:00Z`, or
//! `auto` for ten minutes after the first time stamp (or claimed time) of each file. The content of a detached
//! signature is looked for beside it, under the same name without its last extension.

use std::path::Path;

use signing::pdf::verify_pdf;
use signing::{Certificate, Report, Trust, verify};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(anchors), Some(at)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: judge ANCHORS.pem AT FILE...");
        return;
    };
    let anchors = std::fs::read(&anchors).expect("the anchors can be read");
    let anchors = Certificate::from_pem_or_der(&anchors).expect("the anchors are PEM");
    let trust = Trust { anchors, must_be_qualified: true, ..Trust::default() };
    let at = OffsetDateTime::parse(&at, &Rfc3339).ok();
    for file in arguments {
        let path = Path::new(&file);
        let Ok(bytes) = std::fs::read(path) else { continue };
        if bytes.starts_with(b"%PDF") {
            println!("=== {file}");
            judge_pdf(&bytes, &trust, at);
            continue;
        }
        let content = std::fs::read(path.with_extension("")).ok();
        let look = |at| match verify(&bytes, None, &trust, at) {
            report if report.has_no_content() => verify(&bytes, content.as_deref(), &trust, at),
            report => report,
        };
        let report = look(at.unwrap_or_else(|| after_signing(&look(OffsetDateTime::UNIX_EPOCH))));
        println!("=== {file}\n{}", report.turkish());
    }
}

fn judge_pdf(bytes: &[u8], trust: &Trust, at: Option<OffsetDateTime>) {
    let look = |at| verify_pdf(bytes, trust, at);
    let first = match look(at.unwrap_or(OffsetDateTime::UNIX_EPOCH)) {
        Ok(found) => found,
        Err(error) => return println!("Sonuç: KARAR VERİLEMEDİ\n{error}"),
    };
    for (index, one) in first.iter().enumerate() {
        let again = at.map_or_else(|| look(after_signing(&one.report)).ok(), |_| None);
        let report = again.as_ref().and_then(|all| all.get(index)).unwrap_or(one);
        println!("{}", report.report.turkish());
    }
}

fn after_signing(report: &Report) -> OffsetDateTime {
    let stamps = report.signers.iter().flat_map(|one| &one.stamps).map(|stamp| stamp.at);
    let claimed = report.signers.iter().filter_map(|one| one.claimed_at);
    let latest = stamps.chain(claimed).max().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    latest.saturating_add(Duration::minutes(10))
}
