//! A letter as data: what the metadata of a package say, in the words of this project. How it is written as XML is
//! in `read` and `write`; which rules it must keep is in `rules`.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::codes::{Algorithm, AnnexKind, Confidentiality, DistributionKind, Urgency};

/// A letter (Üstveri). Ids that a received package does not write as a GUID are nil, and the report says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// BelgeId; printed on the letter as its verification code.
    pub id: Uuid,
    /// Konu.
    pub subject: String,
    /// GuvenlikKodu.
    pub confidentiality: Confidentiality,
    /// When the confidentiality ends by itself.
    pub confidential_until: Option<OffsetDateTime>,
    /// Media type of the cover letter; always `application/pdf` in new packages.
    pub media_type: Option<String>,
    /// OzId: the letter's id in the program that made it.
    pub own_id: Option<OwnId>,
    /// DagitimListesi.
    pub distributions: Vec<Distribution>,
    /// Ekler.
    pub annexes: Vec<Annex>,
    /// Ilgiler.
    pub references: Vec<Reference>,
    /// Dil: `tur`.
    pub language: Option<String>,
    /// Olusturan.
    pub author: Party,
    /// IlgiliListesi: whom to ask.
    pub contacts: Vec<Party>,
    /// DosyaAdi: name of the cover letter's file.
    pub file_name: String,
    /// SdpBilgisi, since version 2.
    pub filing: Option<Filing>,
    /// HeyskListesi, since version 2.
    pub public_services: Vec<PublicService>,
    /// DogrulamaAdresi, since version 2.
    pub verification_address: Option<String>,
}

/// What is known only after signing (NihaiÜstveri; in version 1 parts of Üstveri and BelgeImza).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalMetadata {
    /// Tarih.
    pub dated_at: OffsetDateTime,
    /// BelgeNo, such as `E-24312041-702.03-1`.
    pub number: String,
    /// Who signed.
    pub signatories: Vec<Signatory>,
}

/// One who signed (Imza).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Imzalayan.
    pub signer: Person,
    /// YetkiDevreden: whose power is delegated to the signer.
    pub delegated_by: Option<Person>,
    /// VekaletVeren: for whom the signer acts.
    pub acting_for: Option<Person>,
    /// Makam.
    pub office: Option<String>,
    /// Amac.
    pub purpose: Option<String>,
    /// Aciklama.
    pub description: Option<String>,
    /// Tarih.
    pub signed_at: Option<OffsetDateTime>,
}

/// One addressee (Dağıtım).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// Who gets it.
    pub party: Party,
    /// Ivedilik.
    pub urgency: Urgency,
    /// DagitimTuru.
    pub kind: DistributionKind,
    /// Miat.
    pub deadline: Option<Deadline>,
    /// KonulmamisEkListesi: annexes that this addressee does not get.
    pub withheld_annexes: Vec<Uuid>,
}

/// Miat: how long an addressee has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deadline {
    /// Days; `P3D` in version 2, `3` in version 1.
    Days(u32),
    /// Any other duration of ISO 8601, as it is written.
    Duration(String),
}

/// An annex (Ek).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex {
    /// Its id in the package.
    pub id: Uuid,
    /// EYazismaIdMi: is the id that of an e-Yazışma package?
    pub is_package_id: Option<bool>,
    /// BelgeNo, when the annex is itself a letter.
    pub number: Option<String>,
    /// Tur.
    pub kind: AnnexKind,
    /// DosyaAdi, of enclosed annexes.
    pub file_name: Option<String>,
    /// MimeTuru.
    pub media_type: Option<String>,
    /// Ad.
    pub name: Option<String>,
    /// SiraNo from 1; 0 when a received package has none.
    pub order: u32,
    /// Aciklama.
    pub description: Option<String>,
    /// Referans: address of a remote annex.
    pub address: Option<String>,
    /// OzId.
    pub own_id: Option<OwnId>,
    /// ImzaliMi: is the annex covered by the signature? Enclosed annexes are when nothing is said.
    pub is_signed: bool,
    /// Ozet of a remote annex.
    pub digest: Option<RemoteDigest>,
}

/// Digest of a file that is not in the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteDigest {
    /// With what it was computed.
    pub algorithm: Algorithm,
    /// The digest in Base64.
    pub value: String,
}

/// What a letter refers to (İlgi).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its id in the package.
    pub id: Uuid,
    /// BelgeNo.
    pub number: Option<String>,
    /// Tarih.
    pub dated_at: Option<OffsetDateTime>,
    /// Etiket: `a`, `b`, `c`, `ç` …
    pub label: String,
    /// The annex that holds it.
    pub annex_id: Option<Uuid>,
    /// Ad.
    pub name: Option<String>,
    /// Aciklama.
    pub description: Option<String>,
    /// OzId.
    pub own_id: Option<OwnId>,
}

/// An id in another program (OzId).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnId {
    /// schemeID, such as `GUID`.
    pub scheme: Option<String>,
    /// The id.
    pub value: String,
}

/// Somebody who writes, gets or is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// KurumKurulus.
    Institution(Institution),
    /// GercekSahis.
    Person(Person),
    /// TuzelSahis.
    Company(Company),
}

impl Party {
    /// What tells addressees apart: DETSİS number, TCKN or register number. Empty when a person has no TCKN.
    pub fn identifier(&self) -> &str {
        match self {
            Self::Institution(it) => &it.detsis,
            Self::Person(it) => it.tckn.as_deref().unwrap_or(""),
            Self::Company(it) => &it.id,
        }
    }

    /// Its name for a list.
    pub fn name(&self) -> String {
        match self {
            Self::Institution(it) => it.name.clone().unwrap_or_else(|| it.detsis.clone()),
            Self::Person(it) => it.full_name(),
            Self::Company(it) => it.name.clone().unwrap_or_else(|| it.id.clone()),
        }
    }
}

/// A public body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Institution {
    /// KKK: eight digits of DETSİS.
    pub detsis: String,
    /// BYK, in version 1 only.
    pub byk: Option<String>,
    /// Adi.
    pub name: Option<String>,
    /// IletisimBilgisi.
    pub contact: Option<Contact>,
    /// BirimKKK: DETSİS number of the unit.
    pub unit_detsis: Option<String>,
}

/// A human.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// IlkAdi.
    pub first_name: String,
    /// Soyadi.
    pub last_name: String,
    /// IkinciAdi.
    pub middle_name: Option<String>,
    /// Unvan.
    pub title: Option<String>,
    /// OnEk: before the name, such as `Dr.`
    pub prefix: Option<String>,
    /// TCKN.
    pub tckn: Option<String>,
    /// Gorev.
    pub duty: Option<String>,
    /// IletisimBilgisi.
    pub contact: Option<Contact>,
}

impl Person {
    /// Prefix, first, middle and last name.
    pub fn full_name(&self) -> String {
        let middle = self.middle_name.as_deref().unwrap_or("");
        let prefix = self.prefix.as_deref().unwrap_or("");
        let parts = [prefix, &self.first_name, middle, &self.last_name];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A company, association or other legal person outside of DETSİS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// Its number in the register.
    pub id: String,
    /// schemeID: MERSIS, VBYS, DERBIS, PARBIS, SENBIS.
    pub scheme: Option<String>,
    /// Adi.
    pub name: Option<String>,
    /// IletisimBilgisi.
    pub contact: Option<Contact>,
}

/// How to reach somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Telefon.
    pub phone: Option<String>,
    /// TelefonDiger.
    pub other_phone: Option<String>,
    /// EPosta.
    pub email: Option<String>,
    /// KepAdresi, since version 2.
    pub kep: Option<String>,
    /// Faks.
    pub fax: Option<String>,
    /// WebAdresi.
    pub website: Option<String>,
    /// Adres.
    pub address: Option<String>,
    /// Il.
    pub province: Option<String>,
    /// Ilce.
    pub district: Option<String>,
    /// Ulke.
    pub country: Option<String>,
}

/// Under which subjects the letter is filed (SdpBilgisi).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// AnaSdp.
    pub main: FilePlanCode,
    /// DigerSdpler.
    pub others: Vec<FilePlanCode>,
}

/// One line of the file plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilePlanCode {
    /// Kod, such as `010.06.01`.
    pub code: String,
    /// Ad.
    pub name: String,
    /// Aciklama.
    pub description: Option<String>,
}

/// A public service of the e-Devlet catalogue (Heysk).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicService {
    /// Kod.
    pub code: u32,
    /// Ad.
    pub name: String,
    /// Tanim.
    pub definition: Option<String>,
}

/// Core properties of the package itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoreProperties {
    /// dc:identifier: id of the letter, or the package's own for envelopes and updates.
    pub identifier: Option<String>,
    /// dcterms:created, as written.
    pub created: Option<String>,
    /// dc:creator: `<name>/<DETSİS number>`.
    pub creator: Option<String>,
    /// dc:subject.
    pub subject: Option<String>,
    /// category.
    pub category: Option<String>,
    /// contentType.
    pub content_type: Option<String>,
    /// version: 1.3, 2.0, 2.1.
    pub version: Option<String>,
    /// revision: the program that wrote it.
    pub revision: Option<String>,
}

/// A change of confidentiality (GuvenlikKoduDegisiklikBilgisi), the only kind of update there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfidentialityChange {
    /// YeniGizlilikDerecesi.
    pub confidentiality: Confidentiality,
    /// DegistirmeTarihi.
    pub changed_on: Date,
    /// Aciklama.
    pub description: String,
    /// KomisyonKarariBelgeNo.
    pub decision_number: String,
    /// KomisyonKarariBelgeId.
    pub decision_id: Uuid,
}
