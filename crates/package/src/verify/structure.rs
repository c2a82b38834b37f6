//! Which parts must be there, how often, and where; and what the core properties must say.

use std::collections::HashSet;
use std::io::{Read, Seek};

use crate::codes::{ErrorCode, Kind, Version};
use crate::findings::Finding;
use crate::model::ConfidentialityChange;
use crate::package::Package;
use crate::part_name;
use crate::role::Role;
use crate::rules::CONTENT;

/// Parts of which there may be one only.
const SINGLE: [Role; 17] = [
    Role::Cover,
    Role::Metadata,
    Role::InitialsDigest,
    Role::Initials,
    Role::PackageDigest,
    Role::Signature,
    Role::FinalMetadata,
    Role::FinalDigest,
    Role::Seal,
    Role::Core,
    Role::Targets,
    Role::Signatories,
    Role::EncryptedContent,
    Role::EncryptionInfo,
    Role::Update,
    Role::Original,
    Role::Archive,
];

pub(super) fn check<R: Read + Seek>(package: &Package<R>, findings: &mut Vec<Finding>) {
    for role in SINGLE {
        let mut parts = package.roles.iter().filter(|part| part.role == role);
        let first = parts.next();
        if let Some(second) = parts.next() {
            let text = format!("Pakette birden çok {} bileşeni var.", role.label());
            findings.push(Finding::error(text).part(&second.name));
        }
        if let Some(first) = first {
            place(first.name.as_str(), role, package.version, findings);
        }
    }
    for (role, code, rule) in required(package.kind, package.version) {
        if package.place_of(role).is_none() {
            let mut finding = Finding::error(format!("Pakette {} bileşeni yok.", role.label()));
            finding.code = code;
            finding.rule = rule;
            findings.push(finding);
        }
    }
    if package.kind != Kind::Encrypted && package.place_of(Role::Seal).is_none() {
        let text = "Paket mühürlenmemiş: mühür bileşeni yok.";
        findings.push(match package.version {
            Version::V1 => Finding::note(text),
            Version::V2 => Finding::warning(text).rule("K.98"),
        });
    }
    strangers(package, findings);
    core(package, findings);
    change(package, findings);
}

type Required = (Role, Option<ErrorCode>, Option<&'static str>);

fn required(kind: Kind, version: Version) -> Vec<Required> {
    let core = (Role::Core, Some(ErrorCode::NoCore), None);
    match (kind, version) {
        (Kind::Letter, Version::V2) => vec![
            core,
            (Role::Metadata, Some(ErrorCode::NoMetadata), Some("K.16")),
            (Role::Cover, Some(ErrorCode::NoCover), Some("K.2")),
            (Role::PackageDigest, Some(ErrorCode::NoPackageDigest), Some("K.26")),
            (Role::Signature, Some(ErrorCode::NoSignature), None),
            (Role::FinalMetadata, None, Some("K.82")),
            (Role::FinalDigest, Some(ErrorCode::NoDigests), Some("K.98")),
        ],
        (Kind::Letter, Version::V1) => vec![
            core,
            (Role::Metadata, Some(ErrorCode::NoMetadata), None),
            (Role::Cover, Some(ErrorCode::NoCover), None),
            (Role::Targets, Some(ErrorCode::NoTargets), None),
            (Role::Signatories, Some(ErrorCode::NoSignatories), None),
            (Role::PackageDigest, Some(ErrorCode::NoPackageDigest), None),
            (Role::Signature, Some(ErrorCode::NoSignature), None),
        ],
        (Kind::Encrypted, version) => {
            let digest = if version == Version::V2 { Role::FinalDigest } else { Role::PackageDigest };
            vec![
                core,
                (Role::Targets, Some(ErrorCode::NoTargets), None),
                (digest, Some(ErrorCode::NoDigests), None),
                (Role::EncryptedContent, Some(ErrorCode::PartNotFound), None),
                (Role::EncryptionInfo, Some(ErrorCode::PartNotFound), None),
            ]
        }
        (Kind::Update, _) => vec![
            core,
            (Role::Update, Some(ErrorCode::NoUpdate), None),
            (Role::Original, Some(ErrorCode::NoOriginal), None),
            (Role::FinalDigest, Some(ErrorCode::NoDigests), Some("K.98")),
        ],
    }
}

fn place(name: &str, role: Role, version: Version, findings: &mut Vec<Finding>) {
    let is_right = match (role, role.place(version)) {
        (Role::Cover, _) => part_name::key(name).starts_with("/ustyazi/"),
        (_, Some(place)) => part_name::key(name) == part_name::key(place),
        (_, None) => true,
    };
    if !is_right {
        let text = format!("{} bileşeni paketteki yerinde değil.", role.capital_label());
        let mut finding = Finding::warning(text).part(name);
        finding.rule = if role == Role::Cover { Some("K.4") } else { role.place_rule() };
        findings.push(finding);
    }
}

fn change<R: Read + Seek>(package: &Package<R>, findings: &mut Vec<Finding>) {
    let Some(at) = package.place_of(Role::Update) else { return };
    let is_known = |change: &ConfidentialityChange| change.confidentiality.code(package.version).is_some();
    if !package.change.as_ref().is_some_and(is_known) {
        let text = "Güncelleme bilgisinde geçerli bir gizlilik derecesi değişikliği yok.";
        findings.push(Finding::error(text).rule(CONTENT).part(&package.container.parts()[at].name));
    }
}

/// Parts that nothing points to are covered by nothing.
fn strangers<R: Read + Seek>(package: &Package<R>, findings: &mut Vec<Finding>) {
    let known: HashSet<usize> = package.roles.iter().filter_map(|role| role.at).collect();
    for (at, part) in package.container.parts().iter().enumerate() {
        let key = part_name::key(&part.name);
        let is_plumbing = key == "/[content_types].xml" || key.ends_with(".rels");
        if !is_plumbing && !known.contains(&at) {
            let text = "Pakette hiçbir ilişkinin göstermediği bir dosya var; imza bu dosyayı kapsamıyor.";
            findings.push(Finding::warning(text).part(&part.name));
        }
    }
    if package.container.find("/[Content_Types].xml").is_none() {
        findings.push(Finding::warning("Pakette içerik türleri listesi ([Content_Types].xml) yok."));
    }
}

fn core<R: Read + Seek>(package: &Package<R>, findings: &mut Vec<Finding>) {
    let Some(core) = &package.core else { return };
    let version = core.version.as_deref().unwrap_or("");
    if !version.starts_with("1.") && !version.starts_with("2.") {
        let text = format!("Paketin sürümü tanınmıyor: “{version}”.");
        findings.push(Finding::error(text));
    }
    if core.category.as_deref() != Some(package.kind.category()) {
        let text = format!("Çekirdek bilgilerde kategori {} olmalı.", package.kind.category());
        findings.push(Finding::warning(text).rule("K.71"));
    }
    if core.content_type.as_deref() != Some("application/eyazisma") {
        let text = "Çekirdek bilgilerde içerik türü application/eyazisma olmalı.";
        findings.push(Finding::warning(text).rule("K.73"));
    }
    if core.creator.is_none() {
        findings.push(Finding::warning("Çekirdek bilgilerde oluşturan (creator) yok."));
    }
    let Some(letter) = &package.letter else { return };
    let identifier = core.identifier.as_deref().and_then(|id| uuid::Uuid::try_parse(id).ok());
    if identifier != Some(letter.id) {
        let text = "Çekirdek bilgilerdeki kimlik (identifier) üstverideki BelgeId ile aynı değil.";
        findings.push(Finding::error(text).rule("K.68"));
    }
    if core.subject.as_deref().unwrap_or("") != letter.subject {
        let text = "Çekirdek bilgilerdeki konu (subject) üstverideki konuyla aynı değil.";
        findings.push(Finding::warning(text).rule("K.69"));
    }
    if core.created.is_none() {
        findings.push(Finding::warning("Çekirdek bilgilerde oluşturulma zamanı (created) yok."));
    }
}
