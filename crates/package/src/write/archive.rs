//! The zip of a package: parts, content types and relationships, always in the same order and with the same times.

use std::io::{self, Read, Seek, Write};

use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::content::Content;
use super::refusal::CannotWrite;
use super::summary::algorithms;
use super::xml::Xml;
use crate::codes::Version;
use crate::digest::{self, Digests};
use crate::role::Role;
use crate::rules::upper;

const CHUNK_BYTES: usize = 256 * 1024;
/// From this size on the entry carries the longer sizes of zip64.
const ZIP64_BYTES: u64 = 0xFFFF_0000;
/// Files that packing makes no smaller.
const PACKED: [&str; 18] = [
    "7z", "docx", "eyp", "eyps", "gif", "gz", "jpeg", "jpg", "mp3", "mp4", "odt", "png", "pptx", "psmdcp",
    "rar", "rels", "xlsx", "zip",
];
pub(super) const XML: &str = "application/xml";
pub(super) const OCTETS: &str = "application/octet-stream";
pub(super) const CORE: &str = "application/vnd.openxmlformats-package.core-properties+xml";
const RELATIONS: &str = "application/vnd.openxmlformats-package.relationships+xml";

/// A part that will be written.
#[derive(Debug)]
pub(super) struct OutPart {
    pub role: Role,
    /// With its leading slash.
    pub name: String,
    pub annex_id: Option<Uuid>,
    pub media_type: String,
    pub digests: Digests,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Bytes(Vec<u8>),
    Content(Content),
}

impl OutPart {
    pub fn of_bytes(role: Role, name: &str, media_type: &str, bytes: Vec<u8>, version: Version) -> Self {
        let digests = digest::of_bytes(&bytes, algorithms(version));
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Self { role, name, annex_id: None, media_type, digests, body: Body::Bytes(bytes) }
    }

    /// Reads the content once for its digests.
    pub fn of_content(
        role: Role,
        name: &str,
        media_type: &str,
        mut content: Content,
        version: Version,
    ) -> io::Result<Self> {
        let digests = digest::of_stream(&mut content.rewound()?, algorithms(version))?;
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Ok(Self { role, name, annex_id: None, media_type, digests, body: Body::Content(content) })
    }

    /// The bytes of a part that was made of bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Bytes(bytes) => bytes,
            Body::Content(_) => &[],
        }
    }

    /// What a default of the content types can name.
    fn extension(&self) -> Option<String> {
        let file = self.name.rsplit('/').next()?;
        let (_, extension) = file.rsplit_once('.')?;
        let is_plain = !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        is_plain.then(|| extension.to_lowercase())
    }
}

/// Writes the parts. `id` names the relationship of the core properties. Errors: contents that changed since their
/// digest was taken, and those of the writer.
pub(super) fn write<W: Write + Seek>(
    parts: &mut [&mut OutPart],
    id: Uuid,
    version: Version,
    writer: W,
) -> Result<W, CannotWrite> {
    let mut zip = ZipWriter::new(writer);
    let types = content_types(parts)?;
    put(&mut zip, "[Content_Types].xml", &types)?;
    put(&mut zip, "_rels/.rels", &relations(parts, None, id)?)?;
    for at in 0..parts.len() {
        let source = parts[at].role;
        if signed_by(source).is_some_and(|role| parts.iter().any(|part| part.role == role)) {
            let (folder, file) = parts[at].name.rsplit_once('/').unwrap_or(("", &parts[at].name));
            let name = format!("{}/_rels/{file}.rels", folder.trim_start_matches('/'));
            put(&mut zip, &name, &relations(parts, Some(source), id)?)?;
        }
        copy(&mut zip, parts[at], version)?;
    }
    zip.finish().map_err(io)
}

/// What the digest file with that role is signed with.
fn signed_by(role: Role) -> Option<Role> {
    match role {
        Role::InitialsDigest => Some(Role::Initials),
        Role::PackageDigest => Some(Role::Signature),
        Role::FinalDigest => Some(Role::Seal),
        _ => None,
    }
}

fn options(name: &str, size_bytes: u64) -> SimpleFileOptions {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
    let is_packed = PACKED.contains(&extension.as_str()) || !name.contains('.');
    let method = if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(size_bytes >= ZIP64_BYTES)
}

fn put<W: Write + Seek>(zip: &mut ZipWriter<W>, name: &str, bytes: &[u8]) -> Result<(), CannotWrite> {
    zip.start_file(name, options(name, bytes.len() as u64)).map_err(io)?;
    Ok(zip.write_all(bytes)?)
}

fn copy<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    part: &mut OutPart,
    version: Version,
) -> Result<(), CannotWrite> {
    let name = part.name.trim_start_matches('/').to_owned();
    let content = match &mut part.body {
        Body::Bytes(bytes) => return put(zip, &name, bytes),
        Body::Content(content) => content,
    };
    zip.start_file(&name, options(&name, part.digests.size_bytes)).map_err(io)?;
    // One algorithm is enough to see that the file is still the one that was signed.
    let algorithm = &algorithms(version)[algorithms(version).len() - 1..];
    let mut tee = Tee { reader: content.rewound()?, writer: zip };
    let again = digest::of_stream(&mut tee, algorithm)?;
    let is_same = algorithm.iter().all(|it| again.get(*it) == part.digests.get(*it));
    if is_same { Ok(()) } else { Err(CannotWrite::Changed(part.name.clone())) }
}

/// Writes what is read through it.
struct Tee<'t, W: Write> {
    reader: &'t mut dyn Read,
    writer: &'t mut W,
}

impl<W: Write> Read for Tee<'_, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(CHUNK_BYTES);
        let count = self.reader.read(&mut buffer[..room])?;
        self.writer.write_all(&buffer[..count])?;
        Ok(count)
    }
}

fn io(error: zip::result::ZipError) -> CannotWrite {
    CannotWrite::Io(io::Error::other(error))
}

/// One default for each extension; what differs from it, or has none, is named by itself.
fn content_types(parts: &[&mut OutPart]) -> Result<Vec<u8>, CannotWrite> {
    let mut defaults: Vec<(String, &str)> = vec![("rels".to_owned(), RELATIONS), ("xml".to_owned(), XML)];
    let mut overrides: Vec<(&str, &str)> = Vec::new();
    for part in parts {
        let known = part.extension().and_then(|extension| {
            defaults.iter().find(|row| row.0 == extension).map(|row| row.1 == part.media_type)
        });
        match (part.extension(), known) {
            (_, Some(true)) => {}
            (Some(extension), None) => defaults.push((extension, &part.media_type)),
            _ => overrides.push((&part.name, &part.media_type)),
        }
    }
    let mut xml = Xml::new("");
    xml.open_plain("Types", &[("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")]);
    for (extension, media_type) in &defaults {
        xml.empty("Default", &[("Extension", extension), ("ContentType", media_type)]);
    }
    for (name, media_type) in &overrides {
        xml.empty("Override", &[("PartName", name), ("ContentType", media_type)]);
    }
    xml.finish("içerik türleri")
}

/// Relationships of the package, or of the digest file with that role.
fn relations(parts: &[&mut OutPart], source: Option<Role>, id: Uuid) -> Result<Vec<u8>, CannotWrite> {
    let is_signature = |role: Role| matches!(role, Role::Initials | Role::Signature | Role::Seal);
    let mut xml = Xml::new("");
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    xml.open_plain("Relationships", &[("xmlns", namespace)]);
    for part in parts {
        let belongs = match source {
            None => !is_signature(part.role),
            Some(source) => signed_by(source) == Some(part.role),
        };
        if belongs {
            let target = if source.is_some() { format!("..{}", part.name) } else { part.name.clone() };
            let mut relation_id = part.role.relation_id().to_owned();
            match part.role {
                Role::Core => relation_id.push_str(&id.simple().to_string()[..16]),
                _ => relation_id.push_str(&part.annex_id.map(upper).unwrap_or_default()),
            }
            let kind = part.role.relation_type();
            xml.empty("Relationship", &[("Type", &kind), ("Target", &target), ("Id", &relation_id)]);
        }
    }
    xml.finish("ilişkiler")
}

/// Name of the part with the core properties.
pub(super) fn core_name(id: Uuid) -> String {
    format!("/package/services/metadata/core-properties/{}.psmdcp", id.simple())
}
