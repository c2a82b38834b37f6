//! Üstveri of both versions, and what a letter may hold in each.

use time::OffsetDateTime;

use super::parties::party;
use super::refusal::CannotWrite;
use super::small::{date_time, types};
use super::xml::Xml;
use crate::codes::{AnnexKind, Version};
use crate::model::{Annex, Deadline, Distribution, FilePlanCode, Letter, OwnId, Party, Reference};
use crate::part_name::transliterate;
use crate::rules::{check_letter, upper};

/// Date and number, which Üstveri of version 1 holds.
pub(super) struct Dated<'d> {
    pub at: OffsetDateTime,
    pub number: &'d str,
}

/// Refuses what the verifier would report, and what the version cannot say.
pub(super) fn refuse(letter: &Letter, version: Version) -> Result<(), CannotWrite> {
    let findings = check_letter(letter, version);
    if !findings.is_empty() {
        return Err(CannotWrite::Rules(findings));
    }
    let annexes = letter.annexes.iter().map(|annex| annex.id);
    let mut ids = std::iter::once(letter.id).chain(annexes).chain(letter.references.iter().map(|it| it.id));
    if ids.any(|id| id.is_nil()) {
        return Err(CannotWrite::NotInVersion("boş kimlik (GUID)"));
    }
    for annex in &letter.annexes {
        refuse_file(annex.file_name.as_deref(), annex.media_type.as_deref())?;
    }
    refuse_file(Some(&letter.file_name), letter.media_type.as_deref())?;
    let unknown = match version {
        Version::V1 => not_in_v1(letter),
        Version::V2 => not_in_v2(letter),
    };
    unknown.map_or(Ok(()), |field| Err(CannotWrite::NotInVersion(field)))
}

fn refuse_file(name: Option<&str>, media_type: Option<&str>) -> Result<(), CannotWrite> {
    let better = name.map(transliterate);
    if let (Some(name), Some(better)) = (name, better)
        && name != better
    {
        return Err(CannotWrite::BadFileName { name: name.to_owned(), better });
    }
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let is_media_type = |text: &str| text.split_once('/').is_some_and(|(a, b)| is_token(a) && is_token(b));
    match media_type.filter(|text| !is_media_type(text)) {
        Some(bad) => Err(CannotWrite::BadMediaType(bad.to_owned())),
        None => Ok(()),
    }
}

fn not_in_v1(letter: &Letter) -> Option<&'static str> {
    let has_duration = |line: &Distribution| matches!(line.deadline, Some(Deadline::Duration(_)));
    let is_unsigned = |annex: &Annex| annex.kind == AnnexKind::Enclosed && !annex.is_signed;
    let has_kep = |party: &Party| {
        let contact = match party {
            Party::Institution(it) => &it.contact,
            Party::Person(it) => &it.contact,
            Party::Company(it) => &it.contact,
        };
        contact.as_ref().is_some_and(|contact| contact.kep.is_some())
    };
    let rows = [
        ("standart dosya planı bilgisi", letter.filing.is_some()),
        ("hizmet (HEYSK) listesi", !letter.public_services.is_empty()),
        ("belge doğrulama adresi", letter.verification_address.is_some()),
        ("gün sayısı olmayan miat", letter.distributions.iter().any(has_duration)),
        ("imzasız ek", letter.annexes.iter().any(is_unsigned)),
        ("KEP adresi", parties_of(letter).any(has_kep)),
    ];
    rows.into_iter().find(|row| row.1).map(|row| row.0)
}

fn not_in_v2(letter: &Letter) -> Option<&'static str> {
    let has_byk = |party: &Party| matches!(party, Party::Institution(it) if it.byk.is_some());
    parties_of(letter).any(has_byk).then_some("BYK numarası")
}

fn parties_of(letter: &Letter) -> impl Iterator<Item = &Party> {
    let addressees = letter.distributions.iter().map(|line| &line.party);
    addressees.chain(&letter.contacts).chain(std::iter::once(&letter.author))
}

/// `dated` is asked for by version 1 and must be none in version 2.
pub(super) fn metadata(
    letter: &Letter,
    version: Version,
    dated: Option<&Dated<'_>>,
) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("tipler:");
    let root = if version == Version::V1 { "Ustveri" } else { "UstVeri" };
    types(&mut xml, root, "Ustveri", version);
    xml.text("BelgeId", &upper(letter.id));
    xml.text("Konu", &letter.subject);
    if let Some(dated) = dated {
        xml.text("Tarih", &date_time(dated.at)?);
        xml.text("BelgeNo", dated.number);
    }
    xml.optional("GuvenlikKodu", letter.confidentiality.code(version));
    if let Some(until) = letter.confidential_until {
        xml.text("GuvenlikKoduGecerlilikTarihi", &date_time(until)?);
    }
    xml.optional("MimeTuru", letter.media_type.as_deref());
    own_id(&mut xml, letter.own_id.as_ref());
    lists(&mut xml, letter, version)?;
    xml.optional("Dil", letter.language.as_deref());
    xml.open("Olusturan");
    party(&mut xml, &letter.author, version);
    xml.close();
    if !letter.contacts.is_empty() {
        xml.open("IlgiliListesi");
        for contact in &letter.contacts {
            xml.open("Ilgili");
            party(&mut xml, contact, version);
            xml.close();
        }
        xml.close();
    }
    xml.text("DosyaAdi", &letter.file_name);
    filing(&mut xml, letter);
    if let Some(address) = &letter.verification_address {
        xml.open("DogrulamaBilgisi");
        xml.text("DogrulamaAdresi", address);
        xml.close();
    }
    xml.finish("üstveri")
}

fn lists(xml: &mut Xml, letter: &Letter, version: Version) -> Result<(), CannotWrite> {
    xml.open("DagitimListesi");
    for line in &letter.distributions {
        distribution(xml, line, version);
    }
    xml.close();
    if !letter.annexes.is_empty() {
        xml.open("Ekler");
        for it in &letter.annexes {
            annex(xml, it, version);
        }
        xml.close();
    }
    if !letter.references.is_empty() {
        xml.open("Ilgiler");
        for it in &letter.references {
            reference(xml, it)?;
        }
        xml.close();
    }
    Ok(())
}

fn distribution(xml: &mut Xml, line: &Distribution, version: Version) {
    xml.open("Dagitim");
    party(xml, &line.party, version);
    xml.optional("Ivedilik", line.urgency.code(version));
    xml.optional("DagitimTuru", line.kind.code(version));
    match &line.deadline {
        Some(Deadline::Days(days)) if version == Version::V1 => xml.text("Miat", &days.to_string()),
        Some(Deadline::Days(days)) => xml.text("Miat", &format!("P{days}D")),
        Some(Deadline::Duration(text)) => xml.text("Miat", text),
        None => {}
    }
    if !line.withheld_annexes.is_empty() {
        xml.open("KonulmamisEkListesi");
        for id in &line.withheld_annexes {
            xml.open("KonulmamisEk");
            xml.text("EkId", &upper(*id));
            xml.close();
        }
        xml.close();
    }
    xml.close();
}

fn annex(xml: &mut Xml, annex: &Annex, version: Version) {
    let id = upper(annex.id);
    let mut attributes = vec![("Value", id.as_str())];
    attributes.extend(annex.is_package_id.map(|is| ("EYazismaIdMi", if is { "true" } else { "false" })));
    xml.open("Ek");
    xml.empty("Id", &attributes);
    xml.optional("BelgeNo", annex.number.as_deref());
    xml.optional("Tur", annex.kind.code(version));
    xml.optional("DosyaAdi", annex.file_name.as_deref());
    xml.optional("MimeTuru", annex.media_type.as_deref());
    xml.optional("Ad", annex.name.as_deref());
    xml.text("SiraNo", &annex.order.to_string());
    xml.optional("Aciklama", annex.description.as_deref());
    xml.optional("Referans", annex.address.as_deref());
    own_id(xml, annex.own_id.as_ref());
    xml.text("ImzaliMi", if annex.is_signed { "true" } else { "false" });
    if let Some(digest) = &annex.digest {
        xml.open("Ozet");
        xml.empty("OzetAlgoritmasi", &[("Algorithm", digest.algorithm.uri())]);
        xml.text("OzetDegeri", &digest.value);
        xml.close();
    }
    xml.close();
}

fn reference(xml: &mut Xml, reference: &Reference) -> Result<(), CannotWrite> {
    xml.open("Ilgi");
    xml.empty("Id", &[("Value", &upper(reference.id))]);
    xml.optional("BelgeNo", reference.number.as_deref());
    if let Some(at) = reference.dated_at {
        xml.text("Tarih", &date_time(at)?);
    }
    xml.text("Etiket", &reference.label);
    if let Some(id) = reference.annex_id {
        xml.text("EkId", &upper(id));
    }
    xml.optional("Ad", reference.name.as_deref());
    xml.optional("Aciklama", reference.description.as_deref());
    own_id(xml, reference.own_id.as_ref());
    xml.close();
    Ok(())
}

fn own_id(xml: &mut Xml, id: Option<&OwnId>) {
    let Some(id) = id else { return };
    let scheme: Vec<(&str, &str)> = id.scheme.iter().map(|it| ("schemeID", it.as_str())).collect();
    xml.text_with("OzId", &scheme, &id.value);
}

fn filing(xml: &mut Xml, letter: &Letter) {
    if let Some(filing) = &letter.filing {
        xml.open("SdpBilgisi");
        file_plan_code(xml, "AnaSdp", &filing.main);
        if !filing.others.is_empty() {
            xml.open("DigerSdpler");
            for code in &filing.others {
                file_plan_code(xml, "SdpListesi", code);
            }
            xml.close();
        }
        xml.close();
    }
    if !letter.public_services.is_empty() {
        xml.open("HeyskListesi");
        for service in &letter.public_services {
            xml.open("Heysk");
            xml.text("Kod", &service.code.to_string());
            xml.text("Ad", &service.name);
            xml.optional("Tanim", service.definition.as_deref());
            xml.close();
        }
        xml.close();
    }
}

fn file_plan_code(xml: &mut Xml, element: &str, code: &FilePlanCode) {
    xml.open(element);
    xml.text("Kod", &code.code);
    xml.text("Ad", &code.name);
    xml.optional("Aciklama", code.description.as_deref());
    xml.close();
}
