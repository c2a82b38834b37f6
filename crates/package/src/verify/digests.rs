//! Digests: each part is read once, whatever number of digest files names it, and compared with all of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{Read, Seek};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::letter::withheld;
use crate::codes::{Algorithm, AnnexKind, ErrorCode, Kind, Version};
use crate::digest::{self, Digests};
use crate::findings::Finding;
use crate::model::Letter;
use crate::package::Package;
use crate::part_name;
use crate::read::{DigestReference, Summary};
use crate::role::Role;

/// One digest that is to be compared.
struct Claim {
    /// Role of the digest file that makes it.
    by: Role,
    /// Clean name of the part.
    part: String,
    algorithm: Algorithm,
    value: String,
}

/// Checks form, coverage and values; gives the number of digests compared.
pub(super) fn check<R: Read + Seek>(
    package: &mut Package<R>,
    addressee: Option<&str>,
    findings: &mut Vec<Finding>,
) -> usize {
    let summaries = std::mem::take(&mut package.summaries);
    let mut claims = Vec::new();
    for summary in &summaries {
        form(summary, package.version, &mut claims, findings);
        coverage(summary, package, findings);
    }
    let letter = package.letter.take();
    let compared = compare(package, letter.as_ref(), &claims, addressee, findings);
    package.letter = letter;
    package.summaries = summaries;
    uncovered(package, findings);
    compared
}

/// Annexes that nothing covers must at least be whole.
fn uncovered<R: Read + Seek>(package: &mut Package<R>, findings: &mut Vec<Finding>) {
    let unsigned = package.roles.iter().filter(|part| part.role == Role::UnsignedAnnex);
    let places: BTreeSet<usize> = unsigned.filter_map(|part| part.at).collect();
    for at in places {
        digests_of(package, at, &[], findings);
    }
}

/// Checks only how the digest files of an envelope are written.
pub(super) fn check_form<R: Read + Seek>(package: &Package<R>, findings: &mut Vec<Finding>) {
    for summary in &package.summaries {
        form(summary, package.version, &mut Vec::new(), findings);
    }
}

/// Compares the digest files of an envelope with the parts of the package that was inside.
pub(super) fn check_inner<R: Read + Seek>(
    summaries: &[Summary],
    inner: &mut Package<R>,
    findings: &mut Vec<Finding>,
) -> usize {
    let mut claims = Vec::new();
    for summary in summaries {
        // How they are written was reported for the envelope.
        form(summary, inner.version, &mut claims, &mut Vec::new());
    }
    let letter = inner.letter.take();
    let compared = compare(inner, letter.as_ref(), &claims, None, findings);
    inner.letter = letter;
    compared
}

fn form(summary: &Summary, version: Version, claims: &mut Vec<Claim>, findings: &mut Vec<Finding>) {
    let name = summary.role.capital_label();
    if summary.references.is_empty() {
        let text = format!("{name} bileşeninde hiç özet değeri verilmemiş.");
        findings.push(Finding::error(text).code(ErrorCode::NoDigests).part(&summary.part));
    }
    for reference in &summary.references {
        if reference.is_external && summary.role == Role::FinalDigest {
            let text = "Nihai özet harici dosya özeti içeremez.";
            findings.push(Finding::error(text).rule("K.45").part(&summary.part));
        }
        match claims_of(reference, version) {
            Ok(found) => {
                let Some(uri) = reference.uri.as_deref().filter(|_| !reference.is_external) else { continue };
                let part = part_name::clean(uri).unwrap_or_default();
                claims.extend(found.into_iter().map(|(algorithm, value)| Claim {
                    by: summary.role,
                    part: part.clone(),
                    algorithm,
                    value,
                }));
            }
            Err((code, problem)) => {
                let uri = reference.uri.as_deref().unwrap_or("?");
                let text = format!("{name} bileşeninde {problem} (URI: {uri}).");
                findings.push(Finding::error(text).code(code).part(&summary.part));
            }
        }
    }
}

type Problem = (ErrorCode, &'static str);

fn claims_of(reference: &DigestReference, version: Version) -> Result<Vec<(Algorithm, String)>, Problem> {
    if reference.is_empty {
        return Err((ErrorCode::NoReference, "boş bir Reference var"));
    }
    if reference.uri.is_none() {
        return Err((ErrorCode::NoUri, "URI değeri boş"));
    }
    if reference.items.is_empty() {
        return Err(match version {
            Version::V1 => (ErrorCode::NoDigestMethod, "DigestMethod değeri boş"),
            Version::V2 => (ErrorCode::NoFirstDigest, "DigestItem değeri boş"),
        });
    }
    let mut found = Vec::new();
    for item in &reference.items {
        if !item.has_method {
            return Err((ErrorCode::NoDigestMethod, "DigestMethod değeri boş"));
        }
        let Some(algorithm) = &item.algorithm else {
            return Err((ErrorCode::NoAlgorithm, "Algorithm değeri boş"));
        };
        let known = Algorithm::parse(algorithm)
            .filter(|algorithm| version == Version::V1 || *algorithm != Algorithm::Sha1)
            .ok_or((ErrorCode::UnsupportedAlgorithm, "desteklenmeyen bir özet algoritması var"))?;
        found.push((known, item.value.clone()));
    }
    if version == Version::V2 {
        match found.as_slice() {
            [_] => return Err((ErrorCode::NoSecondDigest, "ikinci DigestItem değeri boş")),
            [(first, _), (second, _)] if first == second => {
                return Err((ErrorCode::SameAlgorithmTwice, "iki özet için aynı algoritma kullanılmış"));
            }
            [first, second] if first.0 != Algorithm::Sha512 && second.0 != Algorithm::Sha512 => {
                return Err((ErrorCode::NoSha512, "özetlerden en az biri SHA-512 değil"));
            }
            [_, _] => {}
            _ => return Err((ErrorCode::NoSecondDigest, "ikiden çok DigestItem var")),
        }
    }
    Ok(found)
}

/// What a digest file must cover, with the official code where there is one.
fn must_cover(summary: Role, kind: Kind, version: Version) -> Vec<(Role, Option<ErrorCode>)> {
    use ErrorCode as Code;
    match (summary, kind, version) {
        (Role::FinalDigest, Kind::Update, _) => vec![
            (Role::Update, Some(Code::UpdateNotInFinalDigest)),
            (Role::Original, Some(Code::OriginalNotInFinalDigest)),
            (Role::Core, Some(Code::CoreNotInFinalDigest)),
        ],
        (Role::InitialsDigest, ..) => vec![
            (Role::Cover, Some(Code::CoverNotInInitialsDigest)),
            (Role::Metadata, Some(Code::MetadataNotInInitialsDigest)),
            (Role::Annex, None),
        ],
        (Role::PackageDigest, _, version) => {
            let mut list = vec![
                (Role::Metadata, Some(Code::MetadataNotInPackageDigest)),
                (Role::Cover, Some(Code::CoverNotInPackageDigest)),
                (Role::Annex, None),
            ];
            list.extend(match version {
                Version::V1 => vec![(Role::Targets, Some(Code::TargetsNotInPackageDigest))],
                Version::V2 => vec![(Role::InitialsDigest, None), (Role::Initials, None)],
            });
            list
        }
        (Role::FinalDigest, _, version) => {
            let mut list = vec![
                (Role::Metadata, Some(Code::MetadataNotInFinalDigest)),
                (Role::Cover, Some(Code::CoverNotInFinalDigest)),
                (Role::Annex, None),
                (Role::PackageDigest, None),
                (Role::Signature, Some(Code::SignatureNotInFinalDigest)),
                (Role::Core, Some(Code::CoreNotInFinalDigest)),
            ];
            list.extend(match version {
                Version::V1 => vec![
                    (Role::Targets, Some(Code::TargetsNotInFinalDigest)),
                    (Role::Signatories, Some(Code::SignatoriesNotInFinalDigest)),
                ],
                Version::V2 => {
                    vec![(Role::FinalMetadata, None), (Role::InitialsDigest, None), (Role::Initials, None)]
                }
            });
            list
        }
        _ => Vec::new(),
    }
}

/// A part that is there and not covered could have been put there by anybody.
fn coverage<R: Read + Seek>(summary: &Summary, package: &Package<R>, findings: &mut Vec<Finding>) {
    let name = summary.role.capital_label();
    let internal = summary.references.iter().filter(|reference| !reference.is_external);
    let covered: HashSet<String> = internal.filter_map(|it| it.uri.as_deref()).map(part_name::key).collect();
    let rule = match summary.role {
        Role::PackageDigest => Some("K.33"),
        Role::FinalDigest => Some("K.43"),
        _ => None,
    };
    for (role, code) in must_cover(summary.role, package.kind, package.version) {
        for part in package.roles.iter().filter(|part| part.role == role && part.at.is_some()) {
            if !covered.contains(&part_name::key(&part.name)) {
                let text = format!("{name} bileşeninde {} için özet değeri yok.", role.label());
                let mut finding = Finding::error(text).part(&part.name);
                finding.code = code;
                finding.rule = rule;
                findings.push(finding);
            }
        }
    }
    for part in package.roles.iter().filter(|part| part.role == Role::UnsignedAnnex) {
        if covered.contains(&part_name::key(&part.name)) {
            let mut finding =
                Finding::error(format!("{name} imzasız ekin özetini içeremez.")).part(&part.name);
            finding.rule = rule;
            findings.push(finding);
        }
    }
    let id = summary.id.as_deref().and_then(|id| uuid::Uuid::try_parse(id).ok());
    if package.letter.as_ref().is_some_and(|letter| id != Some(letter.id)) {
        let mut finding =
            Finding::error(format!("{name} bileşenindeki Id, üstverideki BelgeId ile aynı değil."));
        finding.rule = match summary.role {
            Role::PackageDigest => Some("K.34"),
            Role::FinalDigest => Some("K.44"),
            _ => None,
        };
        findings.push(finding.part(&summary.part));
    }
}

fn compare<R: Read + Seek>(
    package: &mut Package<R>,
    letter: Option<&Letter>,
    claims: &[Claim],
    addressee: Option<&str>,
    findings: &mut Vec<Finding>,
) -> usize {
    let mut present: BTreeMap<usize, Vec<&Claim>> = BTreeMap::new();
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for claim in claims {
        match package.container.find(&claim.part) {
            Some(at) => present.entry(at).or_default().push(claim),
            None => {
                missing.insert(&claim.part);
            }
        }
    }
    let allowed = letter.map(|letter| may_be_missing(letter, addressee)).unwrap_or_default();
    findings.extend(missing.into_iter().map(|part| missing_part(part, &allowed)));
    let mut compared = 0;
    for (at, claims) in present {
        let name = package.container.parts()[at].name.clone();
        let algorithms: BTreeSet<Algorithm> = claims.iter().map(|claim| claim.algorithm).collect();
        let algorithms: Vec<Algorithm> = algorithms.into_iter().collect();
        let Some(digests) = digests_of(package, at, &algorithms, findings) else { continue };
        let mut differing = BTreeSet::new();
        for claim in claims {
            compared += 1;
            if !is_equal(claim, &digests) {
                differing.insert(claim.by);
            }
        }
        for role in differing {
            let text = format!(
                "Bileşenin içeriği {} içindeki özetle uyuşmuyor; bileşen sonradan değiştirilmiş.",
                role.label()
            );
            findings.push(Finding::error(text).code(ErrorCode::DigestDiffers).part(&name));
        }
    }
    compared
}

fn digests_of<R: Read + Seek>(
    package: &mut Package<R>,
    at: usize,
    algorithms: &[Algorithm],
    findings: &mut Vec<Finding>,
) -> Option<Digests> {
    let name = package.container.parts()[at].name.clone();
    let read = match package.container.stream(at) {
        Ok(mut stream) => digest::of_stream(&mut stream, algorithms).map_err(|error| error.to_string()),
        Err(refusal) => Err(refusal.to_string()),
    };
    match read {
        Ok(digests) => Some(digests),
        Err(detail) => {
            let text = format!("Bileşenin özeti hesaplanamadı; dosya bozulmuş olabilir ({detail}).");
            findings.push(Finding::error(text).code(ErrorCode::PartNotHashed).part(&name));
            None
        }
    }
}

fn is_equal(claim: &Claim, digests: &Digests) -> bool {
    STANDARD.decode(&claim.value).is_ok_and(|value| digests.get(claim.algorithm) == Some(value.as_slice()))
}

/// Keys of the parts that hold withheld annexes.
fn may_be_missing(letter: &Letter, addressee: Option<&str>) -> HashSet<String> {
    let withheld = withheld(letter, addressee);
    let annexes = letter.annexes.iter().filter(|annex| annex.kind == AnnexKind::Enclosed);
    let names =
        annexes.filter(|annex| withheld.contains(&annex.id)).filter_map(|annex| annex.file_name.as_deref());
    let spellings = names.flat_map(|name| [name.to_owned(), part_name::encode_path(name)]);
    spellings.map(|name| part_name::key(&format!("/Ekler/{name}"))).collect()
}

/// The signature of the initials and annexes that were withheld may be taken out after signing.
fn missing_part(part: &str, allowed: &HashSet<String>) -> Finding {
    let key = part_name::key(part);
    if key == part_name::key("/Paraflar/ParafImzaCades.imz") {
        let text = "Paraf imzası paketten çıkarılmış; buna izin vardır.";
        return Finding::note(text).code(ErrorCode::NoInitials).part(part);
    }
    if allowed.contains(&key) {
        return Finding::note("Konulmamış ek: özeti var, dosyası bu alıcıya gönderilmemiş.").part(part);
    }
    let text = "Özeti bulunan bileşen pakette yok.";
    Finding::error(text).code(ErrorCode::PartNotFound).part(part)
}
