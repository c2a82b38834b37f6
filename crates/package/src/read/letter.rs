//! The letter and what is added to it after signing, out of XML of both versions.

use time::OffsetDateTime;
use uuid::Uuid;

use super::Notes;
use super::party::{party_in, person};
use crate::codes::{Algorithm, AnnexKind, Confidentiality, DistributionKind, Urgency};
use crate::model::{
    Annex, Deadline, Distribution, FilePlanCode, Filing, FinalMetadata, Institution, Letter, OwnId, Party,
    PublicService, Reference, RemoteDigest, Signatory,
};
use crate::xml::Element;

const CONTENT: &str = "K.19";
const FINAL: &str = "K.85";

pub(crate) fn letter(root: &Element, notes: &mut Notes<'_>) -> Letter {
    let author = root.child("Olusturan").and_then(party_in).unwrap_or_else(|| {
        notes.error(CONTENT, "Üstveride belgeyi oluşturan belirtilmemiş.".to_owned());
        Party::Institution(Institution::default())
    });
    let until = root.child_text("GuvenlikKoduGecerlilikTarihi");
    Letter {
        id: notes.guid(CONTENT, "BelgeId", root.child_text("BelgeId").as_deref()),
        subject: root.child_text("Konu").unwrap_or_default(),
        confidentiality: Confidentiality::parse(root.child("GuvenlikKodu").map_or("", Element::text)),
        confidential_until: notes.instant(CONTENT, "GuvenlikKoduGecerlilikTarihi", until),
        media_type: root.child_text("MimeTuru"),
        own_id: own_id(root),
        distributions: root
            .list("DagitimListesi", "Dagitim")
            .map(|element| distribution(element, notes))
            .collect(),
        annexes: root.list("Ekler", "Ek").map(|element| annex(element, notes)).collect(),
        references: root.list("Ilgiler", "Ilgi").map(|element| reference(element, notes)).collect(),
        language: root.child_text("Dil"),
        author,
        contacts: root.list("IlgiliListesi", "Ilgili").filter_map(party_in).collect(),
        file_name: root.child_text("DosyaAdi").unwrap_or_default(),
        filing: root.child("SdpBilgisi").map(filing),
        public_services: root.list("HeyskListesi", "Heysk").map(|it| public_service(it, notes)).collect(),
        verification_address: root
            .child("DogrulamaBilgisi")
            .and_then(|verification| verification.child_text("DogrulamaAdresi")),
    }
}

/// NihaiÜstveri of version 2.
pub(crate) fn final_metadata(root: &Element, notes: &mut Notes<'_>) -> FinalMetadata {
    let signatories = root.list("BelgeImzalar", "Imza").map(|element| signatory(element, notes)).collect();
    dated(root, signatories, FINAL, notes)
}

/// Date and number from Üstveri of version 1, signatories from BelgeImza when there is one.
pub(crate) fn old_final_metadata(
    metadata: &Element,
    signatories: Option<&Element>,
    notes: &mut Notes<'_>,
) -> FinalMetadata {
    let signatories = signatories.map_or_else(Vec::new, |root| {
        root.list("ImzaListesi", "Imza").map(|element| signatory(element, notes)).collect()
    });
    dated(metadata, signatories, CONTENT, notes)
}

fn dated(
    root: &Element,
    signatories: Vec<Signatory>,
    rule: &'static str,
    notes: &mut Notes<'_>,
) -> FinalMetadata {
    let dated_at = notes.instant(rule, "Tarih", root.child_text("Tarih")).unwrap_or_else(|| {
        notes.error(rule, "Belgenin tarihi (Tarih) yok ya da okunamadı.".to_owned());
        OffsetDateTime::UNIX_EPOCH
    });
    FinalMetadata { dated_at, number: root.child_text("BelgeNo").unwrap_or_default(), signatories }
}

fn distribution(element: &Element, notes: &mut Notes<'_>) -> Distribution {
    let party = party_in(element).unwrap_or_else(|| {
        notes.error(CONTENT, "Dağıtım satırında alıcı yok.".to_owned());
        Party::Institution(Institution::default())
    });
    Distribution {
        party,
        urgency: Urgency::parse(element.child("Ivedilik").map_or("", Element::text)),
        kind: DistributionKind::parse(element.child("DagitimTuru").map_or("", Element::text)),
        deadline: element.child_text("Miat").map(|text| deadline(&text)),
        withheld_annexes: element
            .list("KonulmamisEkListesi", "KonulmamisEk")
            .map(|it| notes.guid(CONTENT, "KonulmamisEk/EkId", it.child_text("EkId").as_deref()))
            .collect(),
    }
}

fn deadline(text: &str) -> Deadline {
    let days = text.strip_prefix('P').and_then(|rest| rest.strip_suffix('D')).unwrap_or(text);
    days.parse().map_or_else(|_| Deadline::Duration(text.to_owned()), Deadline::Days)
}

fn annex(element: &Element, notes: &mut Notes<'_>) -> Annex {
    let kind = AnnexKind::parse(element.child("Tur").map_or("", Element::text));
    let is_true = |text: &str| text == "true" || text == "1";
    let id = element.child("Id");
    Annex {
        id: notes.guid(CONTENT, "Ek/Id", id.and_then(|id| id.attribute("Value"))),
        is_package_id: id.and_then(|id| id.attribute("EYazismaIdMi")).map(is_true),
        number: element.child_text("BelgeNo"),
        kind,
        file_name: element.child_text("DosyaAdi"),
        media_type: element.child_text("MimeTuru"),
        name: element.child_text("Ad"),
        order: element.child_text("SiraNo").and_then(|order| order.parse().ok()).unwrap_or(0),
        description: element.child_text("Aciklama"),
        address: element.child_text("Referans"),
        own_id: own_id(element),
        is_signed: element.child_text("ImzaliMi").map_or(kind == AnnexKind::Enclosed, |it| is_true(&it)),
        digest: element.child("Ozet").and_then(|digest| remote_digest(digest, notes)),
    }
}

fn remote_digest(element: &Element, notes: &mut Notes<'_>) -> Option<RemoteDigest> {
    let algorithm = element.child("OzetAlgoritmasi").and_then(|it| it.attribute("Algorithm")).unwrap_or("");
    match Algorithm::parse(algorithm) {
        Some(algorithm) => {
            Some(RemoteDigest { algorithm, value: element.child_text("OzetDegeri").unwrap_or_default() })
        }
        None => {
            notes.warning(CONTENT, "Harici ekin özet algoritması tanınmıyor.".to_owned());
            None
        }
    }
}

fn reference(element: &Element, notes: &mut Notes<'_>) -> Reference {
    let id = element.child("Id").and_then(|id| id.attribute("Value"));
    let annex_id: Option<Uuid> =
        element.child_text("EkId").map(|text| notes.guid("K.25", "Ilgi/EkId", Some(&text)));
    Reference {
        id: notes.guid(CONTENT, "Ilgi/Id", id),
        number: element.child_text("BelgeNo"),
        dated_at: notes.instant(CONTENT, "Ilgi/Tarih", element.child_text("Tarih")),
        label: element.child_text("Etiket").unwrap_or_default(),
        annex_id,
        name: element.child_text("Ad"),
        description: element.child_text("Aciklama"),
        own_id: own_id(element),
    }
}

fn own_id(element: &Element) -> Option<OwnId> {
    let id = element.child("OzId")?;
    let value = id.text();
    (!value.is_empty())
        .then(|| OwnId { scheme: id.attribute("schemeID").map(str::to_owned), value: value.to_owned() })
}

fn filing(element: &Element) -> Filing {
    Filing {
        main: element.child("AnaSdp").map(file_plan_code).unwrap_or_default(),
        others: element.list("DigerSdpler", "SdpListesi").map(file_plan_code).collect(),
    }
}

fn file_plan_code(element: &Element) -> FilePlanCode {
    FilePlanCode {
        code: element.child_text("Kod").unwrap_or_default(),
        name: element.child_text("Ad").unwrap_or_default(),
        description: element.child_text("Aciklama"),
    }
}

fn public_service(element: &Element, notes: &mut Notes<'_>) -> PublicService {
    let code = element.child_text("Kod").and_then(|code| code.parse().ok());
    if code.is_none() {
        notes.warning(CONTENT, "Hizmet (HEYSK) kodu sayı değil.".to_owned());
    }
    PublicService {
        code: code.unwrap_or(0),
        name: element.child_text("Ad").unwrap_or_default(),
        definition: element.child_text("Tanim"),
    }
}

fn signatory(element: &Element, notes: &mut Notes<'_>) -> Signatory {
    Signatory {
        signer: element.child("Imzalayan").map(person).unwrap_or_default(),
        delegated_by: element.child("YetkiDevreden").map(person),
        acting_for: element.child("VekaletVeren").map(person),
        office: element.child_text("Makam"),
        purpose: element.child_text("Amac"),
        description: element.child_text("Aciklama"),
        signed_at: notes.instant(FINAL, "Imza/Tarih", element.child_text("Tarih")),
    }
}
