//! A letter of the demo town, packages made of it, and a small rewriter that breaks packages on purpose.

use std::io::{Cursor, Read, Write};

use time::macros::{date, datetime};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::*;

pub const PDF: &[u8] = b"%PDF-1.7 a letter of the demo town";
pub const ANNEX: &[u8] = b"PK\x03\x04 a list of laptops";
pub const LOOSE: &[u8] = b"a plan that nobody signs";

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub fn open(bytes: &[u8]) -> Package<Cursor<Vec<u8>>> {
    Package::open(Cursor::new(bytes.to_vec()), &Limits::default()).unwrap()
}

pub fn judge(bytes: &[u8]) -> Report {
    verify(&mut open(bytes))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn institution(detsis: &str, name: &str) -> Party {
    Party::Institution(Institution { detsis: detsis.to_owned(), name: text(name), ..Institution::default() })
}

pub fn annex(number: u128, kind: AnnexKind) -> Annex {
    Annex {
        id: id(number),
        is_package_id: None,
        number: None,
        kind,
        file_name: None,
        media_type: None,
        name: text("Ek & eki"),
        order: u32::try_from(number).unwrap(),
        description: text("satır bir\nsatır <iki>"),
        address: None,
        own_id: None,
        is_signed: false,
        digest: None,
    }
}

fn annexes() -> Vec<Annex> {
    let mut list = annex(1, AnnexKind::Enclosed);
    (list.file_name, list.media_type, list.is_signed) = (text("liste.xlsx"), text("application/zip"), true);
    let mut plan = annex(2, AnnexKind::Enclosed);
    (plan.file_name, plan.media_type) = (text("plan.txt"), text("text/plain"));
    let mut remote = annex(3, AnnexKind::Remote);
    remote.address = text("https://ornek.bel.tr/rapor?a=1&b=2");
    remote.own_id = Some(OwnId { scheme: text("GUID"), value: "7".to_owned() });
    remote.digest = Some(RemoteDigest { algorithm: Algorithm::Sha256, value: "AAAA".to_owned() });
    vec![list, plan, remote, annex(4, AnnexKind::Physical)]
}

fn distributions() -> Vec<Distribution> {
    let contact = Contact { phone: text("0312 000 00 00"), kep: text("a@hs01.kep.tr"), ..Contact::default() };
    let line = |party, withheld_annexes: Vec<Uuid>| Distribution {
        party,
        urgency: Urgency::Urgent,
        kind: DistributionKind::Action,
        deadline: Some(Deadline::Days(3)),
        withheld_annexes,
    };
    let company = Company {
        id: "0922003497008217".to_owned(),
        scheme: text("MERSIS"),
        name: text("Örnek A.Ş."),
        contact: Some(contact),
    };
    vec![
        line(institution("24301050", "Adalet Bakanlığı"), vec![]),
        line(Party::Company(company), vec![id(1)]),
        line(Party::Person(person("Şule", "Işık")), vec![]),
    ]
}

pub fn person(first: &str, last: &str) -> Person {
    Person {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        tckn: text("10000000146"),
        ..Person::default()
    }
}

/// A letter of version 2 that uses every field.
pub fn letter() -> Letter {
    let code = |code: &str| FilePlanCode {
        code: code.to_owned(),
        name: "İç Genelgeler".to_owned(),
        description: None,
    };
    let reference = |number: u128, label: &str, annex_id| Reference {
        id: id(number),
        number: text("E-1-2-3"),
        dated_at: Some(datetime!(2026-01-05 00:00 +3)),
        label: label.to_owned(),
        annex_id,
        name: text("İlgi yazı"),
        description: None,
        own_id: None,
    };
    Letter {
        id: id(100),
        subject: "Dizüstü bilgisayar & \"yazıcı\" alımı".to_owned(),
        confidentiality: Confidentiality::Service,
        confidential_until: Some(datetime!(2035-05-12 14:23:10.5 +3)),
        media_type: text("application/pdf"),
        own_id: Some(OwnId { scheme: text("GUID"), value: "X1".to_owned() }),
        distributions: distributions(),
        annexes: annexes(),
        references: vec![reference(11, "a", Some(id(1))), reference(12, "b", None)],
        language: text("tur"),
        author: institution("82223362", "Örnek Belediyesi"),
        contacts: vec![Party::Person(person("Ayşe", "Öz"))],
        file_name: "ustyazi.pdf".to_owned(),
        filing: Some(Filing { main: code("010.06.01"), others: vec![code("010"), code("702.03")] }),
        public_services: vec![PublicService {
            code: 999,
            name: "Hizmet".to_owned(),
            definition: text("Tanım"),
        }],
        verification_address: text("https://www.turkiye.gov.tr/ornek-belediyesi-ebys"),
    }
}

/// The same letter without what version 1 does not know.
pub fn old_letter() -> Letter {
    let mut letter = letter();
    letter.confidentiality = Confidentiality::Personal;
    (letter.filing, letter.verification_address) = (None, None);
    letter.public_services.clear();
    letter.annexes[1].is_signed = true;
    if let Party::Company(company) = &mut letter.distributions[1].party {
        company.contact = None;
    }
    letter
}

pub fn final_metadata() -> FinalMetadata {
    FinalMetadata {
        dated_at: datetime!(2026-02-03 10:11:12 +3),
        number: "E-82223362-702.03-1".to_owned(),
        signatories: vec![Signatory {
            signer: person("Mehmet", "Çınar"),
            delegated_by: Some(person("Zeynep", "Ağa")),
            acting_for: None,
            office: text("Başkan a."),
            purpose: text("İmza"),
            description: None,
            signed_at: Some(datetime!(2026-02-03 10:00 +3)),
        }],
    }
}

pub fn contents() -> Vec<(Uuid, Content)> {
    vec![(id(1), Content::from_bytes(ANNEX.to_vec())), (id(2), Content::from_bytes(LOOSE.to_vec()))]
}

pub fn draft() -> Draft {
    Draft::new(letter(), Content::from_bytes(PDF.to_vec()), contents()).unwrap()
}

pub fn sealed() -> Sealed {
    let signed = draft().with_initials(b"initials".to_vec()).unwrap().sign(b"signature".to_vec()).unwrap();
    signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3)).unwrap().seal(b"seal".to_vec()).unwrap()
}

pub fn old_sealed() -> Sealed {
    let metadata = final_metadata();
    let number = OldNumber { dated_at: metadata.dated_at, number: metadata.number.clone() };
    let draft = Draft::new_old(old_letter(), number, Content::from_bytes(PDF.to_vec()), contents()).unwrap();
    let signed = draft.sign(b"signature".to_vec()).unwrap();
    signed.finish(&metadata, datetime!(2026-02-03 10:12 +3)).unwrap().seal(b"seal".to_vec()).unwrap()
}

pub fn bytes_of(sealed: &mut Sealed) -> Vec<u8> {
    sealed.write(Cursor::new(Vec::new())).unwrap().into_inner()
}

pub fn change() -> ConfidentialityChange {
    ConfidentialityChange {
        confidentiality: Confidentiality::Open,
        changed_on: date!(2027 - 05 - 05),
        description: "Süresi doldu.".to_owned(),
        decision_number: "E-82223362-170.01-9".to_owned(),
        decision_id: id(500),
    }
}

pub fn update(kind: Kind, original: Vec<u8>) -> Vec<u8> {
    let author = letter().author;
    let original = (kind, Content::from_bytes(original));
    let draft =
        UpdateDraft::new(id(600), &change(), &author, original, datetime!(2027-05-06 9:00 +3)).unwrap();
    let mut sealed = draft.seal(b"seal".to_vec()).unwrap();
    sealed.write(Cursor::new(Vec::new())).unwrap().into_inner()
}

/// Parts of an archive by name, in order.
pub type Parts = Vec<(String, Vec<u8>)>;

pub fn unzip(bytes: &[u8]) -> Parts {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = |at: usize| {
        let mut part = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (String::from_utf8(part.name_raw().to_vec()).unwrap(), bytes)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(read).collect()
}

pub fn zip(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Takes the part out of the archive, with its relationship when `and_relation`.
pub fn without(bytes: &[u8], name: &str, and_relation: bool) -> Vec<u8> {
    let mut parts = unzip(bytes);
    assert!(parts.iter().any(|part| part.0 == name), "no {name}");
    parts.retain(|part| part.0 != name);
    if and_relation {
        for (_, bytes) in parts.iter_mut().filter(|part| part.0.ends_with(".rels")) {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let kept = text.split("<Relationship ").enumerate().filter(|(_, piece)| !piece.contains(name));
            let joined: Vec<String> = kept
                .map(|(at, piece)| if at == 0 { piece.to_owned() } else { format!("<Relationship {piece}") })
                .collect();
            *bytes = joined.concat().into_bytes();
            if !text.ends_with("</Relationships>") || !bytes.ends_with(b"</Relationships>") {
                bytes.extend_from_slice(b"</Relationships>");
            }
        }
    }
    zip(&parts)
}

/// Replaces a text in a part; fails when the text is not there.
pub fn edited(bytes: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = unzip(bytes);
    let part = parts.iter_mut().find(|part| part.0 == name).unwrap();
    let text = String::from_utf8(part.1.clone()).unwrap();
    assert!(text.contains(from), "no {from} in {text}");
    part.1 = text.replacen(from, to, 1).into_bytes();
    zip(&parts)
}

/// What a forger with a calculator does: after the change every digest in every digest file is right again.
pub fn redigested(bytes: &[u8]) -> Vec<u8> {
    let mut parts = unzip(bytes);
    for digest in ["ParafOzeti/ParafOzeti.xml", "PaketOzeti/PaketOzeti.xml", "NihaiOzet/NihaiOzet.xml"] {
        let Some(at) = parts.iter().position(|part| part.0 == digest) else { continue };
        let text = String::from_utf8(parts[at].1.clone()).unwrap();
        let mut fresh = String::new();
        let (mut uri, mut algorithm) = (String::new(), Algorithm::Sha256);
        for line in text.split_inclusive('\n') {
            uri = value(line, "URI=\"").unwrap_or(uri);
            let named = value(line, "Algorithm=\"").and_then(|name| Algorithm::parse(&name));
            algorithm = named.unwrap_or(algorithm);
            let part = parts.iter().find(|part| uri == format!("/{}", part.0));
            match (value(line, "<DigestValue>"), part) {
                (Some(old), Some(part)) => {
                    let digests = crate::digest::of_bytes(&part.1, &[algorithm]);
                    fresh.push_str(&line.replace(&old, &digests.base64(algorithm)));
                }
                _ => fresh.push_str(line),
            }
        }
        parts[at].1 = fresh.into_bytes();
    }
    zip(&parts)
}

fn value(line: &str, before: &str) -> Option<String> {
    let rest = line.split_once(before)?.1;
    Some(rest.split(['"', '<']).next()?.to_owned())
}
