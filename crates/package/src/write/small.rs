//! The small parts: NihaiÜstveri, BelgeImza, BelgeHedef, core properties, and what is known of encryption and updates.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::parties::{party, person};
use super::refusal::CannotWrite;
use super::xml::Xml;
use crate::codes::{Kind, Version};
use crate::model::{ConfidentialityChange, FinalMetadata, Party, Person, Signatory};
use crate::rules::upper;

/// The program, as `revision` of the core properties; nobody checks it.
const REVISION: &str = "Belde/1.0";

/// Opens a root whose children are in the namespace of types.
pub(super) fn types(xml: &mut Xml, root: &str, namespace: &str, version: Version) {
    let digit = version.digit();
    let types = format!("urn:dpt:eyazisma:schema:xsd:Tipler-{digit}");
    let own = format!("urn:dpt:eyazisma:schema:xsd:{namespace}-{digit}");
    xml.open_plain(root, &[("xmlns:tipler", &types), ("xmlns", &own)]);
}

pub(super) fn date_time(at: OffsetDateTime) -> Result<String, CannotWrite> {
    at.format(&Rfc3339).map_err(|_| CannotWrite::BadText("tarih"))
}

pub(super) fn final_metadata(metadata: &FinalMetadata) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("tipler:");
    types(&mut xml, "NihaiUstVeri", "NihaiUstveri", Version::V2);
    xml.text("Tarih", &date_time(metadata.dated_at)?);
    xml.text("BelgeNo", &metadata.number);
    xml.open("BelgeImzalar");
    for it in &metadata.signatories {
        signatory(&mut xml, it)?;
    }
    xml.finish("nihai üstveri")
}

/// BelgeImza of version 1.
pub(super) fn signatories(metadata: &FinalMetadata) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("tipler:");
    types(&mut xml, "BelgeImza", "BelgeImza", Version::V1);
    xml.open("ImzaListesi");
    for it in &metadata.signatories {
        signatory(&mut xml, it)?;
    }
    xml.finish("belge imza")
}

fn signatory(xml: &mut Xml, signatory: &Signatory) -> Result<(), CannotWrite> {
    xml.open("Imza");
    let people: [(&str, Option<&Person>); 3] = [
        ("Imzalayan", Some(&signatory.signer)),
        ("YetkiDevreden", signatory.delegated_by.as_ref()),
        ("VekaletVeren", signatory.acting_for.as_ref()),
    ];
    for (name, it) in people {
        if let Some(it) = it {
            xml.open(name);
            person(xml, it);
            xml.close();
        }
    }
    xml.optional("Makam", signatory.office.as_deref());
    xml.optional("Amac", signatory.purpose.as_deref());
    xml.optional("Aciklama", signatory.description.as_deref());
    if let Some(at) = signatory.signed_at {
        xml.text("Tarih", &date_time(at)?);
    }
    xml.close();
    Ok(())
}

pub(super) fn targets<'p>(
    parties: impl Iterator<Item = &'p Party>,
    version: Version,
) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("tipler:");
    types(&mut xml, "BelgeHedef", "BelgeHedef", version);
    xml.open("HedefListesi");
    for it in parties {
        xml.open("Hedef");
        party(&mut xml, it, version);
        xml.close();
    }
    xml.finish("belge hedef")
}

/// What the core properties of a package say beside what its kind says.
pub(super) struct Core<'c> {
    pub kind: Kind,
    pub version: Version,
    pub identifier: String,
    pub creator: &'c Party,
    pub subject: Option<&'c str>,
    pub created_at: Option<OffsetDateTime>,
}

pub(super) fn core(core: &Core<'_>) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("");
    let namespaces = [
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xmlns", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
    ];
    xml.open_plain("coreProperties", &namespaces);
    xml.text("dc:identifier", &core.identifier);
    if let Some(at) = core.created_at {
        let created = date_time(at.to_offset(UtcOffset::UTC))?;
        xml.text_with("dcterms:created", &[("xsi:type", "dcterms:W3CDTF")], &created);
    }
    xml.text("dc:creator", &format!("{}/{}", core.creator.name(), core.creator.identifier()));
    xml.optional("dc:subject", core.subject);
    xml.text("category", core.kind.category());
    xml.text("contentType", "application/eyazisma");
    let version = match (core.kind, core.version) {
        (Kind::Update, _) => "2.1",
        (_, Version::V1) => "1.3",
        (_, Version::V2) => "2.0",
    };
    xml.text("version", version);
    xml.text("revision", REVISION);
    xml.finish("çekirdek bilgiler")
}

/// SifreliIcerikBilgisi as every program writes it.
pub(super) fn encryption_info(version: Version) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("");
    let namespace = match version {
        Version::V1 => "urn:dpt:eyazisma:schema:xsd:SifreliIcerikBilgisi-1",
        Version::V2 => "urn:dpt:eyazisma:schema:xsd:Tipler-2",
    };
    let method = "Elektronik Belgeleri Açık Anahtar Altyapısı Kullanarak Güvenli İşleme Rehberi";
    let attributes = [("Id", ""), ("Version", "1.4"), ("Yontem", method), ("xmlns", namespace)];
    xml.open_plain("SifreliIcerikBilgisi", &attributes);
    xml.text("URI", "http://www.kamusm.gov.tr/dokumanlar/belgeler");
    xml.text("URI", "http://www.e-yazisma.gov.tr/SitePages/dokumanlar.aspx");
    xml.finish("şifreli içerik bilgisi")
}

pub(super) fn update(change: &ConfidentialityChange) -> Result<Vec<u8>, CannotWrite> {
    let mut xml = Xml::new("tipler:");
    xml.open_plain("tipler:GuncellemeBilgisi", &[("xmlns:tipler", "urn:dpt:eyazisma:schema:xsd:Tipler-2")]);
    xml.open("Guncellemeler");
    xml.text("GuncellemeTuru", "GuvenlikKodu");
    xml.open("GuvenlikKoduDegisiklikBilgisi");
    xml.optional("YeniGizlilikDerecesi", change.confidentiality.code(Version::V2));
    xml.text("DegistirmeTarihi", &format!("{}T00:00:00", change.changed_on));
    xml.text("Aciklama", &change.description);
    xml.text("KomisyonKarariBelgeNo", &change.decision_number);
    xml.text("KomisyonKarariBelgeId", &upper(change.decision_id));
    xml.finish("güncelleme bilgisi")
}
