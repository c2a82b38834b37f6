//! Judges a bundle that came from anywhere: sums, package, signatures, proofs, and whether they speak of the same letter. No
//! database, no clock.

use std::fmt;
use std::io::{Cursor, Read, Seek};

use package::{Limits, Package};
use seal::Anchor;
use signing::{Certificate, Trust, Verdict};
use time::OffsetDateTime;

use super::slice::Slice;
use super::{
    CERTIFICATES, EVENTS, GUIDE, PACKAGE, PAPER, Part, REPORT, SCANS, SIGNATURES, SUMS, archive, signed,
    words,
};

/// What the reader of a bundle knows from elsewhere.
#[derive(Debug, Default)]
pub struct Expected {
    /// Roots that are believed; without one, signatures are checked but nobody is believed.
    pub anchors: Vec<Certificate>,
    /// Seals that were written down outside the municipality's database.
    pub seals: Vec<Anchor>,
}

/// What was found of a bundle; as text it is a Turkish report.
#[derive(Debug, Default)]
pub struct BundleReport {
    /// Everything that does not hold, as Turkish sentences.
    pub wrong: Vec<String>,
    /// What cannot be proven with what is there.
    pub doubts: Vec<String>,
    told: String,
}

impl BundleReport {
    /// Whether nothing is wrong; what could not be proven does not count as wrong.
    pub fn holds(&self) -> bool {
        self.wrong.is_empty()
    }

    fn tell(&mut self, heading: &str, text: &str) {
        self.told.push_str(&format!("{heading}\n{}\n\n", text.trim_end()));
    }
}

impl fmt::Display for BundleReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.told.clone();
        for one in &self.wrong {
            text.push_str(&format!("- HATA: {one}\n"));
        }
        for one in &self.doubts {
            text.push_str(&format!("- BELİRSİZ: {one}\n"));
        }
        text.push_str(match (self.wrong.is_empty(), self.doubts.is_empty()) {
            (false, _) => "SONUÇ: Delil dosyası TUTMUYOR; bozulmuş ya da değiştirilmiş.\n",
            (true, false) => "SONUÇ: Delil dosyasında yanlış bir şey yok; belirsiz olanlar yukarıdadır.\n",
            (true, true) => "SONUÇ: Delil dosyası tutuyor.\n",
        });
        // Texts of strangers must neither move the cursor of a terminal nor turn the direction of a line.
        let is_harmful = |letter: char| {
            (letter.is_control() && letter != '\n')
                || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        out.write_str(&text.replace(is_harmful, "\u{FFFD}"))
    }
}

/// Judges a bundle as of `at`. Never fails: a file that cannot be read does not hold.
pub fn verify<R: Read + Seek>(reader: R, expected: &Expected, at: OffsetDateTime) -> BundleReport {
    let mut report = BundleReport::default();
    let parts = match archive::read(reader) {
        Ok(parts) => parts,
        Err(why) => {
            report.wrong.push(why);
            return report;
        }
    };
    sums(&parts, &mut report);
    for name in [GUIDE, REPORT] {
        if find(&parts, name).is_none() {
            report.wrong.push(format!("{name} yok."));
        }
    }
    let Some(slice) = slice(&parts, expected, &mut report) else { return report };
    match find(&parts, PACKAGE) {
        Some(package) => electronic(package, (&parts, &slice), (expected, at), &mut report),
        None => paper(&parts, &slice, &mut report),
    }
    report
}

fn find<'a>(parts: &'a [Part], name: &str) -> Option<&'a [u8]> {
    parts.iter().find(|part| part.name == name).map(|part| part.bytes.as_slice())
}

/// `ozet.txt` must say exactly what is here; the lines that differ are named.
fn sums(parts: &[Part], report: &mut BundleReport) {
    let Some(said) = find(parts, SUMS) else {
        report.wrong.push(format!("{SUMS} yok."));
        return;
    };
    let said = String::from_utf8_lossy(said);
    let now = archive::sums(parts);
    if said == now {
        report.tell("DOSYALAR", &format!("{} dosyanın özeti tutuyor.", parts.len() - 1));
        return;
    }
    let before = report.wrong.len();
    let name = |line: &str| line.split_once("  ").map_or(line, |(_, name)| name).to_string();
    for line in said.lines().filter(|line| !now.lines().any(|other| other == *line)) {
        report.wrong.push(match find(parts, &name(line)) {
            Some(_) => format!("{} değiştirilmiş: özeti tutmuyor.", name(line)),
            None => format!("{} yok.", name(line)),
        });
    }
    for line in now.lines().filter(|line| !said.lines().any(|other| name(other) == name(line))) {
        report.wrong.push(format!("{} sonradan eklenmiş: {SUMS} içinde yok.", name(line)));
    }
    if report.wrong.len() == before {
        report.wrong.push(format!("{SUMS} değiştirilmiş."));
    }
}

fn slice(parts: &[Part], expected: &Expected, report: &mut BundleReport) -> Option<Slice> {
    let Some(bytes) = find(parts, EVENTS) else {
        report.wrong.push(format!("{EVENTS} yok."));
        return None;
    };
    let slice: Slice = match serde_json::from_slice(bytes) {
        Ok(slice) => slice,
        Err(error) => {
            report.wrong.push(format!("{EVENTS} okunamadı: {error}"));
            return None;
        }
    };
    report.wrong.extend(slice.faults(&expected.seals));
    let mut text = format!("{} sayılı yazı\n", slice.number);
    words::events(&mut text, &slice);
    report.tell("İŞLEM KAYITLARI", &text);
    // The event that gave the letter its number says it in its note.
    if !slice.notes("letter_signed").any(|note| note == slice.number) {
        report.wrong.push("Yazının sayısını veren olay dosyada yok ya da sayı başka.".into());
    }
    if slice.unsealed() > 0 {
        let text = format!("{} olay mühürlenmeden alınmış; onları mühür kanıtlamaz.", slice.unsealed());
        report.doubts.push(text);
    }
    // Whoever makes up a whole chain makes it fit itself.
    if !slice.seals.iter().any(|one| expected.seals.iter().any(|known| known.no == one.no)) {
        let text = "Mühürler, belediyenin başka yerde saklanan bir mührüyle karşılaştırılmadı (--anchor).";
        report.doubts.push(text.into());
    }
    Some(slice)
}

fn electronic(
    bytes: &[u8],
    (parts, slice): (&[Part], &Slice),
    (expected, at): (&Expected, OffsetDateTime),
    report: &mut BundleReport,
) {
    let mut package = match Package::open(Cursor::new(bytes), &Limits::default()) {
        Ok(package) => package,
        Err(refusal) => {
            report.wrong.push(format!("{PACKAGE} açılamadı: {refusal}"));
            return;
        }
    };
    let judged = package::verify(&mut package);
    report.tell("PAKET", &format!("{judged}{}", words::copies(slice)));
    if !judged.is_valid() {
        report.wrong.push(format!("{PACKAGE} geçersiz."));
    }
    if package.final_metadata().map(|last| last.number.as_str()) != Some(slice.number.as_str()) {
        report.wrong.push("Paketteki sayı, işlem kayıtlarındaki sayı değil.".into());
    }
    let digest = archive::sha256(bytes);
    if !slice.notes("letter_packed").any(|note| note == digest) {
        report.wrong.push(format!("{PACKAGE}, işlem kayıtlarında özeti yazan paket değil."));
    }
    let (own, named) = signed::apart(&judged.signatures);
    if named.is_empty() {
        report.wrong.push("Pakette imza yok.".into());
    }
    for part in &own {
        if find(parts, &part.name) != Some(part.bytes.as_slice()) {
            report.wrong.push(format!("{} yok ya da paketin imzalarından çıkan dosya değil.", part.name));
        }
    }
    let is_known = |name: &str| own.iter().any(|part| part.name == name) || name == PACKAGE;
    strangers(parts, is_known, report);
    let trust = Trust::in_anchors(expected.anchors.clone());
    for one in &named {
        let found = signing::verify(&one.of.bytes, Some(&one.of.covered_bytes), &trust, at);
        report.tell(&format!("İMZA {}", one.signature), &found.turkish());
        match found.verdict() {
            Verdict::Valid => {}
            Verdict::CannotSay => report.doubts.push(format!("{}: kesin karar verilemedi.", one.signature)),
            Verdict::Invalid => report.wrong.push(format!("{}: imza geçersiz.", one.signature)),
        }
    }
}

fn paper(parts: &[Part], slice: &Slice, report: &mut BundleReport) {
    if slice.medium != "paper" || slice.notes("letter_packed").next().is_some() {
        report.wrong.push(format!("{PACKAGE} yok."));
    }
    if find(parts, PAPER).is_none() {
        report.wrong.push(format!("{PAPER} yok."));
    }
    strangers(parts, |name| name == PAPER || name.starts_with(SCANS), report);
    report.tell("KÂĞIT YAZI", "Elektronik imza yoktur; elle imzalanan nüsha belediyededir.");
}

/// Files that do not belong into a bundle.
fn strangers(parts: &[Part], is_known: impl Fn(&str) -> bool, report: &mut BundleReport) {
    for part in parts {
        if ![GUIDE, SUMS, REPORT, EVENTS].contains(&part.name.as_str()) && !is_known(&part.name) {
            let is_signature = part.name.starts_with(SIGNATURES) || part.name == CERTIFICATES;
            let what =
                if is_signature { "pakette olmayan bir imzaya ait" } else { "delil dosyasına ait değil" };
            report.wrong.push(format!("{}: {what}.", part.name));
        }
    }
}
