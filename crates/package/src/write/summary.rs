//! Digest files: ParafOzeti, PaketOzeti, NihaiOzet.

use uuid::Uuid;

use super::archive::OutPart;
use super::refusal::CannotWrite;
use super::xml::Xml;
use crate::codes::{Algorithm, Version};
use crate::role::Role;
use crate::rules::upper;

/// What each version wants: one digest, or two of which one is SHA-512.
pub(super) fn algorithms(version: Version) -> &'static [Algorithm] {
    match version {
        Version::V1 => &[Algorithm::Sha256],
        Version::V2 => &[Algorithm::Sha384, Algorithm::Sha512],
    }
}

/// The digest file with that role over the given parts, in their order.
pub(super) fn summary<'p>(
    role: Role,
    version: Version,
    id: Uuid,
    parts: impl Iterator<Item = &'p OutPart>,
) -> Result<Vec<u8>, CannotWrite> {
    let root = match role {
        Role::InitialsDigest => "ParafOzeti",
        Role::PackageDigest => "PaketOzeti",
        _ => "NihaiOzet",
    };
    let digit = version.digit();
    let own = format!("urn:dpt:eyazisma:schema:xsd:{root}-{digit}");
    // References are in the namespace of PaketOzeti in all three.
    let reference = format!("urn:dpt:eyazisma:schema:xsd:PaketOzeti-{digit}");
    let mut xml = Xml::new("");
    xml.open_plain(root, &[("Id", &upper(id)), ("xmlns", &own)]);
    for part in parts {
        let mut attributes =
            vec![("URI", part.name.as_str()), ("Type", "http://eyazisma.dpt/bilesen#dahili")];
        if own != reference {
            attributes.push(("xmlns", &reference));
        }
        xml.open_plain("Reference", &attributes);
        for algorithm in algorithms(version) {
            let value = part.digests.base64(*algorithm);
            if version == Version::V2 {
                xml.open("DigestItem");
            }
            xml.empty("DigestMethod", &[("Algorithm", algorithm.uri())]);
            xml.text("DigestValue", &value);
            if version == Version::V2 {
                xml.close();
            }
        }
        xml.close();
    }
    xml.finish("özet")
}
