//! What a letter must keep, whoever wrote it: the verifier reports these, the writer refuses what breaks them. Rules
//! are those of the technical guide (K.n) and of the official schemas, without their misprints.

use std::collections::HashSet;

use uuid::Uuid;

use crate::codes::{AnnexKind, Confidentiality, Version};
use crate::findings::Finding;
use crate::model::{Annex, Deadline, Distribution, FinalMetadata, Letter, OwnId, Party, Person, Reference};
use crate::part_name::{self, is_official};

/// The guide's rule about what Üstveri holds.
pub(crate) const CONTENT: &str = "K.19";
/// Turkish alphabet, in which references are lettered.
const ALPHABET: &str = "abcçdefgğhıijklmnoöprsştuüvyz";
const COMPANY_SCHEMES: [&str; 5] = ["MERSIS", "VBYS", "DERBIS", "PARBIS", "SENBIS"];

/// Everything about the letter alone; `version` is that of the package.
pub(crate) fn check_letter(letter: &Letter, version: Version) -> Vec<Finding> {
    let mut found = Vec::new();
    head(letter, version, &mut found);
    party(&letter.author, "Oluşturan", &mut found);
    for contact in &letter.contacts {
        party(contact, "İlgili", &mut found);
    }
    distributions(letter, version, &mut found);
    annexes(&letter.annexes, version, &mut found);
    references(letter, &mut found);
    unique_ids(letter, &mut found);
    filing(letter, &mut found);
    found
}

fn head(letter: &Letter, version: Version, found: &mut Vec<Finding>) {
    if is_blank(&letter.subject) {
        found.push(Finding::error("Belgenin konusu yok.").rule(CONTENT));
    }
    if letter.confidentiality.code(version).is_none() {
        let text = match letter.confidentiality {
            Confidentiality::Private => "“Özel” gizlilik derecesi kaldırılmıştır; bu sürümde kullanılamaz.",
            _ => "Gizlilik derecesi bu sürümün kod listesinde yok.",
        };
        found.push(Finding::error(text).rule(CONTENT));
    }
    if letter.media_type.is_none() {
        found.push(Finding::warning("Üst yazının dosya türü (MimeTuru) belirtilmemiş.").rule(CONTENT));
    }
    if letter.own_id.as_ref().is_some_and(is_bare) {
        found.push(Finding::warning("Belgenin öz kimliğinde (OzId) schemeID yok.").rule(CONTENT));
    }
    if version == Version::V2 && is_none_or_blank(letter.verification_address.as_deref()) {
        found.push(Finding::warning("Belge doğrulama adresi yok.").rule(CONTENT));
    }
    if letter.file_name.is_empty() {
        found.push(Finding::error("Üst yazının dosya adı (DosyaAdi) yok.").rule(CONTENT));
    } else if !is_official(&letter.file_name) {
        found
            .push(Finding::warning("Üst yazının dosya adında boşluk ya da ASCII dışı harf var.").rule("K.5"));
    }
}

fn distributions(letter: &Letter, version: Version, found: &mut Vec<Finding>) {
    if letter.distributions.is_empty() {
        found.push(Finding::error("Dağıtım listesinde hiç alıcı yok.").rule(CONTENT));
    }
    let known: HashSet<Uuid> = letter.annexes.iter().map(|annex| annex.id).collect();
    for distribution in &letter.distributions {
        codes_of(distribution, version, found);
        party(&distribution.party, "Dağıtım", found);
        for id in distribution.withheld_annexes.iter().filter(|id| !known.contains(id)) {
            let text = format!("Dağıtımda konulmamış olarak belirtilen ek üstveride yok: {}.", upper(*id));
            found.push(Finding::error(text).rule(CONTENT));
        }
    }
}

fn codes_of(distribution: &Distribution, version: Version, found: &mut Vec<Finding>) {
    let name = distribution.party.name();
    if distribution.urgency.code(version).is_none() {
        let text = format!("{name} için ivedilik derecesi bu sürümün kod listesinde yok.");
        found.push(Finding::error(text).rule(CONTENT));
    }
    let is_duration = |text: &str| text.starts_with('P') && text.len() > 2 && text.is_ascii();
    if matches!(&distribution.deadline, Some(Deadline::Duration(text)) if !is_duration(text)) {
        found.push(Finding::warning(format!("{name} için miat okunamadı.")).rule(CONTENT));
    }
    if distribution.kind.code(version).is_none() {
        found.push(Finding::error(format!("{name} için dağıtım türü kod listesinde yok.")).rule(CONTENT));
    }
}

fn annexes(annexes: &[Annex], version: Version, found: &mut Vec<Finding>) {
    let mut orders = HashSet::new();
    let mut files = HashSet::new();
    for annex in annexes {
        let called = called(annex);
        if annex.order == 0 {
            found.push(Finding::error(format!("{called}: sıra numarası 1'den küçük.")).rule(CONTENT));
        } else if !orders.insert(annex.order) {
            let text = format!("{called}: {} sıra numarası başka bir ekte de var.", annex.order);
            found.push(Finding::error(text).rule(CONTENT));
        }
        if annex.kind.code(version).is_none() {
            found.push(Finding::error(format!("{called}: ek türü kod listesinde yok.")).rule(CONTENT));
        }
        if annex.kind != AnnexKind::Enclosed && annex.is_signed {
            let text = format!("{called}: harici ve fiziksel ekler imzalı olarak belirtilemez.");
            found.push(Finding::error(text).rule(CONTENT));
        }
        if annex.kind == AnnexKind::Remote && is_none_or_blank(annex.address.as_deref()) {
            found.push(Finding::error(format!("{called}: harici ekin adresi yok.")).rule(CONTENT));
        }
        if annex.own_id.as_ref().is_some_and(is_bare) {
            found.push(Finding::warning(format!("{called}: öz kimlikte (OzId) schemeID yok.")).rule(CONTENT));
        }
        if annex.kind == AnnexKind::Enclosed {
            file_name(annex, &called, &mut files, found);
        }
    }
}

fn file_name(annex: &Annex, called: &str, files: &mut HashSet<(bool, String)>, found: &mut Vec<Finding>) {
    let Some(name) = annex.file_name.as_deref() else {
        found.push(Finding::error(format!("{called}: dosya adı yok.")).rule(CONTENT));
        return;
    };
    if !is_official(name) {
        let text = format!("{called}: dosya adında boşluk ya da ASCII dışı harf var.");
        found.push(Finding::warning(text).rule("K.12"));
    }
    if !files.insert((annex.is_signed, part_name::key(name))) {
        found.push(Finding::error(format!("{called}: aynı dosya adı başka bir ekte de var.")).rule("K.12"));
    }
}

fn references(letter: &Letter, found: &mut Vec<Finding>) {
    let annexes: HashSet<Uuid> = letter.annexes.iter().map(|annex| annex.id).collect();
    let mut labels = HashSet::new();
    let mut is_in_order = true;
    let mut expected = ALPHABET.chars();
    for reference in &letter.references {
        label(reference, &mut labels, found);
        is_in_order &= expected.next().is_none_or(|letter| reference.label == letter.to_string());
        if reference.annex_id.is_some_and(|id| !annexes.contains(&id)) {
            let text = format!("İlgi ({}) üstveride bulunmayan bir eki gösteriyor.", reference.label);
            found.push(Finding::error(text).rule("K.25"));
        }
    }
    if !is_in_order {
        let text = "İlgiler Türk alfabesine göre “a” harfinden başlayarak sıralanmamış.";
        found.push(Finding::warning(text).rule(CONTENT));
    }
}

fn label<'l>(reference: &'l Reference, labels: &mut HashSet<&'l str>, found: &mut Vec<Finding>) {
    if is_blank(&reference.label) {
        found.push(Finding::error("Bir ilginin etiketi yok.").rule(CONTENT));
    } else if !labels.insert(&reference.label) {
        let text = format!("İlgi etiketi birden çok kullanılmış: {}.", reference.label);
        found.push(Finding::error(text).rule(CONTENT));
    }
}

fn unique_ids(letter: &Letter, found: &mut Vec<Finding>) {
    let annexes = letter.annexes.iter().map(|annex| annex.id);
    let references = letter.references.iter().map(|reference| reference.id);
    let mut seen = HashSet::new();
    // A nil id stands for one that could not be read, which was reported there.
    for id in std::iter::once(letter.id).chain(annexes).chain(references).filter(|id| !id.is_nil()) {
        if !seen.insert(id) {
            found.push(
                Finding::error(format!("Aynı kimlik birden çok kullanılmış: {}.", upper(id))).rule("K.61"),
            );
        }
    }
}

fn filing(letter: &Letter, found: &mut Vec<Finding>) {
    let Some(filing) = &letter.filing else { return };
    for code in std::iter::once(&filing.main).chain(&filing.others) {
        if !is_file_plan_code(&code.code) {
            let text = format!("Standart dosya planı kodu geçerli değil: {}.", code.code);
            found.push(Finding::warning(text).rule(CONTENT));
        }
    }
}

fn party(party: &Party, place: &str, found: &mut Vec<Finding>) {
    match party {
        Party::Institution(it) => {
            for number in std::iter::once(&it.detsis).chain(&it.unit_detsis) {
                if !is_detsis(number) {
                    let text = format!("{place}: DETSİS numarası 8 haneli değil: “{number}”.");
                    found.push(Finding::warning(text).rule(CONTENT));
                }
            }
        }
        Party::Person(it) => person(it, place, CONTENT, found),
        Party::Company(it) => {
            let is_known = it.scheme.as_deref().is_some_and(|scheme| COMPANY_SCHEMES.contains(&scheme));
            if is_blank(&it.id) || !is_known {
                let text = format!(
                    "{place}: tüzel kişinin sicil numarası ya da sicil türü (schemeID) geçerli değil."
                );
                found.push(Finding::warning(text).rule(CONTENT));
            }
        }
    }
}

fn person(person: &Person, place: &str, rule: &'static str, found: &mut Vec<Finding>) {
    if is_blank(&person.first_name) || is_blank(&person.last_name) {
        found.push(Finding::warning(format!("{place}: kişinin adı ya da soyadı yok.")).rule(rule));
    }
    if person.tckn.as_deref().is_some_and(|tckn| !is_tckn(tckn)) {
        found.push(Finding::warning(format!("{place}: T.C. kimlik numarası 11 haneli değil.")).rule(rule));
    }
}

/// What is known after signing. `rule` is K.85 in version 2.
pub(crate) fn check_final(metadata: &FinalMetadata, version: Version) -> Vec<Finding> {
    let rule = if version == Version::V2 { "K.85" } else { CONTENT };
    let mut found = Vec::new();
    if is_blank(&metadata.number) {
        found.push(Finding::error("Belgenin sayısı (BelgeNo) yok.").rule(rule));
    }
    if metadata.signatories.is_empty() {
        found.push(Finding::error("Belgeyi imzalayan belirtilmemiş.").rule(rule));
    }
    for signatory in &metadata.signatories {
        person(&signatory.signer, "İmzalayan", rule, &mut found);
        for other in [&signatory.delegated_by, &signatory.acting_for].into_iter().flatten() {
            person(other, "Yetki devreden ya da vekâlet veren", rule, &mut found);
        }
    }
    found
}

pub(crate) fn called(annex: &Annex) -> String {
    let name = annex.name.as_deref().or(annex.file_name.as_deref());
    name.map_or_else(|| format!("Ek {}", annex.order), |name| format!("Ek “{name}”"))
}

/// Readers drop blanks at both ends, so that a text of blanks is none.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_none_or_blank(text: Option<&str>) -> bool {
    text.is_none_or(is_blank)
}

fn is_bare(id: &OwnId) -> bool {
    is_none_or_blank(id.scheme.as_deref())
}

/// Ids are written in capitals everywhere in the format.
pub(crate) fn upper(id: Uuid) -> String {
    id.hyphenated().to_string().to_uppercase()
}

fn is_detsis(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
}

fn is_tckn(text: &str) -> bool {
    text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
}

/// `^\d{3}(\.\d{2}){0,3}$`
fn is_file_plan_code(text: &str) -> bool {
    let is_digits =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split('.');
    let main = parts.next().is_some_and(|part| is_digits(part, 3));
    let rest: Vec<&str> = parts.collect();
    main && rest.len() <= 3 && rest.iter().all(|part| is_digits(part, 2))
}
