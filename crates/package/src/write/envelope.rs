//! The envelope of an encrypted package (.eyps). Encrypting is for another crate: the content comes as bytes.

use std::io::{Seek, Write};

use uuid::Uuid;

use super::archive::{self, CORE, OutPart, core_name};
use super::content::Content;
use super::draft::xml_part;
use super::refusal::CannotWrite;
use super::small::{self, Core};
use crate::codes::{Kind, Version};
use crate::model::Party;
use crate::role::Role;
use crate::rules::upper;

/// What stands outside of an encrypted package for everybody to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Id of the envelope itself.
    pub id: Uuid,
    /// Version of the package inside.
    pub version: Version,
    /// Id of the letter inside.
    pub letter_id: Uuid,
    /// Who wrote the letter.
    pub author: Party,
    /// To whom it goes.
    pub targets: Vec<Party>,
    /// NihaiOzet.xml of the package inside, PaketOzeti.xml in version 1; byte by byte.
    pub digest_bytes: Vec<u8>,
}

impl Envelope {
    /// Writes the envelope around `content`, the CMS EnvelopedData of the whole package inside.
    ///
    /// Errors: no addressee, no digest file, contents that cannot be read, and those of the writer.
    pub fn write<W: Write + Seek>(&self, content: Content, writer: W) -> Result<W, CannotWrite> {
        if self.targets.is_empty() {
            return Err(CannotWrite::NoAddressee(1));
        }
        let (role, file) = match self.version {
            Version::V1 => (Role::PackageDigest, format!("{}.eyp", upper(self.letter_id))),
            Version::V2 => (Role::FinalDigest, upper(self.letter_id)),
        };
        if self.digest_bytes.is_empty() {
            return Err(CannotWrite::EmptySignature(role.label()));
        }
        let core = small::core(&Core {
            kind: Kind::Encrypted,
            version: self.version,
            identifier: upper(self.id),
            creator: &self.author,
            subject: None,
            created_at: None,
        })?;
        let name = format!("/SifreliIcerik/{file}");
        let version = self.version;
        let mut parts = [
            xml_part(role, self.digest_bytes.clone(), version),
            xml_part(Role::Targets, small::targets(self.targets.iter(), version)?, version),
            OutPart::of_content(Role::EncryptedContent, &name, "application/pkcs7-mime", content, version)?,
            xml_part(Role::EncryptionInfo, small::encryption_info(version)?, version),
            OutPart::of_bytes(Role::Core, &core_name(self.id), CORE, core, version),
        ];
        let mut parts: Vec<&mut OutPart> = parts.iter_mut().collect();
        archive::write(&mut parts, self.id, version, writer)
    }
}
