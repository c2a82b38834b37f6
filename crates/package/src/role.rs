//! The parts that the format knows, their relationships and their places.

use crate::codes::Version;

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// UstYazi: the letter itself.
    Cover,
    /// Ustveri.
    Metadata,
    /// Ek that the signature covers.
    Annex,
    /// ImzasizEk.
    UnsignedAnnex,
    /// ParafOzeti.
    InitialsDigest,
    /// ParafImza.
    Initials,
    /// PaketOzeti.
    PackageDigest,
    /// Imza.
    Signature,
    /// NihaiUstveri.
    FinalMetadata,
    /// NihaiOzet.
    FinalDigest,
    /// Muhur.
    Seal,
    /// Core properties.
    Core,
    /// BelgeHedef.
    Targets,
    /// BelgeImza.
    Signatories,
    /// SifreliIcerik.
    EncryptedContent,
    /// SifreliIcerikBilgisi.
    EncryptionInfo,
    /// GuncellemeBilgisi.
    Update,
    /// OrijinalPaket.
    Original,
    /// ArsivOzellikleri, reserved by the format.
    Archive,
}

pub(crate) const TYPE_PREFIX: &str = "http://eyazisma.dpt/iliskiler/";
pub(crate) const CORE_TYPE: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// Role, end of the relationship's type, its id, name for people.
const ROWS: [(Role, &str, &str, &str); 19] = [
    (Role::Cover, "ustyazi", "IdUstYazi", "üst yazı"),
    (Role::Metadata, "ustveri", "IdUstveri", "üstveri"),
    (Role::Annex, "ek", "IdEk_", "ek"),
    (Role::UnsignedAnnex, "imzasizEk", "IdImzasizEk_", "imzasız ek"),
    (Role::InitialsDigest, "parafozeti", "IdParafOzeti", "paraf özeti"),
    (Role::Initials, "parafimzacades", "IdParafImzaCades", "paraf imzası"),
    (Role::PackageDigest, "paketozeti", "IdPaketOzeti", "paket özeti"),
    (Role::Signature, "imzacades", "IdImzaCades", "imza"),
    (Role::FinalMetadata, "nihaiustveri", "IdNihaiUstveri", "nihai üstveri"),
    (Role::FinalDigest, "nihaiozet", "IdNihaiOzet", "nihai özet"),
    (Role::Seal, "muhurcades", "IdMuhurCades", "mühür"),
    (Role::Core, CORE_TYPE, "R", "çekirdek bilgiler (core)"),
    (Role::Targets, "belgehedef", "IdBelgeHedef", "belge hedef"),
    (Role::Signatories, "belgeimza", "IdBelgeImza", "belge imza"),
    (Role::EncryptedContent, "sifreliicerik", "IdSifreliIcerik", "şifreli içerik"),
    (Role::EncryptionInfo, "sifreliicerikbilgisi", "IdSifreliIcerikBilgisi", "şifreli içerik bilgisi"),
    (Role::Update, "guncellemebilgisi", "IdGuncellemeBilgisi", "güncelleme bilgisi"),
    (Role::Original, "orijinalpaket", "IdOrijinalPaket", "özgün paket"),
    (Role::Archive, "arsivozellikleri", "IdArsivOzellikleri", "arşiv özellikleri"),
];

impl Role {
    /// Reads the type of a relationship. Programs differ in capitals, so that they are not looked at.
    pub(crate) fn of_type(relation: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.0.relation_type().eq_ignore_ascii_case(relation.trim())).map(|row| row.0)
    }

    fn row(self) -> &'static (Role, &'static str, &'static str, &'static str) {
        ROWS.iter().find(|row| row.0 == self).expect("every role has its row")
    }

    /// Type of the relationship as the official programs write it.
    pub(crate) fn relation_type(self) -> String {
        match self {
            Self::Core => CORE_TYPE.to_owned(),
            _ => format!("{TYPE_PREFIX}{}", self.row().1),
        }
    }

    /// Id of the relationship, or the beginning of it.
    pub(crate) fn relation_id(self) -> &'static str {
        self.row().2
    }

    /// As a sentence calls it.
    pub fn label(self) -> &'static str {
        self.row().3
    }

    /// As a sentence that begins with it calls it.
    pub(crate) fn capital_label(self) -> String {
        let label = self.label();
        let mut chars = label.chars();
        let first = match chars.next() {
            Some('i') => 'İ',
            Some(first) => first.to_uppercase().next().unwrap_or(first),
            None => return String::new(),
        };
        format!("{first}{}", chars.as_str())
    }

    /// Where such a part stands, when there is only one place for it.
    pub(crate) fn place(self, version: Version) -> Option<&'static str> {
        Some(match self {
            Self::Metadata => "/Ustveri/Ustveri.xml",
            Self::InitialsDigest => "/ParafOzeti/ParafOzeti.xml",
            Self::Initials => "/Paraflar/ParafImzaCades.imz",
            Self::PackageDigest => "/PaketOzeti/PaketOzeti.xml",
            Self::Signature => "/Imzalar/ImzaCades.imz",
            Self::FinalMetadata => "/NihaiUstveri/NihaiUstveri.xml",
            Self::FinalDigest => "/NihaiOzet/NihaiOzet.xml",
            Self::Seal if version == Version::V1 => "/Muhurler/MuhurCades.imz",
            Self::Seal => "/Muhur/MuhurCades.imz",
            Self::Targets => "/BelgeHedef/BelgeHedef.xml",
            Self::Signatories => "/Imzalar/BelgeImza.xml",
            Self::EncryptionInfo => "/SifreliIcerikBilgisi/SifreliIcerikBilgisi.xml",
            Self::Update => "/GuncellemeBilgisi/GuncellemeBilgisi.xml",
            Self::Cover
            | Self::Annex
            | Self::UnsignedAnnex
            | Self::Core
            | Self::EncryptedContent
            | Self::Original
            | Self::Archive => return None,
        })
    }

    /// Root of the part's XML; versions differ in capitals.
    pub(crate) fn root(self) -> Option<&'static str> {
        match self {
            Self::Metadata => Some("Ustveri"),
            Self::InitialsDigest => Some("ParafOzeti"),
            Self::PackageDigest => Some("PaketOzeti"),
            Self::FinalMetadata => Some("NihaiUstveri"),
            Self::FinalDigest => Some("NihaiOzet"),
            Self::Targets => Some("BelgeHedef"),
            Self::Signatories => Some("BelgeImza"),
            Self::Update => Some("GuncellemeBilgisi"),
            Self::Core => Some("coreProperties"),
            _ => None,
        }
    }

    /// Rule of the guide about the part's place.
    pub(crate) fn place_rule(self) -> Option<&'static str> {
        match self {
            Self::Metadata => Some("K.18"),
            Self::PackageDigest => Some("K.28"),
            Self::FinalDigest => Some("K.38"),
            Self::FinalMetadata => Some("K.84"),
            _ => None,
        }
    }
}
