//! How fast a package with a large annex is written and verified, and how much memory that takes:
//! `cargo run --release -p package --example package_speed -- 2048 stored`
//! The annex has as many megabytes as the first argument says; the second is `stored` for bytes that do not pack
//! (scans, videos) or `deflated` for text. Nothing here is used by the program.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::time::Instant;

use package::{
    Annex, AnnexKind, Confidentiality, Content, Distribution, DistributionKind, Draft, FinalMetadata,
    Institution, Letter, Limits, Package, Party, Person, Signatory, Urgency, verify,
};
use time::macros::datetime;
use uuid::Uuid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let megabytes: u64 = std::env::args().nth(1).map_or(Ok(256), |text| text.parse())?;
    let is_text = std::env::args().nth(2).is_some_and(|kind| kind == "deflated");
    let annex = annex_file(megabytes, is_text)?;
    let mut package = tempfile::tempfile()?;

    let start = Instant::now();
    let file_name = if is_text { "ek.txt" } else { "ek.zip" };
    let contents = vec![(Uuid::from_u128(2), Content::from_reader(annex))];
    let cover = Content::from_bytes(b"%PDF-1.7".to_vec());
    let signed = Draft::new(letter(file_name), cover, contents)?.sign(vec![1])?;
    let unsealed = signed.finish(&final_metadata(), datetime!(2026-01-01 9:00 +3))?;
    unsealed.seal(vec![1])?.write(BufWriter::with_capacity(1024 * 1024, &mut package))?.flush()?;
    report("written", megabytes, start);
    println!("package: {} MB, peak memory {} kB", package.stream_position()? >> 20, peak_kb()?);

    package.seek(SeekFrom::Start(0))?;
    let start = Instant::now();
    let reader = BufReader::with_capacity(256 * 1024, package);
    let mut opened = Package::open(reader, &Limits::default())?;
    let judged = verify(&mut opened);
    report("verified", megabytes, start);
    println!("valid: {}, digests compared: {}", judged.is_valid(), judged.compared);
    println!("peak memory {} kB", peak_kb()?);
    Ok(())
}

fn report(what: &str, megabytes: u64, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    let speed = megabytes as f64 / seconds;
    println!("{what}: {megabytes} MB in {seconds:.2} s, {speed:.0} MB/s");
}

/// The largest resident set so far (VmHWM).
fn peak_kb() -> io::Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
    Ok(line.chars().filter(char::is_ascii_digit).collect())
}

/// Bytes that do not pack, or lines that pack to about a fifth; always the same.
fn annex_file(megabytes: u64, is_text: bool) -> io::Result<File> {
    let mut file = BufWriter::with_capacity(1024 * 1024, tempfile::tempfile()?);
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut written = 0;
    while written < megabytes << 20 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if is_text {
            let line = format!("{written:012};Zimmet kaydı;{:05};Bilgi İşlem Müdürlüğü\n", state % 100_000);
            file.write_all(line.as_bytes())?;
            written += line.len() as u64;
        } else {
            file.write_all(&state.to_le_bytes())?;
            written += 8;
        }
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)
}

fn institution(detsis: &str) -> Party {
    Party::Institution(Institution { detsis: detsis.to_owned(), ..Institution::default() })
}

fn letter(file_name: &str) -> Letter {
    let annex = Annex {
        id: Uuid::from_u128(2),
        is_package_id: None,
        number: None,
        kind: AnnexKind::Enclosed,
        file_name: Some(file_name.to_owned()),
        media_type: None,
        name: Some("Ek".to_owned()),
        order: 1,
        description: None,
        address: None,
        own_id: None,
        is_signed: true,
        digest: None,
    };
    let distribution = Distribution {
        party: institution("24301050"),
        urgency: Urgency::Normal,
        kind: DistributionKind::Action,
        deadline: None,
        withheld_annexes: vec![],
    };
    Letter {
        id: Uuid::from_u128(1),
        subject: "Ölçüm".to_owned(),
        confidentiality: Confidentiality::Open,
        confidential_until: None,
        media_type: Some("application/pdf".to_owned()),
        own_id: None,
        distributions: vec![distribution],
        annexes: vec![annex],
        references: vec![],
        language: Some("tur".to_owned()),
        author: institution("82223362"),
        contacts: vec![],
        file_name: "ustyazi.pdf".to_owned(),
        filing: None,
        public_services: vec![],
        verification_address: Some("https://www.turkiye.gov.tr/ornek-ebys".to_owned()),
    }
}

fn final_metadata() -> FinalMetadata {
    let signer = Person { first_name: "Ayşe".to_owned(), last_name: "Öz".to_owned(), ..Person::default() };
    let signatory = Signatory {
        signer,
        delegated_by: None,
        acting_for: None,
        office: None,
        purpose: None,
        description: None,
        signed_at: None,
    };
    FinalMetadata {
        dated_at: datetime!(2026-01-01 9:00 +3),
        number: "E-82223362-702.03-1".to_owned(),
        signatories: vec![signatory],
    }
}
