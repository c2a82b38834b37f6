//! A letter on its way into a package. Each stage hands out the bytes that are signed next and takes the signature:
//! initials, signature, then date and number, then the seal. Bytes handed out are those that the package holds.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek, Write};

use time::OffsetDateTime;
use uuid::Uuid;

use super::archive::{self, CORE, OCTETS, OutPart, XML, core_name};
use super::content::Content;
use super::envelope::Envelope;
use super::letter::{self, Dated};
use super::refusal::CannotWrite;
use super::small::{self, Core};
use super::summary::summary;
use crate::codes::{AnnexKind, Kind, Version};
use crate::findings::Finding;
use crate::model::{Annex, FinalMetadata, Letter};
use crate::role::Role;
use crate::rules::{called, check_final};

/// Date and number of a letter of version 1, which has them before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldNumber {
    /// Tarih.
    pub dated_at: OffsetDateTime,
    /// BelgeNo.
    pub number: String,
}

/// First stage: a letter with its files, not signed.
#[derive(Debug)]
pub struct Draft {
    base: Base,
    initials_digest: Vec<u8>,
}

/// Second stage: signed, without date and number.
#[derive(Debug)]
pub struct Signed {
    base: Base,
}

/// Third stage: with date and number, not sealed.
#[derive(Debug)]
pub struct Unsealed {
    base: Base,
    final_digest: Vec<u8>,
}

/// Last stage: a whole package, which can be written as often as there are addressees.
#[derive(Debug)]
pub struct Sealed {
    base: Base,
}

/// What one addressee gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonalCopy {
    /// Place in the list of addressees, whose withheld annexes are left out; none for the whole package.
    pub addressee: Option<usize>,
    /// Leave out the signature of the initials, which may stay in the house.
    pub without_initials: bool,
}

#[derive(Debug)]
struct Base {
    version: Version,
    letter: Letter,
    old_number: Option<OldNumber>,
    parts: Vec<OutPart>,
}

impl Draft {
    /// A letter of version 2.0. `annexes` brings the file of every enclosed annex by its id. Every file is read once.
    ///
    /// Errors: what the verifier would report, missing and stray files, and files that cannot be read.
    pub fn new(letter: Letter, cover: Content, annexes: Vec<(Uuid, Content)>) -> Result<Self, CannotWrite> {
        Self::start(letter, None, cover, annexes)
    }

    /// A letter of version 1.3, which is dated and numbered before it is signed.
    ///
    /// Errors: as [`Draft::new`], and fields that version 1 does not know.
    pub fn new_old(
        letter: Letter,
        number: OldNumber,
        cover: Content,
        annexes: Vec<(Uuid, Content)>,
    ) -> Result<Self, CannotWrite> {
        Self::start(letter, Some(number), cover, annexes)
    }

    fn start(
        letter: Letter,
        old_number: Option<OldNumber>,
        mut cover: Content,
        annexes: Vec<(Uuid, Content)>,
    ) -> Result<Self, CannotWrite> {
        let version = if old_number.is_some() { Version::V1 } else { Version::V2 };
        letter::refuse(&letter, version)?;
        refuse_cover(&mut cover)?;
        let mut parts = Vec::new();
        let dated = old_number.as_ref().map(|it| Dated { at: it.dated_at, number: &it.number });
        let metadata = letter::metadata(&letter, version, dated.as_ref())?;
        let cover_name = format!("/UstYazi/{}", letter.file_name);
        let media_type = letter.media_type.as_deref().unwrap_or("application/pdf");
        if version == Version::V1 {
            let parties = letter.distributions.iter().map(|line| &line.party);
            let targets = small::targets(parties, version)?;
            parts.push(xml_part(Role::Targets, targets, version));
        }
        parts.push(xml_part(Role::Metadata, metadata, version));
        parts.push(OutPart::of_content(Role::Cover, &cover_name, media_type, cover, version)?);
        parts.extend(annex_parts(&letter, annexes, version)?);
        let covered = parts.iter().filter(|part| part.role != Role::UnsignedAnnex);
        let initials_digest = summary(Role::InitialsDigest, version, letter.id, covered)?;
        Ok(Self { base: Base { version, letter, old_number, parts }, initials_digest })
    }

    /// ParafOzeti.xml, over which the initials are signed; none in version 1, which has no initials.
    pub fn initials_digest_bytes(&self) -> Option<&[u8]> {
        (self.base.version == Version::V2).then_some(self.initials_digest.as_slice())
    }

    /// Takes the signature of the initials. Errors: an empty signature, and version 1.
    pub fn with_initials(mut self, signature: Vec<u8>) -> Result<Self, CannotWrite> {
        if self.base.version == Version::V1 {
            return Err(CannotWrite::NotInVersion("paraf imzası"));
        }
        // Given again, the later one counts.
        self.base.parts.retain(|part| !matches!(part.role, Role::InitialsDigest | Role::Initials));
        let digest = xml_part(Role::InitialsDigest, self.initials_digest.clone(), self.base.version);
        self.base.parts.push(digest);
        self.base.add_signature(Role::Initials, signature)?;
        Ok(self)
    }

    /// PaketOzeti.xml, over which the letter is signed.
    pub fn package_digest_bytes(&self) -> Result<Vec<u8>, CannotWrite> {
        let covered = self.base.in_order(&SIGNED);
        summary(Role::PackageDigest, self.base.version, self.base.letter.id, covered)
    }

    /// Takes the signature of the letter. Errors: an empty signature.
    pub fn sign(mut self, signature: Vec<u8>) -> Result<Signed, CannotWrite> {
        let digest = self.package_digest_bytes()?;
        self.base.parts.push(xml_part(Role::PackageDigest, digest, self.base.version));
        self.base.add_signature(Role::Signature, signature)?;
        Ok(Signed { base: self.base })
    }
}

impl Signed {
    /// Takes date, number and signatories. `created_at` is when the package is made.
    ///
    /// Errors: what the verifier would report; in version 1 another date or number than the one that was signed.
    pub fn finish(
        mut self,
        metadata: &FinalMetadata,
        created_at: OffsetDateTime,
    ) -> Result<Unsealed, CannotWrite> {
        let Base { version, letter, old_number, .. } = &self.base;
        let findings = check_final(metadata, *version);
        if !findings.is_empty() {
            return Err(CannotWrite::Rules(findings));
        }
        let (role, bytes) = match old_number {
            None => (Role::FinalMetadata, small::final_metadata(metadata)?),
            Some(old) if old.dated_at != metadata.dated_at || old.number != metadata.number => {
                return Err(CannotWrite::OtherNumber);
            }
            Some(_) => (Role::Signatories, small::signatories(metadata)?),
        };
        let core = small::core(&Core {
            kind: Kind::Letter,
            version: *version,
            identifier: crate::rules::upper(letter.id),
            creator: &letter.author,
            subject: Some(&letter.subject),
            created_at: Some(created_at),
        })?;
        let core = OutPart::of_bytes(Role::Core, &core_name(letter.id), CORE, core, *version);
        self.base.parts.push(xml_part(role, bytes, self.base.version));
        self.base.parts.push(core);
        let covered = self.base.in_order(&SEALED);
        let final_digest = summary(Role::FinalDigest, self.base.version, self.base.letter.id, covered)?;
        Ok(Unsealed { base: self.base, final_digest })
    }
}

impl Unsealed {
    /// NihaiOzet.xml, over which the seal is made.
    pub fn final_digest_bytes(&self) -> &[u8] {
        &self.final_digest
    }

    /// Takes the seal. Errors: an empty seal.
    pub fn seal(mut self, seal: Vec<u8>) -> Result<Sealed, CannotWrite> {
        self.base.parts.push(xml_part(Role::FinalDigest, self.final_digest, self.base.version));
        self.base.add_signature(Role::Seal, seal)?;
        Ok(Sealed { base: self.base })
    }
}

impl Sealed {
    /// Writes the whole package and gives the writer back. Errors: files that changed, and those of the writer.
    pub fn write<W: Write + Seek>(&mut self, writer: W) -> Result<W, CannotWrite> {
        self.write_copy(PersonalCopy::default(), writer)
    }

    /// Writes what one addressee gets. Digests and signatures stay those of the whole package.
    ///
    /// Errors: as [`Sealed::write`], and a place that the list of addressees does not have.
    pub fn write_copy<W: Write + Seek>(&mut self, copy: PersonalCopy, writer: W) -> Result<W, CannotWrite> {
        let withheld: HashSet<Uuid> = match copy.addressee {
            None => HashSet::new(),
            Some(place) => {
                let line = self.base.letter.distributions.get(place);
                line.ok_or(CannotWrite::NoAddressee(place + 1))?.withheld_annexes.iter().copied().collect()
            }
        };
        let is_sent = |part: &&mut OutPart| {
            let is_withheld = part.annex_id.is_some_and(|id| withheld.contains(&id));
            let is_kept_back = copy.without_initials && part.role == Role::Initials;
            !is_withheld && !is_kept_back
        };
        let (id, version) = (self.base.letter.id, self.base.version);
        let mut parts: Vec<&mut OutPart> = self.base.parts.iter_mut().filter(is_sent).collect();
        archive::write(&mut parts, id, version, writer)
    }

    /// The envelope for this package once it is encrypted. `id` is the envelope's own.
    pub fn envelope(&self, id: Uuid) -> Envelope {
        let role = match self.base.version {
            Version::V1 => Role::PackageDigest,
            Version::V2 => Role::FinalDigest,
        };
        let digest = self.base.parts.iter().find(|part| part.role == role);
        Envelope {
            id,
            version: self.base.version,
            letter_id: self.base.letter.id,
            author: self.base.letter.author.clone(),
            targets: self.base.letter.distributions.iter().map(|line| line.party.clone()).collect(),
            digest_bytes: digest.map(|part| part.bytes().to_vec()).unwrap_or_default(),
        }
    }
}

/// What PaketOzeti covers, in its order.
const SIGNED: [Role; 6] =
    [Role::Targets, Role::Metadata, Role::Cover, Role::InitialsDigest, Role::Initials, Role::Annex];

/// What NihaiOzet covers, in its order.
const SEALED: [Role; 11] = [
    Role::Targets,
    Role::Signatories,
    Role::Metadata,
    Role::Cover,
    Role::InitialsDigest,
    Role::Initials,
    Role::PackageDigest,
    Role::Signature,
    Role::FinalMetadata,
    Role::Annex,
    Role::Core,
];

impl Base {
    fn in_order<'b>(&'b self, roles: &'b [Role]) -> impl Iterator<Item = &'b OutPart> {
        roles.iter().flat_map(|role| self.parts.iter().filter(move |part| part.role == *role))
    }

    fn add_signature(&mut self, role: Role, bytes: Vec<u8>) -> Result<(), CannotWrite> {
        if bytes.is_empty() {
            return Err(CannotWrite::EmptySignature(role.label()));
        }
        let name = role.place(self.version).unwrap_or_default();
        self.parts.push(OutPart::of_bytes(role, name, OCTETS, bytes, self.version));
        Ok(())
    }
}

pub(super) fn xml_part(role: Role, bytes: Vec<u8>, version: Version) -> OutPart {
    OutPart::of_bytes(role, role.place(version).unwrap_or_default(), XML, bytes, version)
}

fn refuse_cover(cover: &mut Content) -> Result<(), CannotWrite> {
    let mut start = Vec::new();
    cover.rewound()?.take(5).read_to_end(&mut start)?;
    if start != b"%PDF-" {
        let finding = Finding::warning("Üst yazı PDF değil; rehber PDF/A (ISO 19005-1) ister.").rule("K.6");
        return Err(CannotWrite::Rules(vec![finding]));
    }
    Ok(())
}

fn annex_parts(
    letter: &Letter,
    contents: Vec<(Uuid, Content)>,
    version: Version,
) -> Result<Vec<OutPart>, CannotWrite> {
    let mut contents: HashMap<Uuid, Content> = contents.into_iter().collect();
    let enclosed = |annex: &&Annex| annex.kind == AnnexKind::Enclosed;
    let mut parts = Vec::new();
    for annex in letter.annexes.iter().filter(enclosed) {
        let content = contents.remove(&annex.id).ok_or_else(|| CannotWrite::NoContent(called(annex)))?;
        let file = annex.file_name.as_deref().unwrap_or_default();
        let (role, folder) =
            if annex.is_signed { (Role::Annex, "Ekler") } else { (Role::UnsignedAnnex, "ImzasizEkler") };
        let media_type = annex.media_type.as_deref().unwrap_or(OCTETS);
        let mut part = OutPart::of_content(role, &format!("/{folder}/{file}"), media_type, content, version)?;
        part.annex_id = Some(annex.id);
        parts.push(part);
    }
    match contents.keys().min() {
        Some(stray) => Err(CannotWrite::StrayContent(stray.to_string())),
        None => Ok(parts),
    }
}
