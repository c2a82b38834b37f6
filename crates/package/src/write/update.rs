//! Update packages (.eypg): a change of confidentiality, with the package that it is about.

use std::io::{Seek, Write};

use time::OffsetDateTime;
use uuid::Uuid;

use super::archive::{self, CORE, OCTETS, OutPart, core_name};
use super::content::Content;
use super::draft::xml_part;
use super::refusal::CannotWrite;
use super::small::{self, Core};
use super::summary::summary;
use crate::codes::{Kind, Version};
use crate::findings::Finding;
use crate::model::{ConfidentialityChange, Party};
use crate::role::Role;
use crate::rules::upper;

/// An update without its seal.
#[derive(Debug)]
pub struct UpdateDraft {
    id: Uuid,
    parts: Vec<OutPart>,
    final_digest: Vec<u8>,
}

/// A sealed update.
#[derive(Debug)]
pub struct SealedUpdate {
    id: Uuid,
    parts: Vec<OutPart>,
}

const V2: Version = Version::V2;

impl UpdateDraft {
    /// `original` is the package as it was received or sent, `kind` tells .eyp from .eyps. `id` is the update's own.
    ///
    /// Errors: a change that says nothing, an original that is itself an update, files that cannot be read.
    pub fn new(
        id: Uuid,
        change: &ConfidentialityChange,
        author: &Party,
        original: (Kind, Content),
        created_at: OffsetDateTime,
    ) -> Result<Self, CannotWrite> {
        refuse(change)?;
        let extension = match original.0 {
            Kind::Letter => "eyp",
            Kind::Encrypted => "eyps",
            Kind::Update => return Err(CannotWrite::NotInVersion("güncelleme paketinin güncellemesi")),
        };
        let name = format!("/OrijinalPaket/OrijinalPaket.{extension}");
        let core = small::core(&Core {
            kind: Kind::Update,
            version: V2,
            identifier: upper(id),
            creator: author,
            subject: Some("Gizlilik Derecesi Değiştirme"),
            created_at: Some(created_at),
        })?;
        let parts = vec![
            xml_part(Role::Update, small::update(change)?, V2),
            OutPart::of_content(Role::Original, &name, "application/x-zip-compressed", original.1, V2)?,
            OutPart::of_bytes(Role::Core, &core_name(id), CORE, core, V2),
        ];
        let final_digest = summary(Role::FinalDigest, V2, id, parts.iter())?;
        Ok(Self { id, parts, final_digest })
    }

    /// NihaiOzet.xml, over which the seal is made.
    pub fn final_digest_bytes(&self) -> &[u8] {
        &self.final_digest
    }

    /// Takes the seal. Errors: an empty seal.
    pub fn seal(mut self, seal: Vec<u8>) -> Result<SealedUpdate, CannotWrite> {
        if seal.is_empty() {
            return Err(CannotWrite::EmptySignature(Role::Seal.label()));
        }
        let place = Role::Seal.place(V2).unwrap_or_default();
        self.parts.push(xml_part(Role::FinalDigest, self.final_digest, V2));
        self.parts.push(OutPart::of_bytes(Role::Seal, place, OCTETS, seal, V2));
        Ok(SealedUpdate { id: self.id, parts: self.parts })
    }
}

impl SealedUpdate {
    /// Writes the package and gives the writer back. Errors: files that changed, and those of the writer.
    pub fn write<W: Write + Seek>(&mut self, writer: W) -> Result<W, CannotWrite> {
        let mut parts: Vec<&mut OutPart> = self.parts.iter_mut().collect();
        archive::write(&mut parts, self.id, V2, writer)
    }
}

fn refuse(change: &ConfidentialityChange) -> Result<(), CannotWrite> {
    let rows = [
        (change.confidentiality.code(V2).is_none(), "Yeni gizlilik derecesi kod listesinde yok."),
        (change.description.is_empty(), "Gizlilik değişikliğinin açıklaması yok."),
        (change.decision_number.is_empty(), "Komisyon kararının sayısı yok."),
        (change.decision_id.is_nil(), "Komisyon kararının kimliği yok."),
    ];
    let findings: Vec<Finding> =
        rows.into_iter().filter(|row| row.0).map(|row| Finding::error(row.1).rule("K.19")).collect();
    if findings.is_empty() { Ok(()) } else { Err(CannotWrite::Rules(findings)) }
}
