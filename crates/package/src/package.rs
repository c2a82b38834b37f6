//! An opened package: its parts by role and what they say. Opening refuses what cannot be a package or is dangerous;
//! everything else that is wrong is noted and comes out in the report of `verify`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use uuid::Uuid;

use crate::codes::{AnnexKind, Kind, Version};
use crate::container::{Container, unreadable};
use crate::findings::Finding;
use crate::limits::Limits;
use crate::model::{ConfidentialityChange, CoreProperties, FinalMetadata, Letter, Party};
use crate::part_name::{self, encode_path};
use crate::read::{self, Notes, Relation, Summary};
use crate::refusal::Refusal;
use crate::role::Role;
use crate::xml::{self, Element};

/// A part with its role, as a relationship names it. It may be missing from the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolePart {
    pub role: Role,
    pub name: String,
    /// Of annexes: the id that the relationship carries.
    pub annex_id: Option<Uuid>,
    /// Place in the archive.
    pub at: Option<usize>,
}

/// A part for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartInfo {
    /// Name with its leading slash.
    pub name: String,
    /// Unpacked size in bytes, as the archive claims it; reading more than that is an error.
    pub size_bytes: u64,
    /// What a relationship says it is for.
    pub role: Option<Role>,
    /// Of annexes: their id.
    pub annex_id: Option<Uuid>,
}

/// An opened package.
pub struct Package<R> {
    pub(crate) container: Container<R>,
    pub(crate) kind: Kind,
    pub(crate) version: Version,
    pub(crate) roles: Vec<RolePart>,
    pub(crate) core: Option<CoreProperties>,
    pub(crate) letter: Option<Letter>,
    pub(crate) final_metadata: Option<FinalMetadata>,
    pub(crate) targets: Vec<Party>,
    pub(crate) change: Option<ConfidentialityChange>,
    pub(crate) summaries: Vec<Summary>,
    /// Name of the part that holds each enclosed annex that is here.
    pub(crate) annex_files: HashMap<Uuid, String>,
    pub(crate) notes: Vec<Finding>,
    pub(crate) limits: Limits,
}

impl<R: Read + Seek> Package<R> {
    /// Reads the directory, the relationships and the metadata; attachments are not touched.
    ///
    /// Errors: [`Refusal`] for what is no package, is past a limit, or has names or packing that are dangerous.
    pub fn open(reader: R, limits: &Limits) -> Result<Self, Refusal> {
        let container = Container::open(reader, limits)?;
        let mut package = Self {
            container,
            kind: Kind::Letter,
            version: Version::V2,
            roles: Vec::new(),
            core: None,
            letter: None,
            final_metadata: None,
            targets: Vec::new(),
            change: None,
            summaries: Vec::new(),
            annex_files: HashMap::new(),
            notes: Vec::new(),
            limits: *limits,
        };
        package.read_relations()?;
        package.read_core()?;
        package.read_summaries()?;
        package.decide();
        package.read_metadata()?;
        package.find_annexes();
        Ok(package)
    }

    /// What the package is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Version of the format.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The letter; none in envelopes and updates, and when the metadata cannot be read.
    pub fn letter(&self) -> Option<&Letter> {
        self.letter.as_ref()
    }

    /// Date, number and signatories.
    pub fn final_metadata(&self) -> Option<&FinalMetadata> {
        self.final_metadata.as_ref()
    }

    /// Core properties.
    pub fn core(&self) -> Option<&CoreProperties> {
        self.core.as_ref()
    }

    /// BelgeHedef: to whom an envelope or an old package goes.
    pub fn targets(&self) -> &[Party] {
        &self.targets
    }

    /// What an update changes.
    pub fn change(&self) -> Option<&ConfidentialityChange> {
        self.change.as_ref()
    }

    /// All files of the archive.
    pub fn parts(&self) -> Vec<PartInfo> {
        let info = |(at, part): (usize, &crate::container::Part)| {
            let role = self.roles.iter().find(|role| role.at == Some(at));
            PartInfo {
                name: part.name.clone(),
                size_bytes: part.claimed_bytes,
                role: role.map(|role| role.role),
                annex_id: role.and_then(|role| role.annex_id),
            }
        };
        self.container.parts().iter().enumerate().map(info).collect()
    }

    /// A file of the archive as a stream. Errors: [`Refusal::NoSuchPart`], unreadable parts.
    pub fn open_part(&mut self, name: &str) -> Result<impl Read + '_, Refusal> {
        let at = self.container.find(name).ok_or_else(|| Refusal::NoSuchPart(name.to_owned()))?;
        self.container.stream(at)
    }

    /// Copies a file of the archive to `writer` and gives its size in bytes.
    pub fn copy_part(&mut self, name: &str, writer: &mut impl Write) -> Result<u64, Refusal> {
        let mut stream = self.open_part(name)?;
        let mut buffer = vec![0; 256 * 1024];
        let mut copied = 0;
        loop {
            let count = stream.read(&mut buffer).map_err(|error| unreadable(name.to_owned(), &error))?;
            if count == 0 {
                return Ok(copied);
            }
            writer.write_all(&buffer[..count])?;
            copied += count as u64;
        }
    }

    /// Name of the part with that role: the cover letter with [`Role::Cover`], say.
    pub fn part_of(&self, role: Role) -> Option<&str> {
        self.roles.iter().find(|part| part.role == role && part.at.is_some()).map(|part| part.name.as_str())
    }

    /// Name of the part that holds an annex; none when it is not enclosed here.
    pub fn part_of_annex(&self, id: Uuid) -> Option<&str> {
        self.annex_files.get(&id).map(String::as_str)
    }

    /// The encrypted content of an envelope: CMS EnvelopedData. Errors: [`Refusal::NoSuchPart`] when there is none.
    pub fn encrypted_content(&mut self) -> Result<impl Read + '_, Refusal> {
        self.stream_of(Role::EncryptedContent)
    }

    /// The package that an update changes, copied into a file that vanishes with its handle.
    pub fn original(&mut self) -> Result<File, Refusal> {
        let name = self.part_of(Role::Original).map(str::to_owned);
        let name = name.ok_or_else(|| Refusal::NoSuchPart(Role::Original.label().to_owned()))?;
        let mut file = tempfile::tempfile()?;
        self.copy_part(&name, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    pub(crate) fn annex_parts(&self) -> impl Iterator<Item = &RolePart> {
        let is_annex = |part: &&RolePart| matches!(part.role, Role::Annex | Role::UnsignedAnnex);
        self.roles.iter().filter(is_annex).filter(|part| part.at.is_some())
    }

    /// By the id in the relationship; by the file's name where programs write no such id.
    fn find_annexes(&mut self) {
        let Some(letter) = &self.letter else { return };
        let files: Vec<&RolePart> = self.annex_parts().collect();
        let by_id: HashMap<Uuid, &str> =
            files.iter().filter_map(|part| Some((part.annex_id?, part.name.as_str()))).collect();
        let without_id = files.iter().filter(|part| part.annex_id.is_none());
        let by_file: HashMap<String, &str> =
            without_id.map(|part| (file_key(&part.name), part.name.as_str())).collect();
        let enclosed = letter.annexes.iter().filter(|annex| annex.kind == AnnexKind::Enclosed);
        let found = enclosed.filter_map(|annex| {
            let by_name = || {
                let name = annex.file_name.as_deref()?;
                by_file.get(&file_key(name)).or_else(|| by_file.get(&file_key(&encode_path(name))))
            };
            by_id.get(&annex.id).or_else(by_name).map(|name| (annex.id, (*name).to_owned()))
        });
        self.annex_files = found.collect();
    }

    pub(crate) fn place_of(&self, role: Role) -> Option<usize> {
        self.roles.iter().find(|part| part.role == role).and_then(|part| part.at)
    }

    fn stream_of(&mut self, role: Role) -> Result<impl Read + '_, Refusal> {
        let at = self.place_of(role).ok_or_else(|| Refusal::NoSuchPart(role.label().to_owned()))?;
        self.container.stream(at)
    }

    fn read_relations(&mut self) -> Result<(), Refusal> {
        let at = self.container.find("/_rels/.rels").ok_or(Refusal::NotAPackage)?;
        let root = xml::parse(&self.container.read_small(at)?).map_err(|_| Refusal::NotAPackage)?;
        self.add_relations(read::relations(&root, ""));
        // The relationships of digest files name what signs them; the root names the digest files.
        for role in [Role::InitialsDigest, Role::PackageDigest, Role::FinalDigest] {
            let Some(source) = self.part_of(role).map(str::to_owned) else { continue };
            let (folder, file) = source.rsplit_once('/').unwrap_or(("", &source));
            let list = format!("{folder}/_rels/{file}.rels");
            let Some(root) = self.read_xml_at(self.container.find(&list), &list)? else { continue };
            self.add_relations(read::relations(&root, &source));
        }
        Ok(())
    }

    fn add_relations(&mut self, relations: Vec<Relation>) {
        for relation in relations {
            let Some(name) = relation.target else {
                self.notes.push(Finding::warning(format!(
                    "Paketin dışını gösteren ilişki dikkate alınmadı: {}.",
                    relation.id
                )));
                continue;
            };
            let Some(role) = relation.role else { continue };
            let annex_id = relation.id.rsplit_once('_').and_then(|(_, id)| Uuid::try_parse(id).ok());
            let at = self.container.find(&name);
            self.roles.push(RolePart { role, name, annex_id, at });
        }
    }

    fn read_core(&mut self) -> Result<(), Refusal> {
        self.core = self.read_xml_of(Role::Core)?.map(|(root, _)| read::core(&root));
        Ok(())
    }

    fn read_summaries(&mut self) -> Result<(), Refusal> {
        for role in [Role::InitialsDigest, Role::PackageDigest, Role::FinalDigest] {
            let Some(at) = self.place_of(role) else { continue };
            let name = self.container.parts()[at].name.clone();
            let Some(bytes) = self.read_or_note(at)? else { continue };
            match xml::parse(&bytes) {
                Ok(root) if !self.is_root_of(&root, role, &name) => {}
                Ok(root) => self.summaries.push(read::summary(&root, role, &name, bytes)),
                Err(error) => self.notes.push(not_xml(&name, &error)),
            }
        }
        Ok(())
    }

    fn decide(&mut self) {
        let has = |role: Role| self.roles.iter().any(|part| part.role == role);
        self.kind = if has(Role::EncryptedContent) || has(Role::EncryptionInfo) {
            Kind::Encrypted
        } else if has(Role::Update) || has(Role::Original) {
            Kind::Update
        } else {
            Kind::Letter
        };
        let stated = self.core.as_ref().and_then(|core| core.version.as_deref()).unwrap_or("");
        let looks_old = !has(Role::FinalMetadata) && (has(Role::Signatories) || has(Role::Targets));
        self.version = match stated.split('.').next().unwrap_or("") {
            "1" => Version::V1,
            "2" => Version::V2,
            _ if looks_old && self.kind == Kind::Letter => Version::V1,
            _ => Version::V2,
        };
    }

    fn read_metadata(&mut self) -> Result<(), Refusal> {
        if let Some((root, part)) = self.read_xml_of(Role::Metadata)? {
            let signatories = self.read_xml_of(Role::Signatories)?;
            let mut notes = Notes { part: &part, findings: Vec::new() };
            self.letter = Some(read::letter(&root, &mut notes));
            if self.version == Version::V1 {
                let signatories = signatories.as_ref().map(|(root, _)| root);
                self.final_metadata = Some(read::old_final_metadata(&root, signatories, &mut notes));
            }
            self.notes.append(&mut notes.findings);
        }
        if self.version == Version::V2
            && let Some((root, part)) = self.read_xml_of(Role::FinalMetadata)?
        {
            let mut notes = Notes { part: &part, findings: Vec::new() };
            self.final_metadata = Some(read::final_metadata(&root, &mut notes));
            self.notes.append(&mut notes.findings);
        }
        if let Some((root, _)) = self.read_xml_of(Role::Targets)? {
            self.targets = root.list("HedefListesi", "Hedef").filter_map(read::party_in).collect();
        }
        if let Some((root, part)) = self.read_xml_of(Role::Update)? {
            let mut notes = Notes { part: &part, findings: Vec::new() };
            self.change = read::change(&root, &mut notes);
            self.notes.append(&mut notes.findings);
        }
        Ok(())
    }

    fn read_xml_of(&mut self, role: Role) -> Result<Option<(Element, String)>, Refusal> {
        let Some(at) = self.place_of(role) else { return Ok(None) };
        let name = self.container.parts()[at].name.clone();
        let root = self.read_xml_at(Some(at), &name)?;
        Ok(root.filter(|root| self.is_root_of(root, role, &name)).map(|root| (root, name)))
    }

    /// Notes another root than the part's.
    fn is_root_of(&mut self, root: &Element, role: Role, name: &str) -> bool {
        let is_right = role.root().is_none_or(|expected| expected.eq_ignore_ascii_case(&root.name));
        if !is_right {
            let text =
                format!("{} bileşeninin kök öğesi beklenen değil: {}.", role.capital_label(), root.name);
            self.notes.push(Finding::error(text).part(name));
        }
        is_right
    }

    fn read_xml_at(&mut self, at: Option<usize>, name: &str) -> Result<Option<Element>, Refusal> {
        let Some(at) = at else { return Ok(None) };
        let Some(bytes) = self.read_or_note(at)? else { return Ok(None) };
        match xml::parse(&bytes) {
            Ok(root) => Ok(Some(root)),
            Err(error) => {
                self.notes.push(not_xml(name, &error));
                Ok(None)
            }
        }
    }

    /// A damaged part does not hide the others: it is noted, and the digests will say the rest.
    fn read_or_note(&mut self, at: usize) -> Result<Option<Vec<u8>>, Refusal> {
        match self.container.read_small(at) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Refusal::UnreadablePart { part, .. }) => {
                self.notes.push(Finding::error("Bileşen okunamadı; dosya bozulmuş olabilir.").part(&part));
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

impl<R> std::fmt::Debug for Package<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Package")
            .field("kind", &self.kind)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

fn file_key(name: &str) -> String {
    part_name::key(name.rsplit('/').next().unwrap_or(""))
}

fn not_xml(name: &str, error: &impl std::fmt::Display) -> Finding {
    Finding::error(format!("Bileşen okunabilir bir XML değil ({error}).")).part(name)
}
