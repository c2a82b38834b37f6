//! `belde package show FILE` and `belde package verify FILE`: what a package says and whether it holds, without any database. The
//! report is in Turkish, for whoever got the package.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use kernel::tr;
use package::{Confidentiality, DistributionKind, Kind, Limits, Package, Reference, Urgency, Version};
use signing::Certificate;

use super::Outcome;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print what a package says of its letter and what is in it.
    Show { file: PathBuf },
    /// Check digests, rules and signatures; fails if anything is wrong.
    Verify {
        file: PathBuf,
        /// PEM file with root certificates; without one, signatures are checked but nobody is believed.
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
        /// Judge as of this instant (2026-11-29T12:00:00Z) instead of now.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}

pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Show { file } => show(file),
        Command::Verify { file, anchors, at } => verify(file, anchors.as_deref(), at.as_deref()),
    }
}

fn open(file: &Path) -> Result<Package<File>, Box<dyn std::error::Error>> {
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Package::open(opened, &Limits::default())?)
}

fn show(file: &Path) -> Outcome {
    let package = open(file)?;
    let version = match package.version() {
        Version::V1 => "1",
        Version::V2 => "2",
    };
    let kind = match package.kind() {
        Kind::Letter => "yazı paketi",
        Kind::Encrypted => "şifreli paket",
        Kind::Update => "güncelleme paketi",
    };
    println!("Sürüm: {version}, tür: {kind}");
    if let Some(letter) = package.letter() {
        println!("Konu: {}", letter.subject);
        println!("Belge kimliği: {}", letter.id);
        println!("Oluşturan: {}", letter.author.name());
        println!("Gizlilik: {}", secrecy(letter.confidentiality));
        if let Some(filing) = &letter.filing {
            println!("Dosya kodu: {}", filing.main.code);
        }
        for to in &letter.distributions {
            println!("Muhatap: {} ({}, {})", to.party.name(), purpose(to.kind), urgency(to.urgency));
        }
        for one in &letter.references {
            println!("İlgi {}: {}", one.label, reference(one));
        }
        for annex in &letter.annexes {
            println!(
                "Ek {}: {}",
                annex.order,
                annex.name.as_deref().or(annex.file_name.as_deref()).unwrap_or("adsız")
            );
        }
    }
    if let Some(last) = package.final_metadata() {
        println!("Sayı: {}", last.number);
        println!("Tarih: {}", day(last.dated_at));
        for one in &last.signatories {
            println!("İmzalayan: {}", one.signer.full_name());
        }
    }
    println!("Parçalar:");
    for part in package.parts() {
        println!("  {} ({} bayt)", part.name, part.size_bytes);
    }
    Ok(())
}

fn secrecy(degree: Confidentiality) -> &'static str {
    match degree {
        Confidentiality::Open => "yok",
        Confidentiality::Service => "hizmete özel",
        Confidentiality::Private => "özel",
        Confidentiality::Secret => "gizli",
        Confidentiality::TopSecret => "çok gizli",
        Confidentiality::Personal => "kişiye özel",
        Confidentiality::Unknown => "bilinmeyen derece",
    }
}

fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Normal => "normal",
        Urgency::Urgent => "acele",
        Urgency::VeryUrgent => "çok ivedi",
        Urgency::Dated => "günlü",
        Urgency::Unknown => "bilinmeyen ivedilik",
    }
}

fn purpose(kind: DistributionKind) -> &'static str {
    match kind {
        DistributionKind::Action => "gereği",
        DistributionKind::Information => "bilgi",
        DistributionKind::Unknown => "bilinmeyen dağıtım türü",
    }
}

/// The day in Türkiye.
fn day(at: time::OffsetDateTime) -> String {
    tr::date(tr::local_date((at.unix_timestamp_nanos() / 1_000) as i64))
}

/// Its name, or its number and day, as far as they are said.
fn reference(one: &Reference) -> String {
    let day = one.dated_at.map(day);
    let said = [one.name.as_deref(), day.as_deref(), one.number.as_deref(), one.description.as_deref()];
    said.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn verify(file: &Path, anchors: Option<&Path>, at: Option<&str>) -> Outcome {
    let mut package = open(file)?;
    let report = package::verify(&mut package);
    print!("{report}");
    let (anchors, at) = (roots(anchors)?, instant(at)?);
    // A report on a seal made for trials is of use, too: what certificate it is stands there.
    let judged = documents::judge(&report, package.final_metadata(), (&anchors, false), at);
    println!("\n{}", judged.report.trim_end());
    if report.is_valid() && judged.state != "invalid" {
        return Ok(());
    }
    Err("paket geçerli değil; nedenleri yukarıdaki raporda".into())
}

/// The certificates of a PEM or DER file; none without one.
pub fn roots(file: Option<&Path>) -> Result<Vec<Certificate>, String> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Certificate::from_pem_or_der(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// The instant that was asked for, or now.
pub fn instant(text: Option<&str>) -> Result<time::OffsetDateTime, String> {
    let Some(text) = text else { return Ok(kernel::Clock::System.now().utc()) };
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
        .map_err(|_| "--at: 2026-11-29T12:00:00Z is needed".into())
}
