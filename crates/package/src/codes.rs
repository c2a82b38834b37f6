//! Closed lists of the format: versions, code lists of letters, digest algorithms and the official error codes.
//! Every code is read and written here and nowhere else.

use std::fmt;

/// Version of the format. `2.1` of update packages counts as [`Version::V2`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.x; written as 1.3.
    V1,
    /// 2.x; written as 2.0.
    V2,
}

impl Version {
    /// The number that namespaces end with.
    pub fn digit(self) -> char {
        match self {
            Self::V1 => '1',
            Self::V2 => '2',
        }
    }
}

/// What a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A letter with its annexes (.eyp).
    Letter,
    /// The envelope of an encrypted letter (.eyps).
    Encrypted,
    /// A change of an earlier letter (.eypg).
    Update,
}

impl Kind {
    /// `category` in the core properties.
    pub fn category(self) -> &'static str {
        match self {
            Self::Letter => "RESMIYAZISMA",
            Self::Encrypted => "RESMIYAZISMA/SIFRELI",
            Self::Update => "RESMIYAZISMA/GUNCELLEME",
        }
    }
}

/// How secret a letter is (Gizlilik derecesi).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidentiality {
    /// None.
    Open,
    /// Hizmete özel.
    Service,
    /// Özel, before 2020 only.
    Private,
    /// Gizli.
    Secret,
    /// Çok gizli.
    TopSecret,
    /// Kişiye özel, before 2020 only.
    Personal,
    /// A code that is on no list; never taken for [`Confidentiality::Open`].
    Unknown,
}

impl Confidentiality {
    const CODES: [(Self, Option<&str>, Option<&str>); 6] = [
        (Self::Open, Some("TSD"), Some("YOK")),
        (Self::Service, Some("HZO"), Some("HZO")),
        (Self::Private, Some("OZL"), None),
        (Self::Secret, Some("GZL"), Some("GZL")),
        (Self::TopSecret, Some("CGZ"), Some("CGZ")),
        (Self::Personal, Some("KSO"), None),
    ];

    /// Reads a code of either version.
    pub fn parse(code: &str) -> Self {
        parse_code(&Self::CODES, code).unwrap_or(Self::Unknown)
    }

    /// The code in that version; none when the version does not know it.
    pub fn code(self, version: Version) -> Option<&'static str> {
        code_of(&Self::CODES, self, version)
    }

    /// As a letter shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Yok",
            Self::Service => "Hizmete Özel",
            Self::Private => "Özel",
            Self::Secret => "Gizli",
            Self::TopSecret => "Çok Gizli",
            Self::Personal => "Kişiye Özel",
            Self::Unknown => "Bilinmiyor",
        }
    }
}

/// How soon a letter must be dealt with (İvedilik).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Normal.
    Normal,
    /// Acele; called ivedi before 2020.
    Urgent,
    /// Çok ivedi, before 2020 only.
    VeryUrgent,
    /// Günlü: by the day of the deadline.
    Dated,
    /// A code that is on no list.
    Unknown,
}

impl Urgency {
    const CODES: [(Self, Option<&str>, Option<&str>); 4] = [
        (Self::Normal, Some("NRM"), Some("NRM")),
        (Self::Urgent, Some("IVD"), Some("ACL")),
        (Self::VeryUrgent, Some("CIV"), None),
        (Self::Dated, Some("GNL"), Some("GNL")),
    ];

    /// Reads a code of either version.
    pub fn parse(code: &str) -> Self {
        parse_code(&Self::CODES, code).unwrap_or(Self::Unknown)
    }

    /// The code in that version; none when the version does not know it.
    pub fn code(self, version: Version) -> Option<&'static str> {
        code_of(&Self::CODES, self, version)
    }

    /// As a letter shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Urgent => "Acele",
            Self::VeryUrgent => "Çok İvedi",
            Self::Dated => "Günlü",
            Self::Unknown => "Bilinmiyor",
        }
    }
}

/// Why an addressee gets the letter (Dağıtım türü).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistributionKind {
    /// Gereği: to act on.
    Action,
    /// Bilgi: to know of.
    Information,
    /// A code that is on no list.
    Unknown,
}

impl DistributionKind {
    const CODES: [(Self, Option<&str>, Option<&str>); 2] =
        [(Self::Action, Some("GRG"), Some("GRG")), (Self::Information, Some("BLG"), Some("BLG"))];

    /// Reads a code of either version.
    pub fn parse(code: &str) -> Self {
        parse_code(&Self::CODES, code).unwrap_or(Self::Unknown)
    }

    /// The code in that version.
    pub fn code(self, version: Version) -> Option<&'static str> {
        code_of(&Self::CODES, self, version)
    }

    /// As a letter shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Action => "Gereği",
            Self::Information => "Bilgi",
            Self::Unknown => "Bilinmiyor",
        }
    }
}

/// Where an annex is (Ek türü).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnexKind {
    /// DED: a file in the package.
    Enclosed,
    /// HRF: a file elsewhere, with its address.
    Remote,
    /// FZK: a thing.
    Physical,
    /// A code that is on no list.
    Unknown,
}

impl AnnexKind {
    const CODES: [(Self, Option<&str>, Option<&str>); 3] = [
        (Self::Enclosed, Some("DED"), Some("DED")),
        (Self::Remote, Some("HRF"), Some("HRF")),
        (Self::Physical, Some("FZK"), Some("FZK")),
    ];

    /// Reads a code of either version.
    pub fn parse(code: &str) -> Self {
        parse_code(&Self::CODES, code).unwrap_or(Self::Unknown)
    }

    /// The code in that version.
    pub fn code(self, version: Version) -> Option<&'static str> {
        code_of(&Self::CODES, self, version)
    }
}

type Row<T> = (T, Option<&'static str>, Option<&'static str>);

fn parse_code<T: Copy>(rows: &[Row<T>], code: &str) -> Option<T> {
    rows.iter().find(|(_, old, new)| *old == Some(code) || *new == Some(code)).map(|row| row.0)
}

fn code_of<T: Copy + PartialEq>(rows: &[Row<T>], wanted: T, version: Version) -> Option<&'static str> {
    let (_, old, new) = rows.iter().find(|row| row.0 == wanted)?;
    match version {
        Version::V1 => *old,
        Version::V2 => *new,
    }
}

/// Digest algorithms of the format. RIPEMD-160, which the oldest packages may name, is not computed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Only to read packages of version 1.
    Sha1,
    /// The algorithm of version 1.
    Sha256,
    /// Beside SHA-512 in version 2.
    Sha384,
    /// Asked for by version 2.
    Sha512,
}

impl Algorithm {
    const URIS: [(Self, &str); 4] = [
        (Self::Sha1, "http://www.w3.org/2000/09/xmldsig#sha1"),
        (Self::Sha256, "http://www.w3.org/2001/04/xmlenc#sha256"),
        (Self::Sha384, "http://www.w3.org/2001/04/xmldsig-more#sha384"),
        (Self::Sha512, "http://www.w3.org/2001/04/xmlenc#sha512"),
    ];

    /// Reads the name that XML Signature gives it, in any case of letters.
    pub fn parse(uri: &str) -> Option<Self> {
        Self::URIS.iter().find(|(_, known)| known.eq_ignore_ascii_case(uri)).map(|row| row.0)
    }

    /// The name that XML Signature gives it.
    pub fn uri(self) -> &'static str {
        Self::URIS.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// Official error codes of digest verification (OzetDogrulamaHataKodu), 1 to 36.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// 1
    NoDigests = 1,
    /// 2
    NoMetadata,
    /// 3
    MetadataNotInPackageDigest,
    /// 4
    NoTargets,
    /// 5
    TargetsNotInPackageDigest,
    /// 6
    NoCover,
    /// 7
    CoverNotInPackageDigest,
    /// 8
    NoReference,
    /// 9
    NoUri,
    /// 10
    NoDigestMethod,
    /// 11
    NoAlgorithm,
    /// 12
    UnsupportedAlgorithm,
    /// 13
    PartNotFound,
    /// 14
    PartNotHashed,
    /// 15
    DigestDiffers,
    /// 16
    NoSignatories,
    /// 17
    NoSignature,
    /// 18
    NoCore,
    /// 19
    MetadataNotInFinalDigest,
    /// 20
    TargetsNotInFinalDigest,
    /// 21
    CoverNotInFinalDigest,
    /// 22
    SignatoriesNotInFinalDigest,
    /// 23
    SignatureNotInFinalDigest,
    /// 24
    CoreNotInFinalDigest,
    /// 25
    NoPackageDigest,
    /// 26
    CoverNotInInitialsDigest,
    /// 27
    MetadataNotInInitialsDigest,
    /// 28
    NoFirstDigest,
    /// 29
    NoSecondDigest,
    /// 30
    SameAlgorithmTwice,
    /// 31
    NoSha512,
    /// 32
    NoInitials,
    /// 33
    NoUpdate,
    /// 34
    UpdateNotInFinalDigest,
    /// 35
    NoOriginal,
    /// 36
    OriginalNotInFinalDigest,
}

impl ErrorCode {
    /// The official number.
    pub fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}
