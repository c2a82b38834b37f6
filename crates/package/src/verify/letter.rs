//! The letter against the parts: every enclosed annex has its file, every file is in the letter.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use uuid::Uuid;

use crate::codes::{AnnexKind, Version};
use crate::findings::Finding;
use crate::model::{Annex, Letter};
use crate::package::Package;
use crate::part_name;
use crate::role::Role;
use crate::rules;

pub(super) fn check<R: Read + Seek>(
    package: &mut Package<R>,
    addressee: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    if let Some(metadata) = &package.final_metadata {
        findings.extend(rules::check_final(metadata, package.version));
    }
    cover(package, findings);
    let Some(letter) = &package.letter else { return };
    let part = package.part_of(Role::Metadata).unwrap_or("").to_owned();
    findings
        .extend(rules::check_letter(letter, package.version).into_iter().map(|finding| finding.part(&part)));
    let withheld = withheld(letter, addressee);
    let roles: HashMap<&str, Role> =
        package.annex_parts().map(|file| (file.name.as_str(), file.role)).collect();
    for annex in letter.annexes.iter().filter(|annex| annex.kind == AnnexKind::Enclosed) {
        match package.part_of_annex(annex.id) {
            None => missing(annex, &withheld, findings),
            Some(part) => signedness(annex, part, roles.get(part).copied(), package.version, findings),
        }
    }
    let known: HashSet<&str> = package.annex_files.values().map(String::as_str).collect();
    for file in package.annex_parts() {
        if !known.contains(file.name.as_str()) {
            let text = "Paketteki ek dosyası üstveride belirtilmemiş.";
            findings.push(Finding::error(text).rule("K.24").part(&file.name));
        }
        let folder = if file.role == Role::Annex { "/ekler/" } else { "/imzasizekler/" };
        if !part_name::key(&file.name).starts_with(folder) {
            findings.push(Finding::warning("Ek paketteki yerinde değil.").rule("K.12").part(&file.name));
        }
    }
}

fn missing(annex: &Annex, withheld: &HashSet<Uuid>, findings: &mut Vec<Finding>) {
    let name = rules::called(annex);
    findings.push(if withheld.contains(&annex.id) {
        let text = format!("{name} pakette yok; dağıtımda konulmamış ek olarak belirtilmiş.");
        Finding::note(text).rule("K.23")
    } else {
        let text = format!("{name} üstveride dahili dosya olarak belirtilmiş ama pakette yok.");
        Finding::error(text).rule("K.23")
    });
}

/// Version 1 knows no annexes that are not signed.
fn signedness(annex: &Annex, part: &str, role: Option<Role>, version: Version, findings: &mut Vec<Finding>) {
    if version == Version::V2 && annex.is_signed != (role == Some(Role::Annex)) {
        let stated = if annex.is_signed { "imzalı" } else { "imzasız" };
        let text =
            format!("{} üstveride {stated} görünüyor ama paketteki yeri öyle değil.", rules::called(annex));
        findings.push(Finding::error(text).rule("K.24").part(part));
    }
}

/// Annexes withheld from the addressee, or from anybody when no addressee is named.
pub(super) fn withheld(letter: &Letter, addressee: Option<&str>) -> HashSet<Uuid> {
    let lines = letter.distributions.iter();
    let lines = lines.filter(|line| addressee.is_none_or(|wanted| line.party.identifier() == wanted));
    lines.flat_map(|line| line.withheld_annexes.iter().copied()).collect()
}

fn cover<R: Read + Seek>(package: &mut Package<R>, findings: &mut Vec<Finding>) {
    let Some(name) = package.part_of(Role::Cover).map(str::to_owned) else { return };
    if name.contains(char::is_whitespace) {
        let text = "Üst yazının dosya adında boşluk var.";
        findings.push(Finding::warning(text).rule("K.5").part(&name));
    }
    // An unreadable cover is named by the digests.
    let Ok(mut stream) = package.open_part(&name) else { return };
    let mut start = [0; 5];
    let is_pdf = stream.read_exact(&mut start).is_ok() && start == *b"%PDF-";
    if !is_pdf {
        let text = "Üst yazı PDF değil; rehber PDF/A (ISO 19005-1) ister.";
        findings.push(Finding::warning(text).rule("K.6").part(&name));
    }
}
